//! The story of one line: which rules looked at it, and what became of what they saw.

use std::io;
use std::ops::Range;

use super::{Scanner, Scratch};
use crate::detect::{Dropped, Observer, in_words};
use crate::model::{Blob, LineIndex, Origin, Position};
use crate::source;
use crate::suppress::{Decision, FileDirectives};

/// One rule's look at one place of the line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// The column at which what it saw begins.
    pub column: u64,
    /// The rule's id.
    pub rule: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a candidate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is a finding.
    Reported,
    /// It is a finding that the configuration or a comment keeps back, and why.
    NotReported(String),
    /// It is none, and why.
    Dropped(String),
}

/// Notes every candidate that was dropped, by where it began in the window.
#[derive(Default)]
struct Notes(Vec<(usize, usize, Dropped)>);

impl Observer for Notes {
    fn dropped(&mut self, rule: usize, span: &Range<usize>, why: &Dropped) {
        self.0.push((span.start, rule, why.clone()));
    }
}

impl Scanner {
    /// What the rules made of `line` (from 1) of a file's content, in the order of columns.
    ///
    /// A line that the content does not have is an error.
    pub fn why(&self, origin: &Origin, content: &[u8], line: u64) -> io::Result<Vec<Step>> {
        let mut scratch = Scratch::default();
        let mut steps = Vec::new();
        let mut directives = FileDirectives::default();
        let mut last_line = 1;
        source::read(
            &mut scratch.read,
            origin.path(),
            content,
            |class, window| {
                let blob = Blob::new(origin.path(), class.class, window.text);
                // The end of the last line begins no other.
                let text = window.text.strip_suffix(b"\n").unwrap_or(window.text);
                let breaks = memchr::memchr_iter(b'\n', text).count() as u64;
                last_line = window.base.line + breaks;
                let mut notes = Notes::default();
                let scan = self.detector.scan(&blob, &mut scratch.detect, &mut notes);
                let matches = scan.matches;
                let misuses = if window.last && window.own.start == 0 {
                    self.misuses(&blob, &scan, &()).unwrap_or_default()
                } else {
                    Vec::new()
                };
                directives.collect(window.text, window.own.clone(), window.base);
                for finding in self.locator(origin, &window, matches).findings(&misuses) {
                    let at = finding.location.start;
                    let rule = finding.rule.clone();
                    let verdict = match self.options.policy.decide(finding, &mut directives) {
                        Decision::Report(_) => Verdict::Reported,
                        Decision::Suppress(s) => Verdict::NotReported(format!(
                            "suppressed ({}): {}",
                            s.kind.as_str(),
                            s.reason.unwrap_or_default()
                        )),
                        Decision::Drop(why) => Verdict::NotReported(why.to_owned()),
                    };
                    steps.push((at, rule, verdict));
                }
                notes.0.sort_by_key(|(start, rule, _)| (*start, *rule));
                let mut lines = LineIndex::new(window.text, window.base);
                for (start, rule, why) in notes.0 {
                    if window.own.contains(&start) {
                        steps.push((
                            lines.position(start),
                            self.id(rule),
                            Verdict::Dropped(self.reason(&why)),
                        ));
                    }
                }
            },
        )?;
        if line > last_line {
            let message = format!("there is no line {line}, the last one is {last_line}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let here = |(at, rule, verdict): (Position, String, Verdict)| {
            (at.line == line).then_some(Step {
                column: at.column,
                rule,
                verdict,
            })
        };
        let mut steps: Vec<Step> = steps.into_iter().filter_map(here).collect();
        steps.sort();
        steps.dedup();
        Ok(steps)
    }

    fn id(&self, rule: usize) -> String {
        self.rules().rule(rule).credential.id.to_string()
    }

    fn reason(&self, why: &Dropped) -> String {
        match why {
            Dropped::Decoded { how, why } => {
                format!("{} (in text from {})", self.reason(why), in_words(how))
            }
            Dropped::Overlap(rule) => format!("{} knows better what it is", self.id(*rule)),
            other => other.to_string(),
        }
    }
}
