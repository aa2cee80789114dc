//! Contents much larger than a window.

use std::fs::File;
use std::io::Write as _;

use crate::secrets::{POSTIZ, PUBLER};
use crate::tree::Tree;

#[test]
fn at_the_end_of_three_hundred_megabytes() {
    let mut tree = Tree::new();
    let file = "dump.sql";
    let lines = 16_384;
    // 64 bytes a line, 1 MiB a block.
    let block =
        "INSERT INTO posts VALUES (17, 'a title', 'and text of no account');\n"[4..].repeat(lines);
    let blocks = 300_000_000 / block.len() + 1;
    let mut out = File::create(tree.sandbox.path(file)).unwrap();
    for _ in 0..blocks {
        out.write_all(block.as_bytes()).unwrap();
    }
    let above = "\n".repeat(blocks * lines);
    let end = tree.fill(
        file,
        &["octopost-live-key", PUBLER],
        &format!("{above}-- ключ: '§'\n-- PUBLER_API_KEY=§"),
    );
    out.write_all(&end.as_bytes()[above.len()..]).unwrap();
    drop(out);
    tree.check(&[]);
}

#[test]
fn on_a_line_of_ten_megabytes() {
    let mut tree = Tree::new();
    let filler =
        "{\"ключ\": [1, 2, 3], \"text\": \"nothing of note\"}, ".repeat(10_000_000 / 4 / 50);
    let text = format!(
        "[\"§\", {filler}\"§\", {filler}{{\"PUBLER_API_KEY\": \"§\"}}, {filler}{{\"POSTIZ_API_KEY\": \"§\"}}, {filler}\"§\"]"
    );
    assert!(text.len() > 10_000_000, "{}", text.len());
    let rules = [
        "octopost-live-key",
        "octopost-test-key",
        PUBLER,
        POSTIZ,
        "octopost-live-key",
    ];
    tree.plant_all("data.json", &rules, &text);
    tree.check(&[]);
}

#[test]
fn on_long_lines_that_windows_begin_within() {
    let mut tree = Tree::new();
    // Of uneven lengths, so that windows begin anywhere in them.
    let line = |number: usize| format!("{} §\n", "длинная строка, ".repeat(4_000 + 37 * number));
    let text: String = (0..40).map(line).collect();
    tree.plant_all("long.txt", &["octopost-live-key"; 40], &text);
    tree.check(&[]);
}

#[test]
fn many_findings_in_one_file() {
    let mut tree = Tree::new();
    let rules = ["octopost-live-key", PUBLER].repeat(2_000);
    tree.plant_all(
        "many.env",
        &rules,
        &"OCTOPOST_API_KEY=§\nPUBLER_API_KEY=§\n".repeat(2_000),
    );
    assert_eq!(tree.expected(), 4_000);
    tree.check(&[]);
}
