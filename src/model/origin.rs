//! Where a blob came from.

use std::fmt;

/// The place a blob's bytes were read from, as a report names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A file, by the path a user would type, with `/` between its parts on every platform.
    File(String),
    /// Standard input, under the name the user gave it.
    Stdin(String),
    /// The message of a commit or an annotated tag: `commit:` and its name, `tag:` and its.
    Message(String),
    /// Something inside of one of these: the outer name, `!`, and the way to it within.
    Member {
        /// `outer.zip!inner/file`.
        path: String,
        /// The length of the outer name.
        outer: usize,
    },
}

impl Origin {
    /// The member of `self`, or of what is in it, that `inner` leads to.
    #[must_use]
    pub fn member(&self, inner: &str) -> Self {
        Self::Member {
            path: format!("{}!{inner}", self.path()),
            outer: self.file().len(),
        }
    }

    /// The same, seen from above the folder `path`.
    #[must_use]
    pub fn below(&self, path: &str) -> Self {
        let name = format!("{path}/{}", self.path());
        match self {
            Self::File(_) => Self::File(name),
            Self::Stdin(_) => Self::Stdin(name),
            Self::Message(_) => Self::Message(name),
            Self::Member { outer, .. } => Self::Member {
                path: name,
                outer: outer + path.len() + 1,
            },
        }
    }

    /// The name of the file, or of standard input, that holds it: what can be opened.
    #[must_use]
    pub fn file(&self) -> &str {
        match self {
            Self::File(path) | Self::Stdin(path) | Self::Message(path) => path,
            Self::Member { path, outer } => &path[..*outer],
        }
    }

    /// The way to a member within its file; nothing where it is the file itself.
    #[must_use]
    pub fn inner(&self) -> Option<&str> {
        match self {
            Self::File(_) | Self::Stdin(_) | Self::Message(_) => None,
            Self::Member { path, outer } => path.get(outer + 1..),
        }
    }

    /// The name shown in reports and matched by configuration globs.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::File(path)
            | Self::Stdin(path)
            | Self::Message(path)
            | Self::Member { path, .. } => path,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_knows_its_file() {
        let file = Origin::File("a!b.zip".to_owned());
        let member = file.member("c.tar!d");
        assert_eq!(member.path(), "a!b.zip!c.tar!d");
        assert_eq!(
            (member.file(), member.inner()),
            ("a!b.zip", Some("c.tar!d"))
        );
        assert_eq!((file.file(), file.inner()), ("a!b.zip", None));
        assert_eq!(member.member("e").file(), "a!b.zip");
    }
}
