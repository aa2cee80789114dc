//! Gathers what a request or client is told.

use std::collections::HashSet;
use std::ops::Range;

use super::{Exchange, Header, names_address};
use crate::misuse::flow::{Change, Context, Field, Flow, Piece, PieceKind, Value};
use crate::misuse::library::http::{self, Method, Setting};
use crate::syntax::{Arg, Expr, ExprId, FunctionId, Language, Stmt};

/// How far from the call things are looked for.
const MAX_DEPTH: usize = 24;

/// How many expressions one request is gathered from.
const MAX_VISITS: usize = 600;

/// Methods that configure the object they are called on.
const CHANGING: &[&str] = &["use", "configure", "settlsclientconfig", "settransport", "apply", "also", "with", "setdefaultheaders", "curl_setopt_array", "method", "setrequestmethod", "tap", "set_options"];

/// How many changes of one object are looked at.
const MAX_CHANGES: usize = 100;

/// Gathers one exchange.
pub(in crate::misuse) struct Gather<'a, 'f> {
    flow: &'a Flow<'f>,
    pub(in crate::misuse) exchange: Exchange,
    seen: HashSet<(ExprId, usize)>,
    visits: usize,
    depth: usize,
}

impl<'a, 'f> Gather<'a, 'f> {
    pub(in crate::misuse) fn new(flow: &'a Flow<'f>) -> Self {
        Self {
            flow,
            exchange: Exchange::default(),
            seen: HashSet::new(),
            visits: 0,
            depth: 0,
        }
    }

    /// Gathers from the call itself, the outermost of its chain.
    ///
    /// False where the call is no request of its own: a step of a chain that goes on, a wrapper that is
    /// looked at where it sends, or something that is done with an answer.
    pub(in crate::misuse) fn root(&mut self, call: ExprId, context: &Context) -> bool {
        let Expr::Call { callee, args } = &self.flow.program[call] else {
            return false;
        };
        if self.flow.index.callee(self.flow.program, call).is_some() || self.flow.index.goes_on(call) {
            return false;
        }
        if let Expr::Member { object, name } = &self.flow.program[*callee]
            && !matches!(self.flow.program[*object], Expr::Call { .. })
            && http::method(name) != Some(Method::Send)
        {
            let mut receiver = Gather::new(self.flow);
            receiver.object(*object, context);
            if receiver.exchange.sends {
                return false;
            }
        }
        self.call(call, *callee, args, context);
        true
    }

    /// Gathers headers from whatever holds them.
    pub(in crate::misuse) fn headers_of(&mut self, id: ExprId) {
        self.headers(id, &None);
    }


    /// Gathers what the object that an expression stands for was told.
    pub(in crate::misuse) fn object_of(&mut self, id: ExprId) {
        self.object(id, &None);
    }

    fn program(&self) -> &'f crate::syntax::Program {
        self.flow.program
    }

    /// Whatever `id` stands for is handed to the request, or is it.
    fn object(&mut self, id: ExprId, context: &Context) {
        let frame = context.as_ref().map_or(0, |frame| std::rc::Rc::as_ptr(frame) as usize);
        if self.depth > MAX_DEPTH || self.seen.len() > MAX_VISITS || !self.flow.may_go_on() || !self.seen.insert((id, frame)) {
            return;
        }
        self.depth += 1;
        self.object_here(id, context);
        self.depth -= 1;
    }

    fn object_here(&mut self, id: ExprId, context: &Context) {
        match &self.program()[id] {
            Expr::Name(_) | Expr::Member { .. } => {
                let origins = self.flow.origins(id, context);
                let known = !origins.is_empty();
                for (origin, context) in &origins {
                    self.object(*origin, context);
                }
                if !known && let Expr::Member { object, .. } = &self.program()[id] {
                    self.object(*object, context);
                }
                self.changes(id, context);
            }
            Expr::Call { callee, args } => {
                if let Some(function) = self.flow.index.callee(self.program(), id) {
                    let inner = self.flow.inside(function, id, context);
                    for value in self.returns(function) {
                        self.object(value, &inner);
                    }
                } else {
                    self.call(id, *callee, args, context);
                }
            }
            Expr::Choice { options, .. } | Expr::List(options) => {
                for option in options {
                    self.object(*option, context);
                }
            }
            Expr::Assign { value, .. } => self.object(*value, context),
            Expr::Map(_) => self.options(id, context),
            Expr::Function(function) => {
                self.block(*function, context);
                for value in self.returns(*function) {
                    self.object(value, context);
                }
            }
            _ => {}
        }
    }

    fn returns(&self, function: FunctionId) -> Vec<ExprId> {
        self.flow.index.returns.get(&function).cloned().unwrap_or_default()
    }

    /// What was set on, and called on, a named object.
    fn changes(&mut self, id: ExprId, context: &Context) {
        let path = self.program().path(id).join(".");
        if path.is_empty() || path == "this" {
            return;
        }
        let own = path.starts_with("this.");
        let is_global = self.flow.index.function_at(self.flow.index.scope(id)).is_none();
        for (rest, change) in self.flow.index.changes_below(&path).into_iter().take(MAX_CHANGES) {
            if !self.flow.may_go_on() {
                return;
            }
            let (Change::Set { value: place, .. } | Change::Put { value: place, .. } | Change::Call(place)) = change;
            let near = own || is_global || self.flow.index.same_function(*place, id)
                || self.flow.index.function_at(self.flow.index.scope(*place)).is_none();
            if !near {
                continue;
            }
            let context = if self.flow.index.same_function(*place, id) { context.clone() } else { None };
            match change {
                Change::Set { name, value, .. } => self.set(&rest, name, *value, &context),
                Change::Put { key, value, .. } => {
                    if let Some(name) = self.header_name(*key, &context) {
                        self.set(&rest, &name, *value, &context);
                    }
                }
                Change::Call(call) => self.told(*call, &context),
            }
        }
    }

    /// `object.rest.name = value`.
    fn set(&mut self, rest: &str, name: &str, value: ExprId, context: &Context) {
        let below = rest.to_ascii_lowercase();
        let in_headers = below.contains("header");
        if in_headers && http::setting(name) != Some(Setting::Inner) {
            return self.header(name.to_owned(), value, context);
        }
        if in_headers {
            return self.headers(value, context);
        }
        if http::is_header(name) && name.contains(['-', 'A']) {
            return self.header(name.to_owned(), value, context);
        }
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "queryitems" => self.query(value, context),
            "servercertificatecustomvalidationcallback" | "remotecertificatevalidationcallback"
            | "servercertificatevalidationcallback" => {
                if self.accepts_everything(value, context) {
                    self.unverified(value);
                }
            }
            "verify_mode" | "hostnameverifier" => {
                if self.is_off(value) {
                    self.unverified(value);
                }
            }
            "use_ssl" => {
                if self.literal(value).as_deref() == Some("false") {
                    self.exchange.protocol = Some(Value::fixed("http", self.program().span(value)));
                }
            }
            _ => self.option(name, value, context),
        }
    }

    /// A method called on a named object: what it tells, but not what another request is.
    fn told(&mut self, call: ExprId, context: &Context) {
        let Expr::Call { callee, args } = &self.program()[call] else {
            return;
        };
        let path = self.program().path(*callee);
        let Some(name) = path.last().copied() else {
            return;
        };
        // `api.interceptors.request.use(config => …)`
        let in_interceptor = path.iter().any(|p| p.eq_ignore_ascii_case("interceptors") || *p == "hooks");
        if in_interceptor && path.iter().any(|p| p.eq_ignore_ascii_case("response")) {
            return;
        }
        let in_query = path.iter().any(|p| ["searchparams", "queryitems", "query", "params"].contains(&p.to_ascii_lowercase().as_str()));
        if in_query && ["set", "append", "add"].contains(&name.to_ascii_lowercase().as_str()) {
            return self.method(Method::Query, call, *callee, args, context);
        }
        match http::method(name) {
            Some(Method::Send) => {}
            // `axios.create(…)` makes another client, `axios.use(…)` changes this one.
            Some(Method::Configure) if !CHANGING.contains(&name.to_ascii_lowercase().as_str()) && !in_interceptor => {}
            Some(method) => self.method(method, call, *callee, args, context),
            None if path.iter().any(|p| p.to_ascii_lowercase().contains("header")) => {
                self.method(Method::Headers, call, *callee, args, context);
            }
            None => {}
        }
    }

    fn call(&mut self, id: ExprId, callee: ExprId, args: &[Arg], context: &Context) {
        let object = match &self.program()[callee] {
            Expr::Member { object, .. } => Some(*object),
            _ => None,
        };
        let path = self.program().path(callee);
        let Some(name) = path.last().copied() else {
            return;
        };
        match object {
            Some(object) => self.object(object, context),
            None => self.class_settings(id, context),
        }
        let upper = name.starts_with(char::is_uppercase);
        match http::method(name) {
            Some(method) => self.method(method, id, callee, args, context),
            // A client that is called itself: `api("posts")`.
            None if object.is_none() && !upper && self.is_client(callee, context) => {
                self.method(Method::Send, id, callee, args, context);
            }
            // `new HttpRequest(…)`, `Net::HTTP::Post.new(uri)` and their like.
            None if upper && object.is_none_or(|o| !matches!(self.program()[o], Expr::Call { .. })) => {
                self.method(Method::Configure, id, callee, args, context);
            }
            None => {
                // A step of a chain that nothing is known of tells nothing, its blocks may.
                for arg in args {
                    if let Expr::Function(function) = self.program()[arg.value] {
                        self.block(function, context);
                    }
                }
            }
        }
    }

    /// Whether a name holds a client; what that was told is gathered.
    fn is_client(&mut self, callee: ExprId, context: &Context) -> bool {
        let mut client = Gather::new(self.flow);
        client.depth = self.depth + 1;
        client.object(callee, context);
        let holds = client.exchange.base.is_some() && !client.exchange.sends;
        if holds {
            self.object(callee, context);
        }
        holds
    }

    /// What the class around says of all its requests: `base_uri "…"` of HTTParty.
    fn class_settings(&mut self, id: ExprId, context: &Context) {
        let program = self.program();
        let Some(class) = self.flow.index.class_of(id) else {
            return;
        };
        let settings: Vec<ExprId> = program
            .classes
            .iter()
            .filter(|c| c.name == class)
            .flat_map(|c| &c.body)
            .filter_map(|stmt| match stmt {
                Stmt::Expr(inner) if *inner != id => Some(*inner),
                _ => None,
            })
            .collect();
        for setting in settings {
            if let Expr::Call { callee, args } = &program[setting]
                && let Expr::Name(name) = &program[*callee]
                && let Some(method) = http::method(name)
                && method != Method::Send
            {
                self.method(method, setting, *callee, args, context);
            }
        }
    }

    fn method(
        &mut self,
        method: Method,
        id: ExprId,
        callee: ExprId,
        args: &[Arg],
        context: &Context,
    ) {
        let values: Vec<ExprId> = args.iter().filter(|a| a.name.is_none()).map(|a| a.value).collect();
        let in_query = self.program().path(callee).iter().any(|p| ["searchparams", "queryitems"].contains(&p.to_ascii_lowercase().as_str()));
        let method = if in_query && method == Method::Header { Method::Query } else { method };
        match method {
            // Faraday: `f.request :authorization, "Bearer", key`.
            Method::Send if self.first_text(&values, context).as_deref() == Some("authorization") => {
                self.method(Method::Authorization, id, callee, &args[1..], context);
            }
            Method::Scheme => self.exchange.scheme = self.first_text(&values, context),
            Method::Verbose => {
                let off = values.first().is_some_and(|v| self.literal(*v).as_deref() == Some("false"));
                if !off {
                    self.exchange.verbose = Some(self.own_part(id, &values));
                }
            }
            Method::Send => {
                let path = self.program().path(callee);
                let verb = path.last().map(|v| v.trim_end_matches("Async").to_ascii_uppercase());
                // reqwest's `client.get(url)` only makes the request.
                let makes = self.program().language == Language::Rust && path.last().is_some_and(|name| http::is_verb(name));
                self.exchange.sends = self.exchange.sends || !makes;
                if let Some(verb) = verb.filter(|verb| http::is_verb(verb)) {
                    self.exchange.method = Some(verb);
                }
                self.configure(args, context);
            }
            Method::Configure => self.configure(args, context),
            Method::Header => match values.as_slice() {
                // Swift: `setValue("…", forHTTPHeaderField: "Authorization")`.
                [value] => {
                    let field = args.iter().find(|a| {
                        a.name.as_deref().is_some_and(|n| n.to_ascii_lowercase().contains("headerfield"))
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
                    if let Some(name) = self.header_name(*name, context) {
                        if !bare || name.contains('-') || ["authorization", "accept", "cookie"].contains(&name.to_ascii_lowercase().as_str()) {
                            self.header(name, *value, context);
                        }
                    }
                }
                [] => {}
            },
            Method::Headers => match values.as_slice() {
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
            },
            Method::Url => {
                for value in values.first() {
                    let url = self.flow.eval(*value, context);
                    self.url(url, *value, context);
                }
            }
            Method::Base => {
                for value in values.first() {
                    self.exchange.base = Some(self.flow.eval(*value, context));
                }
            }
            Method::Bearer => {
                let own = values.get(1).and_then(|v| self.flow.eval(*v, context).as_fixed());
                let scheme = own.or_else(|| self.exchange.scheme.clone());
                let scheme = format!("{} ", scheme.as_deref().unwrap_or("Bearer"));
                self.scheme(&scheme, id, values.first().copied(), context);
            }
            Method::Basic => self.scheme("Basic ", id, values.first().copied(), context),
            Method::Authorization => match values.as_slice() {
                [value] => self.header("Authorization".to_owned(), *value, context),
                [scheme, value, ..] => {
                    let scheme = self.flow.eval(*scheme, context).as_fixed().unwrap_or_default();
                    self.scheme(&format!("{scheme} "), id, Some(*value), context);
                }
                [] => {}
            },
            Method::Query => match values.as_slice() {
                [only] => self.query(*only, context),
                [name, value, ..] => {
                    if let Some(key) = self.flow.eval(*name, context).as_fixed() {
                        let at = self.program().span(*value);
                        let value = self.flow.eval(*value, context);
                        self.exchange.query.push(Field { key: Some(key), value, at });
                    }
                }
                [] => {}
            },
            Method::Body => {
                for value in values.first() {
                    self.exchange.body = Some(self.flow.eval(*value, context));
                }
                self.configure(args, context);
            }
            Method::Insecure => {
                let off = values.first().is_some_and(|v| self.literal(*v).as_deref() == Some("false"));
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
    fn scheme(&mut self, scheme: &str, id: ExprId, value: Option<ExprId>, context: &Context) {
        let at = self.program().span(value.unwrap_or(id));
        let mut parts = vec![Value::fixed(scheme, at.clone())];
        parts.extend(value.map(|value| self.flow.eval(value, context)));
        let value = crate::misuse::flow::joined(&parts);
        self.exchange.headers.push(Header { name: "Authorization".to_owned(), value, at });
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
            let mut as_object = false;
            for option in value.options() {
                match option {
                    Value::Text(pieces) => {
                        let first = pieces.first().map(|p| &p.kind);
                        let fixed = match first {
                            Some(PieceKind::Fixed(text)) => Some(text.as_str()),
                            _ => None,
                        };
                        if let Some(verb) = fixed.filter(|v| pieces.len() == 1 && http::is_verb(v)) {
                            self.exchange.method = Some(verb.to_ascii_uppercase());
                        } else if !has_url && self.is_address(pieces, number) {
                            self.exchange.urls.push(Value::Text(pieces.clone()));
                            has_url = true;
                            // `url.searchParams.set(…)`
                            if let Expr::Name(_) = self.program()[arg.value] {
                                self.changes(arg.value, context);
                            }
                        } else {
                            if self.exchange.body.is_none() && fixed.is_some_and(|text| text.trim_start().starts_with('{')) {
                                self.exchange.body = Some(value.clone());
                            }
                            as_object = true;
                        }
                    }
                    Value::Map(_) | Value::Object(_) | Value::List(_) => as_object = true,
                    _ => {}
                }
            }
            if has_url && number == 0 && !matches!(value, Value::Object(_)) && value.options().len() > 1 {
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
                text.contains("://") || text.starts_with('/') && number < 3
                    || below && number == 0 && !text.contains(' ') && !text.is_empty()
                    || number == 0 && pieces.len() == 1 && text.contains('.') && !text.contains(' ')
                    || number < 2 && text.contains('/') && !text.contains(' ')
            }
            PieceKind::Open(source) => {
                number < 3 && (names_address(&source.label) || matches!(pieces.get(1).map(|p| &p.kind),
                    Some(PieceKind::Fixed(text)) if text.starts_with('/')))
                    || number == 0 && source.label.to_ascii_lowercase().ends_with("path")
            }
            PieceKind::Part(..) => false,
        }
    }

    /// A map of options.
    fn options(&mut self, map: ExprId, context: &Context) {
        let Expr::Map(entries) = &self.program()[map] else {
            return;
        };
        for entry in entries {
            match entry.key {
                None => self.object(entry.value, context),
                Some(key) => {
                    if let Some(name) = self.option_name(key, context) {
                        self.option(&name, entry.value, context);
                    }
                }
            }
        }
    }

    fn option_name(&self, key: ExprId, context: &Context) -> Option<String> {
        match &self.program()[key] {
            Expr::Text { value, .. } => Some(value.clone()),
            _ => {
                let fixed = self.flow.eval(key, context).as_fixed();
                fixed.or_else(|| self.program().path(key).last().map(ToString::to_string))
            }
        }
    }

    fn option(&mut self, name: &str, value: ExprId, context: &Context) {
        if name.to_ascii_lowercase().ends_with("validationcallback") {
            if self.accepts_everything(value, context) {
                self.unverified(value);
            }
            return;
        }
        let Some(setting) = http::setting(name) else {
            if http::is_header(name) && name.contains('-') || name == "Authorization" {
                self.header(name.to_owned(), value, context);
            }
            return;
        };
        match setting {
            Setting::Url => {
                let url = self.flow.eval(value, context);
                self.url(url, value, context);
            }
            Setting::Base => self.exchange.base = Some(self.flow.eval(value, context)),
            Setting::Host => {
                let host = self.flow.eval(value, context);
                if self.exchange.base.is_none() {
                    self.exchange.base = Some(host);
                }
            }
            Setting::Protocol => self.exchange.protocol = Some(self.flow.eval(value, context)),
            Setting::Path => {
                let path = self.flow.eval(value, context);
                self.exchange.urls.push(path);
            }
            Setting::Headers => self.headers(value, context),
            Setting::Query => self.query(value, context),
            Setting::Body => {
                if self.exchange.body.is_none() {
                    self.exchange.body = Some(self.flow.eval(value, context));
                }
            }
            Setting::Auth => self.auth(value, context),
            Setting::Bearer => {
                if name != "token" {
                    self.scheme("Bearer ", value, Some(value), context);
                }
            }
            Setting::Verify => {
                if self.is_off(value) {
                    self.unverified(value);
                } else {
                    self.object(value, context);
                }
            }
            Setting::Insecure => {
                if self.literal(value).is_some_and(|raw| !is_false(&raw)) {
                    self.unverified(value);
                }
            }
            Setting::Inner => {
                if self.is_off(value) && name.to_ascii_lowercase().contains("ssl") {
                    self.unverified(value);
                } else {
                    self.object(value, context);
                }
            }
            Setting::Verb => {
                if let Some(verb) = self.flow.eval(value, context).as_fixed() {
                    self.exchange.method = Some(verb.to_ascii_uppercase());
                }
            }
        }
    }

    fn url(&mut self, url: Value, id: ExprId, context: &Context) {
        match url {
            // Postman: `url: { raw: "…" }`.
            Value::Map(_) => match url.field("raw") {
                Some(raw) => self.exchange.urls.push(raw),
                None => self.object(id, context),
            },
            Value::Object(_) => self.object(id, context),
            url if url.is_nothing() => {}
            url => self.exchange.urls.push(url),
        }
    }

    /// `auth=(user, password)`, `auth: { bearer: token }`, `auth=BearerAuth(key)`.
    fn auth(&mut self, value: ExprId, context: &Context) {
        match self.flow.eval(value, context) {
            Value::List(_) => self.scheme("Basic ", value, Some(value), context),
            Value::Map(fields) => {
                let find = |name: &str| {
                    fields.iter().find(|f| f.key.as_deref().is_some_and(|k| k.eq_ignore_ascii_case(name)))
                };
                let (scheme, field) = match find("bearer") {
                    Some(field) => ("Bearer ", Some(field)),
                    None => ("Basic ", find("username").or(find("user"))),
                };
                if let Some(field) = field {
                    let at = field.at.clone();
                    let parts = [Value::fixed(scheme, at.clone()), field.value.clone()];
                    let value = crate::misuse::flow::joined(&parts);
                    self.exchange.headers.push(Header { name: "Authorization".to_owned(), value, at });
                }
            }
            Value::Object(object) => {
                self.exchange.open = true;
                self.object(object.call, context);
            }
            Value::Text(_) | Value::Either(_) => self.exchange.open = true,
            _ => {}
        }
    }

    fn query(&mut self, value: ExprId, context: &Context) {
        let value = self.flow.eval(value, context);
        for option in value.options() {
            match option {
                Value::Map(fields) => self.exchange.query.extend(fields.iter().cloned()),
                Value::List(items) => {
                    for item in items {
                        let named = match item {
                            Value::Map(_) => item.clone(),
                            Value::Object(object) => super::fields(self.flow, object.call).unwrap_or(Value::Clean),
                            _ => Value::Clean,
                        };
                        let key = named.field("name").or_else(|| named.field("key"));
                        if let (Some(key), Some(value)) = (key.and_then(|k| k.as_fixed()), named.field("value")) {
                            let at = value.texts().next().and_then(|t| Some(t.first()?.at.clone()));
                            self.exchange.query.push(Field { key: Some(key), value, at: at.unwrap_or_default() });
                            continue;
                        }
                        if let Value::List(pair) = item
                            && let [key, value] = pair.as_slice()
                        {
                            let key = key.as_fixed();
                            let at = value.texts().next().and_then(|t| Some(t.first()?.at.clone()));
                            let at = at.unwrap_or_default();
                            self.exchange.query.push(Field { key, value: value.clone(), at });
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Headers from whatever holds them.
    fn headers(&mut self, id: ExprId, context: &Context) {
        self.visits += 1;
        if self.depth > MAX_DEPTH || self.visits > MAX_VISITS || !self.flow.may_go_on() {
            return;
        }
        self.depth += 1;
        self.headers_here(id, context);
        self.depth -= 1;
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
            Expr::Call { callee, args } => {
                if let Some(function) = self.flow.index.callee(self.program(), id) {
                    let inner = self.flow.inside(function, id, context);
                    let returns = self.returns(function);
                    if returns.is_empty() {
                        self.exchange.open = true;
                    }
                    for value in returns {
                        self.headers(value, &inner);
                    }
                    return;
                }
                let path = self.program().path(*callee);
                let pairs = path.last().is_some_and(|n| ["of", "pairs"].contains(n)) && args.len() % 2 == 0;
                if let Expr::Member { object, .. } = &self.program()[*callee]
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
                if args.is_empty() && path.len() < 2 && !path.iter().any(|p| p.to_ascii_lowercase().contains("header") || p.to_ascii_lowercase().contains("map") || *p == "dict") {
                    self.exchange.open = true;
                }
                for arg in args {
                    match &arg.name {
                        Some(name) => self.header(name.replace('_', "-"), arg.value, context),
                        None => match &self.program()[arg.value] {
                            Expr::Map(_) | Expr::List(_) | Expr::Name(_) | Expr::Call { .. } | Expr::Member { .. } | Expr::Choice { .. } => {
                                self.header_item(arg.value, context);
                            }
                            Expr::Function(function) => self.block(*function, context),
                            _ => {}
                        },
                    }
                }
            }
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

    /// What was put into a named map of headers; says whether there was something.
    fn header_changes(&mut self, id: ExprId, context: &Context) -> bool {
        let path = self.program().path(id).join(".");
        let changes: Vec<Change> = self.flow.index.changes(&path).iter().take(MAX_CHANGES).cloned().collect();
        let mut any = false;
        for change in changes {
            let (Change::Set { value: place, .. } | Change::Put { value: place, .. } | Change::Call(place)) = &change;
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
                    let name = path.last().map(|n| n.to_ascii_lowercase()).unwrap_or_default();
                    match (name.as_str(), args.as_slice()) {
                        ("set" | "add" | "append" | "insert" | "put" | "setdefault" | "tryaddwithoutvalidation" | "store", [key, value]) => {
                            any = true;
                            if let Some(name) = self.header_name(key.value, &context) {
                                self.header(name, value.value, &context);
                            }
                        }
                        ("update" | "merge" | "merge!" | "putall" | "extend" | "setbearerauth" | "setbasicauth" | "push" | "addall", [value]) => {
                            any = true;
                            if name.starts_with("setb") {
                                let scheme = if name.contains("bearer") { "Bearer " } else { "Basic " };
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
                if let (Some(name), Some(value)) = (name.and_then(|n| n.as_fixed()), value.field("value")) {
                    let at = self.program().span(item);
                    self.exchange.headers.push(Header { name, value, at });
                }
            }
            Value::List(pair) => {
                if let [name, value] = pair.as_slice()
                    && let Some(name) = name.as_fixed()
                {
                    let at = self.program().span(item);
                    self.exchange.headers.push(Header { name, value: value.clone(), at });
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

    fn header_name(&self, id: ExprId, context: &Context) -> Option<String> {
        let value = self.flow.eval(id, context);
        if let Some(name) = value.options().first().and_then(Value::as_fixed) {
            return Some(name);
        }
        // `HttpHeaders.AUTHORIZATION`, `header::CONTENT_TYPE`.
        let last = self.program().path(id).last().map(ToString::to_string)?;
        let known = last.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') || last == "Authorization";
        known.then(|| last.replace('_', "-"))
    }

    fn header(&mut self, name: String, value: ExprId, context: &Context) {
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
        self.exchange.headers.push(Header { name, value: evaluated, at });
    }

    /// A block in which a client or request is configured.
    fn block(&mut self, function: FunctionId, context: &Context) {
        if self.depth > MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let program = self.program();
        let function = &program.functions[function];
        self.statements(&function.body, context);
        self.depth -= 1;
    }

    fn statements(&mut self, block: &[Stmt], context: &Context) {
        let program = self.program();
        for stmt in block {
            match stmt {
                Stmt::Expr(id) | Stmt::Return(id) => match &program[*id] {
                    Expr::Call { callee, args } => {
                        let sends = self.exchange.sends;
                        self.call(*id, *callee, args, context);
                        self.exchange.sends = sends;
                    }
                    Expr::Assign { target, value, .. } => match &program[*target] {
                        Expr::Member { object, name } => {
                            let rest = program.path(*object).join(".");
                            self.set(&rest, name, *value, context);
                        }
                        Expr::Name(name) => self.set("", name, *value, context),
                        _ => {}
                    },
                    Expr::Map(_) => self.options(*id, context),
                    _ => {}
                },
                Stmt::If { then, otherwise, .. } => {
                    self.statements(then, context);
                    self.statements(otherwise, context);
                }
                Stmt::Block(inner) => self.statements(inner, context),
                Stmt::Try { body, .. } | Stmt::Loop { body, .. } => self.statements(body, context),
                _ => {}
            }
        }
    }

    fn unverified(&mut self, id: ExprId) {
        self.exchange.unverified.push(self.program().span(id));
    }

    fn literal(&self, id: ExprId) -> Option<String> {
        match &self.program()[id] {
            Expr::Member { .. } => match self.flow.eval(id, &None) {
                Value::Literal(raw) => Some(raw.to_ascii_lowercase()),
                _ => None,
            },
            Expr::Literal(raw) => Some(raw.to_ascii_lowercase()),
            Expr::Text { value, .. } => Some(value.to_ascii_lowercase()),
            Expr::Name(_) => match self.flow.eval(id, &None) {
                Value::Literal(raw) => Some(raw.to_ascii_lowercase()),
                Value::Text(_) => {
                    let name = self.program().path(id).join(".").to_ascii_lowercase();
                    ["$true", "$false", "true", "false"].contains(&name.as_str()).then_some(name)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a value switches something off.
    fn is_off(&self, id: ExprId) -> bool {
        self.literal(id).is_some_and(|raw| is_false(&raw))
            || self.program().path(id).last().is_some_and(|last| http::is_no_verification(last))
    }

    /// Whether a function says yes to everything.
    fn accepts_everything(&self, id: ExprId, context: &Context) -> bool {
        if self.is_off(id) {
            return true;
        }
        let function = match &self.program()[id] {
            Expr::Function(function) => Some(*function),
            Expr::Call { args, .. } => args.iter().find_map(|a| match self.program()[a.value] {
                Expr::Function(function) => Some(function),
                _ => None,
            }),
            _ => match self.flow.eval(id, context) {
                Value::Function(function) => Some(function),
                _ => None,
            },
        };
        let Some(function) = function else {
            return false;
        };
        let returns = self.returns(function);
        !returns.is_empty() && returns.iter().all(|r| self.literal(*r).as_deref().is_some_and(|raw| raw.trim_start_matches('$') == "true"))
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
                        line.push(Piece { kind, ..piece.clone() });
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
    lines.into_iter().filter(|line| !line.is_empty()).map(Value::Text).collect()
}

fn is_false(raw: &str) -> bool {
    matches!(raw.trim_start_matches('$'), "false" | "0" | "no" | "off" | "none" | "")
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
    if name.is_empty() || name.contains(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')) {
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
