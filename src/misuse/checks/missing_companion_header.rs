//! `missing-companion-header`: a call without a header that the provider needs beside the credential.

use super::{Check, misuse, quoted};
use crate::misuse::known::{Destination, OPEN, plain};
use crate::misuse::view::{File, Found};
use crate::model::Severity;

pub(super) const CHECK: Check = Check {
    id: "missing-companion-header",
    title: "Header missing that the call needs",
    severity: Severity::Medium,
    cwe: 287,
    impact: "The provider refuses the call as not permitted, which looks like a key without rights: people then make keys with more.",
    remedy: &["Send the header with the call, or set it on the client."],
    run,
};

fn run(file: &File<'_>, found: &mut Found) {
    for (_, sent) in file.sent() {
        let exchange = &sent.exchange;
        if !exchange.sends || exchange.open {
            continue;
        }
        for (address, destination) in &sent.addresses {
            let Destination::Provider(provider) = *destination else {
                continue;
            };
            let Some(auth) = file.known.auth(provider) else {
                continue;
            };
            let carries = exchange.headers(&auth.header).next().is_some();
            let Some(path) = endpoint(&plain(address)) else {
                continue;
            };
            for companion in auth.companions.iter() {
                let needed = !companion.not_needed_for.iter().any(|free| {
                    path == **free
                        || path
                            .strip_prefix(&**free)
                            .is_some_and(|rest| rest.starts_with('/'))
                });
                if carries && needed && exchange.headers(&companion.header).next().is_none() {
                    let name = file.known.name(provider);
                    let message = format!(
                        "this call to {name} lacks {}: {}",
                        quoted(&companion.header),
                        companion.value
                    );
                    let evidence = format!("{} needs it", quoted(&path.replace(OPEN, "…")));
                    found.push(misuse(provider, &exchange.at, message).because(evidence));
                }
            }
        }
    }
}

/// The path below the API's base, as far as it is known; none where nobody knows it.
fn endpoint(address: &str) -> Option<String> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = &rest[rest.find('/')?..];
    let path = path.split(['?', '#']).next()?;
    // `/api/v1` and the like are the base.
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_base = |part: &str| {
        part == "api"
            || part.len() >= 2
                && part.starts_with('v')
                && part[1..].bytes().all(|b| b.is_ascii_digit())
    };
    let first = parts.iter().position(|part| !is_base(part))?;
    let known = parts.get(first)?;
    if known.starts_with(OPEN) {
        return None;
    }
    Some(format!("/{}", parts[first..].join("/")))
}
