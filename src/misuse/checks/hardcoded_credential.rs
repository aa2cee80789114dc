//! `hardcoded-credential`: a credential written into the code or configuration, whatever its format.

use std::ops::Range;

use super::{Check, misuse, quoted};
use crate::detect::judge_named;
use crate::misuse::flow::{Piece, PieceKind, Source, Value};
use crate::misuse::known::{Literal, words_of};
use crate::misuse::library::http;
use crate::misuse::view::{File, Found, View};
use crate::misuse::{Fix, Misuse};
use crate::model::{Confidence, Severity};
use crate::syntax::{Expr, Language};

/// The check's id: a rule that knows the credential by its format goes before it.
pub const ID: &str = "hardcoded-credential";

pub(super) const CHECK: Check = Check {
    id: ID,
    title: "Credential written into the code",
    severity: Severity::High,
    cwe: 798,
    impact: "Everybody who may read the code, now or later, holds the credential; changing it means changing the code.",
    remedy: &[
        "Replace the credential: it must be taken for known.",
        "Read the new one from the environment or a secret store.",
    ],
    run: find,
};

/// Makes the literals known to the checks that follow.
pub(super) fn learn(file: &mut File<'_>, found: &Found) {
    for misuse in found {
        if file.known.literals_in(&misuse.at).next().is_none() {
            file.known.literals.push(Literal {
                at: misuse.at.clone(),
                provider: misuse.provider,
                rule: None,
            });
        }
    }
}

pub(super) fn find(file: &File<'_>, found: &mut Found) {
    for (view, sent) in file.sent() {
        let Some(provider) = sent.provider else {
            continue;
        };
        let Some(auth) = file.known.auth(provider) else {
            continue;
        };
        for header in &sent.exchange.headers {
            let carries = header.name.eq_ignore_ascii_case(&auth.header)
                || auth.also.iter().any(|a| {
                    a.header
                        .as_deref()
                        .is_some_and(|h| h.eq_ignore_ascii_case(&header.name))
                })
                || http::is_key_header(&header.name) && sent.by_address;
            if !carries {
                continue;
            }
            for pieces in header.value.texts() {
                if let Some((at, piece)) = after_scheme(file, &pieces, &auth.scheme) {
                    let reaches = format!(
                        "it reaches the header {} of a call to {}",
                        quoted(&header.name),
                        file.known.name(provider)
                    );
                    report(file, view, provider, &at, Some(&piece), reaches, found);
                }
            }
        }
        for field in &sent.exchange.query {
            let is_key = field
                .key
                .as_deref()
                .is_some_and(|k| crate::detect::is_credential_name(k, ""));
            if sent.by_address && is_key {
                for pieces in field.value.texts() {
                    if let [piece] = pieces.as_slice()
                        && let PieceKind::Fixed(_) = piece.kind
                    {
                        let reaches = format!(
                            "it reaches the query of a call to {}",
                            file.known.name(provider)
                        );
                        report(file, view, provider, &piece.at, Some(piece), reaches, found);
                    }
                }
            }
        }
    }
    for view in &file.views {
        clients(file, view, found);
        listed(file, view, found);
        names(file, view, found);
    }
}

/// The literal that follows the scheme in a header's value.
fn after_scheme(file: &File<'_>, pieces: &[Piece], scheme: &str) -> Option<(Range<usize>, Piece)> {
    if pieces
        .iter()
        .any(|p| !matches!(p.kind, PieceKind::Fixed(_)))
    {
        return None;
    }
    let last = pieces.last()?;
    let PieceKind::Fixed(text) = &last.kind else {
        return None;
    };
    let trimmed = text.trim();
    let value = match trimmed.rsplit_once(char::is_whitespace) {
        Some((_, value)) => value,
        None if pieces.len() == 1 && !scheme.is_empty() => {
            // The bare credential, where a scheme is wanted: only if it looks like one.
            trimmed
        }
        None => trimmed,
    };
    if value.eq_ignore_ascii_case(scheme)
        || ["bearer", "basic", "token"].contains(&value.to_ascii_lowercase().as_str())
    {
        return None;
    }
    let whole = file.slice(&last.at);
    let offset = whole.rfind(value)?;
    let start = last.at.start + offset;
    Some((start..start + value.len(), last.clone()))
}

/// `new Postiz("…")`: the first argument of what makes a provider's client.
fn clients(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    for call in &view.flow.index.calls {
        let Expr::Call { callee, args } = &program[*call] else {
            continue;
        };
        let path = program.path(*callee);
        let lower = path.join(".").to_ascii_lowercase();
        let Some(provider) = file.known.by_words(&lower) else {
            continue;
        };
        let last = path.last().copied().unwrap_or_default();
        let words: Vec<String> = words_of(last).collect();
        let makes = last.starts_with(char::is_uppercase)
            || words.iter().any(|w| {
                [
                    "client",
                    "new",
                    "create",
                    "init",
                    "configure",
                    "connect",
                    "auth",
                    "authenticate",
                    "login",
                ]
                .contains(&w.as_str())
            })
            || file
                .known
                .provider(provider)
                .identity
                .names
                .iter()
                .any(|n| last.eq_ignore_ascii_case(n));
        // Errors and the like are made from messages.
        let other = words.iter().any(|w| {
            [
                "error",
                "exception",
                "post",
                "workspace",
                "url",
                "host",
                "log",
                "logger",
                "event",
                "id",
                "get",
                "name",
            ]
            .contains(&w.as_str())
        });
        if !makes || other {
            continue;
        }
        let Some(first) = args.iter().find(|a| a.name.is_none()) else {
            continue;
        };
        for option in view.flow.eval(first.value, &None).options() {
            if let Value::Text(pieces) = option
                && let [piece] = pieces.as_slice()
                && let PieceKind::Fixed(text) = &piece.kind
                && text.len() >= 16
            {
                let reaches = format!("it makes a client of {}", file.known.name(provider));
                report(file, view, provider, &piece.at, Some(piece), reaches, found);
            }
        }
    }
}

/// `buildConfigField("String", "PUBLER_API_KEY", "…")`: a name and its value, one after the other.
fn listed(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    for call in &view.flow.index.calls {
        let Expr::Call { args, .. } = &program[*call] else {
            continue;
        };
        for pair in args.windows(2) {
            let (Some(name), Expr::Text { value, content }) =
                (program.text(pair[0].value), &program[pair[1].value])
            else {
                continue;
            };
            let is_name = !name.contains(char::is_whitespace) && name.len() < 60;
            if let Some(provider) = file
                .known
                .by_source(&Source::named(name))
                .filter(|_| is_name)
            {
                // Quotes of the code that is made.
                let trimmed = value.trim_matches(['"', '\'']);
                let offset = file.slice(content).find(trimmed).unwrap_or(0);
                let at = content.start + offset..content.start + offset + trimmed.len();
                report(
                    file,
                    view,
                    provider,
                    &at,
                    None,
                    format!("it is set as {}", quoted(name)),
                    found,
                );
            }
        }
    }
}

/// Names that hold a provider's credential, set to a literal.
fn names(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    for named in &view.flow.index.named {
        let label = named.path.join(".");
        let source = Source {
            label,
            within: view.flow.index.names_at(view.flow.index.scope(named.value)),
            aliases: Vec::new(),
        };
        let Some(provider) = file.known.by_source(&source) else {
            continue;
        };
        // An outer map names what is in it.
        if matches!(
            view.flow.program[named.value],
            Expr::Map(_) | Expr::List(_) | Expr::Function(_)
        ) {
            continue;
        }
        for option in view.flow.eval(named.value, &None).options() {
            if let Value::Text(pieces) = option
                && let [piece] = pieces.as_slice()
                && let PieceKind::Fixed(text) = &piece.kind
                && !text.contains(char::is_whitespace)
                && piece.at.start >= named.at.start
                && piece.at.end <= named.at.end
            {
                let names = named.path.last().map(String::as_str).unwrap_or_default();
                report(
                    file,
                    view,
                    provider,
                    &piece.at,
                    None,
                    format!("it is set as {}", quoted(names)),
                    found,
                );
            }
        }
    }
}

fn report(
    file: &File<'_>,
    view: &View<'_>,
    provider: usize,
    at: &Range<usize>,
    piece: Option<&Piece>,
    reaches: String,
    found: &mut Found,
) {
    let text = file.slice(at);
    let known = file
        .known
        .rules
        .rules_of(provider)
        .any(|r| r.credential.known.iter().any(|k| **k == *text));
    if at.is_empty() || known || !judge_named(text) {
        return;
    }
    let owner = file.known.name(provider);
    let mut found_here: Misuse = misuse(
        provider,
        at,
        format!("a {owner} credential is written into the code"),
    )
    .because(reaches)
    .sure(if piece.is_some() {
        Confidence::High
    } else {
        Confidence::Medium
    });
    if let Some(piece) = piece {
        found_here = found_here.along(&piece.trail, at);
    }
    found_here.fix = environment(file, view, provider, at);
    found.push(found_here);
}

/// The look-up of the provider's variable in place of the literal, where the language has one that
/// needs nothing else.
fn environment(
    file: &File<'_>,
    view: &View<'_>,
    provider: usize,
    at: &Range<usize>,
) -> Option<Fix> {
    let name = file.known.provider(provider).identity.env.first()?;
    let has = |text: &str| memchr::memmem::find(file.text, text.as_bytes()).is_some();
    let lookup = match view.flow.program.language {
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            format!("process.env.{name}")
        }
        Language::Python if has("import os\n") => format!("os.environ[\"{name}\"]"),
        Language::Ruby => format!("ENV.fetch(\"{name}\")"),
        Language::Php => format!("getenv('{name}')"),
        Language::Go if has("\"os\"\n") => format!("os.Getenv(\"{name}\")"),
        Language::Java | Language::Kotlin => format!("System.getenv(\"{name}\")"),
        Language::CSharp if has("using System;") => {
            format!("Environment.GetEnvironmentVariable(\"{name}\")")
        }
        Language::PowerShell => format!("$env:{name}"),
        _ => return None,
    };
    // Only a whole string in plain quotes, not a piece of one.
    let program = view.flow.program;
    let whole = program.ids().find(|id| {
        matches!(&program[*id], Expr::Text { content, .. } if content == at)
            && program.span(*id).len() == at.len() + 2
    })?;
    let is_constant = matches!(view.flow.program.language, Language::Go)
        && file
            .slice(&(at.start.saturating_sub(200)..at.start))
            .contains("const ");
    (!is_constant).then(|| Fix {
        title: format!("Read it from the environment variable {name}"),
        edits: vec![(program.span(whole), lookup)],
    })
}
