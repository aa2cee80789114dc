//! Tells a name that people made from letters that a machine drew.
//!
//! A table says how surprising each letter is after the one before it in English. Runs of letters
//! that surprise little are words.

/// For each letter (rows) how surprising each next letter (columns) is: whole bits, at most 9, over
/// the words of Debian's `wamerican` list, each counted once, with half a count added to every pair.
const SURPRISE: [&[u8; 26]; 26] = [
    b"94447647496342949332556857", // a
    b"24882999379288399347399969", // b
    b"29593992393499299463499969", // c
    b"37751757279467389438476969", // d
    b"46425667698453758224766568", // e
    b"39993399299399399354399959", // f
    b"38992943399364399347398959", // g
    b"27982898299666299454497959", // h
    b"46353559997441358533859895", // i
    b"19992999399999299999199999", // j
    b"36871785297464579527596949", // k
    b"27752779297378379945479939", // l
    b"24792899299746339849499969", // m
    b"37433627385785488833668979", // n
    b"55456658596342449244354778", // o
    b"38992994399389349244499969", // p
    b"79999999799899999999099999", // q
    b"26552757296655369534468959", // r
    b"47483893396556447832496969", // s
    b"38692894299578389334497958", // t
    b"44444659497332649323989897", // u
    b"29990999299899399889689979", // v
    b"26862783297574379447898979", // w
    b"39392994299789429982467559", // x
    b"35453656397434439425695797", // y
    b"38991996299488489998688953", // z
];

/// Shorter runs of letters say nothing.
const MIN_RUN: usize = 4;

/// Quarter bits a letter pair may surprise by on average in a word. At 4.25 bits 99.9 % of the
/// list's words of twelve letters pass, and 0.8 % of strings of twelve random letters.
const WORD_QUARTER_BITS: usize = 17;

/// Whether most of `value` is made of words: runs of letters, split at `_`, `-` and changes of case.
#[must_use]
pub(crate) fn reads_as_words(value: &[u8]) -> bool {
    let in_words: usize = letter_runs(value)
        .filter(|run| is_word(run))
        .map(<[u8]>::len)
        .sum();
    let joints = value.iter().filter(|b| b"_-. ".contains(b)).count();
    // With digits in it, it needs more to be a name: `notifications2`.
    let digits = value.iter().any(u8::is_ascii_digit);
    let share = if digits { 85 } else { 60 };
    100 * (in_words + joints) >= share * value.len().max(1)
}

/// Whether `run`, letters only, could be a word.
fn is_word(run: &[u8]) -> bool {
    if run.len() < MIN_RUN {
        return false;
    }
    let bits: usize = run.windows(2).map(|pair| surprise(pair[0], pair[1])).sum();
    4 * bits <= WORD_QUARTER_BITS * (run.len() - 1)
}

/// How surprising `letter` is after `before`, in whole bits.
fn surprise(before: u8, letter: u8) -> usize {
    let index = |b: u8| usize::from(b.to_ascii_lowercase().saturating_sub(b'a')).min(25);
    usize::from(SURPRISE[index(before)][index(letter)] - b'0')
}

/// The runs of ASCII letters; a capital after a small letter begins a new one.
fn letter_runs(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value
        .chunk_by(|a, b| {
            a.is_ascii_alphabetic()
                && b.is_ascii_alphabetic()
                && !(a.is_ascii_lowercase() && b.is_ascii_uppercase())
        })
        .filter(|run| run[0].is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        for name in [
            "notifications_enabled",
            "search",
            "getUserAccessToken",
            "payment-provider-name",
        ] {
            assert!(reads_as_words(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn drawn_letters_are_not() {
        for drawn in [
            "k3x9p0q2w8zt",
            "qzxvkjwpfhgd",
            "Zx8Kq0VbTn4Lw2Rj",
            "9f86d081884c7d65",
        ] {
            assert!(!reads_as_words(drawn.as_bytes()), "{drawn}");
        }
    }
}
