//! `credlint explain`.

use crate::sandbox::{Run, Sandbox};
use crate::secrets;

#[track_caller]
fn explain(sandbox: &Sandbox, args: &[&str]) -> Run {
    sandbox.run(&[&["explain"], args].concat()).expect(0)
}

#[test]
fn a_rule_is_told_whole() {
    let sandbox = Sandbox::new();
    let text = explain(&sandbox, &["octopost-live-key"]).stdout;
    for part in [
        "octopost-live-key: Octopost live API key",
        "severity critical, confidence high, CWE-798",
        "Why it matters",
        "What to do",
        "1. Make a new key at https://octopost.ink/dashboard/settings",
        "How it is found",
        "oct_live_[a-z0-9]{12,64}",
        "GET https://api.octopost.ink/v1/accounts",
        "every 90 days",
        "https://octopost.ink/docs/api/authentication",
        concat!("credlint:", "allow octopost-live-key -- "),
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = explain(&sandbox, &["publisher-api-token"]).stdout;
    assert!(
        text.contains("POST {base}/publisher.v1/api-token/revoke"),
        "{text}"
    );
    assert!(text.contains("near `publisher`"), "{text}");
}

#[test]
fn every_rule_can_be_explained() {
    let sandbox = Sandbox::new();
    let rules = sandbox.run(&["rules", "list", "--json"]).expect(0).json();
    let rules = rules.as_array().unwrap();
    assert!(rules.len() > 50);
    for rule in rules {
        let id = rule["id"].as_str().unwrap();
        let text = explain(&sandbox, &[id]).stdout;
        assert!(
            text.starts_with(&format!("{id}: {}\n", rule["title"].as_str().unwrap())),
            "{text}"
        );
    }
}

#[test]
fn a_rule_that_is_not_there_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.run(&["explain", "octopost-live-kee"]).fails_with(&[
        "no rule `octopost-live-kee`",
        "did you mean `octopost-live-key`?",
    ]);
    sandbox.run(&["explain"]).expect(2);
}

#[test]
fn why_a_line_is_reported_or_not() {
    let stripe = secrets::of_rule("stripe-live-secret-key", 1);
    let allow = concat!("credlint:", "allow");
    let text = format!(
        "A={key}\nB=oct_live_abc123def456\nC=oct_live_xxxxxxxxxxxx\nD=oct_live_search\n\
         nothing\nE={other} # {allow} octopost-live-key -- revoked\nstripe = '{stripe}'\n",
        key = secrets::octopost(1),
        other = secrets::octopost(2),
    );
    let sandbox = Sandbox::with("a.sh", text);
    for (line, wanted) in [
        (1, "a.sh:1:3: octopost-live-key reported\n"),
        (
            2,
            "a.sh:2:3: octopost-live-key dropped: it is an example from the documentation\n",
        ),
        (
            3,
            "a.sh:3:3: octopost-live-key dropped: it is a placeholder: ",
        ),
        (
            4,
            "a.sh:4:3: octopost-live-key dropped: the pattern does not fit\n",
        ),
        (5, "a.sh:5: no rule looked at this line"),
        (
            6,
            "a.sh:6:3: octopost-live-key not reported: suppressed (inline): revoked\n",
        ),
        (
            7,
            "a.sh:7:11: publisher-api-token dropped: nothing near it names the provider\n",
        ),
        (7, "a.sh:7:11: stripe-live-secret-key reported\n"),
    ] {
        let run = explain(&sandbox, &["--why", &format!("a.sh:{line}")]);
        assert!(run.stdout.contains(wanted), "{wanted}{run:?}");
    }
}

#[test]
fn why_knows_the_configuration() {
    let sandbox = Sandbox::with("a.sh", secrets::octopost(1));
    sandbox.write(
        ".credlint.toml",
        "min-severity = \"critical\"\n[rule.octopost-live-key]\nseverity = \"low\"\n",
    );
    let run = explain(&sandbox, &["--why", "a.sh:1"]);
    assert!(
        run.stdout
            .contains("not reported: below the least severity"),
        "{run:?}"
    );
    let run = explain(&sandbox, &["--why", "a.sh:1", "--no-config"]);
    assert!(run.stdout.contains("octopost-live-key reported"), "{run:?}");
}

#[test]
fn why_agrees_with_the_scan_in_large_files() {
    let filler = "a line of no account\n".repeat(100_000);
    let text = format!(
        "{filler}PUBLER_API_KEY={}\n",
        secrets::of_rule("publer-api-key", 1)
    );
    let sandbox = Sandbox::with("a.env", text);
    assert_eq!(sandbox.findings(&[]), ["a.env:100001:16 publer-api-key"]);
    let run = explain(&sandbox, &["--why", "a.env:100001"]);
    assert!(
        run.stdout
            .contains("a.env:100001:16: publer-api-key reported"),
        "{run:?}"
    );
}

#[test]
fn a_place_that_is_none_is_an_error() {
    let sandbox = Sandbox::with("a.sh", "x");
    for place in ["a.sh", "a.sh:0", "a.sh:x", ":1"] {
        let run = sandbox.run(&["explain", "--why", place]);
        run.fails_with(&[place, "PATH:LINE"]);
    }
    sandbox
        .run(&["explain", "--why", "b.sh:1"])
        .fails_with(&["cannot read b.sh"]);
    sandbox
        .run(&["explain", "--why", "a.sh:99"])
        .fails_with(&["a.sh: there is no line 99, the last one is 1"]);
}
