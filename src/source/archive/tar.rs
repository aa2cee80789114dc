//! Tar, in one pass: ustar, the older form, pax and GNU's long names and sparse files.
//!
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html>,
//! <https://www.gnu.org/software/tar/manual/html_node/Standard.html>.

use std::io::{self, Read};

use super::{Walker, corrupt, fill};

/// Everything in a tar archive is a multiple of this.
const BLOCK: usize = 512;

/// A name in a block of its own may be this long; what is longer is cut.
const MAX_NAME: u64 = 64 * 1024;

/// Whether `block` is a header, by its checksum: old archives have nothing else to know them by.
pub(super) fn is_header(block: &[u8]) -> bool {
    let Some(block) = block.first_chunk::<BLOCK>() else {
        return false;
    };
    // Its digits are followed by a NUL, a space or both, which dismisses nearly everything.
    if !matches!(block[154], 0 | b' ') && !matches!(block[155], 0 | b' ') {
        return false;
    }
    let Some(sum) = number(&block[148..156]).filter(|&sum| sum > 0) else {
        return false;
    };
    let blanks = 8 * i64::from(b' ');
    let sum_of = |value: fn(u8) -> i64| -> i64 {
        let bytes = block[..148].iter().chain(&block[156..]);
        bytes.map(|&byte| value(byte)).sum::<i64>() + blanks
    };
    // Some old programs took bytes for signed ones.
    [
        sum_of(i64::from),
        sum_of(|byte| i64::from(byte.cast_signed())),
    ]
    .contains(&sum.cast_signed())
}

/// Hands over every file of an archive.
pub(super) fn walk(walker: &mut Walker<'_>, content: &mut dyn Read) -> io::Result<()> {
    let mut long_name = None;
    let mut size_in_pax = None;
    let mut empty_blocks = 0;
    loop {
        let mut block = [0; BLOCK];
        match fill(content, &mut block)? {
            BLOCK => {}
            // Programs that write no end are many.
            0 => return Ok(()),
            _ => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
        if block == [0; BLOCK] {
            empty_blocks += 1;
            if empty_blocks == 2 {
                // What follows the end counts for nothing, but is read: what it came from may be one of
                // many, and a key after the end is a key too.
                return rest(walker, content);
            }
            continue;
        }
        empty_blocks = 0;
        if !is_header(&block) {
            return Err(corrupt("the checksum of a header is wrong"));
        }
        let size = number(&block[124..136]).ok_or_else(|| corrupt("a size is no number"))?;
        let kind = block[156];
        let size = match kind {
            b'L' | b'x' | b'K' | b'g' => size,
            _ => size_in_pax.take().unwrap_or(size),
        };
        if kind == b'S' {
            skip_sparse_map(&block, content)?;
        }
        let mut data = content.take(size);
        match kind {
            b'L' => {
                let name = start(&mut data)?;
                long_name = Some(text(&name));
            }
            b'x' => {
                let records = start(&mut data)?;
                let (name, size) = pax(&records);
                long_name = name.or(long_name);
                size_in_pax = size;
            }
            // A file, also one that is stored apart from its holes.
            0 | b'0' | b'7' | b'S' => {
                let name = long_name.take().unwrap_or_else(|| name(&block));
                if !name.ends_with('/') {
                    walker.member(&name, &mut data)?;
                }
            }
            // Folders, links, devices and what is for all files.
            _ => long_name = None,
        }
        let left = data.limit();
        let padding = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
        skip(content, left.saturating_add(padding))?;
    }
}

/// Looks at what follows the end of an archive, unless it is padding.
fn rest(walker: &mut Walker<'_>, content: &mut dyn Read) -> io::Result<()> {
    let mut block = [0; BLOCK];
    loop {
        let filled = fill(content, &mut block)?;
        let block = &block[..filled];
        if block.iter().any(|&byte| byte != 0) {
            return walker.member("(after the end)", &mut block.chain(content));
        }
        if filled < BLOCK {
            return Ok(());
        }
    }
}

/// Reads past `length` bytes, all of which must be there.
fn skip(content: &mut dyn Read, length: u64) -> io::Result<()> {
    if io::copy(&mut content.take(length), &mut io::sink())? < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

/// Reads past the further blocks of GNU's map of a sparse file.
fn skip_sparse_map(header: &[u8; BLOCK], content: &mut dyn Read) -> io::Result<()> {
    let mut goes_on = header[482] != 0;
    while goes_on {
        let mut block = [0; BLOCK];
        content.read_exact(&mut block)?;
        goes_on = block[504] != 0;
    }
    Ok(())
}

/// The beginning of what a header of another one says.
fn start(data: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    data.by_ref().take(MAX_NAME).read_to_end(&mut start)?;
    Ok(start)
}

/// The path and the size that pax records name, each of them `length key=value\n`.
fn pax(mut records: &[u8]) -> (Option<String>, Option<u64>) {
    let (mut path, mut size) = (None, None);
    while let Some(space) = memchr::memchr(b' ', records) {
        let length = std::str::from_utf8(&records[..space]).ok();
        let length = length.and_then(|digits| digits.parse::<usize>().ok());
        let Some(record) = length.and_then(|length| records.get(space + 1..length)) else {
            break;
        };
        records = &records[space + 1 + record.len()..];
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        if let Some(value) = record.strip_prefix(b"path=") {
            path = Some(text(value));
        } else if let Some(value) = record.strip_prefix(b"GNU.sparse.name=") {
            path = Some(text(value));
        } else if let Some(value) = record.strip_prefix(b"size=") {
            size = text(value).parse().ok();
        }
    }
    (path, size)
}

/// The name in a header, with its prefix where the form has one.
fn name(block: &[u8; BLOCK]) -> String {
    let name = text(&block[..100]);
    let prefix = text(&block[345..500]);
    if &block[257..263] == b"ustar\0" && !prefix.is_empty() {
        format!("{prefix}/{name}")
    } else {
        name
    }
}

/// Text up to a NUL.
fn text(bytes: &[u8]) -> String {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    let text = String::from_utf8_lossy(&bytes[..end]);
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

/// A number in octal digits, or binary as GNU writes large ones.
fn number(field: &[u8]) -> Option<u64> {
    if let [0x80, high @ .., _, _, _, _, _, _, _, _] = field {
        let low = field.last_chunk()?;
        return high
            .iter()
            .all(|&b| b == 0)
            .then(|| u64::from_be_bytes(*low));
    }
    let is_digit = |b: &u8| (b'0'..=b'7').contains(b);
    let digits = field.trim_ascii_start();
    let end = digits
        .iter()
        .position(|b| !is_digit(b))
        .unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(end);
    if !rest.iter().all(|b| matches!(b, 0 | b' ')) {
        return None;
    }
    let value = |number: u64, digit: &u8| Some(number.checked_mul(8)? + u64::from(digit - b'0'));
    digits.iter().try_fold(0, value)
}
