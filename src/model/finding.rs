//! What a person is told about one place.

use std::ops::Range;

use crate::model::{Confidence, Fingerprint, Introduced, Origin, Position, Secret, Severity};

/// One credential in one place (or one misuse), owned, located and fingerprinted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// The id of the provider whose credential it is about.
    pub provider: String,
    /// One sentence that says what is here; never contains the secret.
    pub message: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Where.
    pub location: Location,
    /// Other places that belong to it, such as the access key id beside a secret key.
    pub related: Vec<Related>,
    /// The way a value took to this place, first to last.
    pub steps: Vec<Related>,
    /// What was found, where it is a secret itself.
    pub secret: Option<Secret>,
    /// What the credential's own checksum says.
    pub checksum: Checksum,
    /// How the rule knows, in words: `named by PUBLER_API_KEY`, `AWS account 123456789012`.
    pub evidence: Vec<String>,
    /// Rule and secret under the project's key; the same wherever the secret stands.
    pub fingerprint: Fingerprint,
    /// GitHub's hash of the line, where it was asked for.
    pub line_hash: Option<String>,
    /// What makes it right, where that is certain.
    pub fix: Option<Fix>,
    /// Which commit brought it, where commits were looked at.
    pub introduced: Option<Box<Introduced>>,
}

/// A change of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in words.
    pub title: String,
    /// What is replaced, in order; none overlaps another.
    pub edits: Vec<Edit>,
}

/// A replacement of one stretch of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The first character that is replaced.
    pub start: Position,
    /// One past the last.
    pub end: Position,
    /// The same in bytes of the content.
    pub bytes: Range<u64>,
    /// What stands there then.
    pub text: String,
}

impl Finding {
    /// The order of reports: by place, then by rule.
    #[must_use]
    pub fn sort_key(&self) -> (&str, u64, u64, &str) {
        (
            self.location.origin.path(),
            self.location.bytes.start,
            self.location.bytes.end,
            &self.rule,
        )
    }
}

/// The verdict of a checksum that is part of a credential's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Checksum {
    /// It was computed and agrees.
    Valid,
    /// It was computed and does not agree.
    Invalid,
    /// The format has none, or none that is known.
    None,
}

impl Checksum {
    /// The lower-case word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::None => "none",
        }
    }
}

/// A range in a file, with the text around it as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// What was scanned.
    pub origin: Origin,
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// The same in bytes of the content (of its UTF-8 form, where the file is UTF-16).
    pub bytes: Range<u64>,
    /// The line it begins on.
    pub excerpt: Excerpt,
}

/// One line of source with every secret in it masked, cut to a readable length.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// The text, without its line end. Untrusted: escape it before it reaches a terminal.
    pub text: String,
    /// The part of `text` that stands for the finding, in bytes.
    pub mark: Range<usize>,
}

/// A place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What it has to do with the finding.
    pub message: String,
}
