//! Everything that a repository has ever had.

use std::fs;

use serde_json::json;

use super::{Repo, found, line};

const RULE: &str = "octopost-live-key";

#[test]
fn what_was_removed_is_found_where_it_came_in() {
    let repo = Repo::new();
    repo.commit_file("a.py", "print(1)\n");
    let commit = repo.commit_file("src/a.py", format!("print(1)\n{}", line(1)));
    repo.git(&["rm", "--quiet", "src/a.py"]);
    repo.commit("remove it");
    let report = repo.report(&["history"]);
    assert_eq!(
        found(&report),
        [format!("src/a.py:2:8 {RULE} (write src/a.py)")]
    );
    let introduced = &report["findings"][0]["introduced"];
    assert_eq!(introduced["commit"], json!(commit));
    assert_eq!(introduced["author"], "Jane Doe <jane@example.org>");
    assert!(
        introduced["date"]
            .as_str()
            .unwrap()
            .starts_with("2024-05-01T00:"),
        "{introduced}"
    );
    assert_eq!(
        (&introduced["at_head"], &introduced["paths"]),
        (&json!(false), &json!(["src/a.py"]))
    );
    assert_eq!(report["scanned"]["commits"], 3);
    repo.run(&["history"]).expect(1);
}

#[test]
fn what_is_still_there_is_told_where_it_stands_and_where_it_came_from() {
    let repo = Repo::new();
    repo.commit_file("old.py", line(1));
    repo.git(&["mv", "old.py", "new.py"]);
    repo.commit("move it");
    repo.add("new.py", format!("print(1)\n{}", line(1)));
    repo.commit("edit it");
    let report = repo.report(&["history"]);
    assert_eq!(
        found(&report),
        [format!("new.py:2:8 {RULE} (write old.py)")]
    );
    let introduced = &report["findings"][0]["introduced"];
    assert_eq!(introduced["at_head"], true);
    assert_eq!(introduced["paths"], json!(["new.py", "old.py"]));
}

#[test]
fn a_secret_may_come_in_anywhere() {
    let repo = Repo::new();
    let text: String = (0..40).map(|n| format!("line {n}\n")).collect();
    repo.commit_file("base.txt", &text);
    // On a branch that is not merged.
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.commit_file("side.py", line(1));
    repo.git(&["checkout", "--quiet", "main"]);
    // In a file that is renamed and edited at once.
    repo.git(&["mv", "base.txt", "renamed.txt"]);
    repo.add("renamed.txt", format!("{text}{}", line(2)));
    repo.commit("rename and edit");
    // Under attributes that leave it out of every difference.
    repo.add(".gitattributes", "* -diff binary\n")
        .add("nodiff.py", line(3));
    repo.commit("hide from diffs");
    // In a message.
    repo.commit(&format!("tried {}", line(4)));
    // In the annotation of a tag.
    repo.git(&["tag", "--annotate", "v1", "--message", &line(5)]);
    // In two stashes, the older of which only the log of the newer one leads to.
    for number in [6, 7] {
        repo.add("stash.py", line(number));
        repo.git(&["stash", "--quiet"]);
    }
    // In a note.
    repo.git(&["notes", "add", "--message", &line(8), "HEAD"]);
    // In a merge that has what neither of its parents has.
    repo.git(&["checkout", "--quiet", "-b", "other", "HEAD~1"]);
    repo.commit_file("other.txt", "other\n");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["merge", "--quiet", "--no-commit", "--no-ff", "other"]);
    repo.add("other.txt", line(9));
    repo.commit("merge other");
    let report = repo.report(&["history"]);
    let found = found(&report);
    let name = |place: &str| {
        let mut places = found.iter().filter(|found| found.starts_with(place));
        let one = places
            .next()
            .unwrap_or_else(|| panic!("no {place} in {found:#?}"));
        assert_eq!(places.next(), None, "{place} once");
        one.rsplit_once(" (")
            .unwrap()
            .1
            .trim_end_matches(')')
            .to_owned()
    };
    assert_eq!(name("side.py"), "write side.py");
    assert_eq!(name("renamed.txt:41"), "rename and edit");
    assert_eq!(name("nodiff.py"), "hide from diffs");
    assert!(name("commit:").starts_with("tried "));
    assert!(
        name("tag:v1").starts_with("tried "),
        "the commit that is tagged"
    );
    assert_eq!(name("other.txt"), "merge other");
    let stashes = found
        .iter()
        .filter(|found| found.starts_with("stash.py"))
        .count();
    assert_eq!(stashes, 2, "{found:#?}");
    let notes = found
        .iter()
        .filter(|found| found.contains("Notes added"))
        .count();
    assert_eq!(notes, 1, "{found:#?}");
    assert_eq!(found.len(), 9, "{found:#?}");
}

#[test]
fn one_secret_is_told_once_however_many_versions_have_it() {
    let repo = Repo::new();
    for version in 0..5 {
        repo.commit_file("a.py", format!("{}# {version}\n", line(1)));
    }
    repo.commit_file("b.py", line(1));
    repo.git(&["rm", "--quiet", "a.py", "b.py"]);
    repo.commit("remove");
    let report = repo.report(&["history"]);
    assert_eq!(found(&report), [format!("a.py:1:8 {RULE} (write a.py)")]);
    assert_eq!(
        report["findings"][0]["introduced"]["paths"],
        json!(["a.py", "b.py"])
    );
    assert_eq!(report["scanned"]["files"], 6, "each content once");
}

#[test]
fn what_is_allowed_now_is_allowed_in_history() {
    let repo = Repo::new();
    repo.commit_file("a.py", line(1));
    let allow = format!("# {}:allow {RULE} -- made up\n{}", "credlint", line(1));
    repo.commit_file("a.py", allow);
    let report = repo.report(&["history"]);
    assert_eq!(found(&report), [""; 0]);
    assert_eq!(report["suppressed"].as_array().unwrap().len(), 1);
    repo.run(&["history"]).expect(0);
}

#[test]
fn checks_look_at_what_is_checked_out() {
    let repo = Repo::new();
    let code = "import requests\nrequests.get('http://app.publer.com/api/v1/posts')\n";
    repo.commit_file("old.py", code);
    repo.git(&["mv", "old.py", "new.py"]);
    repo.commit("move");
    let found = repo.findings(&["history", "--rule", "plain-http"]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("new.py:2:"), "{found:#?}");
}

#[test]
fn reflogs_and_stray_objects_are_looked_at_on_request() {
    let repo = Repo::new();
    repo.commit_file("a.txt", "a\n");
    repo.commit_file("b.py", line(1));
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    assert_eq!(repo.findings(&["history"]), [""; 0]);
    assert_eq!(
        repo.findings(&["history", "--reflog"]),
        [format!("b.py:1:8 {RULE} (write b.py)")]
    );
    fs::remove_dir_all(repo.sandbox.path(".git/logs")).unwrap();
    assert_eq!(repo.findings(&["history", "--reflog"]), [""; 0]);
    let stray = repo.findings(&["history", "--unreachable"]);
    assert_eq!(stray, [format!("b.py:1:8 {RULE} (write b.py)")]);
    repo.git(&["repack", "--quiet", "-a", "-d", "--keep-unreachable"]);
    assert_eq!(repo.findings(&["history", "--unreachable"]), stray);
}

#[test]
fn members_of_archives_are_found_too() {
    let repo = Repo::new();
    let mut zip = crate::archives::zip_of("inner/a.py", line(1).as_bytes());
    repo.commit_file("a.zip", &zip);
    zip.clear();
    repo.git(&["rm", "--quiet", "a.zip"]);
    repo.commit("remove");
    let found = repo.findings(&["history"]);
    assert_eq!(
        found,
        [format!("a.zip!inner/a.py:1:8 {RULE} (write a.zip)")]
    );
}

#[test]
fn excluded_paths_are_left_out_and_counted() {
    let repo = Repo::new();
    repo.add("fixtures/a.py", line(1))
        .add("a.py", line(2))
        .add("generated/b.py", line(3));
    repo.sandbox.write(".credlintignore", "generated/\n");
    repo.commit("all");
    let report = repo.report(&["history", "--exclude", "fixtures"]);
    assert_eq!(found(&report), [format!("a.py:1:8 {RULE} (all)")]);
    assert_eq!(
        report["scanned"]["skipped"]["excluded"], 4,
        "in the tree and in history"
    );
}

#[test]
fn a_submodule_has_a_history_of_its_own() {
    let repo = Repo::new();
    let sub = repo.sandbox.path("../sub");
    fs::create_dir(&sub).unwrap();
    let run = |args: &[&str]| {
        let mut command = repo.command("", args);
        crate::sandbox::Run::of(command.current_dir(&sub)).expect(0);
    };
    run(&["init", "--quiet"]);
    fs::write(sub.join("a.py"), line(1)).unwrap();
    run(&["add", "a.py"]);
    run(&["commit", "--quiet", "--message", "in the submodule"]);
    run(&["rm", "--quiet", "a.py"]);
    run(&["commit", "--quiet", "--message", "removed"]);
    repo.git(&["submodule", "--quiet", "add", "../sub", "libs/sub"]);
    repo.commit("add the submodule");
    let report = repo.report(&["history"]);
    assert_eq!(
        found(&report),
        [format!("libs/sub/a.py:1:8 {RULE} (in the submodule)")]
    );
    // One that is not here is told.
    let clone = repo.sandbox.path("../clone");
    repo.git(&[
        "clone",
        "--quiet",
        "--no-local",
        ".",
        clone.to_str().unwrap(),
    ]);
    let report = repo.report(&["history", clone.to_str().unwrap()]);
    assert_eq!(found(&report), [""; 0]);
    assert_eq!(report["scanned"]["skipped"]["submodule"], 1);
}
