//! Ranges of commits: as people write them, and as servers and hooks give them.

use std::collections::BTreeSet;

use gix::ObjectId;

use super::GitError;
use super::commits::Commits;
use super::repository::{Repository, Root, Tips};

/// Which commits are meant.
#[derive(Clone, Debug, Default)]
pub struct Range {
    /// They lead to these.
    tips: Tips,
    /// These do not lead to them.
    hidden: Vec<ObjectId>,
}

/// A reference that somebody wants to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Where it led; zeros where it is new.
    pub old: String,
    /// Where it leads; zeros where it goes away.
    pub new: String,
    /// Its name.
    pub name: String,
}

/// Which commits are known to whoever is asked to take more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<'a> {
    /// Those of this repository's references.
    Here,
    /// Those that this repository has seen on a remote, by the remote's name; with none, on any.
    Remote(Option<&'a str>),
}

/// Whether it is the name of no object, as git writes where a reference was not, or will not be.
fn is_zero(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|digit| digit == b'0')
}

impl Repository {
    /// The range that `spec` is: `BASE..TIP`, where the tip may be left out and is `HEAD` then. Zeros for
    /// the base are what servers give for a new branch: then it is what no other reference has.
    pub fn range(&self, spec: &str) -> Result<Range, GitError> {
        let wrong = |why: &str| GitError::Revision {
            spec: spec.to_owned(),
            why: why.to_owned(),
        };
        let Some((base, tip)) = spec.split_once("..") else {
            return Err(wrong("write BASE..TIP"));
        };
        if tip.starts_with('.') {
            return Err(wrong("`...` names two ranges; write BASE..TIP"));
        }
        let tip = if tip.is_empty() { "HEAD" } else { tip };
        if is_zero(base) {
            return self.new_at(tip);
        }
        let hidden = vec![self.commit(base)?];
        Ok(Range {
            tips: self.tip(tip)?,
            hidden,
        })
    }

    /// What `tip` has and no other reference leads to: a branch that is pushed for the first time.
    pub fn new_at(&self, tip: &str) -> Result<Range, GitError> {
        let tips = self.tip(tip)?;
        let others = self.tips(false)?.roots;
        let others = others.difference(&tips.roots).filter_map(commit);
        Ok(Range {
            hidden: others.collect(),
            tips,
        })
    }

    /// What references would lead to after `updates` that is not `known`.
    pub fn pushed(&self, updates: &[Update], known: Known<'_>) -> Result<Range, GitError> {
        let mut range = Range::default();
        let objects = self.objects();
        for update in updates {
            if !is_zero(&update.new) {
                let tips = self.tip(&update.new)?;
                range.tips.roots.extend(tips.roots);
                let tags = tips
                    .tags
                    .into_iter()
                    .map(|(_, tag)| (update.name.clone(), tag));
                range.tips.tags.extend(tags);
            }
            // What it leads to now need not be here: somebody else may have pushed it.
            if let Ok(id) = ObjectId::from_hex(update.old.as_bytes())
                && objects.kind(&id).is_some()
            {
                let mut old = Tips::default();
                self.follow(&objects, &update.name, id, &mut old)?;
                range.hidden.extend(old.roots.iter().filter_map(commit));
            }
        }
        let of_remote = |name: &str| match known {
            Known::Here => true,
            Known::Remote(None) => name.starts_with("refs/remotes/"),
            Known::Remote(Some(remote)) => {
                let below = name.strip_prefix("refs/remotes/");
                below
                    .and_then(|name| name.strip_prefix(remote))
                    .is_some_and(|rest| rest.starts_with('/'))
            }
        };
        range
            .hidden
            .extend(self.tips_of(of_remote)?.roots.iter().filter_map(commit));
        range.hidden.sort_unstable();
        range.hidden.dedup();
        Ok(range)
    }

    /// The commits of a range, parents first.
    pub fn commits(&self, range: &Range) -> Result<Commits, GitError> {
        let mut commits = Commits::walk(
            self,
            range.tips.roots.iter().filter_map(commit),
            &range.hidden,
        )?;
        commits.missing.extend(range.tips.missing.iter().cloned());
        Ok(commits)
    }

    /// What a full name of an object, or a revision, leads to; tags are kept.
    fn tip(&self, spec: &str) -> Result<Tips, GitError> {
        let mut tips = Tips::default();
        match ObjectId::from_hex(spec.as_bytes()) {
            Ok(id) => self.follow(&self.objects(), spec, id, &mut tips)?,
            Err(_) => {
                tips.roots.insert(Root::Commit(self.commit(spec)?));
            }
        }
        match tips.missing.pop_first() {
            None => Ok(tips),
            Some(what) => Err(GitError::Missing {
                what,
                remedy: self.remedy(),
            }),
        }
    }
}

fn commit(root: &Root) -> Option<ObjectId> {
    match root {
        Root::Commit(id) => Some(*id),
        Root::Other(_) => None,
    }
}

impl Range {
    /// The annotated tags that are new in it: their names and objects.
    #[must_use]
    pub fn tags(&self) -> &BTreeSet<(String, ObjectId)> {
        &self.tips.tags
    }

    /// The commit that it leads to, if that is one.
    #[must_use]
    pub fn tip(&self) -> Option<ObjectId> {
        let mut commits = self.tips.roots.iter().filter_map(commit);
        let tip = commits.next();
        tip.filter(|_| commits.next().is_none())
    }
}
