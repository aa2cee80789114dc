use crate::syntax::Language;
use crate::syntax::show::show;

fn check(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(show(Language::PowerShell, text), *wanted, "{text}");
    }
}

#[test]
fn values() {
    check(&[
        (
            "$x = \"Bearer $key $($a.b) ${c} $env:X $a.b`n`\"q`\"\"",
            r#"x := ("Bearer " ~ key ~ " " ~ a.b ~ " " ~ c ~ " " ~ env.X ~ " " ~ a ~ ".b\n\"q\"")"#,
        ),
        (
            "$x = 'it''s `n'; $y = \"plain\"",
            r#"x := "it's `n"; y := "plain""#,
        ),
        (
            "$x = @\"\n{\"k\": \"$key\"}\n\"@\n$y = @'\nraw $z\n'@",
            r#"x := ("{\"k\": \"" ~ key ~ "\"}"); y := "raw $z""#,
        ),
        (
            "$h = @{ A = 'b'; 'X-Y' = $z\n  Auth = \"Bearer $k\" }",
            r#"h := {"A": "b", "X-Y": z, "Auth": ("Bearer " ~ k)}"#,
        ),
        (
            "$o = [ordered]@{ a = @{ b = @(1, 'c') } }; $l = 'a', $b; $m = @($c)",
            r#"o := {"a": {"b": [1, "c"]}}; l := ["a", b]; m := [c]"#,
        ),
        (
            "$u = 'https://' + $h + '/v1'; $u += (f x)",
            r#"u := ("https://" ~ h ~ "/v1"); u += f("x")"#,
        ),
        (
            "$u = '{0}/v1?k={1}' -f $base, $k; $v = 'a', $b -join ' '",
            r#"u := (base ~ "/v1?k=" ~ k); v := ("a" ~ " " ~ b)"#,
        ),
        (
            "$k[0..3]; $k[0]; $h['a'].b = $true",
            "k[0..3]; k[0]; h.a.b := true",
        ),
        (
            "$x = $a -replace 'x', 'y'; $n = -not $q",
            r#"x := #(a, ["x", "y"]); n := !q"#,
        ),
        ("$q = if ($a) { 'x' } else { 'y' }", r#"q := ?a("x", "y")"#),
        (
            "$script:K = [string]$env:K; ${x} = $this.y",
            "K := env.K; x := this.y",
        ),
    ]);
}

#[test]
fn operators_of_version_7() {
    check(&[
        (
            "$x = $env:K ?? 'd ?? e'\n$y = $c ? 'a : b' : \"e\"\nf -Uri ($u ?? 'v') $w",
            r#"x := ?(env.K, "d ?? e"); y := ?c("a : b", "e"); f(Uri: ?(u, "v"), w)"#,
        ),
        ("$x ??= 'd'\nf", r#"x := "d"; f()"#),
    ]);
}

#[test]
fn calls() {
    check(&[
        (
            "Invoke-RestMethod -Uri \"$b/v1\" -Headers @{ A = \"Bearer $k\" } `\n -Method:Post -SkipCertificateCheck",
            r#"Invoke-RestMethod(Uri: (b ~ "/v1"), Headers: {"A": ("Bearer " ~ k)}, Method: "Post", SkipCertificateCheck: true)"#,
        ),
        (
            "Invoke-RestMethod @params -Verbose",
            "Invoke-RestMethod(..params, Verbose: true)",
        ),
        (
            "curl.exe -H \"X: $k\" https://h/$p --data x",
            r#"curl.exe("-H", ("X: " ~ k), ("https://h/" ~ p), "--data", "x")"#,
        ),
        (
            "$a | Where-Object { $_.x } | f -Depth 5 > z.txt",
            r#"f(Depth: 5, >: "z.txt", Where-Object(fn() { return _.x }, a))"#,
        ),
        (
            "[Net.ServicePointManager]::X = { $true }; [Environment]::GetEnvironmentVariable('X')",
            r#"Net.ServicePointManager.X := fn() { return true }; Environment.GetEnvironmentVariable("X")"#,
        ),
        (
            "$k.Substring(0, 4); $d.Headers.Add('A', \"B $k\"); [C]::new('k')",
            r#"k.Substring(0, 4); d.Headers.Add("A", ("B " ~ k)); C.new("k")"#,
        ),
        (
            "& $cmd a; & 'x.exe' -y; & { f }; . ./env.ps1; Import-Module ./m.psm1",
            r#"cmd("a"); x.exe("-y"); fn() { return f() }(); import * = ./env.ps1#*; ./env.ps1(); import * = ./m.psm1#*; Import-Module("./m.psm1")"#,
        ),
        (
            "New-Object A.B($u, $p); $x > o.txt",
            r#"New-Object("A.B", u, p); Out-File(>: "o.txt", x)"#,
        ),
    ]);
}

#[test]
fn statements() {
    check(&[
        (
            "param([Parameter(Mandatory)][string]$Key = 'd', $B)\nf $Key",
            r#"Key := "d"; f(Key)"#,
        ),
        (
            "function Get-X {\n param([string]$Key = $env:K, [switch]$F)\n process { g\n \"x$Key\" }\n}\nfunction F($a, $b = 1) { return $a }",
            r#"fn Get-X(Key = env.K, F) { g(); return ("x" ~ Key) }; fn F(a, b = 1) { return a }"#,
        ),
        (
            "if ($a -eq 'b') { f } elseif ($c -ne $d -and $e) { g } else { h }",
            r#"if a == "b" { f() } else { if ?c != d(e) { g() } else { h() } }"#,
        ),
        (
            "switch ($e) {\n 'p' { a }\n q { b }\n default { c }\n}",
            r#"if e == "p" { a() } else {  }; if e == "q" { b() } else {  }; { c() }"#,
        ),
        (
            "try { f } catch { Write-Host \"e $_\"; throw \"bad $x\" } finally { g }",
            r#"try { f() } catch _ { Write-Host(("e " ~ _)); throw ("bad " ~ x) }; { g() }"#,
        ),
        (
            "foreach ($i in $l) { f $i }; while ($a) { g }",
            "for i in l { f(i) }; for _ in a { g() }",
        ),
        (
            "class C : B { [string]$Key = 'd'; C([string]$k) { $this.Key = $k } }",
            r#"class C: B { this.Key := "d"; fn C(k) { this.Key := k } }"#,
        ),
    ]);
}

#[test]
fn broken_code_is_read_as_far_as_it_goes() {
    let shown = show(
        Language::PowerShell,
        "$a = 'x'\nfunction ( { Invoke-RestMethod \"http://$h\"\nif (",
    );
    assert!(
        shown.contains(r#"a := "x""#) && shown.contains("http://"),
        "{shown}"
    );
}
