//! Finds the files to scan.
//!
//! Opens none of them and, where the system says what a folder's entries are, asks about none of them.
//! Knows nothing of rules. What is walked depends on the tree and the arguments alone: a user's global
//! ignore file has no say.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};
use rayon::slice::ParallelSliceMut;

use super::entry::{Entry, display};
use crate::model::{Anchor, Globs, ScanError, SkipReason};

/// The project's own ignore file, in the form of `.gitignore`.
const IGNORE_FILE: &str = ".credlintignore";

/// What to leave out, and what to follow.
#[derive(Clone, Debug, Default)]
pub struct WalkOptions {
    /// Threads to walk with; 0 takes as many as rayon has.
    pub threads: usize,
    /// Whether ignore files count for nothing.
    pub no_ignore: bool,
    /// Whether symbolic links are followed. Those given as arguments always are.
    pub follow: bool,
    /// What else to leave out.
    pub exclude: Globs,
    /// What the globs of `exclude` are relative to.
    pub anchor: Anchor,
}

/// What a walk came to.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// The files to scan, each once, sorted by name.
    pub entries: Vec<Entry>,
    /// How many other entries were met, by why they are not to be scanned. Ignored ones do not count.
    pub skipped: BTreeMap<SkipReason, u64>,
    /// What could not be looked at, sorted.
    pub errors: Vec<ScanError>,
}

/// Finds the files that `paths` name or hold.
#[must_use]
pub fn walk(paths: &[PathBuf], options: &WalkOptions) -> Walk {
    let mut found = Found::default();
    let mut roots: Vec<PathBuf> = Vec::new();
    for path in paths {
        match fs::metadata(path) {
            Err(error) => found.errors.push(scan_error(path, &error)),
            // The slash makes a link to a folder that folder.
            Ok(metadata) if metadata.is_dir() => roots.push(path.join("")),
            Ok(metadata) if metadata.is_file() => found.entries.push(Entry::new(path.clone(), 0)),
            Ok(_) => found.skip(SkipReason::Special),
        }
    }
    if !roots.is_empty() {
        walk_folders(&roots, options, &mut found);
    }
    let Found {
        mut entries,
        skipped,
        mut errors,
    } = found;
    // Byte order of the names, which is the order of reports.
    entries.par_sort_unstable_by(|a, b| {
        let names = (
            a.path.as_os_str().as_encoded_bytes(),
            b.path.as_os_str().as_encoded_bytes(),
        );
        names.0.cmp(names.1).then(b.explicit.cmp(&a.explicit))
    });
    if paths.len() > 1 {
        drop_duplicates(paths, &mut entries);
    }
    errors.sort_unstable();
    errors.dedup();
    Walk {
        entries,
        skipped,
        errors,
    }
}

/// Walks every folder of `roots` with all threads.
fn walk_folders(roots: &[PathBuf], options: &WalkOptions, found: &mut Found) {
    let mut builder = WalkBuilder::from_iter(roots);
    builder
        .standard_filters(!options.no_ignore)
        .hidden(false)
        .git_global(false)
        .require_git(false)
        .follow_links(options.follow)
        .threads(match options.threads {
            0 => rayon::current_num_threads(),
            threads => threads,
        });
    if !options.no_ignore {
        builder.add_custom_ignore_filename(IGNORE_FILE);
    }
    let excluded = Arc::new(AtomicU64::new(0));
    let (exclude, anchor, count) = (
        options.exclude.clone(),
        options.anchor.clone(),
        Arc::clone(&excluded),
    );
    builder.filter_entry(move |entry| {
        if entry.file_name() == ".git" {
            return false;
        }
        if exclude.is_empty() {
            return true;
        }
        let is_dir = entry.file_type().is_some_and(|t| t.is_dir());
        let out = exclude.name(&anchor.relative(&display(entry.path())), is_dir);
        if out {
            count.fetch_add(1, Ordering::Relaxed);
        }
        !out
    });
    let all = Mutex::new(std::mem::take(found));
    builder.build_parallel().visit(&mut Collectors {
        follow: options.follow,
        all: &all,
    });
    *found = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    let excluded = excluded.load(Ordering::Relaxed);
    if excluded > 0 {
        found.skipped.insert(SkipReason::Excluded, excluded);
    }
}

/// What one thread met, or all of them.
#[derive(Default)]
struct Found {
    entries: Vec<Entry>,
    skipped: BTreeMap<SkipReason, u64>,
    errors: Vec<ScanError>,
}

impl Found {
    fn skip(&mut self, why: SkipReason) {
        *self.skipped.entry(why).or_default() += 1;
    }
}

/// Gives every thread a [`Collector`].
struct Collectors<'a> {
    follow: bool,
    all: &'a Mutex<Found>,
}

impl<'s, 'a: 's> ParallelVisitorBuilder<'s> for Collectors<'a> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 's> {
        Box::new(Collector {
            follow: self.follow,
            found: Found::default(),
            all: self.all,
        })
    }
}

/// Collects what one thread meets, and hands it over when that thread is done.
struct Collector<'a> {
    follow: bool,
    found: Found,
    all: &'a Mutex<Found>,
}

impl ParallelVisitor for Collector<'_> {
    fn visit(&mut self, result: Result<DirEntry, ignore::Error>) -> WalkState {
        match result {
            Ok(met) => match met.file_type().map(Kind::of) {
                Some(Kind::Folder) => {}
                Some(Kind::File) => {
                    let depth = met.depth();
                    self.found.entries.push(Entry::new(met.into_path(), depth));
                }
                Some(Kind::Link) => self.found.skip(SkipReason::Symlink),
                Some(Kind::Special) | None => self.found.skip(SkipReason::Special),
            },
            Err(error) => self.fail(&error, Path::new("")),
        }
        WalkState::Continue
    }
}

impl Collector<'_> {
    /// Counts or keeps an error that happened at `path`.
    fn fail(&mut self, error: &ignore::Error, path: &Path) {
        match error {
            ignore::Error::WithPath { path, err } => self.fail(err, path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                self.fail(err, path);
            }
            // The loop's files are scanned where they are.
            ignore::Error::Loop { .. } => self.found.skip(SkipReason::Symlink),
            ignore::Error::Io(error) => {
                let dangling = self.follow
                    && error.kind() == io::ErrorKind::NotFound
                    && fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink());
                if dangling {
                    self.found.skip(SkipReason::Symlink);
                } else {
                    self.found.errors.push(scan_error(path, error));
                }
            }
            // A line of an ignore file that cannot be understood hides nothing: there is more to scan.
            _ => {}
        }
    }
}

impl Drop for Collector<'_> {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.entries.is_empty() {
            all.entries = std::mem::take(&mut self.found.entries);
        } else {
            all.entries.append(&mut self.found.entries);
        }
        all.errors.append(&mut self.found.errors);
        for (&why, count) in &self.found.skipped {
            *all.skipped.entry(why).or_default() += count;
        }
    }
}

/// What an entry of a folder is.
enum Kind {
    File,
    Folder,
    Link,
    Special,
}

impl Kind {
    fn of(file_type: FileType) -> Self {
        if file_type.is_file() {
            Self::File
        } else if file_type.is_dir() {
            Self::Folder
        } else if file_type.is_symlink() {
            Self::Link
        } else {
            Self::Special
        }
    }
}

fn scan_error(path: &Path, error: &io::Error) -> ScanError {
    ScanError {
        path: display(path).into_owned(),
        message: format!("cannot be scanned: {error}"),
    }
}

/// Leaves one entry for each file that several arguments lead to.
fn drop_duplicates(paths: &[PathBuf], entries: &mut Vec<Entry>) {
    entries.dedup_by(|b, a| a.path == b.path);
    let mut whole: Vec<PathBuf> = paths
        .iter()
        .filter_map(|path| fs::canonicalize(path).ok())
        .collect();
    whole.sort_unstable();
    if !whole.windows(2).any(|pair| pair[1].starts_with(&pair[0])) {
        return;
    }
    // Arguments overlap under other names, such as `.` and an absolute path: ask for the real folders.
    let mut folders: HashMap<PathBuf, PathBuf> = HashMap::new();
    let mut seen: HashMap<PathBuf, usize> = HashMap::new();
    let mut keep = vec![true; entries.len()];
    for (index, entry) in entries.iter().enumerate() {
        let (Some(folder), Some(name)) = (entry.path.parent(), entry.path.file_name()) else {
            continue;
        };
        let real = folders.entry(folder.to_owned()).or_insert_with(|| {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
        });
        let key = real.join(name);
        match seen.get(&key) {
            // The one that was named itself stays, or else the first by name.
            Some(&first) if entry.explicit && !entries[first].explicit => {
                keep[first] = false;
                seen.insert(key, index);
            }
            Some(_) => keep[index] = false,
            None => {
                seen.insert(key, index);
            }
        }
    }
    let mut keep = keep.into_iter();
    entries.retain(|_| keep.next().unwrap_or(true));
}

#[cfg(test)]
mod tests;
