//! `NAME=value` lines, as dotenv libraries and Docker read them.

use std::ops::Range;

use super::line::{self, Places, closing, line_at, trim};
use crate::syntax::lower::Builder;
use crate::syntax::{Entry, ExprId, Stmt};

pub(in crate::syntax) fn read(b: &mut Builder<'_>) -> bool {
    let text = b.source().to_vec();
    let mut entries = Vec::new();
    let mut at = 0;
    while let Some(line) = line_at(&text, at) {
        at = line.end + 1;
        let Some((key, rest)) = assignment(&text, line) else {
            continue;
        };
        let (value, end) = value(b, &text, rest);
        // A value in quotes may go on for lines.
        at = line_at(&text, end).map_or(end, |left| left.end) + 1;
        let key = Some(b.word(key));
        entries.push(Entry { key, value });
    }
    let map = line::map(b, 0..text.len(), entries);
    b.body(vec![Stmt::Expr(map)]);
    true
}

/// The name, and what follows `=`.
fn assignment(text: &[u8], line: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let mut key = trim(text, line.clone());
    for word in [&b"export "[..], b"set "] {
        if text[key.clone()].starts_with(word) {
            key = trim(text, key.start + word.len()..key.end);
        }
    }
    let equals = key.start + text[key.clone()].iter().position(|&b| b == b'=')?;
    let key = trim(text, key.start..equals);
    let named = |b: &u8| b.is_ascii_alphanumeric() || b"_.-".contains(b);
    let is_name = !key.is_empty() && text[key.clone()].iter().all(named);
    is_name.then_some((key, equals + 1..line.end))
}

/// The value at the beginning of `rest`, and where it ends.
fn value(b: &mut Builder<'_>, text: &[u8], rest: Range<usize>) -> (ExprId, usize) {
    let here = trim(text, rest.clone());
    if let Some(&quote @ (b'"' | b'\'' | b'`')) = text[here.clone()].first()
        && let Some(end) = closing_quote(text, &here, quote)
    {
        let (range, content) = (here.start..end + 1, here.start + 1..end);
        let value = if quote == b'"' {
            line::string(b, range, content, Places::Dollar, true)
        } else {
            let value = b.slice(content.clone());
            b.text(range, content, value)
        };
        return (value, end + 1);
    }
    let mut end = here.start;
    while end < here.end && !starts_comment(text, end, &here) {
        end += 1;
    }
    let bare = trim(text, here.start..end);
    let value = line::string(b, bare.clone(), bare, Places::Dollar, false);
    (value, rest.end)
}

fn starts_comment(text: &[u8], at: usize, value: &Range<usize>) -> bool {
    text[at] == b'#' && (at == value.start || text[at - 1].is_ascii_whitespace())
}

/// Where the quote at the beginning of `value` is closed, maybe lines later. A quote that nobody
/// closes must not take the assignments after it.
fn closing_quote(text: &[u8], value: &Range<usize>, quote: u8) -> Option<usize> {
    let start = value.start + 1;
    let end = if quote == b'"' {
        closing(text, start, text.len(), quote)?
    } else {
        start + text[start..].iter().position(|&b| b == quote)?
    };
    if end < value.end {
        return Some(end);
    }
    let looks_assigned = |line: Range<usize>| {
        // Padding of base64 also ends in `=`, and has nothing after it.
        assignment(text, line).is_some_and(|(key, rest)| {
            let first = text[rest.clone()].first();
            !text[key.start].is_ascii_digit() && !matches!(first, None | Some(b'=' | b'\r'))
        })
    };
    let mut lines =
        line::lines(&text[value.end..end]).map(|line| value.end + line.start..value.end + line.end);
    (!lines.any(looks_assigned)).then_some(end)
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Dotenv, text), *wanted, "{text}");
        }
    }

    #[test]
    fn values() {
        check(&[
            ("A=b\nexport C = d\r\n", r#"{"A": "b", "C": "d"}"#),
            ("# A=b\n\nno value\nX=\n", r#"{"X": ""}"#),
            (r#"A="x \"y\"\n$B" # c"#, r#"{"A": ("x \"y\"\n" ~ B)}"#),
            ("A='x $B\\n' # c", r#"{"A": "x $B\\n"}"#),
            ("A=b#c # d", r#"{"A": "b#c"}"#),
            ("A=#", r#"{"A": ""}"#),
            (
                "U=https://${HOST}:${PORT:-80}/x?k=$KEY",
                r#"{"U": ("https://" ~ HOST ~ ":" ~ ?(PORT, "80") ~ "/x?k=" ~ KEY)}"#,
            ),
            (
                "A=${B}\nC=pa$$word$",
                r#"{"A": B, "C": ("pa$" ~ word ~ "$")}"#,
            ),
            ("A=${B:?needed}", r#"{"A": B}"#),
        ]);
    }

    #[test]
    fn lines_in_quotes() {
        check(&[
            (
                "K=\"-----BEGIN\nabc=\n-----END\"\nB=c",
                r#"{"K": "-----BEGIN\nabc=\n-----END", "B": "c"}"#,
            ),
            ("A=\"x\nB=c\nD=\"y\"", r#"{"A": "\"x", "B": "c", "D": "y"}"#),
            ("A='it\nB=it's", r#"{"A": "'it", "B": "it's"}"#),
        ]);
    }
}
