//! Commands that send requests: curl, wget, HTTPie, on a shell's lines and as processes that code
//! starts.

mod clients;

use std::ops::Range;

use super::Exchange;
use crate::misuse::flow::{Context, Flow, Piece, PieceKind, Value};
use crate::syntax::{Expr, ExprId, Language};

use clients::{curl, httpie, wget};

/// Words before a command that are not the command.
const PREFIXES: &[&str] = &[
    "sudo", "env", "time", "exec", "nohup", "command", "xargs", "retry", "nice", "watch", "eval",
];

/// Functions that start a process.
const SPAWNS: &[&str] = &[
    "exec",
    "execsync",
    "spawn",
    "spawnsync",
    "execfile",
    "execfilesync",
    "execa",
    "system",
    "popen",
    "run",
    "call",
    "check_output",
    "check_call",
    "command",
    "shell_exec",
    "passthru",
    "proc_open",
    "start",
    "processbuilder",
    "create_subprocess_exec",
    "create_subprocess_shell",
    "sh",
    "backtick",
    "capture2",
    "capture3",
    "shell",
    "$",
    "commandcontext",
    "startprocess",
    "getoutput",
    "new",
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
    let from_input = exchange
        .body
        .as_ref()
        .and_then(Value::as_fixed)
        .is_some_and(|text| text == "@-");
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
            Value::Text(pieces)
                if matches!(flow.program[arg.value], Expr::Name(_)) && pieces.len() == 1 =>
            {
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
    if !SPAWNS.contains(&name.as_str())
        || name == "new" && !path.iter().any(|p| p.contains("Command"))
    {
        return None;
    }
    let mut words = Vec::new();
    for arg in args.iter().filter(|arg| arg.name.is_none()) {
        let value = flow.eval(arg.value, context);
        if let Some(option) = value.options().first() {
            match option {
                Value::List(items) => words.extend(items.iter().cloned()),
                Value::Text(pieces) if args.len() <= 3 && words.is_empty() => {
                    words.extend(split(pieces));
                }
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
        let flush = |current: &mut String, from: usize, word: &mut Vec<Piece>| {
            if !current.is_empty() {
                let at = if exact {
                    let start = piece.at.start + from;
                    start..start + current.len()
                } else {
                    piece.at.clone()
                };
                let kind = PieceKind::Fixed(std::mem::take(current));
                word.push(Piece {
                    kind,
                    at,
                    trail: piece.trail.clone(),
                });
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
    let clients = [
        "curl", "wget", "http", "https", "xh", "curlie", "docker", "podman", "buildah", "nerdctl",
    ];
    let mut words = words;
    let mut name = plain_name(words.first()?)?;
    if PREFIXES.contains(&name.as_str()) {
        let inner = words
            .iter()
            .position(|w| plain_name(w).is_some_and(|n| clients.contains(&n.as_str())));
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
    Some(Command {
        name,
        words,
        at,
        call,
        exchange,
    })
}

/// A fixed word, without the path of a program.
fn plain_name(word: &Value) -> Option<String> {
    let fixed = word.options().first()?.as_fixed()?;
    let name = fixed.rsplit('/').next()?;
    Some(name.trim_end_matches(".exe").to_owned())
}
