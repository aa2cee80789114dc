//! Checksums of members.

use std::io::{self, Read};

use super::corrupt;

/// Compares a member's CRC-32 at its end: damage must not pass for content without a key.
pub(super) struct Checked<R> {
    inner: R,
    crc: crc32fast::Hasher,
    expected: Option<u32>,
}

impl<R: Read> Checked<R> {
    /// Without an expectation, all is right.
    pub(super) fn new(inner: R, expected: Option<u32>) -> Self {
        Self {
            inner,
            crc: crc32fast::Hasher::new(),
            expected,
        }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let Some(expected) = self.expected else {
            return Ok(read);
        };
        self.crc.update(&buffer[..read]);
        if read == 0 && !buffer.is_empty() && self.crc.clone().finalize() != expected {
            return Err(corrupt("the checksum of a member is wrong"));
        }
        Ok(read)
    }
}
