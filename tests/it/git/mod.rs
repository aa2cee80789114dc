//! What git keeps, in repositories that git itself made.

mod history;
mod hostile;
mod kinds;
mod packs;
mod pushes;
mod range;
mod staged;

use std::cell::Cell;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::sandbox::{Run, Sandbox, place};

/// A repository in a sandbox's tree, and a clock that goes on by a minute with each command.
pub(crate) struct Repo {
    pub(crate) sandbox: Sandbox,
    folder: String,
    minute: Cell<u64>,
}

impl Repo {
    /// An empty repository, which is the tree.
    pub(crate) fn new() -> Self {
        Self::init(&["--initial-branch=main"])
    }

    pub(crate) fn init(args: &[&str]) -> Self {
        let repo = Self {
            sandbox: Sandbox::new(),
            folder: String::new(),
            minute: Cell::new(0),
        };
        repo.git(&[&["init", "--quiet"], args].concat());
        repo
    }

    /// The command, with nothing of the machine's or the user's configuration.
    pub(crate) fn command(&self, folder: &str, args: &[&str]) -> Command {
        self.minute.set(self.minute.get() + 1);
        let date = format!(
            "2024-05-01T{:02}:{:02}:00Z",
            self.minute.get() / 60 % 24,
            self.minute.get() % 60
        );
        let mut command = Command::new("git");
        command
            .args(["-c", "protocol.file.allow=always", "-c", "gc.auto=0"])
            .args(args)
            .current_dir(self.sandbox.path(&self.folder).join(folder))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.sandbox.path("../home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Jane Doe")
            .env("GIT_AUTHOR_EMAIL", "jane@example.org")
            .env("GIT_COMMITTER_NAME", "Jane Doe")
            .env("GIT_COMMITTER_EMAIL", "jane@example.org")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .stdin(Stdio::null());
        command
    }

    /// What git answers.
    #[track_caller]
    pub(crate) fn git(&self, args: &[&str]) -> String {
        Run::of(&mut self.command("", args))
            .expect(0)
            .stdout
            .trim_end()
            .to_owned()
    }

    /// Writes a file and stages it.
    pub(crate) fn add(&self, file: &str, content: impl AsRef<[u8]>) -> &Self {
        self.sandbox.write(file, content);
        self.git(&["add", "--force", file]);
        self
    }

    /// Commits what is staged, and gives the commit's name.
    #[track_caller]
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&[
            "commit",
            "--quiet",
            "--allow-empty",
            "--no-verify",
            "--message",
            message,
        ]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Writes a file and commits it.
    #[track_caller]
    pub(crate) fn commit_file(&self, file: &str, content: impl AsRef<[u8]>) -> String {
        self.add(file, content);
        self.commit(&format!("write {file}"))
    }

    /// The JSON report of `credlint git` with these arguments, whatever the exit status.
    #[track_caller]
    pub(crate) fn report(&self, args: &[&str]) -> Value {
        self.run(args).json()
    }

    /// A run of `credlint git` with a JSON report.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.sandbox
            .run(&[&["git"], args, &["--format", "json"]].concat())
    }

    /// What `credlint git` with these arguments finds.
    #[track_caller]
    pub(crate) fn findings(&self, args: &[&str]) -> Vec<String> {
        found(&self.report(args))
    }
}

/// A line with a key of the number `number`, of the rule `octopost-live-key`.
pub(crate) fn line(number: u64) -> String {
    format!("key = \"{}\"\n", crate::secrets::octopost(number))
}

/// The findings of a report as `path:line:column rule`, and the summary of the commit that brought them.
#[track_caller]
pub(crate) fn found(report: &Value) -> Vec<String> {
    assert_eq!(report["errors"].as_array().unwrap().len(), 0, "{report:#}");
    let findings = report["findings"].as_array().unwrap();
    let described = findings
        .iter()
        .map(|finding| match &finding["introduced"]["summary"] {
            Value::String(summary) => format!("{} ({summary})", place(finding)),
            _ => place(finding),
        });
    described.collect()
}
