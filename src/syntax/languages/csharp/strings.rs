//! The strings of C#: plain, verbatim, raw, and those with values in them.

use tree_sitter::Node;

use super::expressions::expression;
use crate::syntax::lower::{Builder, child, children, dedent, unescape};
use crate::syntax::program::{Expr, ExprId};

/// `"…"`, also `"…"u8`.
pub(super) fn plain(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let range = node.byte_range();
    let encoding = child(node, &["string_literal_encoding"]);
    let end = encoding.map_or(range.end, |suffix| suffix.start_byte());
    if end < range.start + 2 {
        return b.word(range);
    }
    let content = range.start + 1..end - 1;
    let value = unescape(&b.slice(content.clone()));
    b.text(range, content, value)
}

/// `@"…"`: only quotes are escaped, by doubling.
pub(super) fn verbatim(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let range = node.byte_range();
    if range.len() < 3 {
        return b.word(range);
    }
    let content = range.start + 2..range.end - 1;
    let value = b.slice(content.clone()).replace("\"\"", "\"");
    b.text(range, content, value)
}

/// `"""…"""`, with as many quotes as it takes.
pub(super) fn raw(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(content) = child(node, &["raw_string_content"]) else {
        return b.word(node.byte_range());
    };
    let value = dedent(&b.raw(content));
    // The line break before the closing quotes is theirs.
    let value = match value.strip_suffix('\n') {
        Some(lines) => lines.trim_end_matches('\r').to_owned(),
        None => value,
    };
    b.text(node.byte_range(), content.byte_range(), value)
}

/// `$"…{value}…"` in all its forms.
pub(super) fn interpolated(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let start = child(node, &["interpolation_start"]).map_or_else(String::new, |s| b.raw(s));
    let is_raw = child(node, &["interpolation_quote"]).is_some();
    let mut pieces = Vec::new();
    for piece in children(node) {
        let range = piece.byte_range();
        pieces.push(match piece.kind() {
            "interpolation" => {
                let inner = children(piece)
                    .into_iter()
                    .find(|n| n.kind() != "interpolation_brace");
                match inner {
                    Some(inner) => expression(b, inner),
                    None => continue,
                }
            }
            "escape_sequence" => {
                let value = unescape(&b.raw(piece));
                b.text(range.clone(), range, value)
            }
            "string_content" if is_raw => b.word(range),
            "string_content" => {
                let value = b.raw(piece).replace("{{", "{").replace("}}", "}");
                let value = if start.contains('@') {
                    value.replace("\"\"", "\"")
                } else {
                    value
                };
                b.text(range.clone(), range, value)
            }
            _ => continue,
        });
    }
    match *pieces {
        [] => {
            let inside = node.end_byte().saturating_sub(1);
            b.text(node.byte_range(), inside..inside, String::new())
        }
        [only] if matches!(b.get(only), Expr::Text { .. }) => only,
        _ => b.join(node, pieces),
    }
}
