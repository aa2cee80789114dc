//! What is inside of archives, documents and databases is scanned as files are.
//!
//! Credential rules look at members and checks do not, and nothing in them is fixed. What a container's
//! own bytes show as well as its members do is told once, at the member.

use std::collections::HashSet;
use std::io::{self, Read, SeekFrom};

use super::{Content, Partial, Scanner, Scratch};
use crate::model::{Finding, Fingerprint, Origin, ScanError, SkipReason};
use crate::source::archive::{self, Limits, Member, Seekable, Trouble};

/// What to do about a container that cannot be opened in full.
const REMEDY: &str = "exclude it, or scan with --no-archives";

/// So many findings inside of one file are enough: a small file may hold a key a billion times.
pub(super) const MAX_FINDINGS: usize = 10_000;

/// How much had been found at some time.
#[derive(Clone, Copy)]
struct Mark {
    findings: usize,
    suppressed: usize,
    unused: usize,
}

impl Mark {
    fn of(partial: &Partial) -> Self {
        Self {
            findings: partial.findings.len(),
            suppressed: partial.suppressed.len(),
            unused: partial.unused.len(),
        }
    }
}

impl Scanner {
    /// Scans a content and, if it is a container, what is inside of it.
    pub(super) fn scan_whole<R: Seekable>(
        &self,
        content: &Content<'_>,
        mut open: impl FnMut() -> io::Result<R>,
        scratch: &mut Scratch,
        partial: &mut Partial,
    ) -> io::Result<()> {
        let before = Mark::of(partial);
        let Some(kind) = self.scan_content(content, &mut open, scratch, partial)? else {
            return Ok(());
        };
        // Comments count where they stand, in a member.
        partial.unused.truncate(before.unused);
        let own = Mark::of(partial);
        let mut container = open()?;
        let length = container.seek(SeekFrom::End(0))?;
        container.seek(SeekFrom::Start(0))?;
        let name = content.name.rsplit('/').next().unwrap_or(content.name);
        let mut inside = Inside {
            scanner: self,
            outer: content.origin,
            scratch,
            partial,
            own,
            last: own,
        };
        let limits = Limits::default();
        archive::look_inside(kind, name, &mut container, length, limits, &mut inside);
        drop_repeated(partial, before, own);
        Ok(())
    }
}

/// Scans members as they come.
struct Inside<'a> {
    scanner: &'a Scanner,
    outer: &'a Origin,
    scratch: &'a mut Scratch,
    partial: &'a mut Partial,
    /// What had been found before the first member.
    own: Mark,
    /// What had been found before the last member.
    last: Mark,
}

impl Inside<'_> {
    fn scan(&mut self, member: &Member<'_>, content: &mut dyn Read) -> io::Result<()> {
        let origin = self.outer.member(member.path);
        let alone = Content::alone(&origin, member.name);
        let mut content = UpToFault {
            inner: content,
            fault: None,
        };
        let mut once = Some(&mut content);
        let open = || {
            let again = || io::Error::other("a member can be read only once");
            once.take().ok_or_else(again)
        };
        self.scanner
            .scan_content(&alone, open, self.scratch, self.partial)?;
        let now = Mark::of(self.partial);
        let found = (now.findings - self.own.findings) + (now.suppressed - self.own.suppressed);
        if found >= MAX_FINDINGS {
            let enough = format!("there are {MAX_FINDINGS} findings in it");
            self.error(format!("{enough}; the rest was not looked at"));
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        content.fault.map_or(Ok(()), Err)
    }

    /// Tells of something that was not looked at.
    fn error(&mut self, message: String) {
        self.partial.errors.push(ScanError {
            path: self.outer.path().to_owned(),
            message,
        });
    }
}

impl archive::Visitor for Inside<'_> {
    fn member(&mut self, member: &Member<'_>, content: &mut dyn Read) -> io::Result<()> {
        self.last = Mark::of(self.partial);
        self.scan(member, content)
    }

    fn text(&mut self, member: &Member<'_>, content: &mut dyn Read) -> io::Result<()> {
        let (first, again) = (self.last, Mark::of(self.partial));
        let scanned = (self.partial.members, self.partial.bytes);
        let limited = self.partial.limited.clone();
        let result = self.scan(member, content);
        // It is no further member.
        (self.partial.members, self.partial.bytes) = scanned;
        self.partial.limited = limited;
        self.partial.unused.truncate(again.unused);
        let known = ids(&self.partial.findings[first.findings..again.findings])
            .chain(suppressed_ids(self.partial, first, again))
            .collect();
        drop_known(self.partial, again, Mark::of(self.partial), &known);
        result
    }

    fn trouble(&mut self, path: &str, trouble: &Trouble) {
        let skipped = match trouble {
            Trouble::Encrypted => SkipReason::Encrypted,
            Trouble::Unsupported(_) => SkipReason::Unsupported,
            _ => {
                let inside = if path.is_empty() {
                    String::new()
                } else {
                    format!("in {path}: ")
                };
                self.error(format!("{inside}{trouble}; {REMEDY}"));
                return;
            }
        };
        *self.partial.skipped.entry(skipped).or_default() += 1;
    }
}

/// What makes a finding the same wherever it stands.
pub(super) type Id = (String, Fingerprint);

pub(super) fn id(finding: &Finding) -> Id {
    (finding.rule.clone(), finding.fingerprint.clone())
}

fn ids(findings: &[Finding]) -> impl Iterator<Item = Id> {
    findings.iter().map(id)
}

fn suppressed_ids(partial: &Partial, from: Mark, to: Mark) -> impl Iterator<Item = Id> {
    let suppressed = &partial.suppressed[from.suppressed..to.suppressed];
    suppressed.iter().map(|s| id(&s.finding))
}

/// Drops of what was found from `before` to `own` what was found again later.
fn drop_repeated(partial: &mut Partial, before: Mark, own: Mark) {
    let end = Mark::of(partial);
    let known = ids(&partial.findings[own.findings..])
        .chain(suppressed_ids(partial, own, end))
        .collect();
    drop_known(partial, before, own, &known);
}

/// Drops of what was found from `from` to `to` what is `known`.
fn drop_known(partial: &mut Partial, from: Mark, to: Mark, known: &HashSet<Id>) {
    let mut at = 0;
    partial.findings.retain(|finding| {
        let among = (from.findings..to.findings).contains(&at);
        at += 1;
        !among || !known.contains(&id(finding))
    });
    at = 0;
    partial.suppressed.retain(|suppressed| {
        let among = (from.suppressed..to.suppressed).contains(&at);
        at += 1;
        !among || !known.contains(&id(&suppressed.finding))
    });
}

/// Ends where reading fails, so that what came before is not lost with it.
struct UpToFault<'a> {
    inner: &'a mut dyn Read,
    fault: Option<io::Error>,
}

impl Read for UpToFault<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.fault.is_some() {
            return Ok(0);
        }
        match self.inner.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.fault = Some(error);
                Ok(0)
            }
            result => result,
        }
    }
}
