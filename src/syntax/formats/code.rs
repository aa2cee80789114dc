//! Code that stands in a string, put together from the stretches of the text that it is made of.

use std::ops::Range;

use crate::syntax::lower::{Builder, unescape};
use crate::syntax::{ExprId, Language};

/// Code, and where its pieces begin, in it and in the text.
#[derive(Default)]
pub(in crate::syntax) struct Code {
    bytes: Vec<u8>,
    pieces: Vec<(usize, usize)>,
}

impl Code {
    /// Adds a stretch of `text` as it stands.
    pub(in crate::syntax) fn stretch(&mut self, text: &[u8], range: Range<usize>) {
        self.stands_for(&text[range.clone()], range.start);
    }

    /// Adds characters that stand for what is at `at`.
    pub(in crate::syntax) fn stands_for(&mut self, bytes: &[u8], at: usize) {
        if !bytes.is_empty() {
            self.pieces.push((self.bytes.len(), at));
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// Adds the content of a string in double quotes, its escapes resolved.
    pub(in crate::syntax) fn escaped(&mut self, text: &[u8], content: Range<usize>) {
        let mut at = content.start;
        while at < content.end {
            let fixed = text[at..content.end]
                .iter()
                .position(|&byte| byte == b'\\')
                .map_or(content.end, |length| at + length);
            self.stretch(text, at..fixed);
            let end = (fixed + escape_length(&text[fixed..content.end])).min(content.end);
            let escape = String::from_utf8_lossy(&text[fixed..end]);
            self.stands_for(unescape(&escape).as_bytes(), fixed);
            at = end;
        }
    }

    /// Adds other code.
    pub(in crate::syntax) fn append(&mut self, other: &Self) {
        let before = self.bytes.len();
        let moved = other
            .pieces
            .iter()
            .map(|(code, text)| (before + code, *text));
        self.pieces.extend(moved);
        self.bytes.extend_from_slice(&other.bytes);
    }

    /// What was put together.
    pub(in crate::syntax) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same code, changed without moving anything in it.
    pub(in crate::syntax) fn changed(mut self, change: impl FnOnce(&mut [u8])) -> Self {
        change(&mut self.bytes);
        self
    }

    /// Reads it as code of `language` that stands in `host`.
    pub(in crate::syntax) fn embed(
        self,
        b: &mut Builder<'_>,
        host: Option<ExprId>,
        language: Language,
    ) {
        if !self.bytes.is_empty() {
            b.embed_pieces(host, language, self.bytes, &self.pieces);
        }
    }
}

/// How long the escape at the beginning of `rest` is; nothing where there is none.
fn escape_length(rest: &[u8]) -> usize {
    match rest {
        [b'\\', b'u', b'{', inner @ ..] => {
            inner.iter().position(|&b| b == b'}').map_or(2, |n| n + 4)
        }
        [b'\\', b'u', ..] => 6,
        [b'\\', b'x', ..] => 4,
        [b'\\', first, after @ ..] => {
            // All of a character, however many bytes it has.
            let more = after.iter().take_while(|&&b| b & 0xC0 == 0x80).count();
            2 + if *first >= 0xC0 { more } else { 0 }
        }
        [b'\\'] => 1,
        _ => 0,
    }
}

/// Makes a variable of a place that is filled in before a shell sees the code, with as many characters
/// as before: `${var_key}` of `${var.key}`. The shell would stumble over anything else.
pub(in crate::syntax) fn place_to_name(place: &mut [u8]) {
    if let [b'$', b'{', inner @ .., b'}'] = place {
        for byte in inner {
            if !byte.is_ascii_alphanumeric() {
                *byte = b'_';
            }
        }
    }
}

/// Makes variables of what a pipeline fills in: `${__secrets_KEY__}` of `${{ secrets.KEY }}`.
pub(in crate::syntax) fn places_to_names(code: &mut [u8]) {
    for line in code.split_mut(|&b| b == b'\n') {
        let mut at = 0;
        while let Some(start) = find(&line[at..], b"${{").map(|found| at + found)
            && let Some(length) = find(&line[start..], b"}}")
        {
            at = start + length + 2;
            place_to_name(&mut line[start..at]);
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_keep_their_places() {
        let mut code = Code::default();
        code.escaped(br#"say \"a\" \u0041\n"#, 0..18);
        assert_eq!(code.bytes(), b"say \"a\" A\n");
        let places: Vec<usize> = code.pieces.iter().map(|piece| piece.1).collect();
        assert_eq!(places, [0, 4, 6, 7, 9, 10, 16]);
    }

    #[test]
    fn a_broken_escape_ends_with_the_string() {
        let mut code = Code::default();
        code.escaped(br"a\u00", 0..5);
        assert_eq!(code.bytes(), b"au00");
    }

    #[test]
    fn places_become_names() {
        let mut code = *b"a ${{ secrets.KEY }} ${{ b";
        places_to_names(&mut code);
        assert_eq!(&code, b"a ${__secrets_KEY__} ${{ b");
    }
}
