//! Globs in the form of `.gitignore` lines, as the configuration and the command line have them.

use globset::Glob;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Compiled globs. The default names nothing.
#[derive(Clone, Debug)]
pub struct Globs(Gitignore);

impl Default for Globs {
    fn default() -> Self {
        Self(Gitignore::empty())
    }
}

impl Globs {
    /// Compiles them: a folder's name covers all that is in it, and a later `!glob` takes files out
    /// again. The error says which glob is wrong, and how.
    pub fn new<S: AsRef<str>>(globs: &[S]) -> Result<Self, String> {
        let mut builder = GitignoreBuilder::new("");
        for glob in globs {
            let glob = glob.as_ref();
            // A `.gitignore` line means itself where it is no glob; here that would hide a mistake.
            Glob::new(glob).map_err(|error| error.to_string())?;
            builder
                .add_line(None, glob)
                .map_err(|error| error.to_string())?;
        }
        builder.build().map(Self).map_err(|error| error.to_string())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether they name this entry itself, which is how a walk asks on its way down.
    #[must_use]
    pub fn name(&self, path: &str, is_dir: bool) -> bool {
        self.0.matched(path, is_dir).is_ignore()
    }

    /// Whether they name the file `path` or a folder it is in.
    #[must_use]
    pub fn cover(&self, path: &str) -> bool {
        // The matcher refuses absolute paths, which an anchor never gives.
        let path = path.trim_start_matches('/');
        self.0.matched_path_or_any_parents(path, false).is_ignore()
    }
}
