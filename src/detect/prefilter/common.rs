//! How common a gram is in source code.

use std::collections::HashMap;

use super::{FOLD, GRAM};

/// The commonest grams of C, Rust, Python and JavaScript, the commonest first, between bars. Made by
/// `benches/common-grams.py`.
const LINES: &str = include_str!("common.txt");

/// The commonest grams, with their ranks.
pub(super) struct Common(HashMap<u32, u16>);

impl Common {
    /// Reads the list.
    pub(super) fn new() -> Self {
        let lines = LINES
            .lines()
            .map(|line| &line.as_bytes()[1..line.len() - 1]);
        let grams = lines.flat_map(|line| line.chunks_exact(GRAM));
        let folded = grams.map(|gram| {
            let four = gram.try_into().unwrap_or_default();
            u32::from_le_bytes(four) | FOLD as u32
        });
        Self(folded.zip(0..).collect())
    }

    /// About how large a part of a text the gram is, in no unit: by its rank, as frequencies in texts fall.
    pub(super) fn share(&self, gram: u32) -> f64 {
        self.0
            .get(&gram)
            .map_or(0.0, |&rank| 1.0 / (50.0 + f64::from(rank)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gram_once_and_blanks_first() {
        let common = Common::new();
        assert_eq!(
            common.0.len(),
            LINES.lines().count() * (LINES.find('\n').unwrap() - 2) / GRAM
        );
        assert_eq!(common.0[&u32::from_le_bytes(*b"    ")], 0);
    }
}
