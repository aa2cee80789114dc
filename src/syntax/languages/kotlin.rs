//! Kotlin.
//!
//! Its grammar names few of the parts of a node: they are told apart by kind and order.

mod declarations;
mod expressions;
mod strings;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, child, children, field, has_token};
use crate::syntax::program::{Block, Import, Stmt};
use declarations::{annotated, class, function, property};
use expressions::{case_condition, expression, part};

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let body = statements(b, &children(root), Last::Plain);
    b.body(body);
}

/// What becomes of the last statement of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    /// Nothing.
    Plain,
    /// Its value is that of the block.
    Returned,
}

fn statements(b: &mut Builder<'_>, nodes: &[Node<'_>], last: Last) -> Block {
    b.block(|b, out| {
        for (at, node) in nodes.iter().enumerate() {
            let last = if at + 1 == nodes.len() {
                last
            } else {
                Last::Plain
            };
            statement(b, *node, last, out);
        }
    })
}

/// The statements of a block, or the only one.
fn block(b: &mut Builder<'_>, node: Option<Node<'_>>, last: Last) -> Block {
    match node {
        Some(node) if node.kind() == "block" => statements(b, &children(node), last),
        Some(node) => statements(b, &[node], last),
        None => Vec::new(),
    }
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, last: Last, out: &mut Block) {
    match node.kind() {
        "import" => import(b, node, out),
        "property_declaration" => property(b, node, None, out),
        "function_declaration" => {
            annotated(b, node, out);
            let function = function(b, node);
            out.push(Stmt::Function(function));
        }
        "class_declaration" | "object_declaration" => class(b, node, out),
        "if_expression" => {
            let condition = part(b, node, "condition");
            let [then, otherwise] = branches(node);
            out.push(Stmt::If {
                condition,
                then: block(b, then, last),
                otherwise: block(b, otherwise, last),
            });
        }
        "when_expression" => when(b, node, last, out),
        "try_expression" => attempt(b, node, last, out),
        "for_statement" => {
            let parts = children(node);
            let at = |b: &mut Builder<'_>, n: usize| parts.get(n).map(|p| expression(b, *p));
            let variable = at(b, 0);
            let over = at(b, 1);
            let body = block(b, parts.get(2).copied(), Last::Plain);
            out.push(Stmt::Loop {
                variable,
                over,
                body,
            });
        }
        "while_statement" | "do_while_statement" => {
            let condition = field(node, "condition");
            let over = condition.map(|c| expression(b, c));
            let body = children(node).into_iter().find(|n| Some(*n) != condition);
            let body = block(b, body, Last::Plain);
            out.push(Stmt::Loop {
                variable: None,
                over,
                body,
            });
        }
        "return_expression" => {
            let label = field(node, "label");
            if let Some(value) = children(node).into_iter().find(|n| Some(*n) != label) {
                out.push(Stmt::Return(expression(b, value)));
            }
        }
        "throw_expression" => {
            if let Some(value) = children(node).first() {
                out.push(Stmt::Throw(expression(b, *value)));
            }
        }
        "labeled_expression" => {
            if let Some(inner) = children(node).last() {
                let inner = statements(b, &[*inner], last);
                out.extend(inner);
            }
        }
        "ERROR" | "statements" => {
            let inner = statements(b, &children(node), Last::Plain);
            out.extend(inner);
        }
        "package_header"
        | "file_annotation"
        | "type_alias"
        | "modifiers"
        | "label"
        | "break_expression"
        | "continue_expression" => {}
        _ => {
            let is_value = last == Last::Returned && node.kind() != "assignment";
            let value = expression(b, node);
            out.push(if is_value {
                Stmt::Return(value)
            } else {
                Stmt::Expr(value)
            });
        }
    }
}

/// `import a.b.C` is `C` of `a.b`; of `a.b.*` the name is `*`.
fn import(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let parts = children(node);
    let Some(path) = parts.first().map(|path| b.raw(*path)) else {
        return;
    };
    let import = match path.rsplit_once('.') {
        _ if has_token(node, "*") => Import {
            local: "*".to_owned(),
            module: path,
            member: None,
        },
        Some((module, member)) => Import {
            local: parts
                .get(1)
                .map_or_else(|| member.to_owned(), |n| b.raw(*n)),
            module: module.to_owned(),
            member: Some(member.to_owned()),
        },
        None => Import {
            local: path.clone(),
            module: path,
            member: None,
        },
    };
    out.push(Stmt::Import(import));
}

/// The branches of an `if`; `else` stands between them.
fn branches(node: Node<'_>) -> [Option<Node<'_>>; 2] {
    let condition = field(node, "condition");
    let mut cursor = node.walk();
    let otherwise = node.children(&mut cursor).find(|n| n.kind() == "else");
    let otherwise = otherwise.map_or(node.end_byte(), |n| n.start_byte());
    let mut branches = [None, None];
    for branch in children(node) {
        if Some(branch) != condition {
            branches[usize::from(branch.start_byte() >= otherwise)] = Some(branch);
        }
    }
    branches
}

fn when(b: &mut Builder<'_>, node: Node<'_>, last: Last, out: &mut Block) {
    let mut subject = None;
    for part in children(node) {
        if part.kind() == "when_subject" {
            subject = Some(expressions::subject(b, part));
            continue;
        }
        let condition = case_condition(b, part, subject);
        let then = block(b, children(part).last().copied(), last);
        match condition {
            Some(condition) => out.push(Stmt::If {
                condition,
                then,
                otherwise: Vec::new(),
            }),
            None => out.push(Stmt::Block(then)),
        }
    }
}

fn attempt(b: &mut Builder<'_>, node: Node<'_>, last: Last, out: &mut Block) {
    let mut body = Vec::new();
    let mut finally = Vec::new();
    for clause in children(node) {
        match clause.kind() {
            "catch_block" => {
                let caught = child(clause, &["identifier"]).map(|n| b.raw(n));
                let handler = block(b, child(clause, &["block"]), last);
                body = vec![Stmt::Try {
                    body,
                    caught,
                    handler,
                }];
            }
            "finally_block" => finally = block(b, child(clause, &["block"]), Last::Plain),
            _ => body = block(b, Some(clause), last),
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
            assert_eq!(show(Language::Kotlin, text), *wanted, "{text}");
        }
    }

    #[test]
    fn strings() {
        check(&[
            (
                "val u = \"http://$h:${p.q}/x?k=$key&y\"",
                r#"u := ("http://" ~ h ~ ":" ~ p.q ~ "/x?k=" ~ key ~ "&y")"#,
            ),
            (
                "val a = \"\\$x \\u0041\\n $5 a$\"",
                r#"a := "$x A\n $5 a$""#,
            ),
            ("val a = \"$x\"", "a := (x)"),
            (
                "val a = \"Bearer $this\" + 'c'",
                r#"a := ("Bearer " ~ this ~ "c")"#,
            ),
            (
                "val a = \"\"\"{\"k\": \"$key\\n\"}\"\"\"",
                r#"a := ("{\"k\": \"" ~ key ~ "\\n\"}")"#,
            ),
            ("val a = \"\"", r#"a := """#),
        ]);
    }

    #[test]
    fn values() {
        check(&[
            (
                "val k: String by lazy { System.getenv(\"K\") ?: \"x\" }",
                r#"k := lazy(fn() { return ?(System.getenv("K"), "x") })"#,
            ),
            (
                "val h = mapOf(\"a\" to b, k to \"v\")",
                r#"h := mapOf(["a", b], [k, "v"])"#,
            ),
            ("val a = b!!.c?.d as? String", "a := b.c.d"),
            ("val a = if (x) b else c", "a := ?x(b, c)"),
            (
                "val a = if (x) { f(); b } else { c }",
                "a := ?x(fn() { f(); return b }(), c)",
            ),
            (
                "val a = when (e) { \"p\", \"q\" -> \"b\"; else -> throw X() }",
                r#"a := ?("b", #(X()))"#,
            ),
            (
                "val a = try { f() } catch (e: E) { null }",
                "a := ?(f(), null)",
            ),
            (
                "val a = b == \"x\" && !c || d != -1",
                r#"a := ?(?b == "x"(!c), d != -1)"#,
            ),
            ("val (a, b) = c", "[a, b] := c"),
            ("h[\"A\"] = \"b\"", r#"h.A := "b""#),
        ]);
    }

    #[test]
    fn calls() {
        check(&[
            (
                "val r = Request.Builder().url(u).header(\"A\", \"Bearer $k\").build()",
                r#"r := Request.Builder().url(u).header("A", ("Bearer " ~ k)).build()"#,
            ),
            (
                "client.get(\"x\") { bearerAuth(k); y = \"z\" }",
                r#"client.get("x", fn() { bearerAuth(k); y := "z" })"#,
            ),
            (
                "Foo().apply { a = b }.also { f(it) }.use { r -> g(r) }",
                "Foo().apply(fn() { a := b }).also(fn(it) { return f(it) }).use(fn(r) { return g(r) })",
            ),
            ("f(name = \"x\", *xs)", r#"f(name: "x", ..xs)"#),
            ("xs.map(::foo)", "xs.map(foo)"),
            (
                "val o = object : Foo(a) { override fun f(c: C) = c.x() }",
                "o := Foo(a, #(fn f(c) { return c.x() }))",
            ),
            ("val a = Foo<String>(\"x\")", r#"a := Foo("x")"#),
        ]);
    }

    #[test]
    fn statements() {
        check(&[
            (
                "import a.b.C\nimport a.D as E\nimport okhttp3.*",
                "import C = a.b#C; import E = a#D; import * = okhttp3",
            ),
            (
                "fun f() {\n  if (a) throw E(\"m\") else if (b) return x\n  g()\n}",
                r#"fn f() { if a { throw E("m") } else { if b { return x } else {  } }; g() }"#,
            ),
            (
                "when (e) { \"a\" -> f()\n is B -> g()\n else -> { h() } }",
                r#"if e == "a" { f() } else {  }; if #(B) { g() } else {  }; { h() }"#,
            ),
            (
                "try { f() } catch (e: A) { g(e) } catch (e: B) { h() } finally { i() }",
                "try { try { f() } catch e { g(e) } } catch e { h() }; { i() }",
            ),
            (
                "for ((k, v) in m) { f(k) }\nwhile (x) { g() }",
                "for [k, v] in m { f(k) }; for _ in x { g() }",
            ),
            (
                "val f = { a: Int -> if (a) { g(); b } else c }",
                "f := fn(a) { if a { g(); return b } else { return c } }",
            ),
            (
                "fun String.auth(vararg a: Int) = \"B $a\"",
                r#"fn auth(a) { return ("B " ~ a) }"#,
            ),
        ]);
    }

    #[test]
    fn classes() {
        check(&[
            (
                "@Service(\"s\")\nclass A(private val k: String = \"x\", @Value(\"\\${u}\") val u: String) : B(k), C {\n  private val h = D(k)\n  init { f() }\n  companion object {\n    const val K = \"y\"\n    fun of() = A(K)\n  }\n}",
                r#"Service("s"); class A: B, C { fn constructor(this.k = "x", this.u = Value("${u}")) { this(k) }; this.h := D(k); { f() }; this.K := "y"; fn of() { return A(K) } }"#,
            ),
            (
                "class A {\n  @Value(\"k\") lateinit var k: String\n  val a: String get() = \"x\"\n  val b: String get() { f(); return \"y\" }\n  var c = \"z\"\n    private set\n  constructor(d: String) : this(d, 1) { g() }\n}",
                r#"class A { this.k := Value("k"); this.a := "x"; this.b := fn() { f(); return "y" }(); this.c := "z"; fn constructor(d) { this(d, 1); g() } }"#,
            ),
            (
                "object S {\n  val u = \"x\"\n}",
                r#"class S { this.u := "x" }"#,
            ),
            (
                "enum class E(val u: String) { A(\"x\"), B(\"y\") { fun f() {} } }",
                r#"class E { fn constructor(this.u) {  }; this.A := E("x"); this.B := E("y", #(fn f() {  })) }"#,
            ),
            (
                "interface Api {\n  @GET(\"p\") suspend fun get(@Header(\"Authorization\") a: String, @Query(\"k\") k: String = \"d\"): X\n}",
                r#"class Api { GET("p"); fn get(a = Header("Authorization"), k = "d") {  } }"#,
            ),
        ]);
    }

    #[test]
    fn an_annotation_at_the_end_is_no_endless_loop() {
        assert!(show(Language::Kotlin, "val a = (\"x\")o>()\n@A").contains("\"x\""));
    }

    #[test]
    fn broken_code_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::Kotlin,
            "val a = \"x\"\nfun f() {\n  get(\"http://$h\"\n  }\n",
        );
        assert!(
            shown.contains(r#"a := "x""#) && shown.contains("http://"),
            "{shown}"
        );
    }
}
