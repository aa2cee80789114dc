//! What a string's raw text stands for: escapes and indentation.

/// `text` without the first `indent` blanks of each of its lines; it may begin within a line.
pub(in crate::syntax) fn without_indent(text: &str, indent: usize, begins_line: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        let skip = if at > 0 || begins_line { indent } else { 0 };
        out.push_str(&line[blanks.min(skip)..]);
    }
    out
}

/// Resolves the escapes that C and most languages after it share; an unknown one stands for its
/// character.
pub(in crate::syntax) fn unescape(raw: &str) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some('\n') | None => {}
            Some(kind @ ('x' | 'u')) => {
                let (digits, after) = hex_digits(rest.as_str(), kind);
                match u32::from_str_radix(digits, 16)
                    .ok()
                    .and_then(char::from_u32)
                {
                    Some(c) => {
                        out.push(c);
                        rest = after.chars();
                    }
                    None => out.push(kind),
                }
            }
            Some(other) => out.push(other),
        }
    }
    out
}

/// The digits of `\xHH`, `\uHHHH` or `\u{H…}`, and what follows them.
fn hex_digits(rest: &str, kind: char) -> (&str, &str) {
    if let Some(braced) = rest.strip_prefix('{')
        && let Some((digits, after)) = braced.split_once('}')
    {
        return (digits, after);
    }
    let length = if kind == 'x' { 2 } else { 4 };
    rest.split_at_checked(length).unwrap_or(("", rest))
}

/// A string of several lines without the line break after the opening quotes and the indentation that
/// all lines share, the last, which stands before the closing quotes, among them.
pub(in crate::syntax) fn dedent(raw: &str) -> String {
    let Some((first, rest)) = raw.split_once('\n') else {
        return raw.to_owned();
    };
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let last = rest.rsplit('\n').next().unwrap_or(rest);
    let shared = rest
        .split('\n')
        .filter(|line| !line.trim().is_empty())
        .map(indent)
        .chain(last.trim().is_empty().then(|| indent(last)))
        .min()
        .unwrap_or(0);
    let lines = rest
        .split('\n')
        .map(|line| line.get(shared..).unwrap_or(""));
    let lines: Vec<&str> = lines.collect();
    if first.trim().is_empty() {
        lines.join("\n")
    } else {
        format!("{first}\n{}", lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for (raw, value) in [
            ("plain", "plain"),
            (r"a\nb\tc", "a\nb\tc"),
            (r#"\"\\"#, "\"\\"),
            (r"\x41\u0042\u{43}", "ABC"),
            (r"\u00", "u00"),
            (r"\x", "x"),
            ("\\", ""),
        ] {
            assert_eq!(unescape(raw), value, "{raw}");
        }
    }

    #[test]
    fn indentation() {
        for (raw, value) in [
            ("plain", "plain"),
            ("\n  a\n    b\n  ", "a\n  b\n"),
            ("\n    a\n\n  ", "  a\n\n"),
            ("a\n  b", "a\nb"),
            ("\r\n\ta\r\n\t", "a\r\n"),
        ] {
            assert_eq!(dedent(raw), value, "{raw:?}");
        }
    }
}
