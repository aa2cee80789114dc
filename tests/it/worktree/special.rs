//! Links, pipes and what may not be read.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use serde_json::json;

use super::{files, with_key_in};
use crate::sandbox::places;

#[test]
fn links_are_followed_on_request() {
    let sandbox = with_key_in(&["real/a.txt"]);
    let outside = with_key_in(&["b.txt"]);
    symlink("a.txt", sandbox.path("real/link.txt")).unwrap();
    symlink(outside.path(""), sandbox.path("elsewhere")).unwrap();
    let report = sandbox.report(&[]);
    assert_eq!(places(&report), ["real/a.txt:1:1 octopost-live-key"]);
    assert_eq!(report["scanned"]["skipped"], json!({"symbolic link": 2}));
    assert_eq!(
        files(&sandbox, &["--follow"]),
        ["elsewhere/b.txt", "real/a.txt", "real/link.txt"]
    );
    assert_eq!(
        files(&sandbox, &["real/link.txt"]),
        ["real/link.txt"],
        "a link that is named is followed"
    );
    assert_eq!(files(&sandbox, &["elsewhere"]), ["elsewhere/b.txt"]);
}

#[test]
fn a_loop_of_links_ends() {
    let sandbox = with_key_in(&["a/b.txt"]);
    symlink("..", sandbox.path("a/up")).unwrap();
    symlink("nowhere", sandbox.path("dangling")).unwrap();
    let run = sandbox
        .run(&["scan", "--follow", "--format", "json"])
        .expect(1);
    let report = run.json();
    assert_eq!(places(&report), ["a/b.txt:1:1 octopost-live-key"]);
    assert_eq!(report["errors"], json!([]));
    assert_eq!(report["scanned"]["skipped"], json!({"symbolic link": 2}));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let sandbox = with_key_in(&["a.txt"]);
    // Root may read anything, but not even root can read a process's memory at its beginning.
    symlink("/proc/self/mem", sandbox.path("unreadable")).unwrap();
    let run = sandbox.run(&["scan", "--format", "json", "a.txt", "unreadable"]);
    let run = run.fails_with(&["error: unreadable: cannot read it"]);
    let report = run.json();
    assert_eq!(places(&report).len(), 1, "the rest is scanned");
    assert_eq!(report["errors"].as_array().unwrap().len(), 1);
    assert_eq!(report["errors"][0]["path"], "unreadable");
    sandbox
        .run(&["scan", "--exit-zero", "a.txt", "unreadable"])
        .expect(2);
}

#[test]
fn a_pipe_is_not_waited_for() {
    let sandbox = with_key_in(&["a.txt"]);
    let made = Command::new("mkfifo").arg(sandbox.path("pipe")).status();
    assert!(made.unwrap().success());
    let report = sandbox.report(&[]);
    assert_eq!(places(&report).len(), 1);
    assert_eq!(report["scanned"]["skipped"], json!({"special file": 1}));
    sandbox
        .run(&["scan", "pipe"])
        .fails_with(&["nothing was scanned", "1 special file"]);
}

#[test]
fn a_tree_that_cannot_be_listed_is_an_error() {
    let sandbox = with_key_in(&["a.txt", "locked/b.txt"]);
    let closed = fs::Permissions::from_mode(0o0);
    fs::set_permissions(sandbox.path("locked"), closed).unwrap();
    let may_list = fs::read_dir(sandbox.path("locked")).is_ok();
    let run = sandbox.run(&["scan", "--format", "json"]);
    let found = places(&run.json());
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(sandbox.path("locked"), open).unwrap();
    if may_list {
        // Whoever runs this is above permissions: then the file has to be found.
        assert_eq!((run.status, found.len()), (1, 2));
    } else {
        assert_eq!((run.status, found.len()), (2, 1));
        assert!(run.stderr.contains("locked"), "{run:?}");
    }
}
