//! What one thread finds, put together in the end.

use std::collections::BTreeMap;

use crate::model::{Finding, ScanError, SkipReason, Suppressed, UnusedSuppression};
use crate::suppress::Decision;

/// What one thread, or all of them, have found.
#[derive(Default)]
pub(super) struct Partial {
    pub(super) findings: Vec<Finding>,
    pub(super) suppressed: Vec<Suppressed>,
    pub(super) unused: Vec<UnusedSuppression>,
    pub(super) errors: Vec<ScanError>,
    pub(super) files: u64,
    pub(super) commits: u64,
    pub(super) members: u64,
    pub(super) bytes: u64,
    pub(super) limited: BTreeMap<&'static str, u64>,
    pub(super) skipped: BTreeMap<SkipReason, u64>,
}

impl Partial {
    /// Keeps a finding where it belongs.
    pub(super) fn keep(&mut self, decision: Decision) {
        match decision {
            Decision::Report(finding) => self.findings.push(finding),
            Decision::Suppress(suppressed) => self.suppressed.push(suppressed),
            Decision::Drop(_) => {}
        }
    }

    /// Puts everything below the folder `path`: it was found in a repository that is linked there.
    pub(super) fn move_below(&mut self, path: &str) {
        let suppressed = self.suppressed.iter_mut().map(|s| &mut s.finding);
        for finding in self.findings.iter_mut().chain(suppressed) {
            let more = finding.related.iter_mut().chain(&mut finding.steps);
            let more = more.map(|related| &mut related.location.origin);
            for origin in more.chain([&mut finding.location.origin]) {
                *origin = origin.below(path);
            }
            if let Some(introduced) = &mut finding.introduced {
                for inside in &mut introduced.paths {
                    *inside = format!("{path}/{inside}");
                }
            }
        }
        for unused in &mut self.unused {
            unused.origin = unused.origin.below(path);
        }
        for error in &mut self.errors {
            error.path = format!("{path}/{}", error.path);
        }
    }

    /// All of both.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.findings.extend(other.findings);
        self.suppressed.extend(other.suppressed);
        self.unused.extend(other.unused);
        self.errors.extend(other.errors);
        self.files += other.files;
        self.commits += other.commits;
        self.members += other.members;
        self.bytes += other.bytes;
        for (why, count) in other.limited {
            *self.limited.entry(why).or_default() += count;
        }
        for (why, count) in other.skipped {
            *self.skipped.entry(why).or_default() += count;
        }
        self
    }
}
