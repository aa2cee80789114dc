//! String literals that the program puts together: joined by an operator, by standing side by side, or in a
//! list. Knows how languages write that, and no grammar.

use std::ops::Range;

use super::How;
use super::layer::{Edit, Map, Unit};

/// How it is told.
const HOW: &[How] = &[How::Concatenation];

/// The longest literal, and the longest text put together.
const MAX_LITERAL: usize = 4 * 1024;

/// Between two literals stand at most so many blanks, line breaks included.
const MAX_BLANKS: usize = 200;

/// A line is read from at most so far before a literal.
const MAX_LINE: usize = 2 * 1024;

/// Around a function that joins a list, literals are looked for so far.
const LIST_REACH: usize = 2 * 1024;

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// Calls `found` with an edit for every chain of literals, in order.
pub(super) fn chains(text: &[u8], mut found: impl FnMut(Edit)) {
    // What stands within a stretch already told is part of it.
    let mut last = 0;
    let mut found = |edit: Edit| {
        if edit.source.start >= last {
            last = edit.source.start;
            found(edit);
        }
    };
    let mut reader = Reader::new(text);
    let mut from = 0;
    links(text, |link| {
        if link >= from {
            let (edit, next) = reader.chain(link);
            edit.into_iter().for_each(&mut found);
            from = next;
        }
    });
}

/// Calls `found` with every place where a link may begin, in order.
fn links(text: &[u8], mut found: impl FnMut(usize)) {
    let mut at = 0;
    while let Some(bytes) = text.get(at..=at + BLOCK) {
        // Every link has a quote, and most blocks have none.
        let quotes = bytes.iter().fold(0, |any, &b| any | quote(b));
        if quotes == 0 {
            at += BLOCK;
            continue;
        }
        // All of a block at once, without a branch for each byte.
        let mut marks = [0; BLOCK];
        for (mark, pair) in marks.iter_mut().zip(bytes.windows(2)) {
            *mark = link(pair[0], pair[1]);
        }
        for (eight, start) in marks.chunks_exact(8).zip((at..).step_by(8)) {
            let mut marks = u64::from_le_bytes(eight.try_into().unwrap_or_default());
            while marks != 0 {
                found(start + marks.trailing_zeros() as usize / 8);
                marks &= marks - 1;
            }
        }
        at += BLOCK;
    }
    for at in at..text.len().saturating_sub(1) {
        if link(text[at], text[at + 1]) != 0 {
            found(at);
        }
    }
}

/// 1 where two bytes may be a link, else 0: a quote that an operator, a blank, a bracket or another quote
/// follows, or a brace before a quote.
#[inline]
fn link(a: u8, b: u8) -> u8 {
    let goes_on = u8::from(b <= b' ')
        | u8::from(b == b'+')
        | u8::from(b == b'.')
        | u8::from(b == b'&')
        | u8::from(b == b'~')
        | u8::from(b == b'|')
        | u8::from(b == b'<')
        | u8::from(b == b')')
        | u8::from(b == b'\\');
    let quoted = quote(b);
    quote(a) & (goes_on | quoted) | u8::from(a == b'{') & quoted
}

/// 1 for a quote, else 0.
#[inline]
fn quote(b: u8) -> u8 {
    u8::from(b == b'"') | u8::from(b == b'\'') | u8::from(b == b'`')
}

fn is_quote(b: u8) -> bool {
    quote(b) != 0
}

/// A literal: all of it, and what is between its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Literal {
    all: Range<usize>,
    inside: Range<usize>,
}

/// Reads literals from the beginnings of lines, forwards only.
struct Reader<'t> {
    text: &'t [u8],
    /// How far it has read, in code.
    at: usize,
    /// The literal that was read last.
    last: Option<Literal>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            last: None,
        }
    }

    /// The literal whose closing quote is at `quote`.
    fn closing(&mut self, quote: usize) -> Option<Literal> {
        let low = quote.saturating_sub(MAX_LINE);
        let line = memchr::memrchr(b'\n', &self.text[low..quote]).map_or(low, |n| low + n + 1);
        if line > self.at {
            self.at = line;
            self.last = None;
        }
        while self.at <= quote {
            if !is_quote(self.text[self.at]) {
                self.at += 1;
            } else if let Some(literal) = literal(self.text, self.at) {
                self.at = literal.all.end;
                self.last = Some(literal);
            } else {
                self.at += 1;
            }
        }
        self.last
            .clone()
            .filter(|literal| literal.all.end == quote + 1)
    }

    /// The chain that the link at `link` is the first of, if it is one; and where to go on.
    fn chain(&mut self, link: usize) -> (Option<Edit>, usize) {
        let text = self.text;
        if text[link] == b'{' {
            return (hole(text, link), link + 1);
        }
        // Nearly every link ends here, before its line is read.
        let mut next = next_literal(text, link + 1);
        if next.is_none() {
            return (None, link + 1);
        }
        let Some(first) = self.closing(link) else {
            return (None, link + 1);
        };
        let mut literals = vec![first];
        let mut length = 0;
        let mut end = link + 1;
        while let Some(literal) = next {
            length += literal.inside.len();
            if length > MAX_LITERAL {
                break;
            }
            end = literal.all.end;
            literals.push(literal);
            next = next_literal(text, end);
        }
        if literals.len() < 2 {
            return (None, link + 1);
        }
        self.at = self.at.max(end);
        (joined(text, &literals, b""), end)
    }
}

/// `${"…"}` in a template.
fn hole(text: &[u8], brace: usize) -> Option<Edit> {
    let mark = brace
        .checked_sub(1)
        .filter(|&at| matches!(text[at], b'$' | b'#'))?;
    let inner = literal(text, brace + 1)?;
    (text.get(inner.all.end) == Some(&b'}')).then(|| Edit {
        source: mark..inner.all.end + 1,
        text: text[inner.inside.clone()].to_vec(),
        map: Map::one(inner.inside.len(), inner.inside, Unit::Same),
        how: HOW,
    })
}

/// The literal that follows one that ends at `end`, with an operator between them or without.
fn next_literal(text: &[u8], end: usize) -> Option<Literal> {
    // `String::from("…") + "…"`
    let wrapped = text.get(end) == Some(&b')');
    let mut at = blanks(text, end + usize::from(wrapped));
    if wrapped && text.get(at) != Some(&b'+') {
        return None;
    }
    let operators: [&[u8]; 9] = [
        b".concat(",
        b"..",
        b"||",
        b"<>",
        b"+",
        b".",
        b"&",
        b"~",
        b"\\\n",
    ];
    if let Some(operator) = operators.iter().find(|op| text[at..].starts_with(op)) {
        at = blanks(text, at + operator.len());
    }
    // `f"…"`, `r'…'`, `@"…"`: at most two letters or marks.
    let marks = text[at..]
        .iter()
        .take(2)
        .take_while(|b| b"bBrRuUfFL@$sS".contains(b))
        .count();
    literal(text, at + marks)
}

/// Past blanks and line breaks, and a backslash before one.
fn blanks(text: &[u8], at: usize) -> usize {
    let rest = &text[at..text.len().min(at + MAX_BLANKS)];
    let is_blank = |(i, b): (usize, &u8)| {
        b.is_ascii_whitespace() || (*b == b'\\' && matches!(rest.get(i + 1), Some(b'\n' | b'\r')))
    };
    let other = rest.iter().enumerate().position(|pair| !is_blank(pair));
    at + other.unwrap_or(rest.len())
}

/// The literal that opens at `at`, on one line.
fn literal(text: &[u8], at: usize) -> Option<Literal> {
    let quote = *text.get(at).filter(|b| is_quote(**b))?;
    let mut end = at + 1;
    let limit = text.len().min(at + MAX_LITERAL);
    while end < limit {
        match text[end] {
            b'\\' => end += 1,
            b'\n' => return None,
            b if b == quote => {
                return Some(Literal {
                    all: at..end + 1,
                    inside: at + 1..end,
                });
            }
            _ => {}
        }
        end += 1;
    }
    None
}

/// Literals as one, in the place of all of them; none where nothing comes of it that was not there before.
fn joined(text: &[u8], literals: &[Literal], separator: &[u8]) -> Option<Edit> {
    let (first, last) = (literals.first()?, literals.last()?);
    let is_part = |b: &u8| b.is_ascii_graphic();
    let exposes = literals.windows(2).any(|pair| {
        let before = text[pair[0].inside.clone()].last();
        let after = text[pair[1].inside.clone()].first();
        before.is_none_or(is_part) && after.is_none_or(is_part)
    });
    let letters = literals.iter().any(|literal| {
        text[literal.inside.clone()]
            .iter()
            .any(u8::is_ascii_alphanumeric)
    });
    if literals.len() < 2 || !exposes || !letters {
        return None;
    }
    let quote = text[first.all.start];
    let mut map = Map::default();
    let mut put = |bytes: &[u8], source: Range<usize>, unit: Unit, all: &mut Vec<u8>| {
        all.extend_from_slice(bytes);
        map.push(bytes.len(), source, unit);
    };
    let mut all = Vec::new();
    put(
        &[quote],
        first.all.start..first.all.start + 1,
        Unit::Same,
        &mut all,
    );
    for (number, literal) in literals.iter().enumerate() {
        if number > 0 && !separator.is_empty() {
            let between = literals[number - 1].inside.end..literal.inside.start;
            put(separator, between, Unit::Whole, &mut all);
        }
        put(
            &text[literal.inside.clone()],
            literal.inside.clone(),
            Unit::Same,
            &mut all,
        );
    }
    put(
        &[quote],
        last.all.end - 1..last.all.end,
        Unit::Same,
        &mut all,
    );
    Some(Edit {
        source: first.all.start..last.all.end,
        text: all,
        map,
        how: HOW,
    })
}

/// Calls `found` with an edit for the lists around a function that joins them, whose name ends at `word`.
pub(super) fn lists(text: &[u8], word: &Range<usize>, mut found: impl FnMut(Edit)) {
    let after = text.len().min(word.end + 64);
    // `"_".join([…])`: what it is joined by stands before it.
    let python = text[..word.start].strip_suffix(b".").and_then(|before| {
        let quote = *before.last().filter(|b| is_quote(**b))?;
        let start = before[..before.len() - 1]
            .iter()
            .rev()
            .take(4)
            .position(|&b| b == quote)?;
        Some(&before[before.len() - 1 - start..before.len() - 1])
    });
    // `[…].join("_")`: what it is joined by stands in it.
    let list_before = text[..word.start].ends_with(b"].") || text[..word.start].ends_with(b").");
    let open = word.end + usize::from(text.get(word.end) == Some(&b'('));
    let separator = match (python, literal(text, blanks(text, open))) {
        (Some(separator), _) => separator,
        (None, Some(inner)) if list_before => &text[inner.inside],
        _ => b"",
    };
    let low = if list_before {
        word.start.saturating_sub(LIST_REACH)
    } else {
        word.start
    };
    let low = memchr::memrchr(b'\n', &text[..low]).map_or(low, |newline| newline + 1);
    let high = if list_before {
        word.start
    } else {
        text.len().min(after + LIST_REACH)
    };
    let mut at = low;
    let mut list: Vec<Literal> = Vec::new();
    while at < high {
        let Some(next) = text[at..high].iter().position(|&b| is_quote(b)) else {
            break;
        };
        let quote = at + next;
        let Some(element) = literal(text, quote) else {
            at = quote + 1;
            continue;
        };
        let between = list.last().map(|last| &text[last.all.end..quote]);
        let listed = between.is_some_and(|between| {
            between.contains(&b',')
                && between
                    .iter()
                    .all(|b| b.is_ascii_whitespace() || *b == b',')
        });
        if !listed {
            joined(text, &list, separator)
                .into_iter()
                .for_each(&mut found);
            list.clear();
            // Outside of a list before it, the first list after the word is the one.
            if !list_before && between.is_some_and(|between| between.contains(&b';')) {
                return;
            }
        }
        at = element.all.end;
        list.push(element);
    }
    joined(text, &list, separator)
        .into_iter()
        .for_each(&mut found);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        chains(text.as_bytes(), |edit| {
            all.push(String::from_utf8(edit.text).unwrap());
        });
        all
    }

    fn listed(text: &str, word: &str) -> Vec<String> {
        let mut all = Vec::new();
        let at = text.find(word).unwrap();
        lists(text.as_bytes(), &(at..at + word.len()), |edit| {
            all.push(String::from_utf8(edit.text).unwrap());
        });
        all
    }

    #[test]
    fn every_operator() {
        for text in [
            r#"let k = "ab_" + "cd" + "e""#,
            r#"k = "ab_" "cd" "e""#,
            "k = \"ab_\" \\\n  \"cde\"",
            "k = (\n  \"ab_\"\n  \"cde\"\n)",
            "k = \"ab_\" +\n  \"cde\";",
            "k = \"ab_\"\n  + \"cde\";",
            "k = \"ab_\"\r\n  + \"cde\";",
            r#"$k = "ab_"."cde";"#,
            r#"k = "ab_" .. "cde""#,
            r#"k = "ab_" & "cde""#,
            r#"k = "ab_" ~ "cde""#,
            r#"k = "ab_" || "cde""#,
            r#"k = "ab_" <> "cde""#,
            r#"k="ab_""cde""#,
            r#"k = "ab_".concat("cde")"#,
            r#"k = string("ab_") + "cde""#,
            r#"x = f("a b", it) ? "ab_"+"cde" : y"#,
        ] {
            assert_eq!(folded(text), ["\"ab_cde\""], "{text}");
        }
        assert_eq!(folded("k = `ab_${\"cde\"}`"), ["cde"]);
        assert_eq!(folded("K='ab_''cde'"), ["'ab_cde'"]);
    }

    #[test]
    fn lists_are_joined() {
        for (text, word) in [
            (r#"k = ["ab", "cde"].join("_")"#, "join"),
            (r#"k = "_".join(["ab", "cde"])"#, "join"),
            (r#"k = concat("ab_", "cde")"#, "concat"),
            (r#"k = strings.Join([]string{"ab_", "cde"}, "")"#, "Join"),
            (r#"k = implode("", ["ab_", "cde"])"#, "implode"),
            (r#"k = ["a", "b", "_", "c", "d", "e"].join("")"#, "join"),
        ] {
            let all = listed(text, word);
            assert!(all.contains(&"\"ab_cde\"".to_owned()), "{text}: {all:?}");
        }
    }

    #[test]
    fn what_exposes_nothing_is_left() {
        for text in [
            r#"x = a + " " + b + "c""#,
            r#"log("a sentence " + "goes on")"#,
            r#"x = ["a", "b"]"#,
            r#"x = "a", "b""#,
            "A=\"b\"\nC=\"d\"\n",
            r#"x = "" + "" + """#,
        ] {
            assert!(folded(text).is_empty(), "{text}: {:?}", folded(text));
        }
    }

    #[test]
    fn a_million_literals_take_no_time() {
        let text = r#""a"+"b","#.repeat(100_000);
        let mut count = 0;
        chains(text.as_bytes(), |_| count += 1);
        assert_eq!(count, 100_000);
        let text = r#""a"+"#.repeat(100_000);
        chains(text.as_bytes(), |edit| {
            assert!(edit.text.len() <= MAX_LITERAL + 3);
        });
    }

    proptest! {
        #[test]
        fn links_are_those_of_the_simple_version(text in "[\"'` {+a-c\n]{0,40}[ a-c{]{0,150}[\"'` {+a-c\n]{0,40}") {
            let text = text.as_bytes();
            let mut all = Vec::new();
            links(text, |at| all.push(at));
            let simple = (1..text.len()).filter(|&at| link(text[at - 1], text[at]) != 0);
            prop_assert_eq!(all, simple.map(|at| at - 1).collect::<Vec<_>>());
        }

        #[test]
        fn any_text_is_survived(text in "[\"'`+.\\\\\n a-c${},]{0,200}") {
            let mut last = 0;
            chains(text.as_bytes(), |edit| {
                assert!(edit.source.end <= text.len() && edit.source.start >= last);
                assert!(edit.map.source(&(0..edit.text.len())).len() <= edit.source.len());
                last = edit.source.start;
            });
            lists(text.as_bytes(), &(0..text.len().min(4)), |edit| assert!(edit.source.end <= text.len()));
        }
    }
}
