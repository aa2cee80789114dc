//! Expressions.

use tree_sitter::Node;

use super::declarations::{class, function, pattern};
use crate::syntax::lower::{Builder, arg, children, field, named};
use crate::syntax::program::{Arg, Entry, Expr, ExprId, Stmt};

/// A key of an object: fixed, where it is not computed.
pub(super) fn key_of(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "string" => string(b, node),
        "computed_property_name" => match node.named_child(0) {
            Some(inner) => expression(b, inner),
            None => b.other(node, Vec::new()),
        },
        _ => b.word(node.byte_range()),
    }
}

pub(super) fn string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.quoted(node)
}

fn expressions(b: &mut Builder<'_>, nodes: Vec<Node<'_>>) -> Vec<ExprId> {
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

#[expect(
    clippy::too_many_lines,
    reason = "a table: an arm for each kind of node"
)]
fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "identifier" | "shorthand_property_identifier" | "property_identifier" | "undefined" => {
            b.name(node)
        }
        "this" | "super" => b.push(Expr::This, node.byte_range()),
        "string" => string(b, node),
        "template_string" => template(b, node),
        "number" | "true" | "false" | "null" | "regex" => b.literal(node),
        "parenthesized_expression"
        | "await_expression"
        | "non_null_expression"
        | "as_expression"
        | "satisfies_expression"
        | "type_assertion"
        | "jsx_expression"
        | "yield_expression" => {
            let inner = children(node);
            let inner = match node.kind() {
                "type_assertion" => inner.last(),
                _ => inner.first(),
            };
            match inner {
                Some(inner) => expression(b, *inner),
                None => b.other(node, Vec::new()),
            }
        }
        "member_expression" => {
            let object = part(b, node, "object");
            let name = field(node, "property")
                .map(|p| b.raw(p))
                .unwrap_or_default();
            b.member(node, object, name.trim_start_matches('#').to_owned())
        }
        "subscript_expression" => {
            let object = part(b, node, "object");
            let index = part(b, node, "index");
            b.index(node, object, index)
        }
        "call_expression" => {
            let callee = part(b, node, "function");
            let args = match field(node, "arguments") {
                Some(template) if template.kind() == "template_string" => {
                    vec![arg(expression(b, template))]
                }
                args => arguments(b, args),
            };
            b.call(node, callee, args)
        }
        "new_expression" => {
            let callee = part(b, node, "constructor");
            let args = arguments(b, field(node, "arguments"));
            b.call(node, callee, args)
        }
        "object" => object(b, node),
        "array" => {
            let items = expressions(b, children(node));
            b.list(node, items)
        }
        "spread_element" => match node.named_child(0) {
            Some(inner) => expression(b, inner),
            None => b.other(node, Vec::new()),
        },
        "binary_expression" => binary(b, node),
        "unary_expression" => {
            let operator = field(node, "operator")
                .map(|o| b.raw(o))
                .unwrap_or_default();
            match (operator.as_str(), field(node, "argument")) {
                ("-", Some(argument)) if argument.kind() == "number" => b.literal(node),
                ("!", Some(argument)) => {
                    let inner = expression(b, argument);
                    b.push(Expr::Not(inner), node.byte_range())
                }
                _ => {
                    let inner = part(b, node, "argument");
                    b.other(node, vec![inner])
                }
            }
        }
        "ternary_expression" => {
            let condition = part(b, node, "condition");
            let options = vec![part(b, node, "consequence"), part(b, node, "alternative")];
            b.choice(node, Some(condition), options)
        }
        "assignment_expression" | "augmented_assignment_expression" => {
            let target = field(node, "left").map(|left| pattern(b, left));
            let Some(target) = target else {
                return b.other(node, Vec::new());
            };
            let value = part(b, node, "right");
            let adds = field(node, "operator").is_some_and(|o| o.kind() == "+=");
            b.push(
                Expr::Assign {
                    target,
                    value,
                    adds,
                },
                node.byte_range(),
            )
        }
        "arrow_function" | "function_expression" | "generator_function" => {
            let function = function(b, node);
            b.push(Expr::Function(function), node.byte_range())
        }
        "class" => {
            let class = class(b, node);
            let name = match class {
                Stmt::Class(_) => field(node, "name").map(|n| b.raw(n)).unwrap_or_default(),
                _ => String::new(),
            };
            b.push(Expr::Name(name), node.byte_range())
        }
        "jsx_element" | "jsx_self_closing_element" => element(b, node),
        _ => {
            let parts = expressions(b, children(node));
            b.other(node, parts)
        }
    }
}

fn template(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut pieces = Vec::new();
    for piece in children(node) {
        pieces.push(match piece.kind() {
            "template_substitution" => match piece.named_child(0) {
                Some(inner) => expression(b, inner),
                None => continue,
            },
            "escape_sequence" => {
                let value = crate::syntax::lower::unescape(&b.raw(piece));
                b.text(piece.byte_range(), piece.byte_range(), value)
            }
            _ => b.word(piece.byte_range()),
        });
    }
    match *pieces {
        [] => b.quoted(node),
        [only] if matches!(b.get(only), Expr::Text { .. }) => b.quoted(node),
        _ => b.join(node, pieces),
    }
}

fn arguments(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Vec<Arg> {
    let Some(node) = node else { return Vec::new() };
    children(node)
        .into_iter()
        .map(|one| Arg {
            name: None,
            spread: one.kind() == "spread_element",
            value: expression(b, one),
        })
        .collect()
}

fn object(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut entries = Vec::new();
    for member in children(node) {
        let entry = match member.kind() {
            "pair" => {
                let (Some(key), Some(value)) = (field(member, "key"), field(member, "value"))
                else {
                    continue;
                };
                Entry {
                    key: Some(key_of(b, key)),
                    value: expression(b, value),
                }
            }
            "shorthand_property_identifier" => {
                let key = Some(b.word(member.byte_range()));
                Entry {
                    key,
                    value: b.name(member),
                }
            }
            "spread_element" => Entry {
                key: None,
                value: expression(b, member),
            },
            "method_definition" => {
                let Some(name) = field(member, "name") else {
                    continue;
                };
                let key = Some(key_of(b, name));
                let method = function(b, member);
                Entry {
                    key,
                    value: b.push(Expr::Function(method), member.byte_range()),
                }
            }
            _ => continue,
        };
        entries.push(entry);
    }
    b.map(node, entries)
}

fn binary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let operator = field(node, "operator")
        .map(|o| b.raw(o))
        .unwrap_or_default();
    let left = part(b, node, "left");
    let right = part(b, node, "right");
    match operator.as_str() {
        "+" => b.join(node, vec![left, right]),
        "||" | "??" => b.choice(node, None, vec![left, right]),
        "&&" => b.choice(node, Some(left), vec![right]),
        "==" | "===" | "!=" | "!==" => {
            let equal = operator.starts_with('=');
            b.push(Expr::Compare { left, right, equal }, node.byte_range())
        }
        _ => b.other(node, vec![left, right]),
    }
}

/// `<Tag name={value}>…</Tag>`: a call of `Tag` with its attributes by name, then its children.
fn element(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let open = field(node, "open_tag").unwrap_or(node);
    let callee = part(b, open, "name");
    let mut args = Vec::new();
    let mut cursor = open.walk();
    for attribute in open.children_by_field_name("attribute", &mut cursor) {
        let mut parts = children(attribute).into_iter();
        let Some(first) = parts.next() else { continue };
        args.push(match (attribute.kind(), parts.next()) {
            ("jsx_attribute", Some(value)) => named(b.raw(first), expression(b, value)),
            ("jsx_attribute", None) => continue,
            _ => Arg {
                name: None,
                spread: true,
                value: expression(b, first),
            },
        });
    }
    if open != node {
        for inner in children(node) {
            if matches!(
                inner.kind(),
                "jsx_element" | "jsx_self_closing_element" | "jsx_expression"
            ) {
                args.push(arg(expression(b, inner)));
            }
        }
    }
    b.call(node, callee, args)
}
