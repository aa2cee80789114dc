//! Why a finding is reported or not: rules off, thresholds, inline comments, configured allowances, a
//! baseline.
//!
//! Decides on findings as they are; knows no rule files, reads no configuration and no clock.

pub mod baseline;
mod directives;
pub mod import;
pub mod inline;
mod paths;

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;

use crate::model::{
    Anchor, Confidence, Finding, Globs, Origin, Severity, Suppressed, SuppressionKind,
    UnusedSuppression,
};
use baseline::Baseline;
pub use directives::{FileDirectives, RuleState};
pub use paths::PathRules;

/// What a configuration says about one rule; `None` leaves it as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleSetting {
    /// Whether its findings are reported.
    pub enabled: Option<bool>,
    /// How bad its findings are.
    pub severity: Option<Severity>,
}

/// What an `[[allow]]` entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// The finding with this fingerprint.
    Fingerprint(String),
    /// Findings whose secret is exactly this.
    Value(String),
}

/// A finding that somebody accepts, with a reason.
#[derive(Debug)]
pub struct Allow {
    what: Allowed,
    reason: String,
    line: u64,
    rule: Option<String>,
    path: Option<Globs>,
    until: Option<Date>,
    /// Set by whichever thread meets such a finding first.
    used: AtomicBool,
}

impl Allow {
    /// Accepts `what` because of `reason`; the entry stands on `line` of its configuration.
    #[must_use]
    pub fn new(what: Allowed, reason: impl Into<String>, line: u64) -> Self {
        let reason = reason.into();
        Self {
            what,
            reason,
            line,
            rule: None,
            path: None,
            until: None,
            used: AtomicBool::new(false),
        }
    }

    /// Only findings of this rule.
    #[must_use]
    pub fn rule(mut self, id: Option<String>) -> Self {
        self.rule = id;
        self
    }

    /// Only up to and including this day.
    #[must_use]
    pub fn until(mut self, last: Option<Date>) -> Self {
        self.until = last;
        self
    }

    /// Only in files that this glob names, in the form of a `.gitignore` line.
    pub fn path(mut self, glob: Option<&str>) -> Result<Self, String> {
        self.path = glob.map(|glob| Globs::new(&[glob])).transpose()?;
        Ok(self)
    }

    fn covers(&self, finding: &Finding, path: &str) -> bool {
        let same = match &self.what {
            Allowed::Fingerprint(fingerprint) => finding.fingerprint.as_str() == fingerprint,
            Allowed::Value(value) => finding.secret.as_ref().is_some_and(|s| s.reveal() == value),
        };
        same && self.rule.as_ref().is_none_or(|rule| *rule == finding.rule)
            && self.path.as_ref().is_none_or(|globs| globs.cover(path))
    }

    fn expired(&self, today: impl Fn() -> Date) -> bool {
        self.until.is_some_and(|until| until < today())
    }
}

/// What becomes of a finding.
#[derive(Clone, Debug)]
pub enum Decision {
    /// It is reported, perhaps with another severity.
    Report(Finding),
    /// It is accounted for.
    Suppress(Suppressed),
    /// It was not asked for; the words say why.
    Drop(&'static str),
}

impl Decision {
    /// The finding, if it is still to be mended: it is reported, or one that the baseline puts off.
    #[must_use]
    pub fn open(&self) -> Option<&Finding> {
        match self {
            Self::Report(finding) => Some(finding),
            Self::Suppress(s) if s.kind == SuppressionKind::Baseline => Some(&s.finding),
            Self::Suppress(_) | Self::Drop(_) => None,
        }
    }
}

/// Everything that decides which findings are reported.
#[derive(Debug)]
pub struct Policy {
    /// Settings of rules by id.
    pub rules: BTreeMap<String, RuleSetting>,
    /// Whether the rules of a provider are on, by its id; what is said of a rule itself goes before.
    pub providers: BTreeMap<String, bool>,
    /// Settings for some paths; a later one that says something goes before an earlier one.
    pub paths: Vec<PathRules>,
    /// Accepted findings.
    pub allows: Vec<Allow>,
    /// Findings that are put off.
    pub baseline: Option<Baseline>,
    /// What the globs of `paths` and `allows` are relative to.
    pub anchor: Anchor,
    /// Less severe findings are dropped.
    pub min_severity: Severity,
    /// Less sure findings are dropped.
    pub min_confidence: Confidence,
    /// Asked for on first need: time zones are many files.
    today: LazyLock<Date, Box<dyn FnOnce() -> Date + Send>>,
}

impl Policy {
    /// Reports everything. `today`, the day on which suppressions must still hold, is asked where one has
    /// a last day.
    #[must_use]
    pub fn new(today: impl FnOnce() -> Date + Send + 'static) -> Self {
        Self {
            rules: BTreeMap::new(),
            providers: BTreeMap::new(),
            paths: Vec::new(),
            allows: Vec::new(),
            baseline: None,
            anchor: Anchor::default(),
            min_severity: Severity::Note,
            min_confidence: Confidence::Low,
            today: LazyLock::new(Box::new(today)),
        }
    }

    /// The day on which suppressions must still hold.
    #[must_use]
    pub fn today(&self) -> Date {
        *self.today
    }

    /// Whether a rule is on, paths aside: a rule that is off need not be looked for.
    #[must_use]
    pub fn is_on(&self, rule: &str, provider: &str) -> bool {
        let own = self.rules.get(rule).and_then(|setting| setting.enabled);
        own.or_else(|| self.providers.get(provider).copied())
            .unwrap_or(true)
            || self.paths.iter().any(|paths| paths.turns_on(rule))
    }

    /// Decides on one finding of the file that `directives` are of.
    ///
    /// Every suppression that covers it is noted as used, also where something else decides: a
    /// suppression must not look superfluous because a threshold is high today.
    pub fn decide(&self, mut finding: Finding, directives: &mut FileDirectives) -> Decision {
        let place = &finding.location;
        let path = self.anchor.relative(place.origin.path());
        let inline = directives.allow(&finding.rule, place.start.line, || self.today());
        let mut configured = None;
        for allow in self
            .allows
            .iter()
            .filter(|allow| allow.covers(&finding, &path))
        {
            allow.used.store(true, Ordering::Relaxed);
            if !allow.expired(|| self.today()) {
                configured.get_or_insert_with(|| allow.reason.clone());
            }
        }
        let put_off = self
            .baseline
            .as_ref()
            .and_then(|baseline| baseline.accept(&finding, &mut directives.1, || self.today()));
        let setting = self.setting(&finding, &path);
        if setting.enabled == Some(false) {
            return Decision::Drop("the rule is off here");
        }
        if let Some(severity) = setting.severity {
            finding.severity = severity;
        }
        if finding.severity < self.min_severity {
            return Decision::Drop("below the least severity");
        }
        if finding.confidence < self.min_confidence {
            return Decision::Drop("below the least confidence");
        }
        let (kind, reason) = match (inline, configured, put_off) {
            (Some(reason), _, _) => (SuppressionKind::Inline, Some(reason)),
            (None, Some(reason), _) => (SuppressionKind::Config, Some(reason)),
            (None, None, Some(accepted)) => (SuppressionKind::Baseline, accepted.reason),
            (None, None, None) => return Decision::Report(finding),
        };
        Decision::Suppress(Suppressed {
            finding,
            kind,
            reason,
        })
    }

    /// What holds for the rule of `finding` in the file `path`.
    fn setting(&self, finding: &Finding, path: &str) -> RuleSetting {
        let mut setting = self.rules.get(&finding.rule).copied().unwrap_or_default();
        setting.enabled = setting
            .enabled
            .or_else(|| self.providers.get(&finding.provider).copied());
        for paths in &self.paths {
            if let Some(here) = paths.setting(path, &finding.rule) {
                setting.enabled = here.enabled.or(setting.enabled);
                setting.severity = here.severity.or(setting.severity);
            }
        }
        setting
    }

    /// What is wrong with a file's directives, once all its findings were decided.
    #[must_use]
    pub fn unused_directives(
        &self,
        directives: FileDirectives,
        origin: &Origin,
        state: impl Fn(&str) -> RuleState,
    ) -> Vec<UnusedSuppression> {
        directives.unused(|| self.today(), origin, state)
    }

    /// The allowances that have run out, or that no finding needed; only a scan of everything can tell
    /// the latter. `config` is where they stand.
    #[must_use]
    pub fn unused_allows(&self, config: &Origin) -> Vec<UnusedSuppression> {
        let note = |allow: &Allow| {
            let message = match allow.until {
                Some(until) if until < self.today() => {
                    format!(
                        "this [[allow]] ran out on {until}; fix the finding or set a later date"
                    )
                }
                _ if !allow.used.load(Ordering::Relaxed) => {
                    "this [[allow]] matches nothing; remove it".to_owned()
                }
                _ => return None,
            };
            Some(UnusedSuppression {
                origin: config.clone(),
                line: allow.line,
                message,
            })
        };
        self.allows.iter().filter_map(note).collect()
    }
}

#[cfg(test)]
mod tests;
