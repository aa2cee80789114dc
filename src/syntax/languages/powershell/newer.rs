//! The operators of PowerShell 7 that the grammar does not know: `a ?? b` and `a ? b : c`. Left as they
//! are, the statement after them would be read as a part of theirs.

use tree_sitter::Node;

/// What stands for `??`: an operator of the same length, that is hardly ever written in capitals.
pub(super) const COALESCE: &str = "-F";

/// What stands for `?` and `:`: nobody takes the rest of a rest.
pub(super) const TERNARY: &str = "%";

/// The text with operators that the grammar knows; `None` where it has none of the others. They are
/// looked for only where the tree has errors, whose parts may be those of strings.
pub(super) fn in_older_words(text: &[u8], root: Node<'_>) -> Option<Vec<u8>> {
    if !root.has_error() {
        return None;
    }
    let mut code = None;
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.is_error() {
            // An error may begin with the line break after it, and end before the operator does.
            let end = (node.end_byte() + 1).min(text.len());
            for at in node.start_byte()..end {
                replace(text, at, &mut code);
            }
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return code;
            }
        }
    }
}

/// Puts another operator where one of these stands at `at`.
fn replace(text: &[u8], at: usize, code: &mut Option<Vec<u8>>) {
    let blank = |at: Option<usize>| {
        at.and_then(|at| text.get(at))
            .is_none_or(u8::is_ascii_whitespace)
    };
    if text[at] != b'?' || !blank(at.checked_sub(1)) || is_quoted(text, at) {
        return;
    }
    let mut put = |at: usize, operator: &str| {
        let code = code.get_or_insert_with(|| text.to_vec());
        code[at..at + operator.len()].copy_from_slice(operator.as_bytes());
    };
    if text.get(at + 1) == Some(&b'?') {
        if blank(Some(at + 2)) {
            put(at, COALESCE);
        } else if text.get(at + 2) == Some(&b'=') {
            // `$a ??= b` gives a value as `=` does.
            put(at, "  ");
        }
    } else if blank(Some(at + 1))
        && let Some(colon) = colon(&text[at..])
    {
        put(at, TERNARY);
        put(at + colon, TERNARY);
    }
}

/// Whether a string is open at `at`, or a comment, that begins on the same line.
fn is_quoted(text: &[u8], at: usize) -> bool {
    let start = text[..at].iter().rposition(|b| *b == b'\n');
    let line = &text[start.map_or(0, |start| start + 1)..at];
    let mut quote = None;
    for byte in line {
        match quote {
            None if matches!(byte, b'"' | b'\'' | b'#') => quote = Some(*byte),
            Some(open) if open == *byte && open != b'#' => quote = None,
            _ => {}
        }
    }
    quote.is_some()
}

/// Where the ` : ` stands that belongs to the `?` at the beginning, on the same line.
fn colon(rest: &[u8]) -> Option<usize> {
    let line = rest.iter().take_while(|b| **b != b'\n').count();
    (1..line).find(|&at| rest[at] == b':' && rest[at - 1] == b' ' && !is_quoted(rest, at))
}
