//! The declarations of Java: variables, functions, classes with their members.

use tree_sitter::Node;

use super::expressions::{annotation, arguments, body_of, expression};
use super::{block, statement};
use crate::syntax::lower::{Builder, child, children, field};
use crate::syntax::program::{Block, Class, Expr, ExprId, Function, FunctionId, Parameter, Stmt};

fn annotations(b: &mut Builder<'_>, node: Node<'_>) -> Vec<ExprId> {
    let modifiers = child(node, &["modifiers"]).map(children);
    modifiers
        .unwrap_or_default()
        .into_iter()
        .filter(|m| m.kind().ends_with("annotation"))
        .map(|one| annotation(b, one))
        .collect()
}

/// Annotations that stand before something, as statements.
pub(super) fn annotated(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    for annotation in annotations(b, node) {
        out.push(Stmt::Expr(annotation));
    }
}

/// The value that annotations give what they stand before: that of those with arguments, if any.
fn injected(b: &mut Builder<'_>, node: Node<'_>) -> Option<ExprId> {
    let mut values = annotations(b, node);
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

/// `T a = x, b = y;`, of the object where it is given.
pub(super) fn variables(
    b: &mut Builder<'_>,
    node: Node<'_>,
    object: Option<ExprId>,
    out: &mut Block,
) {
    let mut cursor = node.walk();
    let declared: Vec<Node<'_>> = node
        .children_by_field_name("declarator", &mut cursor)
        .collect();
    for one in declared {
        let Some(name) = field(one, "name") else {
            continue;
        };
        let value = match field(one, "value") {
            Some(value) => {
                annotated(b, node, out);
                expression(b, value)
            }
            None => match injected(b, node) {
                Some(value) => value,
                None => continue,
            },
        };
        let target = match object {
            Some(object) => {
                let field = b.raw(name);
                b.member(name, object, field)
            }
            None => b.name(name),
        };
        out.push(Stmt::Expr(b.assign(one, target, value)));
    }
}

/// A function or method; a lambda has no name, and its body may be a value.
pub(super) fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = field(node, "name").map(|name| b.raw(name));
    let parameters = field(node, "parameters").map_or_else(Vec::new, |list| parameters(b, list));
    let body = match field(node, "body") {
        Some(body) if matches!(body.kind(), "block" | "constructor_body") => block(b, Some(body)),
        Some(value) => vec![Stmt::Return(expression(b, value))],
        None => Vec::new(),
    };
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

fn parameters(b: &mut Builder<'_>, list: Node<'_>) -> Vec<Parameter> {
    let given = match list.kind() {
        "identifier" => vec![list],
        _ => children(list),
    };
    let mut parameters = Vec::new();
    for one in given {
        let declarator = child(one, &["variable_declarator"]).unwrap_or(one);
        let name = match one.kind() {
            "identifier" => Some(one),
            "receiver_parameter" => None,
            _ => field(declarator, "name"),
        };
        let Some(name) = name else { continue };
        parameters.push(Parameter {
            target: b.name(name),
            default: injected(b, one),
            is_field: false,
        });
    }
    parameters
}

pub(super) fn class(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    annotated(b, node, out);
    let name = field(node, "name").map(|n| b.raw(n)).unwrap_or_default();
    let mut parents = Vec::new();
    for part in children(node) {
        if matches!(
            part.kind(),
            "superclass" | "super_interfaces" | "extends_interfaces"
        ) {
            let list = child(part, &["type_list"]).unwrap_or(part);
            parents.extend(children(list).into_iter().map(|of| b.raw(of)));
        }
    }
    let inner = field(node, "body").map(children).unwrap_or_default();
    let mut body = Vec::new();
    if node.kind() == "record_declaration" {
        let fields = field(node, "parameters").map_or_else(Vec::new, |list| parameters(b, list));
        let compact = inner
            .iter()
            .find(|m| m.kind() == "compact_constructor_declaration");
        let constructor = Function {
            name: Some(name.clone()),
            parameters: fields
                .into_iter()
                .map(|parameter| Parameter {
                    is_field: true,
                    ..parameter
                })
                .collect(),
            body: block(b, compact.and_then(|c| field(*c, "body"))),
            span: node.byte_range(),
        };
        body.push(Stmt::Function(b.function(constructor)));
    }
    body.extend(members(b, &inner, &name));
    out.push(b.class(Class {
        name,
        parents,
        body,
        span: node.byte_range(),
    }));
}

/// The members of the class `class`, or of one without a name.
pub(super) fn members(b: &mut Builder<'_>, nodes: &[Node<'_>], class: &str) -> Block {
    b.block(|b, out| {
        for node in nodes {
            member(b, *node, class, out);
        }
    })
}

fn member(b: &mut Builder<'_>, node: Node<'_>, class: &str, out: &mut Block) {
    match node.kind() {
        "field_declaration" | "constant_declaration" => {
            let this = b.push(Expr::This, node.start_byte()..node.start_byte());
            variables(b, node, Some(this), out);
        }
        "constructor_declaration" => {
            annotated(b, node, out);
            let constructor = function(b, node);
            out.push(Stmt::Function(constructor));
        }
        "static_initializer" => {
            let inner = block(b, child(node, &["block"]));
            out.push(Stmt::Block(inner));
        }
        "enum_body_declarations" => {
            let inner = members(b, &children(node), class);
            out.extend(inner);
        }
        "enum_constant" => {
            let Some(name) = field(node, "name") else {
                return;
            };
            let this = b.push(Expr::This, node.start_byte()..node.start_byte());
            let target = b.raw(name);
            let target = b.member(name, this, target);
            let callee = b.push(Expr::Name(class.to_owned()), name.byte_range());
            let mut args = arguments(b, field(node, "arguments"));
            args.extend(field(node, "body").map(|body| body_of(b, body)));
            let value = b.call(node, callee, args);
            out.push(Stmt::Expr(b.assign(node, target, value)));
        }
        "annotation_type_element_declaration" => {
            if let Some(value) = field(node, "value") {
                out.push(Stmt::Expr(expression(b, value)));
            }
        }
        // A part of the record's constructor.
        "compact_constructor_declaration" => {}
        _ => statement(b, node, out),
    }
}
