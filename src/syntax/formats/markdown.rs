//! Markdown: the code in its fences, and the YAML that it may begin with.

use std::ops::Range;

use super::code::Code;
use super::line::{lines, trim};
use crate::syntax::Language;
use crate::syntax::lower::Builder;

pub(in crate::syntax) fn read(b: &mut Builder<'_>) -> bool {
    let text = b.source().to_vec();
    let lines: Vec<Range<usize>> = lines(&text).collect();
    let mut at = front_matter(b, &text, &lines);
    while at < lines.len() {
        let Some(fence) = Fence::of(&text, &lines[at]) else {
            at += 1;
            continue;
        };
        at += 1;
        let start = at;
        while at < lines.len() && !fence.closes(&text, &lines[at]) {
            at += 1;
        }
        if let Some(language) = fence.language {
            let lines: Vec<Range<usize>> = lines[start..at]
                .iter()
                .map(|line| fence.inside(&text, line))
                .collect();
            code(&text, &lines, language).embed(b, None, language);
        }
        at += 1;
    }
    true
}

/// Reads the YAML between `---` at the beginning; gives the number of the line after it.
fn front_matter(b: &mut Builder<'_>, text: &[u8], lines: &[Range<usize>]) -> usize {
    let is_mark = |line: &Range<usize>| text[line.clone()].trim_ascii_end() == b"---";
    if !lines.first().is_some_and(is_mark) {
        return 0;
    }
    let Some(end) = lines.iter().skip(1).position(is_mark) else {
        return 0;
    };
    b.embed(None, Language::Yaml, lines[1].start..lines[end + 1].start);
    end + 2
}

/// A fence that opens.
struct Fence {
    mark: u8,
    length: usize,
    indentation: usize,
    language: Option<Language>,
}

impl Fence {
    fn of(text: &[u8], line: &Range<usize>) -> Option<Self> {
        let here = trim(text, after_quotes(text, line));
        let inner = &text[here.clone()];
        let mark = *inner.first().filter(|mark| b"`~".contains(mark))?;
        let length = inner.iter().take_while(|&&b| b == mark).count();
        let rest = String::from_utf8_lossy(&inner[length..]);
        if length < 3 || (mark == b'`' && rest.contains('`')) {
            return None;
        }
        // `js title="x"`, `{.python .numbered}`, `python:app.py`
        let word = rest
            .trim_start_matches([' ', '{', '.'])
            .split([' ', '\t', ',', '{', '}', ':', '.'])
            .next()
            .unwrap_or_default();
        Some(Self {
            mark,
            length,
            indentation: here.start - line.start,
            language: Language::called(word),
        })
    }

    fn closes(&self, text: &[u8], line: &Range<usize>) -> bool {
        let inner = text[after_quotes(text, line)].trim_ascii();
        inner.len() >= self.length && inner.iter().all(|&b| b == self.mark)
    }

    /// A line without the indentation that the fence has, quote marks among it, with its end.
    fn inside(&self, text: &[u8], line: &Range<usize>) -> Range<usize> {
        let quotes = after_quotes(text, line).start - line.start;
        let blanks = text[line.clone()]
            .iter()
            .take(self.indentation)
            .enumerate()
            .take_while(|(at, b)| *at < quotes || b.is_ascii_whitespace())
            .count();
        let end = text[line.end..].iter().position(|&b| b == b'\n');
        line.start + blanks..end.map_or(text.len(), |length| line.end + length + 1)
    }
}

/// A line without the `>` of a quotation before it.
fn after_quotes(text: &[u8], line: &Range<usize>) -> Range<usize> {
    let marks = text[line.clone()]
        .iter()
        .take_while(|b| b.is_ascii_whitespace() || **b == b'>')
        .count();
    let last = text[line.start..line.start + marks]
        .iter()
        .rposition(|&b| b == b'>');
    line.start + last.map_or(0, |at| at + 1)..line.end
}

/// The code of these lines: of a session, what was typed.
fn code(text: &[u8], lines: &[Range<usize>], language: Language) -> Code {
    let (prompt, more): (&[u8], &[u8]) = match language {
        Language::Shell => (b"$ ", b"> "),
        Language::Python => (b">>> ", b"... "),
        Language::PowerShell => (b"PS> ", b">> "),
        _ => (b"", b""),
    };
    let first = lines
        .iter()
        .find(|line| !text[(*line).clone()].trim_ascii().is_empty());
    let is_session =
        !prompt.is_empty() && first.is_some_and(|line| text[line.clone()].starts_with(prompt));
    let mut code = Code::default();
    let mut goes_on = false;
    for line in lines {
        let inner = &text[line.clone()];
        let start = if !is_session {
            0
        } else if inner.starts_with(prompt) {
            prompt.len()
        } else if inner.starts_with(more) {
            more.len()
        } else if goes_on {
            0
        } else {
            continue;
        };
        goes_on = inner.trim_ascii_end().ends_with(b"\\");
        code.stretch(text, line.start + start..line.end);
    }
    code
}

#[cfg(test)]
mod tests {
    use crate::syntax::show::show;
    use crate::syntax::{Expr, Language, parse};

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Markdown, text), *wanted, "{text}");
        }
    }

    #[test]
    fn fences() {
        check(&[
            (
                "# T\n```js title=\"x\"\nf('k')\n```\n```\ng()\n```\n~~~ts\nh()\n~~~\n",
                "\n<JavaScript> f(\"k\")\n<TypeScript> h()",
            ),
            (
                "- a\n  ```{.js}\n  f(\n    1)\n  ```\n",
                "\n<JavaScript> f(1)",
            ),
            (
                "```unknown\nx\n```\n`x`\n````js\nf()\n",
                "\n<JavaScript> f()",
            ),
        ]);
    }

    #[test]
    fn code_is_found_in_the_file() {
        let text = "1. x\n   ```js\n   f(\n   'key')\n   ```\n";
        let program = parse(Language::Markdown, text.as_bytes()).expect("it can be read");
        let inner = &program.embedded[0].program;
        let found = inner.ids().find_map(|id| match &inner[id] {
            Expr::Text { content, .. } => Some(&text[content.clone()]),
            _ => None,
        });
        assert_eq!(found, Some("key"));
    }
}
