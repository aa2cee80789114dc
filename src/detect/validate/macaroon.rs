//! Macaroons, version 2 of their binary form, as the Python Package Index issues them.

use super::{encoded, jwt};

const LOCATION: u64 = 1;
const IDENTIFIER: u64 = 2;
const SIGNATURE: u64 = 6;

/// Tells who issued it and whether anything limits it.
pub(super) fn read(token: &[u8]) -> Result<String, &'static str> {
    token
        .strip_prefix(b"pypi-")
        .and_then(encoded::bytes)
        .and_then(|bytes| parse(&bytes))
        .ok_or("it cannot be read as a macaroon, which such tokens are")
}

fn parse(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes.strip_prefix(&[2])?;
    let header = section(&mut rest)?;
    let location = header.iter().find(|(kind, _)| *kind == LOCATION)?.1;
    header.iter().find(|(kind, _)| *kind == IDENTIFIER)?;
    let mut caveats = 0;
    while !section(&mut rest)?.is_empty() {
        caveats += 1;
    }
    let signed = number(&mut rest)? == SIGNATURE && number(&mut rest)? == 32 && rest.len() == 32;
    let location = jwt::printable(std::str::from_utf8(location).ok()?);
    signed.then(|| match caveats {
        0 => format!("macaroon of {location}, without limits"),
        1 => format!("macaroon of {location}, with 1 caveat"),
        _ => format!("macaroon of {location}, with {caveats} caveats"),
    })
}

/// The fields up to the next zero.
fn section<'b>(rest: &mut &'b [u8]) -> Option<Vec<(u64, &'b [u8])>> {
    let mut fields = Vec::new();
    loop {
        let kind = number(rest)?;
        if kind == 0 {
            return Some(fields);
        }
        let length = usize::try_from(number(rest)?).ok()?;
        let (field, after) = rest.split_at_checked(length)?;
        fields.push((kind, field));
        *rest = after;
    }
}

/// A number of seven bits a byte, least first.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..5 {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64URL_NOPAD;

    fn field(kind: u8, value: &[u8]) -> Vec<u8> {
        [&[kind, u8::try_from(value.len()).unwrap()], value].concat()
    }

    fn token(caveats: usize, signature: usize) -> Vec<u8> {
        let mut bytes = [
            vec![2],
            field(1, b"pypi.org"),
            field(2, &[b'a'; 36]),
            vec![0],
        ]
        .concat();
        for _ in 0..caveats {
            bytes.extend([field(2, b"[3, \"a\"]"), vec![0]].concat());
        }
        bytes.extend([vec![0], field(6, &vec![7; signature])].concat());
        format!("pypi-{}", BASE64URL_NOPAD.encode(&bytes)).into_bytes()
    }

    #[test]
    fn tells_what_limits_it() {
        assert_eq!(
            read(&token(0, 32)).as_deref(),
            Ok("macaroon of pypi.org, without limits")
        );
        assert_eq!(
            read(&token(1, 32)).as_deref(),
            Ok("macaroon of pypi.org, with 1 caveat")
        );
        assert_eq!(
            read(&token(2, 32)).as_deref(),
            Ok("macaroon of pypi.org, with 2 caveats")
        );
    }

    #[test]
    fn what_is_none_cannot_be_read() {
        assert!(read(&token(1, 31)).is_err());
        let whole = token(1, 32);
        assert!((0..whole.len()).all(|end| read(&whole[..end]).is_err()));
        assert!(read(b"pypi-AgEIcHlwaS5vcmc").is_err());
        assert_eq!(number(&mut [0xff; 9].as_slice()), None);
        assert_eq!(number(&mut [0x80, 1].as_slice()), Some(128));
    }
}
