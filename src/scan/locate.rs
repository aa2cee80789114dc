//! From matches in a window to findings in a file: positions, masked excerpts, fingerprints.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use crate::detect::{Detector, Match};
use crate::misuse::{CHECKS, HARDCODED, Misuse};
use crate::model::{
    Checksum, Edit, Excerpt, Finding, Fingerprint, FingerprintKey, Fix, LineIndex, Location,
    Origin, Related, Secret,
};
use crate::rules::schema::Context;
use crate::source::Window;

/// How much of a long line is shown on either side of a finding, in bytes.
const EXCERPT_SIDE: usize = 80;

/// Stands where a long line was cut.
const CUT: &str = "…";

/// Turns the matches of one window into findings.
pub(super) struct Locator<'a> {
    detector: &'a Detector,
    key: &'a FingerprintKey,
    origin: &'a Origin,
    window: &'a Window<'a>,
    /// Every match in sight: whatever is shown of the window, none of their secrets is.
    matches: &'a [Match],
    /// Those secrets that stand on one line, to find them again where they are no match.
    secrets: AhoCorasick,
    /// The length of the longest of them.
    longest: usize,
}

impl<'a> Locator<'a> {
    /// A locator for `matches`, which are all of the window's, also those of its neighbours' parts.
    pub(super) fn new(
        detector: &'a Detector,
        key: &'a FingerprintKey,
        origin: &'a Origin,
        window: &'a Window<'a>,
        matches: &'a [Match],
    ) -> Self {
        let secrets = secrets(window.text, matches);
        Self {
            detector,
            key,
            origin,
            window,
            matches,
            longest: secrets.max_pattern_len(),
            secrets,
        }
    }

    fn finding(&self, found: &Match, lines: &mut LineIndex<'_>) -> Finding {
        let rule = self.detector.rules().rule(found.rule);
        let bytes = self.text_of(found);
        let secret = Secret::from_bytes(bytes);
        let (form, evidence) = match &found.decoded {
            None => ("plain text".to_owned(), None),
            Some(decoded) => (decoded.in_words(), Some(decoded.evidence())),
        };
        let related = found
            .identifiers
            .iter()
            .map(|(rule, span)| Related {
                location: self.location(span, lines),
                message: format!(
                    "{} that it belongs to",
                    self.detector.rules().rule(*rule).credential.title
                ),
            })
            .collect();
        Finding {
            rule: rule.credential.id.to_string(),
            provider: rule.provider.identity.id.to_string(),
            message: format!("{} in {form}: {}", rule.credential.title, secret.masked()),
            severity: found.severity.unwrap_or(rule.credential.severity),
            confidence: found.confidence,
            location: self.location(&found.span, lines),
            related,
            fingerprint: Fingerprint::new(self.key, &rule.credential.id, bytes),
            steps: Vec::new(),
            secret: Some(secret),
            checksum: found.checksum,
            evidence: found.evidence.iter().cloned().chain(evidence).collect(),
            line_hash: None,
            fix: None,
            introduced: None,
        }
    }

    /// The secret of a match, decoded if it has to be.
    fn text_of<'m>(&'m self, found: &'m Match) -> &'m [u8] {
        match &found.decoded {
            Some(decoded) => &decoded.secret,
            None => &self.window.text[found.secret.clone()],
        }
    }

    /// The findings, those of misuses among them. A hard-coded credential that a rule knows by its
    /// format or place is that rule's finding, and told once.
    pub(super) fn findings(&self, misuses: &[Misuse]) -> Vec<Finding> {
        let mut lines = LineIndex::new(self.window.text, self.window.base);
        let mut findings = Vec::new();
        let named = |found: &Match| {
            let rule = self.detector.rules().rule(found.rule);
            rule.credential.context == Context::Named
        };
        for found in self.matches {
            // What only its name tells is better told by a check that knows whose it is.
            let known = named(found) && misuses.iter().any(|m| same_literal(m, found));
            if self.window.own.contains(&found.span.start) && !known {
                let mut finding = self.finding(found, &mut lines);
                for misuse in misuses.iter().filter(|m| same_literal(m, found)) {
                    let more = misuse
                        .evidence
                        .iter()
                        .filter(|e| !finding.evidence.contains(e));
                    let more: Vec<String> = more.cloned().collect();
                    finding.evidence.extend(more);
                    finding.fix = finding.fix.or_else(|| self.fix(misuse, &mut lines));
                }
                findings.push(finding);
            }
        }
        let of_rules = |m: &Misuse| {
            let mut matches = self.matches.iter();
            matches.any(|found| same_literal(m, found) && !named(found))
        };
        for misuse in misuses.iter().filter(|m| !of_rules(m)) {
            findings.push(self.misuse(misuse, &mut lines));
        }
        findings
    }

    fn misuse(&self, found: &Misuse, lines: &mut LineIndex<'_>) -> Finding {
        let check = &CHECKS[found.check];
        let text = &self.window.text[found.at.clone()];
        let steps = found.steps.iter().map(|step| Related {
            location: self.location(&step.at, lines),
            message: step.message.clone(),
        });
        let steps = steps.collect();
        // The place itself is the secret where a literal stands there.
        let is_literal = check.id == HARDCODED || self.matches.iter().any(|m| m.secret == found.at);
        let secret = is_literal.then(|| Secret::from_bytes(text));
        Finding {
            rule: check.id.to_owned(),
            provider: self
                .detector
                .rules()
                .provider(found.provider)
                .identity
                .id
                .to_string(),
            message: found.message.clone(),
            severity: found.severity.unwrap_or(check.severity),
            confidence: found.confidence,
            location: self.location(&found.at, lines),
            related: Vec::new(),
            steps,
            fingerprint: Fingerprint::new(self.key, check.id, text),
            secret,
            checksum: Checksum::None,
            evidence: found.evidence.clone(),
            line_hash: None,
            fix: self.fix(found, lines),
            introduced: None,
        }
    }

    fn fix(&self, found: &Misuse, lines: &mut LineIndex<'_>) -> Option<Fix> {
        let fix = found.fix.as_ref()?;
        let edits = fix.edits.iter().map(|(at, text)| {
            let offset = self.window.offset;
            Edit {
                start: lines.position(at.start),
                end: lines.position(at.end),
                bytes: offset + at.start as u64..offset + at.end as u64,
                text: text.clone(),
            }
        });
        Some(Fix {
            title: fix.title.clone(),
            edits: edits.collect(),
        })
    }

    fn location(&self, span: &Range<usize>, lines: &mut LineIndex<'_>) -> Location {
        let start = lines.position(span.start);
        let end = lines.position(span.end);
        let offset = |at: usize| self.window.offset + at as u64;
        Location {
            origin: self.origin.clone(),
            start,
            end,
            bytes: offset(span.start)..offset(span.end),
            excerpt: self.excerpt(span),
        }
    }

    /// The line on which `span` begins, with every secret on it masked.
    fn excerpt(&self, span: &Range<usize>) -> Excerpt {
        let text = self.window.text;
        let low = span.start.saturating_sub(EXCERPT_SIDE);
        let high = text.len().min(span.end.saturating_add(EXCERPT_SIDE));
        let line_start = memchr::memrchr(b'\n', &text[low..span.start]).map(|n| low + n + 1);
        // The line's end, looked for from the beginning of the span: a block may go on over many.
        let line_end = memchr::memchr(b'\n', &text[span.start..high]).map(|n| span.start + n);
        let line =
            char_start(text, line_start.unwrap_or(low))..char_start(text, line_end.unwrap_or(high));
        let line = line.start..line.end.max(line.start);

        let mut excerpt = Excerpt::default();
        if line_start.is_none() && low > 0 {
            excerpt.text.push_str(CUT);
        }
        let mut at = line.start;
        let mut mark_start = None;
        for Hidden { secret, found } in self.hidden(&line) {
            let is_own = found.is_some_and(|m| m.span == *span);
            let hidden = secret.start.max(at)..secret.end.min(line.end);
            if span.start < hidden.start && span.start >= at {
                push(&mut excerpt.text, &text[at..span.start]);
                mark_start.get_or_insert(excerpt.text.len());
                at = span.start;
            }
            push(&mut excerpt.text, &text[at..hidden.start.max(at)]);
            if is_own {
                mark_start.get_or_insert(excerpt.text.len());
            }
            // A body that begins with the line's end hides nothing on this line.
            if !hidden.is_empty() && !text[hidden.clone()].trim_ascii().is_empty() {
                let shown = match found {
                    Some(found) => self.text_of(found),
                    None => &text[secret],
                };
                excerpt.text.push_str(&Secret::from_bytes(shown).masked());
            }
            if is_own {
                excerpt.mark = mark_start.unwrap_or_default()..excerpt.text.len();
            }
            at = hidden.end.max(at);
        }
        if excerpt.mark.is_empty() && span.start >= at {
            push(&mut excerpt.text, &text[at..span.start]);
            let start = excerpt.text.len();
            let end = span.end.min(line.end).max(span.start);
            push(&mut excerpt.text, &text[span.start..end]);
            excerpt.mark = start..excerpt.text.len();
            at = end;
        }
        push(&mut excerpt.text, &text[at.min(line.end)..line.end]);
        if line_end.is_none() && high < text.len() {
            excerpt.text.push_str(CUT);
        }
        excerpt
    }

    /// What must not be shown of a line, in order: the secrets found on it, and the places where a
    /// secret found elsewhere in the window stands again without being a finding.
    fn hidden(&self, line: &Range<usize>) -> Vec<Hidden<'_>> {
        let overlaps = |range: &Range<usize>| range.start < line.end && range.end > line.start;
        // Matches are in order and none overlaps another.
        let first = self.matches.partition_point(|m| m.secret.end <= line.start);
        let found = self.matches[first..]
            .iter()
            .take_while(|m| m.secret.start < line.end);
        let mut hidden: Vec<Hidden<'_>> = found
            .map(|m| Hidden {
                secret: m.secret.clone(),
                found: Some(m),
            })
            .collect();
        let known = hidden.len();
        // Where the line is cut, a secret may be cut too: its part is hidden all the same.
        let text = self.window.text;
        let from = line.start.saturating_sub(self.longest);
        let to = text.len().min(line.end + self.longest);
        for again in self.secrets.find_iter(&text[from..to]) {
            let again = from + again.start()..from + again.end();
            let beside =
                |h: &Hidden<'_>| again.end <= h.secret.start || h.secret.end <= again.start;
            if overlaps(&again) && hidden[..known].iter().all(beside) {
                hidden.push(Hidden {
                    secret: again,
                    found: None,
                });
            }
        }
        hidden.sort_by_key(|h| h.secret.start);
        hidden
    }
}

/// Whether a misuse is that a credential stands in the code, and the match is that credential.
fn same_literal(misuse: &Misuse, found: &Match) -> bool {
    CHECKS[misuse.check].id == HARDCODED
        && misuse.at.start < found.secret.end
        && found.secret.start < misuse.at.end
}

/// A stretch that is masked wherever it is shown.
struct Hidden<'a> {
    secret: Range<usize>,
    /// The match it is, if it is one.
    found: Option<&'a Match>,
}

/// What finds the secrets of `matches` again, but for those of several lines, which no excerpt holds.
fn secrets(text: &[u8], matches: &[Match]) -> AhoCorasick {
    let secrets = matches.iter().map(|m| &text[m.secret.clone()]);
    let mut secrets: Vec<&[u8]> = secrets
        .filter(|s| memchr::memchr(b'\n', s).is_none())
        .collect();
    secrets.sort_unstable();
    secrets.dedup();
    AhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        // It is used for a few lines: what is quick to build is best.
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .build(secrets)
        .expect("the secrets of one window are within the automaton's limits")
}

fn push(out: &mut String, bytes: &[u8]) {
    out.push_str(String::from_utf8_lossy(bytes).trim_end_matches('\r'));
}

/// `at`, moved forward to where a character begins.
fn char_start(text: &[u8], at: usize) -> usize {
    let continues = text[at..]
        .iter()
        .take(3)
        .take_while(|&&b| b & 0xC0 == 0x80)
        .count();
    at + continues
}
