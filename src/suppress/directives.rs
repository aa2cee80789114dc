//! The inline suppressions of one file, and whether each was of use.

use jiff::civil::Date;
use memchr::{memchr, memchr_iter, memmem, memrchr};

use super::baseline::Met;
use super::inline::{Directive, parse};
use crate::model::{ALLOW_MARKER, Origin, Position, UnusedSuppression};

/// How much of a line is read around a directive: more than anybody writes, less than a minified file's.
const LINE_REACH: usize = 1024;

/// What is known of a rule that a directive names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleState {
    /// It was looked for.
    On,
    /// It exists but was not looked for, so that nothing can be said of the directive.
    Off,
    /// There is no such rule.
    Unknown,
}

/// The directives of one file by line, and what of the baseline the file has used up.
#[derive(Clone, Debug, Default)]
pub struct FileDirectives(Vec<Noted>, pub(super) Met);

#[derive(Clone, Debug)]
struct Noted {
    line: u64,
    directive: Directive,
    /// For each rule it names, whether a finding was there.
    used: Vec<bool>,
}

impl FileDirectives {
    /// Those of a file's only window.
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        let mut directives = Self::default();
        directives.collect(text, 0..text.len(), Position { line: 1, column: 1 });
        directives
    }

    /// Adds those of a window's `own` part and of the line on which that part ends, so that a directive
    /// behind a finding is known when the finding is decided. The first byte of `text` stands at `base`.
    ///
    /// Windows must come in order, and a window's findings be decided after this.
    pub fn collect(&mut self, text: &[u8], own: std::ops::Range<usize>, base: Position) {
        let (mut counted, mut line) = (0, base.line);
        let mut skip_to = own.start;
        let reach = memchr(b'\n', &text[own.end..]).map_or(text.len(), |newline| own.end + newline);
        for at in memmem::find_iter(&text[own.start..reach], ALLOW_MARKER).map(|at| at + own.start)
        {
            if at < skip_to {
                continue;
            }
            line += memchr_iter(b'\n', &text[counted..at]).count() as u64;
            counted = at;
            let from = at.saturating_sub(LINE_REACH);
            let start = memrchr(b'\n', &text[from..at]).map_or(from, |newline| from + newline + 1);
            let to = (at + LINE_REACH).min(text.len());
            let end = memchr(b'\n', &text[at..to]).map_or(to, |newline| at + newline);
            skip_to = end;
            self.add(line, &String::from_utf8_lossy(&text[start..end]));
        }
    }

    fn add(&mut self, line: u64, text: &str) {
        // One directive a line, also where windows meet on it.
        if self.0.last().is_some_and(|noted| noted.line >= line) {
            return;
        }
        if let Some(directive) = parse(text) {
            let used = vec![false; directive.rules.len()];
            self.0.push(Noted {
                line,
                directive,
                used,
            });
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The reason of a directive that accounts for a finding of `rule` on `line`; notes its use.
    ///
    /// Those that have run out or cannot be followed account for nothing.
    pub(super) fn allow(
        &mut self,
        rule: &str,
        line: u64,
        today: impl Fn() -> Date,
    ) -> Option<String> {
        let first = self.0.partition_point(|noted| noted.line + 1 < line);
        let mut reason = None;
        for noted in self.0[first..]
            .iter_mut()
            .take_while(|noted| noted.line <= line)
        {
            let Noted {
                directive, used, ..
            } = noted;
            if noted.line < line && !directive.alone {
                continue;
            }
            let Some(named) = directive.rules.iter().position(|id| id == rule) else {
                continue;
            };
            used[named] = true;
            if directive.problems.is_empty() && directive.until.is_none_or(|until| until >= today())
            {
                reason.clone_from(&directive.reason);
            }
        }
        reason
    }

    /// What is wrong with them, once every finding of the file was decided.
    pub(super) fn unused(
        self,
        today: impl Fn() -> Date,
        origin: &Origin,
        state: impl Fn(&str) -> RuleState,
    ) -> Vec<UnusedSuppression> {
        let mut notes = Vec::new();
        for Noted {
            line,
            directive,
            used,
        } in self.0
        {
            let mut note = |message| {
                notes.push(UnusedSuppression {
                    origin: origin.clone(),
                    line,
                    message,
                });
            };
            for problem in &directive.problems {
                note(format!("this `{ALLOW_MARKER}` {problem}"));
            }
            let expired = directive.until.filter(|until| *until < today());
            if let Some(until) = expired {
                note(format!(
                    "this `{ALLOW_MARKER}` ran out on {until}; fix the finding or set a later date"
                ));
            }
            for (rule, used) in directive.rules.iter().zip(used) {
                match state(rule) {
                    RuleState::Unknown => {
                        note(format!(
                            "there is no rule `{rule}`; `credlint rules list` shows what there is"
                        ));
                    }
                    RuleState::On
                        if !used && expired.is_none() && directive.problems.is_empty() =>
                    {
                        note(format!(
                            "this `{ALLOW_MARKER} {rule}` matches nothing; remove it"
                        ));
                    }
                    RuleState::On | RuleState::Off => {}
                }
            }
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suppress::inline::spelt;

    const TODAY: Date = jiff::civil::date(2026, 5, 1);

    fn notes(directives: FileDirectives) -> Vec<(u64, String)> {
        let state = |rule: &str| match rule {
            "off-key" => RuleState::Off,
            "no-key" => RuleState::Unknown,
            _ => RuleState::On,
        };
        let origin = Origin::File("a".to_owned());
        directives
            .unused(|| TODAY, &origin, state)
            .into_iter()
            .map(|n| (n.line, n.message))
            .collect()
    }

    #[test]
    fn counts_on_its_line_and_alone_on_the_next() {
        let text = spelt("x\n# ALLOW a-key -- r\nkey\nkey\nkey # ALLOW a-key -- s\nkey\n");
        let text = text.as_bytes();
        let allowed = |line| FileDirectives::of(text).allow("a-key", line, || TODAY);
        assert_eq!(
            [1, 2, 3, 4, 5, 6].map(allowed),
            [
                None,
                Some("r".to_owned()),
                Some("r".to_owned()),
                None,
                Some("s".to_owned()),
                None
            ]
        );
        assert_eq!(FileDirectives::of(text).allow("b-key", 3, || TODAY), None);
    }

    #[test]
    fn counts_through_its_last_day() {
        let on = |until: &str| {
            let text = spelt(&format!("# ALLOW a-key until={until} -- r\n"));
            let mut directives = FileDirectives::of(text.as_bytes());
            (
                directives.allow("a-key", 1, || TODAY).is_some(),
                notes(directives),
            )
        };
        assert_eq!(on("2026-05-01"), (true, vec![]));
        let (allowed, notes) = on("2026-04-30");
        assert!(!allowed);
        assert_eq!(notes.len(), 1);
        assert!(notes[0].1.contains("ran out on 2026-04-30"), "{notes:?}");
    }

    #[test]
    fn without_a_reason_it_has_no_effect_and_that_is_said() {
        let mut directives = FileDirectives::of(spelt("# ALLOW a-key\n").as_bytes());
        assert_eq!(directives.allow("a-key", 1, || TODAY), None);
        let notes = notes(directives);
        assert_eq!(notes.len(), 1);
        assert!(notes[0].1.contains("add ` -- `"), "{notes:?}");
    }

    #[test]
    fn each_unused_rule_is_noted_if_it_was_looked_for() {
        let mut directives =
            FileDirectives::of(spelt("\n# ALLOW a-key, b-key, off-key, no-key -- r\n").as_bytes());
        assert!(directives.allow("a-key", 3, || TODAY).is_some());
        let notes = notes(directives);
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes.iter().all(|n| n.0 == 2));
        assert!(notes[0].1.contains("b-key` matches nothing"), "{notes:?}");
        assert!(notes[1].1.contains("no rule `no-key`"), "{notes:?}");
    }

    #[test]
    fn windows_find_each_directive_once_and_on_its_line() {
        let text = spelt("key\n# ALLOW a-key -- first\n# ALLOW b-key -- second\n");
        let whole: Vec<(u64, Directive)> = FileDirectives::of(text.as_bytes())
            .0
            .into_iter()
            .map(|n| (n.line, n.directive))
            .collect();
        assert_eq!(whole.len(), 2);
        for cut in 0..text.len() {
            let mut directives = FileDirectives::default();
            let start = Position { line: 1, column: 1 };
            directives.collect(text.as_bytes(), 0..cut, start);
            let line_of_cut = 1 + text[..cut].matches('\n').count() as u64;
            let known = whole
                .iter()
                .take_while(|(line, _)| *line <= line_of_cut)
                .count();
            assert_eq!(
                directives.0.len(),
                known,
                "known as soon as its line's findings are: {cut}"
            );
            // The second window begins at the line before the cut.
            let line_start = text[..cut].rfind('\n').map_or(0, |n| n + 1);
            let line = 1 + text[..line_start].matches('\n').count() as u64;
            let (own, base) = (
                cut - line_start..text.len() - line_start,
                Position { line, column: 1 },
            );
            directives.collect(&text.as_bytes()[line_start..], own, base);
            let parts: Vec<_> = directives
                .0
                .into_iter()
                .map(|n| (n.line, n.directive))
                .collect();
            assert_eq!(parts, whole, "cut at {cut}");
        }
    }
}
