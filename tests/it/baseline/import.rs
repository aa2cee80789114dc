//! Taking over what other scanners were told to leave alone.

use serde_json::{Value, json};

use super::{FILE, RULE, entries};
use crate::sandbox::{Run, Sandbox, places};
use crate::secrets::octopost;

/// Two files with a key each, the second one's on its third line.
fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .write("src/a.txt", format!("key: {}\n", octopost(1)))
        .write("src/b.txt", format!("\n\nkey: {}\n", octopost(2)));
    sandbox
}

fn import(sandbox: &Sandbox, args: &[&str]) -> Run {
    sandbox.run(&[&["baseline", "import"], args].concat())
}

/// The paths and reasons of the entries.
fn accepted(sandbox: &Sandbox) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = entries(sandbox);
    all.iter()
        .map(|e| (text(&e["paths"][0]), text(&e["reason"])))
        .collect()
}

fn sha1(text: &str) -> String {
    let mut hasher = gix::hash::hasher(gix::hash::Kind::Sha1);
    hasher.update(text.as_bytes());
    hasher.try_finalize().unwrap().to_string()
}

#[test]
fn a_gitleaksignore() {
    let sandbox = project();
    let commit = "cd5226711335c68be1e720b318b7bc3135a30eb2";
    sandbox.write(
        ".gitleaksignore",
        format!("# known\n{commit}:src/b.txt:some-rule:3\nsrc/a.txt:some-rule:2\nsrc/gone.txt:some-rule:1\n"),
    );
    let run = import(&sandbox, &[".gitleaksignore"]).expect(0);
    let line = format!("accepted: src/b.txt:3:6: {RULE} (critical)");
    assert!(run.stdout.contains(&line), "{run:?}");
    assert!(
        run.stdout
            .contains("3 entries of .gitleaksignore cover 1 new finding; 2 match nothing here"),
        "{run:?}"
    );
    let wanted = (
        "src/b.txt".to_owned(),
        "imported from .gitleaksignore".to_owned(),
    );
    assert_eq!(accepted(&sandbox), [wanted]);
    assert_eq!(
        places(&sandbox.report(&[])),
        [format!("src/a.txt:1:6 {RULE}")]
    );
}

#[test]
fn a_baseline_of_gitleaks() {
    let sandbox = project();
    let finding = |file: &str, secret: &str, line: u64| {
        json!({"RuleID": "some-rule", "Description": "d", "StartLine": line, "EndLine": line,
            "StartColumn": 1, "EndColumn": 9, "Match": secret, "Secret": secret, "File": file,
            "SymlinkFile": "", "Commit": "", "Entropy": 3.1, "Author": "", "Email": "", "Date": "",
            "Message": "", "Tags": [], "Fingerprint": format!("{file}:some-rule:{line}")})
    };
    // By its text wherever it is in its file; of a redacted one only the line is known.
    let report = json!([
        finding("src/a.txt", &octopost(1), 77),
        finding("src/b.txt", "REDACTED", 3),
        finding("src/b.txt", &octopost(1), 3)
    ]);
    sandbox.write("leaks.json", report.to_string());
    let run = import(
        &sandbox,
        &[
            "leaks.json",
            "src",
            "--reason",
            "as before",
            "--owner",
            "me",
        ],
    )
    .expect(0);
    assert!(
        run.stdout
            .contains("3 entries of leaks.json cover 2 new findings; 1 match nothing"),
        "{run:?}"
    );
    let reasons: Vec<String> = accepted(&sandbox).into_iter().map(|a| a.1).collect();
    assert_eq!(reasons, ["as before", "as before"]);
    sandbox.run(&["scan", "src"]).expect(0);
    assert!(!sandbox.read(FILE).contains(&octopost(1)));
}

#[test]
fn a_baseline_of_detect_secrets() {
    let sandbox = project();
    let found = |file: &str, secret: &str, is_secret: Value| {
        json!({"type": "Secret Keyword", "filename": file, "hashed_secret": sha1(secret),
            "is_verified": false, "line_number": 1, "is_secret": is_secret})
    };
    let text = json!({"version": "1.5.0", "plugins_used": [{"name": "KeywordDetector"}],
        "filters_used": [], "generated_at": "2026-01-01T00:00:00Z", "results": {
        "src/a.txt": [found("src/a.txt", &octopost(1), json!(false)), found("src/a.txt", "x", Value::Null)],
        "src/b.txt": [found("src/b.txt", &octopost(1), Value::Null)],
    }});
    sandbox.write(".secrets.baseline", text.to_string());
    let run = import(
        &sandbox,
        &[".secrets.baseline", "--exclude", ".secrets.baseline"],
    )
    .expect(0);
    assert!(
        run.stdout
            .contains("3 entries of .secrets.baseline cover 1 new finding; 2 match nothing"),
        "{run:?}"
    );
    let reason = "imported from .secrets.baseline (audited there: no secret)".to_owned();
    assert_eq!(accepted(&sandbox), [("src/a.txt".to_owned(), reason)]);
    assert!(!sandbox.read(FILE).contains(&sha1(&octopost(1))));
}

#[test]
fn adds_to_a_baseline_that_is_there() {
    let sandbox = project();
    sandbox
        .run(&["baseline", "create", "src/a.txt", "--reason", "first"])
        .expect(0);
    sandbox.write("ci/.gitleaksignore", "src/a.txt:r:1\nsrc/b.txt:r:3\n");
    let before = sandbox.read(FILE);
    let run = import(&sandbox, &["ci/.gitleaksignore", "--dry-run"]).expect(0);
    assert!(run.stdout.contains("would write"), "{run:?}");
    assert_eq!(sandbox.read(FILE), before);
    let run = import(&sandbox, &["ci/.gitleaksignore"]).expect(0);
    assert!(
        run.stdout.contains("cover 1 new finding; 0 match nothing"),
        "{run:?}"
    );
    let mut reasons: Vec<String> = accepted(&sandbox).into_iter().map(|a| a.1).collect();
    reasons.sort();
    assert_eq!(reasons, ["first", "imported from ci/.gitleaksignore"]);
    let run = import(&sandbox, &["ci/.gitleaksignore"]).expect(0);
    assert!(run.stdout.contains("nothing to write"), "{run:?}");
}

#[test]
fn files_may_be_named_from_where_the_other_file_is() {
    let sandbox = Sandbox::with("app/src/a.txt", octopost(1));
    sandbox.write("app/.gitleaksignore", "src/a.txt:r:1\n");
    import(&sandbox, &["app/.gitleaksignore"]).expect(0);
    assert_eq!(accepted(&sandbox)[0].0, "app/src/a.txt");
}

#[test]
fn what_cannot_be_read_is_an_error_and_writes_nothing() {
    let sandbox = project();
    for (file, text, args, words) in [
        (
            "a.ignore",
            "src/a.txt\n",
            &[][..],
            ["line 1: `src/a.txt` is neither", "--from"],
        ),
        ("b.json", "[{\"File\": 3}]", &[], ["line 1", "--from"]),
        ("c.json", "{}", &[], ["missing field `results`", "--from"]),
        (
            "d.json",
            "[]",
            &["--from", "detect-secrets"],
            ["d.json", "--from"],
        ),
    ] {
        sandbox.write(file, text);
        import(&sandbox, &[&[file], args].concat()).fails_with(&words);
    }
    import(&sandbox, &["none"]).fails_with(&["cannot read none"]);
    import(&sandbox, &["a.ignore", "--from", "other"]).fails_with(&["detect-secrets"]);
    assert!(!sandbox.list().contains(&FILE.to_owned()));
}
