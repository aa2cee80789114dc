//! Code and configuration that mishandle credentials: one file a check in `checks`, over what
//! `syntax` reads and what the provider files know.
//!
//! Knows no grammar, and no provider by name: a provider file with `[auth]` gets every check.

mod checks;
mod exchange;
mod flow;
mod imports;
mod known;
mod library;
mod setting;
mod view;

use std::ops::Range;

use crate::model::{Confidence, RuleDoc, Severity};
use crate::rules::RuleSet;
use crate::syntax::{self, Import, Language};

use flow::Index;

pub use checks::{CHECKS, Check, HARDCODED, SECRET_FILE_COMMITTED, holds_credentials};
pub use known::Literal;
pub use imports::Files;

/// One misuse in one place.
#[derive(Clone, Debug)]
pub struct Misuse {
    /// The check's number in [`CHECKS`].
    pub check: usize,
    /// The provider's number.
    pub provider: usize,
    /// What a report points at, in bytes of the file.
    pub at: Range<usize>,
    /// One sentence, without any secret.
    pub message: String,
    /// The severity, where it is another than the check's.
    pub severity: Option<Severity>,
    /// How sure the check is.
    pub confidence: Confidence,
    /// How it knows, in words.
    pub evidence: Vec<String>,
    /// The way the value took, first to last.
    pub steps: Vec<Step>,
    /// How to make it right, where that is certain.
    pub fix: Option<Fix>,
}

/// One step of the way a value took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where, in bytes of the file.
    pub at: Range<usize>,
    /// What happens there.
    pub message: String,
}

/// A change that makes a misuse right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in words.
    pub title: String,
    /// Each stretch of the file that is replaced, and by what; none overlaps another.
    pub edits: Vec<(Range<usize>, String)>,
}

/// A file to look at.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// Its path.
    pub path: &'a str,
    /// All of its bytes.
    pub text: &'a [u8],
    /// The literal credentials that the engine found in it.
    pub literals: &'a [Literal],
}

/// Files of more expressions than this are not followed: people do not write them.
const MAX_EXPRESSIONS: usize = 40_000;

/// More literal credentials than this in one file are a list of them, and no code to be judged.
const MAX_LITERALS: usize = 200;

/// The misuses in a file, in order. Nothing where it is in no language that can be read; none at all where
/// reading it or following its values would be too much work.
///
/// `enabled` says which checks to run; `files` gives other files of the project for what is imported.
#[must_use]
pub fn misuses(
    rules: &RuleSet,
    enabled: &dyn Fn(usize) -> bool,
    files: &dyn Files,
    unit: &Unit<'_>,
) -> Option<Vec<Misuse>> {
    let Some(language) = Language::of(unit.path, unit.text) else {
        return Some(Vec::new());
    };
    let root = syntax::parse(language, unit.text)?;
    let parts = view::parts(&root);
    if parts.iter().map(|part| part.program.ids().len()).sum::<usize>() > MAX_EXPRESSIONS {
        return None;
    }
    let indexes: Vec<Index> = parts.iter().map(|part| Index::new(part.program)).collect();
    let imports = |import: &Import| imports::value(files, unit.path, import);
    let mut file = view::File::new(rules, unit, &parts, &indexes, &imports);
    Some(checks::run(&mut file, enabled))
}

/// The documentation of a check.
#[must_use]
pub fn doc(check: usize) -> RuleDoc {
    CHECKS[check].doc()
}
