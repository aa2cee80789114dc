//! Files that are whole or not there.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes to a temporary file beside `path` and puts it in its place when all is written.
pub(super) fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    put(path, &New::Shared, write)
}

/// The same for what nobody else on the machine is to read.
pub(super) fn write_privately(path: &Path, text: &str) -> io::Result<()> {
    put(path, &New::Private, |file| file.write_all(text.as_bytes()))
}

/// Puts `after` in the place of `before`, which is what the file holds: if it holds something else by
/// now, or must not be written to, it stays as it is. Its permissions and, where that may be, its owner
/// stay; a link leads to the same file as before.
pub(super) fn replace(path: &Path, before: &[u8], after: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let metadata = fs::metadata(&path)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it may not be written to",
        ));
    }
    if fs::read(&path)? != before {
        return Err(io::Error::other("it has changed meanwhile"));
    }
    put(&path, &New::Like(metadata), |file| file.write_all(after))
}

/// What kind of file is put somewhere.
enum New {
    /// One like any other.
    Shared,
    /// One for its owner alone.
    Private,
    /// One like that which it replaces.
    Like(Metadata),
}

fn put(
    path: &Path,
    kind: &New,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".credlint-");
    #[cfg(unix)]
    if matches!(kind, New::Shared) {
        use std::os::unix::fs::PermissionsExt as _;
        // What `File::create` asks for; the process's mask takes from it as always.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = BufWriter::new(builder.tempfile_in(folder)?);
    write(&mut file)?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    if let New::Like(like) = kind {
        give(file.as_file(), like)?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Gives a file the owner and the permissions of another.
fn give(file: &File, like: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
            // Only an administrator may, and it is no reason to leave a fix out. A new owner takes some
            // permissions away, so that they come after.
            let _ = fchown(file, Some(like.uid()), Some(like.gid()));
        }
    }
    file.set_permissions(like.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        std::fs::write(&path, "before").unwrap();
        let failed = write_atomically(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("no"))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
        write_atomically(&path, |file| file.write_all(b"after")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "after");
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no temporary file is left"
        );
    }
}
