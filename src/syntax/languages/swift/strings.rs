//! Swift's strings: of one line, of several, and raw.

use std::ops::Range;

use tree_sitter::Node;

use super::expression;
use crate::syntax::lower::{Builder, field, unescape};
use crate::syntax::program::ExprId;

/// Fixed characters that have been read and are not yet a piece.
struct Fixed {
    value: String,
    range: Range<usize>,
}

pub(super) fn string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let content = content(&b.raw(node), node.start_byte());
    let indent = match node.kind() {
        "multi_line_string_literal" => indentation(&b.slice(content.clone())),
        _ => None,
    };
    let mut pieces = Vec::new();
    let mut fixed: Option<Fixed> = None;
    let mut cursor = node.walk();
    for part in node.children(&mut cursor) {
        if part.kind().contains("interpol") {
            pieces.extend(fixed.take().map(|fixed| text(b, fixed)));
            if let Some(inner) = interpolated(part) {
                pieces.push(expression(b, inner));
            }
            continue;
        }
        // A quote in a string of several lines is a token, as are the marks around an expression.
        if !part.is_named() && !part.kind().starts_with('"') {
            continue;
        }
        let range = part.start_byte().max(content.start)..part.end_byte().min(content.end);
        if range.is_empty() {
            continue;
        }
        let raw = b.slice(range.clone());
        let value = match (part.kind(), &indent) {
            ("str_escaped_char", _) => unescape(&raw),
            (_, Some(indent)) => {
                let before = b.source().get(range.start.wrapping_sub(1));
                let mut value = raw.replace(&format!("\n{indent}"), "\n");
                if before == Some(&b'\n') {
                    value = value.strip_prefix(&**indent).unwrap_or(&value).to_owned();
                }
                if range.start == content.start {
                    value = value.trim_start_matches(['\r', '\n']).to_owned();
                }
                if range.end == content.end {
                    value = value.strip_suffix('\n').unwrap_or(&value).to_owned();
                }
                value
            }
            _ => raw,
        };
        match &mut fixed {
            Some(fixed) => {
                fixed.value.push_str(&value);
                fixed.range.end = range.end;
            }
            None => fixed = Some(Fixed { value, range }),
        }
    }
    if pieces.is_empty() {
        let value = fixed.map(|fixed| fixed.value).unwrap_or_default();
        return b.text(node.byte_range(), content, value);
    }
    let last = fixed.filter(|fixed| !fixed.value.is_empty());
    pieces.extend(last.map(|fixed| text(b, fixed)));
    b.join(node, pieces)
}

fn text(b: &mut Builder<'_>, fixed: Fixed) -> ExprId {
    b.text(fixed.range.clone(), fixed.range, fixed.value)
}

/// The expression of `\(…)`; those with a name say how it is shown.
fn interpolated(node: Node<'_>) -> Option<Node<'_>> {
    if node.kind() == "interpolated_expression" {
        return match field(node, "name") {
            Some(_) => None,
            None => field(node, "value"),
        };
    }
    field(node, "interpolation").and_then(interpolated)
}

/// What stands between the quotes: `"`, `"""`, and both with `#` around them.
fn content(raw: &str, start: usize) -> Range<usize> {
    let hashes = raw.bytes().take_while(|b| *b == b'#').count();
    let quotes = if raw[hashes..].starts_with("\"\"\"") {
        3
    } else {
        1
    };
    let around = hashes + quotes;
    if raw.len() < 2 * around {
        return start..start + raw.len();
    }
    start + around..start + raw.len() - around
}

/// The blanks before the closing quotes, which no line of the string has.
fn indentation(content: &str) -> Option<String> {
    let last = content.rsplit_once('\n')?.1;
    last.bytes()
        .all(|b| b == b' ' || b == b'\t')
        .then(|| last.to_owned())
}
