//! Secrets in several string literals.

use data_encoding::BASE64;

use super::{OCTOPOST, found, hides};
use crate::secrets::{self, PUBLER};

const HOW: &str = "put together from several strings";

/// The literals that the key makes, cut at these places.
fn parts(key: &str, quote: &str, cuts: &[usize], between: &str) -> String {
    let mut parts = Vec::new();
    let mut start = 0;
    for &cut in cuts.iter().chain([&key.len()]) {
        parts.push(format!("{quote}{}{quote}", &key[start..cut]));
        start = cut;
    }
    parts.join(between)
}

#[test]
fn operators_of_every_language() {
    let key = secrets::octopost(30);
    for (file, before, quote, between, after) in [
        ("a.js", "const k = ", "\"", " + ", ";\n"),
        ("a.ts", "const k: string = ", "'", " +\n  ", ";\n"),
        ("a.py", "k = ", "'", " ", "\n"),
        ("b.py", "k = (", "\"", "\n     ", ")\n"),
        ("a.go", "k := ", "\"", " + ", "\n"),
        ("a.rb", "k = ", "'", " + ", "\n"),
        ("b.rb", "k = ", "'", " \\\n  ", "\n"),
        ("a.php", "$k = ", "'", " . ", ";\n"),
        ("A.java", "String k = ", "\"", "\n        + ", ";\n"),
        ("a.kt", "val k = ", "\"", " + ", "\n"),
        ("a.cs", "var k = ", "\"", " + ", ";\n"),
        ("a.rs", "let k = concat!(", "\"", ", ", ");\n"),
        ("a.swift", "let k = ", "\"", " + ", "\n"),
        ("a.sh", "K=", "\"", "", "\n"),
        ("a.ps1", "$k = ", "'", " + ", "\n"),
        ("a.c", "char *k = ", "\"", "\n  ", ";\n"),
        ("a.lua", "k = ", "'", " .. ", "\n"),
        ("a.sql", "select ", "'", " || ", ";\n"),
    ] {
        let code = parts(&key, quote, &[4, 9], between);
        let text = format!("{before}{quote}§{after}");
        hides(file, &text, &code[1..], (OCTOPOST, &key), HOW);
    }
}

#[test]
fn a_key_that_goes_on_is_told_whole() {
    let key = secrets::octopost(31) + "00aa11bb22cc";
    let code = parts(&key, "\"", &[21], " + ");
    hides("a.js", "k = \"§;\n", &code[1..], (OCTOPOST, &key), HOW);
}

#[test]
fn the_name_before_it_speaks_for_it() {
    let key = secrets::of_rule(PUBLER, 32);
    let code = parts(&key, "\"", &[10, 20, 30], " + ");
    hides(
        "a.js",
        "const publerApiKey = \"§;\n",
        &code[1..],
        (PUBLER, &key),
        HOW,
    );
    let code = parts(&key, "\"", &[13], " \\\n  ");
    hides(
        "a.py",
        "PUBLER_API_KEY = \"§\n",
        &code[1..],
        (PUBLER, &key),
        HOW,
    );
}

#[test]
fn lists_that_are_joined() {
    let key = secrets::octopost(33);
    for (file, text) in [
        ("a.js", "k = [\"§].join('');\n"),
        ("a.py", "k = ''.join([\"§])\n"),
        ("a.php", "$k = implode('', [\"§]);\n"),
        ("a.go", "k := strings.Join([]string{\"§}, \"\")\n"),
        ("A.java", "String k = String.join(\"\", \"§);\n"),
        ("a.tf", "k = join(\"\", [\"§])\n"),
    ] {
        let code = parts(&key, "\"", &[3, 4, 11], ", ");
        let all = found(file, text.replace('§', &code[1..]), HOW);
        assert_eq!(all.len(), 1, "{text}");
        assert_eq!(all[0].1, key, "{text}");
    }
    let code = key
        .split('_')
        .map(|part| format!("\"{part}\""))
        .collect::<Vec<_>>()
        .join(", ");
    hides(
        "a.js",
        "k = [\"§].join('_');\n",
        &code[1..],
        (OCTOPOST, &key),
        HOW,
    );
    let letters: Vec<String> = key.chars().map(|c| format!("'{c}'")).collect();
    hides(
        "A.java",
        "char[] k = {'§};\n",
        &letters.join(", ")[1..],
        (OCTOPOST, &key),
        HOW,
    );
}

#[test]
fn a_template_with_a_literal_in_it() {
    let key = secrets::octopost(34);
    let code = format!("{}${{\"{}\"}}{}", &key[..4], &key[4..8], &key[8..]);
    hides("a.js", "k = `§`;\n", &code, (OCTOPOST, &key), HOW);
}

#[test]
fn a_code_in_several_literals() {
    let key = secrets::octopost(35);
    let code = parts(&BASE64.encode(key.as_bytes()), "\"", &[5, 11], " + ");
    let how = "decoded from base64 in joined strings";
    hides(
        "a.js",
        "k = atob(\"§);\n",
        &code[1..],
        (OCTOPOST, &key),
        how,
    );
}
