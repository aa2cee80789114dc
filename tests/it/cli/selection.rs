//! Exit status, and which findings and rules count.

use std::process::Stdio;

use crate::sandbox::{Run, Sandbox, rules};
use crate::secrets;

/// Findings from note to critical.
fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    for (file, rule) in [
        ("critical.txt", "octopost-live-key"),
        ("high.txt", "postiz-client-secret"),
        ("low.txt", "octopost-test-key"),
        ("note.txt", "publisher-token-id"),
    ] {
        sandbox.write(file, secrets::of_rule(rule, 1));
    }
    sandbox
}

#[test]
fn the_status_is_0_1_or_2() {
    let sandbox = project();
    sandbox.write("clean.txt", "nothing\n");
    sandbox.run(&["scan", "clean.txt"]).expect(0);
    sandbox.run(&["scan"]).expect(1);
    sandbox.run(&["scan", "missing.txt"]).expect(2);
    sandbox.run(&["scan", "--no-such-option"]).expect(2);
    sandbox.run(&["no-such-command"]).expect(2);
    let none: [&str; 0] = [];
    sandbox.run(&none).expect(2);
}

#[test]
fn fail_on_draws_the_line() {
    let sandbox = project();
    let status = |args: &[&str]| sandbox.run(&[&["scan"], args].concat()).status;
    // Low, where nothing is said.
    assert_eq!(status(&["note.txt"]), 0);
    assert_eq!(status(&["low.txt"]), 1);
    for (least, file, wanted) in [
        ("note", "note.txt", 1),
        ("medium", "low.txt", 0),
        ("medium", "high.txt", 1),
        ("high", "high.txt", 1),
        ("critical", "high.txt", 0),
        ("critical", "critical.txt", 1),
    ] {
        assert_eq!(
            status(&["--fail-on", least, file]),
            wanted,
            "{least} {file}"
        );
    }
    // It is shown all the same.
    let run = sandbox.run(&["scan", "--fail-on", "critical", "high.txt"]);
    assert!(run.stdout.contains("postiz-client-secret"), "{run:?}");
    sandbox
        .run(&["scan", "--fail-on", "hihg"])
        .fails_with(&["`hihg` is no severity", "high"]);
}

#[test]
fn exit_zero_excuses_findings_only() {
    let sandbox = project();
    let run = sandbox.run(&["scan", "--exit-zero"]).expect(0);
    assert!(run.stdout.contains("4 findings"), "{run:?}");
    sandbox
        .run(&["scan", "--exit-zero", "missing.txt"])
        .expect(2);
    sandbox
        .run(&["scan", "--exit-zero", "--rule", "nonsense"])
        .expect(2);
}

#[test]
fn thresholds_hide_findings() {
    let sandbox = project();
    let found = |args: &[&str]| rules(&sandbox.report(args));
    assert_eq!(
        found(&["--min-severity", "high"]),
        ["octopost-live-key", "postiz-client-secret"]
    );
    assert_eq!(
        found(&["--min-severity", "critical"]),
        ["octopost-live-key"]
    );
    assert_eq!(found(&["--min-severity", "note"]).len(), 4);
    sandbox
        .run(&["scan", "--min-severity", "critical", "high.txt"])
        .expect(0);
    // A guess worth a look: a key that a block, and not its own name, gives to a provider.
    let key = secrets::of_rule("publer-api-key", 1);
    sandbox.write("guess.yaml", format!("publer:\n  api_key: {key}\n"));
    let report = sandbox.report(&["guess.yaml"]);
    assert_eq!(report["findings"][0]["confidence"], "medium");
    assert_eq!(found(&["--min-confidence", "high", "guess.yaml"]), [""; 0]);
    assert_eq!(
        found(&["--min-confidence", "medium", "guess.yaml"]).len(),
        1
    );
    assert_eq!(found(&["--min-confidence", "high"]).len(), 4);
}

#[test]
fn rules_and_providers_are_chosen() {
    let sandbox = project();
    let found = |args: &[&str]| rules(&sandbox.report(args));
    assert_eq!(
        found(&["--rule", "octopost-live-key"]),
        ["octopost-live-key"]
    );
    let both = [
        "--rule",
        "octopost-live-key",
        "--rule",
        "publisher-token-id",
    ];
    assert_eq!(found(&both), ["octopost-live-key", "publisher-token-id"]);
    assert_eq!(found(&["--exclude-rule", "octopost-live-key"]).len(), 3);
    assert_eq!(
        found(&["--provider", "octopost"]),
        ["octopost-live-key", "octopost-test-key"]
    );
    let but = [
        "--provider",
        "octopost",
        "--exclude-rule",
        "octopost-test-key",
    ];
    assert_eq!(found(&but), ["octopost-live-key"]);
    assert_eq!(
        sandbox.report(&["--rule", "octopost-live-key"])["scanned"]["rules"],
        1
    );
}

#[test]
fn an_unknown_id_is_an_error_that_names_the_nearest() {
    let sandbox = project();
    for args in [
        ["--rule", "octopost-live-kye"],
        ["--exclude-rule", "octopst-live-key"],
    ] {
        let run = sandbox.run(&[&["scan"], &args[..]].concat());
        run.fails_with(&["no rule", args[1], "did you mean `octopost-live-key`?"]);
    }
    sandbox
        .run(&["scan", "--provider", "publerr"])
        .fails_with(&["no provider `publerr`", "did you mean `publer`?"]);
    sandbox
        .run(&["scan", "--ouput", "x"])
        .fails_with(&["--output"]);
}

#[test]
fn standard_input_has_a_name() {
    let sandbox = Sandbox::new();
    let key = secrets::of_rule("publer-api-key", 2);
    let text = format!("a = 1\npublerApiKey = {key}\n");
    let scan = |args: &[&str]| {
        let run = sandbox.run_with_input(
            &[&["scan", "-", "--format", "json"], args].concat(),
            text.as_bytes(),
        );
        run.json()
    };
    let report = scan(&[]);
    assert_eq!(report["findings"][0]["location"]["path"], "stdin");
    assert_eq!(report["findings"][0]["location"]["start"]["line"], 2);
    let report = scan(&["--stdin-filename", "deploy/.env"]);
    assert_eq!(report["findings"][0]["location"]["path"], "deploy/.env");
    // The name decides how it is read.
    assert_eq!(
        rules(&scan(&["--stdin-filename", "package-lock.json"])),
        [""; 0]
    );
    sandbox.run_with_input(&["scan", "-"], b"").expect(0);
    sandbox.write("a.txt", "x");
    sandbox
        .run(&["scan", "-", "a.txt"])
        .fails_with(&["`-` stands alone"]);
}

#[test]
fn standard_input_may_be_large() {
    let key = secrets::octopost(3);
    let mut input = b"a line like any other\n".repeat(500_000);
    input.extend_from_slice(key.as_bytes());
    let sandbox = Sandbox::new();
    let run = sandbox
        .run_with_input(&["scan", "-", "--format", "sarif"], &input)
        .expect(1);
    let region = &run.json()["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 500_001);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::new();
    let keys: String = (0..3_000).map(|n| secrets::octopost(n) + "\n").collect();
    sandbox.write("many.txt", keys);
    for format in super::FORMATS {
        let mut command = sandbox.command(&["scan", "--format", format]);
        let (reader, writer) = std::io::pipe().unwrap();
        command.stdout(writer).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        drop((reader, command));
        let run = Run::new(child.wait_with_output().unwrap()).expect(0);
        assert_eq!(run.stderr, "", "{format}");
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let sandbox = Sandbox::new();
    for number in 0..60 {
        let text = format!(
            "OCTOPOST_API_KEY={}\nPUBLER_API_KEY={}\n",
            secrets::octopost(number % 7),
            secrets::of_rule("publer-api-key", number)
        );
        sandbox.write(format!("{}/{number}.env", number % 9), text);
    }
    for format in super::FORMATS
        .into_iter()
        .filter(|format| *format != "terminal")
    {
        let run = |threads: &str| {
            let args = [
                "scan",
                "--format",
                format,
                "--threads",
                threads,
                ".",
                "missing",
            ];
            let mut command = sandbox.command(&args);
            Run::of(command.env("SOURCE_DATE_EPOCH", "1700000000"))
                .expect(2)
                .stdout
        };
        let one = run("1");
        assert!(one.len() > 1_000, "{format}");
        assert_eq!(one, run("2"), "{format}");
        assert_eq!(one, run("8"), "{format}");
    }
    sandbox
        .run(&["scan", "--threads", "0"])
        .fails_with(&["--threads"]);
}
