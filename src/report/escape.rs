//! Untrusted text made safe to show: paths, source lines and names come from whoever wrote the scanned files.
//!
//! A terminal obeys escape sequences, a bidirectional override shows a name that is not there, a
//! spreadsheet runs formulas, Markdown runs links and markup. Each helper closes one of these doors
//! where a format's own library does not.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// Whether `c` can change what a reader sees, or do something, rather than be seen.
pub(super) fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}'                        // soft hyphen
            | '\u{61c}'                     // Arabic letter mark
            | '\u{180e}'                    // Mongolian vowel separator
            | '\u{200b}'..='\u{200f}'       // zero-width space and joiners, left-to-right marks
            | '\u{2028}'..='\u{202e}'       // line and paragraph separators, bidirectional embeddings
            | '\u{2060}'..='\u{206f}'       // word joiner, invisible operators, bidirectional isolates
            | '\u{feff}'                    // byte order mark
            | '\u{fff9}'..='\u{fffb}'       // interlinear annotation
            | '\u{e0000}'..='\u{e007f}'     // tags
        )
}

/// `text` in one line, with every dangerous character written out, as `\n` or `\u{202e}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push_visible(&mut safe, c);
    }
    Cow::Owned(safe)
}

/// As [`visible`], but tabs stay, and `mark` is moved along with the text it stands for.
pub(super) fn visible_line(text: &str, mark: &Range<usize>) -> (String, Range<usize>) {
    let mut safe = String::with_capacity(text.len() + 16);
    let (mut start, mut end) = (None, None);
    for (at, c) in text.char_indices() {
        if at >= mark.start {
            start.get_or_insert(safe.len());
        }
        if at >= mark.end {
            end.get_or_insert(safe.len());
        }
        if c == '\t' {
            safe.push(c);
        } else {
            push_visible(&mut safe, c);
        }
    }
    let start = start.unwrap_or(safe.len());
    let end = end.unwrap_or(safe.len()).max(start);
    (safe, start..end)
}

fn push_visible(safe: &mut String, c: char) {
    if is_dangerous(c) {
        safe.extend(c.escape_default());
    } else {
        safe.push(c);
    }
}

/// JSON text whose strings name dangerous characters by number: the same value, harmless when printed.
///
/// A serializer escapes what is below U+0020 itself, and the line ends outside strings are layout.
pub(super) fn json(text: String) -> String {
    let is_raw = |c: char| c >= '\u{7f}' && is_dangerous(c);
    if !text.contains(is_raw) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if is_raw(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

/// A path as the path of a URI: all but letters, digits, `-._~` and `/` percent-encoded (RFC 3986).
///
/// The characters that a path may hold as they are (`:`, `@`, `+` …) are encoded too: `a:b` would be
/// read as a scheme.
pub(super) fn uri_path(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// `path` as a `file://` URI if it is absolute, with `/` or a drive letter at its start.
pub(super) fn file_uri(path: &str) -> Option<String> {
    let bytes = path.as_bytes();
    if path.starts_with('/') {
        Some(format!("file://{}", uri_path(path)))
    } else if bytes.len() > 2
        && bytes[0].is_ascii_alphabetic()
        && bytes[1] == b':'
        && bytes[2] == b'/'
    {
        Some(format!("file:///{}:{}", &path[..1], uri_path(&path[2..])))
    } else {
        None
    }
}

/// The text of a workflow command: `%`, CR and LF are its only syntax there.
pub(super) fn workflow_data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a workflow command, which ends at `,` or `:`.
pub(super) fn workflow_property(text: &str) -> String {
    workflow_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection").
pub(super) fn csv_cell(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{}", visible(text)))
    } else {
        visible(text)
    }
}

/// Text in Markdown that stays text: no markup, no HTML, no table cell, no mention, no link.
pub(super) fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    let text = visible(text);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            // `://` and `@` make links of bare text; as entities they do not.
            ':' if rest.as_str().starts_with('/') => safe.push_str("&#58;"),
            '@' => safe.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                safe.extend(['\\', c]);
            }
            _ => safe.push(c),
        }
    }
    safe
}

/// Text in an HTML element, where Markdown has no say.
pub(super) fn html(text: &str) -> String {
    visible(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// As [`markdown`], for the words of rules: bare `https://` addresses are links.
pub(super) fn markdown_prose(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let url = word.trim_end_matches(['.', ',', ';', ':', ')']);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:?#=&%+@{}".contains(c);
        if url.starts_with("https://") && url.chars().all(is_plain) {
            format!("<{url}>{}", markdown(&word[url.len()..]))
        } else {
            markdown(word)
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A code span that may stand in a table cell, whatever backticks and bars `text` holds.
pub(super) fn markdown_code(text: &str) -> String {
    let text = visible(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // Without a space, a backtick at an edge would join the fence.
    let pad = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dangerous_characters_are_written_out() {
        assert_eq!(visible("plain é €"), "plain é €");
        assert_eq!(
            visible("a\u{202e}\x1b[31m\u{9b}\n\u{200b}\u{feff}"),
            r"a\u{202e}\u{1b}[31m\u{9b}\n\u{200b}\u{feff}"
        );
    }

    #[test]
    fn a_mark_moves_with_its_text() {
        let text = "\t\u{202e}key\x07 = ab";
        let at = text.find("key").unwrap();
        let (safe, mark) = visible_line(text, &(at..at + 3));
        assert_eq!(&safe[mark], "key");
        let (safe, mark) = visible_line(text, &(text.len() - 2..text.len()));
        assert_eq!(&safe[mark], "ab");
        assert_eq!(safe, "\t\\u{202e}key\\u{7} = ab");
        assert_eq!(visible_line("", &(0..0)), (String::new(), 0..0));
        assert_eq!(
            visible_line("ab", &(7..9)).1,
            2..2,
            "a mark outside the text is no panic"
        );
    }

    #[test]
    fn json_keeps_its_value() {
        let value = serde_json::json!({ "a\u{202e}": ["\u{9b}é\u{7f}\n", "\u{e0041}"] });
        let safe = json(serde_json::to_string_pretty(&value).unwrap());
        assert_eq!(safe.chars().find(|&c| c != '\n' && is_dangerous(c)), None);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&safe).unwrap(),
            value
        );
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri_path("a b#%é/c:d"), "a%20b%23%25%C3%A9/c%3Ad");
        assert_eq!(file_uri("/tmp/a b").unwrap(), "file:///tmp/a%20b");
        assert_eq!(file_uri("C:/a b").unwrap(), "file:///C:/a%20b");
        assert_eq!(file_uri("c/d"), None);
    }

    #[test]
    fn workflow_commands_end_where_they_should() {
        assert_eq!(workflow_property("a,b:c%\r\n"), "a%2Cb%3Ac%25%0D%0A");
        assert_eq!(workflow_data("a,b:c\n"), "a,b:c%0A");
    }

    #[test]
    fn spreadsheets_get_no_formula() {
        assert_eq!(csv_cell("=1+1"), "'=1+1");
        assert_eq!(csv_cell("\t=1"), "'\\t=1");
        assert_eq!(csv_cell("a=1"), "a=1");
    }

    #[test]
    fn markdown_stays_text() {
        assert_eq!(markdown("<b>*x*|[y](z)"), r"&lt;b&gt;\*x\*\|\[y\](z)");
        assert_eq!(markdown("@all https://x.y"), "&#64;all https&#58;//x.y");
        assert_eq!(markdown_code("a|``b`"), r"``` a\|``b` ```");
        assert_eq!(markdown_code("plain"), "`plain`");
        assert_eq!(
            markdown_prose("Go to https://a.b/c_d. Now"),
            "Go to <https://a.b/c_d>. Now"
        );
        assert_eq!(
            markdown_prose("https://a.b/\"onclick"),
            "https&#58;//a.b/\"onclick"
        );
    }
}
