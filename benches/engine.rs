//! The whole engine on content in memory, by how much there is to find.

mod corpus;

use std::hint::black_box;

use corpus::{Shape, corpus};
use credlint::detect::{Detector, Scratch};
use credlint::model::{Blob, ContentClass};
use credlint::rules::RuleSet;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn engine(c: &mut Criterion) {
    let detector = Detector::new(RuleSet::builtin(), |_| true, 1_700_000_000);
    let mut scratch = Scratch::default();
    let mut group = c.benchmark_group("engine");
    group.sample_size(20);
    for (name, every) in [
        ("nothing", 0),
        ("one in 1000 lines", 1000),
        ("one in 10 lines", 10),
    ] {
        let text = corpus(Shape {
            size: 1 << 20,
            line: 60,
            every,
        });
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("to find", name), &text, |b, text| {
            let blob = Blob::new("bench.c", ContentClass::Text, text);
            b.iter(|| {
                detector
                    .scan(black_box(&blob), &mut scratch, &mut ())
                    .matches
                    .len()
            });
        });
    }
    group.finish();

    c.bench_function("start-up", |b| {
        b.iter(|| Detector::new(RuleSet::builtin(), |_| true, 1_700_000_000));
    });
}

criterion_group!(benches, engine);
criterion_main!(benches);
