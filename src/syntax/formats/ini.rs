//! INI and what is written like it: Java properties, systemd units, `.npmrc`, `.gitconfig`, `.netrc`.

use std::ops::Range;

use super::line::{self, lines, quote, trim};
use crate::syntax::lower::Builder;
use crate::syntax::{Entry, ExprId, Stmt};

/// A `[section]` that is being read.
struct Section {
    name: Range<usize>,
    start: usize,
    entries: Vec<Entry>,
}

/// An entry that is being read.
struct Pending {
    key: Range<usize>,
    value: Range<usize>,
    /// The lines of the value, and what comes between each and the one before.
    lines: Vec<(Range<usize>, &'static str)>,
    /// Whether the last line ends in a backslash.
    continues: bool,
}

pub(in crate::syntax) fn read(b: &mut Builder<'_>) -> bool {
    let text = b.source().to_vec();
    let mut root = Vec::new();
    let mut section: Option<Section> = None;
    let mut pending: Option<Pending> = None;
    for line in lines(&text) {
        let here = trim(&text, line.clone());
        let continues = pending.as_ref().is_some_and(|p| p.continues);
        let indented = here.start > line.start && pending.is_some();
        let is_comment = matches!(text[here.clone()].first(), Some(b'#' | b';' | b'!'));
        let separator = separator(&text, &here);
        if let Some(last) = pending.as_mut()
            && !here.is_empty()
            && (continues || (indented && separator.is_none() && !is_comment))
        {
            last.add(&text, here);
            continue;
        }
        if let Some(done) = pending.take() {
            let entry = done.entry(b, &text);
            section
                .as_mut()
                .map_or(&mut root, |s| &mut s.entries)
                .push(entry);
        }
        if here.is_empty() || is_comment {
            continue;
        }
        if let Some(name) = header(&text, &here) {
            root.extend(section.take().map(|s| s.entry(b, here.start)));
            let start = here.start;
            let entries = Vec::new();
            section = Some(Section {
                name,
                start,
                entries,
            });
            continue;
        }
        let Some(separator) = separator else {
            let words = logins(b, &text, here);
            section
                .as_mut()
                .map_or(&mut root, |s| &mut s.entries)
                .extend(words);
            continue;
        };
        let key = trim(&text, here.start..separator);
        let value = trim(&text, separator + 1..here.end);
        let mut next = Pending {
            key,
            value: value.start..value.start,
            lines: Vec::new(),
            continues: false,
        };
        next.add(&text, value);
        pending = Some(next);
    }
    if let Some(done) = pending.take() {
        let entry = done.entry(b, &text);
        section
            .as_mut()
            .map_or(&mut root, |s| &mut s.entries)
            .push(entry);
    }
    root.extend(section.take().map(|s| s.entry(b, text.len())));
    let map = line::map(b, 0..text.len(), root);
    b.body(vec![Stmt::Expr(map)]);
    true
}

impl Section {
    fn entry(self, b: &mut Builder<'_>, end: usize) -> Entry {
        let key = Some(b.word(self.name));
        let value = line::map(b, self.start..end, self.entries);
        Entry { key, value }
    }
}

impl Pending {
    fn add(&mut self, text: &[u8], line: Range<usize>) {
        let between = if self.continues { "" } else { "\n" };
        let slashes = text[line.clone()].iter().rev().take_while(|&&b| b == b'\\');
        self.continues = slashes.count() % 2 == 1;
        let end = if self.continues {
            line.end - 1
        } else {
            line.end
        };
        if line.start < end {
            if self.lines.is_empty() {
                self.value.start = line.start;
            }
            self.value.end = end;
            self.lines.push((line.start..end, between));
        }
    }

    fn entry(self, b: &mut Builder<'_>, text: &[u8]) -> Entry {
        let key = Some(b.word(self.key));
        let value = match &*self.lines {
            [(only, _)] => scalar(b, text, only.clone()),
            [] => b.word(self.value),
            [(first, _), rest @ ..] => {
                let mut value = b.slice(first.clone());
                for (line, between) in rest {
                    value.push_str(between);
                    value.push_str(&b.slice(line.clone()));
                }
                b.text(self.value.clone(), self.value, value)
            }
        };
        Entry { key, value }
    }
}

/// `name` of `[name]`, `[[name]]`.
fn header(text: &[u8], line: &Range<usize>) -> Option<Range<usize>> {
    let inner = text[line.clone()].strip_prefix(b"[")?;
    let length = inner.iter().position(|&b| b == b']')?;
    let start = line.start + 1;
    let name = trim(text, start..start + length);
    let brackets = text[name.clone()]
        .iter()
        .take_while(|&&b| b == b'[')
        .count();
    Some(name.start + brackets..name.end)
}

/// Where the key ends. A colon may be part of it (`//registry.example.com/:_authToken=…`), and of a
/// value after `=`.
fn separator(text: &[u8], line: &Range<usize>) -> Option<usize> {
    let here = &text[line.clone()];
    let unescaped = |at: &usize| *at > 0 && here[at - 1] != b'\\';
    let places = |wanted: u8| {
        let found = move |(at, byte): (usize, &u8)| (*byte == wanted).then_some(at);
        here.iter().enumerate().filter_map(found).filter(unescaped)
    };
    let equals = places(b'=').next();
    let colon = places(b':')
        .find(|at| equals.is_none() || here.get(at + 1).is_none_or(u8::is_ascii_whitespace));
    let first = [equals, colon].into_iter().flatten().min()?;
    Some(line.start + first)
}

/// A value on one line: without its quotes, or without the comment after it.
fn scalar(b: &mut Builder<'_>, text: &[u8], range: Range<usize>) -> ExprId {
    let content = range.start + 1..range.end.saturating_sub(1);
    if let Some(quote) = quote(text, &range)
        && !text[content.clone()].contains(&quote)
    {
        let value = b.slice(content.clone());
        return b.text(range, content, value);
    }
    let comment = text[range.clone()]
        .windows(2)
        .position(|two| two[0].is_ascii_whitespace() && matches!(two[1], b'#' | b';'));
    let end = comment.map_or(range.end, |at| range.start + at);
    let range = trim(text, range.start..end);
    // Tools that write properties escape what could be a separator or a comment.
    let mut value = b.slice(range.clone());
    for mark in [":", "=", "#", "!"] {
        value = value.replace(&format!("\\{mark}"), mark);
    }
    b.text(range.clone(), range, value)
}

/// The entries of `machine example.com login me password secret`, as in `.netrc`.
fn logins(b: &mut Builder<'_>, text: &[u8], line: Range<usize>) -> Vec<Entry> {
    let mut words = Vec::new();
    let mut start = line.start;
    for word in text[line].split(u8::is_ascii_whitespace) {
        if !word.is_empty() {
            words.push(start..start + word.len());
        }
        start += word.len() + 1;
    }
    let mut entries = Vec::new();
    let mut words = words.into_iter();
    while let Some(key) = words.next() {
        let known = [&b"machine"[..], b"login", b"password", b"account"];
        if known.contains(&&text[key.clone()])
            && let Some(value) = words.next()
        {
            let key = Some(b.word(key));
            let value = b.word(value);
            entries.push(Entry { key, value });
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Ini, text), *wanted, "{text}");
        }
    }

    #[test]
    fn values() {
        check(&[
            (
                "a=b\n; c=d\n# e\n[s t]\nk = v ; c\nq = \"x;y\"\n[u]\n",
                r#"{"a": "b", "s t": {"k": "v", "q": "x;y"}, "u": {}}"#,
            ),
            ("a.b.c=d\r\ne: f\n", r#"{"a.b.c": "d", "e": "f"}"#),
            ("url=https\\://x\\=${Y}", r#"{"url": "https://x=${Y}"}"#),
            ("a = b\\\n   c\nd=", r#"{"a": "bc", "d": ""}"#),
            ("u: https://x/?a=b", r#"{"u": "https://x/?a=b"}"#),
            (
                "//npm.pkg.github.com/:_authToken=x",
                r#"{"//npm.pkg.github.com/:_authToken": "x"}"#,
            ),
            (
                "[options]\ndeps =\n  a\n  b\nc=d",
                r#"{"options": {"deps": "a\nb", "c": "d"}}"#,
            ),
            (
                "[Service]\nEnvironment=\"A=b\" \"C=d\"\nExecStart=/bin/x \\\n  --key y",
                r#"{"Service": {"Environment": "\"A=b\" \"C=d\"", "ExecStart": "/bin/x --key y"}}"#,
            ),
            (
                "[url \"https://x\"]\n\tinsteadOf = y\n\tz = w",
                r#"{"url \"https://x\"": {"insteadOf": "y", "z": "w"}}"#,
            ),
            (
                "machine h login a\n  password b",
                r#"{"machine": "h", "login": "a", "password": "b"}"#,
            ),
            ("[broken\nnothing here\na=b", r#"{"a": "b"}"#),
        ]);
    }
}
