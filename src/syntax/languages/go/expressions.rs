//! The expressions of Go.

use tree_sitter::Node;

use super::function;
use crate::syntax::lower::{Builder, arg, child, children, field, named};
use crate::syntax::program::{Arg, Entry, Expr, ExprId};

pub(super) fn expressions(b: &mut Builder<'_>, nodes: Vec<Node<'_>>) -> Vec<ExprId> {
    nodes.into_iter().map(|node| expression(b, node)).collect()
}

pub(super) fn expression(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| expression_here(b, node))
}

/// The expression in a field, or nothing.
pub(super) fn part(b: &mut Builder<'_>, node: Node<'_>, name: &str) -> ExprId {
    match field(node, name) {
        Some(inner) => expression(b, inner),
        None => b.other(node, Vec::new()),
    }
}

fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "identifier" if Some(&*b.raw(node)) == b.this() => b.push(Expr::This, node.byte_range()),
        "identifier" | "type_identifier" | "field_identifier" | "package_identifier" => {
            b.name(node)
        }
        "interpreted_string_literal" => b.quoted(node),
        "raw_string_literal" => raw_string(b, node),
        "int_literal" | "float_literal" | "imaginary_literal" | "rune_literal" | "true"
        | "false" | "nil" | "iota" => b.literal(node),
        "parenthesized_expression" | "literal_element" | "variadic_argument" => {
            match children(node).first() {
                Some(inner) => expression(b, *inner),
                None => b.other(node, Vec::new()),
            }
        }
        "type_assertion_expression" => part(b, node, "operand"),
        "type_conversion_expression" => match field(node, "type") {
            // `F[T](x)` looks like a conversion.
            Some(of) if of.kind() == "generic_type" => {
                let callee = type_name(b, of);
                let value = part(b, node, "operand");
                b.call(node, callee, vec![arg(value)])
            }
            _ => part(b, node, "operand"),
        },
        "selector_expression" => {
            let object = part(b, node, "operand");
            let name = field(node, "field").map(|f| b.raw(f)).unwrap_or_default();
            b.member(node, object, name)
        }
        "qualified_type" | "generic_type" => type_name(b, node),
        "index_expression" => {
            let object = part(b, node, "operand");
            let index = part(b, node, "index");
            b.index(node, object, index)
        }
        "slice_expression" => {
            let object = part(b, node, "operand");
            let from = field(node, "start").map(|start| expression(b, start));
            let to = field(node, "end").map(|end| expression(b, end));
            b.push(Expr::Slice { object, from, to }, node.byte_range())
        }
        "call_expression" => call(b, node),
        "composite_literal" => composite(b, node, field(node, "body"), field(node, "type")),
        "literal_value" => composite(b, node, Some(node), None),
        "binary_expression" => binary(b, node),
        "unary_expression" => {
            let operator = field(node, "operator").map_or("", |o| o.kind());
            let operand = field(node, "operand");
            match (operator, operand) {
                ("-", Some(operand)) if operand.kind().ends_with("_literal") => b.literal(node),
                ("!", Some(operand)) => {
                    let inner = expression(b, operand);
                    b.push(Expr::Not(inner), node.byte_range())
                }
                ("&" | "*" | "<-", Some(operand)) => expression(b, operand),
                _ => {
                    let inner = part(b, node, "operand");
                    b.other(node, vec![inner])
                }
            }
        }
        "func_literal" => {
            let function = function(b, node);
            b.push(Expr::Function(function), node.byte_range())
        }
        _ => {
            let parts = expressions(b, children(node));
            b.other(node, parts)
        }
    }
}

fn raw_string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let range = node.byte_range();
    let content = match child(node, &["raw_string_literal_content"]) {
        Some(content) => content.byte_range(),
        None => range.end.saturating_sub(1).max(range.start)..range.end.saturating_sub(1),
    };
    let value = b.slice(content.clone());
    b.text(range, content, value)
}

/// A type where it stands as a value: what it is called.
fn type_name(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "qualified_type" => {
            let object = part(b, node, "package");
            let name = field(node, "name").map(|n| b.raw(n)).unwrap_or_default();
            b.member(node, object, name)
        }
        "generic_type" => match field(node, "type") {
            Some(inner) => b.deeper(node, |b| type_name(b, inner)),
            None => b.other(node, Vec::new()),
        },
        _ => b.name(node),
    }
}

fn call(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let args = field(node, "arguments").map(children).unwrap_or_default();
    let function = field(node, "function").map(|f| b.raw(f));
    match (function.as_deref(), &*args) {
        (Some("string"), [value]) => return expression(b, *value),
        (Some("make" | "new"), [of, ..]) => return composite(b, node, None, Some(*of)),
        _ => {}
    }
    let callee = part(b, node, "function");
    let args = args
        .into_iter()
        .map(|one| Arg {
            name: None,
            spread: one.kind() == "variadic_argument",
            value: expression(b, one),
        })
        .collect();
    b.call(node, callee, args)
}

/// The key of an element, if it has one.
fn key_of(element: Node<'_>) -> Option<Node<'_>> {
    field(element, "key").and_then(|key| key.named_child(0))
}

fn value_of(element: Node<'_>) -> Node<'_> {
    let value = field(element, "value").unwrap_or(element);
    value.named_child(0).unwrap_or(value)
}

/// `T{…}`, and `{…}` in one whose elements are known to be `T`. A named type is a struct, unless its
/// keys or values are such as no struct has.
fn composite(
    b: &mut Builder<'_>,
    node: Node<'_>,
    body: Option<Node<'_>>,
    of: Option<Node<'_>>,
) -> ExprId {
    let elements = body.map(children).unwrap_or_default();
    let is_keyed = elements.iter().any(|e| key_of(*e).is_some());
    let is_map = elements.iter().any(|e| {
        key_of(*e)
            .is_some_and(|k| k.kind() != "identifier" || value_of(*e).kind() == "literal_value")
    });
    let kind = of.map_or("", |of| of.kind());
    let inner = of.and_then(|of| match of.kind() {
        "map_type" => field(of, "value"),
        _ => field(of, "element"),
    });
    let inner = inner.map(|of| match of.kind() {
        "pointer_type" => of.named_child(0).unwrap_or(of),
        _ => of,
    });
    let mut items: Vec<(Option<Node<'_>>, ExprId)> = Vec::new();
    for element in elements {
        let value = value_of(element);
        let lowered = match value.kind() {
            "literal_value" => b.deeper(value, |b| composite(b, value, Some(value), inner)),
            _ => expression(b, value),
        };
        items.push((key_of(element), lowered));
    }
    match (kind, of) {
        ("slice_type" | "array_type" | "implicit_length_array_type", _) => {
            b.list(node, items.into_iter().map(|(_, value)| value).collect())
        }
        ("type_identifier" | "identifier" | "qualified_type" | "generic_type", Some(of))
            if !is_map =>
        {
            let callee = type_name(b, of);
            let args = items
                .into_iter()
                .map(|(key, value)| match key {
                    Some(key) => named(b.raw(key), value),
                    None => arg(value),
                })
                .collect();
            b.call(node, callee, args)
        }
        ("selector_expression", Some(of)) => {
            let callee = expression(b, of);
            b.call(node, callee, Vec::new())
        }
        _ if is_keyed || kind == "map_type" => {
            let mut entries = Vec::new();
            for (key, value) in items {
                let key = key.map(|key| match key.kind() {
                    // A field of a struct without a name.
                    "identifier" if kind == "struct_type" || (kind.is_empty() && !is_map) => {
                        b.word(key.byte_range())
                    }
                    _ => expression(b, key),
                });
                entries.push(Entry { key, value });
            }
            b.map(node, entries)
        }
        _ => b.list(node, items.into_iter().map(|(_, value)| value).collect()),
    }
}

pub(super) fn compare(
    b: &mut Builder<'_>,
    node: Node<'_>,
    sides: (ExprId, ExprId),
    equal: bool,
) -> ExprId {
    let (left, right) = sides;
    b.push(Expr::Compare { left, right, equal }, node.byte_range())
}

fn binary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let left = part(b, node, "left");
    let right = part(b, node, "right");
    match field(node, "operator").map_or("", |o| o.kind()) {
        "+" => b.join(node, vec![left, right]),
        "||" => b.choice(node, None, vec![left, right]),
        "&&" => b.choice(node, Some(left), vec![right]),
        "==" => compare(b, node, (left, right), true),
        "!=" => compare(b, node, (left, right), false),
        _ => b.other(node, vec![left, right]),
    }
}
