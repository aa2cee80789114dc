//! Reading more than the text itself: code of other languages in it, and stretches that the grammar left
//! as they were.

use std::borrow::Cow;
use std::ops::Range;

use tree_sitter::Node;

use super::{Builder, MAX_AGAIN, MAX_AROUND, Offsets};
use crate::syntax::program::{Embedded, ExprId, Program};
use crate::syntax::{Language, MAX_BYTES, MAX_EMBEDDED, grammar, read, tree};

impl Builder<'_> {
    /// Code in another language at `range` of the text, with nothing escaped in it.
    pub(in crate::syntax) fn embed(
        &mut self,
        host: Option<ExprId>,
        language: Language,
        range: Range<usize>,
    ) {
        let code = self.text[range.clone()].to_vec();
        let pieces = vec![(0, range.start)];
        self.embed_pieces(host, language, code, &pieces);
    }

    /// Code in another language that was put together: `pieces` are where its stretches begin, in it
    /// and in the text.
    pub(in crate::syntax) fn embed_pieces(
        &mut self,
        host: Option<ExprId>,
        language: Language,
        code: Vec<u8>,
        pieces: &[(usize, usize)],
    ) {
        if self.nested >= MAX_EMBEDDED || code.len() > MAX_BYTES {
            return;
        }
        let located = pieces
            .iter()
            .map(|&(code, text)| (code, self.offsets.at(text)));
        let again = MAX_AGAIN * (code.len() + MAX_AROUND);
        let mut inner = Builder {
            offsets: Offsets::Pieces(located.collect(), self.offsets.at(self.text.len())),
            text: Cow::Owned(code),
            program: Program::new(language),
            depth: self.depth,
            nested: self.nested + 1,
            this: None,
            again,
        };
        if read(&mut inner) {
            self.program.embedded.push(Embedded {
                host,
                program: inner.program,
            });
        }
    }

    /// Ends the text with a line break, for a grammar that never stops looking for one. No place in the
    /// file becomes known by it.
    pub(in crate::syntax) fn end_line(&mut self) {
        if self.text.ends_with(b"\n") {
            return;
        }
        if let Offsets::From(base) = self.offsets {
            self.offsets = Offsets::Pieces(vec![(0, base)], base + self.text.len());
        }
        self.text.to_mut().push(b'\n');
    }

    /// What `lower` makes of a stretch of the text that the grammar left as it was, such as the
    /// arguments of a macro, read as if it stood between `before` and `after`. `None` where that is too
    /// much work.
    pub(in crate::syntax) fn again<T>(
        &mut self,
        range: Range<usize>,
        before: &str,
        after: &str,
        lower: impl FnOnce(&mut Self, Node<'_>) -> T,
    ) -> Option<T> {
        let code = [
            before.as_bytes(),
            &self.text[range.clone()],
            after.as_bytes(),
        ]
        .concat();
        let mut pieces = vec![(0, self.offsets.at(range.start))];
        pieces.push((before.len(), self.offsets.at(range.start)));
        if let Offsets::Pieces(outer, _) = &self.offsets {
            let inside = outer
                .iter()
                .filter(|(text, _)| range.start < *text && *text < range.end);
            pieces.extend(inside.map(|&(text, file)| (before.len() + text - range.start, file)));
        }
        let offsets = Offsets::Pieces(pieces, self.offsets.at(range.end));
        let offsets = std::mem::replace(&mut self.offsets, offsets);
        let lowered = self.instead(code, lower);
        self.offsets = offsets;
        lowered
    }

    /// What `lower` makes of `code` in place of the text. It has the same places: what the grammar does
    /// not know was put in other words of the same length. `None` where that is too much work.
    pub(in crate::syntax) fn instead<T>(
        &mut self,
        code: Vec<u8>,
        lower: impl FnOnce(&mut Self, Node<'_>) -> T,
    ) -> Option<T> {
        self.again = self.again.checked_sub(code.len())?;
        let tree = tree(&grammar(self.language())?.0, &code)?;
        let text = std::mem::replace(&mut self.text, Cow::Owned(code));
        let lowered = lower(self, tree.root_node());
        self.text = text;
        Some(lowered)
    }
}
