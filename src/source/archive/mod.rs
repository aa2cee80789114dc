//! Containers, and what is inside of them: archives, compressed files, documents, databases.
//!
//! A container is known by its first bytes ([`Kind`]), never by its name alone. [`look_inside`] hands
//! every member to a [`Visitor`], those of nested containers too, as a stream: nothing is written to
//! disk by its name, and nothing is held in memory that a file can make large. What a file claims about
//! itself is not believed; [`Limits`] bound what is done for it, and all that was not looked at is told.

mod budget;
mod checked;
mod compressed;
mod kind;
mod office;
mod pdf;
mod pdf_fonts;
mod pdf_text;
mod sevenz;
mod sevenz_header;
mod sqlite;
mod sqlite_schema;
mod tar;
mod xz;
mod zip;
mod zstd;

use std::io::{self, Read, Seek};

use super::Spool;
use super::decode::read_some;
use budget::Budget;
pub use budget::{Limits, Trouble};
pub use kind::Kind;

/// What stands between a container and its member in a path.
const INSIDE: char = '!';

/// Content that can be read in any order.
pub trait Seekable: Read + Seek {}

impl<R: Read + Seek> Seekable for R {}

/// The names of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The way to it within the outer file: `inner.jar!a/b.txt`.
    pub path: &'a str,
    /// Its own name, the last part of that, which says what kind of content it is: `a/b.txt`.
    pub name: &'a str,
}

/// Is told what is inside of a container.
pub trait Visitor {
    /// A member that is no container. Has to read `content` to its end, and to pass on the error where
    /// that cannot be read. [`io::ErrorKind::QuotaExceeded`] ends it all.
    fn member(&mut self, member: &Member<'_>, content: &mut dyn Read) -> io::Result<()>;

    /// More of the same member, which was given already: what a reader sees of it. What was in there
    /// then is in here again.
    fn text(&mut self, member: &Member<'_>, content: &mut dyn Read) -> io::Result<()>;

    /// Something was not looked at: all of the outer file where `path` is empty, or a member.
    fn trouble(&mut self, path: &str, trouble: &Trouble);
}

/// Hands all that is inside of `content`, which has `length` bytes, to `visitor`.
///
/// `name` is that of the file, without its folders; it tells what a compressed one is called inside.
pub fn look_inside(
    kind: Kind,
    name: &str,
    content: &mut dyn Seekable,
    length: u64,
    limits: Limits,
    visitor: &mut dyn Visitor,
) {
    let budget = Budget::new(limits, length);
    let mut walker = Walker {
        budget: &budget,
        visitor,
        path: String::new(),
        depth: 1,
    };
    let result = walker.seekable(kind, name, content);
    walker.settle(kind, result);
}

/// Where a walk through nested containers is.
struct Walker<'a> {
    budget: &'a Budget,
    visitor: &'a mut dyn Visitor,
    /// The path of the container that is open, from the outer file on; empty for that itself.
    path: String,
    /// How many containers are open.
    depth: usize,
}

impl Walker<'_> {
    /// Opens a container that can be read in any order. `name` is its own.
    fn seekable(&mut self, kind: Kind, name: &str, content: &mut dyn Seekable) -> io::Result<()> {
        match kind {
            Kind::Zip => zip::walk(self, content),
            Kind::SevenZip => sevenz::walk(self, content),
            Kind::Sqlite => sqlite::walk(self, content),
            Kind::Pdf => pdf::walk(self, content),
            _ => self.stream(kind, name, content),
        }
    }

    /// Opens a container in one pass; what cannot be read so is put aside first.
    fn stream(&mut self, kind: Kind, name: &str, mut content: &mut dyn Read) -> io::Result<()> {
        match kind {
            Kind::Tar => tar::walk(self, content),
            Kind::Gzip | Kind::Xz | Kind::Zstd | Kind::Bzip2 => {
                compressed::walk(self, kind, name, content)
            }
            Kind::Zip | Kind::SevenZip | Kind::Sqlite | Kind::Pdf => {
                let spool = Spool::new(&mut content)?;
                self.seekable(kind, name, &mut spool.reader()?)
            }
        }
    }

    /// Looks at one member of the open container. An error is one of reading `content`, or the end of
    /// all.
    fn member(&mut self, name: &str, content: &mut dyn Read) -> io::Result<()> {
        self.budget.member()?;
        let length = self.enter(name);
        let result = self.entered(name, content);
        self.leave(length);
        result
    }

    fn entered(&mut self, name: &str, content: &mut dyn Read) -> io::Result<()> {
        let (head, kind) = peek(content)?;
        let mut content = head.chain(content);
        match kind {
            None => self.leaf(name, &mut content),
            Some(_) if self.depth >= self.budget.limits.depth => {
                self.trouble(&Trouble::Depth(self.budget.limits.depth));
                self.leaf(name, &mut content)
            }
            Some(kind) => {
                self.depth += 1;
                let own_name = name.rsplit('/').next().unwrap_or(name);
                let result = self.stream(kind, own_name, &mut content);
                self.depth -= 1;
                self.settle(kind, result);
                if self.budget.is_spent() {
                    return Err(io::ErrorKind::QuotaExceeded.into());
                }
                Ok(())
            }
        }
    }

    fn leaf(&mut self, name: &str, content: &mut dyn Read) -> io::Result<()> {
        let path = &self.path;
        let member = Member { path, name };
        let result = if office::has_runs(name) {
            let spool = Spool::new(content)?;
            let first = self.visitor.member(&member, &mut spool.reader()?);
            let mut shown = office::Shown::new(spool.reader()?);
            first.and_then(|()| self.visitor.text(&member, &mut shown))
        } else {
            self.visitor.member(&member, content)
        };
        if matches!(&result, Err(error) if error.kind() == io::ErrorKind::QuotaExceeded) {
            self.budget.spend();
        }
        result
    }

    /// Tells what went wrong with the open container, or with the member that was entered.
    fn settle(&mut self, kind: Kind, result: io::Result<()>) {
        let Err(error) = result else { return };
        let known = error.get_ref().and_then(|e| e.downcast_ref::<Trouble>());
        match known {
            Some(trouble) => self.trouble(trouble),
            // It was told where it was met.
            None if error.kind() == io::ErrorKind::QuotaExceeded => {}
            None => self.trouble(&Trouble::Corrupt(kind, error.to_string())),
        }
    }

    fn trouble(&mut self, trouble: &Trouble) {
        self.visitor.trouble(&self.path, trouble);
    }

    /// Goes on to a member; gives what [`Walker::leave`] takes.
    fn enter(&mut self, name: &str) -> usize {
        let length = self.path.len();
        if length > 0 {
            self.path.push(INSIDE);
        }
        self.path.push_str(name);
        length
    }

    fn leave(&mut self, length: usize) {
        self.path.truncate(length);
    }
}

/// The first bytes of a content, and what it is by them.
fn peek(content: &mut dyn Read) -> io::Result<(io::Cursor<Vec<u8>>, Option<Kind>)> {
    let mut head = vec![0; kind::HEAD];
    let filled = fill(content, &mut head)?;
    head.truncate(filled);
    let kind = Kind::of(&head);
    Ok((io::Cursor::new(head), kind))
}

/// Reads until `buffer` is full, or to the end; gives how much that was.
fn fill(mut content: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_some(&mut content, &mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// An error of a container that is not what it claims to be.
fn corrupt(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// The `N` bytes at `at`, for numbers.
fn bytes<const N: usize>(data: &[u8], at: usize) -> io::Result<[u8; N]> {
    data.get(at..)
        .and_then(|data| data.first_chunk())
        .copied()
        .ok_or_else(|| corrupt("it is cut off"))
}
