//! The deltas of packs: what one object takes from another, and what it adds.
//!
//! See <https://git-scm.com/docs/pack-format#_deltified_representation>.

use std::ops::Range;

/// Bytes that an object has from its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Where they stand in the base.
    pub from: usize,
    /// Where they stand in the object.
    pub to: usize,
    /// How many there are.
    pub length: usize,
}

/// How an object comes out of its base.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    /// Runs of bytes from the base, in the object's order; between them stands what is new.
    copied: Vec<Copied>,
    base: usize,
    result: usize,
}

impl Delta {
    /// Puts the object that `instructions` describe into `out`. The error says what is wrong with them.
    pub fn apply(
        instructions: &[u8],
        base: &[u8],
        limit: u64,
        out: &mut Vec<u8>,
    ) -> Result<Self, &'static str> {
        const SHORT: &str = "its delta ends too early";
        let (base_size, rest) = size(instructions).ok_or(SHORT)?;
        let (result_size, mut rest) = size(rest).ok_or(SHORT)?;
        if base_size != base.len() as u64 {
            return Err("its delta is one of another base");
        }
        if result_size > limit {
            return Err("it is too large");
        }
        out.clear();
        out.reserve_exact(result_size as usize);
        let mut delta = Self {
            base: base.len(),
            result: result_size as usize,
            ..Self::default()
        };
        while let Some((&op, after)) = rest.split_first() {
            rest = after;
            if op & 0x80 != 0 {
                let mut number = |bits: u8, bytes: u32| -> Option<usize> {
                    let mut value = 0;
                    for byte in 0..bytes {
                        if bits & (1 << byte) != 0 {
                            let (&next, after) = rest.split_first()?;
                            rest = after;
                            value |= usize::from(next) << (8 * byte);
                        }
                    }
                    Some(value)
                };
                let from = number(op & 0x0F, 4).ok_or(SHORT)?;
                let length = match number(op >> 4 & 0x07, 3).ok_or(SHORT)? {
                    0 => 0x1_0000,
                    length => length,
                };
                let bytes = base
                    .get(from..from.saturating_add(length))
                    .ok_or("its delta copies what its base does not have")?;
                delta.copy(from, out.len(), length);
                out.extend_from_slice(bytes);
            } else if op != 0 {
                let (new, after) = rest.split_at_checked(usize::from(op)).ok_or(SHORT)?;
                rest = after;
                out.extend_from_slice(new);
            } else {
                return Err("its delta has an instruction that is not known");
            }
            if out.len() as u64 > result_size {
                return Err("its delta makes more than it says");
            }
        }
        if out.len() as u64 == result_size {
            Ok(delta)
        } else {
            Err("its delta makes less than it says")
        }
    }

    /// Adds a run; one that goes on where the last one ends in both objects makes that longer, since no
    /// instruction copies more than 64 KiB.
    fn copy(&mut self, from: usize, to: usize, length: usize) {
        if let Some(last) = self.copied.last_mut()
            && last.from + last.length == from
            && last.to + last.length == to
        {
            last.length += length;
        } else {
            self.copied.push(Copied { from, to, length });
        }
    }

    /// The stretches of the object that are not as in the base, each with so many bytes before and after it:
    /// what is new, and where what was apart now meets. They are in order and do not touch.
    #[must_use]
    pub fn changes(&self, before: usize, after: usize) -> Vec<Range<usize>> {
        let mut changes: Vec<Range<usize>> = Vec::new();
        let mut add = |from: usize, to: usize| {
            let (from, to) = (from.saturating_sub(before), (to + after).min(self.result));
            match changes.last_mut() {
                Some(last) if from <= last.end => last.end = last.end.max(to),
                _ => changes.push(from..to),
            }
        };
        let mut end = 0;
        for (number, run) in self.copied.iter().enumerate() {
            // What begins as its base does has nothing new there.
            if !(number == 0 && run.from == 0 && run.to == 0) {
                add(end, run.to);
            }
            end = run.to + run.length;
        }
        let ends_alike = self
            .copied
            .last()
            .is_some_and(|run| end == self.result && run.from + run.length == self.base);
        if !ends_alike {
            add(end, self.result);
        }
        changes
    }

    /// Where in the object the stretch `span` of the base stands again as a whole.
    pub fn carried(&self, span: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        self.copied
            .iter()
            .filter(move |run| run.from <= span.start && span.end <= run.from + run.length)
            .map(move |run| {
                let start = span.start - run.from + run.to;
                start..start + span.len()
            })
    }
}

/// A size as deltas begin with, and what follows it.
fn size(mut bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        bytes = rest;
        value |= u64::from(byte & 0x7F).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some((value, bytes));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Op {
        Copy(usize, usize),
        Insert(Vec<u8>),
    }

    /// The instructions as git would write them.
    fn encode(base: usize, ops: &[Op]) -> Vec<u8> {
        let length = |op: &Op| match op {
            Op::Copy(_, length) => *length,
            Op::Insert(new) => new.len(),
        };
        let mut out = Vec::new();
        for mut number in [base, ops.iter().map(length).sum()] {
            while number >= 0x80 {
                out.push(number as u8 & 0x7F | 0x80);
                number >>= 7;
            }
            out.push(number as u8);
        }
        for op in ops {
            match op {
                Op::Insert(new) => {
                    out.push(new.len() as u8);
                    out.extend(new);
                }
                Op::Copy(from, length) => {
                    let bytes = [
                        *from as u8,
                        (*from >> 8) as u8,
                        *length as u8,
                        (*length >> 8) as u8,
                    ];
                    out.push(0x80 | 0x01 | 0x02 | 0x10 | 0x20);
                    out.extend(bytes);
                }
            }
        }
        out
    }

    fn ops() -> impl Strategy<Value = (Vec<u8>, Vec<Op>)> {
        vec(any::<u8>(), 1..300).prop_flat_map(|base| {
            let length = base.len();
            let copy = (0..length).prop_flat_map(move |from| {
                (Just(from), 1..=length - from).prop_map(|(from, length)| Op::Copy(from, length))
            });
            let insert = vec(any::<u8>(), 1..20).prop_map(Op::Insert);
            (Just(base), vec(prop_oneof![copy, insert], 0..12))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_no_change_is_as_in_the_base((base, ops) in ops(), around in 0..10usize) {
            let mut wanted = Vec::new();
            for op in &ops {
                match op {
                    Op::Copy(from, length) => wanted.extend_from_slice(&base[*from..from + length]),
                    Op::Insert(new) => wanted.extend_from_slice(new),
                }
            }
            let mut out = Vec::new();
            let delta = Delta::apply(&encode(base.len(), &ops), &base, 1 << 20, &mut out).unwrap();
            prop_assert_eq!(&out, &wanted);
            // Every byte is in a change or in a run from the base.
            let changes = delta.changes(around, around);
            for pair in changes.windows(2) {
                prop_assert!(pair[0].end < pair[1].start);
            }
            for at in 0..out.len() {
                let copied = delta.copied.iter().find(|run| (run.to..run.to + run.length).contains(&at));
                match copied {
                    Some(run) => prop_assert_eq!(out[at], base[run.from + at - run.to]),
                    None => prop_assert!(changes.iter().any(|change| change.contains(&at))),
                }
            }
            // A window of the object that touches no change stands in the base as well.
            let width = around + 1;
            for start in 0..out.len().saturating_sub(width) {
                let window = start..start + width;
                if changes.iter().all(|c| c.end <= window.start || window.end <= c.start) {
                    let same = base.windows(width).any(|b| b == &out[window.clone()]);
                    prop_assert!(same);
                }
            }
            for start in 0..base.len() {
                let span = start..(start + 3).min(base.len());
                for found in delta.carried(span.clone()) {
                    prop_assert_eq!(&out[found], &base[span.clone()]);
                }
            }
        }

        #[test]
        fn nothing_that_is_broken_panics(instructions in vec(any::<u8>(), 0..60)) {
            let mut out = Vec::new();
            let _ = Delta::apply(&instructions, &[7; 100], 1 << 16, &mut out);
        }
    }

    #[test]
    fn long_runs_are_one() {
        let base = vec![1; 0x2_0000];
        let mut instructions = encode(0x2_0000, &[]);
        instructions.truncate(3);
        instructions.extend([0x80, 0x80, 0x08]);
        instructions.extend([0x80, 0x80 | 0x04, 0x01]);
        let mut out = Vec::new();
        let delta = Delta::apply(&instructions, &base, 1 << 20, &mut out).unwrap();
        assert_eq!((out, delta.changes(10, 10)), (base, Vec::new()));
    }

    #[test]
    fn limits_hold() {
        let apply = |ops: &[Op], base: usize, limit| {
            Delta::apply(&encode(base, ops), &[0; 10], limit, &mut Vec::new()).map(|_| ())
        };
        assert_eq!(apply(&[Op::Copy(0, 10)], 10, 10), Ok(()));
        assert!(apply(&[Op::Copy(0, 10)], 10, 9).is_err());
        assert!(apply(&[Op::Copy(0, 10)], 11, 99).is_err());
        assert!(apply(&[Op::Copy(1, 10)], 10, 99).is_err());
    }
}
