//! No secret gets out, and nothing that a scanned file holds gets through to a terminal.

use crate::sandbox::{Run, Sandbox};
use crate::secrets;

/// Rules, and a text for each with `§` for the key.
const TEXTS: [(&str, &str); 8] = [
    ("octopost-live-key", "const client = new Octopost('§');\n"),
    ("publer-api-key", "PUBLER_API_KEY=§\n"),
    ("publisher-api-token", "publisher:\n  token: §\n"),
    (
        "postiz-api-key",
        "url: https://api.postiz.com/mcp/§\npostiz: true\n",
    ),
    ("postiz-oauth-token", "§ §\n"),
    ("postiz-client-secret", "{\"client_secret\": \"§\"}\n"),
    ("github-classic-token", "https://x:§@github.com/a/b.git\n"),
    ("npm-access-token", "//registry.npmjs.org/:_authToken=§\n"),
];

/// Every text in a file of its own, one with all keys on a line, and the keys.
fn project() -> (Sandbox, Vec<String>) {
    let sandbox = Sandbox::new();
    let mut keys = Vec::new();
    for (number, (rule, text)) in (0..).zip(TEXTS) {
        let key = secrets::of_rule(rule, 100 + number);
        sandbox.write(format!("{rule}.txt"), text.replace('§', &key));
        keys.push(key);
    }
    let allow = concat!("credlint:", "allow");
    // On one line, each of them found, and each once more where its place says nothing.
    let all = format!(
        "PUBLER_API_KEY={} POSTIZ_API_KEY={} # {} {allow} octopost-live-key -- kept
",
        keys[1],
        keys[3],
        keys.join(" ")
    );
    sandbox.write("all.env", all);
    (sandbox, keys)
}

/// Everything the program says, in whatever stream.
fn said(run: &Run) -> String {
    format!("{}{}", run.stdout, run.stderr)
}

#[track_caller]
fn assert_hidden(text: &str, keys: &[String], what: &str) {
    for key in keys {
        assert!(!text.contains(key.as_str()), "{what} tells {key}");
        // Neither most of it: what is shown is the last four characters.
        let most = &key[key.len() / 2..];
        assert!(!text.contains(most), "{what} tells half of {key}");
        let first = &key[..key.len() - 4];
        assert!(
            !text.contains(first),
            "{what} tells all but the end of {key}"
        );
    }
}

#[test]
fn secrets_are_masked_in_every_format() {
    let (sandbox, keys) = project();
    for format in super::FORMATS {
        for more in [&[][..], &["--verbose"], &["--color=always"], &["--quiet"]] {
            let run = sandbox
                .run(&[&["scan", "--format", format], more].concat())
                .expect(1);
            assert!(
                said(&run).len() > 1_000 || format == "github" || more == ["--quiet"],
                "{format}"
            );
            assert_hidden(&said(&run), &keys, format);
        }
    }
}

#[test]
fn explanations_are_masked() {
    let (sandbox, keys) = project();
    for (rule, text) in TEXTS {
        for line in 1..=text.lines().count() {
            let run = sandbox
                .run(&["explain", "--why", &format!("{rule}.txt:{line}")])
                .expect(0);
            assert_hidden(&said(&run), &keys, rule);
        }
    }
    let run = sandbox.run(&["explain", "--why", "all.env:1"]).expect(0);
    assert!(run.stdout.contains("suppressed (inline): kept"), "{run:?}");
    assert_hidden(&said(&run), &keys, "all.env");
}

#[test]
fn secrets_are_shown_on_request_where_that_is_for_a_person() {
    let (sandbox, keys) = project();
    for format in super::FORMATS {
        let run = sandbox
            .run(&["scan", "--format", format, "--show-secrets"])
            .expect(1);
        if ["terminal", "json", "jsonl", "csv"].contains(&format) {
            for key in &keys {
                assert!(
                    run.stdout.contains(key.as_str()),
                    "{format} does not show {key}"
                );
            }
        } else {
            assert_hidden(&said(&run), &keys, format);
        }
    }
    sandbox
        .run(&["scan", "--show-secrets", "--output=sarif=out.sarif"])
        .expect(1);
    assert_hidden(&sandbox.read("out.sarif"), &keys, "SARIF beside a terminal");
}

#[test]
fn a_short_secret_is_masked_whole() {
    let sandbox = Sandbox::with(
        ".env",
        format!("PUBLER_API_KEY={}\n", secrets::base62(7, 12)),
    );
    let report = sandbox.report(&[]);
    assert_eq!(report["findings"][0]["secret"], "***");
}

#[test]
fn an_allowance_that_fails_tells_no_value() {
    let key = secrets::octopost(5);
    let sandbox = Sandbox::with("a.txt", &key);
    sandbox.write("c.toml", format!("[[allow]]\nvalue = \"{key}\"\n"));
    let run = sandbox.run(&["scan", "--config", "c.toml"]).expect(2);
    assert!(!said(&run).contains(&key), "{run:?}");
    sandbox.write(
        "c.toml",
        format!("[[allow]]\nvalue = \"{key}\nreason = 'r'\n"),
    );
    let run = sandbox.run(&["scan", "--config", "c.toml"]).expect(2);
    assert!(!said(&run).contains(&key), "{run:?}");
}

#[cfg(unix)]
#[test]
fn names_and_lines_are_made_harmless() {
    let key = secrets::octopost(6);
    let sandbox = Sandbox::new();
    let name = "a\u{1b}[2Jb\u{202e}txt.\nx\r::error::y";
    sandbox.write(
        name,
        format!("\u{1b}]0;title\u{7} \u{202e}\u{9b}31m {key}\n"),
    );
    for format in super::FORMATS {
        let run = sandbox
            .run(&["scan", "--format", format, ".", "missing\u{1b}[31m"])
            .expect(2);
        let text = said(&run);
        for control in ['\u{1b}', '\u{7}', '\r', '\u{9b}', '\u{202e}'] {
            assert!(
                !text.contains(control),
                "{format} lets {control:?} through: {text:?}"
            );
        }
        assert!(
            !text
                .lines()
                .any(|line| line.starts_with("::error::y") || line.starts_with("x::")),
            "{format}"
        );
    }
    let run = sandbox.run(&["explain", "--why", &format!("{name}:1")]);
    assert!(!said(&run).contains('\u{1b}'), "{run:?}");
}

#[test]
fn a_cell_is_no_formula() {
    let sandbox = Sandbox::with("=cmd|x.txt", secrets::octopost(7));
    let run = sandbox.run(&["scan", "--format", "csv"]).expect(1);
    let row = run.stdout.lines().nth(1).unwrap();
    assert!(!row.trim_start_matches('"').starts_with('='), "{row}");
}
