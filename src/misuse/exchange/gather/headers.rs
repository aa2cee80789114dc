//! Headers, from whatever holds them: maps, lists, lines of text, objects that are filled step by step.

use super::{Gather, MAX_CHANGES, MAX_VISITS};
use crate::misuse::exchange::Header;
use crate::misuse::flow::{Change, Context, Frame, Piece, PieceKind, Value};
use crate::syntax::{Arg, Expr, ExprId};

impl Gather<'_, '_> {
    /// Headers from whatever holds them.
    pub(super) fn headers(&mut self, id: ExprId, context: &Context) {
        self.visits += 1;
        if self.visits > MAX_VISITS {
            return;
        }
        let flow = self.flow;
        flow.deeper(|| self.headers_here(id, context));
    }

    fn headers_here(&mut self, id: ExprId, context: &Context) {
        match &self.program()[id] {
            Expr::Map(entries) => {
                for entry in entries {
                    match entry.key {
                        None => self.headers(entry.value, context),
                        Some(key) => match self.header_name(key, context) {
                            Some(name) => match &self.program()[entry.value] {
                                // `headers: { common: { … } }`
                                Expr::Map(_) | Expr::List(_) => self.headers(entry.value, context),
                                _ => self.header(name, entry.value, context),
                            },
                            None => self.exchange.open = true,
                        },
                    }
                }
            }
            Expr::List(items) => {
                for item in items {
                    self.header_item(*item, context);
                }
            }
            Expr::Choice { options, .. } => {
                for option in options {
                    self.headers(*option, context);
                }
            }
            Expr::Assign { value, .. } => self.headers(*value, context),
            Expr::Name(_) | Expr::Member { .. } => {
                let origins = self.flow.origins(id, context);
                let changes = self.header_changes(id, context);
                if origins.is_empty() && !changes {
                    self.exchange.open = true;
                }
                for (origin, context) in origins {
                    self.headers(origin, &context);
                }
            }
            Expr::Call { callee, args } => self.headers_of_call(id, *callee, args, context),
            Expr::Literal(_) => {}
            Expr::Text { .. } | Expr::Join(_) => {
                self.header_item(id, context);
                self.exchange.open = true;
            }
            Expr::Function(function) => {
                for value in self.returns(*function) {
                    self.headers(value, context);
                }
            }
            _ => self.exchange.open = true,
        }
    }

    /// Headers that a call makes or takes: `Headers(…)`, `Map.of(…)`, a function of the program.
    fn headers_of_call(&mut self, id: ExprId, callee: ExprId, args: &[Arg], context: &Context) {
        if let Some(function) = self.flow.index.callee(self.program(), id) {
            let inner = Some(Frame::inside(function, id, context));
            let returns = self.returns(function);
            if returns.is_empty() {
                self.exchange.open = true;
            }
            for value in returns {
                self.headers(value, &inner);
            }
            return;
        }
        let path = self.program().path(callee);
        let pairs = path.last().is_some_and(|n| ["of", "pairs"].contains(n))
            && args.len().is_multiple_of(2);
        if let Expr::Member { object, .. } = &self.program()[callee]
            && !matches!(self.program()[*object], Expr::Name(_))
        {
            self.headers(*object, context);
        }
        if pairs {
            for pair in args.chunks(2) {
                if let Some(name) = self.header_name(pair[0].value, context) {
                    self.header(name, pair[1].value, context);
                }
            }
            return;
        }
        if args.is_empty()
            && path.len() < 2
            && !path.iter().any(|p| {
                p.to_ascii_lowercase().contains("header")
                    || p.to_ascii_lowercase().contains("map")
                    || *p == "dict"
            })
        {
            self.exchange.open = true;
        }
        for arg in args {
            match &arg.name {
                Some(name) => self.header(name.replace('_', "-"), arg.value, context),
                None => match &self.program()[arg.value] {
                    Expr::Map(_)
                    | Expr::List(_)
                    | Expr::Name(_)
                    | Expr::Call { .. }
                    | Expr::Member { .. }
                    | Expr::Choice { .. } => {
                        self.header_item(arg.value, context);
                    }
                    Expr::Function(function) => self.block(*function, context),
                    _ => {}
                },
            }
        }
    }

    /// What was put into a named map of headers; says whether there was something.
    fn header_changes(&mut self, id: ExprId, context: &Context) -> bool {
        let path = self.program().path(id).join(".");
        let changes: Vec<Change> = self
            .flow
            .index
            .changes(&path)
            .iter()
            .take(MAX_CHANGES)
            .cloned()
            .collect();
        let mut any = false;
        for change in changes {
            let (Change::Set { value: place, .. }
            | Change::Put { value: place, .. }
            | Change::Call(place)) = &change;
            let same = self.flow.index.same_function(*place, id);
            let context = if same { context.clone() } else { None };
            match &change {
                Change::Set { name, value, .. } => {
                    any = true;
                    self.header(name.clone(), *value, &context);
                }
                Change::Put { key, value, .. } => {
                    any = true;
                    match self.header_name(*key, &context) {
                        Some(name) => self.header(name, *value, &context),
                        None => self.exchange.open = true,
                    }
                }
                Change::Call(call) => {
                    let Expr::Call { callee, args } = &self.program()[*call] else {
                        continue;
                    };
                    let path = self.program().path(*callee);
                    let name = path
                        .last()
                        .map(|n| n.to_ascii_lowercase())
                        .unwrap_or_default();
                    match (name.as_str(), args.as_slice()) {
                        (
                            "set"
                            | "add"
                            | "append"
                            | "insert"
                            | "put"
                            | "setdefault"
                            | "tryaddwithoutvalidation"
                            | "store",
                            [key, value],
                        ) => {
                            any = true;
                            if let Some(name) = self.header_name(key.value, &context) {
                                self.header(name, value.value, &context);
                            }
                        }
                        (
                            "update" | "merge" | "merge!" | "putall" | "extend" | "setbearerauth"
                            | "setbasicauth" | "push" | "addall",
                            [value],
                        ) => {
                            any = true;
                            if name.starts_with("setb") {
                                let scheme = if name.contains("bearer") {
                                    "Bearer "
                                } else {
                                    "Basic "
                                };
                                self.scheme(scheme, *call, Some(value.value), &context);
                            } else {
                                self.header_item(value.value, &context);
                            }
                        }
                        ("assign", [_, rest @ ..]) => {
                            any = true;
                            for value in rest {
                                self.headers(value.value, &context);
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        any
    }

    /// One of a list of headers: `"Name: value"`, `["Name", value]`, or more of them.
    fn header_item(&mut self, item: ExprId, context: &Context) {
        let value = self.flow.eval(item, context);
        match &value {
            // Postman and n8n: `{ key: "Name", value: "…" }`.
            Value::Map(_) if value.field("value").is_some() => {
                let name = value.field("key").or_else(|| value.field("name"));
                if let (Some(name), Some(value)) =
                    (name.and_then(|n| n.as_fixed()), value.field("value"))
                {
                    let at = self.program().span(item);
                    self.exchange.headers.push(Header { name, value, at });
                }
            }
            Value::List(pair) => {
                if let [name, value] = pair.as_slice()
                    && let Some(name) = name.as_fixed()
                {
                    let at = self.program().span(item);
                    self.exchange.headers.push(Header {
                        name,
                        value: value.clone(),
                        at,
                    });
                } else {
                    self.headers(item, context);
                }
            }
            Value::Text(pieces) => {
                let mut any = false;
                for line in lines(pieces) {
                    if let Some((name, value)) = split_header(&line) {
                        let at = self.program().span(item);
                        self.exchange.headers.push(Header { name, value, at });
                        any = true;
                    }
                }
                if !any && !matches!(self.program()[item], Expr::Text { .. } | Expr::Join(_)) {
                    self.headers(item, context);
                }
            }
            _ => self.headers(item, context),
        }
    }

    pub(super) fn header_name(&self, id: ExprId, context: &Context) -> Option<String> {
        let value = self.flow.eval(id, context);
        if let Some(name) = value.options().first().and_then(Value::as_fixed) {
            return Some(name);
        }
        // `HttpHeaders.AUTHORIZATION`, `header::CONTENT_TYPE`.
        let last = self.program().path(id).last().map(ToString::to_string)?;
        let known =
            last.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') || last == "Authorization";
        known.then(|| last.replace('_', "-"))
    }

    pub(super) fn header(&mut self, name: String, value: ExprId, context: &Context) {
        // Vapor: `headers.bearerAuthorization = BearerAuthorization(token: key)`.
        if name.eq_ignore_ascii_case("bearerAuthorization") {
            let token = match &self.program()[value] {
                Expr::Call { args, .. } => args.first().map(|a| a.value),
                _ => Some(value),
            };
            return self.scheme("Bearer ", value, token, context);
        }
        let at = self.program().span(value);
        let evaluated = self.flow.eval(value, context);
        // A header that the same place sets in another case is the same header.
        self.exchange.headers.push(Header {
            name,
            value: evaluated,
            at,
        });
    }
}

/// The lines of a text: headers may be written one a line.
fn lines(pieces: &[Piece]) -> Vec<Value> {
    let mut lines: Vec<Vec<Piece>> = vec![Vec::new()];
    for piece in pieces {
        match &piece.kind {
            PieceKind::Fixed(text) if text.contains('\n') => {
                for (number, part) in text.split('\n').enumerate() {
                    if number > 0 {
                        lines.push(Vec::new());
                    }
                    let part = part.trim_end_matches('\r');
                    if let (Some(line), false) = (lines.last_mut(), part.is_empty()) {
                        let kind = PieceKind::Fixed(part.to_owned());
                        line.push(Piece {
                            kind,
                            ..piece.clone()
                        });
                    }
                }
            }
            _ => {
                if let Some(line) = lines.last_mut() {
                    line.push(piece.clone());
                }
            }
        }
    }
    lines
        .into_iter()
        .filter(|line| !line.is_empty())
        .map(Value::Text)
        .collect()
}

/// `Name` and the value of `Name: value`.
pub(in crate::misuse) fn split_header(value: &Value) -> Option<(String, Value)> {
    let Value::Text(pieces) = value else {
        return None;
    };
    let first = pieces.first()?;
    let PieceKind::Fixed(text) = &first.kind else {
        return None;
    };
    let (name, rest) = text.split_once(':')?;
    if name.is_empty()
        || name.contains(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
    {
        return None;
    }
    let value = rest.trim_start();
    let skipped = text.len() - value.len();
    let mut pieces = pieces.clone();
    if value.is_empty() {
        pieces.remove(0);
    } else {
        // Escapes make places approximate; without any they are exact.
        if pieces[0].at.len() == text.len() {
            pieces[0].at.start += skipped;
        }
        pieces[0].kind = PieceKind::Fixed(value.to_owned());
    }
    Some((name.to_owned(), Value::Text(pieces)))
}
