//! The one pass over every byte: which literals of which rules stand where.
//!
//! Three bytes at every second place, folded to lower case, are hashed into a small table that stays
//! in the first-level cache. Of each literal two neighbouring grams of three bytes are in it, the
//! rarest it has, so that one of them stands at an even place wherever the literal does. Nearly every
//! place ends there; the few that pass are compared with their literals in full.

use std::cmp::Reverse;

/// Bytes in a gram.
const GRAM: usize = 3;

/// Places between two grams that are looked up.
const STRIDE: usize = 2;

/// The shortest literal that has a gram at every place modulo [`STRIDE`].
const SHORTEST: usize = GRAM + STRIDE - 1;

/// The table has 2^`HASH_BITS` bytes: 16 KiB, half of the smallest first-level cache in use.
const HASH_BITS: u32 = 14;
const SLOTS: usize = 1 << HASH_BITS;

/// Buckets that a slot can name in a byte; none is 0.
const BUCKETS: usize = 255;

/// Sets the bit that tells upper from lower case in each byte. Other characters collide too (`_`
/// with DEL, `@` with a backquote); the comparison in full sorts them out.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// Knuth's multiplier, a byte further up: what stands above a gram's three bytes is multiplied away,
/// and the upper bits of the product depend on every bit of the gram.
const MULTIPLIER: u32 = 0x9E37_79B1 << 8;

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
    /// For each hash the bucket of its grams, from 1; 0 where no gram has it.
    table: Box<[u8; SLOTS]>,
    /// For each bucket, from 1, its grams.
    buckets: Vec<Vec<Gram>>,
    literals: Vec<Box<[u8]>>,
}

#[derive(Clone, Copy, Debug)]
struct Gram {
    /// The three bytes, folded, the first lowest.
    bytes: u32,
    /// Where the gram stands in its literal.
    offset: u32,
    literal: u32,
}

impl Prefilter {
    /// A prefilter for `literals`, which are lower-case ASCII of at least four bytes.
    ///
    /// # Panics
    /// If a literal is shorter.
    #[must_use]
    pub fn new<'a>(literals: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut filter = Self {
            table: Box::new([0; SLOTS]),
            buckets: vec![Vec::new()],
            literals: literals.map(Into::into).collect(),
        };
        for literal in 0..filter.literals.len() {
            let bytes = &filter.literals[literal];
            assert!(
                bytes.len() >= SHORTEST,
                "a literal has at least {SHORTEST} bytes"
            );
            let first = rarest_grams(bytes);
            for offset in first..first + STRIDE {
                let bytes = gram_at(&filter.literals[literal][offset..]);
                filter.insert(Gram {
                    bytes,
                    offset: offset as u32,
                    literal: literal as u32,
                });
            }
        }
        filter
    }

    fn insert(&mut self, gram: Gram) {
        let slot = &mut self.table[slot(gram.bytes)];
        if *slot == 0 {
            // When all numbers are taken, slots share buckets: slower to verify, never wrong.
            let next = self.buckets.len();
            if next <= BUCKETS {
                self.buckets.push(Vec::new());
            }
            *slot = if next <= BUCKETS {
                next as u8
            } else {
                (1 + gram.bytes as usize % BUCKETS) as u8
            };
        }
        self.buckets[usize::from(*slot)].push(gram);
    }

    /// The text of a hit's literal.
    #[must_use]
    pub fn literal(&self, hit: Hit) -> &[u8] {
        &self.literals[hit.literal as usize]
    }

    /// Appends every literal in `text` to `hits`, ordered by where the gram that led to it stands.
    pub fn find(&self, text: &[u8], hits: &mut Vec<Hit>) {
        // Three grams from each eight bytes read, and one branch for the three.
        let mut at = 0;
        while let Some(eight) = text.get(at..at + 8) {
            let word = u64::from_le_bytes(eight.try_into().unwrap_or_default()) | FOLD;
            let buckets = [
                self.bucket(word as u32),
                self.bucket((word >> 16) as u32),
                self.bucket((word >> 32) as u32),
            ];
            if buckets[0] | buckets[1] | buckets[2] != 0 {
                for (step, bucket) in buckets.into_iter().enumerate() {
                    self.verify(text, at + step * STRIDE, bucket, hits);
                }
            }
            at += 3 * STRIDE;
        }
        while let Some(three) = text.get(at..at + GRAM) {
            self.verify(text, at, self.bucket(gram_at(three)), hits);
            at += STRIDE;
        }
    }

    /// The bucket of the gram in the lower three bytes.
    #[inline]
    fn bucket(&self, gram: u32) -> u8 {
        self.table[slot(gram)]
    }

    /// Compares in full every literal of the bucket whose gram stands at `at`.
    #[inline]
    fn verify(&self, text: &[u8], at: usize, bucket: u8, hits: &mut Vec<Hit>) {
        if bucket == 0 {
            return;
        }
        let here = gram_at(&text[at..]);
        for gram in &self.buckets[usize::from(bucket)] {
            if gram.bytes != here {
                continue;
            }
            let literal = &self.literals[gram.literal as usize];
            let Some(start) = at.checked_sub(gram.offset as usize) else {
                continue;
            };
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

/// The gram's place in the table.
#[inline]
fn slot(gram: u32) -> usize {
    (gram.wrapping_mul(MULTIPLIER) >> (32 - HASH_BITS)) as usize
}

/// The first three bytes, folded.
fn gram_at(text: &[u8]) -> u32 {
    u32::from_le_bytes([text[0], text[1], text[2], 0]) | (FOLD as u32 & 0x00FF_FFFF)
}

/// Where in the literal the neighbouring grams begin that are least common in source code.
fn rarest_grams(literal: &[u8]) -> usize {
    // Three of the same make a rule or a row of blanks, common however rare one of them is.
    let even = |gram: &[u8]| gram.iter().all(|b| *b == gram[0]);
    let rarity = |gram: &[u8]| {
        if even(gram) {
            0
        } else {
            gram.iter().map(|&b| u32::from(rarity(b))).sum::<u32>()
        }
    };
    let commonest = |window: &[u8]| window.windows(GRAM).map(rarity).min();
    literal
        .windows(SHORTEST)
        .enumerate()
        .max_by_key(|(offset, window)| (commonest(window), Reverse(*offset)))
        .map_or(0, |(offset, _)| offset)
}

/// How rare a byte is in source code: ten times the negative logarithm (base 2) of its share in a
/// sample of 3,000 files of the Linux kernel, with upper and lower case counted together.
fn rarity(byte: u8) -> u8 {
    const SPACE_TO_QUESTION_MARK: [u8; 32] = [
        22, 113, 79, 78, 120, 107, 95, 113, 71, 48, 49, 103, 64, 73, 81, 80, 51, 69, 72, 78, 81,
        85, 83, 89, 81, 90, 93, 71, 98, 76, 80, 136,
    ];
    const BACKQUOTE_TO_DELETE: [u8; 32] = [
        116, 49, 64, 50, 51, 40, 53, 65, 66, 47, 115, 74, 55, 58, 50, 54, 56, 88, 48, 48, 45, 59,
        65, 77, 58, 79, 97, 83, 73, 83, 122, 41,
    ];
    match byte | 0x20 {
        folded @ 0x20..0x40 => SPACE_TO_QUESTION_MARK[usize::from(folded - 0x20)],
        folded @ 0x60..0x80 => BACKQUOTE_TO_DELETE[usize::from(folded - 0x60)],
        _ => 160,
    }
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
        assert_eq!(rarest_grams(b"-----begin"), 3);
    }

    proptest! {
        #[test]
        fn agrees_with_the_simple_version(text in "[aAbB_x]{0,40}") {
            let literals = ["abab", "a_xb", "bbaab", "xxxxxx", "b_aa"];
            prop_assert_eq!(find(&literals, text.as_bytes()), find_simply(&literals, text.as_bytes()));
        }

        #[test]
        fn agrees_on_any_bytes(text in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..200) {
            let mut text = text;
            let at = at.min(text.len());
            text.splice(at..at, *b"sK_lIve_");
            let literals = ["sk_live_", "live_"];
            prop_assert_eq!(find(&literals, &text), find_simply(&literals, &text));
        }
    }
}
