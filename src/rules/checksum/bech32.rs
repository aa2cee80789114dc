//! Bech32 (BIP 173), in capitals as age writes its identities.

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

fn step(sum: u32, value: u32) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let next = (sum & 0x01ff_ffff) << 5 ^ value;
    (0..5)
        .filter(|bit| sum >> (25 + bit) & 1 == 1)
        .fold(next, |n, bit| n ^ GENERATOR[bit])
}

/// `token` with its last six characters, the checksum, made right.
pub(super) fn right(token: &[u8]) -> Option<Vec<u8>> {
    let data = token.iter().rposition(|&b| b == b'1')? + 1;
    let body = token.len().checked_sub(6).filter(|&body| body >= data)?;
    let lower = token[..body].to_ascii_lowercase();
    let prefix = || lower[..data - 1].iter().map(|&b| u32::from(b));
    let mut sum = prefix()
        .map(|b| b >> 5)
        .chain([0])
        .chain(prefix().map(|b| b & 31))
        .fold(1, step);
    for byte in &lower[data..] {
        let value = ALPHABET.iter().position(|b| b == byte)?;
        sum = step(sum, u32::try_from(value).ok()?);
    }
    sum = [0; 6].into_iter().fold(sum, step) ^ 1;
    let digits = (0..6)
        .rev()
        .map(|place| ALPHABET[(sum >> (5 * place) & 31) as usize]);
    Some(
        token[..body]
            .iter()
            .copied()
            .chain(digits.map(|b| b.to_ascii_uppercase()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        // BIP 173's own.
        assert_eq!(right(b"A1QQQQQQ").unwrap(), b"A12UEL5L");
        // Computed with BIP 173's reference code in Python, when this was written.
        let token = [b"AGE-SECRET-KEY-1".as_slice(), &[b'Q'; 58]].concat();
        assert_eq!(right(&token).unwrap()[68..], *b"8H00W3");
        assert_eq!(right(b"AGE-SECRET-KEY-1BBBBBBBBBBBB"), None);
    }
}
