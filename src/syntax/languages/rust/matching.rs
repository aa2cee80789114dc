//! Patterns, and `match`.

use tree_sitter::Node;

use super::{Tail, block, expression, part, unnamed};
use crate::syntax::lower::{Builder, children, field};
use crate::syntax::program::{Block, Entry, Expr, ExprId, Parameter, Stmt};

/// What a value is assigned to, which may be taken apart. A variant with one value in it stands for
/// that value: `Some(key)` is `key`.
pub(super) fn pattern(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| match node.kind() {
        "_" => b.name(node),
        "mut_pattern" | "ref_pattern" | "reference_pattern" => match children(node).pop() {
            Some(inner) => pattern(b, inner),
            None => b.other(node, Vec::new()),
        },
        "captured_pattern" => match node.named_child(0) {
            Some(name) => b.name(name),
            None => b.other(node, Vec::new()),
        },
        "tuple_struct_pattern" => match *contents(node) {
            [only] => pattern(b, only),
            ref several => list(b, node, several),
        },
        "tuple_pattern" | "slice_pattern" => list(b, node, &contents(node)),
        "struct_pattern" => {
            let mut entries = Vec::new();
            for one in children(node) {
                let Some(name) = field(one, "name") else {
                    continue;
                };
                if one.kind() == "field_pattern" {
                    let key = Some(b.word(name.byte_range()));
                    let value = match field(one, "pattern") {
                        Some(inner) => pattern(b, inner),
                        None => b.name(name),
                    };
                    entries.push(Entry { key, value });
                }
            }
            b.map(node, entries)
        }
        _ => expression(b, node),
    })
}

fn list(b: &mut Builder<'_>, node: Node<'_>, items: &[Node<'_>]) -> ExprId {
    let items = items.iter().map(|item| pattern(b, *item)).collect();
    b.list(node, items)
}

/// What stands in the parentheses of `Variant(…)` and `(…)`, `_` too.
fn contents(node: Node<'_>) -> Vec<Node<'_>> {
    let variant = field(node, "type");
    let mut cursor = node.walk();
    node.children(&mut cursor)
        .filter(|c| Some(*c) != variant && (c.is_named() || c.kind() == "_"))
        .collect()
}

/// How a pattern decides.
enum Test {
    /// It always fits, and gives nothing a name.
    Always,
    /// It fits where this holds.
    Holds(ExprId),
    /// It gives (parts of) the subject a name.
    Names(ExprId),
}

/// `node` is what the pattern is a part of.
fn test(b: &mut Builder<'_>, node: Node<'_>, left: Option<Node<'_>>, subject: ExprId) -> Test {
    let Some(left) = left.filter(|left| left.kind() != "_") else {
        return Test::Always;
    };
    let right = match left.kind() {
        "or_pattern" => {
            let mut tests = Vec::new();
            for one in children(left) {
                match test(b, one, Some(one), subject) {
                    Test::Holds(holds) => tests.push(holds),
                    _ => return Test::Names(pattern(b, left)),
                }
            }
            return Test::Holds(b.choice(left, None, tests));
        }
        "tuple_struct_pattern" => match *contents(left) {
            [only] if only.kind() != "_" => return test(b, node, Some(only), subject),
            ref inner if inner.iter().all(|one| one.kind() == "_") => part(b, left, "type"),
            _ => return Test::Names(pattern(b, left)),
        },
        "identifier" if !b.raw(left).starts_with(char::is_uppercase) => {
            return Test::Names(pattern(b, left));
        }
        "mut_pattern" | "ref_pattern" | "reference_pattern" | "captured_pattern"
        | "tuple_pattern" | "slice_pattern" | "struct_pattern" => {
            return Test::Names(pattern(b, left));
        }
        _ => expression(b, left),
    };
    let compare = Expr::Compare {
        left: subject,
        right,
        equal: true,
    };
    Test::Holds(b.push(compare, node.byte_range()))
}

/// Whether a value fits a pattern, as `if let` asks.
pub(super) fn condition(
    b: &mut Builder<'_>,
    node: Node<'_>,
    left: Node<'_>,
    subject: ExprId,
) -> ExprId {
    match test(b, node, Some(left), subject) {
        Test::Always => subject,
        Test::Holds(holds) => holds,
        Test::Names(target) => b.assign(node, target, subject),
    }
}

/// The pattern of an arm itself; `_` is no named node.
fn arm_pattern(arm: Node<'_>) -> Option<Node<'_>> {
    let guard = field(arm, "pattern").and_then(|p| field(p, "condition"));
    let first = field(arm, "pattern")?.named_child(0)?;
    (Some(first) != guard).then_some(first)
}

/// A row of comparisons.
pub(super) fn statement(b: &mut Builder<'_>, node: Node<'_>, tail: Tail, out: &mut Block) {
    let subject = part(b, node, "value");
    for arm in field(node, "body").map(children).unwrap_or_default() {
        let condition = match test(b, arm, arm_pattern(arm), subject) {
            Test::Always => None,
            Test::Holds(holds) => Some(holds),
            Test::Names(target) => Some(b.assign(arm, target, subject)),
        };
        let guard = field(arm, "pattern").and_then(|p| field(p, "condition"));
        let guard = guard.map(|guard| expression(b, guard));
        let condition = match (condition, guard) {
            (Some(condition), Some(guard)) => Some(b.choice(arm, Some(condition), vec![guard])),
            (condition, guard) => condition.or(guard),
        };
        let then = block(b, field(arm, "value"), tail);
        out.push(match condition {
            Some(condition) => Stmt::If {
                condition,
                then,
                otherwise: Vec::new(),
            },
            None => Stmt::Block(then),
        });
    }
}

/// One of the values of the arms. Where a pattern gives the subject a name that the value is made
/// with, the value is that of a function which has the subject as its parameter.
pub(super) fn value(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let subject = part(b, node, "value");
    let mut options = Vec::new();
    for arm in field(node, "body").map(children).unwrap_or_default() {
        let names = match test(b, arm, arm_pattern(arm), subject) {
            Test::Names(target) => Some(target),
            _ => None,
        };
        let option = super::value(b, field(arm, "value"), arm);
        options.push(match names {
            None => option,
            Some(target) if b.get(target) == b.get(option) => subject,
            Some(target) => {
                let parameter = Parameter {
                    target,
                    default: Some(subject),
                    is_field: false,
                };
                let function = unnamed(b, arm, vec![parameter], vec![Stmt::Return(option)]);
                let function = b.push(Expr::Function(function), arm.byte_range());
                b.call(arm, function, Vec::new())
            }
        });
    }
    b.choice(node, None, options)
}
