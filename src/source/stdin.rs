//! Standard input, or anything else that can be read only once.
//!
//! [`super::read`] takes it as it comes. Where a second pass over it is needed, it is kept in a [`Spool`].

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Longer content goes to a temporary file that has no name and that only its owner can read.
const IN_MEMORY: usize = 8 * 1024 * 1024;

/// Content that was read once and can be read again.
#[derive(Debug)]
pub struct Spool(Store);

#[derive(Debug)]
enum Store {
    Memory(Vec<u8>),
    File(File),
}

impl Spool {
    /// How many bytes there are.
    pub fn length(&self) -> io::Result<u64> {
        match &self.0 {
            Store::Memory(bytes) => Ok(bytes.len() as u64),
            Store::File(file) => Ok(file.metadata()?.len()),
        }
    }

    /// Takes in all of `reader`.
    pub fn new(reader: impl Read) -> io::Result<Self> {
        Self::with_limit(reader, IN_MEMORY)
    }

    fn with_limit(mut reader: impl Read, limit: usize) -> io::Result<Self> {
        let mut head = Vec::new();
        reader
            .by_ref()
            .take(limit as u64 + 1)
            .read_to_end(&mut head)?;
        if head.len() <= limit {
            return Ok(Self(Store::Memory(head)));
        }
        let mut file = tempfile::tempfile()?;
        file.write_all(&head)?;
        io::copy(&mut reader, &mut file)?;
        Ok(Self(Store::File(file)))
    }

    /// Reads it from the beginning. A reader taken earlier must not be used any more.
    pub fn reader(&self) -> io::Result<SpoolReader<'_>> {
        Ok(SpoolReader(match &self.0 {
            Store::Memory(bytes) => Kept::Memory(io::Cursor::new(bytes)),
            Store::File(file) => {
                let mut file = file;
                file.seek(SeekFrom::Start(0))?;
                Kept::File(file)
            }
        }))
    }
}

/// Reads a [`Spool`].
#[derive(Debug)]
pub struct SpoolReader<'a>(Kept<'a>);

#[derive(Debug)]
enum Kept<'a> {
    Memory(io::Cursor<&'a [u8]>),
    File(&'a File),
}

impl Seek for SpoolReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.0 {
            Kept::Memory(bytes) => bytes.seek(to),
            Kept::File(file) => file.seek(to),
        }
    }
}

impl Read for SpoolReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kept::Memory(bytes) => bytes.read(buffer),
            Kept::File(file) => file.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn can_be_read_again_in_memory_and_on_disk() {
        let content: Vec<u8> = (0..100).collect();
        for limit in [0, 99, 100] {
            let spool = Spool::with_limit(&content[..], limit).unwrap();
            assert_eq!(matches!(spool.0, Store::Memory(_)), limit == 100);
            for _ in 0..2 {
                let mut again = Vec::new();
                spool.reader().unwrap().read_to_end(&mut again).unwrap();
                assert_eq!(again, content);
            }
        }
    }
}
