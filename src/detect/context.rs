//! Which provider a place belongs to, judged by the names and hosts around it.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use crate::rules::RuleSet;
use crate::rules::schema::Kind;

/// How far before a value a name or host still says whose it is, in bytes.
const BEFORE: usize = 1500;

/// The same after it: names come first in every language, so less.
const AFTER: usize = 700;

/// Further apart on one line, two things are not about each other.
const SAME_LINE: usize = 300;

/// What a word that stands behind a value is further away for that, in bytes.
const BEHIND: usize = 40;

/// Blocks longer than this are files.
const BLOCK_LINES: usize = 40;

/// How near a provider's word stands to a value. Greater is nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    /// Somewhere around.
    Near,
    /// Beside the value in the same block.
    Beside,
    /// On a line that opens a block around the value.
    Enclosing,
    /// On the same line.
    Line,
}

/// The nearest word of one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proximity {
    pub(super) tier: Tier,
    /// Bytes between the word and the value; a word behind it counts as further away.
    pub(super) distance: usize,
    /// The word.
    pub(super) word: Range<usize>,
}

impl Proximity {
    /// What orders proximities: nearer is greater.
    pub(super) fn rank(&self) -> (Tier, std::cmp::Reverse<usize>) {
        (self.tier, std::cmp::Reverse(self.distance))
    }
}

/// The names, hosts, variables and identifiers' beginnings of every provider.
#[derive(Debug)]
pub(super) struct Contexts {
    words: AhoCorasick,
    /// For each word, and beyond them all, where its providers begin.
    first: Vec<u32>,
    providers: Vec<u32>,
}

impl Contexts {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let mut words: Vec<(String, u32)> = Vec::new();
        for (provider, number) in rules.providers().zip(0..) {
            let identity = &provider.identity;
            let hosts = identity.hosts.iter().map(|h| h.trim_start_matches('.'));
            let identifiers = provider
                .credentials
                .iter()
                .filter(|c| c.kind == Kind::Identifier && c.anchored);
            // A short beginning is part of too many words to say anything by itself.
            let identifiers = identifiers
                .flat_map(|c| c.literals.iter())
                .filter(|l| l.len() > 4);
            let own = identity.names.iter().chain(identifiers).map(AsRef::as_ref);
            let own = own.chain(hosts).chain(identity.own_variables());
            words.extend(own.map(|word| (word.to_ascii_lowercase(), number)));
        }
        words.sort_unstable();
        words.dedup();
        let groups = || words.chunk_by(|a, b| a.0 == b.0);
        let mut first = vec![0];
        for group in groups() {
            first.push(first[first.len() - 1] + group.len() as u32);
        }
        let automaton = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(groups().map(|group| group[0].0.as_bytes()))
            .expect("some thousand short words are within the automaton's limits");
        Self {
            words: automaton,
            first,
            providers: words.iter().map(|(_, provider)| *provider).collect(),
        }
    }

    /// Every provider of every word in `range`, with the word.
    pub(super) fn within<'t>(
        &'t self,
        text: &'t [u8],
        range: Range<usize>,
    ) -> impl Iterator<Item = (usize, Range<usize>)> {
        let found = self.words.find_iter(&text[range.clone()]);
        found.flat_map(move |m| {
            let word = range.start + m.start()..range.start + m.end();
            let pattern = m.pattern().as_usize();
            let own = self.first[pattern] as usize..self.first[pattern + 1] as usize;
            let own = self.providers[own].iter();
            own.map(move |&provider| (provider as usize, word.clone()))
        })
    }

    /// For every provider with a word around `value`, its number and its nearest word.
    ///
    /// `identifiers` are identifiers already found, in order, with their providers: they are words too.
    pub(super) fn around(
        &self,
        text: &[u8],
        value: &Range<usize>,
        identifiers: &[(Range<usize>, usize)],
    ) -> Vec<(usize, Proximity)> {
        let window = value.start.saturating_sub(BEFORE)..text.len().min(value.end + AFTER);
        let block = Block::of(text, value, &window);
        let found = self.within(text, window.clone());
        let first = identifiers.partition_point(|(span, _)| span.start < window.start);
        let identifiers = identifiers[first..]
            .iter()
            .take_while(|(span, _)| span.start < window.end)
            .cloned();
        let found = found.map(|(provider, word)| (word, provider, false));
        let identifiers = identifiers.map(|(word, provider)| (word, provider, true));
        let mut nearest: Vec<(usize, Proximity)> = Vec::new();
        for (word, provider, identifier) in found.chain(identifiers) {
            // What stands inside the value says nothing about the value.
            if word.start < value.end && value.start < word.end {
                continue;
            }
            let mut proximity = block.proximity(value, word);
            // An identifier beside a value says as much as a block's heading.
            if identifier && proximity.tier == Tier::Beside {
                proximity.tier = Tier::Enclosing;
            }
            match nearest.iter_mut().find(|(p, _)| *p == provider) {
                Some((_, best)) if best.rank() >= proximity.rank() => {}
                Some((_, best)) => *best = proximity,
                None => nearest.push((provider, proximity)),
            }
        }
        nearest
    }
}

/// The lines that enclose a value or stand beside it in the same block, by indentation.
struct Block {
    line: Range<usize>,
    /// Of the other lines in the window, those that belong, and how.
    members: Vec<(Range<usize>, Tier)>,
}

impl Block {
    fn of(text: &[u8], value: &Range<usize>, window: &Range<usize>) -> Self {
        let line = line_around(text, value.start, window);
        let own_indent = indent(&text[line.clone()]);
        let mut members = Vec::new();
        let mut least = own_indent;
        let mut end = line.start;
        // Upwards: lines at the same indentation up to a gap, then ever less indented ones.
        let mut beside = true;
        for _ in 0..BLOCK_LINES {
            if end <= window.start {
                break;
            }
            let above = line_around(text, end - 1, window);
            end = above.start;
            let bytes = text[above.clone()].trim_ascii();
            if bytes.is_empty() {
                // At the left edge a gap ends what belongs together; inside a block it does not.
                beside &= least > 0;
                if least == 0 {
                    break;
                }
                continue;
            }
            let its = indent(&text[above.clone()]);
            let opens = opens_block(bytes);
            if its < least || (its == least && beside && (!opens || bytes.starts_with(b"["))) {
                let tier = if its < least {
                    Tier::Enclosing
                } else {
                    Tier::Beside
                };
                let section = bytes.starts_with(b"[");
                members.push((above, if section { Tier::Enclosing } else { tier }));
            }
            least = least.min(its);
            if bytes.starts_with(b"[") && bytes.ends_with(b"]") {
                break;
            }
        }
        let mut start = line.end + 1;
        for _ in 0..BLOCK_LINES {
            if start >= window.end {
                break;
            }
            let below = line_around(text, start, window);
            start = below.end + 1;
            let bytes = text[below.clone()].trim_ascii();
            let its = indent(&text[below.clone()]);
            // A less indented line that only closes brackets or goes on after them is the same statement.
            let closes = bytes.first().is_some_and(|b| b"})]".contains(b));
            if bytes.is_empty()
                || (its < own_indent && !closes)
                || (bytes.starts_with(b"[") && bytes.ends_with(b"]"))
            {
                break;
            }
            if !opens_block(bytes) || its > own_indent {
                members.push((below, Tier::Beside));
            }
        }
        Self { line, members }
    }

    fn proximity(&self, value: &Range<usize>, word: Range<usize>) -> Proximity {
        let before = word.start < value.start;
        let gap = if before {
            value.start - word.end
        } else {
            word.start - value.end
        };
        let distance = if before { gap } else { 2 * gap + BEHIND };
        let member = self
            .members
            .iter()
            .find(|(line, _)| line.contains(&word.start));
        let tier = if self.line.contains(&word.start) && gap <= SAME_LINE {
            Tier::Line
        } else {
            member.map_or(Tier::Near, |(_, tier)| *tier)
        };
        Proximity {
            tier,
            distance,
            word,
        }
    }
}

/// Whether a line begins a block of its own, as `publer:` does, so that what stands beside it at the
/// same indentation is not inside it.
fn opens_block(line: &[u8]) -> bool {
    line.ends_with(b":") || line.ends_with(b"{")
}

fn line_around(text: &[u8], at: usize, window: &Range<usize>) -> Range<usize> {
    let start = memchr::memrchr(b'\n', &text[window.start..at])
        .map_or(window.start, |n| window.start + n + 1);
    let end = memchr::memchr(b'\n', &text[at..window.end]).map_or(window.end, |n| at + n);
    start..end
}

fn indent(line: &[u8]) -> usize {
    line.iter()
        .take_while(|&&b| b == b' ' || b == b'\t')
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contexts() -> Contexts {
        let mut rules = RuleSet::empty();
        for id in ["acme", "bolt"] {
            let file = format!(
                "[provider]\nid = \"{id}\"\nname = \"x\"\ncategory = \"x\"\nnames = [\"{id}\"]\nhosts = [\"api.{id}.io\"]\n"
            );
            rules.add(id, &file).unwrap();
        }
        Contexts::new(&rules)
    }

    /// The tier of each provider (0 is acme, 1 is bolt) for the value `VALUE`.
    fn tiers(text: &str) -> Vec<(usize, Tier)> {
        let at = text.find("VALUE").unwrap();
        let mut found = contexts().around(text.as_bytes(), &(at..at + 5), &[]);
        found.sort_by_key(|(_, p)| std::cmp::Reverse(p.rank()));
        found
            .into_iter()
            .map(|(provider, p)| (provider, p.tier))
            .collect()
    }

    #[test]
    fn the_same_line_is_nearest() {
        assert_eq!(
            tiers("acme_key = VALUE # bolt"),
            [(0, Tier::Line), (1, Tier::Line)]
        );
        assert_eq!(
            tiers("bolt = 1\nacme_key = VALUE"),
            [(0, Tier::Line), (1, Tier::Beside)]
        );
    }

    #[test]
    fn blocks_go_by_indentation() {
        assert_eq!(tiers("acme:\n  key: VALUE\n"), [(0, Tier::Enclosing)]);
        assert_eq!(
            tiers("acme:\n  url: x\nbolt:\n  key: VALUE\n"),
            [(1, Tier::Enclosing), (0, Tier::Near)]
        );
        assert_eq!(tiers("acme:\n  url: x\nkey: VALUE\n"), [(0, Tier::Near)]);
        assert_eq!(
            tiers(
                "fetch('https://api.acme.io/x', {\n  headers: {\n    Authorization: 'VALUE',\n  },\n})"
            ),
            [(0, Tier::Enclosing)]
        );
        assert_eq!(
            tiers("[bolt]\nx = 1\n[acme]\nkey = VALUE\n"),
            [(0, Tier::Enclosing), (1, Tier::Near)]
        );
        assert_eq!(
            tiers("ACME_URL=x\nKEY=VALUE\n\nBOLT_URL=x\n"),
            [(0, Tier::Beside), (1, Tier::Near)]
        );
    }

    #[test]
    fn the_value_says_nothing_about_itself() {
        let contexts = contexts();
        assert_eq!(contexts.around(b"key = acme_123", &(6..14), &[]), []);
    }
}
