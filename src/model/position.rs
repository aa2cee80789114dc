//! Lines and columns, computed only where something was found.

use memchr::memchr_iter;

/// A place in a text, as people and SARIF count: line and column from 1, columns in Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u64,
    /// Column in Unicode code points, from 1.
    pub column: u64,
}

/// Turns byte offsets of one window into positions, counting forward once.
///
/// Offsets asked for in rising order cost one pass together, however long the lines are; a smaller
/// offset restarts from the window's beginning and is still right.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    bytes: &'a [u8],
    base: Position,
    at: usize,
    here: Position,
}

impl<'a> LineIndex<'a> {
    /// An index over `bytes`, whose first byte stands at `base` in its blob.
    #[must_use]
    pub fn new(bytes: &'a [u8], base: Position) -> Self {
        Self {
            bytes,
            base,
            at: 0,
            here: base,
        }
    }

    /// The position of the byte at `offset`; one past the end is allowed.
    pub fn position(&mut self, offset: usize) -> Position {
        if offset < self.at {
            *self = Self::new(self.bytes, self.base);
        }
        let passed = &self.bytes[self.at..offset];
        let mut line = passed;
        for newline in memchr_iter(b'\n', passed) {
            self.here = Position {
                line: self.here.line + 1,
                column: 1,
            };
            line = &passed[newline + 1..];
        }
        self.here.column += count_code_points(line);
        self.at = offset;
        self.here
    }
}

/// Code points in `bytes`, counting every byte that does not continue one.
fn count_code_points(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Position = Position { line: 1, column: 1 };

    #[test]
    fn counts_lines_and_code_points() {
        let text = "ab\nç€x\n\nend".as_bytes();
        let mut index = LineIndex::new(text, START);
        assert_eq!(index.position(0), START);
        assert_eq!(index.position(3), Position { line: 2, column: 1 });
        let x = text.iter().position(|&b| b == b'x').unwrap();
        assert_eq!(index.position(x), Position { line: 2, column: 3 });
        assert_eq!(index.position(text.len()), Position { line: 4, column: 4 });
        assert_eq!(
            index.position(1),
            Position { line: 1, column: 2 },
            "going back is right too"
        );
    }

    #[test]
    fn a_later_window_goes_on_from_its_base() {
        let mut index = LineIndex::new(
            b"xy\nz",
            Position {
                line: 7,
                column: 41,
            },
        );
        assert_eq!(
            index.position(1),
            Position {
                line: 7,
                column: 42
            }
        );
        assert_eq!(index.position(3), Position { line: 8, column: 1 });
    }
}
