//! JavaScript, TypeScript, and both with JSX.

mod declarations;
mod expressions;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, children, field};
use crate::syntax::program::{Block, Expr, Stmt};

use declarations::{class, declaration, enumeration, function, import, pattern};
use expressions::expression;

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

/// The statements of a block, or the only one.
fn block(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Block {
    match node {
        Some(node) if node.kind() == "statement_block" => statements(b, &children(node)),
        Some(node) if node.kind() == "else_clause" => block(b, node.named_child(0)),
        Some(node) => statements(b, &[node]),
        None => Vec::new(),
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "a table: an arm for each kind of node"
)]
fn statement(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "import_statement" => import(b, node, out),
        "export_statement" => {
            if let Some(value) = field(node, "value") {
                let target = b.push(
                    Expr::Name("default".to_owned()),
                    node.start_byte()..node.start_byte(),
                );
                let value = expression(b, value);
                out.push(Stmt::Expr(b.assign(node, target, value)));
            } else if let Some(inner) = field(node, "declaration") {
                statement(b, inner, out);
            }
        }
        "lexical_declaration" | "variable_declaration" => {
            for declared in children(node) {
                declaration(b, declared, out);
            }
        }
        "function_declaration" | "generator_function_declaration" => {
            let function = function(b, node);
            out.push(Stmt::Function(function));
        }
        "class_declaration" | "abstract_class_declaration" => {
            let class = class(b, node);
            out.push(class);
        }
        "enum_declaration" => enumeration(b, node, out),
        "return_statement" => {
            if let Some(value) = node.named_child(0) {
                out.push(Stmt::Return(expression(b, value)));
            }
        }
        "throw_statement" => {
            if let Some(value) = node.named_child(0) {
                out.push(Stmt::Throw(expression(b, value)));
            }
        }
        "if_statement" => {
            let Some(condition) = field(node, "condition") else {
                return;
            };
            let condition = expression(b, condition);
            out.push(Stmt::If {
                condition,
                then: block(b, field(node, "consequence")),
                otherwise: block(b, field(node, "alternative")),
            });
        }
        "switch_statement" => switch(b, node, out),
        "try_statement" => {
            let body = block(b, field(node, "body"));
            let catch = field(node, "handler");
            let caught = catch.and_then(|c| field(c, "parameter")).map(|p| b.raw(p));
            let handler = block(b, catch.and_then(|c| field(c, "body")));
            out.push(Stmt::Try {
                body,
                caught,
                handler,
            });
            let finally = block(b, field(node, "finalizer").and_then(|f| field(f, "body")));
            if !finally.is_empty() {
                out.push(Stmt::Block(finally));
            }
        }
        "for_in_statement" => {
            let variable = field(node, "left").map(|left| pattern(b, left));
            let over = field(node, "right").map(|right| expression(b, right));
            let body = block(b, field(node, "body"));
            out.push(Stmt::Loop {
                variable,
                over,
                body,
            });
        }
        "for_statement" | "while_statement" | "do_statement" => {
            if let Some(part) = field(node, "initializer") {
                statement(b, part, out);
            }
            let over = field(node, "condition").map(|c| expression(b, c));
            let body = block(b, field(node, "body"));
            out.push(Stmt::Loop {
                variable: None,
                over,
                body,
            });
        }
        "statement_block" => {
            let inner = statements(b, &children(node));
            out.push(Stmt::Block(inner));
        }
        "expression_statement" => {
            for value in children(node) {
                out.push(Stmt::Expr(expression(b, value)));
            }
        }
        "labeled_statement" => {
            if let Some(body) = field(node, "body") {
                statement(b, body, out);
            }
        }
        "ambient_declaration" | "module" | "internal_module" | "ERROR" => {
            let inner = field(node, "body").map_or_else(|| children(node), children);
            let inner = statements(b, &inner);
            out.extend(inner);
        }
        "interface_declaration"
        | "type_alias_declaration"
        | "empty_statement"
        | "break_statement"
        | "continue_statement"
        | "debugger_statement" => {}
        _ => out.push(Stmt::Expr(expression(b, node))),
    }
}

fn switch(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let (Some(value), Some(body)) = (field(node, "value"), field(node, "body")) else {
        return;
    };
    let subject = expression(b, value);
    for case in children(body) {
        let mut cursor = case.walk();
        let inner: Vec<Node<'_>> = case.children_by_field_name("body", &mut cursor).collect();
        let then = statements(b, &inner);
        match field(case, "value") {
            Some(value) => {
                let right = expression(b, value);
                let compare = Expr::Compare {
                    left: subject,
                    right,
                    equal: true,
                };
                let condition = b.push(compare, case.byte_range());
                out.push(Stmt::If {
                    condition,
                    then,
                    otherwise: Vec::new(),
                });
            }
            None => out.push(Stmt::Block(then)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Tsx, text), *wanted, "{text}");
        }
    }

    #[test]
    fn values() {
        check(&[
            (
                "const k: string = process.env.K ?? 'x\\n'",
                r#"k := ?(process.env.K, "x\n")"#,
            ),
            ("k = `Bearer ${key}`", r#"k := ("Bearer " ~ key)"#),
            ("k = 'a' + b + (c as string)", r#"k := ("a" ~ b ~ c)"#),
            ("k = `plain`", r#"k := "plain""#),
            ("k = x ? a : b!", "k := ?x(a, b)"),
            (
                "h = {A: 1, 'X-Y': z, ...r, [d]: 1, s}",
                r#"h := {"A": 1, "X-Y": z, ..r, d: 1, "s": s}"#,
            ),
            ("a['b'][0].c?.d", "a.b[0].c.d"),
            ("k += a && b", "k += ?a(b)"),
            ("k = !!key; typeof key", "k := !!key; #(key)"),
            ("a === 'b'; a != c", r#"a == "b"; a != c"#),
        ]);
    }

    #[test]
    fn calls() {
        check(&[
            (
                "await fetch(u, {headers: h})",
                r#"fetch(u, {"headers": h})"#,
            ),
            ("new Postiz('k', ...rest)", r#"Postiz("k", ..rest)"#),
            ("k.slice(-4)", "k.slice(-4)"),
            (
                "<Foo k='x' v={y} {...s}>t {z}</Foo>",
                r#"Foo(k: "x", v: y, ..s, z)"#,
            ),
            ("xs.map(x => x.y)", "xs.map(fn(x) { return x.y })"),
        ]);
    }

    #[test]
    fn statements() {
        check(&[
            (
                "import a, {b as c} from './m'",
                "import a = ./m#default; import c = ./m#b",
            ),
            ("import * as m from 'm'", "import m = m"),
            (
                "const {a, b: c} = require('m')",
                "import a = m#a; import c = m#b",
            ),
            ("const {a, b: c = 1} = o", r#"{"a": a, "b": c} := o"#),
            (
                "export default function f({x}, y = 2) { return x }",
                r#"fn f({"x": x}, y = 2) { return x }"#,
            ),
            ("export const a = 1", "a := 1"),
            ("export default {a}", r#"default := {"a": a}"#),
            (
                "try { a() } catch (e) { b(e) } finally { c() }",
                "try { a() } catch e { b(e) }; { c() }",
            ),
            (
                "if (!a) throw new Error('m'); else b()",
                r#"if !a { throw Error("m") } else { b() }"#,
            ),
            ("for (const [k, v] of o) f(k)", "for [k, v] in o { f(k) }"),
            (
                "switch (e) { case 'p': a(); default: b() }",
                r#"if e == "p" { a() } else {  }; { b() }"#,
            ),
            (
                "class P extends Q { static u = 'x'; #k; constructor(private key: string) { this.#k = key } }",
                r#"class P: Q { this.u := "x"; fn constructor(this.key) { this.k := key } }"#,
            ),
            ("enum E { A = 'x' }", r#"E := {"A": "x"}"#),
        ]);
    }

    #[test]
    fn broken_code_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::JavaScript,
            "const a = 'x'; function ( { fetch(`http://${h}`)",
        );
        assert!(
            shown.contains(r#"a := "x""#) && shown.contains("fetch"),
            "{shown}"
        );
    }
}
