//! Zip, by its directory: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>.
//!
//! The directory is what every program goes by. It is read piece by piece, whatever number of entries it
//! claims, and each entry's content is streamed; entries that overlap count as often as they are read.

use std::io::{self, Read, SeekFrom};

use bzip2::read::BzDecoder;
use flate2::read::DeflateDecoder;
use lzma_rust2::LzmaReader;

use super::budget::Trouble;
use super::checked::Checked;
use super::xz::{MAX_DICTIONARY, TOO_LARGE, XzReader};
use super::zstd::ZstdReader;
use super::{Seekable, Walker, bytes, corrupt, fill};

/// The end of the directory: its record, and a comment of the longest kind.
const END: u64 = 22 + 0xFFFF;

/// How much of the directory is held in memory: an entry with the longest name, field and comment.
const PIECE: usize = 46 + 3 * 0xFFFF;

/// What an entry says of its method where the true one is in a field about encryption.
const AES: u16 = 99;

/// An entry of the directory.
#[derive(Debug)]
struct Entry {
    name: String,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    size: u64,
    /// Where its header stands.
    header: u64,
}

/// Hands over every file of an archive.
pub(super) fn walk(walker: &mut Walker<'_>, content: &mut dyn Seekable) -> io::Result<()> {
    let mut directory = Directory::find(content)?;
    let mut seen = 0;
    while let Some(entry) = directory.next(content)? {
        seen += 1;
        if entry.name.ends_with('/') && entry.packed == 0 {
            continue;
        }
        let result = member(walker, content, &entry, directory.shift);
        if walker.budget.is_spent() {
            return result;
        }
        let length = walker.enter(&entry.name);
        walker.settle(super::Kind::Zip, result);
        walker.leave(length);
    }
    if seen < directory.entries {
        return Err(corrupt("its directory names fewer members than it should"));
    }
    Ok(())
}

fn member(
    walker: &mut Walker<'_>,
    content: &mut dyn Seekable,
    entry: &Entry,
    shift: u64,
) -> io::Result<()> {
    if entry.flags & 1 != 0 || entry.method == AES {
        return Err(Trouble::Encrypted.into());
    }
    let mut header = [0; 30];
    content.seek(SeekFrom::Start(entry.header.saturating_add(shift)))?;
    content.read_exact(&mut header)?;
    if !header.starts_with(b"PK\x03\x04") {
        return Err(corrupt("a member is not where the directory says"));
    }
    let names = u16::from_le_bytes(bytes(&header, 26)?);
    let fields = u16::from_le_bytes(bytes(&header, 28)?);
    content.seek(SeekFrom::Current(i64::from(names) + i64::from(fields)))?;
    let packed = content.take(entry.packed);
    let decoder = decoder(entry, packed)?;
    let mut checked = Checked::new(walker.budget.meter(decoder), Some(entry.crc));
    walker.member(&entry.name, &mut checked)
}

fn decoder<'a, R: Read + 'a>(entry: &Entry, mut packed: R) -> io::Result<Box<dyn Read + 'a>> {
    Ok(match entry.method {
        0 => Box::new(packed),
        8 => Box::new(DeflateDecoder::new(packed)),
        12 => Box::new(BzDecoder::new(packed)),
        14 => {
            let mut head = [0; 9];
            packed.read_exact(&mut head)?;
            let dictionary = u32::from_le_bytes(bytes(&head, 5)?);
            if dictionary > MAX_DICTIONARY {
                return Err(TOO_LARGE.into());
            }
            // With a mark at its end, the size is not needed.
            let size = if entry.flags & 2 == 0 {
                entry.size
            } else {
                u64::MAX
            };
            Box::new(LzmaReader::new_with_props(
                packed, size, head[4], dictionary, None,
            )?)
        }
        20 | 93 => Box::new(ZstdReader::new(io::BufReader::new(packed))),
        95 => Box::new(XzReader::new(packed)),
        1..=6 | 10 => return Err(Trouble::Unsupported("compression of before 1993").into()),
        9 => return Err(Trouble::Unsupported("Deflate64").into()),
        97 | 98 => return Err(Trouble::Unsupported("WavPack or PPMd compression").into()),
        _ => return Err(Trouble::Unsupported("this kind of compression").into()),
    })
}

/// The directory, as far as it was read.
struct Directory {
    /// Where the next piece stands.
    at: u64,
    /// Where the directory ends.
    end: u64,
    /// How many entries it claims.
    entries: u64,
    /// What stands before the archive, in bytes: a program that unpacks it, a signature.
    shift: u64,
    piece: Vec<u8>,
    used: usize,
}

impl Directory {
    fn find(content: &mut dyn Seekable) -> io::Result<Self> {
        let length = content.seek(SeekFrom::End(0))?;
        let start = length.saturating_sub(END);
        let mut tail = vec![0; (length - start) as usize];
        content.seek(SeekFrom::Start(start))?;
        content.read_exact(&mut tail)?;
        let mut ends = memchr::memmem::rfind_iter(&tail, b"PK\x05\x06");
        let fits = |&at: &usize| {
            let comment = bytes(&tail, at + 20).map(u16::from_le_bytes);
            comment.is_ok_and(|comment| at + 22 + usize::from(comment) <= tail.len())
        };
        let at = ends
            .find(fits)
            .ok_or_else(|| corrupt("it has no directory, or is cut off"))?;
        let record = &tail[at..];
        let mut end = start + at as u64;
        let short = |at| -> io::Result<u64> { Ok(u16::from_le_bytes(bytes(record, at)?).into()) };
        let long = |at| -> io::Result<u64> { Ok(u32::from_le_bytes(bytes(record, at)?).into()) };
        let (mut entries, mut size, mut offset) = (short(10)?, long(12)?, long(16)?);
        let is_part = short(4)? != 0 && short(4)? != 0xFFFF;
        if is_part {
            return Err(Trouble::Unsupported("an archive in several parts").into());
        }
        if let Some(wide) = wide_end(content, end)? {
            end = wide.at;
            (entries, size, offset) = (wide.entries, wide.size, wide.offset);
        }
        let at = end
            .checked_sub(size)
            .ok_or_else(|| corrupt("its directory is larger than itself"))?;
        let shift = at
            .checked_sub(offset)
            .ok_or_else(|| corrupt("its directory is not where it should be"))?;
        Ok(Self {
            at,
            end,
            entries,
            shift,
            piece: Vec::new(),
            used: 0,
        })
    }

    /// Reads on, so that at least one entry is whole in the piece, if there is one.
    fn refill(&mut self, content: &mut dyn Seekable) -> io::Result<()> {
        self.piece.drain(..self.used);
        self.used = 0;
        let had = self.piece.len();
        let more = (self.end - self.at).min((PIECE - had) as u64) as usize;
        self.piece.resize(had + more, 0);
        content.seek(SeekFrom::Start(self.at))?;
        content.read_exact(&mut self.piece[had..])?;
        self.at += more as u64;
        Ok(())
    }

    fn next(&mut self, content: &mut dyn Seekable) -> io::Result<Option<Entry>> {
        let parsed = |directory: &Self| entry(&directory.piece[directory.used..]);
        let mut next = parsed(self);
        if next.is_err() && self.at < self.end {
            self.refill(content)?;
            next = parsed(self);
        }
        if self.piece.len() == self.used {
            return Ok(None);
        }
        // A signature of all entries, or anything else behind them.
        if !self.piece[self.used..].starts_with(b"PK\x01\x02") {
            return Ok(None);
        }
        let (entry, length) = next?;
        self.used += length;
        Ok(Some(entry))
    }
}

/// The end of a directory that is too large for the usual one.
struct WideEnd {
    at: u64,
    entries: u64,
    size: u64,
    offset: u64,
}

fn wide_end(content: &mut dyn Seekable, end: u64) -> io::Result<Option<WideEnd>> {
    let Some(locator) = end.checked_sub(20) else {
        return Ok(None);
    };
    let mut record = [0; 56];
    content.seek(SeekFrom::Start(locator))?;
    content.read_exact(&mut record[..20])?;
    if !record.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    let claimed = u64::from_le_bytes(bytes(&record, 8)?);
    // Something may stand before the archive; the record has no extension in practice.
    for at in [Some(claimed), locator.checked_sub(56)]
        .into_iter()
        .flatten()
    {
        content.seek(SeekFrom::Start(at))?;
        if fill(&mut *content, &mut record)? == 56 && record.starts_with(b"PK\x06\x06") {
            let number = |at| -> io::Result<u64> { Ok(u64::from_le_bytes(bytes(&record, at)?)) };
            return Ok(Some(WideEnd {
                at,
                entries: number(32)?,
                size: number(40)?,
                offset: number(48)?,
            }));
        }
    }
    Err(corrupt("the end of its directory is missing"))
}

/// The entry that `piece` begins with, and its length.
fn entry(piece: &[u8]) -> io::Result<(Entry, usize)> {
    let short = |at| -> io::Result<u16> { Ok(u16::from_le_bytes(bytes(piece, at)?)) };
    let long = |at| -> io::Result<u32> { Ok(u32::from_le_bytes(bytes(piece, at)?)) };
    if !piece.starts_with(b"PK\x01\x02") {
        return Err(corrupt("its directory is damaged"));
    }
    let name_end = 46 + usize::from(short(28)?);
    let field_end = name_end + usize::from(short(30)?);
    let length = field_end + usize::from(short(32)?);
    let (Some(name), Some(fields), true) = (
        piece.get(46..name_end),
        piece.get(name_end..field_end),
        piece.len() >= length,
    ) else {
        return Err(corrupt("its directory is cut off"));
    };
    let mut entry = Entry {
        name: String::from_utf8_lossy(name).replace('\\', "/"),
        flags: short(8)?,
        method: short(10)?,
        crc: long(16)?,
        packed: long(20)?.into(),
        size: long(24)?.into(),
        header: long(42)?.into(),
    };
    widen(&mut entry, fields)?;
    Ok((entry, length))
}

/// Takes the numbers that were too large for their places from the field that has them.
fn widen(entry: &mut Entry, mut fields: &[u8]) -> io::Result<()> {
    while let [a, b, c, d, rest @ ..] = fields {
        let (id, length) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]));
        let (field, rest) = rest.split_at_checked(length.into()).unwrap_or((rest, &[]));
        fields = rest;
        if id != 1 {
            continue;
        }
        let mut at = 0;
        for number in [&mut entry.size, &mut entry.packed, &mut entry.header] {
            if *number == u64::from(u32::MAX) {
                *number = u64::from_le_bytes(bytes(field, at)?);
                at += 8;
            }
        }
    }
    Ok(())
}
