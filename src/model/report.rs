//! Everything one run has to say.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::{Finding, Origin, RuleDoc, Severity};

/// The result of a scan: what was found, what was not reported and why, and what was looked at.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What to act on, sorted by place.
    pub findings: Vec<Finding>,
    /// What was found and is accounted for.
    pub suppressed: Vec<Suppressed>,
    /// Suppressions that matched nothing, or have run out.
    pub unused_suppressions: Vec<UnusedSuppression>,
    /// What could not be read. Any entry makes the run an error.
    pub errors: Vec<ScanError>,
    /// What was looked at.
    pub scanned: Scanned,
    /// The documentation of every rule that `findings` and `suppressed` name, sorted by id.
    pub rules: Vec<RuleDoc>,
}

impl Report {
    /// The documentation of the rule `id`, if a finding names it.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&RuleDoc> {
        self.rules
            .binary_search_by(|rule| (*rule.id).cmp(id))
            .ok()
            .map(|at| &self.rules[at])
    }

    /// How many findings have each severity, worst first; severities without one are left out.
    #[must_use]
    pub fn by_severity(&self) -> Vec<(Severity, usize)> {
        Severity::ALL
            .into_iter()
            .rev()
            .map(|s| (s, self.findings.iter().filter(|f| f.severity == s).count()))
            .filter(|&(_, count)| count > 0)
            .collect()
    }
}

/// A finding that is not to be acted on, and why.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// What was found.
    pub finding: Finding,
    /// What says that it is accounted for.
    pub kind: SuppressionKind,
    /// The reason that somebody wrote down.
    pub reason: Option<String>,
}

/// What can account for a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuppressionKind {
    /// A `credlint:allow` comment beside it.
    Inline,
    /// An `[[allow]]` entry of the configuration.
    Config,
    /// An entry of the baseline.
    Baseline,
}

impl SuppressionKind {
    /// The lower-case word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Config => "config",
            Self::Baseline => "baseline",
        }
    }
}

/// A suppression that does nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnusedSuppression {
    /// The file it stands in.
    pub origin: Origin,
    /// Its line, from 1.
    pub line: u64,
    /// What is wrong with it and what to do, in one sentence.
    pub message: String,
}

impl UnusedSuppression {
    /// Its line in the file that holds it: the first one where it stands inside of an archive.
    #[must_use]
    pub fn file_line(&self) -> u64 {
        self.origin.inner().map_or(self.line, |_| 1)
    }

    /// What is wrong with it, and where in an archive it stands.
    #[must_use]
    pub fn described(&self) -> String {
        match self.origin.inner() {
            None => self.message.clone(),
            Some(inner) => format!("{inner}:{}: {}", self.line, self.message),
        }
    }
}

/// Something that could not be scanned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScanError {
    /// The path it was tried on.
    pub path: String,
    /// What was tried and what went wrong.
    pub message: String,
}

/// What a run looked at.
#[derive(Clone, Debug, Default)]
pub struct Scanned {
    /// Files whose content was read: of a history, each content once.
    pub files: u64,
    /// Commits whose changes were looked at, with their messages.
    pub commits: u64,
    /// What was read inside of them: members of archives, documents and databases.
    pub members: u64,
    /// Bytes of all that content.
    pub bytes: u64,
    /// Of `files` and `members`, those in which only formats that speak for themselves were looked for, by why.
    pub limited: BTreeMap<&'static str, u64>,
    /// Entries that were not read, by why.
    pub skipped: BTreeMap<SkipReason, u64>,
    /// How many rules were applied.
    pub rules: usize,
    /// How long it took. Shown on a terminal only: every other report is the same for the same input.
    pub elapsed: Duration,
}

/// Why an entry was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// An `exclude` of the configuration or the command line names it.
    Excluded,
    /// A symbolic link, and following was not asked for.
    Symlink,
    /// A socket, pipe or device.
    Special,
    /// A member of an archive, or a document, that needs a password.
    Encrypted,
    /// A member of an archive that is compressed in a way credlint does not know.
    Unsupported,
    /// Another repository that is linked into this one.
    Submodule,
}

impl SkipReason {
    /// The words used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Excluded => "excluded",
            Self::Symlink => "symbolic link",
            Self::Special => "special file",
            Self::Encrypted => "encrypted",
            Self::Unsupported => "compressed in an unknown way",
            Self::Submodule => "submodule",
        }
    }
}
