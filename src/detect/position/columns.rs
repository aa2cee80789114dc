//! Rows of tables, as SQL statements insert them and as files have them: a column's name stands once, far
//! before its values.

use std::ops::Range;

use super::cursor::trim;
use super::{Place, Position};

/// A column's name stands at most so far behind `INSERT INTO`.
const MAX_COLUMNS: usize = 2 * 1024;

/// Rows of one statement that are read, and how far they reach.
const MAX_ROWS: usize = 1000;
const MAX_REACH: usize = 256 * 1024;

/// Calls `found` with the value that each row has in the column `name`, if it is one of an `INSERT`.
pub(super) fn inserted(text: &[u8], name: &Range<usize>, mut found: impl FnMut(Position)) {
    let Some((column, rows)) = column(text, name) else {
        return;
    };
    let limit = text.len().min(rows + MAX_REACH);
    let mut at = rows;
    for _ in 0..MAX_ROWS {
        at = blanks(text, at);
        if at >= limit || text[at] != b'(' {
            return;
        }
        at += 1;
        let mut number = 0;
        loop {
            let Some((value, end)) = value(&text[..limit], blanks(text, at)) else {
                return;
            };
            if number == column
                && let Some(value) = value
            {
                found(Position {
                    name: name.clone(),
                    value,
                    literal: true,
                    place: Place::Name,
                });
            }
            number += 1;
            at = end + 1;
            match text.get(end) {
                Some(b',') => {}
                Some(b')') => break,
                _ => return,
            }
        }
        at = blanks(text, at);
        if text.get(at) != Some(&b',') {
            return;
        }
        at += 1;
    }
}

/// Calls `found` with the cell that each row has in the column `name`, if that stands in the first line of a
/// table with commas, semicolons or tabs between its cells.
pub(in crate::detect) fn below_header(
    text: &[u8],
    name: &Range<usize>,
    mut found: impl FnMut(Position),
) {
    let header = memchr::memchr(b'\n', text).unwrap_or(text.len());
    if name.end > header || header > MAX_COLUMNS {
        return;
    }
    let joint = |b: &u8| matches!(b, b',' | b';' | b'\t');
    let Some(&between) = text[..header].iter().find(|b| joint(b)) else {
        return;
    };
    let column = memchr::memchr_iter(between, &text[..name.start]).count();
    let name = cells(text, 0..header, between)
        .nth(column)
        .unwrap_or_default();
    let mut start = header + 1;
    for _ in 0..MAX_ROWS {
        let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) else {
            return;
        };
        let end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        if let Some(value) = cells(text, start..end, between).nth(column)
            && !value.is_empty()
        {
            found(Position {
                name: name.clone(),
                value,
                literal: true,
                place: Place::Name,
            });
        }
        start = end + 1;
    }
}

/// The cells of a line, without their quotes.
fn cells(text: &[u8], line: Range<usize>, between: u8) -> impl Iterator<Item = Range<usize>> {
    let mut at = line.start;
    std::iter::from_fn(move || {
        if at > line.end {
            return None;
        }
        let quoted = at < line.end && text[at] == b'"';
        let inside = at + usize::from(quoted);
        let stop = if quoted { b'"' } else { between };
        let close = memchr::memchr(stop, &text[inside..line.end]).map_or(line.end, |n| inside + n);
        at = memchr::memchr(between, &text[close..line.end]).map_or(line.end, |n| close + n) + 1;
        Some(trim(text, inside..close))
    })
}

/// Which column of an `INSERT` the name is, and where the rows begin.
fn column(text: &[u8], name: &Range<usize>) -> Option<(usize, usize)> {
    let low = name.start.saturating_sub(MAX_COLUMNS);
    let open = low + memchr::memrchr(b'(', &text[low..name.start])?;
    let is_column = |b: &u8| b.is_ascii_alphanumeric() || b"_$`\"[], \t\r\n".contains(b);
    let before = &text[open + 1..name.start];
    if !before.iter().all(is_column) {
        return None;
    }
    let head = text[open.saturating_sub(160)..open].to_ascii_lowercase();
    let into = memchr::memmem::rfind(&head, b"into ")?;
    if !head[into + 5..].iter().all(|b| is_column(b) || *b == b'.') {
        return None;
    }
    let close = name.end + memchr::memchr(b')', text.get(name.end..)?)?;
    if close - name.end > MAX_COLUMNS || !text[name.end..close].iter().all(is_column) {
        return None;
    }
    let values = blanks(text, close + 1);
    let word = text.get(values..values + b"values".len())?;
    word.eq_ignore_ascii_case(b"values").then(|| {
        let number = memchr::memchr_iter(b',', before).count();
        (number, values + b"values".len())
    })
}

/// The text in quotes at `at`, if it is one, and where the value ends.
fn value(text: &[u8], at: usize) -> Option<(Option<Range<usize>>, usize)> {
    let marks = text
        .get(at..)?
        .iter()
        .take(1)
        .filter(|b| b"NEne".contains(b));
    let open = at + marks.count();
    if text.get(open) == Some(&b'\'') {
        let mut end = open + 1;
        loop {
            match (text.get(end)?, text.get(end + 1)) {
                (b'\'', Some(b'\'')) | (b'\\', _) => end += 2,
                (b'\'', _) => break,
                _ => end += 1,
            }
        }
        let inside = open + 1..end;
        return Some((
            (!inside.is_empty()).then_some(inside),
            blanks(text, end + 1),
        ));
    }
    // A number, NULL, a call.
    let mut depth = 0;
    let end = text[at..].iter().position(|b| {
        match b {
            b'(' => depth += 1,
            b')' if depth > 0 => depth -= 1,
            b',' | b')' if depth == 0 => return true,
            _ => {}
        }
        false
    });
    Some((None, at + end?))
}

fn blanks(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|b| b.is_ascii_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
        let start = text.find(name).unwrap();
        let mut values = Vec::new();
        inserted(text.as_bytes(), &(start..start + name.len()), |position| {
            values.push(&text[position.value]);
        });
        values
    }

    #[test]
    fn every_row_has_the_column() {
        let text = "INSERT INTO `users` (`id`, `email`, `password`)\nVALUES (1, 'a@b.c', 'V1'),\n  \
                    (NOW(), 'it''s', N'V2'), (3, NULL, NULL);";
        assert_eq!(values(text, "password"), ["V1", "V2"]);
        assert_eq!(
            values("insert into t (secret) values ('V1')", "secret"),
            ["V1"]
        );
    }

    #[test]
    fn every_row_has_what_the_header_says() {
        let text = "url;login;password\r\nhttps://a.b;x;V1\n;;\"V;2\"\nc;d\n";
        let start = text.find("password").unwrap();
        let mut values = Vec::new();
        below_header(text.as_bytes(), &(start..start + 8), |position| {
            assert_eq!(&text[position.name], "password");
            values.push(&text[position.value]);
        });
        assert_eq!(values, ["V1", "V;2"]);
    }

    #[test]
    fn nothing_else_is_a_row() {
        for text in [
            "INSERT INTO t (a, password) SELECT a, b FROM u",
            "INSERT INTO t (a, password) VALUES (1, 'V1",
            "call(a, password) values ('x', 'V1')",
            "INSERT INTO t (password) VALUES",
            "INSERT INTO t (password",
        ] {
            assert!(values(text, "password").is_empty(), "{text}");
        }
    }
}
