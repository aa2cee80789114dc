//! Characters written as escapes: `%6f`, `\x6f`, `\u006f`, `\157`, `&#111;`, `&quot;`, `\/`.

use std::ops::Range;

use super::How;
use super::layer::{Edit, Map, Unit};
use super::runs::unbroken;

/// The longest stretch that is decoded as one.
const MAX_STRETCH: usize = 8 * 1024;

/// Entities that stand for what keys, names and the marks between them are made of.
const ENTITIES: &[(&[u8], u8)] = &[
    (b"quot;", b'"'),
    (b"apos;", b'\''),
    (b"amp;", b'&'),
    (b"lt;", b'<'),
    (b"gt;", b'>'),
    (b"lowbar;", b'_'),
    (b"UnderBar;", b'_'),
    (b"hyphen;", b'-'),
    (b"equals;", b'='),
    (b"colon;", b':'),
    (b"period;", b'.'),
    (b"plus;", b'+'),
    (b"sol;", b'/'),
    (b"commat;", b'@'),
    (b"dollar;", b'$'),
    (b"nbsp;", b' '),
];

/// One escape: how long it is, what it stands for, and which kind it is of.
struct Escape {
    length: usize,
    stands_for: char,
    kind: How,
}

/// The stretch around `at`, which does not begin before `from`, with its escapes decoded, if it has at
/// least `least` of those that can hide a key; and where it ends.
pub(super) fn stretch(text: &[u8], from: usize, at: usize, least: usize) -> (Option<Edit>, usize) {
    let all = unbroken(text, from, at);
    let start = all.start.max(at.saturating_sub(MAX_STRETCH));
    let source = start..all.end.min(at + MAX_STRETCH).max(at + 1).min(text.len());
    let mut decoded = Vec::with_capacity(source.len());
    let mut map = Map::default();
    let mut kind = None;
    let (mut here, mut count) = (source.start, 0);
    while here < source.end {
        let found = escape(&text[here..source.end]);
        let length = found.as_ref().map_or(1, |escape| escape.length);
        if let Some(escape) = found {
            let before = decoded.len();
            let stands_for = escape.stands_for;
            decoded.extend_from_slice(stands_for.encode_utf8(&mut [0; 4]).as_bytes());
            map.push(decoded.len() - before, here..here + length, Unit::Whole);
            if hides(stands_for) {
                count += 1;
                kind.get_or_insert(escape.kind);
            }
        } else {
            decoded.push(text[here]);
            map.push(1, here..here + 1, Unit::Same);
        }
        here += length;
    }
    let how: Option<&'static [How]> = kind.map(|kind| match kind {
        How::Percent => [How::Percent].as_slice(),
        How::Entities => &[How::Entities],
        _ => &[How::Escapes],
    });
    let end = source.end;
    let edit = how.filter(|_| count >= least).map(|how| Edit {
        source,
        text: decoded,
        map,
        how,
    });
    (edit, end)
}

/// Calls `found` with an edit for every stretch in `range` that has an escape which can hide a key.
pub(super) fn within(text: &[u8], range: Range<usize>, mut found: impl FnMut(Edit)) {
    let mut at = range.start;
    // A stretch may go on beyond the range.
    while at < range.end
        && let Some(next) = memchr::memchr3(b'%', b'\\', b'&', &text[at..range.end])
    {
        let here = at + next;
        if escape(&text[here..]).is_some_and(|escape| hides(escape.stands_for)) {
            let (edit, end) = stretch(text, at, here, 1);
            edit.into_iter().for_each(&mut found);
            at = end.max(here + 1);
        } else {
            at = here + 1;
        }
    }
}

/// Whether a key, its name or what stands between them can have this character. Line breaks, tabs and
/// escaped backslashes alone say nothing: most strings have some.
fn hides(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-:=.+/@\"'&{},; ".contains(c)
}

/// The escape that `text` begins with.
fn escape(text: &[u8]) -> Option<Escape> {
    let of = |length: usize, code: u32, kind: How| {
        let stands_for = char::from_u32(code)?;
        let plain = !stands_for.is_control() || matches!(stands_for, '\n' | '\r' | '\t');
        plain.then_some(Escape {
            length,
            stands_for,
            kind,
        })
    };
    match text {
        [b'%', rest @ ..] => of(3, digits(rest, 2, 16)?, How::Percent),
        [b'\\', b'x' | b'u', b'{', rest @ ..] => {
            let length = rest.iter().take(7).position(|&b| b == b'}')?;
            of(length + 4, digits(rest, length, 16)?, How::Escapes)
        }
        [b'\\', b'x', rest @ ..] => of(4, digits(rest, 2, 16)?, How::Escapes),
        [b'\\', b'u', rest @ ..] => of(6, digits(rest, 4, 16)?, How::Escapes),
        [b'\\', b'U', rest @ ..] => of(10, digits(rest, 8, 16)?, How::Escapes),
        [b'\\', b'0' | b'1', ..] => of(4, digits(&text[1..], 3, 8)?, How::Escapes),
        [b'\\', b'n', ..] => of(2, 10, How::Escapes),
        [b'\\', b'r', ..] => of(2, 13, How::Escapes),
        [b'\\', b't', ..] => of(2, 9, How::Escapes),
        [b'\\', b'/', ..] => of(2, u32::from(b'/'), How::Escapes),
        [b'&', b'#', b'x' | b'X', rest @ ..] => {
            let length = rest.iter().take(7).position(|&b| b == b';')?;
            of(length + 4, digits(rest, length, 16)?, How::Entities)
        }
        [b'&', b'#', rest @ ..] => {
            let length = rest.iter().take(8).position(|&b| b == b';')?;
            of(length + 3, digits(rest, length, 10)?, How::Entities)
        }
        [b'&', rest @ ..] => {
            let (name, b) = ENTITIES.iter().find(|(name, _)| rest.starts_with(name))?;
            of(name.len() + 1, u32::from(*b), How::Entities)
        }
        _ => None,
    }
}

/// The number that the first `count` bytes write, if they are digits to this base.
fn digits(text: &[u8], count: usize, base: u32) -> Option<u32> {
    let digit = |&b: &u8| char::from(b).to_digit(base);
    let mut all = text.get(..count).filter(|all| !all.is_empty())?.iter();
    all.try_fold(0u32, |number, b| {
        number.checked_mul(base)?.checked_add(digit(b)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        within(text.as_bytes(), 0..text.len(), |edit| {
            found.push(String::from_utf8(edit.text).unwrap());
        });
        found
    }

    #[test]
    fn every_kind() {
        for (text, wanted) in [
            ("a%5Fb%3dc", "a_b=c"),
            (r"\x61\x5fb", "a_b"),
            (r"a\u005fb", "a_b"),
            (r"a\u{5f}b\U00000063", "a_bc"),
            (r"\141\137b", "a_b"),
            ("a&#95;b&#x63;&lowbar;", "a_bc_"),
            (r"a\/b\nc", "a/b\nc"),
        ] {
            assert_eq!(decoded(text), [wanted], "{text}");
        }
        for text in [
            r"a\nb", "100 % of", "%d%s", r"\d+\w", "a && b", "&foo", r"C:\temp", "%zz",
        ] {
            assert!(decoded(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn stretches_end_at_quotes_and_blanks() {
        assert_eq!(decoded(r#"x = "\x61", y = "b\x63""#), ["a", "bc"]);
    }

    proptest! {
        #[test]
        fn an_edit_covers_its_source(text in "[a-c%5&#;x\\\\u0 ]{0,120}") {
            within(text.as_bytes(), 0..text.len(), |edit| {
                assert_eq!(edit.map.source(&(0..edit.text.len())), edit.source);
            });
        }

        #[test]
        fn any_bytes_are_survived(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            within(&text, 0..text.len(), |edit| assert!(edit.source.end <= text.len()));
        }
    }
}
