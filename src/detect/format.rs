//! Credentials that are known by a format of their own.

use std::ops::Range;

use super::pattern::{Matched, begins_here, is_in_base64, stands_alone};
use super::{Basis, Detector, Dropped, Match, Observer, Scratch, last_byte, validate};
use crate::model::{Blob, Checksum};
use crate::rules::Rule;
use crate::rules::schema::Kind;

impl Detector {
    /// Applies the rules for certain files: the file leads to them, and no word.
    pub(super) fn look_through(
        &self,
        blob: &Blob<'_>,
        scratch: &mut Scratch,
        observer: &mut impl Observer,
    ) {
        let text = blob.bytes;
        let end = last_byte(blob.path);
        for &(ends, index) in &self.of_files {
            let rule = self.rules.rule(index);
            if ends & end != 0 && rule.admits(blob.path) {
                self.patterns.all(index, rule.credential, text, |found| {
                    let whole = found.whole.clone();
                    self.consider(rule, text, &whole, found, scratch, observer);
                });
            }
        }
    }

    /// Tries a rule at the place of one of its literals.
    pub(super) fn try_pattern(
        &self,
        index: usize,
        blob: &Blob<'_>,
        literal: &Range<usize>,
        scratch: &mut Scratch,
        observer: &mut impl Observer,
    ) {
        let rule = self.rules.rule(index);
        if rule.credential.anchored && !begins_here(blob.bytes, literal.start) {
            return observer.dropped(index, literal, &Dropped::Boundary);
        }
        if rule.credential.anchored {
            match self
                .patterns
                .at(index, rule.credential, blob.bytes, literal)
            {
                Some(found) => self.consider(rule, blob.bytes, literal, found, scratch, observer),
                None => observer.dropped(index, literal, &Dropped::Pattern),
            }
            return;
        }
        // One search answers for every literal of the rule in the same unbroken text.
        let answered = scratch.answered.iter().find(|(rule, _)| *rule == index);
        if answered.is_some_and(|(_, until)| literal.start < *until) {
            return;
        }
        let mut any = false;
        let until = self
            .patterns
            .around(index, rule.credential, blob.bytes, literal, |found| {
                any = true;
                self.consider(rule, blob.bytes, literal, found, scratch, observer);
            });
        scratch.answered.retain(|(rule, _)| *rule != index);
        scratch.answered.push((index, until));
        if !any {
            observer.dropped(index, literal, &Dropped::Pattern);
        }
    }

    /// Makes a match of what a pattern found, if it holds.
    fn consider(
        &self,
        rule: Rule<'_>,
        text: &[u8],
        literal: &Range<usize>,
        found: Matched,
        scratch: &mut Scratch,
        observer: &mut impl Observer,
    ) {
        let index = rule.index;
        if !stands_alone(text, &found.whole) || is_in_base64(text, &found.whole) {
            return observer.dropped(index, &found.secret, &Dropped::Boundary);
        }
        let verdict = match validate::validate(rule, text, &found.whole, &found.secret, self.now) {
            Ok(verdict) => validate::published(rule, text, &found.secret, verdict),
            Err(dropped) => {
                if matches!(dropped, Dropped::Checksum | Dropped::KnownExample) {
                    scratch.refuted.push(found.secret.clone());
                }
                return observer.dropped(index, &found.secret, &dropped);
            }
        };
        let structured = verdict.secret.is_some();
        let secret = verdict.secret.unwrap_or(found.secret);
        let span = if structured {
            found.whole.start..secret.end
        } else {
            secret.clone()
        };
        if rule.credential.kind == Kind::Identifier {
            scratch
                .identifiers
                .push((secret.clone(), rule.provider_index));
        }
        let inside = rule.credential.anchored && secret.start == literal.start
            || !rule.credential.anchored && secret == found.whole;
        scratch.matches.push(Match {
            rule: index,
            basis: if inside || structured {
                Basis::Format
            } else {
                Basis::Form
            },
            secret,
            span,
            severity: verdict.severity,
            confidence: verdict.confidence.unwrap_or(rule.credential.confidence),
            checksum: verdict.checksum.unwrap_or(Checksum::None),
            evidence: verdict.evidence,
            identifiers: Vec::new(),
            decoded: None,
            proximity: None,
        });
    }
}
