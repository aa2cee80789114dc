//! Requests and clients: where they go, what they carry, and how careful they are.
//!
//! Libraries differ in how they are told, not in what: an address, headers, a query, a body, whether
//! certificates are verified. So everything that is told to one object is gathered, from its making,
//! from calls on it, from what is set on it, and from what it is handed.

mod command;
mod gather;

use std::ops::Range;

use super::flow::{Context, Field, Flow, Piece, PieceKind, Value};
use crate::syntax::ExprId;

pub(super) use command::{Command, commands};
pub(super) use gather::Gather;

/// What one request, or one client, was told.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchange {
    /// Where the call stands.
    pub(super) at: Range<usize>,
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
        self.urls.is_empty() && self.base.is_none() && self.headers.is_empty()
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
    found
}

/// What a call was told, if it is one that has to do with HTTP.
pub(super) fn exchange(flow: &Flow<'_>, call: ExprId, context: &Context) -> Option<Exchange> {
    let mut gather = Gather::new(flow);
    gather.root(call, context);
    let mut exchange = gather.exchange;
    exchange.at = flow.program.span(call);
    (!exchange.is_empty()).then_some(exchange)
}
