//! `.credlint.toml`.

use serde_json::Value;

use crate::sandbox::{Run, Sandbox, places, rules};
use crate::secrets::{self, octopost};

const CONFIG: &str = ".credlint.toml";

/// Two providers' keys, in two folders.
fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .write("src/a.txt", octopost(1))
        .write("tests/b.txt", octopost(2))
        .write("tests/c.txt", secrets::of_rule("postiz-oauth-token", 1));
    sandbox
}

fn severities(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|f| f["severity"].as_str().unwrap())
        .collect()
}

/// The file that `--verbose` says was read.
fn read_from(sandbox: &Sandbox, args: &[&str]) -> Option<String> {
    let run = sandbox.run(&[&["scan", "--verbose"], args].concat());
    let line = run
        .stderr
        .lines()
        .find_map(|line| line.strip_prefix("configuration: "))?;
    Some(line.to_owned())
}

#[test]
fn is_found_upwards_from_the_first_path() {
    let sandbox = project();
    let off = "[rule.octopost-live-key]\nenabled = false\n";
    sandbox.write(CONFIG, off);
    for args in [
        &[][..],
        &["."],
        &["src"],
        &["src/a.txt"],
        &["./tests/../src"],
    ] {
        let report = sandbox.report(args);
        assert!(
            !rules(&report).contains(&"octopost-live-key".to_owned()),
            "{args:?}"
        );
        let from = read_from(&sandbox, args).unwrap();
        assert!(from.ends_with(CONFIG), "{args:?}: {from}");
    }
    // The nearest counts, alone.
    sandbox.write("tests/.credlint.toml", "");
    assert_eq!(sandbox.findings(&["tests"]).len(), 2);
    assert_eq!(sandbox.findings(&["src"]).len(), 0);
}

#[test]
fn may_be_named_or_left_out() {
    let sandbox = project();
    sandbox.write(CONFIG, "exclude = [\"*\"]\n");
    sandbox.run(&["scan"]).fails_with(&["nothing was scanned"]);
    assert_eq!(sandbox.findings(&["--no-config"]).len(), 3);
    assert_eq!(read_from(&sandbox, &["--no-config"]), None);
    sandbox.write("ci/lint.toml", "[provider.postiz]\nenabled = false\n");
    assert_eq!(sandbox.findings(&["--config", "ci/lint.toml"]).len(), 2);
    sandbox
        .run(&["scan", "--config", "ci/none.toml"])
        .fails_with(&["cannot read ci/none.toml"]);
    sandbox
        .run(&["scan", "--config", "x", "--no-config"])
        .fails_with(&["cannot be used with"]);
}

#[test]
fn exclude_adds_to_the_command_line() {
    let sandbox = project();
    sandbox.write(CONFIG, "exclude = [\"/src/\"]\n");
    assert_eq!(sandbox.findings(&[]).len(), 2);
    assert_eq!(sandbox.findings(&["--exclude", "c.txt"]).len(), 1);
    assert_eq!(
        sandbox.findings(&["src/a.txt"]).len(),
        1,
        "what is named is scanned"
    );
}

#[test]
fn globs_are_relative_to_its_folder() {
    let sandbox = project();
    sandbox.write("app/src/a.txt", octopost(3));
    sandbox.write("app/.credlint.toml", "exclude = [\"/src/\"]\n");
    assert_eq!(sandbox.findings(&["app"]), [""; 0]);
    assert_eq!(
        sandbox.findings(&["app", "src"]),
        ["src/a.txt:1:1 octopost-live-key"]
    );
    // Wherever it is run from.
    let mut command = sandbox.command(&["scan"]);
    Run::of(command.current_dir(sandbox.path("app"))).expect(0);
    let mut command = sandbox.command(&["scan", "../../src"]);
    Run::of(command.current_dir(sandbox.path("app/src"))).expect(1);
}

#[test]
fn turns_rules_and_providers_off() {
    let sandbox = project();
    sandbox.write(CONFIG, "[rule.octopost-live-key]\nenabled = false\n");
    assert_eq!(rules(&sandbox.report(&[])), ["postiz-oauth-token"]);
    sandbox.write(CONFIG, "[provider.octopost]\nenabled = false\n");
    assert_eq!(rules(&sandbox.report(&[])), ["postiz-oauth-token"]);
    // All the other rules stay as they were: it adds, it does not replace.
    let all = sandbox.report(&["--no-config"])["scanned"]["rules"]
        .as_u64()
        .unwrap();
    assert_eq!(sandbox.report(&[])["scanned"]["rules"], all - 2);
    sandbox.write(
        CONFIG,
        "[provider.octopost]\nenabled = false\n[rule.octopost-live-key]\nenabled = true\n",
    );
    assert_eq!(
        sandbox.findings(&[]).len(),
        3,
        "a rule's own setting goes before its provider's"
    );
}

#[test]
fn sets_severities_and_thresholds() {
    let sandbox = project();
    sandbox.write(CONFIG, "[rule.octopost-live-key]\nseverity = \"note\"\n");
    assert_eq!(
        severities(&sandbox.report(&[])),
        ["note", "note", "critical"]
    );
    sandbox.run(&["scan", "src"]).expect(0);
    sandbox.write(
        CONFIG,
        "min-severity = \"high\"\n[rule.octopost-live-key]\nseverity = \"low\"\n",
    );
    assert_eq!(severities(&sandbox.report(&[])), ["critical"]);
    assert_eq!(
        severities(&sandbox.report(&["--min-severity", "low"])).len(),
        3
    );
    sandbox.write(
        CONFIG,
        "fail-on = \"high\"\n[rule.octopost-live-key]\nseverity = \"medium\"\n",
    );
    sandbox.run(&["scan", "src"]).expect(0);
    sandbox.run(&["scan", "tests"]).expect(1);
    sandbox
        .run(&["scan", "src", "--fail-on", "medium"])
        .expect(1);
}

#[test]
fn sets_rules_for_paths() {
    let sandbox = project();
    sandbox.write(
        CONFIG,
        "[[path]]\nglob = \"tests/**\"\nrule.octopost-live-key.enabled = false\n\
         [[path]]\nglob = [\"*.md\", \"src/\"]\nrule.octopost-live-key.severity = \"low\"\n",
    );
    let report = sandbox.report(&[]);
    assert_eq!(
        places(&report),
        [
            "src/a.txt:1:1 octopost-live-key",
            "tests/c.txt:1:1 postiz-oauth-token"
        ]
    );
    assert_eq!(severities(&report), ["low", "critical"]);
    sandbox.write(
        CONFIG,
        "[rule.octopost-live-key]\nenabled = false\n\
         [[path]]\nglob = \"tests/**\"\nrule.octopost-live-key.enabled = true\n",
    );
    let found = sandbox.findings(&[]);
    assert_eq!(
        found,
        [
            "tests/b.txt:1:1 octopost-live-key",
            "tests/c.txt:1:1 postiz-oauth-token"
        ]
    );
}

#[test]
fn allows_by_fingerprint() {
    let sandbox = project();
    let report = sandbox.report(&["src"]);
    let fingerprint = report["findings"][0]["fingerprint"].as_str().unwrap();
    let allow = format!("[[allow]]\nfingerprint = \"{fingerprint}\"\nreason = \"Revoked.\"\n");
    sandbox.write(CONFIG, &allow);
    let report = sandbox.report(&[]);
    assert_eq!(
        places(&report).len(),
        2,
        "the key in another file is another key"
    );
    assert_eq!(report["suppressed"][0]["kind"], "config");
    assert_eq!(report["suppressed"][0]["reason"], "Revoked.");
    sandbox.run(&["scan", "src"]).expect(0);
    // It goes with the key, not with the place.
    sandbox.write("src/a.txt", format!("\n\n  moved: {}\n", octopost(1)));
    sandbox.run(&["scan", "src"]).expect(0);
    sandbox.write("src/a.txt", octopost(9));
    sandbox.run(&["scan", "src"]).expect(1);
}

#[test]
fn allows_by_value_within_rule_path_and_date() {
    let sandbox = project();
    let allow = |more: &str| {
        let value = octopost(1);
        let allow = format!("[[allow]]\nvalue = \"{value}\"\nreason = \"Ours.\"\n{more}\n");
        sandbox.write("allow.toml", allow);
        sandbox
            .run(&["scan", "--config", "allow.toml", "src"])
            .status
    };
    assert_eq!(allow(""), 0);
    assert_eq!(
        allow("rule = \"octopost-live-key\"\npath = \"src/**\"\nuntil = \"2999-01-01\""),
        0
    );
    assert_eq!(allow("rule = \"octopost-test-key\""), 1);
    assert_eq!(allow("path = \"docs/**\""), 1);
    assert_eq!(allow("until = \"2020-01-01\""), 1);
}

#[test]
fn notes_allowances_that_do_nothing() {
    let sandbox = project();
    let text =
        "min-severity = \"note\"\n\n[[allow]]\nvalue = \"no such value\"\nreason = \"Gone.\"\n";
    sandbox.write(CONFIG, text);
    let report = sandbox.report(&[]);
    let note = &report["unused_suppressions"][0];
    assert_eq!((&note["path"], &note["line"]), (&CONFIG.into(), &3.into()));
    assert!(
        note["message"]
            .as_str()
            .unwrap()
            .contains("matches nothing"),
        "{note}"
    );
}

#[test]
fn fingerprints_have_a_key() {
    let sandbox = project();
    let fingerprint = |args: &[&str]| {
        let report = sandbox.report(&[args, &["src"]].concat());
        report["findings"][0]["fingerprint"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let plain = fingerprint(&[]);
    assert_eq!(plain.len(), 32);
    let keyed = fingerprint(&["--fingerprint-key", "ours"]);
    assert_ne!(plain, keyed);
    sandbox.write(CONFIG, "fingerprint-key = \"ours\"\n");
    assert_eq!(fingerprint(&[]), keyed);
    assert_ne!(fingerprint(&["--fingerprint-key", "theirs"]), keyed);
}

#[test]
fn mistakes_are_named_with_line_and_remedy() {
    let sandbox = project();
    for (text, words) in [
        (
            "\n\nexclud = []\n",
            [":3: ", "unknown field `exclud`", "did you mean `exclude`?"],
        ),
        (
            "[rule.octopost-live-kay]\nenabled = false\n",
            [
                ":1: ",
                "no rule `octopost-live-kay`",
                "did you mean `octopost-live-key`?",
            ],
        ),
        (
            "\n[provider.octpost]\nenabled = false\n",
            [":2: ", "no provider `octpost`", "did you mean `octopost`?"],
        ),
        (
            "[rule.octopost-live-key]\nseverity = \"hihg\"\n",
            [":2: ", "hihg", "did you mean `high`?"],
        ),
        (
            "exclude = [\n  \"a[b\",\n]\n",
            [":2: ", "a[b", "as in .gitignore"],
        ),
        (
            "[[allow]]\nvalue = \"x\"\n",
            [":1: ", "missing field `reason`", "help: "],
        ),
        (
            "[[allow]]\nfingerprint = \"xyz\"\nreason = \"r\"\n",
            [":2: ", "`xyz` is no fingerprint", "32 hexadecimal digits"],
        ),
        ("exclude = \n", [":1: ", "error: ", "help: "]),
    ] {
        sandbox.write(CONFIG, text);
        let run = sandbox.run(&["scan", "src"]).fails_with(&words);
        assert!(
            run.stderr.contains(CONFIG) && run.stdout.is_empty(),
            "{run:?}"
        );
    }
}
