//! What the prefilter looks for, and what each of its literals leads to.

use std::ops::Range;

use super::context::own_variables;
use super::decode::{SIGNS, Sign};
use super::mention;
use super::pattern::begins_word;
use super::position;
use super::prefilter::{Hit, Literal, Prefilter};
use crate::model::ALLOW_MARKER;
use crate::rules::schema::{Auth, Context, Provider};
use crate::rules::{Rule, RuleSet};

/// What a literal leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// The pattern of a rule.
    Pattern(usize),
    /// A word that leads to places.
    Word,
    /// What stands right before a provider's credential.
    Marker(usize),
    /// A word of a provider whose API can be misused; true for one that can mean nothing else.
    Mention(bool),
    /// An inline suppression.
    Allow,
    /// A sign of encoded text.
    Sign(Sign),
}

/// The literals of a rule set, each once, with their targets.
#[derive(Debug)]
pub(super) struct Leads {
    prefilter: Prefilter,
    /// For each literal, and beyond them all, where its targets begin.
    first: Vec<u32>,
    targets: Vec<Target>,
}

impl Leads {
    /// What leads to those of `rules` that are enabled.
    pub(super) fn new(rules: &RuleSet, enabled: &[bool]) -> Self {
        let mut literals: Vec<(String, Target)> = vec![(ALLOW_MARKER.to_owned(), Target::Allow)];
        let mut by_place = false;
        for (index, provider) in rules.providers().enumerate() {
            let on = || rules.rules_of(index).filter(|rule| enabled[rule.index]);
            literals.extend(on().flat_map(of_format));
            literals.extend(mentions(provider));
            let is_named = |rule: Rule<'_>| rule.credential.context == Context::Named;
            by_place |= on().any(is_named);
            if on().any(|rule| rule.credential.context == Context::Assigned) {
                by_place = true;
                literals.extend(of_place(index, provider));
            }
        }
        if by_place {
            let words = position::TRIGGERS.iter();
            literals.extend(words.map(|word| ((*word).to_owned(), Target::Word)));
            // A word that a trigger is part of leads to nothing that the trigger does not lead to.
            let leads_by_itself = |word: &str| {
                let mut triggers = position::TRIGGERS.iter();
                !triggers.any(|trigger| word.len() > trigger.len() && word.contains(trigger))
            };
            literals.retain(|(word, to)| *to != Target::Word || leads_by_itself(word));
        }
        let signs = SIGNS.iter();
        literals.extend(signs.map(|(literal, sign)| ((*literal).to_owned(), Target::Sign(*sign))));
        literals.sort_unstable();
        literals.dedup();
        let groups = || literals.chunk_by(|a, b| a.0 == b.0);
        let mut first = vec![0];
        for group in groups() {
            first.push(first[first.len() - 1] + group.len() as u32);
        }
        Self {
            prefilter: Prefilter::new(groups().map(|group| Literal {
                text: group[0].0.as_bytes(),
                begins: group.iter().all(|(_, to)| match to {
                    Target::Pattern(rule) => {
                        let credential = rules.rule(*rule).credential;
                        credential.anchored && begins_word(&group[0].0)
                    }
                    _ => false,
                }),
            })),
            first,
            targets: literals.iter().map(|(_, target)| *target).collect(),
        }
    }

    /// Appends every literal in `text` to `hits`.
    pub(super) fn find(&self, text: &[u8], hits: &mut Vec<Hit>) {
        self.prefilter.find(text, hits);
    }

    /// Where a hit stands, and what it leads to.
    pub(super) fn of(&self, hit: Hit) -> (Range<usize>, &[Target]) {
        let literal = hit.literal as usize;
        let own = self.first[literal] as usize..self.first[literal + 1] as usize;
        let place = hit.start..hit.start + self.prefilter.literal(hit).len();
        (place, &self.targets[own])
    }
}

/// The literals of a rule whose format says something.
fn of_format(rule: Rule<'_>) -> impl Iterator<Item = (String, Target)> {
    let has_format = matches!(rule.credential.context, Context::None | Context::Near);
    let literals = rule.credential.literals.iter().filter(move |_| has_format);
    literals.map(move |literal| (literal.to_string(), Target::Pattern(rule.index)))
}

/// What names a provider whose API can be misused.
fn mentions(provider: &Provider) -> impl Iterator<Item = (String, Target)> {
    let words = provider
        .auth
        .iter()
        .flat_map(|_| mention::literals(provider));
    words.map(|(word, sure)| (word, Target::Mention(sure)))
}

/// What leads to a provider's credentials without a format.
fn of_place(index: usize, provider: &Provider) -> impl Iterator<Item = (String, Target)> {
    let names = provider.identity.names.iter().map(AsRef::as_ref);
    // `acme_` is only a part of a name, and the rest of it says whether it is a credential's.
    let names = names.filter(|name: &&str| !name.ends_with(['_', '-']));
    let words = names.chain(own_variables(provider));
    let words = words.map(|word| (word.to_ascii_lowercase(), Target::Word));
    let markers = provider.auth.iter().flat_map(|auth| {
        let paths = auth.path.iter().map(AsRef::as_ref);
        own_scheme(auth).into_iter().chain(paths)
    });
    words.chain(markers.map(move |text: &str| (text.to_ascii_lowercase(), Target::Marker(index))))
}

/// The scheme, if it is one that only this provider uses.
pub(super) fn own_scheme(auth: &Auth) -> Option<&str> {
    let scheme: &str = &auth.scheme;
    let common = ["", "bearer", "basic", "token", "key", "apikey", "digest"];
    (!common.contains(&scheme.to_ascii_lowercase().as_str())
        && scheme.len() >= crate::rules::literals::MIN_LITERAL)
        .then_some(scheme)
}
