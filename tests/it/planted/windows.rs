//! What stands across the edges of the windows in which a large content is read.

use credlint::source::{LEAD, TAIL, WINDOW};

use crate::sandbox::{Sandbox, places};
use crate::secrets;
use crate::tree::{MARK, Tree};

/// Nothing that a rule looks at, in lines of 64 bytes.
fn filler(length: usize) -> Vec<u8> {
    let line = b"the quick brown fox jumps over the lazy dog, twice, and rests.\n";
    line.iter().copied().cycle().take(length).collect()
}

/// Where window number `n`, from 0, ends what it answers for.
fn own_end(n: usize) -> usize {
    (n + 1) * (WINDOW - TAIL) - n * LEAD
}

/// The places in a content of `length` bytes at which a window begins, ends its own part, or ends: of
/// one window after the other.
fn edges(length: usize) -> Vec<[usize; 3]> {
    (0..length / (WINDOW / 2))
        .map(|n| [own_end(n) - LEAD, own_end(n), own_end(n) + TAIL])
        .take_while(|[_, _, end]| end + WINDOW / 32 < length)
        .collect()
}

/// Contents with `line`, its mark filled in, so that each kind of edge falls between each two of its
/// bytes. `planted` is told of each: the file, its line number and the key.
fn contents(
    rule: &str,
    line: &str,
    mut planted: impl FnMut(&str, usize, &str),
) -> Vec<(String, Vec<u8>)> {
    const LENGTH: usize = 8 * WINDOW;
    let length = line.len() - MARK.len_utf8() + secrets::of_rule(rule, 0).len();
    let offsets: Vec<usize> = (0..length + 2).collect();
    let plain = filler(LENGTH);
    let edges = edges(LENGTH);
    assert!(edges.len() >= 7, "{edges:?}");
    let mut number = 0;
    let mut files = Vec::new();
    // Every window's edges get another offset, so that few files do.
    for offsets in offsets.chunks(edges.len()) {
        let file = format!("{:02}.txt", files.len());
        let mut content = plain.clone();
        let mut starts = Vec::new();
        for (offset, edges) in offsets.iter().zip(&edges) {
            for edge in edges {
                number += 1;
                let start = edge + 1 - offset;
                let key = secrets::of_rule(rule, number);
                let text = format!("\n{}\n", line.replace(MARK, &key));
                content[start - 1..start - 1 + text.len()].copy_from_slice(text.as_bytes());
                starts.push((start, key));
            }
        }
        let (mut counted, mut lines) = (0, 1);
        for (start, key) in starts {
            lines += memchr::memchr_iter(b'\n', &content[counted..start]).count();
            counted = start;
            planted(&file, lines, &key);
        }
        files.push((file, content));
    }
    files
}

#[track_caller]
fn check(rule: &str, line: &str) {
    let mut tree = Tree::new();
    let column = line.find(MARK).unwrap() + 1;
    let mut planted = 0;
    let files = contents(rule, line, |file, number, _| {
        planted += 1;
        tree.expect(file, number, column, rule);
    });
    for (file, content) in files {
        tree.sandbox.write(file, content);
    }
    assert!(planted > 3 * line.len(), "three edges for every offset");
    assert_eq!(tree.expected(), planted);
    tree.check(&[]);
}

#[test]
fn a_prefixed_key_across_every_edge() {
    check("octopost-live-key", "§");
}

#[test]
fn a_named_key_across_every_edge() {
    check("postiz-api-key", "POSTIZ_API_KEY=§");
}

#[test]
fn a_key_whose_owner_stands_on_the_other_side_of_the_edge() {
    check(
        "publisher-api-token",
        "curl /publisher.v1/posts/list -H 'Authorization: Bearer §'",
    );
}

#[test]
fn a_suppressed_key_across_every_edge() {
    let rule = "octopost-live-key";
    let allow = concat!("credlint:", "allow");
    let line = format!("key = '§' # {allow} {rule} -- an edge");
    let sandbox = Sandbox::new();
    let mut planted = 0;
    for (file, content) in contents(rule, &line, |_, _, _| planted += 1) {
        sandbox.write(file, content);
    }
    let report = sandbox.report(&[]);
    assert_eq!(places(&report), [""; 0]);
    assert_eq!(report["suppressed"].as_array().unwrap().len(), planted);
    assert_eq!(report["unused_suppressions"].as_array().unwrap().len(), 0);
}

#[test]
fn a_key_on_the_other_side_of_an_edge_is_not_shown_beside_a_finding() {
    let neighbour = secrets::octopost(1_000_000);
    let line = format!("a = '§', b = '{neighbour}'");
    let sandbox = Sandbox::new();
    let mut keys = vec![neighbour];
    for (file, content) in contents("octopost-live-key", &line, |_, _, key| {
        keys.push(key.to_owned());
    }) {
        sandbox.write(file, content);
    }
    let run = sandbox.run(&["scan", "--format", "json"]).expect(1);
    assert_eq!(places(&run.json()).len(), 2 * (keys.len() - 1));
    for key in keys {
        assert!(!run.stdout.contains(&key[9..]), "{key} is shown");
    }
}

#[test]
fn the_edges_are_where_this_file_thinks() {
    let mut seen = Vec::new();
    let content = filler(4 * WINDOW);
    let mut scratch = credlint::source::Scratch::new();
    let total = scratch.read(&content[..], |window| {
        let begin = window.offset as usize;
        seen.push([begin, begin + window.own.end, begin + window.text.len()]);
    });
    assert_eq!(total.unwrap().windows, seen.len() as u64);
    for (n, [next_begin, own_end, end]) in edges(4 * WINDOW).into_iter().enumerate() {
        assert_eq!(seen[n][1..], [own_end, end]);
        assert_eq!(seen[n + 1][0], next_begin);
    }
}
