//! Which entries of the baseline a scan can speak of: those whose every place it looked at.

use std::collections::HashSet;
use std::path::PathBuf;

use super::Scanner;
use crate::misuse::CHECKS;
use crate::model::UnusedSuppression;
use crate::source::Entry as File;
use crate::suppress::RuleState;
use crate::suppress::baseline::{Baseline, EntryState};

/// Stands between a container and what is in it.
const INSIDE: char = '!';

impl Scanner {
    /// The baseline that it decides by, and after a scan what that learnt.
    #[must_use]
    pub fn baseline(&self) -> Option<&Baseline> {
        self.options.policy.baseline.as_ref()
    }

    /// What has become of the baseline's entries, in their order, in the last scan.
    #[must_use]
    pub fn baseline_states(&self) -> Vec<EntryState> {
        let states = |baseline: &Baseline| baseline.states(|id| self.asked_in_full(id));
        self.baseline().map(states).unwrap_or_default()
    }

    /// What is wrong with the baseline's entries.
    pub(super) fn baseline_notes(&self) -> Vec<UnusedSuppression> {
        // The day is asked for on first need.
        let Some(baseline) = self.baseline().filter(|b| !b.file().is_empty()) else {
            return Vec::new();
        };
        baseline.notes(self.options.policy.today(), |id| self.asked_in_full(id))
    }

    /// Tells the baseline what a scan of `files` could have met, which `paths` led to. `whole` says that
    /// nothing of it failed.
    ///
    /// A secret may have moved anywhere, so that only a scan of the whole project says of an entry that it
    /// is stale; and of one whose file is there but was left out, not even that does.
    pub(super) fn looked_at(&self, paths: &[PathBuf], files: &[File], whole: bool) {
        let Some(baseline) = self.baseline() else {
            return;
        };
        let root = baseline.root();
        let above = |path: &PathBuf| path.canonicalize().is_ok_and(|path| root.starts_with(path));
        if !whole || !paths.iter().any(above) {
            baseline.looked(|_| false);
            return;
        }
        let namer = baseline.namer();
        let seen: HashSet<String> = files
            .iter()
            .map(|file| namer.path(&file.display()))
            .collect();
        // Part by part: Windows takes no `/` in the form of paths that it calls canonical.
        let there = |path: &str| root.join(path.split('/').collect::<PathBuf>());
        let looked = |path: &String| {
            if seen.contains(path) {
                return true;
            }
            let mut outer = path.match_indices(INSIDE).map(|(at, _)| &path[..at]);
            match outer.find(|outer| seen.contains(*outer) || there(outer).is_file()) {
                Some(outer) => seen.contains(outer) && self.options.archives,
                None => !there(path).exists(),
            }
        };
        baseline.looked(|entry| entry.paths.iter().all(looked));
    }

    /// Whether a rule or check was looked for wherever the configuration lets it: a check may be on for the
    /// providers that the command line names, and for no others.
    fn asked_in_full(&self, id: &str) -> RuleState {
        let check = CHECKS.iter().position(|check| check.id == id);
        let Some(providers) = check.map(|check| &self.checks[check]) else {
            return self.rule_state(id);
        };
        let policy = &self.options.policy;
        let asked = |(on, identity): (bool, &str)| on || !policy.is_on(id, identity);
        let ids = self.rules().providers().map(|p| &*p.identity.id);
        if !providers.is_empty() && providers.iter().copied().zip(ids).all(asked) {
            RuleState::On
        } else {
            RuleState::Off
        }
    }
}
