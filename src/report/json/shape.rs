//! What the JSON formats hold. The comments here are the schema's descriptions.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Confidence, Severity};

/// What credlint reports: the document of the `json` format, or a line of the `jsonl` format.
#[cfg(test)]
#[derive(schemars::JsonSchema)]
#[schemars(title = "credlint report", untagged)]
#[expect(dead_code, reason = "only its schema is wanted")]
pub(super) enum Published<'a> {
    Document(Document<'a>),
    Line(Line<'a>),
}

/// The whole report.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Document<'a> {
    /// The version of this format: 1. It rises when a field goes away or changes its meaning; new fields may come any time.
    pub(super) version: u32,
    /// The program that made the report.
    pub(super) tool: Tool,
    /// What to act on, sorted by place.
    pub(super) findings: Vec<Finding<'a>>,
    /// What was found and is accounted for.
    pub(super) suppressed: Vec<Suppressed<'a>>,
    /// Suppressions that matched nothing, or have run out.
    pub(super) unused_suppressions: Vec<UnusedSuppression<'a>>,
    /// What could not be read. If there is any, the scan is incomplete.
    pub(super) errors: Vec<ScanError<'a>>,
    /// What was looked at.
    pub(super) scanned: Scanned,
    /// Every rule that a finding or a suppressed finding names, sorted by id.
    pub(super) rules: Vec<Rule<'a>>,
}

/// An object of the `jsonl` format. The summary is the last; without one, the report was cut off.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Line<'a> {
    /// What to act on.
    Finding(Finding<'a>),
    /// What was found and is accounted for.
    Suppressed(Suppressed<'a>),
    /// A suppression that matched nothing, or has run out.
    UnusedSuppression(UnusedSuppression<'a>),
    /// What could not be read.
    Error(ScanError<'a>),
    /// What was looked at.
    Summary(Summary<'a>),
}

/// The end of a `jsonl` report.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Summary<'a> {
    /// The version of this format, as in the document.
    pub(super) version: u32,
    /// The program that made the report.
    pub(super) tool: Tool,
    /// How many lines of each type there are.
    pub(super) counts: Counts,
    /// What was looked at.
    pub(super) scanned: Scanned,
    /// Every rule that a finding or a suppressed finding names, sorted by id.
    pub(super) rules: Vec<Rule<'a>>,
}

/// How many lines of each type there are.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Counts {
    /// Findings to act on.
    pub(super) findings: usize,
    /// Findings that are accounted for.
    pub(super) suppressed: usize,
    /// Suppressions that do nothing.
    pub(super) unused_suppressions: usize,
    /// What could not be read.
    pub(super) errors: usize,
}

/// The program that made the report.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Tool {
    /// `credlint`.
    pub(super) name: &'static str,
    /// Its version.
    pub(super) version: &'static str,
}

/// One credential in one place, or one misuse.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Finding<'a> {
    /// The rule's id.
    pub(super) rule: &'a str,
    /// The provider's id.
    pub(super) provider: &'a str,
    /// One sentence that says what is here; never contains the secret.
    pub(super) message: &'a str,
    /// How bad.
    pub(super) severity: Severity,
    /// How sure.
    pub(super) confidence: Confidence,
    /// Where.
    pub(super) location: Location<'a>,
    /// Other places that belong to it.
    pub(super) related: Vec<Related<'a>>,
    /// The way a value took to this place, first to last.
    // The schema must not ask for what is left out.
    #[cfg_attr(test, schemars(default))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) steps: Vec<Related<'a>>,
    /// The secret, masked; left out where the finding is about none in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secret: Option<String>,
    /// The secret itself: there only with `--show-secrets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revealed: Option<&'a str>,
    /// What the credential's own checksum says: `valid`, `invalid` or `none`.
    pub(super) checksum: &'static str,
    /// How the rule knows, in words.
    pub(super) evidence: &'a [String],
    /// A keyed hash of rule and secret, the same wherever the secret stands.
    pub(super) fingerprint: &'a str,
    /// GitHub's `primaryLocationLineHash`, where it was computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line_hash: Option<&'a str>,
    /// What makes it right, where that is certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fix: Option<Fix<'a>>,
    /// Which commit brought it, where commits were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) introduced: Option<Introduced<'a>>,
}

/// How a finding came into a repository.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Introduced<'a> {
    /// The first commit that has it: the object's name, in full.
    pub(super) commit: &'a str,
    /// The author's name and, in angle brackets, mail address.
    pub(super) author: &'a str,
    /// When the author wrote it, in ISO 8601.
    pub(super) date: &'a str,
    /// The first line of its message.
    pub(super) summary: &'a str,
    /// Whether it is still there in the latest state that was looked at.
    pub(super) at_head: bool,
    /// Every path it has stood at, in order.
    pub(super) paths: &'a [String],
}

/// A change of the finding's file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Fix<'a> {
    /// What it does, in words.
    pub(super) title: &'a str,
    /// What is replaced, in order.
    pub(super) edits: Vec<Edit<'a>>,
}

/// A replacement of one stretch of a file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Edit<'a> {
    /// What is replaced, in bytes of the content.
    pub(super) bytes: Range,
    /// What stands there then.
    pub(super) text: &'a str,
}

/// A range in a file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Location<'a> {
    /// The path, with `/` between its parts.
    pub(super) path: &'a str,
    /// The first character.
    pub(super) start: Position,
    /// One past the last character.
    pub(super) end: Position,
    /// The same in bytes of the content (of its UTF-8 form, where the file is UTF-16).
    pub(super) bytes: Range,
    /// The line it begins on.
    pub(super) excerpt: Excerpt<'a>,
}

/// A place in a file, counted from 1.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Position {
    /// Line, from 1.
    pub(super) line: u64,
    /// Column in Unicode code points, from 1.
    pub(super) column: u64,
}

/// A range of bytes, counted from 0.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Range {
    /// The first byte.
    pub(super) start: u64,
    /// One past the last byte.
    pub(super) end: u64,
}

/// A line of source with every secret in it masked, cut to a readable length.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Excerpt<'a> {
    /// The text, without its line end.
    pub(super) text: &'a str,
    /// The part of `text` that stands for the finding, in bytes of its UTF-8 form.
    pub(super) mark: Range,
}

/// A place that belongs to a finding.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Related<'a> {
    /// What it has to do with the finding.
    pub(super) message: &'a str,
    /// Where.
    pub(super) location: Location<'a>,
}

/// A finding that is accounted for.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Suppressed<'a> {
    /// What accounts for it: `inline` (a comment beside it), `config` or `baseline`.
    pub(super) kind: &'static str,
    /// The reason that somebody wrote down.
    pub(super) reason: Option<&'a str>,
    /// What was found.
    pub(super) finding: Finding<'a>,
}

/// A suppression that does nothing.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct UnusedSuppression<'a> {
    /// The file it stands in.
    pub(super) path: &'a str,
    /// Its line, from 1.
    pub(super) line: u64,
    /// What is wrong with it and what to do.
    pub(super) message: &'a str,
}

/// Something that could not be scanned.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ScanError<'a> {
    /// The path it was tried on.
    pub(super) path: &'a str,
    /// What was tried and what went wrong.
    pub(super) message: &'a str,
}

/// What was looked at.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Scanned {
    /// Files whose content was read: of a history, each content once.
    pub(super) files: u64,
    /// Commits whose changes were looked at, with their messages.
    pub(super) commits: u64,
    /// What was read inside of them: members of archives, documents and databases.
    pub(super) members: u64,
    /// Bytes of all that content.
    pub(super) bytes: u64,
    /// Of `files` and `members`, those in which only formats that speak for themselves were looked for, by why.
    pub(super) limited: BTreeMap<&'static str, u64>,
    /// Files, and members of archives, that were not read, by why.
    pub(super) skipped: BTreeMap<&'static str, u64>,
    /// How many rules were applied.
    pub(super) rules: usize,
}

/// A rule's documentation.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Rule<'a> {
    /// The id: configuration key, suppression token, SARIF id.
    pub(super) id: &'a str,
    /// One line, without a full stop.
    pub(super) title: &'a str,
    /// `credential` (finds a credential) or `check` (finds a misuse of one).
    pub(super) kind: &'static str,
    /// The provider's id.
    pub(super) provider: &'a str,
    /// The provider's name as it writes it itself.
    pub(super) provider_name: &'a str,
    /// The severity when nothing changes it.
    pub(super) severity: Severity,
    /// The confidence when nothing changes it.
    pub(super) confidence: Confidence,
    /// Number in the Common Weakness Enumeration.
    pub(super) cwe: u16,
    /// Why a finding matters.
    pub(super) impact: &'a str,
    /// What to do now, one step an entry, most urgent first.
    pub(super) remedy: &'a [String],
    /// The provider's documentation, if it has any.
    pub(super) docs: Option<&'a str>,
}
