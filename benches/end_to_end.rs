//! What `credlint scan` does once its settings are known, on files of a folder: walk, read, detect,
//! locate, decide, sort. Start-up and printing are not in it; `peers.sh` times the whole program.

mod corpus;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use corpus::{Shape, corpus};
use credlint::scan::Progress;
use credlint::source::WalkOptions;
use credlint::{Options, RuleSet, Scanner};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rayon::ThreadPoolBuilder;

/// Files of a tree.
const FILES: usize = 1000;
/// Bytes of a file, about: the mean of the Linux kernel's files.
const SIZE: usize = 16 << 10;

/// Writes a tree of source files, ten to a folder, and gives its size in bytes.
fn plant(root: &Path, every: usize) -> u64 {
    let text = corpus(Shape {
        size: SIZE,
        line: 60,
        every,
    });
    for folder in 0..FILES / 10 {
        let folder = root.join(format!("folder-{folder}"));
        fs::create_dir(&folder).expect("a temporary folder can be written");
        for file in 0..10 {
            let name = format!("{file}.{}", ["c", "js", "py", "yml", "md"][file % 5]);
            fs::write(folder.join(name), &text).expect("a temporary folder can be written");
        }
    }
    (text.len() * FILES) as u64
}

fn end_to_end(c: &mut Criterion) {
    let scanner = Scanner::new(RuleSet::builtin(), |_, _| true, Options::new(1_700_000_000));
    let mut group = c.benchmark_group("end to end");
    group.sample_size(20);
    for (name, every) in [("nothing", 0), ("one in 100 lines", 100)] {
        let root = tempfile::tempdir().expect("there is room for temporary files");
        let bytes = plant(root.path(), every);
        let paths = [PathBuf::from(root.path())];
        group.throughput(Throughput::Bytes(bytes));
        for threads in [1, 2] {
            let pool = ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("two threads can be started");
            let walk = WalkOptions {
                threads,
                ..WalkOptions::default()
            };
            let id = BenchmarkId::new(name, format!("{threads} threads"));
            group.bench_function(id, |b| {
                pool.install(|| {
                    b.iter(|| {
                        let report =
                            scanner.scan_paths(black_box(&paths), &walk, &Progress::default());
                        assert_eq!(report.scanned.bytes, bytes);
                        assert_eq!(report.findings.is_empty(), every == 0);
                        report.findings.len()
                    });
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, end_to_end);
criterion_main!(benches);
