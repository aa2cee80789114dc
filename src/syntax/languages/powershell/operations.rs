//! PowerShell's operators, most of which are words: `-eq`, `-f`, `-join`.

use tree_sitter::Node;

use super::{expression, expressions, newer};
use crate::syntax::lower::{Builder, arg, children};
use crate::syntax::program::{Expr, ExprId};
use crate::syntax::template::Marks;

/// The nodes of operators; those of arguments are nodes of their own.
pub(super) fn is_operation(kind: &str) -> bool {
    let kind = kind.strip_suffix("_expression").unwrap_or_default();
    let kind = kind.strip_suffix("_argument").unwrap_or(kind);
    matches!(
        kind,
        "logical" | "bitwise" | "comparison" | "additive" | "multiplicative" | "format" | "range"
    ) || kind == "array_literal"
}

pub(super) fn binary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let parts: Vec<Node<'_>> = children(node)
        .into_iter()
        .filter(|part| !matches!(part.kind(), "comparison_operator" | "format_operator"))
        .collect();
    let [left, right] = *parts else {
        let parts = expressions(b, parts);
        return b.other(node, parts);
    };
    let operator = b.slice(left.end_byte()..right.start_byte());
    if operator.trim() == newer::TERNARY
        && let [condition, then] = *children(left)
        && b.slice(condition.end_byte()..then.start_byte()).trim() == newer::TERNARY
    {
        let condition = expression(b, condition);
        let options = vec![expression(b, then), expression(b, right)];
        return b.choice(node, Some(condition), options);
    }
    let left = expression(b, left);
    let right = expression(b, right);
    if operator.trim() == newer::COALESCE
        && !matches!(b.get(left), Expr::Text { value, .. } if value.contains('{'))
    {
        return b.choice(node, None, vec![left, right]);
    }
    let operator = operator.trim().to_ascii_lowercase();
    match operator.as_str() {
        "+" => b.join(node, vec![left, right]),
        "-and" => b.choice(node, Some(left), vec![right]),
        "-or" => b.choice(node, None, vec![left, right]),
        "-eq" | "-ieq" | "-ceq" | "-ne" | "-ine" | "-cne" => {
            let equal = operator.ends_with("eq");
            b.push(Expr::Compare { left, right, equal }, node.byte_range())
        }
        "-f" => {
            let args: Vec<ExprId> = items(b, right).unwrap_or_else(|| vec![right]);
            let args: Vec<_> = args.into_iter().map(arg).collect();
            b.formatted(node, left, Marks::Braces, &args)
        }
        "-join" => match items(b, left) {
            Some(items) => joined(b, node, items, right),
            None => b.other(node, vec![left, right]),
        },
        _ => b.other(node, vec![left, right]),
    }
}

fn items(b: &Builder<'_>, list: ExprId) -> Option<Vec<ExprId>> {
    match b.get(list) {
        Expr::List(items) => Some(items.clone()),
        _ => None,
    }
}

/// `'a', $b -join ' '`.
fn joined(b: &mut Builder<'_>, node: Node<'_>, items: Vec<ExprId>, between: ExprId) -> ExprId {
    let empty = matches!(b.get(between), Expr::Text { value, .. } if value.is_empty());
    let mut pieces = Vec::new();
    for item in items {
        if !empty && !pieces.is_empty() {
            pieces.push(between);
        }
        pieces.push(item);
    }
    b.join(node, pieces)
}

/// `-not $x`, `!$x`, `-join $list`, and casts.
pub(super) fn unary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(inner) = children(node).pop() else {
        return b.other(node, Vec::new());
    };
    let operator = b.slice(node.start_byte()..inner.start_byte());
    let operator = operator.trim().to_ascii_lowercase();
    let inner = expression(b, inner);
    match operator.as_str() {
        "" => inner,
        "!" | "-not" => b.push(Expr::Not(inner), node.byte_range()),
        "," => b.list(node, vec![inner]),
        "-join" => match items(b, inner) {
            Some(items) => b.join(node, items),
            None => b.other(node, vec![inner]),
        },
        "-" if matches!(b.get(inner), Expr::Literal(_)) => b.literal(node),
        _ => b.other(node, vec![inner]),
    }
}

/// `$object[$index]`, `$object[$from..$to]`.
pub(super) fn element(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let parts = children(node);
    let (Some(object), Some(index)) = (parts.first(), parts.get(1)) else {
        let parts = expressions(b, parts);
        return b.other(node, parts);
    };
    let object = expression(b, *object);
    let index = super::peeled(*index);
    let bounds = children(index);
    if let ("range_expression", [from, to]) = (index.kind(), &*bounds) {
        let from = Some(expression(b, *from));
        let to = Some(expression(b, *to));
        return b.push(Expr::Slice { object, from, to }, node.byte_range());
    }
    let index = expression(b, index);
    b.index(node, object, index)
}
