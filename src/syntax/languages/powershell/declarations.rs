//! What PowerShell declares: functions, script blocks, their parameters, and classes.

use tree_sitter::Node;

use super::{expression, returned, statements};
use crate::syntax::lower::{Builder, child, children};
use crate::syntax::program::{Block, Class, Expr, Function, FunctionId, Parameter, Stmt};

/// The parameters of a `param(…)` block, or of a function's parentheses.
fn parameters(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Vec<Parameter> {
    let listed = node.and_then(|node| child(node, &["parameter_list"]));
    let mut parameters = Vec::new();
    for one in listed.map(children).unwrap_or_default() {
        if let Some(name) = child(one, &["variable"]) {
            let default = child(one, &["script_parameter_default"]);
            parameters.push(Parameter {
                target: expression(b, name),
                default: default.map(|default| expression(b, default)),
                is_field: false,
            });
        }
    }
    parameters
}

/// The parameters of a file, which are variables with the values they have when none is given.
pub(super) fn defaults(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    for parameter in parameters(b, Some(node)) {
        if let Some(value) = parameter.default {
            let assign = b.assign(node, parameter.target, value);
            out.push(Stmt::Expr(assign));
        }
    }
}

pub(super) fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = child(node, &["function_name"]).map(|name| {
        let name = b.raw(name);
        name.rsplit(':').next().unwrap_or_default().to_owned()
    });
    script_block(b, node, name)
}

/// A node with a script block in it, whose parameters stand before or in it.
pub(super) fn script_block(
    b: &mut Builder<'_>,
    node: Node<'_>,
    name: Option<String>,
) -> FunctionId {
    let inner = child(node, &["script_block"]).unwrap_or(node);
    let listed = child(node, &["function_parameter_declaration", "param_block"])
        .or_else(|| child(inner, &["param_block"]));
    let parameters = parameters(b, listed);
    let body: Vec<Node<'_>> = children(inner)
        .into_iter()
        .filter(|part| part.kind() != "param_block")
        .collect();
    let mut body = statements(b, &body);
    returned(b, &mut body);
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

pub(super) fn class(b: &mut Builder<'_>, node: Node<'_>) -> Stmt {
    let parts = children(node);
    let mut names = parts.iter().filter(|part| part.kind() == "simple_name");
    let name = names.next().map(|name| b.raw(*name));
    let parents = names.map(|parent| b.raw(*parent)).collect();
    let body = b.block(|b, out| {
        for member in parts {
            match member.kind() {
                "class_property_definition" => property(b, member, out),
                "class_method_definition" => {
                    let method = method(b, member);
                    out.push(Stmt::Function(method));
                }
                _ => {}
            }
        }
    });
    b.class(Class {
        name: name.unwrap_or_default(),
        parents,
        body,
        span: node.byte_range(),
    })
}

fn property(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let parts = children(node);
    let Some(at) = parts.iter().position(|part| part.kind() == "variable") else {
        return;
    };
    if let Some(value) = parts.get(at + 1) {
        let name = b.raw(parts[at]).trim_start_matches('$').to_owned();
        let start = parts[at].start_byte();
        let this = b.push(Expr::This, start..start);
        let target = b.member(parts[at], this, name);
        let value = expression(b, *value);
        out.push(Stmt::Expr(b.assign(node, target, value)));
    }
}

fn method(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = child(node, &["simple_name"]).map(|name| b.raw(name));
    let listed = child(node, &["class_method_parameter_list"]);
    let mut parameters = Vec::new();
    for one in listed.map(children).unwrap_or_default() {
        if let Some(name) = child(one, &["variable"]) {
            parameters.push(Parameter {
                target: expression(b, name),
                default: None,
                is_field: false,
            });
        }
    }
    let body = child(node, &["script_block"]).map(children);
    let body = statements(b, &body.unwrap_or_default());
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}
