//! Every format of the four home providers, in every kind of file that people put keys into.

mod code;
mod config;

use crate::tree::Tree;

/// Rules, and texts with `§` for the key.
type Cases = &'static [(&'static str, &'static str)];

/// Plants every case in a file of its own and scans them all at once.
#[track_caller]
fn check(name: &str, cases: Cases) {
    let mut tree = Tree::new();
    for (number, (rule, text)) in cases.iter().enumerate() {
        // A folder each, as `Dockerfile` and `.env` have but one name.
        tree.plant(&format!("case{number:02}/{name}"), rule, text);
    }
    assert_eq!(tree.expected(), cases.len());
    tree.check(&[]);
}
