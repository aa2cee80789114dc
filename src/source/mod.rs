//! Where bytes come from: the work tree, standard input; how they are read, in bounded memory; and which
//! files git tracks.
//!
//! Knows nothing of rules or findings. A thread that scans keeps one [`Scratch`] and does:
//!
//! ```
//! # use credlint::source::{Scratch, WalkOptions, read, walk};
//! let walk = walk(&["src/lib.rs".into()], &WalkOptions::default());
//! let mut scratch = Scratch::new();
//! for entry in &walk.entries {
//!     let total = read(&mut scratch, &entry.local(), entry.open()?, |class, window| {
//!         // Look for what begins in `window.own` of `window.text`, with the rules that `class` admits.
//!         assert!(class.why.is_none() && window.base.line == 1);
//!     })?;
//!     assert!(total.bytes > 0);
//! }
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! For a second pass over the same content, as [`crate::model::line_hashes`] makes, hand it
//! `|| decoded(entry.open()?)`.

pub mod archive;
mod chunks;
mod classify;
mod decode;
mod entry;
pub mod git;
mod index;
mod stdin;
mod tracked;
mod worktree;

use std::io::{self, Read};

pub use chunks::{LEAD, Scratch, Sizes, TAIL, Total, WINDOW, Window};
pub use classify::{Class, HEAD, classify};
pub use decode::{Decoded, decoded};
pub use entry::Entry;
pub use stdin::{Spool, SpoolReader};
pub use tracked::Tracked;
pub use worktree::{Walk, WalkOptions, walk};

/// Reads a content to its end and calls `each` with every window of it and with the content's class.
///
/// `path` is what the class is judged by (see [`classify`]), together with the first window.
pub fn read<R: Read>(
    scratch: &mut Scratch,
    path: &str,
    reader: R,
    mut each: impl FnMut(Class, Window<'_>),
) -> io::Result<Total> {
    let mut class = None;
    scratch.read(reader, |window| {
        let class = *class.get_or_insert_with(|| classify(path, window.text));
        each(class, window);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ContentClass;

    /// A reader that gives at most so many bytes a read.
    pub(super) struct Pieces<'a>(&'a [u8], usize);

    impl<'a> Pieces<'a> {
        pub(super) fn new(bytes: &'a [u8], piece: usize) -> Self {
            Self(bytes, piece)
        }
    }

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.0.len().min(self.1).min(buffer.len());
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[test]
    fn the_class_is_that_of_the_beginning_for_every_window() {
        let mut content = vec![b'x'; 400];
        content[3] = 0;
        let mut scratch = Scratch::with_sizes(Sizes {
            window: 100,
            lead: 10,
            tail: 20,
        });
        let mut windows = 0;
        read(&mut scratch, "a.txt", &content[..], |class, _| {
            assert_eq!(class.class, ContentClass::Binary);
            windows += 1;
        })
        .unwrap();
        assert!(windows > 3);
    }

    #[test]
    fn utf16_text_is_text() {
        let bytes: Vec<u8> = "KEY=value\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let mut seen = Vec::new();
        read(&mut Scratch::new(), ".env", &bytes[..], |class, window| {
            assert_eq!(class.why, None);
            seen.extend_from_slice(window.text);
        })
        .unwrap();
        assert_eq!(seen, b"KEY=value\n");
    }
}
