//! What is staged: the index beside the commit that is checked out.

use gix::ObjectId;
use gix::bstr::{BString, ByteSlice as _};
use gix::index::entry::{Flags, Mode, Stage};
use gix::objs::tree::{EntryKind, EntryMode};

use super::cachetree::CacheTree;
use super::changes::{Changes, Gone, Node, nodes, tree_of};
use super::objects::Objects;
use super::repository::Repository;
use super::{GitError, MAX_DEPTH};
use crate::source::index::{self, Index};

/// What the next commit would have that the last one has not.
pub struct Staged {
    /// The difference.
    pub changes: Changes,
    /// Paths that a merge has left undecided.
    pub unmerged: Vec<String>,
    /// Whether there is any difference at all, be it in what a file may do or in what is gone.
    pub differs: bool,
    index: Option<Index>,
}

impl Repository {
    /// Compares the index with a commit, or with nothing: then all of it is new.
    pub fn staged(&self, objects: &Objects, commit: Option<ObjectId>) -> Result<Staged, GitError> {
        let path = self.index_path();
        let index =
            index::read(path).map_err(|why| GitError::broken(path.display().to_string(), why))?;
        let tree = match commit {
            Some(commit) => Some(tree_of(objects, commit)?),
            None => None,
        };
        let mut comparison = Comparison {
            objects,
            trees: CacheTree::default(),
            changes: Changes::default(),
            unmerged: Vec::new(),
            differs: false,
        };
        if let Some(index) = &index {
            comparison.trees = CacheTree::parse(&index.trees, objects.hash().len_in_bytes());
        }
        let entries: Vec<Entry<'_>> = match &index {
            Some(index) => index
                .state
                .entries()
                .iter()
                .map(|entry| Entry {
                    path: entry.path(&index.state),
                    node: node(entry.mode, entry.id),
                    stage: entry.stage(),
                    flags: entry.flags,
                })
                .collect(),
            None => Vec::new(),
        };
        comparison.folder(&entries, tree, &BString::default(), 0)?;
        let Comparison {
            mut changes,
            mut unmerged,
            differs,
            ..
        } = comparison;
        changes.files.sort_by(|a, b| a.path.cmp(&b.path));
        unmerged.dedup();
        Ok(Staged {
            changes,
            unmerged,
            differs,
            index,
        })
    }
}

impl Staged {
    /// The staged content of a file.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<ObjectId> {
        let entry = self.index.as_ref()?.state.entry_by_path(path.into())?;
        Some(entry.id)
    }
}

/// An entry of an index.
struct Entry<'a> {
    path: &'a gix::bstr::BStr,
    node: Node,
    stage: Stage,
    flags: Flags,
}

fn node(mode: Mode, id: ObjectId) -> Node {
    let kind = match mode {
        Mode::DIR => EntryKind::Tree,
        Mode::COMMIT => EntryKind::Commit,
        Mode::SYMLINK => EntryKind::Link,
        Mode::FILE_EXECUTABLE => EntryKind::BlobExecutable,
        _ => EntryKind::Blob,
    };
    Node {
        mode: EntryMode::from(kind),
        id,
    }
}

struct Comparison<'a> {
    objects: &'a Objects,
    trees: CacheTree,
    changes: Changes,
    unmerged: Vec<String>,
    differs: bool,
}

impl Comparison<'_> {
    /// Compares the entries below the folder `prefix` with a tree.
    fn folder(
        &mut self,
        entries: &[Entry<'_>],
        tree: Option<ObjectId>,
        prefix: &BString,
        depth: usize,
    ) -> Result<(), GitError> {
        if depth > MAX_DEPTH {
            return Err(GitError::broken(
                format!("folder {prefix}"),
                "it is too deep",
            ));
        }
        let noted = self.trees.of(prefix);
        if noted.is_some_and(|noted| Some(noted.id) == tree && noted.entries == entries.len()) {
            return Ok(());
        }
        let mut before = nodes(self.objects, tree)?;
        let mut at = 0;
        while let Some(entry) = entries.get(at) {
            let local = &entry.path[prefix.len()..];
            let name: BString = local.split_str("/").next().unwrap_or_default().into();
            let below = BString::from([prefix.as_slice(), name.as_slice(), b"/"].concat());
            if local.len() > name.len() + 1 {
                let end = entries[at..].partition_point(|entry| entry.path.starts_with(&below));
                let old = before.remove(&name).filter(|old| old.mode.is_tree());
                self.folder(
                    &entries[at..at + end],
                    old.map(|old| old.id),
                    &below,
                    depth + 1,
                )?;
                at += end;
                continue;
            }
            at += 1;
            if entry.stage != Stage::Unconflicted {
                before.remove(&name);
                self.differs = true;
                self.unmerged.push(entry.path.to_string());
            } else if !entry.flags.contains(Flags::INTENT_TO_ADD) {
                let old = before.remove(&name);
                self.differs |= old != Some(entry.node);
                // A folder that a sparse index has as one entry ends with a slash.
                let path = entry.path.strip_suffix(b"/").unwrap_or(entry.path);
                let path = path.to_str_lossy();
                self.changes
                    .node(self.objects, entry.node, &[old], &path, depth)?;
            }
        }
        self.differs |= !before.is_empty();
        self.changes
            .gone
            .extend(before.into_values().filter_map(Gone::new));
        Ok(())
    }
}
