//! Comments that accept a finding.

use serde_json::Value;

use crate::sandbox::{Run, Sandbox, places};
use crate::secrets::{self, octopost};

/// What begins a directive. In one piece this repository's own scan would take it for one.
const ALLOW: &str = concat!("credlint:", "allow");
const RULE: &str = "octopost-live-key";

/// The report on one file, in whose text `ALLOW` and `KEY` are filled in.
fn report(file: &str, text: &str) -> Value {
    let text = text.replace("ALLOW", ALLOW).replace("KEY", &octopost(1));
    Sandbox::with(file, text).report(&[])
}

/// Asserts that the one finding is suppressed for `reason`, and that there is nothing else to say.
#[track_caller]
fn suppressed(file: &str, text: &str, reason: &str) {
    let report = report(file, text);
    assert_eq!(places(&report), [""; 0], "{text}");
    let suppressed = report["suppressed"].as_array().unwrap();
    assert_eq!(suppressed.len(), 1, "{text}");
    assert_eq!(suppressed[0]["kind"], "inline");
    assert_eq!(suppressed[0]["reason"], reason, "{text}");
    assert_eq!(suppressed[0]["finding"]["rule"], RULE);
    assert_eq!(
        report["unused_suppressions"].as_array().unwrap().len(),
        0,
        "{text}"
    );
}

/// The notes on directives as `line: message`.
fn notes(report: &Value) -> Vec<String> {
    let notes = report["unused_suppressions"].as_array().unwrap();
    let text = |note: &Value| format!("{}: {}", note["line"], note["message"].as_str().unwrap());
    notes.iter().map(text).collect()
}

#[test]
fn on_the_line() {
    for (file, text) in [
        (
            "a.js",
            "const key = 'KEY'; // ALLOW octopost-live-key -- revoked\n",
        ),
        (
            "a.py",
            "key = 'KEY'  # ALLOW octopost-live-key -- revoked\n",
        ),
        (
            "a.c",
            "char *key = \"KEY\"; /* ALLOW octopost-live-key -- revoked */ int i;\n",
        ),
        (
            "a.html",
            "<b>KEY</b> <!-- ALLOW octopost-live-key -- revoked -->\n",
        ),
        (
            "a.sql",
            "SELECT 'KEY'; -- ALLOW octopost-live-key -- revoked\n",
        ),
        ("a.ini", "key = KEY ; ALLOW octopost-live-key -- revoked\n"),
        (
            "a.tf",
            "key = \"KEY\" # ALLOW octopost-live-key -- revoked\r\n",
        ),
        (
            "a.lua",
            "key = 'KEY' --[[ ALLOW octopost-live-key -- revoked ]]\n",
        ),
        ("a.jinja", "KEY {# ALLOW octopost-live-key -- revoked #}\n"),
        ("a.txt", "/* ALLOW octopost-live-key -- revoked */ KEY"),
    ] {
        suppressed(file, text, "revoked");
    }
}

#[test]
fn on_the_line_above() {
    for (file, text) in [
        (
            "a.js",
            "\n  // ALLOW octopost-live-key -- a test's own\n  const key = 'KEY';\n",
        ),
        (
            ".env",
            "# ALLOW octopost-live-key -- a test's own\nOCTOPOST_API_KEY=KEY\n",
        ),
        (
            "a.css",
            "/* ALLOW octopost-live-key -- a test's own */\r\nKEY\r\n",
        ),
        (
            "a.md",
            "<!-- ALLOW octopost-live-key -- a test's own -->\nKEY\n",
        ),
        (
            "a.bat",
            "REM ALLOW octopost-live-key -- a test's own\nset KEY\n",
        ),
        (
            "a.c",
            "/*\n * ALLOW octopost-live-key -- a test's own\n */ char *k = \"KEY\";\n",
        ),
    ] {
        suppressed(file, text, "a test's own");
    }
}

#[test]
fn nowhere_else() {
    for text in [
        "// ALLOW octopost-live-key -- too far\n\nKEY\n",
        "KEY\n// ALLOW octopost-live-key -- too late\n",
        "let a = 1; // ALLOW octopost-live-key -- of this line\nKEY\n",
        "// ALLOW octopost-test-key -- another rule\nKEY\n",
    ] {
        let report = report("a.js", text);
        assert_eq!(places(&report).len(), 1, "{text}");
        let notes = notes(&report);
        assert_eq!(notes.len(), 1, "{text}");
        assert!(notes[0].contains("matches nothing; remove it"), "{notes:?}");
    }
}

#[test]
fn several_rules_and_only_those_named() {
    let text = format!(
        "# {ALLOW} octopost-live-key, publer-api-key -- both\nA={} PUBLER_API_KEY={} pos={}\n",
        octopost(1),
        secrets::of_rule("publer-api-key", 1),
        secrets::of_rule("postiz-oauth-token", 1)
    );
    let report = Sandbox::with(".env", text).report(&[]);
    assert_eq!(report["findings"][0]["rule"], "postiz-oauth-token");
    assert_eq!(places(&report).len(), 1);
    assert_eq!(report["suppressed"].as_array().unwrap().len(), 2);
    assert_eq!(notes(&report), [""; 0]);
}

#[test]
fn until_a_day() {
    suppressed(
        "a.sh",
        "# ALLOW octopost-live-key until=2999-12-31 -- rotating\nKEY\n",
        "rotating",
    );
    let report = report(
        "a.sh",
        "# ALLOW octopost-live-key until=2020-02-29 -- rotating\nKEY\n",
    );
    assert_eq!(places(&report), [format!("a.sh:2:1 {RULE}")]);
    let notes = notes(&report);
    assert_eq!(notes.len(), 1);
    assert!(
        notes[0].starts_with("1: ") && notes[0].contains("ran out on 2020-02-29"),
        "{notes:?}"
    );
}

#[test]
fn the_day_is_the_runs() {
    let text = format!(
        "# {ALLOW} {RULE} until=2026-03-04 -- rotating\n{}\n",
        octopost(1)
    );
    let sandbox = Sandbox::with("a.sh", text);
    let on = |seconds: &str| {
        let mut command = sandbox.command(&["scan"]);
        Run::of(command.env("SOURCE_DATE_EPOCH", seconds)).status
    };
    // The last second of that day, and the first after it.
    assert_eq!(on("1772668799"), 0);
    assert_eq!(on("1772668800"), 1);
}

#[test]
fn a_directive_that_cannot_be_followed_suppresses_nothing_and_says_why() {
    for (directive, why) in [
        ("ALLOW octopost-live-key", "gives no reason"),
        ("ALLOW octopost-live-key --", "gives no reason"),
        ("ALLOW -- because", "names no rule"),
        (
            "ALLOW octopost-live-key until=soon -- r",
            "bad date, `soon`",
        ),
        (
            "ALLOW octopost-live-key octopost-test-key -- r",
            "cannot be read at `octopost-test-key`",
        ),
        (
            "ALLOW octopost-live-kay -- r",
            "no rule `octopost-live-kay`",
        ),
    ] {
        let report = report("a.py", &format!("key = 'KEY'  # {directive}\n"));
        assert_eq!(places(&report).len(), 1, "{directive}");
        let notes = notes(&report);
        assert!(
            notes.iter().any(|note| note.contains(why)),
            "{directive}: {notes:?}"
        );
    }
}

#[test]
fn an_unused_one_is_a_note_and_no_failure() {
    let text = format!("x = 1 # {ALLOW} {RULE} -- was here once\n");
    let sandbox = Sandbox::with("a.py", text);
    let run = sandbox.run(&["scan"]).expect(0);
    assert!(run.stdout.contains("note: a.py:1: "), "{run:?}");
    assert!(run.stdout.contains("matches nothing; remove it"), "{run:?}");
    // A rule that is not looked for may well match.
    let report = sandbox.report(&["--exclude-rule", RULE]);
    assert_eq!(notes(&report), [""; 0]);
    let report = sandbox.report(&["--provider", "postiz"]);
    assert_eq!(notes(&report), [""; 0]);
}

#[test]
fn prose_about_directives_is_none() {
    let text =
        format!("Write `{ALLOW} <rule-id> -- reason` beside it; {ALLOW} comments are kept.\n");
    let report = Sandbox::with("README.md", text).report(&[]);
    assert_eq!(notes(&report), [""; 0]);
}

#[test]
fn verbose_tells_what_is_suppressed() {
    let text = format!("{} # {ALLOW} {RULE} -- revoked in May\n", octopost(1));
    let sandbox = Sandbox::with("a.py", text);
    let run = sandbox.run(&["scan", "--verbose"]).expect(0);
    assert!(
        run.stdout.contains(&format!(
            "suppressed: a.py:1:1: {RULE} (inline: revoked in May)"
        )),
        "{run:?}"
    );
    let run = sandbox.run(&["scan"]).expect(0);
    assert!(
        run.stdout.contains("Suppressed: 1 finding (1 inline)."),
        "{run:?}"
    );
}
