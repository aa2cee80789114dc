//! The one pass over every byte: which literals of which rules stand where.
//!
//! Every position's four bytes, folded to lower case, are hashed into a small bitmap that stays in
//! the first-level cache. Of each literal only its rarest four bytes are in the bitmap, so nearly
//! every position ends there; the few that pass are compared with the literals in full.

/// Bytes in a gram.
const GRAM: usize = 4;

/// The bitmap has 2^`HASH_BITS` bits: 8 KiB, a quarter of the smallest first-level cache in use.
const HASH_BITS: u32 = 16;
const WORDS: usize = 1 << (HASH_BITS - 6);

/// Sets the bit that tells upper from lower case in each byte of a gram. Other characters collide
/// too (`_` with DEL, `@` with a backquote); the comparison in full sorts them out.
const FOLD: u32 = 0x2020_2020;

/// Knuth's multiplier: the upper bits of the product depend on every bit of the gram.
const MULTIPLIER: u32 = 0x9E37_79B1;

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
    /// The literals' grams, sorted by gram.
    grams: Vec<GramEntry>,
    literals: Vec<Box<[u8]>>,
}

#[derive(Clone, Copy, Debug)]
struct GramEntry {
    gram: u32,
    /// Where the gram stands in its literal.
    offset: u32,
    literal: u32,
}

impl Prefilter {
    /// A prefilter for `literals`, which are lower-case ASCII of at least four bytes.
    #[must_use]
    pub fn new<'a>(literals: impl Iterator<Item = &'a [u8]>) -> Self {
        let literals: Vec<Box<[u8]>> = literals.map(Into::into).collect();
        let mut bitmap = Box::new([0; WORDS]);
        let mut grams: Vec<GramEntry> = literals
            .iter()
            .zip(0..)
            .map(|(bytes, literal)| {
                let (offset, gram) = rarest_gram(bytes);
                let slot = slot(gram);
                bitmap[slot >> 6] |= 1 << (slot & 63);
                GramEntry { gram, offset: offset as u32, literal }
            })
            .collect();
        grams.sort_by_key(|entry| (entry.gram, entry.literal));
        Self { bitmap, grams, literals }
    }

    /// The text of a hit's literal.
    #[must_use]
    pub fn literal(&self, hit: Hit) -> &[u8] {
        &self.literals[hit.literal as usize]
    }

    /// Appends every literal in `text` to `hits`, ordered by where its rarest gram stands.
    pub fn find(&self, text: &[u8], hits: &mut Vec<Hit>) {
        // Four grams from each eight bytes read: one branch for the four.
        let mut at = 0;
        while let Some(eight) = text.get(at..at + 8) {
            let word = u64::from_le_bytes(eight.try_into().unwrap_or_default());
            let grams = [word as u32, (word >> 8) as u32, (word >> 16) as u32, (word >> 24) as u32];
            if grams.iter().fold(0, |any, &gram| any | self.test(gram | FOLD)) & 1 != 0 {
                for (step, gram) in grams.into_iter().enumerate() {
                    if self.test(gram | FOLD) & 1 != 0 {
                        self.verify(text, at + step, gram | FOLD, hits);
                    }
                }
            }
            at += GRAM;
        }
        for (step, four) in text.get(at..).unwrap_or_default().windows(GRAM).enumerate() {
            let gram = gram_at(four);
            if self.test(gram) & 1 != 0 {
                self.verify(text, at + step, gram, hits);
            }
        }
    }

    /// The gram's bit, in the lowest place; the other places hold its neighbours.
    #[inline]
    fn test(&self, gram: u32) -> u64 {
        let slot = slot(gram);
        self.bitmap[slot >> 6] >> (slot & 63)
    }

    /// Compares in full every literal whose gram stands at `at`.
    #[cold]
    fn verify(&self, text: &[u8], at: usize, gram: u32, hits: &mut Vec<Hit>) {
        let first = self.grams.partition_point(|entry| entry.gram < gram);
        for entry in self.grams[first..].iter().take_while(|entry| entry.gram == gram) {
            let literal = &self.literals[entry.literal as usize];
            let Some(start) = at.checked_sub(entry.offset as usize) else { continue };
            let found = text.get(start..start + literal.len());
            if found.is_some_and(|found| found.eq_ignore_ascii_case(literal)) {
                hits.push(Hit { literal: entry.literal, start });
            }
        }
    }
}

/// The gram's place in the bitmap.
#[inline]
fn slot(gram: u32) -> usize {
    (gram.wrapping_mul(MULTIPLIER) >> (32 - HASH_BITS)) as usize
}

fn gram_at(four: &[u8]) -> u32 {
    four.try_into().map_or(0, u32::from_le_bytes) | FOLD
}

/// The offset and value of the gram that is least common in source code.
fn rarest_gram(literal: &[u8]) -> (usize, u32) {
    assert!(literal.len() >= GRAM, "a literal has at least {GRAM} bytes");
    // Four of the same make a rule or a row of blanks, common however rare one of them is.
    let even = |four: &[u8]| four.iter().all(|b| *b == four[0]);
    let rarity = |four: &[u8]| match even(four) {
        true => 0,
        false => four.iter().map(|&b| u32::from(rarity(b))).sum::<u32>(),
    };
    literal
        .windows(GRAM)
        .enumerate()
        .max_by_key(|(offset, four)| (rarity(four), std::cmp::Reverse(*offset)))
        .map_or((0, 0), |(offset, four)| (offset, gram_at(four)))
}

/// How rare a byte is in source code: ten times the negative logarithm (base 2) of its share in a
/// sample of 3,000 files of the Linux kernel, with upper and lower case counted together.
fn rarity(byte: u8) -> u8 {
    const SPACE_TO_QUESTION_MARK: [u8; 32] = [
        22, 113, 79, 78, 120, 107, 95, 113, 71, 48, 49, 103, 64, 73, 81, 80, 51, 69, 72, 78, 81, 85,
        83, 89, 81, 90, 93, 71, 98, 76, 80, 136,
    ];
    const BACKQUOTE_TO_DELETE: [u8; 32] = [
        116, 49, 64, 50, 51, 40, 53, 65, 66, 47, 115, 74, 55, 58, 50, 54, 56, 88, 48, 48, 45, 59, 65,
        77, 58, 79, 97, 83, 73, 83, 122, 41,
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
    fn picks_a_rare_gram() {
        assert_eq!(rarest_gram(b"-----begin").1, gram_at(b"---b"));
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
