//! Rust's strings, struct literals, elements and operators.

use tree_sitter::Node;

use super::items::type_name;
use super::{expression, part};
use crate::syntax::lower::{Builder, children, field, has_token, named, unescape};
use crate::syntax::program::{Arg, Expr, ExprId};

pub(super) fn string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let range = node.byte_range();
    let raw = b.slice(range.clone());
    let quote = if raw.contains('"') { '"' } else { '\'' };
    let (Some(first), Some(last)) = (raw.find(quote), raw.rfind(quote)) else {
        return b.word(range);
    };
    if first == last {
        return b.word(range);
    }
    let inner = &raw[first + 1..last];
    let value = match node.kind() {
        "raw_string_literal" => inner.to_owned(),
        _ => unescape(&continued(inner)),
    };
    b.text(
        range.clone(),
        range.start + first + 1..range.start + last,
        value,
    )
}

/// A backslash at the end of a line takes the line break and the indentation of the next line away.
fn continued(raw: &str) -> String {
    let mut lines = raw.split("\\\n");
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push_str(line.trim_start());
    }
    out
}

/// `Client { key, url: u, ..rest }`.
pub(super) fn made(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let callee = match field(node, "name") {
        Some(name) if b.raw(name) == "Self" => own_type(b, name),
        _ => part(b, node, "name"),
    };
    let mut args = Vec::new();
    for one in field(node, "body").map(children).unwrap_or_default() {
        let Some(first) = one.named_child(0) else {
            continue;
        };
        args.push(match (one.kind(), field(one, "value")) {
            ("field_initializer", Some(value)) => {
                let name = field(one, "field").unwrap_or(first);
                named(b.raw(name), expression(b, value))
            }
            ("base_field_initializer", _) => Arg {
                name: None,
                value: expression(b, first),
                spread: true,
            },
            _ => {
                let name = children(one).pop().unwrap_or(first);
                named(b.raw(name), b.name(name))
            }
        });
    }
    b.call(node, callee, args)
}

/// `Self` where a type is made: the type that the `impl` around it is of.
pub(super) fn own_type(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut at = node.parent();
    while let Some(around) = at {
        if let ("impl_item", Some(of)) = (around.kind(), field(around, "type")) {
            let name = type_name(b, of);
            return b.push(Expr::Name(name), node.byte_range());
        }
        at = around.parent();
    }
    b.name(node)
}

pub(super) fn index(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut parts = children(node).into_iter();
    let (Some(object), Some(index)) = (parts.next(), parts.next()) else {
        return b.other(node, Vec::new());
    };
    let object = expression(b, object);
    if index.kind() != "range_expression" {
        let index = expression(b, index);
        return b.index(node, object, index);
    }
    let mut cursor = index.walk();
    let dots = index
        .children(&mut cursor)
        .find(|part| part.kind().starts_with(".."))
        .map_or(index.end_byte(), |dots| dots.start_byte());
    let (mut from, mut to) = (None, None);
    for bound in children(index) {
        let side = if bound.start_byte() < dots {
            &mut from
        } else {
            &mut to
        };
        *side = Some(expression(b, bound));
    }
    b.push(Expr::Slice { object, from, to }, node.byte_range())
}

pub(super) fn binary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let operator = field(node, "operator").map(|o| b.raw(o));
    let left = part(b, node, "left");
    let right = part(b, node, "right");
    match operator.as_deref() {
        Some("+") => b.join(node, vec![left, right]),
        Some("||") => b.choice(node, None, vec![left, right]),
        Some("&&") => b.choice(node, Some(left), vec![right]),
        Some(operator @ ("==" | "!=")) => {
            let equal = operator == "==";
            b.push(Expr::Compare { left, right, equal }, node.byte_range())
        }
        _ => b.other(node, vec![left, right]),
    }
}

/// `*x`, `!x`, `-x`.
pub(super) fn unary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(inner) = node.named_child(0) else {
        return b.other(node, Vec::new());
    };
    if has_token(node, "*") {
        return expression(b, inner);
    }
    if has_token(node, "!") {
        let inner = expression(b, inner);
        return b.push(Expr::Not(inner), node.byte_range());
    }
    if inner.kind().ends_with("_literal") {
        return b.literal(node);
    }
    let inner = expression(b, inner);
    b.other(node, vec![inner])
}
