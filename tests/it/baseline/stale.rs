//! Entries that have become of no use, and scans that cannot tell.

use std::fs;

use super::{FILE, RULE, accepted, create, edit, entries, notes};
use crate::archives::build::zip;
use crate::sandbox::{Run, Sandbox, places};
use crate::secrets::{self, octopost};

#[test]
fn an_entry_that_matches_nothing_is_noted_at_its_line() {
    let sandbox = accepted();
    fs::remove_file(sandbox.path("tests/b.txt")).unwrap();
    let line = 1 + sandbox
        .read(FILE)
        .lines()
        .position(|l| l.contains("tests/b.txt"))
        .unwrap();
    for args in [&[][..], &["."], &["src", "."]] {
        let found = notes(&sandbox.report(args));
        assert_eq!(found.len(), 1, "{args:?}");
        let wanted = format!("{line}: this entry ({RULE} in tests/b.txt) matches nothing");
        assert!(found[0].starts_with(&wanted), "{found:?}");
    }
    let run = sandbox.run(&["scan"]).expect(0);
    assert!(
        run.stdout
            .contains(&format!("note: {FILE}:{line}: this entry")),
        "{run:?}"
    );
    let sarif = sandbox.run(&["scan", "--format", "sarif"]).expect(0).json();
    let told = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert!(
        told["message"]["text"]
            .as_str()
            .unwrap()
            .contains("matches nothing"),
        "{told}"
    );
}

#[test]
fn a_scan_of_a_part_calls_nothing_stale() {
    let sandbox = accepted();
    fs::remove_file(sandbox.path("tests/b.txt")).unwrap();
    for args in [&["src"][..], &["src/a.txt"], &["src", "tests"]] {
        assert_eq!(notes(&sandbox.report(args)), [""; 0], "{args:?}");
    }
    let mut command = sandbox.command(&["scan", "--format", "json"]);
    let report = Run::of(command.current_dir(sandbox.path("src"))).json();
    assert_eq!(report["unused_suppressions"].as_array().unwrap().len(), 0);
    let run = sandbox.run_with_input(&["scan", "-", "--format", "json"], b"nothing\n");
    assert_eq!(notes(&run.json()), [""; 0]);
}

#[test]
fn nor_does_one_that_leaves_something_out() {
    let sandbox = accepted();
    for args in [
        &["--exclude", "tests"][..],
        &["--exclude-rule", RULE],
        &["--provider", "postiz"],
        &["--rule", "postiz-oauth-token"],
    ] {
        assert_eq!(notes(&sandbox.report(args)), [""; 0], "{args:?}");
    }
    sandbox.write(".gitignore", "tests/\n");
    assert_eq!(notes(&sandbox.report(&[])), [""; 0], "ignored, and there");
    fs::remove_dir_all(sandbox.path("tests")).unwrap();
    assert_eq!(notes(&sandbox.report(&[])).len(), 1, "ignored, and gone");
}

#[test]
fn nor_does_one_that_leaves_archives_out() {
    let sandbox = Sandbox::with("a.zip", zip("inner.txt", octopost(1).as_bytes()));
    create(&sandbox, &[]);
    assert_eq!(entries(&sandbox)[0]["paths"][0], "a.zip!inner.txt");
    sandbox.run(&["scan"]).expect(0);
    assert_eq!(notes(&sandbox.report(&["--no-archives"])), [""; 0]);
    sandbox.write("a.zip", zip("inner.txt", b"nothing"));
    assert_eq!(notes(&sandbox.report(&[])).len(), 1);
}

#[test]
fn nor_does_one_that_could_not_read_something() {
    let sandbox = accepted();
    sandbox.write("tests/b.txt", "");
    sandbox.write("broken.zip", [&b"PK\x03\x04"[..], &[0xff; 40]].concat());
    let report = sandbox.report(&[]);
    assert_eq!(report["errors"].as_array().unwrap().len(), 1, "{report}");
    assert_eq!(notes(&report), [""; 0]);
}

#[test]
fn an_entry_that_has_run_out_accepts_nothing() {
    let sandbox = Sandbox::with("a.txt", octopost(1));
    create(&sandbox, &["--until", "2026-03-04"]);
    let on = |seconds: &str, args: &[&str]| {
        let mut command = sandbox.command(args);
        Run::of(command.env("SOURCE_DATE_EPOCH", seconds))
    };
    // The last second of that day, and the first after it.
    on("1772668799", &["scan"]).expect(0);
    let report = on("1772668800", &["scan", "--format", "json"])
        .expect(1)
        .json();
    assert_eq!(places(&report), [format!("a.txt:1:1 {RULE}")]);
    let found = notes(&report);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("ran out on 2026-03-04"), "{found:?}");
    // A scan of a part can tell that, too.
    let report = on("1772668800", &["scan", "--format", "json", "a.txt"]).json();
    assert_eq!(notes(&report).len(), 1);
}

#[test]
fn an_entry_that_cannot_be_followed_accepts_nothing_and_is_told() {
    let sandbox = accepted();
    edit(&sandbox, "\"reason\":\"known\"", "\"reasn\":\"known\"");
    let report = sandbox.report(&[]);
    assert_eq!(places(&report), [format!("src/a.txt:1:6 {RULE}")]);
    let found = notes(&report);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("5: ") && found[0].contains("unknown field `reasn`"),
        "{found:?}"
    );
    // Commands that write would lose it.
    let before = sandbox.read(FILE);
    for command in [&["update", "--add"][..], &["prune"]] {
        let run = sandbox.run(&[&["baseline"], command].concat());
        run.fails_with(&[".credlint-baseline.json:5: ", "unknown field `reasn`"]);
    }
    assert_eq!(sandbox.read(FILE), before);
}

#[test]
fn a_rule_that_is_gone_is_told() {
    let sandbox = accepted();
    edit(&sandbox, RULE, "octopost-old-key");
    fs::remove_file(sandbox.path("src/a.txt")).unwrap();
    let found = notes(&sandbox.report(&[]));
    assert!(
        found[0].contains("is of a rule that there is not"),
        "{found:?}"
    );
}

#[test]
fn a_baseline_that_cannot_be_read_is_an_error() {
    let sandbox = accepted();
    let good = sandbox.read(FILE);
    for (text, words) in [
        (
            good.replace("\"version\": 1", "\"version\": 9"),
            "version 9 of the form",
        ),
        (
            good.replace("  \"entries\": [", "<<<<<<< HEAD\n  \"entries\": ["),
            ":4: a merge is not finished",
        ),
        (good.replace("  ]", ""), "help: "),
        (String::new(), ":1: "),
    ] {
        sandbox.write(FILE, text);
        sandbox.run(&["scan"]).fails_with(&[FILE, words]);
    }
    sandbox
        .run(&["scan", "--baseline", "none.json"])
        .fails_with(&[
            "cannot read the baseline none.json",
            "credlint baseline create",
        ]);
    sandbox.write(".credlint.toml", "baseline = \"gone.json\"\n");
    sandbox.run(&["scan"]).fails_with(&["gone.json"]);
    sandbox
        .run(&["scan", "--baseline", FILE, "--no-baseline"])
        .fails_with(&["cannot be used with"]);
}

#[test]
fn two_branches_merge() {
    // One entry a line: what git makes of two branches that each accept something.
    let sandbox = accepted();
    let base = sandbox.read(FILE);
    sandbox.write("src/c.txt", secrets::of_rule("postiz-oauth-token", 1));
    sandbox.run(&["baseline", "update", "--add"]).expect(0);
    let added: Vec<String> = sandbox
        .read(FILE)
        .lines()
        .filter(|line| !base.contains(line.trim_end_matches(',')))
        .map(str::to_owned)
        .collect();
    assert_eq!(added.len(), 1, "{added:?}");
    // Twice the same, as where both sides accepted it.
    let entry = added[0].trim_end_matches(',');
    let twice = base.replace(
        "\"entries\": [\n",
        &format!("\"entries\": [\n{entry},\n{entry},\n"),
    );
    sandbox.write(FILE, twice);
    let report = sandbox.report(&[]);
    assert_eq!((places(&report), notes(&report)), (vec![], vec![]));
    sandbox.run(&["baseline", "update"]).expect(0);
    assert_eq!(entries(&sandbox).len(), 3);
}
