//! From the bytes of a file to UTF-8: byte order marks and UTF-16.
//!
//! Knows nothing of windows, rules or files; what is neither UTF-8 nor UTF-16 passes unchanged.

use std::io::{self, Cursor, Read};

/// How many bytes are looked at to tell UTF-16 without a byte order mark.
pub(super) const SNIFF: usize = 512;

/// Shorter contents are too little to tell UTF-16 without a byte order mark from binary.
const SNIFF_LEAST: usize = 8;

/// How many bytes of UTF-16 are taken in at once.
const BLOCK: usize = 16 * 1024;

/// What a content begins with says about the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    /// The byte order, if it is UTF-16.
    pub(super) utf16: Option<ByteOrder>,
    /// The length of the byte order mark.
    pub(super) mark: usize,
}

/// Which byte of a UTF-16 unit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

/// Judges by the first bytes, at least [`SNIFF`] of them unless the content is shorter.
pub(super) fn encoding(head: &[u8]) -> Encoding {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => Encoding {
            utf16: None,
            mark: 3,
        },
        // UTF-32, which nobody writes source in.
        [0xFF, 0xFE, 0, 0, ..] => Encoding {
            utf16: None,
            mark: 0,
        },
        [0xFF, 0xFE, ..] => Encoding {
            utf16: Some(ByteOrder::Little),
            mark: 2,
        },
        [0xFE, 0xFF, ..] => Encoding {
            utf16: Some(ByteOrder::Big),
            mark: 2,
        },
        _ => Encoding {
            utf16: unmarked_utf16(head),
            mark: 0,
        },
    }
}

/// The byte order of text whose every second byte is NUL, nearly, and no other one is.
fn unmarked_utf16(head: &[u8]) -> Option<ByteOrder> {
    let head = &head[..head.len().min(SNIFF)];
    // Nearly every file ends here: text has no NUL.
    memchr::memchr(0, head)?;
    let pairs = head.chunks_exact(2);
    let total = pairs.len();
    if head.len() < SNIFF_LEAST {
        return None;
    }
    let (mut first, mut second) = (0, 0);
    for pair in pairs {
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
    }
    match (first, second) {
        (0, nuls) if nuls * 10 >= total * 9 => Some(ByteOrder::Little),
        (nuls, 0) if nuls * 10 >= total * 9 => Some(ByteOrder::Big),
        _ => None,
    }
}

/// The same content as the windows show, for a second pass over it: no byte order mark, UTF-16 as UTF-8.
#[derive(Debug)]
pub struct Decoded<R>(Inner<R>);

/// What is left to read: the bytes that were looked at, then the rest.
type Rest<R> = io::Chain<Cursor<Vec<u8>>, R>;

#[derive(Debug)]
enum Inner<R> {
    Plain(Rest<R>),
    Utf16(Utf16<Rest<R>>),
}

/// Looks at the beginning of `reader` and decodes it as [`super::Scratch::read`] does.
pub fn decoded<R: Read>(mut reader: R) -> io::Result<Decoded<R>> {
    let mut head = vec![0; SNIFF];
    let mut filled = 0;
    while filled < SNIFF {
        match read_some(&mut reader, &mut head[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    head.truncate(filled);
    let Encoding { utf16, mark } = encoding(&head);
    let mut head = Cursor::new(head);
    head.set_position(mark as u64);
    let rest = head.chain(reader);
    Ok(Decoded(match utf16 {
        Some(order) => Inner::Utf16(Utf16::new(rest, order)),
        None => Inner::Plain(rest),
    }))
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Inner::Plain(rest) => rest.read(buffer),
            Inner::Utf16(utf16) => utf16.read(buffer),
        }
    }
}

/// Reads UTF-16 as UTF-8. Unpaired surrogates and a last odd byte become U+FFFD.
#[derive(Debug)]
pub(super) struct Utf16<R> {
    inner: R,
    order: ByteOrder,
    raw: Vec<u8>,
    /// Bytes at the front of `raw` that wait for the rest of their character.
    kept: usize,
    text: String,
    /// How much of `text` was given out.
    given: usize,
    ended: bool,
}

impl<R: Read> Utf16<R> {
    /// `inner` gives the units, without a byte order mark.
    pub(super) fn new(inner: R, order: ByteOrder) -> Self {
        let raw = vec![0; BLOCK];
        Self {
            inner,
            order,
            raw,
            kept: 0,
            text: String::new(),
            given: 0,
            ended: false,
        }
    }

    /// Decodes what the next read gives, up to the last whole character.
    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        let read = read_some(&mut self.inner, &mut self.raw[self.kept..])?;
        self.ended = read == 0;
        let filled = self.kept + read;
        let mut whole = filled - filled % 2;
        if !self.ended
            && let Some(last) = whole.checked_sub(2)
            && (0xD800..0xDC00).contains(&unit(self.order, [self.raw[last], self.raw[last + 1]]))
        {
            // Its second half comes with the next read.
            whole = last;
        }
        let order = self.order;
        let units = self.raw[..whole]
            .chunks_exact(2)
            .map(|pair| unit(order, [pair[0], pair[1]]));
        let characters =
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        self.text.extend(characters);
        if self.ended && whole < filled {
            self.text.push(char::REPLACEMENT_CHARACTER);
            whole = filled;
        }
        self.raw.copy_within(whole..filled, 0);
        self.kept = filled - whole;
        Ok(())
    }
}

fn unit(order: ByteOrder, pair: [u8; 2]) -> u16 {
    match order {
        ByteOrder::Little => u16::from_le_bytes(pair),
        ByteOrder::Big => u16::from_be_bytes(pair),
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A read may give no whole character yet, which must not look like the end.
        while self.given == self.text.len() && !self.ended {
            self.refill()?;
        }
        let text = &self.text.as_bytes()[self.given..];
        let n = text.len().min(buffer.len());
        buffer[..n].copy_from_slice(&text[..n]);
        self.given += n;
        Ok(n)
    }
}

/// One read that is tried again when a signal interrupts it.
pub(super) fn read_some(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::Pieces;
    use super::*;

    fn utf16(text: &str, order: ByteOrder, mark: bool) -> Vec<u8> {
        let marked = if mark {
            format!("\u{FEFF}{text}")
        } else {
            text.to_owned()
        };
        let bytes = |u: u16| {
            if order == ByteOrder::Little {
                u.to_le_bytes()
            } else {
                u.to_be_bytes()
            }
        };
        marked.encode_utf16().flat_map(bytes).collect()
    }

    fn decode(bytes: &[u8], piece: usize) -> String {
        let mut text = Vec::new();
        decoded(Pieces::new(bytes, piece))
            .unwrap()
            .read_to_end(&mut text)
            .unwrap();
        String::from_utf8(text).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn utf16_of_both_orders_is_read_whatever_the_pieces(text in "(?s).{0,60}", piece in 1..9usize) {
            for order in [ByteOrder::Little, ByteOrder::Big] {
                // A mark followed by U+0000 is the mark of UTF-32.
                prop_assume!(!text.starts_with('\0'));
                prop_assert_eq!(decode(&utf16(&text, order, true), piece), &*text);
            }
        }
    }

    #[test]
    fn a_pair_split_over_any_two_reads_is_one_character() {
        let text = format!("a😀{}😀ä\n", "x".repeat(BLOCK / 2 - 4)).repeat(3);
        for order in [ByteOrder::Little, ByteOrder::Big] {
            for piece in [1, 3, 511, BLOCK, usize::MAX] {
                assert_eq!(decode(&utf16(&text, order, true), piece), text, "{piece}");
            }
        }
    }

    #[test]
    fn broken_utf16_is_replaced_and_nothing_after_it_is_lost() {
        let mut bytes = utf16("a", ByteOrder::Little, true);
        bytes.extend([0x00, 0xD8]); // A first half alone.
        bytes.extend(utf16("b", ByteOrder::Little, false));
        bytes.extend([0x00, 0xD8, 0x41]); // Another at the end, and an odd byte.
        assert_eq!(decode(&bytes, usize::MAX), "a\u{FFFD}b\u{FFFD}\u{FFFD}");
        assert_eq!(decode(&bytes, 1), "a\u{FFFD}b\u{FFFD}\u{FFFD}");
    }

    #[test]
    fn unmarked_utf16_must_be_clear() {
        let text = "API_KEY=abcdefgh\nä=1\n";
        for order in [ByteOrder::Little, ByteOrder::Big] {
            assert_eq!(encoding(&utf16(text, order, false)).utf16, Some(order));
            assert_eq!(decode(&utf16(text, order, false), 5), text);
        }
        assert_eq!(encoding(b"plain text that is long enough").utf16, None);
        assert_eq!(
            encoding(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0").utf16,
            None
        );
        assert_eq!(encoding(b"a\0b\0").utf16, None, "too short to say");
    }

    #[test]
    fn marks_are_told_apart() {
        assert_eq!(
            encoding(b"\xEF\xBB\xBFa"),
            Encoding {
                utf16: None,
                mark: 3
            }
        );
        assert_eq!(
            encoding(b"\xFF\xFE\0\0a\0\0\0"),
            Encoding {
                utf16: None,
                mark: 0
            }
        );
        assert_eq!(
            encoding(b"\xFF\xFE"),
            Encoding {
                utf16: Some(ByteOrder::Little),
                mark: 2
            }
        );
        assert_eq!(decode(b"\xEF\xBB\xBFabc", 2), "abc");
        assert_eq!(decode(b"", 2), "");
    }
}
