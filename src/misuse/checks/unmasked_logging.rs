//! `unmasked-logging`: a credential where others read it: logs, terminals, error messages, telemetry,
//! responses.

mod carriers;
mod configured;
mod shell;

use std::ops::Range;

use super::{Check, misuse, quoted};
use crate::misuse::flow::{Shown, Value};
use crate::misuse::known::Credential;
use crate::misuse::library::sinks::Sink;
use crate::misuse::library::{sinks, text};
use crate::misuse::view::{File, Found, View};
use crate::model::{Confidence, Severity};
use crate::syntax::{Expr, ExprId, Language};

use carriers::{carrier, parts};
use configured::{configuration, library_logs, verbose};
use shell::shell;

pub(super) const CHECK: Check = Check {
    id: "unmasked-logging",
    title: "Credential in a log or message",
    severity: Severity::High,
    cwe: 532,
    impact: "Logs, error reports and answers are kept, copied and read by many who should not hold the credential.",
    remedy: &[
        "Leave it out, or show only a mask and its last 4 characters.",
        "Replace the credential if it was logged.",
    ],
    run,
};

/// How much of a credential may be shown at its end.
const MAX_LAST: u64 = 4;

fn run(file: &File<'_>, found: &mut Found) {
    for view in &file.views {
        if view.flow.program.language == Language::Shell {
            shell(file, view, found);
            continue;
        }
        let redacts = redacts(view);
        for call in &view.flow.index.calls {
            let Expr::Call { callee, args } = &view.flow.program[*call] else {
                continue;
            };
            let path = view.flow.program.path(*callee);
            let Some(sink) = sinks::sink(&path) else {
                continue;
            };
            // A function of this program that is called like one is looked at where it prints.
            let own = view.flow.index.callee(view.flow.program, *call);
            if own.is_some_and(|f| !view.flow.program.functions[f].body.is_empty()) {
                continue;
            }
            let plain = matches!(
                path.first(),
                Some(&("console" | "print" | "println" | "System" | "fmt" | "puts" | "echo"))
            );
            if redacts && !plain && sink != Sink::Response {
                continue;
            }
            // The errors' own kinds only: `logger.error` is a log.
            for arg in args {
                look(file, view, arg.value, sink, found);
            }
        }
        for thrown in &view.flow.index.throws {
            if let Expr::Join(_) | Expr::Name(_) | Expr::Text { .. } = view.flow.program[*thrown] {
                look(file, view, *thrown, Sink::Error, found);
            }
        }
        for sent in &view.sent {
            verbose(file, sent, found);
        }
        library_logs(file, view, found);
        configuration(file, view, found);
    }
}

/// Whether the program's logger takes credentials out itself.
fn redacts(view: &View<'_>) -> bool {
    let word = |text: &str| {
        let lower = text.to_ascii_lowercase();
        [
            "redact",
            "scrub",
            "sanitiz",
            "maskfilter",
            "secretfilter",
            "filter_parameters",
            "maskkeys",
            "censor",
        ]
        .iter()
        .any(|w| lower.contains(w))
    };
    let named = view.flow.index.named.iter().any(|n| {
        n.path
            .last()
            .is_some_and(|name| word(name) || name == "beforeSend" || name == "before_send")
            && !matches!(view.flow.eval(n.value, &None), Value::Text(_))
    });
    let program = view.flow.program;
    let filters = view.flow.index.calls.iter().any(|call| {
        let Expr::Call { callee, args } = &program[*call] else {
            return false;
        };
        let path = program.path(*callee);
        let adds = path.last().is_some_and(|name| {
            [
                "set_sensitive",
                "addFilter",
                "add_filter",
                "filter_parameters",
                "AddFilter",
            ]
            .contains(name)
        });
        adds || path
            .last()
            .is_some_and(|name| name.starts_with(char::is_uppercase) && word(name))
            && args.len() < 3
    });
    named || filters
}

/// Looks for credentials in what is handed to a sink.
fn look(file: &File<'_>, view: &View<'_>, arg: ExprId, sink: Sink, found: &mut Found) {
    match &view.flow.program[arg] {
        // Each part for itself: the place is more exact, and an object stays one.
        Expr::Map(entries) => {
            for entry in entries {
                look(file, view, entry.value, sink, found);
            }
            return;
        }
        Expr::Join(parts) => {
            for part in parts {
                look(file, view, *part, sink, found);
            }
            return;
        }
        // Ruby: `logger.debug { "…" }`.
        Expr::Function(function) => {
            for value in view.flow.index.returns.get(function).into_iter().flatten() {
                look(file, view, *value, sink, found);
            }
            return;
        }
        Expr::Call { callee, args } if args.is_empty() => {
            if let Expr::Member { object, name } = &view.flow.program[*callee]
                && matches!(view.flow.program[*object], Expr::Map(_) | Expr::Join(_))
                && !library_hides(name)
            {
                return look(file, view, *object, sink, found);
            }
        }
        Expr::Member { object, name }
            if matches!(view.flow.program[*object], Expr::Map(_)) && !library_hides(name) =>
        {
            return look(file, view, *object, sink, found);
        }
        _ => {}
    }
    let at = view.flow.program.span(arg);
    let value = view.flow.eval(arg, &None);
    let mut credentials = file.known.credentials(&value);
    credentials.extend(parts(file, view, &value, 0));
    if let Some(credential) = credentials.iter().find(|c| shows(c)) {
        report(file, credential, &at, sink, found);
        return;
    }
    if let Some((credential, what)) = carrier(file, view, arg, 0) {
        let owner = file.known.name(credential.provider);
        let message = format!("{what} that holds a {owner} credential {}", sink.verb());
        found.push(
            misuse(credential.provider, &at, message).along(&credential.trail, &credential.at),
        );
    }
}

fn library_hides(name: &str) -> bool {
    text::effect(name) == Some(text::Effect::Hides)
}

/// Whether more of a credential is shown than its last characters.
fn shows(credential: &Credential) -> bool {
    !matches!(credential.shown, Some(Shown::Last(n)) if n <= MAX_LAST)
        && !matches!(credential.shown, Some(Shown::First(0)))
}

fn report(
    file: &File<'_>,
    credential: &Credential,
    at: &Range<usize>,
    sink: Sink,
    found: &mut Found,
) {
    let owner = file.known.name(credential.provider);
    let part = match credential.shown {
        None => "",
        Some(Shown::First(_)) => "the first characters of ",
        Some(Shown::Last(_)) => "more than the last 4 characters of ",
        Some(Shown::Some) => "a part of ",
    };
    let message = format!("{part}a {owner} credential {}", sink.verb());
    let mut found_here =
        misuse(credential.provider, at, message).along(&credential.trail, &credential.at);
    if !credential.name.is_empty() {
        found_here = found_here.because(format!("it is {}", quoted(&credential.name)));
    }
    found.push(found_here.sure(Confidence::High));
}
