//! Places where a credential belongs: what a name is set to, what a header carries, what a client is
//! built with. Knows how languages and formats write that, and nothing of providers.

use std::ops::Range;

/// The longest value that is read.
const MAX_VALUE: usize = 2048;

/// A value and what says that it may be a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position {
    /// The name it is set to, the scheme, the constructor or the path marker.
    pub(super) name: Range<usize>,
    /// The value itself, without quotes and scheme.
    pub(super) value: Range<usize>,
    /// Whether the value stands in quotes, or in a place that needs none.
    pub(super) literal: bool,
    /// How the name and the value belong together.
    pub(super) place: Place,
}

/// How a name and a value belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A name that holds a value: variable, field, key, element, option.
    Name,
    /// A name in quotes with a value behind a comma: `set("name", "value")`, a row of a table.
    Listed,
    /// The first argument of a call.
    Argument,
    /// What follows a scheme or a path marker, or stands right behind an identifier.
    Marker,
    /// A cell of a table's row that names a credential.
    Cell,
}

/// Words that make a name a credential's, as whole parts of it.
const NOUNS: &[&str] = &[
    "key",
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "auth",
    "authorization",
    "credential",
    "credentials",
    "apikey",
    "bearer",
    "pat",
    "jwt",
    "authtoken",
    "accesstoken",
    "accesskey",
    "secretkey",
    "apitoken",
    "apisecret",
    "authkey",
    "keys",
    "tokens",
    "pass",
];

/// Last parts that make a name something else.
const OTHER_LAST: &[&str] = &[
    "id",
    "ids",
    "url",
    "uri",
    "host",
    "name",
    "path",
    "file",
    "filename",
    "type",
    "version",
    "prefix",
    "suffix",
    "length",
    "len",
    "count",
    "size",
    "expiry",
    "expires",
    "expiration",
    "ttl",
    "timeout",
    "header",
    "headers",
    "scheme",
    "endpoint",
    "workspace",
    "env",
    "format",
    "regex",
    "pattern",
    "label",
    "placeholder",
    "description",
    "title",
    "field",
    "param",
    "status",
    "error",
    "message",
    "hash",
    "digest",
    "checksum",
    "sha256",
    "var",
    "variable",
    "method",
    "provider",
    "example",
    "hint",
    "help",
    "docs",
    "limit",
    "budget",
    "usage",
    "date",
    "at",
    "ref",
];

/// Parts that say that a key opens nothing.
const OTHER_KEY: &[&str] = &[
    "primary",
    "foreign",
    "cache",
    "sort",
    "partition",
    "index",
    "row",
    "lookup",
    "idempotency",
    "dedupe",
    "publishable",
    "csrf",
    "xsrf",
    "object",
    "storage",
    "shortcut",
    "page",
    "next",
    "continuation",
    "masked",
    "hashed",
    "translation",
    "i18n",
];

/// Parts that say nothing of whose credential a name holds.
const PLAIN: &[&str] = &[
    "api",
    "access",
    "app",
    "client",
    "private",
    "service",
    "user",
    "account",
    "x",
    "my",
    "the",
    "a",
    "default",
    "prod",
    "production",
    "live",
    "test",
    "staging",
    "dev",
    "main",
    "new",
    "old",
    "current",
    "value",
    "raw",
    "full",
    "admin",
    "const",
    "global",
    "remote",
    "social",
    "publishing",
    "header",
    "set",
    "with",
    "use",
];

/// Operators of two or more characters that give a name a value, `=` and `:` aside. The last but one is
/// the shell's `${NAME:-value}`; the last is prose.
const SETS: &[&str] = &[
    ":=", "=>", "===", "==", "||=", "??=", "<-", "->", ":-", "is ",
];

/// Operators behind an environment look-up; what follows is a literal only in quotes.
const FALLS_BACK: &[&str] = &["||", "??", "?:", "or "];

/// Calls every position in `range` of `text` to `found`, in order.
pub(super) fn positions(text: &[u8], range: Range<usize>, mut found: impl FnMut(Position)) {
    let mut at = range.start;
    while at < range.end {
        if !is_name_start(text[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < range.end && is_name(text[at]) {
            at += 1;
        }
        let name = start..trim_hyphens(text, start, at);
        // `arn:aws:…:secret:name`: a part of a longer word.
        let inside_word = start > 0 && text[start - 1] == b':' && text.get(name.end) == Some(&b':');
        if !inside_word && let Some((value, literal)) = value_after_name(text, &name) {
            let listed = text[name.end..value.start].contains(&b',');
            let place = if listed { Place::Listed } else { Place::Name };
            found(Position {
                name: name.clone(),
                value,
                literal,
                place,
            });
        }
        if text.get(name.end) == Some(&b'(')
            && let Some((value, _)) = quoted(text, next_token(text, name.end + 1))
        {
            // `new postiz.Client("…")`: the whole path is the callee.
            let callee = path_start(text, name.start)..name.end;
            found(Position {
                name: callee,
                value,
                literal: true,
                place: Place::Argument,
            });
        }
    }
}

/// What follows a scheme such as `Bearer-API`, or a path marker such as `/mcp/`, that ends at `end`.
pub(super) fn after_marker(text: &[u8], marker: Range<usize>) -> Option<Position> {
    let end = marker.end;
    let path = text[..end].ends_with(b"/");
    let value = if path {
        unquoted(text, end)
    } else if matches!(text.get(end), Some(b' ' | b'\t')) {
        let start = skip_space(text, end);
        let hole = [b"%s".as_slice(), b"{}", b"{0}"]
            .into_iter()
            .find(|hole| text[start..].starts_with(hole));
        let after = closes_quote(text, start + hole.map_or(0, <[u8]>::len));
        match after.and_then(|quote| joined_literal(text, quote)) {
            Some(joined) => Some(joined),
            None if hole.is_some() => None,
            None => unquoted(text, start),
        }
    } else {
        joined_literal(text, closes_quote(text, end)?)
    }?;
    Some(Position {
        name: marker,
        value,
        literal: true,
        place: Place::Marker,
    })
}

/// The literal that stands right behind an identifier: `("AKIA…", "…")`, `AKIA…,…`.
pub(super) fn beside(text: &[u8], identifier: Range<usize>) -> Option<Position> {
    let closed = closes_quote(text, identifier.end);
    let comma = skip_space(text, closed.map_or(identifier.end, |quote| quote + 1));
    if text.get(comma) != Some(&b',') {
        return None;
    }
    let at = next_token(text, comma + 1);
    let value = quoted(text, at)
        .map(|(value, _)| value)
        .or_else(|| unquoted(text, at))?;
    Some(Position {
        name: identifier,
        value,
        literal: true,
        place: Place::Marker,
    })
}

/// The cells of the row around `word`, if the row names a credential.
pub(super) fn cells(text: &[u8], word: &Range<usize>, positions: &mut Vec<Position>) {
    let start = line_start(text, word.start);
    let limit = text.len().min(start + MAX_VALUE);
    let end = memchr::memchr(b'\n', &text[start..limit]).map_or(limit, |newline| start + newline);
    let mut at = start;
    let mut named = false;
    for cell in text[start..end].split(|b| matches!(b, b',' | b'\t' | b';')) {
        let value = trim(text, at..at + cell.len());
        at += cell.len() + 1;
        let words = String::from_utf8_lossy(&text[value.clone()]).replace(' ', "_");
        if is_credential_name(&words, "") {
            named = true;
        } else if named && !value.is_empty() {
            let unquoted = value.start + usize::from(text[value.start] == b'"');
            let end = value.end - usize::from(text[value.end - 1] == b'"');
            if unquoted < end {
                positions.push(Position {
                    name: word.clone(),
                    value: unquoted..end,
                    literal: true,
                    place: Place::Cell,
                });
            }
        }
    }
}

/// Whether the line says before the value that it is a digest.
pub(super) fn names_digest(text: &[u8], position: &Position) -> bool {
    let start =
        line_start(text, position.value.start).max(position.value.start.saturating_sub(120));
    let before = text[start..position.value.start].to_ascii_lowercase();
    let words: [&[u8]; 8] = [
        b"sha256",
        b"sha-256",
        b"sha1",
        b"sha512",
        b"checksum",
        b"digest",
        b"integrity",
        b"fingerprint",
    ];
    words
        .into_iter()
        .any(|word| memchr::memmem::find(&before, word).is_some())
}

/// Whether `name` holds a credential, by its own words; `own` is taken out of it first.
pub(super) fn is_credential_name(name: &str, own: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let parts = parts(name);
    let Some(last) = parts.last() else {
        return false;
    };
    if OTHER_LAST.contains(&last.as_str())
        || parts.iter().any(|part| OTHER_KEY.contains(&part.as_str()))
    {
        return false;
    }
    // `publicKey` opens nothing; `NEXT_PUBLIC_API_KEY` is only published.
    if parts
        .windows(2)
        .any(|pair| pair[0] == "public" && matches!(pair[1].as_str(), "key" | "keys"))
    {
        return false;
    }
    if parts.iter().any(|part| NOUNS.contains(&part.as_str())) {
        return true;
    }
    // `publerkey`, `MYPUBLERAPIKEY`: no parts to tell, so the end must.
    !own.is_empty()
        && lower
            .split_once(own)
            .is_some_and(|(_, rest)| NOUNS.iter().any(|noun| rest.ends_with(noun)))
}

/// Whether a credential's name says nothing of whose it is: `API_KEY`, not `SESSION_SECRET`.
pub(super) fn is_plain_name(name: &str) -> bool {
    parts(name)
        .iter()
        .all(|part| NOUNS.contains(&part.as_str()) || PLAIN.contains(&part.as_str()))
}

/// The lower-case parts of a name: at `_`, `-`, digits' ends and changes of case.
fn parts(name: &str) -> Vec<String> {
    let bytes = name.as_bytes();
    let mut parts = Vec::new();
    let mut start = 0;
    for at in 1..=bytes.len() {
        let boundary = at == bytes.len()
            || !bytes[at].is_ascii_alphanumeric()
            || (bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase())
            // `APIKey`: the last capital of a run begins the next part.
            || (bytes[at].is_ascii_uppercase()
                && bytes[at - 1].is_ascii_uppercase()
                && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
        if boundary {
            let part = name[start..at].trim_matches(|c: char| !c.is_ascii_alphanumeric());
            if !part.is_empty() {
                parts.push(part.to_ascii_lowercase());
            }
            start = at;
        }
    }
    parts
}

/// The value that the name is set to, and whether it is written as a literal.
fn value_after_name(text: &[u8], name: &Range<usize>) -> Option<(Range<usize>, bool)> {
    let mut at = name.end;
    let mut closed = false;
    while let Some(&b) = text.get(at) {
        match b {
            b'"' | b'\'' | b'`' => closed = true,
            b']' | b')' | b'\\' | b'?' | b'!' => {}
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
    if let Some(start) = after_value_word(text, spaced) {
        return value_at(text, start, true);
    }
    if let Some(value) = after_operator(text, spaced, closed, name) {
        return Some(value);
    }
    // `ENV NAME value`, `--name value`, `#define NAME "value"`: nothing but space between.
    if spaced > at && !closed {
        let option = text[..name.start].ends_with(b"-");
        let line = &text[line_start(text, name.start)..name.start];
        let line = line.trim_ascii_start();
        let words = [
            b"ENV ".as_slice(),
            b"ARG ",
            b"setx ",
            b"#define ",
            b"SetEnv ",
            b"env ",
            b"set ",
        ];
        if option
            || words.iter().any(|word| {
                line.len() >= word.len() && line[..word.len()].eq_ignore_ascii_case(word)
            })
        {
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

/// `"key": "NAME", "value": "…"` and its kin: the name is itself a value, beside it a word for value.
fn after_value_word(text: &[u8], at: usize) -> Option<usize> {
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
    let words: [&[u8]; 7] = [
        b"value",
        b"default",
        b"defaultValue",
        b"initial_value",
        b"content",
        b"body",
        b"stringValue",
    ];
    let word = words
        .into_iter()
        .filter(|word| text[at..].starts_with(word))
        .max_by_key(|word| word.len())?;
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
        b',' if closed => quoted(text, next_token(text, at + 1)).map(|(v, _)| (v, true)),
        b'>' if text[..name.start].ends_with(b"<") => unquoted(text, at + 1).map(|v| (v, true)),
        _ => None,
    }
}

/// The value behind an operator; on the next line only in quotes, as an empty value ends a line too.
fn value_after(text: &[u8], at: usize) -> Option<(Range<usize>, bool)> {
    let same_line = skip_space(text, at);
    let next = skip_line_break(text, same_line);
    value_at(text, next, next == same_line)
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

/// The value that begins at `at`: quoted, or bare where `bare` allows it.
fn value_at(text: &[u8], at: usize, bare: bool) -> Option<(Range<usize>, bool)> {
    if let Some((value, after)) = quoted(text, at) {
        return Some((
            strip_scheme(text, value.clone())
                .or_else(|| joined_literal(text, after))
                .unwrap_or(value),
            true,
        ));
    }
    if let Some(inner) = call_argument(text, at) {
        return Some((inner, true));
    }
    if !bare {
        return None;
    }
    // A YAML block scalar has its value on the next line.
    let at = match text.get(at) {
        Some(b'|' | b'>') => {
            skip_line_break(text, text[at..].iter().position(|&b| b == b'\n')? + at)
        }
        _ => at,
    };
    let value = unquoted(text, at)?;
    if is_scheme(&text[value.clone()])
        && matches!(text.get(value.end), Some(b' ' | b'\t'))
        && let Some(after) = unquoted(text, skip_space(text, value.end))
    {
        return Some((after, true));
    }
    Some((value, false))
}

/// The literal in `wrap("…")`, `Some("…")`, `Buffer.from('…')`.
fn call_argument(text: &[u8], at: usize) -> Option<Range<usize>> {
    let length = text[at..]
        .iter()
        .take(64)
        .take_while(|&&b| is_name(b) || b".:<>&!".contains(&b))
        .count();
    let open = at + length;
    if text.get(open) != Some(&b'(') {
        return None;
    }
    let (value, _) = quoted(text, skip_space(text, open + 1))?;
    Some(strip_scheme(text, value.clone()).unwrap_or(value))
}

/// The inside of the quoted string at `at` (prefix letters allowed), and where it ends.
fn quoted(text: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let prefix = text
        .get(at..)?
        .iter()
        .take(2)
        .take_while(|b| b"bBrRuUfFL@$&".contains(b))
        .count();
    let mut open = at + prefix;
    let escaped = text.get(open) == Some(&b'\\');
    open += usize::from(escaped);
    let quote = *text.get(open)?;
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return None;
    }
    let triple = text[open..].starts_with(&[quote; 3]);
    let start = open + if triple { 3 } else { 1 };
    let limit = text.len().min(start + MAX_VALUE);
    let mut end = start;
    while end < limit {
        match text[end] {
            b'\\' if escaped && text.get(end + 1) == Some(&quote) => break,
            b'\\' => end += 1,
            b if b == quote => break,
            b'\n' if !triple => return None,
            _ => {}
        }
        end += 1;
    }
    if end >= limit {
        return None;
    }
    let inside = trim(text, start..end);
    (!inside.is_empty()).then_some((inside, end))
}

/// A bare value: up to white space or whatever closes or separates.
fn unquoted(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..text.len().min(at + MAX_VALUE))?;
    let template = rest.starts_with(b"${") || rest.starts_with(b"{{");
    let length = rest
        .iter()
        .position(|&b| b.is_ascii_whitespace() || (!template && b"\"'`,;)}]<>|&\\".contains(&b)))
        .unwrap_or(rest.len());
    // A sentence's full stop, or a `:` behind curl's `-u`, is no part of it.
    let length = rest[..length].iter().rposition(|b| !b".:!?".contains(b))? + 1;
    Some(at..at + length)
}

/// In `"Bearer-API " + "…"`, `("Bearer-API", "…")`, `"Bearer-API %s" % "…"`: the literal that follows a
/// closed quote.
fn joined_literal(text: &[u8], closing_quote: usize) -> Option<Range<usize>> {
    let before = text[..closing_quote].trim_ascii_end();
    let before = [b"%s".as_slice(), b"{}", b"{0}"]
        .into_iter()
        .find_map(|hole| before.strip_suffix(hole))
        .unwrap_or(before)
        .trim_ascii_end();
    let start = before
        .iter()
        .rposition(|&b| b"\"'`".contains(&b))
        .map_or(0, |q| q + 1);
    if !is_scheme(before[start..].trim_ascii()) {
        return None;
    }
    let at = next_token(text, closing_quote + 1);
    let at = match text.get(at)? {
        b'+' | b',' | b'&' | b'%' => at + 1,
        b'.' if text[at..].starts_with(b".format(") => at + 8,
        b'.' => at + 1,
        // Literals side by side are one, in Python and C.
        b'"' | b'\'' => at,
        _ => return None,
    };
    quoted(text, next_token(text, at)).map(|(value, _)| value)
}

/// The place of a closing quote at `at`, a space before it allowed.
fn closes_quote(text: &[u8], at: usize) -> Option<usize> {
    let at = skip_space(text, at);
    matches!(text.get(at), Some(b'"' | b'\'' | b'`')).then_some(at)
}

/// What follows the scheme in `Bearer …`; `None` where there is no scheme.
fn strip_scheme(text: &[u8], value: Range<usize>) -> Option<Range<usize>> {
    let bytes = &text[value.clone()];
    let space = bytes.iter().position(|&b| b == b' ')?;
    is_scheme(&bytes[..space]).then(|| trim(text, value.start + space..value.end))
}

/// Whether `word` is an authorization scheme, right or wrong for whoever it is sent to.
fn is_scheme(word: &[u8]) -> bool {
    let word = word.strip_suffix(b":").unwrap_or(word);
    [
        b"bearer".as_slice(),
        b"bearer-api",
        b"basic",
        b"token",
        b"key",
        b"apikey",
        b"api-key",
    ]
    .iter()
    .any(|scheme| word.eq_ignore_ascii_case(scheme))
}

fn trim(text: &[u8], range: Range<usize>) -> Range<usize> {
    let bytes = &text[range.clone()];
    let front = bytes.len() - bytes.trim_ascii_start().len();
    let end = range.start + bytes.trim_ascii_end().len();
    range.start + front.min(bytes.len())..end.max(range.start + front)
}

fn is_name_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_'
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'-'
}

fn trim_hyphens(text: &[u8], start: usize, end: usize) -> usize {
    start
        + text[start..end]
            .iter()
            .rposition(|&b| b != b'-')
            .map_or(0, |last| last + 1)
}

/// Where the path of names (`a.b::c`) that ends in the name at `start` begins.
fn path_start(text: &[u8], start: usize) -> usize {
    let low = start.saturating_sub(80);
    text[low..start]
        .iter()
        .rposition(|&b| !(is_name(b) || b == b'.' || b == b':'))
        .map_or(low, |at| low + at + 1)
}

fn skip_space(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|&&b| b == b' ' || b == b'\t')
        .count()
}

/// Past one line break and the next line's indentation, if `at` is at the end of a line.
fn skip_line_break(text: &[u8], at: usize) -> usize {
    let at = if text.get(at) == Some(&b'\r') {
        at + 1
    } else {
        at
    };
    if text.get(at) == Some(&b'\n') {
        skip_space(text, at + 1)
    } else {
        at
    }
}

/// Past white space and at most one line break.
fn next_token(text: &[u8], at: usize) -> usize {
    skip_line_break(text, skip_space(text, at))
}

fn line_start(text: &[u8], at: usize) -> usize {
    memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values that stand under names of credentials in `text`.
    fn values(text: &str) -> Vec<&str> {
        let mut values = Vec::new();
        positions(text.as_bytes(), 0..text.len(), |p| {
            let name = &text[p.name.clone()];
            if is_credential_name(name, "acme")
                || (p.place == Place::Argument && name.contains("cme"))
            {
                values.push(&text[p.value]);
            }
        });
        values.dedup();
        values
    }

    #[test]
    fn finds_what_a_name_is_set_to() {
        for text in [
            "ACME_API_KEY=V1",
            "export ACME_API_KEY=\"V1\"",
            "api_key: V1",
            "  apiKey: 'V1',",
            "\"api_key\" : \"V1\"",
            "const acmeKey: string = `V1`;",
            "let key: &'static str = \"V1\";",
            "private static final String API_KEY = \"V1\";",
            "var apiKey string = \"V1\"",
            "apiKey := \"V1\"",
            "'token' => 'V1',",
            "$config['acme']['token'] = 'V1';",
            "ENV ACME_TOKEN V1",
            "ENV ACME_TOKEN=V1",
            "cli --api-key V1",
            "cli --api-key=V1",
            "#define ACME_KEY \"V1\"",
            "os.getenv(\"ACME_TOKEN\", \"V1\")",
            "ENV.fetch('ACME_TOKEN', 'V1')",
            "process.env.ACME_TOKEN || 'V1'",
            "os.environ.get(\"ACME_TOKEN\") or \"V1\"",
            "${ACME_TOKEN:-V1}",
            "<apiKey>V1</apiKey>",
            "<add key=\"AcmeToken\" value=\"V1\"/>",
            "{\"key\": \"acme_token\", \"value\": \"V1\"}",
            "The Acme API key is V1 for now",
            "variable \"acme_token\" {\n  type = string\n  default = \"V1\"\n}",
            "- name: ACME_TOKEN\n  value: V1\n",
            "variable \"acme_token\" {\n  default = \"V1\"\n}",
            "api_key: |\n  V1\n",
            "apiKey:\n    \"V1\"",
            "-H 'Authorization: Bearer V1'",
            "headers[\"Authorization\"] = \"Bearer V1\"",
            "\"Authorization\": \"Bearer \" + \"V1\"",
            "{\\\"apiKey\\\": \\\"V1\\\"}",
            "new Acme('V1', 'https://x')",
            "acme.NewClient(\"V1\")",
            "API_KEY = SecretStr(\"V1\")",
        ] {
            assert!(values(text).contains(&"V1"), "{text}: {:?}", values(text));
        }
    }

    #[test]
    fn finds_what_follows_a_marker() {
        for text in [
            "Authorization: Bearer-API V1",
            "'Bearer-API V1'",
            "\"Bearer-API \" + \"V1\"",
            "new AuthenticationHeaderValue(\"Bearer-API\", \"V1\")",
            "'Bearer-API ' . 'V1'",
        ] {
            let start = text.find("Bearer-API").unwrap();
            let position = after_marker(text.as_bytes(), start..start + 10);
            assert_eq!(position.map(|p| &text[p.value]), Some("V1"), "{text}");
        }
        for text in ["\"Bearer-API \" + key", "'Bearer-API ' . $key"] {
            let start = text.find("Bearer-API").unwrap();
            assert_eq!(
                after_marker(text.as_bytes(), start..start + 10),
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn knows_names_of_credentials() {
        for name in [
            "PUBLER_API_KEY",
            "publerApiKey",
            "publerkey",
            "APIKey",
            "x-api-key",
            "authToken",
        ] {
            assert!(is_credential_name(name, "publer"), "{name}");
        }
        for name in [
            "publerWorkspaceId",
            "PUBLER_KEY_ID",
            "monkey",
            "token_url",
            "publicKey",
            "publer",
            "cacheKey",
        ] {
            assert!(!is_credential_name(name, "publer"), "{name}");
        }
    }

    #[test]
    fn survives_any_end() {
        for text in [
            "key", "key=", "key:", "key=\"", "key=\"\\", "key: |", "key?", "--key ", "key(",
            "<key>",
        ] {
            values(text);
        }
    }
}
