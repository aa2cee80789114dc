//! What the latest state of a project says of what was found before it.

use std::collections::HashMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{GitOptions, TreeFiles, Worker, skipped};
use crate::model::{Finding, SkipReason, Suppressed};
use crate::scan::contained::{Id, id};
use crate::scan::{Partial, Progress, Scanner};
use crate::source::git::{ObjectId, Objects, Repository};

/// What is found in the latest state.
#[derive(Default)]
pub(super) struct Latest {
    /// Everything, as a scan of those files reports it.
    pub(super) all: Partial,
    reported: HashMap<Id, usize>,
    suppressed: HashMap<Id, usize>,
}

/// What became of something that was found before.
pub(super) enum Now<'a> {
    /// It is no longer there.
    Gone,
    /// It is still to be reported.
    Reported,
    /// It is there and accounted for.
    Suppressed(&'a Suppressed),
}

impl Latest {
    /// Scans these files of the tree.
    pub(super) fn scan(
        scanner: &Scanner,
        repository: &Repository,
        tree: ObjectId,
        files: &[(String, ObjectId)],
        options: &GitOptions,
        progress: Option<&Progress>,
    ) -> Self {
        let init = || (Worker::new(scanner, repository), repository.objects());
        let scan = |(worker, objects): &mut (Worker<'_>, Objects), file: &(String, ObjectId)| {
            let (path, id) = file;
            let mut partial = Partial::default();
            if options.is_excluded(path) {
                skipped(&mut partial, SkipReason::Excluded, 1);
                return partial;
            }
            let files = TreeFiles { objects, tree };
            worker.file(path, *id, &files, repository.remedy(), &mut partial);
            if let Some(progress) = progress {
                progress.file(partial.bytes);
            }
            partial
        };
        let all = files
            .par_iter()
            .map_init(init, scan)
            .reduce(Partial::default, Partial::merge);
        Self::of(all)
    }

    fn of(all: Partial) -> Self {
        let numbered = |(at, finding): (usize, &Finding)| (id(finding), at);
        let reported = all.findings.iter().enumerate().map(numbered).collect();
        let suppressed = all.suppressed.iter().map(|s| &s.finding).enumerate();
        Self {
            reported,
            suppressed: suppressed.map(numbered).collect(),
            all,
        }
    }

    /// What became of the finding with this id.
    pub(super) fn now(&self, id: &Id) -> Now<'_> {
        match (self.reported.get(id), self.suppressed.get(id)) {
            (Some(_), _) => Now::Reported,
            (None, Some(at)) => Now::Suppressed(&self.all.suppressed[*at]),
            (None, None) => Now::Gone,
        }
    }
}
