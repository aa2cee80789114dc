//! Commits in an order in which every commit comes after its parents.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use gix::ObjectId;
use gix::objs::{CommitRef, CommitRefIter, Kind};

use super::GitError;
use super::objects::Objects;
use super::repository::{Repository, Root, Tips, described};
use crate::model::Commit;

/// A commit, as far as it is needed to walk.
#[derive(Clone, Debug)]
pub struct CommitNode {
    /// The object's name.
    pub id: ObjectId,
    /// What the project looked like.
    pub tree: ObjectId,
    /// What it looked like before, in the commit's order.
    pub parents: Vec<ObjectId>,
    /// Whether the clone was made without its parents.
    pub cut: bool,
    /// When it was made, in seconds since 1970.
    time: i64,
}

/// Commits, oldest first: by time, but each after its parents.
#[derive(Clone, Debug, Default)]
pub struct Commits {
    /// The commits.
    pub nodes: Vec<CommitNode>,
    /// Commits that are named as a parent, or by a reference, and are not there.
    pub missing: BTreeSet<String>,
}

impl Commits {
    /// Every commit that `tips` lead to.
    pub fn all(repository: &Repository, tips: &Tips) -> Result<Self, GitError> {
        let roots = tips.roots.iter().filter_map(|root| match root {
            Root::Commit(id) => Some(*id),
            Root::Other(_) => None,
        });
        Self::walk(repository, roots, &[])
    }

    /// The commits that `tips` lead to and `hidden` do not.
    pub(super) fn walk(
        repository: &Repository,
        tips: impl IntoIterator<Item = ObjectId>,
        hidden: &[ObjectId],
    ) -> Result<Self, GitError> {
        let objects = repository.objects();
        let mut walk = Walk {
            repository,
            objects,
            met: HashMap::new(),
            queue: BinaryHeap::new(),
            waiting: 0,
            commits: Self::default(),
            buffer: Vec::new(),
        };
        for tip in tips {
            walk.reach(tip, true)?;
        }
        for tip in hidden {
            walk.reach(*tip, false)?;
        }
        walk.run()?;
        let mut commits = walk.commits;
        commits.nodes = in_order(walk.met);
        Ok(commits)
    }
}

/// A commit that was met.
struct Met {
    node: CommitNode,
    /// Whether nothing hides it, so far.
    wanted: bool,
    /// Whether it waits in the queue, and counts there.
    waits: bool,
}

struct Walk<'a> {
    repository: &'a Repository,
    objects: Objects,
    met: HashMap<ObjectId, Met>,
    /// Newest first, so that what hides is met before what it hides, but for wrong clocks.
    queue: BinaryHeap<(i64, ObjectId)>,
    /// How many in the queue can still change what is wanted.
    waiting: usize,
    commits: Commits,
    buffer: Vec<u8>,
}

impl Walk<'_> {
    /// Notes that a tip, or a commit, leads to `id`; from one that is hidden, all behind it is.
    fn reach(&mut self, id: ObjectId, wanted: bool) -> Result<(), GitError> {
        if let Some(met) = self.met.get_mut(&id) {
            if met.wanted && !wanted {
                met.wanted = false;
                if !met.waits {
                    // Its parents were told otherwise.
                    met.waits = true;
                    self.waiting += 1;
                    self.queue.push((met.node.time, id));
                }
            }
            return Ok(());
        }
        let Some(node) = self.read(id)? else {
            self.commits.missing.insert(format!("commit {id}"));
            return Ok(());
        };
        self.queue.push((node.time, id));
        self.waiting += usize::from(wanted);
        let waits = wanted;
        self.met.insert(
            id,
            Met {
                node,
                wanted,
                waits,
            },
        );
        Ok(())
    }

    /// Follows parents until all that is left is hidden.
    fn run(&mut self) -> Result<(), GitError> {
        while self.waiting > 0
            && let Some((_, id)) = self.queue.pop()
        {
            let Some(met) = self.met.get_mut(&id) else {
                continue;
            };
            self.waiting -= usize::from(std::mem::take(&mut met.waits));
            let (wanted, parents) = (met.wanted, met.node.parents.clone());
            for parent in parents {
                self.reach(parent, wanted)?;
            }
        }
        Ok(())
    }

    fn read(&mut self, id: ObjectId) -> Result<Option<CommitNode>, GitError> {
        let broken = |why: String| GitError::broken(format!("commit {id}"), why);
        let hash = self.objects.hash();
        let content = match self.objects.find(&id, &mut self.buffer)? {
            None => return Ok(None),
            Some(found) if found.kind == Kind::Commit => found.data,
            Some(found) => return Err(broken(format!("it is a {}", found.kind))),
        };
        let mut lines = CommitRefIter::from_bytes(content, hash);
        let tree = lines.tree_id().map_err(|why| broken(why.to_string()))?;
        let mut parents: Vec<ObjectId> = CommitRefIter::from_bytes(content, hash)
            .parent_ids()
            .collect();
        let cut = self.repository.shallow().contains(&id) && !parents.is_empty();
        if cut {
            parents.clear();
        }
        let commit = CommitRef::from_bytes(content, hash).map_err(|why| broken(why.to_string()))?;
        let time = commit.committer().ok().and_then(|who| who.time().ok());
        Ok(Some(CommitNode {
            id,
            tree,
            parents,
            cut,
            time: time.map_or(0, |time| time.seconds),
        }))
    }
}

/// What is wanted of `met`, parents first; of what could come next, what is oldest.
fn in_order(met: HashMap<ObjectId, Met>) -> Vec<CommitNode> {
    let wanted = met.into_values().filter(|met| met.wanted);
    let mut nodes: BTreeMap<ObjectId, CommitNode> =
        wanted.map(|met| (met.node.id, met.node)).collect();
    let mut children: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    let mut pending: HashMap<ObjectId, usize> = HashMap::new();
    let mut ready = BinaryHeap::new();
    for node in nodes.values() {
        let parents: BTreeSet<&ObjectId> = node.parents.iter().collect();
        let parents = parents.into_iter().filter(|id| nodes.contains_key(*id));
        let mut count = 0;
        for parent in parents {
            children.entry(*parent).or_default().push(node.id);
            count += 1;
        }
        if count == 0 {
            ready.push(Reverse((node.time, node.id)));
        } else {
            pending.insert(node.id, count);
        }
    }
    let mut ordered = Vec::with_capacity(nodes.len());
    while let Some(Reverse((_, id))) = ready.pop() {
        ordered.extend(nodes.remove(&id));
        for child in children.remove(&id).unwrap_or_default() {
            let Some(left) = pending.get_mut(&child) else {
                continue;
            };
            *left -= 1;
            if let (0, Some(node)) = (*left, nodes.get(&child)) {
                ready.push(Reverse((node.time, child)));
            }
        }
    }
    ordered
}

impl Repository {
    /// What a commit says of itself, and its message.
    pub fn describe(&self, objects: &Objects, id: ObjectId) -> Result<(Commit, Vec<u8>), GitError> {
        let mut buffer = Vec::new();
        let content = objects.read(&id, Kind::Commit, &mut buffer)?;
        let message = CommitRefIter::from_bytes(content, objects.hash()).message();
        let message = message.map_err(|why| GitError::broken(format!("commit {id}"), why))?;
        Ok((described(id, content, objects.hash())?, message.to_vec()))
    }
}
