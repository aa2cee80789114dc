//! The one pass over every byte: which literals of which rules stand where.
//!
//! Four bytes at every second place, folded to lower case, are hashed into a bitmap that stays in the
//! second-level cache. Of each literal two neighbouring grams of four bytes are in it, the rarest it
//! has, so that one of them stands at an even place wherever the literal does; a literal that is too
//! short for two fills up with every byte there is. Nearly every place ends there, without a branch; the
//! few that pass are noted. Of these most end at the bytes beside the gram, again without a branch; those
//! left are looked up among the grams and compared with their literals in full.
//!
//! Also part of `build.rs`, which makes the tables of the built-in rules.

mod common;
mod grams;

use std::borrow::Cow;

use common::Common;
use grams::{grams_of, sides, with_any};

/// Bytes in a gram.
const GRAM: usize = 4;

/// Places between two grams that are looked up.
const STRIDE: usize = 2;

/// The shortest literal: one byte short of a gram.
pub(super) const SHORTEST: usize = GRAM - 1;

/// The bitmap has 2^`WORD_BITS` words: 128 KiB, a part of a second-level cache. Text repeats itself, so
/// what is looked up mostly stands in the first.
const WORD_BITS: u32 = 14;
const WORDS: usize = 1 << WORD_BITS;

/// What stands beside a gram of three bytes is found by 2^`MASKED_BITS` words.
const MASKED_BITS: u32 = 13;
const MASKED: usize = 1 << MASKED_BITS;

/// The grams are found by 2^`SLOT_BITS` slots.
const SLOT_BITS: u32 = 14;
const SLOTS: usize = 1 << SLOT_BITS;

/// What stands beside a gram is found by 2^`BESIDE_BITS` words.
const BESIDE_BITS: u32 = 14;
const BESIDE: usize = 1 << BESIDE_BITS;

/// Grams whose places in the bitmap are told together, and the bytes that they stand in.
const GRAMS: usize = 32;
const CHUNK: usize = STRIDE * GRAMS + GRAM - STRIDE;

/// Grams that are looked up before those that passed are looked at.
const BLOCK: usize = 2048;

/// Sets the bit that tells upper from lower case in each byte. Other characters collide too (`_`
/// with DEL, `@` with a backquote); the comparison in full sorts them out.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// Knuth's multiplier: the upper bits of the product depend on every bit of the gram.
const MULTIPLIER: u32 = 0x9E37_79B1;

/// Another one: what collides under the first is told apart by it.
const OTHER_MULTIPLIER: u32 = 0x85EB_CA6B;

/// The bytes of a gram that count: all, all but the first, all but the last.
const MASKS: [u32; 3] = [0xFFFF_FFFF, 0xFFFF_FF00, 0x00FF_FFFF];

/// A text to look for.
#[derive(Clone, Copy, Debug)]
pub struct Literal<'a> {
    /// The text: lower-case ASCII of at least three bytes.
    pub text: &'a str,
    /// Whether it matters only where a word begins.
    pub begins: bool,
}

/// A literal at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which literal, by its place in the list given to [`Prefilter::new`].
    pub literal: u32,
    /// Where it begins.
    pub start: usize,
}

/// Looks for many literals at once, in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefilter {
    pub(crate) bitmap: Cow<'static, [u64]>,
    /// For whole grams, by their hashes, which bytes stand behind them in a literal, as a set of their lower
    /// five bits; and in the upper half of the word which stand before them.
    pub(crate) beside: Cow<'static, [u64]>,
    /// The same for the grams of each other mask, for which one side is not known: which bytes stand
    /// behind those without a first byte, then which stand before those without a last one.
    pub(crate) masked: Cow<'static, [u32]>,
    /// The grams' bytes, folded and masked, by their slots; and for each slot, and the end, where its grams
    /// begin. Apart from what is known of them, so that what nearly every look-up reads is little.
    pub(crate) keys: Cow<'static, [u32]>,
    pub(crate) slots: Cow<'static, [u32]>,
    pub(crate) grams: Cow<'static, [Gram]>,
    /// The literals one after the other; and where each begins, and the end.
    pub(crate) text: Cow<'static, str>,
    pub(crate) starts: Cow<'static, [u32]>,
}

/// What is known of a gram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gram {
    pub(crate) literal: u32,
    /// Whether its literal matters only where a word begins.
    pub(crate) begins: bool,
    /// Where the gram stands in its literal; -1 before it.
    pub(crate) offset: i16,
    /// Bytes in `head`.
    pub(crate) head_length: u8,
    /// What the literal begins with, folded.
    pub(crate) head: u64,
}

/// The tables of a prefilter as the search reads them: those that a hash leads into are as long as there
/// are hashes, so that no look-up has to make sure.
#[derive(Clone, Copy)]
struct Tables<'a> {
    bitmap: &'a [u64; WORDS],
    beside: &'a [u64; BESIDE],
    masked: [&'a [u32; MASKED]; 2],
    keys: &'a [u32],
    slots: &'a [u32; SLOTS + 1],
    grams: &'a [Gram],
    text: &'a [u8],
    starts: &'a [u32],
}

impl Prefilter {
    /// A prefilter for `literals`.
    ///
    /// # Panics
    /// If a literal is shorter than three bytes, or longer than 32,000.
    #[must_use]
    pub fn new<'a>(literals: impl Iterator<Item = Literal<'a>>) -> Self {
        let common = Common::new();
        let mut bitmap = vec![0; WORDS];
        let mut masked = [vec![0; MASKED], vec![0; MASKED]];
        let mut beside = vec![0; BESIDE];
        let mut grams = Vec::new();
        let mut text = String::new();
        let mut starts = vec![0];
        for (literal, number) in literals.zip(0..) {
            assert!(
                literal.text.len() >= SHORTEST,
                "a literal has at least {SHORTEST} bytes"
            );
            text.push_str(literal.text);
            starts.push(text.len() as u32);
            let (head, head_length) = head(literal.text.as_bytes());
            for (bytes, mask, offset) in grams_of(literal, &common) {
                let (before, behind) = sides(literal, offset);
                match mask {
                    0 => {
                        let both = u64::from(before) << 32 | u64::from(behind);
                        beside[beside_word(bytes)] |= both;
                    }
                    1 => masked[0][masked_word(bytes)] |= behind,
                    _ => masked[1][masked_word(bytes)] |= before,
                }
                for bytes in with_any(bytes, mask, literal.begins) {
                    let (word, bit) = place(bytes as u16, (bytes >> 16) as u16);
                    bitmap[usize::from(word)] |= 1 << bit;
                }
                let gram = Gram {
                    literal: number,
                    begins: literal.begins,
                    offset: offset.try_into().expect("a literal is not so long"),
                    head_length,
                    head,
                };
                grams.push((slot(bytes, mask), bytes, gram));
            }
        }
        grams.sort_unstable_by_key(|(slot, bytes, gram)| (*slot, *bytes, gram.literal));
        let mut slots = vec![0; SLOTS + 1];
        for (slot, _, _) in &grams {
            slots[slot + 1] += 1;
        }
        for at in 0..SLOTS {
            slots[at + 1] += slots[at];
        }
        Self {
            bitmap: bitmap.into(),
            masked: masked.concat().into(),
            beside: beside.into(),
            keys: grams.iter().map(|(_, bytes, _)| *bytes).collect(),
            slots: slots.into(),
            grams: grams.into_iter().map(|(_, _, gram)| gram).collect(),
            text: text.into(),
            starts: starts.into(),
        }
    }

    /// The text of a hit's literal.
    #[must_use]
    pub fn literal(&self, hit: Hit) -> &str {
        let number = hit.literal as usize;
        &self.text[self.starts[number] as usize..self.starts[number + 1] as usize]
    }

    /// Appends every literal in `text` to `hits`, ordered by where the gram that led to it stands; those
    /// that matter only where a word begins where one may begin.
    pub fn find(&self, text: &[u8], hits: &mut Vec<Hit>) {
        let tables = self.tables();
        // Whether a gram passes moves the end of this list, and nothing branches on it.
        let mut passed = [0u16; BLOCK];
        let (mut words, mut bits) = ([0; GRAMS], [0; GRAMS]);
        let mut at = 0;
        while at + GRAM <= text.len() {
            let base = at;
            let mut count = 0;
            let mut note = |at: usize, passes: bool| {
                passed[count % BLOCK] = (at - base) as u16;
                count += usize::from(passes);
            };
            let block = &text[..text.len().min(base + BLOCK * STRIDE + GRAM - STRIDE)];
            while let Some(chunk) = block.get(at..at + CHUNK) {
                places(sized(chunk), &mut words, &mut bits);
                for (number, (word, bit)) in words.iter().zip(&bits).enumerate() {
                    note(at + STRIDE * number, tables.has_bit(*word, *bit));
                }
                at += STRIDE * GRAMS;
            }
            while at + GRAM <= block.len() {
                let gram = gram(block, at);
                let (word, bit) = place(gram as u16, (gram >> 16) as u16);
                note(at, tables.has_bit(word, bit));
                at += STRIDE;
            }
            // Most of what passed is chance, or goes on otherwise than its literal: those are left behind,
            // again without a branch.
            let mut left = 0;
            for number in 0..count {
                let offset = passed[number % BLOCK];
                passed[left % BLOCK] = offset;
                left += usize::from(tables.goes_on(text, base + usize::from(offset)));
            }
            for &offset in &passed[..left] {
                tables.verify(text, base + usize::from(offset), hits);
            }
        }
        while at < text.len() {
            tables.verify(text, at, hits);
            at += STRIDE;
        }
    }

    fn tables(&self) -> Tables<'_> {
        let (first, second) = self.masked.split_at(MASKED);
        Tables {
            bitmap: sized(&self.bitmap),
            masked: [sized(first), sized(second)],
            beside: sized(&self.beside),
            keys: &self.keys,
            slots: sized(&self.slots),
            grams: &self.grams,
            text: self.text.as_bytes(),
            starts: &self.starts,
        }
    }
}

impl Tables<'_> {
    /// Whether this bit is in the bitmap.
    #[inline]
    fn has_bit(&self, word: u16, bit: u16) -> bool {
        self.bitmap[usize::from(word)] >> bit & 1 != 0
    }

    /// Whether what stands beside the gram at `at` may be what stands there in a literal that has the gram.
    #[inline]
    fn goes_on(&self, text: &[u8], at: usize) -> bool {
        let before = at.wrapping_sub(1);
        let Some(eight) = text.get(before..before.wrapping_add(8)) else {
            // At an end of the text: rare enough to compare in full.
            return true;
        };
        let eight = u64::from_le_bytes(eight.try_into().unwrap_or_default()) | FOLD;
        let gram = (eight >> 8) as u32;
        let beside = self.beside[beside_word(gram)];
        let (behind, before) = ((eight >> 40) as u32 & 31, eight as u32 & 31);
        let whole = beside >> behind & beside >> (32 + before);
        let no_first = self.masked[0][masked_word(gram & MASKS[1])] >> behind;
        let no_last = self.masked[1][masked_word(gram & MASKS[2])] >> before;
        (whole as u32 | no_first | no_last) & 1 != 0
    }

    /// Compares in full every literal that has the gram at `at`.
    #[inline]
    fn verify(&self, text: &[u8], at: usize, hits: &mut Vec<Hit>) {
        let gram = gram(text, at);
        for (mask, number) in MASKS.into_iter().zip(0u8..) {
            let here = gram & mask;
            if let Some(masked) = usize::from(number).checked_sub(1)
                && self.masked[masked][masked_word(here)] == 0
            {
                continue;
            }
            let slot = slot(here, number);
            for number in self.slots[slot]..self.slots[slot + 1] {
                // No mask leaves what another one leaves: only a masked byte is zero.
                if self.keys[number as usize] != here {
                    continue;
                }
                let gram = &self.grams[number as usize];
                let Some(start) = at.checked_add_signed(-isize::from(gram.offset)) else {
                    continue;
                };
                let begins = text.get(start..start + 8).is_none_or(|eight| {
                    let eight = u64::from_le_bytes(eight.try_into().unwrap_or_default()) | FOLD;
                    (eight ^ gram.head) << (64 - 8 * u32::from(gram.head_length)) == 0
                });
                let within = gram.begins && start > 0 && !may_precede(text[start - 1]);
                if !begins || within {
                    continue;
                }
                let number = gram.literal as usize;
                let own = self.starts[number] as usize..self.starts[number + 1] as usize;
                let literal = &self.text[own];
                let found = text.get(start..start + literal.len());
                if found.is_some_and(|found| found.eq_ignore_ascii_case(literal)) {
                    hits.push(Hit {
                        literal: gram.literal,
                        start,
                    });
                }
            }
        }
    }
}

/// The table, which is as long as it was made.
fn sized<T, const LENGTH: usize>(table: &[T]) -> &[T; LENGTH] {
    table.try_into().expect("a table is as long as it was made")
}

/// The gram at `at`, with zeros beyond the end.
#[inline]
fn gram(text: &[u8], at: usize) -> u32 {
    let four = text.get(at..at + GRAM).map_or_else(
        || {
            let mut four = [0; GRAM];
            let rest = &text[at..];
            four[..rest.len()].copy_from_slice(rest);
            four
        },
        |four| four.try_into().unwrap_or_default(),
    );
    u32::from_le_bytes(four) | FOLD as u32
}

/// The first eight bytes of a literal, folded, and how many it has of them.
fn head(literal: &[u8]) -> (u64, u8) {
    let mut eight = [0; 8];
    let length = literal.len().min(8);
    eight[..length].copy_from_slice(&literal[..length]);
    (u64::from_le_bytes(eight) | FOLD, length as u8)
}

/// The word in the bitmap of a gram of these two halves, and its bit there. Products of sixteen bits, for
/// those of many grams come of few instructions.
#[inline]
fn place(first: u16, last: u16) -> (u16, u16) {
    let word = first
        .wrapping_mul(0x9E37)
        .wrapping_add(last.wrapping_mul(0x79B1));
    let bit = first
        .wrapping_mul(0x85EB)
        .wrapping_add(last.wrapping_mul(0xCA6B));
    (word >> (16 - WORD_BITS), bit >> (16 - 6))
}

/// Tells the words and the bits of all grams of a chunk. Written so that it becomes vector instructions
/// in the crate's release profile: with iterators, or arrays that are given back, the whole search takes
/// half as long again.
#[inline]
fn places(chunk: &[u8; CHUNK], words: &mut [u16; GRAMS], bits: &mut [u16; GRAMS]) {
    let half = |at: usize| u16::from_le_bytes([chunk[at], chunk[at + 1]]) | FOLD as u16;
    for number in 0..GRAMS {
        let at = STRIDE * number;
        (words[number], bits[number]) = place(half(at), half(at + GRAM / 2));
    }
}

/// The word of three bytes among those of their mask.
#[inline]
fn masked_word(bytes: u32) -> usize {
    (bytes.wrapping_mul(OTHER_MULTIPLIER) >> (32 - MASKED_BITS)) as usize
}

/// The word of a whole gram for what stands beside it.
#[inline]
fn beside_word(gram: u32) -> usize {
    (gram.wrapping_mul(OTHER_MULTIPLIER) >> (32 - BESIDE_BITS)) as usize
}

/// The slot of a masked gram.
#[inline]
fn slot(bytes: u32, mask: u8) -> usize {
    let hash = bytes.wrapping_mul(MULTIPLIER) ^ u32::from(mask).wrapping_mul(MULTIPLIER);
    (hash >> (32 - SLOT_BITS)) as usize
}

/// Whether a byte is part of a word.
pub(super) fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

/// Whether a word may begin after this byte: no word goes on, or it may be the end of an escape such as
/// `\n` and `%3D`.
fn may_precede(b: u8) -> bool {
    !is_word(b) || b.is_ascii_hexdigit() || matches!(b, b'n' | b'r' | b't')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(literals: &[&str], text: &[u8]) -> Vec<(u32, usize)> {
        let literals = literals.iter().map(|text| Literal {
            text,
            begins: text.ends_with('_'),
        });
        let prefilter = Prefilter::new(literals);
        let mut hits = Vec::new();
        prefilter.find(text, &mut hits);
        let mut hits: Vec<_> = hits.into_iter().map(|h| (h.literal, h.start)).collect();
        hits.sort_unstable();
        hits
    }

    /// The simple version: every literal at every place.
    fn find_simply(literals: &[&str], text: &[u8]) -> Vec<(u32, usize)> {
        let mut hits = Vec::new();
        for (literal, index) in literals.iter().zip(0..) {
            for (start, window) in text.windows(literal.len()).enumerate() {
                let begins = start == 0 || !literal.ends_with('_') || may_precede(text[start - 1]);
                if begins && window.eq_ignore_ascii_case(literal.as_bytes()) {
                    hits.push((index, start));
                }
            }
        }
        hits
    }

    #[test]
    fn finds_in_any_case_at_both_ends() {
        let hits = find(&["publer", "oct_live_"], b"PUBLER x Oct_Live_ publer");
        assert_eq!(hits, [(0, 0), (0, 19), (1, 9)]);
    }

    #[test]
    fn finds_across_the_edges_of_chunks_and_blocks() {
        for edge in [CHUNK, BLOCK * STRIDE, 2 * BLOCK * STRIDE] {
            for at in edge - 12..edge + 4 {
                let text = [" ".repeat(at).as_str(), "oct_live_", &" ".repeat(at % 80)].concat();
                let hits = find(&["oct_live_", "live"], text.as_bytes());
                assert_eq!(hits, [(0, at), (1, at + 4)]);
            }
        }
    }

    #[test]
    fn folding_takes_no_other_character_for_a_letter() {
        assert_eq!(find(&["a_b-"], b"a\x7fb- A_B\x0d A_B-"), [(0, 10)]);
    }

    proptest! {
        #[test]
        fn agrees_with_the_simple_version(text in "[aAbB_x]{0,40}") {
            let literals = ["abab", "a_xb", "bbaab", "xxxxxx", "b_aa", "bax", "_ab", "ab_", "xba_", "bxab_"];
            prop_assert_eq!(find(&literals, text.as_bytes()), find_simply(&literals, text.as_bytes()));
        }

        #[test]
        fn agrees_on_any_bytes(text in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..200) {
            let mut text = text;
            let at = at.min(text.len());
            text.splice(at..at, *b"sK_lIve_");
            let literals = ["sk_live_", "live_", "ive", "sk_l", "sk_", "ive_"];
            prop_assert_eq!(find(&literals, &text), find_simply(&literals, &text));
        }
    }
}
