//! What git tracks, as the index of a repository says.
//!
//! A repository is a stranger's. Of all it holds, its index is read, and the file that says where that
//! is: no configuration, no object, no hook, and no process is started.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::entry::display;
use super::index::{self, Index};
use crate::model::ScanError;

/// A longer `.git` file is none.
const MAX_POINTER: u64 = 8 * 1024;

/// The repositories of a scan. Each one's index is read when the first of its files is asked about.
#[derive(Debug, Default)]
pub struct Tracked {
    repositories: Mutex<HashMap<PathBuf, Repository>>,
}

/// What is known of a repository: its index, if it has one, or why that cannot be read.
#[derive(Debug)]
struct Repository(Result<Option<Index>, ScanError>);

impl Tracked {
    /// The path of `file` within its repository, with `/` between the parts, if git tracks it there.
    #[must_use]
    pub fn path(&self, file: &Path) -> Option<String> {
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let folder = fs::canonicalize(folder).ok()?;
        let root = folder.ancestors().find(|folder| has_repository(folder))?;
        let inside = folder.strip_prefix(root).ok()?.join(file.file_name()?);
        let parts = inside.iter().map(|part| part.to_str());
        let path = parts.collect::<Option<Vec<&str>>>()?.join("/");
        let mut repositories = self
            .repositories
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let repository = repositories
            .entry(root.to_owned())
            .or_insert_with(|| Repository::open(root));
        repository.tracks(&path).then_some(path)
    }

    /// The indexes that could not be read, in no order.
    #[must_use]
    pub fn into_errors(self) -> Vec<ScanError> {
        let repositories = self.repositories.into_inner();
        let repositories = repositories.unwrap_or_else(PoisonError::into_inner);
        let errors = repositories.into_values().filter_map(|r| r.0.err());
        errors.collect()
    }
}

impl Repository {
    fn open(root: &Path) -> Self {
        let index = git_folder(root).map(|git| git.join("index"));
        let (path, read) = match index {
            Ok(index) => (index.clone(), index::read(&index)),
            Err(why) => (root.join(".git"), Err(why)),
        };
        Self(read.map_err(|why| ScanError {
            path: shown(&path),
            message: format!("cannot tell which files git tracks: {why}"),
        }))
    }

    fn tracks(&self, path: &str) -> bool {
        let state = self.0.as_ref().ok().and_then(Option::as_ref);
        state.is_some_and(|index| index.state.entry_by_path(path.as_bytes().into()).is_some())
    }
}

/// As a user would type it.
fn shown(path: &Path) -> String {
    let here = fs::canonicalize(".").unwrap_or_default();
    display(path.strip_prefix(here).unwrap_or(path)).into_owned()
}

/// Whether this is the top folder of a work tree.
fn has_repository(folder: &Path) -> bool {
    let git = folder.join(".git");
    // Git takes no folder for a repository that lacks this file.
    fs::metadata(&git).is_ok_and(|m| m.is_file() || m.is_dir() && git.join("HEAD").exists())
}

/// The folder with the index: `.git`, or what that names in a linked work tree or a submodule.
fn git_folder(root: &Path) -> Result<PathBuf, String> {
    let git = root.join(".git");
    if git.is_dir() {
        return Ok(git);
    }
    let text = index::read_file(&git, MAX_POINTER)?.unwrap_or_default();
    let text = std::str::from_utf8(&text).ok();
    let target = text
        .and_then(|text| text.strip_prefix("gitdir:"))
        .map(str::trim)
        .filter(|target| !target.is_empty() && !target.contains(['\n', '\0']))
        .ok_or("the file does not say `gitdir: …`")?;
    // On Windows this is another machine, which would learn who asks.
    if target.starts_with("//") || target.starts_with('\\') {
        return Err("it leads to another machine".to_owned());
    }
    Ok(root.join(target))
}
