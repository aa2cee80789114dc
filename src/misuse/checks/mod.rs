//! The checks: one file each, over facts and what the provider files know.

mod client_side_exposure;
mod credential_in_command;
mod credential_in_url;
mod hardcoded_credential;
mod live_key_in_test;
mod missing_companion_header;
mod over_broad_access;
mod plain_http;
mod secret_file_committed;
mod test_key_in_production;
mod tls_verification_disabled;
mod token_without_expiry;
mod unmasked_logging;
mod wrong_auth_scheme;

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use super::flow::{Trail, steps};
use super::view::{File, Found};
use super::{Misuse, Step};
use crate::model::{Confidence, RuleDoc, RuleKind, Severity};

pub use secret_file_committed::{NUMBER as SECRET_FILE_COMMITTED, holds_credentials};
pub use hardcoded_credential::ID as HARDCODED;

/// One check: what it says of itself, and what it does.
pub struct Check {
    /// The kebab-case id.
    pub id: &'static str,
    /// One line, without a full stop.
    pub title: &'static str,
    /// The severity of a finding.
    pub severity: Severity,
    /// Number in the Common Weakness Enumeration.
    pub cwe: u16,
    /// Why a finding matters. One or two sentences.
    pub impact: &'static str,
    /// What to do, most urgent first.
    pub remedy: &'static [&'static str],
    /// Finds the misuses in a file.
    run: fn(&File<'_>, &mut Found),
}

/// Every check, by id.
pub const CHECKS: &[Check] = &[
    client_side_exposure::CHECK,
    credential_in_command::CHECK,
    credential_in_url::CHECK,
    hardcoded_credential::CHECK,
    live_key_in_test::CHECK,
    missing_companion_header::CHECK,
    over_broad_access::CHECK,
    plain_http::CHECK,
    secret_file_committed::CHECK,
    test_key_in_production::CHECK,
    tls_verification_disabled::CHECK,
    token_without_expiry::CHECK,
    unmasked_logging::CHECK,
    wrong_auth_scheme::CHECK,
];

impl Check {
    /// The check's documentation.
    #[must_use]
    pub fn doc(&self) -> RuleDoc {
        RuleDoc {
            id: Cow::Borrowed(self.id),
            title: Cow::Borrowed(self.title),
            kind: RuleKind::Check,
            provider: Cow::Borrowed(""),
            provider_name: Cow::Borrowed("any provider"),
            severity: self.severity,
            confidence: Confidence::High,
            cwe: self.cwe,
            impact: self.impact.to_owned(),
            remedy: self.remedy.iter().map(ToString::to_string).collect(),
            docs: None,
        }
    }
}

/// Runs the checks that are `enabled` over a file: each place once for each check, in order.
pub(super) fn run(file: &mut File<'_>, enabled: &dyn Fn(usize) -> bool) -> Found {
    let mut all = Found::new();
    // What is hard-coded is a credential for the other checks too, whatever its format.
    let number = CHECKS.iter().position(|c| c.id == HARDCODED);
    let mut hardcoded = Found::new();
    hardcoded_credential::find(file, &mut hardcoded);
    hardcoded_credential::learn(file, &hardcoded);
    for (check, definition) in CHECKS.iter().enumerate() {
        let mut found = Found::new();
        if !enabled(check) {
            continue;
        }
        if Some(check) == number {
            found.append(&mut hardcoded);
        } else {
            (definition.run)(file, &mut found);
        }
        for misuse in &mut found {
            misuse.check = check;
        }
        // The surest one of each place stays.
        found.sort_by(|a, b| {
            (a.at.start, a.at.end, b.confidence).cmp(&(b.at.start, b.at.end, a.confidence))
        });
        found.dedup_by(|a, b| a.at == b.at);
        // Of two places, one in the other, the smaller is the more exact.
        let places: Vec<Range<usize>> = found.iter().map(|m| m.at.clone()).collect();
        found.retain(|m| !places.iter().any(|p| p.start >= m.at.start && p.end <= m.at.end && p.len() < m.at.len()));
        if !of_literals(definition.id) {
            // What one line does wrong is told once.
            let line = |m: &Misuse| memchr::memchr_iter(b'\n', &file.text[..m.at.start]).count();
            let lines: Vec<usize> = found.iter().map(line).collect();
            let mut seen = HashSet::new();
            let mut number = 0;
            found.retain(|m| {
                number += 1;
                seen.insert((lines[number - 1], m.provider))
            });
        }
        all.append(&mut found);
    }
    all.sort_by_key(|m| (m.at.start, m.at.end, m.check));
    all
}

/// Whether a check is about literals, of which a line may have several.
fn of_literals(id: &str) -> bool {
    [HARDCODED, "live-key-in-test", "test-key-in-production", "over-broad-access", "credential-in-command"].contains(&id)
}

/// A misuse of `provider`'s credential; sure, and without more than a place and a message.
fn misuse(provider: usize, at: &Range<usize>, message: String) -> Misuse {
    Misuse {
        check: 0,
        provider,
        at: at.clone(),
        message,
        severity: None,
        confidence: Confidence::High,
        evidence: Vec::new(),
        steps: Vec::new(),
        fix: None,
    }
}

impl Misuse {
    fn because(mut self, evidence: String) -> Self {
        if !evidence.is_empty() && !self.evidence.contains(&evidence) {
            self.evidence.push(evidence);
        }
        self
    }

    fn sure(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// With the way that a value took to the place.
    fn along(mut self, trail: &Trail, origin: &Range<usize>) -> Self {
        if !origin.is_empty() && *origin != self.at {
            self.steps.push(Step { at: origin.clone(), message: "it comes from here".to_owned() });
        }
        for (at, what) in steps(trail) {
            let step = Step { at, message: what.to_owned() };
            if step.at != self.at && !step.at.is_empty() && !self.steps.iter().any(|s| s.at == step.at) {
                self.steps.push(step);
            }
        }
        self.steps.truncate(8);
        self
    }
}

/// Text of a file as a message may show it: short, on one line.
fn quoted(text: &str) -> String {
    let line: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("`{line}`")
}
