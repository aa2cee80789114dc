//! Values as they are written: in quotes, bare, wrapped in a call, behind a scheme.

use std::ops::Range;

use super::cursor::{is_name, next_token, skip_line_break, skip_space, trim};

/// The longest value that is read.
pub(super) const MAX_VALUE: usize = 2048;

/// The value that begins at `at`: quoted, or bare where `bare` allows it.
pub(super) fn value_at(text: &[u8], at: usize, bare: bool) -> Option<(Range<usize>, bool)> {
    if let Some((value, after)) = quoted(text, at) {
        return Some((
            strip_scheme(text, value.clone())
                .or_else(|| joined_literal(text, after))
                .unwrap_or(value),
            true,
        ));
    }
    if let Some(inner) = call_argument(text, at) {
        return Some((inner, true));
    }
    if !bare {
        return None;
    }
    // A YAML block scalar has its value on the next line.
    let at = match text.get(at) {
        Some(b'|' | b'>') => {
            skip_line_break(text, text[at..].iter().position(|&b| b == b'\n')? + at)
        }
        _ => at,
    };
    let value = unquoted(text, at)?;
    if is_scheme(&text[value.clone()])
        && matches!(text.get(value.end), Some(b' ' | b'\t'))
        && let Some(after) = unquoted(text, skip_space(text, value.end))
    {
        return Some((after, true));
    }
    Some((value, false))
}

/// The literal in `wrap("…")`, `Some("…")`, `Buffer.from('…')`.
fn call_argument(text: &[u8], at: usize) -> Option<Range<usize>> {
    let length = text[at..]
        .iter()
        .take(64)
        .take_while(|&&b| is_name(b) || b".:<>&!".contains(&b))
        .count();
    let open = at + length;
    if text.get(open) != Some(&b'(') {
        return None;
    }
    if looks_up(&text[at..open]) {
        return None;
    }
    let (value, end) = quoted(text, skip_space(text, open + 1))?;
    // `.get("a" + b)`: only a part of what it is called with.
    let next = skip_space(text, end + 1);
    if !matches!(text.get(next), Some(b')' | b',' | b'.' | b'\n' | b'\r')) {
        return None;
    }
    Some(strip_scheme(text, value.clone()).unwrap_or(value))
}

/// The literal in `Some("…")` and its kin, and where the bracket closes.
pub(super) fn wrapped(text: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let wraps: [&[u8]; 4] = [b"Some(", b"String::from(", b"Just(", b"SecretString::new("];
    let wrap = wraps
        .into_iter()
        .find(|wrap| text[at..].starts_with(wrap))?;
    let (value, end) = quoted(text, at + wrap.len())?;
    (text.get(end + 1) == Some(&b')')).then_some((value, end + 1))
}

/// Whether a call of this name gives what its argument names, and not the argument: `getenv("NAME")`.
fn looks_up(callee: &[u8]) -> bool {
    let start = callee
        .iter()
        .rposition(|&b| !is_name(b))
        .map_or(0, |at| at + 1);
    let last = callee[start..].to_ascii_lowercase();
    let verbs: [&[u8]; 23] = [
        b"get", b"read", b"load", b"fetch", b"find", b"lookup", b"env", b"input", b"prompt",
        b"require", b"query", b"config", b"ask", b"column", b"decode", b"dig", b"encode", b"field",
        b"lstrip", b"pop", b"rstrip", b"split", b"strip",
    ];
    let own: [&[u8]; 4] = [b"t", b"tr", b"__", b"gettext"];
    verbs.iter().any(|verb| last.starts_with(verb)) || own.contains(&&*last)
}

/// The inside of the quoted string at `at` (prefix letters allowed), and where it ends.
pub(super) fn quoted(text: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let prefix = text
        .get(at..)?
        .iter()
        .take(2)
        .take_while(|b| b"bBrRuUfFL@$&".contains(b))
        .count();
    let mut open = at + prefix;
    let escaped = text.get(open) == Some(&b'\\');
    open += usize::from(escaped);
    let quote = *text.get(open)?;
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return None;
    }
    let triple = text[open..].starts_with(&[quote; 3]);
    let start = open + if triple { 3 } else { 1 };
    let limit = text.len().min(start + MAX_VALUE);
    let mut end = start;
    while end < limit {
        match text[end] {
            b'\\' if escaped && text.get(end + 1) == Some(&quote) => break,
            b'\\' => end += 1,
            b if b == quote => break,
            b'\n' if !triple => return None,
            _ => {}
        }
        end += 1;
    }
    if end >= limit {
        return None;
    }
    let inside = trim(text, start..end);
    (!inside.is_empty()).then_some((inside, end))
}

/// A bare value: up to white space or whatever closes or separates.
pub(super) fn unquoted(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..text.len().min(at + MAX_VALUE))?;
    let template = rest.starts_with(b"${") || rest.starts_with(b"{{");
    let length = rest
        .iter()
        .position(|&b| b.is_ascii_whitespace() || (!template && b"\"'`,;)}]<>|&\\".contains(&b)))
        .unwrap_or(rest.len());
    // A sentence's full stop, or a `:` behind curl's `-u`, is no part of it.
    let length = rest[..length].iter().rposition(|b| !b".:!?".contains(b))? + 1;
    Some(at..at + length)
}

/// In `"Bearer-API " + "…"`, `("Bearer-API", "…")`, `"Bearer-API %s" % "…"`: the literal that follows a
/// closed quote.
pub(super) fn joined_literal(text: &[u8], closing_quote: usize) -> Option<Range<usize>> {
    let before = text[..closing_quote].trim_ascii_end();
    let before = [b"%s".as_slice(), b"{}", b"{0}"]
        .into_iter()
        .find_map(|hole| before.strip_suffix(hole))
        .unwrap_or(before)
        .trim_ascii_end();
    let start = before
        .iter()
        .rposition(|&b| b"\"'`".contains(&b))
        .map_or(0, |q| q + 1);
    if !is_scheme(before[start..].trim_ascii()) {
        return None;
    }
    let at = next_token(text, closing_quote + 1);
    let at = match text.get(at)? {
        b'.' if text[at..].starts_with(b".format(") => at + 8,
        b'+' | b',' | b'&' | b'%' | b'.' => at + 1,
        // Literals side by side are one, in Python and C.
        b'"' | b'\'' => at,
        _ => return None,
    };
    quoted(text, next_token(text, at)).map(|(value, _)| value)
}

/// The place of a closing quote at `at`, a space before it allowed.
pub(super) fn closes_quote(text: &[u8], at: usize) -> Option<usize> {
    let at = skip_space(text, at);
    matches!(text.get(at), Some(b'"' | b'\'' | b'`')).then_some(at)
}

/// What follows the scheme in `Bearer …`; `None` where there is no scheme.
fn strip_scheme(text: &[u8], value: Range<usize>) -> Option<Range<usize>> {
    let bytes = &text[value.clone()];
    let space = bytes.iter().position(|&b| b == b' ')?;
    is_scheme(&bytes[..space]).then(|| trim(text, value.start + space..value.end))
}

/// Whether `word` is an authorization scheme, right or wrong for whoever it is sent to.
fn is_scheme(word: &[u8]) -> bool {
    let word = word.strip_suffix(b":").unwrap_or(word);
    [
        b"bearer".as_slice(),
        b"bearer-api",
        b"basic",
        b"token",
        b"key",
        b"apikey",
        b"api-key",
    ]
    .iter()
    .any(|scheme| word.eq_ignore_ascii_case(scheme))
}
