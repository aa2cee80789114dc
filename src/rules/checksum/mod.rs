//! Checksums that are part of a credential's format: computed to judge a match, and to make examples.

mod azure;
mod bech32;
mod crc;

use super::schema::ChecksumKind;

/// `token` with its checksum made right, once for each way the format has of computing it; none where
/// a token of this form carries no checksum that is known.
fn right(kind: ChecksumKind, token: &[u8]) -> Vec<Vec<u8>> {
    let one = |token: Option<Vec<u8>>| token.into_iter().collect();
    match kind {
        ChecksumKind::Crc32Base62 => one(crc::base62(token)),
        ChecksumKind::Crc32Base36 => one(crc::base36(token)),
        ChecksumKind::Crc32HexLittleEndian => one(crc::hex_little_endian(token)),
        ChecksumKind::Crc32Hex => one(crc::hex(token)),
        ChecksumKind::Crc32HexOfBody => one(crc::hex_of_body(token)),
        ChecksumKind::Crc32Base64 => one(crc::base64(token)),
        ChecksumKind::Bech32 => one(bech32::right(token)),
        ChecksumKind::AzureKey => azure::key(token),
        ChecksumKind::AzureDevops => azure::devops(token),
    }
}

/// Whether the checksum inside `token` agrees with the rest of it; `None` where it carries none.
#[must_use]
pub fn agrees(kind: ChecksumKind, token: &[u8]) -> Option<bool> {
    let right = right(kind, token);
    // What is not the checksum is the same in any case: only its own digits can differ in case.
    let same = |right: &Vec<u8>| match kind {
        ChecksumKind::Crc32Hex
        | ChecksumKind::Crc32HexLittleEndian
        | ChecksumKind::Crc32HexOfBody => right.eq_ignore_ascii_case(token),
        _ => right == token,
    };
    (!right.is_empty()).then(|| right.iter().any(same))
}

/// `token` with its checksum made right.
#[must_use]
pub fn corrected(kind: ChecksumKind, token: &[u8]) -> Vec<u8> {
    right(kind, token)
        .into_iter()
        .next()
        .unwrap_or_else(|| token.to_vec())
}

/// `token` with a checksum that does not agree: two neighbours near its end change places, so that it
/// keeps to its alphabet.
#[must_use]
pub fn broken(kind: ChecksumKind, token: &[u8]) -> Vec<u8> {
    let token = corrected(kind, token);
    (1..token.len())
        .rev()
        .map(|at| {
            let mut changed = token.clone();
            changed.swap(at - 1, at);
            changed
        })
        .find(|changed| agrees(kind, changed) == Some(false))
        .unwrap_or(token)
}

/// Text in base 64 of either alphabet, in the standard one.
#[must_use]
pub fn standard_base64(text: &[u8]) -> Vec<u8> {
    let standard = |&b: &u8| match b {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    };
    text.iter().map(standard).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token of each kind, its checksum aside.
    fn tokens() -> Vec<(ChecksumKind, Vec<u8>)> {
        let x = |prefix: &str, count: usize| {
            let body: Vec<u8> = (0..count).map(|i| b"abcdefghKLMN23"[i * 5 % 14]).collect();
            [prefix.as_bytes(), &body].concat()
        };
        let azure = |count, mark: &str, end: &str| {
            [&x("", count), mark.as_bytes(), end.as_bytes()].concat()
        };
        vec![
            (ChecksumKind::Crc32Base62, x("ghp_", 36)),
            (
                ChecksumKind::Crc32Base36,
                [x("glpat-", 40), b".01.0aaaaaaaa".to_vec()].concat(),
            ),
            (
                ChecksumKind::Crc32HexLittleEndian,
                [x("glsa_", 32), b"_00000000".to_vec()].concat(),
            ),
            (ChecksumKind::Crc32Hex, x("ATATT3", 186)),
            (ChecksumKind::Crc32HexOfBody, x("cfut_", 48)),
            (
                ChecksumKind::Crc32HexOfBody,
                [x("zpka_", 32), b"_00000000".to_vec()].concat(),
            ),
            (ChecksumKind::Crc32Base64, x("cflt", 60)),
            (
                ChecksumKind::Bech32,
                [b"AGE-SECRET-KEY-1".as_slice(), &[b'Q'; 58]].concat(),
            ),
            (ChecksumKind::AzureKey, azure(76, "+ASt", "AAAAAA==")),
            (ChecksumKind::AzureKey, azure(76, "ACDb", "AAAAAA==")),
            (ChecksumKind::AzureKey, azure(33, "AzCa", "AAAAAA=")),
            (ChecksumKind::AzureKey, azure(42, "AzSe", "AAAAAA")),
            (ChecksumKind::AzureKey, azure(44, "AzFu", "AAAAAA==")),
            (ChecksumKind::AzureKey, azure(52, "JQQJ99", &"A".repeat(26))),
            (ChecksumKind::AzureDevops, [b'b'; 52].to_vec()),
        ]
    }

    #[test]
    fn a_corrected_token_agrees_and_a_changed_one_does_not() {
        for (kind, token) in tokens() {
            let right = corrected(kind, &token);
            assert_eq!(right.len(), token.len(), "{kind:?}");
            assert_eq!(agrees(kind, &right), Some(true), "{kind:?}");
            let wrong = broken(kind, &token);
            assert_eq!(agrees(kind, &wrong), Some(false), "{kind:?}");
            for at in [right.len() / 2, right.len() / 2 + 1] {
                let mut changed = right.clone();
                changed[at] = if changed[at] == b'F' { b'G' } else { b'F' };
                assert_ne!(agrees(kind, &changed), Some(true), "{kind:?}");
            }
        }
    }

    #[test]
    fn what_is_too_short_carries_none() {
        for (kind, _) in tokens() {
            for short in [b"".as_slice(), b"a_", b"cflt", b"1", b".", "é".as_bytes()] {
                assert_eq!(agrees(kind, short), None, "{kind:?}");
                assert_eq!(corrected(kind, short), short);
                assert_eq!(broken(kind, short), short);
            }
        }
    }

    #[test]
    fn other_forms_of_a_kind_carry_none() {
        let classic = [b"glcbt-64_".as_slice(), &[b'x'; 20]].concat();
        assert_eq!(agrees(ChecksumKind::Crc32Base36, &classic), None);
        let longer = [b"cfk_".as_slice(), &[b'x'; 50]].concat();
        assert_eq!(agrees(ChecksumKind::Crc32HexOfBody, &longer), None);
        let unmarked = [[b'A'; 86].as_slice(), b"=="].concat();
        assert_eq!(agrees(ChecksumKind::AzureKey, &unmarked), None);
        // A derived key: how its checksum is written is not known for certain.
        let derived = [[b'A'; 52].as_slice(), b"JQQJ9D", &[b'A'; 26]].concat();
        assert_eq!(agrees(ChecksumKind::AzureKey, &derived), None);
    }

    #[test]
    fn hexadecimal_digits_in_any_case() {
        let token = corrected(ChecksumKind::Crc32Hex, &[b'A'; 32]);
        let (body, sum) = token.split_at(24);
        let lower = [body, &sum.to_ascii_lowercase()].concat();
        assert_eq!(agrees(ChecksumKind::Crc32Hex, &lower), Some(true));
    }
}
