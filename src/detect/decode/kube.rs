//! Kubernetes' Secrets: the values under `data` are base64, however short they are.

use std::ops::Range;

use super::base64;
use super::layer::Edit;
use super::runs;

/// How much of a manifest is read on either side of its kind.
const REACH: usize = 32 * 1024;

/// The shortest code of a value.
const SHORTEST: usize = 8;

/// Calls `found` with an edit for every value under `data` in the manifest around `kind`, which ends the
/// words `kind: Secret`.
pub(super) fn values(text: &[u8], kind: &Range<usize>, mut found: impl FnMut(Edit)) {
    let manifest = manifest(text, kind);
    let mut at = manifest.start;
    while let Some(data) = memchr::memmem::find(&text[at..manifest.end], b"data") {
        let start = at + data;
        at = start + 4;
        let rest = text[at..manifest.end].iter();
        let opened = rest.take_while(|b| b"\"' \t:{\r\n".contains(b)).count();
        let own_word = start
            .checked_sub(1)
            .is_none_or(|b| !text[b].is_ascii_alphanumeric());
        if own_word && text[at..at + opened].contains(&b':') {
            let end = block_end(text, start, at + opened, manifest.end);
            block(text, at + opened..end, &mut found);
            at = end;
        }
    }
}

/// The document around `at`: between lines of three hyphens.
fn manifest(text: &[u8], kind: &Range<usize>) -> Range<usize> {
    let low = kind.start.saturating_sub(REACH);
    let high = text.len().min(kind.end + REACH);
    let start = memchr::memmem::rfind(&text[low..kind.start], b"\n---").map_or(low, |n| low + n);
    let end = memchr::memmem::find(&text[kind.end..high], b"\n---").map_or(high, |n| kind.end + n);
    start..end
}

/// Where the block ends whose name is at `name` and whose first entry is at `at`: where the braces close,
/// or the indentation is again that of the name.
fn block_end(text: &[u8], name: usize, at: usize, limit: usize) -> usize {
    if text[name..at].contains(&b'{') {
        return memchr::memchr(b'}', &text[at..limit]).map_or(limit, |close| at + close);
    }
    let line = memchr::memrchr(b'\n', &text[..name]).map_or(0, |n| n + 1);
    let indent = name - line;
    let mut end = at;
    while let Some(newline) = memchr::memchr(b'\n', &text[end..limit]) {
        end += newline + 1;
        let line = &text[end..limit];
        let its = line.iter().take_while(|&&b| b == b' ').count();
        if its <= indent && line.get(its).is_some_and(|b| !b.is_ascii_whitespace()) {
            return end;
        }
    }
    limit
}

/// The values of a block that are base64 of something that can be read.
fn block(text: &[u8], block: Range<usize>, found: &mut impl FnMut(Edit)) {
    runs::within(text, block, SHORTEST, |run| {
        let name = text.get(run.end).is_some_and(|&b| b == b':' || b == b'.')
            || text[run.end..].starts_with(b"\":");
        let before = text[..run.start].trim_ascii_end();
        let set = before.ends_with(b":") || before.ends_with(b"\"") || before.ends_with(b"'");
        if !name && set && run.len() % 4 == 0 {
            base64::open(text, &run)
                .and_then(|opened| opened.edit)
                .into_iter()
                .for_each(&mut *found);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64;

    fn values_of(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        let at = text.find("Secret").unwrap();
        values(text.as_bytes(), &(at..at + 6), |edit| {
            all.push(String::from_utf8(edit.text).unwrap());
        });
        all
    }

    #[test]
    fn short_values_in_yaml_and_json() {
        let code = |text: &str| BASE64.encode(text.as_bytes());
        let (user, word) = (code("admin"), code("hunter2"));
        let yaml = format!(
            "kind: Secret\nmetadata:\n  name: mypasss\ndata:\n  username: {user}\n  pass.word: \"{word}\"\ntype: Opaque\nmore: {user}\n"
        );
        assert_eq!(values_of(&yaml), ["admin", "hunter2"]);
        let json = format!(
            r#"{{"kind": "Secret", "data": {{"user": "{user}", "pass": "{word}"}}, "x": "{user}"}}"#
        );
        assert_eq!(values_of(&json), ["admin", "hunter2"]);
        let other =
            format!("kind: Secret\nstringData:\n  username: {user}\n---\ndata:\n  a: {word}\n");
        assert_eq!(values_of(&other), [""; 0]);
    }
}
