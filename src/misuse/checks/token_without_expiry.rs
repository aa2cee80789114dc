//! `token-without-expiry`: a credential that is made to last for ever.

use std::ops::Range;

use super::{Check, misuse, quoted};
use crate::misuse::exchange::Exchange;
use crate::misuse::flow::{Field, Piece, Value};
use crate::misuse::known::plain;
use crate::misuse::view::{File, Found, Sent, View};
use crate::model::{Confidence, Severity};
use crate::rules::schema::Issue;
use crate::syntax::Expr;

pub(super) const CHECK: Check = Check {
    id: "token-without-expiry",
    title: "Credential made without an end",
    severity: Severity::Medium,
    cwe: 613,
    impact: "It works until somebody remembers to revoke it; when it leaks, it is of use for ever.",
    remedy: &["Say when the credential ends, and make a new one before it does."],
    run,
};

fn run(file: &File<'_>, found: &mut Found) {
    for issued in issued(file) {
        let Some(expires) = &issued.issue.expires else {
            continue;
        };
        if issued.says(expires) {
            continue;
        }
        let name = file.known.name(issued.provider);
        let message = format!(
            "this makes a {name} credential that never ends; send {}",
            quoted(expires)
        );
        found.push(misuse(issued.provider, &issued.at, message).sure(issued.sure));
    }
}

/// A request that makes a credential.
pub(super) struct Issued<'r> {
    pub(super) provider: usize,
    pub(super) issue: &'r Issue,
    pub(super) at: std::ops::Range<usize>,
    /// What its body says; none where that is not known.
    body: Option<Vec<Field>>,
    /// The body, where it is written as a text.
    text: String,
    pub(super) sure: Confidence,
}

impl Issued<'_> {
    /// Whether the body has a field of this name, or may have one.
    pub(super) fn says(&self, field: &str) -> bool {
        if self.text.contains(field) {
            return true;
        }
        match &self.body {
            Some(fields) => fields.iter().any(|f| match &f.key {
                Some(key) => same(key, field) && !f.value.is_null(),
                // Another map's fields that are not known.
                None => true,
            }),
            None => {
                self.text.is_empty()
                    || self.text.contains(crate::misuse::known::OPEN) && !self.text.contains('{')
            }
        }
    }

    /// The value of a field, as its fixed texts.
    pub(super) fn values(&self, field: &str) -> Vec<String> {
        let mut values = Vec::new();
        for f in self.body.iter().flatten() {
            if f.key.as_deref().is_some_and(|k| same(k, field)) {
                for option in f.value.options() {
                    values.extend(option.as_fixed());
                    if let Value::List(items) = option {
                        values.extend(items.iter().filter_map(Value::as_fixed));
                    }
                }
            }
        }
        // `{"access": "write"}` as a text.
        if let Some((_, rest)) = self.text.split_once(&format!("\"{field}\"")) {
            values.extend(rest.split('"').nth(1).map(ToOwned::to_owned));
        }
        values
    }

    /// Whether a field is a list without anything in it.
    pub(super) fn is_empty_list(&self, field: &str) -> bool {
        self.body.iter().flatten().any(|f| {
            f.key.as_deref().is_some_and(|k| same(k, field))
                && matches!(&f.value, Value::List(items) if items.is_empty())
        })
    }
}

/// `expires_at`, `expiresAt`, `ExpiresAt`.
fn same(key: &str, field: &str) -> bool {
    let plain = |text: &str| text.replace(['_', '-'], "").to_ascii_lowercase();
    plain(key) == plain(field)
}

/// Every request of the file that makes a credential.
pub(super) fn issued<'f>(file: &'f File<'_>) -> Vec<Issued<'f>> {
    let mut found = Vec::new();
    for (_, sent) in file.sent() {
        if let Some(one) = by_address(file, sent) {
            found.push(one);
        }
    }
    for view in &file.views {
        by_call(file, view, &mut found);
    }
    found
}

fn by_address<'f>(file: &'f File<'_>, sent: &Sent) -> Option<Issued<'f>> {
    let exchange = &sent.exchange;
    if !exchange.sends
        || exchange
            .method
            .as_deref()
            .is_some_and(|m| m != "POST" && m != "PUT")
    {
        return None;
    }
    if exchange.method.is_none() && exchange.body.is_none() {
        return None;
    }
    for (address, _) in &sent.addresses {
        let text = plain(address);
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let path = path.trim_end_matches('/');
        let providers = file
            .known
            .named
            .iter()
            .filter(|p| sent.provider.is_none_or(|own| own == **p));
        for &provider in providers {
            let Some(auth) = file.known.auth(provider) else {
                continue;
            };
            if sent.provider.is_none() && !auth.issue.iter().any(|i| i.expires.is_some()) {
                continue;
            }
            if let Some(issue) = auth.issue.iter().find(|issue| path.ends_with(&*issue.path)) {
                let (body, text) = body(exchange);
                return Some(Issued {
                    provider,
                    issue,
                    at: place(address, exchange),
                    body,
                    text,
                    sure: Confidence::High,
                });
            }
        }
    }
    None
}

/// Where the address is written, if that is within the call.
fn place(address: &[Piece], exchange: &Exchange) -> Range<usize> {
    let inside = |piece: &&Piece| {
        !piece.at.is_empty()
            && exchange.at.start <= piece.at.start
            && piece.at.end <= exchange.at.end
    };
    let piece = address.iter().rev().find(inside);
    piece.map_or(exchange.at.clone(), |piece| piece.at.clone())
}

/// The fields of a body, and its text where it is one.
fn body(exchange: &Exchange) -> (Option<Vec<Field>>, String) {
    let mut fields = None;
    let mut text = String::new();
    for option in exchange.body.iter().flat_map(Value::options) {
        match option {
            Value::Map(inner) => fields = Some(inner.clone()),
            Value::Text(pieces) => text = plain(pieces),
            _ => {}
        }
    }
    (fields, text)
}

/// `publisher.createApiToken({ access: "read" })`: a function of a client.
fn by_call<'f>(file: &'f File<'_>, view: &View<'_>, found: &mut Vec<Issued<'f>>) {
    let program = view.flow.program;
    for call in &view.flow.index.calls {
        let Expr::Call { callee, args } = &program[*call] else {
            continue;
        };
        if view.flow.index.callee(program, *call).is_some() {
            continue;
        }
        let path = program.path(*callee).join(".").to_ascii_lowercase();
        let plain_path = path.replace(['_', '.'], "");
        for &provider in &file.known.named {
            let Some(auth) = file.known.auth(provider) else {
                continue;
            };
            for issue in auth.issue.iter() {
                let calls = issue.calls.iter().any(|name| plain_path.ends_with(&**name));
                if !calls
                    || file.known.by_words(&path) != Some(provider) && file.known.named.len() > 1
                {
                    continue;
                }
                let mut fields: Vec<Field> = Vec::new();
                for arg in args {
                    let at = program.span(arg.value);
                    let value = view.flow.eval(arg.value, &None);
                    match &arg.name {
                        Some(name) => fields.push(Field {
                            key: Some(name.clone()),
                            value,
                            at,
                        }),
                        None => match value {
                            Value::Map(inner) => fields.extend(inner),
                            Value::Text(_) if arg.spread => fields.push(Field {
                                key: None,
                                value,
                                at,
                            }),
                            Value::Object(_) => fields.push(Field {
                                key: None,
                                value,
                                at,
                            }),
                            _ => {}
                        },
                    }
                }
                found.push(Issued {
                    provider,
                    issue,
                    at: program.span(*call),
                    body: Some(fields),
                    text: String::new(),
                    sure: Confidence::Medium,
                });
            }
        }
    }
}
