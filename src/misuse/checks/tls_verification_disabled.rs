//! `tls-verification-disabled`: a provider's certificate that nobody looks at.

use super::{Check, misuse};
use crate::misuse::known::Destination;
use crate::misuse::library::http;
use crate::misuse::view::{File, Found, View};
use crate::model::{Confidence, Severity};
use crate::syntax::{Expr, ExprId, Language, Program};

pub(super) const CHECK: Check = Check {
    id: "tls-verification-disabled",
    title: "Certificate not verified",
    severity: Severity::High,
    cwe: 295,
    impact: "Whoever sits between reads the credential: any certificate is accepted, also theirs.",
    remedy: &[
        "Let certificates be verified, as is the default.",
        "For a private authority, add its certificate to what is trusted.",
    ],
    run,
};

/// Variables that switch the verification off for the whole process.
const PROCESS_WIDE: &[(&str, &str)] = &[
    ("NODE_TLS_REJECT_UNAUTHORIZED", "0"),
    ("PYTHONHTTPSVERIFY", "0"),
    ("CURL_INSECURE", "1"),
    ("SSL_VERIFY", "false"),
    ("VERIFY_SSL", "false"),
];

fn run(file: &File<'_>, found: &mut Found) {
    for (_, sent) in file.sent() {
        let Some(provider) = sent.provider else {
            continue;
        };
        if sent.is_local() || sent.is_elsewhere() {
            continue;
        }
        for at in &sent.exchange.unverified {
            report(file, provider, at, "for this call", Confidence::High, found);
        }
    }
    // What holds for a whole process matters where the process calls a provider.
    let Some(provider) = called(file) else {
        return;
    };
    for view in &file.views {
        for (at, sure) in switches(file, view) {
            report(file, provider, &at, "for the whole process", sure, found);
        }
    }
}

/// The provider that the file calls; in configuration, the one that it names.
fn called(file: &File<'_>) -> Option<usize> {
    let sent = file
        .sent()
        .find_map(|(_, sent)| sent.provider.filter(|_| !sent.is_local()));
    let written = || {
        let views = file.views.iter();
        let mut texts = views.flat_map(|view| view.flow.program.ids().map(move |id| (view, id)));
        texts.find_map(|(view, id)| {
            let text = view.flow.program.text(id)?;
            if !text.contains("://") {
                return None;
            }
            let value = view.flow.eval(id, &None);
            let pieces = value.texts().next()?;
            match file.known.destination(&pieces) {
                Destination::Provider(number) => Some(number),
                _ => None,
            }
        })
    };
    let is_config = file
        .views
        .first()
        .is_some_and(|v| v.flow.program.language.is_config());
    let one_named = || match file.known.named.as_slice() {
        [one] if is_config => Some(*one),
        _ => None,
    };
    sent.or_else(written).or_else(one_named)
}

/// Places that switch the verification off for more than one call.
fn switches(file: &File<'_>, view: &View<'_>) -> Vec<(std::ops::Range<usize>, Confidence)> {
    let program = view.flow.program;
    let mut found = Vec::new();
    // Perhaps for the part that speaks to this machine.
    let speaks_to_itself = [&b"localhost"[..], b"127.0.0.1"]
        .iter()
        .any(|host| memchr::memmem::find(file.text, host).is_some());
    for named in &view.flow.index.named {
        let Some(name) = named.path.last() else {
            continue;
        };
        let value = literal(view, named.value);
        // For a command that talks to this machine only.
        let here = program.language == Language::Shell
            && program.ids().any(|id| {
                program
                    .text(id)
                    .is_some_and(|t| t.contains("localhost") || t.contains("127.0.0.1"))
            });
        if !here
            && PROCESS_WIDE
                .iter()
                .any(|(known, off)| known == name && value.as_deref() == Some(*off))
        {
            found.push((named.at.clone(), Confidence::High));
        }
        let lower = name.to_ascii_lowercase();
        // `octopost.trust-all=true`
        let last = lower.rsplit('.').next().unwrap_or(&lower).replace('-', "_");
        if program.language.is_config()
            && file
                .known
                .by_words(&named.path.join(".").to_ascii_lowercase())
                .is_some()
        {
            let value = value.as_deref();
            let off = match http::setting(&last) {
                Some(http::Setting::Insecure) => value == Some("true"),
                Some(http::Setting::Verify) => value == Some("false"),
                _ => false,
            };
            if off {
                found.push((named.at.clone(), Confidence::High));
            }
        }
        let whole = program.path(named.value);
        let unverified = whole
            .last()
            .is_some_and(|last| http::is_no_verification(last));
        if unverified && (lower.contains("context") || lower.contains("hostnameverifier")) {
            found.push((named.at.clone(), Confidence::High));
        }
        if lower == "servercertificatevalidationcallback"
            || lower == "insecureskipverify"
                && value.as_deref() == Some("true")
                && !speaks_to_itself
        {
            found.push((named.at.clone(), Confidence::Medium));
        }
    }
    for call in &view.flow.index.calls {
        let Expr::Call { callee, args } = &program[*call] else {
            continue;
        };
        let path = program.path(*callee);
        let last = path.last().copied().unwrap_or_default();
        // A delegate of URLSession that takes whatever certificate there is.
        let trusts =
            last == "URLCredential" && args.iter().any(|a| a.name.as_deref() == Some("trust"));
        let evaluates = || {
            view.flow.index.calls.iter().any(|other| {
                program
                    .path(*other)
                    .iter()
                    .any(|part| part.starts_with("SecTrustEvaluate") || part.contains("pinned"))
            })
        };
        if trusts && !evaluates() {
            found.push((program.span(*call), Confidence::Medium));
        }
        // nginx.
        let off = args
            .iter()
            .any(|a| literal(view, a.value).as_deref() == Some("off"));
        if last == "proxy_ssl_verify" && off {
            found.push((program.span(*call), Confidence::High));
        }
        if last == "process.env.set" || last == "putenv" || last == "setx" {
            let text = args
                .first()
                .and_then(|a| literal(view, a.value))
                .unwrap_or_default();
            if PROCESS_WIDE
                .iter()
                .any(|(name, off)| text == format!("{name}={off}"))
            {
                found.push((program.span(*call), Confidence::High));
            }
        }
    }
    found.extend(silent_trust_managers(program));
    found
}

/// Java's and Kotlin's trust managers that have nothing to say.
fn silent_trust_managers(
    program: &Program,
) -> impl Iterator<Item = (std::ops::Range<usize>, Confidence)> {
    let silent = program.functions.iter().filter(|function| {
        function.body.is_empty() && function.name.as_deref() == Some("checkServerTrusted")
    });
    silent.map(|function| (function.span.clone(), Confidence::High))
}

fn literal(view: &View<'_>, id: ExprId) -> Option<String> {
    match &view.flow.program[id] {
        Expr::Literal(raw) => Some(raw.to_ascii_lowercase()),
        Expr::Text { value, .. } => Some(value.clone()),
        _ => None,
    }
}

fn report(
    file: &File<'_>,
    provider: usize,
    at: &std::ops::Range<usize>,
    scope: &str,
    sure: Confidence,
    found: &mut Found,
) {
    let name = file.known.name(provider);
    let message = format!("certificates are not verified {scope} to {name}");
    found.push(misuse(provider, at, message).sure(sure));
}
