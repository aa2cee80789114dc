//! The pass over every byte: bytes a second with the literals of all built-in rules, beside a search
//! for one word.

mod corpus;

use std::hint::black_box;

use corpus::{Shape, corpus};
use credlint::detect::{Literal, Prefilter};
use credlint::rules::RuleSet;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn prefilter(c: &mut Criterion) {
    let text = corpus(Shape {
        size: 16 << 20,
        line: 60,
        every: 0,
    });
    let rules = RuleSet::builtin();
    let literals: Vec<String> = rules
        .rules()
        .flat_map(|rule| rule.credential.literals.iter())
        .map(ToString::to_string)
        .collect();
    let mut group = c.benchmark_group("prefilter");
    group
        .throughput(Throughput::Bytes(text.len() as u64))
        .sample_size(20);
    let filter = Prefilter::new(literals.iter().map(|text| Literal { text, begins: true }));
    group.bench_function("all literals", |b| {
        let mut hits = Vec::new();
        b.iter(|| {
            hits.clear();
            filter.find(black_box(&text), &mut hits);
            hits.len()
        });
    });
    group.bench_function("one literal, memchr", |b| {
        let finder = memchr::memmem::Finder::new("oct_live_");
        b.iter(|| finder.find_iter(black_box(&text)).count());
    });
    group.finish();
}

criterion_group!(benches, prefilter);
criterion_main!(benches);
