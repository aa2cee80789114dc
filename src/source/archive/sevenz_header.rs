//! What a 7z archive says of itself: blocks, how they are compressed, and what files they hold.

use std::io;

use super::budget::Trouble;
use super::corrupt;

// The kinds of records.
const END: u8 = 0x00;
const HEADER: u8 = 0x01;
const ARCHIVE_PROPERTIES: u8 = 0x02;
const MAIN_STREAMS: u8 = 0x04;
const FILES: u8 = 0x05;
const PACKS: u8 = 0x06;
const BLOCKS: u8 = 0x07;
const MEMBERS: u8 = 0x08;
const SIZE: u8 = 0x09;
const CRC: u8 = 0x0A;
const BLOCK: u8 = 0x0B;
const UNPACKED_SIZE: u8 = 0x0C;
const MEMBER_COUNT: u8 = 0x0D;
const EMPTY: u8 = 0x0E;
const NAMES: u8 = 0x11;
const WRAPPED_HEADER: u8 = 0x17;

/// More of them in one block are in no archive.
const MAX_CODERS: usize = 16;

/// The header.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) streams: Streams,
    /// The names of files that have content, in the order of that.
    pub(super) names: Vec<String>,
}

/// Where bytes stand, and what they are.
#[derive(Debug, Default)]
pub(super) struct Streams {
    position: u64,
    packs: Vec<u64>,
    pub(super) blocks: Vec<Block>,
}

/// Members that are compressed in one piece.
#[derive(Debug, Default)]
pub(super) struct Block {
    coders: Vec<Coder>,
    /// Which coder's input is which one's output.
    pairs: Vec<(usize, usize)>,
    /// How many pieces of the file it takes.
    pub(super) packs: usize,
    crc: Option<u32>,
    pub(super) members: Vec<Member>,
    /// Whether it says that it has no members.
    is_empty: bool,
}

/// One step of decompression.
#[derive(Debug, Default)]
pub(super) struct Coder {
    pub(super) method: Vec<u8>,
    pub(super) properties: Vec<u8>,
    /// The length of its output.
    pub(super) size: u64,
    is_simple: bool,
}

/// One content of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) size: u64,
    pub(super) crc: Option<u32>,
}

impl Header {
    /// Reads a header that is not compressed.
    pub(super) fn read(mut numbers: Numbers<'_>) -> io::Result<Self> {
        let mut header = Self::default();
        loop {
            match numbers.byte()? {
                END => return Ok(header),
                HEADER => {}
                ARCHIVE_PROPERTIES => {
                    while numbers.byte()? != END {
                        let size = numbers.count()?;
                        numbers.take(size)?;
                    }
                }
                MAIN_STREAMS => header.streams = Streams::read(&mut numbers)?,
                FILES => header.names = names(&mut numbers)?,
                _ => return Err(corrupt("its header has an unknown part")),
            }
        }
    }
}

/// The names of files with content.
fn names(numbers: &mut Numbers<'_>) -> io::Result<Vec<String>> {
    let files = numbers.count()?;
    let mut names: Vec<String> = Vec::new();
    let mut empty = Vec::new();
    loop {
        let kind = numbers.byte()?;
        if kind == END {
            break;
        }
        let size = numbers.count()?;
        let mut data = Numbers(numbers.take(size)?);
        match kind {
            EMPTY => empty = data.bits(files)?,
            NAMES if data.byte()? == 0 => {
                let units = data.0.chunks_exact(2);
                let units: Vec<u16> = units.map(|u| u16::from_le_bytes([u[0], u[1]])).collect();
                let each = units.split(|&unit| unit == 0).take(files);
                names = each.map(String::from_utf16_lossy).collect();
            }
            _ => {}
        }
    }
    let mut at = 0;
    names.retain(|_| {
        at += 1;
        empty.get(at - 1) != Some(&true)
    });
    Ok(names)
}

impl Streams {
    /// Reads what stands behind the kind of this record.
    pub(super) fn read(numbers: &mut Numbers<'_>) -> io::Result<Self> {
        let mut streams = Self::default();
        loop {
            match numbers.byte()? {
                END => break,
                PACKS => streams.read_packs(numbers)?,
                BLOCKS => streams.read_blocks(numbers)?,
                MEMBERS => streams.read_members(numbers)?,
                _ => return Err(corrupt("its header has an unknown part")),
            }
        }
        for block in &mut streams.blocks {
            let (size, crc) = (block.size(), block.crc);
            if block.members.is_empty() && !block.is_empty {
                block.members.push(Member { size, crc });
            }
        }
        Ok(streams)
    }

    /// Where the pack of this number stands behind the start, and its length.
    pub(super) fn packed(&self, number: usize) -> io::Result<(u64, u64)> {
        let sum = |sum: u64, size: &u64| sum.checked_add(*size);
        let before = self.packs.iter().take(number);
        let offset = before
            .copied()
            .try_fold(self.position, |s, size| sum(s, &size));
        match (offset, self.packs.get(number)) {
            (Some(offset), Some(&size)) => Ok((offset, size)),
            _ => Err(corrupt("a block is nowhere")),
        }
    }

    fn read_packs(&mut self, numbers: &mut Numbers<'_>) -> io::Result<()> {
        self.position = numbers.number()?;
        let count = numbers.count()?;
        loop {
            match numbers.byte()? {
                END => return Ok(()),
                SIZE => {
                    let sizes = (0..count).map(|_| numbers.number());
                    self.packs = sizes.collect::<io::Result<_>>()?;
                }
                CRC => drop(numbers.digests(count)?),
                _ => return Err(corrupt("its header has an unknown part")),
            }
        }
    }

    fn read_blocks(&mut self, numbers: &mut Numbers<'_>) -> io::Result<()> {
        if numbers.byte()? != BLOCK {
            return Err(corrupt("its header has no blocks"));
        }
        let count = numbers.count()?;
        if numbers.byte()? != 0 {
            return Err(Trouble::Unsupported("a header in another place").into());
        }
        let blocks = (0..count).map(|_| Block::read(numbers));
        self.blocks = blocks.collect::<io::Result<_>>()?;
        loop {
            match numbers.byte()? {
                END => return Ok(()),
                UNPACKED_SIZE => {
                    for coder in self.blocks.iter_mut().flat_map(|block| &mut block.coders) {
                        coder.size = numbers.number()?;
                    }
                }
                CRC => {
                    let digests = numbers.digests(count)?;
                    for (block, crc) in self.blocks.iter_mut().zip(digests) {
                        block.crc = crc;
                    }
                }
                _ => return Err(corrupt("its header has an unknown part")),
            }
        }
    }

    fn read_members(&mut self, numbers: &mut Numbers<'_>) -> io::Result<()> {
        let mut counts = vec![1; self.blocks.len()];
        let mut kind = numbers.byte()?;
        if kind == MEMBER_COUNT {
            for count in &mut counts {
                *count = numbers.count()?;
            }
            kind = numbers.byte()?;
        }
        let has_sizes = kind == SIZE;
        for (block, &count) in self.blocks.iter_mut().zip(&counts) {
            block.is_empty = count == 0;
            if count > 1 && !has_sizes {
                return Err(corrupt("members have no sizes"));
            }
            let mut left = block.size();
            for at in 0..count {
                let size = if at + 1 == count {
                    left
                } else {
                    numbers.number()?
                };
                left = left
                    .checked_sub(size)
                    .ok_or_else(|| corrupt("members overlap"))?;
                let crc = block.crc.filter(|_| count == 1);
                block.members.push(Member { size, crc });
            }
        }
        if has_sizes {
            kind = numbers.byte()?;
        }
        while kind != END {
            if kind != CRC {
                return Err(corrupt("its header has an unknown part"));
            }
            let members = self.blocks.iter_mut().flat_map(|block| &mut block.members);
            let mut unknown: Vec<&mut Member> = members.filter(|m| m.crc.is_none()).collect();
            let digests = numbers.digests(unknown.len())?;
            for (member, crc) in unknown.iter_mut().zip(digests) {
                member.crc = crc;
            }
            kind = numbers.byte()?;
        }
        Ok(())
    }
}

impl Block {
    fn read(numbers: &mut Numbers<'_>) -> io::Result<Self> {
        let count = numbers.count()?;
        if !(1..=MAX_CODERS).contains(&count) {
            return Err(corrupt("a block has too many coders, or none"));
        }
        let (mut inputs, mut outputs) = (0, 0);
        let mut block = Self::default();
        for _ in 0..count {
            let flags = numbers.byte()?;
            let mut coder = Coder {
                method: numbers.take(usize::from(flags & 0x0F))?.to_vec(),
                is_simple: true,
                ..Coder::default()
            };
            let (mut of_inputs, mut of_outputs) = (1, 1);
            if flags & 0x10 != 0 {
                (of_inputs, of_outputs) = (numbers.count()?, numbers.count()?);
                coder.is_simple = of_inputs == 1 && of_outputs == 1;
            }
            if flags & 0x20 != 0 {
                let size = numbers.count()?;
                coder.properties = numbers.take(size)?.to_vec();
            }
            inputs += of_inputs;
            outputs += of_outputs;
            block.coders.push(coder);
        }
        if outputs > MAX_CODERS || inputs > MAX_CODERS || outputs == 0 {
            return Err(corrupt("a block has too many coders"));
        }
        for _ in 1..outputs {
            block.pairs.push((numbers.count()?, numbers.count()?));
        }
        block.packs = inputs
            .checked_sub(outputs - 1)
            .ok_or_else(|| corrupt("a block has no input"))?;
        if block.packs > 1 {
            for _ in 0..block.packs {
                numbers.number()?;
            }
        }
        Ok(block)
    }

    /// The length of all its members.
    pub(super) fn size(&self) -> u64 {
        let is_last = |at: &usize| self.pairs.iter().all(|&(_, output)| output != *at);
        let last = (0..self.coders.len()).find(is_last);
        last.map_or(0, |at| self.coders[at].size)
    }

    /// Its coders in the order of decompression.
    pub(super) fn chain(&self) -> io::Result<Vec<&Coder>> {
        if let Some(coder) = self.coders.iter().find(|coder| !coder.is_simple) {
            // The only one that occurs.
            let what = match *coder.method {
                [3, 3, 1, 0x1B] => "the filter BCJ2",
                _ => "a filter with several inputs",
            };
            return Err(Trouble::Unsupported(what).into());
        }
        let is_first = |at: &usize| self.pairs.iter().all(|&(input, _)| input != *at);
        let mut at = (0..self.coders.len()).find(is_first);
        let mut chain = Vec::new();
        while let Some(coder) = at.and_then(|at| self.coders.get(at)) {
            chain.push(coder);
            if chain.len() > self.coders.len() {
                return Err(corrupt("a block goes in circles"));
            }
            let next = self.pairs.iter().find(|&&(_, output)| Some(output) == at);
            at = next.map(|&(input, _)| input);
        }
        Ok(chain)
    }
}

/// Bytes that are read as the format has its numbers.
pub(super) struct Numbers<'a>(pub(super) &'a [u8]);

impl<'a> Numbers<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a compressed header follows; its kind is read then.
    pub(super) fn is_wrapped(&mut self) -> io::Result<bool> {
        let wrapped = self.0.first() == Some(&WRAPPED_HEADER);
        if wrapped {
            self.byte()?;
        }
        Ok(wrapped)
    }

    fn byte(&mut self) -> io::Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn take(&mut self, length: usize) -> io::Result<&'a [u8]> {
        let cut = || corrupt("its header is cut off");
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(cut)?;
        self.0 = rest;
        Ok(taken)
    }

    /// As many bytes follow as the first one has leading ones; the rest of that are the highest bits.
    fn number(&mut self) -> io::Result<u64> {
        let first = self.byte()?;
        let more = first.leading_ones() as usize;
        let mut low = [0; 8];
        low[..more].copy_from_slice(self.take(more)?);
        let high = match more {
            0..7 => u64::from(first & (0x7F >> more)) << (8 * more),
            _ => 0,
        };
        Ok(u64::from_le_bytes(low) | high)
    }

    /// A number of things that each take a byte or more of what follows, but for one perhaps.
    fn count(&mut self) -> io::Result<usize> {
        let number = self.number()?;
        if number > 1 + self.0.len() as u64 {
            return Err(corrupt("its header claims more than it holds"));
        }
        Ok(number as usize)
    }

    /// Bits, the highest of a byte first.
    fn bits(&mut self, count: usize) -> io::Result<Vec<bool>> {
        let bytes = self.take(count.div_ceil(8))?;
        Ok((0..count)
            .map(|at| bytes[at / 8] & (0x80 >> (at % 8)) != 0)
            .collect())
    }

    /// The checksums of `count` things, of those that have one.
    fn digests(&mut self, count: usize) -> io::Result<Vec<Option<u32>>> {
        let all = self.byte()? != 0;
        let defined = if all {
            vec![true; count]
        } else {
            self.bits(count)?
        };
        let digest = |defined| {
            let bytes = if defined {
                self.take(4)?
            } else {
                return Ok(None);
            };
            Ok(bytes.first_chunk().map(|bytes| u32::from_le_bytes(*bytes)))
        };
        defined.into_iter().map(digest).collect()
    }
}
