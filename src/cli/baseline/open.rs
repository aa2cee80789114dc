//! Where a baseline is, and under which key.
//!
//! A baseline without its key, or with a wrong one, is an error: it would accept nothing, and look as if
//! every finding were new.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::cli::args::baseline::BaselineFileArgs;
use crate::cli::project::Project;
use crate::cli::settings::{folder_of, shown};
use crate::model::{Anchor, Origin};
use crate::suppress::baseline::{
    BASELINE_FILE, Baseline, BaselineFile, BaselineKey, KeyFrom, KeyNote, Namer,
};

/// The variable that holds a key, for messages.
pub(super) const KEY_VARIABLE: &str = "CREDLINT_BASELINE_KEY";

/// The baseline that a scan from `start` uses, if there is one.
pub(in crate::cli) fn used(
    args: &BaselineFileArgs,
    project: &Project,
    start: &Path,
) -> Option<PathBuf> {
    let configured = || Some(config_folder(project)?.join(project.config.baseline.as_ref()?));
    let named = args.baseline.clone().or_else(configured);
    named.or_else(|| {
        // The folders above a relative path are not in its name.
        let start = std::path::absolute(start).ok()?;
        let mut files = start.ancestors().map(|folder| folder.join(BASELINE_FILE));
        files.find(|file| file.is_file())
    })
}

/// The configuration's folder, if there is one.
fn config_folder(project: &Project) -> Option<&Path> {
    project.file.as_deref().map(folder_of)
}

/// Where a new baseline belongs.
pub(super) fn place(args: &BaselineFileArgs, project: &Project, start: &Path) -> PathBuf {
    used(args, project, start).unwrap_or_else(|| match config_folder(project) {
        Some(folder) => folder.join(BASELINE_FILE),
        None => PathBuf::from(BASELINE_FILE),
    })
}

/// The file that holds a baseline's key, where one does.
pub(super) fn key_file(baseline: &Path) -> PathBuf {
    baseline.with_extension("key")
}

/// Reads a baseline and its key.
pub(in crate::cli) fn open(
    path: &Path,
    args: &BaselineFileArgs,
    project: &Project,
) -> Result<Baseline> {
    let name = shown(path);
    let text = fs::read_to_string(path).with_context(|| {
        format!(
            "cannot read the baseline {name}\n  help: `credlint baseline create` makes one, --no-baseline does without"
        )
    })?;
    let file = BaselineFile::parse(&name, &text)?;
    let key = key(path, &file.key, args, project)?;
    let folder = folder_of(path);
    let root = canonical(&folder.join(file.root.as_deref().unwrap_or(".")))?;
    let anchor = Anchor::new(&root, &canonical(&project.here)?);
    let namer = Namer::new(key, anchor);
    Ok(Baseline::new(file, namer, Origin::File(name), root))
}

/// The key that `note` speaks of.
fn key(
    path: &Path,
    note: &KeyNote,
    args: &BaselineFileArgs,
    project: &Project,
) -> Result<BaselineKey> {
    let name = shown(path);
    let (key, from) = match (note.from, &note.text) {
        (KeyFrom::FingerprintKey, _) => {
            if !project.has_key {
                bail!(
                    "{name} goes with a fingerprint key, and none is set\n  help: set CREDLINT_FINGERPRINT_KEY (in CI: as a secret), or scan with --no-baseline"
                );
            }
            (BaselineKey::of(&project.key), "the fingerprint key".to_owned())
        }
        (KeyFrom::Here, Some(text)) => (BaselineKey::derive(text), "its own text".to_owned()),
        (KeyFrom::Here, None) => bail!("{name}: its key is `here`, and there is no `text`"),
        (KeyFrom::KeyFile, _) => text(path, args)?
            .map(|(text, from)| (BaselineKey::derive(&text), from))
            .with_context(|| {
                format!(
                    "the key of {name} is missing\n  help: set {KEY_VARIABLE} (in CI: as a secret) to the text of {}, which whoever made the baseline has, or copy that file here; --no-baseline scans without",
                    shown(&key_file(path))
                )
            })?,
    };
    if key.check() != note.check {
        bail!(
            "{name} was made with another key than {from}\n  help: give it the right one, or make a new baseline: `credlint baseline create --force`"
        );
    }
    if key.check_of(&project.key) != note.fingerprints {
        let (was, help) = if project.has_key {
            ("another fingerprint key, or none", "change it back")
        } else {
            ("a fingerprint key, and none is set", "set it")
        };
        bail!(
            "{name} was made with {was}\n  help: {help} (CREDLINT_FINGERPRINT_KEY, fingerprint-key), or make a new baseline: `credlint baseline create --force`"
        );
    }
    Ok(key)
}

/// The text of a key that is not in the baseline, and where it is from.
pub(super) fn text(path: &Path, args: &BaselineFileArgs) -> Result<Option<(String, String)>> {
    // CI gives pull requests from forks an empty secret, which is none.
    let given = args
        .baseline_key
        .as_ref()
        .filter(|text| !text.trim().is_empty());
    if let Some(text) = given {
        return Ok(Some((text.clone(), KEY_VARIABLE.to_owned())));
    }
    let file = key_file(path);
    match fs::read_to_string(&file) {
        Ok(text) if text.trim().is_empty() => bail!("the key file {} is empty", shown(&file)),
        Ok(text) => Ok(Some((text, shown(&file)))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", shown(&file))),
    }
}

/// The folder that a new baseline's paths are relative to: the configuration's, or the one that is worked
/// in, if the baseline is in it, or else its own.
pub(super) fn root(file: &Path, project: &Project) -> Result<(PathBuf, Option<String>)> {
    let folder = canonical(folder_of(file))?;
    let working = canonical(Path::new("."))?;
    let root = match config_folder(project) {
        Some(config) => canonical(config)?,
        None if folder.starts_with(&working) => working,
        None => folder.clone(),
    };
    let relative = (root != folder).then(|| between(&folder, &root));
    Ok((root, relative))
}

/// The way from one folder to another, both absolute.
fn between(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".into(), from.len() - shared);
    let down = to[shared..]
        .iter()
        .map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

pub(super) fn canonical(path: &Path) -> Result<PathBuf> {
    fs::canonicalize(path).with_context(|| format!("cannot find {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_between_folders() {
        let way = |from: &str, to: &str| between(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b", "/a"), "..");
        assert_eq!(way("/a/b/c", "/a/d"), "../../d");
        assert_eq!(way("/a", "/a/b/c"), "b/c");
    }
}
