//! Reports: where they go, and what they are beside.

use std::fs;

use crate::sandbox::{Run, Sandbox};
use crate::secrets::octopost;

const ESCAPE: char = '\u{1b}';

fn project() -> Sandbox {
    Sandbox::with("a.txt", format!("key = {}\n", octopost(1)))
}

#[test]
fn several_at_once() {
    let sandbox = project();
    let outputs: Vec<String> = super::FORMATS
        .iter()
        .map(|f| format!("--output={f}=out/{f}.txt"))
        .collect();
    fs::create_dir(sandbox.path("out")).unwrap();
    let mut args = vec!["scan", "a.txt"];
    args.extend(outputs.iter().map(String::as_str));
    let run = sandbox.run(&args).expect(1);
    assert!(
        run.stdout.contains("critical[octopost-live-key]"),
        "{run:?}"
    );
    assert_eq!(run.stderr, "");
    // A file holds what standard output would have shown. The clock is in two of them.
    for format in super::FORMATS
        .into_iter()
        .filter(|f| !["terminal", "gitlab"].contains(f))
    {
        let written = sandbox.read(&format!("out/{format}.txt"));
        // Only a run that writes SARIF computes what SARIF carries.
        let shown = sandbox.run(&[
            "scan",
            "a.txt",
            "--format",
            format,
            "--output",
            "sarif=out/x",
        ]);
        assert_eq!(written, shown.stdout, "{format}");
    }
    assert!(
        sandbox
            .read("out/terminal.txt")
            .contains("1 finding in 1 file")
    );
    assert!(
        sandbox
            .read("out/gitlab.txt")
            .contains("\"vulnerabilities\"")
    );
}

#[test]
fn a_clean_report_is_a_report() {
    let sandbox = Sandbox::with("a.txt", "nothing\n");
    for format in super::FORMATS {
        let run = sandbox.run(&["scan", "--format", format]).expect(0);
        assert!(!run.stdout.is_empty(), "{format}");
        assert_eq!(run.stderr, "", "{format}");
    }
}

#[test]
fn an_output_that_cannot_be_written_leaves_what_was_there() {
    let sandbox = project();
    sandbox.write("out/report.json", "before");
    let before = sandbox.list();
    sandbox
        .run(&["scan", "a.txt", "--output", "json=none/report.json"])
        .fails_with(&["cannot write none/report.json"]);
    sandbox
        .run(&["scan", "a.txt", "--output", "sarif=out"])
        .fails_with(&["cannot write out"]);
    assert_eq!(sandbox.list(), before, "no temporary file is left");
    // An error before the scan touches no output.
    sandbox
        .run(&[
            "scan",
            "--rule",
            "nonsense",
            "--output",
            "json=out/report.json",
        ])
        .expect(2);
    assert_eq!(sandbox.read("out/report.json"), "before");
    sandbox
        .run(&["scan", "a.txt", "--output", "json=out/report.json"])
        .expect(1);
    assert!(
        sandbox
            .read("out/report.json")
            .contains("octopost-live-key")
    );
    assert_eq!(fs::read_dir(sandbox.path("out")).unwrap().count(), 1);
}

#[test]
fn outputs_are_checked_before_the_scan() {
    let sandbox = project();
    sandbox
        .run(&["scan", "-o", "json"])
        .fails_with(&["FORMAT=PATH"]);
    sandbox
        .run(&["scan", "-o", "jsn=x"])
        .fails_with(&["`jsn` is no format", "sarif"]);
    sandbox
        .run(&["scan", "-f", "jsn"])
        .fails_with(&["`jsn` is no format"]);
    sandbox
        .run(&["scan", "-o", "json=x", "-o", "sarif=x"])
        .fails_with(&["two reports would be written to x"]);
    assert_eq!(sandbox.list(), ["a.txt"]);
}

#[test]
fn quiet_is_a_line_a_finding() {
    let sandbox = project();
    sandbox.write("b.txt", format!("\n\n   {}", octopost(2)));
    let run = sandbox.run(&["scan", "--quiet"]).expect(1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{run:?}");
    assert!(
        lines[0].starts_with("a.txt:1:7: critical octopost-live-key "),
        "{run:?}"
    );
    assert!(
        lines[1].starts_with("b.txt:3:4: critical octopost-live-key "),
        "{run:?}"
    );
    let run = Sandbox::with("clean.txt", "x")
        .run(&["scan", "-q"])
        .expect(0);
    assert_eq!((&*run.stdout, &*run.stderr), ("", ""));
    let run = sandbox.run(&["scan", "-q", "missing"]).expect(2);
    assert!(
        run.stdout.contains("missing"),
        "an error is never silent: {run:?}"
    );
    sandbox
        .run(&["scan", "-q", "-v"])
        .fails_with(&["cannot be used with"]);
}

#[test]
fn colours_are_for_terminals_and_on_request() {
    let sandbox = project();
    let colourful = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = sandbox.command(&[&["scan"], args].concat());
        Run::of(command.envs(variables.iter().copied()))
            .expect(1)
            .stdout
            .contains(ESCAPE)
    };
    assert!(!colourful(&[], &[]), "a pipe is no terminal");
    assert!(colourful(&["--color", "always"], &[]));
    assert!(
        colourful(&["--color=always"], &[("NO_COLOR", "1")]),
        "the command line goes first"
    );
    assert!(!colourful(&["--color=never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colourful(
        &["--color=auto"],
        &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]
    ));
    let args = ["scan", "--color=always", "--output=terminal=plain.txt"];
    sandbox.run(&args).expect(1);
    assert!(
        !sandbox.read("plain.txt").contains(ESCAPE),
        "a file is plain"
    );
    for format in super::FORMATS
        .into_iter()
        .filter(|format| *format != "terminal")
    {
        assert!(
            !colourful(&["--color=always", "--format", format], &[]),
            "{format}"
        );
    }
}

#[test]
fn only_the_report_is_on_standard_output() {
    let sandbox = project();
    sandbox.write(".credlint.toml", "");
    for format in ["json", "sarif", "gitlab"] {
        let run = sandbox
            .run(&["scan", "--verbose", "--format", format, "a.txt", "missing"])
            .expect(2);
        assert!(run.json().is_object(), "{format}");
        assert!(run.stderr.contains("configuration: "), "{run:?}");
        assert!(run.stderr.contains("error: missing: "), "{run:?}");
    }
    let run = sandbox.run(&["scan", "--format", "jsonl"]).expect(1);
    let lines = run.stdout.lines();
    let types: Vec<serde_json::Value> = lines
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["type"].clone())
        .collect();
    assert_eq!(types, ["finding", "summary"]);
}

#[test]
fn json_is_as_its_schema_says() {
    let sandbox = project();
    let allow = concat!("credlint:", "allow");
    sandbox.write(
        "b.py",
        format!(
            "k = '{}'  # {allow} octopost-live-key -- mine\nx # {allow} octopost-live-key -- y\n",
            octopost(4)
        ),
    );
    let schema = sandbox.run(&["rules", "schema", "report"]).expect(0).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let check = |instance: &serde_json::Value| {
        let errors: Vec<String> = validator
            .iter_errors(instance)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    };
    let run = sandbox
        .run(&["scan", "--format", "json", "--show-secrets", ".", "missing"])
        .expect(2);
    let report = run.json();
    for key in [
        "findings",
        "suppressed",
        "unused_suppressions",
        "errors",
        "rules",
    ] {
        assert_eq!(report[key].as_array().unwrap().len(), 1, "{key}");
    }
    check(&report);
    let run = sandbox
        .run(&["scan", "--format", "jsonl", ".", "missing"])
        .expect(2);
    assert_eq!(run.stdout.lines().count(), 5);
    run.stdout
        .lines()
        .for_each(|line| check(&serde_json::from_str(line).unwrap()));
    assert!(
        !validator.is_valid(&serde_json::json!({"version": 1})),
        "the schema says something"
    );
}
