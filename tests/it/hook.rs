//! Hooks, installed and run by git itself.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::git::{Repo, line};
use crate::sandbox::Run;

/// A git command that finds credlint, whatever the exit status.
fn git(repo: &Repo, args: &[&str]) -> Run {
    let program = assert_cmd::cargo::cargo_bin!("credlint");
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    Run::of(repo.command("", args).env("PATH", path))
}

fn write_hook(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_commit_with_a_secret_is_refused() {
    let repo = Repo::new();
    let run = repo.sandbox.run(&["hook", "install"]).expect(0);
    assert!(run.stdout.contains("installed"), "{run:#?}");
    repo.add("a.txt", "clean\n");
    git(&repo, &["commit", "--quiet", "--message", "clean"]).expect(0);
    repo.add("a.py", line(1));
    let run = git(&repo, &["commit", "--quiet", "--message", "leak"]).expect(1);
    assert!(
        run.stderr.contains("octopost-live-key") || run.stdout.contains("octopost-live-key"),
        "{run:#?}"
    );
    // Staged and taken back in the work tree is still staged; a message alone is no content.
    repo.git(&["reset", "--quiet", "a.py"]);
    git(
        &repo,
        &["commit", "--quiet", "--allow-empty", "--message", "empty"],
    )
    .expect(0);
    // `commit --all` has an index of its own.
    repo.sandbox.write("a.txt", line(2));
    git(&repo, &["commit", "--quiet", "--all", "--message", "all"]).expect(1);
    git(&repo, &["commit", "--quiet", "--message", "one", "a.txt"]).expect(1);
}

#[test]
fn a_hook_that_is_there_is_kept_and_run() {
    let repo = Repo::new();
    let path = repo.sandbox.path(".git/hooks/pre-commit");
    let mark = repo.sandbox.path("../ran");
    write_hook(&path, &format!("touch '{}'; exit 3", mark.display()));
    let old = fs::read(&path).unwrap();
    let run = repo
        .sandbox
        .run(&["hook", "install", "--", "--min-severity", "high"])
        .expect(0);
    assert!(
        run.stdout.contains("pre-commit.before-credlint"),
        "{run:#?}"
    );
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .contains("git staged --min-severity high ||")
    );
    repo.add("a.txt", "clean\n");
    git(&repo, &["commit", "--quiet", "--message", "clean"]).expect(1);
    assert!(mark.exists(), "the old hook ran, and refused");
    repo.sandbox
        .run(&["hook", "install", "--", "--min-severity", "high"])
        .expect(0);
    repo.sandbox.run(&["hook", "install"]).expect(0);
    assert!(
        !fs::read_to_string(&path)
            .unwrap()
            .contains("--min-severity"),
        "ours is renewed"
    );
    repo.sandbox.run(&["hook", "uninstall"]).expect(0);
    assert_eq!(fs::read(&path).unwrap(), old);
    repo.sandbox
        .run(&["hook", "uninstall"])
        .fails_with(&["was not installed by credlint"]);
}

#[test]
fn nothing_is_overwritten() {
    let repo = Repo::new();
    let path = repo.sandbox.path(".git/hooks/pre-commit");
    let before = repo.sandbox.path(".git/hooks/pre-commit.before-credlint");
    write_hook(&path, "exit 0");
    write_hook(&before, "exit 1");
    let (one, other) = (fs::read(&path).unwrap(), fs::read(&before).unwrap());
    repo.sandbox
        .run(&["hook", "install"])
        .fails_with(&["is there already", "move one of them away"]);
    assert_eq!(
        (fs::read(&path).unwrap(), fs::read(&before).unwrap()),
        (one, other)
    );
}

#[test]
fn the_folder_for_hooks_may_be_elsewhere() {
    let repo = Repo::new();
    repo.git(&["config", "core.hooksPath", "tools/hooks"]);
    repo.sandbox.run(&["hook", "install"]).expect(0);
    assert!(repo.sandbox.path("tools/hooks/pre-commit").exists());
    assert!(!repo.sandbox.path(".git/hooks/pre-commit").exists());
    repo.sandbox.run(&["hook", "uninstall"]).expect(0);
    assert!(!repo.sandbox.path("tools/hooks/pre-commit").exists());
    repo.sandbox
        .run(&["hook", "uninstall"])
        .fails_with(&["there is no"]);
    // Or where the user's own settings say.
    repo.git(&["config", "--unset", "core.hooksPath"]);
    let home = repo.sandbox.path("../home");
    let shared = home.join("hooks");
    fs::write(
        home.join(".gitconfig"),
        format!("[core]\n\thooksPath = {}\n", shared.display()),
    )
    .unwrap();
    repo.sandbox.run(&["hook", "install"]).expect(0);
    assert!(shared.join("pre-commit").exists());
}

#[test]
fn a_push_with_a_secret_is_refused_and_both_hooks_hear_of_it() {
    let repo = Repo::new();
    repo.commit_file("a.txt", "clean\n");
    let remote = repo.sandbox.path("../remote.git");
    repo.git(&["clone", "--quiet", "--bare", ".", remote.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", remote.to_str().unwrap()]);
    let heard = repo.sandbox.path("../heard");
    let path = repo.sandbox.path(".git/hooks/pre-push");
    write_hook(
        &path,
        &format!("echo \"$1\" >'{0}'; cat >>'{0}'", heard.display()),
    );
    repo.sandbox
        .run(&["hook", "install", "--type", "pre-push"])
        .expect(0);
    repo.commit_file("b.txt", "clean\n");
    git(&repo, &["push", "--quiet", "origin", "main"]).expect(0);
    let text = fs::read_to_string(&heard).unwrap();
    assert!(text.starts_with("origin\nrefs/heads/main "), "{text}");
    repo.commit_file("c.py", line(1));
    git(&repo, &["push", "--quiet", "origin", "main"]).expect(1);
}

#[test]
fn without_credlint_nothing_gets_through() {
    let repo = Repo::new();
    repo.sandbox.run(&["hook", "install"]).expect(0);
    repo.add("a.txt", "clean\n");
    let run =
        Run::of(&mut repo.command("", &["commit", "--quiet", "--message", "clean"])).expect(1);
    assert!(
        run.stderr.contains("credlint is not on the PATH"),
        "{run:#?}"
    );
}
