//! Operators, calls, elements and members, which Swift's grammar nests in an order of its own.

use std::ops::Range;

use tree_sitter::Node;

use super::{expression, expressions};
use crate::syntax::lower::{Builder, arg, child, children, field, has_token, named};
use crate::syntax::program::{Arg, Expr, ExprId};

pub(super) fn is_operation(kind: &str) -> bool {
    matches!(
        kind,
        "additive_expression"
            | "multiplicative_expression"
            | "equality_expression"
            | "comparison_expression"
            | "conjunction_expression"
            | "disjunction_expression"
            | "nil_coalescing_expression"
            | "infix_expression"
            | "bitwise_operation"
            | "ternary_expression"
    )
}

/// Calls, elements and members of `head`; `suffixes` are the nodes that say so, the outermost first.
///
/// The grammar reads `a + f(x)` as `(a + f)(x)`: what follows an operation belongs to the last part
/// of it.
pub(super) fn applied<'t>(
    b: &mut Builder<'_>,
    head: Node<'t>,
    mut suffixes: Vec<Node<'t>>,
) -> ExprId {
    let mut head = head;
    while matches!(
        head.kind(),
        "call_expression" | "navigation_expression" | "constructor_expression"
    ) || (head.kind() == "postfix_expression" && !suffixes.is_empty())
    {
        suffixes.push(head);
        let Some(inner) = head.named_child(0) else {
            return b.other(head, Vec::new());
        };
        head = inner;
    }
    let whole = suffixes.first().copied().unwrap_or(head);
    if is_operation(head.kind()) {
        return b.deeper(whole, |b| operation(b, head, whole, suffixes));
    }
    let start = head.start_byte();
    let mut at = expression(b, head);
    for suffix in suffixes.into_iter().rev() {
        at = suffixed(b, at, suffix, start);
    }
    at
}

/// `left operator right`, where suffixes that follow belong to the right.
fn operation<'t>(
    b: &mut Builder<'_>,
    node: Node<'t>,
    whole: Node<'t>,
    suffixes: Vec<Node<'t>>,
) -> ExprId {
    let [left, right] = match node.kind() {
        "ternary_expression" => ["if_true", "if_false"],
        "nil_coalescing_expression" => ["value", "if_nil"],
        _ => ["lhs", "rhs"],
    }
    .map(|name| field(node, name));
    let (Some(left), Some(right)) = (left, right) else {
        let parts = expressions(b, children(node));
        return b.other(node, parts);
    };
    let operator = field(node, "op").map(|o| b.raw(o)).unwrap_or_default();
    let condition = field(node, "condition").map(|c| expression(b, c));
    let left = expression(b, left);
    // `a == b && c` may be read as `a == (b && c)`.
    if operator.ends_with('=')
        && matches!(
            right.kind(),
            "conjunction_expression" | "disjunction_expression"
        )
        && let (Some(middle), Some(last)) = (field(right, "lhs"), field(right, "rhs"))
    {
        let middle = expression(b, middle);
        let compared = operated(b, node, &operator, left, middle);
        let last = applied(b, last, suffixes);
        let operator = field(right, "op").map(|o| b.raw(o)).unwrap_or_default();
        return operated(b, whole, &operator, compared, last);
    }
    let right = applied(b, right, suffixes);
    match node.kind() {
        "ternary_expression" => b.choice(whole, condition, vec![left, right]),
        "nil_coalescing_expression" => b.choice(whole, None, vec![left, right]),
        _ => operated(b, whole, &operator, left, right),
    }
}

fn operated(
    b: &mut Builder<'_>,
    node: Node<'_>,
    operator: &str,
    left: ExprId,
    right: ExprId,
) -> ExprId {
    match operator {
        "+" => b.join(node, vec![left, right]),
        "||" => b.choice(node, None, vec![left, right]),
        "&&" => b.choice(node, Some(left), vec![right]),
        "==" | "!=" | "===" | "!==" => {
            let equal = operator.starts_with('=');
            b.push(Expr::Compare { left, right, equal }, node.byte_range())
        }
        _ => b.other(node, vec![left, right]),
    }
}

/// One call, element or member of what begins at `start`.
fn suffixed(b: &mut Builder<'_>, object: ExprId, node: Node<'_>, start: usize) -> ExprId {
    let range = start..node.end_byte();
    if let Some(suffix) = field(node, "suffix") {
        let name = children(suffix).pop().map(|name| b.raw(name));
        let name = name.unwrap_or_default();
        return b.push(Expr::Member { object, name }, range);
    }
    let Some(suffix) = child(node, &["call_suffix", "constructor_suffix"]) else {
        return object;
    };
    let listed = child(suffix, &["value_arguments"]);
    if let Some(listed) = listed.filter(|listed| has_token(*listed, "[")) {
        return element(b, object, listed, range);
    }
    let mut args = arguments(b, suffix, listed);
    // `f(x) { … }` may be read as two calls where an operation stands before it.
    if let (
        None,
        Expr::Call {
            callee,
            args: first,
        },
    ) = (listed, b.get(object))
    {
        let (callee, first) = (*callee, first.clone());
        args.splice(0..0, first);
        return b.push(Expr::Call { callee, args }, range);
    }
    // `[String: String]()` is an empty one.
    if args.is_empty() {
        match b.get(object) {
            Expr::Map(_) => return b.push(Expr::Map(Vec::new()), range),
            Expr::List(_) => return b.push(Expr::List(Vec::new()), range),
            _ => {}
        }
    }
    b.push(
        Expr::Call {
            callee: object,
            args,
        },
        range,
    )
}

/// `object[key]`, `object[from..<to]`.
fn element(b: &mut Builder<'_>, object: ExprId, listed: Node<'_>, range: Range<usize>) -> ExprId {
    let index = child(listed, &["value_argument"]).and_then(|one| field(one, "value"));
    let Some(index) = index else {
        return b.push(Expr::Other(vec![object]), range);
    };
    if index.kind().ends_with("range_expression") {
        let from = field(index, "start").map(|from| expression(b, from));
        let to = field(index, "end").map(|to| expression(b, to));
        return b.push(Expr::Slice { object, from, to }, range);
    }
    let index = expression(b, index);
    let name = match b.get(index) {
        Expr::Text { value, .. } => value.clone(),
        _ => return b.push(Expr::Index { object, index }, range),
    };
    b.push(Expr::Member { object, name }, range)
}

/// Arguments in parentheses, then closures; all but the first of these have names.
fn arguments(b: &mut Builder<'_>, suffix: Node<'_>, listed: Option<Node<'_>>) -> Vec<Arg> {
    let mut args = Vec::new();
    for one in listed.map(children).unwrap_or_default() {
        let Some(value) = field(one, "value") else {
            continue;
        };
        let value = expression(b, value);
        args.push(match field(one, "name") {
            Some(name) => named(b.raw(name), value),
            None => arg(value),
        });
    }
    let mut name = None;
    for one in children(suffix) {
        match one.kind() {
            "simple_identifier" => name = Some(b.raw(one)),
            "lambda_literal" => {
                let value = expression(b, one);
                args.push(match name.take() {
                    Some(name) => named(name, value),
                    None => arg(value),
                });
            }
            _ => {}
        }
    }
    args
}
