//! CRC-32 (IEEE 802.3), in the digits that each format writes it with.

use data_encoding::{BASE64, HEXLOWER, HEXUPPER};

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `number` in a base of up to 62, padded with zeros.
fn digits<const N: usize>(mut number: u32, base: u32) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(number % base) as usize];
        number /= base;
    }
    digits
}

/// `token` with `sum` for its last characters.
fn ending(token: &[u8], sum: &[u8]) -> Option<Vec<u8>> {
    let body = token.len().checked_sub(sum.len())?;
    Some([&token[..body], sum].concat())
}

/// GitHub and npm: the last 6 are those of the 30 before them.
///
/// GitHub's blog, "Behind GitHub's new authentication token formats", 2021-04-05.
pub(super) fn base62(token: &[u8]) -> Option<Vec<u8>> {
    let body = token.len().checked_sub(36)?..token.len() - 6;
    ending(token, &digits::<6>(crc32fast::hash(&token[body]), 62))
}

/// GitLab's routable tokens: after the last dot two characters of length, and seven that sum all
/// before them. The others have no dot.
pub(super) fn base36(token: &[u8]) -> Option<Vec<u8>> {
    let body = token.len().checked_sub(7)?;
    (token.iter().rposition(|&b| b == b'.')? + 3 == body).then_some(())?;
    let sum = digits::<7>(crc32fast::hash(&token[..body]), 36);
    ending(token, &sum.to_ascii_lowercase())
}

/// Grafana: after the last `_`, that of all before it, least byte first.
pub(super) fn hex_little_endian(token: &[u8]) -> Option<Vec<u8>> {
    let body = token.len().checked_sub(9)?;
    (token[body] == b'_').then_some(())?;
    let sum = crc32fast::hash(&token[..body]).to_le_bytes();
    ending(token, HEXLOWER.encode(&sum).as_bytes())
}

/// Atlassian: the last 8 are those of all before them.
pub(super) fn hex(token: &[u8]) -> Option<Vec<u8>> {
    let body = token.len().checked_sub(8).filter(|&body| body > 0)?;
    let sum = crc32fast::hash(&token[..body]).to_be_bytes();
    ending(token, HEXUPPER.encode(&sum).as_bytes())
}

/// Cloudflare and Zuplo: the last 8 are those of the characters between the prefix and them, which
/// Zuplo ends with a `_` that is not summed.
pub(super) fn hex_of_body(token: &[u8]) -> Option<Vec<u8>> {
    let prefix = token.iter().position(|&b| b == b'_')?;
    let body = match &token[prefix + 1..] {
        rest if rest.len() == 48 => &rest[..40],
        rest if rest.len() == 41 && rest[32] == b'_' => &rest[..32],
        _ => return None,
    };
    let sum = crc32fast::hash(body).to_be_bytes();
    ending(token, HEXLOWER.encode(&sum).as_bytes())
}

/// Confluent: the last 6 are base 64 of that of the 54 between `cflt` and them, least byte first.
pub(super) fn base64(token: &[u8]) -> Option<Vec<u8>> {
    let rest = token.strip_prefix(b"cflt")?;
    (rest.len() == 60).then_some(())?;
    let sum = BASE64.encode(&crc32fast::hash(&rest[..54]).to_le_bytes());
    ending(token, &sum.as_bytes()[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    // The sums were computed with Python's zlib, when this was written.

    #[test]
    fn github() {
        assert_eq!(base62(&[b'0'; 36]).unwrap()[30..], *b"2C8GjS");
        let token = b"abcdefghijklmnopqrstuvwxyz0123......";
        assert_eq!(base62(token).unwrap()[30..], *b"2LolCm");
    }

    #[test]
    fn gitlab() {
        let token = [b"glpat-".as_slice(), &[b'x'; 27], b".0r", &[b'.'; 7]].concat();
        assert_eq!(
            base36(&[&token[..36], b"0000000"].concat()).unwrap()[36..],
            *b"1gkkphv"
        );
    }

    #[test]
    fn grafana() {
        let token = [b"glsa_".as_slice(), &[b'x'; 32], b"_00000000"].concat();
        assert_eq!(hex_little_endian(&token).unwrap()[38..], *b"4e8e755e");
    }

    #[test]
    fn atlassian() {
        let token = [b"ATBB".as_slice(), &[b'x'; 24], b"00000000"].concat();
        assert_eq!(hex(&token).unwrap()[28..], *b"8F5DD7EB");
    }

    #[test]
    fn cloudflare_and_zuplo() {
        let token = [b"cfk_".as_slice(), &[b'x'; 40], b"00000000"].concat();
        assert_eq!(hex_of_body(&token).unwrap()[44..], *b"c41a71f0");
        let token = [b"zpka_".as_slice(), &[b'x'; 32], b"_00000000"].concat();
        assert_eq!(hex_of_body(&token).unwrap()[38..], *b"00ce3d88");
    }

    #[test]
    fn confluent() {
        let token = [b"cflt".as_slice(), &[b'x'; 60]].concat();
        assert_eq!(base64(&token).unwrap()[58..], *b"KbOpGg");
    }
}
