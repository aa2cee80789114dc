//! Reads content of any size in bounded memory, as windows that overlap.
//!
//! Knows nothing of rules; it promises them that whatever begins in a window's own part, and is no
//! longer than [`TAIL`], is whole in that window, with at least [`LEAD`] bytes of what stands before.

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr_iter, memrchr};

use super::decode::{Encoding, SNIFF, Utf16, encoding, read_some};
use crate::model::Position;

/// How large a window is at most. Shorter content is one window; every thread holds one.
pub const WINDOW: usize = 1024 * 1024;

/// How much of what stands before its own part a window shows: names and hosts beside a value.
pub const LEAD: usize = 8 * 1024;

/// How much of what follows its own part a window shows: the longest match, a large private key.
pub const TAIL: usize = 64 * 1024;

/// Where a buffer starts. Most files are smaller, and are read by one call and the one that says so.
const FIRST_READ: usize = 64 * 1024;

/// A character of UTF-8 continues for at most this many bytes.
const MAX_CONTINUATION: usize = 3;

/// The sizes of windows; other than the default only in tests, where small ones reach every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The most bytes a window has.
    pub window: usize,
    /// The bytes shown before its own part (up to 3 more, to begin with a whole character).
    pub lead: usize,
    /// The bytes shown after it.
    pub tail: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            window: WINDOW,
            lead: LEAD,
            tail: TAIL,
        }
    }
}

/// A part of a content, with enough around it to judge what begins in it.
#[derive(Clone, Debug)]
pub struct Window<'a> {
    /// The bytes at hand: UTF-8, where the content is text.
    pub text: &'a [u8],
    /// The part of `text` that this window answers for. Those of all windows tile the content.
    pub own: Range<usize>,
    /// Where `text` begins in the content, in bytes: of the file itself, its byte order mark included,
    /// or of its UTF-8 form without the mark where it is UTF-16.
    pub offset: u64,
    /// The position of the first byte of `text`.
    pub base: Position,
    /// Whether the content ends with this window.
    pub last: bool,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Bytes of content, in its UTF-8 form and without a byte order mark.
    pub bytes: u64,
    /// How many windows it took.
    pub windows: u64,
}

/// The buffer that a thread reads all its files through: it grows to what they need, and stays.
#[derive(Debug, Default)]
pub struct Scratch {
    buffer: Vec<u8>,
    sizes: Sizes,
}

impl Scratch {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty buffer for windows of other sizes.
    ///
    /// # Panics
    /// If there is no room in a window for a part of its own, or nothing would be shown after it.
    #[must_use]
    pub fn with_sizes(sizes: Sizes) -> Self {
        assert!(
            sizes.tail > 0 && sizes.window > sizes.lead + sizes.tail + MAX_CONTINUATION,
            "a window must show what follows its own part, and be larger than what it shows around it"
        );
        Self {
            buffer: Vec::new(),
            sizes,
        }
    }

    /// Reads `reader` to its end and calls `each` with every window of it, in order.
    ///
    /// There is always a first window, if only an empty one. UTF-16 is decoded and a byte order mark
    /// left out. On an error the windows given so far stand, and the rest was not seen.
    pub fn read<R: Read>(
        &mut self,
        mut reader: R,
        each: impl FnMut(Window<'_>),
    ) -> io::Result<Total> {
        let mut filled = 0;
        let ended = self.fill(&mut reader, &mut filled, SNIFF)?;
        let Encoding { utf16, mark } = encoding(&self.buffer[..filled]);
        match utf16 {
            None => self.windows(reader, mark, filled, ended, each),
            Some(order) => {
                let head = self.buffer[mark..filled].to_vec();
                self.windows(Utf16::new(head.chain(reader), order), 0, 0, false, each)
            }
        }
    }

    /// The windows of the first `filled` bytes of the buffer, but for `mark`, and of the rest of `reader`.
    fn windows<R: Read>(
        &mut self,
        mut reader: R,
        mark: usize,
        mut filled: usize,
        mut ended: bool,
        mut each: impl FnMut(Window<'_>),
    ) -> io::Result<Total> {
        let Sizes { window, lead, tail } = self.sizes;
        let mut total = Total::default();
        let mut base = Position { line: 1, column: 1 };
        let mut offset = mark as u64;
        // The window's text is `buffer[start..filled]`, its own part begins at `own`.
        let (mut start, mut own) = (mark, mark);
        loop {
            ended = ended || self.fill(&mut reader, &mut filled, window)?;
            let end = if ended { filled } else { filled - tail };
            let text = &self.buffer[start..filled];
            each(Window {
                text,
                own: own - start..end - start,
                offset,
                base,
                last: ended,
            });
            total.bytes += (end - own) as u64;
            total.windows += 1;
            if ended {
                return Ok(total);
            }
            let next = character_start(
                &self.buffer[start..],
                end.saturating_sub(lead).max(start) - start,
            );
            base = advance(base, &self.buffer[start..start + next]);
            offset += next as u64;
            let keep = start + next;
            self.buffer.copy_within(keep..filled, 0);
            (filled, own, start) = (filled - keep, end - keep, 0);
        }
    }

    /// Reads until `filled` is at least `wanted`, or to the end; says whether the end was reached.
    fn fill(
        &mut self,
        reader: &mut impl Read,
        filled: &mut usize,
        wanted: usize,
    ) -> io::Result<bool> {
        let wanted = wanted.min(self.sizes.window);
        while *filled < wanted {
            if *filled == self.buffer.len() {
                let larger = (self.buffer.len() * 4)
                    .max(FIRST_READ)
                    .min(self.sizes.window);
                self.buffer.resize(larger, 0);
            }
            match read_some(reader, &mut self.buffer[*filled..])? {
                0 => return Ok(true),
                n => *filled += n,
            }
        }
        Ok(false)
    }
}

/// The last place at or before `at` where a character begins; `at` itself if `text` is not UTF-8 there.
fn character_start(text: &[u8], at: usize) -> usize {
    let lowest = at.saturating_sub(MAX_CONTINUATION);
    (lowest..=at)
        .rev()
        .find(|&i| text[i] & 0xC0 != 0x80)
        .unwrap_or(at)
}

/// The position after `text`, which begins at `base`; counts as [`crate::model::LineIndex`] does.
fn advance(base: Position, text: &[u8]) -> Position {
    let lines = memchr_iter(b'\n', text).count() as u64;
    let (line_start, before) = match memrchr(b'\n', text) {
        Some(newline) => (newline + 1, 1),
        None => (0, base.column),
    };
    let characters = text[line_start..]
        .iter()
        .filter(|&&b| b & 0xC0 != 0x80)
        .count() as u64;
    Position {
        line: base.line + lines,
        column: before + characters,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::tests::Pieces;
    use super::*;
    use crate::model::LineIndex;

    const START: Position = Position { line: 1, column: 1 };

    /// Reads `content` and holds every promise of a window against it.
    fn check(content: &[u8], sizes: Sizes, piece: usize) -> Total {
        let mark = encoding(content).mark;
        let mut scratch = Scratch::with_sizes(sizes);
        let mut covered = mark as u64;
        let mut last = false;
        let read = Pieces::new(content, piece);
        let total = scratch.read(read, |window| {
            assert!(!last, "nothing follows the last window");
            last = window.last;
            let from = window.offset as usize;
            assert_eq!(window.text, &content[from..from + window.text.len()]);
            assert!(window.text.len() <= sizes.window);
            assert_eq!(
                window.offset + window.own.start as u64,
                covered,
                "own parts tile"
            );
            covered = window.offset + window.own.end as u64;
            let first = from == mark;
            let before = window.own.start;
            assert!(
                first || (sizes.lead..=sizes.lead + MAX_CONTINUATION).contains(&before),
                "{before}"
            );
            assert!(last || window.text.len() - window.own.end == sizes.tail);
            assert!(last || !window.own.is_empty(), "every window goes forward");
            assert_eq!(
                window.base,
                LineIndex::new(&content[mark..], START).position(from - mark)
            );
            if let Ok(text) = std::str::from_utf8(content) {
                assert!(
                    text.is_char_boundary(from),
                    "text begins with a whole character"
                );
            }
        });
        let total = total.unwrap();
        assert!(last, "there is a last window");
        assert_eq!(covered, content.len() as u64, "everything is covered");
        assert_eq!(total.bytes, (content.len() - mark) as u64);
        total
    }

    fn sizes() -> impl Strategy<Value = Sizes> {
        (0..12usize, 1..12usize, 1..40usize).prop_map(|(lead, tail, own)| Sizes {
            window: lead + tail + MAX_CONTINUATION + own,
            lead,
            tail,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn windows_tile_text(text in "[a-cä€😀\n]{0,200}", sizes in sizes(), piece in 1..70usize) {
            check(text.as_bytes(), sizes, piece);
            check(format!("\u{FEFF}{text}").as_bytes(), sizes, piece);
        }

        #[test]
        fn windows_tile_any_bytes(
            // A NUL could make it UTF-16.
            bytes in vec(prop_oneof![1..=0xFFu8, 0x80..0xC0u8, Just(b'\n')], 0..300),
            sizes in sizes(),
            piece in 1..70usize,
        ) {
            prop_assume!(encoding(&bytes).utf16.is_none());
            check(&bytes, sizes, piece);
        }
    }

    #[test]
    fn content_shorter_than_a_window_is_one() {
        let sizes = Sizes {
            window: 100,
            lead: 10,
            tail: 20,
        };
        assert_eq!(check(&[b'x'; 99], sizes, 7).windows, 1);
        assert!(check(&[b'x'; 101], sizes, 7).windows > 1);
        assert_eq!(check(b"", sizes, 7).windows, 1);
        let default = check(&vec![b'x'; WINDOW - 1], Sizes::default(), usize::MAX);
        assert_eq!(default.windows, 1);
    }

    #[test]
    fn a_long_content_is_read_in_bounded_memory() {
        let mut scratch = Scratch::new();
        let total = scratch
            .read(io::repeat(b'x').take(20 << 20), |_| {})
            .unwrap();
        assert_eq!(total.bytes, 20 << 20);
        assert_eq!(scratch.buffer.len(), WINDOW);
    }

    #[test]
    fn a_scratch_forgets_the_file_before() {
        let mut scratch = Scratch::with_sizes(Sizes {
            window: 50,
            lead: 5,
            tail: 5,
        });
        scratch.read(&[b'a'; 200][..], |_| {}).unwrap();
        let mut seen = Vec::new();
        scratch
            .read(&b"b\n"[..], |w| seen.extend_from_slice(w.text))
            .unwrap();
        assert_eq!(seen, b"b\n");
    }

    #[test]
    fn utf16_windows_are_those_of_its_text() {
        let text = "key = \"ä😀\"\n".repeat(50);
        let bytes: Vec<u8> = format!("\u{FEFF}{text}")
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        let mut scratch = Scratch::with_sizes(Sizes {
            window: 100,
            lead: 10,
            tail: 20,
        });
        let mut seen = String::new();
        let total = scratch.read(Pieces::new(&bytes, 3), |w| {
            assert_eq!(
                w.base,
                LineIndex::new(text.as_bytes(), START).position(w.offset as usize)
            );
            seen.push_str(std::str::from_utf8(&w.text[w.own]).unwrap_or("(cut)"));
        });
        assert_eq!(total.unwrap().bytes, text.len() as u64);
        assert!(!seen.is_empty());
    }

    #[test]
    fn an_error_in_the_middle_is_given_on() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("bad sector"))
            }
        }
        let error = Scratch::new()
            .read((&b"abc"[..]).chain(Failing), |_| {})
            .unwrap_err();
        assert_eq!(error.to_string(), "bad sector");
    }
}
