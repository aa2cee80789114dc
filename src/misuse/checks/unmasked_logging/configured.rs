//! Logs that nobody's call writes: what clients and libraries print when told to, and what configuration
//! sets up.

use super::{report, shows};
use crate::misuse::checks::{misuse, quoted};
use crate::misuse::flow::Value;
use crate::misuse::library::sinks::Sink;
use crate::misuse::view::{File, Found, View};
use crate::syntax::{Expr, ExprId, Language};

/// A client that is told to print what it sends.
pub(super) fn verbose(file: &File<'_>, sent: &crate::misuse::view::Sent, found: &mut Found) {
    let Some(at) = &sent.exchange.verbose else {
        return;
    };
    let mut held = sent
        .exchange
        .headers
        .iter()
        .flat_map(|h| file.known.credentials(&h.value));
    if let Some(credential) = held.next() {
        let owner = file.known.name(credential.provider);
        let message = format!("the client prints what it sends, the {owner} credential with it");
        found.push(misuse(credential.provider, at, message));
    }
}

/// Logging that libraries do themselves, told to show headers.
pub(super) fn library_logs(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    let redacts = view.flow.index.calls.iter().any(|call| {
        program.path(*call).last().is_some_and(|name| {
            ["redactheader", "sanitizeheader"].contains(&name.to_ascii_lowercase().as_str())
        })
    });
    if redacts {
        return;
    }
    let mut sent = view.sent.iter().flat_map(|s| &s.exchange.headers);
    let credential = sent.find_map(|h| file.known.credentials(&h.value).into_iter().find(shows));
    let Some(credential) = credential else {
        return;
    };
    for id in program.ids() {
        let shows_headers = match &program[id] {
            // OkHttp: `HttpLoggingInterceptor.Level.HEADERS`.
            Expr::Member { name, .. } => {
                let path = program.path(id);
                (name == "HEADERS" || name == "BODY")
                    && path.iter().any(|part| {
                        part.contains("HttpLogging") || *part == "Level" || *part == "LogLevel"
                    })
            }
            // Guzzle: `new MessageFormatter("{req_headers}")`.
            Expr::Call { callee, args }
                if program.path(*callee).last() == Some(&"MessageFormatter") =>
            {
                args.iter().any(|a| {
                    program
                        .text(a.value)
                        .is_some_and(|t| t.contains("{req_headers}") || t.contains("{request}"))
                })
            }
            _ => false,
        };
        if shows_headers {
            let owner = file.known.name(credential.provider);
            let message =
                format!("the client logs the headers it sends, the {owner} credential with them");
            found.push(misuse(credential.provider, &program.span(id), message));
        }
    }
}

/// Logs and outputs that configuration sets up: nginx's `log_format`, Terraform's `output`.
pub(super) fn configuration(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    match program.language {
        Language::Nginx => {
            let Some(&provider) = file.known.named.first() else {
                return;
            };
            for id in program.ids() {
                let Expr::Call { callee, args } = &program[id] else {
                    continue;
                };
                let is_log = matches!(
                    program.path(*callee).last(),
                    Some(&("log_format" | "access_log"))
                );
                let logs = args.iter().any(|arg| names_header(program, arg.value));
                if is_log && logs {
                    let message =
                        "the log keeps the header Authorization of every request".to_owned();
                    found.push(misuse(provider, &program.span(id), message));
                }
            }
        }
        Language::Hcl => {
            for named in &view.flow.index.named {
                let [first, output, last] = named.path.as_slice() else {
                    continue;
                };
                if first != "output" || last != "value" {
                    continue;
                }
                let hidden = view.flow.index.named.iter().any(|n| {
                    n.path.len() == 3 && n.path[1] == *output && n.path[2] == "sensitive" && n.path[0] == "output"
                        && matches!(view.flow.eval(n.value, &None), Value::Literal(raw) if raw == "true")
                });
                let value = match &program[named.value] {
                    Expr::Call { callee, args }
                        if program.path(*callee).last() == Some(&"nonsensitive") =>
                    {
                        args.first().map(|a| view.flow.eval(a.value, &None))
                    }
                    _ if hidden => None,
                    _ => Some(view.flow.eval(named.value, &None)),
                };
                if let Some(credential) = value
                    .iter()
                    .flat_map(|v| file.known.credentials(v))
                    .find(shows)
                {
                    report(file, &credential, &named.at, Sink::Log, found);
                } else if value.is_some()
                    && let Some(provider) = file
                        .known
                        .by_source(&crate::misuse::flow::Source::named(output))
                {
                    let owner = file.known.name(provider);
                    let message =
                        format!("the output {} prints a {owner} credential", quoted(output));
                    found.push(misuse(provider, &named.at, message));
                }
            }
        }
        _ => {}
    }
}

fn names_header(program: &crate::syntax::Program, id: ExprId) -> bool {
    match &program[id] {
        Expr::Join(pieces) => pieces.iter().any(|p| names_header(program, *p)),
        Expr::Name(name) => name == "http_authorization",
        Expr::Text { value, .. } => value.contains("$http_authorization"),
        _ => false,
    }
}
