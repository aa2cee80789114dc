//! PHP: statements, functions and classes. The HTML around it is nothing.

mod classes;
mod expressions;
mod strings;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, arg, child, children, field};
use crate::syntax::program::{Arg, Block, Expr, ExprId, Import, Stmt};
use classes::{attributes, class, constants, function};
use expressions::{expression, expressions, part, pattern, variable};

/// Each handler of a `try` stands in a statement of its own around the last; nobody writes more.
const MAX_HANDLERS: usize = 32;

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let body = statements(b, &children(root));
    b.body(body);
}

fn statements(b: &mut Builder<'_>, nodes: &[Node<'_>]) -> Block {
    b.block(|b, out| {
        let mut is_shown = false;
        for node in nodes {
            if is_shown && node.kind() == "expression_statement" {
                let call = called(b, *node, "echo", &children(*node));
                out.push(Stmt::Expr(call));
            } else {
                statement(b, *node, out);
            }
            // `<?=`, which may stand after HTML.
            let tag = match node.kind() {
                "text_interpolation" => child(*node, &["php_tag"]),
                _ => Some(*node).filter(|node| node.kind() == "php_tag"),
            };
            is_shown = tag.is_some_and(|tag| b.raw(tag) == "<?=");
        }
    })
}

/// The statements of a block, or the only one.
fn block(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Block {
    match node {
        Some(node) if matches!(node.kind(), "compound_statement" | "colon_block") => {
            statements(b, &children(node))
        }
        Some(node) => statements(b, &[node]),
        None => Vec::new(),
    }
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "namespace_use_declaration" => import(b, node, out),
        "expression_statement" => {
            for value in children(node) {
                expression_statement(b, value, out);
            }
        }
        "const_declaration" => {
            for (name, value) in constants(node) {
                let target = b.name(name);
                let value = expression(b, value);
                out.push(Stmt::Expr(b.assign(node, target, value)));
            }
        }
        "function_definition" => {
            attributes(b, node, out);
            let function = function(b, node);
            out.push(Stmt::Function(function));
        }
        "class_declaration"
        | "interface_declaration"
        | "trait_declaration"
        | "enum_declaration" => {
            attributes(b, node, out);
            let class = class(b, node);
            out.push(class);
        }
        "return_statement" => {
            if let Some(value) = node.named_child(0) {
                out.push(Stmt::Return(expression(b, value)));
            }
        }
        "echo_statement" => {
            let call = called(b, node, "echo", &children(node));
            out.push(Stmt::Expr(call));
        }
        "exit_statement" => {
            let call = called(b, node, "exit", &children(node));
            out.push(Stmt::Expr(call));
        }
        "if_statement" => conditional(b, node, out),
        "switch_statement" => switch(b, node, out),
        "try_statement" => attempt(b, node, out),
        "foreach_statement" => foreach(b, node, out),
        "for_statement" | "while_statement" | "do_statement" => {
            if let Some(first) = field(node, "initialize") {
                out.push(Stmt::Expr(expression(b, first)));
            }
            let over = field(node, "condition").map(|condition| expression(b, condition));
            let body = block(b, field(node, "body"));
            out.push(Stmt::Loop {
                variable: None,
                over,
                body,
            });
        }
        "compound_statement" | "colon_block" => {
            let inner = statements(b, &children(node));
            out.push(Stmt::Block(inner));
        }
        "namespace_definition" | "declare_statement" => {
            out.extend(block(b, field(node, "body")));
        }
        "function_static_declaration" => {
            for declared in children(node) {
                if let (Some(name), Some(value)) =
                    (field(declared, "name"), field(declared, "value"))
                {
                    let target = expression(b, name);
                    let value = expression(b, value);
                    out.push(Stmt::Expr(b.assign(declared, target, value)));
                }
            }
        }
        "ERROR" => {
            let inner = statements(b, &children(node));
            out.extend(inner);
        }
        "text"
        | "text_interpolation"
        | "php_tag"
        | "php_end_tag"
        | "global_declaration"
        | "unset_statement"
        | "break_statement"
        | "continue_statement"
        | "goto_statement"
        | "named_label_statement"
        | "empty_statement" => {}
        _ => out.push(Stmt::Expr(expression(b, node))),
    }
}

fn expression_statement(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let import = |local: String, module: String, member: Option<String>| {
        Stmt::Import(Import {
            local,
            module,
            member,
        })
    };
    if let Some(module) = required(b, node) {
        let all = "*".to_owned();
        return out.push(import(all.clone(), module, Some(all)));
    }
    match (node.kind(), field(node, "left"), field(node, "right")) {
        ("throw_expression", _, _) => {
            let thrown = match node.named_child(0) {
                Some(thrown) => expression(b, thrown),
                None => return,
            };
            out.push(Stmt::Throw(thrown));
        }
        // What another file returns.
        ("assignment_expression", Some(left), Some(right)) if left.kind() == "variable_name" => {
            out.push(match required(b, right) {
                Some(module) => import(variable(b, left), module, None),
                None => Stmt::Expr(expression(b, node)),
            });
        }
        _ => out.push(Stmt::Expr(expression(b, node))),
    }
}

/// `./x.php` of `require __DIR__ . '/x.php'`.
fn required(b: &Builder<'_>, node: Node<'_>) -> Option<String> {
    if !matches!(
        node.kind(),
        "require_expression"
            | "require_once_expression"
            | "include_expression"
            | "include_once_expression"
    ) {
        return None;
    }
    let mut path = node.named_child(0)?;
    if path.kind() == "parenthesized_expression" {
        path = path.named_child(0)?;
    }
    let folder = match field(path, "left").map(|left| b.raw(left)).as_deref() {
        Some("__DIR__" | "dirname(__FILE__)") => ".",
        Some("dirname(__DIR__)") => "..",
        _ => "",
    };
    let file = field(path, "right").unwrap_or(path);
    if !matches!(file.kind(), "string" | "encapsed_string") {
        return None;
    }
    let file = b.raw(file);
    Some(format!("{folder}{}", file.trim_matches(['"', '\''])))
}

/// A call of something the language has a word for.
fn called(b: &mut Builder<'_>, node: Node<'_>, word: &str, args: &[Node<'_>]) -> ExprId {
    let callee = Expr::Name(word.to_owned());
    let callee = b.push(callee, node.start_byte()..node.start_byte());
    let args = match args {
        [only] if only.kind() == "sequence_expression" => children(*only),
        args => args.to_vec(),
    };
    let args: Vec<Arg> = expressions(b, args).into_iter().map(arg).collect();
    b.call(node, callee, args)
}

/// `use A\B`, `use A\{B, C as D}`.
fn import(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let group = field(node, "body");
    let prefix = child(node, &["namespace_name"]).map(|prefix| b.raw(prefix));
    for clause in children(group.unwrap_or(node)) {
        if clause.kind() != "namespace_use_clause" {
            continue;
        }
        let Some(name) = clause.named_child(0) else {
            continue;
        };
        let mut path = b.raw(name).trim_start_matches('\\').to_owned();
        if let Some(prefix) = &prefix {
            path = format!("{prefix}\\{path}");
        }
        let (module, member) = match path.rsplit_once('\\') {
            Some((module, member)) => (module.to_owned(), Some(member.to_owned())),
            None => (path.clone(), None),
        };
        let local = field(clause, "alias").map(|alias| b.raw(alias));
        let local = local.or_else(|| member.clone()).unwrap_or(path);
        out.push(Stmt::Import(Import {
            local,
            module,
            member,
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

/// An `if` or `elseif`, with the `elseif` and `else` clauses that follow it.
fn branch(b: &mut Builder<'_>, node: Node<'_>, alternatives: &[Node<'_>], out: &mut Block) {
    let condition = part(b, node, "condition");
    let then = block(b, field(node, "body"));
    let otherwise = match alternatives {
        [next, rest @ ..] if next.kind() == "else_if_clause" => {
            b.block(|b, out| branch(b, *next, rest, out))
        }
        [last, ..] => block(b, field(*last, "body")),
        [] => Vec::new(),
    };
    out.push(Stmt::If {
        condition,
        then,
        otherwise,
    });
}

fn switch(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let left = part(b, node, "condition");
    // Those of cases that have no body of their own: they share the next one's.
    let mut conditions = Vec::new();
    for case in field(node, "body").map(children).unwrap_or_default() {
        let mut inner = children(case);
        if let Some(value) = field(case, "value") {
            inner.retain(|node| *node != value);
            let right = expression(b, value);
            let equal = true;
            conditions.push(b.push(Expr::Compare { left, right, equal }, value.byte_range()));
            if inner.is_empty() {
                continue;
            }
        } else {
            conditions.clear();
        }
        let then = statements(b, &inner);
        let condition = match conditions[..] {
            [] => {
                out.push(Stmt::Block(then));
                continue;
            }
            [only] => only,
            _ => b.choice(case, None, conditions.clone()),
        };
        conditions.clear();
        out.push(Stmt::If {
            condition,
            then,
            otherwise: Vec::new(),
        });
    }
}

fn attempt(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut inner = block(b, field(node, "body"));
    let mut finally = Vec::new();
    let mut handlers = 0;
    for clause in children(node) {
        let body = field(clause, "body");
        match clause.kind() {
            "finally_clause" => finally = block(b, body),
            "catch_clause" if handlers < MAX_HANDLERS => {
                handlers += 1;
                let caught = field(clause, "name").map(|name| variable(b, name));
                let handler = block(b, body);
                inner = vec![Stmt::Try {
                    body: inner,
                    caught,
                    handler,
                }];
            }
            _ => {}
        }
    }
    out.extend(inner);
    if !finally.is_empty() {
        out.push(Stmt::Block(finally));
    }
}

fn foreach(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut parts = children(node).into_iter();
    let over = parts.next().map(|over| expression(b, over));
    let element = parts.next().filter(|one| Some(*one) != field(node, "body"));
    let variable = element.map(|element| match element.kind() {
        "pair" => {
            let names = children(element).into_iter();
            let names = names.map(|name| pattern(b, name)).collect();
            b.list(element, names)
        }
        _ => pattern(b, element),
    });
    let body = block(b, field(node, "body"));
    out.push(Stmt::Loop {
        variable,
        over,
        body,
    });
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Php, text), *wanted, "{text}");
        }
    }

    #[test]
    fn imports() {
        check(&[
            (
                r"<?php use A\B\C as D; use E; use F\{G, H\I as J}; use function k\l;",
                r"import D = A\B#C; import E = E; import G = F#G; import J = F\H#I; import l = k#l",
            ),
            (
                r#"<?php require_once('a.php'); include __DIR__ . '/b.php'; $c = require "c.php"; $d = require dirname(__DIR__) . '/d.php';"#,
                "import * = a.php#*; import * = ./b.php#*; import c = c.php; import d = ../d.php",
            ),
            ("<?php return require $x;", "return require(x)"),
        ]);
    }

    #[test]
    fn statements() {
        check(&[
            (
                "<p><?= $a ?></p><?php if ($b): ?><i><?= $c . 1 ?></i><?php else: f(); endif ?>",
                "echo(a); if b { echo((c ~ 1)) } else { f() }",
            ),
            (
                "<?php namespace A; declare(strict_types=1); const X = 'y', Z = X; define('A', 'b'); unset($q);",
                r#"X := "y"; Z := X; define("A", "b")"#,
            ),
            (
                "<?php if ($a) b(); elseif ($c) { d(); } else if ($e) f(); else g();",
                "if a { b() } else { if c { d() } else { if e { f() } else { g() } } }",
            ),
            (
                "<?php switch ($e) { case 'a': f(); break; case 'b': case C: h(); default: g(); }",
                r#"if e == "a" { f() } else {  }; if ?(e == "b", e == C) { h() } else {  }; { g() }"#,
            ),
            (
                "<?php try { a(); } catch (E | F $e) { throw new X('m', 1, $e); } catch (G) {} finally { c(); }",
                r#"try { try { a() } catch e { throw X("m", 1, e) } } catch _ {  }; { c() }"#,
            ),
            (
                "<?php foreach ($a as $k => &$v) { f($v); } foreach (g() as [$x, 'y' => $y]): endforeach;",
                r#"for [k, v] in a { f(v) }; for {..x, "y": y} in g() {  }"#,
            ),
            (
                "<?php for ($i = 0; $i < 3; $i++) f($i); while ($a) { b(); } do c(); while ($d);",
                "i := 0; for _ in #(i, 3) { f(i) }; for _ in a { b() }; for _ in d { c() }",
            ),
            (
                "<?php echo 'a', $b; print $c; die('x'); exit(1); exit;",
                r#"echo("a", b); print(c); die("x"); exit(1); exit()"#,
            ),
            ("<?php return ['a' => 1];", r#"return {"a": 1}"#),
        ]);
    }

    #[test]
    fn broken_code_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::Php,
            "<?php $a = 'x'; function f( { curl_init(\"http://$host/\"); class",
        );
        assert!(
            shown.contains(r#"a := "x""#) && shown.contains(r#"("http://" ~ host ~ "/")"#),
            "{shown}"
        );
    }

    #[test]
    fn long_chains_end() {
        let mut text = "<?php if ($a) b();".to_owned();
        text.push_str(&" elseif ($a) b();".repeat(3000));
        text.push_str(" try { a(); }");
        text.push_str(&" catch (E $e) { b(); }".repeat(3000));
        assert!(show(Language::Php, &text).contains("b()"));
    }
}
