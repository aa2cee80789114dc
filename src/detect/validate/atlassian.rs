//! Tokens of Atlassian's products in people's own data centers.

use super::encoded;

/// Says that it is a number, a colon and bytes.
pub(super) fn read(token: &[u8]) -> Result<String, &'static str> {
    let bytes = encoded::bytes(token).unwrap_or_default();
    match bytes.iter().position(|&b| b == b':') {
        Some(colon)
            if colon > 0
                && colon + 1 < bytes.len()
                && bytes[..colon].iter().all(u8::is_ascii_digit) =>
        {
            Ok("base 64 of a number and what was drawn for it".to_owned())
        }
        _ => Err("it is no base 64 of a number, a colon and bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64;

    #[test]
    fn a_number_and_bytes() {
        let token = |text: &[u8]| BASE64.encode(text).into_bytes();
        let drawn = [[b'7'; 12].as_slice(), b":", &[0xfe; 20]].concat();
        assert!(read(&token(&drawn)).is_ok());
        assert!(read(&token(&drawn[..13])).is_err());
        assert!(read(&token(&drawn[13..])).is_err());
        assert!(read(&token(b":abc")).is_err());
        assert!(read(b"").is_err());
    }
}
