//! Objects that carry a credential where they are printed whole: clients, requests, errors, what is made
//! of fields.

use std::ops::Range;

use super::shows;
use crate::misuse::exchange::Gather;
use crate::misuse::flow::{Bound, Value};
use crate::misuse::known::Credential;
use crate::misuse::view::{File, View};
use crate::syntax::{Arg, Expr, ExprId, Language};

/// Members that lead from an error or an answer to the request with its headers.
const CARRIERS: &[&str] = &[
    "config",
    "request",
    "options",
    "headers",
    "header",
    "defaults",
    "req",
    "tojson",
    "httprequest",
    "common",
];

/// Libraries whose errors carry the request.
const CARRYING: &[&str] = &["axios", "got", "superagent", "request", "needle", "ky"];

/// The credentials in the fields of an object that is made by name: `Config { api_key }`.
pub(super) fn parts(
    file: &File<'_>,
    view: &View<'_>,
    value: &Value,
    depth: usize,
) -> Vec<Credential> {
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
    let last = view
        .flow
        .program
        .path(*callee)
        .last()
        .copied()
        .unwrap_or_default();
    let class = match last {
        "Self" => view.flow.index.class_of(call).unwrap_or(last),
        last => last,
    };
    last.starts_with(char::is_uppercase)
        && !view.flow.prints_itself(class)
        && args.iter().all(|a| a.name.is_some())
        && matches!(
            view.flow.program.language,
            Language::Go
                | Language::Rust
                | Language::Python
                | Language::Kotlin
                | Language::CSharp
                | Language::Swift
        )
}

/// An object that holds a request's headers: a client, a request, an error, a configuration.
pub(super) fn carrier(
    file: &File<'_>,
    view: &View<'_>,
    arg: ExprId,
    depth: usize,
) -> Option<(Credential, &'static str)> {
    let program = view.flow.program;
    if depth > 6 {
        return None;
    }
    match &program[arg] {
        Expr::Join(pieces) => pieces
            .iter()
            .find_map(|p| carrier(file, view, *p, depth + 1)),
        Expr::Map(entries) => entries
            .iter()
            .find_map(|e| carrier(file, view, e.value, depth + 1)),
        Expr::List(items) => items
            .iter()
            .find_map(|i| carrier(file, view, *i, depth + 1)),
        Expr::Call { callee, args } => given(file, view, (*callee, args), depth),
        Expr::Name(_) => error(file, view, arg)
            .or_else(|| made(file, view, arg, false))
            .or_else(|| {
                let origins = view.flow.origins(arg, &None);
                let mut calls = origins.iter().filter(|(o, _)| {
                    matches!(
                        view.flow.program[*o],
                        Expr::Call { .. } | Expr::Member { .. }
                    )
                });
                calls.find_map(|(origin, _)| carrier(file, view, *origin, depth + 2))
            }),
        Expr::Member { object, name } => member(file, view, arg, (*object, name), depth),
        _ => None,
    }
}

/// What a call prints of what it is given: `JSON.stringify(error)`, `request.headers.inspect()`.
fn given(
    file: &File<'_>,
    view: &View<'_>,
    (callee, args): (ExprId, &[Arg]),
    depth: usize,
) -> Option<(Credential, &'static str)> {
    let program = view.flow.program;
    let path = program.path(callee);
    let last = path
        .last()
        .map(|l| l.to_ascii_lowercase())
        .unwrap_or_default();
    let gives = [
        "stringify",
        "inspect",
        "dumps",
        "str",
        "repr",
        "string",
        "tojson",
        "to_json",
        "to_s",
        "json_encode",
        "format",
        "print_r",
        "var_export",
        "sprintf",
        "dict",
        "pformat",
        "serialize",
        "serializeobject",
        "getheaders",
        "getrequest",
        "headers",
        "marshal",
        "tostring",
    ];
    if !gives.contains(&last.as_str()) {
        return None;
    }
    let inside = args
        .iter()
        .find_map(|a| carrier(file, view, a.value, depth + 1));
    inside.or_else(|| match &program[callee] {
        Expr::Member { object, .. }
            if last.contains("headers")
                || last == "getrequest"
                || last == "tojson"
                || last == "to_json"
                || last == "inspect"
                || last == "tostring" =>
        {
            carrier(file, view, *object, depth + 1)
        }
        _ => None,
    })
}

/// A member that leads to a request with its headers: `error.config`, `response.request.headers`.
fn member(
    file: &File<'_>,
    view: &View<'_>,
    arg: ExprId,
    (object, name): (ExprId, &str),
    depth: usize,
) -> Option<(Credential, &'static str)> {
    let program = view.flow.program;
    let lower = name.to_ascii_lowercase();
    let is_carrier = CARRIERS.contains(&lower.as_str());
    // `exc.request.headers`, `each_header.to_h`
    if ["to_h", "to_hash", "inspect", "each_header"].contains(&lower.as_str()) {
        return carrier(file, view, object, depth + 1);
    }
    let names: Vec<String> = program
        .path(arg)
        .iter()
        .map(|p| p.to_ascii_lowercase())
        .collect();
    if let [base, .., request, headers] = names.as_slice()
        && [
            "e",
            "err",
            "error",
            "exc",
            "ex",
            "exception",
            "res",
            "resp",
            "response",
            "r",
        ]
        .contains(&base.as_str())
        && request == "request"
        && headers.contains("header")
    {
        let mut sent = view.sent.iter().flat_map(|s| &s.exchange.headers);
        let credential =
            sent.find_map(|h| file.known.credentials(&h.value).into_iter().find(shows));
        return credential.map(|c| (c, "the headers of a request"));
    }
    let path = program.path(arg);
    let mut inner = object;
    // `error.response.config`, `response.request.headers`.
    while let Expr::Member { object, name } = &program[inner] {
        if ["data", "body", "status", "message"].contains(&name.as_str()) {
            return None;
        }
        inner = *object;
    }
    let through_request = path
        .iter()
        .rev()
        .skip(1)
        .any(|p| ["request", "config", "req", "options"].contains(p))
        || lower == "config"
        || lower == "request";
    if is_carrier && let Some(found) = error_base(file, view, inner, 0) {
        return Some(found);
    }
    // The headers of an answer are the server's.
    if is_carrier || matches!(program[object], Expr::This) {
        return made(file, view, arg, through_request);
    }
    None
}

/// A client or request with a credential in its headers; an answer only by its request.
fn made(
    file: &File<'_>,
    view: &View<'_>,
    id: ExprId,
    through_request: bool,
) -> Option<(Credential, &'static str)> {
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
    error_base(file, view, id, 0)
}

/// Whether a library is used whose errors carry the request.
fn carries(view: &View<'_>) -> bool {
    let script = matches!(
        view.flow.program.language,
        Language::JavaScript | Language::TypeScript | Language::Tsx
    );
    script
        && (view
            .flow
            .index
            .imports
            .iter()
            .any(|i| CARRYING.contains(&i.module.as_str()))
            || view.flow.index.calls.iter().any(|call| {
                view.flow
                    .program
                    .path(*call)
                    .first()
                    .is_some_and(|first| CARRYING.contains(first))
            }))
}

fn error_base(
    file: &File<'_>,
    view: &View<'_>,
    id: ExprId,
    depth: usize,
) -> Option<(Credential, &'static str)> {
    let Expr::Name(name) = &view.flow.program[id] else {
        return None;
    };
    let bindings = view.flow.index.bindings(id, name);
    for (origin, _) in view.flow.origins(id, &None) {
        if origin != id && depth < 4 && matches!(view.flow.program[origin], Expr::Name(_)) {
            let of_caller = error_base(file, view, origin, depth + 1);
            if of_caller.is_some() {
                return of_caller;
            }
        }
    }
    let failed: Option<Range<u32>> = bindings.iter().find_map(|binding| match &binding.to {
        Bound::Caught(orders) => Some(orders.clone()),
        Bound::Parameter(function, 0, _) if view.flow.index.is_handler(*function) => {
            Some(0..u32::MAX)
        }
        _ => None,
    });
    let failed = failed?;
    let inside: Vec<Range<usize>> = view
        .flow
        .index
        .between(&failed)
        .iter()
        .map(|c| view.flow.program.span(*c))
        .collect();
    let credential_of = |sent: &crate::misuse::view::Sent| {
        sent.exchange
            .headers
            .iter()
            .flat_map(|h| file.known.credentials(&h.value))
            .find(shows)
    };
    // What is sent in the body itself, or else in what the body calls.
    let direct = view
        .sent
        .iter()
        .filter(|sent| sent.exchange.sends && inside.contains(&sent.exchange.at))
        .find_map(credential_of);
    let calls_own = view
        .flow
        .index
        .between(&failed)
        .iter()
        .any(|c| view.flow.index.callee(view.flow.program, *c).is_some());
    let any = || {
        view.sent
            .iter()
            .filter(|_| calls_own)
            .find_map(credential_of)
    };
    Some((direct.or_else(any)?, "an error"))
}
