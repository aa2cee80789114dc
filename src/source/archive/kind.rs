//! Which container a content is, by its first bytes.

use crate::source::Window;

/// How many bytes from the beginning tell what a content is: a block of tar, the longest of all.
pub(super) const HEAD: usize = 512;

/// The length of the record that a zip archive without a comment ends with.
const ZIP_END: usize = 22;

/// A kind of content that holds other contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Zip, and all that is a zip archive inside: jar, war, whl, docx, apk, epub, crx …
    Zip,
    /// A tar archive.
    Tar,
    /// One compressed content.
    Gzip,
    /// One compressed content.
    Xz,
    /// One compressed content.
    Zstd,
    /// One compressed content.
    Bzip2,
    /// A 7-Zip archive.
    SevenZip,
    /// A database in one file.
    Sqlite,
    /// A document.
    Pdf,
}

impl Kind {
    /// What `head`, the first bytes of a content, say. Nearly every file is dismissed by its first byte.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'K', 3, 4, ..]
            | [b'P', b'K', 5, 6, ..]
            | [b'P', b'K', 7, 8, b'P', b'K', 3, 4, ..]
            | [b'C', b'r', b'2', b'4', 0..=9, 0, 0, 0, ..] => Some(Self::Zip),
            // The method is always deflate, and three of the flags are reserved.
            [0x1f, 0x8b, 8, flags, ..] if flags & 0xE0 == 0 => Some(Self::Gzip),
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            // A frame, or one to skip before it.
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..]
                if rest.starts_with(b"1AY&SY") || rest.starts_with(b"\x17rE8P\x90") =>
            {
                Some(Self::Bzip2)
            }
            [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => Some(Self::SevenZip),
            _ if head.starts_with(b"SQLite format 3\0") => Some(Self::Sqlite),
            _ if head.starts_with(b"%PDF-") => Some(Self::Pdf),
            _ if super::tar::is_header(head) => Some(Self::Tar),
            _ => None,
        }
    }

    /// What a window says: the first one of a content by its beginning, the last one by its end, where
    /// programs that unpack themselves have a zip archive.
    #[must_use]
    pub fn of_window(window: &Window<'_>) -> Option<Self> {
        let first = window.offset == 0 && window.own.start == 0;
        let end = window.text.len().checked_sub(ZIP_END);
        let ends_as_zip = || {
            window.last
                && end.is_some_and(|at| {
                    window.text[at..].starts_with(b"PK\x05\x06") && window.text.ends_with(&[0, 0])
                })
        };
        let kind = if first { Self::of(window.text) } else { None };
        kind.or_else(|| ends_as_zip().then_some(Self::Zip))
    }

    /// What it is called in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Zip => "zip archive",
            Self::Tar => "tar archive",
            Self::Gzip => "gzip file",
            Self::Xz => "xz file",
            Self::Zstd => "zstd file",
            Self::Bzip2 => "bzip2 file",
            Self::SevenZip => "7z archive",
            Self::Sqlite => "SQLite database",
            Self::Pdf => "PDF document",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_files_are_no_containers() {
        for head in [
            &b""[..],
            b"PK",
            b"BZhang wrote this, and 1AY&SY",
            b"# SQLite format 3\n",
            b"GIF89a",
            b"\x89PNG\r\n\x1a\n",
            b"\x7fELF\x02\x01\x01\0",
            b"\x1f\x8b\x08\xff",
            &[0; 512],
            &[b' '; 600],
            &[b'7'; 600],
        ] {
            assert_eq!(Kind::of(head), None, "{head:?}");
        }
    }
}
