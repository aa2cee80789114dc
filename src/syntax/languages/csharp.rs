//! C#.

mod declarations;
mod expressions;
mod strings;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, child, children, field};
use crate::syntax::program::{Block, Import, Stmt};
use declarations::{annotated, class, enumeration, function, property, this, variables};
use expressions::{expression, part, pattern_condition};

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

/// The statements of a block, or the only one; the value after `=>` is handed back.
fn block(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Block {
    match node {
        Some(node) if node.kind() == "block" => statements(b, &children(node)),
        Some(node) if node.kind() == "arrow_expression_clause" => {
            let value = children(node).first().map(|value| expression(b, *value));
            value.map(Stmt::Return).into_iter().collect()
        }
        Some(node) => statements(b, &[node]),
        None => Vec::new(),
    }
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "using_directive" => import(b, node, out),
        "class_declaration"
        | "struct_declaration"
        | "record_declaration"
        | "interface_declaration" => class(b, node, out),
        "enum_declaration" => enumeration(b, node, out),
        "namespace_declaration" => {
            let inner = field(node, "body").map(children).unwrap_or_default();
            let inner = statements(b, &inner);
            out.extend(inner);
        }
        "global_statement" | "declaration_list" | "local_declaration_statement" | "ERROR" => {
            let inner = statements(b, &children(node));
            out.extend(inner);
        }
        // Whatever is defined where it is compiled: both branches are read.
        "preproc_if" | "preproc_elif" | "preproc_else" => {
            let condition = field(node, "condition");
            let mut inner = children(node);
            inner.retain(|n| Some(*n) != condition);
            let inner = statements(b, &inner);
            out.extend(inner);
        }
        "variable_declaration" => variables(b, node, None, out),
        "field_declaration" | "event_field_declaration" => {
            if let Some(inner) = child(node, &["variable_declaration"]) {
                let this = this(b, node);
                variables(b, inner, Some((this, node)), out);
            }
        }
        "property_declaration" => property(b, node, out),
        "method_declaration"
        | "local_function_statement"
        | "constructor_declaration"
        | "destructor_declaration"
        | "operator_declaration"
        | "conversion_operator_declaration" => {
            annotated(b, node, out);
            let function = function(b, node);
            out.push(Stmt::Function(function));
        }
        "expression_statement" => {
            for value in children(node) {
                out.push(Stmt::Expr(expression(b, value)));
            }
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
        "switch_statement" => switch(b, node, out),
        "try_statement" => attempt(b, node, out),
        "foreach_statement" | "for_statement" | "while_statement" | "do_statement" => {
            repeated(b, node, out);
        }
        "block" | "using_statement" | "lock_statement" | "checked_statement"
        | "unsafe_statement" | "fixed_statement" => {
            let inner = b.block(|b, out| {
                for part in children(node) {
                    match part.kind() {
                        "block" if node.kind() != "block" => out.extend(block(b, Some(part))),
                        _ => statement(b, part, out),
                    }
                }
            });
            out.push(Stmt::Block(inner));
        }
        "labeled_statement" => {
            if let Some(body) = children(node).get(1) {
                let inner = statements(b, &[*body]);
                out.extend(inner);
            }
        }
        "file_scoped_namespace_declaration"
        | "attribute_list"
        | "modifier"
        | "delegate_declaration"
        | "break_statement"
        | "continue_statement"
        | "goto_statement"
        | "empty_statement" => {}
        kind if kind.starts_with("preproc_") => {}
        _ => out.push(Stmt::Expr(expression(b, node))),
    }
}

/// `using A.B` makes every name of `A.B` known: its name is `*`.
fn import(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let alias = field(node, "name");
    let Some(path) = children(node).into_iter().rfind(|n| Some(*n) != alias) else {
        return;
    };
    out.push(Stmt::Import(Import {
        local: alias.map_or_else(|| "*".to_owned(), |name| b.raw(name)),
        module: b.raw(path),
        member: None,
    }));
}

fn switch(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let subject = part(b, node, "value");
    let mut conditions = Vec::new();
    for section in field(node, "body").map(children).unwrap_or_default() {
        let parts = children(section);
        let is_statement = |n: &&Node<'_>| n.kind().ends_with("_statement") || n.kind() == "block";
        let body: Vec<Node<'_>> = parts.iter().filter(is_statement).copied().collect();
        for label in parts.iter().filter(|n| !is_statement(n)) {
            let condition = match (label.kind(), conditions.pop()) {
                ("when_clause", Some(before)) => {
                    let when = expression(b, *label);
                    b.choice(*label, Some(before), vec![when])
                }
                (_, before) => {
                    conditions.extend(before);
                    pattern_condition(b, subject, *label)
                }
            };
            conditions.push(condition);
        }
        // `case "a": case "b": …`: the labels before share what is done.
        if body.is_empty() {
            continue;
        }
        let then = statements(b, &body);
        let all = std::mem::take(&mut conditions);
        let condition = match *all {
            [] => {
                out.push(Stmt::Block(then));
                continue;
            }
            [only] => only,
            _ => b.choice(section, None, all),
        };
        out.push(Stmt::If {
            condition,
            then,
            otherwise: Vec::new(),
        });
    }
}

fn attempt(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut body = block(b, field(node, "body"));
    let mut finally = Vec::new();
    for clause in children(node) {
        match clause.kind() {
            "catch_clause" => {
                let name = child(clause, &["catch_declaration"]);
                let caught = name.and_then(|d| field(d, "name")).map(|n| b.raw(n));
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

fn repeated(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    if let Some(initializer) = field(node, "initializer") {
        statement(b, initializer, out);
    }
    let variable = field(node, "left").map(|left| expression(b, left));
    let over = field(node, "right").or_else(|| field(node, "condition"));
    let over = over.map(|over| expression(b, over));
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
            assert_eq!(show(Language::CSharp, text), *wanted, "{text}");
        }
    }

    #[test]
    fn strings() {
        check(&[
            (
                "var a = \"x\\n\\u0041\" + \"y\"u8 + 'c';",
                r#"a := ("x\nA" ~ "y" ~ "c")"#,
            ),
            (r#"var a = @"a""b\c";"#, r#"a := "a\"b\\c""#),
            (
                r#"var a = $"http://{Host}:{port,5:D}/x\n{{y}}";"#,
                r#"a := ("http://" ~ Host ~ ":" ~ port ~ "/x" ~ "\n" ~ "{y}")"#,
            ),
            (r#"var a = $@"x\{b}""y";"#, r#"a := ("x\\" ~ b ~ "\"y")"#),
            (
                "var a = \"\"\"\n    {\"b\":\n      1}\n    \"\"\";",
                r#"a := "{\"b\":\n  1}""#,
            ),
            (
                r#"var a = $$"""{"b": {{id}}}""";"#,
                r#"a := ("{\"b\": " ~ id ~ "}")"#,
            ),
            ("var a = nameof(X.Client);", r#"a := "Client""#),
            (r#"var a = $"x";"#, r#"a := "x""#),
        ]);
    }

    #[test]
    fn values() {
        check(&[
            (
                "var a = b ?? c ?? throw new X(\"m\");",
                r#"a := ?(b, ?(c, #(X("m"))))"#,
            ),
            ("a ??= b?.c?[\"d\"]?.E(1)!;", "a := b.c.d.E(1)"),
            (
                "var a = k[^4..] + k[..4] + k[1..^2] + k[^1];",
                "a := (k[^4..] ~ k[..4] ~ k[1..^2] ~ k[^1])",
            ),
            (
                "var a = e switch { \"p\" => \"x\", _ when y => \"z\", _ => throw new X() };",
                r#"a := ?("x", ?y("z"), #(X()))"#,
            ),
            ("var a = (string)b + (c as string);", "a := (b ~ c)"),
            ("var a = x ? b : -1;", "a := ?x(b, -1)"),
            (
                "var a = b == \"x\" && c != d || !e;",
                r#"a := ?(?b == "x"(c != d), !e)"#,
            ),
            (
                "var a = b is null || c is not \"x\" and not \"y\";",
                r#"a := ?(b == null, ?c != "x"(c != "y"))"#,
            ),
            ("var (a, b) = (c, \"x\");", r#"[a, b] := [c, "x"]"#),
            (
                "string[] a = [\"x\", ..b]; string[] c = { \"x\" }; var d = new[] { y };",
                r#"a := ["x", b]; c := ["x"]; d := [y]"#,
            ),
            (
                "var a = new { Key = k, o.Id, n }; var b = a with { Key = \"x\" };",
                r#"a := {"Key": k, "Id": o.Id, "n": n}; b := {..a, "Key": "x"}"#,
            ),
        ]);
    }

    #[test]
    fn calls() {
        check(&[
            (
                "req.Headers.Authorization = new AuthenticationHeaderValue(\"Bearer\", key);",
                r#"req.Headers.Authorization := AuthenticationHeaderValue("Bearer", key)"#,
            ),
            (
                "var r = new HttpRequestMessage(HttpMethod.Get, u) { Content = c, Headers = { { \"A\", \"b\" } } };",
                r#"r := HttpRequestMessage(HttpMethod.Get, u, Content: c, Headers: {"A": "b"})"#,
            ),
            (
                "var d = new Dictionary<string, string> { { \"k\", v }, { K, V } };",
                r#"d := Dictionary({"k": v, K: V})"#,
            ),
            (
                "Dictionary<string, string> d = new() { [\"k\"] = v }; Client c = new(\"x\");",
                r#"d := Dictionary({"k": v}); c := Client("x")"#,
            ),
            ("var l = new List<string> { \"a\" };", r#"l := List(["a"])"#),
            (
                "await http.GetAsync(requestUri: u, out var x).ConfigureAwait(false);",
                "http.GetAsync(requestUri: u, x).ConfigureAwait(false)",
            ),
            (
                "h.Cb = (m, c, ch, e) => true; h.Cb += delegate { return x; }; f(async y => { await g(y); });",
                "h.Cb := fn(m, c, ch, e) { return true }; h.Cb += fn() { return x }; f(fn(y) { g(y) })",
            ),
            (
                "services.AddHttpClient<Foo>(c => c.X = \"y\");",
                r#"services.AddHttpClient(fn(c) { return c.X := "y" })"#,
            ),
        ]);
    }

    #[test]
    fn statements() {
        check(&[
            (
                "using System.Net.Http; using H = System.Net; namespace X.Y; global using static A.B;",
                "import * = System.Net.Http; import H = System.Net; import * = A.B",
            ),
            (
                "using var a = f(); await using (var b = g()) { h(b); }",
                "a := f(); { b := g(); h(b) }",
            ),
            (
                "if (a is string s) throw new X($\"m{k}\"); else { f(); }",
                r#"if s := a { throw X(("m" ~ k)) } else { f() }"#,
            ),
            (
                "switch (e) { case \"a\": case \"b\" when x: f(); break; default: g(); break; }",
                r#"if ?(e == "a", ?e == "b"(x)) { f() } else {  }; { g() }"#,
            ),
            (
                "try { f(); } catch (A e) { g(e); } catch { h(); } finally { i(); }",
                "try { try { f() } catch e { g(e) } } catch _ { h() }; { i() }",
            ),
            (
                "foreach (var (k, v) in d) f(k); for (int i = 0; i < 3; i++) g(); while (x) h();",
                "for [k, v] in d { f(k) }; i := 0; for _ in #(i, 3) { g() }; for _ in x { h() }",
            ),
            (
                "string F(string a) => a + \"x\";",
                r#"fn F(a) { return (a ~ "x") }"#,
            ),
            (
                "#if DEBUG\nvar k = \"x\";\n#else\nvar k = \"y\";\n#endif\n",
                r#"k := "x"; k := "y""#,
            ),
        ]);
    }

    #[test]
    fn classes() {
        check(&[
            (
                "[Route(\"x\", Name = \"n\")] public class A(string key) : B(key), IC { const string U = \"x\", V = U; static readonly C c = new(U); [Inject(\"k\")] string d; }",
                r#"Route("x", Name: "n"); class A: B, IC { fn A(this.key) { this(key) }; this.U := "x"; this.V := U; this.c := C(U); this.d := Inject("k") }"#,
            ),
            (
                "class A { public string P { get; set; } = \"p\"; string Q => $\"{P}/x\"; string R { get { f(); return \"r\"; } set => _r = value; } [Header(\"H\")] string S { get; set; } string T { get; } }",
                r#"class A { this.P := "p"; this.Q := (P ~ "/x"); fn set_R(value) { return _r := value }; this.R := fn() { f(); return "r" }(); this.S := Header("H") }"#,
            ),
            (
                "class A { A([FromHeader(Name = \"X\")] string a, string b = \"d\", params string[] c) : base(a) { this.a = a; } ~A() { f(); } }",
                r#"class A { fn A(a = FromHeader(Name: "X"), b = "d", c) { this(a); this.a := a }; fn() { f() } }"#,
            ),
            (
                "interface I { [Get(\"/x\")] [Headers(\"A: b\")] Task<string> Get([Query] string k, [Header(\"Authorization\")] string auth); }",
                r#"class I { Get("/x"); Headers("A: b"); fn Get(k = Query(), auth = Header("Authorization")) {  } }"#,
            ),
            (
                "record R(string Key, string Url = \"x\");",
                r#"class R { fn R(this.Key, this.Url = "x") {  } }"#,
            ),
            (
                "namespace N { struct S { string a = \"b\"; } enum E { A = 1, B } }",
                r#"class S { this.a := "b" }; E := {"A": 1}"#,
            ),
        ]);
    }

    #[test]
    fn broken_code_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::CSharp,
            "class A { const string K = \"x\"; void F( { Get($\"http://{h}\"); }",
        );
        assert!(
            shown.contains(r#"K := "x""#) && shown.contains("http://"),
            "{shown}"
        );
    }
}
