//! C#.

mod expressions;
mod strings;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, arg, child, children, field, named};
use crate::syntax::program::{
    Arg, Block, Class, Entry, Expr, ExprId, Function, FunctionId, Import, Parameter, Stmt,
};
use expressions::{arguments, creation, expression, part, pattern_condition};

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
                statement(b, *body, out);
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

/// The object itself, where no word for it is written.
fn this(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.push(Expr::This, node.start_byte()..node.start_byte())
}

/// The attributes before something: `[Name(value, Key = value)]` is a call.
fn attributes(b: &mut Builder<'_>, node: Node<'_>) -> Vec<ExprId> {
    let mut attributes = Vec::new();
    for list in children(node) {
        if list.kind() != "attribute_list" {
            continue;
        }
        for one in children(list) {
            if one.kind() != "attribute" {
                continue;
            }
            let callee = part(b, one, "name");
            let given = child(one, &["attribute_argument_list"]).map(children);
            let mut args = Vec::new();
            for given in given.unwrap_or_default() {
                args.push(argument(b, given));
            }
            attributes.push(b.call(one, callee, args));
        }
    }
    attributes
}

/// An argument of a call or an attribute.
fn argument(b: &mut Builder<'_>, node: Node<'_>) -> Arg {
    let name = field(node, "name");
    let value = children(node).into_iter().rfind(|n| Some(*n) != name);
    let value = match value {
        Some(value) => expression(b, value),
        None => b.other(node, Vec::new()),
    };
    match name {
        Some(name) => named(b.raw(name), value),
        None => arg(value),
    }
}

/// Attributes that stand before something, as statements.
fn annotated(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    for attribute in attributes(b, node) {
        out.push(Stmt::Expr(attribute));
    }
}

/// The value that attributes give what they stand before: that of those with arguments, if any.
fn injected(b: &mut Builder<'_>, node: Node<'_>) -> Option<ExprId> {
    let mut values = attributes(b, node);
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

/// The value of something of the type `of`, which `new()` does not repeat.
fn typed(b: &mut Builder<'_>, value: Node<'_>, of: Option<Node<'_>>) -> ExprId {
    match value.kind() {
        "implicit_object_creation_expression" => creation(b, value, of),
        _ => expression(b, value),
    }
}

/// `T a = x, b = y;`; of the object where they are fields, with the node of their attributes.
fn variables(
    b: &mut Builder<'_>,
    node: Node<'_>,
    owner: Option<(ExprId, Node<'_>)>,
    out: &mut Block,
) {
    for one in children(node) {
        if one.kind() != "variable_declarator" {
            continue;
        }
        let name = field(one, "name").or_else(|| child(one, &["tuple_pattern"]));
        let Some(name) = name else { continue };
        let value = children(one)
            .into_iter()
            .rfind(|n| *n != name && n.kind() != "bracketed_argument_list");
        let value = match (value, owner) {
            (Some(value), _) => {
                if let Some((_, declaration)) = owner {
                    annotated(b, declaration, out);
                }
                typed(b, value, field(node, "type"))
            }
            (None, Some((_, declaration))) => match injected(b, declaration) {
                Some(value) => value,
                None => continue,
            },
            (None, None) => continue,
        };
        let target = match owner {
            Some((object, _)) => {
                let field = b.raw(name);
                b.member(name, object, field)
            }
            None => expression(b, name),
        };
        out.push(Stmt::Expr(b.assign(one, target, value)));
    }
}

/// A property is a field; what its getter does is the value.
fn property(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let Some(name) = field(node, "name") else {
        return;
    };
    let mut value = None;
    if let Some(given) = field(node, "value") {
        annotated(b, node, out);
        let inner = match given.kind() {
            "arrow_expression_clause" => children(given).first().copied(),
            _ => Some(given),
        };
        value = inner.map(|inner| typed(b, inner, field(node, "type")));
    }
    for accessor in field(node, "accessors").map(children).unwrap_or_default() {
        let Some(body) = field(accessor, "body") else {
            continue;
        };
        let body = block(b, Some(body));
        match field(accessor, "name").map_or("", |n| n.kind()) {
            "get" => value = Some(result_of(b, accessor, body)),
            kind => {
                let target = b.push(Expr::Name("value".to_owned()), accessor.byte_range());
                let setter = Function {
                    name: Some(format!("{kind}_{}", b.raw(name))),
                    parameters: vec![Parameter {
                        target,
                        default: None,
                        is_field: false,
                    }],
                    body,
                    span: accessor.byte_range(),
                };
                out.push(Stmt::Function(b.function(setter)));
            }
        }
    }
    if let Some(value) = value.or_else(|| injected(b, node)) {
        let this = this(b, node);
        let field = b.raw(name);
        let target = b.member(name, this, field);
        out.push(Stmt::Expr(b.assign(node, target, value)));
    }
}

/// The value that statements hand back: the only one, or that of a function called at once.
fn result_of(b: &mut Builder<'_>, node: Node<'_>, body: Block) -> ExprId {
    if let [Stmt::Return(value)] = *body {
        return value;
    }
    let function = b.function(Function {
        name: None,
        parameters: Vec::new(),
        body,
        span: node.byte_range(),
    });
    let callee = b.push(Expr::Function(function), node.byte_range());
    b.call(node, callee, Vec::new())
}

fn enumeration(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let (Some(name), Some(body)) = (field(node, "name"), field(node, "body")) else {
        return;
    };
    let mut entries = Vec::new();
    for member in children(body) {
        if let (Some(key), Some(value)) = (field(member, "name"), field(member, "value")) {
            let key = Some(b.word(key.byte_range()));
            let value = expression(b, value);
            entries.push(Entry { key, value });
        }
    }
    let target = b.name(name);
    let map = b.map(body, entries);
    out.push(Stmt::Expr(b.assign(node, target, map)));
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

/// A method, local function, constructor or lambda; the value after `=>` is handed back.
fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = match node.kind() {
        // It has the class's name, but is not what makes an object.
        "destructor_declaration" => None,
        _ => field(node, "name").map(|name| b.raw(name)),
    };
    let parameters = field(node, "parameters").map_or_else(Vec::new, |list| parameters(b, list));
    let mut body = Vec::new();
    if let Some(base) = child(node, &["constructor_initializer"]) {
        let callee = this(b, base);
        let args = arguments(b, child(base, &["argument_list"]));
        body.push(Stmt::Expr(b.call(base, callee, args)));
    }
    let is_value = node.kind() == "lambda_expression";
    match field(node, "body").or_else(|| child(node, &["block"])) {
        Some(value) if is_value && value.kind() != "block" => {
            body.push(Stmt::Return(expression(b, value)));
        }
        inner => body.extend(block(b, inner)),
    }
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

fn parameters(b: &mut Builder<'_>, list: Node<'_>) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    let plain = |target: ExprId| Parameter {
        target,
        default: None,
        is_field: false,
    };
    if list.kind() == "implicit_parameter" {
        return vec![plain(b.name(list))];
    }
    for one in children(list) {
        if one.kind() != "parameter" {
            continue;
        }
        let (name, of) = (field(one, "name"), field(one, "type"));
        let Some(name) = name else { continue };
        let default = children(one).into_iter().rfind(|n| {
            *n != name && Some(*n) != of && !matches!(n.kind(), "attribute_list" | "modifier")
        });
        parameters.push(Parameter {
            target: b.name(name),
            default: match default {
                Some(value) => Some(expression(b, value)),
                None => injected(b, one),
            },
            is_field: false,
        });
    }
    // `params T[] name` has no node of its own.
    if let Some(name) = field(list, "name") {
        parameters.push(plain(b.name(name)));
    }
    parameters
}

fn class(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    annotated(b, node, out);
    let name = field(node, "name").map(|n| b.raw(n)).unwrap_or_default();
    let mut parents = Vec::new();
    let mut base = None;
    for part in child(node, &["base_list"])
        .map(children)
        .unwrap_or_default()
    {
        match part.kind() {
            "argument_list" => base = Some(part),
            "primary_constructor_base_type" => {
                base = child(part, &["argument_list"]);
                parents.extend(children(part).first().map(|of| b.raw(*of)));
            }
            _ => parents.push(b.raw(part)),
        }
    }
    let mut body = Vec::new();
    if let Some(list) = child(node, &["parameter_list"]) {
        let parameters = parameters(b, list).into_iter().map(|parameter| Parameter {
            is_field: true,
            ..parameter
        });
        let mut inner = Vec::new();
        if let Some(base) = base {
            let callee = this(b, base);
            let args = arguments(b, Some(base));
            inner.push(Stmt::Expr(b.call(base, callee, args)));
        }
        let constructor = Function {
            name: Some(name.clone()),
            parameters: parameters.collect(),
            body: inner,
            span: list.byte_range(),
        };
        body.push(Stmt::Function(b.function(constructor)));
    }
    body.extend(statements(
        b,
        &field(node, "body").map(children).unwrap_or_default(),
    ));
    out.push(b.class(Class {
        name,
        parents,
        body,
        span: node.byte_range(),
    }));
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
            (r#"var a = nameof(X.Client);"#, r#"a := "Client""#),
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
