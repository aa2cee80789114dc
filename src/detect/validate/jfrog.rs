//! Reference tokens of JFrog.

use super::encoded;

/// Says that it is one.
pub(super) fn read(token: &[u8]) -> Result<String, &'static str> {
    match encoded::bytes(token) {
        Some(bytes) if bytes.starts_with(b"reftkn:") && bytes.iter().all(u8::is_ascii_graphic) => {
            Ok("base 64 of a reference to a token".to_owned())
        }
        _ => Err("it is no base 64 of a reference to a token"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64;

    #[test]
    fn is_a_reference() {
        let token = |text: &[u8]| BASE64.encode(text).into_bytes();
        assert!(read(&token(b"reftkn:01:0000000000:abcDEF")).is_ok());
        assert!(read(&token(b"reftkn;01:0000000000:abcDEF")).is_err());
        assert!(read(&token(b"reftkn:01:\xff\x00")).is_err());
        assert!(read(b"").is_err());
    }
}
