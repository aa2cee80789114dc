//! From a path as somebody typed it to one that a configuration's globs can be held against.

use std::borrow::Cow;
use std::path::Path;

/// The folder that a configuration's globs are relative to, and the one that typed paths are.
///
/// Works on names alone: no file is looked at, no link followed. So both folders should be given in
/// the same form, best as [`std::fs::canonicalize`] gives them. The default takes them to be the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchor {
    base: Vec<String>,
    working: Vec<String>,
}

impl Anchor {
    /// `base` is the folder of the configuration, `working` the working directory, both absolute.
    #[must_use]
    pub fn new(base: &Path, working: &Path) -> Self {
        let parts = |path: &Path| {
            let text = slashed(path.to_string_lossy());
            text.split('/')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect()
        };
        Self {
            base: parts(base),
            working: parts(working),
        }
    }

    /// `path`, written with `/`, relative to the configuration's folder.
    ///
    /// A path outside that folder becomes its absolute form without the leading `/`: globs that name a
    /// folder cannot match it, and globs for file names, such as `*.md`, still do.
    #[must_use]
    pub fn relative<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let absolute = path.starts_with('/') || path.as_bytes().get(1) == Some(&b':');
        let plain = !path.split('/').any(|part| matches!(part, "" | "." | ".."));
        if plain && !absolute && self.base == self.working {
            return Cow::Borrowed(path);
        }
        let mut parts: Vec<&str> = if absolute {
            Vec::new()
        } else {
            self.working.iter().map(String::as_str).collect()
        };
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        let inside = parts.len() >= self.base.len()
            && self
                .base
                .iter()
                .zip(&parts)
                .all(|(base, part)| base == part);
        Cow::Owned(parts[if inside { self.base.len() } else { 0 }..].join("/"))
    }
}

/// The path with `/` between its parts on every platform.
pub(crate) fn slashed(path: Cow<'_, str>) -> Cow<'_, str> {
    if std::path::MAIN_SEPARATOR == '/' || !path.contains(std::path::MAIN_SEPARATOR) {
        path
    } else {
        Cow::Owned(path.replace(std::path::MAIN_SEPARATOR, "/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_configurations_folder() {
        let anchor = Anchor::new(
            Path::new("/home/me/project"),
            Path::new("/home/me/project/app"),
        );
        assert_eq!(anchor.relative("src/a.rs"), "app/src/a.rs");
        assert_eq!(anchor.relative("./src//a.rs"), "app/src/a.rs");
        assert_eq!(anchor.relative("../tests/a.rs"), "tests/a.rs");
        assert_eq!(anchor.relative("/home/me/project/b.rs"), "b.rs");
        assert_eq!(
            anchor.relative("../../other/c.rs"),
            "home/me/other/c.rs",
            "outside"
        );
        assert_eq!(
            anchor.relative("/home/me/project2/c.rs"),
            "home/me/project2/c.rs",
            "outside"
        );
    }

    #[test]
    fn the_usual_case_copies_nothing() {
        let anchor = Anchor::new(Path::new("/p"), Path::new("/p"));
        assert!(matches!(
            anchor.relative("src/a.rs"),
            Cow::Borrowed("src/a.rs")
        ));
        assert!(matches!(
            Anchor::default().relative("src/a.rs"),
            Cow::Borrowed("src/a.rs")
        ));
        assert_eq!(anchor.relative("/p/src/a.rs"), "src/a.rs");
        assert_eq!(anchor.relative("../p/a.rs"), "a.rs");
    }
}
