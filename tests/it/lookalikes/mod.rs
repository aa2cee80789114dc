//! What only looks like a key of the home providers is not reported, or reported as whose it is.

mod owners;
mod values;
mod words;

use crate::sandbox::{Sandbox, credentials, place};

/// Writes each text to a file of its own and asserts that no credential is found.
#[track_caller]
fn nothing(cases: &[(&str, &str)]) {
    let sandbox = Sandbox::new();
    for (number, (file, text)) in cases.iter().enumerate() {
        sandbox.write(format!("{number:02}/{file}"), text);
    }
    let report = sandbox.report(&[]);
    let found: Vec<String> = credentials(&report).into_iter().map(place).collect();
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(
        report["scanned"]["files"],
        cases.len(),
        "all of them were scanned"
    );
}

/// Asserts that all that is found in `text` is a finding of `rule`.
#[track_caller]
fn owned_by(rule: &str, file: &str, text: &str) {
    let report = Sandbox::with(file, text).report(&[]);
    let found: Vec<&str> = credentials(&report)
        .iter()
        .map(|f| f["rule"].as_str().unwrap())
        .collect();
    assert_eq!(found, [rule], "{text}");
}
