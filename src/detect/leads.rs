//! What the prefilter looks for, and what each of its literals leads to.
//!
//! Made of all the rules, whether or not they are applied: so the tables of the built-in rules are the
//! same in every run, and a build makes them. Also part of `build.rs`.

use std::borrow::Cow;
use std::ops::Range;

use super::decode::{SIGNS, Sign};
use super::position::TRIGGERS;
use super::prefilter::{Hit, Literal, Prefilter, is_word};
use crate::model::ALLOW_MARKER;
use crate::rules::schema::{Auth, Context, Credential, Provider};

/// What a literal leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// The pattern of the rule with this number.
    Pattern(u16),
    /// A word that leads to places.
    Word,
    /// A word that leads to places where the credentials of the provider with this number stand.
    Name(u16),
    /// What stands right before a credential of the provider with this number.
    Marker(u16),
    /// A word of a provider whose API can be misused; true for one that can mean nothing else.
    Mention(bool),
    /// An inline suppression.
    Allow,
    /// A sign of encoded text.
    Sign(Sign),
}

/// The literals of a rule set, each once, with their targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leads {
    pub(crate) prefilter: Prefilter,
    /// For each literal, and beyond them all, where its targets begin.
    pub(crate) first: Cow<'static, [u32]>,
    pub(crate) targets: Cow<'static, [Target]>,
}

/// A literal with one of its targets.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Lead {
    literal: String,
    target: Target,
    /// Whether it leads there only where a word begins.
    begins: bool,
}

impl Leads {
    /// What leads to the rules of `providers`, which are numbered in their order.
    pub(crate) fn new<'a>(providers: impl Iterator<Item = &'a Provider>) -> Self {
        let mut leads = vec![Lead::new(ALLOW_MARKER, Target::Allow)];
        leads.extend(
            SIGNS
                .iter()
                .map(|(text, to)| Lead::new(text, Target::Sign(*to))),
        );
        leads.extend(TRIGGERS.iter().map(|word| Lead::new(word, Target::Word)));
        let mut rules = 0..;
        for (provider, number) in providers.zip(0..) {
            for (credential, rule) in provider.credentials.iter().zip(&mut rules) {
                leads.extend(of_format(credential, rule));
            }
            leads.extend(mentions(provider));
            leads.extend(of_place(provider, number));
        }
        leads.sort_unstable();
        leads.dedup();
        let groups = || leads.chunk_by(|a, b| a.literal == b.literal);
        let mut first = vec![0];
        for group in groups() {
            first.push(first[first.len() - 1] + group.len() as u32);
        }
        Self {
            prefilter: Prefilter::new(groups().map(|group| Literal {
                text: &group[0].literal,
                begins: group.iter().all(|lead| lead.begins),
            })),
            first: first.into(),
            targets: leads.iter().map(|lead| lead.target).collect(),
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

impl Lead {
    fn new(literal: &str, target: Target) -> Self {
        Self {
            literal: literal.to_ascii_lowercase(),
            target,
            begins: false,
        }
    }
}

/// The literals of a rule whose format says something.
fn of_format(credential: &Credential, rule: u16) -> impl Iterator<Item = Lead> {
    let has_format = matches!(credential.context, Context::None | Context::Near);
    let literals = credential.literals.iter().filter(move |_| has_format);
    literals.map(move |literal| Lead {
        // A match that begins with it has to begin a word, if it does.
        begins: credential.anchored && literal.bytes().next().is_some_and(is_word),
        ..Lead::new(literal, Target::Pattern(rule))
    })
}

/// What names a provider whose API can be misused: hosts, variables and its scheme, which can mean
/// nothing else; and its names, which are also words.
fn mentions(provider: &Provider) -> impl Iterator<Item = Lead> {
    let identity = &provider.identity;
    let of_api = |host: &&str| !identity.common || host.starts_with("api.");
    let hosts = identity.hosts.iter().map(AsRef::as_ref).filter(of_api);
    let variables = identity.env.iter().map(AsRef::as_ref);
    let scheme = provider.auth.as_ref().and_then(Auth::own_scheme);
    let sure = hosts.chain(variables).chain(scheme);
    let names = identity.names.iter().filter(|_| !identity.common);
    let sure = sure.map(|word: &str| Lead::new(word, Target::Mention(true)));
    let all = sure.chain(names.map(|name| Lead::new(name, Target::Mention(false))));
    all.filter(|_| provider.auth.is_some())
}

/// What leads to a provider's credentials without a format.
fn of_place(provider: &Provider, number: u16) -> impl Iterator<Item = Lead> {
    let is_assigned = |credential: &Credential| credential.context == Context::Assigned;
    let has_place = provider.credentials.iter().any(is_assigned);
    let names = provider.identity.names.iter().map(AsRef::as_ref);
    // `acme_` is only a part of a name, and the rest of it says whether it is a credential's.
    let names = names.filter(|name: &&str| !name.ends_with(['_', '-']));
    let words = names.chain(provider.identity.own_variables());
    let words = words.map(move |word| Lead::new(word, Target::Name(number)));
    // A word that a trigger is part of leads to nothing that the trigger does not lead to.
    let words = words.filter(|lead| !TRIGGERS.iter().any(|word| lead.literal.contains(word)));
    let markers = provider.auth.iter().flat_map(|auth| {
        let paths = auth.path.iter().map(AsRef::as_ref);
        auth.own_scheme().into_iter().chain(paths)
    });
    let markers = markers.map(move |text: &str| Lead::new(text, Target::Marker(number)));
    words.chain(markers).filter(move |_| has_place)
}
