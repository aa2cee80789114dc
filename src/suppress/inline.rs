//! One `credlint:allow` comment, in whatever syntax the file's comments have.
//!
//! `credlint:allow <rule-id>[, <rule-id>…] [until=YYYY-MM-DD] -- reason`. Knows neither which rules exist
//! nor what day it is.

use std::fmt;

use jiff::civil::Date;

use crate::model::ALLOW_MARKER;

/// Comments that end before the line does: what opens them, what closes them.
const COMMENTS: &[(&str, &str)] = &[
    ("<!--", "-->"),
    ("<%--", "--%>"),
    ("{{!--", "--}}"),
    ("--[[", "]]"),
    ("\"\"\"", "\"\"\""),
    ("'''", "'''"),
    ("/*", "*/"),
    ("{#", "#}"),
    ("{-", "-}"),
    ("(*", "*)"),
    ("@*", "*@"),
    ("<#", "#>"),
];

/// Words that begin a comment: of batch files, and of m4.
const COMMENT_WORDS: &[&str] = &["rem", "dnl"];

/// What one comment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The ids of the rules it is about, as written.
    pub rules: Vec<String>,
    /// The last day it counts.
    pub until: Option<Date>,
    /// Why the findings are acceptable.
    pub reason: Option<String>,
    /// Whether there is nothing else on its line, so that it speaks of the next line too.
    pub alone: bool,
    /// Why it suppresses nothing, if so.
    pub problems: Vec<Problem>,
}

/// Why a directive cannot be followed. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No rule is named.
    NoRule,
    /// No reason is given.
    NoReason,
    /// `until=` is followed by something else than a date.
    BadDate(String),
    /// There is a word where only `,`, `until=` or ` -- ` can stand.
    Stray(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRule => {
                f.write_str("names no rule; write `credlint:allow <rule-id> -- reason`")
            }
            Self::NoReason => {
                f.write_str("gives no reason, so it has no effect; add ` -- ` and why")
            }
            Self::BadDate(text) => write!(f, "has a bad date, `{text}`; write until=YYYY-MM-DD"),
            Self::Stray(word) => {
                write!(
                    f,
                    "cannot be read at `{word}`; put a comma between rules and ` -- ` before the reason"
                )
            }
        }
    }
}

/// Reads the first directive on `line`. Prose that only speaks of directives is none.
#[must_use]
pub fn parse(line: &str) -> Option<Directive> {
    let at = line.find(ALLOW_MARKER)?;
    let (before, after) = (&line[..at], &line[at + ALLOW_MARKER.len()..]);
    let quoted = before
        .ends_with(|c: char| c.is_alphanumeric() || "`-_:<".contains(c) && !before.ends_with("--"));
    if quoted
        || !(after.is_empty() || after.starts_with(char::is_whitespace) || closes_at_once(after))
    {
        return None;
    }
    let (body, behind) = cut_at_closer(before, after);
    let (head, reason) = split_reason(body);
    let mut directive = Directive {
        rules: Vec::new(),
        until: None,
        reason: reason.map(str::to_owned),
        alone: is_comment_start(before) && !behind.contains(char::is_alphanumeric),
        problems: Vec::new(),
    };
    read_head(head, &mut directive)?;
    if directive.rules.is_empty() {
        directive.problems.push(Problem::NoRule);
    }
    if directive.reason.is_none() {
        directive.problems.push(Problem::NoReason);
    }
    Some(directive)
}

fn closes_at_once(after: &str) -> bool {
    COMMENTS.iter().any(|(_, closer)| after.starts_with(closer))
}

/// Whether nothing but the signs of a comment stands in `before`.
fn is_comment_start(before: &str) -> bool {
    let words = before.trim();
    !words.contains(char::is_alphanumeric)
        || COMMENT_WORDS.iter().any(|w| words.eq_ignore_ascii_case(w))
}

/// Parts `after` where the comment ends: what the comment says, and what stands behind it.
fn cut_at_closer<'a>(before: &str, after: &'a str) -> (&'a str, &'a str) {
    let opened = COMMENTS
        .iter()
        .filter_map(|(opener, closer)| Some((before.rfind(opener)?, opener.len(), closer)))
        .max();
    if let Some((_, _, closer)) = opened
        && let Some(end) = after.find(closer)
    {
        return (after[..end].trim(), &after[end + closer.len()..]);
    }
    // A comment of several lines may have been opened on another one.
    let mut body = after.trim();
    while let Some(shorter) = COMMENTS
        .iter()
        .find_map(|(_, closer)| body.strip_suffix(closer))
    {
        body = shorter.trim_end();
    }
    (body, "")
}

/// Parts a directive's text at the first `--` that stands by itself.
fn split_reason(body: &str) -> (&str, Option<&str>) {
    for (at, _) in body.match_indices("--") {
        let (head, reason) = (&body[..at], &body[at + 2..]);
        let stands_alone = (head.is_empty() || head.ends_with(char::is_whitespace))
            && (reason.is_empty() || reason.starts_with(char::is_whitespace));
        if stands_alone {
            let reason = reason.trim();
            return (head, (!reason.is_empty()).then_some(reason));
        }
    }
    (body, None)
}

/// Reads rules and date; `None` if it is prose.
fn read_head(head: &str, directive: &mut Directive) -> Option<()> {
    // A rule may follow at the beginning and after a comma.
    let mut expects_rule = true;
    for word in head.split_inclusive(|c: char| c == ',' || c.is_whitespace()) {
        let comma = word.ends_with(',');
        let word = word.trim_end_matches(|c: char| c == ',' || c.is_whitespace());
        if let Some(date) = word.strip_prefix("until=") {
            match date.parse() {
                Ok(date) => directive.until = Some(date),
                Err(_) => directive.problems.push(Problem::BadDate(date.to_owned())),
            }
        } else if !word.is_empty() {
            if expects_rule && is_id(word) {
                directive.rules.push(word.to_owned());
                expects_rule = false;
            } else {
                // `credlint:allow <rule-id>`, `credlint:allow comments are good`.
                let first = directive.rules.first()?;
                if directive.reason.is_none() && !first.contains('-') {
                    return None;
                }
                directive.problems.push(Problem::Stray(word.to_owned()));
                return Some(());
            }
        }
        expects_rule |= comma;
    }
    Some(())
}

/// Whether `word` could be a rule's id: kebab-case.
fn is_id(word: &str) -> bool {
    word.split('-').all(|part| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

/// `text` with [`ALLOW_MARKER`] for `ALLOW`: written out, the directives of tests would be this repository's own.
#[cfg(test)]
pub(super) fn spelt(text: &str) -> String {
    text.replace("ALLOW", ALLOW_MARKER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(line: &str) -> Directive {
        let directive = parse(&spelt(line)).unwrap_or_else(|| panic!("a directive: {line}"));
        assert!(directive.problems.is_empty(), "{line}: {directive:?}");
        directive
    }

    #[test]
    fn any_comment_syntax_will_do_and_its_end_is_no_reason() {
        for line in [
            "// ALLOW a-key -- a test's own",
            "x = 1 # ALLOW a-key -- a test's own",
            "/* ALLOW a-key -- a test's own */",
            " * ALLOW a-key -- a test's own",
            "   ALLOW a-key -- a test's own */",
            "<!-- ALLOW a-key -- a test's own -->",
            "<!--ALLOW a-key -- a test's own-->",
            "{# ALLOW a-key -- a test's own #}",
            "<%-- ALLOW a-key -- a test's own --%>",
            "\"\"\" ALLOW a-key -- a test's own \"\"\"",
            "-- ALLOW a-key -- a test's own",
            "--ALLOW a-key -- a test's own",
            "; ALLOW a-key -- a test's own",
            "REM ALLOW a-key -- a test's own",
            "let a = 1; /* ALLOW a-key -- a test's own */ let b = 2; /* more */",
        ] {
            let directive = good(line);
            assert_eq!(directive.rules, ["a-key"], "{line}");
            assert_eq!(directive.reason.as_deref(), Some("a test's own"), "{line}");
        }
    }

    #[test]
    fn several_rules_and_a_date() {
        let directive = good("# ALLOW a-key,b-key , c until=2030-01-31 -- why -- really");
        assert_eq!(directive.rules, ["a-key", "b-key", "c"]);
        assert_eq!(directive.until, Some(jiff::civil::date(2030, 1, 31)));
        assert_eq!(directive.reason.as_deref(), Some("why -- really"));
    }

    #[test]
    fn only_a_comment_by_itself_speaks_of_the_next_line() {
        for line in [
            "// ALLOW a-key -- r",
            "<!-- ALLOW a-key -- r -->",
            "rem ALLOW a-key -- r",
        ] {
            assert!(good(line).alone, "{line}");
        }
        for line in [
            "key = 1 // ALLOW a-key -- r",
            "/* ALLOW a-key -- r */ key = 1",
        ] {
            assert!(!good(line).alone, "{line}");
        }
    }

    #[test]
    fn problems_are_named() {
        let problems = |line: &str| parse(&spelt(line)).expect("a directive").problems;
        assert_eq!(problems("# ALLOW a-key"), [Problem::NoReason]);
        assert_eq!(problems("# ALLOW a-key -- "), [Problem::NoReason]);
        assert_eq!(problems("<!-- ALLOW a-key -->"), [Problem::NoReason]);
        assert_eq!(problems("<!-- ALLOW a-key -- -->"), [Problem::NoReason]);
        assert_eq!(problems("# ALLOW -- why"), [Problem::NoRule]);
        assert_eq!(problems("# ALLOW"), [Problem::NoRule, Problem::NoReason]);
        assert_eq!(
            problems("# ALLOW a-key until=tomorrow -- why"),
            [Problem::BadDate("tomorrow".into())]
        );
        assert_eq!(problems("# ALLOW a-key until=2030-02-30 -- why").len(), 1);
        assert_eq!(
            problems("# ALLOW a-key b-key -- why"),
            [Problem::Stray("b-key".into())]
        );
        assert_eq!(
            problems("# ALLOW a-key test fixture"),
            [Problem::Stray("test".into()), Problem::NoReason]
        );
    }

    #[test]
    fn prose_is_no_directive() {
        for line in [
            "ALLOW <rule-id>[, <rule-id>…] [until=YYYY-MM-DD] -- reason",
            "A `ALLOW` comment beside it.",
            "Write `ALLOW a-key -- reason` on the line.",
            "ALLOW comments are good",
            "ALLOWed a-key -- x",
            "myALLOW a-key -- x",
            "ALLOW Octopost -- x",
            "ALLOW, of course",
            "nothing",
        ] {
            assert_eq!(parse(&spelt(line)), None, "{line}");
        }
    }
}
