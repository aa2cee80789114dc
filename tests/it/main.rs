//! Drives the built program as a user would: in a folder of its own, with nothing of the
//! environment, and no network.
//!
//! No file here holds a key, or a comment that credlint takes for a directive: both are put together
//! at run time, so that the repository scans clean.

#![expect(
    clippy::unwrap_used,
    reason = "in a test a panic is the report, also in what tests share"
)]

mod architecture;
mod archives;
mod baseline;
mod cli;
mod config;
mod decoded;
mod git;
mod hook;
mod inline;
mod lookalikes;
mod misuse;
mod planted;
mod provider_files;
mod sandbox;
mod sarif;
mod secrets;
mod tree;
mod worktree;
