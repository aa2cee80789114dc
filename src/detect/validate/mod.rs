//! Whether a value that fits a pattern is a credential: cheapest tests first.

mod atlassian;
mod aws;
mod discord;
mod encoded;
mod grafana;
mod jfrog;
mod jwt;
pub(super) mod literal;
mod macaroon;
mod openai;
pub(super) mod placeholder;
mod private_key;
mod sentry;
mod url;
mod words;

use std::fmt;
use std::ops::Range;

use super::decode::{How, in_words};
use crate::model::{Checksum, Confidence, Severity};
use crate::rules::Rule;
use crate::rules::checksum;
use crate::rules::schema::{CharacterClass, Structure};

pub(super) use words::reads_as_words;

/// Why a candidate is no finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Dropped {
    /// It continues a word to its left or right.
    Boundary,
    /// The pattern does not fit.
    Pattern,
    /// It stands for a secret: a template, a mask, a sequence.
    Placeholder(&'static str),
    /// The provider's documentation shows it.
    KnownExample,
    /// Its characters are too even for something drawn.
    Entropy {
        /// What it has, in bits a character.
        found: f32,
        /// What the rule asks for.
        least: f32,
    },
    /// It lacks a class of characters.
    Characters(CharacterClass),
    /// It reads as words.
    Words,
    /// Its checksum does not agree.
    Checksum,
    /// It cannot be read as what it would have to be.
    Structure(&'static str),
    /// Its surroundings do not name the provider.
    NoContext,
    /// It is an expression, a name, a path or the like, and no literal value.
    NotLiteral(&'static str),
    /// Another rule knows better what it is.
    Overlap(usize),
    /// An identifier that is told with the secret it belongs to.
    Paired,
    /// It stands in decoded text, and is dropped there.
    Decoded {
        /// By what the text was hidden, the outermost first.
        how: Vec<How>,
        /// Why it is dropped.
        why: Box<Dropped>,
    },
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boundary => f.write_str("it is part of a longer word"),
            Self::Pattern => f.write_str("the pattern does not fit"),
            Self::Placeholder(why) => write!(f, "it is a placeholder: {why}"),
            Self::KnownExample => f.write_str("it is an example from the documentation"),
            Self::Entropy { found, least } => {
                write!(
                    f,
                    "its entropy is {found:.2} bits a character, below {least:.2}"
                )
            }
            Self::Characters(class) => {
                let class = match class {
                    CharacterClass::Digit => "digit",
                    CharacterClass::Lower => "lower-case letter",
                    CharacterClass::Upper => "upper-case letter",
                };
                write!(f, "it has no {class}")
            }
            Self::Words => f.write_str("it reads as words"),
            Self::Checksum => f.write_str("its checksum does not agree"),
            Self::Structure(why) => write!(f, "it cannot be read: {why}"),
            Self::NoContext => f.write_str("nothing near it names the provider"),
            Self::NotLiteral(why) => write!(f, "it is no literal value: {why}"),
            Self::Overlap(_) => f.write_str("another rule knows better what it is"),
            Self::Paired => f.write_str("it is told with the secret it belongs to"),
            Self::Decoded { how, why } => write!(f, "{why} (in {})", in_words(how)),
        }
    }
}

/// What validation learnt of a candidate that passed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Verdict {
    pub(super) checksum: Option<Checksum>,
    pub(super) severity: Option<Severity>,
    pub(super) confidence: Option<Confidence>,
    pub(super) evidence: Vec<String>,
    /// Where the secret is, if not where the pattern said.
    pub(super) secret: Option<Range<usize>>,
}

/// Judges the secret at `secret` in `text`, which stands in the match `whole`.
pub(super) fn validate(
    rule: Rule<'_>,
    text: &[u8],
    whole: &Range<usize>,
    secret: &Range<usize>,
    now: i64,
) -> Result<Verdict, Dropped> {
    let value = &text[secret.clone()];
    let rules = &rule.credential.validate;
    if rule
        .credential
        .known
        .iter()
        .any(|known| known.as_bytes() == value)
    {
        return Err(Dropped::KnownExample);
    }
    let body = without_prefix(rule, value);
    if rules.structure != Some(Structure::PrivateKey)
        && let Some(why) = placeholder::reason(body)
    {
        return Err(Dropped::Placeholder(why));
    }
    for &class in &*rules.characters {
        let found = match class {
            CharacterClass::Digit => body.iter().any(u8::is_ascii_digit),
            CharacterClass::Lower => body.iter().any(u8::is_ascii_lowercase),
            CharacterClass::Upper => body.iter().any(u8::is_ascii_uppercase),
        };
        if !found {
            return Err(Dropped::Characters(class));
        }
    }
    if rules.not_words && reads_as_words(body) {
        return Err(Dropped::Words);
    }
    if let Some(least) = rules.entropy {
        let found = entropy(body);
        if found < least {
            return Err(Dropped::Entropy { found, least });
        }
    }
    let mut verdict = match rules.structure {
        Some(structure) => read(rule, structure, text, whole, value, now)?,
        None => Verdict::default(),
    };
    if let Some(kind) = rules.checksum {
        match checksum::agrees(kind, value) {
            Some(true) => {
                verdict.checksum = Some(Checksum::Valid);
                verdict.evidence.push("its checksum agrees".to_owned());
            }
            _ if kind.decides() => return Err(Dropped::Checksum),
            Some(false) => {
                verdict.checksum = Some(Checksum::Invalid);
                verdict.doubt(
                    rule,
                    "its checksum does not agree: it may be made up or mistyped",
                );
            }
            // A form of the credential that carries none.
            None => {}
        }
    }
    Ok(verdict)
}

/// Reads `value` as the structure that the rule says it has.
fn read(
    rule: Rule<'_>,
    structure: Structure,
    text: &[u8],
    whole: &Range<usize>,
    value: &[u8],
    now: i64,
) -> Result<Verdict, Dropped> {
    let told = match structure {
        Structure::Jwt => return jwt::read(value, now),
        Structure::PrivateKey => {
            let label = label_of(&text[whole.clone()]);
            let (body, verdict) = private_key::read(text, &label, whole.end)?;
            return Ok(Verdict {
                secret: Some(body),
                ..verdict
            });
        }
        Structure::UrlPassword => return url::read(&text[whole.clone()], value),
        Structure::AwsKeyId => Ok(aws::account(value).map(|id| format!("AWS account {id}"))),
        Structure::Macaroon => macaroon::read(value).map(Some),
        Structure::OpenaiKey => openai::read(value).map(Some),
        Structure::DiscordToken => discord::read(value).map(Some),
        Structure::SentryToken => sentry::read(value).map(Some),
        Structure::GrafanaKey => grafana::read(value).map(Some),
        Structure::JfrogReference => jfrog::read(value).map(Some),
        Structure::AtlassianDataCenter => atlassian::read(value).map(Some),
    };
    let mut verdict = Verdict::default();
    match told {
        Ok(evidence) => verdict.evidence.extend(evidence),
        Err(why) => verdict.doubt(rule, why),
    }
    Ok(verdict)
}

impl Verdict {
    /// Makes of what was certain something probable, and no less: what is less than that is not shown
    /// unless asked for.
    fn doubt(&mut self, rule: Rule<'_>, why: &str) {
        self.confidence = Some(rule.credential.confidence.min(Confidence::Medium));
        self.evidence.push(why.to_owned());
    }
}

/// How far the words stand that say that a value is made to be published, in bytes.
const PUBLIC_NEAR: usize = 400;

/// Makes a note of a finding whose surroundings say that it is made to be published.
pub(super) fn published(
    rule: Rule<'_>,
    text: &[u8],
    secret: &Range<usize>,
    mut verdict: Verdict,
) -> Verdict {
    let words = &rule.credential.public_near;
    if words.is_empty() {
        return verdict;
    }
    let around = secret.start.saturating_sub(PUBLIC_NEAR)..text.len().min(secret.end + PUBLIC_NEAR);
    let around = text[around].to_ascii_lowercase();
    if let Some(word) = words
        .iter()
        .find(|w| memchr::memmem::find(&around, w.as_bytes()).is_some())
    {
        verdict.severity = Some(Severity::Note);
        verdict
            .evidence
            .push(format!("made to be published: `{word}` stands near"));
    }
    verdict
}

/// The value after the literal it begins with: `oct_live_` says nothing about how it was drawn.
fn without_prefix<'t>(rule: Rule<'_>, value: &'t [u8]) -> &'t [u8] {
    let longest =
        rule.credential
            .literals
            .iter()
            .map(|literal| literal.len())
            .filter(|&length| value.len() > length + 4)
            .filter(|&length| {
                rule.credential.literals.iter().any(|l| {
                    l.len() == length && value[..length].eq_ignore_ascii_case(l.as_bytes())
                })
            })
            .max();
    &value[longest.unwrap_or(0)..]
}

/// Shannon entropy in bits a byte.
pub(super) fn entropy(value: &[u8]) -> f32 {
    let mut counts = [0u32; 256];
    for &b in value {
        counts[usize::from(b)] += 1;
    }
    let length = value.len().max(1) as f32;
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| count as f32 / length)
        .map(|share| -share * share.log2())
        .sum()
}

/// `RSA PRIVATE KEY` of `-----BEGIN RSA PRIVATE KEY-----`.
fn label_of(first_line: &[u8]) -> String {
    String::from_utf8_lossy(first_line)
        .trim_matches('-')
        .trim_start_matches("BEGIN ")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_in_bits() {
        assert!((entropy(b"aaaa") - 0.0).abs() < 1e-6);
        assert!((entropy(b"abab") - 1.0).abs() < 1e-6);
        assert!((entropy(b"abcdefgh") - 3.0).abs() < 1e-6);
        assert!((entropy(b"") - 0.0).abs() < 1e-6);
    }

    #[test]
    fn labels() {
        assert_eq!(
            label_of(["-----BEGIN ", "RSA PRIVATE KEY-----"].concat().as_bytes()),
            "RSA PRIVATE KEY"
        );
    }
}
