//! What a range of commits adds.

use serde_json::json;

use super::{Repo, found, line};

const RULE: &str = "octopost-live-key";

/// Two commits on main, and on `topic` three that add two secrets and take one away again.
fn topic() -> Repo {
    let repo = Repo::new();
    repo.commit_file("a.py", line(1));
    repo.commit_file("b.txt", "b\n");
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.commit_file("a.py", format!("{}{}", line(1), line(2)));
    repo.commit_file("c.py", line(3));
    repo.git(&["rm", "--quiet", "c.py"]);
    repo.commit("remove c.py");
    repo
}

#[test]
fn each_commit_is_looked_at_and_only_what_it_adds() {
    let repo = topic();
    let expected = [
        format!("a.py:2:8 {RULE} (write a.py)"),
        format!("c.py:1:8 {RULE} (write c.py)"),
    ];
    for args in [
        &["range", "main..topic"][..],
        &["range", "main.."],
        &["range", "--since-merge-base", "main"],
    ] {
        assert_eq!(repo.findings(args), expected, "{args:?}");
    }
    let report = repo.report(&["range", "main.."]);
    let at_head = |n: usize| &report["findings"][n]["introduced"]["at_head"];
    assert_eq!((at_head(0), at_head(1)), (&json!(true), &json!(false)));
    assert_eq!(report["scanned"]["commits"], 3);
    let all = repo.findings(&["range", "main..", "--whole-files"]);
    assert_eq!(all.len(), 3, "{all:#?}");
}

#[test]
fn what_main_gained_since_is_no_part_of_it() {
    let repo = topic();
    repo.git(&["checkout", "--quiet", "main"]);
    repo.commit_file("main.py", line(4));
    repo.git(&["checkout", "--quiet", "topic"]);
    repo.git(&["merge", "--quiet", "--no-edit", "main"]);
    assert_eq!(
        repo.findings(&["range", "main.."]).len(),
        2,
        "a merge adds what neither side has"
    );
}

#[test]
fn a_merge_may_add_something_itself() {
    let repo = topic();
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["merge", "--quiet", "--no-commit", "--no-ff", "topic"]);
    repo.add("merge.py", line(5));
    repo.commit("merge topic");
    let found = repo.findings(&["range", "topic..main"]);
    assert_eq!(found, [format!("merge.py:1:8 {RULE} (merge topic)")]);
}

#[test]
fn messages_and_tags_are_looked_at() {
    let repo = topic();
    repo.commit(&format!("with {}", line(6)));
    let found = repo.findings(&["range", "HEAD~1.."]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("commit:"), "{found:#?}");
}

#[test]
fn what_the_tip_allows_is_allowed() {
    let repo = topic();
    let allow = format!(
        "{}# {}:allow {RULE} -- made up\n{}",
        line(1),
        "credlint",
        line(2)
    );
    repo.commit_file("a.py", allow);
    let report = repo.report(&["range", "main.."]);
    assert_eq!(found(&report), [format!("c.py:1:8 {RULE} (write c.py)")]);
    assert_eq!(report["suppressed"][0]["kind"], "inline");
}

#[test]
fn a_new_branch_is_what_no_other_reference_has() {
    let repo = topic();
    let zeros = format!("{}..topic", "0".repeat(40));
    assert_eq!(repo.findings(&["range", &zeros]).len(), 2);
    repo.git(&["branch", "copy"]);
    assert_eq!(
        repo.findings(&["range", &zeros]).len(),
        2,
        "a copy hides nothing"
    );
    repo.git(&["checkout", "--quiet", "--orphan", "root"]);
    repo.commit("root");
    let zeros = format!("{}..root", "0".repeat(40));
    assert_eq!(
        repo.findings(&["range", &zeros]).len(),
        2,
        "all of its first commit"
    );
}

#[test]
fn ranges_that_are_none_are_errors() {
    let repo = topic();
    for (range, words) in [
        ("main", "write BASE..TIP"),
        ("main...topic", "write BASE..TIP"),
        ("nothing..topic", "`nothing` names no commit"),
        ("main..nothing", "`nothing` names no commit"),
    ] {
        repo.run(&["range", range]).fails_with(&[words]);
    }
    let run = repo.run(&["range", "topic..main"]).expect(0);
    assert!(
        run.stderr.contains("note: the range has no commits"),
        "{run:#?}"
    );
    let unknown = format!("{}..topic", "12".repeat(20));
    repo.run(&["range", &unknown])
        .fails_with(&["is not in this clone", "git fsck"]);
    repo.run(&["range"]).fails_with(&["<RANGE>"]);
}

/// The findings of `range --ci` with these variables.
fn ci(repo: &Repo, variables: &[(&str, &str)]) -> crate::sandbox::Run {
    let args = ["git", "range", "--ci", "--format", "json"];
    let mut command = repo.sandbox.command(&args);
    crate::sandbox::Run::of(command.envs(variables.iter().copied()))
}

fn github(repo: &Repo, event: &str, payload: &serde_json::Value) -> crate::sandbox::Run {
    let path = repo.sandbox.path("../event.json");
    std::fs::write(&path, payload.to_string()).unwrap();
    let head = repo.git(&["rev-parse", "HEAD"]);
    let path = path.to_str().unwrap();
    ci(
        repo,
        &[
            ("GITHUB_EVENT_NAME", event),
            ("GITHUB_EVENT_PATH", path),
            ("GITHUB_SHA", &head),
        ],
    )
}

#[test]
fn github_and_gitlab_say_which_commits_are_meant() {
    let repo = topic();
    let (main, head) = (
        repo.git(&["rev-parse", "main"]),
        repo.git(&["rev-parse", "HEAD"]),
    );
    let expected = ["a.py", "c.py"];
    let check = |run: crate::sandbox::Run| {
        let found = found(&run.json());
        let paths: Vec<&str> = found.iter().filter_map(|f| f.split(':').next()).collect();
        assert_eq!(paths, expected, "{run:#?}");
    };
    check(github(
        &repo,
        "push",
        &json!({ "before": main, "after": head }),
    ));
    check(github(
        &repo,
        "push",
        &json!({ "before": "0".repeat(40), "after": head }),
    ));
    let forced = github(
        &repo,
        "push",
        &json!({ "before": "12".repeat(20), "after": head }),
    );
    assert!(
        forced
            .stderr
            .contains("is not in this clone; looking at all that no other"),
        "{forced:#?}"
    );
    check(forced);
    let request = json!({ "pull_request": { "base": { "sha": main }, "head": { "sha": head } } });
    check(github(&repo, "pull_request", &request));
    check(github(&repo, "pull_request_target", &request));
    check(github(
        &repo,
        "merge_group",
        &json!({ "merge_group": { "base_sha": main, "head_sha": head } }),
    ));
    github(&repo, "schedule", &json!({})).fails_with(&["credlint git history"]);
    let gitlab = [("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_SHA", &head)];
    check(ci(
        &repo,
        &[&gitlab[..], &[("CI_COMMIT_BEFORE_SHA", &main)]].concat(),
    ));
    ci(&repo, &[]).fails_with(&["GITHUB_EVENT_NAME"]);
}
