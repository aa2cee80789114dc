//! The strings of Kotlin.

use std::ops::Range;

use tree_sitter::Node;

use super::expressions::expression;
use crate::syntax::lower::{Builder, children, unescape};
use crate::syntax::program::{Expr, ExprId};

/// A string. The grammar does not tell the names after `$`: they are found in the text.
pub(super) fn string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let is_raw = node.kind() == "multiline_string_literal";
    let quotes = if is_raw { 3 } else { 1 };
    let range = node.byte_range();
    if range.len() < 2 * quotes {
        return b.word(range);
    }
    let content = range.start + quotes..range.end - quotes;
    let mut pieces = Vec::new();
    let mut at = content.start;
    for part in children(node) {
        if part.kind() != "interpolation" {
            continue;
        }
        // Of a broken string, one may go on behind what is taken for the quotes.
        let start = part.start_byte().clamp(at, content.end);
        named_pieces(b, at..start, is_raw, &mut pieces);
        pieces.extend(children(part).first().map(|inner| expression(b, *inner)));
        at = part.end_byte().clamp(at, content.end);
    }
    named_pieces(b, at..content.end, is_raw, &mut pieces);
    match *pieces {
        [] => b.text(range, content, String::new()),
        [only] => match b.get(only) {
            Expr::Text { value, .. } => {
                let value = value.clone();
                b.text(range, content, value)
            }
            _ => b.join(node, pieces),
        },
        _ => b.join(node, pieces),
    }
}

/// The pieces of a stretch of a string without `${…}`: text, and `$name`.
fn named_pieces(b: &mut Builder<'_>, range: Range<usize>, is_raw: bool, pieces: &mut Vec<ExprId>) {
    let code = b.slice(range.clone());
    let mut fixed = 0;
    let text = |b: &mut Builder<'_>, part: Range<usize>, pieces: &mut Vec<ExprId>| {
        if part.is_empty() {
            return;
        }
        let value = if is_raw {
            code[part.clone()].to_owned()
        } else {
            unescape(&code[part.clone()])
        };
        let at = range.start + part.start..range.start + part.end;
        pieces.push(b.text(at.clone(), at, value));
    };
    let mut rest = code.char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '\\' if !is_raw => {
                rest.next();
            }
            '$' => {
                let name = &code[at + 1..];
                let is_start = |c: char| c.is_alphabetic() || c == '_';
                let length = name
                    .find(|c: char| !(is_start(c) || c.is_ascii_digit()))
                    .unwrap_or(name.len());
                if !name.starts_with(is_start) {
                    continue;
                }
                text(b, fixed..at, pieces);
                let name = &name[..length];
                let expr = match name {
                    "this" => Expr::This,
                    _ => Expr::Name(name.to_owned()),
                };
                let place = range.start + at + 1;
                pieces.push(b.push(expr, place..place + length));
                fixed = at + 1 + length;
            }
            _ => {}
        }
    }
    text(b, fixed..code.len(), pieces);
}
