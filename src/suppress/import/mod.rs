//! What other scanners were told to leave alone, read from their files.
//!
//! Only their public formats are known here: which finding of ours an entry of theirs covers. Their rules
//! have other names and other ideas of where a secret ends, so that a rule's id is for people only.

mod detect_secrets;
mod gitleaks;

use std::fmt;

use crate::model::Finding;

/// The tool that a file is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `.gitleaksignore`: a line an entry, `file:rule:line` or `commit:file:rule:line`.
    GitleaksIgnore,
    /// A JSON report of gitleaks, as it takes for its baseline.
    Gitleaks,
    /// `.secrets.baseline` of detect-secrets.
    DetectSecrets,
}

/// One entry of another tool's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The file it is about, as it names it, with `/` between the parts.
    pub file: String,
    /// How it knows the secret.
    pub covers: Covers,
    /// What somebody said of it there.
    pub remark: Option<&'static str>,
}

/// How an entry of another tool knows a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Covers {
    /// By its text.
    Secret(String),
    /// By the SHA-1 of its text, in hexadecimal digits.
    Sha1(String),
    /// By the lines it stands on, first and last, from 1.
    Lines(u64, u64),
}

impl fmt::Debug for Covers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(_) => f.write_str("Secret(***)"),
            Self::Sha1(_) => f.write_str("Sha1(***)"),
            Self::Lines(first, last) => write!(f, "Lines({first}, {last})"),
        }
    }
}

/// Why a file cannot be taken for one of a tool's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ImportError {
    line: usize,
    message: String,
}

impl ImportError {
    fn json(error: &serde_json::Error) -> Self {
        Self {
            line: error.line(),
            message: error.to_string(),
        }
    }
}

impl Tool {
    /// The tool that a file's content speaks of.
    #[must_use]
    pub fn of(text: &str) -> Self {
        match text.trim_start().as_bytes().first() {
            Some(b'{') => Self::DetectSecrets,
            Some(b'[') if serde_json::from_str::<serde_json::Value>(text).is_ok() => Self::Gitleaks,
            _ => Self::GitleaksIgnore,
        }
    }

    /// The entries of a file.
    pub fn read(self, text: &str) -> Result<Vec<Foreign>, ImportError> {
        match self {
            Self::GitleaksIgnore => gitleaks::ignored(text),
            Self::Gitleaks => gitleaks::reported(text),
            Self::DetectSecrets => detect_secrets::baseline(text),
        }
    }
}

impl Foreign {
    /// Whether it is about this finding, which is in the file `path`.
    #[must_use]
    pub fn covers(&self, finding: &Finding, path: &str) -> bool {
        if self.file != path {
            return false;
        }
        let secret = finding.secret.as_ref().map(crate::model::Secret::reveal);
        match &self.covers {
            Covers::Secret(text) => secret.is_some_and(|secret| same(secret, text)),
            Covers::Sha1(hash) => secret.is_some_and(|secret| {
                let hasher = gix::hash::hasher(gix::hash::Kind::Sha1);
                hashed(hasher, secret.as_bytes()).is_some_and(|own| own == *hash)
            }),
            Covers::Lines(first, last) => {
                let location = &finding.location;
                location.start.line <= *last && *first <= location.end.line
            }
        }
    }
}

/// Whether two scanners mean the same secret: one of them may take more of what is around it.
fn same(one: &str, other: &str) -> bool {
    /// What is shorter may be part of anything.
    const LEAST: usize = 8;
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    short == long || short.len() >= LEAST && long.contains(short)
}

fn hashed(mut hasher: gix::hash::Hasher, bytes: &[u8]) -> Option<String> {
    hasher.update(bytes);
    Some(hasher.try_finalize().ok()?.to_string())
}

/// A path as ours are: `/` between its parts, nothing in front.
fn slashed(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

#[cfg(test)]
mod tests;
