//! What inline suppressions are known by.
//!
//! Also part of `build.rs`, through what the prefilter looks for.

/// What begins an inline suppression. The engine looks for it in the same pass as for credentials.
pub const ALLOW_MARKER: &str = "credlint:allow";
