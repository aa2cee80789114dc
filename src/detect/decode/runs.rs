//! Long unbroken runs of characters that something may be encoded in, at memory speed.
//!
//! Twelve bytes at every sixteenth place are looked at: a run of [`SHORTEST`] has twelve of them wherever
//! it stands, and nearly all text has a space or a bracket among any twelve.

use std::ops::Range;

/// The shortest run that is certainly found.
pub(super) const SHORTEST: usize = STRIDE + SAMPLE - 1;

const STRIDE: usize = 16;
const SAMPLE: usize = 12;

/// Letters, digits and the two others of either alphabet of base64, which has those of hexadecimal.
const ENCODED: u8 = 1;
/// What escapes of all kinds are written in, one after the other.
const ESCAPED: u8 = 2;
/// What an unbroken stretch of text with escapes in it may have.
const UNBROKEN: u8 = 4;

/// The classes of each byte.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        let mut class = 0;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_') {
            class |= ENCODED;
        }
        if byte.is_ascii_hexdigit()
            || matches!(
                byte,
                b'%' | b'\\' | b'&' | b'#' | b'x' | b'X' | b'u' | b'U' | b';'
            )
        {
            class |= ESCAPED;
        }
        if byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>') {
            class |= UNBROKEN;
        }
        classes[b] = class;
        b += 1;
    }
    classes
};

/// A run, and what may be encoded in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// Base64 or hexadecimal, with its padding.
    Encoded(Range<usize>),
    /// Text with escapes.
    Escaped(Range<usize>),
}

/// Calls `found` with every run of at least [`SHORTEST`] bytes that is all of one kind, in order. `found`
/// gives where to go on, if that is further than the run's end.
pub(super) fn long(text: &[u8], mut found: impl FnMut(Run) -> usize) {
    let mut done = 0;
    let mut at = 0;
    loop {
        at += STRIDE * blanks(&text[at.min(text.len())..]);
        let Some(sample) = text.get(at..at + SAMPLE) else {
            return;
        };
        // Three of them tell nearly always.
        let some = class(sample[0]) & class(sample[5]) & class(sample[SAMPLE - 1]);
        let all = |some, &b: &u8| some & class(b);
        let class = match some & (ENCODED | ESCAPED) {
            0 => 0,
            some => sample.iter().fold(some, all),
        };
        if class == 0 {
            at += STRIDE;
            continue;
        }
        if class & ENCODED != 0 {
            let end = ahead(text, at + SAMPLE, text.len(), ENCODED);
            // Most runs are names, and too short; the byte that a long one must have tells it at once.
            let long = end.checked_sub(SHORTEST).filter(|&first| first >= done);
            if long.is_some_and(|first| is_encoded(text[first])) {
                let start = back(text, done..at, ENCODED);
                done = end;
                if end - start >= SHORTEST {
                    done = done.max(found(Run::Encoded(start..padded(text, end))));
                }
            }
            done = done.max(end);
        } else {
            let start = back(text, done..at, UNBROKEN);
            done = ahead(text, at + SAMPLE, text.len(), UNBROKEN);
            done = done.max(found(Run::Escaped(start..done)));
        }
        at = done.max(at + STRIDE);
    }
}

/// How many samples from the beginning of `text` on have a blank in them. May stop before the last few.
fn blanks(text: &[u8]) -> usize {
    let has_blank = |sample: &[u8]| {
        let eight = |at: usize| sample[at..at + 8].try_into().unwrap_or_default();
        let (first, last) = (eight(0), eight(SAMPLE - 8));
        has_blank(u64::from_le_bytes(first), u64::from_le_bytes(last))
    };
    let strides = text.chunks_exact(STRIDE);
    strides.take_while(|sample| has_blank(sample)).count()
}

/// Calls `found` with every run of base64's characters in `range` that has at least `least`.
pub(super) fn within(
    text: &[u8],
    range: Range<usize>,
    least: usize,
    mut found: impl FnMut(Range<usize>),
) {
    let mut at = back(text, 0..range.start, ENCODED);
    while at < range.end {
        let end = ahead(text, at, text.len(), ENCODED);
        let run = at..padded(text, end);
        if run.len() >= least && end > at {
            found(run);
        }
        at = end + 1;
    }
}

/// The unbroken text around `at`, not before `from`.
pub(super) fn unbroken(text: &[u8], from: usize, at: usize) -> Range<usize> {
    back(text, from..at, UNBROKEN)..ahead(text, at, text.len(), UNBROKEN)
}

/// Whether one of these bytes is below `#`: white space, a control character, `!` or `"`.
#[inline]
fn has_blank(a: u64, b: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const BELOW: u64 = ONES * b'#' as u64;
    let below = |word: u64| word.wrapping_sub(BELOW) & !word;
    (below(a) | below(b)) & (ONES << 7) != 0
}

#[inline]
fn class(b: u8) -> u8 {
    CLASSES[usize::from(b)]
}

pub(super) fn is_encoded(b: u8) -> bool {
    class(b) & ENCODED != 0
}

fn back(text: &[u8], range: Range<usize>, kind: u8) -> usize {
    let other = text[range.clone()]
        .iter()
        .rposition(|&b| class(b) & kind == 0);
    other.map_or(range.start, |other| range.start + other + 1)
}

fn ahead(text: &[u8], from: usize, to: usize, kind: u8) -> usize {
    let other = text[from..to].iter().position(|&b| class(b) & kind == 0);
    other.map_or(to, |other| from + other)
}

/// The end of a run with its padding.
fn padded(text: &[u8], end: usize) -> usize {
    end + text[end..]
        .iter()
        .take(2)
        .take_while(|&&b| b == b'=')
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn runs(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        long(text.as_bytes(), |run| {
            let (Run::Encoded(range) | Run::Escaped(range)) = run;
            found.push(&text[range]);
            0
        });
        found
    }

    #[test]
    fn escapes_are_runs_too() {
        let text = format!("x = \"a{}b\";", "%6f".repeat(9));
        assert_eq!(runs(&text), [&text[5..text.len() - 2]]);
        assert!(runs("// ######## a line of words and nothing_else_at_all ########").is_empty());
    }

    /// The simple version: every sample by its classes alone, and every run in both directions.
    fn runs_simply(text: &[u8]) -> Vec<Run> {
        let (mut all, mut done, mut at) = (Vec::new(), 0, 0);
        while let Some(sample) = text.get(at..at + SAMPLE) {
            let class = sample.iter().fold(u8::MAX, |all, &b| all & class(b));
            let kind = match class & (ENCODED | ESCAPED) {
                0 => 0,
                ESCAPED => UNBROKEN,
                _ => ENCODED,
            };
            if kind != 0 {
                let run = back(text, done..at, kind)..ahead(text, at + SAMPLE, text.len(), kind);
                done = run.end;
                if kind == UNBROKEN {
                    all.push(Run::Escaped(run));
                } else if run.len() >= SHORTEST {
                    all.push(Run::Encoded(run.start..padded(text, run.end)));
                }
            }
            at = done.max(at + STRIDE);
        }
        all
    }

    proptest! {
        #[test]
        fn runs_are_those_of_the_simple_version(text in "([a-f0-9]{0,20}|[a-z_]{0,40}|[%\\\\x5]{0,30}|[ !\"#=\\n]{0,3}){0,12}") {
            let mut all = Vec::new();
            long(text.as_bytes(), |run| {
                all.push(run);
                0
            });
            prop_assert_eq!(all, runs_simply(text.as_bytes()));
        }

        #[test]
        fn a_run_is_found_wherever_it_stands(before in 0usize..50, length in SHORTEST..90, after in 0usize..50) {
            let run = "aB3_".repeat(30)[..length].to_owned() + "==";
            let text = " ".repeat(before) + &run + &" ".repeat(after);
            prop_assert_eq!(runs(&text), [run]);
        }

        #[test]
        fn runs_are_in_order_and_none_overlaps(text in "[a-f0-9%\\\\ ]{0,300}") {
            let mut last = 0;
            let mut ordered = true;
            long(text.as_bytes(), |run| {
                let (Run::Encoded(range) | Run::Escaped(range)) = run;
                ordered &= last <= range.start && range.start < range.end;
                last = range.end;
                0
            });
            prop_assert!(ordered);
        }
    }
}
