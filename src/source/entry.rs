//! A file that a walk found, and its names.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::model::slashed;

/// A file to scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub(super) path: PathBuf,
    /// Whether it was named itself, so that nobody can say it is too dull to look at.
    pub explicit: bool,
    /// Where the path's part below the argument begins, if what is before it says nothing.
    local: u32,
}

impl Entry {
    /// The entry for `path`, found `depth` steps below the argument that led to it.
    pub(super) fn new(path: PathBuf, depth: usize) -> Self {
        let path = match path.strip_prefix(".") {
            Ok(inside) => inside.to_owned(),
            Err(_) => path,
        };
        let leads_out = path.is_absolute() || path.starts_with("..");
        // Of a file that was named itself, only the name is left.
        let above = if leads_out {
            path.ancestors().nth(depth.max(1))
        } else {
            None
        };
        let local = above.map_or(0, |folder| {
            let length = display(folder).len();
            if display(folder).ends_with('/') {
                length
            } else {
                length + 1
            }
        });
        Self {
            path,
            explicit: depth == 0,
            local: u32::try_from(local).unwrap_or(0),
        }
    }

    /// The path to open.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name for reports: as a user would type it, without a leading `./`, with `/` between the parts.
    #[must_use]
    pub fn display(&self) -> Cow<'_, str> {
        display(&self.path)
    }

    /// The part of the name that says what kind of file it is: all of it, or what is below the argument
    /// if that leads out of the working directory (`/srv/vendor/acme` does not make `acme` vendored).
    #[must_use]
    pub fn local(&self) -> Cow<'_, str> {
        match self.display() {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(self.local as usize..).unwrap_or(text)),
            Cow::Owned(text) => {
                Cow::Owned(text.get(self.local as usize..).unwrap_or(&text).to_owned())
            }
        }
    }

    /// Opens it for reading.
    pub fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }
}

/// The name of a path in reports.
pub(super) fn display(path: &Path) -> Cow<'_, str> {
    slashed(path.strip_prefix(".").unwrap_or(path).to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_a_user_would_type() {
        let shown = |path: &str, depth| {
            let entry = Entry::new(PathBuf::from(path), depth);
            (entry.display().into_owned(), entry.local().into_owned())
        };
        let same = |name: &str| (name.to_owned(), name.to_owned());
        assert_eq!(shown("./vendor/a.rs", 2), same("vendor/a.rs"));
        assert_eq!(shown("src/a.rs", 1), same("src/a.rs"));
        let below = |name: &str, local: &str| (name.to_owned(), local.to_owned());
        assert_eq!(
            shown("/srv/vendor/acme/src/a.rs", 2),
            below("/srv/vendor/acme/src/a.rs", "src/a.rs")
        );
        assert_eq!(
            shown("../vendor/acme/a.rs", 1),
            below("../vendor/acme/a.rs", "a.rs")
        );
        assert_eq!(
            shown("/srv/vendor/a.rs", 0),
            below("/srv/vendor/a.rs", "a.rs")
        );
        assert_eq!(shown("/a.rs", 1), below("/a.rs", "a.rs"));
    }
}
