//! A [`Report`] in words: one file a format.
//!
//! Nothing here prints, reads the environment or opens a file: a format writes to what it is given.
//! The same report and the same [`Style`] give the same bytes, but for the time that
//! [`Format::Terminal`] shows. Everything that came from a scanned file is untrusted: see `escape`.

mod csv;
mod escape;
#[cfg(test)]
mod fixture;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod sarif;
mod terminal;

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use crate::model::{Checksum, Finding, Location, Origin, Report, RuleDoc, Scanned};

pub(crate) use escape::visible;
pub use json::SCHEMA;

/// The program's name, as every format gives it.
const TOOL_NAME: &str = "credlint";
/// The program's version, as every format gives it.
const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");
/// Where a reader of a report learns what the program is.
const TOOL_URL: &str = if env!("CARGO_PKG_REPOSITORY").is_empty() {
    "https://crates.io/crates/credlint"
} else {
    env!("CARGO_PKG_REPOSITORY")
};

/// So many other paths are named where a secret has stood.
const MAX_PATHS: usize = 5;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For a person, with source excerpts.
    Terminal,
    /// One JSON document, described by [`SCHEMA`].
    Json,
    /// The same, one object a line.
    Jsonl,
    /// SARIF 2.1.0, as GitHub's code scanning takes it.
    Sarif,
    /// Workflow commands, which GitHub shows beside the changed lines.
    Github,
    /// GitLab's secret detection report.
    Gitlab,
    /// JUnit XML, for whatever shows test results.
    Junit,
    /// A table for a spreadsheet.
    Csv,
    /// A summary page of a pipeline run.
    Markdown,
}

impl Format {
    /// Every format, the terminal's first.
    pub const ALL: [Self; 9] = [
        Self::Terminal,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Csv,
        Self::Markdown,
    ];

    /// The lower-case word used on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == word)
            .ok_or_else(|| {
                let names: Vec<&str> = Self::ALL.iter().map(|format| format.as_str()).collect();
                format!("`{word}` is no format; use one of {}", names.join(", "))
            })
    }
}

/// How a report looks, beyond its format.
#[derive(Clone, Debug)]
pub struct Style {
    /// Whether the terminal format is coloured.
    ///
    /// `colored` asks its own process-wide switch besides; whoever sets this to true calls
    /// `colored::control::set_override(true)` too, or the terminal decides.
    pub color: bool,
    /// Whether the terminal format links paths and rules (OSC 8).
    pub hyperlinks: bool,
    /// Columns of the terminal; 0 where that is not known.
    pub width: usize,
    /// Whether the terminal format also shows fingerprints and what was suppressed.
    pub verbose: bool,
    /// Whether the terminal format is one line a finding, and nothing where there is none.
    pub quiet: bool,
    /// Whether [`Format::Terminal`], [`Format::Json`], [`Format::Jsonl`] and [`Format::Csv`] show
    /// secrets in full. The other formats are made to be uploaded and never do.
    pub show_secrets: bool,
    /// Whether SARIF carries suppressed findings, marked as such. GitHub's code scanning may open
    /// alerts for them all the same (github/codeql-action#1230).
    pub sarif_suppressed: bool,
    /// What tells this run from others of the same tool on the same commit, for SARIF.
    pub category: String,
    /// The time of the run, which GitLab's format demands.
    pub now: jiff::Timestamp,
    /// The absolute directory that relative paths start from, with `/` between its parts: for links,
    /// and for SARIF's name of a file outside.
    pub base: Option<String>,
}

impl Default for Style {
    /// Plain, masked, 100 columns, in the category `scan`, at the Unix epoch.
    fn default() -> Self {
        Self {
            color: false,
            hyperlinks: false,
            width: 100,
            verbose: false,
            quiet: false,
            show_secrets: false,
            sarif_suppressed: true,
            category: "scan".to_owned(),
            now: jiff::Timestamp::UNIX_EPOCH,
            base: None,
        }
    }
}

/// Writes `report` to `out` in `format`, and flushes it. Writes are many and small: hand in a buffer.
///
/// # Errors
///
/// What `out` answers; nothing else can go wrong.
pub fn write(
    format: Format,
    report: &Report,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Terminal => terminal::write(report, style, out),
        Format::Json => json::write_document(report, style, out),
        Format::Jsonl => json::write_lines(report, style, out),
        Format::Sarif => sarif::write(report, style, out),
        Format::Github => github::write(report, out),
        Format::Gitlab => gitlab::write(report, style, out),
        Format::Junit => junit::write(report, out),
        Format::Csv => csv::write(report, style, out),
        Format::Markdown => markdown::write(report, out),
    }?;
    out.flush()
}

/// `path:line:column`, escaped.
fn place(location: &Location) -> String {
    format!(
        "{}:{}:{}",
        escape::visible(location.origin.path()),
        location.start.line,
        location.start.column
    )
}

/// Where in its file a finding inside of an archive is: `in a/b.txt, line 3`.
fn inside(finding: &Finding) -> Option<String> {
    let location = &finding.location;
    let inner = escape::visible(location.origin.inner()?);
    Some(format!("in {inner}, line {}", location.start.line))
}

/// Which commit brought the finding, in words: `commit 1a2b3c4d5e of 2024-05-01 by Jane Doe
/// <jane@example.com>: add the client; still at HEAD`.
fn introduced(finding: &Finding) -> Option<String> {
    let introduced = finding.introduced.as_ref()?;
    let commit = &introduced.commit;
    let short = commit.id.get(..10).unwrap_or(&commit.id);
    let date = commit.date.get(..10).unwrap_or(&commit.date);
    let mut text = format!(
        "commit {short} of {date} by {}: {}",
        commit.author, commit.summary
    );
    let is_message = matches!(finding.location.origin, Origin::Message(_));
    if !is_message {
        text.push_str(if introduced.at_head {
            "; still at HEAD"
        } else {
            "; no longer at HEAD"
        });
    }
    let path = finding.location.origin.file();
    let others: Vec<&str> = introduced
        .paths
        .iter()
        .map(String::as_str)
        .filter(|other| *other != path)
        .collect();
    if !others.is_empty() {
        let (some, more) = others.split_at(others.len().min(MAX_PATHS));
        text.push_str("; also at ");
        text.push_str(&some.join(", "));
        if !more.is_empty() {
            text.push_str(&format!(" and {} more", more.len()));
        }
    }
    Some(escape::visible(&text).into_owned())
}

/// What was looked at: `12 files`, `12 files of 3 commits`.
fn looked_at(scanned: &Scanned) -> String {
    let files = count(scanned.files as usize, "file");
    match scanned.commits as usize {
        0 => files,
        commits => format!("{files} of {}", count(commits, "commit")),
    }
}

/// What the finding's rule is called; its id where nothing is known of it.
fn title<'a>(report: &'a Report, finding: &'a Finding) -> &'a str {
    report
        .rule(&finding.rule)
        .map_or(&finding.rule, |rule| &rule.title)
}

/// The secret as `style` lets it be shown, escaped; empty where the finding is about none in the file.
fn shown_secret(finding: &Finding, show: bool) -> String {
    match &finding.secret {
        Some(secret) if show => escape::visible(secret.reveal()).into_owned(),
        Some(secret) => escape::visible(&secret.masked()).into_owned(),
        None => String::new(),
    }
}

/// How the rule knows, in words, with what the checksum says.
fn evidence(finding: &Finding) -> Vec<String> {
    let mut parts: Vec<String> = finding
        .evidence
        .iter()
        .map(|e| escape::visible(e).into_owned())
        .collect();
    if finding.checksum != Checksum::None {
        parts.push(format!("checksum {}", finding.checksum.as_str()));
    }
    parts
}

/// How sure the rule is, and why: `high confidence, named by API_KEY`.
fn assurance(finding: &Finding) -> String {
    let mut parts = vec![format!("{} confidence", finding.confidence)];
    parts.extend(evidence(finding));
    parts.join(", ")
}

/// The rule's steps as `1. …` lines, empty where it has none.
fn numbered(rule: &RuleDoc) -> String {
    let lines = rule
        .remedy
        .iter()
        .enumerate()
        .map(|(at, step)| format!("{}. {step}", at + 1));
    lines.collect::<Vec<_>>().join("\n")
}

/// `text` with a full stop, unless it has an end of its own.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// `1 file`, `2 files`: English has no other case among the words that reports count.
pub(crate) fn count(number: usize, word: &str) -> String {
    if number == 1 {
        format!("{number} {word}")
    } else {
        format!("{number} {word}s")
    }
}

/// `56.8 MB`, in powers of 1000.
fn bytes(number: u64) -> String {
    let mut value = number as f64;
    for unit in ["bytes", "kB", "MB", "GB"] {
        if value < 999.95 {
            return if unit == "bytes" {
                count(number as usize, "byte")
            } else {
                format!("{value:.1} {unit}")
            };
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

/// At most `limit` findings, the worst kept, in their own order; and how many were left out.
fn worst(findings: &[Finding], limit: usize) -> (Vec<&Finding>, usize) {
    if findings.len() <= limit {
        return (findings.iter().collect(), 0);
    }
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(findings[at].severity), at));
    order.truncate(limit);
    order.sort_unstable();
    (
        order.iter().map(|&at| &findings[at]).collect(),
        findings.len() - limit,
    )
}

#[cfg(test)]
mod tests;
