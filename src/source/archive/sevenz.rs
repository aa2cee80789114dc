//! 7z, by its header at the end: <https://py7zr.readthedocs.io/en/latest/archive_format.html>.
//!
//! Members stand one after the other in blocks that are decompressed in one piece. What the header
//! claims is held against the bytes that are there before any memory is given for it.

use std::io::{self, BufReader, Read, SeekFrom};

use super::budget::Trouble;
use super::checked::Checked;
use super::sevenz_header::{Block, Coder, Header, Numbers, Streams};
use super::xz::{MAX_DICTIONARY, TOO_LARGE, dictionary};
use super::zstd::ZstdReader;
use super::{Kind, Seekable, Walker, bytes, corrupt};

/// Before everything else stand the signature and the place of the header.
const START: u64 = 32;

/// A header of this size names 200,000 files; what is made of it takes some hundred MiB at worst.
const MAX_HEADER: u64 = 16 << 20;

/// A header may be compressed, and that one's header too; there is no sense in more.
const MAX_WRAPPED: usize = 4;

/// Hands over every file of an archive.
pub(super) fn walk(walker: &mut Walker<'_>, content: &mut dyn Seekable) -> io::Result<()> {
    let header = header(walker, content)?;
    let mut names = header.names.iter();
    let mut nameless = 0;
    let mut next_name = || {
        names.next().cloned().unwrap_or_else(|| {
            nameless += 1;
            format!("member {nameless}")
        })
    };
    let mut pack = 0;
    for block in &header.streams.blocks {
        let names: Vec<String> = block.members.iter().map(|_| next_name()).collect();
        let packed = header.streams.packed(pack);
        pack += block.packs;
        let opened = packed.and_then(|packed| open(content, packed, block));
        let result = match opened {
            Ok(decoder) => members(walker, block, &names, decoder),
            Err(error) => Err((0, error)),
        };
        let Err((at, error)) = result else { continue };
        if walker.budget.is_spent() {
            return Err(error);
        }
        // Of what cannot be decompressed, each member counts; what is damaged is told once.
        let skipped = matches!(
            trouble(&error),
            Some(Trouble::Encrypted | Trouble::Unsupported(_))
        );
        let lost = if skipped {
            &names[at..]
        } else {
            &names[at..names.len().min(at + 1)]
        };
        let mut error = Some(error);
        for name in lost {
            let next = error
                .as_ref()
                .and_then(trouble)
                .cloned()
                .map(io::Error::from);
            let length = walker.enter(name);
            if let Some(error) = error.take() {
                walker.settle(Kind::SevenZip, Err(error));
            }
            walker.leave(length);
            error = next;
        }
    }
    Ok(())
}

fn trouble(error: &io::Error) -> Option<&Trouble> {
    error.get_ref().and_then(|e| e.downcast_ref())
}

/// Hands over the members of a block; gives how far it came where that is not the end.
fn members(
    walker: &mut Walker<'_>,
    block: &Block,
    names: &[String],
    decoder: Box<dyn Read + '_>,
) -> Result<(), (usize, io::Error)> {
    let mut decoder = walker.budget.meter(decoder);
    for (at, (member, name)) in block.members.iter().zip(names).enumerate() {
        let mut data = Checked::new((&mut decoder).take(member.size), member.crc);
        walker
            .member(name, &mut data)
            .and_then(|()| io::copy(&mut data, &mut io::sink()))
            .map_err(|error| (at, error))?;
    }
    Ok(())
}

/// Finds, decompresses and reads the header.
fn header(walker: &Walker<'_>, content: &mut dyn Seekable) -> io::Result<Header> {
    let length = content.seek(SeekFrom::End(0))?;
    content.seek(SeekFrom::Start(0))?;
    let mut start = [0; START as usize];
    content.read_exact(&mut start)?;
    let offset = u64::from_le_bytes(bytes(&start, 12)?);
    let size = u64::from_le_bytes(bytes(&start, 20)?);
    let end = START
        .checked_add(offset)
        .and_then(|at| at.checked_add(size));
    if end.is_none_or(|end| end > length) {
        return Err(corrupt("it is cut off"));
    }
    if size > MAX_HEADER {
        return Err(corrupt("its header is too large"));
    }
    content.seek(SeekFrom::Start(START + offset))?;
    let mut data = vec![0; size as usize];
    content.read_exact(&mut data)?;
    if crc32fast::hash(&data) != u32::from_le_bytes(bytes(&start, 28)?) {
        return Err(corrupt("the checksum of its header is wrong"));
    }
    for _ in 0..MAX_WRAPPED {
        let mut numbers = Numbers(&data);
        if numbers.is_empty() {
            return Ok(Header::default());
        }
        if !numbers.is_wrapped()? {
            return Header::read(numbers);
        }
        let streams = Streams::read(&mut numbers)?;
        let block = streams
            .blocks
            .first()
            .ok_or_else(|| corrupt("it has no header"))?;
        let packed = streams.packed(0)?;
        let size = block.size();
        if size > MAX_HEADER {
            return Err(corrupt("its header is too large"));
        }
        let mut decoder = walker
            .budget
            .meter(open(content, packed, block)?)
            .take(size);
        let mut unpacked = Vec::new();
        decoder.read_to_end(&mut unpacked)?;
        data = unpacked;
    }
    Err(corrupt("its header is compressed too often"))
}

/// Decompresses a block whose bytes stand at `packed`, an offset behind the start and a length.
fn open<'a>(
    content: &'a mut dyn Seekable,
    packed: (u64, u64),
    block: &Block,
) -> io::Result<Box<dyn Read + 'a>> {
    let offset = START
        .checked_add(packed.0)
        .ok_or_else(|| corrupt("a block is nowhere"))?;
    content.seek(SeekFrom::Start(offset))?;
    let mut decoder: Box<dyn Read + 'a> = Box::new(BufReader::new(content).take(packed.1));
    for coder in block.chain()? {
        decoder = decode(coder, decoder)?;
    }
    Ok(decoder)
}

fn decode<'a>(coder: &Coder, input: Box<dyn Read + 'a>) -> io::Result<Box<dyn Read + 'a>> {
    use lzma_rust2::filter::{bcj::BcjReader, delta::DeltaReader};
    let unsupported = |what| Err(Trouble::Unsupported(what).into());
    let properties = &*coder.properties;
    let decoder: Box<dyn Read + 'a> = match (&*coder.method, properties) {
        ([0], _) => input,
        ([0x21], &[bits]) => Box::new(lzma_rust2::Lzma2Reader::new(input, dictionary(bits)?, None)),
        ([3, 1, 1], &[model, a, b, c, d]) => {
            let dictionary = u32::from_le_bytes([a, b, c, d]);
            if dictionary > MAX_DICTIONARY {
                return Err(TOO_LARGE.into());
            }
            let size = coder.size;
            Box::new(lzma_rust2::LzmaReader::new_with_props(
                input, size, model, dictionary, None,
            )?)
        }
        ([3], &[distance]) => Box::new(DeltaReader::new(input, usize::from(distance) + 1)),
        ([4] | [3, 3, 1, 3], _) => Box::new(BcjReader::new_x86(input, 0)),
        ([5] | [3, 3, 2, 5], _) => Box::new(BcjReader::new_ppc(input, 0)),
        ([6] | [3, 3, 4, 1], _) => Box::new(BcjReader::new_ia64(input, 0)),
        ([7] | [3, 3, 5, 1], _) => Box::new(BcjReader::new_arm(input, 0)),
        ([8] | [3, 3, 7, 1], _) => Box::new(BcjReader::new_arm_thumb(input, 0)),
        ([9] | [3, 3, 8, 5], _) => Box::new(BcjReader::new_sparc(input, 0)),
        ([0xA], _) => Box::new(BcjReader::new_arm64(input, 0)),
        ([4, 1, 8], _) => Box::new(flate2::read::DeflateDecoder::new(input)),
        ([4, 2, 2], _) => Box::new(bzip2::read::BzDecoder::new(input)),
        ([4, 0xF7, 0x11, 1], _) => Box::new(ZstdReader::new(BufReader::new(input))),
        ([6, 0xF1, 7, 1], _) => return Err(Trouble::Encrypted.into()),
        ([3, 4, 1], _) => return unsupported("PPMd compression"),
        ([3, 3, 1, 0x1B], _) => return unsupported("the filter BCJ2"),
        _ => return unsupported("this kind of compression"),
    };
    Ok(Box::new(decoder.take(coder.size)))
}
