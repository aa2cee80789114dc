//! Credentials that are known by their place: a provider's by its name, header or surroundings, and
//! anybody's by a name that says what it holds.

use std::cell::OnceCell;
use std::ops::Range;

use super::context::{Proximity, Tier};
use super::file::{self, FileKind};
use super::position::{self, Place, Position};
use super::validate::literal::{self, Trust};
use super::validate::{self, Dropped};
use super::{Basis, Detector, Match, Observer, Scratch, named};
use crate::model::{Blob, Checksum, Confidence};
use crate::rules::Rule;
use crate::rules::schema::{Auth, Context};

/// Looks at every place that a word of `scratch` leads to.
pub(super) fn find(
    detector: &Detector,
    blob: &Blob<'_>,
    scratch: &mut Scratch,
    observer: &mut impl Observer,
) {
    let mut positions = std::mem::take(&mut scratch.positions);
    collect(blob, scratch, &mut positions);
    // A name's value once, whatever led to it: those of a provider's own marker first.
    positions.sort_by(|(a, of_a), (b, of_b)| {
        let order = |p: &Position| (p.value.start, p.value.end, p.name.start, p.place);
        order(a).cmp(&order(b)).then(of_b.cmp(of_a))
    });
    positions.dedup_by(|(b, of_b), (a, of_a)| {
        b.value == a.value && b.name == a.name && (of_b.is_none() || of_b == of_a)
    });
    let kind = FileKind::of(blob.path);
    // What a name is given may say something else than it seems to.
    let written = |p: &Position| p.value.len() >= 8 && (p.literal || kind != FileKind::Code);
    let places = positions.iter().filter(|(p, _)| written(p));
    scratch
        .hints
        .near
        .extend(places.map(|(p, _)| p.value.start));
    let search = Search {
        detector,
        blob,
        kind,
        identifiers: &scratch.identifiers,
        refuted: &scratch.refuted,
    };
    for (position, provider) in &positions {
        search.judge(position, *provider, &mut scratch.matches, observer);
    }
    positions.clear();
    scratch.positions = positions;
}

/// The places that the words found in the blob lead to, some with the provider that they are known to
/// belong to.
fn collect(blob: &Blob<'_>, scratch: &Scratch, positions: &mut Vec<(Position, Option<usize>)>) {
    let text = blob.bytes;
    for (provider, marker) in &scratch.markers {
        let after = position::after_marker(text, marker.clone());
        positions.extend(after.map(|position| (position, Some(*provider))));
    }
    if !blob.class.has_context() {
        return;
    }
    for (identifier, provider) in &scratch.identifiers {
        let beside = position::beside(text, identifier.clone());
        positions.extend(beside.map(|position| (position, Some(*provider))));
    }
    let is_table = file::is_table(blob.path);
    let mut looked_at = 0;
    for word in &scratch.words {
        if word.start < looked_at {
            continue;
        }
        looked_at = position::around(text, word, |position| positions.push((position, None)));
        if is_table {
            position::cells(text, word, |cell| positions.push((cell, None)));
            position::below_header(text, word, |cell| positions.push((cell, None)));
        }
    }
}

/// One search of one blob.
struct Search<'a> {
    detector: &'a Detector,
    blob: &'a Blob<'a>,
    kind: FileKind,
    identifiers: &'a [(Range<usize>, usize)],
    /// What is known to be no credential.
    refuted: &'a [Range<usize>],
}

/// Why a value is taken for a provider's.
enum Claim {
    /// The name, or the scheme, is the provider's own.
    Own,
    /// The provider is named near.
    Near(Proximity),
}

impl Search<'_> {
    /// Finds whose credential the value at `position` is, if it is one.
    fn judge(
        &self,
        position: &Position,
        marked: Option<usize>,
        matches: &mut Vec<Match>,
        observer: &mut impl Observer,
    ) {
        let value = &self.blob.bytes[position.value.clone()];
        let bare = self.kind == FileKind::Code && !position.literal;
        let before = matches.len();
        match literal::judge(value, bare, Trust::Named) {
            Ok(()) => self.of_providers(position, marked, bare, matches, observer),
            Err(dropped) => {
                // Whoever asks why hears it of the rules that the name itself leads to.
                for (provider, _) in self.owners(position) {
                    for rule in self.rules_of(provider) {
                        observer.dropped(rule.index, &position.value, &dropped);
                    }
                }
            }
        }
        let by_name = matches.len() == before && marked.is_none();
        if by_name && self.blob.class.has_context() && !self.is_refuted(position, observer) {
            named::judge(
                self.detector,
                self.blob,
                self.kind,
                position,
                matches,
                observer,
            );
        }
    }

    /// Whether a format, or a provider's documentation, says that the value is no credential.
    fn is_refuted(&self, position: &Position, observer: &mut impl Observer) -> bool {
        let value = &position.value;
        let by_format = |span: &Range<usize>| span.start < value.end && value.start < span.end;
        if self.refuted.iter().any(by_format) {
            return true;
        }
        let text = &self.blob.bytes[value.clone()];
        for (provider, _) in self.owners(position) {
            for rule in self.rules_of(provider) {
                let mut known = rule.credential.known.iter();
                if known.any(|known| known.as_bytes() == text) {
                    observer.dropped(rule.index, value, &Dropped::KnownExample);
                    return true;
                }
            }
        }
        false
    }

    fn of_providers(
        &self,
        position: &Position,
        marked: Option<usize>,
        bare: bool,
        matches: &mut Vec<Match>,
        observer: &mut impl Observer,
    ) {
        let nearest = OnceCell::new();
        let nearest = || {
            nearest
                .get_or_init(|| self.nearest(position))
                .as_ref()
                .map(|(provider, proximity)| (*provider, proximity))
        };
        let value = &self.blob.bytes[position.value.clone()];
        let strict = literal::judge(value, bare, Trust::Strict);
        let mut tried: Vec<usize> = Vec::new();
        let owners = self.owners(position);
        for (provider, word) in owners {
            if tried.contains(&provider) {
                continue;
            }
            tried.push(provider);
            let claim = match self.own_place(position, provider, &word) {
                Some(Tier::Line) if self.is_own(position, provider, &word) => Some(Claim::Own),
                Some(least) => nearest()
                    .filter(|(near, p)| *near == provider && p.tier >= least)
                    .map(|(_, p)| Claim::Near(p.clone())),
                None => None,
            };
            if let Some(claim) = claim {
                self.try_provider(position, provider, &claim, &strict, matches, observer);
            }
        }
        if let Some(provider) = marked.filter(|provider| !tried.contains(provider)) {
            let name = &self.blob.bytes[position.name.clone()];
            let claim = if self.is_scheme(provider, name) {
                Some(Claim::Own)
            } else {
                nearest()
                    .filter(|(near, _)| *near == provider)
                    .map(|(_, p)| Claim::Near(p.clone()))
            };
            if let Some(claim) = claim {
                self.try_provider(position, provider, &claim, &strict, matches, observer);
            }
            return;
        }
        let Some(least) = self.least_tier(position) else {
            return;
        };
        if strict.is_ok()
            && let Some((provider, proximity)) = nearest()
            && !tried.contains(&provider)
            && proximity.tier >= least
        {
            let claim = Claim::Near(proximity.clone());
            self.try_provider(position, provider, &claim, &strict, matches, observer);
        }
    }

    /// The rules of `provider` that judge by place and apply to this file.
    fn rules_of(&self, provider: usize) -> impl Iterator<Item = Rule<'_>> {
        let rules = self.detector.rules().rules_of(provider);
        rules.filter(|rule| {
            rule.credential.context == Context::Assigned
                && self.detector.is_enabled(rule.index)
                && rule.admits(self.blob.path)
        })
    }

    fn try_provider(
        &self,
        position: &Position,
        provider: usize,
        claim: &Claim,
        strict: &Result<(), Dropped>,
        matches: &mut Vec<Match>,
        observer: &mut impl Observer,
    ) {
        for rule in self.rules_of(provider) {
            match self.try_rule(rule, position, claim, strict) {
                Ok(found) => matches.push(found),
                Err(dropped) => observer.dropped(rule.index, &position.value, &dropped),
            }
        }
    }

    fn try_rule(
        &self,
        rule: Rule<'_>,
        position: &Position,
        claim: &Claim,
        strict: &Result<(), Dropped>,
    ) -> Result<Match, Dropped> {
        let text = self.blob.bytes;
        let value = &text[position.value.clone()];
        let patterns = self.detector.patterns();
        if !patterns.fits(rule.index, rule.credential, value) {
            return Err(Dropped::Pattern);
        }
        if position::names_digest(self.blob.path, text, position) {
            return Err(Dropped::NotLiteral("a digest"));
        }
        let lower = value.to_ascii_lowercase();
        let names = rule.provider.identity.names.iter();
        if names
            .clone()
            .any(|own| memchr::memmem::find(&lower, own.as_bytes()).is_some())
        {
            return Err(Dropped::NotLiteral("a name"));
        }
        // A name of the provider's own speaks for any literal; otherwise the value must speak for itself.
        if let Claim::Near(_) = claim {
            strict.clone()?;
        }
        let now = self.detector.now();
        let verdict = validate::validate(rule, text, &position.value, &position.value, now)?;
        let (least, proximity) = match claim {
            Claim::Own => (Confidence::High, None),
            Claim::Near(proximity) => (Confidence::Medium, Some(proximity.clone())),
        };
        let mut evidence = vec![self.reason(position, proximity.as_ref())];
        evidence.extend(verdict.evidence);
        Ok(Match {
            rule: rule.index,
            secret: position.value.clone(),
            span: position.value.clone(),
            severity: verdict.severity,
            confidence: least.min(verdict.confidence.unwrap_or(rule.credential.confidence)),
            checksum: verdict.checksum.unwrap_or(Checksum::None),
            evidence,
            identifiers: Vec::new(),
            decoded: None,
            basis: Basis::Place,
            proximity,
        })
    }

    /// The name with the path that leads to it: `acme.apiKey`.
    fn full_name(&self, position: &Position) -> Range<usize> {
        match position.place {
            Place::Name | Place::Listed => position::path_of(self.blob.bytes, &position.name),
            Place::Argument | Place::Second | Place::Marker | Place::Cell => position.name.clone(),
        }
    }

    fn name(&self, range: &Range<usize>) -> &str {
        std::str::from_utf8(&self.blob.bytes[range.clone()]).unwrap_or_default()
    }

    /// The providers whose words are in the position's name, with those words.
    fn owners(&self, position: &Position) -> Vec<(usize, Range<usize>)> {
        let full = self.full_name(position);
        self.detector.owners(self.blob.bytes, full)
    }

    /// How near the provider whose `word` is in the name must stand; `None` where the name says that it
    /// is about something else.
    fn own_place(&self, position: &Position, provider: usize, word: &Range<usize>) -> Option<Tier> {
        match position.place {
            Place::Argument | Place::Second | Place::Cell | Place::Marker => Some(Tier::Near),
            Place::Name | Place::Listed if self.is_own(position, provider, word) => {
                Some(Tier::Line)
            }
            // The provider's bare name, as in `keys: { acme: "…" }`; in a list it is only a word.
            Place::Name if *word == position.name => Some(Tier::Line),
            Place::Name | Place::Listed => None,
        }
    }

    /// Whether the name is that of the provider's credential.
    fn is_own(&self, position: &Position, provider: usize, word: &Range<usize>) -> bool {
        if !matches!(position.place, Place::Name | Place::Listed) {
            return false;
        }
        let identity = &self.detector.rules().provider(provider).identity;
        let name = self.name(&position.name);
        if identity.env.iter().any(|env| *env == name) {
            return true;
        }
        let full = self.full_name(position);
        let own = self.name(word).to_ascii_lowercase();
        position::is_credential_name(self.name(&full), &own)
    }

    /// How near a provider's word must stand for a credential of this name to be its; `None` where the
    /// name is no credential's or says that it is another's.
    fn least_tier(&self, position: &Position) -> Option<Tier> {
        let name = self.name(&position.name);
        match position.place {
            Place::Marker | Place::Cell => Some(Tier::Near),
            Place::Argument | Place::Second => least_tier(name.rsplit(['.', ':']).next()?),
            Place::Name | Place::Listed => least_tier(name),
        }
    }

    /// The provider that the surroundings name most nearly.
    fn nearest(&self, position: &Position) -> Option<(usize, Proximity)> {
        self.detector
            .around(self.blob.bytes, &position.value, self.identifiers)
            .into_iter()
            .max_by_key(|(_, proximity)| proximity.rank())
    }

    /// Whether `word` is the provider's own scheme, after which only its credential can stand.
    fn is_scheme(&self, provider: usize, word: &[u8]) -> bool {
        let auth = self.detector.rules().provider(provider).auth.as_ref();
        auth.and_then(Auth::own_scheme)
            .is_some_and(|scheme| word.eq_ignore_ascii_case(scheme.as_bytes()))
    }

    fn reason(&self, position: &Position, proximity: Option<&Proximity>) -> String {
        let shown = |range: &Range<usize>| super::shown(&self.blob.bytes[range.clone()]);
        match proximity {
            Some(proximity) => format!(
                "stands in `{}` near `{}`",
                shown(&position.name),
                shown(&proximity.word)
            ),
            None => format!("stands in `{}`", shown(&position.name)),
        }
    }
}

/// How near a provider's word must stand for a credential of this name to be its; `None` where the name
/// is no credential's or says that it is another's.
fn least_tier(name: &str) -> Option<Tier> {
    if !position::is_credential_name(name, "") || !position::is_plain_name(name) {
        return None;
    }
    // Frameworks call their own keys so.
    let own_of_framework = [
        "secret_key",
        "secretkey",
        "secret",
        "password",
        "app_key",
        "app_secret",
    ];
    let framework = own_of_framework.contains(&name.to_ascii_lowercase().as_str());
    Some(if framework {
        Tier::Enclosing
    } else {
        Tier::Near
    })
}
