//! Rust.

mod items;
mod macros;
mod matching;
#[cfg(test)]
mod tests;
mod values;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, arg, child, children, field, has_token};
use crate::syntax::program::{Block, Expr, ExprId, Function, FunctionId, Import, Parameter, Stmt};
use items::{class, function, import, record};
use matching::pattern;
use values::{binary, index, made, own_type, string, unary};

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

#[expect(
    clippy::too_many_lines,
    reason = "a table: an arm for each kind of node"
)]
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
