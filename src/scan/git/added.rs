//! Which lines of a content are new.

use std::collections::HashMap;

use crate::source::decoded;

/// The lines that a content has and the contents before it had not, or had less often.
///
/// A line is the same wherever it stands and however it is indented: to move one adds nothing.
pub(super) struct Added(Vec<bool>);

type Counts<'a> = HashMap<&'a [u8], usize>;

impl Added {
    /// Compares `new` with each of `old`: what is added is new beside all of them.
    pub(super) fn new(new: &[u8], old: &[Vec<u8>]) -> Self {
        let new = text(new);
        let own = counts(&new);
        let mut added: Vec<bool> = lines(&new).map(|_| true).collect();
        for old in old {
            let old = text(old);
            let old = counts(&old);
            for (added, line) in added.iter_mut().zip(lines(&new)) {
                *added &= own[line] > old.get(line).copied().unwrap_or_default();
            }
        }
        Self(added)
    }

    /// Whether the line with this number, counted from 1, is one of them.
    pub(super) fn has(&self, line: u64) -> bool {
        let at = usize::try_from(line - 1).unwrap_or(usize::MAX);
        self.0.get(at).copied().unwrap_or(true)
    }
}

/// A content as lines of it are counted.
fn text(content: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let read = decoded(content)
        .and_then(|mut text_of| std::io::Read::read_to_end(&mut text_of, &mut text));
    debug_assert!(read.is_ok(), "memory can always be read");
    text
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii)
}

fn counts(text: &[u8]) -> Counts<'_> {
    let mut counts = Counts::new();
    for line in lines(text) {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(new: &str, old: &[&str]) -> Vec<u64> {
        let old: Vec<Vec<u8>> = old.iter().map(|old| old.as_bytes().to_vec()).collect();
        let added = Added::new(new.as_bytes(), &old);
        let lines = new.split('\n').count() as u64;
        (1..=lines).filter(|line| added.has(*line)).collect()
    }

    #[test]
    fn lines_are_added_moved_and_repeated() {
        assert_eq!(added("a\nb\nc", &["c\n  a\r\n"]), [2]);
        assert_eq!(added("a\nb\na", &["a\nb"]), [1, 3], "one of them is new");
        assert_eq!(added("a\nb", &[]), [1, 2]);
    }

    #[test]
    fn a_merge_adds_what_no_parent_has() {
        assert_eq!(added("a\nb\nc", &["a", "b"]), [3]);
    }

    #[test]
    fn lines_of_utf16_are_lines() {
        let wide = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>()
        };
        let added = Added::new(&wide("\u{FEFF}a\nb\n"), &[wide("\u{FEFF}b\n")]);
        assert_eq!((added.has(1), added.has(2)), (true, false));
    }
}
