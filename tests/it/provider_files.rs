//! Providers of a project's own: files of the form that `rules/` has.

use crate::sandbox::{Run, Sandbox, rules};
use crate::secrets::{alnum, octopost};

/// A provider with a prefixed key, and one whose key its place tells.
const ACME: &str = r#"
[provider]
id = "acme"
name = "Acme"
category = "social-publishing"
docs = "https://acme.example/docs/auth"
dashboard = "https://acme.example/settings"
hosts = ["api.acme.example"]
names = ["acme"]
env = ["ACME_API_KEY"]

[auth]
scheme = "Bearer"

[rotate]
steps = ["Make a new key.", "Delete the old one."]

[[credential]]
id = "acme-live-key"
title = "Acme live API key"
severity = "critical"
confidence = "high"
impact = "Posts to every account of its owner."
pattern = 'acme_live_[a-z0-9]{32}'
examples = ['ACME_API_KEY={{secret}}']
counter-examples = ['acme_live_{{alnum:31}}']

[[credential]]
id = "acme-legacy-key"
title = "Acme legacy API key"
severity = "high"
confidence = "medium"
impact = "Reads every account of its owner."
pattern = '[a-z0-9]{28}'
context = "assigned"
examples = [{ file = ".env", text = 'ACME_API_KEY={{alnum:28}}' }]
counter-examples = [{ file = ".env", text = 'OTHER_API_KEY={{alnum:28}}' }]
"#;

fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("credlint-rules/acme.toml", ACME).write(
        "src/.env",
        format!(
            "A=acme_live_{}\nACME_KEY={}\nB={}\n",
            alnum(1, 32),
            alnum(2, 28),
            octopost(1)
        ),
    );
    sandbox
}

#[test]
fn work_end_to_end() {
    let sandbox = project();
    assert_eq!(rules(&sandbox.report(&["src"])), ["octopost-live-key"]);
    let all = ["acme-live-key", "acme-legacy-key", "octopost-live-key"];
    for path in ["credlint-rules", "credlint-rules/acme.toml"] {
        assert_eq!(rules(&sandbox.report(&["--rules", path, "src"])), all);
    }
    let run = sandbox
        .run(&["scan", "--rules", "credlint-rules", "src"])
        .expect(1);
    for word in [
        "Acme live API key",
        "Posts to every account of its owner.",
        "1. Make a new key.",
        "ACME_API_KEY",
    ] {
        assert!(run.stdout.contains(word), "{word}: {run:?}");
    }
    let run = sandbox
        .run(&["explain", "acme-live-key", "--rules", "credlint-rules"])
        .expect(0);
    assert!(
        run.stdout.contains("https://acme.example/docs/auth"),
        "{run:?}"
    );
    let run = sandbox
        .run(&["rules", "list", "--rules", "credlint-rules"])
        .expect(0);
    assert!(
        run.stdout.contains("acme-legacy-key") && run.stdout.contains("octopost-live-key"),
        "{run:?}"
    );
    let run = sandbox.run(&["rules", "check", "credlint-rules"]).expect(0);
    assert!(
        run.stdout
            .contains("2 rules of 1 provider, and every example"),
        "{run:?}"
    );
}

#[test]
fn may_be_named_by_the_configuration() {
    let sandbox = project();
    sandbox.write(
        ".credlint.toml",
        "rules = [\"credlint-rules\"]\n[rule.acme-live-key]\nseverity = \"low\"\n[provider.octopost]\nenabled = false\n",
    );
    let report = sandbox.report(&["src"]);
    assert_eq!(rules(&report), ["acme-live-key", "acme-legacy-key"]);
    assert_eq!(report["findings"][0]["severity"], "low");
    // Relative to the configuration's folder, wherever it is run.
    let mut command = sandbox.command(&["scan", "--rule", "acme-live-key"]);
    Run::of(command.current_dir(sandbox.path("src"))).expect(1);
    sandbox
        .run(&["scan", "--provider", "acme", "src"])
        .expect(1);
    sandbox
        .run(&["scan", "--provider", "postiz", "src"])
        .expect(0);
}

#[test]
fn add_to_what_there_is() {
    let sandbox = project();
    let rules = |args: &[&str]| sandbox.report(args)["scanned"]["rules"].as_u64().unwrap();
    assert_eq!(rules(&["--rules", "credlint-rules"]), rules(&[]) + 2);
    sandbox.write("again.toml", ACME);
    sandbox
        .run(&["scan", "--rules", "credlint-rules", "--rules", "again.toml"])
        .fails_with(&["again.toml:", "a provider `acme` already"]);
    let other = ACME.replace("id = \"acme\"", "id = \"acme-two\"");
    sandbox.write(
        "again.toml",
        other.replace("acme-live-key", "octopost-live-key"),
    );
    sandbox
        .run(&["scan", "--rules", "again.toml"])
        .fails_with(&["again.toml:", "help: "]);
}

#[test]
fn mistakes_are_named_with_line_and_remedy() {
    let sandbox = project();
    let line_of = |text: &str, needle: &str| {
        let at = text.rfind(needle).unwrap();
        text[..at].matches('\n').count() + 1
    };
    for (from, to, words) in [
        (
            "severity = \"critical\"",
            "severty = \"critical\"",
            ["severty", "did you mean `severity`?"],
        ),
        (
            "severity = \"critical\"",
            "severity = \"criticl\"",
            ["criticl", "did you mean `critical`?"],
        ),
        (
            "acme_live_[a-z0-9]{32}",
            "acme_live_[a-z0-9{32}",
            ["pattern", "help: "],
        ),
        (
            "acme_live_[a-z0-9]{32}",
            "[a-z0-9]{32}",
            ["literal", "help: "],
        ),
        (
            "id = \"acme-live-key\"",
            "id = \"Acme_Live\"",
            ["kebab-case", "help: "],
        ),
        (
            "id = \"acme-legacy-key\"",
            "id = \"acme-live-key\"",
            ["acme-live-key", "help: "],
        ),
        ("id = \"acme\"", "id = \"Acme\"", ["kebab-case", "help: "]),
    ] {
        let text = ACME.replace(from, to);
        sandbox.write("bad.toml", &text);
        let place = format!("bad.toml:{}: ", line_of(&text, to));
        for command in [
            &["scan", "--rules", "bad.toml"][..],
            &["rules", "check", "bad.toml"],
        ] {
            let run = sandbox.run(command).fails_with(&words);
            assert!(run.stderr.contains(&place), "{to}: {place}: {run:?}");
        }
    }
}

#[test]
fn a_folder_or_file_that_is_not_there_is_an_error() {
    let sandbox = project();
    sandbox
        .run(&["scan", "--rules", "none.toml"])
        .fails_with(&["cannot read none.toml"]);
    sandbox
        .run(&["scan", "--rules", "src"])
        .fails_with(&["src holds no provider file"]);
    sandbox.write(".credlint.toml", "rules = [\"none\"]\n");
    sandbox.run(&["scan", "src"]).fails_with(&["none"]);
}

#[test]
fn examples_that_do_not_hold_are_named() {
    let sandbox = project();
    let wrong = ACME
        .replace(
            "'ACME_API_KEY={{secret}}'",
            "'ACME_API_KEY=acme_live_{{alnum:31}}'",
        )
        .replace(
            "['acme_live_{{alnum:31}}']",
            "['see acme_live_{{alnum:32}}']",
        );
    sandbox.write("wrong.toml", wrong);
    let run = sandbox.run(&["rules", "check", "wrong.toml"]);
    let run = run.fails_with(&["2 of the examples do not do what they should"]);
    assert!(
        run.stdout.contains("acme-live-key: gives no finding"),
        "{run:?}"
    );
    assert!(
        run.stdout
            .contains("is a counter-example and gives a finding"),
        "{run:?}"
    );
}

#[test]
fn those_built_in_hold() {
    let run = Sandbox::new().run(&["rules", "check"]).expect(0);
    assert!(
        run.stdout.contains("every example does what it should"),
        "{run:?}"
    );
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
    Sandbox::new().run(&["rules", "check", folder]).expect(0);
}
