//! A folder of its own for each test, and the program run in it.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A temporary folder with the tree to scan, a home that is empty, and a place for temporary files.
pub(crate) struct Sandbox {
    root: TempDir,
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let root = TempDir::new().unwrap();
        for folder in ["tree", "home", "tmp"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        Self { root }
    }

    /// A sandbox whose tree holds this one file.
    pub(crate) fn with(file: &str, content: impl AsRef<[u8]>) -> Self {
        let sandbox = Self::new();
        sandbox.write(file, content);
        sandbox
    }

    /// A path in the tree, which is also the working directory.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.path().join("tree").join(name)
    }

    /// Writes a file into the tree, and the folders that lead to it.
    pub(crate) fn write(&self, file: impl AsRef<Path>, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    /// The names of what stands in the tree's top folder, sorted.
    pub(crate) fn list(&self) -> Vec<String> {
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> = fs::read_dir(self.path(""))
            .unwrap()
            .map(|entry| name(entry).into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The program, about to run in the tree with a scrubbed environment.
    pub(crate) fn command(&self, args: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("credlint"));
        command
            .args(args)
            .current_dir(self.path(""))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.root.path().join("home"))
            .env("TMPDIR", self.root.path().join("tmp"))
            .env("TZ", "UTC")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[impl AsRef<OsStr>]) -> Run {
        Run::of(&mut self.command(args))
    }

    /// Runs the program with something to read on its standard input.
    pub(crate) fn run_with_input(&self, args: &[&str], input: &[u8]) -> Run {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Run::new(child.wait_with_output().unwrap())
    }

    /// The JSON report of `credlint scan` with these arguments, whatever the exit status.
    pub(crate) fn report(&self, args: &[&str]) -> Value {
        self.run(&[&["scan", "--format", "json"], args].concat())
            .json()
    }

    /// What `credlint scan` with these arguments finds, each as `path:line:column rule`.
    pub(crate) fn findings(&self, args: &[&str]) -> Vec<String> {
        places(&self.report(args))
    }
}

impl Run {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::new(command.output().unwrap())
    }

    pub(crate) fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            status: output.status.code().unwrap(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// The run, if it ended with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }

    /// The run, if it failed with exit status 2 and says all of `words` on standard error.
    #[track_caller]
    pub(crate) fn fails_with(self, words: &[&str]) -> Self {
        assert_eq!(self.status, 2, "{self:#?}");
        for word in words {
            assert!(self.stderr.contains(word), "no `{word}` in {self:#?}");
        }
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

/// The findings of a JSON report as `path:line:column rule`, in the report's order.
pub(crate) fn places(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(place).collect()
}

/// The findings of credentials, those of misuses left out.
pub(crate) fn credentials(report: &Value) -> Vec<&Value> {
    let rules = report["rules"].as_array().unwrap();
    let is_check = |id: &Value| {
        let mut checks = rules.iter().filter(|rule| rule["kind"] == "check");
        checks.any(|rule| rule["id"] == *id)
    };
    let findings = report["findings"].as_array().unwrap();
    findings.iter().filter(|f| !is_check(&f["rule"])).collect()
}

/// One finding of a JSON report as `path:line:column rule`.
pub(crate) fn place(finding: &Value) -> String {
    let location = &finding["location"];
    let start = &location["start"];
    format!(
        "{}:{}:{} {}",
        location["path"].as_str().unwrap(),
        start["line"],
        start["column"],
        finding["rule"].as_str().unwrap()
    )
}

/// The rules of a JSON report's findings, in the report's order.
pub(crate) fn rules(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap();
    let rule = |finding: &Value| finding["rule"].as_str().unwrap().to_owned();
    findings.iter().map(rule).collect()
}
