//! The one pass over every byte: which literals of which rules stand where.
//!
//! Four bytes at every second place, folded to lower case, are hashed into a bitmap that stays in the
//! second-level cache. Of each literal two neighbouring grams of four bytes are in it, the rarest it
//! has, so that one of them stands at an even place wherever the literal does; a literal that is too
//! short for two fills up with every byte there is. Nearly every place ends there; the few that pass
//! are looked up among the grams, and compared with their literals in full.

use std::cmp::Reverse;

/// Bytes in a gram.
const GRAM: usize = 4;

/// Places between two grams that are looked up.
const STRIDE: usize = 2;

/// The shortest literal: one byte short of a gram.
pub(super) const SHORTEST: usize = GRAM - 1;

/// The bitmap has 2^`WORD_BITS` words: 128 KiB, a part of a second-level cache. Short literals fill it with
/// whatever stands beside them; a smaller one, though nearer, lets a third of all places through by chance.
const WORD_BITS: u32 = 14;
const WORDS: usize = 1 << WORD_BITS;

/// 1 KiB for those of few bytes.
const MASKED_WORDS: usize = 128;

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
    /// For each mask but the first, which three bytes any gram has.
    masked: [Box<[u64; MASKED_WORDS]>; 2],
    /// The grams by their slots, and for each slot, and the end, where its grams begin.
    grams: Vec<Gram>,
    slots: Vec<u32>,
    literals: Vec<Box<[u8]>>,
}

#[derive(Clone, Copy, Debug)]
struct Gram {
    /// The bytes, folded and masked, the first lowest.
    bytes: u32,
    /// Which bytes count: a place in [`MASKS`].
    mask: u8,
    /// Where the gram stands in its literal; -1 before it.
    offset: isize,
    literal: u32,
}

impl Prefilter {
    /// A prefilter for `literals`, which are lower-case ASCII of at least three bytes.
    ///
    /// # Panics
    /// If a literal is shorter.
    #[must_use]
    pub fn new<'a>(literals: impl Iterator<Item = &'a [u8]>) -> Self {
        let literals: Vec<Box<[u8]>> = literals.map(Into::into).collect();
        let mut grams = Vec::with_capacity(2 * literals.len());
        for (literal, number) in literals.iter().zip(0..) {
            assert!(
                literal.len() >= SHORTEST,
                "a literal has at least {SHORTEST} bytes"
            );
            grams.extend(neighbours(literal).map(|(bytes, mask, offset)| Gram {
                bytes: bytes & MASKS[usize::from(mask)],
                mask,
                offset,
                literal: number,
            }));
        }
        let mut filter = Self {
            bitmap: vec![0; WORDS]
                .into_boxed_slice()
                .try_into()
                .expect("it has as many words"),
            masked: [Box::new([0; MASKED_WORDS]), Box::new([0; MASKED_WORDS])],
            slots: vec![0; (2 * grams.len()).next_power_of_two() + 1],
            grams,
            literals,
        };
        filter.index();
        filter
    }

    /// Fills the bitmap, and puts the grams in the order of their slots.
    fn index(&mut self) {
        for gram in &self.grams {
            if let Some(masked) = usize::from(gram.mask).checked_sub(1) {
                let (word, bit) = masked_bit(gram.bytes);
                self.masked[masked][word] |= 1 << bit;
            }
            let wild = match gram.mask {
                0 => None,
                1 => Some(0),
                _ => Some(8 * (GRAM - 1)),
            };
            // Folding leaves half of the bytes apart.
            let any = (0..=u32::from(u8::MAX)).filter(|byte| byte & 0x20 != 0);
            match wild {
                None => set(&mut self.bitmap, gram.bytes),
                Some(shift) => any.for_each(|b| set(&mut self.bitmap, gram.bytes | b << shift)),
            }
        }
        let slots = self.slots.len() - 1;
        self.grams
            .sort_by_key(|gram| slot(gram.bytes, gram.mask, slots));
        let mut at = 0;
        for (number, end) in self.slots.iter_mut().enumerate() {
            *end = at as u32;
            while self
                .grams
                .get(at)
                .is_some_and(|gram| slot(gram.bytes, gram.mask, slots) == number)
            {
                at += 1;
            }
        }
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
            let grams = [word as u32, (word >> 16) as u32, (word >> 32) as u32];
            let passes = grams.map(|gram| self.passes(gram));
            if passes[0] | passes[1] | passes[2] != 0 {
                for (step, gram) in grams.into_iter().enumerate() {
                    if passes[step] != 0 {
                        self.verify(text, at + step * STRIDE, gram, hits);
                    }
                }
            }
            at += 3 * STRIDE;
        }
        while at < text.len() {
            let mut four = [0; GRAM];
            let rest = &text[at..text.len().min(at + GRAM)];
            four[..rest.len()].copy_from_slice(rest);
            let gram = u32::from_le_bytes(four) | FOLD as u32;
            if self.passes(gram) != 0 {
                self.verify(text, at, gram, hits);
            }
            at += STRIDE;
        }
    }

    /// Whether both of the gram's bits are in the bitmap.
    #[inline]
    fn passes(&self, gram: u32) -> u64 {
        let (word, first, second) = bits(gram);
        let word = self.bitmap[word];
        (word >> first) & (word >> second) & 1
    }

    /// Compares in full every literal that has the gram, which stands at `at`.
    #[inline]
    fn verify(&self, text: &[u8], at: usize, gram: u32, hits: &mut Vec<Hit>) {
        let slots = self.slots.len() - 1;
        for (mask, number) in MASKS.into_iter().zip(0u8..) {
            let here = gram & mask;
            if let Some(masked) = usize::from(number).checked_sub(1) {
                let (word, bit) = masked_bit(here);
                if self.masked[masked][word] >> bit & 1 == 0 {
                    continue;
                }
            }
            let slot = slot(here, number, slots);
            let own = self.slots[slot] as usize..self.slots[slot + 1] as usize;
            for gram in &self.grams[own] {
                if gram.bytes != here || gram.mask != number {
                    continue;
                }
                let literal = &self.literals[gram.literal as usize];
                let Some(start) = at.checked_add_signed(-gram.offset) else {
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
}

/// The gram's word in the bitmap and its two bits there: two let by chance through what one would let
/// through by chance twice over, and cost no second look into memory.
#[inline]
fn bits(gram: u32) -> (usize, u32, u32) {
    let hash = gram.wrapping_mul(MULTIPLIER);
    let word = hash >> (32 - WORD_BITS);
    (word as usize, (hash >> 12) & 63, (hash >> 6) & 63)
}

/// The word and the bit of three bytes among those of their mask.
#[inline]
fn masked_bit(bytes: u32) -> (usize, u32) {
    let hash = bytes.wrapping_mul(MULTIPLIER) >> 15;
    (hash as usize >> 6 & (MASKED_WORDS - 1), hash & 63)
}

fn set(bitmap: &mut [u64; WORDS], gram: u32) {
    let (word, first, second) = bits(gram);
    bitmap[word] |= 1 << first | 1 << second;
}

/// The slot of a masked gram; `slots` is a power of two.
#[inline]
fn slot(bytes: u32, mask: u8, slots: usize) -> usize {
    let hash = bytes.wrapping_mul(MULTIPLIER) ^ u32::from(mask).wrapping_mul(MULTIPLIER);
    (hash >> 11) as usize & (slots - 1)
}

/// Two neighbouring grams of a literal, with their masks and offsets.
fn neighbours(literal: &[u8]) -> impl Iterator<Item = (u32, u8, isize)> {
    let gram = |offset: usize| {
        let mut four = [0; GRAM];
        let rest = &literal[offset..literal.len().min(offset + GRAM)];
        four[..rest.len()].copy_from_slice(rest);
        u32::from_le_bytes(four) | FOLD as u32
    };
    // The byte before the literal, whatever it is.
    let before = (gram(0) << 8, 1, -1);
    let pair = match literal.len() {
        SHORTEST => [before, (gram(0), 2, 0)],
        GRAM if rarity_of(&literal[..3]) > rarity_of(&literal[1..]) => [before, (gram(0), 0, 0)],
        GRAM => [(gram(0), 0, 0), (gram(1), 2, 1)],
        _ => {
            let first = rarest_grams(literal);
            [
                (gram(first), 0, first.cast_signed()),
                (gram(first + 1), 0, first.cast_signed() + 1),
            ]
        }
    };
    pair.into_iter()
}

/// Where in the literal the neighbouring grams begin that are least common in source code.
fn rarest_grams(literal: &[u8]) -> usize {
    let commonest = |window: &[u8]| window.windows(GRAM).map(rarity_of).min();
    literal
        .windows(GRAM + 1)
        .enumerate()
        .max_by_key(|(offset, window)| (commonest(window), Reverse(*offset)))
        .map_or(0, |(offset, _)| offset)
}

/// How rare a gram is: the sum over its bytes, each after the one before it.
fn rarity_of(gram: &[u8]) -> u32 {
    // The same over and over makes a rule or a row of blanks, common however rare one of them is.
    if gram.iter().all(|b| *b == gram[0]) {
        0
    } else {
        let after = |pair: &[u8]| {
            let letters = pair.iter().all(u8::is_ascii_alphabetic);
            if letters {
                10 * super::validate::surprise(pair[0], pair[1]) as u32
            } else {
                u32::from(rarity(pair[1]))
            }
        };
        u32::from(rarity(gram[0])) + gram.windows(2).map(after).sum::<u32>()
    }
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
        assert!(rarest_grams(b"-----begin") > 0, "a rule is common");
        assert_eq!(rarest_grams(b"interzqxw"), 4);
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
