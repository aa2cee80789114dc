//! What Swift declares: variables and fields, functions, types; and patterns.

use tree_sitter::Node;

use super::{body, branch, expression, fields, statement, statements, value};
use crate::syntax::lower::{Builder, arg, child, children, field, named};
use crate::syntax::program::{
    Block, Class, Expr, ExprId, Function, FunctionId, Import, Parameter, Stmt,
};

pub(super) fn declaration(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "import_declaration" => {
            if let Some(name) = child(node, &["identifier"]) {
                let module = b.raw(name);
                let local = module.rsplit('.').next().unwrap_or_default().to_owned();
                out.push(Stmt::Import(Import {
                    local,
                    module,
                    member: None,
                }));
            }
        }
        "property_declaration" => property(b, node, false, out),
        "function_declaration" | "init_declaration" | "deinit_declaration" => {
            let attributes = attributes(b, node);
            out.extend(attributes.into_iter().map(Stmt::Expr));
            let function = function(b, node);
            out.push(Stmt::Function(function));
        }
        "class_declaration" => class(b, node, out),
        // A subscript computes, whatever its index is.
        "subscript_declaration" => {
            let inner = statements(b, &children(node), |b, inner, out| {
                if inner.kind() == "computed_property" {
                    out.push(Stmt::Expr(computed(b, inner)));
                }
            });
            out.extend(inner);
        }
        _ => {}
    }
}

/// `let a = x, b: T = y`, as fields of the object or as variables.
fn property(b: &mut Builder<'_>, node: Node<'_>, is_field: bool, out: &mut Block) {
    let attributes = attributes(b, node);
    let mut cursor = node.walk();
    let mut target = None;
    let mut given = false;
    for (at, part) in node.children(&mut cursor).enumerate() {
        let value = match node.field_name_for_child(at as u32) {
            Some("name") if part.kind() == "pattern" => {
                target = Some(match bound(b, part).filter(|_| is_field) {
                    Some(name) => own(b, part, name),
                    None => pattern(b, part),
                });
                continue;
            }
            Some("value") => expression(b, part),
            Some("computed_value") => {
                if let Some(setter) = child(part, &["computed_setter"]) {
                    out.push(Stmt::Block(branch(b, child(setter, &["statements"]))));
                }
                computed(b, part)
            }
            _ if part.kind() == "willset_didset_block" => {
                for clause in children(part) {
                    out.push(Stmt::Block(branch(b, child(clause, &["statements"]))));
                }
                continue;
            }
            _ => continue,
        };
        if let Some(target) = target {
            out.push(Stmt::Expr(b.assign(node, target, value)));
            given = true;
        }
    }
    for attribute in attributes {
        out.push(Stmt::Expr(match target.filter(|_| !given) {
            Some(target) => b.assign(node, target, attribute),
            None => attribute,
        }));
    }
}

/// The value of `{ … }` and `{ get { … } }` after a field.
fn computed(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let getter = child(node, &["computed_getter"]).unwrap_or(node);
    value(b, node, child(getter, &["statements"]))
}

/// A field of the object itself.
fn own(b: &mut Builder<'_>, node: Node<'_>, name: String) -> ExprId {
    let this = b.push(Expr::This, node.start_byte()..node.start_byte());
    b.member(node, this, name)
}

/// What a value is assigned to, which may be taken apart. The case of an enumeration with one value
/// in it stands for that value.
pub(super) fn pattern(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| {
        if node.kind() != "pattern" {
            return expression(b, node);
        }
        if let Some(name) = field(node, "bound_identifier") {
            return b.name(name);
        }
        let parts = children(node);
        let parts: Vec<Node<'_>> = parts
            .into_iter()
            .filter(|part| part.kind() != "value_binding_pattern")
            .collect();
        let inner: Vec<Node<'_>> = parts
            .iter()
            .copied()
            .filter(|part| part.kind() == "pattern")
            .collect();
        match (&*inner, &*parts) {
            ([only], _) => pattern(b, *only),
            ([_, ..], _) => {
                let items = inner.iter().map(|item| pattern(b, *item)).collect();
                b.list(node, items)
            }
            ([], [.., last]) if last.kind() == "simple_identifier" => {
                let name = b.raw(*last);
                let dotted = b.raw(node).contains('.');
                if !dotted {
                    return b.name(*last);
                }
                let start = node.start_byte();
                let object = b.push(Expr::Other(Vec::new()), start..start);
                b.member(node, object, name)
            }
            ([], [.., last]) => expression(b, *last),
            ([], []) => b.name(node),
        }
    })
}

/// The first name that a pattern gives.
pub(super) fn bound(b: &Builder<'_>, node: Node<'_>) -> Option<String> {
    if let Some(name) = field(node, "bound_identifier") {
        return Some(b.raw(name));
    }
    let mut inner = children(node).into_iter();
    inner.find_map(|part| bound(b, part).filter(|_| part.kind() == "pattern"))
}

fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = match node.kind() {
        "init_declaration" => Some("init".to_owned()),
        "deinit_declaration" => Some("deinit".to_owned()),
        _ => field(node, "name").map(|name| b.raw(name)),
    };
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut attribute = None;
    let mut cursor = node.walk();
    for (at, part) in node.children(&mut cursor).enumerate() {
        if node.field_name_for_child(at as u32) == Some("default_value") {
            let default = expression(b, part);
            if let Some(last) = parameters.last_mut() {
                last.default = Some(default);
            }
            continue;
        }
        match part.kind() {
            "attribute" => attribute = call(b, part),
            "parameter" => {
                let name = fields(part, "name");
                let name = name
                    .into_iter()
                    .find(|name| name.kind() == "simple_identifier");
                parameters.push(Parameter {
                    target: b.name(name.unwrap_or(part)),
                    default: attribute.take(),
                    is_field: false,
                });
            }
            _ => {}
        }
    }
    let body = body(b, field(node, "body"));
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

/// `{ a, b in … }`.
pub(super) fn lambda(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let listed = field(node, "type")
        .and_then(|kind| child(kind, &["lambda_function_type_parameters"]))
        .map(children)
        .unwrap_or_default();
    let mut parameters = Vec::new();
    for one in listed {
        let name = fields(one, "name").into_iter().next();
        parameters.push(Parameter {
            target: b.name(name.unwrap_or(one)),
            default: None,
            is_field: false,
        });
    }
    let body = body(b, child(node, &["statements"]));
    let function = b.function(Function {
        name: None,
        parameters,
        body,
        span: node.byte_range(),
    });
    b.push(Expr::Function(function), node.byte_range())
}

fn class(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let attributes = attributes(b, node);
    out.extend(attributes.into_iter().map(Stmt::Expr));
    let name = field(node, "name").map(|name| b.raw(name));
    let name = name.unwrap_or_default();
    let parents = children(node).into_iter();
    let parents = parents
        .filter(|part| part.kind() == "inheritance_specifier")
        .map(|parent| b.raw(parent))
        .collect();
    let members = field(node, "body").map(children).unwrap_or_default();
    let body = statements(b, &members, member);
    let class = b.class(Class {
        name: name.split('<').next().unwrap_or_default().to_owned(),
        parents,
        body,
        span: node.byte_range(),
    });
    out.push(class);
}

fn member(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "property_declaration" => property(b, node, true, out),
        "enum_entry" => {
            let mut cursor = node.walk();
            let mut target = None;
            for (at, part) in node.children(&mut cursor).enumerate() {
                match (node.field_name_for_child(at as u32), target) {
                    (Some("name"), _) => {
                        let name = b.raw(part);
                        target = Some(own(b, part, name));
                    }
                    (Some("raw_value"), Some(target)) => {
                        let value = expression(b, part);
                        out.push(Stmt::Expr(b.assign(node, target, value)));
                    }
                    _ => {}
                }
            }
        }
        "ERROR" => {
            let inner = statements(b, &children(node), member);
            out.extend(inner);
        }
        _ => statement(b, node, out),
    }
}

/// `@Name(…)` before a declaration, as calls.
fn attributes(b: &mut Builder<'_>, node: Node<'_>) -> Vec<ExprId> {
    let modifiers = child(node, &["modifiers"]);
    let modifiers = modifiers.map(children).unwrap_or_default();
    modifiers
        .into_iter()
        .filter(|part| part.kind() == "attribute")
        .filter_map(|part| call(b, part))
        .collect()
}

fn call(b: &mut Builder<'_>, node: Node<'_>) -> Option<ExprId> {
    let mut parts = children(node).into_iter();
    let name = parts.next()?;
    let callee = b.name(name);
    let mut args = Vec::new();
    let mut label = None;
    for part in parts {
        if part.kind() == "value_argument_label" {
            label = Some(b.raw(part));
            continue;
        }
        let value = expression(b, part);
        args.push(match label.take() {
            Some(label) => named(label, value),
            None => arg(value),
        });
    }
    Some(b.call(node, callee, args))
}
