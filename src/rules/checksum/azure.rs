//! Keys of Azure that carry a mark and a Marvin32 sum, and the older tokens of Azure DevOps.
//!
//! The seeds are those of Microsoft's public repository `microsoft/security-utilities`. They are text.

use data_encoding::{BASE64, BASE64URL};

/// The seeds with which keys of a mark may be summed.
fn seeds(mark: &[u8]) -> &'static [&'static [u8; 8]] {
    match mark {
        b"+ASt" => &[b"Default0"],
        b"AzCa" => &[b"Access00"],
        b"ACDb" => &[
            b"MastRW00",
            b"MastRO00",
            b"SystRW00",
            b"SystRO00",
            b"SysAll00",
            b"Resour00",
            b"Encryp00",
        ],
        b"AzSe" => &[b"PAdmin00", b"Query000"],
        b"AzFu" => &[b"Functi00", b"System00", b"Master00"],
        b"+ASb" | b"+AEh" | b"+ARm" => &[
            b"Manage00",
            b"Send0000",
            b"Listen00",
            b"System00",
            b"Unknown0",
        ],
        b"AIoT" => &[b"IoTHub00", b"DpsKey00", b"Device00"],
        b"+ABa" => &[b"AbAcct00"],
        b"+ACR" => &[b"ACRDflt0"],
        b"APIM" => &[b"Tenant00", b"IoTHub00", b"Gatewy00", b"GitKey00"],
        _ => &[],
    }
}

/// The key with its last four bytes, which are the sum of the others, made right: once for each seed.
pub(super) fn key(token: &[u8]) -> Vec<Vec<u8>> {
    let plain = super::standard_base64(token);
    let Ok(bytes) = BASE64.decode(&plain) else {
        return Vec::new();
    };
    if token.len() == 84 && &token[52..58] == b"JQQJ99" {
        // The common format: a byte of the sum is left out.
        let sum = marvin32(&bytes[..60], *b"Default0").to_le_bytes();
        return vec![
            BASE64
                .encode(&[&bytes[..60], &sum[..3]].concat())
                .into_bytes(),
        ];
    }
    let Some(body) = bytes.len().checked_sub(4).filter(|&body| body > 4) else {
        return Vec::new();
    };
    // The mark is the last four characters that are nothing but of the body.
    let end = body * 8 / 6;
    let mark = &token[end - 4..end];
    let encoding = if mark == b"AzFu" { BASE64URL } else { BASE64 };
    let mut right: Vec<String> = seeds(mark)
        .iter()
        .map(|seed| {
            let sum = marvin32(&bytes[..body], **seed).to_le_bytes();
            encoding.encode(&[&bytes[..body], &sum].concat())
        })
        .collect();
    if mark == b"AzCa" {
        // Redis has letters and digits only: Microsoft's code takes these for the two others.
        let letters = right[0].replace('+', "P").replace('/', "F");
        right.push(letters);
    }
    right.into_iter().map(String::into_bytes).collect()
}

/// Marvin32 (United States Patent Application 20130262421), as in Microsoft's SymCrypt.
fn marvin32(data: &[u8], seed: [u8; 8]) -> u32 {
    let seed = u64::from_be_bytes(seed);
    let mut state = (seed as u32, (seed >> 32) as u32);
    let mut mix = |word: u32| {
        let (mut a, mut b) = (state.0.wrapping_add(word), state.1);
        b ^= a;
        a = a.rotate_left(20).wrapping_add(b);
        b = b.rotate_left(9) ^ a;
        a = a.rotate_left(27).wrapping_add(b);
        b = b.rotate_left(19);
        state = (a, b);
    };
    let (words, rest) = data.as_chunks::<4>();
    for word in words {
        mix(u32::from_le_bytes(*word));
    }
    let mut last = [0; 4];
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    mix(u32::from_le_bytes(last));
    mix(0);
    state.0 ^ state.1
}

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Where a token of Azure DevOps has the bytes of its sum, least byte first.
const DEVOPS_SUM: [usize; 4] = [22, 8, 7, 2];

/// The token with the four bytes that sum the other 28 made right: as a user's, and as an app's.
pub(super) fn devops(token: &[u8]) -> Vec<Vec<u8>> {
    let values: Option<Vec<u64>> = token
        .iter()
        .map(|b| {
            BASE32
                .iter()
                .position(|digit| digit == b)
                .map(|at| at as u64)
        })
        .collect();
    let Some(values) = values.filter(|values| values.len() == 52) else {
        return Vec::new();
    };
    let mut bytes: Vec<u8> = values
        .chunks(8)
        .flat_map(|group| {
            let bits =
                group.iter().fold(0, |bits, value| bits << 5 | value) << (5 * (8 - group.len()));
            bits.to_be_bytes()[3..].to_vec()
        })
        .collect();
    // The last four characters hold two bytes.
    bytes.truncate(32);
    let body: Vec<u8> = (0..32)
        .filter(|at| !DEVOPS_SUM.contains(at))
        .map(|at| bytes[at])
        .collect();
    [0xe0b9_692d, 0x1019_f92e]
        .iter()
        .map(|mask| {
            let mut right = bytes.clone();
            let sum = (crc32fast::hash(&body) ^ mask).to_le_bytes();
            for (at, byte) in DEVOPS_SUM.into_iter().zip(sum) {
                right[at] = byte;
            }
            data_encoding::BASE32_NOPAD
                .encode(&right)
                .to_ascii_lowercase()
                .into_bytes()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marvin() {
        // From the tests of .NET: the two halves of its 64 bits, combined.
        let seed = 0x004f_b61a_001b_dbcc_u64.to_be_bytes();
        assert_eq!(marvin32(b"", seed), 0x30ed_35c1 ^ 0x00cd_3c7d);
        assert_eq!(marvin32(&[0xaf], seed), 0x48e7_3fc7 ^ 0x7d75_ddc1);
        assert_eq!(marvin32(&[0xe7, 0x0f], seed), 0xb5f6_e1fc ^ 0x485d_bff8);
    }

    // Computed in Python, with a Marvin32 that gives .NET's values, when this was written.
    #[test]
    fn keys() {
        let of = |count: usize, mark: &str, end: &str| {
            key([
                [b'A'].repeat(count).as_slice(),
                mark.as_bytes(),
                end.as_bytes(),
            ]
            .concat()
            .as_slice())
        };
        assert_eq!(of(76, "+ASt", "AAAAAA==")[0][80..], *b"vmNvzw==");
        assert_eq!(of(33, "AzCa", "AAAAAA=")[0][37..], *b"BCk0bg=");
        assert_eq!(of(42, "AzSe", "AAAAAA")[1][46..], *b"AMowXB");
        assert_eq!(of(76, "ACDb", "AAAAAA==")[0][80..], *b"82KEzw==");
        assert_eq!(of(52, "JQQJ99", &"A".repeat(26))[0][80..], *b"Npna");
    }

    #[test]
    fn devops_tokens() {
        let [user, app] = devops(&[b'b'; 52]).try_into().unwrap();
        assert_eq!(
            user,
            b"bbbl7bbbbbbn3jrbbbbbbbbbbbbbbbbbbbbaxbbbbbbbbbbbbbba"
        );
        assert_eq!(app, b"bbbe7bbbbbbh2nrbbbbbbbbbbbbbbbbbbbbarbbbbbbbbbbbbbba");
    }
}
