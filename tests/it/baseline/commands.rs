//! What each command writes, says, and leaves alone.

use std::fs;

use jsonschema::validator_for;
use serde_json::{Value, json};

use super::{FILE, KEY_FILE, RULE, accepted, create, edit, entries, notes, written};
use crate::sandbox::{Run, Sandbox, places};
use crate::secrets::{self, octopost};

#[test]
fn create_writes_what_a_scan_finds() {
    let sandbox = Sandbox::new();
    sandbox
        .write("src/a.txt", octopost(1))
        .write("src/b.txt", format!("{} {}", octopost(1), octopost(2)));
    let on = |args: &[&str]| {
        let mut command = sandbox.command(args);
        Run::of(command.env("SOURCE_DATE_EPOCH", "1772668799")).expect(0)
    };
    let args = [
        "baseline",
        "create",
        "--reason",
        "old",
        "--owner",
        "me",
        "--until",
        "2027-01-31",
    ];
    let run = on(&args);
    assert!(
        run.stdout
            .contains(&format!("wrote {FILE}: 3 findings accepted in 2 entries")),
        "{run:?}"
    );
    let both = entries(&sandbox)
        .into_iter()
        .find(|entry| entry["paths"].as_array().unwrap().len() == 2)
        .unwrap();
    assert_eq!(both["paths"], json!(["src/a.txt", "src/b.txt"]));
    for (key, value) in [
        ("rule", RULE),
        ("class", "other"),
        ("severity", "critical"),
        ("reason", "old"),
        ("owner", "me"),
        ("until", "2027-01-31"),
        ("added", "2026-03-04"),
    ] {
        assert_eq!(both[key], value, "{key}");
    }
    // The same findings give the same text.
    let text = sandbox.read(FILE);
    on(&[&args[..], &["--force"]].concat());
    assert_eq!(sandbox.read(FILE), text);
}

#[test]
fn create_takes_what_a_scan_takes() {
    let sandbox = Sandbox::new();
    sandbox
        .write("src/a.txt", octopost(1))
        .write("src/b.txt", secrets::of_rule("postiz-oauth-token", 1))
        .write("lib/c.txt", octopost(3));
    create(&sandbox, &["src", "--rule", RULE]);
    assert_eq!(sandbox.findings(&[]).len(), 2);
    sandbox.write(".credlint.toml", "exclude = [\"/src/\"]\n");
    create(&sandbox, &["--force"]);
    assert_eq!(entries(&sandbox)[0]["paths"], json!(["lib/c.txt"]));
    sandbox
        .run(&["baseline", "create", "-", "--force"])
        .fails_with(&["a baseline is of files"]);
}

#[test]
fn create_writes_over_nothing_unless_told() {
    let sandbox = accepted();
    let before = sandbox.read(FILE);
    sandbox.run(&["baseline", "create"]).fails_with(&[
        "is there already",
        "update --add",
        "--force",
    ]);
    let run = sandbox.run(&["baseline", "create", "--dry-run"]).expect(0);
    assert!(
        run.stdout
            .contains(&format!("accepted: src/a.txt:1:6: {RULE} (critical)")),
        "{run:?}"
    );
    assert!(run.stdout.contains("would write"), "{run:?}");
    assert_eq!(sandbox.read(FILE), before);
    let empty = Sandbox::with("a.txt", octopost(1));
    empty.run(&["baseline", "create", "--dry-run"]).expect(0);
    assert_eq!(empty.list(), ["a.txt"]);
}

#[test]
fn nothing_is_written_where_the_scan_is_incomplete() {
    let sandbox = accepted();
    let before = (sandbox.read(FILE), sandbox.list());
    sandbox.write("broken.zip", [&b"PK\x03\x04"[..], &[0xff; 40]].concat());
    for command in [
        &["create", "--force"][..],
        &["update", "--add"],
        &["prune"],
        &["check"],
    ] {
        let run = sandbox.run(&[&["baseline"], command].concat());
        run.fails_with(&["broken.zip", "the scan is incomplete, so nothing was done"]);
    }
    fs::remove_file(sandbox.path("broken.zip")).unwrap();
    assert_eq!((sandbox.read(FILE), sandbox.list()), before);
    sandbox
        .run(&["baseline", "create", "--force", "--exclude", "*"])
        .fails_with(&["nothing was scanned"]);
    assert_eq!(sandbox.read(FILE), before.0);
}

#[test]
fn it_stands_beside_the_configuration_or_where_that_says() {
    let sandbox = Sandbox::with("app/a.txt", octopost(1));
    sandbox.write("app/.credlint.toml", "");
    create(&sandbox, &["app"]);
    assert_eq!(fs::read_dir(sandbox.path("app")).unwrap().count(), 4);
    sandbox.run(&["scan", "app"]).expect(0);
    sandbox.write("app/.credlint.toml", "baseline = \"ci/known.json\"\n");
    sandbox.write("app/ci/keep.txt", "");
    create(&sandbox, &["app"]);
    let text = sandbox.read("app/ci/known.json");
    assert!(
        text.contains("\"root\": \"..\"") && text.contains("[\"a.txt\"]"),
        "{text}"
    );
    assert!(sandbox.path("app/ci/known.key").exists());
    sandbox.run(&["scan", "app"]).expect(0);
    sandbox
        .run(&[
            "scan",
            "app",
            "--baseline",
            "app/ci/known.json",
            "--no-config",
        ])
        .expect(0);
    fs::remove_file(sandbox.path("app/a.txt")).unwrap();
    let report = sandbox.report(&["app"]);
    assert_eq!(
        report["unused_suppressions"][0]["path"],
        "app/ci/known.json"
    );
}

#[test]
fn update_keeps_what_was_said_and_accepts_nothing_in_silence() {
    let sandbox = accepted();
    edit(
        &sandbox,
        "\"reason\":\"known\"",
        "\"reason\":\"asked\",\"owner\":\"me\"",
    );
    fs::rename(sandbox.path("src/a.txt"), sandbox.path("src/z.txt")).unwrap();
    fs::remove_file(sandbox.path("tests/b.txt")).unwrap();
    sandbox.write("src/new.txt", octopost(3));
    let before = sandbox.read(FILE);
    let run = sandbox.run(&["baseline", "update", "--dry-run"]).expect(1);
    let dropped = format!("dropped: {RULE} (tests/b.txt): matches nothing");
    let new = format!("src/new.txt:1:1: {RULE} (critical)");
    for line in [
        &dropped,
        &format!("new: {new}"),
        "would write",
        "1 new not accepted",
    ] {
        assert!(run.stdout.contains(line), "no {line} in {run:?}");
    }
    assert_eq!(sandbox.read(FILE), before);
    sandbox.run(&["baseline", "update"]).expect(1);
    let left = entries(&sandbox);
    assert_eq!(left.len(), 1);
    assert_eq!(
        (&left[0]["reason"], &left[0]["owner"]),
        (&json!("asked"), &json!("me"))
    );
    assert_eq!(left[0]["paths"], json!(["src/z.txt"]), "where it is now");
    assert_eq!(sandbox.findings(&[]).len(), 1, "still reported");
    let add = ["baseline", "update", "--add", "--reason", "later"];
    let run = sandbox.run(&add).expect(0);
    assert!(run.stdout.contains(&format!("accepted: {new}")), "{run:?}");
    let all = entries(&sandbox);
    let mut reasons: Vec<&str> = all.iter().map(|e| e["reason"].as_str().unwrap()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["asked", "later"]);
    sandbox.run(&["scan"]).expect(0);
    let run = sandbox.run(&["baseline", "update"]).expect(0);
    assert!(run.stdout.contains("stays as it is: 2 entries"), "{run:?}");
}

#[test]
fn update_of_a_part_leaves_the_rest() {
    let sandbox = accepted();
    fs::remove_file(sandbox.path("tests/b.txt")).unwrap();
    sandbox.write("lib/a.txt", octopost(1));
    sandbox.run(&["baseline", "update", "lib"]).expect(0);
    let all = entries(&sandbox);
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(all[0]["paths"], json!(["lib/a.txt", "src/a.txt"]));
}

#[test]
fn update_accepts_again_what_has_run_out_only_when_told() {
    let sandbox = accepted();
    edit(
        &sandbox,
        "\"reason\":\"known\"",
        "\"reason\":\"old\",\"until\":\"2020-01-01\"",
    );
    sandbox.run(&["baseline", "update"]).expect(1);
    assert_eq!(sandbox.findings(&[]).len(), 1);
    sandbox
        .run(&["baseline", "update", "--add", "--until", "2999-01-01"])
        .expect(0);
    sandbox.run(&["scan"]).expect(0);
    let all = entries(&sandbox);
    let renewed = all.iter().find(|e| e["until"] == "2999-01-01").unwrap();
    assert_eq!(renewed["reason"], "old");
}

#[test]
fn check_tells_what_is_wrong() {
    let sandbox = accepted();
    let run = sandbox.run(&["baseline", "check"]).expect(0);
    assert!(
        run.stdout
            .contains("2 entries, each with a reason and of use"),
        "{run:?}"
    );
    edit(&sandbox, ",\"reason\":\"known\"", "");
    edit(
        &sandbox,
        "\"reason\":\"known\"",
        "\"reason\":\"known\",\"until\":\"2020-01-01\"",
    );
    let run = sandbox.run(&["baseline", "check"]).expect(1);
    for line in [
        &format!("{FILE}:5: this entry ({RULE}) has no reason"),
        &format!("{FILE}:6: this entry ({RULE} in tests/b.txt) ran out on 2020-01-01"),
        "2 entries, 2 faults",
    ] {
        assert!(run.stdout.contains(line), "no {line} in {run:?}");
    }
    fs::remove_file(sandbox.path("tests/b.txt")).unwrap();
    let run = sandbox.run(&["baseline", "check"]).expect(1);
    assert!(run.stdout.contains("matches nothing"), "{run:?}");
    let none = Sandbox::with("a.txt", octopost(1));
    for command in ["check", "update", "prune"] {
        none.run(&["baseline", command])
            .fails_with(&["there is no baseline here", "credlint baseline create"]);
    }
}

#[test]
fn prune_drops_what_is_stale_or_has_run_out() {
    let sandbox = accepted();
    fs::remove_file(sandbox.path("tests/b.txt")).unwrap();
    let before = sandbox.read(FILE);
    let run = sandbox.run(&["baseline", "prune", "--dry-run"]).expect(0);
    assert!(run.stdout.contains("would write"), "{run:?}");
    let run = sandbox.run(&["baseline", "prune", "src"]).expect(0);
    assert!(
        run.stdout.contains("stays as it is"),
        "a part tells nothing: {run:?}"
    );
    assert_eq!(sandbox.read(FILE), before);
    sandbox.run(&["baseline", "prune"]).expect(0);
    assert_eq!(entries(&sandbox).len(), 1);
    assert_eq!(notes(&sandbox.report(&[])), [""; 0]);
    edit(&sandbox, "\"reason\":\"known\"", "\"until\":\"2020-01-01\"");
    let run = sandbox.run(&["baseline", "prune"]).expect(0);
    assert!(run.stdout.contains("ran out on 2020-01-01"), "{run:?}");
    assert_eq!(written(&sandbox)["entries"], json!([]));
    assert_eq!(places(&sandbox.report(&[])).len(), 1);
}

#[test]
fn the_file_is_as_its_schema_says() {
    let sandbox = accepted();
    let schema = sandbox
        .run(&["rules", "schema", "baseline"])
        .expect(0)
        .json();
    let schema = validator_for(&schema).unwrap();
    let errors = |value: &Value| -> Vec<String> {
        schema.iter_errors(value).map(|e| e.to_string()).collect()
    };
    assert_eq!(errors(&written(&sandbox)), [""; 0]);
    create(
        &sandbox,
        &[
            "--force",
            "--key-in-file",
            "--owner",
            "me",
            "--until",
            "2030-01-01",
        ],
    );
    assert_eq!(errors(&written(&sandbox)), [""; 0]);
    let mut wrong = written(&sandbox);
    wrong["entries"][0]["fingerprnt"] = json!("x");
    assert!(!schema.is_valid(&wrong));
}

#[test]
fn an_empty_project_has_an_empty_baseline() {
    let sandbox = Sandbox::with("a.txt", "nothing\n");
    create(&sandbox, &[]);
    assert_eq!(entries(&sandbox), [Value::Null; 0]);
    assert!(sandbox.path(KEY_FILE).exists());
    sandbox.run(&["scan"]).expect(0);
}
