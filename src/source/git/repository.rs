//! Finding and opening a repository, and what its references lead to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::bstr::ByteSlice as _;
use gix::hash::Kind as Hash;
use gix::objs::{CommitRef, Kind, TagRef};
use gix::open::{Options, Permissions};
use gix::{Repository as Gix, ThreadSafeRepository, discover, sec};

use super::objects::{Folders, Objects};
use super::{GitError, objects};
use crate::model::Commit;

/// So many tags may point at tags in a row.
const MAX_TAGS: usize = 16;

/// What git tells the hooks that it runs, in variables of these names.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `GIT_DIR`
    pub git_dir: Option<PathBuf>,
    /// `GIT_INDEX_FILE`: that of a commit which takes only some files.
    pub index_file: Option<PathBuf>,
    /// `GIT_OBJECT_DIRECTORY`: where what was pushed waits to be let in.
    pub object_directory: Option<PathBuf>,
    /// `GIT_ALTERNATE_OBJECT_DIRECTORIES`
    pub alternates: Vec<PathBuf>,
}

/// A repository that is read, and of which nothing is run.
pub struct Repository {
    inner: ThreadSafeRepository,
    folders: Folders,
    index: PathBuf,
    shallow: BTreeSet<ObjectId>,
    is_partial: bool,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Repository").field(&self.git_dir()).finish()
    }
}

/// What a reference, or something like it, leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// A commit.
    Commit(ObjectId),
    /// A tree or file that a tag names without a commit.
    Other(ObjectId),
}

/// Where history begins to be read.
#[derive(Clone, Debug, Default)]
pub struct Tips {
    /// Commits, and what is named without one, each once.
    pub roots: BTreeSet<Root>,
    /// The annotated tags that lead to them: their names and objects.
    pub tags: BTreeSet<(String, ObjectId)>,
    /// Names of objects that are not here.
    pub missing: BTreeSet<String>,
}

impl Repository {
    /// The repository that `path` is, or is in. Who owns it does not matter, since nothing of it is run.
    pub fn open(path: &Path, environment: &Environment) -> Result<Self, GitError> {
        let shown = path.display().to_string();
        let options = || Options::isolated().permissions(permissions());
        let inner = if let Some(git_dir) = &environment.git_dir {
            ThreadSafeRepository::open_opts(git_dir, options())
        } else {
            let trust = sec::trust::Mapping {
                full: options(),
                reduced: options(),
            };
            ThreadSafeRepository::discover_opts(path, discover::upwards::Options::default(), trust)
        };
        let inner = inner.map_err(|why| GitError::NoRepository {
            path: shown.clone(),
            why: why.to_string(),
        })?;
        let gix = inner.to_thread_local();
        let config = gix.config_snapshot();
        if config
            .string("extensions.refStorage")
            .is_some_and(|kind| kind.as_bstr() == "reftable")
        {
            return Err(GitError::Reftable { path: shown });
        }
        let is_partial = config.string("extensions.partialClone").is_some()
            || config
                .plumbing()
                .sections_by_name("remote")
                .is_some_and(|mut remotes| {
                    remotes.any(|remote| remote.value("promisor").is_some())
                });
        let folders = match &environment.object_directory {
            Some(folder) => [std::slice::from_ref(folder), &*environment.alternates].concat(),
            None => vec![gix.common_dir().join("objects")],
        };
        let shallow = gix.shallow_commits().ok().flatten();
        let shallow = shallow.map(|commits| commits.iter().copied().collect());
        Ok(Self {
            folders: Folders::open(&folders, gix.object_hash())?,
            index: environment
                .index_file
                .clone()
                .unwrap_or_else(|| gix.index_path()),
            shallow: shallow.unwrap_or_default(),
            is_partial,
            inner,
        })
    }

    fn gix(&self) -> Gix {
        self.inner.to_thread_local()
    }

    /// How objects are named.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.gix().object_hash()
    }

    /// The folder of the repository itself, `.git` in most.
    #[must_use]
    pub fn git_dir(&self) -> PathBuf {
        self.gix().git_dir().to_owned()
    }

    /// The folder that its work trees share.
    #[must_use]
    pub fn common_dir(&self) -> PathBuf {
        self.gix().common_dir().to_owned()
    }

    /// The top folder of its work tree, if it has one.
    #[must_use]
    pub fn work_tree(&self) -> Option<PathBuf> {
        self.gix().workdir().map(Path::to_owned)
    }

    /// The file with what is staged.
    #[must_use]
    pub fn index_path(&self) -> &Path {
        &self.index
    }

    /// The folder that git looks for hooks in, as the user's own settings say, too.
    pub fn hooks_folder(&self) -> Result<PathBuf, GitError> {
        let broken = |why: String| GitError::broken("core.hooksPath", why);
        // Whoever installs a hook has git read all of these anyway; reading them runs nothing.
        let settled = gix::open(self.git_dir()).map_err(|why| broken(why.to_string()))?;
        let path = settled.config_snapshot().trusted_path("core.hooksPath");
        let top = self.work_tree().unwrap_or_else(|| self.git_dir());
        match path {
            Ok(Some(path)) => Ok(top.join(path)),
            Err(why) => Err(broken(why.to_string())),
            Ok(None) => Ok(self.common_dir().join("hooks")),
        }
    }

    /// Objects by name, for the calling thread.
    #[must_use]
    pub fn objects(&self) -> Objects {
        self.folders.objects()
    }

    /// The same for a look at much that is not needed again: what was read of packs for it does not stay
    /// in memory.
    pub fn passing_objects(&self) -> Result<Objects, GitError> {
        Ok(self.folders.again()?.objects())
    }

    /// Every folder with objects.
    pub fn object_folders(&self) -> Result<Vec<PathBuf>, GitError> {
        self.folders.paths()
    }

    /// The indexes of all packs, with the folder each is in.
    pub fn pack_indexes(&self) -> Result<Vec<PathBuf>, GitError> {
        let mut indexes = Vec::new();
        for folder in self.object_folders()? {
            indexes.extend(objects::pack_indexes(&folder)?);
        }
        Ok(indexes)
    }

    /// The commits whose parents the clone was made without.
    #[must_use]
    pub fn shallow(&self) -> &BTreeSet<ObjectId> {
        &self.shallow
    }

    /// What to do where an object is missing, after a line break.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match (self.is_partial, self.shallow.is_empty()) {
            (true, _) => {
                "\n  help: the clone is a partial one; `git fetch --refetch --no-filter` brings all of it"
            }
            (false, false) => {
                "\n  help: the clone is shallow; `git fetch --unshallow` brings all of it (in GitHub's checkout: `fetch-depth: 0`)"
            }
            (false, true) => "\n  help: `git fsck` tells what else is missing",
        }
    }

    /// The commit that is checked out; nothing before the first one.
    pub fn head(&self) -> Result<Option<ObjectId>, GitError> {
        let gix = self.gix();
        let broken = |why: String| GitError::broken("HEAD", why);
        let head = gix.head().map_err(|why| broken(why.to_string()))?;
        Ok(head.id().map(gix::Id::detach))
    }

    /// The commit that `spec` names, as git reads it.
    pub fn commit(&self, spec: &str) -> Result<ObjectId, GitError> {
        let gix = self.gix();
        let wrong = |why: String| GitError::Revision {
            spec: spec.to_owned(),
            why,
        };
        let full = ObjectId::from_hex(spec.as_bytes()).ok();
        let id = if let Some(id) = full {
            id
        } else {
            let id = gix.rev_parse_single(spec.as_bytes().as_bstr());
            id.map_err(|why| wrong(why.to_string()))?.detach()
        };
        let mut tips = Tips::default();
        Self::follow(&self.objects(), spec, id, &mut tips)?;
        match tips.roots.into_iter().next() {
            Some(Root::Commit(commit)) => Ok(commit),
            Some(Root::Other(_)) => Err(wrong("it is no commit".to_owned())),
            None => Err(GitError::Missing {
                what: format!("`{spec}`"),
                remedy: self.remedy(),
            }),
        }
    }

    /// Where every reference, `HEAD`, linked work tree and stash leads; with `reflog` also where they led.
    pub fn tips(&self, reflog: bool) -> Result<Tips, GitError> {
        let gix = self.gix();
        let objects = self.objects();
        let mut tips = Tips::default();
        let broken = |why: String| GitError::broken("the references", why);
        let platform = gix.references().map_err(|why| broken(why.to_string()))?;
        let all = platform.all().map_err(|why| broken(why.to_string()))?;
        for reference in all {
            let reference = reference.map_err(|why| broken(why.to_string()))?;
            let name = reference.name().shorten().to_string();
            if let Some(id) = reference.try_id() {
                Self::follow(&objects, &name, id.detach(), &mut tips)?;
            }
            // What was stashed before stands nowhere else.
            if reflog || reference.name().as_bstr() == "refs/stash" {
                let mut logs = reference.log_iter();
                Self::log(&objects, &name, &mut logs, &mut tips)?;
            }
        }
        if let Some(head) = self.head()? {
            Self::follow(&objects, "HEAD", head, &mut tips)?;
        }
        let head = gix.head().map_err(|why| broken(why.to_string()))?;
        if reflog {
            Self::log(&objects, "HEAD", &mut head.log_iter(), &mut tips)?;
        }
        for work_tree in gix.worktrees().map_err(|why| broken(why.to_string()))? {
            let git_dir = work_tree.git_dir().display();
            let name = format!("HEAD of the work tree {git_dir}");
            let tree = work_tree.into_repo_with_possibly_inaccessible_worktree();
            let head = tree.and_then(|tree| Ok(tree.head()?.id().map(gix::Id::detach)));
            match head {
                Ok(Some(head)) => Self::follow(&objects, &name, head, &mut tips)?,
                Ok(None) => {}
                Err(_) => drop(tips.missing.insert(name)),
            }
        }
        Ok(tips)
    }

    /// Where those references lead whose full name `wanted` takes.
    pub(super) fn tips_of(&self, wanted: impl Fn(&str) -> bool) -> Result<Tips, GitError> {
        let gix = self.gix();
        let objects = self.objects();
        let mut tips = Tips::default();
        let broken = |why: String| GitError::broken("the references", why);
        let platform = gix.references().map_err(|why| broken(why.to_string()))?;
        for reference in platform.all().map_err(|why| broken(why.to_string()))? {
            let reference = reference.map_err(|why| broken(why.to_string()))?;
            if let Some(id) = reference.try_id()
                && wanted(&reference.name().as_bstr().to_str_lossy())
            {
                let name = reference.name().shorten().to_string();
                Self::follow(&objects, &name, id.detach(), &mut tips)?;
            }
        }
        Ok(tips)
    }

    /// Adds where a reference led.
    fn log(
        objects: &Objects,
        name: &str,
        log: &mut gix::refs::file::log::iter::Platform<'_, '_>,
        tips: &mut Tips,
    ) -> Result<(), GitError> {
        let broken = |why: String| GitError::broken(format!("the log of {name}"), why);
        let Some(lines) = log.all().map_err(|why| broken(why.to_string()))? else {
            return Ok(());
        };
        for line in lines {
            let line = line.map_err(|why| broken(why.to_string()))?;
            for id in [line.previous_oid(), line.new_oid()] {
                // A log may name what was collected as garbage since.
                if !id.is_null() && objects.kind(&id).is_some() {
                    Self::follow(objects, name, id, tips)?;
                }
            }
        }
        Ok(())
    }

    /// Follows tags to what they tag.
    pub(super) fn follow(
        objects: &Objects,
        name: &str,
        id: ObjectId,
        tips: &mut Tips,
    ) -> Result<(), GitError> {
        let mut id = id;
        let mut buffer = Vec::new();
        for _ in 0..MAX_TAGS {
            match objects.kind(&id) {
                Some(Kind::Commit) => {
                    tips.roots.insert(Root::Commit(id));
                    return Ok(());
                }
                Some(Kind::Tree | Kind::Blob) => {
                    tips.roots.insert(Root::Other(id));
                    return Ok(());
                }
                None => {
                    tips.missing.insert(format!("{name} ({id})"));
                    return Ok(());
                }
                Some(Kind::Tag) => {
                    tips.tags.insert((name.to_owned(), id));
                    let content = objects.read(&id, Kind::Tag, &mut buffer)?;
                    let tag = TagRef::from_bytes(content, objects.hash());
                    let tag = tag.map_err(|why| GitError::broken(format!("tag {id}"), why))?;
                    id = tag.target();
                }
            }
        }
        Err(GitError::broken(name, "too many tags point at tags"))
    }
}

/// What a commit says of itself, from its object's content.
pub(super) fn described(id: ObjectId, content: &[u8], hash: Hash) -> Result<Commit, GitError> {
    let broken = |why: String| GitError::broken(format!("commit {id}"), why);
    let commit = CommitRef::from_bytes(content, hash).map_err(|why| broken(why.to_string()))?;
    // Old tools have written authors that cannot be read; the commit is one all the same.
    let (author, date) = commit.author().map_or_else(
        |_| (commit.author.to_str_lossy().into_owned(), String::new()),
        |author| {
            let date = author
                .time()
                .ok()
                .map(|time| time.format_or_unix(gix::date::time::format::ISO8601_STRICT));
            let who = format!("{} <{}>", author.name, author.email);
            (who, date.unwrap_or_default())
        },
    );
    let summary = commit.message().summary().to_str_lossy().into_owned();
    Ok(Commit {
        id: id.to_string(),
        author,
        date,
        summary,
    })
}

/// The repository's own configuration and nothing besides: no file that it includes, none of the user's,
/// no variable.
fn permissions() -> Permissions {
    let mut permissions = Permissions::isolated();
    permissions.config.includes = false;
    permissions
}
