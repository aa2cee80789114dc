//! What is staged, and what a range of commits adds.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::Instant;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::added::Added;
use super::latest::{Latest, Now};
use super::{GitOptions, TreeFiles, Worker, importable, skipped};
use crate::misuse::Files;
use crate::model::{Finding, Origin, Report, ScanError, SkipReason, Suppressed};
use crate::scan::contained::{Id, id};
use crate::scan::content::Content;
use crate::scan::{Partial, Progress, Scanner};
use crate::source::git::{
    self, Change, Changes, CommitNode, GitError, ObjectId, Objects, Range, Repository, Staged,
};

/// So many files that a change takes away are looked at for what it only moves.
const MAX_GONE: usize = 2_000;

/// A change of a file, and the difference that it is part of.
struct Changed<'a> {
    change: &'a Change,
    all: &'a Changes,
    /// What stood in files that are gone, once that is asked for.
    gone: &'a OnceLock<Vec<u8>>,
}

/// The staged files, for what one imports from another.
struct StagedFiles<'a> {
    objects: &'a Objects,
    staged: &'a Staged,
}

impl Files for StagedFiles<'_> {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        importable(self.objects, self.staged.file(path)?)
    }
}

impl Scanner {
    /// Scans what is staged: files whose content in the index is another than in the commit that is checked
    /// out. What stands in the work tree does not matter.
    pub fn scan_staged(
        &self,
        repository: &Repository,
        options: &GitOptions,
        progress: &Progress,
    ) -> Result<Report, GitError> {
        let started = Instant::now();
        let staged = repository.staged(&repository.objects())?;
        let changes = &staged.changes;
        progress
            .total
            .store(changes.files.len() as u64, Ordering::Relaxed);
        let gone = OnceLock::new();
        let init = || (Worker::new(self, repository), repository.objects());
        let scan = |(worker, objects): &mut (Worker<'_>, Objects), change: &Change| {
            let changed = Changed {
                change,
                all: changes,
                gone: &gone,
            };
            let files = StagedFiles {
                objects,
                staged: &staged,
            };
            let partial = worker.change(&changed, &files, repository, options);
            progress.file(partial.bytes);
            partial
        };
        let mut all = changes
            .files
            .par_iter()
            .map_init(init, scan)
            .reduce(Partial::default, Partial::merge);
        skipped(&mut all, SkipReason::Submodule, changes.submodules);
        all.errors
            .extend(staged.unmerged.iter().map(|path| ScanError {
                path: path.clone(),
                message:
                    "it is not merged yet: decide what it shall be, and `git add` it".to_owned(),
            }));
        let mut report = self.report(all);
        report.scanned.elapsed = started.elapsed();
        Ok(report)
    }

    /// Scans what each commit of a range adds to its parents, and its message.
    pub fn scan_range(
        &self,
        repository: &Repository,
        range: &Range,
        options: &GitOptions,
        progress: &Progress,
    ) -> Result<Report, GitError> {
        let started = Instant::now();
        let commits = repository.commits(range)?;
        if let Some(cut) = commits.nodes.iter().find(|commit| commit.cut) {
            return Err(GitError::Missing {
                what: format!("what commit {} builds on", cut.id),
                remedy: repository.remedy(),
            });
        }
        let mut all = self.messages(repository, &commits.nodes);
        all = all.merge(self.tag_messages(repository, range.tags()));
        all.commits = commits.nodes.len() as u64;
        all.missing(&commits.missing, repository.remedy());
        let nodes: BTreeMap<ObjectId, &CommitNode> =
            commits.nodes.iter().map(|node| (node.id, node)).collect();
        let differences: Vec<(Changes, OnceLock<Vec<u8>>)> = commits
            .nodes
            .par_iter()
            .map_init(
                || repository.objects(),
                |objects, commit| {
                    let changes = repository.changes(objects, commit, &nodes)?;
                    Ok((changes, OnceLock::new()))
                },
            )
            .collect::<Result<_, GitError>>()?;
        let changes: Vec<(usize, &Change)> = differences
            .iter()
            .enumerate()
            .flat_map(|(at, (changes, _))| changes.files.iter().map(move |change| (at, change)))
            .collect();
        progress
            .total
            .store(changes.len() as u64, Ordering::Relaxed);
        let init = || (Worker::new(self, repository), repository.objects());
        let scan = |(worker, objects): &mut (Worker<'_>, Objects), item: &(usize, &Change)| {
            let (at, change) = *item;
            let changed = Changed {
                change,
                all: &differences[at].0,
                gone: &differences[at].1,
            };
            let files = TreeFiles {
                objects,
                tree: commits.nodes[at].tree,
            };
            let mut partial = worker.change(&changed, &files, repository, options);
            progress.file(partial.bytes);
            if let Err(error) = partial.introduced_by(repository, objects, commits.nodes[at].id) {
                partial.errors.push(ScanError {
                    path: change.path.clone(),
                    message: error.to_string(),
                });
            }
            vec![(at, partial)]
        };
        let mut found: Vec<(usize, Partial)> =
            changes
                .par_iter()
                .map_init(init, scan)
                .reduce(Vec::new, |mut a, b| {
                    a.extend(b);
                    a
                });
        // As the commits are, however many threads there were.
        found.sort_by_key(|(at, _)| *at);
        let mut first = First::default();
        for (_, partial) in found {
            all = all.merge(first.keep(partial));
        }
        for (difference, _) in &differences {
            skipped(&mut all, SkipReason::Submodule, difference.submodules);
        }
        if let (Some(tip), false) = (range.tip(), all.findings.is_empty()) {
            let paths = changes.iter().map(|(_, change)| change.path.as_str());
            let paths: BTreeSet<&str> = paths.collect();
            let tree = repository.tree(&repository.objects(), tip)?;
            let latest = self.latest(repository, tree, &paths, options)?;
            all.settle(&latest);
        }
        let mut report = self.report(all);
        report.scanned.elapsed = started.elapsed();
        Ok(report)
    }

    /// What stands at these paths of a tree.
    fn latest(
        &self,
        repository: &Repository,
        tree: ObjectId,
        paths: &BTreeSet<&str>,
        options: &GitOptions,
    ) -> Result<Latest, GitError> {
        let objects = repository.objects();
        let mut files = Vec::new();
        for path in paths {
            if let Some(id) = git::file_at(&objects, tree, path)? {
                files.push(((*path).to_owned(), id));
            }
        }
        Ok(Latest::scan(self, repository, tree, &files, options, None))
    }
}

impl Worker<'_> {
    /// What a change adds.
    fn change(
        &mut self,
        changed: &Changed<'_>,
        files: &dyn Files,
        repository: &Repository,
        options: &GitOptions,
    ) -> Partial {
        let change = changed.change;
        let mut partial = Partial::default();
        if options.is_excluded(&change.path) {
            skipped(&mut partial, SkipReason::Excluded, 1);
            return partial;
        }
        let remedy = repository.remedy();
        if !self.file(&change.path, change.id, files, remedy, &mut partial) {
            return partial;
        }
        let nothing = partial.findings.is_empty() && partial.suppressed.is_empty();
        if options.whole_files || nothing {
            return partial;
        }
        let new = std::mem::take(&mut self.buffer);
        let mut before = Vec::new();
        for old in &change.old {
            match old {
                Some(id) => before.extend(self.read(*id)),
                None => before.push(self.gone(changed).to_vec()),
            }
        }
        let added = Added::new(&new, &before);
        let known: Vec<HashSet<Id>> = if partial.has_members() {
            before
                .iter()
                .map(|old| self.ids(&change.path, old))
                .collect()
        } else {
            Vec::new()
        };
        let is_new = |finding: &Finding| {
            if finding.location.origin.inner().is_some() {
                let id = id(finding);
                return known.iter().all(|known| !known.contains(&id));
            }
            let (first, last) = (finding.location.start.line, finding.location.end.line);
            let mut steps = finding.steps.iter().chain(&finding.related);
            (first..=last).any(|line| added.has(line))
                || steps.any(|step| added.has(step.location.start.line))
        };
        partial.findings.retain(is_new);
        partial
            .suppressed
            .retain(|suppressed| is_new(&suppressed.finding));
        partial
    }

    /// What stood in the files that a difference takes away: a new file may be one of them, renamed.
    fn gone<'c>(&mut self, changed: &Changed<'c>) -> &'c [u8] {
        changed.gone.get_or_init(|| {
            let mut text = Vec::new();
            let files = changed.all.gone_files(&self.objects, MAX_GONE);
            for id in files.unwrap_or_default() {
                text.extend(self.read(id).unwrap_or_default());
                text.push(b'\n');
            }
            text
        })
    }

    /// What is found in the content `bytes` of the file `path`.
    fn ids(&mut self, path: &str, bytes: &[u8]) -> HashSet<Id> {
        let mut partial = Partial::default();
        let origin = Origin::File(path.to_owned());
        let content = Content {
            checks: false,
            ..Content::alone(&origin, path)
        };
        self.scanner
            .scan_guarded(&content, bytes, &mut self.scratch, &mut partial);
        let suppressed = partial.suppressed.iter().map(|s| &s.finding);
        partial.findings.iter().chain(suppressed).map(id).collect()
    }
}

/// Keeps of what commits add the first of each.
#[derive(Default)]
struct First(HashSet<(Id, String)>);

impl First {
    fn keep(&mut self, mut partial: Partial) -> Partial {
        let mut is_first = |finding: &Finding| {
            let path = finding.location.origin.path().to_owned();
            self.0.insert((id(finding), path))
        };
        partial.findings.retain(&mut is_first);
        partial.suppressed.retain(|s| is_first(&s.finding));
        partial
    }
}

impl Partial {
    fn has_members(&self) -> bool {
        let mut all = self
            .findings
            .iter()
            .chain(self.suppressed.iter().map(|s| &s.finding));
        all.any(|finding| finding.location.origin.inner().is_some())
    }

    /// Adds an error for everything that should be there and is not.
    pub(super) fn missing<'m>(
        &mut self,
        what: impl IntoIterator<Item = &'m String>,
        remedy: &'static str,
    ) {
        self.errors.extend(what.into_iter().map(|what| ScanError {
            path: what.clone(),
            message: format!("it is not in this clone{remedy}"),
        }));
    }

    /// Takes over what the latest state says of findings: whether they are still there, and what accounts
    /// for them there.
    pub(super) fn settle(&mut self, latest: &Latest) {
        for mut finding in std::mem::take(&mut self.findings) {
            match latest.now(&id(&finding)) {
                Now::Gone => self.findings.push(finding),
                now => {
                    if let Some(introduced) = &mut finding.introduced {
                        introduced.at_head = true;
                    }
                    match now {
                        Now::Suppressed(by) => self.suppressed.push(Suppressed {
                            finding,
                            kind: by.kind,
                            reason: by.reason.clone(),
                        }),
                        _ => self.findings.push(finding),
                    }
                }
            }
        }
    }
}
