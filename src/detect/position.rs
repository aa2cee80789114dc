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
    /// The first argument of a call.
    Argument,
    /// What follows a scheme or a path marker.
    Marker,
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
    "public",
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
        if let Some((value, literal)) = value_after_name(text, &name) {
            found(Position {
                name: name.clone(),
                value,
                literal,
                place: Place::Name,
            });
        }
        if text.get(name.end) == Some(&b'(')
            && let Some((value, _)) = quoted(text, skip_space(text, name.end + 1))
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
        let joined = closes_quote(text, start).and_then(|after| joined_literal(text, after));
        joined.or_else(|| unquoted(text, start))
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
    if parts.iter().any(|part| NOUNS.contains(&part.as_str())) {
        return true;
    }
    // `publerkey`, `MYPUBLERAPIKEY`: no parts to tell, so the end must.
    !own.is_empty()
        && lower
            .split_once(own)
            .is_some_and(|(_, rest)| NOUNS.iter().any(|noun| rest.ends_with(noun)))
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
    let spaced = skip_space(text, at);
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
    let mut at = at;
    let mut passed = 0;
    while let Some(&b) = text.get(at) {
        if !(b.is_ascii_whitespace() || b",{\"'-".contains(&b)) || passed > 80 {
            break;
        }
        at += 1;
        passed += 1;
    }
    let word = [
        b"value".as_slice(),
        b"default",
        b"defaultValue",
        b"initial_value",
        b"content",
    ]
    .into_iter()
    .filter(|word| text[at..].starts_with(word))
    .max_by_key(|word| word.len())?;
    at += word.len();
    while matches!(text.get(at), Some(b'"' | b'\'')) {
        at += 1;
    }
    at = skip_space(text, at);
    matches!(text.get(at), Some(b':' | b'=')).then(|| skip_space(text, at + 1))
}

fn after_operator(
    text: &[u8],
    at: usize,
    closed: bool,
    name: &Range<usize>,
) -> Option<(Range<usize>, bool)> {
    let rest = &text[at..];
    let fallback = ["||", "??", ":-", "or ", "?:", "|| ", ":="];
    let long = [
        ":=", "=>", "===", "==", "||=", "??=", "<-", "->", "||", "??", ":-", "?:", "or ",
    ];
    let operator = long
        .iter()
        .filter(|op| rest.starts_with(op.as_bytes()))
        .max_by_key(|op| op.len())
        .copied();
    if let Some(operator) = operator {
        let start = skip_space(text, at + operator.len());
        // A fallback of an environment look-up must be a literal to be one; `${X:-value}` has no quotes.
        let plain = !fallback.contains(&operator) || operator.starts_with(':');
        return value_at(text, start, plain);
    }
    match *rest.first()? {
        b'=' => value_at(text, skip_line_break(text, skip_space(text, at + 1)), true),
        b':' if rest.get(1) != Some(&b':') => {
            let start = typed_assignment(text, at + 1).unwrap_or(at + 1);
            value_at(text, skip_line_break(text, skip_space(text, start)), true)
        }
        b',' if closed => {
            quoted(text, skip_line_break(text, skip_space(text, at + 1))).map(|(v, _)| (v, true))
        }
        b'>' if text[..name.start].ends_with(b"<") => unquoted(text, at + 1).map(|v| (v, true)),
        _ => None,
    }
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
    (length > 0).then_some(at..at + length)
}

/// In `"Bearer-API " + "…"`, `("Bearer-API", "…")`: the literal that follows a closed quote.
fn joined_literal(text: &[u8], closing_quote: usize) -> Option<Range<usize>> {
    let inside_ends_in_scheme = {
        let before = text[..closing_quote].trim_ascii_end();
        let start = before
            .iter()
            .rposition(|&b| b"\"'`".contains(&b))
            .map_or(0, |q| q + 1);
        is_scheme(before[start..].trim_ascii())
    };
    if !inside_ends_in_scheme {
        return None;
    }
    let at = skip_space(text, closing_quote + 1);
    if !matches!(text.get(at), Some(b'+' | b',' | b'.' | b'&')) {
        return None;
    }
    quoted(text, skip_space(text, at + 1)).map(|(value, _)| value)
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
