//! Java.

mod declarations;
mod expressions;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, child, children, field};
use crate::syntax::program::{Block, Expr, Import, Stmt};
use declarations::{annotated, class, function, members, variables};
use expressions::{arguments, case_conditions, expression, part};

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
        Some(node) if matches!(node.kind(), "block" | "constructor_body") => {
            statements(b, &children(node))
        }
        Some(node) => statements(b, &[node]),
        None => Vec::new(),
    }
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "import_declaration" => import(b, node, out),
        "class_declaration"
        | "interface_declaration"
        | "enum_declaration"
        | "record_declaration"
        | "annotation_type_declaration" => class(b, node, out),
        "method_declaration" => {
            annotated(b, node, out);
            let method = function(b, node);
            out.push(Stmt::Function(method));
        }
        "local_variable_declaration" => variables(b, node, None, out),
        "explicit_constructor_invocation" => {
            let callee = b.push(Expr::This, node.byte_range());
            let args = arguments(b, field(node, "arguments"));
            out.push(Stmt::Expr(b.call(node, callee, args)));
        }
        "return_statement" | "yield_statement" => {
            if let Some(value) = children(node).first() {
                out.push(Stmt::Return(expression(b, *value)));
            }
        }
        "throw_statement" => {
            if let Some(value) = children(node).first() {
                out.push(Stmt::Throw(expression(b, *value)));
            }
        }
        "if_statement" => {
            let condition = part(b, node, "condition");
            out.push(Stmt::If {
                condition,
                then: block(b, field(node, "consequence")),
                otherwise: block(b, field(node, "alternative")),
            });
        }
        "switch_expression" => switch(b, node, out),
        "try_statement" | "try_with_resources_statement" => attempt(b, node, out),
        "for_statement" | "while_statement" | "do_statement" => {
            if let Some(init) = field(node, "init") {
                statement(b, init, out);
            }
            let over = field(node, "condition").map(|c| expression(b, c));
            let body = block(b, field(node, "body"));
            out.push(Stmt::Loop {
                variable: None,
                over,
                body,
            });
        }
        "enhanced_for_statement" => {
            let variable = field(node, "name").map(|name| b.name(name));
            let over = field(node, "value").map(|value| expression(b, value));
            let body = block(b, field(node, "body"));
            out.push(Stmt::Loop {
                variable,
                over,
                body,
            });
        }
        "block" => {
            let inner = statements(b, &children(node));
            out.push(Stmt::Block(inner));
        }
        "synchronized_statement" => {
            let inner = block(b, field(node, "body"));
            out.push(Stmt::Block(inner));
        }
        "labeled_statement" => {
            if let Some(body) = children(node).get(1) {
                let inner = statements(b, &[*body]);
                out.extend(inner);
            }
        }
        "expression_statement" => {
            for value in children(node) {
                out.push(Stmt::Expr(expression(b, value)));
            }
        }
        "ERROR" => {
            let inner = members(b, &children(node), "");
            out.extend(inner);
        }
        "package_declaration"
        | "break_statement"
        | "continue_statement"
        | "modifiers"
        | "switch_label" => {}
        _ => out.push(Stmt::Expr(expression(b, node))),
    }
}

/// `import a.b.C` is `C` of `a.b`; of `a.b.*` the name is `*`.
fn import(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let Some(path) = child(node, &["scoped_identifier", "identifier"]) else {
        return;
    };
    let all = child(node, &["asterisk"]).is_some();
    let name = field(path, "name").filter(|_| !all);
    let import = match (name, field(path, "scope")) {
        (Some(name), Some(scope)) => Import {
            local: b.raw(name),
            module: b.raw(scope),
            member: Some(b.raw(name)),
        },
        _ => Import {
            local: if all { "*".to_owned() } else { b.raw(path) },
            module: b.raw(path),
            member: None,
        },
    };
    out.push(Stmt::Import(import));
}

fn switch(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let subject = part(b, node, "condition");
    let mut conditions = Vec::new();
    for case in field(node, "body").map(children).unwrap_or_default() {
        conditions.extend(case_conditions(b, case, subject));
        let mut parts = children(case);
        parts.retain(|n| n.kind() != "switch_label");
        let then = match *parts {
            // `case "a": case "b": …`: the labels before share what is done.
            [] => continue,
            [only] => block(b, Some(only)),
            _ => statements(b, &parts),
        };
        let all = std::mem::take(&mut conditions);
        let condition = match *all {
            [] => {
                out.push(Stmt::Block(then));
                continue;
            }
            [only] => only,
            _ => b.choice(case, None, all),
        };
        out.push(Stmt::If {
            condition,
            then,
            otherwise: Vec::new(),
        });
    }
}

fn attempt(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut body = b.block(|b, out| {
        let resources = field(node, "resources").map(children);
        for resource in resources.unwrap_or_default() {
            let value = match (field(resource, "name"), field(resource, "value")) {
                (Some(name), Some(value)) => {
                    let target = b.name(name);
                    let value = expression(b, value);
                    b.assign(resource, target, value)
                }
                _ => expression(b, resource),
            };
            out.push(Stmt::Expr(value));
        }
    });
    body.extend(block(b, field(node, "body")));
    let mut finally = Vec::new();
    for clause in children(node) {
        match clause.kind() {
            "catch_clause" => {
                let name = child(clause, &["catch_formal_parameter"]);
                let caught = name.and_then(|p| field(p, "name")).map(|n| b.raw(n));
                let handler = block(b, field(clause, "body"));
                body = vec![Stmt::Try {
                    body,
                    caught,
                    handler,
                }];
            }
            "finally_clause" => finally = block(b, child(clause, &["block"])),
            _ => {}
        }
    }
    out.extend(body);
    if !finally.is_empty() {
        out.push(Stmt::Block(finally));
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Java, text), *wanted, "{text}");
        }
    }

    #[test]
    fn values() {
        check(&[
            (
                "String u = BASE + \"/x\\n\" + 'c', v;",
                r#"u := (BASE ~ "/x\n" ~ "c")"#,
            ),
            (
                "var t = \"\"\"\n    {\"a\":\n      1}\n    \"\"\";",
                r#"t := "{\"a\":\n  1}\n""#,
            ),
            (
                "x = a ? (String) b : this.c.d[0];",
                "x := ?a(b, this.c.d[0])",
            ),
            (
                "x = !a && b == null || -1 != c;",
                "x := ?(?!a(b == null), -1 != c)",
            ),
            (
                "String[] a = {\"x\", y}; b = new String[]{z};",
                r#"a := ["x", y]; b := [z]"#,
            ),
            ("k += \"x\"; m[i] = v;", r#"k += "x"; m[i] := v"#),
            (
                "s = switch (e) { case \"p\" -> \"a\"; case \"q\" -> { f(); yield \"b\"; } default -> throw x; };",
                r#"s := ?("a", fn() { f(); return "b" }(), #(x))"#,
            ),
        ]);
    }

    #[test]
    fn calls() {
        check(&[
            (
                "r = HttpRequest.newBuilder().uri(URI.create(u)).header(\"A\", \"Bearer \" + k).build();",
                r#"r := HttpRequest.newBuilder().uri(URI.create(u)).header("A", ("Bearer " ~ k)).build()"#,
            ),
            (
                "Map<String, String> m = Map.of(\"k\", v); String.format(\"%s\", m);",
                r#"m := Map.of("k", v); String.format("%s", m)"#,
            ),
            (
                "var m = new HashMap<String, String>() {{ put(\"k\", v); }};",
                r#"m := HashMap(#(fn() { { put("k", v) } }))"#,
            ),
            (
                "b.addInterceptor(new Interceptor() { public Response intercept(Chain c) { return c.x(); } });",
                "b.addInterceptor(Interceptor(#(fn intercept(c) { return c.x() })))",
            ),
            (
                "f((M m, String c) -> true, x -> { g(x); }, this::h, Foo::new);",
                "f(fn(m, c) { return true }, fn(x) { g(x) }, this.h, Foo.new)",
            ),
            ("new Outer.Inner<>(\"x\").go();", r#"Outer.Inner("x").go()"#),
        ]);
    }

    #[test]
    fn statements() {
        check(&[
            (
                "import a.b.C; import static a.b.C.KEY; import okhttp3.*;",
                "import C = a.b#C; import KEY = a.b.C#KEY; import * = okhttp3",
            ),
            (
                "if (!a.equals(\"b\")) throw new E(\"m\" + k); else f();",
                r#"if !a.equals("b") { throw E(("m" ~ k)) } else { f() }"#,
            ),
            (
                "try (var c = open(); d) { f(c); } catch (A | B e) { g(e); } catch (C e) { h(); } finally { i(); }",
                "try { try { c := open(); d; f(c) } catch e { g(e) } } catch e { h() }; { i() }",
            ),
            (
                "switch (e) { case \"a\": case \"b\": f(); break; default: g(); }",
                r#"if ?(e == "a", e == "b") { f() } else {  }; { g() }"#,
            ),
            (
                "switch (e) { case A -> { f(); } default -> g(); }",
                "if e == A { f() } else {  }; { g() }",
            ),
            (
                "for (String x : xs) f(x); for (int i = 0; i < 3; i++) { g(); } while (a) h();",
                "for x in xs { f(x) }; i := 0; for _ in #(i, 3) { g() }; for _ in a { h() }",
            ),
            ("synchronized (this) { f(); } l: g();", "{ f() }; g()"),
            (
                "if (o instanceof String s) f(s);",
                "if s := o { f(s) } else {  }",
            ),
        ]);
    }

    #[test]
    fn classes() {
        check(&[
            (
                "@Service(\"s\") class A extends B<C> implements D, E { static final String U = \"x\", V = U; int n; static { W = U; } A(String k) { super(k); this.k = k; } String f() { return k; } }",
                r#"Service("s"); class A: B<C>, D, E { this.U := "x"; this.V := U; { W := U }; fn A(k) { this(k); this.k := k }; fn f() { return k } }"#,
            ),
            (
                "class A { @Value(\"${k}\") @NotNull String key; @Autowired B b = new B(); @Autowired A(@Value(\"${u}\") String u) {} }",
                r#"class A { this.key := Value("${k}"); Autowired(); this.b := B(); Autowired(); fn A(u = Value("${u}")) {  } }"#,
            ),
            (
                "interface Api { @GET(\"p/{id}\") @Headers({\"A: b\", \"C: d\"}) Call<X> get(@Header(\"Authorization\") String auth, @Query(value = \"k\") String... k); }",
                r#"class Api { GET("p/{id}"); Headers(["A: b", "C: d"]); fn get(auth = Header("Authorization"), k = Query(value: "k")) {  } }"#,
            ),
            (
                "enum E { A(\"x\"), B { void f() {} }; final String u; E(String u) { this.u = u; } }",
                r#"class E { this.A := E("x"); this.B := E(#(fn f() {  })); fn E(u) { this.u := u } }"#,
            ),
            (
                "record R(String key, int n) { R { f(key); } static String Z = \"x\"; }",
                r#"class R { fn R(this.key, this.n) { f(key) }; this.Z := "x" }"#,
            ),
        ]);
    }

    #[test]
    fn broken_code_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::Java,
            "class A { static final String K = \"x\"; void f( { get(\"http://\" + h); }",
        );
        assert!(
            shown.contains(r#"K := "x""#) && shown.contains("get("),
            "{shown}"
        );
    }
}
