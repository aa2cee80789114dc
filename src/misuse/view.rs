//! A file as the checks see it: its programs, what they send and run, and what is known of it.

use std::collections::HashSet;
use std::ops::Range;

use super::exchange::{Command, Exchange, commands, exchanges};
use super::flow::{Flow, Imports, Index, Named, Piece, PieceKind, Value};
use super::known::{Destination, Known};
use super::setting::{self, Setting};
use super::{MAX_LITERALS, Misuse, Unit};
use crate::rules::RuleSet;
use crate::syntax::{Expr, ExprId, Language, Program};

/// A file as the checks see it.
pub(super) struct File<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a [u8],
    pub(super) known: Known<'a>,
    pub(super) views: Vec<View<'a>>,
}

/// One program of a file.
pub(super) struct View<'a> {
    pub(super) flow: Flow<'a>,
    /// What it sends.
    pub(super) sent: Vec<Sent>,
    /// What it runs.
    pub(super) commands: Vec<Command>,
    /// Where its strings are looked into, and not sent: `url.startsWith("http://")`.
    pub(super) questions: HashSet<ExprId>,
    /// The string of which program it stands in.
    pub(super) host: Option<(usize, ExprId)>,
}

/// A request or client, and whose it is.
pub(super) struct Sent {
    pub(super) exchange: Exchange,
    /// Each address it may go to, and where that leads.
    pub(super) addresses: Vec<(Vec<Piece>, Destination)>,
    /// Whose API it calls.
    pub(super) provider: Option<usize>,
    /// Whether that is known from the address.
    pub(super) by_address: bool,
}

/// A program and the string it stands in.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) program: &'a Program,
    /// The number of the part around it, and the string there.
    pub(super) host: Option<(usize, ExprId)>,
}

/// A program and all that stand inside of it, the outer ones first.
pub(super) fn parts(root: &Program) -> Vec<Part<'_>> {
    let mut parts = vec![Part {
        program: root,
        host: None,
    }];
    let mut at = 0;
    while at < parts.len() {
        for embedded in &parts[at].program.embedded {
            let host = embedded.host.map(|host| (at, host));
            parts.push(Part {
                program: &embedded.program,
                host,
            });
        }
        at += 1;
    }
    parts
}

impl<'a> File<'a> {
    pub(super) fn new(
        rules: &'a RuleSet,
        unit: &Unit<'a>,
        parts: &[Part<'a>],
        indexes: &'a [Index],
        imports: &'a Imports<'a>,
    ) -> Self {
        let mut known = Known::new(
            rules,
            unit.text,
            unit.literals[..unit.literals.len().min(MAX_LITERALS)].to_vec(),
        );
        let flows: Vec<Flow<'a>> = parts
            .iter()
            .zip(indexes)
            .map(|(part, index)| Flow::new(part.program, index, imports))
            .collect();
        let mut views: Vec<View<'a>> = Vec::with_capacity(parts.len());
        for (part, flow) in parts.iter().zip(flows) {
            let mut sent: Vec<Exchange> = match part.program.language {
                Language::Shell => Vec::new(),
                _ => exchanges(&flow),
            };
            let mut commands = commands(&flow);
            sent.extend(
                commands
                    .iter_mut()
                    .filter_map(|command| command.exchange.clone()),
            );
            let questions = questions(&flow);
            views.push(View {
                sent: sent
                    .into_iter()
                    .map(|exchange| Sent::new(exchange, &known))
                    .collect(),
                flow,
                commands,
                questions,
                host: part.host,
            });
        }
        known.carriers = carriers(&views, &known);
        Self {
            path: unit.path,
            text: unit.text,
            known,
            views,
        }
    }

    /// Every request or client of the file, with the program it is in.
    pub(super) fn sent(&self) -> impl Iterator<Item = (&View<'a>, &Sent)> {
        self.views
            .iter()
            .flat_map(|view| view.sent.iter().map(move |sent| (view, sent)))
    }

    /// The setting of an expression of the program with this number, and of the string it stands in.
    pub(super) fn setting(&self, view: usize, id: ExprId) -> Option<Setting> {
        let here = &self.views[view];
        let inner = here.flow.program.span(id);
        let around = here.flow.index.named.iter().filter(|n| {
            let outer = here.flow.program.span(n.value);
            outer.start <= inner.start && inner.end <= outer.end
        });
        let exact = here.flow.index.names_of(id).max_by_key(|n| n.path.len());
        let named = exact.or_else(|| around.max_by_key(|n| n.path.len()));
        let path = if here.host.is_some() { "" } else { self.path };
        let own = setting::of_expr(&here.flow, path, id, named);
        own.or_else(|| {
            here.host
                .and_then(|(outer, host)| self.setting(outer, host))
        })
        .or_else(|| Setting::of_path(self.path))
    }

    /// The setting of a name with a value, of the program with this number.
    pub(super) fn setting_of(&self, view: usize, named: &Named) -> Option<Setting> {
        let here = &self.views[view];
        setting::of_expr(&here.flow, self.path, named.value, Some(named))
    }

    /// The characters of the file in a stretch.
    pub(super) fn slice(&self, at: &Range<usize>) -> &str {
        let bytes = self.text.get(at.clone()).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The innermost string that covers a stretch, with the number of its program.
    pub(super) fn string_at(&self, at: &Range<usize>) -> Option<(usize, ExprId)> {
        let mut best: Option<(usize, usize, ExprId)> = None;
        for (number, view) in self.views.iter().enumerate() {
            for id in view.flow.program.ids() {
                if let Expr::Text { content, .. } = &view.flow.program[id]
                    && content.start <= at.start
                    && at.end <= content.end
                    && best.is_none_or(|(length, ..)| content.len() <= length)
                {
                    best = Some((content.len(), number, id));
                }
            }
        }
        best.map(|(_, number, id)| (number, id))
    }
}

impl Sent {
    fn new(exchange: Exchange, known: &Known<'_>) -> Self {
        let addresses: Vec<(Vec<Piece>, Destination)> = exchange
            .addresses()
            .into_iter()
            .map(|address| {
                let destination = known.destination(&address);
                (address, destination)
            })
            .collect();
        let by_address = addresses.iter().find_map(|(_, d)| match d {
            Destination::Provider(number) => Some(*number),
            _ => None,
        });
        let elsewhere = !addresses.is_empty()
            && addresses
                .iter()
                .all(|(_, d)| matches!(d, Destination::Other | Destination::Local));
        let by_credential = || {
            exchange
                .headers
                .iter()
                .find_map(|header| known.credentials(&header.value).first().map(|c| c.provider))
        };
        // A path that others have too, and a credential that says whose it is.
        let by_both = || {
            let credential = by_credential()?;
            addresses
                .iter()
                .any(|(address, _)| known.may_be(address) == Some(credential))
                .then_some(credential)
        };
        let by_address = by_address.or_else(by_both);
        // `new Postiz(key, url)`: a client of its own says whose it is, wherever the instance runs.
        let by_client = || {
            let lower = exchange.callee.to_ascii_lowercase();
            known.by_words(&lower).filter(|_| {
                exchange
                    .callee
                    .rsplit('.')
                    .next()
                    .is_some_and(|n| n.starts_with(char::is_uppercase))
            })
        };
        Self {
            provider: by_address
                .or_else(by_client)
                .or_else(|| if elsewhere { None } else { by_credential() }),
            by_address: by_address.is_some(),
            addresses,
            exchange,
        }
    }

    /// Whether it stays on the machine or in a private network.
    pub(super) fn is_local(&self) -> bool {
        self.addresses.iter().any(|(_, d)| *d == Destination::Local)
    }

    /// Whether it goes to somebody else, for all that is known.
    pub(super) fn is_elsewhere(&self) -> bool {
        !self.by_address && self.addresses.iter().any(|(_, d)| *d == Destination::Other)
    }
}

/// Names that are sent as a provider's credential somewhere: they hold it everywhere.
fn carriers(views: &[View<'_>], known: &Known<'_>) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for sent in views.iter().flat_map(|view| &view.sent) {
        let (Some(provider), true) = (sent.provider, sent.by_address) else {
            continue;
        };
        let Some(auth) = known.auth(provider) else {
            continue;
        };
        for header in sent.exchange.headers(&auth.header) {
            for pieces in header.value.texts() {
                for piece in &pieces {
                    if let PieceKind::Open(source) = &piece.kind
                        && source.label != "this"
                        && !source.label.is_empty()
                    {
                        found.push((source.label.clone(), provider));
                        found.extend(source.aliases.iter().map(|alias| (alias.clone(), provider)));
                    }
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Functions that ask something of a text.
const ASKING: &[&str] = &[
    "startswith",
    "starts_with",
    "start_with",
    "start_with?",
    "endswith",
    "hasprefix",
    "includes",
    "include?",
    "contains",
    "indexof",
    "replace",
    "replaceall",
    "gsub",
    "sub",
    "str_replace",
    "preg_match",
    "match",
    "test",
    "equals",
    "trimprefix",
    "removeprefix",
    "tobe",
    "toequal",
    "assertequal",
    "assert_equal",
    "assertequals",
    "tocontain",
    "expect",
    "strip_prefix",
    "str_starts_with",
    "strpos",
    "assertnotin",
    "assertin",
    "assert",
    "assert_eq",
    "assertthat",
    "nottocontain",
    "isequalto",
    "refute",
    "regexp",
    "compile",
    "allow",
    "disallow",
    "stub_request",
    "nock",
    "intercept",
    "mock",
    "stub",
];

/// The strings that are looked for, not sent.
fn questions(flow: &Flow<'_>) -> HashSet<ExprId> {
    let program = flow.program;
    let mut found = HashSet::new();
    for id in program.ids() {
        match &program[id] {
            Expr::Compare { left, right, .. } => found.extend([*left, *right]),
            Expr::Call { callee, args } => {
                let last = program
                    .path(*callee)
                    .last()
                    .map(|name| name.to_ascii_lowercase());
                if last.is_some_and(|name| ASKING.contains(&name.as_str())) {
                    found.extend(args.iter().map(|arg| arg.value));
                }
            }
            _ => {}
        }
    }
    found
}

/// What a check found, without the check's number.
pub(super) type Found = Vec<Misuse>;

/// The fixed text that a value begins with.
pub(super) fn beginning(value: &Value) -> Option<String> {
    match value.options().first()? {
        Value::Text(pieces) => match &pieces.first()?.kind {
            PieceKind::Fixed(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}
