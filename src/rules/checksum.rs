//! Checksums that are part of a credential's format: computed to judge a match, and to make examples.

use super::schema::ChecksumKind;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Splits a token of this kind into the body that is summed and the checksum it carries.
///
/// `None` where the token is too short to have one.
fn split(kind: ChecksumKind, token: &[u8]) -> Option<(&[u8], &[u8])> {
    match kind {
        ChecksumKind::Crc32Base62 => {
            let (rest, sum) = token.split_at_checked(token.len().checked_sub(6)?)?;
            let (_prefix, body) = rest.split_at_checked(rest.len().checked_sub(30)?)?;
            Some((body, sum))
        }
    }
}

fn compute(kind: ChecksumKind, body: &[u8]) -> Vec<u8> {
    match kind {
        // GitHub's blog, "Behind GitHub's new authentication token formats", 2021-04-05.
        ChecksumKind::Crc32Base62 => {
            let mut rest = crc32fast::hash(body);
            let mut sum = [b'0'; 6];
            for digit in sum.iter_mut().rev() {
                *digit = BASE62[(rest % 62) as usize];
                rest /= 62;
            }
            sum.to_vec()
        }
    }
}

/// Whether the checksum inside `token` agrees with the rest of it.
#[must_use]
pub fn agrees(kind: ChecksumKind, token: &[u8]) -> bool {
    split(kind, token).is_some_and(|(body, sum)| compute(kind, body) == sum)
}

/// `token` with its checksum made right.
#[must_use]
pub fn corrected(kind: ChecksumKind, token: &[u8]) -> Vec<u8> {
    let Some((body, sum)) = split(kind, token) else {
        return token.to_vec();
    };
    let mut corrected = token[..token.len() - sum.len()].to_vec();
    corrected.extend(compute(kind, body));
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32_in_base_62() {
        // Computed with zlib: CRC-32 of thirty zeros is 0x77e5db82.
        assert_eq!(compute(ChecksumKind::Crc32Base62, &[b'0'; 30]), b"2C8GjS");
        let body = b"abcdefghijklmnopqrstuvwxyz0123";
        assert_eq!(compute(ChecksumKind::Crc32Base62, body), b"2LolCm");
    }

    #[test]
    fn a_corrected_token_agrees_and_a_changed_one_does_not() {
        let token = [b"ghp_".as_slice(), &[b'x'; 36]].concat();
        assert!(!agrees(ChecksumKind::Crc32Base62, &token));
        let mut right = corrected(ChecksumKind::Crc32Base62, &token);
        assert!(agrees(ChecksumKind::Crc32Base62, &right));
        right[10] = b'y';
        assert!(!agrees(ChecksumKind::Crc32Base62, &right));
        assert!(!agrees(ChecksumKind::Crc32Base62, b"ghp_short"));
    }
}
