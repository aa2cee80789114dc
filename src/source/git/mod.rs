//! What git keeps: the staged state, ranges of commits, all of history.
//!
//! A repository is a stranger's. Its objects, references and index are read, and of its configuration
//! what is needed for that; no hook, filter, `textconv`, `fsmonitor`, external diff or credential helper
//! is run, no process is started, and nothing is written.

mod cachetree;
mod changes;
mod commits;
mod delta;
mod objects;
mod pack;
mod range;
mod reach;
mod repository;
mod staged;

use thiserror::Error;

pub use changes::{Change, Changes, file_at, files};
pub use commits::{CommitNode, Commits};
pub use delta::{Copied, Delta};
pub use gix::ObjectId;
pub use objects::{Loose, Objects};
pub use pack::{Forest, Inflater, Pack, Visit};
pub use range::{Known, Range, Update};
pub use reach::{Blob, Reached};
pub use repository::{Environment, Repository, Root, Tips};
pub use staged::Staged;

/// Folders in folders beyond this depth are no project's.
const MAX_DEPTH: usize = 1000;

/// Why a repository, or something in it, cannot be read.
#[derive(Debug, Error)]
pub enum GitError {
    /// There is none.
    #[error("there is no git repository in {path}, nor in a folder above it: {why}")]
    NoRepository {
        /// Where it was looked for.
        path: String,
        /// What was missing.
        why: String,
    },
    /// Its references are kept in a way that is not known.
    #[error(
        "the references of {path} are kept as a reftable, which is not supported\n  help: `git refs migrate --ref-format=files` makes files of them"
    )]
    Reftable {
        /// The repository.
        path: String,
    },
    /// Something is broken.
    #[error("cannot read {what}: {why}")]
    Broken {
        /// What was to be read.
        what: String,
        /// What went wrong.
        why: String,
    },
    /// An object is not there.
    #[error("{what} is not in this clone{remedy}")]
    Missing {
        /// Which object.
        what: String,
        /// What to do about it, after a line break, if something is known.
        remedy: &'static str,
    },
    /// A revision names no commit.
    #[error("`{spec}` names no commit: {why}")]
    Revision {
        /// What was written.
        spec: String,
        /// What git's rules say to that.
        why: String,
    },
}

impl GitError {
    /// Something is broken, in these words.
    pub fn broken(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::Broken {
            what: what.into(),
            why: why.to_string(),
        }
    }
}
