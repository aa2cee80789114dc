//! Which grams of a literal are looked for, and what they stand for.

use super::common::Common;
use super::{GRAM, Literal, MASKS, SHORTEST, gram, may_precede};

/// The grams that a masked one stands for: with every byte there is, folded, where one does not count;
/// before what `begins` a word those that may stand there.
pub(super) fn with_any(bytes: u32, mask: u8, begins: bool) -> impl Iterator<Item = u32> {
    let (shift, last) = match mask {
        0 => (0, 0),
        1 => (0, u8::MAX),
        _ => (8 * (GRAM as u32 - 1), u8::MAX),
    };
    let any = move |byte: &u8| {
        // Folding leaves half of the bytes apart; each stands for two.
        byte & 0x20 != 0 && (!begins || mask != 1 || may_precede(*byte) || may_precede(byte ^ 0x20))
    };
    let none = (mask == 0).then_some(bytes);
    let with = (0..=last)
        .filter(any)
        .map(move |byte| bytes | u32::from(byte) << shift);
    none.into_iter().chain(with.filter(move |_| mask != 0))
}

/// Two neighbouring grams of a literal, masked, with their masks and offsets: the least common that it has.
pub(super) fn grams_of(
    literal: Literal<'_>,
    common: &Common,
) -> impl Iterator<Item = (u32, u8, isize)> + use<> {
    let Literal { text, begins } = literal;
    let literal = text.as_bytes();
    // What stands beside a short literal is any byte.
    let before = (gram(literal, 0) << 8, 1, -1);
    let three = |offset: usize| gram(literal, offset) & MASKS[2];
    let share = |(bytes, mask, _): (u32, u8, isize)| -> f64 {
        with_any(bytes, mask, begins)
            .map(|gram| common.share(gram))
            .sum()
    };
    let pair = match literal.len() {
        SHORTEST => [before, (three(0), 2, 0)],
        GRAM => {
            let after = (three(1), 2, 1);
            let beside = if share(before) <= share(after) {
                before
            } else {
                after
            };
            [(gram(literal, 0), 0, 0), beside]
        }
        length => {
            let whole = |offset: usize| (gram(literal, offset), 0, offset.cast_signed());
            let pair = |offset: usize| [whole(offset), whole(offset + 1)];
            let pairs = (0..length - GRAM).map(pair);
            let rarest = pairs.min_by(|a, b| {
                let of =
                    |pair: &[(u32, u8, isize); 2]| pair.iter().copied().map(share).sum::<f64>();
                of(a).total_cmp(&of(b))
            });
            rarest.unwrap_or_else(|| pair(0))
        }
    };
    pair.into_iter()
}

/// What may stand before and behind the gram that begins at `offset` of `literal`, as sets of the bytes'
/// lower five bits.
pub(super) fn sides(literal: Literal<'_>, offset: isize) -> (u32, u32) {
    let text = literal.text.as_bytes();
    let set = |byte: u8| 1 << (byte & 31);
    let at = |place: isize| usize::try_from(place).ok().and_then(|at| text.get(at));
    let before = match at(offset - 1) {
        Some(&byte) => set(byte),
        None if literal.begins && offset == 0 => {
            let may = (0..=u8::MAX).filter(|&byte| may_precede(byte));
            may.fold(0, |all, byte| all | set(byte))
        }
        None => u32::MAX,
    };
    let behind = at(offset + GRAM.cast_signed()).map_or(u32::MAX, |&byte| set(byte));
    (before, behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_rare_grams() {
        let common = Common::new();
        let offset = |text: &str| {
            let literal = Literal { text, begins: true };
            grams_of(literal, &common).next().unwrap().2
        };
        assert!(offset("-----begin") > 0, "a rule is common");
        assert!(offset("interzqxw") > 1, "`inte` and `nter` are common");
    }

    #[test]
    fn sides_are_what_stands_there() {
        let literal = Literal {
            text: "ab_cde",
            begins: true,
        };
        let set = |bytes: &[u8]| bytes.iter().fold(0, |all, b| all | 1 << (b & 31));
        let (before, behind) = sides(literal, 1);
        assert_eq!((before, behind), (set(b"a"), set(b"e")));
        let (before, behind) = sides(literal, 0);
        assert_eq!((before & set(b"%"), behind), (set(b"%"), set(b"d")));
        assert_eq!(sides(literal, -1), (u32::MAX, set(b"c")));
        assert_eq!(sides(literal, 2), (set(b"b"), u32::MAX));
    }
}
