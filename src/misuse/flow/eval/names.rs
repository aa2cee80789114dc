//! What a name, a field or a parameter may be: its bindings, what callers hand over, and what was done
//! to it later.

use super::{Context, Flow, MAX_CALLERS, MAX_DEPTH, MAX_FIELDS, element};
use crate::misuse::flow::index::{Binding, Bound, Change, Named};
use crate::misuse::flow::value::{Field, MAX_OPTIONS, Piece, PieceKind, Value, joined};
use crate::misuse::library::text;
use crate::misuse::library::text::Effect;
use crate::syntax::{Expr, ExprId, FunctionId, Language};

impl Flow<'_> {
    /// What a variable may be, and what was done to it where it is a map.
    pub(super) fn name(&self, id: ExprId, name: &str, context: &Context) -> Value {
        let bindings = self.index.bindings(id, name);
        if bindings.is_empty() {
            // A field may go by its bare name.
            let fields = self.index.fields(name);
            if !fields.is_empty() && self.depth.get() < MAX_DEPTH {
                return self.set_values(&fields, context, id);
            }
            if let Some(function) = self.index.function(name) {
                // Ruby calls without parentheses.
                return match self.program.language {
                    Language::Ruby => self.returned(function, id, context),
                    _ => Value::Function(function),
                };
            }
            return self.unknown(id);
        }
        let mut options: Vec<Value> = Vec::new();
        let many = bindings.len().min(MAX_OPTIONS);
        for binding in &bindings[bindings.len() - many..] {
            let value = self
                .bound(id, binding, context)
                .hop(&binding.at, "set here")
                .called(name);
            match options.pop() {
                Some(before) if binding.adds() => options.push(match (before, value) {
                    (Value::List(mut list), Value::List(more)) => {
                        list.extend(more);
                        Value::List(list)
                    }
                    (Value::Map(mut map), Value::Map(more)) => {
                        map.extend(more);
                        Value::Map(map)
                    }
                    (before, value) => joined(&[before, value]),
                }),
                Some(before) => options.extend([before, value]),
                None => options.push(value),
            }
        }
        let value = Value::either(options);
        self.with_changes(value, name, id, context)
    }

    fn bound(&self, id: ExprId, binding: &Binding, context: &Context) -> Value {
        match &binding.to {
            Bound::Value(value) => self.eval(*value, &self.context_for(*value, id, context)),
            Bound::Field(value, key) => {
                let from = self.eval(*value, &self.context_for(*value, id, context));
                from.field(key)
                    .unwrap_or_else(|| self.part_of(&from, key, id))
            }
            Bound::Element(value) => {
                let list = self.eval(*value, &self.context_for(*value, id, context));
                element(&list).unwrap_or_else(|| self.unknown(id))
            }
            Bound::Parameter(function, number, default) => {
                self.parameter(id, *function, *number, *default, context)
            }
            Bound::ParameterField(function, number, key) => {
                let whole = self.parameter(id, *function, *number, None, context);
                whole.field(key).unwrap_or_else(|| self.unknown(id))
            }
            Bound::Caught(_) => self.unknown(id),
            Bound::Import(import) => (self.imports)(import).map_or_else(
                || match &import.member {
                    Some(member) if member != "default" => {
                        Value::open(self.source(id, member.clone()), self.at(id))
                    }
                    _ => self.unknown(id),
                },
                |v| v.moved(&self.at(id)),
            ),
        }
    }

    /// The context holds for what stands in the same function as the use.
    pub(super) fn context_for(&self, value: ExprId, used: ExprId, context: &Context) -> Context {
        if self.index.same_function(value, used) {
            context.clone()
        } else {
            None
        }
    }

    /// `key` of a value whose fields are not known.
    fn part_of(&self, from: &Value, key: &str, id: ExprId) -> Value {
        let label = from.texts().find_map(|pieces| match pieces.as_slice() {
            [
                Piece {
                    kind: PieceKind::Open(source),
                    ..
                },
            ] => Some(format!("{}.{key}", source.label)),
            _ => None,
        });
        let label = label.unwrap_or_else(|| key.to_owned());
        Value::open(self.source(id, label), self.at(id))
    }

    fn parameter(
        &self,
        id: ExprId,
        function: FunctionId,
        number: usize,
        default: Option<ExprId>,
        context: &Context,
    ) -> Value {
        let mut frame = context.as_ref();
        while let Some(here) = frame {
            if here.function == function {
                let value = self.argument(here.call, function, number, &here.caller);
                return value
                    .or_else(|| default.map(|d| self.eval(d, &None)))
                    .unwrap_or_else(|| self.unknown(id));
            }
            frame = here.caller.as_ref();
        }
        let mut options: Vec<Value> = self
            .index
            .callers(function)
            .iter()
            .take(MAX_CALLERS)
            .filter_map(|call| self.argument(*call, function, number, &None))
            .collect();
        options.extend(default.map(|d| self.eval(d, &None)));
        // A default of nothing, and values that nobody hands over here, leave the name.
        options.retain(|o| !o.is_nothing());
        if options.is_empty() {
            return self.unknown(id);
        }
        Value::either(options)
    }

    /// The value that a call hands over for a parameter.
    fn argument(
        &self,
        call: ExprId,
        function: FunctionId,
        number: usize,
        caller: &Context,
    ) -> Option<Value> {
        let arg = self.argument_of(call, function, number)?;
        Some(self.eval(arg, caller).hop(&self.at(call), "passed here"))
    }

    /// What a call hands over for a parameter.
    pub(super) fn argument_of(
        &self,
        call: ExprId,
        function: FunctionId,
        number: usize,
    ) -> Option<ExprId> {
        let Expr::Call { args, .. } = &self.program[call] else {
            return None;
        };
        let parameter = self.program.functions[function].parameters.get(number)?;
        let name = match &self.program[parameter.target] {
            Expr::Name(name) => name.as_str(),
            _ => "",
        };
        let by_name = args.iter().find(|arg| {
            arg.name
                .as_deref()
                .is_some_and(|n| n.eq_ignore_ascii_case(name))
        });
        let arg = by_name.or_else(|| {
            let mut positional = args.iter().filter(|arg| arg.name.is_none());
            positional.nth(number).filter(|arg| !arg.spread)
        })?;
        Some(arg.value)
    }

    /// A map with what was put into it later.
    fn with_changes(&self, value: Value, path: &str, id: ExprId, context: &Context) -> Value {
        let Value::Map(mut fields) = value else {
            return value;
        };
        for change in self.index.changes(path).iter().take(MAX_FIELDS) {
            match change {
                Change::Set { name, value, at } if self.index.same_function(*value, id) => {
                    let value = self.eval(*value, context);
                    fields.push(Field {
                        key: Some(name.clone()),
                        value,
                        at: at.clone(),
                    });
                }
                Change::Set { .. } => {}
                Change::Put { key, value, .. } => {
                    self.entry(Some(*key), *value, context, &mut fields);
                }
                Change::Call(call) => self.put(*call, id, context, &mut fields),
            }
        }
        Value::Map(fields)
    }

    /// `map.set("k", v)`, `map.update({…})`, `Object.assign(map, {…})`.
    fn put(&self, call: ExprId, id: ExprId, context: &Context, fields: &mut Vec<Field>) {
        let Expr::Call { callee, args } = &self.program[call] else {
            return;
        };
        if !self.index.same_function(call, id) {
            return;
        }
        let path = self.program.path(*callee);
        let Some(method) = path.last().map(|m| m.to_ascii_lowercase()) else {
            return;
        };
        match (method.as_str(), args.as_slice()) {
            (
                "set" | "add" | "put" | "append" | "insert" | "store" | "setdefault",
                [key, value],
            ) => {
                self.entry(Some(key.value), value.value, context, fields);
            }
            ("update" | "merge" | "merge!" | "assign" | "putall" | "extend", args) => {
                for arg in args {
                    match &arg.name {
                        Some(name) => {
                            let value = self.eval(arg.value, context);
                            let at = self.at(arg.value);
                            fields.push(Field {
                                key: Some(name.clone()),
                                value,
                                at,
                            });
                        }
                        None if arg.value != id => {
                            if let Expr::Map(_) = self.program[arg.value] {
                                self.entry(None, arg.value, context, fields);
                            }
                        }
                        None => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn set_values(&self, changes: &[&Change], context: &Context, id: ExprId) -> Value {
        let mut options = Vec::new();
        for change in changes.iter().take(MAX_OPTIONS) {
            if let Change::Set { value, at, .. } = change {
                let value = self.eval(*value, &self.context_for(*value, id, context));
                options.push(value.hop(at, "set here"));
            }
        }
        options.retain(|o| !o.is_nothing());
        if options.is_empty() {
            return self.unknown(id);
        }
        Value::either(options)
    }

    pub(super) fn member(
        &self,
        id: ExprId,
        object: ExprId,
        name: &str,
        context: &Context,
    ) -> Value {
        if text::telling_member(name) {
            return Value::Clean;
        }
        if self.program.language == Language::Hcl
            && let Some(value) = self.reference(id)
        {
            return value;
        }
        if let Expr::This = self.program[object] {
            let fields = self.index.fields(name);
            if !fields.is_empty() {
                let value = self.set_values(&fields, context, id).called(name);
                return self.with_changes(value, &format!("this.{name}"), id, context);
            }
            if let Some(function) = self.index.function(name) {
                return self.returned(function, id, context);
            }
            return self.unknown(id);
        }
        let from = self.eval(object, context);
        if let Some(value) = from.field(name) {
            return value.called(name);
        }
        if self.program.language == Language::Ruby
            && let Some(effect) = text::effect(name)
        {
            match effect {
                Effect::Same if !matches!(from, Value::Object(_)) => return from,
                Effect::Hides => return Value::Clean,
                _ => {}
            }
        }
        if let Some(address) = from.options().iter().find(|o| matches!(o, Value::Text(p) if p.first().is_some_and(|p| matches!(&p.kind, PieceKind::Fixed(t) if t.contains("://"))))) {
            // A part of an address still leads there.
            let whole = ["host", "hostname", "href", "origin", "to_s", "request_uri", "path", "absoluteuri", "url", "tostring", "absolutestring"];
            if whole.contains(&name.to_ascii_lowercase().as_str()) {
                return address.clone();
            }
            if name == "port" || name == "scheme" {
                return Value::Clean;
            }
        }
        // `Config.KEY` of a class or object of this program.
        if let Expr::Name(class) = &self.program[object]
            && self.index.is_class(class)
        {
            let fields = self.index.fields(name);
            if !fields.is_empty() {
                return self.set_values(&fields, context, id);
            }
        }
        // `obj.field = value` somewhere.
        let path = self.program.path(object).join(".");
        let set: Vec<&Change> = self
            .index
            .changes(&path)
            .iter()
            .filter(|c| matches!(c, Change::Set { name: n, .. } if n == name))
            .collect();
        if !set.is_empty() {
            return self.set_values(&set, context, id);
        }
        // A field of an object that this program makes: `client.apiKey` of `new Client(key)`.
        if let Value::Object(made) = &from
            && let Expr::Call { args, .. } = &self.program[made.call]
        {
            if let Some(arg) = args.iter().find(|a| a.name.as_deref() == Some(name)) {
                return self.eval(arg.value, context);
            }
            let fields = self.index.fields(name);
            if !fields.is_empty() && self.index.callee(self.program, made.call).is_some() {
                return self.set_values(&fields, context, id);
            }
        }
        // A field that only one class here has.
        let fields = self.index.fields(name);
        if !fields.is_empty() && matches!(from, Value::Object(_)) {
            return self.set_values(&fields, context, id);
        }
        let whole = self.unknown(id);
        match from.texts().next().as_deref() {
            // The name it is known by goes on with the member's.
            Some(
                [
                    Piece {
                        kind: PieceKind::Open(source),
                        trail,
                        ..
                    },
                ],
            ) if !matches!(from, Value::Object(_)) && trail.is_some() => {
                let label = format!("{}.{name}", source.label);
                Value::open(self.source(id, label), self.at(id)).called(&self.label(id))
            }
            _ => whole,
        }
    }

    /// `local.x.y` of Terraform.
    fn reference(&self, id: ExprId) -> Option<Value> {
        let named = self.local(id)?;
        Some(self.eval(named.value, &None).hop(&named.at, "set here"))
    }

    /// What Terraform's `local.x.y` names.
    pub(super) fn local(&self, id: ExprId) -> Option<&Named> {
        let path = self.program.path(id);
        let rest = path.strip_prefix(&["local"])?;
        self.index.named.iter().find(|n| {
            n.path.first().is_some_and(|first| first == "locals") && n.path[1..].iter().eq(rest)
        })
    }
}
