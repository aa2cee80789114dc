//! What Rust declares: imports, functions, structs and their methods.

use tree_sitter::Node;

use super::matching::pattern;
use super::{Tail, block, expression, macros, statement};
use crate::syntax::lower::{Builder, children, field};
use crate::syntax::program::{
    Block, Class, Expr, ExprId, Function, FunctionId, Import, Parameter, Stmt,
};

/// `use a::{b, c as d, e::*}`: one import for each name; `prefix` is the path around the braces.
pub(super) fn import(b: &Builder<'_>, node: Node<'_>, prefix: &str, out: &mut Block) {
    let path_of = |part: Node<'_>| {
        let raw: String = b.raw(part).split_whitespace().collect();
        if prefix.is_empty() {
            raw
        } else {
            format!("{prefix}::{raw}")
        }
    };
    let mut add = |path: String, local: Option<String>| {
        let (module, member) = match path.rsplit_once("::") {
            Some((module, member)) => (module.to_owned(), Some(member.to_owned())),
            None => (path, None),
        };
        let local = local.or_else(|| member.clone());
        out.push(Stmt::Import(Import {
            local: local.unwrap_or_else(|| module.clone()),
            module,
            member,
        }));
    };
    match node.kind() {
        "self" => add(prefix.to_owned(), None),
        "use_as_clause" => {
            if let (Some(path), Some(alias)) = (field(node, "path"), field(node, "alias")) {
                let path = match path.kind() {
                    "self" => prefix.to_owned(),
                    _ => path_of(path),
                };
                add(path, Some(b.raw(alias)));
            }
        }
        "scoped_use_list" => {
            let prefix = field(node, "path").map_or_else(|| prefix.to_owned(), path_of);
            for one in field(node, "list").map(children).unwrap_or_default() {
                import(b, one, &prefix, out);
            }
        }
        "use_list" => {
            for one in children(node) {
                import(b, one, prefix, out);
            }
        }
        _ => add(path_of(node), None),
    }
}

pub(super) fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = field(node, "name").map(|name| b.raw(name));
    let parameters = field(node, "parameters").map(children).unwrap_or_default();
    let parameters = parameters
        .into_iter()
        .filter(|one| !matches!(one.kind(), "self_parameter" | "attribute_item"))
        .map(|one| Parameter {
            target: pattern(b, field(one, "pattern").unwrap_or(one)),
            default: None,
            is_field: false,
        })
        .collect();
    let body = block(b, field(node, "body"), Tail::Returned);
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

/// The values of fields are what their attributes say: `#[arg(env = "API_KEY")]`.
pub(super) fn record(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let Some(name) = field(node, "name") else {
        return;
    };
    let members = field(node, "body").map(children).unwrap_or_default();
    let body = b.block(|b, out| {
        let mut attributes = Vec::new();
        for member in members {
            match (member.kind(), field(member, "name")) {
                ("attribute_item", _) => attributes.extend(macros::attribute(b, member)),
                ("field_declaration", Some(name)) => {
                    for value in attributes.drain(..) {
                        let target = own(b, name);
                        out.push(Stmt::Expr(b.assign(member, target, value)));
                    }
                }
                _ => out.extend(attributes.drain(..).map(Stmt::Expr)),
            }
        }
    });
    if !body.is_empty() {
        let class = b.class(Class {
            name: b.raw(name),
            parents: Vec::new(),
            body,
            span: node.byte_range(),
        });
        out.push(class);
    }
}

pub(super) fn class(b: &mut Builder<'_>, node: Node<'_>) -> Stmt {
    let name = field(node, "type").or_else(|| field(node, "name"));
    let parents = field(node, "trait").map(|parent| b.raw(parent));
    let members = field(node, "body").map(children).unwrap_or_default();
    let body = b.block(|b, out| {
        for member in members {
            match (member.kind(), field(member, "name"), field(member, "value")) {
                ("const_item", Some(name), Some(value)) => {
                    let target = own(b, name);
                    let value = expression(b, value);
                    out.push(Stmt::Expr(b.assign(member, target, value)));
                }
                _ => statement(b, member, Tail::Dropped, out),
            }
        }
    });
    b.class(Class {
        name: name.map(|name| type_name(b, name)).unwrap_or_default(),
        parents: parents.into_iter().collect(),
        body,
        span: node.byte_range(),
    })
}

/// The name of a type, without what it is generic over.
pub(super) fn type_name(b: &Builder<'_>, node: Node<'_>) -> String {
    b.raw(field(node, "type").unwrap_or(node))
}

/// A field of the object itself.
fn own(b: &mut Builder<'_>, name: Node<'_>) -> ExprId {
    let this = b.push(Expr::This, name.start_byte()..name.start_byte());
    let field = b.raw(name);
    b.member(name, this, field)
}
