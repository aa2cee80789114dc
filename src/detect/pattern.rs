//! Patterns, compiled on first need and tried only around a literal.

use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use super::prefilter::is_word;
use crate::rules::RuleSet;
use crate::rules::schema::{Context, Credential};

/// The longest match: beyond the longest token in use, a GitHub installation token or a large JWT.
pub(super) const MAX_MATCH: usize = 8 * 1024;

/// How far before its literal an unanchored pattern may begin.
const MAX_BEFORE: usize = 4 * 1024;

/// The patterns of a rule set, by rule number.
#[derive(Debug)]
pub(super) struct Patterns(Vec<OnceLock<Regex>>);

/// A pattern's match: all of it, and the secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matched {
    pub(super) whole: Range<usize>,
    pub(super) secret: Range<usize>,
}

impl Patterns {
    pub(super) fn new(rules: &RuleSet) -> Self {
        Self((0..rules.len()).map(|_| OnceLock::new()).collect())
    }

    /// The match that begins with the literal at `literal`, if there is one.
    pub(super) fn at(
        &self,
        rule: usize,
        credential: &Credential,
        text: &[u8],
        literal: &Range<usize>,
    ) -> Option<Matched> {
        let end = text.len().min(literal.start + MAX_MATCH);
        matched(self.regex(rule, credential), text, literal.start..end)
    }

    /// Calls `found` with every match in the unbroken text around the literal, and gives the place
    /// up to which this answers for the rule's other literals too.
    pub(super) fn around(
        &self,
        rule: usize,
        credential: &Credential,
        text: &[u8],
        literal: &Range<usize>,
        mut found: impl FnMut(Matched),
    ) -> usize {
        let regex = self.regex(rule, credential);
        let (window, whole) = unbroken(text, literal);
        let answered = if whole {
            window.end
        } else {
            literal.end + MAX_BEFORE
        };
        let mut from = window.start;
        while from < window.end {
            let Some(matched) = matched(regex, text, from..window.end) else {
                break;
            };
            from = matched.whole.end.max(from + 1);
            if matched.whole.start < answered {
                found(matched);
            }
        }
        answered
    }

    /// Calls `found` with every match in the text.
    pub(super) fn all(
        &self,
        rule: usize,
        credential: &Credential,
        text: &[u8],
        mut found: impl FnMut(Matched),
    ) {
        let regex = self.regex(rule, credential);
        let mut from = 0;
        while let Some(matched) = matched(regex, text, from..text.len()) {
            from = matched.whole.end.max(from + 1);
            found(matched);
            if from >= text.len() {
                break;
            }
        }
    }

    /// Whether the pattern fits the whole of `value`.
    pub(super) fn fits(&self, rule: usize, credential: &Credential, value: &[u8]) -> bool {
        self.regex(rule, credential).is_match(value)
    }

    fn regex(&self, rule: usize, credential: &Credential) -> &Regex {
        self.0[rule].get_or_init(|| {
            let pattern = &credential.pattern;
            let anchored = match (credential.context, credential.anchored) {
                (Context::Assigned | Context::Named, _) => format!("^(?:{pattern})$"),
                (_, true) => format!("^(?:{pattern})"),
                (_, false) => pattern.to_string(),
            };
            RegexBuilder::new(&anchored)
                .unicode(false)
                .build()
                .expect("a pattern is parsed with the same syntax when its file is read")
        })
    }
}

fn matched(regex: &Regex, text: &[u8], range: Range<usize>) -> Option<Matched> {
    let slice = &text[range.clone()];
    let shift = |m: regex::bytes::Match<'_>| range.start + m.start()..range.start + m.end();
    if regex.captures_len() == 1 {
        let whole = shift(regex.find(slice)?);
        return Some(Matched {
            secret: whole.clone(),
            whole,
        });
    }
    let captures = regex.captures(slice)?;
    let whole = shift(captures.get(0)?);
    let secret = captures.name("secret").map_or_else(|| whole.clone(), shift);
    Some(Matched { whole, secret })
}

/// The text around a literal up to white space or a quote on either side, bounded, and whether it ends
/// there by itself.
fn unbroken(text: &[u8], literal: &Range<usize>) -> (Range<usize>, bool) {
    let breaks = |b: &u8| b.is_ascii_whitespace() || b"\"'`<>".contains(b);
    let low = literal.start.saturating_sub(MAX_BEFORE);
    let high = text.len().min(literal.end + MAX_MATCH);
    let start = text[low..literal.start]
        .iter()
        .rposition(breaks)
        .map_or(low, |at| low + at + 1);
    let end = text[literal.end..high].iter().position(breaks);
    (
        start..end.map_or(high, |at| literal.end + at),
        end.is_some() || high == text.len(),
    )
}

/// Whether the match stands by itself: it does not go on a word to its left or right.
pub(super) fn stands_alone(text: &[u8], whole: &Range<usize>) -> bool {
    let left = begins_here(text, whole.start);
    let right = !is_word(text[whole.end - 1]) || !text.get(whole.end).is_some_and(|&b| is_word(b));
    left && right
}

/// Whether the match is a part of something much longer in base64, as an image in a page is: there every
/// short text turns up by chance.
pub(super) fn is_in_base64(text: &[u8], whole: &Range<usize>) -> bool {
    const MORE: usize = 200;
    let is_code = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let before = &text[whole.start.saturating_sub(MORE)..whole.start];
    let after = &text[whole.end..text.len().min(whole.end + MORE)];
    let before = before.iter().rev().take_while(is_code).count();
    let after = after.iter().take_while(is_code).count();
    // A path has no `+`.
    let run = &text[whole.start - before..whole.end + after];
    before + after >= MORE && run.contains(&b'+') && run.iter().all(|b| is_code(&b))
}

/// Whether what stands at `at` does not go on a word to its left.
pub(super) fn begins_here(text: &[u8], at: usize) -> bool {
    !is_word(text[at]) || at == 0 || !is_word(text[at - 1]) || ends_in_escape(&text[..at])
}

/// `\n`, `\t`, `\r`, `%3D`, `\x3d`, `\u003d`: the letter before belongs to the escape.
fn ends_in_escape(before: &[u8]) -> bool {
    let hex = |count: usize| {
        before.len() >= count
            && before[before.len() - count..]
                .iter()
                .all(u8::is_ascii_hexdigit)
    };
    let rest = |count: usize| &before[..before.len() - count];
    matches!(before, [.., b'\\', b'n' | b't' | b'r'])
        || hex(2) && (rest(2).ends_with(b"%") || rest(2).ends_with(b"\\x"))
        || hex(4) && rest(4).ends_with(b"\\u")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_on_and_escapes_end() {
        let alone = |text: &str| {
            let at = text.find("key_1").unwrap();
            stands_alone(text.as_bytes(), &(at..at + 5))
        };
        for text in [
            "key_1",
            " key_1 ",
            "\\nkey_1",
            "%3Dkey_1",
            "\\u003dkey_1",
            "\\x3Dkey_1",
            "=key_1-",
        ] {
            assert!(alone(text), "{text}");
        }
        for text in ["akey_1", "_key_1", "key_1x", "key_1_", "3Dkey_1"] {
            assert!(!alone(text), "{text}");
        }
    }

    #[test]
    fn a_literal_lies_in_unbroken_text() {
        let text = b"see \"https://a:b@c\" x";
        let (window, whole) = unbroken(text, &(9..13));
        assert_eq!((&text[window], whole), (b"https://a:b@c".as_slice(), true));
    }
}
