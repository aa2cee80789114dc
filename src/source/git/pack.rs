//! Packs, read as they are kept: an object, and after it those that are deltas of it.
//!
//! Most of a history's bytes are copies. Who goes through a pack along its deltas inflates each of them
//! once, and knows of each object which of its bytes are new.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use flate2::{Decompress, FlushDecompress, Status};
use gix::ObjectId;
use gix::hash::{Kind as Hash, oid};
use gix::objs::Kind;
use gix::odb::pack::data::Entry as Header;
use gix::odb::pack::data::entry::Header as Of;
use gix::odb::pack::index;

use super::GitError;
use super::delta::Delta;
use super::objects::MAX_OBJECT;

/// No header is longer: a size in ten bytes, and an object's name.
const LONGEST_HEADER: usize = 64;

/// What is told of each object of a [`Pack`].
pub trait Visit {
    /// What is kept of an object for those that are deltas of it.
    type Marks;

    /// Looks at an object's content. `number` is that which it is wanted by; there is none for one that
    /// only others are made of. `base` is how it comes out of another, and what was kept of that one.
    fn object(
        &mut self,
        number: Option<u32>,
        content: &[u8],
        base: Option<(&Delta, &Self::Marks)>,
    ) -> Self::Marks;
}

/// No object has this number.
const NONE: u32 = u32::MAX;

/// A file with objects, and the list of what is in it.
pub struct Pack {
    path: PathBuf,
    file: File,
    /// Sorted by offset.
    entries: Vec<Entry>,
    index: index::File,
    hash: Hash,
}

/// An object in a pack.
#[derive(Clone, Copy, Debug)]
struct Entry {
    offset: u64,
    /// Its number in the index.
    number: u32,
}

/// What of a pack is to be looked at.
pub struct Forest {
    objects: Vec<Object>,
    /// Objects that are no deltas, and lead to some that are wanted.
    roots: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Object {
    /// Where its compressed bytes begin, after its header.
    data: u64,
    /// How many bytes it has, or its delta.
    size: u64,
    base: u32,
    /// The first of its deltas, and the next delta of the same base.
    child: u32,
    sibling: u32,
    wanted: u32,
    /// How many are wanted of it and its deltas.
    weight: u32,
    kind: Kind,
}

impl Pack {
    /// The pack with the index at `path`.
    pub fn open(path: &Path, hash: Hash) -> Result<Self, GitError> {
        let index = index::File::at(path, hash)
            .map_err(|why| GitError::broken(path.display().to_string(), why))?;
        let path = path.with_extension("pack");
        let broken = |why: io::Error| GitError::broken(path.display().to_string(), why);
        let file = File::open(&path).map_err(broken)?;
        let mut entries: Vec<Entry> = (0..index.num_objects())
            .map(|number| Entry {
                offset: index.pack_offset_at_index(number),
                number,
            })
            .collect();
        entries.sort_unstable_by_key(|entry| entry.offset);
        let end = file.metadata().map_err(broken)?.len();
        if entries.last().is_some_and(|last| last.offset >= end) {
            return Err(broken(io::Error::other(
                "it is shorter than its index says",
            )));
        }
        Ok(Self {
            path,
            file,
            entries,
            index,
            hash,
        })
    }

    /// The names of all objects in it.
    pub fn ids(&self) -> impl Iterator<Item = ObjectId> {
        (0..self.index.num_objects()).map(|number| self.index.oid_at_index(number).to_owned())
    }

    /// The objects of `kind` that `wanted` has a number for, and what they are made of.
    pub fn forest(
        &self,
        kind: Kind,
        mut wanted: impl FnMut(&oid) -> Option<u32>,
    ) -> Result<Forest, GitError> {
        let mut objects = Vec::with_capacity(self.entries.len());
        let mut header = [0; LONGEST_HEADER];
        for entry in &self.entries {
            let read =
                read_at(&self.file, &mut header, entry.offset).map_err(|why| self.broken(why))?;
            let parsed = Header::from_bytes(&header[..read], entry.offset, self.hash)
                .map_err(|why| self.broken(why))?;
            let base = match parsed.header {
                Of::OfsDelta { base_distance } => {
                    let offset = entry.offset.checked_sub(base_distance);
                    offset.and_then(|offset| self.at(offset))
                }
                Of::RefDelta { base_id } => self
                    .index
                    .lookup(base_id)
                    .and_then(|number| self.at(self.index.pack_offset_at_index(number))),
                _ => Some(NONE),
            };
            let Some(base) = base else {
                return Err(self.broken("a delta has no base in it"));
            };
            objects.push(Object {
                data: parsed.data_offset,
                size: parsed.decompressed_size,
                base,
                child: NONE,
                sibling: NONE,
                wanted: NONE,
                weight: 0,
                // That of a delta is its base's.
                kind: parsed.header.as_kind().unwrap_or(Kind::Tag),
            });
        }
        let order =
            bases_first(&objects).ok_or_else(|| self.broken("deltas are made of each other"))?;
        for &at in &order {
            let at = at as usize;
            if objects[at].base != NONE {
                objects[at].kind = objects[objects[at].base as usize].kind;
            }
            if objects[at].kind == kind
                && let Some(number) = wanted(self.index.oid_at_index(self.entries[at].number))
            {
                objects[at].wanted = number;
                objects[at].weight = 1;
            }
        }
        let mut roots = Vec::new();
        for &at in order.iter().rev() {
            let Object { base, weight, .. } = objects[at as usize];
            match (weight, base) {
                (0, _) => {}
                (_, NONE) => roots.push(at),
                _ => objects[base as usize].weight += weight,
            }
        }
        // The lightest delta first, the heaviest last: then its base is done with when it comes, and few
        // objects are held at a time.
        let mut deltas: Vec<u32> = (0..objects.len() as u32)
            .filter(|at| objects[*at as usize].weight > 0 && objects[*at as usize].base != NONE)
            .collect();
        deltas.sort_unstable_by_key(|at| objects[*at as usize].weight);
        for at in deltas.into_iter().rev() {
            let base = objects[at as usize].base as usize;
            objects[at as usize].sibling = objects[base].child;
            objects[base].child = at;
        }
        roots.sort_unstable();
        Ok(Forest { objects, roots })
    }

    /// The place of the object that begins at `offset`.
    fn at(&self, offset: u64) -> Option<u32> {
        let at = self
            .entries
            .binary_search_by_key(&offset, |entry| entry.offset);
        at.ok().map(|at| at as u32)
    }

    /// Looks at the object `root` of `forest`, and at all that are made of it.
    pub fn walk<V: Visit>(
        &self,
        forest: &Forest,
        root: u32,
        inflater: &mut Inflater,
        visit: &mut V,
    ) -> Result<(), GitError> {
        let number = |object: &Object| (object.wanted != NONE).then_some(object.wanted);
        let mut held: Vec<Held<V::Marks>> = Vec::new();
        let object = &forest.objects[root as usize];
        let mut content = inflater.buffer();
        self.inflate(object, inflater, &mut content)?;
        let marks = visit.object(number(object), &content, None);
        held.push(Held {
            content,
            marks,
            next: object.child,
        });
        while let Some(base) = held.last_mut() {
            if base.next == NONE {
                if let Some(done) = held.pop() {
                    inflater.spare.push(done.content);
                }
                continue;
            }
            let object = &forest.objects[base.next as usize];
            base.next = object.sibling;
            let is_last = base.next == NONE;
            let mut instructions = inflater.buffer();
            self.inflate(object, inflater, &mut instructions)?;
            let mut content = inflater.buffer();
            let delta = Delta::apply(&instructions, &base.content, MAX_OBJECT, &mut content)
                .map_err(|why| self.broken(why))?;
            inflater.spare.push(instructions);
            let marks = visit.object(number(object), &content, Some((&delta, &base.marks)));
            if is_last && let Some(done) = held.pop() {
                inflater.spare.push(done.content);
            }
            held.push(Held {
                content,
                marks,
                next: object.child,
            });
        }
        Ok(())
    }

    /// Puts the inflated bytes of an object, or of its delta, into `out`.
    fn inflate(
        &self,
        object: &Object,
        inflater: &mut Inflater,
        out: &mut Vec<u8>,
    ) -> Result<(), GitError> {
        if object.size > MAX_OBJECT {
            let limit = MAX_OBJECT >> 20;
            return Err(self.broken(format!("an object in it has more than {limit} MiB")));
        }
        let Inflater { zlib, input, .. } = inflater;
        zlib.reset(true);
        let size = object.size as usize;
        out.clear();
        // One more than there is, so that the end is seen and not only reached.
        out.reserve_exact(size + 1);
        let mut at = object.data;
        // Compressed bytes are rarely more than what comes of them.
        let mut wanted = (size / 2 + 64).min(input.len());
        loop {
            let read =
                read_at(&self.file, &mut input[..wanted], at).map_err(|why| self.broken(why))?;
            if read == 0 {
                return Err(self.broken("an object in it ends too early"));
            }
            at += read as u64;
            wanted = input.len();
            let mut rest = &input[..read];
            while !rest.is_empty() {
                let (before, length) = (zlib.total_in(), out.len());
                let status = zlib
                    .decompress_vec(rest, out, FlushDecompress::None)
                    .map_err(|why| self.broken(why))?;
                let taken = (zlib.total_in() - before) as usize;
                rest = &rest[taken..];
                match status {
                    Status::StreamEnd if out.len() == size => return Ok(()),
                    Status::StreamEnd => {
                        return Err(self.broken("an object in it is smaller than it says"));
                    }
                    _ if out.len() > size || (taken == 0 && out.len() == length) => {
                        return Err(self.broken("an object in it is larger than it says"));
                    }
                    _ => {}
                }
            }
        }
    }

    fn broken(&self, why: impl std::fmt::Display) -> GitError {
        GitError::broken(self.path.display().to_string(), why)
    }
}

impl Forest {
    /// The objects to begin with.
    #[must_use]
    pub fn roots(&self) -> &[u32] {
        &self.roots
    }
}

/// An object whose deltas are not done.
struct Held<M> {
    content: Vec<u8>,
    marks: M,
    next: u32,
}

/// A thread's working memory.
pub struct Inflater {
    zlib: Decompress,
    input: Vec<u8>,
    spare: Vec<Vec<u8>>,
}

impl Default for Inflater {
    fn default() -> Self {
        Self {
            zlib: Decompress::new(true),
            input: vec![0; 64 * 1024],
            spare: Vec::new(),
        }
    }
}

impl Inflater {
    /// Buffers of more than this are not kept.
    const LARGE: usize = 1024 * 1024;

    fn buffer(&mut self) -> Vec<u8> {
        let buffer = self.spare.pop().unwrap_or_default();
        if buffer.capacity() > Self::LARGE {
            return Vec::new();
        }
        buffer
    }
}

/// The objects in an order in which each comes after its base; nothing if they go round in a circle.
fn bases_first(objects: &[Object]) -> Option<Vec<u32>> {
    let mut order = Vec::with_capacity(objects.len());
    let mut done = vec![false; objects.len()];
    let mut chain = Vec::new();
    for start in 0..objects.len() as u32 {
        let mut at = start;
        while at != NONE && !done[at as usize] {
            chain.push(at);
            if chain.len() > objects.len() {
                return None;
            }
            at = objects[at as usize].base;
        }
        while let Some(at) = chain.pop() {
            done[at as usize] = true;
            order.push(at);
        }
    }
    Some(order)
}

/// Fills `buffer` from `offset` on, as far as there is something.
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        #[cfg(unix)]
        let read = {
            use std::os::unix::fs::FileExt as _;
            file.read_at(&mut buffer[filled..], offset + filled as u64)
        };
        #[cfg(windows)]
        let read = {
            use std::os::windows::fs::FileExt as _;
            file.seek_read(&mut buffer[filled..], offset + filled as u64)
        };
        match read {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
