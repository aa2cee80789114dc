//! Where a blob came from.

use std::fmt;

/// The place a blob's bytes were read from, as a report names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A file, by the path a user would type, with `/` between its parts on every platform.
    File(String),
    /// Standard input, under the name the user gave it.
    Stdin(String),
}

impl Origin {
    /// The name shown in reports and matched by configuration globs.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::File(path) | Self::Stdin(path) => path,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}
