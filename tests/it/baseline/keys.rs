//! The baseline's key, and that nothing in the file gives a secret away.

use std::fs;

use super::{FILE, KEY_FILE, accepted, create, entries, written};
use crate::sandbox::{Run, Sandbox};
use crate::secrets::{self, octopost};
use crate::worktree::tracked::git;

/// The hash of a text that anybody can compute.
fn plain_hashes(text: &str) -> Vec<String> {
    let sha = |kind| {
        let mut hasher = gix::hash::hasher(kind);
        hasher.update(text.as_bytes());
        hasher.try_finalize().unwrap().to_string()
    };
    vec![
        sha(gix::hash::Kind::Sha1),
        sha(gix::hash::Kind::Sha256),
        blake3::hash(text.as_bytes()).to_string(),
    ]
}

#[test]
fn nothing_in_the_file_gives_a_secret_away() {
    let secret = octopost(1);
    let weak = format!("Tr0ub4dor{}3", '&');
    let sandbox = Sandbox::new();
    sandbox.write("src/a.txt", &secret).write(
        "src/db.txt",
        format!("postgres://app:{weak}@db.internal/app\n"),
    );
    let report = sandbox.report(&[]);
    create(&sandbox, &[]);
    let text = sandbox.read(FILE);
    assert_eq!(entries(&sandbox).len(), 2, "{text}");
    for secret in [secret.as_str(), weak.as_str()] {
        for given in [secret, &secret[secret.len() - 4..]] {
            assert!(!text.contains(given), "{text}");
        }
        for hash in plain_hashes(secret) {
            assert!(!text.contains(&hash[..12]), "{text}");
        }
    }
    // Nor the findings' own fingerprints, which anybody can compute for a guess.
    for finding in report["findings"].as_array().unwrap() {
        assert!(
            !text.contains(finding["fingerprint"].as_str().unwrap()),
            "{text}"
        );
    }
    // And the same findings look otherwise in another project.
    let again = Sandbox::with("src/a.txt", &secret);
    create(&again, &[]);
    assert!(!text.contains(entries(&again)[0]["fingerprint"].as_str().unwrap()));
}

#[test]
fn the_key_is_in_a_file_that_git_leaves_out() {
    let sandbox = Sandbox::with("a.txt", octopost(1));
    sandbox.write(".gitignore", "*.log");
    let run = create(&sandbox, &[]);
    assert!(
        run.stdout.contains("keep it out of the repository"),
        "{run:?}"
    );
    assert_eq!(
        sandbox.read(".gitignore"),
        "*.log",
        "there is no repository"
    );
    git(&sandbox, "", &["init", "--quiet"]);
    fs::remove_file(sandbox.path(KEY_FILE)).unwrap();
    let run = create(&sandbox, &["--force"]);
    assert!(run.stdout.contains(".gitignore names it now"), "{run:?}");
    assert_eq!(sandbox.read(".gitignore"), format!("*.log\n/{KEY_FILE}\n"));
    assert!(!sandbox.read(FILE).contains(sandbox.read(KEY_FILE).trim()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(sandbox.path(KEY_FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "nobody else may read it");
    }
    // Once is enough, and a key that is there stays.
    let key = sandbox.read(KEY_FILE);
    create(&sandbox, &["--force"]);
    assert_eq!(sandbox.read(KEY_FILE), key);
    assert_eq!(sandbox.read(".gitignore").matches(KEY_FILE).count(), 1);
}

#[test]
fn a_missing_or_wrong_key_is_an_error_and_never_no_match() {
    let sandbox = accepted();
    let key = sandbox.read(KEY_FILE);
    fs::remove_file(sandbox.path(KEY_FILE)).unwrap();
    let with = |text: &str| {
        let mut command = sandbox.command(&["scan"]);
        Run::of(command.env("CREDLINT_BASELINE_KEY", text))
    };
    let missing = [
        "the key of .credlint-baseline.json is missing",
        "CREDLINT_BASELINE_KEY",
        KEY_FILE,
    ];
    sandbox.run(&["scan"]).fails_with(&missing);
    sandbox.run(&["baseline", "check"]).fails_with(&missing);
    // What CI makes of a secret that it may not see.
    with("").fails_with(&missing);
    with("wrong").fails_with(&["another key than CREDLINT_BASELINE_KEY", "help: "]);
    with(&key).expect(0);
    with(key.trim()).expect(0);
    sandbox.write(KEY_FILE, "wrong");
    sandbox
        .run(&["scan"])
        .fails_with(&["another key than .credlint-baseline.key"]);
    sandbox
        .run(&["scan", "--baseline-key", key.trim()])
        .expect(0);
    sandbox.write(KEY_FILE, "\n");
    sandbox
        .run(&["scan"])
        .fails_with(&[".credlint-baseline.key is empty"]);
    sandbox.run(&["scan", "--no-baseline"]).expect(1);
}

#[test]
fn a_fingerprint_key_is_the_baselines_too() {
    let sandbox = Sandbox::with("a.txt", octopost(1));
    let with = |key: &str, args: &[&str]| {
        let mut command = sandbox.command(args);
        Run::of(command.env("CREDLINT_FINGERPRINT_KEY", key))
    };
    with("ours", &["baseline", "create"]).expect(0);
    assert_eq!(sandbox.list(), [FILE, "a.txt"], "no key file");
    assert_eq!(written(&sandbox)["key"]["from"], "fingerprint-key");
    assert!(!sandbox.read(FILE).contains("ours"));
    with("ours", &["scan"]).expect(0);
    with("theirs", &["scan"]).fails_with(&["another key than the fingerprint key"]);
    sandbox
        .run(&["scan"])
        .fails_with(&["and none is set", "CREDLINT_FINGERPRINT_KEY"]);
    sandbox.write(".credlint.toml", "fingerprint-key = \"ours\"\n");
    sandbox.run(&["scan"]).expect(0);
}

#[test]
fn a_fingerprint_key_that_comes_later_is_told() {
    let sandbox = accepted();
    sandbox
        .run(&["scan", "--fingerprint-key", "new"])
        .fails_with(&[
            "was made with another fingerprint key, or none",
            "change it back",
        ]);
    sandbox
        .run(&[
            "baseline",
            "create",
            "--force",
            "--key-in-file",
            "--fingerprint-key",
            "new",
        ])
        .expect(0);
    sandbox
        .run(&["scan"])
        .fails_with(&["made with a fingerprint key, and none is set"]);
    sandbox.run(&["scan", "--fingerprint-key", "new"]).expect(0);
}

#[test]
fn the_key_may_be_in_the_baseline() {
    let sandbox = Sandbox::with("a.txt", octopost(1));
    create(&sandbox, &["--key-in-file"]);
    assert_eq!(sandbox.list(), [FILE, "a.txt"]);
    sandbox.run(&["scan"]).expect(0);
    assert_eq!(written(&sandbox)["key"]["from"], "here");
}

#[test]
fn neither_file_is_a_finding() {
    for args in [&[][..], &["--key-in-file"]] {
        let sandbox = Sandbox::new();
        for rule in [
            secrets::PUBLER,
            secrets::POSTIZ,
            "stripe-live-secret-key",
            "octopost-live-key",
        ] {
            let name = rule.replace('-', "_").to_uppercase();
            sandbox.write(
                format!("{rule}.env"),
                format!("{name}={}\n", secrets::of_rule(rule, 7)),
            );
        }
        create(&sandbox, args);
        assert!(entries(&sandbox).len() >= 4);
        assert_eq!(sandbox.findings(&["--min-confidence", "low"]), [""; 0]);
    }
}
