//! A repository that would run things, if anybody asked git about it.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;

use super::{Repo, line};

/// A repository with every way of its own to have something run: each would leave the file `ran`.
#[cfg(unix)]
fn trap() -> Repo {
    let repo = Repo::new();
    repo.commit_file("a.txt", "a\n");
    let canary = repo.sandbox.path("../canary");
    let ran = repo.sandbox.path("../ran");
    fs::write(
        &canary,
        format!("#!/bin/sh\ntouch '{}'\ncat\n", ran.display()),
    )
    .unwrap();
    fs::set_permissions(&canary, fs::Permissions::from_mode(0o755)).unwrap();
    let canary = canary.to_str().unwrap();
    let config = [
        ("core.fsmonitor", canary),
        ("core.pager", canary),
        ("core.editor", canary),
        ("core.sshCommand", canary),
        ("core.gitProxy", canary),
        ("core.alternateRefsCommand", canary),
        ("diff.external", canary),
        ("diff.trap.textconv", canary),
        ("diff.trap.command", canary),
        ("filter.trap.clean", canary),
        ("filter.trap.smudge", canary),
        ("filter.trap.process", canary),
        ("filter.trap.required", "true"),
        ("merge.trap.driver", canary),
        ("credential.helper", canary),
        ("gpg.program", canary),
        ("uploadpack.packObjectsHook", canary),
        ("include.path", "/dev/zero"),
        ("includeIf.onbranch:**.path", "/dev/zero"),
    ];
    // Before the settings are there, or git would run them now.
    repo.add("b.py", line(1))
        .add(".gitattributes", "* diff=trap filter=trap merge=trap\n");
    for hook in [
        "pre-commit",
        "post-index-change",
        "reference-transaction",
        "fsmonitor-watchman",
    ] {
        fs::copy(canary, repo.sandbox.path(format!(".git/hooks/{hook}"))).unwrap();
    }
    let file = repo.sandbox.path(".git/config");
    let mut text = fs::read_to_string(&file).unwrap();
    for (key, value) in config {
        let (section, name) = key.rsplit_once('.').unwrap();
        let section = match section.split_once('.') {
            Some((section, sub)) => format!("[{section} \"{sub}\"]"),
            None => format!("[{section}]"),
        };
        text = format!("{text}{section}\n\t{name} = {value}\n");
    }
    fs::write(&file, text).unwrap();
    repo
}

#[test]
#[cfg(unix)]
fn nothing_of_a_repository_is_run() {
    let repo = trap();
    let ran = repo.sandbox.path("../ran");
    assert_eq!(repo.findings(&["staged"]), ["b.py:1:8 octopost-live-key"]);
    repo.findings(&["history"]);
    repo.findings(&["range", "HEAD..HEAD"]);
    repo.sandbox.findings(&["."]);
    assert!(!ran.exists(), "something was run");
    // The trap is one: git falls into it, once it can read the settings.
    let file = repo.sandbox.path(".git/config");
    let text = fs::read_to_string(&file)
        .unwrap()
        .replace("/dev/zero", "/dev/null");
    fs::write(&file, text).unwrap();
    let mut diff = repo.command("", &["diff", "--cached"]);
    drop(diff.output().unwrap());
    assert!(ran.exists(), "git would have run something");
}

/// Only an administrator can give files away; others have nothing to see here.
#[test]
#[cfg(unix)]
fn another_owner_does_not_matter() {
    fn give_away(path: &std::path::Path) -> std::io::Result<()> {
        std::os::unix::fs::lchown(path, Some(65_534), None)?;
        if path.is_dir() {
            for entry in fs::read_dir(path)? {
                give_away(&entry?.path())?;
            }
        }
        Ok(())
    }
    let repo = Repo::new();
    repo.commit_file("a.py", line(1));
    if give_away(&repo.sandbox.path("")).is_err() {
        return;
    }
    let refused = repo.command("", &["log"]).output().unwrap();
    assert!(
        !refused.status.success(),
        "git asks for its owner to be trusted"
    );
    repo.run(&["history"]).expect(1);
    repo.run(&["staged"]).expect(0);
}

#[test]
fn broken_repositories_are_errors_and_no_panics() {
    let make = |spoil: &dyn Fn(&Repo)| {
        let repo = Repo::new();
        repo.commit_file("a.py", line(1));
        repo.commit_file("b.txt", "b\n".repeat(1000));
        repo.git(&["repack", "--quiet", "-a", "-d"]);
        spoil(&repo);
        repo.run(&["history"])
    };
    let packs = |repo: &Repo, extension: &str| {
        let folder = fs::read_dir(repo.sandbox.path(".git/objects/pack")).unwrap();
        let mut paths = folder.map(|entry| entry.unwrap().path());
        paths
            .find(|path| path.extension().is_some_and(|e| e == extension))
            .unwrap()
    };
    let rewrite = |path: &std::path::Path, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = fs::read(path).unwrap();
        change(&mut bytes);
        fs::remove_file(path).unwrap();
        fs::write(path, bytes).unwrap();
    };
    make(&|_| {}).expect(1);
    for cut in [20, 40, 100, 200] {
        make(&|repo| rewrite(&packs(repo, "pack"), &|bytes| bytes.truncate(cut))).expect(2);
        make(&|repo| rewrite(&packs(repo, "idx"), &|bytes| bytes.truncate(cut))).expect(2);
    }
    for at in 12..60 {
        let run = make(&|repo| rewrite(&packs(repo, "pack"), &|bytes| bytes[at] ^= 0x5A));
        assert!(run.status == 2 || run.status == 1, "{at}: {run:#?}");
    }
    make(&|repo| fs::remove_file(packs(repo, "idx")).unwrap()).expect(2);
    make(&|repo| fs::write(repo.sandbox.path(".git/HEAD"), "nonsense").unwrap()).expect(2);
}
