//! Bash and the shells after it: a command is a call of its first word with the others.

mod commands;
mod conditions;
mod lines;
#[cfg(test)]
mod tests;
mod words;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, arg, children, field, has_token};
use crate::syntax::program::{Block, Expr, ExprId, Function, FunctionId, Import, Parameter, Stmt};
use commands::run;
use conditions::{condition, is_test};
use words::word;

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let body = read(b, root, MAX_PARTED);
    b.body(body);
}

/// How often lines are parted that the grammar reads as one.
const MAX_PARTED: usize = 3;

fn read(b: &mut Builder<'_>, root: Node<'_>, times: usize) -> Block {
    let parted = match times {
        0 => None,
        _ => lines::parted(b.source(), root),
    };
    let body = parted.and_then(|code| b.instead(code, |b, root| read(b, root, times - 1)));
    body.unwrap_or_else(|| statements(b, &children(root)))
}

fn statements(b: &mut Builder<'_>, nodes: &[Node<'_>]) -> Block {
    b.block(|b, out| {
        for node in nodes {
            statement(b, *node, out);
        }
    })
}

/// The statements of a body, whatever holds them together.
fn block(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Block {
    match node {
        Some(node) if matches!(node.kind(), "compound_statement" | "subshell" | "do_group") => {
            statements(b, &children(node))
        }
        Some(node) => statements(b, &[node]),
        None => Vec::new(),
    }
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "variable_assignment" => {
            let assign = assignment(b, node);
            out.push(Stmt::Expr(assign));
        }
        "variable_assignments" | "ERROR" | "program" => {
            let inner = statements(b, &children(node));
            out.extend(inner);
        }
        "declaration_command" => declaration(b, node, out),
        "unset_command" | "heredoc_body" | "heredoc_end" | "heredoc_start" => {}
        "list" => list(b, node, out),
        "if_statement" | "elif_clause" => conditional(b, node, out),
        "case_statement" => case(b, node, out),
        "for_statement" => {
            let variable = field(node, "variable").map(|name| b.name(name));
            let mut cursor = node.walk();
            let values: Vec<Node<'_>> = node.children_by_field_name("value", &mut cursor).collect();
            let values: Vec<ExprId> = values.into_iter().map(|value| word(b, value)).collect();
            let over = match *values {
                [] => None,
                [only] => Some(only),
                _ => Some(b.list(node, values)),
            };
            let body = block(b, field(node, "body"));
            out.push(Stmt::Loop {
                variable,
                over,
                body,
            });
        }
        "c_style_for_statement" => {
            if let Some(first) = field(node, "initializer") {
                statement(b, first, out);
            }
            let over = field(node, "condition").map(|c| condition(b, c));
            let body = block(b, field(node, "body"));
            out.push(Stmt::Loop {
                variable: None,
                over,
                body,
            });
        }
        "while_statement" => {
            let over = field(node, "condition").map(|c| condition(b, c));
            let body = block(b, field(node, "body"));
            out.push(Stmt::Loop {
                variable: None,
                over,
                body,
            });
        }
        "function_definition" => {
            let function = function(b, node);
            out.push(Stmt::Function(function));
        }
        "compound_statement" | "subshell" | "do_group" if !has_token(node, "((") => {
            let inner = statements(b, &children(node));
            out.push(Stmt::Block(inner));
        }
        "redirected_statement" if !commands::is_command(field(node, "body")) => {
            commands::redirected_block(b, node, out);
        }
        "command" | "pipeline" | "redirected_statement" => {
            let call = run(b, node, Vec::new(), out);
            sourced(b, call, out);
            out.push(Stmt::Expr(call));
        }
        _ => out.push(Stmt::Expr(condition(b, node))),
    }
}

/// `. file` and `source file` are imports too.
fn sourced(b: &Builder<'_>, call: ExprId, out: &mut Block) {
    let Expr::Call { callee, args } = b.get(call) else {
        return;
    };
    let (Expr::Name(name), Some(first)) = (b.get(*callee), args.first()) else {
        return;
    };
    if let (true, Expr::Text { value, .. }) =
        (matches!(&**name, "." | "source"), b.get(first.value))
    {
        out.push(Stmt::Import(Import {
            local: "*".to_owned(),
            module: value.clone(),
            member: Some("*".to_owned()),
        }));
    }
}

fn assignment(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let target = match field(node, "name") {
        Some(name) if name.kind() == "subscript" => words::subscript(b, name),
        Some(name) => b.name(name),
        None => b.other(node, Vec::new()),
    };
    let value = match field(node, "value") {
        Some(value) => word(b, value),
        None => b.word(node.end_byte()..node.end_byte()),
    };
    let adds = has_token(node, "+=");
    let assign = Expr::Assign {
        target,
        value,
        adds,
    };
    b.push(assign, node.byte_range())
}

/// `export A=b C`: assignments, and a call with the names that have no value here.
fn declaration(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut bare = Vec::new();
    for part in children(node) {
        match part.kind() {
            "variable_assignment" => out.push(Stmt::Expr(assignment(b, part))),
            "variable_name" => bare.push(arg(b.name(part))),
            "word" => {}
            _ => bare.push(arg(word(b, part))),
        }
    }
    let keyword = node.child(0).filter(|keyword| keyword.kind() == "export");
    if let (Some(keyword), false) = (keyword, bare.is_empty()) {
        let callee = b.name(keyword);
        out.push(Stmt::Expr(b.call(node, callee, bare)));
    }
}

/// `a && b`, `a || b`: one after the other, or the branches of a test.
fn list(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let parts = children(node);
    let [left, right] = *parts else {
        let inner = statements(b, &parts);
        out.extend(inner);
        return;
    };
    let and = has_token(node, "&&");
    if is_test(b, left) {
        let condition = condition(b, left);
        let branch = statements(b, &[right]);
        let (then, otherwise) = if and {
            (branch, Vec::new())
        } else {
            (Vec::new(), branch)
        };
        out.push(Stmt::If {
            condition,
            then,
            otherwise,
        });
        return;
    }
    let before = statements(b, &[left]);
    out.extend(before);
    let mut branch = statements(b, &[right]);
    match out.last_mut() {
        Some(Stmt::If {
            then, otherwise, ..
        }) if left.kind() == "list" => match (and, otherwise.is_empty()) {
            (true, true) => then.append(&mut branch),
            (false, _) => otherwise.append(&mut branch),
            (true, false) => {}
        },
        _ => {}
    }
    out.append(&mut branch);
}

/// `if …; then …; elif …; else …; fi`.
fn conditional(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut cursor = node.walk();
    let mut conditions = Vec::new();
    let mut then = Vec::new();
    let mut rest = Vec::new();
    let mut after_then = false;
    for part in node.children(&mut cursor) {
        match part.kind() {
            "then" => after_then = true,
            "elif_clause" | "else_clause" => rest.push(part),
            kind if !part.is_named() || kind.contains("comment") => {}
            _ if after_then => then.push(part),
            _ => conditions.push(part),
        }
    }
    let Some(decides) = conditions.pop() else {
        let inner = statements(b, &then);
        out.extend(inner);
        return;
    };
    let before = statements(b, &conditions);
    out.extend(before);
    let condition = condition(b, decides);
    let then = statements(b, &then);
    // What follows is what is done otherwise, each in the one before; the last first.
    let mut otherwise = Vec::new();
    for clause in rest.into_iter().rev() {
        if clause.kind() == "else_clause" {
            otherwise = statements(b, &children(clause));
            continue;
        }
        let mut inner = b.block(|b, out| conditional(b, clause, out));
        if let Some(Stmt::If {
            otherwise: last, ..
        }) = inner.last_mut()
        {
            last.append(&mut otherwise);
        }
        otherwise = inner;
    }
    out.push(Stmt::If {
        condition,
        then,
        otherwise,
    });
}

fn case(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let Some(value) = field(node, "value") else {
        return;
    };
    let subject = word(b, value);
    for item in children(node) {
        if item.kind() != "case_item" {
            continue;
        }
        let mut cursor = item.walk();
        let values: Vec<Node<'_>> = item.children_by_field_name("value", &mut cursor).collect();
        let mut tests = Vec::new();
        for value in &values {
            if b.raw(*value) == "*" {
                continue;
            }
            let right = word(b, *value);
            let compare = Expr::Compare {
                left: subject,
                right,
                equal: true,
            };
            tests.push(b.push(compare, value.byte_range()));
        }
        let inner: Vec<Node<'_>> = children(item)
            .into_iter()
            .filter(|part| !values.contains(part))
            .collect();
        let then = statements(b, &inner);
        let condition = match *tests {
            [] => {
                out.push(Stmt::Block(then));
                continue;
            }
            [only] => only,
            _ => b.choice(item, None, tests),
        };
        out.push(Stmt::If {
            condition,
            then,
            otherwise: Vec::new(),
        });
    }
}

fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = field(node, "name").map(|name| b.raw(name));
    let used = field(node, "body").map_or(0, |body| parameters(b, body));
    let start = node.start_byte();
    let parameters = (1..=used)
        .map(|number| Parameter {
            target: b.push(Expr::Name(number.to_string()), start..start),
            default: None,
            is_field: false,
        })
        .collect();
    let body = block(b, field(node, "body"));
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

/// The highest of `$1` to `$9` that stands in a function.
fn parameters(b: &Builder<'_>, node: Node<'_>) -> usize {
    let mut highest = 0;
    let mut cursor = node.walk();
    loop {
        let at = cursor.node();
        if at.kind() == "variable_name"
            && let [digit @ b'1'..=b'9'] = b.source()[at.byte_range()]
        {
            highest = highest.max(usize::from(digit - b'0'));
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return highest;
            }
        }
    }
}
