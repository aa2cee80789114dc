use crate::syntax::Language;
use crate::syntax::show::show;

fn check(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(show(Language::Swift, text), *wanted, "{text}");
    }
}

#[test]
fn values() {
    check(&[
        (r#"let k = "a\n\u{41}""#, r#"k := "a\nA""#),
        (
            r#"let k = "Bearer \(key)\n""#,
            r#"k := ("Bearer " ~ key ~ "\n")"#,
        ),
        (r##"let k = #"a"\n\#(b)"#"##, r#"k := ("a\"\\n" ~ b)"#),
        (
            "let k = \"\"\"\n  {\n    \"k\": \"\\(key)\"\n  }\n  \"\"\"",
            r#"k := ("{\n  \"k\": \"" ~ key ~ "\"\n}")"#,
        ),
        (
            r#"let k = "Bearer " + token(x) + k.y[0..<4]"#,
            r#"k := ("Bearer " ~ token(x) ~ k.y[0..4])"#,
        ),
        (
            r#"let k = ProcessInfo.processInfo.environment["K"] ?? "d""#,
            r#"k := ?(ProcessInfo.processInfo.environment.K, "d")"#,
        ),
        ("let k = a ? b : c(d)", "k := ?a(b, c(d))"),
        (r#"let k = a == "b" && !c"#, r#"k := ?a == "b"(!c)"#),
        (
            r#"let h: [String: String] = ["A": "b", k: v]; let n = [String: String]()"#,
            r#"h := {"A": "b", k: v}; n := {}"#,
        ),
        (
            "let (a, b) = (c, [d]); let t = (x: 1, y: 2)",
            r#"[a, b] := [c, [d]]; t := {"x": 1, "y": 2}"#,
        ),
        ("let k = try await f(x as! String)!.y?.z", "k := f(x).y.z"),
        (
            r#"let k = if a { "b" } else { "c" }"#,
            r#"k := ?a("b", "c")"#,
        ),
        (
            r#"let k = switch a { case .b: "c" default: d() }"#,
            r#"k := ?("c", d())"#,
        ),
        ("k += x; r.h?[\"A\"] = y", "k += x; r.h.A := y"),
    ]);
}

#[test]
fn calls() {
    check(&[
        (
            r#"r.setValue("Bearer \(k)", forHTTPHeaderField: "A")"#,
            r#"r.setValue(("Bearer " ~ k), forHTTPHeaderField: "A")"#,
        ),
        (
            "s.dataTask(with: r) { data, _, e in f(data) }.resume()",
            "s.dataTask(with: r, fn(data, _, e) { return f(data) }).resume()",
        ),
        (
            "f { g($0) } onError: { h() }",
            "f(fn() { return g($0) }, onError: fn() { return h() })",
        ),
        (
            "let u: URL = .init(string: x, relativeTo: .base)!",
            "u := #().init(string: x, relativeTo: #().base)",
        ),
    ]);
}

#[test]
fn statements() {
    check(&[
        ("import Foundation", "import Foundation = Foundation"),
        (
            "guard let k = x, k.y else { return z }",
            "k := x; if ?k(k.y) {  } else { return z }",
        ),
        (
            "if let a = b, let c { f() } else if d { g() } else { h() }",
            "if ?a := b(c) { f() } else { if d { g() } else { h() } }",
        ),
        (
            r#"switch e { case .p, "q": a() case .r(let x) where x: b() default: c() }"#,
            r#"if ?(e == #().p, e == "q") { a() } else {  }; if ?x := e(x) { b() } else {  }; { c() }"#,
        ),
        (
            r#"do { try f() } catch let e as E { g(e) } catch { throw E.x("\(error)") }"#,
            r"try { try { f() } catch e { g(e) } } catch error { throw E.x((error)) }",
        ),
        ("for (k, v) in m { f(k) }", "for [k, v] in m { f(k) }"),
        (
            "#if DEBUG\nlet u = a\n#elseif !X\nlet u = b\n#else\nlet u = c\n#endif\nf()",
            "if DEBUG { u := a } else { if !X { u := b } else { u := c } }; f()",
        ),
        (
            "func f(_ a: Int, for b: B = 1) -> C { a + b }",
            "fn f(a, b = 1) { return (a ~ b) }",
        ),
    ]);
}

#[test]
fn types() {
    check(&[
        (
            r#"struct A: B { static let k = "x"; var u: U { "y\(k)" }; init(k: K) { self.k = k } }"#,
            r#"class A: B { this.k := "x"; this.u := ("y" ~ k); fn init(k) { this.k := k } }"#,
        ),
        (
            "class A {\n @AppStorage(\"k\") var k: String\n var s: S = { let c = d; return c }()\n}",
            r#"class A { this.k := AppStorage("k"); this.s := fn() { c := d; return c }() }"#,
        ),
        (
            "enum E: String {\n case a = \"x\", b\n static let c = Self.d\n}",
            r#"class E: String { this.a := "x"; this.c := this.d }"#,
        ),
        (
            "extension A {\n#if DEBUG\n static let u = \"x\"\n#endif\n func f() { g() }\n}",
            r#"class A { if DEBUG { this.u := "x" } else {  }; fn f() { return g() } }"#,
        ),
    ]);
}

#[test]
fn broken_code_is_read_as_far_as_it_goes() {
    let shown = show(
        Language::Swift,
        "let a = \"x\"\nfunc f( { get(\"http://\\(h)\")\n#if X\n",
    );
    assert!(
        shown.contains(r#"a := "x""#) && shown.contains("http://"),
        "{shown}"
    );
}
