use crate::syntax::Language;
use crate::syntax::show::show;

/// What statements in a function show as.
fn check(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        let shown = show(Language::Rust, &format!("fn f() {{ {text}; }}"));
        let inner = shown
            .strip_prefix("fn f() { ")
            .and_then(|s| s.strip_suffix(" }"));
        assert_eq!(inner, Some(*wanted), "{text}");
    }
}

fn check_items(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(show(Language::Rust, text), *wanted, "{text}");
    }
}

#[test]
fn values() {
    check(&[
        (r#"let k: &str = "a\n\u{41}""#, r#"k := "a\nA""#),
        ("let k = \"a\\\n      b\"", r#"k := "ab""#),
        (r##"let k = r#"a"\n"#"##, r#"k := "a\"\\n""#),
        (r#"let k = b"x""#, r#"k := "x""#),
        (
            r#"let k = "a".to_owned() + &b + "c""#,
            r#"k := ("a".to_owned() ~ b ~ "c")"#,
        ),
        (r#"let k = std::env::var("K")?"#, r#"k := std.env.var("K")"#),
        ("let k = &k[k.len() - 4..]", "k := k[#(k.len(), 4)..]"),
        ("f(&k[..4], k[0], k[\"a\"])", r"f(k[..4], k[0], k.a)"),
        (
            "let c = Client { key, url: u, ..Default::default() }",
            "c := Client(key: key, url: u, ..Default.default())",
        ),
        (
            r#"let u = if prod { "a" } else { "b" }"#,
            r#"u := ?prod("a", "b")"#,
        ),
        (
            "let k = { let a = b; a.c() }",
            "k := fn() { a := b; return a.c() }()",
        ),
        ("let k = a == b && !c || d", "k := ?(?a == b(!c), d)"),
        ("k += unsafe { x } as u8; k = *y", "k += x; k := y"),
        ("let a = (b, [c, d], [0u8; 4])", "a := [b, [c, d], [0u8]]"),
    ]);
}

#[test]
fn patterns() {
    check(&[
        (
            "let Some(k) = x else { return y }",
            "k := x; if k {  } else { return y }",
        ),
        ("let (mut a, _) = x", "[a, _] := x"),
        ("let P { a, b: ref c, .. } = x", r#"{"a": a, "b": c} := x"#),
        (
            "if let Ok(k) = x && k.y { z() }",
            "if ?k := x(k.y) { z() } else {  }",
        ),
        (
            r#"let k = match env::var("K") { Ok(k) => k, Err(_) => "d".into() }"#,
            r#"k := ?(env.var("K"), "d".into())"#,
        ),
        (
            r#"let k = match x { Some(k) => format!("B {k}"), None => d }"#,
            r#"k := ?(fn(k = x) { return ("B " ~ k) }(), d)"#,
        ),
        (
            r#"match e { "p" | "q" => a(), P::D if x => b(), Some(y) => c(y), _ => { d() } }"#,
            r#"if ?(e == "p", e == "q") { a() } else {  }; if ?e == P.D(x) { b() } else {  }; if y := e { c(y) } else {  }; { d() }"#,
        ),
    ]);
}

#[test]
fn calls() {
    check(&[
        (
            r#"client.get(url).header("A", format!("Bearer {}", k)).send().await?"#,
            r#"client.get(url).header("A", ("Bearer " ~ k)).send()"#,
        ),
        ("Vec::<u8>::new(); a::b::<C>(d)", "Vec.new(); a.b(d)"),
        ("xs.map(|x| x.y)", "xs.map(fn(x) { return x.y })"),
        (
            "spawn(async move { a(); b() })",
            "spawn(fn() { a(); return b() })",
        ),
    ]);
}

#[test]
fn macros() {
    check(&[
        (
            r#"println!("{k:?} {} {x}\n", a.b()?, x = 1)"#,
            r#"println((k ~ " " ~ a.b() ~ " " ~ 1 ~ "\n"))"#,
        ),
        (
            r#"info!(target: "t", user = %u, "key {}", k); info!("plain")"#,
            r#"info(target: "t", user: u, ("key " ~ k)); info("plain")"#,
        ),
        (r#"write!(f, "{}", k)?"#, "write(f, (k))"),
        (r#"let k = format!("plain")"#, r#"k := "plain""#),
        (
            r"let k = vec![a, HashMap::<A, B>::new(), f(|x| x)]",
            "k := [a, HashMap.new(), f(fn(x) { return x })]",
        ),
        (
            r#"post(json!({"a": [1, null, {"b": c.d()}], e: format!("f{g}"),}))"#,
            r#"post({"a": [1, null, {"b": c.d()}], e: ("f" ~ g)})"#,
        ),
        (r#"hashmap!{"a" => b}"#, r#"{"a": b}"#),
        (
            r#"let k = env!("K"); cfg!(debug_assertions)"#,
            r#"k := env("K"); cfg(debug_assertions)"#,
        ),
        (r#"a!(b!(c!("d{e}")))"#, r#"a(b(c(("d" ~ e))))"#),
    ]);
}

#[test]
fn items() {
    check_items(&[
        (
            "use a::{self, b as c, d::{E, f::*}}; use g; mod h;",
            "import a = a; import c = a#b; import E = a::d#E; import * = a::d::f#*; import g = g; import h = h",
        ),
        (
            "impl<T> A for B<T> { const U: &str = \"x\"; #[get(\"/p\")] async fn new(&self, k: K) -> Self { Self { k, u: Self::U } } }",
            r#"class B: A { this.U := "x"; get("/p"); fn new(k) { return B(k: k, u: this.U) } }"#,
        ),
        (
            "struct A { #[arg(long, env = \"K\")] key: String, b: C }",
            r#"class A { this.key := arg(long, env: "K") }"#,
        ),
        (
            "lazy_static! { static ref K: String = env::var(\"K\").unwrap(); }",
            r#"K := env.var("K").unwrap()"#,
        ),
        (
            "#[cfg(test)] mod tests { use super::*; fn a() { if x { y() } else { z } } }",
            "cfg(test); { import * = super#*; fn a() { if x { return y() } else { return z } } }",
        ),
        (
            "fn a(Path(id): Path<u8>) { for (k, v) in &m { continue } while let Some(x) = y.z() {} }",
            "fn a(id) { for [k, v] in m {  }; for _ in x := y.z() {  } }",
        ),
    ]);
}

#[test]
fn places_in_macros_are_those_of_the_file() {
    let text = r#"fn f() { a!(b, c!({ "k": "value" }), "x"); }"#;
    let program = crate::syntax::parse(Language::Rust, text.as_bytes()).unwrap();
    let at = |wanted: &str| {
        let id = program.ids().find(|id| program.text(*id) == Some(wanted));
        &text[program.span(id.unwrap())]
    };
    assert_eq!(at("k"), "\"k\"");
    assert_eq!(at("value"), "\"value\"");
    assert_eq!(at("x"), "\"x\"");
}

#[test]
fn broken_code_is_read_as_far_as_it_goes() {
    let shown = show(
        Language::Rust,
        "const A: &str = \"x\"; fn f( { get(format!(\"http://{h}\")",
    );
    assert!(
        shown.contains(r#"A := "x""#) && shown.contains("http://"),
        "{shown}"
    );
}
