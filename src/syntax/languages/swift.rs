//! Swift.

mod conditions;
mod declarations;
mod directives;
mod operations;
mod strings;
#[cfg(test)]
mod tests;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, child, children, field};
use crate::syntax::program::{Block, Entry, Expr, ExprId, Function, Stmt};
use conditions::{attempt, case, guard, parts, switch};
use declarations::pattern;
use directives::directive;
use operations::{applied, is_operation};

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let body = statements(b, &children(root), statement);
    b.body(body);
}

/// Puts what a node says into a block.
type Lower = fn(&mut Builder<'_>, Node<'_>, &mut Block);

/// Statements, or members of a class. The grammar gives `#if`, `#else` and `#endif` as nodes of the
/// same row.
fn statements(b: &mut Builder<'_>, nodes: &[Node<'_>], lower: Lower) -> Block {
    b.block(|b, out| {
        let mut rest = nodes;
        while let [node, after @ ..] = rest {
            rest = after;
            if node.kind() == "directive" {
                if b.raw(*node).starts_with("#if") {
                    rest = directive(b, *node, after, lower, out);
                }
            } else {
                lower(b, *node, out);
            }
        }
    })
}

/// The statements of a body. An expression that stands alone is what the body gives back.
fn body(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Block {
    let Some(node) = node else { return Vec::new() };
    let node = match node.kind() {
        "statements" => node,
        _ => match child(node, &["statements"]) {
            Some(inner) => inner,
            None => return Vec::new(),
        },
    };
    let inner = children(node);
    let mut block = statements(b, &inner, statement);
    if let [Stmt::Expr(only)] = *block
        && !matches!(b.get(only), Expr::Assign { .. })
    {
        block[0] = Stmt::Return(only);
    }
    block
}

/// The statements of a branch.
fn branch(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Block {
    match node {
        Some(node) if node.kind() == "statements" => statements(b, &children(node), statement),
        Some(node) => statements(b, &[node], statement),
        None => Vec::new(),
    }
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "import_declaration"
        | "property_declaration"
        | "function_declaration"
        | "init_declaration"
        | "deinit_declaration"
        | "class_declaration"
        | "protocol_declaration"
        | "typealias_declaration"
        | "subscript_declaration" => declarations::declaration(b, node, out),
        "control_transfer_statement" => {
            let thrown = child(node, &["throw_keyword"]).is_some();
            let value = match field(node, "result") {
                Some(value) => Some(value),
                None => children(node).pop().filter(|_| thrown),
            };
            let Some(value) = value.filter(|v| v.kind() != "throw_keyword") else {
                return;
            };
            let value = expression(b, value);
            out.push(if thrown {
                Stmt::Throw(value)
            } else {
                Stmt::Return(value)
            });
        }
        "if_statement" => {
            let (condition, then, otherwise) = parts(b, node);
            out.push(Stmt::If {
                condition,
                then: branch(b, then),
                otherwise: branch(b, otherwise),
            });
        }
        "guard_statement" => guard(b, node, out),
        "switch_statement" => switch(b, node, out),
        "do_statement" => attempt(b, node, out),
        "for_statement" => {
            let variable = field(node, "item").map(|item| pattern(b, item));
            let over = field(node, "collection").map(|over| expression(b, over));
            let body = branch(b, child(node, &["statements"]));
            out.push(Stmt::Loop {
                variable,
                over,
                body,
            });
        }
        "while_statement" | "repeat_while_statement" => {
            let (condition, ..) = parts(b, node);
            let body = branch(b, child(node, &["statements"]));
            out.push(Stmt::Loop {
                variable: None,
                over: Some(condition),
                body,
            });
        }
        "statements" | "ERROR" => {
            let inner = statements(b, &children(node), statement);
            out.extend(inner);
        }
        "statement_label" | "throw_keyword" | "shebang_line" => {}
        _ => out.push(Stmt::Expr(expression(b, node))),
    }
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

/// The value of a block: the only expression in it, or that of a function that is called at once.
fn value(b: &mut Builder<'_>, node: Node<'_>, block: Option<Node<'_>>) -> ExprId {
    if let Some(inner) = block.filter(|block| block.kind() == "if_statement") {
        return expression(b, inner);
    }
    let body = body(b, block);
    if let [Stmt::Return(only)] = *body {
        return only;
    }
    let function = b.function(Function {
        name: None,
        parameters: Vec::new(),
        body,
        span: block.unwrap_or(node).byte_range(),
    });
    let function = b.push(Expr::Function(function), node.byte_range());
    b.call(node, function, Vec::new())
}

#[expect(
    clippy::too_many_lines,
    reason = "a table: an arm for each kind of node"
)]
fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "simple_identifier" | "type_identifier" if b.raw(node) == "Self" => {
            b.push(Expr::This, node.byte_range())
        }
        "simple_identifier" | "type_identifier" => b.name(node),
        "self_expression" | "super_expression" => b.push(Expr::This, node.byte_range()),
        "line_string_literal" | "multi_line_string_literal" | "raw_string_literal" => {
            strings::string(b, node)
        }
        "integer_literal" | "real_literal" | "hex_literal" | "boolean_literal" | "nil_literal"
        | "nil" | "regex_literal" => b.literal(node),
        "try_expression" | "await_expression" | "as_expression" | "postfix_expression" => {
            match field(node, "expr").or_else(|| field(node, "target")) {
                Some(inner) => expression(b, inner),
                None => b.other(node, Vec::new()),
            }
        }
        "directly_assignable_expression" | "user_type" | "type_modifiers" => {
            match node.named_child(0) {
                Some(inner) => expression(b, inner),
                None => b.other(node, Vec::new()),
            }
        }
        "call_expression" | "navigation_expression" | "constructor_expression" => {
            applied(b, node, Vec::new())
        }
        kind if is_operation(kind) => applied(b, node, Vec::new()),
        "prefix_expression" => {
            let target = field(node, "target");
            match (field(node, "operation").map(|o| o.kind()), target) {
                (Some("."), Some(name)) => {
                    let start = node.start_byte();
                    let object = b.push(Expr::Other(Vec::new()), start..start);
                    let name = b.raw(name);
                    b.member(node, object, name)
                }
                (Some("bang"), Some(inner)) => {
                    let inner = expression(b, inner);
                    b.push(Expr::Not(inner), node.byte_range())
                }
                (Some("&"), Some(inner)) => expression(b, inner),
                (Some("-"), Some(inner)) if inner.kind().ends_with("literal") => b.literal(node),
                (_, Some(inner)) => {
                    let inner = expression(b, inner);
                    b.other(node, vec![inner])
                }
                (_, None) => b.other(node, Vec::new()),
            }
        }
        "dictionary_literal" => {
            let keys = fields(node, "key");
            let values = fields(node, "value");
            let pairs = keys.into_iter().zip(values);
            let entries = pairs.map(|(key, value)| Entry {
                key: Some(expression(b, key)),
                value: expression(b, value),
            });
            let entries = entries.collect();
            b.map(node, entries)
        }
        "array_literal" => {
            let items = expressions(b, fields(node, "element"));
            b.list(node, items)
        }
        "tuple_expression" => tuple(b, node),
        "assignment" => {
            let target = part(b, node, "target");
            let value = part(b, node, "result");
            let adds = field(node, "operator").is_some_and(|o| b.raw(o) == "+=");
            let assign = Expr::Assign {
                target,
                value,
                adds,
            };
            b.push(assign, node.byte_range())
        }
        "lambda_literal" => declarations::lambda(b, node),
        "if_statement" => {
            let (condition, then, otherwise) = parts(b, node);
            let mut options = vec![value(b, node, then)];
            if otherwise.is_some() {
                options.push(value(b, node, otherwise));
            }
            b.choice(node, Some(condition), options)
        }
        "switch_statement" => {
            let subject = part(b, node, "expr");
            let mut options = Vec::new();
            for entry in children(node) {
                if entry.kind() == "switch_entry" {
                    case(b, entry, subject);
                    options.push(value(b, entry, child(entry, &["statements"])));
                }
            }
            b.choice(node, None, options)
        }
        _ => {
            let parts = expressions(b, children(node));
            b.other(node, parts)
        }
    }
}

/// Every child in a field of this name.
fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children_by_field_name(name, &mut cursor)
        .filter(Node::is_named)
        .collect()
}

/// `(a)`, `(a, b)`, `(x: a, y: b)`.
fn tuple(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let names = fields(node, "name");
    let values = expressions(b, fields(node, "value"));
    if names.is_empty() {
        return match *values {
            [only] => only,
            _ => b.list(node, values),
        };
    }
    let entries = names.into_iter().zip(values).map(|(name, value)| Entry {
        key: Some(b.word(name.byte_range())),
        value,
    });
    let entries = entries.collect();
    b.map(node, entries)
}
