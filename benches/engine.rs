//! The whole engine on content in memory, by how much there is to find.

mod corpus;

use std::hint::black_box;

use corpus::{Shape, corpus};
use credlint::detect::{Detector, Scratch};
use credlint::model::{Blob, ContentClass};
use credlint::rules::RuleSet;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Every literal that leads to a pattern, with too little behind it.
fn of_literals(rules: &RuleSet) -> String {
    let literals = rules
        .rules()
        .flat_map(|rule| rule.credential.literals.iter());
    let literals: Vec<&str> = literals.map(AsRef::as_ref).collect();
    literals.join(";\nx = ")
}

/// Names of credentials that are given no literal, in the ways that code has for it.
fn of_names(_: &RuleSet) -> String {
    let names = ["api_key", "authToken", "DB_PASSWORD", "clientSecret"];
    let uses = [
        "if (!NAME) return -EINVAL;",
        "NAME = read_config(ctx, 1);",
        "send(ctx->NAME, sizeof(*NAME));",
        "config.NAME = options.NAME || env.NAME;",
        "\"NAME\": \"${NAME}\",",
    ];
    let lines = names
        .iter()
        .flat_map(|name| uses.map(|line| line.replace("NAME", name) + "\n"));
    lines.collect()
}

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

    // What each stage costs where it has all to do and nothing comes of it.
    let mut group = c.benchmark_group("stages");
    group.sample_size(20);
    for (name, line) in [
        ("pattern", of_literals as fn(&RuleSet) -> String),
        ("generic", of_names),
    ] {
        let line = line(detector.rules());
        let text = line.repeat((1 << 20) / line.len() + 1);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |b| {
            let blob = Blob::new("bench.c", ContentClass::Text, text.as_bytes());
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
