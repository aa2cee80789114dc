//! PowerShell's strings, and the words that are none but expand in the same way.

use std::ops::Range;

use tree_sitter::Node;

use super::expression;
use crate::syntax::lower::{Builder, children};
use crate::syntax::program::{Expr, ExprId};

/// A variable by its name, with the drive or scope before it.
pub(super) fn variable(b: &mut Builder<'_>, name: &str, range: Range<usize>) -> ExprId {
    let (scope, rest) = name.split_once(':').unwrap_or(("", name));
    if scope.to_ascii_lowercase().as_str() == "env" {
        let at = range.start..range.start;
        let object = b.push(Expr::Name("env".to_owned()), at);
        let name = rest.to_owned();
        b.push(Expr::Member { object, name }, range)
    } else {
        let expr = match rest.to_ascii_lowercase().as_str() {
            "true" | "false" | "null" => Expr::Literal(rest.to_ascii_lowercase()),
            "this" => Expr::This,
            _ => Expr::Name(rest.to_owned()),
        };
        b.push(expr, range)
    }
}

pub(super) fn string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let range = node.byte_range();
    let raw = b.slice(range.clone());
    let content = content(&raw, &range);
    match node.kind() {
        "verbatim_string_characters" => {
            let value = b.slice(content.clone()).replace("''", "'");
            b.text(range, content, value)
        }
        "verbatim_here_string_characters" => {
            let value = b.slice(content.clone());
            b.text(range, content, value)
        }
        _ => expanded(b, node, content),
    }
}

/// What stands between `"…"`, `'…'`, or the lines of `@"` and `"@`.
fn content(raw: &str, range: &Range<usize>) -> Range<usize> {
    if !raw.starts_with('@') {
        return match range.len() {
            0 | 1 => range.clone(),
            _ => range.start + 1..range.end - 1,
        };
    }
    let first = raw.find('\n').map_or(2, |at| at + 1);
    let last = raw.rfind('\n').unwrap_or(raw.len());
    let last = last - usize::from(raw[..last].ends_with('\r'));
    range.start + first.min(raw.len())..range.start + last.max(first.min(raw.len()))
}

/// The variables and `$(…)` in `content`, and the text between them, which has no nodes.
fn expanded(b: &mut Builder<'_>, node: Node<'_>, content: Range<usize>) -> ExprId {
    let mut pieces = Vec::new();
    let mut at = content.start;
    for part in children(node) {
        if part.start_byte() > at {
            let range = at..part.start_byte();
            pieces.push(fixed(b, range.clone(), range));
        }
        pieces.push(expression(b, part));
        at = part.end_byte();
    }
    if pieces.is_empty() {
        return fixed(b, node.byte_range(), content);
    }
    if at < content.end {
        pieces.push(fixed(b, at..content.end, at..content.end));
    }
    b.join(node, pieces)
}

fn fixed(b: &mut Builder<'_>, range: Range<usize>, content: Range<usize>) -> ExprId {
    let value = unescaped(&b.slice(content.clone()));
    b.text(range, content, value)
}

/// Resolves escapes, whose mark is a backtick, and doubled quotes.
fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '`' => match rest.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('0') => out.push('\0'),
                Some('\n') | None => {}
                Some(other) => out.push(other),
            },
            '"' => {
                rest.next_if_eq(&'"');
                out.push('"');
            }
            _ => out.push(c),
        }
    }
    out
}

/// A bare word: `https://host/$path`, whose variables have no nodes.
pub(super) fn bare(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let range = node.byte_range();
    let raw = b.slice(range.clone());
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut from = 0;
    while let Some(dollar) = raw[from..].find('$').map(|found| from + found) {
        let rest = &raw[dollar + 1..];
        let braced = rest.strip_prefix('{').and_then(|rest| rest.find('}'));
        let length = braced.map_or_else(|| name_length(rest), |end| end + 2);
        from = dollar + 1;
        if length == 0 {
            continue;
        }
        if at < dollar {
            let text = range.start + at..range.start + dollar;
            pieces.push(fixed(b, text.clone(), text));
        }
        at = dollar + 1 + length;
        from = at;
        let name = raw[dollar + 1..at].trim_matches(['{', '}']);
        pieces.push(variable(b, name, range.start + dollar..range.start + at));
    }
    if pieces.is_empty() {
        return fixed(b, range.clone(), range);
    }
    if at < raw.len() {
        let text = range.start + at..range.end;
        pieces.push(fixed(b, text.clone(), text));
    }
    b.join(node, pieces)
}

/// The length of a variable's name, with a scope before it: `env:KEY` of `env:KEY/x`.
fn name_length(rest: &str) -> usize {
    let word = |text: &str| {
        let bytes = text.bytes();
        bytes
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count()
    };
    let first = word(rest);
    match rest[first..].strip_prefix(':') {
        Some(after) if first > 0 && word(after) > 0 => first + 1 + word(after),
        _ => first,
    }
}
