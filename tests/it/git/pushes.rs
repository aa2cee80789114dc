//! What is pushed: before it goes out, and before a server takes it.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;

use super::{Repo, found, line};
use crate::sandbox::Run;

const RULE: &str = "octopost-live-key";

fn with_input(repo: &Repo, args: &[&str], input: &str) -> Run {
    repo.sandbox.run_with_input(
        &[&["git"], args, &["--format", "json"]].concat(),
        input.as_bytes(),
    )
}

#[test]
fn a_push_is_what_the_remote_has_not_seen() {
    let repo = Repo::new();
    repo.commit_file("a.py", line(1));
    let remote = repo.sandbox.path("../remote.git");
    repo.git(&["clone", "--quiet", "--bare", ".", remote.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", remote.to_str().unwrap()]);
    repo.git(&["fetch", "--quiet", "origin"]);
    let old = repo.git(&["rev-parse", "HEAD"]);
    let new = repo.commit_file("b.py", line(2));
    let zeros = "0".repeat(40);
    let expected = [format!("b.py:1:8 {RULE} (write b.py)")];
    for line in [
        format!("refs/heads/main {new} refs/heads/main {old}\n"),
        format!("refs/heads/topic {new} refs/heads/topic {zeros}\n"),
    ] {
        let run = with_input(&repo, &["pre-push", "origin", "url"], &line);
        assert_eq!(found(&run.json()), expected, "{line}");
    }
    let gone = format!("(delete) {zeros} refs/heads/topic {old}\n");
    let run = with_input(&repo, &["pre-push"], &gone).expect(0);
    assert!(run.stderr.contains("nothing new is pushed"), "{run:#?}");
    with_input(&repo, &["pre-push"], "nonsense\n").fails_with(&["`nonsense` is no line"]);
    // A tag, with what it says.
    repo.git(&["tag", "--annotate", "v1", "--message", &line(3), &old]);
    let tag = repo.git(&["rev-parse", "v1"]);
    let run = with_input(
        &repo,
        &["pre-push", "origin"],
        &format!("refs/tags/v1 {tag} refs/tags/v1 {zeros}\n"),
    );
    assert_eq!(found(&run.json()).len(), 1, "{run:#?}");
    assert!(
        found(&run.json())[0].starts_with("tag:refs/tags/v1:1"),
        "{run:#?}"
    );
}

#[test]
#[cfg(unix)]
fn a_server_refuses_what_waits_to_be_let_in() {
    let repo = Repo::new();
    repo.commit_file("a.py", line(1));
    let server = repo.sandbox.path("../server.git");
    repo.git(&["clone", "--quiet", "--bare", ".", server.to_str().unwrap()]);
    let hook = server.join("hooks/pre-receive");
    fs::create_dir_all(server.join("hooks")).unwrap();
    let program = assert_cmd::cargo::cargo_bin!("credlint");
    fs::write(
        &hook,
        format!(
            "#!/bin/sh\nexec '{}' git pre-receive --quiet\n",
            program.display()
        ),
    )
    .unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let server = server.to_str().unwrap();
    repo.commit_file("clean.txt", "clean\n");
    Run::of(&mut repo.command("", &["push", "--quiet", server, "main"])).expect(0);
    repo.commit_file("b.py", line(2));
    let run = Run::of(&mut repo.command("", &["push", "--quiet", server, "main"])).expect(1);
    assert!(
        run.stderr.contains("b.py:1:8: critical octopost-live-key"),
        "{run:#?}"
    );
    assert!(
        !run.stderr.contains("a.py"),
        "what the server has is not told: {run:#?}"
    );
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    Run::of(&mut repo.command("", &["push", "--quiet", server, "main:new-branch"])).expect(0);
}
