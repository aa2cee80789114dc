use crate::syntax::Language;
use crate::syntax::show::show;

fn check(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(show(Language::Shell, text), *wanted, "{text}");
    }
}

#[test]
fn words() {
    check(&[
        (
            r#"K=a\ b; K='x\n'; K="y \"$z\"""#,
            r#"K := "a b"; K := "x\\n"; K := ("y \"" ~ z ~ "\"")"#,
        ),
        (r"K=$'a\n'; K=", "K := \"a\\n\"; K := \"\""),
        (
            "f $1 ${X} \"$@\" \"${A[@]}\" ${A[0]}",
            "f(1, X, ..@, ..A, A[0])",
        ),
        (
            "f ${X:-d} ${X-\"d $e\"} ${X:-} ${X:?m} ${X:+s} ${X+s}",
            r#"f(?(X, "d"), ?(X, ("d " ~ e)), X, X, ?X("s"), ?X("s"))"#,
        ),
        (
            "f ${X: -4} ${X:0:4} ${X::4} ${X:2:3} ${#X} ${X%/} ${X%%.*}",
            r#"f(X[-4..], X[0..4], X[..4], X[2..5], length(X), X, #(X, ".*"))"#,
        ),
        (
            r#"f -H"X: $K" --x="a b" https://h/$p?k=${K} "${K}""#,
            r#"f(("-H" ~ "X: " ~ K), "--x=a b", ("https://h/" ~ p ~ "?k=" ~ K), K)"#,
        ),
        (
            "x=$(curl u | jq -r .a); y=`f $z`; x=$(a; b)",
            r#"x := jq("-r", ".a", curl("u")); y := f(z); x := fn() { a(); b() }()"#,
        ),
        (
            "A=(-H \"x\" $y); A+=(-k); declare -A M=([a]=b [\"c\"]=\"$d e\")",
            r#"A := ["-H", "x", y]; A += ["-k"]; M := {"a": "b", "c": (d ~ " e")}"#,
        ),
    ]);
}

#[test]
fn commands() {
    check(&[
        (
            "A=b curl -s \\\n  -H \"Authorization: Bearer $K\" u > out 2>&1",
            r#"A := "b"; curl("-s", "-H", ("Authorization: Bearer " ~ K), "u", >: "out")"#,
        ),
        ("a | b x | c > d", r#"c(b("x", a()), >: "d")"#),
        (
            "curl -d @- u <<EOF | jq .\n{\"k\": \"$K\"}\nEOF\n",
            r#"jq(".", curl("-d", "@-", "u", <<: ("{\"k\": \"" ~ K ~ "\"}\n")))"#,
        ),
        (
            "cat <<'EOF' > f\nk $K\nEOF\n",
            r#"cat(>: "f", <<: "k $K\n")"#,
        ),
        ("f <<< \"$K\"", "f(<<: K)"),
        (
            "\"$CMD\" a; $(f) b; diff <(a) b",
            r#"CMD("a"); f()("b"); diff(a(), "b")"#,
        ),
        (
            "export A=b C; readonly D=\"$E\"; local l",
            r#"A := "b"; export(C); D := E"#,
        ),
        (
            ". ./env.sh; source \"$f\"",
            r#"import * = ./env.sh#*; .("./env.sh"); source(f)"#,
        ),
    ]);
}

#[test]
fn statements() {
    check(&[
        (
            r#"if [ "$E" = p ] && [[ -n $K ]]; then a; elif test -z "$b"; then c; else d; fi"#,
            r#"if ?E == "p"(K) { a() } else { if !b { c() } else { d() } }"#,
        ),
        (
            r#"[ -z "$K" ] && exit 1; [[ $E != p ]] && a || b; f || g"#,
            r#"if !K { exit("1") } else {  }; if E != "p" { a() } else { b() }; f(); g()"#,
        ),
        (
            "if ! curl x; then exit; fi",
            r#"if !curl("x") { exit() } else {  }"#,
        ),
        (
            "case $E in p|q) a ;; *) b ;; esac",
            r#"if ?(E == "p", E == "q") { a() } else {  }; { b() }"#,
        ),
        (
            "for k in a $b; do f $k; done; while read -r l; do g; done < x",
            r#"for k in ["a", b] { f(k) }; "x"; for _ in read("-r", "l") { g() }"#,
        ),
        (
            "get() { curl \"$1\" -k $2; }; function f { a; }",
            r#"fn get(1, 2) { curl(1, "-k", 2) }; fn f() { a() }"#,
        ),
        ("{ a; }; (b; c)", "{ a() }; { b(); c() }"),
    ]);
}

#[test]
fn lines_end_where_they_end() {
    check(&[
        (
            "a | b | c x\nd > f\ng \\\n  h # i\nif j; then k; fi\n",
            r#"c("x", b(a())); d(>: "f"); g("h"); if j() { k() } else {  }"#,
        ),
        (
            "a | b | c # d\ne | f\nif g > h; then i; fi\nA=b\n",
            r#"c(b(a())); f(e()); if g(>: "h") { i() } else {  }; A := "b""#,
        ),
        (
            r#"[ "$A" == "p" -a -n "$X" ] && b"#,
            r#"if ?A == "p"(X) { b() } else {  }"#,
        ),
    ]);
}

#[test]
fn broken_code_is_read_as_far_as_it_goes() {
    let shown = show(
        Language::Shell,
        "A='x'\nif [ ; then curl \"http://$h\"\nfoo( {",
    );
    assert!(
        shown.contains(r#"A := "x""#) && shown.contains("http://"),
        "{shown}"
    );
}
