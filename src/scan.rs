//! The pipeline: source, windows, matches, findings, decisions, report.
//!
//! The one module that sees every stage. Each stage knows only the types it takes and gives.

mod committed;
mod contained;
mod content;
mod fix;
mod git;
mod locate;
mod misused;
mod partial;
mod project;
mod stale;
mod why;

use std::cell::RefCell;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use jiff::{Timestamp, tz::TimeZone};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::detect::{self, Detector};
use crate::misuse::{CHECKS, Check, SECRET_FILE_COMMITTED};
use crate::model::{
    Blob, Finding, FingerprintKey, Origin, Report, RuleDoc, ScanError, Scanned, line_hashes,
};
use crate::rules::{Rule, RuleSet};
use crate::source::archive::Kind;
use crate::source::{self, Entry, Spool, WalkOptions, Window, decoded};
use crate::suppress::{FileDirectives, Policy, RuleState};
use committed::Committed;
use contained::MAX_FINDINGS;
use content::{Content, Place};
pub use fix::{Fixed, Fixes, MAX_FIXED, Unfixed};
pub use git::GitOptions;
use locate::Locator;
use partial::Partial;
use project::Project;
pub use why::{Step, Verdict};

/// What a panic becomes.
const BUG: &str = "credlint failed on this file, which is a bug; please report it";

/// Why the checks did not look at a file, in the words of reports.
const TOO_LONG: &str = "too long to be read as code";

/// What a scan is told beyond the rules.
#[derive(Debug)]
pub struct Options {
    /// What is reported.
    pub policy: Policy,
    /// The key of fingerprints.
    pub key: FingerprintKey,
    /// Whether findings carry GitHub's line hash, which takes two more passes over their files.
    pub line_hashes: bool,
    /// When tokens have to be valid, in seconds since 1970.
    pub now: i64,
    /// Whether what is inside of archives, documents and databases is scanned too.
    pub archives: bool,
    /// Where the policy's allowances stand, if somewhere: unused ones are reported there.
    pub config: Option<Origin>,
}

impl Options {
    /// Reports everything, under the default key. `now` is in seconds since 1970.
    #[must_use]
    pub fn new(now: i64) -> Self {
        let today = move || {
            let now = Timestamp::from_second(now).unwrap_or_default();
            now.to_zoned(TimeZone::UTC).date()
        };
        Self {
            policy: Policy::new(today),
            key: FingerprintKey::default(),
            line_hashes: false,
            now,
            archives: true,
            config: None,
        }
    }
}

/// Applies rules to content. One for all threads.
#[derive(Debug)]
pub struct Scanner {
    detector: Detector,
    /// For each check, the providers whose credentials it looks after; empty where it is off.
    checks: Vec<Vec<bool>>,
    committed: Committed,
    options: Options,
}

/// How far a scan is; another thread may look at it at any time.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files to scan, once they are known.
    pub total: AtomicU64,
    /// Files scanned.
    pub files: AtomicU64,
    /// Bytes scanned.
    pub bytes: AtomicU64,
}

/// A thread's working memory.
#[derive(Default)]
struct Scratch {
    read: source::Scratch,
    detect: detect::Scratch,
}

impl Scanner {
    /// A scanner for those of `rules`, and those checks, that `wanted` takes and the policy does not
    /// turn off. `wanted` is asked with the id of the rule or check and that of the provider.
    #[must_use]
    pub fn new(rules: RuleSet, wanted: impl Fn(&str, &str) -> bool, options: Options) -> Self {
        let policy = &options.policy;
        let on = |id: &str, provider: &str| wanted(id, provider) && policy.is_on(id, provider);
        let checks = CHECKS.iter().map(|check| {
            let on: Vec<bool> = rules
                .providers()
                .map(|p| on(check.id, &p.identity.id))
                .collect();
            if on.contains(&true) { on } else { Vec::new() }
        });
        let checks: Vec<Vec<bool>> = checks.collect();
        let rule = |rule: Rule<'_>| on(&rule.credential.id, &rule.provider.identity.id);
        let is_on = |rule: Rule<'_>| policy.is_on(&rule.credential.id, &rule.provider.identity.id);
        let providers = &checks[SECRET_FILE_COMMITTED];
        let committed = Committed::new(&rules, providers, is_on, rule, options.now);
        Self {
            detector: Detector::new(rules, rule, options.now),
            checks,
            committed,
            options,
        }
    }

    /// The rules it was made with.
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        self.detector.rules()
    }

    /// Scans files, and the folders' files, on rayon's current threads.
    #[must_use]
    pub fn scan_paths(&self, paths: &[PathBuf], walk: &WalkOptions, progress: &Progress) -> Report {
        let started = Instant::now();
        let walked = source::walk(paths, walk);
        progress
            .total
            .store(walked.entries.len() as u64, Ordering::Relaxed);
        thread_local! {
            static SCRATCH: RefCell<Scratch> = RefCell::default();
        }
        let project = Project::new(&walked.entries);
        let mut all = walked
            .entries
            .par_iter()
            .fold(Partial::default, |mut partial, entry| {
                let before = partial.bytes;
                SCRATCH.with_borrow_mut(|scratch| {
                    self.scan_entry(entry, &project, scratch, &mut partial);
                });
                progress.files.fetch_add(1, Ordering::Relaxed);
                progress
                    .bytes
                    .fetch_add(partial.bytes - before, Ordering::Relaxed);
                partial
            })
            .reduce(Partial::default, Partial::merge);
        all.errors.extend(project.tracked.into_errors());
        all.errors.extend(walked.errors);
        self.looked_at(paths, &walked.entries, all.errors.is_empty());
        let mut report = self.report(all);
        for (why, count) in walked.skipped {
            *report.scanned.skipped.entry(why).or_default() += count;
        }
        report.scanned.elapsed = started.elapsed();
        report
    }

    /// Scans what can be read only once, such as standard input, under the name `name`.
    #[must_use]
    pub fn scan_reader(&self, name: &str, reader: impl Read) -> Report {
        let started = Instant::now();
        let mut all = Partial::default();
        let origin = Origin::Stdin(name.to_owned());
        let result = Spool::new(reader).and_then(|spool| {
            self.scan_whole(
                &Content::alone(&origin, name),
                || spool.reader(),
                &mut Scratch::default(),
                &mut all,
            )
        });
        if let Err(error) = result {
            all.errors.push(ScanError {
                path: name.to_owned(),
                message: format!("cannot read it: {error}"),
            });
        }
        let mut report = self.report(all);
        report.scanned.elapsed = started.elapsed();
        report
    }

    /// Scans bytes under the name `name`, which matters to what is found: a bare word after `=` is a
    /// value in `.env` and an expression in `app.js`.
    #[must_use]
    pub fn scan_bytes(&self, name: &str, bytes: &[u8]) -> Report {
        let mut all = Partial::default();
        let origin = Origin::File(name.to_owned());
        let content = Content::alone(&origin, name);
        let open = || Ok(io::Cursor::new(bytes));
        let result = self.scan_whole(&content, open, &mut Scratch::default(), &mut all);
        debug_assert!(result.is_ok(), "memory can always be read");
        self.report(all)
    }

    /// Scans bytes that stand, or will stand, in the file that `content` names.
    fn scan_memory(&self, content: &Content<'_>, bytes: &[u8], partial: &mut Partial) {
        let scratch = &mut Scratch::default();
        let result = self.scan_content(content, || Ok(bytes), scratch, partial);
        debug_assert!(result.is_ok(), "memory can always be read");
    }

    /// Scans one file; whatever goes wrong becomes an error of the report.
    fn scan_entry(
        &self,
        entry: &Entry,
        project: &Project<'_>,
        scratch: &mut Scratch,
        partial: &mut Partial,
    ) {
        let origin = Origin::File(entry.display().into_owned());
        let local = entry.local();
        let content = Content {
            place: Place::File(entry.path(), &project.tracked),
            files: project,
            ..Content::alone(&origin, &local)
        };
        let scanned = catch_unwind(AssertUnwindSafe(|| {
            self.scan_whole(&content, || entry.open(), scratch, partial)
        }));
        let message = match scanned {
            Ok(Ok(())) => return,
            Ok(Err(error)) => format!("cannot read it: {error}"),
            Err(_) => {
                *scratch = Scratch::default();
                BUG.to_owned()
            }
        };
        partial.errors.push(ScanError {
            path: origin.path().to_owned(),
            message,
        });
    }

    /// Scans a content as it stands, and says which container it is, if that is to be opened.
    fn scan_content<R: Read>(
        &self,
        content: &Content<'_>,
        mut open: impl FnMut() -> io::Result<R>,
        scratch: &mut Scratch,
        partial: &mut Partial,
    ) -> io::Result<Option<Kind>> {
        let is_member = content.origin.inner().is_some();
        let room = if is_member { MAX_FINDINGS } else { usize::MAX };
        let mut container = None;
        let mut directives = FileDirectives::default();
        let mut findings = Vec::new();
        let mut limited = None;
        let mut failed = false;
        let (origin, name) = (content.origin, content.name);
        let may_be_committed = self.may_be_committed(content);
        let unasked = self.committed.unasked.as_ref().filter(|_| may_be_committed);
        let mut credentials = Vec::new();
        let Scratch { read, detect } = scratch;
        let total = source::read(read, name, open()?, |class, window| {
            limited = class.why;
            if self.options.archives && !is_member && container.is_none() {
                container = Kind::of_window(&window);
            }
            // All of the window, so that no excerpt shows a secret of a neighbour's part.
            let blob = Blob::new(name, class.class, window.text);
            let scan = self.detector.scan(&blob, detect, &mut ());
            if scan.allows {
                directives.collect(window.text, window.own.clone(), window.base);
            }
            let mut misuses = Vec::new();
            // What is in an archive is nobody's code to mend.
            if scan.mentions && class.class.has_context() && content.checks && !is_member {
                let whole = window.last && window.base.line == 1 && window.own.start == 0;
                match whole.then(|| self.misuses_or_panic(&blob, &scan, content.files)) {
                    Some(Ok(Some(found))) => misuses = found,
                    Some(Err(())) => failed = true,
                    None | Some(Ok(None)) => limited = Some(TOO_LONG),
                }
            }
            if (!scan.matches.is_empty() || !misuses.is_empty()) && findings.len() < room {
                findings.extend(
                    self.locator(origin, &window, scan.matches)
                        .findings(&misuses),
                );
            }
            if let Some(detector) = unasked {
                let mut scratch = detect::Scratch::default();
                let scan = detector.scan(&blob, &mut scratch, &mut ());
                let key = &self.options.key;
                let locator = Locator::new(detector, key, origin, &window, scan.matches);
                credentials.extend(locator.findings(&[]));
            }
        })?;
        if failed {
            partial.errors.push(ScanError {
                path: origin.path().to_owned(),
                message: BUG.to_owned(),
            });
        }
        partial.files += u64::from(!is_member);
        partial.members += u64::from(is_member);
        partial.bytes += total.bytes;
        if let (Some(why), None) = (limited, container) {
            *partial.limited.entry(why).or_default() += 1;
        }
        if self.options.line_hashes && !findings.is_empty() && !is_member {
            let lines: Vec<u64> = findings
                .iter()
                .map(|f: &Finding| f.location.start.line)
                .collect();
            let mut hashes = line_hashes(|| decoded(open()?), &lines)?;
            for finding in &mut findings {
                finding.line_hash = hashes.get_mut(&finding.location.start.line).cloned();
            }
        }
        for finding in findings {
            let decision = self.options.policy.decide(finding, &mut directives);
            // One that the baseline puts off is in the file all the same.
            if let (Some(finding), true, None) = (decision.open(), may_be_committed, unasked) {
                credentials.push(finding.clone());
            }
            partial.keep(decision);
        }
        if may_be_committed {
            self.keep_reported(&mut credentials, &mut directives);
            if let Some(mut finding) = self.committed(content, &credentials) {
                if self.options.line_hashes {
                    let line = finding.location.start.line;
                    finding.line_hash = line_hashes(|| decoded(open()?), &[line])?.remove(&line);
                }
                partial.keep(self.options.policy.decide(finding, &mut directives));
            }
        }
        if !directives.is_empty() {
            let state = |id: &str| match self.rules().get(id) {
                None if is_member => RuleState::Off,
                _ => self.rule_state(id),
            };
            partial.unused.extend(
                self.options
                    .policy
                    .unused_directives(directives, origin, state),
            );
        }
        Ok(container)
    }

    fn locator<'a>(
        &'a self,
        origin: &'a Origin,
        window: &'a Window<'a>,
        matches: &'a [detect::Match],
    ) -> Locator<'a> {
        Locator::new(&self.detector, &self.options.key, origin, window, matches)
    }

    fn rule_state(&self, id: &str) -> RuleState {
        if let Some(check) = CHECKS.iter().position(|check| check.id == id) {
            return if self.checks[check].is_empty() {
                RuleState::Off
            } else {
                RuleState::On
            };
        }
        match self.rules().get(id) {
            Some(rule) if self.detector.is_enabled(rule.index) => RuleState::On,
            Some(_) => RuleState::Off,
            None => RuleState::Unknown,
        }
    }

    /// The documentation of a rule or check.
    fn doc(&self, id: &str) -> Option<RuleDoc> {
        let check = CHECKS.iter().find(|check| check.id == id);
        check
            .map(Check::doc)
            .or_else(|| Some(self.rules().get(id)?.doc()))
    }

    /// Puts everything in order.
    fn report(&self, all: Partial) -> Report {
        let Partial {
            mut findings,
            mut suppressed,
            mut unused,
            mut errors,
            files,
            commits,
            members,
            bytes,
            limited,
            skipped,
        } = all;
        findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        suppressed.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
        if let Some(config) = &self.options.config {
            unused.extend(self.options.policy.unused_allows(config));
        }
        unused.extend(self.baseline_notes());
        unused.sort();
        errors.sort();
        let mut ids: Vec<&str> = findings
            .iter()
            .chain(suppressed.iter().map(|s| &s.finding))
            .map(|f| &*f.rule)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let rules: Vec<RuleDoc> = ids.into_iter().filter_map(|id| self.doc(id)).collect();
        let scanned = Scanned {
            files,
            commits,
            members,
            bytes,
            limited,
            skipped,
            rules: self.detector.enabled_rules()
                + self
                    .checks
                    .iter()
                    .filter(|providers| !providers.is_empty())
                    .count(),
            ..Scanned::default()
        };
        Report {
            findings,
            suppressed,
            unused_suppressions: unused,
            errors,
            scanned,
            rules,
        }
    }
}
