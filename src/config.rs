//! `.credlint.toml`: its form, its faults, and where it is found.
//!
//! Holds what the file says and nothing else: no defaults, no command line, no knowledge of which rules
//! exist. Whoever resolves settings brings those, and asks [`Config::check_ids`] whether the ids are right.

mod fault;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use globset::Glob;
use jiff::civil::Date;
use serde::Deserialize;

use crate::model::{Confidence, Severity, did_you_mean};
pub use fault::ConfigError;
use fault::{Fault, Step, key, line_of_path};

/// The file's name.
pub const FILE_NAME: &str = ".credlint.toml";

/// A file with every setting in it, explained and commented out.
pub const TEMPLATE: &str = include_str!("config.template.toml");

/// The JSON Schema of the file.
pub const SCHEMA: &str = include_str!("config.schema.json");

/// The hexadecimal digits of a fingerprint.
const FINGERPRINT_LENGTH: usize = 32;

/// The settings of a project. What is not said stays as it is by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// Further provider files, or folders of them, relative to this file.
    pub rules: Vec<String>,
    /// Files and folders that are not scanned: globs as in `.gitignore`, relative to this file's folder.
    pub exclude: Vec<String>,
    /// Whether what is inside of archives, documents and databases is scanned too; it is by default.
    pub archives: Option<bool>,
    /// Less severe findings are not reported.
    pub min_severity: Option<Severity>,
    /// Less sure findings are not reported; `medium` where nothing is written.
    pub min_confidence: Option<Confidence>,
    /// The least severity of a finding that makes the exit status 1.
    pub fail_on: Option<Severity>,
    /// The text from which the key of fingerprints is derived.
    pub fingerprint_key: Option<String>,
    /// The baseline, relative to this file; without this, a `.credlint-baseline.json` found upwards from
    /// the scanned path.
    pub baseline: Option<String>,
    /// Settings of rules, by id.
    pub rule: BTreeMap<String, RuleConfig>,
    /// Settings of providers, by id.
    pub provider: BTreeMap<String, ProviderConfig>,
    /// Settings of rules for some files; where several say something, the last counts.
    pub path: Vec<PathConfig>,
    /// Findings that are no problem.
    pub allow: Vec<AllowConfig>,
}

/// `[rule.<id>]`: settings of one rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RuleConfig {
    /// Whether it is on.
    pub enabled: Option<bool>,
    /// How bad its findings are.
    pub severity: Option<Severity>,
}

/// `[provider.<id>]`: settings of all rules of one provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ProviderConfig {
    /// Whether its rules are on. What is said of a rule itself goes before.
    pub enabled: Option<bool>,
}

/// `[[path]]`: settings of rules for the files that some globs name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PathConfig {
    /// One glob or several, as in `.gitignore`, relative to this file's folder.
    pub glob: Globs,
    /// Settings of rules in these files, by id.
    #[serde(default)]
    pub rule: BTreeMap<String, RuleConfig>,
}

/// One glob or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(
    untagged,
    expecting = "a glob or a list of globs, such as \"tests/**\""
)]
pub enum Globs {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Globs {
    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(glob) => std::slice::from_ref(glob),
            Self::Several(globs) => globs,
        }
    }
}

/// `[[allow]]`: findings that are no problem, by `fingerprint` or by `value`, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AllowConfig {
    /// The finding's fingerprint as reports show it, 32 hexadecimal digits.
    pub fingerprint: Option<String>,
    /// The value itself, if it is no secret, such as a documented example.
    pub value: Option<String>,
    /// Why it is no problem.
    pub reason: String,
    /// Only findings of the rule with this id.
    pub rule: Option<String>,
    /// Only in files that this glob names.
    pub path: Option<String>,
    /// The last day on which this counts, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "date")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub until: Option<Date>,
    /// The line of the file on which the entry begins, from 1.
    #[serde(skip)]
    pub line: u64,
}

impl Config {
    /// Reads a configuration. `file` is its name for messages.
    pub fn parse(file: &str, text: &str) -> Result<Self, ConfigError> {
        let mut config: Self =
            toml::from_str(text).map_err(|error| ConfigError::of_parser(file, text, &error))?;
        config.check().map_err(|fault| fault.at(file, text))?;
        for (index, allow) in config.allow.iter_mut().enumerate() {
            allow.line = line_of_path(text, &[key("allow"), Step::Index(index)]) as u64;
        }
        Ok(config)
    }

    /// Checks that every id the file names is one of `rules` or of `providers`.
    ///
    /// `file` and `text` are those it was parsed from; apart from it because a file may bring rules along.
    pub fn check_ids(
        &self,
        file: &str,
        text: &str,
        rules: &[&str],
        providers: &[&str],
    ) -> Result<(), ConfigError> {
        let check = |id: &str, known: &[&str], what: &str, path: &[Step]| {
            if known.contains(&id) {
                return Ok(());
            }
            let help = did_you_mean(id, known.iter().copied())
                .unwrap_or_else(|| "`credlint rules list` shows what there is".to_owned());
            Err(Fault::new(path, format!("there is no {what} `{id}`"), help).at(file, text))
        };
        for id in self.rule.keys() {
            check(id, rules, "rule", &[key("rule"), key(id)])?;
        }
        for id in self.provider.keys() {
            check(id, providers, "provider", &[key("provider"), key(id)])?;
        }
        for (index, path) in self.path.iter().enumerate() {
            for id in path.rule.keys() {
                check(
                    id,
                    rules,
                    "rule",
                    &[key("path"), Step::Index(index), key("rule"), key(id)],
                )?;
            }
        }
        for (index, allow) in self.allow.iter().enumerate() {
            if let Some(id) = &allow.rule {
                check(
                    id,
                    rules,
                    "rule",
                    &[key("allow"), Step::Index(index), key("rule")],
                )?;
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), Fault> {
        for (index, glob) in self.exclude.iter().enumerate() {
            check_glob(glob, &[key("exclude"), Step::Index(index)])?;
        }
        for (index, path) in self.path.iter().enumerate() {
            let at = [key("path"), Step::Index(index), key("glob")];
            if path.glob.as_slice().is_empty() {
                return Err(Fault::new(
                    &at,
                    "no glob is given",
                    "name the files: glob = \"tests/**\"",
                ));
            }
            for glob in path.glob.as_slice() {
                check_glob(glob, &at)?;
            }
        }
        self.allow
            .iter()
            .enumerate()
            .try_for_each(|(index, allow)| check_allow(index, allow))
    }
}

fn check_glob(glob: &str, path: &[Step]) -> Result<(), Fault> {
    if glob.trim().is_empty() || glob.starts_with('#') {
        let help =
            "write it as in .gitignore: \"tests/**\", \"*.md\", \"/docs/\"; a leading # as \\#";
        return Err(Fault::new(
            path,
            format!("the glob `{glob}` matches nothing"),
            help,
        ));
    }
    Glob::new(glob).map(drop).map_err(|error| {
        let message = format!("the glob `{glob}` cannot be read: {}", error.kind());
        Fault::new(
            path,
            message,
            "write it as in .gitignore: \"tests/**\", \"*.md\", \"/docs/\"",
        )
    })
}

fn check_allow(index: usize, allow: &AllowConfig) -> Result<(), Fault> {
    let entry = [key("allow"), Step::Index(index)];
    let at = |name: &str| [entry.as_slice(), &[key(name)]].concat();
    match (&allow.fingerprint, &allow.value) {
        (Some(fingerprint), None) => {
            let digits = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
            if fingerprint.len() != FINGERPRINT_LENGTH || !fingerprint.bytes().all(digits) {
                return Err(Fault::new(
                    &at("fingerprint"),
                    format!("`{fingerprint}` is no fingerprint"),
                    format!("copy the {FINGERPRINT_LENGTH} hexadecimal digits that a report shows"),
                ));
            }
        }
        (None, Some(value)) if !value.is_empty() => {}
        (None, Some(_)) => {
            return Err(Fault::new(
                &at("value"),
                "the value is empty",
                "give the whole value",
            ));
        }
        (Some(_), Some(_)) => {
            let message = "an [[allow]] has both `fingerprint` and `value`";
            return Err(Fault::new(&entry, message, "make two entries of it"));
        }
        (None, None) => {
            let help = "copy the finding's fingerprint from a report, or give an example's value";
            return Err(Fault::new(
                &entry,
                "an [[allow]] needs `fingerprint` or `value`",
                help,
            ));
        }
    }
    if allow.reason.trim().is_empty() {
        let help = "say why the finding is no problem, for whoever reads this next";
        return Err(Fault::new(&at("reason"), "the reason is empty", help));
    }
    allow
        .path
        .as_ref()
        .map_or(Ok(()), |glob| check_glob(glob, &at("path")))
}

fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    struct InQuotes;
    impl serde::de::Visitor<'_> for InQuotes {
        type Value = Date;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a date in quotes")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Date, E> {
            text.parse()
                .map_err(|_| E::custom(format!("`{text}` is no date")))
        }
    }
    deserializer.deserialize_str(InQuotes).map(Some)
}

/// The configuration for `start`, a file or a folder: the nearest one in its folder or above.
#[must_use]
pub fn discover(start: &Path) -> Option<PathBuf> {
    // The folders above a relative path are not in its name.
    let start = std::path::absolute(start).ok()?;
    start
        .ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests;
