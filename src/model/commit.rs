//! Which commit brought a finding into a repository.

use std::sync::Arc;

/// What a commit says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The object's name, in full.
    pub id: String,
    /// The author's name and, in angle brackets, mail address.
    pub author: String,
    /// When the author wrote it, as `2024-05-01T12:00:00+02:00`.
    pub date: String,
    /// The first line of its message.
    pub summary: String,
}

/// How a finding came into a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introduced {
    /// The first commit that has it.
    pub commit: Arc<Commit>,
    /// Whether it is still there in the latest state that was looked at.
    pub at_head: bool,
    /// Every path it has stood at, in order.
    pub paths: Vec<String>,
}
