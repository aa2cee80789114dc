//! The expressions of Java.

use tree_sitter::Node;

use super::declarations::{function, members};
use super::statements;
use crate::syntax::lower::{Builder, arg, child, children, dedent, field, named, unescape};
use crate::syntax::program::{Arg, Expr, ExprId, Function, Stmt};

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

/// The first of what stands in a node, or nothing.
fn first(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match children(node).first() {
        Some(inner) => expression(b, *inner),
        None => b.other(node, Vec::new()),
    }
}

fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "identifier" | "type_identifier" => b.name(node),
        "this" | "super" => b.push(Expr::This, node.byte_range()),
        "string_literal" => string(b, node),
        "character_literal" => b.quoted(node),
        "true" | "false" => b.literal(node),
        "class_literal" => first(b, node),
        kind if kind.ends_with("_literal") => b.literal(node),
        "parenthesized_expression" | "generic_type" | "resource" => first(b, node),
        "cast_expression" => part(b, node, "value"),
        "scoped_identifier" | "scoped_type_identifier" => {
            let parts = children(node);
            match *parts {
                [scope, name] => {
                    let object = expression(b, scope);
                    let name = b.raw(name);
                    b.member(node, object, name)
                }
                _ => b.name(node),
            }
        }
        "field_access" => {
            let object = part(b, node, "object");
            let name = field(node, "field").map(|f| b.raw(f)).unwrap_or_default();
            b.member(node, object, name)
        }
        "array_access" => {
            let object = part(b, node, "array");
            let index = part(b, node, "index");
            b.index(node, object, index)
        }
        "method_invocation" => invocation(b, node),
        "method_reference" => {
            let object = first(b, node);
            let name = children(node).get(1).map(|name| b.raw(*name));
            b.member(node, object, name.unwrap_or_else(|| "new".to_owned()))
        }
        "object_creation_expression" => {
            let callee = part(b, node, "type");
            let mut args = arguments(b, field(node, "arguments"));
            args.extend(child(node, &["class_body"]).map(|body| body_of(b, body)));
            b.call(node, callee, args)
        }
        "array_creation_expression" => match field(node, "value") {
            Some(items) => expression(b, items),
            None => b.list(node, Vec::new()),
        },
        "array_initializer" | "element_value_array_initializer" => {
            let items = expressions(b, children(node));
            b.list(node, items)
        }
        "annotation" | "marker_annotation" => annotation(b, node),
        "assignment_expression" => {
            let target = part(b, node, "left");
            let value = part(b, node, "right");
            let adds = field(node, "operator").is_some_and(|o| o.kind() == "+=");
            let assign = Expr::Assign {
                target,
                value,
                adds,
            };
            b.push(assign, node.byte_range())
        }
        // A test that gives what it tests a name is an assignment.
        "instanceof_expression" if field(node, "name").is_some() => {
            let target = part(b, node, "name");
            let value = part(b, node, "left");
            b.assign(node, target, value)
        }
        "lambda_expression" => {
            let function = function(b, node);
            b.push(Expr::Function(function), node.byte_range())
        }
        "ternary_expression" => {
            let condition = part(b, node, "condition");
            let options = vec![part(b, node, "consequence"), part(b, node, "alternative")];
            b.choice(node, Some(condition), options)
        }
        "switch_expression" => switch(b, node),
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
                _ => {
                    let inner = part(b, node, "operand");
                    b.other(node, vec![inner])
                }
            }
        }
        _ => {
            let parts = expressions(b, children(node));
            b.other(node, parts)
        }
    }
}

/// A string, or a text block, whose indentation is not its own.
fn string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let range = node.byte_range();
    let raw = b.raw(node);
    if raw.starts_with("\"\"\"") && raw.len() >= 6 {
        let content = range.start + 3..range.end - 3;
        let value = unescape(&dedent(&raw[3..raw.len() - 3]));
        return b.text(range, content, value);
    }
    b.quoted(node)
}

/// `@Name(value)`, `@Name(key = value)`: a call.
pub(super) fn annotation(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let callee = part(b, node, "name");
    let given = field(node, "arguments").map(children).unwrap_or_default();
    let args = given
        .into_iter()
        .map(|one| match (field(one, "key"), field(one, "value")) {
            (Some(key), Some(value)) => named(b.raw(key), expression(b, value)),
            _ => arg(expression(b, one)),
        })
        .collect();
    b.call(node, callee, args)
}

pub(super) fn arguments(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Vec<Arg> {
    let given = node.map(children).unwrap_or_default();
    expressions(b, given).into_iter().map(arg).collect()
}

fn invocation(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(name) = field(node, "name") else {
        return first(b, node);
    };
    let callee = match field(node, "object") {
        Some(object) => {
            let range = object.start_byte()..name.end_byte();
            let object = expression(b, object);
            let name = b.raw(name);
            b.push(Expr::Member { object, name }, range)
        }
        None => b.name(name),
    };
    let args = arguments(b, field(node, "arguments"));
    b.call(node, callee, args)
}

/// The members of a class without a name, as an argument of the call that makes its object.
pub(super) fn body_of(b: &mut Builder<'_>, body: Node<'_>) -> Arg {
    let mut parts = Vec::new();
    for member in members(b, &children(body), "") {
        parts.push(match member {
            Stmt::Expr(value) => value,
            Stmt::Function(method) => b.push(Expr::Function(method), body.byte_range()),
            other => closure(b, body, vec![other]),
        });
    }
    arg(b.other(body, parts))
}

/// Statements where a value is wanted.
fn closure(b: &mut Builder<'_>, node: Node<'_>, body: Vec<Stmt>) -> ExprId {
    let function = b.function(Function {
        name: None,
        parameters: Vec::new(),
        body,
        span: node.byte_range(),
    });
    b.push(Expr::Function(function), node.byte_range())
}

/// `switch` as a value: one of those of its cases.
fn switch(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let subject = part(b, node, "condition");
    let mut options = Vec::new();
    for case in field(node, "body").map(children).unwrap_or_default() {
        let body: Vec<Node<'_>> = children(case)
            .into_iter()
            .filter(|n| n.kind() != "switch_label")
            .collect();
        let body = match *body {
            [block] if block.kind() == "block" => children(block),
            _ => body,
        };
        options.push(match *body {
            [only] if matches!(only.kind(), "expression_statement" | "yield_statement") => {
                first(b, only)
            }
            [thrown] if thrown.kind() == "throw_statement" => {
                let inner = first(b, thrown);
                b.other(thrown, vec![inner])
            }
            _ => {
                let body = statements(b, &body);
                let callee = closure(b, case, body);
                b.call(case, callee, Vec::new())
            }
        });
    }
    let choice = b.choice(node, None, options);
    match b.get(subject) {
        Expr::Name(_) | Expr::Member { .. } => choice,
        // What it is decided by may be a call that matters.
        _ => {
            let options = vec![choice];
            b.choice(node, Some(subject), options)
        }
    }
}

/// What holds in a case: that one of its labels is the subject. Nothing for the default.
pub(super) fn case_conditions(b: &mut Builder<'_>, case: Node<'_>, subject: ExprId) -> Vec<ExprId> {
    let mut conditions = Vec::new();
    for label in children(case) {
        if label.kind() != "switch_label" {
            continue;
        }
        for value in children(label) {
            let right = expression(b, value);
            conditions.push(compare(b, value, (subject, right), true));
        }
    }
    conditions
}

fn compare(b: &mut Builder<'_>, node: Node<'_>, sides: (ExprId, ExprId), equal: bool) -> ExprId {
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
