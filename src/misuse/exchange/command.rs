//! Commands that send requests: curl, wget, HTTPie, on a shell's lines and as processes that code
//! starts.

use std::ops::Range;

use super::gather::split_header;
use super::{Exchange, Header};
use crate::misuse::flow::{Context, Field, Flow, Piece, PieceKind, Value, joined};
use crate::misuse::library::http;
use crate::syntax::{Expr, ExprId, Language};

/// Words before a command that are not the command.
const PREFIXES: &[&str] = &["sudo", "env", "time", "exec", "nohup", "command", "xargs", "retry", "nice", "watch", "eval"];

/// Functions that start a process.
const SPAWNS: &[&str] = &[
    "exec", "execsync", "spawn", "spawnsync", "execfile", "execfilesync", "execa", "system", "popen", "run", "call",
    "check_output", "check_call", "command", "shell_exec", "passthru", "proc_open", "start", "processbuilder",
    "create_subprocess_exec", "create_subprocess_shell", "sh", "backtick", "capture2", "capture3", "shell", "$",
    "commandcontext", "startprocess", "getoutput", "new",
];

/// A command with its words.
#[derive(Debug)]
pub(in crate::misuse) struct Command {
    /// Its name, without a path.
    pub(in crate::misuse) name: String,
    /// What follows the name.
    pub(in crate::misuse) words: Vec<Value>,
    /// Where it stands.
    pub(in crate::misuse) at: Range<usize>,
    /// The call it was read from.
    pub(in crate::misuse) call: ExprId,
    /// What it sends, where it is a client of HTTP.
    pub(in crate::misuse) exchange: Option<Exchange>,
}

/// Every command of a program.
pub(in crate::misuse) fn commands(flow: &Flow<'_>) -> Vec<Command> {
    let mut found = Vec::new();
    for call in &flow.index.calls {
        let function = flow.index.function_at(flow.index.scope(*call));
        for context in flow.contexts(function) {
            let words = match flow.program.language {
                Language::Shell => line(flow, *call, &context),
                _ => process(flow, *call, &context),
            };
            if let Some(mut command) = words.and_then(|words| command(flow, *call, words)) {
                if let Some(exchange) = &mut command.exchange {
                    settle(flow, *call, &context, exchange);
                }
                found.push(command);
            }
        }
    }
    found
}

/// A body that comes from elsewhere, and the place of what a function is told to send.
fn settle(flow: &Flow<'_>, call: ExprId, context: &Context, exchange: &mut Exchange) {
    let from_input = exchange.body.as_ref().and_then(Value::as_fixed).is_some_and(|text| text == "@-");
    if from_input {
        let own = match &flow.program[call] {
            Expr::Call { args, .. } => super::piped(flow, args).or_else(|| {
                let document = args.iter().find(|arg| arg.name.as_deref() == Some("<<"))?;
                Some(flow.eval(document.value, context))
            }),
            _ => None,
        };
        if let Some(body) = own.or_else(|| super::handed_over(flow, context)) {
            exchange.body = Some(body);
        }
    }
    if let Some(at) = super::told_by_caller(flow, exchange, context) {
        exchange.at = at;
    }
}

/// The words of a shell's command, its name first.
fn line(flow: &Flow<'_>, call: ExprId, context: &Context) -> Option<Vec<Value>> {
    let Expr::Call { callee, args } = &flow.program[call] else {
        return None;
    };
    let name = match &flow.program[*callee] {
        Expr::Name(name) => Value::fixed(name, flow.program.span(*callee)),
        _ => flow.eval(*callee, context),
    };
    let mut words = vec![name];
    for arg in args.iter().filter(|arg| arg.name.is_none()) {
        let value = flow.eval(arg.value, context);
        match value {
            Value::List(items) => words.extend(items),
            // Without quotes, what a variable holds is several words.
            Value::Text(pieces) if matches!(flow.program[arg.value], Expr::Name(_)) && pieces.len() == 1 => {
                words.extend(split(&pieces));
            }
            other => words.push(other),
        }
    }
    Some(words)
}

/// The words of a process that code starts.
fn process(flow: &Flow<'_>, call: ExprId, context: &Context) -> Option<Vec<Value>> {
    let Expr::Call { callee, args } = &flow.program[call] else {
        return None;
    };
    let path = flow.program.path(*callee);
    let name = path.last()?.to_ascii_lowercase();
    if !SPAWNS.contains(&name.as_str()) || name == "new" && !path.iter().any(|p| p.contains("Command")) {
        return None;
    }
    let mut words = Vec::new();
    for arg in args.iter().filter(|arg| arg.name.is_none()) {
        let value = flow.eval(arg.value, context);
        for option in value.options().first() {
            match option {
                Value::List(items) => words.extend(items.iter().cloned()),
                Value::Text(pieces) if args.len() <= 3 && words.is_empty() => words.extend(split(pieces)),
                Value::Text(_) | Value::Object(_) => words.push(option.clone()),
                _ => {}
            }
        }
    }
    // `Command::new("curl").arg("-H").arg(…)`: what follows in the chain.
    let chain = flow.index.calls.iter().filter(|other| {
        let span = flow.program.span(**other);
        let own = flow.program.span(call);
        span.start == own.start && span.end > own.end
    });
    let mut chain: Vec<ExprId> = chain.copied().collect();
    chain.sort_by_key(|id| flow.program.span(*id).end);
    for other in chain {
        if let Expr::Call { callee, args } = &flow.program[other]
            && let Expr::Member { name, .. } = &flow.program[*callee]
            && (name == "arg" || name == "args")
        {
            for arg in args {
                match flow.eval(arg.value, context) {
                    Value::List(items) => words.extend(items),
                    value => words.push(value),
                }
            }
        }
    }
    Some(words)
}

/// Splits a text into words as a shell does.
fn split(pieces: &[Piece]) -> Vec<Value> {
    let mut words: Vec<Vec<Piece>> = Vec::new();
    let mut word: Vec<Piece> = Vec::new();
    let mut quote = None;
    for piece in pieces {
        let PieceKind::Fixed(text) = &piece.kind else {
            word.push(piece.clone());
            continue;
        };
        let exact = text.len() == piece.at.len();
        let mut current = String::new();
        let mut start = 0;
        let mut flush = |current: &mut String, from: usize, word: &mut Vec<Piece>| {
            if !current.is_empty() {
                let at = match exact {
                    true => piece.at.start + from..piece.at.start + from + current.len(),
                    false => piece.at.clone(),
                };
                let kind = PieceKind::Fixed(std::mem::take(current));
                word.push(Piece { kind, at, trail: piece.trail.clone() });
            }
        };
        for (at, c) in text.char_indices() {
            match (quote, c) {
                (Some(open), c) if c == open => {
                    flush(&mut current, start, &mut word);
                    quote = None;
                }
                (None, '"' | '\'') => {
                    flush(&mut current, start, &mut word);
                    quote = Some(c);
                }
                (None, c) if c.is_whitespace() => {
                    flush(&mut current, start, &mut word);
                    if !word.is_empty() {
                        words.push(std::mem::take(&mut word));
                    }
                }
                _ => {
                    if current.is_empty() {
                        start = at;
                    }
                    current.push(c);
                }
            }
        }
        flush(&mut current, start, &mut word);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words.into_iter().map(Value::Text).collect()
}

fn command(flow: &Flow<'_>, call: ExprId, words: Vec<Value>) -> Option<Command> {
    let at = flow.program.span(call);
    let clients = ["curl", "wget", "http", "https", "xh", "curlie", "docker", "podman", "buildah", "nerdctl"];
    let mut words = words;
    let mut name = plain_name(words.first()?)?;
    if PREFIXES.contains(&name.as_str()) {
        let inner = words.iter().position(|w| {
            plain_name(w).is_some_and(|n| clients.contains(&n.as_str()))
        });
        if let Some(inner) = inner {
            words.drain(..inner);
            name = plain_name(words.first()?)?;
        }
    }
    words.remove(0);
    let exchange = match name.as_str() {
        "curl" | "curlie" => Some(curl(&words, &at)),
        "wget" => Some(wget(&words, &at)),
        "http" | "https" | "xh" => Some(httpie(&name, &words, &at)),
        _ => None,
    };
    Some(Command { name, words, at, call, exchange })
}

/// A fixed word, without the path of a program.
fn plain_name(word: &Value) -> Option<String> {
    let fixed = word.options().first()?.as_fixed()?;
    let name = fixed.rsplit('/').next()?;
    Some(name.trim_end_matches(".exe").to_owned())
}

fn start(word: &Value) -> &str {
    match word.options().first() {
        Some(Value::Text(pieces)) => match pieces.first().map(|p| &p.kind) {
            Some(PieceKind::Fixed(text)) => text,
            _ => "",
        },
        _ => "",
    }
}

fn place(word: &Value, whole: &Range<usize>) -> Range<usize> {
    let first = word.texts().next();
    let places = first.iter().flatten().map(|p| p.at.clone());
    let start = places.clone().map(|p| p.start).min();
    let end = places.map(|p| p.end).max();
    match (start, end) {
        (Some(start), Some(end)) if start >= whole.start && end <= whole.end => start..end,
        _ => whole.clone(),
    }
}

/// The word without its first `length` bytes, which are fixed.
fn without(word: &Value, length: usize) -> Value {
    match word {
        Value::Text(pieces) => {
            let mut pieces = pieces.clone();
            if let Some(Piece { kind: PieceKind::Fixed(text), at, .. }) = pieces.first_mut() {
                if at.len() == text.len() {
                    at.start += length.min(text.len());
                }
                text.drain(..length.min(text.len()));
                if text.is_empty() {
                    pieces.remove(0);
                }
            }
            Value::Text(pieces)
        }
        Value::Either(options) => Value::Either(options.iter().map(|o| without(o, length)).collect()),
        other => other.clone(),
    }
}

fn header(exchange: &mut Exchange, word: &Value, whole: &Range<usize>) {
    for option in word.options() {
        match split_header(option) {
            Some((name, value)) => {
                let at = place(option, whole);
                exchange.headers.push(Header { name, value, at });
            }
            // `-H @file`, `-H "$HEADER"`.
            None => exchange.open = true,
        }
    }
}

fn authorization(exchange: &mut Exchange, scheme: &str, word: &Value, whole: &Range<usize>) {
    let at = place(word, whole);
    let value = joined(&[Value::fixed(scheme, at.clone()), word.clone()]);
    exchange.headers.push(Header { name: "Authorization".to_owned(), value, at });
}

fn curl(words: &[Value], whole: &Range<usize>) -> Exchange {
    let mut exchange = Exchange { at: whole.clone(), sends: true, ..Exchange::default() };
    let mut to_query = false;
    let mut data = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = start(word);
        let at = place(word, whole);
        if let Some(long) = text.strip_prefix("--") {
            let (name, glued) = match long.split_once('=') {
                Some((name, _)) => (name, Some(without(word, name.len() + 3))),
                None => (long, None),
            };
            let mut value = || glued.clone().or_else(|| words.next().cloned());
            match name {
                "header" => {
                    for value in value() {
                        header(&mut exchange, &value, whole);
                    }
                }
                "url" => exchange.urls.extend(value()),
                "user" => {
                    for value in value() {
                        authorization(&mut exchange, "Basic ", &value, whole);
                    }
                }
                "oauth2-bearer" => {
                    for value in value() {
                        authorization(&mut exchange, "Bearer ", &value, whole);
                    }
                }
                "insecure" => exchange.unverified.push(at),
                "verbose" | "trace" | "trace-ascii" => {
                    exchange.verbose = Some(at);
                    if name != "verbose" {
                        value();
                    }
                }
                "get" => to_query = true,
                "request" => {
                    exchange.method = value().and_then(|v| v.as_fixed());
                }
                "data" | "data-raw" | "data-binary" | "data-urlencode" | "json" | "form" => data.extend(value()),
                "config" => {
                    value();
                    exchange.open = true;
                }
                "silent" | "fail" | "location" | "show-error" | "compressed" | "include" | "head" | "http1.1" | "http2"
                | "fail-with-body" | "progress-bar" | "no-buffer" | "ipv4" | "ipv6" | "globoff" | "remote-name" | "no-progress-meter" => {}
                _ => {
                    value();
                }
            }
            continue;
        }
        if text.len() >= 2 && text.starts_with('-') {
            let flags = text[1..].to_owned();
            for (position, flag) in flags.char_indices() {
                let takes = "HuXdFoAebcmwTxErKCyYzUQt".contains(flag);
                if !takes {
                    match flag {
                        'k' => exchange.unverified.push(at.clone()),
                        'v' => exchange.verbose = Some(at.clone()),
                        'G' => to_query = true,
                        _ => {}
                    }
                    continue;
                }
                let rest = position + 1 + flag.len_utf8();
                let glued = without(word, rest);
                let is_empty = matches!(&glued, Value::Text(pieces) if pieces.is_empty());
                let value = if is_empty { words.next().cloned() } else { Some(glued) };
                match (flag, value) {
                    ('H', Some(value)) => header(&mut exchange, &value, whole),
                    ('u', Some(value)) => authorization(&mut exchange, "Basic ", &value, whole),
                    ('X', Some(value)) => exchange.method = value.as_fixed(),
                    ('d' | 'F', Some(value)) => data.push(value),
                    ('K', _) => exchange.open = true,
                    _ => {}
                }
                break;
            }
            continue;
        }
        let is_redirection = matches!(text, ">" | "|" | ">>");
        if !is_redirection {
            exchange.urls.push(word.clone());
        }
    }
    // A word that is no address is the value of an option that is not known here.
    if exchange.urls.len() > 1 {
        let likely = exchange.urls.iter().position(|url| {
            start(url).contains("://") || matches!(url.texts().next().as_deref(), Some([first, ..]) if !matches!(first.kind, PieceKind::Fixed(_)))
        });
        if let Some(likely) = likely {
            let url = exchange.urls.swap_remove(likely);
            exchange.urls = vec![url];
        }
    }
    for value in data {
        if to_query {
            parameters(&mut exchange, &value);
        } else {
            exchange.body = Some(value);
        }
    }
    if exchange.method.is_none() && exchange.body.is_some() {
        exchange.method = Some("POST".to_owned());
    }
    exchange
}

/// `key=value` as part of the query.
fn parameters(exchange: &mut Exchange, word: &Value) {
    if let Some((key, _)) = start(word).split_once('=') {
        let at = place(word, &(0..usize::MAX));
        let value = without(word, key.len() + 1);
        exchange.query.push(Field { key: Some(key.to_owned()), value, at });
    }
}

fn wget(words: &[Value], whole: &Range<usize>) -> Exchange {
    let mut exchange = Exchange { at: whole.clone(), sends: true, ..Exchange::default() };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = start(word);
        let at = place(word, whole);
        if let Some(rest) = text.strip_prefix("--header") {
            let value = match rest.starts_with('=') {
                true => Some(without(word, "--header=".len())),
                false => words.next().cloned(),
            };
            for value in value {
                header(&mut exchange, &value, whole);
            }
        } else if text == "--no-check-certificate" {
            exchange.unverified.push(at);
        } else if text == "-d" || text == "--debug" {
            exchange.verbose = Some(at);
        } else if text.starts_with("--post-data") {
            exchange.body = Some(word.clone());
        } else if text == "-O" || text == "-o" || text == "-P" {
            words.next();
        } else if !text.starts_with('-') {
            exchange.urls.push(word.clone());
        }
    }
    exchange
}

fn httpie(name: &str, words: &[Value], whole: &Range<usize>) -> Exchange {
    let mut exchange = Exchange { at: whole.clone(), sends: true, ..Exchange::default() };
    let mut scheme = "Basic ";
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let text = start(word).to_owned();
        let at = place(word, whole);
        if text.starts_with("--verify") {
            let off = match text.strip_prefix("--verify=") {
                Some(value) => value == "no" || value == "false",
                None => words.next().is_some_and(|w| matches!(start(w), "no" | "false")),
            };
            if off {
                exchange.unverified.push(at);
            }
        } else if text == "-v" || text == "--verbose" || text == "--print=H" || text == "--print=HB" {
            exchange.verbose = Some(at);
        } else if text == "-A" || text == "--auth-type" {
            if words.next().is_some_and(|w| start(w) == "bearer") {
                scheme = "Bearer ";
            }
        } else if text == "-a" || text == "--auth" {
            for value in words.next() {
                authorization(&mut exchange, scheme, value, whole);
            }
        } else if text.starts_with('-') {
        } else if http::is_verb(&text) {
            exchange.method = Some(text);
        } else if exchange.urls.is_empty() {
            exchange.urls.push(word.clone());
            if name == "https" && !text.contains("://") {
                exchange.protocol = Some(Value::fixed("https", at));
            } else if !text.contains("://") && text.contains('.') {
                exchange.protocol = Some(Value::fixed("http", at));
            }
        } else if let Some((key, _)) = text.split_once("==") {
            let value = without(word, key.len() + 2);
            exchange.query.push(Field { key: Some(key.to_owned()), value, at });
        } else if text.contains(":=") || text.find('=').is_some_and(|e| text.find(':').is_none_or(|c| e < c)) {
            exchange.body = Some(word.clone());
        } else if text.contains(':') {
            header(&mut exchange, word, whole);
        }
    }
    exchange
}
