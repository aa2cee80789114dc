//! Which files are scanned, which are not, and what is said of them.

#[cfg(unix)]
mod special;
pub(crate) mod tracked;

use serde_json::json;

use crate::sandbox::{Sandbox, places};
use crate::secrets::{self, octopost};

/// A sandbox in which each of `files` holds the same key.
fn with_key_in(files: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    for file in files {
        sandbox.write(file, octopost(1));
    }
    sandbox
}

/// The paths of the files in which something is found, with these arguments.
fn files(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    let path = |place: &String| place.split(':').next().unwrap().to_owned();
    sandbox.findings(args).iter().map(path).collect()
}

#[test]
fn hidden_files_are_scanned_and_git_is_not() {
    let sandbox = with_key_in(&[
        ".env",
        ".config/app",
        "src/.hidden",
        ".git/config",
        "sub/.git/HEAD",
    ]);
    assert_eq!(files(&sandbox, &[]), [".config/app", ".env", "src/.hidden"]);
    assert_eq!(
        files(&sandbox, &["--no-ignore"]),
        [".config/app", ".env", "src/.hidden"],
        "git's own folder is no part of the work tree"
    );
}

#[test]
fn ignore_files_leave_files_out() {
    let sandbox = with_key_in(&[
        "a.txt",
        "git.txt",
        "rg.txt",
        "own.txt",
        "sub/git.txt",
        "sub/deep.txt",
        "build/x.txt",
    ]);
    sandbox
        .write(".gitignore", "git.txt\n/build/\n")
        .write(".ignore", "rg.txt\n")
        .write(".credlintignore", "# ours\nown.txt\n")
        .write("sub/.gitignore", "deep.txt\n!git.txt\n");
    assert_eq!(files(&sandbox, &[]), ["a.txt", "sub/git.txt"]);
    assert_eq!(
        files(&sandbox, &["--no-ignore"]),
        [
            "a.txt",
            "build/x.txt",
            "git.txt",
            "own.txt",
            "rg.txt",
            "sub/deep.txt",
            "sub/git.txt"
        ]
    );
}

#[test]
fn what_is_named_is_scanned() {
    let sandbox = with_key_in(&["ignored.txt", "build/x.txt", "build/y.txt", "a.txt"]);
    sandbox.write(".gitignore", "ignored.txt\n/build/\n");
    assert_eq!(
        files(&sandbox, &["ignored.txt", "build/x.txt"]),
        ["build/x.txt", "ignored.txt"]
    );
    assert_eq!(files(&sandbox, &["build"]), ["build/x.txt", "build/y.txt"]);
    assert_eq!(files(&sandbox, &["--exclude", "*.txt", "a.txt"]), ["a.txt"]);
}

#[test]
fn a_file_named_twice_is_scanned_once() {
    let sandbox = with_key_in(&["a/b.txt"]);
    let report = sandbox.report(&["a", "a/b.txt", ".", "./a/../a"]);
    assert_eq!(places(&report).len(), 1);
    assert_eq!(report["scanned"]["files"], 1);
}

#[test]
fn exclude_leaves_out_and_says_how_many() {
    let sandbox = with_key_in(&[
        "src/a.txt",
        "testdata/b.txt",
        "src/testdata/c.txt",
        "d.snap",
    ]);
    let report = sandbox.report(&["--exclude", "/testdata/", "--exclude", "*.snap"]);
    assert_eq!(places(&report).len(), 2);
    assert_eq!(report["scanned"]["skipped"], json!({"excluded": 2}));
    sandbox
        .run(&["scan", "--exclude", "a[b"])
        .fails_with(&["--exclude", "a[b"]);
}

#[test]
fn binary_files_are_searched_for_formats_only() {
    let sandbox = Sandbox::new();
    let key = octopost(3);
    let by_context = secrets::of_rule("publer-api-key", 3);
    let content = format!("\u{7f}ELF\0\0{key}\0PUBLER_API_KEY={by_context}\0\n");
    sandbox.write("a.out", &content);
    let report = sandbox.report(&[]);
    assert_eq!(places(&report), ["a.out:1:7 octopost-live-key"]);
    assert_eq!(report["scanned"]["limited"], json!({"binary": 1}));
    sandbox.write("a.out", content.replace('\0', " "));
    assert_eq!(sandbox.findings(&[]).len(), 2, "as text both are found");
}

#[test]
fn what_programs_wrote_is_searched_for_formats_only() {
    let sandbox = Sandbox::new();
    let text = format!(
        "{}\nPUBLER_API_KEY={}\npostizApiKey = '{}'\n",
        octopost(4),
        secrets::of_rule("publer-api-key", 4),
        secrets::of_rule("postiz-api-key", 4)
    );
    let generated = [
        ("Cargo.lock", "lock file"),
        ("web/package-lock.json", "lock file"),
        ("dist/app.min.js", "minified"),
        ("dist/app.js.map", "source map"),
        ("node_modules/x/index.js", "vendored"),
        ("vendor/y/z.go", "vendored"),
    ];
    for (file, _) in generated {
        sandbox.write(file, &text);
    }
    sandbox.write("dist/long.js", format!("{}{text}", "x=1;".repeat(2_000)));
    let report = sandbox.report(&[]);
    let found = places(&report);
    assert_eq!(found.len(), generated.len() + 1, "{found:#?}");
    assert!(
        found
            .iter()
            .all(|place| place.ends_with("octopost-live-key")),
        "{found:#?}"
    );
    assert_eq!(
        report["scanned"]["limited"],
        json!({"lock file": 2, "minified": 2, "source map": 1, "vendored": 2})
    );
    sandbox.write("src/app.js", &text);
    assert_eq!(
        sandbox.findings(&["src"]).len(),
        3,
        "in a file that people wrote all are found"
    );
}

#[test]
fn a_path_that_is_not_there_is_an_error_and_the_rest_is_scanned() {
    let sandbox = with_key_in(&["a.txt"]);
    let run = sandbox.run(&["scan", "--format", "json", "missing.txt", "a.txt"]);
    let run = run.fails_with(&["missing.txt", "No such file"]);
    let report = run.json();
    assert_eq!(places(&report).len(), 1);
    assert_eq!(report["errors"][0]["path"], "missing.txt");
    let run = sandbox.run(&["scan", "missing.txt"]).expect(2);
    assert!(run.stdout.contains("error: missing.txt: "), "{run:?}");
    assert!(run.stdout.contains("incomplete"), "{run:?}");
}

#[test]
fn an_unreadable_error_is_in_every_format() {
    let sandbox = Sandbox::with("a.txt", "nothing\n");
    for format in [
        "terminal", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown",
    ] {
        let run = sandbox
            .run(&["scan", "--format", format, "a.txt", "missing.txt"])
            .expect(2);
        assert!(run.stdout.contains("missing.txt"), "{format}: {run:?}");
    }
}

#[test]
fn nothing_to_scan_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox
        .run(&["scan"])
        .fails_with(&["nothing was scanned", "no file in .", "--no-ignore"]);
    sandbox.write("a.txt", "x").write(".gitignore", "*\n");
    sandbox
        .run(&["scan"])
        .fails_with(&["nothing was scanned", "ignore files"]);
    sandbox.run(&["scan", "--no-ignore"]).expect(0);
    sandbox
        .run(&["scan", "--no-ignore", "--exclude", "*"])
        .fails_with(&["nothing was scanned", "2 excluded"]);
    let run = sandbox.run(&["scan", "--format", "sarif"]).expect(2);
    assert!(run.stderr.contains("nothing was scanned"), "{run:?}");
}

#[test]
fn an_empty_file_was_scanned() {
    let run = Sandbox::with("empty.txt", "").run(&["scan"]).expect(0);
    assert!(run.stdout.contains("Scanned 1 file (0 bytes)"), "{run:?}");
}
