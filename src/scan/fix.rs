//! Which fixes hold: each is tried on a copy of its file, and stays if the file is none the worse for it.
//!
//! Writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use aho_corasick::{AhoCorasick, MatchKind};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{Content, Options, Partial, Project, Scanner};
use crate::model::{Finding, MASK, Origin, Report, ScanError, Secret};
use crate::source::{self, Entry, WalkOptions};
use crate::suppress::Policy;
use crate::syntax::{self, Language};

/// Nothing is fixed in a longer file: it is not read as code.
pub const MAX_FIXED: usize = syntax::MAX_BYTES;

/// One fix may make room for the next, but not for ever.
const MAX_ROUNDS: usize = 8;

/// What the fixes of several files came to.
#[derive(Debug, Default)]
pub struct Fixes {
    /// The files with a finding that has a fix, sorted by name.
    pub files: Vec<Fixed>,
    /// What could not be read, sorted.
    pub errors: Vec<ScanError>,
}

/// What the fixes of one file came to.
#[derive(Debug)]
pub struct Fixed {
    /// Its name in reports.
    pub name: String,
    /// Where it stands; nowhere, if it came through standard input.
    pub path: Option<PathBuf>,
    /// Its content.
    pub before: Vec<u8>,
    /// Its content with the fixes that hold.
    pub after: Vec<u8>,
    /// How many findings these take away.
    pub fixed: usize,
    /// Why nothing of it is fixed, if that is because of what it is.
    pub unfit: Option<&'static str>,
    /// The fixes that do not hold, in order.
    pub unfixed: Vec<Unfixed>,
    secrets: BTreeSet<String>,
}

/// A fix that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfixed {
    /// The line of its finding in the file as it is then, from 1.
    pub line: u64,
    /// The column.
    pub column: u64,
    /// The finding's rule.
    pub rule: String,
    /// Why it is left out.
    pub why: String,
}

impl Fixed {
    /// `text`, which is the file's before or after, with every secret masked line by line.
    #[must_use]
    pub fn masked(&self, text: &str) -> String {
        let searched = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&self.secrets);
        let Ok(searched) = searched else {
            return MASK.to_owned();
        };
        let mut masked = String::with_capacity(text.len());
        searched.replace_all_with(text, &mut masked, |_, secret, out| {
            out.push_str(&Secret::from_bytes(secret.as_bytes()).masked());
            true
        });
        masked
    }

    /// Notes the secrets of these findings. Those of several lines count line by line: a diff shows them so.
    fn learn<'f>(&mut self, findings: impl Iterator<Item = &'f Finding>) {
        for secret in findings.filter_map(|finding| finding.secret.as_ref()) {
            let lines = secret.reveal().lines().map(str::trim);
            let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("-----"));
            self.secrets.extend(lines.map(str::to_owned));
        }
    }

    fn leave_out(&mut self, finding: &Finding, why: &str) {
        let start = finding.location.start;
        self.unfixed.push(Unfixed {
            line: start.line,
            column: start.column,
            rule: finding.rule.clone(),
            why: why.to_owned(),
        });
    }
}

impl Scanner {
    /// Tries the fixes of a report's findings on the files they are in, which are those that `paths` and
    /// `walk` gave for the report.
    #[must_use]
    pub fn fix_paths(&self, report: &Report, paths: &[PathBuf], walk: &WalkOptions) -> Fixes {
        let fixable = report.findings.iter().filter(|f| f.fix.is_some());
        let names: BTreeSet<&str> = fixable.map(|f| f.location.origin.path()).collect();
        if names.is_empty() {
            return Fixes::default();
        }
        let walked = source::walk(paths, walk);
        let project = Project::new(&walked.entries);
        let judge = self.judge();
        let entries = walked.entries.par_iter();
        let tried: Vec<_> = entries
            .filter(|entry| names.contains(&*entry.display()))
            .map(|entry| self.fix_entry(&judge, entry, &project))
            .collect();
        let mut fixes = Fixes::default();
        for result in tried {
            match result {
                Ok(file) => fixes.files.push(file),
                Err(error) => fixes.errors.push(error),
            }
        }
        fixes
    }

    /// Tries the fixes of what is found in bytes under the name `name`.
    #[must_use]
    pub fn fix_bytes(&self, name: &str, bytes: &[u8]) -> Fixed {
        let origin = Origin::Stdin(name.to_owned());
        let content = Content::alone(&origin, name);
        self.fix_content(&self.judge(), &content, None, bytes)
    }

    /// A scanner with every rule and check, which reports all there is: a fix may take away what was
    /// asked for and leave something behind that was not.
    fn judge(&self) -> Scanner {
        let today = self.options.policy.today();
        let options = Options {
            policy: Policy::new(move || today),
            ..Options::new(self.options.now)
        };
        Scanner::new(self.rules().clone(), |_, _| true, options)
    }

    fn fix_entry(
        &self,
        judge: &Scanner,
        entry: &Entry,
        project: &Project<'_>,
    ) -> Result<Fixed, ScanError> {
        let (origin, local) = (Origin::File(entry.display().into_owned()), entry.local());
        let error = |message: String| ScanError {
            path: origin.path().to_owned(),
            message,
        };
        let mut bytes = Vec::new();
        let limit = MAX_FIXED as u64 + 1;
        let read = entry
            .open()
            .and_then(|file| file.take(limit).read_to_end(&mut bytes));
        read.map_err(|e| error(format!("cannot read it: {e}")))?;
        let content = Content {
            files: project,
            ..Content::alone(&origin, &local)
        };
        let path = Some(entry.path());
        catch_unwind(AssertUnwindSafe(|| {
            self.fix_content(judge, &content, path, &bytes)
        }))
        .map_err(|_| {
            error("credlint failed on its fixes, which is a bug; please report it".to_owned())
        })
    }

    fn fix_content(
        &self,
        judge: &Scanner,
        content: &Content<'_>,
        path: Option<&Path>,
        bytes: &[u8],
    ) -> Fixed {
        let mut file = Fixed {
            name: content.origin.path().to_owned(),
            path: path.map(Path::to_owned),
            before: bytes.to_vec(),
            after: bytes.to_vec(),
            fixed: 0,
            unfit: None,
            unfixed: Vec::new(),
            secrets: BTreeSet::new(),
        };
        for _ in 0..MAX_ROUNDS {
            let mut scanned = Partial::default();
            self.scan_memory(content, &file.after, &mut scanned);
            let mut findings = scanned.findings;
            findings.retain(|finding| finding.fix.is_some());
            // From the end, so that what is fixed moves nothing that is not.
            findings.sort_by_key(|f| std::cmp::Reverse(f.location.bytes.start));
            file.unfixed.clear();
            file.unfit = unfit(&file.after).filter(|_| !findings.is_empty());
            if let Some(why) = file.unfit {
                for finding in &findings {
                    file.leave_out(finding, why);
                }
                break;
            }
            let mut round = Round {
                judge,
                content,
                state: State::of(judge, content, &file.after),
                floor: file.after.len() as u64,
                file: &mut file,
            };
            let before = round.file.fixed;
            round.settle(&findings);
            if file.fixed == before {
                break;
            }
        }
        file.unfixed
            .sort_by_key(|unfixed| (unfixed.line, unfixed.column));
        file
    }
}

/// Why nothing is changed in this content, if nothing is.
fn unfit(bytes: &[u8]) -> Option<&'static str> {
    if bytes.len() > MAX_FIXED {
        return Some("the file is too long");
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Some("the file begins with a byte order mark");
    }
    if bytes.contains(&0) {
        return Some("the file is UTF-16 or binary");
    }
    std::str::from_utf8(bytes)
        .is_err()
        .then_some("the file is not UTF-8")
}

/// What is wrong with a content.
struct State {
    /// How many places do not parse; `None` if it cannot be parsed at all.
    faults: Option<usize>,
    /// Why rules or checks did not look at it, if some did not.
    limited: BTreeMap<&'static str, u64>,
    reported: Vec<Finding>,
    suppressed: Vec<Finding>,
}

impl State {
    fn of(judge: &Scanner, content: &Content<'_>, bytes: &[u8]) -> Self {
        let mut partial = Partial::default();
        judge.scan_memory(content, bytes, &mut partial);
        let faults = match Language::of(content.name, bytes) {
            Some(language) => syntax::faults(language, bytes),
            None => Some(0),
        };
        Self {
            faults,
            limited: partial.limited,
            reported: partial.findings,
            suppressed: partial.suppressed.into_iter().map(|s| s.finding).collect(),
        }
    }
}

/// One pass over the fixes of a file.
struct Round<'a> {
    judge: &'a Scanner,
    content: &'a Content<'a>,
    file: &'a mut Fixed,
    state: State,
    /// From here on, the file is no more what the findings say.
    floor: u64,
}

impl Round<'_> {
    /// Applies the fixes of `findings`, which are in descending order: all together if they hold, or
    /// else those that hold of each half.
    fn settle(&mut self, findings: &[Finding]) {
        if findings.is_empty() {
            return;
        }
        match self.attempt(findings) {
            Ok(()) => {}
            Err(why) if findings.len() == 1 => self.file.leave_out(&findings[0], why),
            Err(_) => {
                let (later, earlier) = findings.split_at(findings.len() / 2);
                self.settle(later);
                self.settle(earlier);
            }
        }
    }

    /// Applies these fixes if they hold together.
    fn attempt(&mut self, findings: &[Finding]) -> Result<(), &'static str> {
        let changes = Changes::new(findings, &self.file.after)?;
        if changes
            .0
            .last()
            .is_some_and(|last| last.at.end > self.floor)
        {
            return Err("it overlaps another fix");
        }
        let text = changes.applied(&self.file.after);
        let state = State::of(self.judge, self.content, &text);
        match (self.state.faults, state.faults) {
            (Some(before), Some(after)) if after <= before => {}
            _ => return Err("the file would no longer parse"),
        }
        // A check that no longer looks finds nothing.
        if state.limited != self.state.limited {
            return Err("not every check would look at it any more");
        }
        let is_fixed = |old: &Finding| findings.iter().any(|f| same(f, old));
        for fixed in findings {
            let place = changes.moved(&fixed.location.bytes);
            let mut left = state.reported.iter().chain(&state.suppressed);
            if left.any(|new| new.rule == fixed.rule && overlap(&new.location.bytes, &place)) {
                return Err("the finding would still be there");
            }
        }
        let others = self.state.reported.iter().filter(|old| !is_fixed(old));
        if !changes.explain(others, &state.reported)
            || !changes.explain(self.state.suppressed.iter(), &state.suppressed)
        {
            return Err("it would bring up another finding");
        }
        let known = self.state.reported.iter().chain(&self.state.suppressed);
        self.file.learn(known);
        self.floor = changes.0.first().map_or(self.floor, |first| first.at.start);
        self.file.after = text;
        self.file.fixed += findings.len();
        self.state = state;
        Ok(())
    }
}

fn same(a: &Finding, b: &Finding) -> bool {
    a.rule == b.rule && a.location.bytes == b.location.bytes
}

fn overlap(a: &Range<u64>, b: &Range<u64>) -> bool {
    a.start < b.end.max(b.start + 1) && b.start < a.end.max(a.start + 1)
}

/// One stretch that becomes something else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    /// By its start and end.
    at: Place,
    text: String,
}

/// A range that has an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    start: u64,
    end: u64,
}

/// What several fixes change, in order and without overlap.
struct Changes(Vec<Change>);

impl Changes {
    /// The changes that `findings` ask for in `text`, each once.
    fn new(findings: &[Finding], text: &[u8]) -> Result<Self, &'static str> {
        let is_crlf = memchr::memmem::find(text, b"\r\n").is_some();
        let edits = findings.iter().filter_map(|f| f.fix.as_ref());
        let changes: BTreeSet<Change> = edits
            .flat_map(|fix| &fix.edits)
            .map(|edit| Change {
                at: Place {
                    start: edit.bytes.start,
                    end: edit.bytes.end,
                },
                text: if is_crlf {
                    edit.text.replace("\r\n", "\n").replace('\n', "\r\n")
                } else {
                    edit.text.clone()
                },
            })
            .collect();
        let changes: Vec<Change> = changes.into_iter().collect();
        let in_order = changes
            .windows(2)
            .all(|two| two[0].at.end <= two[1].at.start);
        let inside = |c: &Change| c.at.start <= c.at.end && c.at.end <= text.len() as u64;
        if changes.iter().all(inside) && in_order {
            Ok(Self(changes))
        } else {
            Err("it overlaps another fix")
        }
    }

    fn applied(&self, text: &[u8]) -> Vec<u8> {
        let mut changed = Vec::with_capacity(text.len() + 64);
        let mut from = 0;
        for Change { at, text: with } in &self.0 {
            changed.extend_from_slice(&text[from..at.start as usize]);
            changed.extend_from_slice(with.as_bytes());
            from = at.end as usize;
        }
        changed.extend_from_slice(&text[from..]);
        changed
    }

    /// Where the stretch `at` is afterwards: what was changed at its ends belongs to it.
    fn moved(&self, at: &Range<u64>) -> Range<u64> {
        self.place(at.start, false)..self.place(at.end, true)
    }

    /// Where a place is afterwards; within or beside a change, the first or the `last` that it may be.
    fn place(&self, place: u64, last: bool) -> u64 {
        let (mut taken, mut given) = (0, 0);
        let counts = |c: &&Change| c.at.start < place || last && c.at.start == place;
        for Change { at, text } in self.0.iter().take_while(counts) {
            let length = text.len() as u64;
            if at.end > place {
                return at.start - taken + given + if last { length } else { 0 };
            }
            taken += at.end - at.start;
            given += length;
        }
        place - taken + given
    }

    /// Whether each of the `new` findings is one of the `old`, where that is now.
    fn explain<'f>(&self, old: impl Iterator<Item = &'f Finding>, new: &[Finding]) -> bool {
        let mut places: BTreeMap<(&str, &str), Vec<Range<u64>>> = BTreeMap::new();
        for finding in old {
            let start = finding.location.bytes.start;
            let place = self.moved(&(start..start));
            let of_rule = places
                .entry((&finding.rule, &finding.provider))
                .or_default();
            of_rule.push(place);
        }
        new.iter().all(|finding| {
            let start = finding.location.bytes.start;
            let places = places.get_mut(&(finding.rule.as_str(), finding.provider.as_str()));
            let Some(places) = places else { return false };
            let at = places
                .iter()
                .position(|p| p.start <= start && start <= p.end);
            at.map(|at| places.swap_remove(at)).is_some()
        })
    }
}
