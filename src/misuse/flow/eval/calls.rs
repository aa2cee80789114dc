//! What a call gives: what a function of the program returns, or what is known of a library's.

use super::strings::part;
use super::{Context, Flow, Frame};
use crate::misuse::flow::index::Bound;
use crate::misuse::flow::value::{Field, MAX_OPTIONS, Object, PieceKind, Shown, Value, joined};
use crate::misuse::library::text;
use crate::misuse::library::text::Effect;
use crate::syntax::{Arg, Expr, ExprId, FunctionId};

impl Flow<'_> {
    /// What a function may give.
    pub(in crate::misuse) fn returned(
        &self,
        function: FunctionId,
        call: ExprId,
        context: &Context,
    ) -> Value {
        let mut frame = context.as_ref();
        let mut deep = 0;
        while let Some(here) = frame {
            deep += 1;
            if here.function == function || deep > 6 {
                return self.unknown(call);
            }
            frame = here.caller.as_ref();
        }
        let inner = Some(Frame::inside(function, call, context));
        let Some(returns) = self.index.returns.get(&function) else {
            return self.unknown(call);
        };
        let options = returns.iter().take(MAX_OPTIONS).map(|value| {
            let at = self.at(*value);
            self.eval(*value, &inner).hop(&at, "returned here")
        });
        Value::either(options.collect())
    }

    pub(super) fn call(
        &self,
        id: ExprId,
        callee: ExprId,
        args: &[Arg],
        context: &Context,
    ) -> Value {
        if let Some(function) = self.index.callee(self.program, id)
            && self.index.returns.contains_key(&function)
            && !self.is_constructor(callee)
        {
            let value = self.returned(function, id, context);
            let name = self
                .program
                .path(callee)
                .last()
                .copied()
                .unwrap_or_default();
            return if text::is_hiding(name) {
                hidden(value)
            } else {
                value
            };
        }
        let (name, object) = match &self.program[callee] {
            Expr::Name(name) => (name.as_str(), None),
            Expr::Member { object, name } => (name.as_str(), Some(*object)),
            _ => return self.object(id),
        };
        let name = name.rsplit("::").next().unwrap_or(name);
        if self.index.is_class(name) {
            // A type of its own that says itself how it is printed.
            let wraps = args.len() == 1 && args[0].name.is_none() && self.prints_itself(name);
            return if wraps { Value::Clean } else { self.object(id) };
        }
        let Some(effect) = text::effect(name) else {
            return self.object(id);
        };
        let args: Vec<&Arg> = args.iter().collect();
        let first = args.first().map(|arg| arg.value);
        // The text that something is done to: the object, unless that is a module or class.
        let receiver = object.map(|object| self.eval(object, context));
        let is_module = object.is_some_and(|object| self.is_module(object));
        let subject = |this: &Self| match (&receiver, first) {
            (Some(value), _) if !is_module => value.clone(),
            (_, Some(first)) => this.eval(first, context),
            (Some(value), None) => value.clone(),
            (None, None) => Value::empty(),
        };
        let numbers: Vec<ExprId> = if is_module || object.is_none() {
            args.iter().skip(1).map(|a| a.value).collect()
        } else {
            args.iter().map(|a| a.value).collect()
        };
        match effect {
            Effect::Hides => self.hides(name, id, receiver.as_ref(), &args, context),
            Effect::Query => match subject(self) {
                Value::Map(fields) => query(&fields),
                value => value,
            },
            Effect::Same => {
                let value = subject(self);
                let is_empty = matches!(&value, Value::Text(pieces) if pieces.is_empty());
                // A constructor of something: not a text.
                if is_empty || matches!(value, Value::Clean | Value::Literal(_)) {
                    self.object(id)
                } else {
                    value
                }
            }
            Effect::Between => part(
                subject(self),
                self.slice(numbers.first().copied(), numbers.get(1).copied()),
            ),
            Effect::Count => part(subject(self), self.counted(&numbers)),
            Effect::First => part(
                subject(self),
                Shown::First(
                    self.number(numbers.first().copied())
                        .unwrap_or(8)
                        .unsigned_abs(),
                ),
            ),
            Effect::Last => part(
                subject(self),
                Shown::Last(
                    self.number(numbers.first().copied())
                        .unwrap_or(8)
                        .unsigned_abs(),
                ),
            ),
            Effect::Format => self.format(id, object, &args, context),
            Effect::Spaced => self.spaced(id, &args, context),
            Effect::Joins => self.join(receiver.as_ref(), &args, context),
            Effect::OrElse => {
                let mut options = vec![subject(self)];
                let fallback = args.iter().map(|arg| self.eval(arg.value, context));
                options.extend(fallback.map(|value| match value {
                    Value::Function(function) => self.returned(function, id, context),
                    other => other,
                }));
                Value::either(options)
            }
            Effect::Lookup => self.lookup(id, object, &args, context),
        }
    }

    /// `print(a, b)`: everything in a row with blanks between.
    fn spaced(&self, id: ExprId, args: &[&Arg], context: &Context) -> Value {
        let mut parts = Vec::new();
        for arg in args {
            if !parts.is_empty() {
                parts.push(Value::fixed(" ", self.at(id)));
            }
            parts.push(self.eval(arg.value, context));
        }
        joined(&parts)
    }

    /// Whether a class of this program has a method that says how its objects are printed.
    pub(in crate::misuse) fn prints_itself(&self, class: &str) -> bool {
        const PRINTING: &[&str] = &[
            "String",
            "LogValue",
            "fmt",
            "__repr__",
            "__str__",
            "toString",
            "ToString",
            "inspect",
            "to_s",
            "description",
            "debugDescription",
            "toJSON",
            "GoString",
            "MarshalJSON",
            "__debugInfo",
        ];
        self.program
            .classes
            .iter()
            .filter(|c| c.name == class)
            .flat_map(|c| &c.body)
            .any(|stmt| match stmt {
                crate::syntax::Stmt::Function(id) => self.program.functions[*id]
                    .name
                    .as_deref()
                    .is_some_and(|n| PRINTING.contains(&n)),
                _ => false,
            })
    }

    fn is_constructor(&self, callee: ExprId) -> bool {
        let path = self.program.path(callee);
        let name = path.last().copied().unwrap_or_default();
        self.index.is_class(name)
    }

    /// `JSON` of `JSON.stringify`: a name that nothing is bound to.
    pub(super) fn is_module(&self, object: ExprId) -> bool {
        match &self.program[object] {
            Expr::Name(name) => {
                let bindings = self.index.bindings(object, name);
                let only_imports = bindings.iter().all(|b| matches!(b.to, Bound::Import(_)));
                let upper = name.starts_with(char::is_uppercase) && bindings.is_empty();
                let known = [
                    "json",
                    "os",
                    "fmt",
                    "strings",
                    "base64",
                    "urllib",
                    "url",
                    "re",
                    "std",
                    "util",
                    "path",
                    "str",
                    "env",
                    "serde_json",
                    "hashlib",
                    "crypto",
                    "querystring",
                    "qs",
                    "parse",
                    "neturl",
                    "redact",
                    "lodash",
                    "_",
                ];
                upper || (only_imports && !bindings.is_empty()) || known.contains(&name.as_str())
            }
            // `base64.StdEncoding.EncodeToString(x)`, `urllib.parse.quote(x)`.
            Expr::Member { object, .. } => self.is_module(*object),
            Expr::Call { callee, args } => {
                args.is_empty() && {
                    let path = self.program.path(*callee);
                    path.iter().any(|p| p.eq_ignore_ascii_case("base64"))
                }
            }
            _ => false,
        }
    }

    /// Gives nothing, unless a function of this program says otherwise or something is put in.
    fn hides(
        &self,
        name: &str,
        id: ExprId,
        receiver: Option<&Value>,
        args: &[&Arg],
        context: &Context,
    ) -> Value {
        let lower = name.to_ascii_lowercase();
        // `url.replace("{key}", key)` puts its last argument in, `s.replace("-", "")` nothing.
        let replaces = lower.contains("replace") || matches!(lower.as_str(), "sub" | "gsub");
        if replaces && args.len() >= 2 {
            let with = self.eval(args[args.len() - 1].value, context);
            let from = receiver.cloned().unwrap_or(Value::Clean);
            return match (&with, from.as_fixed()) {
                (Value::Text(_), Some(_)) => joined(&[from, with]),
                (Value::Text(pieces), None)
                    if pieces
                        .iter()
                        .all(|p| matches!(&p.kind, PieceKind::Fixed(t) if t.is_empty())) =>
                {
                    from
                }
                _ => Value::fixed("***", self.at(id)),
            };
        }
        if lower == "repeat" || lower == "str_repeat" {
            return Value::fixed("****", self.at(id));
        }
        if lower == "id" || lower == "index" || lower == "type" || lower == "verify" {
            return self.object(id);
        }
        Value::Clean
    }

    /// A call that nothing is known of.
    pub(super) fn object(&self, id: ExprId) -> Value {
        let label = self.label(id);
        Value::Object(Object {
            call: id,
            source: self.source(id, label),
            at: self.at(id),
        })
    }

    /// A value under a name, with what is taken where there is none.
    fn lookup(
        &self,
        id: ExprId,
        object: Option<ExprId>,
        args: &[&Arg],
        context: &Context,
    ) -> Value {
        let Some(first) = args.first() else {
            return match object {
                // `Optional.get()`.
                Some(object) => self.eval(object, context),
                None => self.object(id),
            };
        };
        let key = self.eval(first.value, context);
        let Some(key) = key.options().first().and_then(Value::as_fixed) else {
            return self.object(id);
        };
        // An address is no name: `client.get("https://…")`, `client.get("/posts")`.
        let is_name =
            key.len() < 120 && !key.starts_with('/') && !key.contains("://") && !key.contains(' ');
        if !is_name {
            return self.object(id);
        }
        if let Some(object) = object {
            let from = self.eval(object, context);
            if let Some(value) = from.field(&key) {
                return value;
            }
        }
        let path = object.map(|object| self.label(object)).unwrap_or_default();
        let label = if path.is_empty() {
            key
        } else {
            format!("{path}.{key}")
        };
        let mut options = vec![Value::open(self.source(id, label), self.at(id))];
        for default in &args[1..] {
            match self.eval(default.value, context) {
                Value::Function(function) => options.push(self.returned(function, id, context)),
                value if value.is_nothing() => {}
                value => options.push(value),
            }
        }
        Value::either(options)
    }
}

/// What a function gives that is called a mask: only if it shows a part, and not what it gives where there
/// is nothing to mask.
fn hidden(value: Value) -> Value {
    let is_part = |option: &Value| match option {
        Value::Text(pieces) => pieces.iter().any(|p| matches!(p.kind, PieceKind::Part(..))),
        _ => false,
    };
    let parts: Vec<Value> = value
        .options()
        .iter()
        .filter(|o| is_part(o))
        .cloned()
        .collect();
    match (parts.is_empty(), value) {
        (false, _) => Value::either(parts),
        // Nothing but the whole.
        (true, Value::Text(pieces)) => Value::Text(pieces),
        (true, _) => Value::Clean,
    }
}

/// `key=value&…` of a map.
fn query(fields: &[Field]) -> Value {
    let mut parts = Vec::new();
    for field in fields {
        let key = field.key.as_deref().unwrap_or_default();
        let between = if parts.is_empty() { "" } else { "&" };
        parts.push(Value::fixed(&format!("{between}{key}="), field.at.clone()));
        parts.push(field.value.clone());
    }
    joined(&parts)
}
