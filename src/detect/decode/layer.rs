//! Text behind text: what a decoder made, and where in the source each byte of it came from.

use std::ops::Range;

use super::How;

/// How far before a replaced stretch its layer shows what stands around it: what rules of context ask for.
const BEFORE: usize = 1500;

/// The same after it.
const AFTER: usize = 700;

/// Stands between parts of a layer that are no neighbours in the source.
const GAP: &[u8] = b"\n\n";

/// How a stretch of decoded text lies over its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::detect) enum Unit {
    /// Byte for byte.
    Same,
    /// Two characters a byte.
    Hex,
    /// Four characters for three bytes; a byte of text is `width` bytes, and `skip` come before the first.
    Base64 { skip: u8, width: u8 },
    /// Two bytes a byte, after `skip`: ASCII in UTF-16.
    Wide { skip: u8 },
    /// Any part of it comes from all of the source.
    Whole,
}

impl Unit {
    /// Where the bytes from `start` to `end` of a stretch come from, counted from its source's start.
    fn source(self, start: usize, end: usize, all: usize) -> Range<usize> {
        match self {
            Self::Same => start..end,
            Self::Hex => 2 * start..2 * end,
            Self::Base64 { skip, width } => {
                let byte = |at: usize| usize::from(skip) + at * usize::from(width);
                byte(start) * 4 / 3..(byte(end) * 4).div_ceil(3)
            }
            Self::Wide { skip } => usize::from(skip) + 2 * start..usize::from(skip) + 2 * end,
            Self::Whole => 0..all,
        }
    }
}

/// A stretch of decoded text and its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::detect) struct Piece {
    pub(super) decoded: Range<usize>,
    pub(super) source: Range<usize>,
    pub(super) unit: Unit,
}

/// From offsets in a decoded text to the source: pieces in order, which leave nothing out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::detect) struct Map(Vec<Piece>);

impl Map {
    /// All of a text of `decoded` bytes, from `source`.
    pub(super) fn one(decoded: usize, source: Range<usize>, unit: Unit) -> Self {
        Self(vec![Piece {
            decoded: 0..decoded,
            source,
            unit,
        }])
    }

    /// Where the map ends in the decoded text.
    fn end(&self) -> usize {
        self.0.last().map_or(0, |piece| piece.decoded.end)
    }

    /// Adds the next `length` bytes of decoded text, which come from `source`.
    pub(super) fn push(&mut self, length: usize, source: Range<usize>, unit: Unit) {
        let start = self.end();
        if let Some(last) = self.0.last_mut()
            && (last.unit, unit) == (Unit::Same, Unit::Same)
            && last.source.end == source.start
        {
            last.decoded.end += length;
            last.source.end = source.end;
        } else if length > 0 {
            self.0.push(Piece {
                decoded: start..start + length,
                source,
                unit,
            });
        }
    }

    /// Adds the pieces of `other`, whose text follows.
    fn extend(&mut self, other: &Self) {
        for piece in &other.0 {
            self.push(piece.decoded.len(), piece.source.clone(), piece.unit);
        }
    }

    /// The shortest stretch of source that `decoded` comes from.
    pub(super) fn source(&self, decoded: &Range<usize>) -> Range<usize> {
        let first = self.0.partition_point(|p| p.decoded.end <= decoded.start);
        let Some(first) = self.0.get(first).or(self.0.last()) else {
            return 0..0;
        };
        let last = self.0.partition_point(|p| p.decoded.end < decoded.end);
        let last = self.0.get(last).or(self.0.last()).unwrap_or(first);
        let within = |piece: &Piece, from: usize, to: usize| {
            let length = piece.decoded.len();
            let offset = |at: usize| at.saturating_sub(piece.decoded.start).min(length);
            let all = piece.source.len();
            let mut source = piece.unit.source(offset(from), offset(to), all);
            // Marks before the first byte and padding after the last belong to them.
            if offset(from) == 0 {
                source.start = 0;
            }
            if offset(to) == length {
                source.end = all;
            }
            piece.source.start + source.start.min(all)..piece.source.start + source.end.min(all)
        };
        let start = within(first, decoded.start, decoded.start + 1).start;
        let end = within(last, decoded.end.saturating_sub(1), decoded.end).end;
        start..end.max(start)
    }
}

/// A stretch of source and the text it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) source: Range<usize>,
    pub(super) text: Vec<u8>,
    /// From the text to the source, in offsets of the source's own text.
    pub(super) map: Map,
    pub(super) how: &'static [How],
}

/// A text to scan in the place of what it was decoded from.
#[derive(Clone, Debug)]
pub(in crate::detect) struct Layer {
    pub(in crate::detect) text: Vec<u8>,
    /// The parts that were decoded, in order, and how; the rest is what stands around them.
    pub(in crate::detect) own: Vec<(Range<usize>, &'static [How])>,
    /// Whether the text stands by itself, with nothing of the source around it.
    pub(in crate::detect) alone: bool,
    map: Map,
    /// From what the map calls the source to the source, where that was put together from lines.
    lines: Option<Map>,
}

impl Layer {
    /// A text by itself.
    pub(super) fn alone(text: Vec<u8>, map: Map, lines: Option<Map>, how: &'static [How]) -> Self {
        Self {
            own: vec![(0..text.len(), how)],
            text,
            alone: true,
            map,
            lines,
        }
    }

    /// `text` with all of `edits` made, but only what stands around them; none where there are none.
    pub(super) fn in_place(text: &[u8], mut edits: Vec<Edit>) -> Option<Self> {
        edits.sort_by_key(|edit| (edit.source.start, usize::MAX - edit.source.end));
        let mut layer = Self {
            text: Vec::new(),
            own: Vec::new(),
            alone: false,
            map: Map::default(),
            lines: None,
        };
        let mut at: Option<usize> = None;
        let mut edits = edits.into_iter().peekable();
        while let Some(edit) = edits.next() {
            if at.is_some_and(|at| edit.source.start < at) {
                continue;
            }
            let low = edit.source.start.saturating_sub(BEFORE);
            let start = match at {
                Some(at) if low <= at => at,
                before => {
                    if let Some(at) = before {
                        layer.text.extend_from_slice(GAP);
                        layer.map.push(GAP.len(), at..at, Unit::Whole);
                    }
                    // Half a line's beginning is another line.
                    let newline = memchr::memchr(b'\n', &text[low..edit.source.start]);
                    newline.filter(|_| low > 0).map_or(low, |n| low + n + 1)
                }
            };
            layer.keep(text, start..edit.source.start);
            let own = layer.text.len()..layer.text.len() + edit.text.len();
            layer.text.extend_from_slice(&edit.text);
            layer.map.extend(&edit.map);
            layer.own.push((own, edit.how));
            let mut end = text.len().min(edit.source.end + AFTER);
            if let Some(next) = edits.peek() {
                end = end.min(next.source.start.max(edit.source.end));
            }
            layer.keep(text, edit.source.end..end);
            at = Some(end);
        }
        (!layer.own.is_empty()).then_some(layer)
    }

    /// Adds a stretch of the source as it is.
    fn keep(&mut self, text: &[u8], stretch: Range<usize>) {
        self.text.extend_from_slice(&text[stretch.clone()]);
        self.map.push(stretch.len(), stretch, Unit::Same);
    }

    /// Where in the source `span` of the text comes from.
    pub(in crate::detect) fn source(&self, span: &Range<usize>) -> Range<usize> {
        let source = self.map.source(span);
        match &self.lines {
            Some(lines) => lines.source(&source),
            None => source,
        }
    }

    /// How the part of the text was decoded that `span` has a part in, if it has.
    pub(in crate::detect) fn how(&self, span: &Range<usize>) -> Option<&'static [How]> {
        let first = self.own.partition_point(|(own, _)| own.end <= span.start);
        let (own, how) = self.own.get(first)?;
        (own.start < span.end).then_some(how)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn base64_is_covered_by_characters() {
        let map = Map::one(9, 10..22, Unit::Base64 { skip: 0, width: 1 });
        assert_eq!(map.source(&(0..3)), 10..14);
        assert_eq!(map.source(&(1..2)), 11..13);
        assert_eq!(map.source(&(0..9)), 10..22);
    }

    #[test]
    fn edits_keep_what_stands_around() {
        let text = b"a = <1>; b = <2>;".as_slice();
        let edit = |source: Range<usize>, new: &str| Edit {
            map: Map::one(new.len(), source.clone(), Unit::Whole),
            source,
            text: new.into(),
            how: &[How::Escapes],
        };
        let layer = Layer::in_place(text, vec![edit(13..16, "two"), edit(4..7, "one")]).unwrap();
        assert_eq!(layer.text, b"a = one; b = two;");
        assert_eq!(layer.source(&(4..7)), 4..7);
        assert_eq!(layer.source(&(0..17)), 0..17);
        assert_eq!(layer.source(&(14..15)), 13..16);
        assert_eq!(layer.how(&(9..10)), None);
        assert!(layer.how(&(12..14)).is_some());
    }

    proptest! {
        #[test]
        fn what_is_mapped_back_lies_in_the_source(
            starts in proptest::collection::vec((0usize..9000, 0usize..40, 0usize..60), 0..20),
            at in 0usize..20_000,
            length in 1usize..200,
        ) {
            let text = vec![b'x'; 9100];
            let edits = starts.iter().map(|&(start, old, new)| Edit {
                source: start..start + old,
                text: vec![b'y'; new],
                map: Map::one(new, start..start + old, Unit::Whole),
                how: &[How::Escapes],
            });
            if let Some(layer) = Layer::in_place(&text, edits.collect()) {
                let at = at.min(layer.text.len().saturating_sub(1));
                let span = at..layer.text.len().min(at + length);
                let source = layer.source(&span);
                prop_assert!(source.start <= source.end && source.end <= text.len());
                prop_assert!(layer.own.iter().all(|(own, _)| own.end <= layer.text.len()));
                if layer.how(&span).is_none() && text.len() == layer.text.len() {
                    prop_assert_eq!(source.len(), span.len());
                }
            }
        }
    }
}
