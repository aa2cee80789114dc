//! Requests and clients: where they go, what they carry, and how careful they are.
//!
//! Libraries differ in how they are told, not in what: an address, headers, a query, a body, whether
//! certificates are verified. So everything that is told to one object is gathered, from its making,
//! from calls on it, from what is set on it, and from what it is handed.

mod command;
mod gather;

use std::ops::Range;

use super::known::plain;
use super::flow::{Context, Field, Flow, Piece, PieceKind, Value};
use crate::syntax::{Arg, Expr, ExprId, Language, Stmt};

pub(super) use command::{Command, commands};
pub(super) use gather::Gather;

/// What one request, or one client, was told.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchange {
    /// Where the call stands; where a wrapper sends, the call of the wrapper that says what.
    pub(super) at: Range<usize>,
    /// The name of what makes or sends it: `new Postiz`, `axios.get`.
    pub(super) callee: String,
    /// The scheme that goes before a credential which is set without one.
    pub(super) scheme: Option<String>,
    /// Where it is sent to, as far as it was told, the last one last.
    pub(super) urls: Vec<Value>,
    /// What the address is below.
    pub(super) base: Option<Value>,
    /// `http` or `https` where the protocol is told apart from the address.
    pub(super) protocol: Option<Value>,
    /// Its headers.
    pub(super) headers: Vec<Header>,
    /// Whether it may have headers that are not known.
    pub(super) open: bool,
    /// Its query, beside what stands in the address.
    pub(super) query: Vec<Field>,
    /// Its body.
    pub(super) body: Option<Value>,
    /// Where the verification of certificates is switched off.
    pub(super) unverified: Vec<Range<usize>>,
    /// GET, POST …
    pub(super) method: Option<String>,
    /// Whether something is sent, and not only prepared.
    pub(super) sends: bool,
    /// Where it is told to print what it sends, as `curl -v` does.
    pub(super) verbose: Option<Range<usize>>,
}

/// A header of a request.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// Its name.
    pub(super) name: String,
    /// Its value.
    pub(super) value: Value,
    /// Where it is set.
    pub(super) at: Range<usize>,
}

impl Exchange {
    /// The headers of this name.
    pub(super) fn headers(&self, name: &str) -> impl Iterator<Item = &Header> {
        self.headers
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
    }

    /// Every address it may go to, base and path put together.
    pub(super) fn addresses(&self) -> Vec<Vec<Piece>> {
        let bases: Vec<Vec<Piece>> = self.base.iter().flat_map(Value::texts).collect();
        let mut all = Vec::new();
        for url in self.urls.iter().rev() {
            for text in url.texts() {
                // An address that was told before is what a path is below.
            if bases.is_empty() && !is_absolute(&text) && self.urls.len() > 1 {
                let before = self.urls.iter().flat_map(Value::texts).find(|t| is_absolute(t));
                if let Some(before) = before {
                    all.push(below(&before, &text));
                    continue;
                }
            }
            if is_absolute(&text) || bases.is_empty() {
                    all.push(text);
                } else {
                    all.extend(bases.iter().map(|base| below(base, &text)));
                }
            }
        }
        if all.is_empty() {
            all = bases;
        }
        if let Some(protocol) = self.protocol.as_ref().and_then(Value::as_fixed) {
            let protocol = protocol.trim_end_matches("://").trim_end_matches(':');
            for address in &mut all {
                let starts_fixed = matches!(
                    address.first().map(|p| &p.kind),
                    Some(PieceKind::Fixed(text)) if !text.contains("://")
                );
                if starts_fixed {
                    let at = address[0].at.clone();
                    let kind = PieceKind::Fixed(format!("{protocol}://"));
                    address.insert(0, Piece { kind, at, trail: None });
                }
            }
        }
        all
    }

    /// Whether it was told anything at all.
    pub(super) fn is_empty(&self) -> bool {
        self.urls.is_empty() && self.base.is_none() && self.headers.is_empty() && self.query.is_empty()
    }
}

/// Whether an address says its host itself, or could.
fn is_absolute(address: &[Piece]) -> bool {
    match address.first().map(|piece| &piece.kind) {
        Some(PieceKind::Fixed(text)) => text.contains("://"),
        Some(_) => {
            // `${BASE}/posts` may be, `${id}` hardly is.
            address.iter().all(|p| !matches!(&p.kind, PieceKind::Fixed(t) if t.contains("://")))
                && address.len() > 1
                && matches!(&address[1].kind, PieceKind::Fixed(text) if text.starts_with('/'))
                && matches!(&address[0].kind, PieceKind::Open(s) if names_address(&s.label))
        }
        None => false,
    }
}

/// Whether a value of this name is an address.
pub(super) fn names_address(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    let last = lower.rsplit('.').next().unwrap_or(&lower);
    ["url", "uri", "host", "base", "endpoint", "root", "server", "origin", "addr", "instance", "domain", "proxy", "api"]
        .iter()
        .any(|word| last.contains(word))
        && !["key", "token", "secret"].iter().any(|word| last.ends_with(word))
}

/// `path` below `base`, with one slash between.
fn below(base: &[Piece], path: &[Piece]) -> Vec<Piece> {
    let mut whole = base.to_vec();
    let ends = matches!(whole.last().map(|p| &p.kind), Some(PieceKind::Fixed(t)) if t.ends_with('/'));
    let starts = matches!(path.first().map(|p| &p.kind), Some(PieceKind::Fixed(t)) if t.starts_with('/'));
    if ends
        && starts
        && let Some(PieceKind::Fixed(text)) = whole.last_mut().map(|p| &mut p.kind)
    {
        text.pop();
    }
    if !ends && !starts && !path.is_empty() {
        let at = path[0].at.clone();
        whole.push(Piece { kind: PieceKind::Fixed("/".to_owned()), at, trail: None });
    }
    whole.extend_from_slice(path);
    whole
}

/// Every request and client of a program, each in each context it is made in.
pub(super) fn exchanges(flow: &Flow<'_>) -> Vec<Exchange> {
    let mut found = Vec::new();
    for call in &flow.index.calls {
        let function = flow.index.function_at(flow.index.scope(*call));
        for context in flow.contexts(function) {
            if let Some(exchange) = exchange(flow, *call, &context) {
                found.push(exchange);
            }
        }
    }
    found.extend(written(flow));
    if flow.program.language == Language::Nginx {
        passed_on(flow, &flow.program.body, &mut found);
    }
    let alone = alone(flow, &found);
    found.extend(alone);
    found
}

/// What a call was told, if it is one that has to do with HTTP.
pub(super) fn exchange(flow: &Flow<'_>, call: ExprId, context: &Context) -> Option<Exchange> {
    let mut gather = Gather::new(flow);
    if !gather.root(call, context) {
        return None;
    }
    let mut exchange = gather.exchange;
    exchange.at = flow.program.span(call);
    exchange.callee = match &flow.program[call] {
        Expr::Call { callee, .. } => flow.program.path(*callee).join("."),
        _ => String::new(),
    };
    if exchange.body.is_none() || exchange.body.as_ref().is_some_and(|b| b.texts().next().is_none()) {
        let own = match &flow.program[call] {
            Expr::Call { args, .. } if exchange.sends => by_name(flow, args, context),
            _ => None,
        };
        exchange.body = handed_over(flow, context).or(own).or(exchange.body);
    }
    if let Some(at) = told_by_caller(flow, &exchange, context) {
        exchange.at = at;
    }
    (!exchange.is_empty()).then_some(exchange)
}

/// What the call of a wrapper hands over that can be a body.
fn handed_over(flow: &Flow<'_>, context: &Context) -> Option<Value> {
    let Expr::Call { args, .. } = &flow.program[context.as_ref()?.call()] else {
        return None;
    };
    let caller = context.as_ref()?.caller();
    let whole = args.iter().find_map(|arg| match flow.eval(arg.value, &caller) {
        map @ Value::Map(_) => Some(map),
        Value::Object(object) => fields(flow, object.call),
        text @ Value::Text(_) if arg.name.as_deref() == Some("<<") => Some(text),
        _ => None,
    });
    whole.or_else(|| piped(flow, args)).or_else(|| by_name(flow, args, &caller))
}

/// What the command before hands over: of `jq -n '{…}' | send`, what jq is told to make.
pub(super) fn piped(flow: &Flow<'_>, args: &[Arg]) -> Option<Value> {
    let Expr::Call { args, .. } = &flow.program[args.last()?.value] else {
        return None;
    };
    let texts = args.iter().map(|arg| flow.eval(arg.value, &None));
    let mut texts = texts.filter(|value| value.texts().any(|t| plain(&t).contains('{')));
    texts.next().or_else(|| piped(flow, args))
}

/// Arguments given by name, as one map.
fn by_name(flow: &Flow<'_>, args: &[Arg], context: &Context) -> Option<Value> {
    let fields: Vec<Field> = args
        .iter()
        .filter_map(|arg| {
            let name = arg.name.clone().filter(|n| crate::misuse::library::http::setting(n).is_none() && !n.starts_with(['<', '>']))?;
            let (value, at) = (flow.eval(arg.value, context), flow.program.span(arg.value));
            Some(Field { key: Some(name), value, at })
        })
        .collect();
    (!fields.is_empty()).then_some(Value::Map(fields))
}

/// The fields of a value that is made by name: `Config{Key: k}`.
fn fields(flow: &Flow<'_>, call: ExprId) -> Option<Value> {
    let Expr::Call { args, .. } = &flow.program[call] else {
        return None;
    };
    let fields: Vec<Field> = args
        .iter()
        .filter_map(|arg| {
            Some(Field {
                key: Some(arg.name.clone()?),
                value: flow.eval(arg.value, &None),
                at: flow.program.span(arg.value),
            })
        })
        .collect();
    (!fields.is_empty()).then_some(Value::Map(fields))
}

/// The call of the wrapper, where that says what is asked for.
fn told_by_caller(flow: &Flow<'_>, exchange: &Exchange, context: &Context) -> Option<Range<usize>> {
    let caller = flow.program.span(context.as_ref()?.call());
    let addresses = exchange.addresses();
    let inside = |piece: &Piece| !piece.at.is_empty() && caller.start <= piece.at.start && piece.at.end <= caller.end;
    addresses.first()?.iter().any(inside).then_some(caller)
}

/// The requests that configuration holds: maps with an address and headers.
fn written(flow: &Flow<'_>) -> Vec<Exchange> {
    let mut found = Vec::new();
    if !flow.program.language.is_config() {
        return found;
    }
    for id in flow.program.ids() {
        let Expr::Map(_) = flow.program[id] else {
            continue;
        };
        let mut gather = Gather::new(flow);
        gather.object_of(id);
        let mut exchange = gather.exchange;
        exchange.at = flow.program.span(id);
        let has_address = !exchange.urls.is_empty();
        if has_address && !(exchange.headers.is_empty() && exchange.query.is_empty() && exchange.unverified.is_empty()) {
            exchange.sends = true;
            if let Some(at) = exchange.urls[0].texts().next().and_then(|t| Some(t.first()?.at.clone())) {
                exchange.at = at;
            }
            found.push(exchange);
        }
    }
    found
}

/// The requests that nginx passes on: what is set in one block.
fn passed_on(flow: &Flow<'_>, block: &[Stmt], found: &mut Vec<Exchange>) {
    let program = flow.program;
    let mut exchange = Exchange::default();
    for stmt in block {
        match stmt {
            Stmt::Block(inner) => passed_on(flow, inner, found),
            Stmt::Expr(id) => {
                let Expr::Call { callee, args } = &program[*id] else {
                    continue;
                };
                let values: Vec<Value> = args.iter().map(|a| flow.eval(a.value, &None)).collect();
                match (program.path(*callee).last().copied().unwrap_or_default(), values.as_slice()) {
                    ("proxy_pass", [url]) => {
                        exchange.urls.push(url.clone());
                        exchange.at = program.span(*id);
                        exchange.sends = true;
                    }
                    ("proxy_set_header", [name, value, ..]) => {
                        if let Some(name) = name.as_fixed() {
                            let (value, at) = (value.clone(), program.span(*id));
                            exchange.headers.push(Header { name, value, at });
                        }
                    }
                    ("proxy_ssl_verify", [off]) if off.as_fixed().as_deref() == Some("off") => {
                        exchange.unverified.push(program.span(*id));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    if !exchange.urls.is_empty() {
        // What the client sends goes on with it.
        exchange.open = true;
        found.push(exchange);
    }
}

/// Headers that are written out and sent by somebody else: an exported map, a function's result.
fn alone(flow: &Flow<'_>, found: &[Exchange]) -> Vec<Exchange> {
    let program = flow.program;
    let mut alone = Vec::new();
    for id in program.ids() {
        let Expr::Map(entries) = &program[id] else {
            continue;
        };
        let is_headers = entries.iter().any(|entry| {
            entry.key.and_then(|key| program.text(key)).is_some_and(|key| key.eq_ignore_ascii_case("authorization"))
        });
        if !is_headers {
            continue;
        }
        let mut gather = Gather::new(flow);
        gather.headers_of(id);
        let mut exchange = gather.exchange;
        exchange.at = program.span(id);
        let known = found.iter().flat_map(|e| &e.headers).any(|h| {
            exchange.headers.iter().any(|own| own.at == h.at)
        });
        if !known {
            alone.push(exchange);
        }
    }
    alone
}
