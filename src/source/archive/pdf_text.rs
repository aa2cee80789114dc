//! What the operators and objects of a PDF document say in text.

use super::pdf_fonts::Fonts;

/// A gap of so many thousandths of a letter's height is a blank.
const GAP: f64 = -200.0;

/// Strings nest their parentheses no deeper.
const MAX_NESTED: usize = 64;

/// A piece of a document's syntax.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    String(Vec<u8>),
    Name(&'a [u8]),
    Number(f64),
    /// An operator, or anything else.
    Word(&'a [u8]),
    Open,
    Close,
}

/// Reads tokens until the end, whatever is there.
pub(super) struct Tokens<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.0 = self.0.trim_ascii_start();
            let (&first, rest) = self.0.split_first()?;
            match first {
                b'%' => {
                    let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
                    self.0 = &rest[end..];
                }
                b'(' => return Some(Token::String(self.string())),
                b'<' | b'>' if rest.first() == Some(&first) => {
                    let (brackets, rest) = self.0.split_at(2);
                    self.0 = rest;
                    return Some(Token::Word(brackets));
                }
                b'<' => {
                    let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
                    self.0 = rest.get(end + 1..).unwrap_or(&[]);
                    return Some(Token::String(hex(&rest[..end])));
                }
                b'[' | b']' => {
                    self.0 = rest;
                    return Some(if first == b'[' {
                        Token::Open
                    } else {
                        Token::Close
                    });
                }
                b'/' => {
                    let (name, rest) = rest.split_at(word(rest));
                    self.0 = rest;
                    return Some(Token::Name(name));
                }
                b'0'..=b'9' | b'+' | b'-' | b'.' => {
                    let (digits, rest) = self.0.split_at(word(rest) + 1);
                    self.0 = rest;
                    let number = std::str::from_utf8(digits)
                        .ok()
                        .and_then(|d| d.parse().ok());
                    return Some(number.map_or(Token::Word(digits), Token::Number));
                }
                _ => {
                    let (word, rest) = self.0.split_at(word(rest) + 1);
                    self.0 = rest;
                    return Some(Token::Word(word));
                }
            }
        }
    }
}

impl Tokens<'_> {
    /// The string in parentheses that comes now.
    fn string(&mut self) -> Vec<u8> {
        let mut string = Vec::new();
        let mut depth = 0;
        let mut bytes = self.0.iter().copied().enumerate().peekable();
        let mut end = self.0.len();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'(' if depth == 0 => depth = 1,
                b'(' if depth < MAX_NESTED => {
                    depth += 1;
                    string.push(byte);
                }
                b')' if depth == 1 => {
                    end = at + 1;
                    break;
                }
                b')' => {
                    depth -= 1;
                    string.push(byte);
                }
                b'\\' => match bytes.next().map(|(_, escaped)| escaped) {
                    Some(b'n') => string.push(b'\n'),
                    Some(b'r') => string.push(b'\r'),
                    Some(b't') => string.push(b'\t'),
                    Some(b'b' | b'f') => string.push(b' '),
                    Some(b'\r') => drop(bytes.next_if(|&(_, b)| b == b'\n')),
                    Some(b'\n') | None => {}
                    Some(digit @ b'0'..=b'7') => {
                        let mut code = u32::from(digit - b'0');
                        for _ in 0..2 {
                            let next = bytes.next_if(|(_, b)| (b'0'..=b'7').contains(b));
                            let Some((_, digit)) = next else { break };
                            code = code * 8 + u32::from(digit - b'0');
                        }
                        string.push(code as u8);
                    }
                    Some(escaped) => string.push(escaped),
                },
                _ => string.push(byte),
            }
        }
        self.0 = &self.0[end..];
        string
    }
}

/// How long the word is that goes on here.
fn word(rest: &[u8]) -> usize {
    let is_end = |b: &u8| b.is_ascii_whitespace() || *b == 0 || b"()<>[]{}/%".contains(b);
    rest.iter().position(is_end).unwrap_or(rest.len())
}

/// Bytes that are written as two digits each.
pub(super) fn hex(digits: &[u8]) -> Vec<u8> {
    let value = |b: &u8| char::from(*b).to_digit(16).map(|digit| digit as u8);
    let digits: Vec<u8> = digits.iter().filter_map(value).collect();
    let pair = |pair: &[u8]| pair[0] << 4 | pair.get(1).copied().unwrap_or(0);
    digits.chunks(2).map(pair).collect()
}

/// The strings of objects: titles, notes, addresses of links, fields of forms, a line each.
pub(super) fn literals(objects: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    // Most of what stands between streams has none.
    if memchr::memchr2(b'(', b'<', objects).is_none() {
        return text;
    }
    for token in Tokens(objects) {
        if let Token::String(string) = token
            && !string.is_empty()
        {
            letters(&string, &mut text);
            text.push(b'\n');
        }
    }
    text
}

/// A string that is UTF-16 where it says so, else in one of the encodings that agree on ASCII.
fn letters(string: &[u8], text: &mut Vec<u8>) {
    if let [0xFE, 0xFF, units @ ..] = string {
        let units = units
            .chunks_exact(2)
            .map(|u| u16::from_be_bytes([u[0], u[1]]));
        let decoded = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        text.extend(decoded.filter(|&c| c != '\0').collect::<String>().bytes());
    } else {
        let shown = string.iter().filter(|&&byte| byte != 0);
        text.extend(
            shown
                .map(|&byte| char::from(byte))
                .collect::<String>()
                .bytes(),
        );
    }
}

/// The text of a page: lines where the writing goes to another height, blanks where there are gaps.
pub(super) fn page(content: &[u8], fonts: &Fonts, variant: usize, text: &mut Vec<u8>) {
    let mut font = None;
    let mut operands: Vec<Token<'_>> = Vec::new();
    let mut height = f64::NAN;
    for token in Tokens(content) {
        let Token::Word(operator) = token else {
            operands.push(token);
            // No operator takes so many, but an array may hold a long line.
            if operands.len() > 100_000 {
                operands.clear();
            }
            continue;
        };
        let number = |back: usize| match operands.iter().nth_back(back) {
            Some(Token::Number(number)) => *number,
            _ => 0.0,
        };
        match operator {
            b"Tf" => {
                let name = operands.iter().find_map(|operand| match operand {
                    Token::Name(name) => Some(*name),
                    _ => None,
                });
                font = name.and_then(|name| fonts.get(name, variant));
            }
            b"Td" | b"TD" if number(0) == 0.0 => separate(b' ', text),
            b"Td" | b"TD" | b"T*" => separate(b'\n', text),
            b"Tm" => {
                if number(0).to_bits() != height.to_bits() {
                    separate(b'\n', text);
                }
                height = number(0);
            }
            b"Tj" | b"TJ" | b"'" | b"\"" => {
                if matches!(operator, b"'" | b"\"") {
                    separate(b'\n', text);
                }
                for operand in &operands {
                    match operand {
                        Token::String(string) => match font {
                            Some(font) => font.decode(string, text),
                            None => letters(string, text),
                        },
                        Token::Number(gap) if *gap < GAP => separate(b' ', text),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        operands.clear();
    }
    separate(b'\n', text);
}

/// Ends a word or a line, unless one has just ended.
fn separate(by: u8, text: &mut Vec<u8>) {
    match text.last() {
        None | Some(b'\n') => {}
        Some(b' ') if by == b' ' => {}
        Some(_) => text.push(by),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(content: &str) -> String {
        let mut text = Vec::new();
        page(content.as_bytes(), &Fonts::default(), 0, &mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn what_is_shown_is_read_as_lines_and_words() {
        assert_eq!(
            shown("BT /F1 12 Tf 1 0 0 1 72 700 Tm (KEY=ab) Tj ET"),
            "KEY=ab\n"
        );
        assert_eq!(
            shown("[(KEY=a) -20 (b) -300 (c)] TJ 0 -14 Td (d) Tj 9 0 Td (e) Tj"),
            "KEY=ab c\nd e\n"
        );
        // Runs of one line, as word processors write them.
        assert_eq!(
            shown("1 0 0 1 7 9 Tm (a) Tj 1 0 0 1 8 9 Tm (b) Tj 1 0 0 1 7 5 Tm (c) Tj"),
            "ab\nc\n"
        );
        assert_eq!(
            shown("<414243> Tj (x) ' (y\\051\\(\\\n(z)) Tj % (no)"),
            "ABC\nxy)((z)\n"
        );
    }

    #[test]
    fn objects_give_their_strings() {
        let text =
            literals(b"<< /A << /B 1 >> /Title (a \\\\b) /Author <FEFF00410042> /N 1 >> (\xe4");
        assert_eq!(String::from_utf8(text).unwrap(), "a \\b\nAB\n\u{e4}\n");
    }
}
