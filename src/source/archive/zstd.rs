//! Zstandard, all frames of a file: <https://www.rfc-editor.org/rfc/rfc8878>.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::corrupt;

/// The decoder's own words are for who debugs it.
const DAMAGED: &str = "a frame of it is damaged, cut off, or needs more than 128 MiB";

/// Decompresses frame after frame. A window may need 128 MiB, which is the decoder's own limit.
pub(super) struct ZstdReader<R> {
    packed: R,
    frame: FrameDecoder,
    begun: bool,
}

impl<R: BufRead> ZstdReader<R> {
    pub(super) fn new(packed: R) -> Self {
        Self {
            packed,
            frame: FrameDecoder::new(),
            begun: false,
        }
    }

    /// Begins the next frame that is not to be skipped; says whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.packed.fill_buf()?.is_empty() {
            match self.frame.reset(&mut self.packed) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let mut skipped = self.packed.by_ref().take(length.into());
                    io::copy(&mut skipped, &mut io::sink())?;
                }
                Err(_) => return Err(corrupt(DAMAGED)),
            }
        }
        Ok(false)
    }
}

impl<R: BufRead> Read for ZstdReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            while self.begun && self.frame.can_collect() == 0 && !self.frame.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.frame
                    .decode_blocks(&mut self.packed, one)
                    .map_err(|_| corrupt(DAMAGED))?;
            }
            if self.begun && self.frame.can_collect() > 0 {
                return self.frame.read(buffer);
            }
            self.begun = self.begin()?;
            if !self.begun {
                return Ok(0);
            }
        }
    }
}
