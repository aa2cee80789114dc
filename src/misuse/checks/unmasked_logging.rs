//! `unmasked-logging`: a credential where others read it: logs, terminals, error messages, telemetry,
//! responses.

use std::collections::HashSet;
use std::ops::Range;

use super::{Check, misuse, quoted};
use crate::misuse::exchange::Gather;
use crate::misuse::flow::{Bound, Shown, Value};
use crate::misuse::known::Credential;
use crate::misuse::library::sinks::{self, Sink};
use crate::misuse::library::text;
use crate::misuse::view::{File, Found, View};
use crate::model::{Confidence, Severity};
use crate::syntax::{Block, Expr, ExprId, Language, Stmt};

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

/// Members that lead from an error or an answer to the request with its headers.
const CARRIERS: &[&str] = &["config", "request", "options", "headers", "header", "defaults", "req", "tojson", "httprequest", "common"];

/// Libraries whose errors carry the request.
const CARRYING: &[&str] = &["axios", "got", "superagent", "request", "needle", "ky"];

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
            let plain = matches!(path.first(), Some(&("console" | "print" | "println" | "System" | "fmt" | "puts" | "echo")));
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

/// A client that is told to print what it sends.
fn verbose(file: &File<'_>, sent: &crate::misuse::view::Sent, found: &mut Found) {
    let Some(at) = &sent.exchange.verbose else {
        return;
    };
    let mut held = sent.exchange.headers.iter().flat_map(|h| file.known.credentials(&h.value));
    if let Some(credential) = held.next() {
        let owner = file.known.name(credential.provider);
        let message = format!("the client prints what it sends, the {owner} credential with it");
        found.push(misuse(credential.provider, at, message));
    }
}

/// Logging that libraries do themselves, told to show headers.
fn library_logs(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    let redacts = view.flow.index.calls.iter().any(|call| {
        program.path(*call).last().is_some_and(|name| name.eq_ignore_ascii_case("redactHeader"))
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
                (name == "HEADERS" || name == "BODY") && path.iter().any(|part| part.contains("HttpLogging") || *part == "Level" || *part == "LogLevel")
            }
            // Guzzle: `new MessageFormatter("{req_headers}")`.
            Expr::Call { callee, args } if program.path(*callee).last() == Some(&"MessageFormatter") => {
                args.iter().any(|a| program.text(a.value).is_some_and(|t| t.contains("{req_headers}") || t.contains("{request}")))
            }
            _ => false,
        };
        if shows_headers {
            let owner = file.known.name(credential.provider);
            let message = format!("the client logs the headers it sends, the {owner} credential with them");
            found.push(misuse(credential.provider, &program.span(id), message));
        }
    }
}

/// Whether the program's logger takes credentials out itself.
fn redacts(view: &View<'_>) -> bool {
    let word = |text: &str| {
        let lower = text.to_ascii_lowercase();
        ["redact", "scrub", "sanitiz", "maskfilter", "secretfilter", "filter_parameters", "maskkeys", "censor"].iter().any(|w| lower.contains(w))
    };
    let named = view.flow.index.named.iter().any(|n| {
        n.path.last().is_some_and(|name| word(name) || name == "beforeSend" || name == "before_send")
            && !matches!(view.flow.eval(n.value, &None), Value::Text(_))
    });
    let program = view.flow.program;
    let filters = view.flow.index.calls.iter().any(|call| {
        let Expr::Call { callee, args } = &program[*call] else {
            return false;
        };
        let path = program.path(*callee);
        let adds = path.last().is_some_and(|name| ["set_sensitive", "addFilter", "add_filter", "filter_parameters", "AddFilter"].contains(name));
        adds || path.last().is_some_and(|name| name.starts_with(char::is_uppercase) && word(name))
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
        Expr::Member { object, name } if matches!(view.flow.program[*object], Expr::Map(_)) && !library_hides(name) => {
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
        found.push(misuse(credential.provider, &at, message).along(&credential.trail, &credential.at));
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

/// The credentials in the fields of an object that is made by name: `Config { api_key }`.
fn parts(file: &File<'_>, view: &View<'_>, value: &Value, depth: usize) -> Vec<Credential> {
    let mut found = Vec::new();
    if depth > 3 {
        return found;
    }
    for option in value.options() {
        let Value::Object(object) = option else {
            continue;
        };
        let Expr::Call { args, .. } = &view.flow.program[object.call] else {
            continue;
        };
        for arg in args.iter().filter(|arg| arg.name.is_some()) {
            let value = view.flow.eval(arg.value, &None);
            // Options of a call are no fields: only an object made of them shows them.
            if is_made(view, object.call) {
                found.extend(file.known.credentials(&value));
            }
        }
    }
    found
}

fn is_made(view: &View<'_>, call: ExprId) -> bool {
    let Expr::Call { callee, args } = &view.flow.program[call] else {
        return false;
    };
    let last = view.flow.program.path(*callee).last().copied().unwrap_or_default();
    let class = match last {
        "Self" => view.flow.index.class_of(call).unwrap_or(last),
        last => last,
    };
    last.starts_with(char::is_uppercase)
        && !view.flow.prints_itself(class)
        && args.iter().all(|a| a.name.is_some())
        && matches!(view.flow.program.language, Language::Go | Language::Rust | Language::Python | Language::Kotlin | Language::CSharp | Language::Swift)
}

/// An object that holds a request's headers: a client, a request, an error, a configuration.
fn carrier(file: &File<'_>, view: &View<'_>, arg: ExprId, depth: usize) -> Option<(Credential, &'static str)> {
    let program = view.flow.program;
    if depth > 6 {
        return None;
    }
    match &program[arg] {
        Expr::Join(pieces) => pieces.iter().find_map(|p| carrier(file, view, *p, depth + 1)),
        Expr::Map(entries) => entries.iter().find_map(|e| carrier(file, view, e.value, depth + 1)),
        Expr::List(items) => items.iter().find_map(|i| carrier(file, view, *i, depth + 1)),
        Expr::Call { callee, args } => {
            let path = program.path(*callee);
            let last = path.last().map(|l| l.to_ascii_lowercase()).unwrap_or_default();
            let gives = ["stringify", "inspect", "dumps", "str", "repr", "string", "tojson", "to_json", "to_s", "json_encode", "format", "print_r", "var_export", "sprintf", "dict", "pformat", "serialize", "serializeobject", "getheaders", "getrequest", "headers", "marshal", "tostring"];
            if !gives.contains(&last.as_str()) {
                return None;
            }
            let inside = args.iter().find_map(|a| carrier(file, view, a.value, depth + 1));
            inside.or_else(|| match &program[*callee] {
                Expr::Member { object, .. } if last.contains("headers") || last == "getrequest" || last == "tojson" || last == "to_json" || last == "inspect" || last == "tostring" => {
                    carrier(file, view, *object, depth + 1)
                }
                _ => None,
            })
        }
        Expr::Name(_) => error(file, view, arg).or_else(|| made(file, view, arg, false)).or_else(|| {
            let origins = view.flow.origins(arg, &None);
            let mut calls = origins.iter().filter(|(o, _)| matches!(view.flow.program[*o], Expr::Call { .. } | Expr::Member { .. }));
            calls.find_map(|(origin, _)| carrier(file, view, *origin, depth + 2))
        }),
        Expr::Member { object, name } => {
            let lower = name.to_ascii_lowercase();
            let is_carrier = CARRIERS.contains(&lower.as_str());
            // `exc.request.headers`, `each_header.to_h`
            if ["to_h", "to_hash", "inspect", "each_header"].contains(&lower.as_str()) {
                return carrier(file, view, *object, depth + 1);
            }
            let names: Vec<String> = program.path(arg).iter().map(|p| p.to_ascii_lowercase()).collect();
            if let [base, .., request, headers] = names.as_slice()
                && ["e", "err", "error", "exc", "ex", "exception", "res", "resp", "response", "r"].contains(&base.as_str())
                && request == "request"
                && headers.contains("header")
            {
                let mut sent = view.sent.iter().flat_map(|s| &s.exchange.headers);
                let credential = sent.find_map(|h| file.known.credentials(&h.value).into_iter().find(shows));
                return credential.map(|c| (c, "the headers of a request"));
            }
            let path = program.path(arg);
            let mut inner = *object;
            // `error.response.config`, `response.request.headers`.
            while let Expr::Member { object, name } = &program[inner] {
                if ["data", "body", "status", "message"].contains(&name.as_str()) {
                    return None;
                }
                inner = *object;
            }
            let through_request = path.iter().rev().skip(1).any(|p| ["request", "config", "req", "options"].contains(p)) || lower == "config" || lower == "request";
            if is_carrier && let Some(found) = error_base(file, view, inner) {
                return Some(found);
            }
            // The headers of an answer are the server's.
            if is_carrier || matches!(program[*object], Expr::This) {
                return made(file, view, arg, through_request);
            }
            None
        }
        _ => None,
    }
}

/// A client or request with a credential in its headers; an answer only by its request.
fn made(file: &File<'_>, view: &View<'_>, id: ExprId, through_request: bool) -> Option<(Credential, &'static str)> {
    let value = view.flow.eval(id, &None);
    if let Value::Literal(_) | Value::Clean | Value::Map(_) = value {
        return None;
    }
    let mut gather = Gather::new(&view.flow);
    gather.object_of(id);
    let exchange = gather.exchange;
    if exchange.sends && !through_request {
        return None;
    }
    let mut container = Gather::new(&view.flow);
    container.headers_of(id);
    let credential = exchange
        .headers
        .iter()
        .chain(&container.exchange.headers)
        .flat_map(|header| file.known.credentials(&header.value))
        .find(shows)?;
    Some((credential, "an object"))
}

/// The caught error itself, where the library puts the request into it.
fn error(file: &File<'_>, view: &View<'_>, id: ExprId) -> Option<(Credential, &'static str)> {
    if !carries(view) {
        return None;
    }
    error_base(file, view, id)
}

/// Whether a library is used whose errors carry the request.
fn carries(view: &View<'_>) -> bool {
    let script = matches!(
        view.flow.program.language,
        Language::JavaScript | Language::TypeScript | Language::Tsx
    );
    script
        && (view.flow.index.imports.iter().any(|i| CARRYING.contains(&i.module.as_str()))
            || view.flow.index.calls.iter().any(|call| {
                view.flow.program.path(*call).first().is_some_and(|first| CARRYING.contains(first))
            }))
}

fn error_base(file: &File<'_>, view: &View<'_>, id: ExprId) -> Option<(Credential, &'static str)> {
    let Expr::Name(name) = &view.flow.program[id] else {
        return None;
    };
    let bindings = view.flow.index.bindings(id, name);
    for (origin, _) in view.flow.origins(id, &None) {
        if origin != id && matches!(view.flow.program[origin], Expr::Name(_)) {
            let of_caller = error_base(file, view, origin);
            if of_caller.is_some() {
                return of_caller;
            }
        }
    }
    let failed: Option<Range<u32>> = bindings.iter().find_map(|binding| match &binding.to {
        Bound::Caught(orders) => Some(orders.clone()),
        Bound::Parameter(function, 0, _) if view.flow.index.is_handler(*function) => Some(0..u32::MAX),
        _ => None,
    });
    let failed = failed?;
    let inside: Vec<Range<usize>> = view.flow.index.between(&failed).iter().map(|c| view.flow.program.span(*c)).collect();
    let credential_of = |sent: &crate::misuse::view::Sent| {
        sent.exchange.headers.iter().flat_map(|h| file.known.credentials(&h.value)).find(shows)
    };
    // What is sent in the body itself, or else in what the body calls.
    let direct = view
        .sent
        .iter()
        .filter(|sent| sent.exchange.sends && inside.contains(&sent.exchange.at))
        .find_map(credential_of);
    let calls_own = view.flow.index.between(&failed).iter().any(|c| view.flow.index.callee(view.flow.program, *c).is_some());
    let any = || view.sent.iter().filter(|_| calls_own).find_map(credential_of);
    Some((direct.or_else(any)?, "an error"))
}

/// Echoes, traces and verbose requests of a shell.
fn shell(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    let mut printed = HashSet::new();
    statements(&program.body, program, &mut printed);
    let mut traced: Option<(usize, Range<usize>)> = None;
    for command in &view.commands {
        let words: Vec<String> = command.words.iter().filter_map(Value::as_fixed).collect();
        if command.name == "set" {
            let on = words.iter().any(|w| w.starts_with('-') && !w.starts_with("--") && w.contains('x') || w == "xtrace");
            let off = words.iter().any(|w| w.starts_with('+') && w.contains('x'));
            if off {
                traced = None;
            } else if on {
                traced = Some((0, command.at.clone()));
            }
            continue;
        }
        let in_words = command.words.iter().flat_map(|w| file.known.credentials(w));
        let credentials: Vec<Credential> = in_words.filter(shows).collect();
        if let (Some((count, at)), Some(credential)) = (&mut traced, credentials.first()) {
            *count += 1;
            if *count == 1 {
                let owner = file.known.name(credential.provider);
                let message = format!("`set -x` prints every command, this {owner} credential with them");
                found.push(misuse(credential.provider, at, message).along(&credential.trail, &command.at));
            }
        }
        if let Some(exchange) = &command.exchange
            && let Some(at) = &exchange.verbose
        {
            let in_headers = exchange.headers.iter().flat_map(|h| file.known.credentials(&h.value));
            let in_urls = exchange.urls.iter().flat_map(|u| file.known.credentials(u));
            if let Some(credential) = in_headers.chain(in_urls).next()
                && !in_docs(file)
            {
                let owner = file.known.name(credential.provider);
                let message = format!("a verbose request prints its headers, the {owner} credential among them");
                found.push(misuse(credential.provider, at, message));
            }
        }
        let prints = ["echo", "printf", "logger", "print", "log", "log_info", "info", "warn", "error", "debug", "die", "say", "fail"].contains(&command.name.as_str());
        let own = view.flow.index.callee(program, command.call).is_some();
        let masks = words.iter().any(|w| w.contains("::add-mask::"));
        let Expr::Call { args, .. } = &program[command.call] else {
            continue;
        };
        let to_file = args.iter().any(|arg| {
            let target = view.flow.eval(arg.value, &None);
            arg.name.as_deref() == Some(">") && !target.as_fixed().is_some_and(|t| t.contains("/dev/std") || t.ends_with(".log") || t.starts_with('&'))
        });
        let adds_mask = command.words.iter().any(|w| crate::misuse::view::beginning(w).is_some_and(|t| t.contains("::add-mask::")));
        if prints && !own && printed.contains(&command.call) && !masks && !adds_mask && !to_file
            && let Some(credential) = credentials.first()
        {
            report(file, credential, &command.at, Sink::Log, found);
        }
    }
}

fn in_docs(file: &File<'_>) -> bool {
    crate::misuse::setting::of_path(file.path) == Some(crate::misuse::setting::Setting::Docs)
}

/// The calls that are statements: what they print is not caught.
fn statements(block: &Block, program: &crate::syntax::Program, found: &mut HashSet<ExprId>) {
    for stmt in block {
        match stmt {
            Stmt::Expr(id) | Stmt::Return(id) => {
                found.insert(*id);
                if let Expr::Choice { condition, options } = &program[*id] {
                    found.extend(condition.iter().chain(options));
                }
                if let Expr::Other(parts) | Expr::List(parts) = &program[*id] {
                    found.extend(parts);
                }
            }
            Stmt::If { then, otherwise, .. } => {
                statements(then, program, found);
                statements(otherwise, program, found);
            }
            Stmt::Try { body, handler, .. } => {
                statements(body, program, found);
                statements(handler, program, found);
            }
            Stmt::Loop { body, .. } | Stmt::Block(body) => statements(body, program, found),
            Stmt::Function(id) => statements(&program.functions[*id].body, program, found),
            _ => {}
        }
    }
}

/// Logs and outputs that configuration sets up: nginx's `log_format`, Terraform's `output`.
fn configuration(file: &File<'_>, view: &View<'_>, found: &mut Found) {
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
                let is_log = matches!(program.path(*callee).last(), Some(&("log_format" | "access_log")));
                let logs = args.iter().any(|arg| names_header(program, arg.value));
                if is_log && logs {
                    let message = "the log keeps the header Authorization of every request".to_owned();
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
                    Expr::Call { callee, args } if program.path(*callee).last() == Some(&"nonsensitive") => {
                        args.first().map(|a| view.flow.eval(a.value, &None))
                    }
                    _ if hidden => None,
                    _ => Some(view.flow.eval(named.value, &None)),
                };
                if let Some(credential) = value.iter().flat_map(|v| file.known.credentials(v)).find(shows) {
                    report(file, &credential, &named.at, Sink::Log, found);
                } else if value.is_some()
                    && let Some(provider) = file.known.by_source(&crate::misuse::flow::Source::named(output))
                {
                    let owner = file.known.name(provider);
                    let message = format!("the output {} prints a {owner} credential", quoted(output));
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

fn report(file: &File<'_>, credential: &Credential, at: &Range<usize>, sink: Sink, found: &mut Found) {
    let owner = file.known.name(credential.provider);
    let part = match credential.shown {
        None => "",
        Some(Shown::First(_)) => "the first characters of ",
        Some(Shown::Last(_)) => "more than the last 4 characters of ",
        Some(Shown::Some) => "a part of ",
    };
    let message = format!("{part}a {owner} credential {}", sink.verb());
    let mut found_here = misuse(credential.provider, at, message).along(&credential.trail, &credential.at);
    if !credential.name.is_empty() {
        found_here = found_here.because(format!("it is {}", quoted(&credential.name)));
    }
    found.push(found_here.sure(Confidence::High));
}
