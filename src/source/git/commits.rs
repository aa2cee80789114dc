//! Commits in an order in which every commit comes after its parents.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use gix::ObjectId;
use gix::hashtable::HashMap;
use gix::objs::{CommitRef, Kind};

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
        let objects = repository.passing_objects()?;
        let mut walk = Walk {
            repository,
            objects,
            met: HashMap::default(),
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
        let commit = CommitRef::from_bytes(content, hash).map_err(|why| broken(why.to_string()))?;
        let (tree, mut parents) = (commit.tree(), commit.parents().collect::<Vec<_>>());
        let time = commit.committer().ok().and_then(|who| who.time().ok());
        let cut = self.repository.shallow().contains(&id) && !parents.is_empty();
        if cut {
            parents.clear();
        }
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
    let mut nodes: Vec<Option<CommitNode>> = wanted.map(|met| Some(met.node)).collect();
    let numbers: HashMap<ObjectId, usize> = nodes
        .iter()
        .flatten()
        .enumerate()
        .map(|(number, node)| (node.id, number))
        .collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut pending = vec![0; nodes.len()];
    for (number, node) in nodes.iter().flatten().enumerate() {
        for parent in node.parents.iter().filter_map(|id| numbers.get(id)) {
            children[*parent].push(number);
            pending[number] += 1;
        }
    }
    let age = |node: &CommitNode, number| Reverse((node.time, node.id, number));
    let mut ready: BinaryHeap<_> = nodes
        .iter()
        .flatten()
        .enumerate()
        .filter(|(number, _)| pending[*number] == 0)
        .map(|(number, node)| age(node, number))
        .collect();
    let mut ordered = Vec::with_capacity(nodes.len());
    while let Some(Reverse((_, _, number))) = ready.pop() {
        ordered.extend(nodes[number].take());
        for &child in &children[number] {
            pending[child] -= 1;
            if let (0, Some(node)) = (pending[child], &nodes[child]) {
                ready.push(age(node, child));
            }
        }
    }
    ordered
}

impl Repository {
    /// What a commit says of itself.
    pub fn describe(&self, objects: &Objects, id: ObjectId) -> Result<Commit, GitError> {
        let mut buffer = Vec::new();
        let content = objects.read(&id, Kind::Commit, &mut buffer)?;
        described(id, content, objects.hash())
    }
}
