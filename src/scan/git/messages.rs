//! What people write to commits and tags.

use std::collections::HashSet;
use std::sync::Arc;

use gix::objs::{Kind, TagRef};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::Worker;
use crate::model::{Introduced, Origin, ScanError};
use crate::scan::contained::id;
use crate::scan::content::Content;
use crate::scan::{Partial, Scanner};
use crate::source::git::{CommitNode, GitError, ObjectId, Objects, Repository};

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
            match worker.tag(repository, name, *id) {
                Ok(found) => partial = partial.merge(found),
                Err(error) => partial.errors.push(ScanError {
                    path: format!("tag:{name}"),
                    message: error.to_string(),
                }),
            }
        }
        partial
    }
}

impl Worker<'_> {
    fn message(&mut self, repository: &Repository, id: ObjectId) -> Partial {
        let mut partial = Partial::default();
        let mut buffer = std::mem::take(&mut self.buffer);
        let error = match self.objects.message(&id, &mut buffer) {
            Ok(message) => {
                partial = self.text(format!("commit:{id}"), message);
                partial.introduced_by(repository, &self.objects, id).err()
            }
            Err(error) => Some(error),
        };
        self.buffer = buffer;
        partial.errors.extend(error.map(|error| ScanError {
            path: format!("commit:{id}"),
            message: error.to_string(),
        }));
        partial
    }

    fn tag(
        &mut self,
        repository: &Repository,
        name: &str,
        id: ObjectId,
    ) -> Result<Partial, GitError> {
        let content = self.objects.read(&id, Kind::Tag, &mut self.buffer)?;
        let content = content.to_vec();
        let tag = TagRef::from_bytes(&content, self.objects.hash());
        let tag = tag.map_err(|why| GitError::broken(format!("tag {id}"), why))?;
        let mut partial = self.text(format!("tag:{name}"), tag.message);
        if tag.target_kind == Kind::Commit && self.objects.kind(&tag.target()).is_some() {
            partial.introduced_by(repository, &self.objects, tag.target())?;
        }
        Ok(partial)
    }

    fn text(&mut self, name: String, message: &[u8]) -> Partial {
        let origin = Origin::Message(name);
        let content = Content {
            checks: false,
            ..Content::alone(&origin, NAME)
        };
        let mut partial = Partial::default();
        self.scanner
            .scan_guarded(&content, message, &mut self.scratch, &mut partial);
        // It is counted as a commit, not as a file.
        partial.files = 0;
        partial
    }
}

impl Partial {
    /// Notes which commit brought everything in it.
    pub(super) fn introduced_by(
        &mut self,
        repository: &Repository,
        objects: &Objects,
        commit: ObjectId,
    ) -> Result<(), GitError> {
        if self.findings.is_empty() && self.suppressed.is_empty() {
            return Ok(());
        }
        let commit = Arc::new(repository.describe(objects, commit)?);
        let suppressed = self.suppressed.iter_mut().map(|s| &mut s.finding);
        for finding in self.findings.iter_mut().chain(suppressed) {
            let paths = match &finding.location.origin {
                Origin::Message(_) => Vec::new(),
                origin => vec![origin.file().to_owned()],
            };
            finding.introduced = Some(Box::new(Introduced {
                commit: Arc::clone(&commit),
                at_head: false,
                paths,
            }));
        }
        Ok(())
    }
}
