//! What an entry is about: which finding, in what kind of file.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::key::BaselineKey;
use crate::model::{Anchor, Finding, Setting};

/// Kinds of files, told by their paths. What is accepted in one is not accepted in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PathClass {
    /// Everything that says nothing else: what runs in production.
    Other,
    /// A developer's own machine, staging, and what else is between.
    Development,
    /// Tests and their data.
    Test,
    /// Documentation and examples.
    Docs,
}

impl PathClass {
    /// The class of a file, by its path within the project.
    #[must_use]
    pub fn of(path: &str) -> Self {
        match Setting::of_path(path) {
            Some(Setting::Test) => Self::Test,
            Some(Setting::Docs) => Self::Docs,
            Some(Setting::Development | Setting::Staging) => Self::Development,
            Some(Setting::Production) | None => Self::Other,
        }
    }

    /// The word in a baseline.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Development => "development",
            Self::Test => "test",
            Self::Docs => "docs",
        }
    }
}

impl fmt::Display for PathClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Gives findings the names they have in a baseline.
#[derive(Clone, Debug)]
pub struct Namer {
    key: BaselineKey,
    anchor: Anchor,
}

/// What a finding is to a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The keyed hash.
    pub fingerprint: String,
    /// The kind of file it is in.
    pub class: PathClass,
    /// The file, relative to the baseline's root.
    pub path: String,
    /// Whether each one counts: it has no secret that would make it the same wherever it stands.
    pub counts: bool,
}

impl Namer {
    /// `anchor` says what paths are relative to.
    #[must_use]
    pub fn new(key: BaselineKey, anchor: Anchor) -> Self {
        Self { key, anchor }
    }

    /// What the finding is to a baseline.
    ///
    /// A secret is the same in every file of a class, so that it may move. A misuse without one, such as
    /// a certificate that is not verified, is the code of its file alone: elsewhere it is a new one.
    #[must_use]
    pub fn identity(&self, finding: &Finding) -> Identity {
        let path = self.path(finding.location.origin.path());
        let class = PathClass::of(&path);
        let counts = finding.secret.is_none();
        let place = if counts { &*path } else { "" };
        let words = [finding.fingerprint.as_str(), class.as_str(), place];
        Identity {
            fingerprint: self.key.hash(&words),
            class,
            counts,
            path,
        }
    }

    /// A path as a baseline has it.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        self.anchor.relative(path).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_told_by_paths() {
        for (path, class) in [
            ("src/app.ts", PathClass::Other),
            (".env.production", PathClass::Other),
            ("tests/app.ts", PathClass::Test),
            ("src/app.test.ts", PathClass::Test),
            ("docs/setup.txt", PathClass::Docs),
            ("README.md", PathClass::Docs),
            (".env.local", PathClass::Development),
            ("config/staging.yml", PathClass::Development),
            ("build.zip!tests/app.ts", PathClass::Test),
        ] {
            assert_eq!(PathClass::of(path), class, "{path}");
        }
    }
}
