//! What a method that is called tells a request: its address, its headers, or that it is sent.

use std::ops::Range;

use super::Gather;
use crate::misuse::exchange::{Header, names_address};
use crate::misuse::flow::{Context, Field, PieceKind, Value};
use crate::misuse::library::http;
use crate::misuse::library::http::Method;
use crate::syntax::{Arg, Expr, ExprId, Language};

impl Gather<'_, '_> {
    pub(super) fn method(
        &mut self,
        method: Method,
        id: ExprId,
        callee: ExprId,
        args: &[Arg],
        context: &Context,
    ) {
        let values: Vec<ExprId> = args
            .iter()
            .filter(|a| a.name.is_none())
            .map(|a| a.value)
            .collect();
        let in_query = self
            .program()
            .path(callee)
            .iter()
            .any(|p| ["searchparams", "queryitems"].contains(&p.to_ascii_lowercase().as_str()));
        let method = if in_query && method == Method::Header {
            Method::Query
        } else {
            method
        };
        match method {
            // Faraday: `f.request :authorization, "Bearer", key`.
            Method::Send
                if self.first_text(&values, context).as_deref() == Some("authorization") =>
            {
                self.method(Method::Authorization, id, callee, &args[1..], context);
            }
            Method::Scheme => self.exchange.scheme = self.first_text(&values, context),
            Method::Verbose => {
                let off = values
                    .first()
                    .is_some_and(|v| self.literal(*v).as_deref() == Some("false"));
                if !off {
                    self.exchange.verbose = Some(self.own_part(id, &values));
                }
            }
            Method::Send => self.sent(callee, args, context),
            Method::Configure => self.configure(args, context),
            Method::Header => self.one_header(callee, args, &values, context),
            Method::Headers => self.several_headers(args, &values, context),
            Method::Url => {
                if let Some(value) = values.first() {
                    let url = self.flow.eval(*value, context);
                    self.url(url, *value, context);
                }
            }
            Method::Base => {
                if let Some(value) = values.first() {
                    self.exchange.base = Some(self.flow.eval(*value, context));
                }
            }
            Method::Bearer => {
                let own = values
                    .get(1)
                    .and_then(|v| self.flow.eval(*v, context).as_fixed());
                let scheme = own.or_else(|| self.exchange.scheme.clone());
                let scheme = format!("{} ", scheme.as_deref().unwrap_or("Bearer"));
                self.scheme(&scheme, id, values.first().copied(), context);
            }
            Method::Basic => self.scheme("Basic ", id, values.first().copied(), context),
            Method::Authorization => match values.as_slice() {
                [value] => self.header("Authorization".to_owned(), *value, context),
                [scheme, value, ..] => {
                    let scheme = self
                        .flow
                        .eval(*scheme, context)
                        .as_fixed()
                        .unwrap_or_default();
                    self.scheme(&format!("{scheme} "), id, Some(*value), context);
                }
                [] => {}
            },
            Method::Query => self.parameters(&values, context),
            Method::Body => {
                if let Some(value) = values.first() {
                    self.exchange.body = Some(self.flow.eval(*value, context));
                }
                self.configure(args, context);
            }
            Method::Insecure => {
                let off = values
                    .first()
                    .is_some_and(|v| self.literal(*v).as_deref() == Some("false"));
                if !off {
                    let at = self.own_part(id, &values);
                    self.exchange.unverified.push(at);
                }
            }
            Method::Verify => {
                if values.first().is_some_and(|v| self.is_off(*v)) {
                    let at = self.own_part(id, &values);
                    self.exchange.unverified.push(at);
                }
            }
            Method::CurlOption => {
                if let [_, option, value] = values.as_slice() {
                    let option = self.program().path(*option).last().map(ToString::to_string);
                    self.option(&option.unwrap_or_default(), *value, context);
                }
            }
        }
    }

    /// A call that sends, or makes what is sent.
    fn sent(&mut self, callee: ExprId, args: &[Arg], context: &Context) {
        let path = self.program().path(callee);
        let verb = path
            .last()
            .map(|v| v.trim_end_matches("Async").to_ascii_uppercase());
        // reqwest's `client.get(url)` only makes the request.
        let makes = self.program().language == Language::Rust
            && path.last().is_some_and(|name| http::is_verb(name));
        self.exchange.sends = self.exchange.sends || !makes;
        if let Some(verb) = verb.filter(|verb| http::is_verb(verb)) {
            self.exchange.method = Some(verb);
        }
        self.configure(args, context);
    }

    /// A name with its value, or what holds both.
    fn one_header(&mut self, callee: ExprId, args: &[Arg], values: &[ExprId], context: &Context) {
        match values {
            // Swift: `setValue("…", forHTTPHeaderField: "Authorization")`.
            [value] => {
                let field = args.iter().find(|a| {
                    a.name
                        .as_deref()
                        .is_some_and(|n| n.to_ascii_lowercase().contains("headerfield"))
                });
                match field {
                    Some(field) => {
                        if let Some(name) = self.header_name(field.value, context) {
                            self.header(name, *value, context);
                        }
                    }
                    None => self.headers(*value, context),
                }
            }
            [name, value, ..] => {
                let bare = matches!(&self.program()[callee], Expr::Member { name, .. }
                    if ["set", "append", "add", "insert", "setdefault"].contains(&name.to_ascii_lowercase().as_str()));
                if let Some(name) = self.header_name(*name, context)
                    && (!bare
                        || name.contains('-')
                        || ["authorization", "accept", "cookie"]
                            .contains(&name.to_ascii_lowercase().as_str()))
                {
                    self.header(name, *value, context);
                }
            }
            [] => {}
        }
    }

    /// Headers in a row, by name, or in what holds them.
    fn several_headers(&mut self, args: &[Arg], values: &[ExprId], context: &Context) {
        match values {
            [only] => self.headers(*only, context),
            several => {
                for pair in several.chunks(2) {
                    if let [name, value] = pair
                        && let Some(name) = self.header_name(*name, context)
                    {
                        self.header(name, *value, context);
                    }
                }
                for arg in args {
                    if let Some(name) = &arg.name {
                        self.header(name.clone(), arg.value, context);
                    }
                }
            }
        }
    }

    /// A parameter of the query with its value, or what holds several.
    fn parameters(&mut self, values: &[ExprId], context: &Context) {
        match values {
            [only] => self.query(*only, context),
            [name, value, ..] => {
                if let Some(key) = self.flow.eval(*name, context).as_fixed() {
                    let at = self.program().span(*value);
                    let value = self.flow.eval(*value, context);
                    self.exchange.query.push(Field {
                        key: Some(key),
                        value,
                        at,
                    });
                }
            }
            [] => {}
        }
    }

    /// The part of a chain that this call adds.
    fn own_part(&self, id: ExprId, values: &[ExprId]) -> Range<usize> {
        let whole = self.program().span(id);
        let from = values.first().map(|v| self.program().span(*v).start);
        let from = from.or_else(|| match &self.program()[id] {
            Expr::Call { callee, .. } => match &self.program()[*callee] {
                Expr::Member { .. } => Some(self.program().span(*callee).end),
                _ => None,
            },
            _ => None,
        });
        from.unwrap_or(whole.start).min(whole.end)..whole.end
    }

    fn first_text(&self, values: &[ExprId], context: &Context) -> Option<String> {
        self.flow.eval(*values.first()?, context).as_fixed()
    }

    /// `Authorization: scheme value`.
    pub(super) fn scheme(
        &mut self,
        scheme: &str,
        id: ExprId,
        value: Option<ExprId>,
        context: &Context,
    ) {
        let at = self.program().span(value.unwrap_or(id));
        let mut parts = vec![Value::fixed(scheme, at.clone())];
        parts.extend(value.map(|value| self.flow.eval(value, context)));
        let value = crate::misuse::flow::joined(&parts);
        self.exchange.headers.push(Header {
            name: "Authorization".to_owned(),
            value,
            at,
        });
    }

    /// The arguments of what makes or sends a request.
    fn configure(&mut self, args: &[Arg], context: &Context) {
        let mut has_url = false;
        for (number, arg) in args.iter().enumerate() {
            if let Some(name) = &arg.name {
                self.option(name, arg.value, context);
                continue;
            }
            if let Expr::Function(function) = self.program()[arg.value] {
                self.block(function, context);
                continue;
            }
            let value = self.flow.eval(arg.value, context);
            // axios: `post(url, { … })`, but Guzzle: `post(url, ['json' => …])`.
            let is_options = match &value {
                Value::Map(fields) => fields.iter().any(|f| {
                    f.key
                        .as_deref()
                        .is_some_and(|key| http::setting(key).is_some())
                }),
                _ => true,
            };
            let posts = matches!(
                self.exchange.method.as_deref(),
                Some("POST" | "PUT" | "PATCH" | "POSTASJSON" | "PUTASJSON")
            );
            if number > 0 && posts && self.exchange.body.is_none() && !is_options {
                self.exchange.body = Some(value);
                continue;
            }
            let mut as_object = false;
            for option in value.options() {
                match option {
                    Value::Text(pieces) => {
                        let first = pieces.first().map(|p| &p.kind);
                        let fixed = match first {
                            Some(PieceKind::Fixed(text)) => Some(text.as_str()),
                            _ => None,
                        };
                        if let Some(verb) = fixed.filter(|v| pieces.len() == 1 && http::is_verb(v))
                        {
                            self.exchange.method = Some(verb.to_ascii_uppercase());
                        } else if !has_url && self.is_address(pieces, number) {
                            self.exchange.urls.push(Value::Text(pieces.clone()));
                            has_url = true;
                            // `url.searchParams.set(…)`
                            if let Expr::Name(_) = self.program()[arg.value] {
                                self.changes(arg.value, context);
                            }
                        } else {
                            if self.exchange.body.is_none()
                                && fixed.is_some_and(|text| text.trim_start().starts_with('{'))
                            {
                                self.exchange.body = Some(value.clone());
                            }
                            as_object = true;
                        }
                    }
                    Value::Map(_) | Value::Object(_) | Value::List(_) => as_object = true,
                    _ => {}
                }
            }
            if has_url
                && number == 0
                && !matches!(value, Value::Object(_))
                && value.options().len() > 1
            {
                // The other addresses it may be.
                for option in &value.options()[1..] {
                    self.exchange.urls.insert(0, option.clone());
                }
            }
            if as_object {
                let before = self.exchange.clone();
                self.object(arg.value, context);
                if self.exchange.sends && !before.sends {
                    // An answer that something is done with.
                    self.exchange = before;
                }
            }
            if let Value::Function(function) = value
                && !matches!(self.program()[arg.value], Expr::Function(_))
            {
                for value in self.returns(function) {
                    self.object(value, context);
                }
            }
        }
    }

    /// Whether the text in this place of a call's arguments is where it goes to.
    fn is_address(&self, pieces: &[crate::misuse::flow::Piece], number: usize) -> bool {
        let Some(first) = pieces.first() else {
            return false;
        };
        match &first.kind {
            PieceKind::Fixed(text) => {
                let below = self.exchange.base.is_some() || !self.exchange.urls.is_empty();
                text.contains("://")
                    || text.starts_with('/') && number < 3
                    || below && number == 0 && !text.contains(' ') && !text.is_empty()
                    || number == 0 && pieces.len() == 1 && text.contains('.') && !text.contains(' ')
                    || number < 2 && text.contains('/') && !text.contains(' ')
            }
            PieceKind::Open(source) => {
                number < 3
                    && (names_address(&source.label)
                        || matches!(pieces.get(1).map(|p| &p.kind),
                    Some(PieceKind::Fixed(text)) if text.starts_with('/')))
                    || number == 0 && source.label.to_ascii_lowercase().ends_with("path")
            }
            PieceKind::Part(..) => false,
        }
    }
}
