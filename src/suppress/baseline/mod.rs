//! A baseline: findings of an old code base that are accepted, by what they are and not by where.
//!
//! Whether a finding is among them is decided here, and whether each entry is still needed. Where the
//! file is, and where its key comes from, is settled by whoever makes a [`Baseline`].

mod file;
mod key;
mod place;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use jiff::civil::Date;

use super::RuleState;
use crate::model::{Finding, Origin, UnusedSuppression};
pub use file::{BaselineError, BaselineFile, Entry, KeyFrom, KeyNote, Malformed};
pub use key::BaselineKey;
pub use place::{Identity, Namer, PathClass};

/// The file's name, where nobody gives it another.
pub const BASELINE_FILE: &str = ".credlint-baseline.json";

/// The JSON Schema of the file.
pub const BASELINE_SCHEMA: &str = include_str!("baseline.schema.json");

/// The findings that are accepted, ready to be asked.
#[derive(Debug)]
pub struct Baseline {
    origin: Origin,
    root: PathBuf,
    namer: Namer,
    file: BaselineFile,
    by_fingerprint: HashMap<String, Vec<usize>>,
    uses: Vec<Use>,
}

/// What a scan learns of an entry; any thread may add to it.
#[derive(Debug, Default)]
struct Use {
    /// How many findings it met at once: of all files, or in the file where each one counts.
    met: AtomicU32,
    /// Whether all was looked at that could have been one.
    looked: AtomicBool,
}

/// How many findings of a file each entry has met.
pub(super) type Met = HashMap<usize, u32>;

/// What has become of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// It is needed, or nothing can be said.
    Live,
    /// It accepts more findings than there are, which is this many.
    Shrunk(u32),
    /// There is no such finding any more.
    Stale,
    /// There is no such rule any more.
    NoRule,
}

/// A finding that is accepted.
pub(super) struct Accepted {
    /// Why, if somebody said so.
    pub(super) reason: Option<String>,
}

impl Baseline {
    /// `origin` is where `file` stands and `root` the folder that its paths, and those of `namer`, are
    /// relative to.
    #[must_use]
    pub fn new(file: BaselineFile, namer: Namer, origin: Origin, root: PathBuf) -> Self {
        let mut by_fingerprint: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, entry) in file.entries.iter().enumerate() {
            let same = by_fingerprint.entry(entry.fingerprint.clone()).or_default();
            same.push(index);
        }
        let uses = file.entries.iter().map(|_| Use::default()).collect();
        Self {
            origin,
            root,
            namer,
            file,
            by_fingerprint,
            uses,
        }
    }

    /// The folder that its paths are relative to.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What gives findings their names in it.
    #[must_use]
    pub fn namer(&self) -> &Namer {
        &self.namer
    }

    /// What is written in it.
    #[must_use]
    pub fn file(&self) -> &BaselineFile {
        &self.file
    }

    /// Whether the finding is accepted on the day `today`. `met` is of its file; each finding is to be
    /// asked about once.
    pub(super) fn accept(
        &self,
        finding: &Finding,
        met: &mut Met,
        today: impl Fn() -> Date,
    ) -> Option<Accepted> {
        let identity = self.namer.identity(finding);
        let same = self.by_fingerprint.get(&identity.fingerprint)?;
        let mut accepted = None;
        for &index in same {
            let entry = &self.file.entries[index];
            let met = met.entry(index).or_default();
            *met += 1;
            self.uses[index].met.fetch_max(*met, Ordering::Relaxed);
            let has_room = !identity.counts || *met <= entry.count;
            if has_room && !entry.has_expired(&today) {
                accepted.get_or_insert_with(|| Accepted {
                    reason: entry.reason.clone(),
                });
            }
        }
        accepted
    }

    /// Notes for which entries a scan has looked at all that could be theirs.
    pub fn looked(&self, at: impl Fn(&Entry) -> bool) {
        for (entry, entry_use) in self.file.entries.iter().zip(&self.uses) {
            entry_use.looked.store(at(entry), Ordering::Relaxed);
        }
    }

    /// The entries of which all was looked at that could be theirs.
    pub fn looked_for(&self) -> impl Iterator<Item = &Entry> {
        let entries = self.file.entries.iter().zip(&self.uses);
        entries
            .filter(|(_, entry_use)| entry_use.looked.load(Ordering::Relaxed))
            .map(|(entry, _)| entry)
    }

    /// What has become of each entry, once every finding was decided. `rule` tells of a rule whether it was
    /// looked for.
    pub fn states(&self, rule: impl Fn(&str) -> RuleState) -> Vec<EntryState> {
        let state = |(entry, entry_use): (&Entry, &Use)| {
            let met = entry_use.met.load(Ordering::Relaxed);
            let looked = entry_use.looked.load(Ordering::Relaxed);
            match rule(&entry.rule) {
                RuleState::Unknown if met == 0 => EntryState::NoRule,
                RuleState::On if looked && met == 0 => EntryState::Stale,
                RuleState::On if looked && met < entry.count => EntryState::Shrunk(met),
                _ => EntryState::Live,
            }
        };
        self.file
            .entries
            .iter()
            .zip(&self.uses)
            .map(state)
            .collect()
    }

    /// What is wrong with its entries, each at its line.
    pub fn notes(&self, today: Date, rule: impl Fn(&str) -> RuleState) -> Vec<UnusedSuppression> {
        let note = |line, message| UnusedSuppression {
            origin: self.origin.clone(),
            line,
            message,
        };
        let mut notes = Vec::new();
        for malformed in &self.file.malformed {
            let message = format!(
                "this entry cannot be followed: {}; mend or remove it",
                malformed.message
            );
            notes.push(note(malformed.line, message));
        }
        for (entry, state) in self.file.entries.iter().zip(self.states(rule)) {
            let what = format!("this entry ({} in {})", entry.rule, place(entry));
            let message = match (state, entry.until) {
                (EntryState::NoRule, _) => {
                    format!(
                        "{what} is of a rule that there is not; `credlint baseline prune` removes it"
                    )
                }
                (EntryState::Stale, _) => {
                    format!("{what} matches nothing; `credlint baseline prune` removes it")
                }
                (_, Some(until)) if until < today => {
                    format!("{what} ran out on {until}; fix the finding or set a later date")
                }
                (EntryState::Shrunk(met), _) => format!(
                    "{what} accepts {} findings and there are {met}; `credlint baseline prune` lowers it",
                    entry.count
                ),
                (EntryState::Live, _) => continue,
            };
            notes.push(note(entry.line, message));
        }
        notes
    }
}

/// Where an entry's findings were, in few words.
fn place(entry: &Entry) -> String {
    match entry.paths.as_slice() {
        [] => format!("files of the class {}", entry.class),
        [path] => path.clone(),
        [path, more @ ..] => format!("{path} and {} more", more.len()),
    }
}

#[cfg(test)]
mod tests;
