//! Places where a credential belongs: what a name is set to, what a header carries, what a client is
//! built with. Knows how languages and formats write that, and nothing of providers.

mod assignment;
mod columns;
mod cursor;
mod literal;
mod names;

use std::ops::Range;

use assignment::value_after_name;
pub(super) use columns::below_header;
use cursor::{
    is_name, is_name_start, line_start, next_token, path_start, skip_space, trim, trim_hyphens,
};
use literal::{MAX_VALUE, closes_quote, joined_literal, quoted, unquoted, wrapped};
pub(super) use names::{TRIGGERS, noun, says_password_elsewhere};
pub(crate) use names::{is_credential_name, is_plain_name};

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
    /// A later one, or the second of two in brackets: behind a user's name, for instance.
    Second,
    /// What follows a scheme or a path marker, or stands right behind an identifier.
    Marker,
    /// A cell of a table's row that names a credential.
    Cell,
}

/// The longest name around a word, to either side of it.
const NAME_REACH: usize = 80;

/// How far before a name the block around it may begin.
const BLOCK_REACH: usize = 600;

/// How many arguments of a call are looked at.
const MAX_ARGUMENTS: usize = 4;

/// Calls every position that the name around `word` gives to `found`, and says where that name ends.
pub(super) fn around(text: &[u8], word: &Range<usize>, mut found: impl FnMut(Position)) -> usize {
    // `client(`: the name ends before the bracket.
    let inside = text[word.clone()]
        .iter()
        .take_while(|&&b| is_name(b))
        .count();
    let word = &(word.start..word.start + inside);
    let low = word.start.saturating_sub(NAME_REACH);
    let high = text.len().min(word.end + NAME_REACH);
    let before = text[low..word.start].iter().rev();
    let start = word.start - before.take_while(|&&b| is_name(b)).count();
    let after = text[word.end..high].iter();
    let end = word.end + after.take_while(|&&b| is_name(b)).count();
    let Some(lead) = text[start..end].iter().position(|&b| is_name_start(b)) else {
        return end;
    };
    let start = start + lead;
    let name = start..trim_hyphens(text, start, end);
    // `arn:aws:…:secret:name`: a part of a longer word.
    let inside_word = start > 0 && text[start - 1] == b':' && text.get(name.end) == Some(&b':');
    if !inside_word && let Some((value, literal)) = value_after_name(text, &name) {
        // `auth=("user", "…")`
        let second =
            text[..value.start - 1].ends_with(b"(") && text.get(value.end + 1) == Some(&b',');
        if let Some((value, _)) = second
            .then(|| quoted(text, next_token(text, value.end + 2)))
            .flatten()
        {
            found(Position {
                name: name.clone(),
                value,
                literal: true,
                place: Place::Second,
            });
        }
        let listed = text[name.end..value.start].contains(&b',');
        let place = if listed { Place::Listed } else { Place::Name };
        found(Position {
            name: name.clone(),
            value,
            literal,
            place,
        });
    }
    called(text, &name, &mut found);
    columns::inserted(text, &name, &mut found);
    end
}

/// `name` with the path of names before it: `acme.api_key`, `$this->acme.key`.
pub(super) fn path_of(text: &[u8], name: &Range<usize>) -> Range<usize> {
    path_start(text, name.start)..name.end
}

/// The name that the block around `name` has: `jwt` for `key` in `"jwt": { "key": … }`, or in indented
/// lines below `jwt:`.
pub(super) fn enclosing<'t>(text: &'t [u8], name: &Range<usize>) -> &'t [u8] {
    let low = name.start.saturating_sub(BLOCK_REACH);
    let before = &text[low..name.start];
    let mut depth = 0;
    let brace = before.iter().rposition(|b| {
        match b {
            b'}' => depth += 1,
            b'{' if depth > 0 => depth -= 1,
            b'{' => return true,
            _ => {}
        }
        false
    });
    let head = match brace {
        Some(brace) => &before[..brace],
        None => above(text, low, name.start),
    };
    let head = head.trim_ascii_end();
    let head = head.strip_suffix(b">").unwrap_or(head);
    let joints = |b: &u8| b.is_ascii_whitespace() || b"\"'`:=(".contains(b);
    let end = head.iter().rposition(|b| !joints(b)).map_or(0, |at| at + 1);
    let start = head[..end].iter().rposition(|&b| !is_name(b));
    &head[start.map_or(0, |at| at + 1)..end]
}

/// What stands before `at` on the nearest line above that is indented less, if that opens a block.
fn above(text: &[u8], low: usize, at: usize) -> &[u8] {
    let indent = |line: &[u8]| line.len() - line.trim_ascii_start().len();
    let own = line_start(text, at);
    let depth = text[own..at]
        .iter()
        .take_while(|b| b.is_ascii_whitespace())
        .count();
    let lines = text[low.min(own)..own].split(|&b| b == b'\n').rev();
    let mut lines = lines.filter(|line| !line.trim_ascii().is_empty());
    let parent = lines.find(|line| indent(line) < depth).unwrap_or_default();
    if parent.trim_ascii_end().ends_with(b":") {
        parent
    } else {
        &[]
    }
}

/// What a call of `name`, or of a member of it, is handed; or what a function of that name returns.
fn called(text: &[u8], name: &Range<usize>, found: &mut impl FnMut(Position)) {
    // `acme.Client(`, `Acme::new(`: the path goes on behind the name.
    let path = text[name.end..]
        .iter()
        .take(NAME_REACH)
        .take_while(|&&b| is_name(b) || b == b'.' || b == b':')
        .count();
    let open = name.end + path;
    if text.get(open) != Some(&b'(') {
        return;
    }
    if defines_function(text, name.start) {
        if let Some(value) = returned(text, open) {
            found(Position {
                name: name.clone(),
                value,
                literal: true,
                place: Place::Name,
            });
        }
        return;
    }
    // `new postiz.Client("…")`: the whole path is the callee.
    let callee = path_start(text, name.start)..open;
    let mut at = next_token(text, open + 1);
    for number in 0..MAX_ARGUMENTS {
        let Some((value, end)) = quoted(text, at).or_else(|| wrapped(text, at)) else {
            // A bare name or number in between.
            let word = text[at..]
                .iter()
                .take(NAME_REACH)
                .take_while(|&&b| is_name(b) || b == b'.');
            at += word.count();
            if text.get(at) != Some(&b',') {
                return;
            }
            at = next_token(text, at + 1);
            continue;
        };
        found(Position {
            name: callee.clone(),
            value,
            literal: true,
            place: if number == 0 {
                Place::Argument
            } else {
                Place::Second
            },
        });
        at = next_token(text, end + 1);
        if text.get(at) != Some(&b',') {
            return;
        }
        at = next_token(text, at + 1);
    }
}

/// Whether the word before `name` says that a function of that name begins.
fn defines_function(text: &[u8], name: usize) -> bool {
    let before = text[name.saturating_sub(16)..name].trim_ascii_end();
    let words: [&[u8]; 5] = [b"func", b"def", b"function", b"fn", b"fun"];
    words.iter().any(|word| {
        before.ends_with(word)
            && !before[..before.len() - word.len()]
                .last()
                .is_some_and(|&b| is_name(b))
    })
}

/// The literal that the function whose parameters begin at `open` returns, if it does so soon.
fn returned(text: &[u8], open: usize) -> Option<Range<usize>> {
    let body = &text[open..text.len().min(open + 400)];
    memchr::memmem::find_iter(body, b"return ")
        .find_map(|at| quoted(text, skip_space(text, open + at + 7)))
        .map(|(value, _)| value)
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
pub(super) fn cells(text: &[u8], word: &Range<usize>, mut found: impl FnMut(Position)) {
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
                found(Position {
                    name: start..end,
                    value: unquoted..end,
                    literal: true,
                    place: Place::Cell,
                });
            }
        }
    }
}

/// Whether the line says before the value that it is a digest.
pub(super) fn names_digest(path: &str, text: &[u8], position: &Position) -> bool {
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
    let file = path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let says = |text: &[u8]| {
        words
            .iter()
            .any(|word| memchr::memmem::find(text, word).is_some())
    };
    says(&before) || says(file.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values that stand under names of credentials in `text`.
    fn values(text: &str) -> Vec<&str> {
        let mut values = Vec::new();
        let lower = text.to_ascii_lowercase();
        for trigger in TRIGGERS.iter().chain(&["acme"]) {
            for (at, _) in lower.match_indices(trigger) {
                around(text.as_bytes(), &(at..at + trigger.len()), |p| {
                    let name = &text[p.name.clone()];
                    if is_credential_name(name, "acme")
                        || (matches!(p.place, Place::Argument | Place::Second)
                            && name.contains("cme"))
                    {
                        values.push(&text[p.value]);
                    }
                });
            }
        }
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
            "ACME_KEY ?= V1",
            "${env:ACME_KEY, 'V1'}",
            "env::var(\"ACME_KEY\").unwrap_or_else(|_| \"V1\".to_string())",
            "Variable.get(\"acme_key\", default_var=\"V1\")",
            "AcmeKey:\n  Type: String\n  Default: V1\n",
            "- **Acme API key:** `V1` (old)",
            "Acme: log in, API key V1",
            "proxy_set_header Authorization V1;",
            "func acmeKey() string {\n\tif x {\n\t\treturn v\n\t}\n\treturn \"V1\"\n}",
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
    fn survives_any_end() {
        for text in [
            "key", "key=", "key:", "key=\"", "key=\"\\", "key: |", "key?", "--key ", "key(",
            "<key>",
        ] {
            values(text);
        }
    }
}
