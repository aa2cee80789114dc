//! Python: statements, functions and classes.

mod classes;
mod expressions;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, arg, child, children, field};
use crate::syntax::program::{Block, Expr, ExprId, Import, Stmt};
use classes::{class, decorators, function};
use expressions::{expression, expressions, part, pattern};

/// Each handler of a `try` stands in a statement of its own around the last; nobody writes more.
const MAX_HANDLERS: usize = 32;

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let body = statements(b, &children(root));
    b.body(body);
}

fn statements(b: &mut Builder<'_>, nodes: &[Node<'_>]) -> Block {
    b.block(|b, out| {
        for node in nodes {
            statement(b, *node, out);
        }
    })
}

fn block(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Block {
    node.map_or_else(Vec::new, |node| statements(b, &children(node)))
}

/// The block of an `except`, `else` or `finally`, some of which have no field for it.
fn clause(b: &mut Builder<'_>, node: Node<'_>) -> Block {
    block(b, child(node, &["block"]))
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "import_statement" | "import_from_statement" => import(b, node, out),
        "decorated_definition" => {
            decorators(b, node, out);
            if let Some(inner) = field(node, "definition") {
                statement(b, inner, out);
            }
        }
        "function_definition" => {
            let function = function(b, node);
            out.push(Stmt::Function(function));
        }
        "class_definition" => {
            let class = class(b, node);
            out.push(class);
        }
        "return_statement" => {
            if let Some(value) = node.named_child(0) {
                out.push(Stmt::Return(expression(b, value)));
            }
        }
        "raise_statement" => {
            if let Some(value) = node.named_child(0) {
                out.push(Stmt::Throw(expression(b, value)));
            }
        }
        "if_statement" => conditional(b, node, out),
        "try_statement" => attempt(b, node, out),
        "with_statement" => with(b, node, out),
        "match_statement" => choose(b, node, out),
        "for_statement" | "while_statement" => {
            let variable = field(node, "left").map(|left| pattern(b, left));
            let over = field(node, "right").or_else(|| field(node, "condition"));
            let over = over.map(|over| expression(b, over));
            let body = block(b, field(node, "body"));
            out.push(Stmt::Loop {
                variable,
                over,
                body,
            });
            if let Some(otherwise) = field(node, "alternative") {
                out.extend(clause(b, otherwise));
            }
        }
        "expression_statement" => {
            for value in children(node) {
                // A string alone is a docstring, an assignment without a value only names a type.
                let says_nothing = matches!(value.kind(), "string" | "concatenated_string")
                    || value.kind() == "assignment" && field(value, "right").is_none();
                if !says_nothing {
                    out.push(Stmt::Expr(expression(b, value)));
                }
            }
        }
        "print_statement" => {
            let callee = b.push(
                Expr::Name("print".to_owned()),
                node.start_byte()..node.start_byte() + "print".len(),
            );
            let mut cursor = node.walk();
            let values: Vec<Node<'_>> = node
                .children_by_field_name("argument", &mut cursor)
                .collect();
            let args = expressions(b, values).into_iter().map(arg).collect();
            out.push(Stmt::Expr(b.call(node, callee, args)));
        }
        "block" | "ERROR" => {
            let inner = statements(b, &children(node));
            out.extend(inner);
        }
        "future_import_statement"
        | "global_statement"
        | "nonlocal_statement"
        | "pass_statement"
        | "break_statement"
        | "continue_statement"
        | "delete_statement"
        | "type_alias_statement" => {}
        _ => out.push(Stmt::Expr(expression(b, node))),
    }
}

fn import(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let from = field(node, "module_name").map(|module| b.raw(module));
    let mut cursor = node.walk();
    for imported in node.children_by_field_name("name", &mut cursor) {
        let alias = field(imported, "alias").map(|alias| b.raw(alias));
        let name = b.raw(field(imported, "name").unwrap_or(imported));
        let (local, module, member) = match (&from, alias) {
            (Some(module), alias) => (alias.unwrap_or(name.clone()), module.clone(), Some(name)),
            (None, Some(alias)) => (alias, name, None),
            // `import a.b` makes `a` known.
            (None, None) => {
                let first = name.split('.').next().unwrap_or(&name).to_owned();
                (first.clone(), first, None)
            }
        };
        out.push(Stmt::Import(Import {
            local,
            module,
            member,
        }));
    }
    if let (Some(module), Some(_)) = (from, child(node, &["wildcard_import"])) {
        out.push(Stmt::Import(Import {
            local: "*".to_owned(),
            module,
            member: Some("*".to_owned()),
        }));
    }
}

fn conditional(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut cursor = node.walk();
    let alternatives: Vec<Node<'_>> = node
        .children_by_field_name("alternative", &mut cursor)
        .collect();
    branch(b, node, &alternatives, out);
}

/// An `if` or `elif`, with the `elif` and `else` clauses that follow it.
fn branch(b: &mut Builder<'_>, node: Node<'_>, alternatives: &[Node<'_>], out: &mut Block) {
    let condition = part(b, node, "condition");
    let then = block(b, field(node, "consequence"));
    let otherwise = match alternatives {
        [next, rest @ ..] if next.kind() == "elif_clause" => {
            b.block(|b, out| branch(b, *next, rest, out))
        }
        [last, ..] => clause(b, *last),
        [] => Vec::new(),
    };
    out.push(Stmt::If {
        condition,
        then,
        otherwise,
    });
}

fn attempt(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut body = block(b, field(node, "body"));
    let mut finally = Vec::new();
    let mut handlers = Vec::new();
    for part in children(node) {
        match part.kind() {
            "else_clause" => body.extend(clause(b, part)),
            "finally_clause" => finally = clause(b, part),
            "except_clause" | "except_group_clause" => handlers.push(part),
            _ => {}
        }
    }
    if handlers.is_empty() {
        out.push(Stmt::Block(body));
    } else {
        for handler in handlers.into_iter().take(MAX_HANDLERS) {
            let caught = caught(b, handler);
            let handler = clause(b, handler);
            body = vec![Stmt::Try {
                body,
                caught,
                handler,
            }];
        }
        out.extend(body);
    }
    if !finally.is_empty() {
        out.push(Stmt::Block(finally));
    }
}

/// `e` of `except E as e` and of `except E, e`.
fn caught(b: &Builder<'_>, node: Node<'_>) -> Option<String> {
    let mut cursor = node.walk();
    let values: Vec<Node<'_>> = node.children_by_field_name("value", &mut cursor).collect();
    let name = match values[..] {
        [only] => field(only, "alias")?,
        [_, name] => name,
        _ => return None,
    };
    Some(b.raw(name))
}

fn with(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let items = child(node, &["with_clause"]).map(children);
    for item in items.unwrap_or_default() {
        let Some(value) = field(item, "value") else {
            continue;
        };
        let opened = value.named_child(0).unwrap_or(value);
        let stmt = match field(value, "alias").and_then(|alias| alias.named_child(0)) {
            Some(alias) => {
                let opened = expression(b, opened);
                let target = pattern(b, alias);
                b.assign(item, target, opened)
            }
            None => expression(b, value),
        };
        out.push(Stmt::Expr(stmt));
    }
    let body = block(b, field(node, "body"));
    out.push(Stmt::Block(body));
}

fn choose(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let subject = part(b, node, "subject");
    for case in field(node, "body").map(children).unwrap_or_default() {
        let pattern = child(case, &["case_pattern"]);
        let mut condition = pattern.and_then(|pattern| fits(b, subject, pattern));
        let then = block(b, field(case, "consequence"));
        if let Some(guard) = field(case, "guard").and_then(|guard| guard.named_child(0)) {
            let guarded = expression(b, guard);
            condition = Some(match condition {
                Some(condition) => b.choice(case, Some(condition), vec![guarded]),
                None => guarded,
            });
        }
        out.push(match condition {
            Some(condition) => Stmt::If {
                condition,
                then,
                otherwise: Vec::new(),
            },
            None => Stmt::Block(then),
        });
    }
}

/// Whether the subject of a `match` is what a pattern says; nothing where everything is.
fn fits(b: &mut Builder<'_>, subject: ExprId, pattern: Node<'_>) -> Option<ExprId> {
    let inner = pattern.named_child(0)?;
    match inner.kind() {
        // A name alone takes whatever there is.
        "dotted_name" if inner.named_child_count() == 1 => None,
        "union_pattern" => {
            let mut options = Vec::new();
            for option in children(inner) {
                options.push(equals(b, subject, option));
            }
            Some(b.choice(pattern, None, options))
        }
        "as_pattern" => fits(b, subject, inner.named_child(0)?),
        _ => Some(equals(b, subject, inner)),
    }
}

fn equals(b: &mut Builder<'_>, left: ExprId, node: Node<'_>) -> ExprId {
    let right = expression(b, node);
    if matches!(b.get(right), Expr::Other(_)) {
        return b.other(node, vec![left, right]);
    }
    let equal = true;
    b.push(Expr::Compare { left, right, equal }, node.byte_range())
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Python, text), *wanted, "{text}");
        }
    }

    #[test]
    fn imports() {
        check(&[
            (
                "import os, numpy as np, a.b, c.d as e",
                "import os = os; import np = numpy; import a = a; import e = c.d",
            ),
            (
                "from .settings import (KEY, URL as u)",
                "import KEY = .settings#KEY; import u = .settings#URL",
            ),
            ("from app.m import *", "import * = app.m#*"),
            ("from __future__ import annotations", ""),
        ]);
    }

    #[test]
    fn statements() {
        check(&[
            ("'''doc'''\nglobal a\na: str\nb: str = c\n# d", "b := c"),
            (
                "if a: b()\nelif c: d()\nelse: e()",
                "if a { b() } else { if c { d() } else { e() } }",
            ),
            (
                "for k, v in h.items(): f(k)\nelse: g()",
                "for [k, v] in h.items() { f(k) }; g()",
            ),
            ("while a: b()", "for _ in a { b() }"),
            (
                "async with S(k) as s, s.get(u) as r:\n  r.json()",
                "s := S(k); r := s.get(u); { r.json() }",
            ),
            ("with lock: f()", "lock; { f() }"),
            (
                "try: a()\nexcept (E, F) as e: raise X(e) from e\nexcept G: pass\nelse: b()\nfinally: c()",
                "try { try { a(); b() } catch e { throw X(e) } } catch _ {  }; { c() }",
            ),
            ("try: a()\nexcept E, e: b()", "try { a() } catch e { b() }"),
            ("try: a()\nfinally: b()", "{ a() }; { b() }"),
            (
                "match e:\n case 'a' | 'b': f()\n case K.X if q: g()\n case {'k': v}: h()\n case _: i()",
                r#"if ?(e == "a", e == "b") { f() } else {  }; if ?e == K.X(q) { g() } else {  }; if #(e, #("k", v)) { h() } else {  }; { i() }"#,
            ),
            ("print 'a', b", r#"print("a", b)"#),
        ]);
    }

    #[test]
    fn broken_code_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::Python,
            "a = 'x'\ndef f(:\n  r = requests.get(f'https://x/{key}'\nclass",
        );
        assert!(
            shown.contains(r#"a := "x""#) && shown.contains(r#"("https://x/" ~ key)"#),
            "{shown}"
        );
    }

    #[test]
    fn long_chains_end() {
        let mut text = "if a: b()\n".to_owned();
        text.push_str(&"elif a: b()\n".repeat(3000));
        text.push_str("try: a()\n");
        text.push_str(&"except E: b()\n".repeat(3000));
        assert!(show(Language::Python, &text).contains("b()"));
    }
}
