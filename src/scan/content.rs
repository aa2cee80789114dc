//! What is scanned, and what is known of it beside its bytes.

use std::path::Path;

use crate::misuse::Files;
use crate::model::Origin;
use crate::source::Tracked;

/// A content that is to be scanned.
#[derive(Clone, Copy)]
pub(super) struct Content<'a> {
    /// What it is called in reports.
    pub(super) origin: &'a Origin,
    /// What says what kind of file it is.
    pub(super) name: &'a str,
    /// What is known of its being committed.
    pub(super) place: Place<'a>,
    /// Other files, for what it imports.
    pub(super) files: &'a dyn Files,
    /// Whether the checks look at it, too.
    pub(super) checks: bool,
}

/// Where a content stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// In no file.
    Nowhere,
    /// In this file, which git may track.
    File(&'a Path, &'a Tracked),
    /// In a commit, or in what will be one.
    Commit,
}

impl<'a> Content<'a> {
    /// Content that stands in no file, and has none beside it.
    pub(super) fn alone(origin: &'a Origin, name: &'a str) -> Self {
        Self {
            origin,
            name,
            place: Place::Nowhere,
            files: &(),
            checks: true,
        }
    }

    /// Its path in the repository that tracks it, if one does.
    pub(super) fn tracked(&self) -> Option<String> {
        match self.place {
            Place::Nowhere => None,
            Place::File(path, tracked) => tracked.path(path),
            Place::Commit => Some(self.name.to_owned()),
        }
    }
}
