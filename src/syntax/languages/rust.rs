//! Rust.

mod macros;
mod matching;
#[cfg(test)]
mod tests;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, arg, child, children, field, has_token, named, unescape};
use crate::syntax::program::{
    Arg, Block, Class, Expr, ExprId, Function, FunctionId, Import, Parameter, Stmt,
};
use matching::pattern;

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let body = statements(b, &children(root), Tail::Dropped);
    b.body(body);
}

/// What becomes of the value that a block ends with.
#[derive(Clone, Copy, PartialEq)]
enum Tail {
    Returned,
    Dropped,
}

fn statements(b: &mut Builder<'_>, nodes: &[Node<'_>], tail: Tail) -> Block {
    b.block(|b, out| {
        for (at, node) in nodes.iter().enumerate() {
            let last = at + 1 == nodes.len();
            statement(b, *node, if last { tail } else { Tail::Dropped }, out);
        }
    })
}

/// The statements of a block, also where it is that of `unsafe` or `else`; or the only one.
fn block(b: &mut Builder<'_>, node: Option<Node<'_>>, tail: Tail) -> Block {
    match node {
        Some(node) if node.kind() == "block" => statements(b, &children(node), tail),
        Some(node) if matches!(node.kind(), "else_clause" | "unsafe_block") => {
            block(b, node.named_child(0), tail)
        }
        Some(node) => statements(b, &[node], tail),
        None => Vec::new(),
    }
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, tail: Tail, out: &mut Block) {
    match node.kind() {
        "expression_statement" => {
            let tail = if has_token(node, ";") {
                Tail::Dropped
            } else {
                tail
            };
            for inner in children(node) {
                statement(b, inner, tail, out);
            }
        }
        "let_declaration" => binding(b, node, out),
        "const_item" | "static_item" => {
            if let (Some(name), Some(value)) = (field(node, "name"), field(node, "value")) {
                let target = b.name(name);
                let value = expression(b, value);
                out.push(Stmt::Expr(b.assign(node, target, value)));
            }
        }
        "function_item" => {
            let function = function(b, node);
            out.push(Stmt::Function(function));
        }
        "struct_item" | "enum_item" | "union_item" => record(b, node, out),
        "impl_item" | "trait_item" => {
            let class = class(b, node);
            out.push(class);
        }
        "mod_item" => match (field(node, "body"), field(node, "name")) {
            (Some(body), _) => {
                let inner = statements(b, &children(body), Tail::Dropped);
                out.push(Stmt::Block(inner));
            }
            (None, Some(name)) => out.push(Stmt::Import(Import {
                local: b.raw(name),
                module: b.raw(name),
                member: None,
            })),
            (None, None) => {}
        },
        "use_declaration" => {
            if let Some(argument) = field(node, "argument") {
                import(b, argument, "", out);
            }
        }
        "attribute_item" | "inner_attribute_item" => {
            if let Some(call) = macros::attribute(b, node) {
                out.push(Stmt::Expr(call));
            }
        }
        "macro_invocation" => macros::statement(b, node, tail, out),
        "return_expression" => {
            if let Some(value) = node.named_child(0) {
                out.push(Stmt::Return(expression(b, value)));
            }
        }
        "if_expression" => conditional(b, node, tail, out),
        "match_expression" => matching::statement(b, node, tail, out),
        "for_expression" | "while_expression" | "loop_expression" => {
            let variable = field(node, "pattern").map(|p| pattern(b, p));
            let over = field(node, "value").or_else(|| field(node, "condition"));
            let over = over.map(|over| expression(b, over));
            let body = block(b, field(node, "body"), Tail::Dropped);
            out.push(Stmt::Loop {
                variable,
                over,
                body,
            });
        }
        "block" | "unsafe_block" => {
            let inner = block(b, Some(node), tail);
            out.push(Stmt::Block(inner));
        }
        "foreign_mod_item" | "ERROR" => {
            let inner = field(node, "body").map_or_else(|| children(node), children);
            let inner = statements(b, &inner, Tail::Dropped);
            out.extend(inner);
        }
        "break_expression" | "continue_expression" if node.named_child_count() == 0 => {}
        "type_item"
        | "empty_statement"
        | "extern_crate_declaration"
        | "function_signature_item"
        | "associated_type"
        | "shebang" => {}
        _ => {
            let value = expression(b, node);
            out.push(match tail {
                Tail::Returned => Stmt::Return(value),
                Tail::Dropped => Stmt::Expr(value),
            });
        }
    }
}

/// `let pattern = value`, and what is done where the pattern does not fit.
fn binding(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let (Some(left), Some(value)) = (field(node, "pattern"), field(node, "value")) else {
        return;
    };
    let target = pattern(b, left);
    let value = expression(b, value);
    out.push(Stmt::Expr(b.assign(node, target, value)));
    if let Some(alternative) = field(node, "alternative") {
        out.push(Stmt::If {
            condition: target,
            then: Vec::new(),
            otherwise: block(b, Some(alternative), Tail::Dropped),
        });
    }
}

fn conditional(b: &mut Builder<'_>, node: Node<'_>, tail: Tail, out: &mut Block) {
    let Some(condition) = field(node, "condition") else {
        return;
    };
    let condition = expression(b, condition);
    out.push(Stmt::If {
        condition,
        then: block(b, field(node, "consequence"), tail),
        otherwise: block(b, field(node, "alternative"), tail),
    });
}

/// `use a::{b, c as d, e::*}`: one import for each name; `prefix` is the path around the braces.
fn import(b: &Builder<'_>, node: Node<'_>, prefix: &str, out: &mut Block) {
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
        "use_wildcard" => add(path_of(node), None),
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

fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
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
fn record(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
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

fn class(b: &mut Builder<'_>, node: Node<'_>) -> Stmt {
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
fn type_name(b: &Builder<'_>, node: Node<'_>) -> String {
    b.raw(field(node, "type").unwrap_or(node))
}

/// A field of the object itself.
fn own(b: &mut Builder<'_>, name: Node<'_>) -> ExprId {
    let this = b.push(Expr::This, name.start_byte()..name.start_byte());
    let field = b.raw(name);
    b.member(name, this, field)
}

fn expressions(b: &mut Builder<'_>, nodes: Vec<Node<'_>>) -> Vec<ExprId> {
    nodes.into_iter().map(|node| expression(b, node)).collect()
}

fn expression(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| expression_here(b, node))
}

/// The expression in a field, or nothing.
fn part(b: &mut Builder<'_>, node: Node<'_>, name: &str) -> ExprId {
    match field(node, name) {
        Some(inner) => expression(b, inner),
        None => b.other(node, Vec::new()),
    }
}

fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "identifier" if b.raw(node) == "Self" => b.push(Expr::This, node.byte_range()),
        "identifier"
        | "type_identifier"
        | "field_identifier"
        | "shorthand_field_identifier"
        | "primitive_type"
        | "metavariable"
        | "crate"
        | "super" => b.name(node),
        "self" => b.push(Expr::This, node.byte_range()),
        "string_literal" | "raw_string_literal" | "char_literal" => string(b, node),
        "integer_literal" | "float_literal" | "boolean_literal" | "unit_expression" => {
            b.literal(node)
        }
        "parenthesized_expression"
        | "await_expression"
        | "try_expression"
        | "reference_expression"
        | "type_cast_expression"
        | "bracketed_type"
        | "generic_type"
        | "generic_type_with_turbofish"
        | "generic_function"
        | "qualified_type"
        | "expression_statement" => match children(node)
            .into_iter()
            .find(|inner| inner.kind() != "mutable_specifier")
        {
            Some(inner) => expression(b, inner),
            None => b.other(node, Vec::new()),
        },
        "scoped_identifier" | "scoped_type_identifier" => {
            let Some(name) = field(node, "name") else {
                return b.other(node, Vec::new());
            };
            match field(node, "path") {
                Some(path) => {
                    let object = expression(b, path);
                    let name = b.raw(name);
                    b.member(node, object, name)
                }
                None => b.name(name),
            }
        }
        "field_expression" => {
            let object = part(b, node, "value");
            let name = field(node, "field").map(|f| b.raw(f)).unwrap_or_default();
            b.member(node, object, name)
        }
        "index_expression" => index(b, node),
        "call_expression" => {
            let callee = match field(node, "function") {
                Some(callee) if b.raw(callee) == "Self" => own_type(b, callee),
                _ => part(b, node, "function"),
            };
            let args = field(node, "arguments").map(children).unwrap_or_default();
            let args = expressions(b, args).into_iter().map(arg).collect();
            b.call(node, callee, args)
        }
        "struct_expression" => made(b, node),
        "macro_invocation" => macros::expression(b, node),
        "array_expression" | "tuple_expression" => {
            let items = match field(node, "length") {
                Some(_) => children(node).into_iter().take(1).collect(),
                None => children(node),
            };
            let items = expressions(b, items);
            b.list(node, items)
        }
        "binary_expression" => binary(b, node),
        "unary_expression" => unary(b, node),
        "assignment_expression" | "compound_assignment_expr" => {
            let Some(left) = field(node, "left") else {
                return b.other(node, Vec::new());
            };
            let target = pattern(b, left);
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
        "let_condition" => {
            let Some(left) = field(node, "pattern") else {
                return b.other(node, Vec::new());
            };
            let value = part(b, node, "value");
            matching::condition(b, node, left, value)
        }
        "let_chain" => {
            let mut conditions = expressions(b, children(node)).into_iter().rev();
            let Some(last) = conditions.next() else {
                return b.other(node, Vec::new());
            };
            conditions.fold(last, |rest, condition| {
                b.choice(node, Some(condition), vec![rest])
            })
        }
        "if_expression" => {
            let condition = part(b, node, "condition");
            let mut options = vec![value(b, field(node, "consequence"), node)];
            if let Some(alternative) = field(node, "alternative") {
                options.push(value(b, Some(alternative), node));
            }
            b.choice(node, Some(condition), options)
        }
        "match_expression" => matching::value(b, node),
        "closure_expression" => {
            let function = function(b, node);
            b.push(Expr::Function(function), node.byte_range())
        }
        "async_block" | "gen_block" => {
            let body = block(b, child(node, &["block"]), Tail::Returned);
            let function = unnamed(b, node, Vec::new(), body);
            b.push(Expr::Function(function), node.byte_range())
        }
        "block" | "unsafe_block" | "const_block" => value(b, Some(node), node),
        _ => {
            let parts = expressions(b, children(node));
            b.other(node, parts)
        }
    }
}

fn unnamed(
    b: &mut Builder<'_>,
    node: Node<'_>,
    parameters: Vec<Parameter>,
    body: Block,
) -> FunctionId {
    b.function(Function {
        name: None,
        parameters,
        body,
        span: node.byte_range(),
    })
}

/// The value of a block: its last expression, or, where more stands before it, that of a function
/// that is called at once. `whole` is what it is a part of.
fn value(b: &mut Builder<'_>, node: Option<Node<'_>>, whole: Node<'_>) -> ExprId {
    let Some(node) = node else {
        return b.other(whole, Vec::new());
    };
    if matches!(node.kind(), "else_clause" | "unsafe_block" | "const_block") {
        return value(b, child(node, &["block", "if_expression"]), node);
    }
    if node.kind() != "block" {
        return expression(b, node);
    }
    let inner = children(node);
    match *inner {
        [only] if !only.kind().ends_with("declaration") && !has_token(only, ";") => {
            expression(b, only)
        }
        _ => {
            let body = statements(b, &inner, Tail::Returned);
            let function = unnamed(b, node, Vec::new(), body);
            let function = b.push(Expr::Function(function), node.byte_range());
            b.call(node, function, Vec::new())
        }
    }
}

fn string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let range = node.byte_range();
    let raw = b.slice(range.clone());
    let quote = if raw.contains('"') { '"' } else { '\'' };
    let (Some(first), Some(last)) = (raw.find(quote), raw.rfind(quote)) else {
        return b.word(range);
    };
    if first == last {
        return b.word(range);
    }
    let inner = &raw[first + 1..last];
    let value = match node.kind() {
        "raw_string_literal" => inner.to_owned(),
        _ => unescape(&continued(inner)),
    };
    b.text(
        range.clone(),
        range.start + first + 1..range.start + last,
        value,
    )
}

/// A backslash at the end of a line takes the line break and the indentation of the next line away.
fn continued(raw: &str) -> String {
    let mut lines = raw.split("\\\n");
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push_str(line.trim_start());
    }
    out
}

/// `Client { key, url: u, ..rest }`.
fn made(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let callee = match field(node, "name") {
        Some(name) if b.raw(name) == "Self" => own_type(b, name),
        _ => part(b, node, "name"),
    };
    let mut args = Vec::new();
    for one in field(node, "body").map(children).unwrap_or_default() {
        let Some(first) = one.named_child(0) else {
            continue;
        };
        args.push(match (one.kind(), field(one, "value")) {
            ("field_initializer", Some(value)) => {
                let name = field(one, "field").unwrap_or(first);
                named(b.raw(name), expression(b, value))
            }
            ("base_field_initializer", _) => Arg {
                name: None,
                value: expression(b, first),
                spread: true,
            },
            _ => {
                let name = children(one).pop().unwrap_or(first);
                named(b.raw(name), b.name(name))
            }
        });
    }
    b.call(node, callee, args)
}

/// `Self` where a type is made: the type that the `impl` around it is of.
fn own_type(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut at = node.parent();
    while let Some(around) = at {
        if let ("impl_item", Some(of)) = (around.kind(), field(around, "type")) {
            let name = type_name(b, of);
            return b.push(Expr::Name(name), node.byte_range());
        }
        at = around.parent();
    }
    b.name(node)
}

fn index(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut parts = children(node).into_iter();
    let (Some(object), Some(index)) = (parts.next(), parts.next()) else {
        return b.other(node, Vec::new());
    };
    let object = expression(b, object);
    if index.kind() != "range_expression" {
        let index = expression(b, index);
        return b.index(node, object, index);
    }
    let mut cursor = index.walk();
    let dots = index
        .children(&mut cursor)
        .find(|part| part.kind().starts_with(".."))
        .map_or(index.end_byte(), |dots| dots.start_byte());
    let (mut from, mut to) = (None, None);
    for bound in children(index) {
        let side = if bound.start_byte() < dots {
            &mut from
        } else {
            &mut to
        };
        *side = Some(expression(b, bound));
    }
    b.push(Expr::Slice { object, from, to }, node.byte_range())
}

fn binary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let operator = field(node, "operator").map(|o| b.raw(o));
    let left = part(b, node, "left");
    let right = part(b, node, "right");
    match operator.as_deref() {
        Some("+") => b.join(node, vec![left, right]),
        Some("||") => b.choice(node, None, vec![left, right]),
        Some("&&") => b.choice(node, Some(left), vec![right]),
        Some(operator @ ("==" | "!=")) => {
            let equal = operator == "==";
            b.push(Expr::Compare { left, right, equal }, node.byte_range())
        }
        _ => b.other(node, vec![left, right]),
    }
}

/// `*x`, `!x`, `-x`.
fn unary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(inner) = node.named_child(0) else {
        return b.other(node, Vec::new());
    };
    if has_token(node, "*") {
        return expression(b, inner);
    }
    if has_token(node, "!") {
        let inner = expression(b, inner);
        return b.push(Expr::Not(inner), node.byte_range());
    }
    if inner.kind().ends_with("_literal") {
        return b.literal(node);
    }
    let inner = expression(b, inner);
    b.other(node, vec![inner])
}
