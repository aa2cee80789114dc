//! The files of a scan, for what one of them imports from another, and the repositories they are in.

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::OnceLock;

use crate::misuse::Files;
use crate::source::{Entry, Tracked};
use crate::syntax;

/// The scanned files by name. They are opened only where something is imported from them.
pub(super) struct Project<'a> {
    entries: &'a [Entry],
    /// Their numbers by name, once something is imported.
    by_name: OnceLock<HashMap<String, usize>>,
    /// What git tracks of them.
    pub(super) tracked: Tracked,
}

impl<'a> Project<'a> {
    /// The files of a walk.
    pub(super) fn new(entries: &'a [Entry]) -> Self {
        Self {
            entries,
            by_name: OnceLock::new(),
            tracked: Tracked::default(),
        }
    }

    fn entry(&self, path: &str) -> Option<&Entry> {
        let by_name = self.by_name.get_or_init(|| {
            let entries = self.entries.iter().enumerate().filter(|(_, entry)| {
                let name = entry.path().to_string_lossy();
                syntax::Language::of(&name, b"").is_some()
            });
            entries
                .map(|(number, entry)| (entry.local().into_owned(), number))
                .collect()
        });
        by_name.get(path).map(|number| &self.entries[*number])
    }
}

impl Files for Project<'_> {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        let limit = syntax::MAX_BYTES as u64 + 1;
        self.entry(path)?
            .open()
            .ok()?
            .take(limit)
            .read_to_end(&mut text)
            .ok()?;
        (text.len() <= syntax::MAX_BYTES).then_some(text)
    }
}
