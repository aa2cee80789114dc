//! Files of credentials that git tracks, in repositories that git itself made.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox, places};
use crate::secrets::octopost;

const CHECK: &str = "secret-file-committed";

/// Runs git in a folder of the tree, with nothing of the machine's or the user's configuration.
pub(crate) fn git(sandbox: &Sandbox, folder: &str, args: &[&str]) {
    let mut command = Command::new("git");
    command
        .args(["-c", "protocol.file.allow=always"])
        .args(args)
        .current_dir(sandbox.path(folder))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", sandbox.path("../home"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "a")
        .env("GIT_AUTHOR_EMAIL", "a@example.org")
        .env("GIT_COMMITTER_NAME", "a")
        .env("GIT_COMMITTER_EMAIL", "a@example.org");
    Run::of(&mut command).expect(0);
}

/// A repository in which git tracks `app/.env` and nothing else, in a tree of several files like it.
fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    let env = format!("PORT=80\nOCTOPOST_API_KEY={}\n", octopost(1));
    for file in [
        "app/.env",
        "app/.env.local",
        "app/.env.example",
        "other/secrets.json",
    ] {
        sandbox.write(file, &env);
    }
    git(&sandbox, "", &["init", "--quiet"]);
    git(&sandbox, "", &["add", "app/.env", "app/.env.example"]);
    sandbox
}

/// What the check finds, each as `path:line:column rule`.
fn committed(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    committed_of(&sandbox.report(args))
}

fn committed_of(report: &Value) -> Vec<String> {
    let mut places = places(report);
    places.retain(|place| place.ends_with(CHECK));
    places
}

const FOUND: [&str; 1] = ["app/.env:2:18 secret-file-committed"];

#[test]
fn a_file_that_git_tracks_is_told() {
    let sandbox = repository();
    let report = sandbox.report(&["--verbose"]);
    assert_eq!(committed_of(&report), FOUND);
    let findings = report["findings"].as_array().unwrap();
    let keys = findings.iter().filter(|f| f["rule"] == "octopost-live-key");
    assert_eq!(keys.count(), 4, "those of the credentials stay: {report:#}");
    let finding = findings.iter().find(|f| f["rule"] == CHECK).unwrap();
    assert_eq!(finding["severity"], "high");
    let message = finding["message"].as_str().unwrap();
    for word in ["`app/.env`", "holds a credential", "git rm --cached"] {
        assert!(message.contains(word), "{message}");
    }
    assert!(!report.to_string().contains(&octopost(1)), "{report:#}");
    git(&sandbox, "", &["commit", "--quiet", "-m", "a"]);
    assert_eq!(committed(&sandbox, &[]), FOUND);
    git(&sandbox, "", &["rm", "--quiet", "--cached", "app/.env"]);
    assert!(committed(&sandbox, &[]).is_empty());
}

#[test]
fn several_credentials_are_one_finding() {
    let sandbox = repository();
    sandbox.write(
        "app/.env",
        format!("A={}\nB={}\n", octopost(2), octopost(3)),
    );
    let report = sandbox.report(&[]);
    assert_eq!(
        committed_of(&report),
        ["app/.env:1:3 secret-file-committed"]
    );
    assert!(
        report.to_string().contains("which holds 2 credentials"),
        "{report:#}"
    );
}

#[test]
fn from_wherever_it_is_scanned() {
    let sandbox = repository();
    assert_eq!(committed(&sandbox, &["app"]), FOUND);
    assert_eq!(committed(&sandbox, &["app/.env"]), FOUND);
    let inside = |args: &[&str]| {
        let args = [&["scan", "--format", "json"], args].concat();
        let mut command = sandbox.command(&args);
        committed_of(&Run::of(command.current_dir(sandbox.path("app"))).json())
    };
    assert_eq!(inside(&["."]), [".env:2:18 secret-file-committed"]);
    assert_eq!(inside(&[".env"]), [".env:2:18 secret-file-committed"]);
    assert_eq!(
        inside(&["../app"]),
        ["../app/.env:2:18 secret-file-committed"]
    );
    let absolute = sandbox.path("app");
    let found = committed(&sandbox, &[absolute.to_str().unwrap()]);
    assert!(found.len() == 1 && found[0].starts_with('/'), "{found:?}");
    let fingerprint = |args: &[&str]| {
        let report = sandbox.report(args);
        let findings = report["findings"].as_array().unwrap();
        let finding = findings.iter().find(|f| f["rule"] == CHECK).unwrap();
        finding["fingerprint"].clone()
    };
    assert_eq!(
        fingerprint(&["."]),
        fingerprint(&[absolute.to_str().unwrap()])
    );
}

#[test]
fn what_git_does_not_track_is_not() {
    let sandbox = repository();
    sandbox.write(".gitignore", "app/.env\n");
    git(&sandbox, "", &["rm", "--quiet", "--cached", "app/.env"]);
    assert!(
        committed(&sandbox, &[]).is_empty(),
        "ignored, and not scanned"
    );
    assert!(committed(&sandbox, &["app/.env"]).is_empty(), "ignored");
    assert!(
        committed(&sandbox, &["app/.env.local"]).is_empty(),
        "not added"
    );
    let alone = Sandbox::with(".env", format!("A={}\n", octopost(4)));
    assert!(committed(&alone, &[]).is_empty(), "in no repository");
    git(&alone, "", &["init", "--quiet"]);
    assert!(
        committed(&alone, &[]).is_empty(),
        "a repository without an index"
    );
    let input = format!("A={}\n", octopost(5));
    let args = ["scan", "-", "--stdin-filename=app/.env", "--format=json"];
    let run = sandbox.run_with_input(&args, input.as_bytes());
    assert!(committed_of(&run.json()).is_empty(), "standard input");
}

#[test]
fn only_a_file_of_credentials() {
    let sandbox = repository();
    sandbox.write("app/.env", "OCTOPOST_API_KEY=your_key_here\nPORT=80\n");
    assert!(committed(&sandbox, &[]).is_empty(), "placeholders");
    sandbox.write("app/main.js", format!("f('{}')\n", octopost(6)));
    git(&sandbox, "", &["add", "--all"]);
    assert_eq!(
        committed(&sandbox, &[]),
        [
            "app/.env.local:2:18 secret-file-committed",
            "other/secrets.json:2:18 secret-file-committed"
        ]
    );
}

#[test]
fn it_is_selected_and_suppressed_like_the_others() {
    let sandbox = repository();
    let rules = |args: &[&str]| places(&sandbox.report(args));
    assert_eq!(
        rules(&["--rule", CHECK]),
        FOUND,
        "and none of the credentials"
    );
    assert_eq!(rules(&["--rule", CHECK, "--provider", "octopost"]), FOUND);
    assert!(rules(&["--rule", CHECK, "--provider", "publer"]).is_empty());
    assert!(committed(&sandbox, &["--exclude-rule", CHECK]).is_empty());
    assert!(rules(&["--rule", CHECK, "--min-severity", "critical"]).is_empty());
    sandbox.write(
        ".credlint.toml",
        format!("[rule.{CHECK}]\nseverity = 'low'\n"),
    );
    let report = sandbox.report(&["--rule", CHECK]);
    assert_eq!(report["findings"][0]["severity"], "low");
    sandbox.write(
        ".credlint.toml",
        "[rule.octopost-live-key]\nenabled = false\n",
    );
    assert!(
        rules(&["--rule", CHECK]).is_empty(),
        "no credential for this project"
    );
    sandbox.write(".credlint.toml", "");
    let allow = concat!("credlint:", "allow");
    sandbox.write(
        "app/.env",
        format!("# {allow} {CHECK} -- a test server\nA={}\n", octopost(7)),
    );
    let report = sandbox.report(&[]);
    assert!(committed_of(&report).is_empty());
    assert_eq!(
        report["suppressed"].as_array().unwrap().len(),
        1,
        "{report:#}"
    );
    assert_eq!(report["unused_suppressions"].as_array().unwrap().len(), 0);
}

#[test]
fn linked_work_trees_and_submodules_have_an_index_elsewhere() {
    let sandbox = repository();
    git(&sandbox, "", &["commit", "--quiet", "-m", "a"]);
    git(&sandbox, "", &["worktree", "add", "--quiet", "../linked"]);
    let linked = sandbox.path("../linked");
    assert!(linked.join(".git").is_file());
    let args = ["scan", "--format=json", "."];
    let run = Run::of(sandbox.command(&args).current_dir(&linked));
    assert_eq!(committed_of(&run.json()), FOUND);
    let outer = Sandbox::new();
    git(&outer, "", &["init", "--quiet"]);
    let url = sandbox.path("");
    git(
        &outer,
        "",
        &["submodule", "--quiet", "add", url.to_str().unwrap(), "sub"],
    );
    assert!(outer.path("sub/.git").is_file());
    assert_eq!(
        committed(&outer, &[]),
        ["sub/app/.env:2:18 secret-file-committed"]
    );
}

#[test]
fn indexes_of_every_version_are_read() {
    let sandbox = repository();
    for version in ["2", "3", "4"] {
        git(&sandbox, "", &["update-index", "--index-version", version]);
        assert_eq!(committed(&sandbox, &[]), FOUND, "{version}");
    }
    let sandbox = Sandbox::with("app/.env", format!("\n\nA={}\n", octopost(8)));
    git(&sandbox, "", &["init", "--quiet", "--object-format=sha256"]);
    git(&sandbox, "", &["add", "--all"]);
    assert_eq!(
        committed(&sandbox, &[]),
        ["app/.env:3:3 secret-file-committed"]
    );
}

#[test]
fn a_broken_index_is_one_error() {
    let sandbox = repository();
    let index = sandbox.path(".git/index");
    let whole = fs::read(&index).unwrap();
    fs::write(&index, &whole[..whole.len() / 2]).unwrap();
    let run = sandbox.run(&["scan", "--format", "json"]);
    let run = run.fails_with(&[".git/index", "cannot tell which files git tracks"]);
    let report = run.json();
    assert_eq!(report["errors"].as_array().unwrap().len(), 1, "{report:#}");
    let rest = places(&report);
    let keys = rest.iter().filter(|p| p.ends_with("octopost-live-key"));
    assert_eq!(keys.count(), 4, "the rest is reported: {rest:#?}");
    assert!(committed_of(&report).is_empty());
    fs::remove_file(&index).unwrap();
    fs::create_dir(&index).unwrap();
    sandbox.run(&["scan"]).expect(2);
    // It is read only for whom it is of use.
    sandbox.run(&["scan", "app/.env.example"]).expect(1);
    sandbox.run(&["scan", "--exclude-rule", CHECK]).expect(1);
}

#[test]
fn a_repository_cannot_lead_astray() {
    let sandbox = Sandbox::with(".env", format!("A={}\n", octopost(9)));
    for pointer in [
        "",
        "gitdir:",
        "gitdir: //host/share\n",
        "gitdir: \\\\host\\share\n",
    ] {
        sandbox.write(".git", pointer);
        let run = sandbox.run(&["scan", "--format", "json"]).expect(2);
        assert_eq!(run.json()["errors"][0]["path"], ".git", "{pointer:?}");
    }
    sandbox.write(".git", "gitdir: nowhere\n");
    sandbox.run(&["scan"]).expect(1);
    #[cfg(unix)]
    {
        // It has no end.
        sandbox.write("git/HEAD", "");
        std::os::unix::fs::symlink("/dev/zero", sandbox.path("git/index")).unwrap();
        sandbox.write(".git", "gitdir: git\n");
        sandbox.run(&["scan"]).fails_with(&[]);
    }
}
