//! Base 64 in whichever of its forms, and JSON inside it.

use serde_json::{Map, Value};

use data_encoding::BASE64_NOPAD;

use crate::rules::checksum::standard_base64;

/// What `text` is base 64 of: of either alphabet, padded or not.
pub(super) fn bytes(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|&b| b != b'=')? + 1;
    let plain = standard_base64(&text[..end]);
    BASE64_NOPAD.decode(&plain).ok()
}

/// The object whose JSON `text` is base 64 of.
pub(super) fn object(text: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(&bytes(text)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form() {
        for text in ["+/8=", "-_8", "-_8=", "+/8"] {
            assert_eq!(
                bytes(text.as_bytes()).as_deref(),
                Some([0xfb, 0xff].as_slice())
            );
        }
        assert_eq!(bytes(b"="), None);
        assert_eq!(bytes(b"a"), None);
        assert!(object(b"e30").is_some() && object(b"W10").is_none());
    }
}
