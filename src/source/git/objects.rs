//! Objects by name: from packs, loose files, and the folders a repository borrows from.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix::ObjectId;
use gix::hash::{Kind as Hash, oid};
use gix::objs::{CommitRefIter, Data, Exists as _, Find as _, Kind};
use gix::odb::pack::cache::lru::MemoryCappedHashmap;
use gix::odb::{Handle, Store, loose};
use gix::prelude::Header as _;

use super::GitError;

/// A larger object is not looked at, which is an error: it has to fit into memory.
pub(super) const MAX_OBJECT: u64 = 1024 * 1024 * 1024;

/// What the bases of deltas may take up while a thread reads objects by name.
const CACHE: usize = 32 * 1024 * 1024;

/// The folders of a repository's objects; any thread makes its [`Objects`] of it.
#[derive(Clone)]
pub(super) struct Folders {
    stores: Vec<Arc<Store>>,
    hash: Hash,
}

impl Folders {
    /// Objects are looked for in each folder in turn, and in those that it borrows from.
    pub(super) fn open(folders: &[PathBuf], hash: Hash) -> Result<Self, GitError> {
        let open = |folder: &PathBuf| {
            let options = gix::odb::store::init::Options {
                alloc_limit_bytes: Some(MAX_OBJECT as usize),
                ..Default::default()
            };
            let handle = gix::odb::at_opts(folder.clone(), hash, None, options);
            handle
                .map(|handle| handle.store())
                .map_err(|why| GitError::broken(folder.display().to_string(), why))
        };
        Ok(Self {
            stores: folders.iter().map(open).collect::<Result<_, _>>()?,
            hash,
        })
    }

    /// The same folders, opened once more.
    pub(super) fn again(&self) -> Result<Self, GitError> {
        let folders: Vec<PathBuf> = self
            .stores
            .iter()
            .map(|store| store.path().to_owned())
            .collect();
        Self::open(&folders, self.hash)
    }

    pub(super) fn objects(&self) -> Objects {
        let handle = |store: &Arc<Store>| {
            let mut handle = Handle::from(store.to_handle());
            handle.refresh_never();
            handle.set_pack_cache(|| Box::new(MemoryCappedHashmap::new(CACHE)));
            handle
        };
        Objects {
            handles: self.stores.iter().map(handle).collect(),
            hash: self.hash,
        }
    }

    /// Every folder with objects, those that are borrowed from among them.
    pub(super) fn paths(&self) -> Result<Vec<PathBuf>, GitError> {
        let mut paths = Vec::new();
        for store in &self.stores {
            let borrowed = store
                .alternate_db_paths()
                .map_err(|why| GitError::broken(store.path().display().to_string(), why))?;
            for path in std::iter::once(store.path().to_owned()).chain(borrowed) {
                let path = fs::canonicalize(&path).unwrap_or(path);
                if !paths.contains(&path) {
                    paths.push(path);
                }
            }
        }
        Ok(paths)
    }
}

/// Objects by name, for one thread.
pub struct Objects {
    handles: Vec<Handle>,
    hash: Hash,
}

impl Objects {
    /// How objects are named.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The object's kind and content, in `buffer`; nothing where it is not there.
    pub fn find<'b>(
        &self,
        id: &oid,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Option<Data<'b>>, GitError> {
        let Some(handle) = self.holder(id) else {
            return Ok(None);
        };
        handle
            .try_find(id, buffer)
            .map_err(|why| GitError::broken(format!("object {id}"), why))
    }

    /// The content of the object, which must be there and of this kind.
    pub fn read<'b>(
        &self,
        id: &oid,
        kind: Kind,
        buffer: &'b mut Vec<u8>,
    ) -> Result<&'b [u8], GitError> {
        match self.find(id, buffer)? {
            Some(found) if found.kind == kind => Ok(found.data),
            Some(found) => Err(GitError::broken(
                format!("{kind} {id}"),
                format!("it is a {}", found.kind),
            )),
            None => Err(GitError::Missing {
                what: format!("{kind} {id}"),
                remedy: "",
            }),
        }
    }

    /// The message of the commit `id`.
    pub fn message<'b>(&self, id: &oid, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], GitError> {
        let content = self.read(id, Kind::Commit, buffer)?;
        let message = CommitRefIter::from_bytes(content, self.hash).message();
        let message = message.map_err(|why| GitError::broken(format!("commit {id}"), why))?;
        Ok(message.as_ref())
    }

    /// The object's kind, if it is there.
    #[must_use]
    pub fn kind(&self, id: &oid) -> Option<Kind> {
        let header = self.holder(id)?.try_header(id).ok()??;
        Some(header.kind())
    }

    fn holder(&self, id: &oid) -> Option<&Handle> {
        match &*self.handles {
            [one] => Some(one),
            more => more.iter().find(|handle| handle.exists(id)),
        }
    }
}

/// The loose objects of one folder.
pub struct Loose(loose::Store);

impl Loose {
    /// Those of the folder `objects`.
    #[must_use]
    pub fn at(objects: &Path, hash: Hash) -> Self {
        Self(loose::Store::at(objects, hash))
    }

    /// Their names, in order.
    pub fn ids(&self) -> Result<Vec<ObjectId>, GitError> {
        let broken = |why| GitError::broken(self.0.path().display().to_string(), why);
        let mut ids: Vec<ObjectId> = self.0.iter().collect::<Result<_, _>>().map_err(broken)?;
        ids.sort_unstable();
        Ok(ids)
    }
}

/// The indexes of the packs in an object folder, by path.
pub(super) fn pack_indexes(objects: &Path) -> Result<Vec<PathBuf>, GitError> {
    let folder = objects.join("pack");
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(GitError::broken(folder.display().to_string(), error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|why| GitError::broken(folder.display().to_string(), why))?;
        let path = entry.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "pack")
        {
            paths.push(path.with_extension("idx"));
        }
    }
    paths.sort();
    Ok(paths)
}
