//! The check `secret-file-committed`: files of credentials that git tracks.

use super::{Content, Place, Scanner};
use crate::detect::Detector;
use crate::misuse::{CHECKS, HARDCODED, SECRET_FILE_COMMITTED, holds_credentials};
use crate::model::{Checksum, Confidence, Finding, Fingerprint, Severity};
use crate::rules::schema::Kind;
use crate::rules::{Rule, RuleSet};
use crate::suppress::FileDirectives;

/// Whom the check looks after, and what it knows credentials by.
#[derive(Debug)]
pub(super) struct Committed {
    /// The rules that nobody asked for, which tell what a file holds all the same. Only where some were
    /// left out by name: what the configuration turns off is no credential for the check either.
    pub(super) unasked: Option<Detector>,
}

impl Committed {
    /// `providers` are those the check is on for; `is_on` says whether a rule is on by the policy, and
    /// `asked` whether the scan applies it.
    pub(super) fn new(
        rules: &RuleSet,
        providers: &[bool],
        is_on: impl Fn(Rule<'_>) -> bool,
        asked: impl Fn(Rule<'_>) -> bool,
        now: i64,
    ) -> Self {
        let tells = |rule: Rule<'_>| {
            rule.credential.kind == Kind::Secret
                && providers.get(rule.provider_index) == Some(&true)
                && is_on(rule)
        };
        let more = rules.rules().any(|rule| tells(rule) && !asked(rule));
        Self {
            unasked: more.then(|| Detector::new(rules.clone(), tells, now)),
        }
    }
}

impl Scanner {
    /// Whether the file is one that the check may be about.
    pub(super) fn may_be_committed(&self, content: &Content<'_>) -> bool {
        !matches!(content.place, Place::Nowhere)
            && content.checks
            && !self.checks[SECRET_FILE_COMMITTED].is_empty()
            && holds_credentials(content.name)
    }

    /// Keeps those of `credentials` that the check looks after and nothing accounts for.
    pub(super) fn keep_reported(
        &self,
        credentials: &mut Vec<Finding>,
        directives: &mut FileDirectives,
    ) {
        credentials.retain(|finding| self.counts(finding));
        // Otherwise they are those that were reported.
        if self.committed.unasked.is_some() {
            credentials.retain(|finding| {
                let decision = self.options.policy.decide(finding.clone(), directives);
                decision.open().is_some()
            });
        }
    }

    /// Whether the finding is a credential that the check looks after.
    fn counts(&self, finding: &Finding) -> bool {
        let is_secret = match self.rules().get(&finding.rule) {
            Some(rule) => rule.credential.kind == Kind::Secret,
            None => finding.rule == HARDCODED,
        };
        let mut providers = self.rules().providers();
        let provider = providers.position(|p| p.identity.id == *finding.provider);
        let is_on = provider.and_then(|p| self.checks[SECRET_FILE_COMMITTED].get(p));
        is_secret && finding.severity > Severity::Note && is_on == Some(&true)
    }

    /// The finding, at the place of the first of `credentials`, if git tracks the file that holds them.
    pub(super) fn committed(
        &self,
        content: &Content<'_>,
        credentials: &[Finding],
    ) -> Option<Finding> {
        let first = credentials
            .iter()
            .min_by_key(|finding| finding.location.bytes.start)?;
        let path = content.tracked()?;
        let check = &CHECKS[SECRET_FILE_COMMITTED];
        let holds = match credentials.len() {
            1 => "a credential".to_owned(),
            number => format!("{number} credentials"),
        };
        Some(Finding {
            rule: check.id.to_owned(),
            provider: first.provider.clone(),
            message: format!(
                "git tracks `{path}`, which holds {holds}: replace what is in it, then `git rm --cached` it"
            ),
            severity: check.severity,
            confidence: Confidence::High,
            location: first.location.clone(),
            related: Vec::new(),
            steps: Vec::new(),
            secret: None,
            checksum: Checksum::None,
            evidence: vec!["the repository's index names it".to_owned()],
            // The file's own, so that it stays the same when its keys are replaced.
            fingerprint: Fingerprint::new(&self.options.key, check.id, path.as_bytes()),
            line_hash: None,
            fix: None,
            introduced: None,
        })
    }
}
