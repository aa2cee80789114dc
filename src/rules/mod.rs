//! What is known about providers: the files of `rules/`, built in, and files of the same form read
//! at run time.
//!
//! Knows no engine and does no I/O: callers hand it the text of a file.

mod builtin;
pub mod checksum;
pub mod compile;
pub mod example;
pub mod literals;
pub mod schema;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::model::{RuleDoc, RuleKind};
pub use compile::RuleError;
use schema::{Context, Credential, Example, Kind, Provider, Request};

/// CWE-798, use of hard-coded credentials: what every found credential is.
const CWE_HARD_CODED: u16 = 798;

/// The JSON Schema of a provider file.
pub const SCHEMA: &str = include_str!("provider.schema.json");

/// Every provider in use, and their credential rules in one numbering.
#[derive(Clone, Debug)]
pub struct RuleSet {
    built_in: &'static [Provider],
    /// Those read from files, numbered after the built-in ones.
    own: Vec<Provider>,
    /// For each rule, its provider's and its credential's place.
    rules: Vec<(u16, u16)>,
    /// For each provider and, last, beyond them all: the number of its first rule.
    first: Vec<u16>,
}

/// One credential rule with its provider.
#[derive(Clone, Copy, Debug)]
pub struct Rule<'a> {
    /// Its number in the set.
    pub index: usize,
    /// Its provider's number in the set.
    pub provider_index: usize,
    /// Its provider.
    pub provider: &'a Provider,
    /// The rule itself.
    pub credential: &'a Credential,
}

impl RuleSet {
    /// The rules that come with credlint.
    #[must_use]
    pub fn builtin() -> Self {
        Self::from_providers(builtin::PROVIDERS, Vec::new())
    }

    /// Whether it is the rules that come with credlint, all of them and no more.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        !self.built_in.is_empty() && self.own.is_empty()
    }

    /// No rules at all, to add one's own to.
    #[must_use]
    pub fn empty() -> Self {
        Self::from_providers(&[], Vec::new())
    }

    fn from_providers(built_in: &'static [Provider], own: Vec<Provider>) -> Self {
        let providers = built_in.len() + own.len();
        let mut rules = Vec::with_capacity(4 * providers);
        let mut first = Vec::with_capacity(providers + 1);
        for (p, provider) in built_in.iter().chain(&own).enumerate() {
            first.push(rules.len() as u16);
            rules.extend((0..provider.credentials.len()).map(|c| (p as u16, c as u16)));
        }
        first.push(rules.len() as u16);
        Self {
            built_in,
            own,
            rules,
            first,
        }
    }

    /// Adds the provider file with the text `text`. `file` is its name for messages.
    ///
    /// An id that is in use already is an error: a file adds to what there is, it never replaces it.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), RuleError> {
        let provider = compile::compile(file, text)?;
        let fault = |message: String| RuleError {
            file: file.to_owned(),
            line: 1,
            message,
            help: "choose another id, or turn the built-in rules off in .credlint.toml".to_owned(),
        };
        let id = &provider.identity.id;
        if self.providers().any(|known| known.identity.id == *id) {
            return Err(fault(format!("there is a provider `{id}` already")));
        }
        if let Some(known) = provider
            .credentials
            .iter()
            .find(|c| self.get(&c.id).is_some())
        {
            return Err(fault(format!("there is a rule `{}` already", known.id)));
        }
        self.own.push(provider);
        *self = Self::from_providers(self.built_in, std::mem::take(&mut self.own));
        Ok(())
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rule with this number.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn rule(&self, index: usize) -> Rule<'_> {
        let (p, c) = self.rules[index];
        let provider = self.provider(usize::from(p));
        Rule {
            index,
            provider_index: usize::from(p),
            provider,
            credential: &provider.credentials[usize::from(c)],
        }
    }

    /// Every rule, in the order of their numbers.
    #[must_use]
    pub fn rules(&self) -> impl ExactSizeIterator<Item = Rule<'_>> {
        (0..self.rules.len()).map(|index| self.rule(index))
    }

    /// The rules of the provider with this number.
    pub fn rules_of(&self, provider: usize) -> impl Iterator<Item = Rule<'_>> {
        let range = self.first[provider]..self.first[provider + 1];
        range.map(|index| self.rule(usize::from(index)))
    }

    /// The provider with this number.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn provider(&self, index: usize) -> &Provider {
        let of_own = || &self.own[index - self.built_in.len()];
        self.built_in.get(index).unwrap_or_else(of_own)
    }

    /// Every provider, in the order of their numbers.
    #[must_use]
    pub fn providers(&self) -> impl ExactSizeIterator<Item = &Provider> {
        (0..self.first.len() - 1).map(|index| self.provider(index))
    }

    /// The rule with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Rule<'_>> {
        self.rules().find(|rule| rule.credential.id == id)
    }

    /// Each rule's number by its id.
    #[must_use]
    pub fn by_id(&self) -> HashMap<&str, usize> {
        self.rules()
            .map(|rule| (&*rule.credential.id, rule.index))
            .collect()
    }
}

impl<'a> Rule<'a> {
    /// The texts that must give a finding: its file's, or the usual ones.
    #[must_use]
    pub fn examples(&self) -> Cow<'a, [Example]> {
        match &*self.credential.examples {
            [] => example::usual(&self.provider.identity, self.credential).into(),
            own => Cow::Borrowed(own),
        }
    }

    /// The look-alikes that must give none: its file's, or the usual ones.
    #[must_use]
    pub fn counter_examples(&self) -> Cow<'a, [Example]> {
        match &*self.credential.counter_examples {
            [] => example::usual_counter(&self.provider.identity, self.credential).into(),
            own => Cow::Borrowed(own),
        }
    }

    /// Whether it is for certain files, all of which is looked through.
    #[must_use]
    pub fn is_for_files(&self) -> bool {
        let by_format = matches!(self.credential.context, Context::None | Context::Near);
        by_format && !self.credential.files.is_empty()
    }

    /// Whether the rule looks at a file of this path.
    #[must_use]
    pub fn admits(&self, path: &str) -> bool {
        let files = &self.credential.files;
        files.is_empty() || files.iter().any(|file| is_file(path, file))
    }

    /// The rule's documentation.
    #[must_use]
    pub fn doc(&self) -> RuleDoc {
        let identity = &self.provider.identity;
        let credential = self.credential;
        RuleDoc {
            id: credential.id.clone(),
            title: credential.title.clone(),
            kind: RuleKind::Credential,
            provider: identity.id.clone(),
            provider_name: identity.name.clone(),
            severity: credential.severity,
            confidence: credential.confidence,
            cwe: CWE_HARD_CODED,
            impact: self.impact(),
            remedy: self.remedy(),
            docs: credential.docs.clone().or_else(|| identity.docs.clone()),
        }
    }

    /// What somebody can do with it.
    fn impact(&self) -> String {
        let name = &self.provider.identity.name;
        match (&*self.credential.impact, self.credential.kind) {
            ("", Kind::Secret) => format!("Whoever has it acts as its owner at {name}."),
            ("", Kind::Identifier) => {
                format!("Names an account or a key at {name}; it opens nothing by itself.")
            }
            ("", Kind::Public) => format!("Made to be published by those who use {name}."),
            (impact, _) => impact.to_owned(),
        }
    }

    /// What to do about a finding, most urgent first.
    fn remedy(&self) -> Vec<String> {
        let credential = self.credential;
        match credential.kind {
            Kind::Identifier => {
                return vec!["Nothing, as long as its secret half is safe.".to_owned()];
            }
            Kind::Public => {
                return vec!["Nothing, if it is restricted as its documentation says.".to_owned()];
            }
            Kind::Secret => {}
        }
        let mut steps: Vec<String> = self
            .provider
            .rotate
            .steps
            .iter()
            .map(ToString::to_string)
            .collect();
        if let Some(revoke) = &credential.revoke {
            steps.push(format!("Revoke it with {}.", request_line(revoke)));
        }
        if steps.is_empty() {
            steps.push(match &self.provider.identity.dashboard {
                Some(url) => format!("Revoke it at {url} and make a new one."),
                None => "Revoke it where it was issued and make a new one.".to_owned(),
            });
        }
        let keep = match self.provider.identity.env.first() {
            Some(name) => {
                format!("Read the new one from the environment ({name}) or a secret store.")
            }
            None => "Read the new one from the environment or a secret store.".to_owned(),
        };
        steps.push(keep);
        steps
    }
}

/// Whether `path` is that of `file`: a name, the end of a path, or `*` and the end of a name. In any case.
fn is_file(path: &str, file: &str) -> bool {
    let (end, whole_name) = match file.strip_prefix('*') {
        Some(end) => (end, false),
        None => (file, true),
    };
    let (path, end) = (path.as_bytes(), end.as_bytes());
    let Some(before) = path.len().checked_sub(end.len()) else {
        return false;
    };
    // Asked of every file for every rule for certain files: nearly always the last byte tells.
    let may_end = path
        .last()
        .zip(end.last())
        .is_none_or(|(a, b)| a.eq_ignore_ascii_case(b));
    let ends = may_end && path[before..].eq_ignore_ascii_case(end);
    ends && (!whole_name || before == 0 || path[before - 1] == b'/')
}

/// `POST https://… with body {…}`.
fn request_line(request: &Request) -> String {
    match &request.body {
        Some(body) => format!("{} {} and the body {body}", request.method, request.url),
        None => format!("{} {}", request.method, request.url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtin_ids_are_used_once() {
        let rules = RuleSet::builtin();
        assert_eq!(rules.by_id().len(), rules.len());
        assert!(!rules.is_empty());
    }

    #[test]
    fn builtin_rules_are_numbered_by_provider() {
        let rules = RuleSet::builtin();
        let by_provider: Vec<usize> = (0..rules.providers().len())
            .flat_map(|p| rules.rules_of(p).map(|r| r.index).collect::<Vec<_>>())
            .collect();
        assert_eq!(by_provider, (0..rules.len()).collect::<Vec<_>>());
    }

    #[test]
    fn an_id_in_use_is_refused() {
        let text = include_str!("../../rules/octopost.toml");
        let error = RuleSet::builtin().add("mine.toml", text).unwrap_err();
        assert!(error.message.contains("`octopost` already"), "{error}");
        let mut rules = RuleSet::empty();
        rules.add("octopost.toml", text).unwrap();
        assert!(rules.get("octopost-live-key").is_some());
    }

    #[test]
    fn files_are_names_ends_of_paths_or_ends_of_names() {
        assert!(is_file("home/.NETRC", ".netrc") && is_file(".netrc", ".netrc"));
        assert!(!is_file("my.netrc", ".netrc"));
        assert!(is_file("/etc/shadow", "etc/shadow") && !is_file("shadow", "etc/shadow"));
        assert!(is_file("a/prod.tfstate", "*.tfstate") && !is_file("a.tf", "*.tfstate"));
    }

    /// Set `CREDLINT_BLESS=1` to write the schema anew.
    #[test]
    fn the_published_schema_is_the_codes() {
        let schema = schemars::schema_for!(Provider);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/rules/provider.schema.json"
        );
        if std::env::var_os("CREDLINT_BLESS").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let published = std::fs::read_to_string(path).unwrap();
        assert!(
            published == text,
            "stale: run `CREDLINT_BLESS=1 cargo test` and read the difference"
        );
    }
}
