//! What trees lead to: every blob of a history once, with the first commit and path that had it.

use std::collections::{BTreeSet, HashMap};

use gix::ObjectId;
use gix::hashtable::{HashMap as IdMap, HashSet as IdSet};
use gix::objs::{Kind, TreeRefIter};

use super::commits::CommitNode;
use super::objects::Objects;
use super::{GitError, MAX_DEPTH};

/// A blob, and how it was first met.
#[derive(Clone, Copy, Debug)]
pub struct Blob {
    /// The object's name.
    pub id: ObjectId,
    /// The number of its path.
    path: u32,
    /// The number of the commit; nothing where no commit leads to it.
    pub commit: Option<u32>,
}

/// What trees lead to.
#[derive(Default)]
pub struct Reached {
    /// Each blob once.
    blobs: Vec<Blob>,
    by_id: IdMap<ObjectId, u32>,
    paths: Vec<String>,
    path_numbers: HashMap<String, u32>,
    trees: IdSet<ObjectId>,
    /// The paths at which other repositories are linked.
    pub submodules: BTreeSet<String>,
    /// Objects that are named and not there.
    pub missing: BTreeSet<String>,
}

impl Reached {
    /// Adds what the commits' trees have, given parents first: then no commit before the one that is noted
    /// with a blob had it.
    pub fn commits(&mut self, objects: &Objects, commits: &[CommitNode]) -> Result<(), GitError> {
        for (number, commit) in commits.iter().enumerate() {
            self.tree(objects, commit.tree, "", u32::try_from(number).ok())?;
        }
        Ok(())
    }

    /// Adds a tree or blob that is named without a commit, and goes by the name `name`.
    pub fn other(&mut self, objects: &Objects, id: ObjectId, name: &str) -> Result<(), GitError> {
        match objects.kind(&id) {
            Some(Kind::Tree) => self.tree(objects, id, "", None),
            Some(Kind::Blob) => {
                self.blob(id, name, None);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn blob(&mut self, id: ObjectId, path: &str, commit: Option<u32>) {
        let Self {
            blobs,
            by_id,
            paths,
            path_numbers,
            ..
        } = self;
        by_id.entry(id).or_insert_with(|| {
            let known = path_numbers.get(path).copied();
            let path = known.unwrap_or_else(|| {
                paths.push(path.to_owned());
                let number = (paths.len() - 1) as u32;
                path_numbers.insert(path.to_owned(), number);
                number
            });
            blobs.push(Blob { id, path, commit });
            (blobs.len() - 1) as u32
        });
    }

    fn tree(
        &mut self,
        objects: &Objects,
        id: ObjectId,
        prefix: &str,
        commit: Option<u32>,
    ) -> Result<(), GitError> {
        let mut waiting = vec![(id, prefix.to_owned(), 0)];
        let mut buffer = Vec::new();
        while let Some((id, prefix, depth)) = waiting.pop() {
            if !self.trees.insert(id) {
                continue;
            }
            let content = match objects.find(&id, &mut buffer)? {
                Some(found) if found.kind == Kind::Tree => found.data,
                Some(found) => {
                    let why = format!("it is a {}", found.kind);
                    return Err(GitError::broken(format!("tree {id}"), why));
                }
                None => {
                    self.missing.insert(format!("tree {id}"));
                    continue;
                }
            };
            for entry in TreeRefIter::from_bytes(content, objects.hash()) {
                let entry = entry.map_err(|why| GitError::broken(format!("tree {id}"), why))?;
                let mode = entry.mode;
                if mode.is_tree() {
                    if self.trees.contains(entry.oid) {
                        continue;
                    }
                    if depth == MAX_DEPTH {
                        return Err(GitError::broken(format!("tree {id}"), "it is too deep"));
                    }
                    let below = format!("{prefix}{}/", entry.filename);
                    waiting.push((entry.oid.to_owned(), below, depth + 1));
                } else if mode.is_commit() {
                    self.submodules
                        .insert(format!("{prefix}{}", entry.filename));
                } else if !self.by_id.contains_key(entry.oid) {
                    let path = format!("{prefix}{}", entry.filename);
                    self.blob(entry.oid.to_owned(), &path, commit);
                }
            }
        }
        Ok(())
    }

    /// Every blob, in the order in which they were met.
    #[must_use]
    pub fn blobs(&self) -> &[Blob] {
        &self.blobs
    }

    /// The number of a blob.
    #[must_use]
    pub fn number(&self, id: &gix::hash::oid) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// The path at which a blob was first met.
    #[must_use]
    pub fn path(&self, blob: &Blob) -> &str {
        &self.paths[blob.path as usize]
    }
}
