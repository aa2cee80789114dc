//! Xz, all streams and blocks of a file: <https://tukaani.org/xz/xz-file-format.txt>.
//!
//! The container is read here, so that no block can ask for more memory than [`MAX_DICTIONARY`]. The
//! checksums of blocks are skipped: LZMA's range coder notices what is damaged.

use std::io::{self, Read};

use lzma_rust2::Lzma2Reader;

use super::budget::Trouble;
use super::corrupt;

/// The largest dictionary of LZMA that is given memory; `xz -9` uses 64 MiB.
pub(super) const MAX_DICTIONARY: u32 = 256 << 20;

/// What a larger one is called.
pub(super) const TOO_LARGE: Trouble = Trouble::Unsupported("a dictionary of more than 256 MiB");

const MAGIC: [u8; 6] = [0xFD, b'7', b'z', b'X', b'Z', 0];

/// The id of the LZMA2 filter, and of nothing that stands before it.
const LZMA2: u64 = 0x21;

/// Decompresses block after block.
pub(super) struct XzReader<R> {
    state: State<R>,
    /// The length of the checksum after each block of this stream.
    check: usize,
}

enum State<R> {
    /// At the beginning of a stream.
    Start(Counted<R>),
    Block(Box<Lzma2Reader<Counted<R>>>),
    Ended,
}

/// Counts what was read, for padding.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

impl<R: Read> Counted<R> {
    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn skip(&mut self, length: usize) -> io::Result<()> {
        self.read_exact(&mut [0; 64][..length])
    }

    /// Skips to where the count is a multiple of four.
    fn align(&mut self) -> io::Result<()> {
        self.skip((4 - self.count % 4) as usize % 4)
    }

    /// A number of seven bits a byte.
    fn number(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let [byte] = self.array()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(corrupt("a number in it is too long"))
    }
}

impl<R: Read> XzReader<R> {
    pub(super) fn new(packed: R) -> Self {
        let inner = Counted {
            inner: packed,
            count: 0,
        };
        Self {
            state: State::Start(inner),
            check: 0,
        }
    }

    /// Reads the header of a stream, if there is one more; only padding may stand before it.
    fn begin_stream(&mut self, packed: &mut Counted<R>, first: bool) -> io::Result<bool> {
        let mut word = [0; 4];
        loop {
            let mut filled = 0;
            while filled < word.len() {
                match packed.read(&mut word[filled..])? {
                    0 if filled == 0 && !first => return Ok(false),
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    read => filled += read,
                }
            }
            if first || word != [0; 4] {
                break;
            }
        }
        let rest: [u8; 8] = packed.array()?;
        if word != MAGIC[..4] || rest[..2] != MAGIC[4..] || rest[2] != 0 {
            return Err(corrupt("it has no header"));
        }
        self.check = match rest[3] & 0x0F {
            0 => 0,
            id => 4 << ((id - 1) / 3),
        };
        Ok(true)
    }

    /// Goes on to the next block; past the last one of a stream, to the next stream.
    fn next_block(&mut self, mut packed: Counted<R>, at_start: bool) -> io::Result<State<R>> {
        if at_start {
            self.begin_stream(&mut packed, true)?;
        }
        loop {
            packed.count = 0;
            let [size] = packed.array()?;
            if size != 0 {
                let dictionary = block(&mut packed, usize::from(size) * 4 + 4)?;
                packed.count = 0;
                return Ok(State::Block(Box::new(Lzma2Reader::new(
                    packed, dictionary, None,
                ))));
            }
            // The index, a checksum, the footer.
            for _ in 0..packed.number()? {
                packed.number()?;
                packed.number()?;
            }
            packed.align()?;
            packed.skip(4)?;
            let footer: [u8; 12] = packed.array()?;
            if !footer.ends_with(b"YZ") {
                return Err(corrupt("it has no end"));
            }
            if !self.begin_stream(&mut packed, false)? {
                return Ok(State::Ended);
            }
        }
    }
}

/// Reads the header of a block, of `size` bytes with the first one that was read; gives the size of the
/// dictionary.
fn block<R: Read>(packed: &mut Counted<R>, size: usize) -> io::Result<u32> {
    let mut header = vec![0; size - 1];
    packed.read_exact(&mut header)?;
    let mut header = Counted {
        inner: &header[..],
        count: 0,
    };
    let [flags] = header.array()?;
    for present in [0x40, 0x80] {
        if flags & present != 0 {
            header.number()?;
        }
    }
    if flags & 3 != 0 || header.number()? != LZMA2 {
        return Err(Trouble::Unsupported("xz with filters").into());
    }
    match (header.number()?, header.array()?) {
        (1, [bits]) => dictionary(bits),
        _ => Err(corrupt("a block has no dictionary")),
    }
}

/// The size of an LZMA2 dictionary, as its one byte of properties tells it.
pub(super) fn dictionary(bits: u8) -> io::Result<u32> {
    let size = match bits {
        0..40 => (2 | u64::from(bits & 1)) << (bits / 2 + 11),
        40 => u64::from(u32::MAX),
        _ => return Err(corrupt("the size of its dictionary is none")),
    };
    match u32::try_from(size) {
        Ok(size) if size <= MAX_DICTIONARY => Ok(size),
        _ => Err(TOO_LARGE.into()),
    }
}

impl<R: Read> Read for XzReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            self.state = match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(0),
                State::Start(packed) => self.next_block(packed, true)?,
                State::Block(mut block) => {
                    let read = block.read(buffer)?;
                    if read > 0 {
                        self.state = State::Block(block);
                        return Ok(read);
                    }
                    let mut packed = block.into_inner();
                    packed.align()?;
                    packed.skip(self.check)?;
                    self.next_block(packed, false)?
                }
            }
        }
    }
}
