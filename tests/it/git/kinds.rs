//! Repositories that are kept in other ways than most.

use std::fs;

use super::{Repo, found, line};
use crate::sandbox::Sandbox;

const RULE: &str = "octopost-live-key";

#[test]
fn a_folder_without_a_repository_is_an_error() {
    let sandbox = Sandbox::new();
    for command in ["staged", "history"] {
        let run = sandbox.run(&["git", command]);
        run.fails_with(&["there is no git repository in ."]);
    }
}

#[test]
fn an_empty_repository_has_nothing() {
    let repo = Repo::new();
    let run = repo.run(&["history"]).expect(0);
    assert!(
        run.stderr.contains("note: the repository has no commits"),
        "{run:#?}"
    );
    repo.run(&["range", "main..HEAD"])
        .fails_with(&["`main` names no commit"]);
}

#[test]
fn a_subfolder_is_in_the_repository() {
    let repo = Repo::new();
    repo.commit_file("src/a.py", line(1));
    let args = ["git", "history", "--format", "json"];
    let mut command = repo.sandbox.command(&args);
    let run = crate::sandbox::Run::of(command.current_dir(repo.sandbox.path("src")));
    assert_eq!(found(&run.json()).len(), 1);
    assert!(
        found(&run.json())[0].starts_with("src/a.py:1"),
        "paths begin at the top"
    );
}

#[test]
fn a_bare_repository_has_a_history() {
    let repo = Repo::new();
    repo.commit_file("a.py", line(1));
    let bare = repo.sandbox.path("../bare.git");
    repo.git(&["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    let report = repo.report(&["history", bare.to_str().unwrap()]);
    assert_eq!(found(&report), [format!("a.py:1:8 {RULE} (write a.py)")]);
}

#[test]
fn a_linked_work_tree_has_an_index_and_a_head_of_its_own() {
    let repo = Repo::new();
    repo.commit_file("a.txt", "a\n");
    let tree = repo.sandbox.path("../linked");
    repo.git(&[
        "worktree",
        "add",
        "--quiet",
        "--detach",
        tree.to_str().unwrap(),
    ]);
    fs::write(tree.join("b.py"), line(1)).unwrap();
    let git = |args: &[&str]| {
        let mut command = repo.command("", args);
        crate::sandbox::Run::of(command.current_dir(&tree)).expect(0)
    };
    git(&["add", "b.py"]);
    let linked = tree.to_str().unwrap();
    assert_eq!(
        repo.findings(&["staged", "--repository", linked]),
        [format!("b.py:1:8 {RULE}")]
    );
    assert_eq!(repo.findings(&["staged"]), [""; 0]);
    git(&["commit", "--quiet", "--message", "detached"]);
    // Only the linked tree's HEAD leads to it.
    assert_eq!(
        repo.findings(&["history"]),
        [format!("b.py:1:8 {RULE} (detached)")]
    );
}

#[test]
fn objects_may_be_borrowed() {
    let repo = Repo::new();
    repo.commit_file("a.py", line(1));
    repo.git(&["rm", "--quiet", "a.py"]);
    repo.commit("remove");
    repo.git(&["repack", "--quiet", "-a", "-d"]);
    let clone = repo.sandbox.path("../clone");
    repo.git(&["clone", "--quiet", "--shared", ".", clone.to_str().unwrap()]);
    assert!(clone.join(".git/objects/info/alternates").exists());
    let report = repo.report(&["history", clone.to_str().unwrap()]);
    assert_eq!(found(&report), [format!("a.py:1:8 {RULE} (write a.py)")]);
}

#[test]
fn names_of_objects_may_be_longer() {
    let repo = Repo::init(&["--object-format=sha256", "--initial-branch=main"]);
    repo.commit_file("a.py", line(1));
    repo.commit_file("b.txt", "b\n".repeat(2000));
    repo.commit_file("b.txt", format!("{}{}", "b\n".repeat(2000), line(2)));
    let expected = [
        format!("a.py:1:8 {RULE} (write a.py)"),
        format!("b.txt:2001:8 {RULE} (write b.txt)"),
    ];
    assert_eq!(repo.findings(&["history"]), expected);
    repo.git(&["repack", "--quiet", "-a", "-d", "-f"]);
    assert_eq!(repo.findings(&["history"]), expected);
    repo.add("c.py", line(3));
    assert_eq!(repo.findings(&["staged"]), [format!("c.py:1:8 {RULE}")]);
    assert_eq!(
        repo.findings(&["range", "HEAD~1.."]),
        [format!("b.txt:2001:8 {RULE} (write b.txt)")]
    );
}

#[test]
fn a_shallow_clone_is_incomplete_and_says_so() {
    let repo = Repo::new();
    repo.commit_file("a.py", line(1));
    repo.commit_file("b.py", line(2));
    let clone = repo.sandbox.path("../clone");
    let url = format!("file://{}", repo.sandbox.path("").display());
    repo.git(&[
        "clone",
        "--quiet",
        "--depth=1",
        &url,
        clone.to_str().unwrap(),
    ]);
    let clone = clone.to_str().unwrap();
    let run = repo.run(&["history", clone]).expect(2);
    assert!(run.stderr.contains("git fetch --unshallow"), "{run:#?}");
    assert_eq!(
        run.json()["findings"].as_array().unwrap().len(),
        2,
        "what is there is looked at"
    );
    let run = repo.run(&["range", "--repository", clone, "HEAD~1..HEAD"]);
    run.fails_with(&["HEAD~1"]);
    let first = repo.git(&["rev-parse", "HEAD~1"]);
    let run = repo.run(&["range", "--repository", clone, &format!("{first}..HEAD")]);
    run.fails_with(&["is not in this clone", "fetch-depth: 0"]);
    let zeros = format!("{}..HEAD", "0".repeat(40));
    let run = repo.run(&["range", "--repository", clone, &zeros]);
    run.fails_with(&["builds on is not in this clone", "git fetch --unshallow"]);
}

#[test]
fn a_partial_clone_is_incomplete_and_says_so() {
    let repo = Repo::new();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    repo.commit_file("a.py", line(1));
    repo.git(&["rm", "--quiet", "a.py"]);
    repo.commit("remove");
    let clone = repo.sandbox.path("../clone");
    let url = format!("file://{}", repo.sandbox.path("").display());
    repo.git(&[
        "clone",
        "--quiet",
        "--filter=blob:none",
        "--no-checkout",
        &url,
        clone.to_str().unwrap(),
    ]);
    let run = repo.run(&["history", clone.to_str().unwrap()]).expect(2);
    assert!(run.stderr.contains("a.py: blob"), "{run:#?}");
    assert!(
        run.stderr.contains("git fetch --refetch --no-filter"),
        "{run:#?}"
    );
}

#[test]
fn a_staged_object_that_is_missing_is_an_error() {
    let repo = Repo::new();
    repo.add("a.py", line(1));
    let id = repo.git(&["rev-parse", ":a.py"]);
    fs::remove_file(
        repo.sandbox
            .path(format!(".git/objects/{}/{}", &id[..2], &id[2..])),
    )
    .unwrap();
    let run = repo.run(&["staged"]).expect(2);
    assert!(run.stderr.contains("a.py: blob"), "{run:#?}");
}

#[test]
fn a_split_index_is_a_clear_error() {
    let repo = Repo::new();
    repo.add("a.py", line(1));
    repo.git(&["update-index", "--split-index"]);
    repo.run(&["staged"])
        .fails_with(&["git update-index --no-split-index"]);
}

#[test]
fn reftables_are_a_clear_error() {
    let repo = Repo::new();
    repo.commit_file("a.py", line(1));
    let config = repo.sandbox.path(".git/config");
    let text = fs::read_to_string(&config).unwrap();
    let text = text.replace("repositoryformatversion = 0", "repositoryformatversion = 1");
    fs::write(&config, text + "[extensions]\n\trefStorage = reftable\n").unwrap();
    repo.run(&["history"])
        .fails_with(&["reftable", "git refs migrate"]);
}
