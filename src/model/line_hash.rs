//! GitHub's `primaryLocationLineHash`, the only fingerprint its code scanning uses.
//!
//! Source: `src/fingerprints.ts` of github/codeql-action. A line's hash covers the 100 UTF-16 units
//! from its start (running on into the lines below), with spaces and tabs left out and CR and CRLF
//! read as LF; the text ends in one unit 65535 and 100 zeros. The hash is `h * 37 + c` in 64 wrapping
//! bits, written in hexadecimal, with `:` and how often that hash has been seen from the top so far.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::{self, Read};

/// How many UTF-16 units a line's hash covers.
const BLOCK: usize = 100;
const MULTIPLIER: u64 = 37;
const END_OF_TEXT: u16 = u16::MAX;

/// The hashes of the lines numbered in `wanted` (from 1), as `hash:occurrence`.
///
/// Reads the text twice, each time from a fresh reader that `open` gives: once for the wanted
/// lines' hashes, once to count those hashes from the top. So memory is bounded by the number of
/// wanted lines, whatever the text's size. Bytes that are not UTF-8 count as U+FFFD, as a
/// JavaScript reader sees them.
pub fn line_hashes<R: Read>(
    mut open: impl FnMut() -> io::Result<R>,
    wanted: &[u64],
) -> io::Result<HashMap<u64, String>> {
    let wanted: HashSet<u64> = wanted.iter().copied().collect();
    let mut count: HashMap<u64, u64> = HashMap::new();
    each_line_hash(open()?, |line, hash| {
        if wanted.contains(&line) {
            count.insert(hash, 0);
        }
    })?;
    let mut hashes = HashMap::with_capacity(wanted.len());
    each_line_hash(open()?, |line, hash| {
        if let Some(seen) = count.get_mut(&hash) {
            *seen += 1;
            if wanted.contains(&line) {
                hashes.insert(line, format!("{hash:x}:{seen}"));
            }
        }
    })?;
    Ok(hashes)
}

/// Calls `take` with every line's number and hash, from the top.
fn each_line_hash(text: impl Read, mut take: impl FnMut(u64, u64)) -> io::Result<()> {
    let mut rolling = Rolling::new();
    for_each_unit(text, |unit| rolling.push_text(unit, &mut take))?;
    rolling.finish(&mut take);
    Ok(())
}

/// The rolling window: the units of the last [`BLOCK`] pushes and the lines that began among them.
struct Rolling {
    units: [u16; BLOCK],
    next: usize,
    hash: u64,
    /// `MULTIPLIER` to the power of [`BLOCK`]: what the unit that leaves the window has grown by.
    leaving: u64,
    pushed: u64,
    starts: VecDeque<(u64, u64)>,
    line: u64,
    at_line_start: bool,
    after_cr: bool,
}

impl Rolling {
    fn new() -> Self {
        Self {
            units: [0; BLOCK],
            next: 0,
            hash: 0,
            leaving: MULTIPLIER.wrapping_pow(BLOCK as u32),
            pushed: 0,
            starts: VecDeque::new(),
            line: 0,
            at_line_start: true,
            after_cr: false,
        }
    }

    fn push_text(&mut self, unit: u16, take: &mut impl FnMut(u64, u64)) {
        const SPACE: u16 = b' ' as u16;
        const TAB: u16 = b'\t' as u16;
        const CR: u16 = b'\r' as u16;
        const LF: u16 = b'\n' as u16;
        if unit == SPACE || unit == TAB || (self.after_cr && unit == LF) {
            self.after_cr = false;
            return;
        }
        self.after_cr = unit == CR;
        let unit = if unit == CR { LF } else { unit };
        self.emit_full(take);
        if self.at_line_start {
            self.at_line_start = false;
            self.line += 1;
            self.starts.push_back((self.line, self.pushed));
        }
        self.at_line_start = unit == LF;
        self.push(unit);
    }

    fn finish(mut self, take: &mut impl FnMut(u64, u64)) {
        self.after_cr = false;
        self.push_text(END_OF_TEXT, take);
        for _ in 0..BLOCK {
            self.emit_full(take);
            self.push(0);
        }
        self.emit_full(take);
    }

    /// Gives out the line whose block the window now holds exactly.
    fn emit_full(&mut self, take: &mut impl FnMut(u64, u64)) {
        if let Some(&(line, start)) = self.starts.front()
            && self.pushed - start == BLOCK as u64
        {
            take(line, self.hash);
            self.starts.pop_front();
        }
    }

    fn push(&mut self, unit: u16) {
        let leaving = u64::from(self.units[self.next]).wrapping_mul(self.leaving);
        self.units[self.next] = unit;
        self.next = (self.next + 1) % BLOCK;
        self.hash = self
            .hash
            .wrapping_mul(MULTIPLIER)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(leaving);
        self.pushed += 1;
    }
}

/// Calls `each` for every UTF-16 unit of `text`, read in pieces.
fn for_each_unit(mut text: impl Read, mut each: impl FnMut(u16)) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    let mut kept = 0;
    let mut pair = [0; 2];
    loop {
        let read = text.read(&mut buffer[kept..])?;
        let filled = kept + read;
        kept = 0;
        for chunk in buffer[..filled].utf8_chunks() {
            for c in chunk.valid().chars() {
                c.encode_utf16(&mut pair)
                    .iter()
                    .copied()
                    .for_each(&mut each);
            }
            let invalid = chunk.invalid();
            let at_end = invalid.as_ptr_range().end == buffer[..filled].as_ptr_range().end;
            if at_end && read != 0 && invalid.len() < 4 && !invalid.is_empty() {
                // Perhaps the first bytes of a character whose rest comes with the next read.
                kept = invalid.len();
            } else if !invalid.is_empty() {
                each(0xFFFD);
            }
        }
        if read == 0 {
            return Ok(());
        }
        buffer.copy_within(filled - kept..filled, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, written out: no window, no reuse.
    fn by_definition(text: &str, line: usize) -> u64 {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let from: usize = text
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        let mut units: Vec<u16> = text[from..]
            .encode_utf16()
            .filter(|&u| u != 0x20 && u != 0x09)
            .collect();
        units.push(65535);
        units.resize(units.len().max(100) + 100, 0);
        units[..100]
            .iter()
            .fold(0u64, |h, &u| h.wrapping_mul(37).wrapping_add(u64::from(u)))
    }

    fn hashes(text: &str, lines: &[u64]) -> HashMap<u64, String> {
        line_hashes(|| Ok(text.as_bytes()), lines).unwrap()
    }

    #[test]
    fn hand_computed_vectors() {
        // Computed outside this code, with arbitrary-precision integers.
        assert_eq!(hashes("a", &[1])[&1], "53b5d4aabe50d64:1");
        assert_eq!(
            hashes("const key = 1;\nnext();\n", &[1])[&1],
            "9f4bc9fa8788ab1f:1"
        );
        assert_eq!(hashes(&"x".repeat(250), &[1])[&1], "52b56201ffb58620:1");
    }

    #[test]
    fn agrees_with_the_definition() {
        let long = "x".repeat(250);
        for text in [
            "a",
            "a\nb\n",
            "  a\tb \r\n\r\nc",
            "ä€😀\nz",
            long.as_str(),
            "a\r\rb",
        ] {
            let lines = text
                .replace("\r\n", "\n")
                .replace('\r', "\n")
                .lines()
                .count();
            for line in 1..=lines {
                let got = &hashes(text, &[line as u64])[&(line as u64)];
                let hash = format!("{:x}", by_definition(text, line));
                assert_eq!(
                    got.split(':').next(),
                    Some(hash.as_str()),
                    "{text:?} line {line}"
                );
            }
        }
    }

    #[test]
    fn counts_occurrences_from_the_top() {
        let block = format!("same\n{}\n", "y".repeat(120));
        let text = block.repeat(3);
        let got = hashes(&text, &[1, 3, 5]);
        assert!(
            got[&1].ends_with(":1") && got[&3].ends_with(":2") && got[&5].ends_with(":3"),
            "{got:?}"
        );
    }

    #[test]
    fn characters_split_between_reads_are_whole() {
        struct OneByte<'a>(&'a [u8]);
        impl Read for OneByte<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let n = self.0.len().min(1);
                buffer[..n].copy_from_slice(&self.0[..n]);
                self.0 = &self.0[n..];
                Ok(n)
            }
        }
        let text = "ä€😀 b\nc\n";
        assert_eq!(
            line_hashes(|| Ok(OneByte(text.as_bytes())), &[1, 2]).unwrap(),
            hashes(text, &[1, 2])
        );
    }
}
