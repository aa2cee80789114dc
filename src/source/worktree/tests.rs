use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;

/// A tree of files with their names as content.
fn tree(files: &[&str]) -> TempDir {
    let tree = TempDir::new().unwrap();
    for file in files {
        write(tree.path(), file, file);
    }
    tree
}

fn write(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The names found below `root`, relative to it.
fn names(walk: &Walk, root: &Path) -> Vec<String> {
    let below = |e: &Entry| display(e.path.strip_prefix(root).unwrap_or(&e.path)).into_owned();
    walk.entries.iter().map(below).collect()
}

fn found(root: &Path, options: &WalkOptions) -> Vec<String> {
    names(&walk(&[root.to_owned()], options), root)
}

#[test]
fn hidden_files_are_scanned_and_git_folders_are_not() {
    let tree = tree(&[
        ".env",
        ".github/w.yml",
        ".git/config",
        "sub/.git",
        "sub/a",
        ".npmrc",
    ]);
    let expected = [".env", ".github/w.yml", ".npmrc", "sub/a"];
    assert_eq!(found(tree.path(), &WalkOptions::default()), expected);
    let all = WalkOptions {
        no_ignore: true,
        ..WalkOptions::default()
    };
    assert_eq!(
        found(tree.path(), &all),
        expected,
        "not even without ignore files"
    );
}

#[test]
fn every_ignore_file_counts_outside_of_git_too() {
    let tree = tree(&["a.log", "b.tmp", "c.gen", "d.rs", "sub/a.log", "sub/e.rs"]);
    write(tree.path(), ".gitignore", "*.log\n");
    write(tree.path(), ".ignore", "*.tmp\n");
    write(tree.path(), ".credlintignore", "*.gen\n");
    write(tree.path(), "sub/.gitignore", "e.rs\n");
    let files = |options| -> Vec<String> {
        found(tree.path(), &options)
            .into_iter()
            .filter(|f| !f.contains("ignore"))
            .collect()
    };
    assert_eq!(files(WalkOptions::default()), ["d.rs"]);
    let all = ["a.log", "b.tmp", "c.gen", "d.rs", "sub/a.log", "sub/e.rs"];
    assert_eq!(
        files(WalkOptions {
            no_ignore: true,
            ..WalkOptions::default()
        }),
        all
    );
}

#[test]
fn ignore_files_above_the_argument_count() {
    let tree = tree(&["sub/a.log", "sub/b.rs"]);
    write(tree.path(), ".gitignore", "*.log\n");
    let sub = tree.path().join("sub");
    assert_eq!(found(&sub, &WalkOptions::default()), ["b.rs"]);
}

#[test]
fn what_is_named_itself_is_scanned_whatever_ignores_it() {
    let tree = tree(&["a.log", "build/x.rs", "c.rs"]);
    write(tree.path(), ".gitignore", "*.log\nbuild\n");
    let paths = [tree.path().join("a.log"), tree.path().join("build")];
    let exclude = Globs::new(&["*.log"]).unwrap();
    let walk = walk(
        &paths,
        &WalkOptions {
            exclude,
            ..WalkOptions::default()
        },
    );
    assert_eq!(names(&walk, tree.path()), ["a.log", "build/x.rs"]);
    assert!(walk.entries[0].explicit && !walk.entries[1].explicit);
    assert!(walk.skipped.is_empty());
}

#[test]
fn a_path_that_does_not_exist_is_an_error_and_stops_nothing() {
    let tree = tree(&["a"]);
    let missing = tree.path().join("missing");
    let walk = walk(
        &[missing.clone(), tree.path().to_owned()],
        &WalkOptions::default(),
    );
    assert_eq!(names(&walk, tree.path()), ["a"]);
    assert_eq!(walk.errors.len(), 1);
    assert_eq!(Path::new(&walk.errors[0].path), missing);
    assert!(
        walk.errors[0].message.starts_with("cannot be scanned: "),
        "{}",
        walk.errors[0].message
    );
}

#[test]
fn excluded_files_and_folders_are_counted_once() {
    let tree = tree(&[
        "a.rs",
        "docs/a.md",
        "docs/b.md",
        "src/docs/c.rs",
        "x.md",
        "y.md",
    ]);
    let exclude = Globs::new(&["/docs", "*.md", "!y.md"]).unwrap();
    let anchor = Anchor::new(tree.path(), Path::new("/"));
    let walk = walk(
        &[tree.path().to_owned()],
        &WalkOptions {
            exclude,
            anchor,
            ..WalkOptions::default()
        },
    );
    assert_eq!(names(&walk, tree.path()), ["a.rs", "src/docs/c.rs", "y.md"]);
    assert_eq!(walk.skipped, BTreeMap::from([(SkipReason::Excluded, 2)]));
}

#[test]
fn excludes_are_relative_to_the_configuration_not_to_the_argument() {
    let tree = tree(&["app/gen/a.rs", "app/b.rs", "gen/c.rs"]);
    let exclude = Globs::new(&["/app/gen/"]).unwrap();
    let anchor = Anchor::new(tree.path(), Path::new("/"));
    let options = WalkOptions {
        exclude,
        anchor,
        ..WalkOptions::default()
    };
    assert_eq!(found(&tree.path().join("app"), &options), ["b.rs"]);
    assert_eq!(found(tree.path(), &options), ["app/b.rs", "gen/c.rs"]);
}

#[test]
fn a_bad_glob_is_an_error_that_names_it() {
    let error = Globs::new(&["ok", "a[b"]).unwrap_err();
    assert!(error.contains("a[b"), "{error}");
}

#[test]
fn overlapping_arguments_are_scanned_once() {
    let tree = tree(&["sub/a", "sub/b", "c"]);
    let root = tree.path().to_owned();
    let paths = [
        root.clone(),
        root.join("sub"),
        root.join("sub/../sub"),
        root.join("sub/a"),
        root.clone(),
    ];
    let walk = walk(&paths, &WalkOptions::default());
    assert_eq!(walk.entries.len(), 3, "{:?}", walk.entries);
    let a = walk.entries.iter().find(|e| e.path.ends_with("a")).unwrap();
    assert!(a.explicit, "it was named itself");
}

#[test]
fn names_are_sorted_and_the_same_with_any_number_of_threads() {
    let files: Vec<String> = (0..300).map(|i| format!("d{}/f{i}", i % 17)).collect();
    let tree = tree(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let one = found(
        tree.path(),
        &WalkOptions {
            threads: 1,
            ..WalkOptions::default()
        },
    );
    assert!(one.is_sorted());
    assert_eq!(one.len(), 300);
    assert_eq!(
        found(
            tree.path(),
            &WalkOptions {
                threads: 4,
                ..WalkOptions::default()
            }
        ),
        one
    );
}

#[test]
fn the_working_directory_is_not_part_of_the_names() {
    // Tests run in the crate's folder.
    let walk = walk(
        &[".".into(), "./src".into(), "src/lib.rs".into()],
        &WalkOptions::default(),
    );
    let names: Vec<_> = walk.entries.iter().map(Entry::display).collect();
    assert!(names.is_sorted() && !names.iter().any(|n| n.starts_with("target/")));
    assert_eq!(names.iter().filter(|n| *n == "src/lib.rs").count(), 1);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    fn following() -> WalkOptions {
        WalkOptions {
            follow: true,
            ..WalkOptions::default()
        }
    }

    #[test]
    fn links_are_counted_unless_asked_for() {
        let other = tree(&["o/x", "f"]);
        let tree = tree(&["a"]);
        symlink(other.path().join("o"), tree.path().join("folder")).unwrap();
        symlink(other.path().join("f"), tree.path().join("file")).unwrap();
        let unfollowed = walk(&[tree.path().to_owned()], &WalkOptions::default());
        assert_eq!(names(&unfollowed, tree.path()), ["a"]);
        assert_eq!(
            unfollowed.skipped,
            BTreeMap::from([(SkipReason::Symlink, 2)])
        );
        assert_eq!(found(tree.path(), &following()), ["a", "file", "folder/x"]);
    }

    #[test]
    fn links_given_as_arguments_are_followed() {
        let other = tree(&["o/x", "f"]);
        let tree = tree(&[]);
        symlink(other.path().join("o"), tree.path().join("folder")).unwrap();
        symlink(other.path().join("f"), tree.path().join("file")).unwrap();
        let paths = [tree.path().join("folder"), tree.path().join("file")];
        let walk = walk(&paths, &WalkOptions::default());
        assert_eq!(names(&walk, tree.path()), ["file", "folder/x"]);
    }

    #[test]
    fn loops_end_and_dangling_links_hide_nothing() {
        let tree = tree(&["sub/a"]);
        symlink(tree.path(), tree.path().join("sub/loop")).unwrap();
        symlink("nowhere", tree.path().join("dangling")).unwrap();
        let walk = walk(&[tree.path().to_owned()], &following());
        assert_eq!(names(&walk, tree.path()), ["sub/a"]);
        assert_eq!(walk.skipped, BTreeMap::from([(SkipReason::Symlink, 2)]));
        assert!(walk.errors.is_empty(), "{:?}", walk.errors);
    }

    #[test]
    fn special_files_are_counted_and_never_opened() {
        let tree = tree(&["a"]);
        let _socket = UnixListener::bind(tree.path().join("socket")).unwrap();
        let pipe = tree.path().join("pipe");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        // Opening the pipe would wait for a writer for ever.
        let walk = walk(&[tree.path().to_owned(), pipe], &WalkOptions::default());
        assert_eq!(names(&walk, tree.path()), ["a"]);
        assert_eq!(walk.skipped, BTreeMap::from([(SkipReason::Special, 3)]));
    }

    #[test]
    fn a_name_that_is_not_utf8_is_found_and_shown() {
        use std::os::unix::ffi::OsStrExt;
        let tree = tree(&[]);
        fs::write(tree.path().join(std::ffi::OsStr::from_bytes(b"a\xFF")), "x").unwrap();
        let walk = walk(&[tree.path().to_owned()], &WalkOptions::default());
        assert!(walk.entries[0].display().ends_with("a\u{FFFD}"));
        assert_eq!(walk.entries[0].local(), "a\u{FFFD}");
        assert!(walk.entries[0].open().is_ok());
    }
}
