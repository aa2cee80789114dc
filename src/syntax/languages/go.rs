//! Go.

mod expressions;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, child, children, field, has_token};
use crate::syntax::program::{Block, Class, Expr, Function, FunctionId, Import, Parameter, Stmt};
use expressions::{compare, expression, expressions, part};

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
        Some(node) if node.kind() == "block" => statements(b, &children(node)),
        Some(node) => statements(b, &[node]),
        None => Vec::new(),
    }
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    if let Some(initializer) = field(node, "initializer") {
        statement(b, initializer, out);
    }
    match node.kind() {
        "import_spec" => import(b, node, out),
        "const_spec" | "var_spec" => assignment(b, node, ("name", "value"), out),
        "short_var_declaration" | "assignment_statement" | "receive_statement" => {
            assignment(b, node, ("left", "right"), out);
        }
        "import_declaration" | "import_spec_list" | "const_declaration" | "var_declaration"
        | "var_spec_list" | "type_declaration" | "statement_list" | "labeled_statement"
        | "ERROR" => {
            let inner = statements(b, &children(node));
            out.extend(inner);
        }
        "type_spec" => embedding(b, node, out),
        "function_declaration" => {
            let function = function(b, node);
            out.push(Stmt::Function(function));
        }
        "method_declaration" => {
            let class = method(b, node);
            out.push(class);
        }
        "return_statement" => returned(b, node, out),
        "if_statement" => {
            let condition = part(b, node, "condition");
            out.push(Stmt::If {
                condition,
                then: block(b, field(node, "consequence")),
                otherwise: block(b, field(node, "alternative")),
            });
        }
        "expression_switch_statement" | "type_switch_statement" => switch(b, node, out),
        "select_statement" => {
            for case in children(node) {
                let inner = statements(b, &children(case));
                out.push(Stmt::Block(inner));
            }
        }
        "for_statement" => repeated(b, node, out),
        "block" => {
            let inner = statements(b, &children(node));
            out.push(Stmt::Block(inner));
        }
        "expression_statement" | "defer_statement" | "go_statement" => {
            for value in children(node) {
                out.push(Stmt::Expr(expression(b, value)));
            }
        }
        "package_clause"
        | "inc_statement"
        | "dec_statement"
        | "break_statement"
        | "continue_statement"
        | "goto_statement"
        | "fallthrough_statement"
        | "label_name"
        | "type_alias"
        | "empty_statement" => {}
        _ => out.push(Stmt::Expr(expression(b, node))),
    }
}

fn import(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let Some(path) = field(node, "path") else {
        return;
    };
    let module = b.raw(path).trim_matches(['"', '`']).to_owned();
    let local = match field(node, "name") {
        Some(name) if name.kind() == "package_identifier" => b.raw(name),
        Some(_) => return,
        None => package_name(&module).to_owned(),
    };
    out.push(Stmt::Import(Import {
        local,
        module,
        member: None,
    }));
}

/// What a package is called that is imported without a name: the last segment that is no version.
fn package_name(module: &str) -> &str {
    let is_version = |word: &str| {
        word.strip_prefix('v')
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut segments = module.rsplit('/');
    let last = segments.next().unwrap_or(module);
    match last.rsplit_once('.') {
        _ if is_version(last) => segments.next().unwrap_or(last),
        Some((name, version)) if is_version(version) => name,
        _ => last,
    }
}

/// The nodes of a field, each of a list by itself.
fn all<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    let nodes: Vec<Node<'t>> = node
        .children_by_field_name(name, &mut cursor)
        .filter(Node::is_named)
        .collect();
    match *nodes {
        [list] if list.kind() == "expression_list" => children(list),
        _ => nodes,
    }
}

/// `a, b = x, y`. Of the values of one call the first gets the name, the others mostly being errors.
fn assignment(b: &mut Builder<'_>, node: Node<'_>, sides: (&str, &str), out: &mut Block) {
    let targets = all(node, sides.0);
    let adds = has_token(node, "+=");
    for (at, value) in all(node, sides.1).into_iter().enumerate() {
        let value = expression(b, value);
        let target = targets.get(at).filter(|name| b.raw(**name) != "_");
        let Some(target) = target else {
            out.push(Stmt::Expr(value));
            continue;
        };
        let target = expression(b, *target);
        let assign = Expr::Assign {
            target,
            value,
            adds,
        };
        out.push(Stmt::Expr(b.push(assign, node.byte_range())));
    }
}

/// `return value, err`: the value of the call is the first; the others are still seen.
fn returned(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let values = child(node, &["expression_list"]).map_or_else(Vec::new, children);
    let mut values = expressions(b, values).into_iter();
    let Some(first) = values.next() else { return };
    for value in values {
        if !matches!(b.get(value), Expr::Name(_) | Expr::Literal(_)) {
            out.push(Stmt::Expr(value));
        }
    }
    out.push(Stmt::Return(first));
}

fn switch(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let is_type = node.kind() == "type_switch_statement";
    let subject = field(node, "value").map(|value| expression(b, value));
    if let (Some(alias), Some(value)) = (all(node, "alias").first(), subject) {
        let target = expression(b, *alias);
        out.push(Stmt::Expr(b.assign(node, target, value)));
    }
    for case in children(node) {
        if !matches!(
            case.kind(),
            "expression_case" | "type_case" | "default_case"
        ) {
            continue;
        }
        let then = child(case, &["statement_list"]).map_or_else(Vec::new, children);
        let then = statements(b, &then);
        let mut conditions = Vec::new();
        for value in all(case, "value") {
            let right = expression(b, value);
            conditions.push(match subject {
                Some(left) => compare(b, value, (left, right), true),
                None => right,
            });
        }
        let condition = match *conditions {
            [] if is_type && case.kind() == "type_case" => b.other(case, Vec::new()),
            [] => {
                out.push(Stmt::Block(then));
                continue;
            }
            [only] => only,
            _ => b.choice(case, None, conditions),
        };
        out.push(Stmt::If {
            condition,
            then,
            otherwise: Vec::new(),
        });
    }
}

fn repeated(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut variable = None;
    let mut over = None;
    for head in children(node) {
        match head.kind() {
            "block" => {}
            "range_clause" => {
                // `_, x`: an element; `k, v`: an entry, or an element with its number.
                let names = all(head, "left");
                variable = match *names {
                    [ignored, name] if b.raw(ignored) == "_" => Some(expression(b, name)),
                    [name] => Some(expression(b, name)),
                    [] => None,
                    _ => {
                        let names = expressions(b, names);
                        Some(b.list(head, names))
                    }
                };
                over = field(head, "right").map(|right| expression(b, right));
            }
            "for_clause" => {
                if let Some(initializer) = field(head, "initializer") {
                    statement(b, initializer, out);
                }
                over = field(head, "condition").map(|c| expression(b, c));
            }
            _ => over = Some(expression(b, head)),
        }
    }
    let body = block(b, field(node, "body"));
    out.push(Stmt::Loop {
        variable,
        over,
        body,
    });
}

/// The types that a struct takes its methods from.
fn embedding(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let fields = field(node, "type")
        .filter(|of| of.kind() == "struct_type")
        .and_then(|of| child(of, &["field_declaration_list"]));
    let mut parents = Vec::new();
    for one in fields.map(children).unwrap_or_default() {
        if let (None, Some(of)) = (field(one, "name"), field(one, "type")) {
            parents.push(b.raw(of));
        }
    }
    if let (Some(name), false) = (field(node, "name"), parents.is_empty()) {
        let name = b.raw(name);
        out.push(b.class(Class {
            name,
            parents,
            body: Vec::new(),
            span: node.byte_range(),
        }));
    }
}

/// A method: a part of its receiver's class. The receiver is the object itself in it.
fn method(b: &mut Builder<'_>, node: Node<'_>) -> Stmt {
    let receiver = field(node, "receiver").and_then(|list| list.named_child(0));
    let name = receiver
        .and_then(|r| field(r, "type"))
        .map(|of| b.raw(of))
        .unwrap_or_default();
    let name = name.trim_start_matches('*').split('[').next();
    let name = name.unwrap_or_default().to_owned();
    let this = receiver.and_then(|r| field(r, "name")).map(|n| b.raw(n));
    let method = b.with_this(this, |b| function(b, node));
    b.class(Class {
        name,
        parents: Vec::new(),
        body: vec![Stmt::Function(method)],
        span: node.byte_range(),
    })
}

fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = field(node, "name").map(|name| b.raw(name));
    let mut names = Vec::new();
    for one in field(node, "parameters").map(children).unwrap_or_default() {
        let given = all(one, "name");
        let places = if given.is_empty() { vec![one] } else { given };
        names.extend(places);
    }
    // A parameter may hide the receiver of the method around.
    let hidden = names.iter().any(|n| Some(&*b.raw(*n)) == b.this());
    let this = b.this().filter(|_| !hidden).map(ToOwned::to_owned);
    let (parameters, body) = b.with_this(this, |b| {
        let parameters: Vec<Parameter> = names
            .into_iter()
            .map(|name| Parameter {
                target: match name.kind() {
                    "identifier" => b.name(name),
                    _ => b.push(Expr::Name("_".to_owned()), name.byte_range()),
                },
                default: None,
                is_field: false,
            })
            .collect();
        (parameters, block(b, field(node, "body")))
    });
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Go, text), *wanted, "{text}");
        }
    }

    /// What stands in a function.
    fn check_body(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            let shown = show(Language::Go, &format!("func f() {{\n{text}\n}}"));
            assert_eq!(shown, format!("fn f() {{ {wanted} }}"), "{text}");
        }
    }

    #[test]
    fn values() {
        check_body(&[
            (
                "u := base + \"/x\\n\" + `a\\b`",
                r#"u := (base ~ "/x\n" ~ "a\\b")"#,
            ),
            ("k := os.Getenv(\"K\")", r#"k := os.Getenv("K")"#),
            ("a, b := \"x\", -1", r#"a := "x"; b := -1"#),
            ("req, err := http.Get(u)", "req := http.Get(u)"),
            ("_, err = w.Write(k)", "w.Write(k)"),
            ("u.Path += \"/x\"", r#"u.Path += "/x""#),
            (
                "m := k[:4] + k[len(k)-4:]",
                "m := (k[..4] ~ k[#(len(k), 4)..])",
            ),
            ("x := (*p).(string)", "x := p"),
            ("x := []byte(\"k\" + string(b))", r#"x := ("k" ~ b)"#),
            ("x := a == \"b\" && !c || d", r#"x := ?(?a == "b"(!c), d)"#),
            ("token := <-tokens", "token := tokens"),
        ]);
    }

    #[test]
    fn composites() {
        check_body(&[
            (
                "h := map[string]string{\"A\": b, k: \"c\"}",
                r#"h := {"A": b, k: "c"}"#,
            ),
            (
                "h := http.Header{\"A\": {\"b\"}, name: []string{\"c\"}}",
                r#"h := {"A": ["b"], name: ["c"]}"#,
            ),
            ("h := http.Header{name: {v}}", "h := {name: [v]}"),
            (
                "c := &http.Client{Timeout: t, Transport: &T{}}",
                "c := http.Client(Timeout: t, Transport: T())",
            ),
            ("ps := []*P{{Key: k}, {u}}", "ps := [P(Key: k), P(u)]"),
            ("x := struct{ K string }{K: \"a\"}", r#"x := {"K": "a"}"#),
            ("m := make(map[string]string, 2)", "m := {}"),
            ("c := new(http.Client)", "c := http.Client()"),
            (
                "b := map[string]any{\"a\": []any{1, \"b\"}}",
                r#"b := {"a": [1, "b"]}"#,
            ),
        ]);
    }

    #[test]
    fn calls() {
        check_body(&[
            (
                "req.Header.Set(\"Authorization\", \"Bearer \"+key)",
                r#"req.Header.Set("Authorization", ("Bearer " ~ key))"#,
            ),
            ("req.Header[\"A\"] = v", "req.Header.A := v"),
            (
                "c := resty.New().\n\tSetHeader(\"A\", \"b\")",
                r#"c := resty.New().SetHeader("A", "b")"#,
            ),
            (
                "f(fmt.Sprintf(\"%s/%d\", a, 1), xs...)",
                r#"f(fmt.Sprintf("%s/%d", a, 1), ..xs)"#,
            ),
            ("x := decode[T](body)", "x := decode(body)"),
            (
                "http.HandleFunc(\"/x\", func(w http.ResponseWriter, _ *http.Request) { g(w) })",
                r#"http.HandleFunc("/x", fn(w, _) { g(w) })"#,
            ),
        ]);
    }

    #[test]
    fn statements() {
        check_body(&[
            (
                "if v, ok := m[k]; ok { f(v) } else if x { g() }",
                "v := m[k]; if ok { f(v) } else { if x { g() } else {  } }",
            ),
            (
                "switch e := env(); e { case \"a\", \"b\": f(); default: g() }",
                r#"e := env(); if ?(e == "a", e == "b") { f() } else {  }; { g() }"#,
            ),
            ("switch { case x: f() }", "if x { f() } else {  }"),
            (
                "switch v := x.(type) { case string: f(v) }",
                "v := x; if #() { f(v) } else {  }",
            ),
            ("for _, x := range xs { f(x) }", "for x in xs { f(x) }"),
            ("for k, v := range m { f(k) }", "for [k, v] in m { f(k) }"),
            (
                "for i := 0; i < 3; i++ { f() }",
                "i := 0; for _ in #(i, 3) { f() }",
            ),
            ("defer resp.Body.Close()", "resp.Body.Close()"),
            ("go func() { f() }()", "fn() { f() }()"),
            (
                "return nil, fmt.Errorf(\"bad %s\", key)",
                r#"fmt.Errorf("bad %s", key); return nil"#,
            ),
            ("select { case x := <-c: f(x) }", "{ x := c; f(x) }"),
            ("label: f()", "f()"),
            ("var a, b string", ""),
        ]);
    }

    #[test]
    fn declarations() {
        check(&[
            (
                "package x\nimport (\n\t\"net/http\"\n\tr \"x.com/resty/v2\"\n\t_ \"embed\"\n)",
                "import http = net/http; import r = x.com/resty/v2",
            ),
            (
                "import \"x.com/resty/v2\"\nimport \"gopkg.in/yaml.v3\"",
                "import resty = x.com/resty/v2; import yaml = gopkg.in/yaml.v3",
            ),
            (
                "const (\n\tA = \"a\"\n\tB\n)\nvar c, d = e, `f`",
                r#"A := "a"; c := e; d := "f""#,
            ),
            (
                "func New(key string, _ int, opts ...Option) *C { return &C{key: key} }",
                "fn New(key, _, opts) { return C(key: key) }",
            ),
            (
                "func (c *Client[T]) Do() { c.key = \"a\"; f(func(c *gin.Context) { c.Next() }) }",
                r#"class Client { fn Do() { this.key := "a"; f(fn(c) { c.Next() }) } }"#,
            ),
            (
                "type A struct {\n\t*http.Client\n\tKey string `json:\"key\"`\n}\ntype B struct{}",
                "class A: http.Client {  }",
            ),
        ]);
    }

    #[test]
    fn broken_code_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::Go,
            "const a = \"x\"\nfunc ( { http.Get(\"http://\" + h)\n",
        );
        assert!(
            shown.contains(r#"a := "x""#) && shown.contains("http.Get"),
            "{shown}"
        );
    }
}
