//! The index of a repository: what is staged, and what git tracks.
//!
//! A decoder that is handed a hostile index must not be led into using up the stack or the memory, which
//! nothing could catch; therefore it gets the entries alone, after they were [measured](measure).

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::Path;

use gix::index::State;
use gix::index::decode::Options;
use gix::index::hash::Kind;

/// A larger index is not read: those of the largest projects have a tenth of it. It is also the most
/// that the paths of one may come to, which the fourth version of the format lets grow with the square
/// of its size.
const MAX_INDEX: u64 = 128 * 1024 * 1024;

/// An index, as far as it is used.
#[derive(Debug)]
pub(super) struct Index {
    /// Its entries.
    pub(super) state: State,
    /// What is noted of trees that were written, or read, in the form of the file.
    pub(super) trees: Vec<u8>,
}

/// A whole file; `None` where there is none. Anything but a file might not end, or not even begin.
pub(super) fn read_file(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, String> {
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
pub(super) fn read(path: &Path) -> Result<Option<Index>, String> {
    let Some(mut index) = read_file(path, MAX_INDEX)? else {
        return Ok(None);
    };
    let measured = |kind: &Kind| Some((*kind, measure(&index, kind.len_in_bytes()).ok()?));
    let sizes = [Kind::Sha1, Kind::Sha256];
    let Some((kind, parts)) = sizes.iter().find_map(measured) else {
        let fault = measure(&index, Kind::Sha1.len_in_bytes()).err();
        return Err(fault.unwrap_or_default().to_owned());
    };
    check_sum(&index, kind)?;
    // What follows the entries is cut off: nothing of it says what is tracked.
    let trees = index[parts.trees].to_vec();
    index.truncate(parts.entries);
    index.resize(parts.entries + kind.len_in_bytes(), 0);
    let options = Options {
        // With more, it would trust the offsets that the index names.
        thread_limit: Some(1),
        ..Options::default()
    };
    let timestamp = State::new(kind).timestamp();
    let state = State::from_bytes(&index, timestamp, kind, options);
    state
        .map(|(state, _)| Some(Index { state, trees }))
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

/// What an index is made of.
struct Parts {
    /// Where its entries end.
    entries: usize,
    /// What is noted of trees.
    trees: Range<usize>,
}

/// The parts of an index, if all of it is in order: entries, extensions and checksum follow
/// each other without a gap, the paths are not longer in all than an index may be, and the entries are
/// all there are.
///
/// See <https://git-scm.com/docs/index-format>. `hash` is the length of an object's name.
fn measure(index: &[u8], hash: usize) -> Result<Parts, &'static str> {
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
    let mut trees = 0..0;
    let (entries, end) = (at, index.len().checked_sub(hash).ok_or(BROKEN)?);
    while at < end {
        let name = index.get(at..at + 4).ok_or(BROKEN)?;
        if name == b"link" {
            return Err(
                "its index is split in two; `git update-index --no-split-index` joins them",
            );
        }
        let content = at + 8;
        at = content.saturating_add(number(at + 4)? as usize);
        if name == b"TREE" {
            trees = content..at.min(end);
        }
    }
    if at == end {
        Ok(Parts { entries, trees })
    } else {
        Err(BROKEN)
    }
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
        let index = read(&file)?.unwrap();
        Ok(index.state.entry_by_path(path.into()).is_some())
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
