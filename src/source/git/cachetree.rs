//! The trees that git has noted in an index: what was staged below a folder, if nothing there has changed
//! since it was written or read.
//!
//! See <https://git-scm.com/docs/index-format#_cache_tree>. A commit takes these trees as they are noted, so
//! that what they leave out is not committed either.

use std::collections::HashMap;

use gix::ObjectId;

/// The trees that are noted and hold, by folder, which ends with `/` unless it is the top one.
#[derive(Debug, Default)]
pub(super) struct CacheTree(HashMap<Vec<u8>, Noted>);

/// What is noted of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Noted {
    /// How many entries of the index are below it.
    pub(super) entries: usize,
    /// Its tree.
    pub(super) id: ObjectId,
}

impl CacheTree {
    /// Reads the extension's content. What is broken from some place on is as if it were not there.
    pub(super) fn parse(mut rest: &[u8], hash: usize) -> Self {
        let mut trees = HashMap::new();
        // The folders that are open, and how many more are in each.
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut prefix = Vec::new();
        while let Some((name, noted, folders, after)) = one(rest, hash) {
            rest = after;
            while let Some(&mut (length, ref mut left)) = open.last_mut() {
                prefix.truncate(length);
                if *left > 0 {
                    *left -= 1;
                    break;
                }
                open.pop();
            }
            if !name.is_empty() {
                prefix.extend_from_slice(name);
                prefix.push(b'/');
            }
            if let Some(noted) = noted {
                trees.insert(prefix.clone(), noted);
            }
            open.push((prefix.len(), folders));
        }
        Self(trees)
    }

    /// What is noted of a folder.
    pub(super) fn of(&self, folder: &[u8]) -> Option<Noted> {
        self.0.get(folder).copied()
    }
}

/// A folder's name, what is noted of it, how many folders are in it, and what follows.
#[expect(
    clippy::type_complexity,
    reason = "it is taken apart where it is asked for"
)]
fn one(bytes: &[u8], hash: usize) -> Option<(&[u8], Option<Noted>, usize, &[u8])> {
    let split = |bytes: &[u8], at: u8| memchr::memchr(at, bytes);
    let end = split(bytes, 0)?;
    let (name, rest) = (&bytes[..end], &bytes[end + 1..]);
    let end = split(rest, b' ')?;
    let (entries, rest) = (&rest[..end], &rest[end + 1..]);
    let end = split(rest, b'\n')?;
    let (folders, rest) = (&rest[..end], &rest[end + 1..]);
    let number = |bytes: &[u8]| std::str::from_utf8(bytes).ok()?.parse::<i64>().ok();
    let folders = usize::try_from(number(folders)?).ok()?;
    // Less than none: it has changed.
    let Ok(entries) = usize::try_from(number(entries)?) else {
        return Some((name, None, folders, rest));
    };
    let (id, rest) = rest.split_at_checked(hash)?;
    let id = ObjectId::try_from(id).ok()?;
    Some((name, Some(Noted { entries, id }), folders, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_by_those_they_are_in() {
        let mut bytes = b"\0-1 2\n".to_vec();
        bytes.extend(b"a\x003 1\n");
        bytes.extend([1; 20]);
        bytes.extend(b"b\x002 0\n");
        bytes.extend([2; 20]);
        bytes.extend(b"c\x004 0\n");
        bytes.extend([3; 20]);
        let trees = CacheTree::parse(&bytes, 20);
        let entries = |folder: &[u8]| trees.of(folder).map(|noted| noted.entries);
        assert_eq!(entries(b""), None);
        assert_eq!(entries(b"a/"), Some(3));
        assert_eq!(entries(b"a/b/"), Some(2));
        assert_eq!(entries(b"c/"), Some(4));
        assert_eq!(entries(b"b/"), None);
        assert_eq!(trees.of(b"c/").unwrap().id.as_bytes(), [3; 20]);
    }

    #[test]
    fn a_broken_end_is_as_if_it_were_not_there() {
        let mut bytes = b"\x001 1\n".to_vec();
        bytes.extend([1; 20]);
        bytes.extend(b"a\x003 0\n");
        assert_eq!(CacheTree::parse(&bytes, 20).0.len(), 1);
        for length in 0..26 {
            assert_eq!(CacheTree::parse(&bytes[..length], 20).0.len(), 0);
        }
        let deep = b"a\0-1 1\n".repeat(300_000);
        assert_eq!(CacheTree::parse(&deep[..700_000], 20).0.len(), 0);
    }
}
