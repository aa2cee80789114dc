//! Small steps through text.

use std::ops::Range;

/// Lines are looked at no further back than this: whoever writes longer ones is a program.
const LINE_REACH: usize = 512;

pub(super) fn trim(text: &[u8], range: Range<usize>) -> Range<usize> {
    let bytes = &text[range.clone()];
    let front = bytes.len() - bytes.trim_ascii_start().len();
    let end = range.start + bytes.trim_ascii_end().len();
    range.start + front.min(bytes.len())..end.max(range.start + front)
}

pub(super) fn is_name_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || !b.is_ascii()
}

pub(super) fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'-' || !b.is_ascii()
}

pub(super) fn trim_hyphens(text: &[u8], start: usize, end: usize) -> usize {
    start
        + text[start..end]
            .iter()
            .rposition(|&b| b != b'-')
            .map_or(0, |last| last + 1)
}

/// Where the path of names (`a.b::c`) that ends in the name at `start` begins.
pub(super) fn path_start(text: &[u8], start: usize) -> usize {
    let low = start.saturating_sub(80);
    text[low..start]
        .iter()
        .rposition(|&b| !(is_name(b) || b == b'.' || b == b':'))
        .map_or(low, |at| low + at + 1)
}

pub(super) fn skip_space(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|&&b| b == b' ' || b == b'\t')
        .count()
}

/// Past one line break and the next line's indentation, if `at` is at the end of a line.
pub(super) fn skip_line_break(text: &[u8], at: usize) -> usize {
    let at = if text.get(at) == Some(&b'\r') {
        at + 1
    } else {
        at
    };
    if text.get(at) == Some(&b'\n') {
        skip_space(text, at + 1)
    } else {
        at
    }
}

/// Past white space and at most one line break.
pub(super) fn next_token(text: &[u8], at: usize) -> usize {
    skip_line_break(text, skip_space(text, at))
}

/// Where the line around `at` begins, or a place far enough before.
pub(super) fn line_start(text: &[u8], at: usize) -> usize {
    let low = at.saturating_sub(LINE_REACH);
    memchr::memrchr(b'\n', &text[low..at]).map_or(low, |newline| low + newline + 1)
}
