//! Fonts whose codes stand for no letters by themselves, and the tables that say which.
//!
//! A page names its fonts by short names of its own, `/F1`. Whose a name is would take the resources of
//! every page to tell; instead every font that is called so somewhere is tried.

use std::collections::BTreeMap;

use memchr::memmem;

use super::pdf_text::{Token, Tokens};

/// So many fonts of one name are tried.
const MAX_VARIANTS: usize = 4;

/// So many codes of all fonts are kept, which is enough for some books of Chinese.
const MAX_CODES: usize = 500_000;

/// A range in a table is no longer than all codes of two bytes.
const MAX_RANGE: u32 = 0xFFFF;

/// Which codes are which letters, in one font.
#[derive(Debug, Default)]
pub(super) struct Font {
    letters: BTreeMap<u32, String>,
    /// The bytes of a code.
    width: usize,
}

/// The fonts of a document.
#[derive(Debug, Default)]
pub(super) struct Fonts {
    /// The tables, by the numbers of their objects.
    tables: BTreeMap<u32, Font>,
    /// The table of each font.
    table_of: BTreeMap<u32, u32>,
    /// The objects that names may be.
    named: BTreeMap<Vec<u8>, Vec<u32>>,
    codes: usize,
}

impl Fonts {
    /// How often a page has to be read for all fonts to be tried.
    pub(super) fn variants(&self) -> usize {
        let of = |name: &Vec<u8>| self.tables_of(name).count();
        self.named
            .keys()
            .map(of)
            .max()
            .unwrap_or(1)
            .clamp(1, MAX_VARIANTS)
    }

    /// The font of this name, the one of this number or else the last one.
    pub(super) fn get(&self, name: &[u8], variant: usize) -> Option<&Font> {
        self.tables_of(name).take(variant + 1).last()
    }

    fn tables_of<'a>(&'a self, name: &[u8]) -> impl Iterator<Item = &'a Font> + use<'a> {
        let objects = self.named.get(name).map_or(&[][..], |objects| objects);
        let table = |object: &u32| self.tables.get(self.table_of.get(object)?);
        objects.iter().filter_map(table)
    }

    /// Takes what stands between streams.
    pub(super) fn objects(&mut self, text: &[u8]) {
        let mut at = 0;
        while let Some(next) = memmem::find(&text[at..], b" obj").map(|next| at + next) {
            let body = next + 4;
            let end = memmem::find(&text[body..], b"endobj").map_or(text.len(), |end| body + end);
            let digits = text[..next].rsplit(u8::is_ascii_whitespace).nth(1);
            if let Some(number) = digits.and_then(parse) {
                self.object(number, &text[body..end]);
            }
            at = end;
        }
    }

    /// Takes an object.
    pub(super) fn object(&mut self, number: u32, text: &[u8]) {
        for (name, object) in references(text) {
            if name == b"ToUnicode" {
                self.table_of.insert(number, object);
                continue;
            }
            let objects = self.named.entry(name.to_vec()).or_default();
            if objects.len() < MAX_VARIANTS && !objects.contains(&object) {
                objects.push(object);
            }
        }
    }

    /// Takes what a stream holds: a table, or objects.
    pub(super) fn stream(&mut self, number: u32, dictionary: &[u8], content: &[u8]) {
        if memmem::find(content, b"begincmap").is_some() {
            let font = Font::read(content, MAX_CODES.saturating_sub(self.codes));
            self.codes += font.letters.len();
            self.tables.insert(number, font);
        } else if memmem::find(dictionary, b"/ObjStm").is_some() {
            // Pairs of numbers and places, then the objects.
            let numbers = Tokens(content).map_while(|token| match token {
                Token::Number(number) => Some(whole(number) as usize),
                _ => None,
            });
            let numbers: Vec<usize> = numbers.take(20_000).collect();
            let first =
                memmem::find(dictionary, b"/First").map(|at| Tokens(&dictionary[at + 6..]).next());
            let Some(Some(Token::Number(first))) = first else {
                return;
            };
            let first = whole(first) as usize;
            let pairs: Vec<(usize, usize)> =
                numbers.chunks_exact(2).map(|p| (p[0], p[1])).collect();
            for (index, &(number, place)) in pairs.iter().enumerate() {
                let start = place.saturating_add(first);
                let next = pairs
                    .get(index + 1)
                    .map_or(content.len(), |p| p.1.saturating_add(first));
                if let Some(object) = content.get(start..next.min(content.len())) {
                    self.object(u32::try_from(number).unwrap_or(0), object);
                }
            }
        }
    }
}

/// Each `/Name 12 0 R`.
fn references(text: &[u8]) -> Vec<(&[u8], u32)> {
    let mut found = Vec::new();
    let mut last: (&[u8], Option<u32>, usize) = (b"", None, 0);
    for token in Tokens(text) {
        last = match token {
            Token::Name(name) => (name, None, 0),
            Token::Number(number) if last.2 == 0 => (last.0, Some(whole(number)), 1),
            Token::Number(_) if last.2 == 1 => (last.0, last.1, 2),
            Token::Word(b"R") if last.2 == 2 && !last.0.is_empty() => {
                found.extend(last.1.map(|number| (last.0, number)));
                (b"", None, 0)
            }
            _ => (b"", None, 0),
        };
    }
    found
}

/// A number of an object or a place; one that is below zero is 0.
#[expect(clippy::cast_sign_loss, reason = "such a cast makes 0 of it")]
fn whole(number: f64) -> u32 {
    number as u32
}

fn parse(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

impl Font {
    /// Reads a table of at most so many codes.
    fn read(content: &[u8], most: usize) -> Self {
        let mut font = Self {
            width: 1,
            ..Self::default()
        };
        let mut operands = Vec::new();
        let mut is_array = false;
        for token in Tokens(content) {
            match token {
                Token::String(string) => operands.push((string, is_array)),
                Token::Open => is_array = true,
                Token::Close => is_array = false,
                Token::Word(b"endbfchar") => {
                    for pair in operands.chunks_exact(2) {
                        font.add(&pair[0].0, 0, utf16(&pair[1].0), most);
                    }
                    operands.clear();
                }
                Token::Word(b"endbfrange") => {
                    font.ranges(&operands, most);
                    operands.clear();
                }
                Token::Word(_) => operands.clear(),
                _ => {}
            }
        }
        font
    }

    /// First code, last code, and what the first one is or, in an array, each of them.
    fn ranges(&mut self, operands: &[(Vec<u8>, bool)], most: usize) {
        let mut rest = operands;
        while let [(first, _), (last, _), (letter, is_array), ..] = rest {
            rest = &rest[3..];
            if *is_array {
                self.add(first, 0, utf16(letter), most);
                let mut offset = 1;
                while let [(letter, true), more @ ..] = rest {
                    self.add(first, offset, utf16(letter), most);
                    offset += 1;
                    rest = more;
                }
                continue;
            }
            let length = code(last).saturating_sub(code(first)).min(MAX_RANGE);
            let start = utf16(letter).chars().next_back().map_or(0, u32::from);
            for offset in 0..=length {
                if let Some(letter) = char::from_u32(start.saturating_add(offset)) {
                    self.add(first, offset, letter.to_string(), most);
                }
            }
        }
    }

    fn add(&mut self, first: &[u8], offset: u32, letter: String, most: usize) {
        self.width = first.len().clamp(1, 4);
        if self.letters.len() < most {
            self.letters
                .insert(code(first).wrapping_add(offset), letter);
        }
    }

    /// Adds the letters of a string.
    pub(super) fn decode(&self, string: &[u8], text: &mut Vec<u8>) {
        for bytes in string.chunks(self.width.max(1)) {
            match self.letters.get(&code(bytes)) {
                Some(letter) => text.extend(letter.bytes().filter(|&byte| byte != 0)),
                None => text.extend(char::REPLACEMENT_CHARACTER.to_string().bytes()),
            }
        }
    }
}

fn code(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .take(4)
        .fold(0, |code, &byte| code << 8 | u32::from(byte))
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|u| u16::from_be_bytes([u[0], u[1]]))
        .take(8)
        .collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_letters_by_the_table_of_the_font_that_is_named() {
        let mut fonts = Fonts::default();
        fonts.objects(
            b"3 0 obj << /Font << /F1 5 0 R >> >> endobj\n5 0 obj << /ToUnicode 9 0 R >> endobj",
        );
        let table = b"begincmap 2 beginbfchar <0003> <0020> <0010> <D83DDE00> endbfchar \
                      2 beginbfrange <0024> <0026> <0041> <0030> <0031> [<0061> <0062>] endbfrange";
        fonts.stream(9, b"", table);
        let mut text = Vec::new();
        let font = fonts.get(b"F1", 0).unwrap();
        font.decode(b"\0\x24\0\x26\0\x03\0\x31\0\x10", &mut text);
        assert_eq!(String::from_utf8(text).unwrap(), "AC b\u{1F600}");
        assert!(fonts.get(b"F2", 0).is_none());
        assert_eq!(fonts.variants(), 1);
    }

    #[test]
    fn objects_in_a_stream_are_objects() {
        let mut fonts = Fonts::default();
        fonts.stream(
            1,
            b"/Type /ObjStm /First 8",
            b"3 0 5 19<</Font<</F1 5 0 R>>>><</ToUnicode 9 0 R>>",
        );
        fonts.stream(9, b"", b"begincmap <01> <0041> endbfchar");
        assert!(fonts.get(b"F1", 0).is_some());
    }
}
