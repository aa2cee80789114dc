//! The one pass over every byte: which literals of which rules stand where.
//!
//! Four bytes at every second place, folded to lower case, are hashed into a bitmap that stays in the
//! second-level cache. Of each literal two neighbouring grams of four bytes are in it, the rarest it
//! has, so that one of them stands at an even place wherever the literal does; a literal that is too
//! short for two fills up with every byte there is. Nearly every place ends there, without a branch; the
//! few that pass are noted, and then looked up among the grams and compared with their literals in full.

mod common;

use common::Common;

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

/// The grams are found by 2^`SLOT_BITS` slots.
const SLOT_BITS: u32 = 15;
const SLOTS: usize = 1 << SLOT_BITS;

/// Grams that are looked up before those that passed are looked at.
const BLOCK: usize = 4096;

/// Sets the bit that tells upper from lower case in each byte. Other characters collide too (`_`
/// with DEL, `@` with a backquote); the comparison in full sorts them out.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// Knuth's multiplier: the upper bits of the product depend on every bit of the gram.
const MULTIPLIER: u32 = 0x9E37_79B1;

/// The bytes of a gram that count: all, all but the first, all but the last.
const MASKS: [u32; 3] = [0xFFFF_FFFF, 0xFFFF_FF00, 0x00FF_FFFF];

/// A literal at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which literal, by its place in the list given to [`Prefilter::new`].
    pub literal: u32,
    /// Where it begins.
    pub start: usize,
}

/// Looks for many literals at once, in any case.
#[derive(Clone, Debug)]
pub struct Prefilter {
    bitmap: Box<[u64; WORDS]>,
    /// The grams by their slots, and for each slot, and the end, where its grams begin.
    grams: Vec<Gram>,
    slots: Box<[u32]>,
    literals: Vec<Box<[u8]>>,
}

#[derive(Clone, Copy, Debug)]
struct Gram {
    /// The bytes, folded and masked, the first lowest.
    bytes: u32,
    literal: u32,
    /// Where the gram stands in its literal; -1 before it.
    offset: i16,
    /// Which bytes count: a place in [`MASKS`].
    mask: u8,
    /// Bytes in `head`.
    head_length: u8,
    /// What the literal begins with, folded.
    head: u64,
}

impl Prefilter {
    /// A prefilter for `literals`, which are lower-case ASCII of at least three bytes.
    ///
    /// # Panics
    /// If a literal is shorter, or longer than 32,000 bytes.
    #[must_use]
    pub fn new<'a>(literals: impl Iterator<Item = &'a [u8]>) -> Self {
        let literals: Vec<Box<[u8]>> = literals.map(Into::into).collect();
        let common = Common::new();
        let mut grams = Vec::with_capacity(2 * literals.len());
        for (literal, number) in literals.iter().zip(0..) {
            assert!(
                literal.len() >= SHORTEST,
                "a literal has at least {SHORTEST} bytes"
            );
            let (head, head_length) = head(literal);
            grams.extend(
                neighbours(literal, &common).map(|(bytes, mask, offset)| Gram {
                    bytes: bytes & MASKS[usize::from(mask)],
                    literal: number,
                    offset: offset.try_into().expect("a literal is not so long"),
                    mask,
                    head_length,
                    head,
                }),
            );
        }
        let mut bitmap = vec![0; WORDS].into_boxed_slice();
        for gram in &grams {
            for bytes in with_any(gram.bytes, gram.mask) {
                let (word, bit) = bit(bytes);
                bitmap[word] |= 1 << bit;
            }
        }
        grams.sort_unstable_by_key(|gram| (slot(gram.bytes, gram.mask), gram.literal));
        let mut slots = vec![0; SLOTS + 1];
        for gram in &grams {
            slots[slot(gram.bytes, gram.mask) + 1] += 1;
        }
        for at in 0..SLOTS {
            slots[at + 1] += slots[at];
        }
        Self {
            bitmap: bitmap.try_into().expect("it has as many words"),
            grams,
            slots: slots.into(),
            literals,
        }
    }

    /// The text of a hit's literal.
    #[must_use]
    pub fn literal(&self, hit: Hit) -> &[u8] {
        &self.literals[hit.literal as usize]
    }

    /// Appends every literal in `text` to `hits`, ordered by where the gram that led to it stands.
    pub fn find(&self, text: &[u8], hits: &mut Vec<Hit>) {
        // Whether a gram passes moves the end of this list, and nothing branches on it.
        let mut passed = [0u16; BLOCK];
        let mut at = 0;
        while at + 8 <= text.len() {
            let base = at;
            let mut count = 0;
            // Three grams from each eight bytes read.
            for _ in 0..BLOCK / 3 {
                let Some(eight) = text.get(at..at + 8) else {
                    break;
                };
                let word = u64::from_le_bytes(eight.try_into().unwrap_or_default()) | FOLD;
                for step in 0..3 {
                    let gram = (word >> (8 * STRIDE * step)) as u32;
                    passed[count % BLOCK] = (at - base + STRIDE * step) as u16;
                    count += usize::from(self.passes(gram));
                }
                at += 3 * STRIDE;
            }
            for &offset in &passed[..count] {
                self.verify(text, base + usize::from(offset), hits);
            }
        }
        while at < text.len() {
            self.verify(text, at, hits);
            at += STRIDE;
        }
    }

    /// Whether the gram's bit is in the bitmap.
    #[inline]
    fn passes(&self, gram: u32) -> bool {
        let (word, bit) = bit(gram);
        self.bitmap[word] >> bit & 1 != 0
    }

    /// Compares in full every literal that has the gram at `at`.
    #[inline]
    fn verify(&self, text: &[u8], at: usize, hits: &mut Vec<Hit>) {
        let gram = gram(text, at);
        for (mask, number) in MASKS.into_iter().zip(0u8..) {
            let here = gram & mask;
            let slot = slot(here, number);
            let own = self.slots[slot] as usize..self.slots[slot + 1] as usize;
            for gram in &self.grams[own] {
                if gram.bytes != here || gram.mask != number {
                    continue;
                }
                let Some(start) = at.checked_add_signed(-isize::from(gram.offset)) else {
                    continue;
                };
                let begins = text.get(start..start + 8).is_none_or(|eight| {
                    let eight = u64::from_le_bytes(eight.try_into().unwrap_or_default()) | FOLD;
                    (eight ^ gram.head) << (64 - 8 * u32::from(gram.head_length)) == 0
                });
                if !begins {
                    continue;
                }
                let literal = &self.literals[gram.literal as usize];
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

/// The gram's word in the bitmap, and its bit there.
#[inline]
fn bit(gram: u32) -> (usize, u32) {
    let hash = gram.wrapping_mul(MULTIPLIER);
    ((hash >> (32 - WORD_BITS)) as usize, (hash >> 12) & 63)
}

/// The slot of a masked gram.
#[inline]
fn slot(bytes: u32, mask: u8) -> usize {
    let hash = bytes.wrapping_mul(MULTIPLIER) ^ u32::from(mask).wrapping_mul(MULTIPLIER);
    (hash >> (32 - SLOT_BITS)) as usize
}

/// The grams that a masked one stands for: with every byte there is, folded, where one does not count.
fn with_any(bytes: u32, mask: u8) -> impl Iterator<Item = u32> {
    let shift = match mask {
        0 => None,
        1 => Some(0),
        _ => Some(8 * (GRAM - 1)),
    };
    // Folding leaves half of the bytes apart.
    let all = (0..=u32::from(u8::MAX)).filter(|byte| byte & 0x20 != 0);
    let last = if shift.is_some() { usize::MAX } else { 1 };
    all.take(last)
        .map(move |byte| shift.map_or(bytes, |shift| bytes | byte << shift))
}

/// Two neighbouring grams of a literal, with their masks and offsets: the least common that it has.
fn neighbours(literal: &[u8], common: &Common) -> impl Iterator<Item = (u32, u8, isize)> + use<> {
    // What stands beside a short literal is any byte.
    let before = (gram(literal, 0) << 8, 1, -1);
    let share = |(bytes, mask, _): (u32, u8, isize)| -> f64 {
        let bytes = bytes & MASKS[usize::from(mask)];
        with_any(bytes, mask).map(|gram| common.share(gram)).sum()
    };
    let pair = match literal.len() {
        SHORTEST => [before, (gram(literal, 0), 2, 0)],
        GRAM => {
            let after = (gram(literal, 1), 2, 1);
            let beside = if share(before) <= share(after) {
                before
            } else {
                after
            };
            [(gram(literal, 0), 0, 0), beside]
        }
        length => {
            let whole = |offset: usize| (gram(literal, offset), 0, offset.cast_signed());
            let pair = |offset: usize| [whole(offset), whole(offset + 1)];
            let pairs = (0..length - GRAM).map(pair);
            let rarest = pairs.min_by(|a, b| {
                let of =
                    |pair: &[(u32, u8, isize); 2]| pair.iter().copied().map(share).sum::<f64>();
                of(a).total_cmp(&of(b))
            });
            rarest.unwrap_or_else(|| pair(0))
        }
    };
    pair.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(literals: &[&str], text: &[u8]) -> Vec<(u32, usize)> {
        let prefilter = Prefilter::new(literals.iter().map(|l| l.as_bytes()));
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
                if window.eq_ignore_ascii_case(literal.as_bytes()) {
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
    fn folding_takes_no_other_character_for_a_letter() {
        assert_eq!(find(&["a_b-"], b"a\x7fb- A_B\x0d A_B-"), [(0, 10)]);
    }

    #[test]
    fn picks_rare_grams() {
        let common = Common::new();
        let offset = |literal: &[u8]| neighbours(literal, &common).next().unwrap().2;
        assert!(offset(b"-----begin") > 0, "a rule is common");
        assert!(offset(b"interzqxw") > 1, "`inte` and `nter` are common");
    }

    proptest! {
        #[test]
        fn agrees_with_the_simple_version(text in "[aAbB_x]{0,40}") {
            let literals = ["abab", "a_xb", "bbaab", "xxxxxx", "b_aa", "bax", "_ab"];
            prop_assert_eq!(find(&literals, text.as_bytes()), find_simply(&literals, text.as_bytes()));
        }

        #[test]
        fn agrees_on_any_bytes(text in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..200) {
            let mut text = text;
            let at = at.min(text.len());
            text.splice(at..at, *b"sK_lIve_");
            let literals = ["sk_live_", "live_", "ive", "sk_l"];
            prop_assert_eq!(find(&literals, &text), find_simply(&literals, &text));
        }
    }
}
