//! A baseline that is being written.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;

use super::open;
use crate::cli::args::baseline::{BaselineFileArgs, EntryArgs, KeyArgs};
use crate::cli::project::Project;
use crate::cli::settings::{folder_of, shown};
use crate::cli::write::{replace, write_atomically, write_privately};
use crate::model::{Anchor, Finding};
use crate::suppress::baseline::{
    Baseline, BaselineFile, BaselineKey, Entry, KeyFrom, KeyNote, Namer,
};

/// The bytes of a new key.
const KEY_LENGTH: usize = 32;

/// A baseline, where it belongs, and what gives findings their names in it.
pub(super) struct Ledger {
    pub(super) path: PathBuf,
    pub(super) namer: Namer,
    pub(super) file: BaselineFile,
    /// Where each entry is, by its fingerprint.
    index: HashMap<String, usize>,
    /// A key that was made for it, and belongs into a file.
    new_key: Option<String>,
}

/// What is written down of a finding that is accepted.
pub(super) struct Terms<'a> {
    pub(super) entry: &'a EntryArgs,
    /// The reason where none is given.
    pub(super) reason: Option<String>,
    pub(super) today: Date,
}

impl Ledger {
    /// An empty one, with a key.
    pub(super) fn new(
        path: PathBuf,
        args: &BaselineFileArgs,
        wanted: KeyArgs,
        project: &Project,
    ) -> Result<Self> {
        let mut new_key = None;
        let mut text = None;
        let (from, key) = if wanted.key_in_file {
            let made = random()?;
            let key = BaselineKey::derive(&made);
            text = Some(made);
            (KeyFrom::Here, key)
        } else if project.has_key {
            (KeyFrom::FingerprintKey, BaselineKey::of(&project.key))
        } else if let Some((text, _)) = open::text(&path, args)? {
            (KeyFrom::KeyFile, BaselineKey::derive(&text))
        } else {
            let made = random()?;
            let key = BaselineKey::derive(&made);
            new_key = Some(made);
            (KeyFrom::KeyFile, key)
        };
        let note = KeyNote {
            from,
            check: key.check(),
            fingerprints: key.check_of(&project.key),
            text,
        };
        let (root, relative) = open::root(&path, project)?;
        let anchor = Anchor::new(&root, &open::canonical(Path::new("."))?);
        Ok(Self {
            path,
            namer: Namer::new(key, anchor),
            file: BaselineFile {
                key: note,
                root: relative,
                entries: Vec::new(),
                malformed: Vec::new(),
            },
            index: HashMap::new(),
            new_key,
        })
    }

    /// One that is there, to be changed.
    pub(super) fn of(baseline: &Baseline, path: &Path) -> Result<Self> {
        if let Some(malformed) = baseline.file().malformed.first() {
            bail!(
                "{}:{}: this entry cannot be followed: {}\n  help: mend or remove it first, so that it is not lost",
                shown(path),
                malformed.line,
                malformed.message
            );
        }
        let mut ledger = Self {
            path: path.to_owned(),
            namer: baseline.namer().clone(),
            file: baseline.file().clone(),
            index: HashMap::new(),
            new_key: None,
        };
        ledger.set(baseline.file().entries.clone());
        Ok(ledger)
    }

    /// Puts other entries in.
    pub(super) fn set(&mut self, entries: Vec<Entry>) {
        let fingerprints = entries.iter().map(|entry| entry.fingerprint.clone());
        self.index = fingerprints.zip(0..).collect();
        self.file.entries = entries;
    }

    /// The entry that is of this finding.
    fn entry(&mut self, fingerprint: &str) -> Option<&mut Entry> {
        let at = *self.index.get(fingerprint)?;
        self.file.entries.get_mut(at)
    }

    /// Accepts a finding: a new entry, more of one that counts, or one that has run out anew.
    pub(super) fn accept(&mut self, finding: &Finding, terms: &Terms<'_>) {
        let identity = self.namer.identity(finding);
        let Terms {
            entry: given,
            reason,
            today,
        } = terms;
        let given_reason = given.reason.clone().or_else(|| reason.clone());
        if let Some(entry) = self.entry(&identity.fingerprint) {
            if entry.has_expired(|| *today) {
                entry.until = given.until;
                entry.reason = given_reason.or(entry.reason.take());
                entry.owner = given.owner.clone().or(entry.owner.take());
                entry.added = Some(*today);
                // Each one that is there is accepted in its turn.
                entry.count = 1;
            } else if identity.counts {
                entry.count += 1;
            }
            if !entry.paths.contains(&identity.path) {
                entry.paths.push(identity.path);
                entry.paths.sort();
            }
            return;
        }
        let at = self.file.entries.len();
        self.index.insert(identity.fingerprint.clone(), at);
        self.file.entries.push(Entry {
            rule: finding.rule.clone(),
            class: identity.class,
            fingerprint: identity.fingerprint,
            count: 1,
            severity: finding.severity,
            paths: vec![identity.path],
            reason: given_reason,
            owner: given.owner.clone(),
            until: given.until,
            added: Some(*today),
            line: 0,
        });
    }

    /// Notes of an entry that is there where its findings are now. `in_full` says that all places were
    /// looked at, so that old ones count no more.
    pub(super) fn refresh<'a>(
        &mut self,
        findings: impl Iterator<Item = &'a Finding>,
        in_full: impl Fn(&str) -> bool,
    ) {
        let mut places: Vec<(String, String, crate::model::Severity)> = findings
            .map(|finding| {
                let identity = self.namer.identity(finding);
                (identity.fingerprint, identity.path, finding.severity)
            })
            .collect();
        places.sort();
        for here in places.chunk_by(|a, b| a.0 == b.0) {
            let fingerprint = &here[0].0;
            let all = in_full(fingerprint);
            if let Some(entry) = self.entry(fingerprint) {
                let mut paths: BTreeSet<String> =
                    here.iter().map(|place| place.1.clone()).collect();
                if !all {
                    paths.extend(std::mem::take(&mut entry.paths));
                }
                entry.paths = paths.into_iter().collect();
                entry.severity = here
                    .iter()
                    .map(|place| place.2)
                    .max()
                    .unwrap_or(entry.severity);
            }
        }
    }

    /// Writes the key, where it is new, and the baseline, and gives lines that say so.
    pub(super) fn write(&self) -> Result<Vec<String>> {
        let mut said = Vec::new();
        // The key goes first: a baseline whose key is lost is worth nothing.
        if let Some(key) = &self.new_key {
            let file = open::key_file(&self.path);
            write_privately(&file, &format!("{key}\n"))
                .with_context(|| format!("cannot write {}", shown(&file)))?;
            let kept_out = keep_out(&file)?;
            said.push(format!(
                "wrote {}: keep it out of the repository{}",
                shown(&file),
                if kept_out {
                    " (.gitignore names it now)"
                } else {
                    ""
                }
            ));
            said.push(format!(
                "help: others and CI need it too, as that file or as the secret {}",
                open::KEY_VARIABLE
            ));
        }
        let text = self.file.to_text();
        write_atomically(&self.path, |file| file.write_all(text.as_bytes()))
            .with_context(|| format!("cannot write {}", shown(&self.path)))?;
        Ok(said)
    }
}

/// A new key's text.
fn random() -> Result<String> {
    let mut key = [0; KEY_LENGTH];
    getrandom::fill(&mut key).map_err(|error| anyhow::anyhow!("no random key: {error}"))?;
    Ok(data_encoding::HEXLOWER.encode(&key))
}

/// Tells `.gitignore` to leave the file out, in a repository whose `.gitignore` does not say so yet.
fn keep_out(file: &Path) -> Result<bool> {
    let folder = open::canonical(folder_of(file))?;
    let Some(name) = file.file_name().and_then(|name| name.to_str()) else {
        return Ok(false);
    };
    if !folder
        .ancestors()
        .any(|folder| folder.join(".git").exists())
    {
        return Ok(false);
    }
    let ignore = folder.join(".gitignore");
    let before = match fs::read_to_string(&ignore) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", shown(&ignore))),
    };
    let text = before.as_deref().unwrap_or_default();
    let line = format!("/{name}");
    if text.lines().any(|l| l.trim() == line || l.trim() == name) {
        return Ok(false);
    }
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let after = format!("{text}{end}{line}\n");
    let written = match &before {
        Some(before) => replace(&ignore, before.as_bytes(), after.as_bytes()),
        None => write_atomically(&ignore, |file| file.write_all(after.as_bytes())),
    };
    written.with_context(|| format!("cannot write {}", shown(&ignore)))?;
    Ok(true)
}
