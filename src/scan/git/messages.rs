//! What people write to commits and tags.

use std::collections::HashSet;
use std::sync::Arc;

use gix::objs::{Kind, TagRef};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::Worker;
use crate::detect;
use crate::model::{Blob, Commit, ContentClass, Introduced, Origin, ScanError, Secret};
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
                self.scanner
                    .introduce(repository, &self.objects, id, &mut partial)
                    .err()
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
            self.scanner
                .introduce(repository, &self.objects, tag.target(), &mut partial)?;
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

impl Scanner {
    /// Notes which commit brought everything that was found.
    pub(super) fn introduce(
        &self,
        repository: &Repository,
        objects: &Objects,
        commit: ObjectId,
        found: &mut Partial,
    ) -> Result<(), GitError> {
        if found.findings.is_empty() && found.suppressed.is_empty() {
            return Ok(());
        }
        let commit = Arc::new(self.describe(repository, objects, commit)?);
        let suppressed = found.suppressed.iter_mut().map(|s| &mut s.finding);
        for finding in found.findings.iter_mut().chain(suppressed) {
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

    /// What a commit says of itself, with every secret in it masked: it is shown beside what it brought.
    pub(super) fn describe(
        &self,
        repository: &Repository,
        objects: &Objects,
        id: ObjectId,
    ) -> Result<Commit, GitError> {
        let mut commit = repository.describe(objects, id)?;
        // As in the message itself: what stands in other lines may say what a word in this one is.
        let mut buffer = Vec::new();
        let message = String::from_utf8_lossy(objects.message(&id, &mut buffer)?);
        let mut scratch = detect::Scratch::default();
        let blob = Blob::new(NAME, ContentClass::Text, message.as_bytes());
        let scan = self.detector.scan(&blob, &mut scratch, &mut ());
        for found in scan.matches {
            let secret = &message[found.secret.clone()];
            if !secret.is_empty() {
                let masked = Secret::from_bytes(secret.as_bytes()).masked();
                commit.summary = commit.summary.replace(secret, &masked);
                commit.author = commit.author.replace(secret, &masked);
            }
        }
        Ok(commit)
    }
}
