//! `credlint baseline`, and scans that are held against one.

mod commands;
mod import;
mod keys;
mod stale;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox, places};
use crate::secrets::{self, octopost};
use crate::worktree::tracked::git;

const FILE: &str = ".credlint-baseline.json";
const KEY_FILE: &str = ".credlint-baseline.key";
const RULE: &str = "octopost-live-key";

/// A project with a key in production code and one in tests, both accepted.
fn accepted() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .write("src/a.txt", format!("key: {}\n", octopost(1)))
        .write("tests/b.txt", format!("key: {}\n", octopost(2)));
    create(&sandbox, &["--reason", "known"]);
    sandbox
}

#[track_caller]
fn create(sandbox: &Sandbox, args: &[&str]) -> Run {
    sandbox
        .run(&[&["baseline", "create"], args].concat())
        .expect(0)
}

/// The baseline as it is written.
fn written(sandbox: &Sandbox) -> Value {
    serde_json::from_str(&sandbox.read(FILE)).unwrap()
}

/// The entries of the baseline.
fn entries(sandbox: &Sandbox) -> Vec<Value> {
    written(sandbox)["entries"].as_array().unwrap().clone()
}

/// Puts other text into the baseline.
fn edit(sandbox: &Sandbox, from: &str, to: &str) {
    let text = sandbox.read(FILE);
    assert!(text.contains(from), "no `{from}` in {text}");
    sandbox.write(FILE, text.replacen(from, to, 1));
}

/// What is said of entries, as `line: message`.
fn notes(report: &Value) -> Vec<String> {
    let notes = report["unused_suppressions"].as_array().unwrap();
    let text = |note: &Value| {
        assert_eq!(note["path"], FILE);
        format!("{}: {}", note["line"], note["message"].as_str().unwrap())
    };
    notes.iter().map(text).collect()
}

#[test]
fn what_it_accepts_is_not_reported_and_counted() {
    let sandbox = accepted();
    let report = sandbox.report(&[]);
    assert_eq!(places(&report), [""; 0]);
    assert_eq!(notes(&report), [""; 0]);
    let suppressed = report["suppressed"].as_array().unwrap();
    assert_eq!(suppressed.len(), 2);
    for one in suppressed {
        assert_eq!(
            (&one["kind"], &one["reason"]),
            (&"baseline".into(), &"known".into())
        );
    }
    let run = sandbox.run(&["scan", "--verbose"]).expect(0);
    assert!(
        run.stdout.contains("Suppressed: 2 findings (2 baseline)."),
        "{run:?}"
    );
    let line = format!("suppressed: src/a.txt:1:6: {RULE} (baseline: known)");
    assert!(run.stdout.contains(&line), "{run:?}");
    assert!(
        run.stderr.contains("baseline: ") && run.stderr.contains(FILE),
        "{run:?}"
    );
    let sarif = sandbox.run(&["scan", "--format", "sarif"]).expect(0).json();
    let suppression = &sarif["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!(suppression["kind"], "external");
    assert_eq!(suppression["justification"], "known");
    let why = sandbox.run(&["explain", "--why", "src/a.txt:1"]).expect(0);
    assert!(
        why.stdout.contains("suppressed (baseline): known"),
        "{why:?}"
    );
    sandbox.run(&["scan", "--no-baseline"]).expect(1);
}

#[test]
fn entries_survive_moves_reformatting_and_shifts() {
    let sandbox = accepted();
    std::fs::remove_file(sandbox.path("src/a.txt")).unwrap();
    sandbox
        .write(
            "lib/deep/z.env",
            format!("\n\n  KEY = \"{}\"\n", octopost(1)),
        )
        .write("app/tests/c.txt", format!("{{\"k\":\"{}\"}}", octopost(2)));
    let report = sandbox.report(&[]);
    assert_eq!(places(&report), [""; 0]);
    assert_eq!(notes(&report), [""; 0]);
}

#[test]
fn a_new_secret_in_an_old_place_is_reported() {
    let sandbox = accepted();
    sandbox.write("src/a.txt", format!("key: {}\n", octopost(3)));
    let report = sandbox.report(&[]);
    assert_eq!(places(&report), [format!("src/a.txt:1:6 {RULE}")]);
    // Beside the old one, on its line.
    sandbox.write(
        "src/a.txt",
        format!("key: {} {}\n", octopost(1), octopost(3)),
    );
    let report = sandbox.report(&[]);
    assert_eq!(places(&report), [format!("src/a.txt:1:28 {RULE}")]);
    // Another rule's at the very place.
    let other = secrets::of_rule("postiz-oauth-token", 1);
    sandbox.write("src/a.txt", format!("key: {other}\n"));
    assert_eq!(
        places(&sandbox.report(&[])),
        ["src/a.txt:1:6 postiz-oauth-token"]
    );
}

#[test]
fn what_is_accepted_in_tests_is_not_in_production() {
    let sandbox = accepted();
    for (file, covered) in [
        ("tests/deep/c.txt", true),
        ("src/app.test.txt", true),
        ("src/c.txt", false),
        (".env.production", false),
        ("docs/c.txt", false),
        ("config/staging.txt", false),
    ] {
        sandbox.write(file, format!("key: {}\n", octopost(2)));
        let found = sandbox.findings(&[]);
        assert_eq!(found.is_empty(), covered, "{file}: {found:?}");
        std::fs::remove_file(sandbox.path(file)).unwrap();
    }
}

#[test]
fn what_has_no_secret_is_accepted_in_its_file_as_often_as_it_was_there() {
    let call = |path: &str| {
        format!(
            "fetch('http://app.publer.com/api/v1/{path}', {{headers: {{Authorization: `Bearer-API ${{process.env.PUBLER_API_KEY}}`, 'Publer-Workspace-Id': w}}}});\n"
        )
    };
    let sandbox = Sandbox::with("src/a.js", call("me") + &call("me"));
    let only = ["--rule", "plain-http"];
    assert_eq!(sandbox.findings(&only).len(), 2);
    create(&sandbox, &only);
    let all = entries(&sandbox);
    assert_eq!((all.len(), &all[0]["count"]), (1, &2.into()), "{all:?}");
    // Lines may shift.
    sandbox.write("src/a.js", format!("\n{}\n  {}", call("me"), call("me")));
    assert_eq!(sandbox.findings(&only), [""; 0]);
    // One more, and the same in another file, are new.
    sandbox.write("src/a.js", call("me").repeat(3));
    assert_eq!(sandbox.findings(&only).len(), 1);
    sandbox
        .write("src/a.js", call("me").repeat(2))
        .write("src/b.js", call("me"));
    let found = sandbox.findings(&only);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("src/b.js:1:"), "{found:?}");
    // One less leaves no room that nobody knows of.
    sandbox.write("src/a.js", call("me")).write("src/b.js", "");
    let report = sandbox.report(&only);
    let notes = notes(&report);
    assert_eq!(notes.len(), 1);
    assert!(
        notes[0].contains("accepts 2 findings and there are 1"),
        "{notes:?}"
    );
    sandbox
        .run(&["baseline", "prune", "--rule", "plain-http"])
        .expect(0);
    assert_eq!(entries(&sandbox)[0].get("count"), None);
}

#[test]
fn a_file_of_credentials_that_git_tracks_stays_accepted() {
    let sandbox = Sandbox::with(".env", format!("OCTOPOST_API_KEY={}\n", octopost(1)));
    git(&sandbox, "", &["init", "--quiet"]);
    git(&sandbox, "", &["add", "--all"]);
    create(&sandbox, &[]);
    let rules: Vec<Value> = entries(&sandbox)
        .iter()
        .map(|e| e["rule"].clone())
        .collect();
    assert_eq!(rules, [RULE, "secret-file-committed"]);
    let report = sandbox.report(&[]);
    assert_eq!(places(&report), [""; 0]);
    assert_eq!(
        notes(&report),
        [""; 0],
        "the check still looks at what is put off"
    );
    // The same secrets in another file are no new secrets, but one more file of them.
    sandbox.write("app/.env", sandbox.read(".env"));
    git(&sandbox, "", &["add", "--all"]);
    assert_eq!(
        sandbox.findings(&[]),
        ["app/.env:1:18 secret-file-committed"]
    );
}

#[test]
fn the_same_holds_wherever_it_is_run_from() {
    let sandbox = accepted();
    let mut command = sandbox.command(&["scan"]);
    Run::of(command.current_dir(sandbox.path("tests"))).expect(0);
    let mut command = sandbox.command(&["scan", "../src/a.txt"]);
    Run::of(command.current_dir(sandbox.path("tests"))).expect(0);
    let root = sandbox.path("");
    sandbox.run(&["scan", root.to_str().unwrap()]).expect(0);
    sandbox.run(&["scan", "src", "tests/b.txt"]).expect(0);
    let input = format!("key: {}\n", octopost(1));
    let stdin = ["scan", "-", "--stdin-filename", "src/a.txt"];
    let run = sandbox.run_with_input(&stdin, input.as_bytes());
    assert_eq!(run.status, 0, "{run:?}");
}

#[test]
fn other_suppressions_go_before_it() {
    let sandbox = accepted();
    let allow = concat!("credlint:", "allow");
    let line = format!("key: {} # {allow} {RULE} -- revoked\n", octopost(1));
    sandbox.write("src/a.txt", line);
    let report = sandbox.report(&[]);
    let kinds: Vec<&Value> = report["suppressed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["kind"])
        .collect();
    assert_eq!(kinds, ["inline", "baseline"]);
    assert_eq!(
        notes(&report),
        [""; 0],
        "an entry is of use where two speak"
    );
}
