//! Format strings: which argument goes where.

use std::ops::Range;

/// How a language marks the places of a format string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// `%s`, `%5d`, `%-10v`, `%2$s`, `%(name)s`.
    Percent,
    /// `{}`, `{0}`, `{name}`, `{name:?}`, `{0.x}`.
    Braces,
}

/// A piece of a format string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Fixed characters, at this place of the format string.
    Fixed(Range<usize>),
    /// The next argument.
    Next,
    /// The argument with this number, from 0.
    Number(usize),
    /// The argument, or variable, with this name.
    Named(String),
}

/// The pieces of `template`, in order. Doubled marks stay doubled: no URL or key has them.
#[must_use]
pub fn pieces(template: &str, marks: Marks) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut fixed = 0;
    let mut at = 0;
    let bytes = template.as_bytes();
    while at < bytes.len() {
        let found = match (marks, bytes[at]) {
            (Marks::Percent, b'%') => percent(&template[at..]),
            (Marks::Braces, b'{') => braces(&template[at..]),
            _ => None,
        };
        match found {
            Some((length, piece)) => {
                if fixed < at {
                    pieces.push(Piece::Fixed(fixed..at));
                }
                pieces.extend(piece);
                at += length;
                // A doubled mark is fixed text itself.
                if pieces.last().is_none_or(|p| matches!(p, Piece::Fixed(_))) {
                    fixed = at - length;
                } else {
                    fixed = at;
                }
            }
            None => at += 1,
        }
    }
    if fixed < bytes.len() {
        pieces.push(Piece::Fixed(fixed..bytes.len()));
    }
    pieces
}

/// The places of a text that a template fills, each with the name of what is put in: `{{ x.y }}`, `${x}`
/// and `${{ x }}`, `$X`, as far as they are asked for.
#[must_use]
pub fn places(text: &str, braces: bool, dollar: bool, words: bool) -> Vec<(Range<usize>, String)> {
    let mut places = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let marks: [(&str, &str, bool); 3] = [
            ("${{", "}}", braces),
            ("{{", "}}", braces),
            ("${", "}", dollar || braces),
        ];
        let found = marks.iter().find_map(|(start, end, on)| {
            let inner = rest.strip_prefix(start).filter(|_| *on)?;
            let length = inner.find(end)?;
            Some((start.len() + length + end.len(), inner[..length].to_owned()))
        });
        let found = found.or_else(|| {
            let name = rest.strip_prefix('$').filter(|_| words)?;
            let length = name
                .bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
                .count();
            (length > 1).then(|| (1 + length, name[..length].to_owned()))
        });
        match found {
            Some((length, inner)) => {
                places.push((at..at + length, name_of(&inner)));
                at += length;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    places
}

/// The name in a template's expression, its parts with dots between: `secrets.KEY`, and
/// `states.input_text.key` of `states('input_text.key')`.
fn name_of(expression: &str) -> String {
    // What follows a `|` is done to it, what follows `:-` stands in for it.
    let value = expression.split(['|', ':']).next().unwrap_or_default();
    let parts = value.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(".")
}

/// A mark at the beginning of `rest`: its length, and what it stands for.
fn percent(rest: &str) -> Option<(usize, Option<Piece>)> {
    if rest.starts_with("%%") {
        return Some((2, None));
    }
    let inner = &rest[1..];
    let (skip, piece) = if let Some(named) = inner.strip_prefix('(') {
        let (name, _) = named.split_once(')')?;
        (name.len() + 2, Piece::Named(name.to_owned()))
    } else {
        let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
        match inner[digits..].strip_prefix('$') {
            Some(_) if digits > 0 => {
                let number: usize = inner[..digits].parse().ok()?;
                (digits + 1, Piece::Number(number.checked_sub(1)?))
            }
            _ => (0, Piece::Next),
        }
    };
    let after = &inner[skip..];
    let flags = after
        .bytes()
        .take_while(|b| b"+-# 0123456789.*lh".contains(b))
        .count();
    let verb = after[flags..]
        .chars()
        .next()
        .filter(|c| c.is_ascii_alphabetic() || *c == '@')?;
    Some((1 + skip + flags + verb.len_utf8(), Some(piece)))
}

fn braces(rest: &str) -> Option<(usize, Option<Piece>)> {
    if rest.starts_with("{{") {
        return Some((2, None));
    }
    let end = rest.find('}')?;
    let inner = &rest[1..end];
    let name = inner.split([':', '!', ',']).next()?.trim();
    let piece = match name.split(['.', '[']).next()? {
        "" => Piece::Next,
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => Piece::Number(digits.parse().ok()?),
        word if word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
            Piece::Named(name.to_owned())
        }
        _ => return None,
    };
    Some((end + 1, Some(piece)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(template: &str, marks: Marks) -> String {
        let shown = pieces(template, marks)
            .into_iter()
            .map(|piece| match piece {
                Piece::Fixed(range) => template[range].to_owned(),
                Piece::Next => "<>".to_owned(),
                Piece::Number(n) => format!("<{n}>"),
                Piece::Named(name) => format!("<{name}>"),
            });
        shown.collect()
    }

    #[test]
    fn templates() {
        let shown = |text: &str| {
            let places = super::places(text, true, true, true);
            let shown = places
                .into_iter()
                .map(|(at, name)| format!("{}={name}", &text[at]));
            shown.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            shown("Bearer {{ publer_api_key }}"),
            "{{ publer_api_key }}=publer_api_key"
        );
        assert_eq!(
            shown("${{ secrets.KEY }}/x"),
            "${{ secrets.KEY }}=secrets.KEY"
        );
        assert_eq!(shown("a${X:-d} $HOME"), "${X:-d}=X $HOME=HOME");
        assert_eq!(
            shown("{{ states('input.key') | trim }}"),
            "{{ states('input.key') | trim }}=states.input.key"
        );
        assert_eq!(shown("$5 ü {{"), "");
    }

    #[test]
    fn places() {
        for (template, wanted) in [
            ("Bearer %s", "Bearer <>"),
            ("%s/%-5d?k=%(key)s", "<>/<>?k=<key>"),
            ("%2$s %1$s", "<1> <0>"),
            ("100%% of %v", "100%% of <>"),
            ("100% ", "100% "),
            ("50%", "50%"),
            ("%(key", "%(key"),
        ] {
            assert_eq!(shown(template, Marks::Percent), wanted);
        }
        for (template, wanted) in [
            ("Bearer {}", "Bearer <>"),
            ("{0}/{name:?}/{a.b}", "<0>/<name>/<a.b>"),
            ("{{x}} {}", "{{x}} <>"),
            ("{\"a\": 1}", "{\"a\": 1}"),
            ("{", "{"),
        ] {
            assert_eq!(shown(template, Marks::Braces), wanted);
        }
    }
}
