//! From bytes to matches: prefilter, pattern, validation, resolution.
//!
//! Pure functions of bytes and rules: no I/O, no terminal, no paths beyond a file's name.

mod assigned;
mod builtin;
mod context;
mod decode;
mod examples;
mod file;
mod format;
mod layers;
mod leads;
mod mention;
mod named;
mod pattern;
mod position;
mod prefilter;
mod resolve;
mod validate;

use std::ops::Range;
use std::sync::OnceLock;

use crate::model::{Blob, Checksum, Confidence, Severity};
use crate::rules::schema::{Context, Noun};
use crate::rules::{Rule, RuleSet};
use context::{Contexts, Proximity};
use decode::Hints;
pub use decode::{How, in_words};
pub use examples::{ExampleFault, check_examples};
pub use layers::Decoded;
use leads::{Leads, Target};
use pattern::Patterns;
pub(crate) use position::{is_credential_name, is_plain_name};
pub use prefilter::{Hit, Literal, Prefilter};
pub use validate::Dropped;

/// Whether `value`, which a name or place gives to a provider's credential, is one: a literal, and no
/// placeholder, name or expression.
pub(crate) fn judge_named(value: &str) -> bool {
    let value = value.as_bytes();
    value.len() >= 8
        && validate::placeholder::reason(value).is_none()
        && validate::literal::judge(value, false, validate::literal::Trust::Named).is_ok()
}

/// A credential found in a blob: which rule, and where.
#[derive(Clone, Debug)]
pub struct Match {
    /// The rule's number.
    pub rule: usize,
    /// The secret, in bytes of the blob.
    pub secret: Range<usize>,
    /// What a report points at: the secret, or the whole block that holds it.
    pub span: Range<usize>,
    /// The severity, where it is another than the rule's.
    pub severity: Option<Severity>,
    /// How sure the engine is.
    pub confidence: Confidence,
    /// What the checksum says.
    pub checksum: Checksum,
    /// How it knows, in words.
    pub evidence: Vec<String>,
    /// Identifiers that belong to it: their rules and places.
    pub identifiers: Vec<(usize, Range<usize>)>,
    /// What was decoded to find it: then `secret` and `span` are what stands in the source for it.
    pub decoded: Option<Decoded>,
    basis: Basis,
    proximity: Option<Proximity>,
}

/// What a match rests on, least specific first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Basis {
    /// The name it is given to.
    Name,
    /// A form around the secret, such as a URL.
    Form,
    /// The place it stands in.
    Place,
    /// A format of its own.
    Format,
}

/// Is told why candidates are no matches.
pub trait Observer {
    /// The candidate of `rule` at `span` was dropped.
    fn dropped(&mut self, rule: usize, span: &Range<usize>, why: &Dropped);
}

/// Nobody asks.
impl Observer for () {
    fn dropped(&mut self, _: usize, _: &Range<usize>, _: &Dropped) {}
}

/// A thread's working memory, cleared and used again for every blob.
#[derive(Debug, Default)]
pub struct Scratch {
    hits: Vec<Hit>,
    /// Words that names of credentials have, and of providers whose credentials are found by place.
    words: Vec<Range<usize>>,
    /// Schemes and parts of paths after which a provider's credential stands.
    markers: Vec<(usize, Range<usize>)>,
    /// Places where a credential may stand, some with whose it would be.
    positions: Vec<(position::Position, Option<usize>)>,
    /// Identifiers found, with their providers.
    identifiers: Vec<(Range<usize>, usize)>,
    /// What a format says is no credential, whatever it is called: its checksum is wrong, or the
    /// documentation shows it.
    refuted: Vec<Range<usize>>,
    matches: Vec<Match>,
    /// Whether there is an inline suppression.
    allows: bool,
    /// Whether a provider is named whose API can be misused.
    mentions: bool,
    /// For each rule without an anchor, how far its last search answers.
    answered: Vec<(usize, usize)>,
    /// Where it is worth looking for text behind the text.
    hints: Hints,
    /// What such text is scanned with.
    inner: Option<Box<Scratch>>,
}

/// All rules, ready to be applied. One for all threads.
#[derive(Debug)]
pub struct Detector {
    rules: RuleSet,
    enabled: Vec<bool>,
    leads: Leads,
    patterns: Patterns,
    contexts: OnceLock<Contexts>,
    /// The rules for names that say what they hold.
    nouns: Vec<(Noun, usize)>,
    /// For each provider, whether it has rules that go by place.
    assigned: Vec<bool>,
    /// Whether any rule goes by name or place.
    by_place: bool,
    /// The rules for certain files, with what the names of such files end with, as a set of the last
    /// bytes' lower five bits.
    of_files: Vec<(u32, usize)>,
    now: i64,
}

/// What a scan of a blob gave.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'s> {
    /// The matches, in order; there until the scratch is used again.
    pub matches: &'s [Match],
    /// Whether an inline suppression stands among them.
    pub allows: bool,
    /// Whether a provider is named whose API can be misused: then it is worth reading what the blob
    /// says.
    pub mentions: bool,
    /// What a format says is no credential, whatever it is called.
    pub refuted: &'s [Range<usize>],
}

impl Detector {
    /// A detector for those of `rules` that `enabled` takes. `now`, in seconds since 1970, is when
    /// tokens have to be valid.
    #[must_use]
    pub fn new(rules: RuleSet, enabled: impl Fn(Rule<'_>) -> bool, now: i64) -> Self {
        let enabled: Vec<bool> = rules.rules().map(&enabled).collect();
        let mut assigned = vec![false; rules.providers().len()];
        let mut nouns = Vec::new();
        let mut of_files = Vec::new();
        for rule in rules.rules().filter(|rule| enabled[rule.index]) {
            assigned[rule.provider_index] |= rule.credential.context == Context::Assigned;
            nouns.extend(rule.credential.noun.map(|noun| (noun, rule.index)));
            if rule.is_for_files() {
                let files = rule.credential.files.iter();
                let ends = files.fold(0, |ends, file| ends | last_byte(file));
                of_files.push((ends, rule.index));
            }
        }
        Self {
            leads: builtin::leads(&rules),
            patterns: Patterns::new(&rules),
            contexts: OnceLock::new(),
            by_place: !nouns.is_empty() || assigned.contains(&true),
            nouns,
            assigned,
            of_files,
            enabled,
            rules,
            now,
        }
    }

    /// The rules it was made with.
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Whether the rule with this number is applied.
    #[must_use]
    pub fn is_enabled(&self, rule: usize) -> bool {
        self.enabled[rule]
    }

    /// How many rules are applied.
    #[must_use]
    pub fn enabled_rules(&self) -> usize {
        self.enabled.iter().filter(|&&on| on).count()
    }

    /// Looks for credentials in a blob, and in the texts behind it. The matches are `scratch`'s.
    pub fn scan<'s>(
        &self,
        blob: &Blob<'_>,
        scratch: &'s mut Scratch,
        observer: &mut impl Observer,
    ) -> Scan<'s> {
        scratch.clear();
        self.look_through(blob, scratch, observer);
        self.scan_text(blob, scratch, observer);
        layers::scan(self, blob, scratch, observer);
        resolve::overlaps(self, blob.bytes, &mut scratch.matches, observer);
        resolve::pairs(self, &mut scratch.matches, observer);
        let of_provider = |m: &Match| self.rules.rule(m.rule).provider.auth.is_some();
        Scan {
            mentions: scratch.mentions || scratch.matches.iter().any(of_provider),
            matches: &scratch.matches,
            allows: scratch.allows,
            refuted: &scratch.refuted,
        }
    }

    /// Looks for credentials in a text as it stands.
    fn scan_text(&self, blob: &Blob<'_>, scratch: &mut Scratch, observer: &mut impl Observer) {
        self.leads.find(blob.bytes, &mut scratch.hits);
        if scratch.hits.is_empty() {
            return;
        }
        let hits = std::mem::take(&mut scratch.hits);
        for hit in &hits {
            let (place, targets) = self.leads.of(*hit);
            for target in targets {
                match *target {
                    Target::Pattern(rule) => {
                        let rule = usize::from(rule);
                        if self.enabled[rule] {
                            self.try_pattern(rule, blob, &place, scratch, observer);
                        }
                    }
                    Target::Word => {
                        if self.by_place {
                            scratch.words.push(place.clone());
                        }
                    }
                    Target::Name(provider) => {
                        if self.assigned[usize::from(provider)] {
                            scratch.words.push(place.clone());
                        }
                    }
                    Target::Marker(provider) => {
                        let provider = usize::from(provider);
                        if self.assigned[provider] {
                            scratch.markers.push((provider, place.clone()));
                        }
                    }
                    Target::Mention(sure) => {
                        scratch.hints.near.push(hit.start);
                        scratch.mentions =
                            scratch.mentions || sure || mention::names_api(blob.bytes, &place);
                    }
                    Target::Allow => scratch.allows = true,
                    Target::Sign(sign) => scratch.hints.signs.push((place.clone(), sign)),
                }
            }
        }
        scratch.hits = hits;
        self.find_by_place(blob, scratch, observer);
        self.keep_near(blob, scratch, observer);
    }

    /// Looks where credentials belong that have no format.
    fn find_by_place(&self, blob: &Blob<'_>, scratch: &mut Scratch, observer: &mut impl Observer) {
        scratch
            .identifiers
            .sort_by_key(|(span, provider)| (span.start, *provider));
        scratch.words.sort_unstable_by_key(|word| word.start);
        assigned::find(self, blob, scratch, observer);
    }

    /// The rule for what a name says that it holds, if it is on.
    fn rule_of_noun(&self, noun: Noun) -> Option<Rule<'_>> {
        let found = self.nouns.iter().find(|(of, _)| *of == noun);
        found.map(|(_, rule)| self.rules.rule(*rule))
    }

    /// Rules that know a credential by more than its name, and were turned off.
    fn rules_that_are_off(&self) -> impl Iterator<Item = Rule<'_>> {
        let off = (0..self.enabled.len()).filter(|&rule| !self.enabled[rule]);
        off.map(|rule| self.rules.rule(rule))
            .filter(|rule| rule.credential.context != Context::Named)
    }

    fn contexts(&self) -> &Contexts {
        self.contexts.get_or_init(|| Contexts::new(&self.rules))
    }

    /// The providers of the words in `name`, with the words.
    fn owners(&self, text: &[u8], name: Range<usize>) -> Vec<(usize, Range<usize>)> {
        self.contexts().within(text, name).collect()
    }

    /// Drops matches of shared formats whose provider nothing around them names.
    fn keep_near(&self, blob: &Blob<'_>, scratch: &mut Scratch, observer: &mut impl Observer) {
        let Scratch {
            matches,
            identifiers,
            ..
        } = scratch;
        matches.retain_mut(|m| {
            let rule = self.rules.rule(m.rule);
            if rule.credential.context != Context::Near {
                return true;
            }
            m.proximity = self.proximity(blob.bytes, &m.secret, rule.provider_index, identifiers);
            let Some(proximity) = &m.proximity else {
                observer.dropped(m.rule, &m.secret, &Dropped::NoContext);
                return false;
            };
            let word = String::from_utf8_lossy(&blob.bytes[proximity.word.clone()]);
            m.evidence.push(format!("stands near `{word}`"));
            true
        });
    }

    fn around(
        &self,
        text: &[u8],
        value: &Range<usize>,
        identifiers: &[(Range<usize>, usize)],
    ) -> Vec<(usize, Proximity)> {
        self.contexts().around(text, value, identifiers)
    }

    fn proximity(
        &self,
        text: &[u8],
        value: &Range<usize>,
        provider: usize,
        identifiers: &[(Range<usize>, usize)],
    ) -> Option<Proximity> {
        let around = self.around(text, value, identifiers);
        around
            .into_iter()
            .find(|(p, _)| *p == provider)
            .map(|(_, proximity)| proximity)
    }

    fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    fn now(&self) -> i64 {
        self.now
    }
}

impl Scratch {
    fn clear(&mut self) {
        self.hits.clear();
        self.words.clear();
        self.markers.clear();
        self.positions.clear();
        self.identifiers.clear();
        self.refuted.clear();
        self.matches.clear();
        self.allows = false;
        self.mentions = false;
        self.answered.clear();
        self.hints.clear();
    }
}

/// The set of what a file's name ends with; all there is if that is nothing.
fn last_byte(name: &str) -> u32 {
    name.bytes()
        .last()
        .map_or(u32::MAX, |byte| 1 << (byte & 31))
}

/// At most the first sixty characters, for evidence.
fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ContentClass;
    use crate::rules::example;

    #[test]
    fn a_rule_that_is_off_finds_nothing() {
        for off in 0..RuleSet::builtin().len() {
            let detector = Detector::new(RuleSet::builtin(), |rule| rule.index != off, 0);
            let rule = detector.rules().rule(off);
            for example in rule.examples().iter() {
                let sample = example::expand(rule.credential, example).unwrap();
                let text = sample.text.as_bytes();
                let blob = Blob::new(&sample.file, ContentClass::Text, text);
                let mut scratch = Scratch::default();
                let matches = detector.scan(&blob, &mut scratch, &mut ()).matches;
                assert!(
                    matches.iter().all(|m| m.rule != off),
                    "{}",
                    rule.credential.id
                );
            }
        }
    }

    #[test]
    fn names_lead_nowhere_where_no_rule_goes_by_them() {
        let text = b"BITBUCKET_TOKEN=x publer_api_key=y Authorization: sso-key z";
        let places = |on: fn(Context) -> bool| {
            let detector = Detector::new(RuleSet::builtin(), |rule| on(rule.credential.context), 0);
            let mut scratch = Scratch::default();
            let blob = Blob::new(".env", ContentClass::Text, text);
            detector.scan(&blob, &mut scratch, &mut ());
            (scratch.words.len(), scratch.markers.len())
        };
        let (all, markers) = places(|_| true);
        let (named, none) = places(|context| context == Context::Named);
        assert!(all > named && named > 0, "{all} {named}");
        assert!(markers > 0 && none == 0, "{markers} {none}");
        assert_eq!(places(|context| context == Context::None), (0, 0));
    }

    #[test]
    fn one_secret_in_one_place_is_one_match() {
        let detector = Detector::new(RuleSet::builtin(), |_| true, 0);
        let text = format!("STRIPE_KEY=sk_{}_k3x9p0q2w8ztk3y1ab # publisher\n", "live").repeat(3);
        let blob = Blob::new(".env", ContentClass::Text, text.as_bytes());
        let mut scratch = Scratch::default();
        let matches = detector.scan(&blob, &mut scratch, &mut ()).matches;
        let ids: Vec<&str> = matches
            .iter()
            .map(|m| &*detector.rules().rule(m.rule).credential.id)
            .collect();
        assert_eq!(ids, ["stripe-live-secret-key"; 3]);
    }
}
