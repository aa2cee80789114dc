//! How much of a container is looked at, and what is told where that was not all.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::io::{self, Read};

use super::Kind;

/// How much is done for one file. Nothing that a file claims can make a scan take more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep containers may be nested. A wheel in a tarball in an image is 4; quines go on for ever.
    pub depth: usize,
    /// Members, those of nested containers among them. The source of Linux has 80,000.
    pub members: u64,
    /// Bytes after decompression, those of nested containers counted again: about a minute's work.
    pub bytes: u64,
    /// Bytes after decompression for each byte of the file. Deflate can reach 1032, source code reaches
    /// 10 and database dumps 50.
    pub ratio: u64,
    /// Up to here `ratio` does not count: small files of zeros are no bombs.
    pub harmless: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 8,
            members: 500_000,
            bytes: 4 << 30,
            ratio: 200,
            harmless: 64 << 20,
        }
    }
}

/// Why something in a container was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is not what it claims to be, or is cut off.
    Corrupt(Kind, String),
    /// There is more nested in it than [`Limits::depth`].
    Depth(usize),
    /// There is more in it than [`Limits::members`].
    Members(u64),
    /// There is more in it than [`Limits::bytes`].
    Bytes(u64),
    /// It grows more than [`Limits::ratio`].
    Ratio(u64),
    /// A document, or a part of it, has more bytes than this.
    Document(u64),
    /// A row of a database has more bytes than this.
    Row(u64),
    /// It needs a password.
    Encrypted,
    /// It is compressed in a way that is not known here.
    Unsupported(&'static str),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt(kind, why) => {
                write!(f, "cannot read all of this {}: {why}", kind.as_str())
            }
            Self::Depth(most) => write!(
                f,
                "containers are nested more than {most} deep here; this one was not opened"
            ),
            Self::Members(most) => write!(
                f,
                "there are more than {most} members in it; the others were not looked at"
            ),
            Self::Bytes(most) => write!(
                f,
                "there are more than {} MiB in it; the rest was not looked at",
                most >> 20
            ),
            Self::Ratio(most) => write!(
                f,
                "it unpacks to more than {most} times its size, as no honest file does; the rest was not looked at"
            ),
            Self::Document(most) => write!(
                f,
                "it has more than {} MiB; its text was not looked at",
                most >> 20
            ),
            Self::Row(most) => write!(
                f,
                "a row has more than {} MiB; it was looked at as binary only",
                most >> 20
            ),
            Self::Encrypted => f.write_str("it needs a password"),
            Self::Unsupported(what) => write!(f, "{what} is not supported"),
        }
    }
}

impl Error for Trouble {}

impl From<Trouble> for io::Error {
    fn from(trouble: Trouble) -> Self {
        Self::other(trouble)
    }
}

/// What is left of the limits for one file.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) limits: Limits,
    most: u64,
    unpacked: Cell<u64>,
    members: Cell<u64>,
    stop: Cell<bool>,
}

impl Budget {
    /// For a file of `length` bytes.
    pub(super) fn new(limits: Limits, length: u64) -> Self {
        Self {
            limits,
            most: length.saturating_mul(limits.ratio).max(limits.harmless),
            unpacked: Cell::new(0),
            members: Cell::new(0),
            stop: Cell::new(false),
        }
    }

    /// Whether a limit was met that ends it all.
    pub(super) fn is_spent(&self) -> bool {
        self.stop.get()
    }

    /// Ends it all.
    pub(super) fn spend(&self) {
        self.stop.set(true);
    }

    /// Counts a member.
    pub(super) fn member(&self) -> Result<(), Trouble> {
        self.members.set(self.members.get() + 1);
        if self.members.get() > self.limits.members {
            self.spend();
            return Err(Trouble::Members(self.limits.members));
        }
        Ok(())
    }

    /// Counts bytes that came out of a decompressor.
    pub(super) fn unpack(&self, bytes: usize) -> Result<(), Trouble> {
        let unpacked = self.unpacked.get() + bytes as u64;
        self.unpacked.set(unpacked);
        let Limits { bytes, ratio, .. } = self.limits;
        let trouble = if unpacked > bytes {
            Trouble::Bytes(bytes)
        } else if unpacked > self.most {
            Trouble::Ratio(ratio)
        } else {
            return Ok(());
        };
        self.spend();
        Err(trouble)
    }

    /// Counts what `inner`, a decompressor, gives.
    pub(super) fn meter<R: Read>(&self, inner: R) -> Metered<'_, R> {
        Metered {
            inner,
            budget: self,
        }
    }
}

/// A decompressor whose output counts.
#[derive(Debug)]
pub(super) struct Metered<'a, R> {
    inner: R,
    budget: &'a Budget,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.budget.unpack(read)?;
        Ok(read)
    }
}
