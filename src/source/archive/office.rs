//! The text of office documents, whose words are broken up by markup: `<w:t>AK</w:t><w:t>IA…`.
//!
//! Tags are taken away, what ends a line becomes a line end, entities are resolved. A key that somebody
//! pasted in two pieces is whole then.

use std::io::{self, BufRead, BufReader, Read};

/// The tags whose end is that of a paragraph, cell or row: of Word and PowerPoint, Excel, OpenDocument.
const LINES: &[&[u8]] = &[
    b"/w:p",
    b"w:br",
    b"w:cr",
    b"/a:p",
    b"a:br",
    b"/si",
    b"/text:p",
    b"/text:h",
    b"text:line-break",
];

/// Those that stand for a blank.
const BLANKS: &[&[u8]] = &[b"w:tab", b"a:tab", b"text:tab", b"text:s"];

/// A tag's name is looked at up to here.
const NAME: usize = 24;

/// Whether the member `name` of a zip archive is text that is broken up so.
pub(super) fn has_runs(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".xml") else {
        return false;
    };
    let of_folder = |folder: &str| {
        let rest = stem.strip_prefix(folder);
        rest.is_some_and(|rest| !rest.contains('/'))
    };
    stem == "content"
        || stem == "xl/sharedStrings"
        || ["word/", "ppt/slides/", "ppt/notesSlides/", "ppt/comments/"]
            .into_iter()
            .any(of_folder)
}

/// Reads XML as the text that it shows.
pub(super) struct Shown<R> {
    inner: BufReader<R>,
    state: State,
    /// The tag or entity that is being read.
    name: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Tag,
    Entity,
}

impl<R: Read> Shown<R> {
    pub(super) fn new(xml: R) -> Self {
        Self {
            inner: BufReader::new(xml),
            state: State::Text,
            name: Vec::new(),
        }
    }

    /// Takes one byte; gives what it makes of it, if anything.
    fn take(&mut self, byte: u8) -> Option<u8> {
        match (self.state, byte) {
            (State::Text, b'<') => self.begin(State::Tag),
            (State::Text, b'&') => self.begin(State::Entity),
            // Line ends within text are layout.
            (State::Text, b'\r' | b'\n') => return Some(b' '),
            (State::Text, _) => return Some(byte),
            (State::Tag, b'>') => {
                self.state = State::Text;
                return self.tag();
            }
            (State::Entity, b';') => {
                self.state = State::Text;
                return self.entity();
            }
            _ if self.name.len() < NAME => self.name.push(byte),
            // An entity is never so long.
            (State::Entity, _) => self.state = State::Text,
            (State::Tag, _) => {}
        }
        None
    }

    fn begin(&mut self, state: State) {
        self.state = state;
        self.name.clear();
    }

    fn tag(&self) -> Option<u8> {
        let is_end =
            |b: &u8| b.is_ascii_whitespace() || (*b == b'/' && self.name.first() != Some(&b'/'));
        let end = self.name.iter().position(is_end).unwrap_or(self.name.len());
        let name = &self.name[..end];
        if LINES.contains(&name) {
            Some(b'\n')
        } else if BLANKS.contains(&name) {
            Some(b'\t')
        } else {
            None
        }
    }

    fn entity(&self) -> Option<u8> {
        match &*self.name {
            b"amp" => Some(b'&'),
            b"lt" => Some(b'<'),
            b"gt" => Some(b'>'),
            b"quot" => Some(b'"'),
            b"apos" => Some(b'\''),
            number => {
                let digits = std::str::from_utf8(number.strip_prefix(b"#")?).ok()?;
                let number = match digits.strip_prefix('x') {
                    Some(hex) => u8::from_str_radix(hex, 16),
                    None => digits.parse(),
                };
                number.ok().filter(u8::is_ascii)
            }
        }
    }
}

impl<R: Read> Read for Shown<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled == 0 && !buffer.is_empty() {
            let xml = self.inner.fill_buf()?;
            if xml.is_empty() {
                break;
            }
            // One piece at a time, so that its bytes can be taken while it is held.
            let length = xml.len().min(buffer.len());
            buffer[..length].copy_from_slice(&xml[..length]);
            self.inner.consume(length);
            for at in 0..length {
                if let Some(shown) = self.take(buffer[at]) {
                    buffer[filled] = shown;
                    filled += 1;
                }
            }
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(xml: &str) -> String {
        let mut text = String::new();
        Shown::new(xml.as_bytes())
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn runs_are_joined_and_paragraphs_are_lines() {
        let xml = "<w:p><w:r><w:t>KEY=ab</w:t></w:r><w:r><w:rPr/><w:t xml:space=\"preserve\">cd</w:t></w:r>\
                   </w:p><w:p><w:t>a &amp;&#x3d;&#61; b</w:t><w:tab/><w:t>c</w:t><w:br w:type=\"x\"/></w:p>";
        assert_eq!(shown(xml), "KEY=abcd\na &== b\tc\n\n");
        assert_eq!(shown("<si><t>a</t></si><si><t>b</t></si>"), "a\nb\n");
        assert_eq!(shown("a <unclosed"), "a ");
        assert_eq!(shown("<>/<!-- -->"), "/");
    }

    #[test]
    fn members_with_runs_are_known_by_their_place() {
        for name in [
            "word/document.xml",
            "ppt/slides/slide1.xml",
            "xl/sharedStrings.xml",
            "content.xml",
        ] {
            assert!(has_runs(name), "{name}");
        }
        for name in [
            "word/media/a.xml",
            "word/a.rels",
            "pom.xml",
            "a/content.xml",
            "res/values.xml",
        ] {
            assert!(!has_runs(name), "{name}");
        }
    }
}
