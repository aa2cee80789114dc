//! Gathers what a request or client is told.

mod headers;
mod methods;
mod options;

use std::collections::HashSet;

use super::Exchange;
use crate::misuse::flow::{Change, Context, Flow, Frame, Value};
use crate::misuse::library::http;
use crate::misuse::library::http::{Method, Setting};
use crate::syntax::{Arg, Expr, ExprId, FunctionId, Stmt};

pub(super) use headers::split_header;

/// How many expressions one request is gathered from.
const MAX_VISITS: usize = 600;

/// Methods that configure the object they are called on.
const CHANGING: &[&str] = &[
    "use",
    "configure",
    "settlsclientconfig",
    "settransport",
    "apply",
    "also",
    "with",
    "setdefaultheaders",
    "curl_setopt_array",
    "method",
    "setrequestmethod",
    "tap",
    "set_options",
];

/// How many changes of one object are looked at.
const MAX_CHANGES: usize = 100;

/// Gathers one exchange.
pub(in crate::misuse) struct Gather<'a, 'f> {
    flow: &'a Flow<'f>,
    pub(in crate::misuse) exchange: Exchange,
    seen: HashSet<(ExprId, usize)>,
    visits: usize,
}

impl<'a, 'f> Gather<'a, 'f> {
    pub(in crate::misuse) fn new(flow: &'a Flow<'f>) -> Self {
        Self {
            flow,
            exchange: Exchange::default(),
            seen: HashSet::new(),
            visits: 0,
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
        if self.flow.index.callee(self.flow.program, call).is_some()
            || self.flow.index.goes_on(call)
        {
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
        let frame = context
            .as_ref()
            .map_or(0, |frame| std::rc::Rc::as_ptr(frame) as usize);
        if self.seen.len() > MAX_VISITS || !self.seen.insert((id, frame)) {
            return;
        }
        let flow = self.flow;
        flow.deeper(|| self.object_here(id, context));
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
                    let inner = Some(Frame::inside(function, id, context));
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
        self.flow
            .index
            .returns
            .get(&function)
            .cloned()
            .unwrap_or_default()
    }

    /// What was set on, and called on, a named object.
    fn changes(&mut self, id: ExprId, context: &Context) {
        let path = self.program().path(id).join(".");
        if path.is_empty() || path == "this" {
            return;
        }
        // A field may go by its bare name.
        let own = path.starts_with("this.")
            || matches!(&self.program()[id], Expr::Name(name) if self.flow.index.bindings(id, name).is_empty());
        let is_global = self
            .flow
            .index
            .function_at(self.flow.index.scope(id))
            .is_none();
        for (rest, change) in self
            .flow
            .index
            .changes_below(&path)
            .into_iter()
            .take(MAX_CHANGES)
        {
            if !self.flow.may_go_on() {
                return;
            }
            let (Change::Set { value: place, .. }
            | Change::Put { value: place, .. }
            | Change::Call(place)) = change;
            let near = own
                || is_global
                || self.flow.index.same_function(*place, id)
                || self
                    .flow
                    .index
                    .function_at(self.flow.index.scope(*place))
                    .is_none();
            if !near {
                continue;
            }
            let context = if self.flow.index.same_function(*place, id) {
                context.clone()
            } else {
                None
            };
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
            "servercertificatecustomvalidationcallback"
            | "remotecertificatevalidationcallback"
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
        let in_interceptor = path
            .iter()
            .any(|p| p.eq_ignore_ascii_case("interceptors") || *p == "hooks");
        if in_interceptor && path.iter().any(|p| p.eq_ignore_ascii_case("response")) {
            return;
        }
        let in_query = path
            .iter()
            .any(|p| ["searchparams", "queryitems"].contains(&p.to_ascii_lowercase().as_str()));
        if in_query && ["set", "append", "add"].contains(&name.to_ascii_lowercase().as_str()) {
            return self.method(Method::Query, call, *callee, args, context);
        }
        match http::method(name) {
            Some(Method::Send) => {}
            // `axios.create(…)` makes another client, `axios.use(…)` changes this one.
            Some(Method::Configure)
                if !CHANGING.contains(&name.to_ascii_lowercase().as_str()) && !in_interceptor => {}
            Some(method) => self.method(method, call, *callee, args, context),
            None if path
                .iter()
                .any(|p| p.to_ascii_lowercase().contains("header")) =>
            {
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
            None if upper
                && object.is_none_or(|o| !matches!(self.program()[o], Expr::Call { .. })) =>
            {
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

    /// A block in which a client or request is configured.
    fn block(&mut self, function: FunctionId, context: &Context) {
        let flow = self.flow;
        let body = &flow.program.functions[function].body;
        flow.deeper(|| self.statements(body, context));
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
                Stmt::If {
                    then, otherwise, ..
                } => {
                    self.statements(then, context);
                    self.statements(otherwise, context);
                }
                Stmt::Block(inner) => self.statements(inner, context),
                Stmt::Try { body, .. } | Stmt::Loop { body, .. } => self.statements(body, context),
                _ => {}
            }
        }
    }
}
