//! Findings in what git keeps: staged changes, ranges of commits, all of history.

mod added;
mod changes;
mod history;
mod latest;
mod messages;
mod walk;

use std::io::Cursor;
use std::sync::atomic::Ordering;

use gix::objs::Kind;

use super::content::{Content, Place};
use super::{Partial, Progress, Scanner, Scratch};
use crate::misuse::Files;
use crate::model::{Anchor, Globs, Origin, ScanError, SkipReason};
use crate::source::git::{self, GitError, ObjectId, Objects, Repository};
use crate::syntax;

/// How a repository is scanned.
#[derive(Debug, Default)]
pub struct GitOptions {
    /// Paths that are left out, each list with the folder that it speaks of.
    pub exclude: Vec<(Globs, Anchor)>,
    /// Whether all of a changed file is reported, and not only what was added to it.
    pub whole_files: bool,
    /// Whether all that is tracked is looked at where nothing is staged.
    pub all_without_changes: bool,
    /// Whether what references once led to counts as history, too.
    pub reflog: bool,
    /// Whether objects that nothing leads to count as history, too.
    pub unreachable: bool,
}

impl GitOptions {
    fn is_excluded(&self, path: &str) -> bool {
        let covers = |(globs, anchor): &(Globs, Anchor)| globs.cover(&anchor.relative(path));
        self.exclude.iter().any(covers)
    }
}

/// A thread that looks at objects.
struct Worker<'a> {
    scanner: &'a Scanner,
    objects: Objects,
    scratch: Scratch,
    buffer: Vec<u8>,
}

impl<'a> Worker<'a> {
    fn new(scanner: &'a Scanner, repository: &Repository) -> Self {
        Self {
            scanner,
            objects: repository.objects(),
            scratch: Scratch::default(),
            buffer: Vec::new(),
        }
    }

    /// Scans the blob `id` as the file `path`; its content stays in `buffer`. What cannot be read is an
    /// error of `partial`, and gives false.
    fn file(
        &mut self,
        path: &str,
        id: ObjectId,
        files: &dyn Files,
        remedy: &str,
        partial: &mut Partial,
    ) -> bool {
        if let Err(error) = self.objects.read(&id, Kind::Blob, &mut self.buffer) {
            partial.errors.push(ScanError {
                path: path.to_owned(),
                message: match error {
                    GitError::Missing { .. } => format!("{error}{remedy}"),
                    _ => error.to_string(),
                },
            });
            return false;
        }
        let origin = Origin::File(path.to_owned());
        let content = Content {
            place: Place::Commit,
            files,
            ..Content::alone(&origin, path)
        };
        self.scanner
            .scan_guarded(&content, &self.buffer, &mut self.scratch, partial);
        true
    }

    /// The content of the blob `id`, if it is there.
    fn read(&mut self, id: ObjectId) -> Option<Vec<u8>> {
        let content = self.objects.read(&id, Kind::Blob, &mut self.buffer);
        content.ok().map(<[u8]>::to_vec)
    }
}

impl Scanner {
    /// Scans bytes in memory, and what is inside of them; a panic becomes an error of the report.
    fn scan_guarded(
        &self,
        content: &Content<'_>,
        bytes: &[u8],
        scratch: &mut Scratch,
        partial: &mut Partial,
    ) {
        let open = || Ok(Cursor::new(bytes));
        let scan = || self.scan_whole(content, open, scratch, partial);
        let message = match super::catch_unwind(super::AssertUnwindSafe(scan)) {
            Ok(Ok(())) => return,
            Ok(Err(error)) => format!("cannot read it: {error}"),
            Err(_) => {
                *scratch = Scratch::default();
                super::BUG.to_owned()
            }
        };
        partial.errors.push(ScanError {
            path: content.origin.path().to_owned(),
            message,
        });
    }
}

impl Progress {
    fn file(&self, bytes: u64) {
        self.files.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Counts of a scan's parts that it leaves out.
fn skipped(partial: &mut Partial, why: SkipReason, number: u64) {
    if number > 0 {
        *partial.skipped.entry(why).or_default() += number;
    }
}

/// The files of a tree, for what one imports from another.
struct TreeFiles<'a> {
    objects: &'a Objects,
    tree: ObjectId,
}

impl Files for TreeFiles<'_> {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        let id = git::file_at(self.objects, self.tree, path).ok()??;
        importable(self.objects, id)
    }
}

/// The content of a file that another imports, if it is not too long to parse.
fn importable(objects: &Objects, id: ObjectId) -> Option<Vec<u8>> {
    let mut buffer = Vec::new();
    let length = objects.read(&id, Kind::Blob, &mut buffer).ok()?.len();
    (length <= syntax::MAX_BYTES).then_some(buffer)
}
