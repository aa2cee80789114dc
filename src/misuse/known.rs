//! What the provider files say of the values and addresses of a program: whose credential a value
//! is, and whose host an address names.

use std::ops::Range;

use super::flow::{Piece, PieceKind, Shown, Source, Trail, Value};
use crate::detect::{is_credential_name, is_plain_name};
pub(super) use crate::model::words_of;
use crate::rules::RuleSet;
use crate::rules::schema::{Auth, Environment, Provider};

/// A literal credential in the file.
#[derive(Clone, Debug)]
pub struct Literal {
    /// Where it stands.
    pub at: Range<usize>,
    /// Its provider.
    pub provider: usize,
    /// Its rule, where its format is known.
    pub rule: Option<usize>,
}

/// A value that is a credential.
#[derive(Clone, Debug)]
pub(super) struct Credential {
    /// Its provider's number.
    pub(super) provider: usize,
    /// How it is called; empty for a literal.
    pub(super) name: String,
    /// Whether it stands in the file itself.
    pub(super) literal: bool,
    /// Its rule, for a literal whose format is known.
    pub(super) rule: Option<usize>,
    /// Where it is written.
    pub(super) at: Range<usize>,
    /// The way it took from there.
    pub(super) trail: Trail,
    /// What of it is there.
    pub(super) shown: Option<Shown>,
}

/// Where an address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// To this provider.
    Provider(usize),
    /// To the machine itself, a private network, or a host that exists in tests only.
    Local,
    /// To somebody else.
    Other,
    /// Nobody knows.
    Unknown,
}

/// What is known for one file.
pub(super) struct Known<'a> {
    pub(super) rules: &'a RuleSet,
    /// The literal credentials in the file.
    pub(super) literals: Vec<Literal>,
    /// Providers that the file names, and whose API it can call.
    pub(super) named: Vec<usize>,
    /// Names of values that are sent as a provider's credential.
    pub(super) carriers: Vec<(String, usize)>,
}

/// Names of hosts between a program and a provider.
const BETWEEN: &[&str] = &[
    "proxy", "gateway", "relay", "bridge", "internal", "tunnel", "mock", "stub", "fake", "our",
];

impl<'a> Known<'a> {
    pub(super) fn new(rules: &'a RuleSet, text: &[u8], literals: Vec<Literal>) -> Self {
        let lower = text.to_ascii_lowercase();
        let has = |word: &str| {
            memchr::memmem::find(&lower, word.to_ascii_lowercase().as_bytes()).is_some()
        };
        let named = rules
            .providers()
            .enumerate()
            .filter(|(number, provider)| {
                provider.auth.is_some()
                    && (provider.identity.names.iter().any(|n| has(n))
                        || provider.identity.hosts.iter().any(|h| has(h))
                        || provider.identity.env.iter().any(|e| has(e))
                        || literals.iter().any(|l| l.provider == *number))
            })
            .map(|(number, _)| number)
            .collect();
        Self {
            rules,
            literals,
            named,
            carriers: Vec::new(),
        }
    }

    pub(super) fn provider(&self, number: usize) -> &Provider {
        self.rules.provider(number)
    }

    pub(super) fn auth(&self, number: usize) -> Option<&Auth> {
        self.rules.provider(number).auth.as_ref()
    }

    /// The provider's name as it writes it itself.
    pub(super) fn name(&self, number: usize) -> &str {
        &self.rules.provider(number).identity.name
    }

    /// What a literal of this rule opens, where its format tells.
    pub(super) fn environment(&self, rule: usize) -> Option<Environment> {
        self.rules.rule(rule).credential.environment
    }

    /// Where an address leads.
    pub(super) fn destination(&self, address: &[Piece]) -> Destination {
        let text = plain(address);
        let host = host(&text);
        let lower = text.to_ascii_lowercase();
        let open = |part: &str| part.contains(OPEN);
        if let Some(host) = host
            && !open(host)
        {
            for &number in &self.named {
                let hosts = &self.provider(number).identity.hosts;
                if hosts.iter().any(|known| is_host(known, host)) {
                    return Destination::Provider(number);
                }
            }
            if is_local(host) {
                return Destination::Local;
            }
            return match self.marked(&lower, host) {
                Some(number) if self.names_itself(number, &lower) => Destination::Provider(number),
                _ => Destination::Other,
            };
        }
        // An unknown host: named by what it comes from, or by the path.
        if host.is_none() && !address.iter().any(|p| matches!(p.kind, PieceKind::Open(_))) {
            for &number in &self.named {
                let bare = lower.split(['/', ':']).next().unwrap_or_default();
                if self
                    .provider(number)
                    .identity
                    .hosts
                    .iter()
                    .any(|known| is_host(known, bare))
                {
                    return Destination::Provider(number);
                }
            }
        }
        for piece in address {
            if let PieceKind::Open(source) = &piece.kind {
                let label = source.label.to_ascii_lowercase();
                if BETWEEN
                    .iter()
                    .any(|word| words_of(&source.label).any(|w| w == *word))
                {
                    return Destination::Other;
                }
                if let Some(number) = self.by_words(&label) {
                    return Destination::Provider(number);
                }
                if let Some(number) = self.by_words(&source.within.to_ascii_lowercase()) {
                    return Destination::Provider(number);
                }
                // Only what comes first can be the host.
                break;
            }
        }
        self.marked(&lower, "")
            .map_or(Destination::Unknown, Destination::Provider)
    }

    /// Whether the address says the provider's name, if only in the path that marks it.
    fn names_itself(&self, number: usize, address: &str) -> bool {
        self.provider(number)
            .identity
            .names
            .iter()
            .any(|name| address.contains(&**name))
    }

    /// The provider whose software may answer at an address on somebody's own host.
    pub(super) fn may_be(&self, address: &[Piece]) -> Option<usize> {
        let text = plain(address).to_ascii_lowercase();
        self.marked(&text, host(&text).unwrap_or_default())
    }

    /// The provider of software that runs anywhere, by the path of its API.
    fn marked(&self, address: &str, host: &str) -> Option<usize> {
        if BETWEEN
            .iter()
            .any(|word| host.split(['.', '-']).any(|part| part == *word))
        {
            return None;
        }
        self.named.iter().copied().find(|&number| {
            let hosts = &self.provider(number).identity.hosts;
            hosts
                .iter()
                .any(|known| known.starts_with('/') && address.contains(&**known))
        })
    }

    /// The only provider that one of its names in `lower` names.
    pub(super) fn by_words(&self, lower: &str) -> Option<usize> {
        let mut found = self.named.iter().copied().filter(|&number| {
            self.provider(number)
                .identity
                .names
                .iter()
                .any(|name| lower.contains(&**name))
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The provider whose credential a value of this name is.
    pub(super) fn by_source(&self, source: &Source) -> Option<usize> {
        let own = self.by_label(&source.label, &source.within);
        own.or_else(|| {
            source
                .aliases
                .iter()
                .find_map(|alias| self.by_label(alias, &source.within))
        })
    }

    fn by_label(&self, label: &str, within: &str) -> Option<usize> {
        let last = label.rsplit('.').next().unwrap_or(label);
        // `TWILIO_ACCOUNT_SID`: who somebody is, and not how that is proved.
        if ["_ID", "_SID", "_USERNAME"]
            .iter()
            .any(|end| last.ends_with(end))
        {
            return None;
        }
        for &number in &self.named {
            let mut own = self.provider(number).identity.env.iter();
            if own.any(|env| *env == last) {
                return Some(number);
            }
        }
        if let Some((_, number)) = self.carriers.iter().find(|(name, _)| name == label) {
            return Some(*number);
        }
        let lower = label.to_ascii_lowercase();
        if let Some(number) = self.by_words(&lower) {
            let names = &self.provider(number).identity.names;
            let own = names.iter().find(|name| lower.contains(&***name))?;
            let last_lower = last.to_ascii_lowercase();
            // `keys.publer`, `config.publer.token`, `PUBLER_API_KEY`.
            let credential = is_credential_name(last, own)
                || last_lower == **own
                    && label
                        .split('.')
                        .rev()
                        .nth(1)
                        .is_some_and(|before| is_credential_name(before, ""));
            return credential.then_some(number);
        }
        if !is_credential_name(last, "") || !is_plain_name(last) || is_header_like(last) {
            return None;
        }
        if let Some(number) = self.by_words(&within.to_ascii_lowercase()) {
            return Some(number);
        }
        None
    }

    /// The credentials in a value, each with what of it is there.
    pub(super) fn credentials(&self, value: &Value) -> Vec<Credential> {
        let mut found = Vec::new();
        self.collect(value, 0, &mut found);
        found
    }

    fn collect(&self, value: &Value, depth: usize, found: &mut Vec<Credential>) {
        if depth > 8 || found.len() > 16 {
            return;
        }
        match value {
            Value::Text(pieces) => {
                for piece in pieces {
                    self.piece(piece, None, found);
                }
            }
            Value::Map(fields) => {
                for field in fields {
                    self.collect(&field.value, depth + 1, found);
                }
            }
            Value::List(values) | Value::Either(values) => {
                for value in values {
                    self.collect(value, depth + 1, found);
                }
            }
            Value::Object(object) => {
                if let Some(provider) = self.by_source(&object.source) {
                    found.push(Credential {
                        provider,
                        name: object.source.label.clone(),
                        literal: false,
                        rule: None,
                        at: object.at.clone(),
                        trail: None,
                        shown: None,
                    });
                }
            }
            Value::Literal(_) | Value::Function(_) | Value::Clean => {}
        }
    }

    fn piece(&self, piece: &Piece, shown: Option<Shown>, found: &mut Vec<Credential>) {
        match &piece.kind {
            PieceKind::Fixed(_) => {
                for literal in self.literals_in(&piece.at) {
                    found.push(Credential {
                        provider: literal.provider,
                        name: String::new(),
                        literal: true,
                        rule: literal.rule,
                        at: literal.at.clone(),
                        trail: piece.trail.clone(),
                        shown,
                    });
                }
            }
            PieceKind::Open(source) => {
                if let Some(provider) = self.by_source(source) {
                    found.push(Credential {
                        provider,
                        name: source.label.clone(),
                        literal: false,
                        rule: None,
                        at: piece.at.clone(),
                        trail: piece.trail.clone(),
                        shown,
                    });
                }
            }
            PieceKind::Part(inner, part) => {
                let before = found.len();
                self.piece(inner, Some(*part), found);
                for credential in &mut found[before..] {
                    credential.trail.clone_from(&piece.trail);
                }
            }
        }
    }

    /// The literal credentials that stand in a stretch of the file.
    pub(super) fn literals_in(&self, at: &Range<usize>) -> impl Iterator<Item = &Literal> {
        let at = at.clone();
        self.literals
            .iter()
            .filter(move |l| l.at.start < at.end && at.start < l.at.end)
    }
}

/// `authorization`, `authHeader`: more than the credential.
fn is_header_like(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "auth" | "authorization" | "credentials" | "bearer"
    )
}

/// Stands for characters that are not known.
pub(super) const OPEN: char = '\u{0}';

/// The characters of pieces, those that are not known as [`OPEN`].
pub(super) fn plain(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match &piece.kind {
            PieceKind::Fixed(text) => text.clone(),
            _ => OPEN.to_string(),
        })
        .collect()
}

/// The host of an address that says its protocol.
pub(super) fn host(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    Some(match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => host.split(':').next()?,
    })
}

/// Whether a provider's host `known` covers `host`.
fn is_host(known: &str, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    match known.strip_prefix('.') {
        Some(_) => host.ends_with(known),
        None => !known.starts_with('/') && host == known,
    }
}

/// Whether a host is the machine itself, in a private network, or in tests only.
pub(super) fn is_local(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let private_172 = host.strip_prefix("172.").is_some_and(|rest| {
        rest.split('.')
            .next()
            .and_then(|n| n.parse::<u8>().ok())
            .is_some_and(|n| (16..32).contains(&n))
    });
    host == "localhost"
        || host == "::1"
        || host == "0.0.0.0"
        || host.starts_with("127.")
        || host.starts_with("10.")
        || host.starts_with("192.168.")
        || private_172
        || [
            ".localhost",
            ".local",
            ".test",
            ".invalid",
            ".internal",
            ".lan",
            ".svc",
            ".home.arpa",
            ".example",
            ".cluster.local",
        ]
        .iter()
        .any(|end| host.ends_with(end))
        || !host.contains('.') && !host.contains(OPEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (address, wanted) in [
            ("https://app.publer.com/api/v1", Some("app.publer.com")),
            ("http://u:p@h:80/x", Some("h")),
            ("http://[::1]:80/", Some("::1")),
            ("/posts", None),
        ] {
            assert_eq!(host(address), wanted);
        }
        assert!(is_host(".postiz.com", "api.postiz.com") && !is_host(".postiz.com", "postiz.com"));
        assert!(is_host("app.publer.com", "APP.publer.com"));
        assert!(!is_host("app.publer.com", "app.publer.com.evil.io"));
        for host in [
            "localhost",
            "127.0.0.1",
            "10.1.2.3",
            "172.20.0.1",
            "postiz",
            "a.local",
            "x.svc.cluster.local",
        ] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "app.publer.com",
            "172.200.1.1",
            "8.8.8.8",
            "social.example.com",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }
}
