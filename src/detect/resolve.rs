//! One secret in one place is one finding: which of overlapping matches stays, and which two belong
//! together.

use std::cmp::Ordering;

use super::validate::Dropped;
use super::{Detector, Match, Observer};
use crate::model::Checksum;

/// How far an identifier may stand from the secret it belongs to, in bytes.
const PAIR_DISTANCE: usize = 1500;

/// Sorts `matches` by place and keeps the most specific of those that overlap.
pub(super) fn overlaps(
    detector: &Detector,
    text: &[u8],
    matches: &mut Vec<Match>,
    observer: &mut impl Observer,
) {
    matches.sort_by_key(|m| (m.secret.start, m.secret.end, m.rule));
    matches.dedup_by(|b, a| a.rule == b.rule && a.secret == b.secret && text_of(a) == text_of(b));
    let mut kept: Vec<Match> = Vec::with_capacity(matches.len());
    for mut next in matches.drain(..) {
        let overlapped = kept
            .last()
            .is_some_and(|last| next.secret.start < last.secret.end);
        // Several secrets of one packed text have one place.
        let rival = kept
            .iter()
            .rposition(|last| last.secret != next.secret || !are_two(last, &next));
        let Some(last) = rival
            .filter(|_| overlapped)
            .map(|rival| &mut kept[rival])
            .filter(|last| next.secret.start < last.secret.end)
        else {
            kept.push(next);
            continue;
        };
        if prefer(detector, text, &mut next, last) == Ordering::Greater {
            std::mem::swap(last, &mut next);
        }
        observer.dropped(next.rule, &next.secret, &Dropped::Overlap(last.rule));
    }
    *matches = kept;
}

/// The secret, where it was decoded.
fn text_of(m: &Match) -> Option<&[u8]> {
    m.decoded.as_ref().map(|decoded| &*decoded.secret)
}

/// Whether two matches in one place are of two secrets: several were decoded from it.
fn are_two(a: &Match, b: &Match) -> bool {
    a.decoded.is_some() && b.decoded.is_some() && text_of(a) != text_of(b)
}

/// Whether what was decoded says more than `plain`, in whose place it stands: it is more specific, or
/// `plain` is what it was decoded from, or a part of that.
fn says_more(decoded: &Match, plain: &Match) -> bool {
    let covers = decoded.secret.start <= plain.secret.start
        && plain.secret.end <= decoded.secret.end
        && (decoded.rule == plain.rule || decoded.secret != plain.secret);
    decoded.basis > plain.basis || covers && decoded.basis == plain.basis
}

/// `Greater` where `a` is the more specific.
fn prefer(detector: &Detector, text: &[u8], a: &mut Match, b: &mut Match) -> Ordering {
    match (a.decoded.is_some(), b.decoded.is_some()) {
        (true, false) if says_more(a, b) => return Ordering::Greater,
        (true, false) => return Ordering::Less,
        (false, true) if says_more(b, a) => return Ordering::Less,
        (false, true) => return Ordering::Greater,
        _ => {}
    }
    let plain = a
        .basis
        .cmp(&b.basis)
        .then_with(|| (a.checksum == Checksum::Valid).cmp(&(b.checksum == Checksum::Valid)));
    plain
        .then_with(|| nearness(detector, text, a, b))
        .then_with(|| a.secret.len().cmp(&b.secret.len()))
        .then_with(|| b.rule.cmp(&a.rule))
}

/// Which of two matches' providers the surroundings name more nearly.
fn nearness(detector: &Detector, text: &[u8], a: &mut Match, b: &mut Match) -> Ordering {
    let provider = |m: &Match| detector.rules().rule(m.rule).provider_index;
    if provider(a) == provider(b) {
        return Ordering::Equal;
    }
    for m in [&mut *a, &mut *b] {
        if m.proximity.is_none() {
            m.proximity = detector.proximity(text, &m.secret, provider(m), &[]);
        }
    }
    let rank = |m: &Match| m.proximity.as_ref().map(super::context::Proximity::rank);
    rank(a).cmp(&rank(b))
}

/// Joins each identifier to the nearest secret of the rule it pairs with; alone it stays.
pub(super) fn pairs(detector: &Detector, matches: &mut Vec<Match>, observer: &mut impl Observer) {
    let rules = detector.rules();
    let identifiers: Vec<usize> = (0..matches.len())
        .filter(|&at| rules.rule(matches[at].rule).credential.pairs_with.is_some())
        .collect();
    let mut joined = vec![false; matches.len()];
    for at in identifiers {
        let identifier = &matches[at];
        let rule = rules.rule(identifier.rule);
        let distance = |m: &Match| m.secret.start.abs_diff(identifier.secret.start);
        // Matches are in order: only those around the identifier need a look.
        let near = |m: &&Match| distance(m) <= PAIR_DISTANCE;
        let before = matches[..at].iter().rev().take_while(near).count();
        let after = matches[at..].iter().take_while(near).count();
        let partner = (at - before..at + after)
            .map(|other| (other, &matches[other]))
            .filter(|(_, m)| {
                Some(&rules.rule(m.rule).credential.id) == rule.credential.pairs_with.as_ref()
            })
            .min_by_key(|(_, m)| distance(m))
            .map(|(partner, _)| partner);
        if let Some(partner) = partner {
            let (rule, secret) = (identifier.rule, identifier.secret.clone());
            let evidence = identifier.evidence.clone();
            observer.dropped(rule, &secret, &Dropped::Paired);
            matches[partner].evidence.extend(evidence);
            matches[partner].identifiers.push((rule, secret));
            joined[at] = true;
        }
    }
    let mut joined = joined.into_iter();
    matches.retain(|_| !joined.next().unwrap_or(false));
}
