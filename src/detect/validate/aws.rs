//! AWS access key ids, which hold the number of the account they belong to.

use data_encoding::BASE32;

/// The account id, twelve digits, of an `AKIA`/`ASIA` key id of the current generation.
///
/// The 16 characters after the prefix are base 32; the account is bits 47 to 7 of the first six
/// bytes, big-endian. Ids of the older generation (fifth character below `Q`) do not encode it.
pub(super) fn account(id: &[u8]) -> Option<String> {
    let body = id.get(4..20)?;
    if body[0] < b'Q' {
        return None;
    }
    let bytes = BASE32.decode(body).ok()?;
    let number = bytes
        .get(..6)?
        .iter()
        .fold(0u64, |n, &b| n << 8 | u64::from(b));
    let account = (number & 0x7fff_ffff_ff80) >> 7;
    (account < 1_000_000_000_000).then(|| format!("{account:012}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_the_account() {
        // Built from the definition: bit 47 set (the current generation), then the account's bits.
        let number = 1u64 << 47 | 123_456_789_012 << 7;
        let mut bytes = number.to_be_bytes()[2..].to_vec();
        bytes.extend([1, 2, 3, 4]);
        let id = format!("{}{}", "AKIA", BASE32.encode(&bytes));
        assert_eq!(account(id.as_bytes()).as_deref(), Some("123456789012"));
    }

    #[test]
    fn the_older_generation_has_none() {
        assert_eq!(
            account([b"AKIA".as_slice(), &[b'I'; 16]].concat().as_slice()),
            None
        );
        assert_eq!(account(b"AKIA"), None);
    }
}
