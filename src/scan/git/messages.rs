//! What people write to commits and tags.

use std::collections::HashSet;

use gix::objs::{Kind, TagRef};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::Worker;
use crate::model::{Commit, Introduced, Origin, ScanError};
use crate::scan::contained::id;
use crate::scan::content::Content;
use crate::scan::{Partial, Scanner};
use crate::source::git::{CommitNode, GitError, ObjectId, Repository};

/// What says how a message is read: as prose that may hold code.
const NAME: &str = "COMMIT_EDITMSG";

impl Scanner {
    /// Scans the messages of commits, given parents first; a finding is the first commit's that has it.
    pub(super) fn messages(&self, repository: &Repository, commits: &[CommitNode]) -> Partial {
        let mut all = commits
            .par_iter()
            .map_init(
                || Worker::new(self, repository),
                |worker, commit| worker.message(repository, commit.id),
            )
            .reduce(Partial::default, Partial::merge);
        // A commit that was picked or rebased has its message again.
        let mut told = HashSet::new();
        all.findings.retain(|finding| told.insert(id(finding)));
        all.suppressed.retain(|s| told.insert(id(&s.finding)));
        all
    }

    /// Scans the messages of annotated tags.
    pub(super) fn tag_messages<'t>(
        &self,
        repository: &Repository,
        tags: impl IntoIterator<Item = &'t (String, ObjectId)>,
    ) -> Partial {
        let mut worker = Worker::new(self, repository);
        let mut partial = Partial::default();
        for (name, id) in tags {
            if let Err(error) = worker.tag(repository, name, *id, &mut partial) {
                partial.errors.push(ScanError {
                    path: format!("tag:{name}"),
                    message: error.to_string(),
                });
            }
        }
        partial
    }
}

impl Worker<'_> {
    fn message(&mut self, repository: &Repository, id: ObjectId) -> Partial {
        let mut partial = Partial::default();
        match repository.describe(&self.objects, id) {
            Ok((commit, message)) => {
                self.text(format!("commit:{id}"), &message, Some(commit), &mut partial)
            }
            Err(error) => partial.errors.push(ScanError {
                path: format!("commit:{id}"),
                message: error.to_string(),
            }),
        }
        partial
    }

    fn tag(
        &mut self,
        repository: &Repository,
        name: &str,
        id: ObjectId,
        partial: &mut Partial,
    ) -> Result<(), GitError> {
        let content = self
            .objects
            .read(&id, Kind::Tag, &mut self.buffer)?
            .to_vec();
        let tag = TagRef::from_bytes(&content, self.objects.hash());
        let tag = tag.map_err(|why| GitError::Broken {
            what: format!("tag {id}"),
            why: why.to_string(),
        })?;
        let commit = (tag.target_kind == Kind::Commit).then(|| tag.target());
        let commit = commit.and_then(|id| repository.describe(&self.objects, id).ok());
        self.text(
            format!("tag:{name}"),
            tag.message,
            commit.map(|(commit, _)| commit),
            partial,
        );
        Ok(())
    }

    fn text(
        &mut self,
        name: String,
        message: &[u8],
        commit: Option<Commit>,
        partial: &mut Partial,
    ) {
        let origin = Origin::Message(name);
        let content = Content {
            checks: false,
            ..Content::alone(&origin, NAME)
        };
        let mut own = Partial::default();
        self.scanner
            .scan_guarded(&content, message, &mut self.scratch, &mut own);
        // It is counted as a commit, not as a file.
        own.files = 0;
        if let Some(commit) = commit {
            let introduced = Introduced {
                commit: commit.into(),
                at_head: false,
                paths: Vec::new(),
            };
            own.introduced_by(&introduced);
        }
        *partial = std::mem::take(partial).merge(own);
    }
}
