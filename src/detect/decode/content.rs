//! What decoded bytes are: text in UTF-8 or UTF-16, something compressed, or nothing to look at.

use std::io::Read as _;

use flate2::read::{GzDecoder, ZlibDecoder};

use super::How;
use super::layer::Unit;

/// How much of a content is looked at to tell what it is.
pub(super) const HEAD: usize = 48;

/// The most that one compressed content unpacks to.
const MAX_UNPACKED: usize = 1024 * 1024;

/// What bytes are, by their beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Text,
    Utf16 { little: bool, skip: u8 },
    Gzip,
    Zlib,
}

/// What `head`, the beginning of a content or all of it, says that it is.
pub(super) fn content(head: &[u8], whole: bool) -> Option<Content> {
    match *head {
        [0x1f, 0x8b, 8, ..] => return Some(Content::Gzip),
        [0x78, flags @ (0x01 | 0x5e | 0x9c | 0xda), ..]
            if (0x7800 + u16::from(flags)) % 31 == 0
                && head.len() >= 8
                && !is_text(head, whole) =>
        {
            return Some(Content::Zlib);
        }
        _ => {}
    }
    if is_text(head, whole) {
        return Some(Content::Text);
    }
    utf16(head)
}

/// Whether it is UTF-8 that people can read; a last character may be cut off unless it is all there is.
fn is_text(head: &[u8], whole: bool) -> bool {
    let readable = |b: &u8| matches!(b, b'\t' | b'\n' | b'\r') || (*b >= 0x20 && *b != 0x7f);
    if head.is_empty() || !head.iter().all(readable) {
        return false;
    }
    let ascii = head.iter().filter(|b| b.is_ascii()).count();
    // Few bytes are UTF-8 by chance, but some are.
    if ascii == head.len() {
        return true;
    }
    4 * ascii >= 3 * head.len()
        && match std::str::from_utf8(head) {
            Ok(_) => true,
            Err(error) => !whole && error.error_len().is_none(),
        }
}

/// UTF-16 of mostly ASCII, with a byte order mark or without.
fn utf16(head: &[u8]) -> Option<Content> {
    let (little, skip) = match *head {
        [0xff, 0xfe, ..] => (true, 2),
        [0xfe, 0xff, ..] => (false, 2),
        [0, _, ..] => (false, 0),
        _ => (true, 0),
    };
    let units = head[usize::from(skip)..].chunks_exact(2);
    let wide = units.clone().filter(|unit| {
        let (high, low) = if little {
            (unit[1], unit[0])
        } else {
            (unit[0], unit[1])
        };
        high == 0 && matches!(low, b'\t' | b'\n' | b'\r' | 0x20..0x7f)
    });
    let all = units.len();
    (all >= 4 && 8 * wide.count() >= 7 * all).then_some(Content::Utf16 { little, skip })
}

/// The text that `bytes` hold, how that lies over them, and by what it was decoded.
pub(super) fn open(bytes: Vec<u8>, content: Content) -> Option<(Vec<u8>, Unit, Option<How>)> {
    match content {
        Content::Text => Some((bytes, Unit::Same, None)),
        Content::Utf16 { little, skip } => {
            let units = bytes[usize::from(skip).min(bytes.len())..]
                .chunks_exact(2)
                .map(|unit| {
                    let unit = [unit[0], unit[1]];
                    if little {
                        u16::from_le_bytes(unit)
                    } else {
                        u16::from_be_bytes(unit)
                    }
                });
            let text: String = char::decode_utf16(units)
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect();
            let unit = if text.is_ascii() {
                Unit::Wide { skip }
            } else {
                Unit::Whole
            };
            Some((text.into_bytes(), unit, Some(How::Utf16)))
        }
        Content::Gzip => unpack(GzDecoder::new(&*bytes)),
        Content::Zlib => unpack(ZlibDecoder::new(&*bytes)),
    }
}

/// What can be unpacked: the beginning of it where it is too long or cut short.
fn unpack(reader: impl std::io::Read) -> Option<(Vec<u8>, Unit, Option<How>)> {
    let mut text = Vec::new();
    let read = reader.take(MAX_UNPACKED as u64).read_to_end(&mut text);
    // What came before an error is there all the same.
    let (Ok(_) | Err(_)) = read;
    (!text.is_empty()).then_some((text, Unit::Whole, Some(How::Gzip)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_text_from_the_rest() {
        assert_eq!(content(b"key = value\n", true), Some(Content::Text));
        assert_eq!(
            content("schlüssel = x".as_bytes(), true),
            Some(Content::Text)
        );
        assert_eq!(
            content(&"schlüssel".as_bytes()[..5], false),
            Some(Content::Text)
        );
        assert_eq!(content(&"abcdeü".as_bytes()[..6], true), None);
        let wide: Vec<u8> = "key=1".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let big = Content::Utf16 {
            little: false,
            skip: 0,
        };
        assert_eq!(content(&wide, true), Some(big));
        assert_eq!(content(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", false), None);
        assert_eq!(content(&[0; 32], false), None);
        assert_eq!(content(b"", true), None);
    }

    #[test]
    fn what_is_packed_without_end_is_cut() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, &vec![b'a'; 3 * MAX_UNPACKED]).unwrap();
        let bytes = packer.finish().unwrap();
        let (text, unit, how) = open(bytes, Content::Gzip).unwrap();
        assert_eq!(
            (text.len(), unit, how),
            (MAX_UNPACKED, Unit::Whole, Some(How::Gzip))
        );
        assert_eq!(open(b"\x1f\x8b\x08 nothing".to_vec(), Content::Gzip), None);
    }
}
