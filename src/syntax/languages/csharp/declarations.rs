//! The declarations of C#: variables, properties, functions, classes with their members.

use tree_sitter::Node;

use super::expressions::{arguments, creation, expression, part};
use super::{block, statements};
use crate::syntax::lower::{Builder, arg, child, children, field, named};
use crate::syntax::program::{
    Arg, Block, Class, Entry, Expr, ExprId, Function, FunctionId, Parameter, Stmt,
};

/// The object itself, where no word for it is written.
pub(super) fn this(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.push(Expr::This, node.start_byte()..node.start_byte())
}

/// The attributes before something: `[Name(value, Key = value)]` is a call.
fn attributes(b: &mut Builder<'_>, node: Node<'_>) -> Vec<ExprId> {
    let mut attributes = Vec::new();
    for list in children(node) {
        if list.kind() != "attribute_list" {
            continue;
        }
        for one in children(list) {
            if one.kind() != "attribute" {
                continue;
            }
            let callee = part(b, one, "name");
            let given = child(one, &["attribute_argument_list"]).map(children);
            let mut args = Vec::new();
            for given in given.unwrap_or_default() {
                args.push(argument(b, given));
            }
            attributes.push(b.call(one, callee, args));
        }
    }
    attributes
}

/// An argument of a call or an attribute.
pub(super) fn argument(b: &mut Builder<'_>, node: Node<'_>) -> Arg {
    let name = field(node, "name");
    let value = children(node).into_iter().rfind(|n| Some(*n) != name);
    let value = match value {
        Some(value) => expression(b, value),
        None => b.other(node, Vec::new()),
    };
    match name {
        Some(name) => named(b.raw(name), value),
        None => arg(value),
    }
}

/// Attributes that stand before something, as statements.
pub(super) fn annotated(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    for attribute in attributes(b, node) {
        out.push(Stmt::Expr(attribute));
    }
}

/// The value that attributes give what they stand before: that of those with arguments, if any.
fn injected(b: &mut Builder<'_>, node: Node<'_>) -> Option<ExprId> {
    let mut values = attributes(b, node);
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

/// The value of something of the type `of`, which `new()` does not repeat.
fn typed(b: &mut Builder<'_>, value: Node<'_>, of: Option<Node<'_>>) -> ExprId {
    match value.kind() {
        "implicit_object_creation_expression" => creation(b, value, of),
        _ => expression(b, value),
    }
}

/// `T a = x, b = y;`; of the object where they are fields, with the node of their attributes.
pub(super) fn variables(
    b: &mut Builder<'_>,
    node: Node<'_>,
    owner: Option<(ExprId, Node<'_>)>,
    out: &mut Block,
) {
    for one in children(node) {
        if one.kind() != "variable_declarator" {
            continue;
        }
        let name = field(one, "name").or_else(|| child(one, &["tuple_pattern"]));
        let Some(name) = name else { continue };
        let value = children(one)
            .into_iter()
            .rfind(|n| *n != name && n.kind() != "bracketed_argument_list");
        let value = match (value, owner) {
            (Some(value), _) => {
                if let Some((_, declaration)) = owner {
                    annotated(b, declaration, out);
                }
                typed(b, value, field(node, "type"))
            }
            (None, Some((_, declaration))) => match injected(b, declaration) {
                Some(value) => value,
                None => continue,
            },
            (None, None) => continue,
        };
        let target = match owner {
            Some((object, _)) => {
                let field = b.raw(name);
                b.member(name, object, field)
            }
            None => expression(b, name),
        };
        out.push(Stmt::Expr(b.assign(one, target, value)));
    }
}

/// A property is a field; what its getter does is the value.
pub(super) fn property(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let Some(name) = field(node, "name") else {
        return;
    };
    let mut value = None;
    if let Some(given) = field(node, "value") {
        annotated(b, node, out);
        let inner = match given.kind() {
            "arrow_expression_clause" => children(given).first().copied(),
            _ => Some(given),
        };
        value = inner.map(|inner| typed(b, inner, field(node, "type")));
    }
    for accessor in field(node, "accessors").map(children).unwrap_or_default() {
        let Some(body) = field(accessor, "body") else {
            continue;
        };
        let body = block(b, Some(body));
        match field(accessor, "name").map_or("", |n| n.kind()) {
            "get" => value = Some(result_of(b, accessor, body)),
            kind => {
                let target = b.push(Expr::Name("value".to_owned()), accessor.byte_range());
                let setter = Function {
                    name: Some(format!("{kind}_{}", b.raw(name))),
                    parameters: vec![Parameter {
                        target,
                        default: None,
                        is_field: false,
                    }],
                    body,
                    span: accessor.byte_range(),
                };
                out.push(Stmt::Function(b.function(setter)));
            }
        }
    }
    if let Some(value) = value.or_else(|| injected(b, node)) {
        let this = this(b, node);
        let field = b.raw(name);
        let target = b.member(name, this, field);
        out.push(Stmt::Expr(b.assign(node, target, value)));
    }
}

/// The value that statements hand back: the only one, or that of a function called at once.
fn result_of(b: &mut Builder<'_>, node: Node<'_>, body: Block) -> ExprId {
    if let [Stmt::Return(value)] = *body {
        return value;
    }
    let function = b.function(Function {
        name: None,
        parameters: Vec::new(),
        body,
        span: node.byte_range(),
    });
    let callee = b.push(Expr::Function(function), node.byte_range());
    b.call(node, callee, Vec::new())
}

pub(super) fn enumeration(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let (Some(name), Some(body)) = (field(node, "name"), field(node, "body")) else {
        return;
    };
    let mut entries = Vec::new();
    for member in children(body) {
        if let (Some(key), Some(value)) = (field(member, "name"), field(member, "value")) {
            let key = Some(b.word(key.byte_range()));
            let value = expression(b, value);
            entries.push(Entry { key, value });
        }
    }
    let target = b.name(name);
    let map = b.map(body, entries);
    out.push(Stmt::Expr(b.assign(node, target, map)));
}

/// A method, local function, constructor or lambda; the value after `=>` is handed back.
pub(super) fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = match node.kind() {
        // It has the class's name, but is not what makes an object.
        "destructor_declaration" => None,
        _ => field(node, "name").map(|name| b.raw(name)),
    };
    let parameters = field(node, "parameters").map_or_else(Vec::new, |list| parameters(b, list));
    let mut body = Vec::new();
    if let Some(base) = child(node, &["constructor_initializer"]) {
        let callee = this(b, base);
        let args = arguments(b, child(base, &["argument_list"]));
        body.push(Stmt::Expr(b.call(base, callee, args)));
    }
    let is_value = node.kind() == "lambda_expression";
    match field(node, "body").or_else(|| child(node, &["block"])) {
        Some(value) if is_value && value.kind() != "block" => {
            body.push(Stmt::Return(expression(b, value)));
        }
        inner => body.extend(block(b, inner)),
    }
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

fn parameters(b: &mut Builder<'_>, list: Node<'_>) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    let plain = |target: ExprId| Parameter {
        target,
        default: None,
        is_field: false,
    };
    if list.kind() == "implicit_parameter" {
        return vec![plain(b.name(list))];
    }
    for one in children(list) {
        if one.kind() != "parameter" {
            continue;
        }
        let (name, of) = (field(one, "name"), field(one, "type"));
        let Some(name) = name else { continue };
        let default = children(one).into_iter().rfind(|n| {
            *n != name && Some(*n) != of && !matches!(n.kind(), "attribute_list" | "modifier")
        });
        parameters.push(Parameter {
            target: b.name(name),
            default: match default {
                Some(value) => Some(expression(b, value)),
                None => injected(b, one),
            },
            is_field: false,
        });
    }
    // `params T[] name` has no node of its own.
    if let Some(name) = field(list, "name") {
        parameters.push(plain(b.name(name)));
    }
    parameters
}

pub(super) fn class(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    annotated(b, node, out);
    let name = field(node, "name").map(|n| b.raw(n)).unwrap_or_default();
    let mut parents = Vec::new();
    let mut base = None;
    for part in child(node, &["base_list"])
        .map(children)
        .unwrap_or_default()
    {
        match part.kind() {
            "argument_list" => base = Some(part),
            "primary_constructor_base_type" => {
                base = child(part, &["argument_list"]);
                parents.extend(children(part).first().map(|of| b.raw(*of)));
            }
            _ => parents.push(b.raw(part)),
        }
    }
    let mut body = Vec::new();
    if let Some(list) = child(node, &["parameter_list"]) {
        let parameters = parameters(b, list).into_iter().map(|parameter| Parameter {
            is_field: true,
            ..parameter
        });
        let mut inner = Vec::new();
        if let Some(base) = base {
            let callee = this(b, base);
            let args = arguments(b, Some(base));
            inner.push(Stmt::Expr(b.call(base, callee, args)));
        }
        let constructor = Function {
            name: Some(name.clone()),
            parameters: parameters.collect(),
            body: inner,
            span: list.byte_range(),
        };
        body.push(Stmt::Function(b.function(constructor)));
    }
    body.extend(statements(
        b,
        &field(node, "body").map(children).unwrap_or_default(),
    ));
    out.push(b.class(Class {
        name,
        parents,
        body,
        span: node.byte_range(),
    }));
}
