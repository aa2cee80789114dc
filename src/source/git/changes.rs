//! What one state of a project has that those before it had not.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::bstr::{BStr, BString};
use gix::objs::tree::EntryMode;
use gix::objs::{Kind, TreeRefIter};

use super::commits::CommitNode;
use super::objects::Objects;
use super::repository::Repository;
use super::{GitError, MAX_DEPTH};

/// A file that is new, or other than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its path, with `/` between the parts.
    pub path: String,
    /// Its content.
    pub id: ObjectId,
    /// What stood at its path in each of the states before; nothing where there was no file.
    pub old: Vec<Option<ObjectId>>,
}

/// The difference between states of a project.
#[derive(Debug, Default)]
pub struct Changes {
    /// Files with new content, by path.
    pub files: Vec<Change>,
    /// What stood in a state before and is gone: files, and folders as a whole.
    pub gone: Vec<Gone>,
    /// How many links to other repositories are new.
    pub submodules: u64,
}

/// A file or folder that is gone.
#[derive(Clone, Debug)]
pub struct Gone {
    /// Its object.
    pub id: ObjectId,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// What a tree has by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) mode: EntryMode,
    pub(super) id: ObjectId,
}

pub(super) type Nodes = BTreeMap<BString, Node>;

/// The entries of a tree; none where there is no tree.
pub(super) fn nodes(objects: &Objects, tree: Option<ObjectId>) -> Result<Nodes, GitError> {
    let mut buffer = Vec::new();
    let Some(id) = tree else {
        return Ok(Nodes::new());
    };
    let content = objects.read(&id, Kind::Tree, &mut buffer)?;
    let mut nodes = Nodes::new();
    for entry in TreeRefIter::from_bytes(content, objects.hash()) {
        let entry = entry.map_err(|why| GitError::broken(format!("tree {id}"), why))?;
        let node = Node {
            mode: entry.mode,
            id: entry.oid.to_owned(),
        };
        nodes.insert(entry.filename.to_owned(), node);
    }
    Ok(nodes)
}

impl Changes {
    /// What the tree `new` has that none of the trees `old` has at the same place.
    pub fn between(
        objects: &Objects,
        new: ObjectId,
        old: &[Option<ObjectId>],
    ) -> Result<Self, GitError> {
        let mut changes = Self::default();
        changes.tree(objects, Some(new), old, "", 0)?;
        changes.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    fn tree(
        &mut self,
        objects: &Objects,
        new: Option<ObjectId>,
        old: &[Option<ObjectId>],
        prefix: &str,
        depth: usize,
    ) -> Result<(), GitError> {
        if depth > MAX_DEPTH {
            return Err(GitError::broken(
                format!("folder {prefix}"),
                "it is too deep",
            ));
        }
        if old.contains(&new) {
            return Ok(());
        }
        let before: Vec<Nodes> = old
            .iter()
            .map(|tree| nodes(objects, *tree))
            .collect::<Result<_, _>>()?;
        let now = nodes(objects, new)?;
        for (name, node) in &now {
            let then: Vec<Option<Node>> = before
                .iter()
                .map(|nodes| nodes.get(name).copied())
                .collect();
            self.node(objects, *node, &then, &format!("{prefix}{name}"), depth)?;
        }
        for nodes in &before {
            let gone = nodes.iter().filter(|(name, _)| !now.contains_key(*name));
            self.gone
                .extend(gone.filter_map(|(_, node)| Gone::new(*node)));
        }
        Ok(())
    }

    /// What stands at `path` now, `node`, beside what stood there.
    pub(super) fn node(
        &mut self,
        objects: &Objects,
        node: Node,
        then: &[Option<Node>],
        path: &str,
        depth: usize,
    ) -> Result<(), GitError> {
        let same = |old: &Option<Node>| old.is_some_and(|old| old.id == node.id);
        if then.iter().any(same) {
            return Ok(());
        }
        if node.mode.is_tree() {
            let trees: Vec<Option<ObjectId>> = then
                .iter()
                .map(|old| old.filter(|old| old.mode.is_tree()).map(|old| old.id))
                .collect();
            return self.tree(
                objects,
                Some(node.id),
                &trees,
                &format!("{path}/"),
                depth + 1,
            );
        }
        if node.mode.is_commit() {
            self.submodules += 1;
            return Ok(());
        }
        let is_file = |old: &Node| !old.mode.is_tree() && !old.mode.is_commit();
        let old = then.iter().map(|old| old.filter(is_file).map(|old| old.id));
        self.files.push(Change {
            path: path.to_owned(),
            id: node.id,
            old: old.collect(),
        });
        Ok(())
    }

    /// The contents that are gone, up to `limit` of them.
    pub fn gone_files(&self, objects: &Objects, limit: usize) -> Result<Vec<ObjectId>, GitError> {
        let mut waiting: Vec<Gone> = self.gone.iter().rev().cloned().collect();
        let mut files = Vec::new();
        while let Some(gone) = waiting.pop()
            && files.len() < limit
        {
            if gone.is_folder {
                let nodes = nodes(objects, Some(gone.id))?;
                waiting.extend(nodes.values().rev().filter_map(|node| Gone::new(*node)));
            } else {
                files.push(gone.id);
            }
        }
        Ok(files)
    }
}

impl Gone {
    pub(super) fn new(node: Node) -> Option<Self> {
        (!node.mode.is_commit()).then_some(Self {
            id: node.id,
            is_folder: node.mode.is_tree(),
        })
    }
}

impl Repository {
    /// The tree of a commit.
    pub fn tree(&self, objects: &Objects, commit: ObjectId) -> Result<ObjectId, GitError> {
        tree_of(objects, commit)
    }

    /// What a commit has that none of its parents has. `known` are commits that need not be read again.
    pub fn changes(
        &self,
        objects: &Objects,
        commit: &CommitNode,
        known: &BTreeMap<ObjectId, &CommitNode>,
    ) -> Result<Changes, GitError> {
        let tree = |parent: &ObjectId| match known.get(parent) {
            Some(node) => Ok(Some(node.tree)),
            None => tree_of(objects, *parent).map(Some),
        };
        let parents: Vec<Option<ObjectId>> =
            commit.parents.iter().map(tree).collect::<Result<_, _>>()?;
        Changes::between(objects, commit.tree, &parents)
    }
}

pub(super) fn tree_of(objects: &Objects, commit: ObjectId) -> Result<ObjectId, GitError> {
    let mut buffer = Vec::new();
    let content = objects.read(&commit, Kind::Commit, &mut buffer)?;
    gix::objs::CommitRefIter::from_bytes(content, objects.hash())
        .tree_id()
        .map_err(|why| GitError::broken(format!("commit {commit}"), why))
}

/// The file at `path` in a tree.
pub fn file_at(
    objects: &Objects,
    tree: ObjectId,
    path: &str,
) -> Result<Option<ObjectId>, GitError> {
    let mut at = Node {
        mode: gix::objs::tree::EntryKind::Tree.into(),
        id: tree,
    };
    for part in path.split('/') {
        if !at.mode.is_tree() {
            return Ok(None);
        }
        match nodes(objects, Some(at.id))?.get(BStr::new(part)) {
            Some(node) => at = *node,
            None => return Ok(None),
        }
    }
    Ok((!at.mode.is_tree() && !at.mode.is_commit()).then_some(at.id))
}

/// Every file of a tree, by path.
pub fn files(objects: &Objects, tree: ObjectId) -> Result<Vec<(String, ObjectId)>, GitError> {
    let changes = Changes::between(objects, tree, &[])?;
    Ok(changes
        .files
        .into_iter()
        .map(|file| (file.path, file.id))
        .collect())
}
