//! The texts that lead to a pattern: of which every match has one.
//!
//! Also part of `build.rs`.

use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::Extractor;

use super::schema::{List, Text};

/// The shortest literal that says something, in bytes …
pub const MIN_LITERAL: usize = 4;

/// … unless it has something else than letters: `hf_`, `://`.
const MIN_MARKED: usize = 3;

/// The most literals one rule may have; more would cost every scan more than the rule is worth.
pub const MAX_LITERALS: usize = 64;

/// Longer literals say nothing more to the prefilter.
const LITERAL_CUT: usize = 16;

/// Longer literals are not cut shorter: such short ones stand everywhere, and cost more than many longer ones.
const LEAST_CUT: usize = 5;

/// The largest classes of characters with which a literal goes on, one literal for each.
const HEX_DIGITS: usize = 16;
const DIGITS: usize = 10;

/// So many literals of a rule are no burden; where it has more, shorter ones may be fewer.
const FEW_LITERALS: usize = 12;

/// So many literals must come of one for it to be worth cutting them: they share a beginning.
const SHARED: usize = 6;

/// The lower-cased texts of which every match begins with one, if they are few and long enough.
#[must_use]
pub fn of_prefixes(hir: &Hir) -> Option<List<Text>> {
    let of_classes = |limit| {
        let shortest = few(&prefixes(hir, limit)?);
        (!shortest.is_empty() && shortest.len() <= MAX_LITERALS).then_some(List::Owned(shortest))
    };
    of_classes(HEX_DIGITS).or_else(|| of_classes(DIGITS))
}

/// The lower-cased texts of which every match begins with one, all of them. A class of more than
/// `largest` characters ends a text.
fn prefixes(hir: &Hir, largest: usize) -> Option<Vec<Text>> {
    let mut extractor = Extractor::new();
    extractor
        .limit_class(largest)
        .limit_total(4 * MAX_LITERALS)
        .limit_literal_len(LITERAL_CUT);
    let sequence = extractor.extract(hir);
    let mut literals: Vec<Text> = Vec::new();
    for literal in sequence.literals()? {
        let text = std::str::from_utf8(literal.as_bytes())
            .ok()?
            .to_ascii_lowercase();
        if !is_long_enough(&text) {
            return None;
        }
        literals.push(Text::Owned(text));
    }
    Some(literals)
}

/// Whether every match of `hir` begins with one of `given`.
#[must_use]
pub fn begin_all(given: &[Text], hir: &Hir) -> bool {
    let begins = |own: &Text| {
        let mut given = given.iter();
        given.any(|given| own.starts_with(given.get(..LITERAL_CUT).unwrap_or(given)))
    };
    prefixes(hir, DIGITS).is_some_and(|own| own.iter().all(begins))
}

/// Whether the prefilter can look for a literal.
#[must_use]
pub fn is_long_enough(literal: &str) -> bool {
    let is_marked = literal.bytes().any(|b| !b.is_ascii_alphabetic());
    literal.len() >= MIN_LITERAL || literal.len() >= MIN_MARKED && is_marked
}

/// The literals, cut so that few are left: the longest cut that leaves few, or the shortest there is.
#[must_use]
pub fn few(literals: &[Text]) -> Vec<Text> {
    let cut = |length: usize| {
        let mut cut: Vec<&str> = literals
            .iter()
            .map(|literal| literal.get(..length).unwrap_or(literal))
            .collect();
        cut.sort_unstable();
        // A literal that another one begins is found wherever that other one is.
        let mut shortest: Vec<&str> = Vec::with_capacity(cut.len());
        for literal in cut {
            let known = shortest
                .last()
                .is_some_and(|kept| literal.starts_with(kept));
            if !known {
                shortest.push(literal);
            }
        }
        shortest
    };
    let is_short = literals.iter().any(|literal| literal.len() < LEAST_CUT);
    let lengths = [LITERAL_CUT, 12, 8, 6, LEAST_CUT, MIN_LITERAL, MIN_MARKED];
    let mut cuts = lengths
        .into_iter()
        .filter(|&length| length >= LEAST_CUT || is_short)
        .map(cut)
        .filter(|cut| cut.iter().all(|literal| literal.len() >= MIN_MARKED));
    let longest = cuts.next().unwrap_or_default();
    // Different words stay apart: cut to what begins them, they would be found everywhere.
    let shared = |cut: &Vec<&str>| cut.len() <= FEW_LITERALS && SHARED * cut.len() <= longest.len();
    let best = if longest.len() <= FEW_LITERALS {
        longest
    } else {
        cuts.find(shared).unwrap_or(longest)
    };
    best.into_iter()
        .map(|l| Text::Owned(l.to_owned()))
        .collect()
}
