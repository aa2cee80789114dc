//! `credential-in-url`: a credential where logs, histories and proxies keep it.

use super::{Check, misuse, quoted};
use std::ops::Range;

use crate::misuse::flow::{Piece, PieceKind, Value, joined};
use crate::misuse::known::{Credential, Destination, plain};
use crate::misuse::view::{File, Found};
use crate::model::{Confidence, Severity};
use crate::syntax::Expr;

pub(super) const CHECK: Check = Check {
    id: "credential-in-url",
    title: "Credential in a URL",
    severity: Severity::High,
    cwe: 598,
    impact: "Addresses are written to the logs of servers and proxies, to histories and to error reports, and sent on as referrers.",
    remedy: &[
        "Send the credential in its header.",
        "Replace the credential if such addresses were in use: it stands in logs.",
    ],
    run,
};

/// Where in an address a credential stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    User,
    Path,
    Query,
}

impl Part {
    fn words(self) -> &'static str {
        match self {
            Self::User => "before the host",
            Self::Path => "in the path",
            Self::Query => "in the query",
        }
    }
}

fn run(file: &File<'_>, found: &mut Found) {
    for (_, sent) in file.sent() {
        for (address, destination) in &sent.addresses {
            let provider = match destination {
                Destination::Provider(number) => Some(*number),
                _ => None,
            };
            look(file, address, provider, Some(&sent.exchange.at), found);
        }
        for field in &sent.exchange.query {
            let Some(key) = &field.key else {
                continue;
            };
            let credential = file.known.credentials(&field.value).into_iter().next();
            let by_name = is_key(key) && field.value.options().iter().any(|v| matches!(v, Value::Text(p) if !p.is_empty()) || matches!(v, Value::Object(_)));
            let provider = match (&credential, sent.provider) {
                (Some(credential), _) => credential.provider,
                (None, Some(provider)) if by_name && sent.by_address => provider,
                _ => continue,
            };
            if is_documented(file, provider, key) {
                continue;
            }
            report(file, provider, &field.at, Part::Query, key, credential.as_ref(), found);
        }
    }
    // Addresses that are put together, wherever they go.
    for view in &file.views {
        let program = view.flow.program;
        for id in program.ids() {
            if view.questions.contains(&id) {
                continue;
            }
            let value = match &program[id] {
                // Each part where it is put in.
                Expr::Join(parts) => {
                    let parts: Vec<Value> = parts.iter().map(|p| view.flow.eval(*p, &None).placed(&program.span(*p))).collect();
                    joined(&parts)
                }
                Expr::Text { value, .. } if value.contains("://") || value.contains('?') => view.flow.eval(id, &None),
                _ => continue,
            };
            for pieces in value.texts() {
                let text = plain(&pieces);
                let text = text.trim_start();
                let is_address = text.starts_with("http") && text.contains("://")
                    || text.starts_with('/') && text.contains('?')
                    || matches!(pieces.first().map(|p| &p.kind), Some(PieceKind::Open(s)) if crate::misuse::exchange::names_address(&s.label));
                if is_address {
                    let provider = match file.known.destination(&pieces) {
                        Destination::Provider(number) => Some(number),
                        _ => None,
                    };
                    look(file, &pieces, provider, None, found);
                }
            }
        }
    }
}

/// Looks for credentials in an address.
fn look(
    file: &File<'_>,
    address: &[Piece],
    provider: Option<usize>,
    sent: Option<&Range<usize>>,
    found: &mut Found,
) {
    let mut before = String::new();
    let all = plain(address);
    for (number, piece) in address.iter().enumerate() {
        let value = Value::Text(vec![piece.clone()]);
        let credentials = file.known.credentials(&value);
        for credential in &credentials {
            let offset = match &piece.kind {
                PieceKind::Fixed(_) => credential.at.start.saturating_sub(piece.at.start),
                _ => 0,
            };
            let start = match &piece.kind {
                PieceKind::Fixed(text) => {
                    let cut = offset.min(text.len());
                    format!("{before}{}", text.get(..cut).unwrap_or(text))
                }
                _ => before.clone(),
            };
            // The whole address may be named like a key: `${API_KEY_URL}`.
            let Some(part) = part(&start, &all) else {
                continue;
            };
            // A command or a sentence that an address stands in.
            if start.contains(char::is_whitespace) {
                continue;
            }
            let key = parameter(&start);
            if part == Part::Query && is_documented(file, credential.provider, key) {
                continue;
            }
            // Where it is put into the address; what comes from elsewhere, where it is sent.
            let own = if credential.literal && piece.trail.is_none() { &credential.at } else { &piece.at };
            let at = match sent {
                Some(sent) if !(sent.start <= own.start && own.end <= sent.end) => {
                    let built = address.iter().find(|p| matches!(p.kind, PieceKind::Fixed(_)) && !p.at.is_empty());
                    built.map_or(sent, |p| &p.at)
                }
                _ => own,
            };
            report(file, credential.provider, at, part, key, Some(credential), found);
        }
        // `?api_key=${x}` on the provider's own host.
        if credentials.is_empty()
            && let (Some(provider), PieceKind::Open(_)) = (provider, &piece.kind)
            && part(&before, &all) == Some(Part::Query)
            && is_key(parameter(&before))
            && number > 0
            && !is_documented(file, provider, parameter(&before))
        {
            report(file, provider, &piece.at, Part::Query, parameter(&before), None, found);
        }
        // After a path in which the provider takes keys.
        if credentials.is_empty()
            && let (Some(provider), PieceKind::Open(_)) = (provider, &piece.kind)
            && let Some(auth) = file.known.auth(provider)
            && auth.path.iter().any(|marker| before.ends_with(&**marker))
        {
            report(file, provider, &piece.at, Part::Path, "", None, found);
        }
        match &piece.kind {
            PieceKind::Fixed(text) => before.push_str(text),
            _ => before.push(crate::misuse::known::OPEN),
        }
    }
}

/// In which part of an address something stands that comes after `before`.
fn part(before: &str, all: &str) -> Option<Part> {
    if before.contains('?') || before.contains('&') && before.contains('=') {
        return Some(Part::Query);
    }
    let after_protocol = before.split_once("://").map(|(_, rest)| rest);
    let at_sign = all.get(before.len()..).is_some_and(|rest| {
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        authority.contains('@')
    });
    match after_protocol {
        Some(rest) if !rest.contains('/') => at_sign.then_some(Part::User),
        Some(_) => Some(Part::Path),
        None if before.contains('/') => Some(Part::Path),
        None => None,
    }
}

/// The name of the query parameter whose value begins at the end of `before`.
fn parameter(before: &str) -> &str {
    let last = before.rsplit(['?', '&']).next().unwrap_or_default();
    last.split('=').next().unwrap_or_default()
}

fn is_key(parameter: &str) -> bool {
    let plain = parameter.to_ascii_lowercase().replace(['_', '-'], "");
    ["apikey", "accesstoken", "authtoken", "apitoken", "authorization", "accesskey"].contains(&plain.as_str())
}

/// Whether the provider documents this parameter as one that carries its credential.
fn is_documented(file: &File<'_>, provider: usize, parameter: &str) -> bool {
    file.known.auth(provider).is_some_and(|auth| auth.query.iter().any(|q| **q == *parameter))
}

fn report(
    file: &File<'_>,
    provider: usize,
    at: &Range<usize>,
    part: Part,
    key: &str,
    credential: Option<&Credential>,
    found: &mut Found,
) {
    let name = file.known.name(provider);
    let place = match (part, key) {
        (Part::Query, key) if !key.is_empty() => format!("in the query parameter {}", quoted(key)),
        _ => part.words().to_owned(),
    };
    let header = file.known.auth(provider).map(|auth| auth.header.to_string()).unwrap_or_default();
    let message = format!("the {name} credential stands {place} of a URL; send it in the {header} header");
    let mut misuse = misuse(provider, at, message);
    if let Some(credential) = credential {
        misuse = misuse.along(&credential.trail, &credential.at);
        if !credential.name.is_empty() {
            misuse = misuse.because(format!("it is {}", quoted(&credential.name)));
        }
    } else {
        misuse = misuse.sure(Confidence::Medium);
    }
    found.push(misuse);
}
