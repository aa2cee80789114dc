//! What git tracks, as the index of a repository says.
//!
//! A repository is a stranger's. Of all it holds, its index is read, and the file that says where that
//! is: no configuration, no object, no hook, and no process is started. A decoder that is handed a
//! hostile index must not be led into using up the stack or the memory, which nothing could catch;
//! therefore it gets the entries alone, after they were [measured](measure).

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use gix::index::State;
use gix::index::decode::Options;
use gix::index::hash::Kind;

use super::entry::display;
use crate::model::ScanError;

/// A larger index is not read: those of the largest projects have a tenth of it. It is also the most
/// that the paths of one may come to, which the fourth version of the format lets grow with the square
/// of its size.
const MAX_INDEX: u64 = 128 * 1024 * 1024;

/// A longer `.git` file is none.
const MAX_POINTER: u64 = 8 * 1024;

/// The repositories of a scan. Each one's index is read when the first of its files is asked about.
#[derive(Debug, Default)]
pub struct Tracked {
    repositories: Mutex<HashMap<PathBuf, Repository>>,
}

/// What is known of a repository: its index, if it has one, or why that cannot be read.
#[derive(Debug)]
struct Repository(Result<Option<State>, ScanError>);

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
            Ok(index) => (index.clone(), read(&index)),
            Err(why) => (root.join(".git"), Err(why)),
        };
        Self(read.map_err(|why| ScanError {
            path: shown(&path),
            message: format!("cannot tell which files git tracks: {why}"),
        }))
    }

    fn tracks(&self, path: &str) -> bool {
        let state = self.0.as_ref().ok().and_then(Option::as_ref);
        state.is_some_and(|state| state.entry_by_path(path.as_bytes().into()).is_some())
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
    let text = read_file(&git, MAX_POINTER)?.unwrap_or_default();
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

/// A whole file; `None` where there is none. Anything but a file might not end, or not even begin.
fn read_file(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, String> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    if !metadata.is_file() {
        return Err("it is no file".to_owned());
    }
    let mut content = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut content));
    read.map_err(|error| error.to_string())?;
    if content.len() as u64 > limit {
        return Err(format!("it has more than {limit} bytes"));
    }
    Ok(Some(content))
}

/// Reads an index; `None` where there is none, as in a repository without a first `git add`.
fn read(path: &Path) -> Result<Option<State>, String> {
    let Some(mut index) = read_file(path, MAX_INDEX)? else {
        return Ok(None);
    };
    let measured = |kind: &Kind| Some((*kind, measure(&index, kind.len_in_bytes()).ok()?));
    let sizes = [Kind::Sha1, Kind::Sha256];
    let Some((kind, end)) = sizes.iter().find_map(measured) else {
        let fault = measure(&index, Kind::Sha1.len_in_bytes()).err();
        return Err(fault.unwrap_or_default().to_owned());
    };
    check_sum(&index, kind)?;
    // What follows the entries is cut off: nothing of it says what is tracked.
    index.truncate(end);
    index.resize(end + kind.len_in_bytes(), 0);
    let options = Options {
        // With more, it would trust the offsets that the index names.
        thread_limit: Some(1),
        ..Options::default()
    };
    let timestamp = State::new(kind).timestamp();
    let state = State::from_bytes(&index, timestamp, kind, options);
    state
        .map(|(state, _)| Some(state))
        .map_err(|error| error.to_string())
}

/// Compares the index with the sum at its end, which git may have been told to leave out.
fn check_sum(index: &[u8], kind: Kind) -> Result<(), String> {
    let (content, sum) = index.split_at(index.len() - kind.len_in_bytes());
    if sum.iter().all(|byte| *byte == 0) {
        return Ok(());
    }
    let mut hasher = gix::index::hash::hasher(kind);
    hasher.update(content);
    match hasher.try_finalize() {
        Ok(actual) if actual.as_bytes() == sum => Ok(()),
        Ok(_) => Err("its checksum is not that of its content".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Where the entries of an index end, if all of it is in order: entries, extensions and checksum follow
/// each other without a gap, the paths are not longer in all than an index may be, and the entries are
/// all there are.
///
/// See <https://git-scm.com/docs/index-format>. `hash` is the length of an object's name.
fn measure(index: &[u8], hash: usize) -> Result<usize, &'static str> {
    const BROKEN: &str = "its index is broken";
    let number = |at: usize| -> Result<u32, &'static str> {
        let bytes = index.get(at..at + 4).ok_or(BROKEN)?;
        Ok(bytes.iter().fold(0, |n, byte| n << 8 | u32::from(*byte)))
    };
    if !index.starts_with(b"DIRC") {
        return Err(BROKEN);
    }
    let version = number(4)?;
    if !(2..=4).contains(&version) {
        return Err("its index has a version that is not known");
    }
    let (mut at, mut length, mut total) = (12, 0, 0);
    for _ in 0..number(8)? {
        let start = at;
        // Ten numbers of the file's state, its object, and flags.
        let flags = number(at + 38 + hash)? & 0xFFFF;
        at += 42 + hash + if flags & 0x4000 == 0 { 0 } else { 2 };
        let rest = |at: usize| index.get(at..).ok_or(BROKEN);
        if version == 4 {
            let (cut, read) = offset(rest(at)?).ok_or(BROKEN)?;
            at += read;
            let new = memchr::memchr(0, rest(at)?).ok_or(BROKEN)?;
            length = new + usize::checked_sub(length, cut).ok_or(BROKEN)?;
            at += new + 1;
        } else {
            length = memchr::memchr(0, rest(at)?).ok_or(BROKEN)?;
            // One to eight NULs fill up the entry.
            at = start + (at + length - start + 8) / 8 * 8;
        }
        total += length as u64;
        if total > MAX_INDEX {
            return Err("the paths of its index are too long");
        }
    }
    let (entries, end) = (at, index.len().checked_sub(hash).ok_or(BROKEN)?);
    while at < end {
        let name = index.get(at..at + 4).ok_or(BROKEN)?;
        if name == b"link" {
            return Err(
                "its index is split in two; `git update-index --no-split-index` joins them",
            );
        }
        at = at.saturating_add(8 + number(at + 4)? as usize);
    }
    if at == end { Ok(entries) } else { Err(BROKEN) }
}

/// A number as the offsets of packs are written, and how many bytes it takes.
fn offset(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(4) {
        value = (value << 7) + usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
        value += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index with these entries and extensions, and no checksum.
    fn index(version: u8, paths: &[(u8, &str)], extensions: &[u8]) -> Vec<u8> {
        let mut bytes = [b"DIRC\0\0\0".as_slice(), &[version]].concat();
        bytes.extend((paths.len() as u32).to_be_bytes());
        for (cut, path) in paths {
            let start = bytes.len();
            bytes.extend([1; 60]);
            bytes.extend((path.len() as u16).to_be_bytes());
            if version == 4 {
                bytes.push(*cut);
            }
            bytes.extend(path.bytes());
            bytes.push(0);
            while version < 4 && (bytes.len() - start) % 8 != 0 {
                bytes.push(0);
            }
        }
        bytes.extend(extensions);
        bytes.extend([0; 20]);
        bytes
    }

    fn tracks(bytes: &[u8], path: &str) -> Result<bool, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("index");
        fs::write(&file, bytes).unwrap();
        let state = read(&file)?.unwrap();
        Ok(Repository(Ok(Some(state))).tracks(path))
    }

    #[test]
    fn entries_of_each_version_are_found() {
        for version in [2, 3] {
            for end in ["", "a", "bc", "def", "ghij", "klmnop"] {
                let (first, second) = (format!(".env{end}"), format!("b/.env{end}"));
                let bytes = index(version, &[(0, &first), (0, &second)], b"TREE\0\0\0\x02xy");
                assert_eq!(tracks(&bytes, &first), Ok(true));
                assert_eq!(tracks(&bytes, &second), Ok(true));
                assert_eq!(tracks(&bytes, "c"), Ok(false));
            }
        }
        let bytes = index(4, &[(0, "a/.env"), (4, ".envrc"), (6, "b")], b"");
        for path in ["a/.env", "a/.envrc", "a/b"] {
            assert_eq!(tracks(&bytes, path), Ok(true), "{path}");
        }
    }

    #[test]
    fn every_part_of_an_index_is_broken() {
        for version in [2, 4] {
            let bytes = index(version, &[(0, ".env"), (0, "b")], b"TREE\0\0\0\x02xy");
            for length in 0..bytes.len() {
                assert!(tracks(&bytes[..length], ".env").is_err(), "{length}");
            }
        }
        assert!(tracks(&index(5, &[], b""), "a").is_err());
        assert!(tracks(&index(2, &[], b"link\0\0\0\0"), "a").is_err());
        let mut bytes = index(2, &[(0, ".env")], b"");
        *bytes.last_mut().unwrap() = 1;
        assert!(tracks(&bytes, ".env").unwrap_err().contains("checksum"));
    }

    #[test]
    fn a_hostile_index_uses_up_nothing() {
        // A tree in a tree in a tree: the decoder goes down with each.
        let mut deep = b"TREE".to_vec();
        let trees = b"\0-1 1\n".repeat(200_000);
        deep.extend((trees.len() as u32).to_be_bytes());
        deep.extend(trees);
        assert_eq!(tracks(&index(2, &[(0, ".env")], &deep), ".env"), Ok(true));
        // A long path that every other entry has again.
        let long = "a".repeat(100_000);
        let mut paths = vec![(0, "")];
        paths.resize(2_000, (0, ""));
        paths[0].1 = &long;
        let error = tracks(&index(4, &paths, b""), ".env").unwrap_err();
        assert!(error.contains("too long"), "{error}");
        // More entries than there are bytes.
        let mut bytes = index(2, &[(0, ".env")], b"");
        bytes[8..12].fill(0xFF);
        assert!(tracks(&bytes, ".env").is_err());
    }
}
