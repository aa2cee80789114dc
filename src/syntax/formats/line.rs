//! Lines, words and places of the formats that are read without a grammar.

use std::ops::Range;

use crate::syntax::lower::{Builder, unescape};
use crate::syntax::{Entry, Expr, ExprId};

/// The lines of a text, without their ends.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let line = line_at(text, at)?;
        at = line.end + 1;
        Some(without_return(text, line))
    })
}

/// From `at` to the end of its line; nothing at the end of the text.
pub(super) fn line_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let length = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    Some(at..at + length)
}

fn without_return(text: &[u8], line: Range<usize>) -> Range<usize> {
    match text[line.clone()].last() {
        Some(b'\r') => line.start..line.end - 1,
        _ => line,
    }
}

/// A stretch without the blanks around it.
pub(super) fn trim(text: &[u8], range: Range<usize>) -> Range<usize> {
    let inner = &text[range.clone()];
    let start = range.start + inner.len() - inner.trim_ascii_start().len();
    start..(range.start + inner.trim_ascii_end().len()).max(start)
}

/// Where a byte is next, from `at` to `end`, unless a backslash stands before it.
pub(super) fn closing(text: &[u8], at: usize, end: usize, byte: u8) -> Option<usize> {
    let mut at = at;
    while at < end {
        match text[at] {
            b'\\' => at += 1,
            found if found == byte => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The quote that a stretch begins and ends with.
pub(super) fn quote(text: &[u8], range: &Range<usize>) -> Option<u8> {
    match &text[range.clone()] {
        [first @ (b'"' | b'\''), .., last] if first == last => Some(*first),
        _ => None,
    }
}

/// A map at `range`.
pub(super) fn map(b: &mut Builder<'_>, range: Range<usize>, entries: Vec<Entry>) -> ExprId {
    b.push(Expr::Map(entries), range)
}

/// A place is not longer, so that one which is never closed does not cost a look at all that follows.
pub(super) const MAX_PLACE: usize = 500;

/// How a place in a string is written.
#[derive(Clone, Copy)]
pub(super) enum Places {
    /// `$name` and `${name}`, also `${name:-default}`.
    Dollar,
    /// `{{name}}`, also `{{$processEnv name}}`.
    Braces,
}

/// A string with places in it: `range` with its quotes, `content` without.
pub(super) fn string(
    b: &mut Builder<'_>,
    range: Range<usize>,
    content: Range<usize>,
    places: Places,
    escapes: bool,
) -> ExprId {
    let text = b.source()[content.clone()].to_vec();
    let mut pieces = Vec::new();
    let mut fixed = 0;
    let mut at = 0;
    while at < text.len() {
        if escapes && text[at] == b'\\' {
            at += 2;
            continue;
        }
        let found = match places {
            Places::Dollar => dollar(&text[at..]),
            Places::Braces => braces(&text[at..]),
        };
        let Some((length, place)) = found else {
            at += 1;
            continue;
        };
        if fixed < at {
            let here = content.start + fixed..content.start + at;
            pieces.push(piece(b, here.clone(), here, escapes));
        }
        let here = content.start + at..content.start + at + length;
        pieces.push(place_value(b, place, here));
        at += length;
        fixed = at;
    }
    match *pieces {
        [] => piece(b, range, content, escapes),
        [only] if fixed == text.len() => only,
        _ => {
            if fixed < text.len() {
                let here = content.start + fixed..content.end;
                pieces.push(piece(b, here.clone(), here, escapes));
            }
            b.push(Expr::Join(pieces), range)
        }
    }
}

fn piece(b: &mut Builder<'_>, range: Range<usize>, content: Range<usize>, escapes: bool) -> ExprId {
    let raw = b.slice(content.clone());
    let value = if escapes { unescape(&raw) } else { raw };
    b.text(range, content, value)
}

/// What stands in a place.
struct Place {
    name: String,
    /// Whether it is a variable of the environment by its form.
    environment: bool,
    /// What follows `:-`, from the beginning of the place.
    default: Option<Range<usize>>,
}

fn place_value(b: &mut Builder<'_>, place: Place, range: Range<usize>) -> ExprId {
    if place.environment {
        let process = b.push(Expr::Name("process".to_owned()), range.clone());
        let name = "env".to_owned();
        let object = b.push(
            Expr::Member {
                object: process,
                name,
            },
            range.clone(),
        );
        let name = place.name;
        return b.push(Expr::Member { object, name }, range);
    }
    let name = b.push(Expr::Name(place.name), range.clone());
    let Some(default) = place.default else {
        return name;
    };
    let default = range.start + default.start..range.start + default.end;
    let default = piece(b, default.clone(), default, false);
    let options = vec![name, default];
    let condition = None;
    b.push(Expr::Choice { condition, options }, range)
}

/// `$name` or `${name…}` at the beginning of `rest`, with its length.
fn dollar(rest: &[u8]) -> Option<(usize, Place)> {
    let inner = rest.strip_prefix(b"$")?;
    let braced = inner.first() == Some(&b'{');
    let inner = if braced { &inner[1..] } else { inner };
    let length = inner
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
        .count();
    if length == 0 || inner[0].is_ascii_digit() {
        return None;
    }
    let name = String::from_utf8_lossy(&inner[..length]).into_owned();
    let mut place = Place {
        name,
        environment: false,
        default: None,
    };
    if !braced {
        return Some((1 + length, place));
    }
    let end = inner.iter().take(MAX_PLACE).position(|&b| b == b'}')?;
    let after = &inner[length..end];
    let operator = match after {
        [b':', b'-', ..] => 2,
        [b'-', ..] => 1,
        // Of `${name:?message}` and `${name:+other}` too, the name is what counts.
        [] | [b':' | b'?' | b'+', ..] => return Some((end + 3, place)),
        _ => return None,
    };
    if end > length + operator {
        place.default = Some(2 + length + operator..2 + end);
    }
    Some((end + 3, place))
}

/// `{{…}}` at the beginning of `rest`, with its length.
fn braces(rest: &[u8]) -> Option<(usize, Place)> {
    let inner = rest.strip_prefix(b"{{")?;
    let end = inner
        .windows(2)
        .take(MAX_PLACE)
        .position(|two| two == b"}}")?;
    let inside = std::str::from_utf8(&inner[..end]).ok()?;
    let mut words = inside.split_whitespace();
    let first = words.next()?;
    let environment = ["$processEnv", "$dotenv", "process.env"];
    let (name, environment) = match first.strip_prefix("process.env.") {
        Some(name) => (name, true),
        None if environment.contains(&first) => (words.next()?.trim_start_matches('%'), true),
        None => (first, false),
    };
    let place = Place {
        name: name.to_owned(),
        environment,
        default: None,
    };
    Some((end + 4, place))
}
