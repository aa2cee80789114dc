//! What `credlint git history` does with a pack: inflate, apply deltas, look at what is new in each
//! version. The repository is made by git in a temporary folder; bytes are those of all versions.

mod corpus;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use corpus::{Shape, corpus};
use credlint::scan::{GitOptions, Progress};
use credlint::source::git::{Environment, Repository};
use credlint::{Options, RuleSet, Scanner};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rayon::ThreadPoolBuilder;

/// Versions of the file.
const VERSIONS: usize = 400;
/// Bytes of it, about.
const SIZE: usize = 64 << 10;

/// Makes a repository whose one file changes in one line a commit, and gives the bytes of all versions.
fn plant(root: &Path) -> u64 {
    let git = |args: &[&str]| {
        let status = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(args)
            .current_dir(root)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", root)
            .status()
            .expect("git can be run");
        assert!(status.success(), "git {args:?}");
    };
    git(&["init", "--quiet"]);
    let text = corpus(Shape {
        size: SIZE,
        line: 60,
        every: 0,
    });
    let mut lines: Vec<String> = String::from_utf8_lossy(&text)
        .lines()
        .map(str::to_owned)
        .collect();
    let mut bytes = 0;
    for version in 0..VERSIONS {
        let at = version * 7919 % lines.len();
        lines[at] = format!("changed in version {version}");
        let text = lines.join("\n");
        bytes += text.len() as u64;
        fs::write(root.join("a.c"), text).expect("a temporary folder can be written");
        git(&["add", "a.c"]);
        git(&["commit", "--quiet", "--message", "change"]);
    }
    git(&["repack", "--quiet", "-a", "-d", "-f"]);
    bytes
}

fn history(c: &mut Criterion) {
    let scanner = Scanner::new(RuleSet::builtin(), |_, _| true, Options::new(1_700_000_000));
    let root = tempfile::tempdir().expect("there is room for temporary files");
    let bytes = plant(root.path());
    let repository =
        Repository::open(root.path(), &Environment::default()).expect("git has made a repository");
    let mut group = c.benchmark_group("history");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(bytes));
    for threads in [1, 2] {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("two threads can be started");
        group.bench_function(BenchmarkId::new("one line a commit", threads), |b| {
            pool.install(|| {
                b.iter(|| {
                    let options = GitOptions::default();
                    let progress = Progress::default();
                    let report = scanner.scan_history(black_box(&repository), &options, &progress);
                    let report = report.expect("the repository can be read");
                    assert_eq!(report.scanned.files, VERSIONS as u64);
                    report.findings.len()
                });
            });
        });
    }
    group.finish();
}

criterion_group!(benches, history);
criterion_main!(benches);
