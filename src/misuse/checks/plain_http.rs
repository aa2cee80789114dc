//! `plain-http`: a provider's API over unencrypted HTTP.

use std::ops::Range;

use super::{Check, misuse, quoted};
use crate::misuse::Fix;
use crate::misuse::exchange::{Command, names_address};
use crate::misuse::flow::{Value, steps};
use crate::misuse::known::{Destination, OPEN, host, is_local, plain};
use crate::misuse::setting::Setting;
use crate::misuse::view::{File, Found};
use crate::model::{Confidence, Severity};
use crate::syntax::{Expr, Language};

pub(super) const CHECK: Check = Check {
    id: "plain-http",
    title: "Credential sent over plain HTTP",
    severity: Severity::High,
    cwe: 319,
    impact: "Everybody on the way reads the credential and can change what is sent and answered.",
    remedy: &[
        "Write https:// instead of http://.",
        "If the plain address was in use, replace the credential: it was readable on the way.",
    ],
    run,
};

fn run(file: &File<'_>, found: &mut Found) {
    // A server that a test starts has a host of its own.
    let in_test = Setting::of_path(file.path) == Some(Setting::Test);
    for (_, sent) in file.sent() {
        let also_secure = sent
            .addresses
            .iter()
            .any(|(a, _)| plain(a).starts_with("https://"));
        for (address, destination) in &sent.addresses {
            let text = plain(address);
            // `secure ? "https" : "http"`: plain only where somebody asks for it.
            let asked = steps(&address[0].trail)
                .into_iter()
                .find(|(_, what)| *what == "passed here");
            if also_secure && asked.is_none() {
                continue;
            }
            if !text.starts_with("http://")
                || host(&text).is_none_or(|h| is_local(h) || in_test && h.contains(OPEN))
            {
                continue;
            }
            let provider = match destination {
                Destination::Provider(number) => *number,
                Destination::Local => continue,
                Destination::Other if sent.provider.is_some() => sent.provider.unwrap_or_default(),
                // Somebody's own host, with a provider's credential.
                Destination::Other | Destination::Unknown => {
                    let carried = sent.exchange.headers.iter();
                    let mut carried = carried.flat_map(|h| file.known.credentials(&h.value));
                    match carried.next() {
                        Some(credential) => credential.provider,
                        None => continue,
                    }
                }
            };
            let at = asked
                .filter(|_| also_secure)
                .map_or(address[0].at.clone(), |(at, _)| at);
            report(file, provider, &at, &sent.exchange.at, found);
        }
    }
    for view in &file.views {
        let program = view.flow.program;
        // A page links to pages.
        if program.language == Language::Html {
            continue;
        }
        for id in program.ids() {
            let Expr::Text { value, content } = &program[id] else {
                continue;
            };
            let starts = value.trim_start();
            if !starts.starts_with("http://")
                || view.questions.contains(&id)
                || starts.contains(' ')
            {
                continue;
            }
            if !is_api(starts) {
                continue;
            }
            if let Destination::Provider(provider) = destination(file, value) {
                report(file, provider, content, content, found);
            }
        }
        for named in &view.flow.index.named {
            base_address(file, view, named, found);
        }
        for command in &view.commands {
            options(file, command, found);
        }
    }
}

/// Whether an address is that of an API, and not of pages about it.
fn is_api(address: &str) -> bool {
    let Some(host) = host(address) else {
        return false;
    };
    let rest = address.split_once(host).map_or("", |(_, rest)| rest);
    let is_version = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let first = host.split('.').next().unwrap_or_default();
    first == "api"
        || first == "app"
        || rest.split('/').any(|part| {
            part == "api"
                || is_version(part)
                || part == "mcp"
                || part == "publisher.v1"
                || part == "public"
        })
}

fn destination(file: &File<'_>, address: &str) -> Destination {
    let text = Value::fixed(address.trim(), 0..0);
    let destination = text
        .texts()
        .next()
        .map(|pieces| file.known.destination(&pieces));
    // By its host only: what else the path says belongs to who sends it.
    let is_host = host(address).is_some_and(|h| !is_local(h));
    destination
        .filter(|_| is_host)
        .unwrap_or(Destination::Unknown)
}

/// `POSTIZ_API_URL=http://social.example.com`: an address that its name gives to a provider.
fn base_address(
    file: &File<'_>,
    view: &crate::misuse::view::View<'_>,
    named: &crate::misuse::flow::Named,
    found: &mut Found,
) {
    let Some(last) = named.path.last() else {
        return;
    };
    let lower = named.path.join(".").to_ascii_lowercase();
    let is_address = names_address(last) || last.eq_ignore_ascii_case("default");
    let is_page = [
        "frontend",
        "callback",
        "redirect",
        "webhook",
        "site",
        "homepage",
        "docs",
        "xmlns",
        "namespace",
        "web_url",
        "cors",
    ]
    .iter()
    .any(|word| lower.contains(word));
    if !is_address || is_page {
        return;
    }
    let Some(provider) = file.known.by_words(&lower) else {
        return;
    };
    for option in view.flow.eval(named.value, &None).options() {
        let Value::Text(pieces) = option else {
            continue;
        };
        let text = plain(pieces);
        let open_host =
            host(&text).is_none_or(|h| is_local(h) || h.is_empty() || h == OPEN.to_string());
        if text.starts_with("http://") && !open_host && !is_proxy(&lower) {
            report(file, provider, &pieces[0].at, &named.at, found);
        }
    }
}

/// `--publisher-url http://…` of a command.
fn options(file: &File<'_>, command: &Command, found: &mut Found) {
    for pair in command.words.windows(2) {
        let (Some(option), Some(value)) = (pair[0].as_fixed(), pair[1].as_fixed()) else {
            continue;
        };
        let lower = option.to_ascii_lowercase();
        let open = host(&value).is_some_and(|h| !is_local(h));
        if lower.starts_with("--")
            && names_address(&lower)
            && value.starts_with("http://")
            && open
            && let Some(provider) = file.known.by_words(&lower)
            && let Some(piece) = pair[1].texts().next().and_then(|t| t.first().cloned())
        {
            report(file, provider, &piece.at, &command.at, found);
        }
    }
}

fn is_proxy(name: &str) -> bool {
    name.contains("proxy") && !name.contains("proxy_pass")
}

fn report(
    file: &File<'_>,
    provider: usize,
    at: &Range<usize>,
    sent: &Range<usize>,
    found: &mut Found,
) {
    if file
        .known
        .auth(provider)
        .is_none_or(|auth| !auth.https_only)
    {
        return;
    }
    // What another file says is reported where it is used.
    let at = if at.is_empty() { sent } else { at };
    let name = file.known.name(provider);
    let text = file.slice(at).to_owned();
    let mut misuse = misuse(
        provider,
        at,
        format!("{name} is called over plain HTTP; its API takes HTTPS only"),
    );
    if let Some(offset) = text.find("http://") {
        let start = at.start + offset;
        misuse.fix = Some(Fix {
            title: "Write https:// instead of http://".to_owned(),
            edits: vec![(start..start + "http://".len(), "https://".to_owned())],
        });
        misuse = misuse.because(format!("the address is {}", quoted(text[offset..].trim())));
    }
    found.push(misuse.sure(Confidence::High));
}
