//! The contents of a history, one after the other along their deltas.
//!
//! What a content has from the one it is a delta of was looked at there. Here the rest is, with enough
//! around it to judge it; and what was found before and is still whole is found again. That leads to
//! *candidates*: which secrets a content may hold. Those that are reported are looked for once more in the
//! content as a whole.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use memchr::memmem;

use super::{GitOptions, skipped};
use crate::model::{Blob, Finding, Origin, Position, ScanError, SkipReason};
use crate::scan::contained::{Id, id};
use crate::scan::content::Content;
use crate::scan::{BUG, Partial, Progress, Scanner, Scratch};
use crate::source::git::{Delta, Reached, Visit};
use crate::source::{HEAD, Window, classify};
use crate::suppress::{Decision, FileDirectives};

/// Shorter contents are looked at as a whole.
const SMALL: usize = 4 * 1024;
/// So much is shown before what is new, where names and headings stand, and after it.
const BEFORE: usize = 1024;
const AFTER: usize = 512;
/// Extensions of code: what such a file is called besides does not matter.
const CODE: [&str; 24] = [
    "c", "cc", "cpp", "cs", "dart", "ex", "go", "h", "hpp", "java", "js", "jsx", "kt", "m", "php",
    "py", "rb", "rs", "scala", "sh", "swift", "tcl", "ts", "tsx",
];
/// More marks than this are not kept: the deltas of such a content are looked at as a whole.
const MAX_MARKS: usize = 2_000;

/// What was found in a content, for those that are deltas of it.
pub(super) struct Marks<'a> {
    path: &'a str,
    found: Vec<(Range<usize>, Arc<Id>)>,
}

/// The first content that may hold a secret at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Holder {
    /// The number of the commit that brought it; the greatest where none did.
    pub(super) commit: u32,
    /// The number of the blob.
    pub(super) blob: u32,
}

/// Which secrets there may be, and where first.
pub(super) type Candidates<'a> = HashMap<Arc<Id>, BTreeMap<&'a str, Holder>>;

/// Looks at contents, one after the other.
pub(super) struct Walker<'a> {
    scanner: &'a Scanner,
    reached: &'a Reached,
    options: &'a GitOptions,
    progress: &'a Progress,
    scratch: Scratch,
    pub(super) candidates: Candidates<'a>,
    /// Counts and errors; no findings.
    pub(super) partial: Partial,
}

impl<'a> Walker<'a> {
    pub(super) fn new(
        scanner: &'a Scanner,
        reached: &'a Reached,
        options: &'a GitOptions,
        progress: &'a Progress,
    ) -> Self {
        Self {
            scanner,
            reached,
            options,
            progress,
            scratch: Scratch::default(),
            candidates: HashMap::new(),
            partial: Partial::default(),
        }
    }

    /// All of both.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.partial = self.partial.merge(other.partial);
        for (id, holders) in other.candidates {
            let own = self.candidates.entry(id).or_default();
            for (path, holder) in holders {
                let first = own.entry(path).or_insert(holder);
                *first = holder.min(*first);
            }
        }
        self
    }

    fn look(
        &mut self,
        number: u32,
        content: &[u8],
        base: Option<(&Delta, &Option<Marks<'a>>)>,
    ) -> Option<Marks<'a>> {
        let blob = self.reached.blobs()[number as usize];
        let path = self.reached.path(&blob);
        if self.options.is_excluded(path) {
            skipped(&mut self.partial, SkipReason::Excluded, 1);
            return None;
        }
        self.progress.file(content.len() as u64);
        let parts = match base {
            Some((delta, Some(marks))) if is_alike(marks.path, path) => {
                parts(delta, path, content).map(|parts| (delta, marks, parts))
            }
            _ => None,
        };
        let (mut found, has_places) = match parts {
            Some((delta, marks, parts)) => {
                let mut found = self.parts(path, content, &parts);
                for (span, id) in &marks.found {
                    found.extend(
                        delta
                            .carried(span.clone())
                            .map(|span| (span, Arc::clone(id))),
                    );
                }
                (found, true)
            }
            None => self.whole(path, content),
        };
        found.sort_by(|a, b| (a.0.start, a.0.end, &a.1).cmp(&(b.0.start, b.0.end, &b.1)));
        found.dedup();
        let holder = Holder {
            commit: blob.commit.unwrap_or(u32::MAX),
            blob: number,
        };
        for (_, id) in &found {
            self.note(id, path, holder);
        }
        let is_kept = has_places && found.len() <= MAX_MARKS;
        is_kept.then_some(Marks { path, found })
    }

    fn note(&mut self, id: &Arc<Id>, path: &'a str, holder: Holder) {
        let holders = self.candidates.entry(Arc::clone(id)).or_default();
        let first = holders.entry(path).or_insert(holder);
        *first = holder.min(*first);
    }

    /// What is found in a content as a whole, and whether the places are places in it: those in a container
    /// are its members', and those in UTF-16 its text's.
    fn whole(&mut self, path: &str, content: &[u8]) -> (Vec<(Range<usize>, Arc<Id>)>, bool) {
        let origin = Origin::File(path.to_owned());
        let whole = Content {
            checks: false,
            ..Content::alone(&origin, path)
        };
        let mut own = Partial::default();
        self.scanner
            .scan_guarded(&whole, content, &mut self.scratch, &mut own);
        let suppressed = std::mem::take(&mut own.suppressed);
        let suppressed = suppressed.into_iter().map(|suppressed| suppressed.finding);
        let all = std::mem::take(&mut own.findings)
            .into_iter()
            .chain(suppressed);
        let found: Vec<_> = all.map(|finding| mark(&finding)).collect();
        let is_container = own.members > 0;
        own.unused.clear();
        self.partial = std::mem::take(&mut self.partial).merge(own);
        (found, !is_container && !has_nul(content))
    }

    /// What is found in these parts of a content.
    fn parts(
        &mut self,
        path: &str,
        content: &[u8],
        parts: &[Range<usize>],
    ) -> Vec<(Range<usize>, Arc<Id>)> {
        let class = classify(path, &content[..content.len().min(HEAD)]);
        let mut found = Vec::new();
        for part in parts {
            let window = Window {
                text: &content[part.clone()],
                own: 0..part.len(),
                offset: part.start as u64,
                base: Position { line: 1, column: 1 },
                last: part.end == content.len(),
            };
            let blob = Blob::new(path, class.class, window.text);
            let scan = self
                .scanner
                .detector
                .scan(&blob, &mut self.scratch.detect, &mut ());
            if scan.matches.is_empty() {
                continue;
            }
            let origin = Origin::File(path.to_owned());
            let findings = self
                .scanner
                .locator(&origin, &window, scan.matches)
                .findings(&[]);
            for finding in findings {
                let policy = &self.scanner.options.policy;
                let told = match policy.decide(finding, &mut FileDirectives::default()) {
                    Decision::Report(finding) => finding,
                    Decision::Suppress(suppressed) => suppressed.finding,
                    Decision::Drop(_) => continue,
                };
                found.push(mark(&told));
            }
        }
        self.partial.files += 1;
        self.partial.bytes += content.len() as u64;
        if let Some(why) = class.why {
            *self.partial.limited.entry(why).or_default() += 1;
        }
        found
    }
}

impl<'a> Visit for Walker<'a> {
    type Marks = Option<Marks<'a>>;

    fn object(
        &mut self,
        number: Option<u32>,
        content: &[u8],
        base: Option<(&Delta, &Self::Marks)>,
    ) -> Self::Marks {
        let number = number?;
        let looked = catch_unwind(AssertUnwindSafe(|| self.look(number, content, base)));
        looked.unwrap_or_else(|_| {
            self.scratch = Scratch::default();
            let blob = self.reached.blobs()[number as usize];
            self.partial.errors.push(ScanError {
                path: self.reached.path(&blob).to_owned(),
                message: BUG.to_owned(),
            });
            None
        })
    }
}

fn mark(finding: &Finding) -> (Range<usize>, Arc<Id>) {
    let bytes = &finding.location.bytes;
    let span = bytes.start as usize..bytes.end as usize;
    (span, Arc::new(id(finding)))
}

/// Whether what is found in the file `a` would be found in the file `b` as well, if it stood there.
fn is_alike(a: &str, b: &str) -> bool {
    let name = |path: &'_ str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let code = |path: &str| {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        CODE.iter().position(|code| *code == extension)
    };
    let same = name(a) == name(b) || code(a).is_some() && code(a) == code(b);
    a == b || same && classify(a, b"").class == classify(b, b"").class
}

/// The parts of a content that have to be looked at; nothing where that is all of it.
fn parts(delta: &Delta, path: &str, content: &[u8]) -> Option<Vec<Range<usize>>> {
    if content.len() <= SMALL || needs_all(path, content) {
        return None;
    }
    let parts = delta.changes(BEFORE, AFTER);
    let length: usize = parts.iter().map(Range::len).sum();
    let has_block =
        |part: &Range<usize>| memmem::find(&content[part.clone()], b"-----BEGIN").is_some();
    (length <= content.len() / 10 * 9 && !parts.iter().any(has_block)).then_some(parts)
}

/// Whether what says what a value is may stand far from it: at the top of a column, before a thousand rows,
/// at the top of a manifest; and whether places in the content are no places in what is read of it.
fn needs_all(path: &str, content: &[u8]) -> bool {
    let (_, extension) = path.rsplit_once('.').unwrap_or_default();
    let far = match extension {
        "csv" | "tsv" | "sql" | "ipynb" => true,
        "yml" | "yaml" | "json" => memmem::find(content, b"Secret").is_some(),
        _ => false,
    };
    far || has_nul(content)
}

fn has_nul(content: &[u8]) -> bool {
    memchr::memchr(0, &content[..content.len().min(HEAD)]).is_some()
}
