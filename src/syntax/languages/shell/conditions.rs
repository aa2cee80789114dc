//! What decides in a shell: `[ … ]`, `[[ … ]]`, `test …`, `((…))`, or a command.

use tree_sitter::Node;

use super::commands::run;
use super::words::word;
use crate::syntax::lower::{Builder, children, field, has_token};
use crate::syntax::program::{Expr, ExprId};

/// Whether a node asks and does nothing.
pub(super) fn is_test(b: &Builder<'_>, node: Node<'_>) -> bool {
    match node.kind() {
        "test_command" => true,
        "negated_command" => node.named_child(0).is_some_and(|inner| is_test(b, inner)),
        "compound_statement" => has_token(node, "(("),
        "command" => field(node, "name").is_some_and(|name| b.raw(name) == "test"),
        _ => false,
    }
}

pub(super) fn condition(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| match node.kind() {
        "test_command" | "parenthesized_expression" | "compound_statement"
            if node.named_child_count() == 1 =>
        {
            match node.named_child(0) {
                Some(inner) => condition(b, inner),
                None => b.other(node, Vec::new()),
            }
        }
        "negated_command" => match node.named_child(0) {
            Some(inner) => {
                let inner = condition(b, inner);
                b.push(Expr::Not(inner), node.byte_range())
            }
            None => b.other(node, Vec::new()),
        },
        "list" => {
            let parts = children(node).into_iter();
            let parts: Vec<ExprId> = parts.map(|part| condition(b, part)).collect();
            match *parts {
                [left, right] if has_token(node, "&&") => b.choice(node, Some(left), vec![right]),
                _ => b.choice(node, None, parts),
            }
        }
        "unary_expression" => unary(b, node),
        "binary_expression" => match (field(node, "left"), field(node, "right")) {
            (Some(left), Some(right)) => {
                let operator = field(node, "operator")
                    .map(|o| b.raw(o))
                    .unwrap_or_default();
                let left = condition(b, left);
                // `a = b -a c` is read as `a = (b -a c)`.
                if let (true, Some(middle), Some(also), Some(last)) = (
                    matches!(operator.as_str(), "=" | "==" | "!="),
                    field(right, "left"),
                    field(right, "operator"),
                    field(right, "right"),
                ) {
                    let middle = condition(b, middle);
                    let compared = binary(b, node, &operator, left, middle);
                    let last = condition(b, last);
                    let also = b.raw(also);
                    return binary(b, node, &also, compared, last);
                }
                let right = condition(b, right);
                binary(b, node, &operator, left, right)
            }
            _ => b.other(node, Vec::new()),
        },
        "command" if is_test(b, node) => test(b, node),
        "command"
        | "pipeline"
        | "redirected_statement"
        | "subshell"
        | "compound_statement"
        | "if_statement"
        | "while_statement"
        | "for_statement"
        | "case_statement" => {
            let mut before = Vec::new();
            run(b, node, Vec::new(), &mut before)
        }
        "variable_assignment" => super::assignment(b, node),
        _ => word(b, node),
    })
}

fn unary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let operator = field(node, "operator")
        .map(|o| b.raw(o))
        .unwrap_or_default();
    let Some(inner) = children(node).pop() else {
        return b.other(node, Vec::new());
    };
    let inner = condition(b, inner);
    asked(b, node, &operator, inner)
}

/// `-n x` is whether x is there, `-z x` whether it is not.
fn asked(b: &mut Builder<'_>, node: Node<'_>, operator: &str, inner: ExprId) -> ExprId {
    match operator {
        "-n" => inner,
        "-z" | "!" => b.push(Expr::Not(inner), node.byte_range()),
        _ => b.other(node, vec![inner]),
    }
}

fn binary(
    b: &mut Builder<'_>,
    node: Node<'_>,
    operator: &str,
    left: ExprId,
    right: ExprId,
) -> ExprId {
    match operator {
        "=" | "==" | "-eq" | "!=" | "-ne" => {
            let equal = !matches!(operator, "!=" | "-ne");
            b.push(Expr::Compare { left, right, equal }, node.byte_range())
        }
        "&&" | "-a" => b.choice(node, Some(left), vec![right]),
        "||" | "-o" => b.choice(node, None, vec![left, right]),
        _ => b.other(node, vec![left, right]),
    }
}

/// `test a = b`, which is a command to the grammar.
fn test(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut cursor = node.walk();
    let args: Vec<Node<'_>> = node
        .children_by_field_name("argument", &mut cursor)
        .collect();
    match *args {
        [left, operator, right] => {
            let left = word(b, left);
            let right = word(b, right);
            let operator = b.raw(operator);
            binary(b, node, &operator, left, right)
        }
        [operator, inner] => {
            let inner = word(b, inner);
            let operator = b.raw(operator);
            asked(b, node, &operator, inner)
        }
        _ => {
            let parts = args.into_iter().map(|one| word(b, one)).collect();
            b.other(node, parts)
        }
    }
}
