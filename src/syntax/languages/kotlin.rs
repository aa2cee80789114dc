//! Kotlin.
//!
//! Its grammar names few of the parts of a node: they are told apart by kind and order.

mod expressions;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, arg, child, children, field, has_token};
use crate::syntax::program::{
    Block, Class, Expr, ExprId, Function, FunctionId, Import, Parameter, Stmt,
};
use expressions::{annotations, arguments, case_condition, expression, name_of, part};

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
                statement(b, *inner, last, out);
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
            out.push(match is_value {
                true => Stmt::Return(value),
                false => Stmt::Expr(value),
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

/// Annotations that stand before something, as statements.
fn annotated(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    for annotation in annotations(b, node) {
        out.push(Stmt::Expr(annotation));
    }
}

/// The value of what annotations stand before: that of those with arguments, if any.
fn injected(b: &mut Builder<'_>, node: Node<'_>, mut values: Vec<ExprId>) -> Option<ExprId> {
    let says = |b: &Builder<'_>, id: ExprId| matches!(b.get(id), Expr::Call { args, .. } if !args.is_empty());
    if values.iter().any(|id| says(b, *id)) {
        values.retain(|id| says(b, *id));
    }
    match *values {
        [] => None,
        [only] => Some(only),
        _ => Some(b.choice(node, None, values)),
    }
}

/// `val name = value`, of the object where it is given. What its getter does is the value.
fn property(b: &mut Builder<'_>, node: Node<'_>, object: Option<ExprId>, out: &mut Block) {
    let name = child(
        node,
        &["variable_declaration", "multi_variable_declaration"],
    );
    let Some(name) = name else { return };
    let mut value = None;
    let after = children(node).into_iter().skip_while(|n| *n != name);
    for one in after.skip(1) {
        match one.kind() {
            "getter" => value = function_result(b, one).or(value),
            "setter" if child(one, &["function_body"]).is_none() => {}
            "setter" => {
                let setter = function(b, one);
                out.push(Stmt::Function(setter));
            }
            "property_delegate" => {
                value = children(one).first().map(|inner| expression(b, *inner));
            }
            "type_constraints" | "ERROR" => {}
            _ => value = Some(expression(b, one)),
        }
    }
    let annotations = annotations(b, node);
    let value = match value {
        Some(value) => {
            out.extend(annotations.into_iter().map(Stmt::Expr));
            Some(value)
        }
        None => injected(b, node, annotations),
    };
    if let Some(value) = value {
        let target = match object {
            Some(object) if name.kind() == "variable_declaration" => {
                let field = name_of(b, name);
                b.member(name, object, field)
            }
            _ => expression(b, name),
        };
        out.push(Stmt::Expr(b.assign(node, target, value)));
    }
    // What could not be read of it still has parts.
    for error in children(node) {
        if error.kind() == "ERROR" {
            statement(b, error, Last::Plain, out);
        }
    }
}

/// The value of a getter: what it is, or what it hands back when it is called.
fn function_result(b: &mut Builder<'_>, node: Node<'_>) -> Option<ExprId> {
    let body = body_of(b, child(node, &["function_body"])?);
    Some(match *body {
        [Stmt::Return(value)] => value,
        _ => called(b, node, body),
    })
}

/// What statements hand back: a function of them, called at once.
fn called(b: &mut Builder<'_>, node: Node<'_>, body: Block) -> ExprId {
    let function = b.function(Function {
        name: None,
        parameters: Vec::new(),
        body,
        span: node.byte_range(),
    });
    let callee = b.push(Expr::Function(function), node.byte_range());
    b.call(node, callee, Vec::new())
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

/// A function, constructor, setter or lambda.
fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = match node.kind() {
        "secondary_constructor" => Some("constructor".to_owned()),
        _ => field(node, "name").map(|name| b.raw(name)),
    };
    let mut parameters = Vec::new();
    if let Some(list) = child(node, &["function_value_parameters"]) {
        parameters = self::parameters(b, list);
    } else if let Some(name) = child(node, &["identifier"]).filter(|_| node.kind() == "setter") {
        parameters.push(plain(b.name(name)));
    }
    let mut body = Vec::new();
    if let Some(other) = child(node, &["constructor_delegation_call"]) {
        let callee = b.push(Expr::This, other.byte_range());
        let args = arguments(b, child(other, &["value_arguments"]));
        body.push(Stmt::Expr(b.call(other, callee, args)));
    }
    match child(node, &["function_body", "block"]) {
        Some(inner) if inner.kind() == "block" => {
            body.extend(block(b, Some(inner), Last::Plain));
        }
        Some(inner) => body.extend(body_of(b, inner)),
        None => {}
    }
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

/// `{ … }`, or `= value`.
fn body_of(b: &mut Builder<'_>, body: Node<'_>) -> Block {
    match *children(body) {
        [inner] if inner.kind() == "block" => block(b, Some(inner), Last::Plain),
        [value] if value.kind() != "ERROR" => vec![Stmt::Return(expression(b, value))],
        ref parts => statements(b, parts, Last::Plain),
    }
}

fn plain(target: ExprId) -> Parameter {
    Parameter {
        target,
        default: None,
        is_field: false,
    }
}

/// Parameters; the annotations of one stand before it, its value after it.
fn parameters(b: &mut Builder<'_>, list: Node<'_>) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut injections = Vec::new();
    for one in children(list) {
        match one.kind() {
            "parameter_modifiers" => injections.extend(expressions::annotations_in(b, one)),
            "parameter" => {
                let Some(name) = child(one, &["identifier"]) else {
                    continue;
                };
                let target = b.name(name);
                let default = injected(b, one, std::mem::take(&mut injections));
                parameters.push(Parameter {
                    default,
                    ..plain(target)
                });
            }
            _ => {
                let value = expression(b, one);
                if let Some(parameter) = parameters.last_mut() {
                    parameter.default = Some(value);
                }
            }
        }
    }
    parameters
}

fn class(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    annotated(b, node, out);
    let name = field(node, "name").map(|n| b.raw(n)).unwrap_or_default();
    let (parents, base) = ancestry(b, node);
    let constructor = child(node, &["primary_constructor"]);
    let members = child(node, &["class_body", "enum_class_body"]).map(children);
    let body = b.block(|b, out| {
        if constructor.is_some() || base.is_some() {
            let list = constructor.and_then(|c| child(c, &["class_parameters"]));
            let parameters = list.map_or_else(Vec::new, |list| class_parameters(b, list));
            let function = b.function(Function {
                name: Some("constructor".to_owned()),
                parameters,
                body: base.map(Stmt::Expr).into_iter().collect(),
                span: constructor.unwrap_or(node).byte_range(),
            });
            out.push(Stmt::Function(function));
        }
        for node in members.unwrap_or_default() {
            member(b, node, &name, out);
        }
    });
    out.push(b.class(Class {
        name,
        parents,
        body,
        span: node.byte_range(),
    }));
}

/// What a class is made from, and the call of its parent's constructor, if that gets something.
fn ancestry(b: &mut Builder<'_>, node: Node<'_>) -> (Vec<String>, Option<ExprId>) {
    let list = child(node, &["delegation_specifiers"]).map(children);
    let mut parents = Vec::new();
    let mut base = None;
    for one in list.unwrap_or_default() {
        let Some(parent) = children(one).first().copied() else {
            continue;
        };
        let of = child(parent, &["user_type"]).unwrap_or(parent);
        parents.push(b.raw(of));
        let args = arguments(b, child(parent, &["value_arguments"]));
        if !args.is_empty() {
            let callee = b.push(Expr::This, of.byte_range());
            base = Some(b.call(parent, callee, args));
        }
    }
    (parents, base)
}

/// What the primary constructor gets is known in all of the class, as its fields are.
fn class_parameters(b: &mut Builder<'_>, list: Node<'_>) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for one in children(list) {
        let parts = children(one);
        let Some(at) = parts.iter().position(|n| n.kind() == "identifier") else {
            continue;
        };
        // Name, type, value.
        let default = parts.get(at + 2).copied();
        let annotations = annotations(b, one);
        parameters.push(Parameter {
            target: b.name(parts[at]),
            default: match default {
                Some(value) => Some(expression(b, value)),
                None => injected(b, one, annotations),
            },
            is_field: true,
        });
    }
    parameters
}

/// A member of the class `class`, or of an object without a name.
fn member(b: &mut Builder<'_>, node: Node<'_>, class: &str, out: &mut Block) {
    match node.kind() {
        "property_declaration" => {
            let this = b.push(Expr::This, node.start_byte()..node.start_byte());
            property(b, node, Some(this), out);
        }
        "secondary_constructor" => {
            let constructor = function(b, node);
            out.push(Stmt::Function(constructor));
        }
        "anonymous_initializer" => {
            let inner = block(b, child(node, &["block"]), Last::Plain);
            out.push(Stmt::Block(inner));
        }
        // Its members are called as those of the class are.
        "companion_object" => {
            for node in child(node, &["class_body"])
                .map(children)
                .unwrap_or_default()
            {
                member(b, node, class, out);
            }
        }
        "enum_entry" => {
            let Some(name) = child(node, &["identifier"]) else {
                return;
            };
            let this = b.push(Expr::This, node.start_byte()..node.start_byte());
            let target = b.raw(name);
            let target = b.member(name, this, target);
            let callee = b.push(Expr::Name(class.to_owned()), name.byte_range());
            let mut args = arguments(b, child(node, &["value_arguments"]));
            if let Some(body) = child(node, &["class_body"]) {
                args.push(arg(expressions::members_of(b, body)));
            }
            let value = b.call(node, callee, args);
            out.push(Stmt::Expr(b.assign(node, target, value)));
        }
        _ => statement(b, node, Last::Plain, out),
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
