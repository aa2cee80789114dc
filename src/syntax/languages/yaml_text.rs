//! The text of YAML: templates and lines that cannot be read made out of the parser's way, and the
//! lines of scalars.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use crate::syntax::{Language, grammar, tree};

/// So many lines that cannot be read are left out.
const MAX_REPAIRS: usize = 8;

/// So many levels of indentation are surely no more than the grammar can keep.
const MAX_LEVELS: usize = 240;

/// A template is not longer, so that one which is never closed does not hide what follows.
const MAX_TEMPLATE: usize = 1000;

/// Text that can be read better than what stands in the file, with each character at its place.
pub(super) struct Mended {
    pub(super) text: Vec<u8>,
    pub(super) tree: Tree,
}

/// Whether the grammar can take the text. Its scanner keeps every level of indentation in a buffer for
/// about 250, and ends the whole process where there are more.
pub(in crate::syntax) fn is_shallow(text: &[u8]) -> bool {
    let mut columns = [false; 4096];
    let mut marks = 0;
    for line in text.split(|&b| matches!(b, b'\n' | b'\r')) {
        let is_blank = |&b: &u8| b == b' ' || b == b'\t';
        let is_mark = |two: &&[u8]| b"-?".contains(&two[0]) && is_blank(&two[1]);
        marks = marks.max(line.windows(2).filter(is_mark).count());
        // A level begins where a line does, and after each `- `, `&anchor ` and `!tag ` there.
        let mut at = 0;
        loop {
            at += line[at..].iter().take_while(|b| is_blank(b)).count();
            let rest = &line[at..];
            let Some(first) = rest.first() else { break };
            columns[at.min(columns.len() - 1)] = true;
            let length = rest.iter().position(is_blank);
            match length {
                Some(1) if b"-?:".contains(first) => at += 1,
                Some(length) if b"&!*".contains(first) => at += length,
                _ => break,
            }
        }
    }
    // A list may stand at the column of the map it is in.
    2 * columns.iter().filter(|&&is_used| is_used).count() + marks < MAX_LEVELS
}

/// The text without what the parser stumbles over; nothing where it can be read as it is.
pub(super) fn mended(source: &[u8], root: Node<'_>) -> Option<Mended> {
    let mut text = without_templates(source);
    if text == source && !root.has_error() {
        return None;
    }
    let (yaml, _) = grammar(Language::Yaml)?;
    let mut mended = tree(&yaml, &text)?;
    for _ in 0..MAX_REPAIRS {
        let Some(line) = unread_line(&text, mended.root_node()) else {
            break;
        };
        text[line].fill(b' ');
        mended = tree(&yaml, &text)?;
    }
    let tree = mended;
    Some(Mended { text, tree })
}

/// The first line that no tree was made of: after an error the parser reads no further.
fn unread_line(text: &[u8], root: Node<'_>) -> Option<Range<usize>> {
    if !root.has_error() {
        return None;
    }
    let mut last = root;
    while let Some(inner) = last_child(last) {
        last = inner;
    }
    let from = if last == root {
        root.start_byte()
    } else {
        last.end_byte()
    };
    let blanks = text[from..].iter().take_while(|b| b.is_ascii_whitespace());
    let at = from + blanks.count();
    if at >= text.len() {
        return None;
    }
    let start = text[..at]
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |n| n + 1);
    let end = text[at..]
        .iter()
        .position(|&b| b == b'\n')
        .map_or(text.len(), |n| at + n);
    Some(start..end)
}

fn last_child(node: Node<'_>) -> Option<Node<'_>> {
    (0..node.child_count())
        .rev()
        .filter_map(|at| node.child(at))
        .find(|child| !child.byte_range().is_empty())
}

/// The text with a plain word for each `{{ … }}`, and blanks where a template stands on a line of its
/// own and is no value.
fn without_templates(source: &[u8]) -> Vec<u8> {
    let mut text = source.to_vec();
    let mut at = 0;
    while at + 1 < source.len() {
        let close = match &source[at..at + 2] {
            b"{{" => b"}}",
            b"{%" => b"%}",
            b"<%" => b"%>",
            _ => {
                at += 1;
                continue;
            }
        };
        let inner = &source[at + 2..source.len().min(at + 2 + MAX_TEMPLATE)];
        let Some(length) = find(inner, close) else {
            at += 2;
            continue;
        };
        let end = at + 2 + length + 2;
        let is_blank = is_alone(source, at..end) && is_control(&source[at + 1..end - 2]);
        let fill = if is_blank { b' ' } else { b'_' };
        for byte in &mut text[at..end] {
            if *byte != b'\n' {
                *byte = fill;
            }
        }
        at = end;
    }
    text
}

/// Whether nothing else stands on the lines of a stretch.
fn is_alone(text: &[u8], range: Range<usize>) -> bool {
    let counts = |byte: &&u8| **byte == b'\n' || !byte.is_ascii_whitespace();
    let before = text[..range.start].iter().rev().find(counts);
    let after = text[range.end..].iter().find(counts);
    [before, after]
        .into_iter()
        .flatten()
        .all(|&byte| byte == b'\n')
}

/// Whether a template on a line of its own is about lines, and is no value. It begins with its second
/// bracket.
fn is_control(inner: &[u8]) -> bool {
    let Some((kind, inner)) = inner.split_first() else {
        return false;
    };
    if *kind == b'%' {
        return !inner.starts_with(b"=");
    }
    let inner = inner.strip_prefix(b"-").unwrap_or(inner).trim_ascii_start();
    let words = [
        &b"if"[..],
        b"else",
        b"end",
        b"range",
        b"with",
        b"define",
        b"block",
        b"include",
        b"template",
        b"toYaml",
        b"/*",
        b"$",
        b"tpl",
    ];
    words.iter().any(|word| inner.starts_with(word)) || find(inner, b"indent").is_some()
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

/// A string on several lines, as one: its line ends are blanks, and empty lines are line ends.
pub(super) fn folded(raw: &str) -> String {
    if !raw.contains('\n') {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut empty = 0;
    for (number, line) in raw.split('\n').enumerate() {
        let line = if number == 0 {
            line.trim_end()
        } else {
            line.trim()
        };
        if line.is_empty() && number > 0 {
            empty += 1;
            continue;
        }
        if number > 0 {
            // A backslash at the end of a line takes the line end away.
            match (out.ends_with('\\'), empty) {
                (true, 0) => {
                    out.pop();
                }
                (_, 0) => out.push(' '),
                (_, lines) => out.extend(std::iter::repeat_n('\n', lines)),
            }
        }
        empty = 0;
        out.push_str(line);
    }
    out
}

/// A scalar after `|` or `>`.
pub(super) struct Scalar {
    /// Its lines without their indentation and their ends.
    pub(super) lines: Vec<Range<usize>>,
    /// Whether they are put together to long lines.
    pub(super) is_folded: bool,
    end: usize,
}

impl Scalar {
    pub(super) fn of(text: &[u8], node: Node<'_>) -> Self {
        let range = node.byte_range();
        let raw = &text[range.clone()];
        let header = raw.iter().position(|&b| b == b'\n');
        let start = header.map_or(range.end, |length| range.start + length + 1);
        let end = start + text[start..range.end].trim_ascii_end().len();
        let mut lines = Vec::new();
        let mut at = start;
        for line in text[start..end].split(|&b| b == b'\n') {
            let length = line.strip_suffix(b"\r").unwrap_or(line).len();
            lines.push(at..at + length);
            at += line.len() + 1;
        }
        let indentation = |line: &Range<usize>| {
            let line = &text[line.clone()];
            (!line.trim_ascii().is_empty()).then(|| line.iter().take_while(|&&b| b == b' ').count())
        };
        let least = lines.iter().filter_map(indentation).min().unwrap_or(0);
        for line in &mut lines {
            line.start += least.min(line.len());
        }
        Self {
            lines,
            is_folded: raw.starts_with(b">"),
            end,
        }
    }

    /// All of the lines as they stand.
    pub(super) fn content(&self) -> Range<usize> {
        let start = self.lines.first().map_or(self.end, |line| line.start);
        start..self.end.max(start)
    }

    /// What stands between a line and the next one.
    pub(super) fn between(&self, text: &[u8], line: usize) -> u8 {
        let goes_on = |line: &Range<usize>| {
            let first = text[line.clone()].first();
            first.is_some_and(|byte| !byte.is_ascii_whitespace())
        };
        let both = self.lines[line..].iter().take(2).all(goes_on);
        if self.is_folded && both { b' ' } else { b'\n' }
    }

    /// The string, without the line end after it.
    pub(super) fn value(&self, text: &[u8]) -> String {
        let mut value = Vec::new();
        for (number, line) in self.lines.iter().enumerate() {
            value.extend_from_slice(&text[line.clone()]);
            if number + 1 < self.lines.len() {
                value.push(self.between(text, number));
            }
        }
        String::from_utf8_lossy(&value).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth() {
        assert!(is_shallow(b"a:\n- b: c\n  d: \"- - - -\"\n"));
        assert!(!is_shallow("- ".repeat(300).as_bytes()));
        let nested: Vec<String> = (0..300).map(|n| " ".repeat(n) + "a:\n").collect();
        assert!(!is_shallow(nested.concat().as_bytes()));
    }

    #[test]
    fn folding() {
        assert_eq!(folded("a \n  b\n\n  c\\\n  d"), "a b\ncd");
    }
}
