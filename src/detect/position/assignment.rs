//! What a name is set to, in the ways that languages and formats have for it.

use std::ops::Range;

use super::cursor::{is_name, line_start, next_token, path_start, skip_line_break, skip_space};
use super::literal::{quoted, unquoted, value_at};

/// Operators of two or more characters that give a name a value, `=` and `:` aside. The last but one is
/// the shell's `${NAME:-value}`; the last is prose.
const SETS: &[&str] = &[
    ":=", "::=", "?=", "=>", "===", "==", "||=", "??=", "<-", "->", ":-", "is ",
];

/// Operators behind an environment look-up; what follows is a literal only in quotes.
const FALLS_BACK: &[&str] = &["||", "??", "?:", "or "];

/// The value that the name is set to, and whether it is written as a literal.
pub(super) fn value_after_name(text: &[u8], name: &Range<usize>) -> Option<(Range<usize>, bool)> {
    let mut at = name.end;
    let (mut closed, mut called) = (false, false);
    while let Some(&b) = text.get(at) {
        match b {
            b'"' | b'\'' | b'`' => closed = true,
            b')' => called = closed,
            b']' | b'\\' | b'?' | b'!' => {}
            _ => break,
        }
        at += 1;
    }
    let mut spaced = skip_space(text, at);
    // Notes say `acme key (staging) = …`.
    if spaced > at && text.get(spaced) == Some(&b'(') {
        let close = text[spaced..].iter().take(40).position(|&b| b == b')');
        spaced = close.map_or(spaced, |close| skip_space(text, spaced + close + 1));
    }
    // `sign("secret") => "…"`: what a call gives that is handed the name.
    if called && text[spaced..].starts_with(b"=>") {
        return None;
    }
    if let Some(start) = after_value_word(text, spaced) {
        return value_at(text, start, true);
    }
    if let Some((value, literal)) = after_operator(text, spaced, closed, name) {
        // `${jwt.secret:…}`: what stands there if nothing is set is written as it is.
        let path = path_start(text, name.start);
        let default = text[..path].ends_with(b"${") && text.get(value.end) == Some(&b'}');
        return Some((value, literal || default));
    }
    if let Some(value) = in_next_element(text, at, closed) {
        return Some((value, true));
    }
    // `let(:api_key) { "…" }`
    if text[..name.start].ends_with(b"(:") && text[name.end..].starts_with(b") {") {
        let open = skip_space(text, name.end + b") {".len());
        return quoted(text, open).map(|(value, _)| (value, true));
    }
    if let Some(value) = fallback_method(text, at) {
        return Some((value, true));
    }
    // `ENV NAME value`, `--name value`, `#define NAME "value"`: nothing but space between.
    if spaced > at && !closed {
        let option = text[..name.start].ends_with(b"-");
        let line = &text[line_start(text, name.start)..name.start];
        let line = line.trim_ascii_start();
        let words = [
            b"proxy_set_header ".as_slice(),
            b"add_header ",
            b"RequestHeader set ",
            b"ENV ",
            b"ARG ",
            b"setx ",
            b"#define ",
            b"SetEnv ",
            b"env ",
            b"set ",
        ];
        if option
            || words.iter().any(|word| {
                let at = line.len().checked_sub(word.len());
                at.is_some_and(|at| {
                    let alone = at == 0 || !is_name(line[at - 1]);
                    alone && line[at..].eq_ignore_ascii_case(word)
                })
            })
        {
            return value_at(text, spaced, true);
        }
        let keyword = text[..name.start].ends_with(b":");
        if (line.is_empty() || keyword) && !option {
            let quoted =
                quoted(text, spaced).filter(|(_, end)| keyword || ends_line(text, end + 1));
            return quoted
                .map(|(value, _)| (value, true))
                .or_else(|| alone_behind(text, spaced).filter(|_| !keyword));
        }
        // Readers are shown a value like code: with password `…`. To pass `x=1` is another thing.
        if text.get(spaced) == Some(&b'`') && name.len() > b"pass".len() {
            let ticks = text[spaced..]
                .iter()
                .take(2)
                .take_while(|&&b| b == b'`')
                .count();
            let value = unquoted(text, spaced + ticks)?;
            let shown = text.get(value.end) == Some(&b'`') && !text[value.clone()].contains(&b'=');
            return shown.then_some((value, true));
        }
        let before = &text[name.start.saturating_sub(4)..name.start];
        let prose = before.eq_ignore_ascii_case(b"api ");
        if prose && matches!(text.get(spaced), Some(b) if b.is_ascii_alphanumeric() || *b == b'`') {
            return value_at(text, spaced, true);
        }
        if let Some((value, _)) =
            typed_assignment(text, spaced).and_then(|start| quoted(text, start))
        {
            return Some((value, true));
        }
    }
    None
}

/// `api_key 603b3dbf79d5` on a line of its own, in a file where that sets something: one word that is more
/// than letters.
fn alone_behind(text: &[u8], at: usize) -> Option<(Range<usize>, bool)> {
    let value = unquoted(text, at)?;
    let word = &text[value.clone()];
    let telling = word.len() >= 6 && word.iter().any(u8::is_ascii_digit);
    (ends_line(text, value.end) && telling).then_some((value, false))
}

/// Whether nothing but blanks follows on the line.
fn ends_line(text: &[u8], at: usize) -> bool {
    let at = skip_space(text, at);
    matches!(text.get(at), None | Some(b'\n' | b'\r'))
}

/// The literal in `.unwrap_or("…")`, `.getOrElse(() -> "…")` behind a look-up.
fn fallback_method(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?.strip_prefix(b".")?;
    let length = rest.iter().take(24).take_while(|&&b| is_name(b)).count();
    let method = rest[..length].to_ascii_lowercase();
    let falls_back = [b"or".as_slice(), b"default", b"fallback"];
    if rest.get(length) != Some(&b'(')
        || !falls_back
            .iter()
            .any(|word| memchr::memmem::find(&method, word).is_some())
    {
        return None;
    }
    let open = at + 1 + length + 1;
    let closure = text[open..]
        .iter()
        .take(12)
        .take_while(|b| b" |_(){>=-\n".contains(b))
        .count();
    quoted(text, open + closure).map(|(value, _)| value)
}

/// `"key": "NAME", "value": "…"` and its kin: the name is itself a value, beside it a word for value.
fn after_value_word(text: &[u8], at: usize) -> Option<usize> {
    // `"name": { "value": "…" }`
    let at = match text.get(at) {
        Some(b':' | b'=') if text.get(skip_space(text, at + 1)) == Some(&b'{') => at + 1,
        _ => at,
    };
    let between = |b: &u8| b.is_ascii_whitespace() || b",{\"'-".contains(b);
    let passed = text[at..]
        .iter()
        .take(80)
        .take_while(|b| between(b))
        .count();
    let start = at + passed;
    if let Some(value) = value_word(text, start) {
        return Some(value);
    }
    // `variable "NAME" { type = string, default = "…" }`, or the lines below `name = "NAME"`: the word
    // begins a line before the braces close.
    if !text[at..start].iter().any(|b| matches!(b, b'{' | b'\n')) {
        return None;
    }
    let inside = &text[start..text.len().min(start + 300)];
    let inside = &inside[..memchr::memchr(b'}', inside)?];
    let lines =
        memchr::memchr_iter(b'\n', inside).map(|newline| skip_space(text, start + newline + 1));
    lines
        .take_while(|&line| text.get(line) != Some(&b'\n'))
        .find_map(|line| value_word(text, line))
}

/// After a word for value and its operator at `at`, where the value begins.
fn value_word(text: &[u8], at: usize) -> Option<usize> {
    let rest = &text[at..];
    let word = &rest[..rest.iter().take(24).take_while(|&&b| is_name(b)).count()];
    let words: [&[u8]; 4] = [b"value", b"content", b"body", b"stringvalue"];
    let is_word = word.len() >= 7 && word[..7].eq_ignore_ascii_case(b"default")
        || words.iter().any(|known| word.eq_ignore_ascii_case(known));
    if !is_word {
        return None;
    }
    let option = text[..at].ends_with(b"--");
    let at = at + word.len();
    let quotes = text[at..]
        .iter()
        .take_while(|b| matches!(b, b'"' | b'\''))
        .count();
    let next = skip_space(text, at + quotes);
    match text.get(next) {
        Some(b':' | b'=') => Some(skip_space(text, next + 1)),
        Some(_) if option && next > at => Some(next),
        _ => None,
    }
}

fn after_operator(
    text: &[u8],
    at: usize,
    closed: bool,
    name: &Range<usize>,
) -> Option<(Range<usize>, bool)> {
    let rest = &text[at..];
    let longest = |operators: &[&'static str]| {
        let here = operators
            .iter()
            .filter(|op| rest.starts_with(op.as_bytes()));
        here.map(|op| op.len()).max().unwrap_or(0)
    };
    let (sets, falls_back) = (longest(SETS), longest(FALLS_BACK));
    if sets.max(falls_back) > 0 {
        let start = skip_space(text, at + sets.max(falls_back));
        return value_at(text, start, sets > falls_back);
    }
    match *rest.first()? {
        b'=' => value_after(text, at + 1),
        b':' if rest.get(1) != Some(&b':') => {
            value_after(text, typed_assignment(text, at + 1).unwrap_or(at + 1))
        }
        b',' if closed || text[..name.start].ends_with(b"env:") => {
            quoted(text, next_token(text, at + 1)).map(|(v, _)| (v, true))
        }
        b'>' if opens_element(text, name.start) => element(text, at).map(|value| (value, true)),
        // `<wsse:Password Type="…">`
        b'T' | b't' if opens_element(text, name.start) && rest[1..].starts_with(b"ype=\"") => {
            let close = rest.iter().take(200).position(|&b| b == b'>')?;
            element(text, at + close).map(|value| (value, true))
        }
        _ => None,
    }
}

/// What the element holds whose tag closes at `at`.
fn element(text: &[u8], at: usize) -> Option<Range<usize>> {
    let value = unquoted(text, at + 1)?;
    // `<USER>:<PASSWORD>@host`: slots, where no other tag follows at once.
    let closes = text
        .get(value.end)
        .is_some_and(|&b| b == b'<' || b.is_ascii_whitespace());
    closes.then_some(value)
}

/// `name="…">value<`, `name="…"><value>value<`, `<key>name</key><string>value<`: the name, whose quotes
/// `closed` before `at`, is a value itself, or an element, and the next text is what it is given.
fn in_next_element(text: &[u8], at: usize, closed: bool) -> Option<Range<usize>> {
    let rest = &text[at..];
    let mut start = if closed && rest.starts_with(b">") {
        at + 1
    } else if rest.starts_with(b"</key>") {
        at + b"</key>".len()
    } else {
        return None;
    };
    start = next_token(text, start);
    let tags: [&[u8]; 2] = [b"<value>", b"<string>"];
    if let Some(tag) = tags.into_iter().find(|tag| text[start..].starts_with(tag)) {
        start += tag.len();
    } else if !closed {
        return None;
    }
    element(text, start - 1).filter(|value| text.get(value.end) == Some(&b'<'))
}

/// Whether `<` before `name` opens an element, and not the group of a pattern: `(?P<name>`, `(?<name>`.
fn opens_element(text: &[u8], name: usize) -> bool {
    let prefix = text[..name].strip_suffix(b":").map_or(0, |before| {
        1 + before
            .iter()
            .rev()
            .take(16)
            .take_while(|&&b| is_name(b))
            .count()
    });
    let before = &text[..name - prefix];
    before.ends_with(b"<") && !before.ends_with(b"?<") && !before.ends_with(b"?P<")
}

/// The value behind an operator; on the next line only in quotes, as an empty value ends a line too.
fn value_after(text: &[u8], at: usize) -> Option<(Range<usize>, bool)> {
    // `**Acme key:** …`
    let bold = text[at..].iter().take_while(|&&b| b == b'*').count();
    let same_line = skip_space(text, at + bold);
    let next = skip_line_break(text, same_line);
    if next > same_line
        && let Some(value) = value_below(text, at)
    {
        return value_at(text, value, true);
    }
    value_at(text, next, next == same_line)
}

/// Where the value begins in `Name:` and, on deeper lines below, `Default: …`.
fn value_below(text: &[u8], at: usize) -> Option<usize> {
    let indent = |line: usize| skip_space(text, line) - line;
    let own = indent(line_start(text, at));
    let end = text.len().min(at + 300);
    let lines = memchr::memchr_iter(b'\n', &text[at..end]).map(|newline| at + newline + 1);
    lines
        .take_while(|&line| indent(line) > own)
        .find_map(|line| value_word(text, skip_space(text, line)))
}

/// After a type annotation (`: string = `, `string = `, `: &'static str = `), where the value begins.
fn typed_assignment(text: &[u8], at: usize) -> Option<usize> {
    let line = &text[at..text.len().min(at + 48)];
    let equals = line.iter().position(|&b| b == b'=')?;
    let is_type = |b: &u8| b.is_ascii_alphanumeric() || b" _<>[]&'.|:?*".contains(b);
    let next = line.get(equals + 1)?;
    let value = skip_space(text, at + equals + 1);
    (line[..equals].iter().all(is_type)
        && *next == b' '
        && matches!(text.get(value), Some(b'"' | b'\'' | b'`')))
    .then_some(value)
}
