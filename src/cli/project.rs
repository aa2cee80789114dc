//! A project: its configuration, the rules it adds, and what follows for a scan.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::args::ConfigArgs;
use super::args::baseline::BaselineArgs;
use super::baseline::open;
use super::settings::{add_rule_files, folder_of, now, rule_ids, shown, today};
use crate::config::{self, Config};
use crate::model::{Anchor, Confidence, FingerprintKey, Origin, Severity};
use crate::rules::RuleSet;
use crate::scan::Options;
use crate::suppress::{Allow, Allowed, PathRules, Policy, RuleSetting};

/// A configuration, or the lack of one, and where its paths begin.
#[derive(Debug, Default)]
pub(super) struct Project {
    pub(super) file: Option<PathBuf>,
    pub(super) config: Config,
    pub(super) anchor: Anchor,
    /// What paths in reports are relative to.
    pub(super) here: PathBuf,
    pub(super) key: FingerprintKey,
    /// Whether somebody set that key.
    pub(super) has_key: bool,
}

impl Project {
    /// The baseline to use for what is scanned from `start`.
    pub(super) fn baseline_for(&self, start: &Path, args: &BaselineArgs) -> Option<PathBuf> {
        let wanted = !args.no_baseline;
        wanted
            .then(|| open::used(&args.file, self, start))
            .flatten()
    }

    /// The configuration for `start` and the rules it and `more` add to the built-in ones.
    pub(super) fn open(
        start: &Path,
        here: &Path,
        args: &ConfigArgs,
        more: &[PathBuf],
    ) -> Result<(Self, RuleSet)> {
        let file = match (&args.config, args.no_config) {
            (Some(file), _) => Some(file.clone()),
            (None, true) => None,
            (None, false) => config::discover(start),
        };
        let mut rules = RuleSet::builtin();
        let mut project = Self::default();
        if let Some(file) = file {
            project = Self::read(file, here, &mut rules)?;
        }
        project.here = here.to_owned();
        add_rule_files(&mut rules, more)?;
        if let Some(text) = args
            .fingerprint_key
            .as_ref()
            .or(project.config.fingerprint_key.as_ref())
        {
            project.key = FingerprintKey::derive(text);
            project.has_key = !text.is_empty();
        }
        Ok((project, rules))
    }

    fn read(file: PathBuf, here: &Path, rules: &mut RuleSet) -> Result<Self> {
        let name = file.display().to_string();
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {name}"))?;
        let config = Config::parse(&name, &text)?;
        let folder = folder_of(&file);
        let more: Vec<PathBuf> = config.rules.iter().map(|rule| folder.join(rule)).collect();
        add_rule_files(rules, &more)?;
        let ids: Vec<&str> = rule_ids(rules).collect();
        let providers: Vec<&str> = rules.providers().map(|p| &*p.identity.id).collect();
        config.check_ids(&name, &text, &ids, &providers)?;
        let absolute = |path: &Path| {
            fs::canonicalize(path).with_context(|| format!("cannot find {}", path.display()))
        };
        let anchor = Anchor::new(&absolute(folder)?, &absolute(here)?);
        Ok(Self {
            file: Some(file),
            config,
            anchor,
            ..Self::default()
        })
    }

    pub(super) fn options(&self) -> Result<Options> {
        let now = now();
        let config = &self.config;
        let mut policy = Policy::new(today);
        policy.rules = config
            .rule
            .iter()
            .map(|(id, rule)| (id.clone(), setting(*rule)))
            .collect();
        policy.providers = config
            .provider
            .iter()
            .filter_map(|(id, p)| Some((id.clone(), p.enabled?)))
            .collect();
        for path in &config.path {
            let rules: BTreeMap<String, RuleSetting> = path
                .rule
                .iter()
                .map(|(id, rule)| (id.clone(), setting(*rule)))
                .collect();
            policy
                .paths
                .push(PathRules::new(path.glob.as_slice(), rules).map_err(anyhow::Error::msg)?);
        }
        for allow in &config.allow {
            let what = match (&allow.fingerprint, &allow.value) {
                (Some(fingerprint), _) => Allowed::Fingerprint(fingerprint.clone()),
                (None, value) => Allowed::Value(value.clone().unwrap_or_default()),
            };
            let allow = Allow::new(what, allow.reason.clone(), allow.line)
                .rule(allow.rule.clone())
                .until(allow.until)
                .path(allow.path.as_deref())
                .map_err(anyhow::Error::msg)?;
            policy.allows.push(allow);
        }
        policy.anchor = self.anchor.clone();
        policy.min_severity = config.min_severity.unwrap_or(Severity::Note);
        policy.min_confidence = config.min_confidence.unwrap_or(Confidence::Medium);
        Ok(Options {
            policy,
            key: self.key.clone(),
            config: self.file.as_ref().map(|file| Origin::File(shown(file))),
            archives: config.archives.unwrap_or(true),
            ..Options::new(now.as_second())
        })
    }
}

fn setting(rule: config::RuleConfig) -> RuleSetting {
    RuleSetting {
        enabled: rule.enabled,
        severity: rule.severity,
    }
}
