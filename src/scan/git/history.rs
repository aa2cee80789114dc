//! Everything that a repository has ever had.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use gix::objs::Kind;
use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use super::latest::{Latest, Now};
use super::walk::{Candidates, Holder, Walker};
use super::{GitOptions, Worker, skipped};
use crate::model::{Commit, Finding, Introduced, Origin, Report, ScanError, SkipReason};
use crate::scan::contained::{Id, id};
use crate::scan::content::Content;
use crate::scan::{Partial, Progress, Scanner};
use crate::source::git::{
    self, Commits, Environment, GitError, Inflater, Loose, Pack, Reached, Repository, Root, Tips,
    Visit as _,
};

/// So many repositories are followed that are linked into each other.
const MAX_REPOSITORIES: usize = 100;

impl Scanner {
    /// Scans every content that a reference leads to, once, and every message. A finding tells the commit
    /// that brought it; the checks look at the state that is checked out.
    pub fn scan_history(
        &self,
        repository: &Repository,
        options: &GitOptions,
        progress: &Progress,
    ) -> Result<Report, GitError> {
        let started = Instant::now();
        let mut seen = BTreeSet::from([repository.common_dir()]);
        let all = self.history(repository, options, progress, &mut seen)?;
        let mut report = self.report(all);
        report.errors.dedup();
        report.scanned.elapsed = started.elapsed();
        Ok(report)
    }

    fn history(
        &self,
        repository: &Repository,
        options: &GitOptions,
        progress: &Progress,
        seen: &mut BTreeSet<PathBuf>,
    ) -> Result<Partial, GitError> {
        let objects = repository.objects();
        let mut tips = repository.tips(options.reflog)?;
        let stray = if options.unreachable {
            stray(repository, &mut tips)?
        } else {
            Vec::new()
        };
        let commits = Commits::all(repository, &tips)?;
        // One thread goes through the trees; what is left of the others goes through the messages.
        let (reached, messages) = rayon::join(
            || reach(repository, &commits, &tips, &stray),
            || self.messages(repository, &commits.nodes),
        );
        let reached = reached?;
        let number = reached.blobs().len() as u64;
        progress.total.fetch_add(number, Ordering::Relaxed);
        let mut all = messages.merge(self.tag_messages(repository, &tips.tags));
        all.commits = commits.nodes.len() as u64;
        let missing = commits.missing.iter().chain(&tips.missing);
        all.missing(missing.chain(&reached.missing), repository.remedy());
        if let Some(cut) = commits.nodes.iter().find(|commit| commit.cut) {
            all.errors.push(ScanError {
                path: format!("commit:{}", cut.id),
                message: format!(
                    "what it builds on is not in this clone{}",
                    repository.remedy()
                ),
            });
        }
        let latest = match repository.head()? {
            Some(head) => {
                let tree = repository.tree(&objects, head)?;
                let files = git::files(&objects, tree)?;
                Latest::scan(self, repository, tree, &files, options, None)
            }
            None => Latest::default(),
        };
        let (candidates, walked) = self.walk(repository, &reached, options, progress)?;
        all = all.merge(walked);
        let history = History {
            scanner: self,
            repository,
            commits: &commits,
            reached: &reached,
        };
        all = all.merge(history.settle(&candidates, latest)?);
        for path in &reached.submodules {
            let sub = self.submodule(repository, path, options, progress, seen)?;
            all = all.merge(sub);
        }
        Ok(all)
    }

    /// Looks at every blob, pack by pack, and at those that are in none.
    fn walk<'r>(
        &'r self,
        repository: &Repository,
        reached: &'r Reached,
        options: &'r GitOptions,
        progress: &'r Progress,
    ) -> Result<(Candidates<'r>, Partial), GitError> {
        let walker = || Walker::new(self, reached, options, progress);
        let mut done = vec![false; reached.blobs().len()];
        let mut all = walker();
        for index in repository.pack_indexes()? {
            let pack = Pack::open(&index, repository.hash())?;
            let mut wanted = |id: &gix::hash::oid| {
                let number = reached.number(id)?;
                (!std::mem::replace(&mut done[number as usize], true)).then_some(number)
            };
            let forest = pack.forest(Kind::Blob, &mut wanted)?;
            let of_pack = forest
                .roots()
                .par_iter()
                .fold(
                    || Ok((walker(), Inflater::default())),
                    |state: Result<(Walker<'r>, Inflater), GitError>, root| {
                        let (mut walker, mut inflater) = state?;
                        pack.walk(&forest, *root, &mut inflater, &mut walker)?;
                        Ok((walker, inflater))
                    },
                )
                .map(|state| state.map(|(walker, _)| walker))
                .try_reduce(walker, |a, b| Ok(a.merge(b)))?;
            all = all.merge(of_pack);
        }
        let rest: Vec<u32> = (0..done.len() as u32)
            .filter(|n| !done[*n as usize])
            .collect();
        let init = || (walker(), repository.objects(), Vec::new());
        let loose = rest
            .into_par_iter()
            .fold(init, |(mut walker, objects, mut buffer), number| {
                let blob = reached.blobs()[number as usize];
                match objects.read(&blob.id, Kind::Blob, &mut buffer) {
                    Ok(content) => {
                        walker.object(Some(number), content, None);
                    }
                    Err(error) => {
                        let remedy = match error {
                            GitError::Missing { .. } => repository.remedy(),
                            _ => "",
                        };
                        walker.partial.errors.push(ScanError {
                            path: reached.path(&blob).to_owned(),
                            message: format!("{error}{remedy}"),
                        });
                    }
                }
                (walker, objects, buffer)
            });
        let loose = loose
            .map(|(walker, ..)| walker)
            .reduce(walker, Walker::merge);
        let Walker {
            candidates,
            partial,
            ..
        } = all.merge(loose);
        Ok((candidates, partial))
    }

    /// The history of a repository that is linked at `path`, if it is here.
    fn submodule(
        &self,
        repository: &Repository,
        path: &str,
        options: &GitOptions,
        progress: &Progress,
        seen: &mut BTreeSet<PathBuf>,
    ) -> Result<Partial, GitError> {
        let mut partial = Partial::default();
        let in_tree = repository.work_tree().map(|top| top.join(path));
        let in_tree = in_tree.filter(|folder| folder.join(".git").exists());
        let absorbed = repository.common_dir().join("modules").join(path);
        let place = in_tree.or_else(|| absorbed.join("HEAD").exists().then_some(absorbed));
        let environment = Environment {
            git_dir: place.clone(),
            ..Environment::default()
        };
        let opened = place.map(|place| Repository::open(&place, &environment));
        let (Some(Ok(sub)), true) = (opened, seen.len() < MAX_REPOSITORIES) else {
            skipped(&mut partial, SkipReason::Submodule, 1);
            return Ok(partial);
        };
        // It may be linked at several paths.
        if !seen.insert(sub.common_dir()) {
            return Ok(partial);
        }
        let mut found = self.history(&sub, options, progress, seen)?;
        found.move_below(path);
        Ok(partial.merge(found))
    }
}

/// Adds what nothing leads to: commits to the tips; the names of trees and blobs are given back.
fn stray(repository: &Repository, tips: &mut Tips) -> Result<Vec<git::ObjectId>, GitError> {
    let objects = repository.objects();
    let mut others = Vec::new();
    let mut sort = |id: git::ObjectId| match objects.kind(&id) {
        Some(Kind::Commit) => {
            tips.roots.insert(Root::Commit(id));
        }
        Some(Kind::Tag) => {
            tips.tags.insert((id.to_string(), id));
        }
        Some(Kind::Tree | Kind::Blob) => others.push(id),
        None => {}
    };
    for index in repository.pack_indexes()? {
        Pack::open(&index, repository.hash())?
            .ids()
            .for_each(&mut sort);
    }
    for folder in repository.object_folders()? {
        let loose = Loose::at(&folder, repository.hash());
        loose.ids()?.into_iter().for_each(&mut sort);
    }
    // A tree gives its blobs their names.
    others.sort_by_key(|id| (objects.kind(id) != Some(Kind::Tree), *id));
    Ok(others)
}

/// What the trees of commits lead to, and what is named without one.
fn reach(
    repository: &Repository,
    commits: &Commits,
    tips: &Tips,
    stray: &[git::ObjectId],
) -> Result<Reached, GitError> {
    let objects = repository.passing_objects()?;
    let mut reached = Reached::default();
    reached.commits(&objects, &commits.nodes)?;
    let named = tips.roots.iter().filter_map(|root| match root {
        Root::Other(id) => Some(id),
        Root::Commit(_) => None,
    });
    for id in named.chain(stray) {
        reached.other(&objects, *id, &format!("object {id}"))?;
    }
    Ok(reached)
}

/// What is known when every content was looked at.
struct History<'a> {
    scanner: &'a Scanner,
    repository: &'a Repository,
    commits: &'a Commits,
    reached: &'a Reached,
}

impl<'a> History<'a> {
    /// What is reported: what the latest state has, and of what it has no longer the first of each.
    fn settle(&self, candidates: &Candidates<'a>, latest: Latest) -> Result<Partial, GitError> {
        let mut described: HashMap<u32, Arc<Commit>> = HashMap::new();
        let mut introduced: HashMap<&Id, Introduced> = HashMap::new();
        let objects = self.repository.objects();
        for (id, holders) in candidates {
            let Some(first) = holders.values().min() else {
                continue;
            };
            let Some(node) = self.commits.nodes.get(first.commit as usize) else {
                continue;
            };
            let commit = if let Some(commit) = described.get(&first.commit) {
                Arc::clone(commit)
            } else {
                let commit = self.scanner.describe(self.repository, &objects, node.id)?;
                Arc::clone(described.entry(first.commit).or_insert(Arc::new(commit)))
            };
            let paths = holders.keys().map(|path| (*path).to_owned()).collect();
            let at_head = !matches!(latest.now(id), Now::Gone);
            introduced.insert(
                id,
                Introduced {
                    commit,
                    at_head,
                    paths,
                },
            );
        }
        let gone: BTreeMap<&Id, &BTreeMap<&str, Holder>> = candidates
            .iter()
            .filter(|(id, _)| matches!(latest.now(id), Now::Gone))
            .map(|(id, holders)| (&**id, holders))
            .collect();
        let again: Vec<Partial> = gone
            .into_par_iter()
            .map_init(
                || Worker::new(self.scanner, self.repository),
                |worker, (id, holders)| self.again(worker, id, holders),
            )
            .collect();
        let mut all = Partial {
            // Its files are among those of the history.
            files: 0,
            members: 0,
            bytes: 0,
            limited: BTreeMap::new(),
            ..latest.all
        };
        all = again.into_iter().fold(all, Partial::merge);
        let suppressed = all.suppressed.iter_mut().map(|s| &mut s.finding);
        for finding in all.findings.iter_mut().chain(suppressed) {
            let of = introduced.get(&id(finding));
            finding.introduced = of.map(|introduced| Box::new(introduced.clone()));
        }
        Ok(all)
    }

    /// Looks for a secret once more, in the first content that may hold it; or if it is no secret there, in
    /// the first at another path.
    fn again(
        &self,
        worker: &mut Worker<'_>,
        wanted: &Id,
        holders: &BTreeMap<&str, Holder>,
    ) -> Partial {
        let mut by_age: Vec<(&&str, &Holder)> = holders.iter().collect();
        by_age.sort_by_key(|(path, holder)| (**holder, **path));
        for (path, holder) in by_age {
            let blob = self.reached.blobs()[holder.blob as usize];
            let Some(bytes) = worker.read(blob.id) else {
                continue;
            };
            let origin = Origin::File((*path).to_owned());
            let content = Content {
                checks: false,
                ..Content::alone(&origin, path)
            };
            let mut found = Partial::default();
            self.scanner
                .scan_guarded(&content, &bytes, &mut worker.scratch, &mut found);
            let mut one = Partial::default();
            let is_it = |finding: &Finding| id(finding) == *wanted;
            one.findings.extend(found.findings.into_iter().find(&is_it));
            if one.findings.is_empty() {
                let mut suppressed = found.suppressed.into_iter();
                one.suppressed
                    .extend(suppressed.find(|s| is_it(&s.finding)));
            }
            if !one.findings.is_empty() || !one.suppressed.is_empty() {
                return one;
            }
        }
        Partial::default()
    }
}
