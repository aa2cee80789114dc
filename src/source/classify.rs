//! What kind of content a file holds, by its name and its first bytes.
//!
//! Knows no rules; it says only which contents names and surroundings say nothing about. Called for
//! every file, so it allocates nothing.

use memchr::{memchr, memrchr};

use crate::model::ContentClass;

/// How many bytes from the beginning tell whether a content is binary.
pub const HEAD: usize = 8 * 1024;

/// A script or style sheet whose first line is longer than this was written by a program.
const MINIFIED_LINE: usize = 5_000;

/// The files that package managers write, by name.
const LOCK_FILES: &[&str] = &[
    "Cargo.lock",
    "Gemfile.lock",
    "Package.resolved",
    "Pipfile.lock",
    "Podfile.lock",
    "bun.lock",
    "bun.lockb",
    "composer.lock",
    "deno.lock",
    "flake.lock",
    "go.sum",
    "go.work.sum",
    "gradle.lockfile",
    "mix.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "pdm.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pubspec.lock",
    "rebar.lock",
    "uv.lock",
    "yarn.lock",
];

/// The folders in which package managers and people put other people's code.
const VENDORED: &[&str] = &[
    "Pods",
    "bower_components",
    "dist-packages",
    "jspm_packages",
    "node_modules",
    "site-packages",
    "third-party",
    "third_party",
    "vendor",
];

const MINIFIED_ENDINGS: &[&str] = &[
    ".min.js",
    ".min.mjs",
    ".min.cjs",
    ".min.css",
    "-min.js",
    "-min.css",
    ".bundle.js",
    ".chunk.js",
];

const SCRIPT_ENDINGS: &[&str] = &[".js", ".mjs", ".cjs", ".css"];

const SOURCE_MAP_ENDINGS: &[&str] = &[".js.map", ".mjs.map", ".cjs.map", ".css.map", ".ts.map"];

/// A content's class, and why it is not that of text people write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    /// Which rules apply.
    pub class: ContentClass,
    /// Why not all of them do, in the words of reports.
    pub why: Option<&'static str>,
}

impl Class {
    const TEXT: Self = Self {
        class: ContentClass::Text,
        why: None,
    };

    const fn generated(why: &'static str) -> Self {
        Self {
            class: ContentClass::Generated,
            why: Some(why),
        }
    }
}

/// Judges a file by its `path`, with `/` between the parts, and the beginning of its decoded content.
///
/// The path should begin where the scan did: a project is not vendored because of the folder it is
/// checked out to. Of `head` at most [`HEAD`] bytes are looked at, and all those are wanted.
#[must_use]
pub fn classify(path: &str, head: &[u8]) -> Class {
    let head = &head[..head.len().min(HEAD)];
    if memchr(0, head).is_some() {
        return Class {
            class: ContentClass::Binary,
            why: Some("binary"),
        };
    }
    let (folders, name) = match memrchr(b'/', path.as_bytes()) {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => ("", path),
    };
    if LOCK_FILES.binary_search(&name).is_ok() {
        return Class::generated("lock file");
    }
    if SOURCE_MAP_ENDINGS.iter().any(|e| name.ends_with(e)) {
        return Class::generated("source map");
    }
    if MINIFIED_ENDINGS.iter().any(|e| name.ends_with(e)) || has_endless_line(name, head) {
        return Class::generated("minified");
    }
    if folders.split('/').any(|folder| VENDORED.contains(&folder)) {
        return Class::generated("vendored");
    }
    Class::TEXT
}

fn has_endless_line(name: &str, head: &[u8]) -> bool {
    head.len() >= MINIFIED_LINE
        && SCRIPT_ENDINGS.iter().any(|e| name.ends_with(e))
        && memchr(b'\n', &head[..MINIFIED_LINE]).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(path: &str, head: &[u8]) -> Option<&'static str> {
        classify(path, head).why
    }

    #[test]
    fn names_are_sorted_for_the_search() {
        assert!(LOCK_FILES.is_sorted());
    }

    #[test]
    fn lock_files_are_known_by_their_whole_name() {
        for name in LOCK_FILES {
            assert_eq!(why(&format!("a/{name}"), b""), Some("lock file"));
        }
        assert_eq!(why("my-Cargo.lock", b""), None);
        assert_eq!(why("go.sum/main.go", b""), None);
    }

    #[test]
    fn minified_files_by_name_or_by_their_first_line() {
        for name in [
            "a.min.js",
            "x/a.min.css",
            "a-min.js",
            "main.bundle.js",
            "7.chunk.js",
            "a.min.mjs",
        ] {
            assert_eq!(why(name, b"x"), Some("minified"), "{name}");
        }
        let line = [b'x'; MINIFIED_LINE];
        assert_eq!(why("a.js", &line), Some("minified"));
        assert_eq!(
            why("a.js", &line[1..]),
            None,
            "a short file is written by people"
        );
        assert_eq!(why("a.json", &line), None, "only scripts and style sheets");
        let mut broken = line;
        broken[4000] = b'\n';
        assert_eq!(why("a.css", &broken), None);
        assert_eq!(why("admin.js", b"x"), None);
    }

    #[test]
    fn source_maps_and_vendored_folders() {
        assert_eq!(why("dist/a.js.map", b"{}"), Some("source map"));
        assert_eq!(why("tile.map", b""), None);
        assert_eq!(why("web/node_modules/x/i.js", b""), Some("vendored"));
        assert_eq!(why("vendor/x.go", b""), Some("vendored"));
        assert_eq!(why("src/vendor.go", b""), None);
        assert_eq!(why("vendors/x.go", b""), None);
    }

    #[test]
    fn a_nul_in_the_first_bytes_is_binary() {
        assert_eq!(classify("a.txt", b"a\0b").class, ContentClass::Binary);
        assert_eq!(why("Cargo.lock", b"a\0b"), Some("binary"));
        let mut late = vec![b'x'; HEAD + 1];
        late[HEAD] = 0;
        assert_eq!(why("a.txt", &late), None);
    }
}
