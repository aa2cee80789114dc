//! The declarations of Kotlin: properties, functions, classes with their members.

use tree_sitter::Node;

use super::expressions::{annotations, annotations_in, arguments, expression, members_of, name_of};
use super::{Last, block, statement, statements};
use crate::syntax::lower::{Builder, arg, child, children, field};
use crate::syntax::program::{Block, Class, Expr, ExprId, Function, FunctionId, Parameter, Stmt};

/// Annotations that stand before something, as statements.
pub(super) fn annotated(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    for annotation in annotations(b, node) {
        out.push(Stmt::Expr(annotation));
    }
}

/// The value of what annotations stand before: that of those with arguments, if any.
fn injected(b: &mut Builder<'_>, node: Node<'_>, mut values: Vec<ExprId>) -> Option<ExprId> {
    let says = |b: &Builder<'_>, id: ExprId| matches!(b.get(id), Expr::Call { args, .. } if !args.is_empty());
    if values.iter().any(|id| says(b, *id)) {
        values.retain(|id| says(b, *id));
    }
    match *values {
        [] => None,
        [only] => Some(only),
        _ => Some(b.choice(node, None, values)),
    }
}

/// `val name = value`, of the object where it is given. What its getter does is the value.
pub(super) fn property(
    b: &mut Builder<'_>,
    node: Node<'_>,
    object: Option<ExprId>,
    out: &mut Block,
) {
    let name = child(
        node,
        &["variable_declaration", "multi_variable_declaration"],
    );
    let Some(name) = name else { return };
    let mut value = None;
    let after = children(node).into_iter().skip_while(|n| *n != name);
    for one in after.skip(1) {
        match one.kind() {
            "getter" => value = function_result(b, one).or(value),
            "setter" if child(one, &["function_body"]).is_none() => {}
            "setter" => {
                let setter = function(b, one);
                out.push(Stmt::Function(setter));
            }
            "property_delegate" => {
                value = children(one).first().map(|inner| expression(b, *inner));
            }
            "type_constraints" | "ERROR" => {}
            _ => value = Some(expression(b, one)),
        }
    }
    let annotations = annotations(b, node);
    let value = match value {
        Some(value) => {
            out.extend(annotations.into_iter().map(Stmt::Expr));
            Some(value)
        }
        None => injected(b, node, annotations),
    };
    if let Some(value) = value {
        let target = match object {
            Some(object) if name.kind() == "variable_declaration" => {
                let field = name_of(b, name);
                b.member(name, object, field)
            }
            _ => expression(b, name),
        };
        out.push(Stmt::Expr(b.assign(node, target, value)));
    }
    // What could not be read of it still has parts.
    for error in children(node) {
        if error.kind() == "ERROR" {
            statement(b, error, Last::Plain, out);
        }
    }
}

/// The value of a getter: what it is, or what it hands back when it is called.
fn function_result(b: &mut Builder<'_>, node: Node<'_>) -> Option<ExprId> {
    let body = body_of(b, child(node, &["function_body"])?);
    Some(match *body {
        [Stmt::Return(value)] => value,
        _ => called(b, node, body),
    })
}

/// What statements hand back: a function of them, called at once.
pub(super) fn called(b: &mut Builder<'_>, node: Node<'_>, body: Block) -> ExprId {
    let function = b.function(Function {
        name: None,
        parameters: Vec::new(),
        body,
        span: node.byte_range(),
    });
    let callee = b.push(Expr::Function(function), node.byte_range());
    b.call(node, callee, Vec::new())
}

/// A function, constructor, setter or lambda.
pub(super) fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = match node.kind() {
        "secondary_constructor" => Some("constructor".to_owned()),
        _ => field(node, "name").map(|name| b.raw(name)),
    };
    let mut parameters = Vec::new();
    if let Some(list) = child(node, &["function_value_parameters"]) {
        parameters = self::parameters(b, list);
    } else if let Some(name) = child(node, &["identifier"]).filter(|_| node.kind() == "setter") {
        parameters.push(plain(b.name(name)));
    }
    let mut body = Vec::new();
    if let Some(other) = child(node, &["constructor_delegation_call"]) {
        let callee = b.push(Expr::This, other.byte_range());
        let args = arguments(b, child(other, &["value_arguments"]));
        body.push(Stmt::Expr(b.call(other, callee, args)));
    }
    match child(node, &["function_body", "block"]) {
        Some(inner) if inner.kind() == "block" => {
            body.extend(block(b, Some(inner), Last::Plain));
        }
        Some(inner) => body.extend(body_of(b, inner)),
        None => {}
    }
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

/// `{ … }`, or `= value`.
fn body_of(b: &mut Builder<'_>, body: Node<'_>) -> Block {
    match *children(body) {
        [inner] if inner.kind() == "block" => block(b, Some(inner), Last::Plain),
        [value] if value.kind() != "ERROR" => vec![Stmt::Return(expression(b, value))],
        ref parts => statements(b, parts, Last::Plain),
    }
}

pub(super) fn plain(target: ExprId) -> Parameter {
    Parameter {
        target,
        default: None,
        is_field: false,
    }
}

/// Parameters; the annotations of one stand before it, its value after it.
fn parameters(b: &mut Builder<'_>, list: Node<'_>) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut injections = Vec::new();
    for one in children(list) {
        match one.kind() {
            "parameter_modifiers" => injections.extend(annotations_in(b, one)),
            "parameter" => {
                let Some(name) = child(one, &["identifier"]) else {
                    continue;
                };
                let target = b.name(name);
                let default = injected(b, one, std::mem::take(&mut injections));
                parameters.push(Parameter {
                    default,
                    ..plain(target)
                });
            }
            _ => {
                let value = expression(b, one);
                if let Some(parameter) = parameters.last_mut() {
                    parameter.default = Some(value);
                }
            }
        }
    }
    parameters
}

pub(super) fn class(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    annotated(b, node, out);
    let name = field(node, "name").map(|n| b.raw(n)).unwrap_or_default();
    let (parents, base) = ancestry(b, node);
    let constructor = child(node, &["primary_constructor"]);
    let members = child(node, &["class_body", "enum_class_body"]).map(children);
    let body = b.block(|b, out| {
        if constructor.is_some() || base.is_some() {
            let list = constructor.and_then(|c| child(c, &["class_parameters"]));
            let parameters = list.map_or_else(Vec::new, |list| class_parameters(b, list));
            let function = b.function(Function {
                name: Some("constructor".to_owned()),
                parameters,
                body: base.map(Stmt::Expr).into_iter().collect(),
                span: constructor.unwrap_or(node).byte_range(),
            });
            out.push(Stmt::Function(function));
        }
        for node in members.unwrap_or_default() {
            member(b, node, &name, out);
        }
    });
    out.push(b.class(Class {
        name,
        parents,
        body,
        span: node.byte_range(),
    }));
}

/// What a class is made from, and the call of its parent's constructor, if that gets something.
pub(super) fn ancestry(b: &mut Builder<'_>, node: Node<'_>) -> (Vec<String>, Option<ExprId>) {
    let list = child(node, &["delegation_specifiers"]).map(children);
    let mut parents = Vec::new();
    let mut base = None;
    for one in list.unwrap_or_default() {
        let Some(parent) = children(one).first().copied() else {
            continue;
        };
        let of = child(parent, &["user_type"]).unwrap_or(parent);
        parents.push(b.raw(of));
        let args = arguments(b, child(parent, &["value_arguments"]));
        if !args.is_empty() {
            let callee = b.push(Expr::This, of.byte_range());
            base = Some(b.call(parent, callee, args));
        }
    }
    (parents, base)
}

/// What the primary constructor gets is known in all of the class, as its fields are.
fn class_parameters(b: &mut Builder<'_>, list: Node<'_>) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for one in children(list) {
        let parts = children(one);
        let Some(at) = parts.iter().position(|n| n.kind() == "identifier") else {
            continue;
        };
        // Name, type, value.
        let default = parts.get(at + 2).copied();
        let annotations = annotations(b, one);
        parameters.push(Parameter {
            target: b.name(parts[at]),
            default: match default {
                Some(value) => Some(expression(b, value)),
                None => injected(b, one, annotations),
            },
            is_field: true,
        });
    }
    parameters
}

/// A member of the class `class`, or of an object without a name.
pub(super) fn member(b: &mut Builder<'_>, node: Node<'_>, class: &str, out: &mut Block) {
    match node.kind() {
        "property_declaration" => {
            let this = b.push(Expr::This, node.start_byte()..node.start_byte());
            property(b, node, Some(this), out);
        }
        "secondary_constructor" => {
            let constructor = function(b, node);
            out.push(Stmt::Function(constructor));
        }
        "anonymous_initializer" => {
            let inner = block(b, child(node, &["block"]), Last::Plain);
            out.push(Stmt::Block(inner));
        }
        // Its members are called as those of the class are.
        "companion_object" => {
            let members = child(node, &["class_body"]).map(children);
            let inner = b.block(|b, out| {
                for node in members.unwrap_or_default() {
                    member(b, node, class, out);
                }
            });
            out.extend(inner);
        }
        "enum_entry" => {
            let Some(name) = child(node, &["identifier"]) else {
                return;
            };
            let this = b.push(Expr::This, node.start_byte()..node.start_byte());
            let target = b.raw(name);
            let target = b.member(name, this, target);
            let callee = b.push(Expr::Name(class.to_owned()), name.byte_range());
            let mut args = arguments(b, child(node, &["value_arguments"]));
            if let Some(body) = child(node, &["class_body"]) {
                args.push(arg(members_of(b, body)));
            }
            let value = b.call(node, callee, args);
            out.push(Stmt::Expr(b.assign(node, target, value)));
        }
        _ => statement(b, node, Last::Plain, out),
    }
}
