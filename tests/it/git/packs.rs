//! Packs, read along their deltas: nothing is found that is not there, and nothing is missed.

use std::fs;

use super::{Repo, found, line};
use crate::secrets::alnum;

const RULE: &str = "octopost-live-key";

/// A text of so many lines that no two versions of it are one delta of a few bytes.
fn text(lines: u64) -> Vec<String> {
    (0..lines)
        .map(|n| format!("entry {n} = \"{}\"\n", &alnum(n + 1000, 24)[..20]))
        .collect()
}

#[test]
fn a_delta_that_copies_a_secret_has_it() {
    let repo = Repo::new();
    let lines = text(600);
    let mut with = lines.clone();
    with[300].push_str(&line(1));
    repo.commit_file("first.txt", "first\n");
    let first = repo.commit_file("a.txt", with.concat());
    // Later versions keep it, and are the bases of deltas, since they are the larger ones.
    for version in 0..5 {
        with.push(format!("version {version}\n"));
        repo.commit_file("a.txt", with.concat());
    }
    repo.git(&["rm", "--quiet", "a.txt"]);
    repo.commit("remove");
    repo.git(&[
        "repack",
        "--quiet",
        "-a",
        "-d",
        "-f",
        "--depth=50",
        "--window=50",
    ]);
    let deltas = repo.git(&[
        "cat-file",
        "--batch-all-objects",
        "--batch-check=%(objecttype) %(deltabase)",
    ]);
    let is_delta = |line: &&str| line.starts_with("blob ") && !line.ends_with(&"0".repeat(40));
    assert!(deltas.lines().filter(is_delta).count() >= 4, "{deltas}");
    let report = repo.report(&["history"]);
    assert_eq!(
        found(&report),
        [format!("a.txt:302:8 {RULE} (write a.txt)")]
    );
    assert_eq!(
        report["findings"][0]["introduced"]["commit"],
        first.as_str()
    );
}

#[test]
fn a_secret_that_is_changed_in_place_is_another() {
    let repo = Repo::new();
    let mut lines = text(600);
    for number in 1..=8 {
        lines[300] = line(number);
        repo.commit_file("a.txt", lines.concat());
    }
    let loose = repo.report(&["history"]);
    assert_eq!(found(&loose).len(), 8);
    repo.git(&["repack", "--quiet", "-a", "-d", "-f"]);
    assert_eq!(repo.report(&["history"])["findings"], loose["findings"]);
}

#[test]
fn a_value_that_is_told_by_a_name_that_was_there_before_is_found() {
    let repo = Repo::new();
    let mut lines = text(600);
    lines[300] = "OCTOPOST_TOKEN = os.environ['X']\n".to_owned();
    repo.commit_file("a.py", lines.concat());
    lines[300] = "[octopost]\n".to_owned();
    for filler in 0..8 {
        lines[301 + filler] = format!("setting_{filler} = {filler}\n");
    }
    lines[310] = "api_key = \"\"\n".to_owned();
    repo.commit_file("a.py", lines.concat());
    lines[310] = format!("api_key = \"oct_live_{}\"\n", &alnum(7, 30));
    repo.commit_file("a.py", lines.concat());
    let loose = repo.report(&["history"]);
    assert_eq!(found(&loose).len(), 1, "{loose:#}");
    repo.git(&["repack", "--quiet", "-a", "-d", "-f"]);
    assert_eq!(repo.report(&["history"])["findings"], loose["findings"]);
}

/// Random edits of several files, with secrets coming and going: a pack is read as loose objects are, which
/// are looked at as a whole.
#[test]
fn packs_and_loose_objects_tell_the_same() {
    for seed in 1..=6 {
        let repo = Repo::new();
        let mut state = seed * 0x9e37_79b9;
        let mut next = |bound: usize| {
            state = u64::wrapping_add(
                u64::wrapping_mul(state, 6_364_136_223_846_793_005),
                1_442_695_040_888_963_407,
            );
            (state >> 20) as usize % bound
        };
        let mut files: Vec<Vec<String>> = (0..3).map(|n| text(150 + 100 * n)).collect();
        let mut secrets = 0;
        for _ in 0..40 {
            let file = next(3);
            let lines = &mut files[file];
            let at = next(lines.len());
            match next(6) {
                0 => {
                    secrets += 1;
                    lines.insert(at, line(seed * 1000 + secrets));
                }
                1 => {
                    let from = next(lines.len());
                    let moved = lines.remove(from);
                    let at = at.min(lines.len());
                    lines.insert(at, moved);
                }
                2 => drop(lines.remove(at)),
                3 => lines.insert(
                    at,
                    format!("DB_PASSWORD = \"{}\"\n", alnum(seed * 77 + at as u64, 14)),
                ),
                4 => {
                    let copied = lines[at].clone();
                    lines.push(copied);
                }
                _ => lines[at] = format!("changed {at}\n"),
            }
            repo.commit_file(&format!("f{file}.py"), files[file].concat());
        }
        repo.git(&["rm", "--quiet", "f0.py"]);
        repo.commit("remove");
        let loose = repo.report(&["history"]);
        assert!(found(&loose).len() > 4, "{loose:#}");
        for args in [
            &["repack", "--quiet", "-a", "-d", "-f", "--depth=50"][..],
            &[
                "repack",
                "--quiet",
                "-a",
                "-d",
                "-f",
                "--depth=3",
                "--window=5",
            ],
            &["multi-pack-index", "write"],
        ] {
            repo.git(args);
            let packed = repo.report(&["history"]);
            assert_eq!(
                packed["findings"], loose["findings"],
                "seed {seed}, {args:?}"
            );
            assert_eq!(packed["scanned"]["files"], loose["scanned"]["files"]);
        }
    }
}

#[test]
fn objects_in_several_packs_are_looked_at_once() {
    let repo = Repo::new();
    repo.commit_file("a.py", line(1));
    repo.git(&["repack", "--quiet", "-a"]);
    repo.commit_file("b.py", line(2));
    repo.git(&["repack", "--quiet", "-a"]);
    let folder = fs::read_dir(repo.sandbox.path(".git/objects/pack")).unwrap();
    let packs = folder.filter(|entry| {
        let path = entry.as_ref().unwrap().path();
        path.extension()
            .is_some_and(|extension| extension == "pack")
    });
    assert!(packs.count() >= 2);
    let report = repo.report(&["history"]);
    assert_eq!(found(&report).len(), 2);
    assert_eq!(report["scanned"]["files"], 2);
}

#[test]
fn the_report_is_the_same_for_any_number_of_threads() {
    let repo = Repo::new();
    for number in 0..20 {
        repo.commit_file(&format!("f{}.py", number % 4), line(number));
    }
    repo.git(&["repack", "--quiet", "-a", "-d"]);
    let one = repo.run(&["history", "--threads", "1"]);
    for threads in ["2", "5"] {
        assert_eq!(
            repo.run(&["history", "--threads", threads]).stdout,
            one.stdout
        );
    }
}
