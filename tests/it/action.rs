//! The script behind the GitHub Action, with the environment that a runner gives it.
//!
//! Most tests put a program in credlint's place that only writes down what it was told.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packaging;
use crate::sandbox::{Run, Sandbox};
use crate::secrets;

/// Writes its arguments to the file `told`, and its reports as credlint does.
const STUB: &str = r#"#!/bin/bash
[ "$*" = --version ] && { echo "credlint 9.9.9"; exit; }
printf '%s\n' "$@" >"$HOME/told"
exit "${STUB_STATUS:-0}"
"#;

struct Runner {
    sandbox: Sandbox,
    variables: Vec<(String, String)>,
    script: PathBuf,
}

impl Runner {
    /// A runner with the defaults of action.yml, and `STUB` for credlint.
    fn new(event: &str) -> Self {
        let sandbox = Sandbox::with("../home/stub", STUB);
        let stub = sandbox.path("../home/stub");
        fs::set_permissions(&stub, fs::Permissions::from_mode(0o755)).unwrap();
        sandbox.write("../home/outputs", "");
        let mut runner = Self {
            variables: Vec::new(),
            script: Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/action/run.sh"),
            sandbox,
        };
        for (name, default) in packaging::inputs() {
            runner.input(&name, &default);
        }
        runner.input("binary", stub.to_str().unwrap());
        runner.set("GITHUB_EVENT_NAME", event);
        runner.set("RUNNER_OS", "Linux");
        runner.set("RUNNER_ARCH", "X64");
        for (name, file) in [
            ("GITHUB_OUTPUT", "outputs"),
            ("GITHUB_STEP_SUMMARY", "summary"),
        ] {
            let path = runner.home(file);
            runner.set(name, path.to_str().unwrap());
        }
        runner
    }

    /// A runner with the real program, which scans the files of the tree.
    fn real() -> Self {
        let mut runner = Self::new("push");
        let program = assert_cmd::cargo::cargo_bin!("credlint");
        runner.input("binary", program.to_str().unwrap());
        runner.input("mode", "tree");
        runner
    }

    fn home(&self, file: &str) -> PathBuf {
        self.sandbox.path("../home").join(file)
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    fn input(&mut self, name: &str, value: &str) -> &mut Self {
        assert!(packaging::inputs().contains_key(name), "{name}");
        let name = name.to_uppercase().replace('-', "_");
        self.set(&format!("INPUT_{name}"), value);
        self
    }

    fn command(&self, args: &[&str]) -> Command {
        // The sandbox's environment, with bash for the program.
        let like = self.sandbox.command(&[] as &[&str]);
        let mut command = Command::new("bash");
        command.arg(&self.script).args(args);
        command.current_dir(like.get_current_dir().unwrap());
        command.env_clear();
        for (name, value) in like.get_envs() {
            command.env(name, value.unwrap());
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn run(&self) -> Run {
        Run::of(&mut self.command(&[]))
    }

    /// An output of the step; the last one counts.
    fn output(&self, name: &str) -> Option<String> {
        let text = fs::read_to_string(self.home("outputs")).unwrap();
        let mut values = text.lines().filter_map(|line| line.split_once('='));
        values
            .rfind(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    }

    fn summary(&self) -> String {
        fs::read_to_string(self.home("summary")).unwrap()
    }

    /// How the job ends, given the step's outputs.
    fn result(&self) -> Run {
        let mut command = self.command(&["result"]);
        for (variable, output) in [
            ("CREDLINT_EXIT_CODE", "exit-code"),
            ("CREDLINT_FINDINGS", "findings"),
        ] {
            command.env(variable, self.output(output).unwrap_or_default());
        }
        Run::of(&mut command)
    }

    /// What credlint was told, one argument a line.
    fn told(&self) -> Vec<String> {
        let text = fs::read_to_string(self.home("told")).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// The step fails, and the job with it, and both say `word`.
    #[track_caller]
    fn refuses(&self, word: &str) {
        let run = self.run().expect(2);
        assert!(
            run.stdout.contains("::error title=credlint::"),
            "{}",
            run.stdout
        );
        assert!(run.stdout.contains(word), "no `{word}` in {}", run.stdout);
        assert!(self.summary().contains("nothing was scanned"));
        assert_eq!(self.output("exit-code").as_deref(), Some("2"));
        self.result().expect(2);
        assert!(!self.home("told").exists(), "nothing was run");
    }
}

#[test]
fn a_leak_is_told_everywhere_and_fails_the_job_last() {
    let runner = Runner::real();
    let key = secrets::of_rule("octopost-live-key", 1);
    runner
        .sandbox
        .write("app.env", format!("OCTOPOST_API_KEY={key}\n"));
    let run = runner.run().expect(0);
    assert!(
        run.stdout.contains("::error file=app.env,line=1,"),
        "{run:?}"
    );
    assert_eq!(runner.output("findings").as_deref(), Some("1"));
    assert_eq!(runner.output("exit-code").as_deref(), Some("1"));
    let sarif = fs::read_to_string(runner.output("sarif").unwrap()).unwrap();
    assert!(sarif.contains("octopost-live-key"));
    assert!(runner.summary().starts_with("## credlint: 1 finding\n"));
    for text in [&run.stdout, &sarif, &runner.summary()] {
        assert!(!text.contains(&key), "the key is masked");
    }
    let result = runner.result().expect(1);
    assert!(result.stdout.contains("1 finding(s)"), "{result:?}");
}

#[test]
fn what_is_clean_passes() {
    let mut runner = Runner::real();
    runner.sandbox.write("app.env", "PORT=8080\n");
    runner.input("formats", "json=report.json\n\ncsv=report.csv\n");
    runner.run().expect(0);
    assert_eq!(runner.output("findings").as_deref(), Some("0"));
    assert_eq!(runner.output("exit-code").as_deref(), Some("0"));
    assert!(runner.summary().starts_with("## credlint: no findings\n"));
    assert!(runner.sandbox.list().contains(&"report.json".to_owned()));
    assert!(runner.sandbox.list().contains(&"report.csv".to_owned()));
    runner.result().expect(0);
}

#[test]
fn never_fails_for_findings_if_told_so() {
    let mut runner = Runner::real();
    let key = secrets::of_rule("octopost-live-key", 2);
    runner
        .sandbox
        .write("app.env", format!("OCTOPOST_API_KEY={key}\n"));
    runner.input("fail-on", "never");
    runner.run().expect(0);
    assert_eq!(runner.output("findings").as_deref(), Some("1"));
    assert_eq!(runner.output("exit-code").as_deref(), Some("0"));
}

#[test]
fn what_cannot_be_scanned_is_not_clean() {
    let mut runner = Runner::real();
    runner.input("paths", "no-such-folder");
    runner.run().expect(0);
    assert_eq!(runner.output("exit-code").as_deref(), Some("2"));
    runner.result().expect(2);
    // Neither is a program that has crashed, or was ended.
    for status in ["101", "137"] {
        let mut runner = Runner::new("push");
        runner.set("STUB_STATUS", status);
        runner.run().expect(0);
        assert_eq!(runner.output("exit-code").as_deref(), Some("2"));
        assert!(runner.summary().contains("the scan failed"));
    }
    // Nor a job whose first step never came to an end.
    Runner::new("push").result().expect(2);
}

#[test]
fn an_event_decides_what_is_scanned() {
    const RANGE: &[&str] = &["git", "range", "--ci"];
    const HISTORY: &[&str] = &["git", "history"];
    for (event, mode, begin) in [
        ("push", "auto", RANGE),
        ("pull_request", "auto", RANGE),
        ("merge_group", "auto", RANGE),
        ("schedule", "auto", HISTORY),
        ("workflow_dispatch", "auto", HISTORY),
        ("release", "auto", HISTORY),
        ("push", "history", HISTORY),
        ("push", "tree", &["scan"]),
        ("schedule", "range", RANGE),
    ] {
        let mut runner = Runner::new(event);
        runner.input("mode", mode);
        runner.run().expect(0);
        let told = runner.told();
        assert_eq!(told[..begin.len()], *begin, "{event}, {mode}");
        let rest: Vec<&str> = told[begin.len()..].iter().map(String::as_str).collect();
        // What one mode finds must not close the alerts of another.
        let category = begin.get(1).map_or("tree", |&kind| kind);
        assert_eq!(rest[..4], ["--format", "github", "--category", category]);
        assert!(rest.contains(&"--fail-on=low"), "{rest:?}");
    }
}

#[test]
fn inputs_are_passed_on_as_they_are() {
    let mut runner = Runner::new("push");
    runner
        .input("mode", "tree")
        .input("paths", "src\r\n--exit-zero\n$(touch pwned)\n")
        .input("fail-on", "high")
        .input("config", "--a config.toml")
        .input("baseline", "base line.json")
        .input("category", "nightly; id");
    runner.run().expect(0);
    let told = runner.told();
    for argument in [
        "--fail-on=high",
        "--config=--a config.toml",
        "--baseline=base line.json",
        "nightly; id",
    ] {
        assert!(told.iter().any(|a| a == argument), "{argument}: {told:?}");
    }
    let paths = ["--", "src", "--exit-zero", "$(touch pwned)"];
    assert_eq!(told[told.len() - 4..], paths);
    assert!(runner.sandbox.list().is_empty(), "nothing was run");
}

#[test]
fn bad_inputs_are_refused() {
    for (name, value, word) in [
        ("mode", "everything", "auto, tree, range and history"),
        ("paths", "src", "needs `mode: tree`"),
        (
            "formats",
            "json",
            "write FORMAT=PATH, as in `json=credlint.json`",
        ),
        ("formats", "--exit-zero", "write FORMAT=PATH"),
        (
            "binary",
            "no-such-program",
            "`binary: no-such-program` is no program",
        ),
        (
            "working-directory",
            "no-such-folder",
            "There is no folder no-such-folder",
        ),
    ] {
        let mut runner = Runner::new("push");
        runner.input(name, value);
        runner.refuses(word);
    }
}

#[test]
fn a_message_cannot_give_orders_to_the_runner() {
    let mut runner = Runner::new("push");
    runner.input("mode", "a\n::set-env name=PATH::/tmp\r\n100%");
    let run = runner.run().expect(2);
    let commands = run.stdout.lines().filter(|line| line.starts_with("::"));
    assert_eq!(commands.count(), 1, "{run:?}");
    assert!(run.stdout.contains("%0A::set-env"), "{run:?}");
    assert!(run.stdout.contains("%0D%0A100%25"), "{run:?}");
}

#[test]
fn a_shallow_checkout_has_no_history() {
    let runner = Runner::new("schedule");
    runner.sandbox.write(".git/shallow", "");
    runner.refuses("fetch-depth: 0");
    // A range may be all there. If it is not, the same is the reason.
    let mut runner = Runner::new("push");
    runner.sandbox.write(".git/shallow", "");
    let run = runner.run().expect(0);
    assert!(!run.stdout.contains("fetch-depth"), "{run:?}");
    runner.set("STUB_STATUS", "2");
    let run = runner.run().expect(0);
    assert!(run.stdout.contains("fetch-depth: 0"), "{run:?}");
}

/// A runner whose action has a table, and a place to download from; the files are archives of `STUB`.
fn with_releases(versions: &[&str]) -> Runner {
    let mut runner = Runner::new("push");
    let action = runner.home("action");
    fs::create_dir(&action).unwrap();
    let script = action.join("run.sh");
    fs::copy(&runner.script, &script).unwrap();
    runner.script = script;
    let shell = r#"
        set -e
        for version in "$@"; do
            archive=credlint-$version-x86_64-unknown-linux-musl.tar.gz
            mkdir -p "releases/v$version" "$version"
            sed "s/9\.9\.9/$version/" stub >"$version/credlint"
            chmod 755 "$version/credlint"
            tar -czf "releases/v$version/$archive" -C "$version" credlint
            (cd "releases/v$version" && { sha256sum "$archive" || shasum -a 256 "$archive"; }) >>action/checksums.txt
        done"#;
    let mut command = Command::new("bash");
    command
        .args(["-c", shell, "bash"])
        .args(versions)
        .current_dir(runner.home(""));
    Run::of(&mut command).expect(0);
    let url = format!("file://{}", runner.home("releases").display());
    runner.input("download-url", &url).input("binary", "");
    runner
}

#[test]
fn a_release_is_held_against_its_checksum() {
    let mut runner = with_releases(&["1.2.3", "1.10.0"]);
    let run = runner.run().expect(0);
    assert!(
        run.stdout.contains("credlint 1.10.0\n"),
        "the newest: {run:?}"
    );
    runner.input("version", "1.2.3");
    let run = runner.run().expect(0);
    assert!(run.stdout.contains("credlint 1.2.3\n"), "{run:?}");
    assert_eq!(runner.told()[0], "git");
}

#[test]
fn a_release_that_is_not_what_it_was_is_refused() {
    let mut runner = with_releases(&["1.2.3"]);
    let archive = "releases/v1.2.3/credlint-1.2.3-x86_64-unknown-linux-musl.tar.gz";
    let mut bytes = fs::read(runner.home(archive)).unwrap();
    // The time in gzip's header: it still unpacks.
    bytes[4] ^= 1;
    fs::write(runner.home(archive), bytes).unwrap();
    runner.refuses("it is not used");
    for (version, word) in [
        ("1.2.4", "has no checksum of credlint-1.2.4-"),
        ("../1.2.3", "is none of latest, source, and a version"),
        ("1.2.3\n1.2.3", "is none of latest, source, and a version"),
    ] {
        runner.input("version", version);
        runner.refuses(word);
    }
    runner.input("version", "1.2.3");
    runner.set("RUNNER_ARCH", "ARM64");
    runner.refuses("no checksum of credlint-1.2.3-aarch64-unknown-linux-musl");
    runner.set("RUNNER_ARCH", "RISCV64");
    runner.refuses("There is no release for Linux on RISCV64");
    // What cannot be had at all says where it was looked for.
    fs::remove_file(runner.home(archive)).unwrap();
    runner.set("RUNNER_ARCH", "X64");
    runner.refuses("could not be downloaded from file://");
}
