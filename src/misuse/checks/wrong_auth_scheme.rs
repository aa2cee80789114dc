//! `wrong-auth-scheme`: a header that the provider refuses.

use super::{Check, misuse, quoted};
use crate::misuse::Fix;
use crate::misuse::exchange::Header;
use crate::misuse::flow::{PieceKind, Value};
use crate::misuse::library::http;
use crate::misuse::view::{File, Found, Sent};
use crate::model::{Confidence, Severity};
use crate::rules::schema::Auth;

pub(super) const CHECK: Check = Check {
    id: "wrong-auth-scheme",
    title: "Header that the provider refuses",
    severity: Severity::Medium,
    cwe: 287,
    impact: "The provider answers 401. People who look for the reason log the key, or try it in other places.",
    remedy: &["Write the header as the provider documents it."],
    run,
};

/// Schemes that are words before a credential.
const SCHEMES: &[&str] = &[
    "bearer",
    "token",
    "basic",
    "apikey",
    "api-key",
    "key",
    "digest",
    "jwt",
    "bearer-api",
    "apitoken",
];

fn run(file: &File<'_>, found: &mut Found) {
    for (_, sent) in file.sent() {
        let Some(provider) = sent.provider else {
            continue;
        };
        let Some(auth) = file.known.auth(provider) else {
            continue;
        };
        if sent.is_elsewhere() || sent.is_local() && !sent.by_address {
            continue;
        }
        let address = address(sent);
        // Headers alone do not say which endpoint they go to.
        let anywhere = sent.addresses.is_empty();
        let mut right = false;
        for header in &sent.exchange.headers {
            let accepted: Vec<&str> = accepted(auth, &header.name, &address).collect();
            if accepted.is_empty() {
                continue;
            }
            right = true;
            for scheme in schemes(file, header) {
                let elsewhere = anywhere
                    && auth
                        .also
                        .iter()
                        .any(|a| a.scheme.eq_ignore_ascii_case(&scheme.word));
                let fits = elsewhere
                    || accepted
                        .iter()
                        .any(|a| a.eq_ignore_ascii_case(&scheme.word));
                if !fits && !may_accept(auth, &scheme.word, sent) {
                    found.push(wrong_scheme(file, provider, auth, header, &scheme, sent));
                }
            }
        }
        if right {
            continue;
        }
        for header in &sent.exchange.headers {
            let carries = file
                .known
                .credentials(&header.value)
                .iter()
                .any(|c| c.provider == provider);
            let by_name = http::is_key_header(&header.name)
                || header.name.eq_ignore_ascii_case("authorization");
            let own = format!("{}-", file.known.provider(provider).identity.id);
            let own = header.name.to_ascii_lowercase().starts_with(&own)
                && ["key", "token"]
                    .iter()
                    .any(|w| header.name.to_ascii_lowercase().ends_with(w));
            let filled = !header.value.is_nothing();
            if (by_name && filled && (sent.by_address || carries)) || (own && filled) {
                let name = file.known.name(provider);
                let message = format!(
                    "{name} does not read the header {}; it wants {}",
                    quoted(&header.name),
                    wanted(auth)
                );
                found.push(misuse(provider, &header.at, message).because(how(file, sent)));
            }
        }
    }
}

/// A scheme as it is sent.
struct Scheme {
    /// The word; empty where the bare credential is sent.
    word: String,
    /// Where it stands.
    at: Option<std::ops::Range<usize>>,
}

/// The schemes that a header's value may have, as far as that is certain.
fn schemes(file: &File<'_>, header: &Header) -> Vec<Scheme> {
    let mut found = Vec::new();
    for pieces in header.value.texts() {
        let Some(first) = pieces.first() else {
            continue;
        };
        match &first.kind {
            PieceKind::Fixed(text) => {
                // n8n begins what it computes with `=`.
                let trimmed = text.trim_start().trim_start_matches('=');
                let word: String = trimmed.chars().take_while(|c| !c.is_whitespace()).collect();
                if !word
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == ':')
                {
                    continue;
                }
                let more = trimmed.len() > word.len() || pieces.len() > 1;
                let known =
                    SCHEMES.contains(&word.trim_end_matches(':').to_ascii_lowercase().as_str());
                let spaced = trimmed.len() > word.len();
                if more && (known || spaced) && !word.is_empty() {
                    let skipped = text.len() - trimmed.len();
                    let exact = first.at.len() == text.len();
                    let start = first.at.start + skipped;
                    let at = exact.then(|| start..start + word.len());
                    found.push(Scheme { word, at });
                } else if !file
                    .known
                    .credentials(&Value::Text(pieces.clone()))
                    .is_empty()
                    && pieces.len() == 1
                {
                    // The bare credential, written out.
                    found.push(Scheme {
                        word: String::new(),
                        at: None,
                    });
                }
            }
            PieceKind::Open(_) | PieceKind::Part(..) => {
                let is_credential = !file
                    .known
                    .credentials(&Value::Text(vec![first.clone()]))
                    .is_empty();
                // What a client sends, handed on as it is.
                let handed_on =
                    matches!(&first.kind, PieceKind::Open(s) if s.label.starts_with("http_"));
                if is_credential && pieces.len() == 1 && !handed_on {
                    found.push(Scheme {
                        word: String::new(),
                        at: None,
                    });
                }
            }
        }
    }
    found
}

fn address(sent: &Sent) -> String {
    let texts = sent
        .addresses
        .iter()
        .map(|(address, _)| crate::misuse::known::plain(address));
    texts.collect::<Vec<_>>().join(" ")
}

/// The schemes that are right in the header of this name.
fn accepted<'a>(
    auth: &'a Auth,
    header: &'a str,
    address: &'a str,
) -> impl Iterator<Item = &'a str> {
    let own = auth
        .header
        .eq_ignore_ascii_case(header)
        .then_some(&*auth.scheme);
    let also = auth.also.iter().filter(move |also| {
        let same = also
            .header
            .as_deref()
            .unwrap_or(&auth.header)
            .eq_ignore_ascii_case(header);
        same && also
            .path
            .as_deref()
            .is_none_or(|path| address.contains(path))
    });
    own.into_iter().chain(also.map(|also| &*also.scheme))
}

/// Whether an endpoint would accept the scheme that this may be: not all of the path is known.
fn may_accept(auth: &Auth, scheme: &str, sent: &Sent) -> bool {
    let by_path = auth
        .also
        .iter()
        .any(|also| also.path.is_some() && also.scheme.eq_ignore_ascii_case(scheme));
    let host_only = |address: &Vec<crate::misuse::flow::Piece>| {
        let text = crate::misuse::known::plain(address);
        let rest = text.split_once("://").map_or(&*text, |(_, rest)| rest);
        let path = rest.split_once('/').map_or("", |(_, path)| path);
        path.is_empty() || path.starts_with(crate::misuse::known::OPEN)
    };
    by_path && sent.addresses.iter().any(|(address, _)| host_only(address))
}

/// `Authorization: Bearer-API <key>`.
fn wanted(auth: &Auth) -> String {
    let space = if auth.scheme.is_empty() { "" } else { " " };
    format!("`{}: {}{space}<key>`", auth.header, auth.scheme)
}

fn how(file: &File<'_>, sent: &Sent) -> String {
    let Some(provider) = sent.provider else {
        return String::new();
    };
    let name = file.known.name(provider);
    if sent.by_address {
        format!("the address is {name}'s")
    } else {
        format!("the credential is {name}'s")
    }
}

fn wrong_scheme(
    file: &File<'_>,
    provider: usize,
    auth: &Auth,
    header: &Header,
    scheme: &Scheme,
    sent: &Sent,
) -> crate::misuse::Misuse {
    let name = file.known.name(provider);
    let sends = match scheme.word.as_str() {
        "" => "the bare credential".to_owned(),
        word => quoted(word),
    };
    let message = format!(
        "{name} refuses {sends} in {}; it wants {}",
        quoted(&header.name),
        wanted(auth)
    );
    let confidence = if sent.by_address {
        Confidence::High
    } else {
        Confidence::Medium
    };
    let mut found = misuse(provider, &header.at, message)
        .because(how(file, sent))
        .sure(confidence);
    if let Some(at) = &scheme.at
        && file.slice(at) == scheme.word
    {
        let after = file.text.get(at.end) == Some(&b' ');
        let (at, with) = if auth.scheme.is_empty() {
            (at.start..at.end + usize::from(after), String::new())
        } else {
            (at.clone(), auth.scheme.to_string())
        };
        found.fix = Some(Fix {
            title: format!("Send it as {}", wanted(auth)),
            edits: vec![(at, with)],
        });
    }
    found
}
