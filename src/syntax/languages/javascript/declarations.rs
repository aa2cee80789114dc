//! What declares: imports, variables, functions with their parameters, classes, enumerations.

use tree_sitter::Node;

use super::expressions::{expression, key_of};
use super::{statement, statements};
use crate::syntax::lower::{Builder, child, children, field, has_token};
use crate::syntax::program::{
    Block, Class, Entry, Expr, ExprId, Function, FunctionId, Import, Parameter, Stmt,
};

pub(super) fn import(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let Some(source) = field(node, "source") else {
        return;
    };
    let module = b.raw(source).trim_matches(['"', '\'']).to_owned();
    let Some(clause) = child(node, &["import_clause"]) else {
        return;
    };
    let mut add = |local: String, member: Option<String>| {
        let module = module.clone();
        out.push(Stmt::Import(Import {
            local,
            module,
            member,
        }));
    };
    for part in children(clause) {
        match part.kind() {
            "identifier" => add(b.raw(part), Some("default".to_owned())),
            "namespace_import" => {
                if let Some(name) = part.named_child(0) {
                    add(b.raw(name), None);
                }
            }
            _ => {
                for specifier in children(part) {
                    if let Some(name) = field(specifier, "name") {
                        let local = field(specifier, "alias").unwrap_or(name);
                        add(b.raw(local), Some(b.raw(name)));
                    }
                }
            }
        }
    }
}

/// `name = value` of a declaration; `require` is an import.
pub(super) fn declaration(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let (Some(name), Some(value)) = (field(node, "name"), field(node, "value")) else {
        return;
    };
    if let Some(module) = required(b, value) {
        let import = |local: String, member: Option<String>| {
            Stmt::Import(Import {
                local,
                module: module.clone(),
                member,
            })
        };
        match name.kind() {
            "identifier" => return out.push(import(b.raw(name), None)),
            "object_pattern" => {
                for part in children(name) {
                    let (key, local) = match (field(part, "key"), field(part, "value")) {
                        (Some(key), Some(local)) => (key, local),
                        _ => (part, part),
                    };
                    out.push(import(b.raw(local), Some(b.raw(key))));
                }
                return;
            }
            _ => {}
        }
    }
    let target = pattern(b, name);
    let value = expression(b, value);
    out.push(Stmt::Expr(b.assign(node, target, value)));
}

/// `./x` of `require("./x")`.
fn required(b: &Builder<'_>, node: Node<'_>) -> Option<String> {
    let callee = field(node, "function")?;
    let first = field(node, "arguments")?.named_child(0)?;
    (b.raw(callee) == "require" && first.kind() == "string")
        .then(|| b.raw(first).trim_matches(['"', '\'']).to_owned())
}

pub(super) fn enumeration(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let (Some(name), Some(body)) = (field(node, "name"), field(node, "body")) else {
        return;
    };
    let mut entries = Vec::new();
    for member in children(body) {
        if let (Some(key), Some(value)) = (field(member, "name"), field(member, "value")) {
            let key = Some(key_of(b, key));
            let value = expression(b, value);
            entries.push(Entry { key, value });
        }
    }
    let target = b.name(name);
    let map = b.map(body, entries);
    out.push(Stmt::Expr(b.assign(node, target, map)));
}

pub(super) fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = field(node, "name").map(|name| b.raw(name).trim_start_matches('#').to_owned());
    let mut parameters = Vec::new();
    if let Some(single) = field(node, "parameter") {
        parameters.push(parameter(b, single));
    }
    for one in field(node, "parameters").map(children).unwrap_or_default() {
        parameters.push(parameter(b, one));
    }
    let body = match field(node, "body") {
        Some(body) if body.kind() == "statement_block" => statements(b, &children(body)),
        Some(body) => vec![Stmt::Return(expression(b, body))],
        None => Vec::new(),
    };
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

fn parameter(b: &mut Builder<'_>, node: Node<'_>) -> Parameter {
    let is_field =
        child(node, &["accessibility_modifier"]).is_some() || has_token(node, "readonly");
    let (target, default) = match node.kind() {
        "required_parameter" | "optional_parameter" => {
            (field(node, "pattern"), field(node, "value"))
        }
        "assignment_pattern" => (field(node, "left"), field(node, "right")),
        _ => (Some(node), None),
    };
    Parameter {
        target: pattern(b, target.unwrap_or(node)),
        default: default.map(|value| expression(b, value)),
        is_field,
    }
}

/// What a value is assigned to, which may be taken apart.
pub(super) fn pattern(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| match node.kind() {
        "object_pattern" => {
            let mut entries = Vec::new();
            for part in children(node) {
                let (key, target) = match part.kind() {
                    "pair_pattern" => (field(part, "key"), field(part, "value")),
                    "object_assignment_pattern" => (field(part, "left"), field(part, "left")),
                    _ => (Some(part), Some(part)),
                };
                let (Some(key), Some(target)) = (key, target) else {
                    continue;
                };
                let key = (part.kind() != "rest_pattern").then(|| key_of(b, key));
                let value = pattern(b, target);
                entries.push(Entry { key, value });
            }
            b.map(node, entries)
        }
        "array_pattern" => {
            let items = children(node)
                .into_iter()
                .map(|item| pattern(b, item))
                .collect();
            b.list(node, items)
        }
        "assignment_pattern" => match field(node, "left") {
            Some(left) => pattern(b, left),
            None => b.other(node, Vec::new()),
        },
        "rest_pattern" => match node.named_child(0) {
            Some(inner) => pattern(b, inner),
            None => b.other(node, Vec::new()),
        },
        "shorthand_property_identifier_pattern" => b.name(node),
        _ => expression(b, node),
    })
}

pub(super) fn class(b: &mut Builder<'_>, node: Node<'_>) -> Stmt {
    let name = field(node, "name").map(|n| b.raw(n)).unwrap_or_default();
    let parents = child(node, &["class_heritage"])
        .map(|heritage| b.raw(heritage).replace("extends", "").trim().to_owned());
    let members = field(node, "body").map(children).unwrap_or_default();
    let body = b.block(|b, out| {
        for member in members {
            match member.kind() {
                "method_definition" => {
                    let method = function(b, member);
                    out.push(Stmt::Function(method));
                }
                "public_field_definition" | "field_definition" => {
                    let name = field(member, "name").or_else(|| field(member, "property"));
                    let (Some(name), Some(value)) = (name, field(member, "value")) else {
                        continue;
                    };
                    let value = expression(b, value);
                    let this = b.push(Expr::This, name.start_byte()..name.start_byte());
                    let field = b.raw(name).trim_start_matches('#').to_owned();
                    let target = b.member(name, this, field);
                    out.push(Stmt::Expr(b.assign(member, target, value)));
                }
                "class_static_block" => {
                    for inner in field(member, "body").map(children).unwrap_or_default() {
                        statement(b, inner, out);
                    }
                }
                _ => {}
            }
        }
    });
    b.class(Class {
        name,
        parents: parents.into_iter().collect(),
        body,
        span: node.byte_range(),
    })
}
