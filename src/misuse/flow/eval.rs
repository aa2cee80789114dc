//! What an expression may be: follows names, fields, parameters, returns and string building through
//! one file. Bounded: so many steps a program, so many deep.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::index::{Binding, Bound, Change, Index};
use super::value::{Field, MAX_OPTIONS, Object, Piece, PieceKind, Shown, Source, Value, joined};
use crate::misuse::library::text::{self, Effect};
use crate::syntax::template::{self, Marks};
use crate::syntax::{Arg, Expr, ExprId, FunctionId, Import, Language, Program};

/// Steps that one program may take; what is not known by then stays unknown.
const MAX_STEPS: usize = 100_000;

/// How many expressions may stand for each other before it stays unknown.
const MAX_DEPTH: usize = 40;

/// Calls of a function that are looked at for its parameters.
pub(in crate::misuse) const MAX_CALLERS: usize = 12;

/// Fields of one map that are looked at.
const MAX_FIELDS: usize = 200;

/// A call that is gone into: the parameters are its arguments.
#[derive(Clone, Debug)]
pub(in crate::misuse) struct Frame {
    function: FunctionId,
    call: ExprId,
    caller: Option<Rc<Frame>>,
}

impl Frame {
    /// The call that is gone into.
    pub(in crate::misuse) fn call(&self) -> ExprId {
        self.call
    }

    /// The context in which that call stands.
    pub(in crate::misuse) fn caller(&self) -> Context {
        self.caller.clone()
    }
}

/// In which call an expression is looked at, if in a certain one.
pub(in crate::misuse) type Context = Option<Rc<Frame>>;

/// What other files define, by how they are imported.
pub(in crate::misuse) type Imports<'a> = dyn Fn(&Import) -> Option<Value> + 'a;

/// Tells what expressions of a program may be.
pub(in crate::misuse) struct Flow<'a> {
    /// The program.
    pub(in crate::misuse) program: &'a Program,
    /// What its names stand for.
    pub(in crate::misuse) index: &'a Index,
    imports: &'a Imports<'a>,
    steps: Cell<usize>,
    depth: Cell<usize>,
    /// What was found for expressions outside of any certain call.
    known: RefCell<HashMap<ExprId, Value>>,
}

impl<'a> Flow<'a> {
    pub(in crate::misuse) fn new(
        program: &'a Program,
        index: &'a Index,
        imports: &'a Imports<'a>,
    ) -> Self {
        Self {
            program,
            index,
            imports,
            steps: Cell::new(0),
            depth: Cell::new(0),
            known: RefCell::new(HashMap::new()),
        }
    }

    /// The contexts in which a function runs: one for each call of it in the program, or one without.
    pub(in crate::misuse) fn contexts(&self, function: Option<FunctionId>) -> Vec<Context> {
        let Some(function) = function else {
            return vec![None];
        };
        let callers = self.index.callers(function);
        if callers.is_empty() {
            return vec![None];
        }
        let frames = callers.iter().take(MAX_CALLERS).map(|call| {
            Some(Rc::new(Frame {
                function,
                call: *call,
                caller: None,
            }))
        });
        frames.collect()
    }

    /// The context of a function that this call calls, seen from `context`.
    pub(in crate::misuse) fn inside(
        &self,
        function: FunctionId,
        call: ExprId,
        context: &Context,
    ) -> Context {
        Some(Rc::new(Frame {
            function,
            call,
            caller: context.clone(),
        }))
    }

    /// What an expression may be.
    pub(in crate::misuse) fn eval(&self, id: ExprId, context: &Context) -> Value {
        if context.is_none()
            && let Some(known) = self.known.borrow().get(&id)
        {
            return known.clone();
        }
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps > MAX_STEPS || self.depth.get() > MAX_DEPTH {
            return self.unknown(id);
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.look(id, context);
        self.depth.set(self.depth.get() - 1);
        // Deep inside, a value may be unknown only because it is deep.
        if context.is_none() && self.depth.get() < MAX_DEPTH / 2 {
            self.known.borrow_mut().insert(id, value.clone());
        }
        value
    }

    /// Whether more work may be done; counts one step.
    pub(in crate::misuse) fn may_go_on(&self) -> bool {
        self.steps.set(self.steps.get() + 1);
        self.steps.get() <= MAX_STEPS
    }

    fn at(&self, id: ExprId) -> Range<usize> {
        self.program.span(id)
    }

    /// A value known by its name only.
    pub(in crate::misuse) fn unknown(&self, id: ExprId) -> Value {
        let label = self.label(id);
        if label.is_empty() {
            return Value::Clean;
        }
        Value::open(self.source(id, label), self.at(id))
    }

    fn source(&self, id: ExprId, label: String) -> Source {
        Source {
            label,
            within: self.index.names_at(self.index.scope(id)),
            aliases: Vec::new(),
        }
    }

    /// The name of an expression, with what it is a part of.
    fn label(&self, id: ExprId) -> String {
        self.program.path(id).join(".")
    }

    fn look(&self, id: ExprId, context: &Context) -> Value {
        match &self.program[id] {
            Expr::Text { value, content } => self.text(id, value, content),
            Expr::Literal(raw) => Value::Literal(raw.clone()),
            Expr::Compare { .. } | Expr::Not(_) | Expr::Other(_) => Value::Clean,
            Expr::Name(name) => self.name(id, name, context),
            Expr::This => Value::open(self.source(id, "this".to_owned()), self.at(id)),
            Expr::Member { object, name } => self.member(id, *object, name, context),
            Expr::Index { object, .. } => {
                let list = self.eval(*object, context);
                element(&list).unwrap_or_else(|| self.unknown(id))
            }
            Expr::Slice { object, from, to } => {
                let value = self.eval(*object, context);
                part(value, self.slice(*from, *to))
            }
            Expr::Join(pieces) => {
                let parts: Vec<Value> = pieces.iter().map(|p| self.eval(*p, context)).collect();
                joined(&parts)
            }
            Expr::Call { callee, args } => self.call(id, *callee, args, context),
            Expr::Map(entries) => {
                let mut fields = Vec::new();
                for entry in entries.iter().take(MAX_FIELDS) {
                    self.entry(entry.key, entry.value, context, &mut fields);
                }
                Value::Map(fields)
            }
            Expr::List(items) => {
                Value::List(items.iter().take(MAX_FIELDS).map(|i| self.eval(*i, context)).collect())
            }
            Expr::Choice { options, .. } => {
                Value::either(options.iter().map(|o| self.eval(*o, context)).collect())
            }
            Expr::Function(function) => Value::Function(*function),
            Expr::Assign { value, .. } => self.eval(*value, context),
        }
    }

    /// A string; in configuration and pages, what a template puts into it is not known.
    fn text(&self, id: ExprId, value: &str, content: &Range<usize>) -> Value {
        let program = self.program;
        let braces = value.contains("{{");
        let dollar = value.contains("${") && program.language.is_config();
        let words = value.contains('$') && program.language == Language::Yaml;
        if !(braces || dollar || words) {
            return Value::fixed(value, content.clone());
        }
        let exact = value.len() == content.len();
        let mut pieces = Vec::new();
        let mut fixed = |range: Range<usize>| {
            if !range.is_empty() {
                let at = match exact {
                    true => content.start + range.start..content.start + range.end,
                    false => content.clone(),
                };
                let kind = PieceKind::Fixed(value[range].to_owned());
                pieces.push(Piece { kind, at, trail: None });
            }
            pieces.len()
        };
        let mut open = Vec::new();
        let mut done = 0;
        for (range, label) in template::places(value, braces, dollar, words) {
            let number = fixed(done..range.start);
            open.push((number, range.clone(), label));
            done = range.end;
        }
        fixed(done..value.len());
        for (number, range, label) in open.into_iter().rev() {
            let at = match exact {
                true => content.start + range.start..content.start + range.end,
                false => content.clone(),
            };
            let kind = PieceKind::Open(self.source(id, label));
            pieces.insert(number, Piece { kind, at, trail: None });
        }
        Value::Text(pieces)
    }

    fn entry(
        &self,
        key: Option<ExprId>,
        value: ExprId,
        context: &Context,
        fields: &mut Vec<Field>,
    ) {
        let at = key.map_or_else(|| self.at(value), |key| self.at(key).start..self.at(value).end);
        let is_spread = key.is_none();
        let key = key.and_then(|key| self.eval(key, context).as_fixed());
        let value = self.eval(value, context);
        if is_spread {
            let known: Vec<&[Field]> = value
                .options()
                .iter()
                .filter_map(|option| match option {
                    Value::Map(inner) => Some(inner.as_slice()),
                    _ => None,
                })
                .collect();
            if known.len() == value.options().len() || !known.is_empty() {
                fields.extend(known.into_iter().flatten().cloned());
                return;
            }
        }
        fields.push(Field { key, value, at });
    }

    /// What a variable may be, and what was done to it where it is a map.
    fn name(&self, id: ExprId, name: &str, context: &Context) -> Value {
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
            let value = self.bound(id, binding, context).hop(&binding.at, "set here").called(name);
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
                from.field(key).unwrap_or_else(|| self.part_of(&from, key, id))
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
            Bound::Import(import) => (self.imports)(import).map(|v| v.moved(&self.at(id))).unwrap_or_else(|| {
                match &import.member {
                    Some(member) if member != "default" => {
                        Value::open(self.source(id, member.clone()), self.at(id))
                    }
                    _ => self.unknown(id),
                }
            }),
        }
    }

    /// The context holds for what stands in the same function as the use.
    fn context_for(&self, value: ExprId, used: ExprId, context: &Context) -> Context {
        if self.index.same_function(value, used) {
            context.clone()
        } else {
            None
        }
    }

    /// `key` of a value whose fields are not known.
    fn part_of(&self, from: &Value, key: &str, id: ExprId) -> Value {
        let label = from.texts().find_map(|pieces| match pieces.as_slice() {
            [Piece { kind: PieceKind::Open(source), .. }] => Some(format!("{}.{key}", source.label)),
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
    fn argument_of(&self, call: ExprId, function: FunctionId, number: usize) -> Option<ExprId> {
        let Expr::Call { args, .. } = &self.program[call] else {
            return None;
        };
        let parameter = self.program.functions[function].parameters.get(number)?;
        let name = match &self.program[parameter.target] {
            Expr::Name(name) => name.as_str(),
            _ => "",
        };
        let by_name = args
            .iter()
            .find(|arg| arg.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(name)));
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
                    fields.push(Field { key: Some(name.clone()), value, at: at.clone() });
                }
                Change::Set { .. } => {}
                Change::Put { key, value, .. } => self.entry(Some(*key), *value, context, &mut fields),
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
            ("set" | "add" | "put" | "append" | "insert" | "store" | "setdefault", [key, value]) => {
                self.entry(Some(key.value), value.value, context, fields);
            }
            ("update" | "merge" | "merge!" | "assign" | "putall" | "extend", args) => {
                for arg in args {
                    match &arg.name {
                        Some(name) => {
                            let value = self.eval(arg.value, context);
                            let at = self.at(arg.value);
                            fields.push(Field { key: Some(name.clone()), value, at });
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

    fn member(&self, id: ExprId, object: ExprId, name: &str, context: &Context) -> Value {
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
            Some([Piece { kind: PieceKind::Open(source), trail, .. }])
                if !matches!(from, Value::Object(_)) && trail.is_some() =>
            {
                let label = format!("{}.{name}", source.label);
                Value::open(self.source(id, label), self.at(id)).called(&self.label(id))
            }
            _ => whole,
        }
    }

    /// The expressions that a name, field or parameter stands for, each with its context; the
    /// expression itself where it stands for none that is known.
    pub(in crate::misuse) fn origins(&self, id: ExprId, context: &Context) -> Vec<(ExprId, Context)> {
        let mut found = Vec::new();
        match &self.program[id] {
            Expr::Name(name) => {
                for binding in self.index.bindings(id, name) {
                    match &binding.to {
                        Bound::Value(value) | Bound::Element(value) => {
                            found.push((*value, self.context_for(*value, id, context)));
                        }
                        Bound::Field(value, key) => {
                            let context = self.context_for(*value, id, context);
                            found.extend(self.entry_of(*value, key).map(|v| (v, context)));
                        }
                        Bound::Parameter(function, number, default) => {
                            self.arguments(*function, *number, context, &mut found);
                            if found.is_empty() {
                                found.extend(default.map(|d| (d, None)));
                            }
                        }
                        Bound::ParameterField(function, number, key) => {
                            let mut whole = Vec::new();
                            self.arguments(*function, *number, context, &mut whole);
                            for (value, context) in whole {
                                found.extend(self.entry_of(value, key).map(|v| (v, context.clone())));
                            }
                        }
                        Bound::Caught(_) | Bound::Import(_) => {}
                    }
                }
                if found.is_empty() {
                    found.extend(self.set_origins(name, id, context));
                }
                if found.is_empty()
                    && let Some(function) = self.index.function(name)
                    && let Some(returns) = self.index.returns.get(&function)
                {
                    let inner = self.inside(function, id, context);
                    found.extend(returns.iter().map(|r| (*r, inner.clone())));
                }
            }
            Expr::Member { .. } if self.program.language == Language::Hcl => {
                let path = self.program.path(id);
                if let Some(rest) = path.strip_prefix(&["local"]) {
                    let named = self.index.named.iter().filter(|n| {
                        n.path.first().is_some_and(|first| first == "locals")
                            && n.path[1..].iter().map(String::as_str).eq(rest.iter().copied())
                    });
                    found.extend(named.map(|n| (n.value, None)));
                }
            }
            Expr::Member { object, name } => {
                let is_own = match &self.program[*object] {
                    Expr::This => true,
                    Expr::Name(class) => self.index.is_class(class),
                    _ => false,
                };
                if is_own {
                    found.extend(self.set_origins(name, id, context));
                    if found.is_empty()
                        && let Some(function) = self.index.function(name)
                        && let Some(returns) = self.index.returns.get(&function)
                    {
                        let inner = self.inside(function, id, context);
                        found.extend(returns.iter().map(|r| (*r, inner.clone())));
                    }
                } else {
                    for (whole, context) in self.origins(*object, context) {
                        found.extend(self.entry_of(whole, name).map(|v| (v, context.clone())));
                    }
                }
            }
            _ => {}
        }
        found.truncate(MAX_CALLERS);
        found
    }

    fn set_origins(&self, name: &str, id: ExprId, context: &Context) -> Vec<(ExprId, Context)> {
        let changes = self.index.fields(name);
        let values = changes.iter().filter_map(|change| match change {
            Change::Set { value, .. } if *value != id => Some(*value),
            _ => None,
        });
        values.map(|v| (v, self.context_for(v, id, context))).collect()
    }

    /// The value of an entry of a map that is written out.
    fn entry_of(&self, map: ExprId, key: &str) -> Option<ExprId> {
        match &self.program[map] {
            Expr::Map(entries) => entries
                .iter()
                .rev()
                .find(|e| e.key.and_then(|k| self.program.text(k)) == Some(key))
                .map(|e| e.value),
            Expr::Call { args, .. } => {
                args.iter().find(|a| a.name.as_deref() == Some(key)).map(|a| a.value)
            }
            _ => None,
        }
    }

    /// The expressions that are handed over for a parameter.
    fn arguments(
        &self,
        function: FunctionId,
        number: usize,
        context: &Context,
        found: &mut Vec<(ExprId, Context)>,
    ) {
        let mut frame = context.as_ref();
        while let Some(here) = frame {
            if here.function == function {
                found.extend(self.argument_of(here.call, function, number).map(|a| (a, here.caller.clone())));
                return;
            }
            frame = here.caller.as_ref();
        }
        for call in self.index.callers(function).iter().take(MAX_CALLERS) {
            found.extend(self.argument_of(*call, function, number).map(|a| (a, None)));
        }
    }

    /// `local.x.y` of Terraform.
    fn reference(&self, id: ExprId) -> Option<Value> {
        let path = self.program.path(id);
        let rest = path.strip_prefix(&["local"])?;
        let named = self.index.named.iter().find(|n| {
            n.path.first().is_some_and(|first| first == "locals") && n.path[1..].iter().map(String::as_str).eq(rest.iter().copied())
        })?;
        Some(self.eval(named.value, &None).hop(&named.at, "set here"))
    }

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
        let inner = self.inside(function, call, context);
        let Some(returns) = self.index.returns.get(&function) else {
            return self.unknown(call);
        };
        let options = returns.iter().take(MAX_OPTIONS).map(|value| {
            let at = self.at(*value);
            self.eval(*value, &inner).hop(&at, "returned here")
        });
        Value::either(options.collect())
    }

    fn call(&self, id: ExprId, callee: ExprId, args: &[Arg], context: &Context) -> Value {
        if let Some(function) = self.index.callee(self.program, id)
            && self.index.returns.contains_key(&function)
            && !self.is_constructor(callee)
        {
            let value = self.returned(function, id, context);
            let name = self.program.path(callee).last().copied().unwrap_or_default();
            return if text::is_hiding(name) { hidden(value) } else { value };
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
        let numbers: Vec<ExprId> = match is_module || object.is_none() {
            true => args.iter().skip(1).map(|a| a.value).collect(),
            false => args.iter().map(|a| a.value).collect(),
        };
        match effect {
            Effect::Hides => self.hides(name, id, &receiver, &args, context),
            Effect::Query => match subject(self) {
                Value::Map(fields) => query(&fields),
                value => value,
            },
            Effect::Same => match subject(self) {
                value @ (Value::Map(_) | Value::List(_)) => value,
                // A constructor of something: not a text.
                Value::Text(pieces) if pieces.is_empty() => self.object(id),
                Value::Clean | Value::Literal(_) => self.object(id),
                value => value,
            },
            Effect::Between => part(subject(self), self.slice(numbers.first().copied(), numbers.get(1).copied())),
            Effect::Count => part(subject(self), self.counted(&numbers)),
            Effect::First => part(subject(self), Shown::First(self.number(numbers.first().copied()).unwrap_or(8).unsigned_abs())),
            Effect::Last => part(subject(self), Shown::Last(self.number(numbers.first().copied()).unwrap_or(8).unsigned_abs())),
            Effect::Format => self.format(id, object, &args, context),
            Effect::Spaced => {
                let mut parts = Vec::new();
                for arg in &args {
                    if !parts.is_empty() {
                        parts.push(Value::fixed(" ", self.at(id)));
                    }
                    parts.push(self.eval(arg.value, context));
                }
                joined(&parts)
            }
            Effect::Joins => self.join(&receiver, &args, context),
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

    /// Whether a class of this program has a method that says how its objects are printed.
    pub(in crate::misuse) fn prints_itself(&self, class: &str) -> bool {
        const PRINTING: &[&str] = &["String", "LogValue", "fmt", "__repr__", "__str__", "toString", "ToString", "inspect", "to_s", "description", "debugDescription", "toJSON", "GoString", "MarshalJSON", "__debugInfo"];
        self.program.classes.iter().filter(|c| c.name == class).flat_map(|c| &c.body).any(|stmt| match stmt {
            crate::syntax::Stmt::Function(id) => {
                self.program.functions[*id].name.as_deref().is_some_and(|n| PRINTING.contains(&n))
            }
            _ => false,
        })
    }

    fn is_constructor(&self, callee: ExprId) -> bool {
        let path = self.program.path(callee);
        let name = path.last().copied().unwrap_or_default();
        self.index.is_class(name)
    }

    /// `JSON` of `JSON.stringify`: a name that nothing is bound to.
    fn is_module(&self, object: ExprId) -> bool {
        match &self.program[object] {
            Expr::Name(name) => {
                let bindings = self.index.bindings(object, name);
                let only_imports = bindings.iter().all(|b| matches!(b.to, Bound::Import(_)));
                let upper = name.starts_with(char::is_uppercase) && bindings.is_empty();
                let known = [
                    "json", "os", "fmt", "strings", "base64", "urllib", "url", "re", "std", "util", "path", "str", "env",
                    "serde_json", "hashlib", "crypto", "querystring", "qs", "parse", "neturl", "redact", "lodash", "_",
                ];
                upper || (only_imports && !bindings.is_empty()) || known.contains(&name.as_str())
            }
            // `base64.StdEncoding.EncodeToString(x)`, `urllib.parse.quote(x)`.
            Expr::Member { object, .. } => self.is_module(*object),
            Expr::Call { callee, args } => args.is_empty() && {
                let path = self.program.path(*callee);
                path.iter().any(|p| p.eq_ignore_ascii_case("base64"))
            },
            _ => false,
        }
    }

    /// Gives nothing, unless a function of this program says otherwise or something is put in.
    fn hides(
        &self,
        name: &str,
        id: ExprId,
        receiver: &Option<Value>,
        args: &[&Arg],
        context: &Context,
    ) -> Value {
        let lower = name.to_ascii_lowercase();
        // `url.replace("{key}", key)` puts its last argument in, `s.replace("-", "")` nothing.
        let replaces = lower.contains("replace") || matches!(lower.as_str(), "sub" | "gsub");
        if replaces && args.len() >= 2 {
            let with = self.eval(args[args.len() - 1].value, context);
            let from = receiver.clone().unwrap_or(Value::Clean);
            return match (&with, from.as_fixed()) {
                (Value::Text(_), Some(_)) => joined(&[from, with]),
                (Value::Text(pieces), None)
                    if pieces.iter().all(|p| matches!(&p.kind, PieceKind::Fixed(t) if t.is_empty())) =>
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
    fn object(&self, id: ExprId) -> Value {
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
        let is_name = key.len() < 120 && !key.starts_with('/') && !key.contains("://") && !key.contains(' ');
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
        let label = if path.is_empty() { key } else { format!("{path}.{key}") };
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

    /// `fmt.Sprintf("Bearer %s", key)`, `"Bearer {}".format(key)`, `String.format(…)`.
    fn format(
        &self,
        id: ExprId,
        object: Option<ExprId>,
        args: &[&Arg],
        context: &Context,
    ) -> Value {
        let on_text = object.filter(|object| !self.is_module(*object));
        let (format, rest) = match on_text {
            Some(object) => (self.eval(object, context), args),
            None => match args.split_first() {
                Some((first, rest)) => (self.eval(first.value, context), rest),
                None => return self.object(id),
            },
        };
        let Some(fixed) = format.as_fixed() else {
            // `concat(a, b)` and what builds its format: everything in a row.
            let mut parts = vec![format];
            parts.extend(rest.iter().map(|arg| self.eval(arg.value, context)));
            return joined(&parts);
        };
        let at = self.at(on_text.or(args.first().map(|a| a.value)).unwrap_or(id));
        let marks = if fixed.contains('{') { Marks::Braces } else { Marks::Percent };
        let mut used = vec![false; rest.len()];
        let mut next = 0;
        let mut parts = Vec::new();
        for piece in template::pieces(&fixed, marks) {
            let number = match piece {
                template::Piece::Fixed(range) => {
                    parts.push(Value::fixed(&fixed[range], at.clone()));
                    continue;
                }
                template::Piece::Next => {
                    next += 1;
                    next - 1
                }
                template::Piece::Number(number) => number,
                template::Piece::Named(name) => {
                    let by_name = rest.iter().position(|arg| arg.name.as_ref() == Some(&name));
                    by_name.unwrap_or(usize::MAX)
                }
            };
            if let Some(arg) = rest.get(number) {
                used[number] = true;
                parts.push(self.eval(arg.value, context));
            }
        }
        for (arg, used) in rest.iter().zip(used) {
            if !used {
                parts.push(self.eval(arg.value, context));
            }
        }
        joined(&parts)
    }

    /// `[a, b].join(" ")`, `" ".join([a, b])`, `implode(" ", [a, b])`, `path.join(a, b)`.
    fn join(&self, receiver: &Option<Value>, args: &[&Arg], context: &Context) -> Value {
        let mut all: Vec<Value> = receiver.iter().cloned().collect();
        all.extend(args.iter().map(|arg| self.eval(arg.value, context)));
        let list = all.iter().find_map(|value| match value {
            Value::List(items) => Some(items.clone()),
            _ => None,
        });
        let between = all.iter().find_map(Value::as_fixed).unwrap_or_default();
        let Some(items) = list else {
            return joined(&all);
        };
        let mut parts = Vec::new();
        for (number, item) in items.into_iter().enumerate() {
            if number > 0 && !between.is_empty() {
                parts.push(Value::fixed(&between, 0..0));
            }
            parts.push(item);
        }
        joined(&parts)
    }

    /// What `[from:to]` shows.
    fn slice(&self, from: Option<ExprId>, to: Option<ExprId>) -> Shown {
        let start = from.map(|id| self.bound_of(id));
        let end = to.map(|id| self.bound_of(id));
        match (start, end) {
            (None | Some(Some(0)), Some(Some(n))) if n >= 0 => Shown::First(n.unsigned_abs()),
            (Some(Some(n)), None) if n < 0 => Shown::Last(n.unsigned_abs()),
            // `k[-4..-1]` of Ruby.
            (Some(Some(n)), Some(Some(-1))) if n < 0 => Shown::Last(n.unsigned_abs()),
            // `k.substring(k.length - 4, k.length)`.
            (Some(Some(n)), Some(_)) if n < 0 => Shown::Last(n.unsigned_abs()),
            _ => Shown::Some,
        }
    }

    /// What `substr(from, count)` shows.
    fn counted(&self, numbers: &[ExprId]) -> Shown {
        match (self.number(numbers.first().copied()), self.number(numbers.get(1).copied())) {
            (Some(0), Some(n)) => Shown::First(n.unsigned_abs()),
            (Some(n), _) if n < 0 => Shown::Last(n.unsigned_abs()),
            _ => Shown::Some,
        }
    }

    /// A bound of a slice: a number, or `length - n` as −n.
    fn bound_of(&self, id: ExprId) -> Option<i64> {
        match &self.program[id] {
            Expr::Literal(raw) => match raw.strip_prefix('^') {
                Some(from_end) => from_end.parse::<i64>().ok().map(|n| -n),
                None => raw.parse().ok(),
            },
            Expr::Name(_) => self.number(Some(id)),
            Expr::Other(parts) if parts.len() == 1 => self.number(parts.first().copied()).map(|n| -n.abs()),
            Expr::Other(parts) | Expr::Join(parts) => {
                let number = parts.iter().rev().find_map(|part| match &self.program[*part] {
                    Expr::Literal(raw) => raw.trim_start_matches('-').parse::<i64>().ok(),
                    Expr::Name(_) => self.number(Some(*part)),
                    _ => None,
                })?;
                Some(-number)
            }
            // `max(0, len(k) - 4)`, `saturating_sub(4)`.
            Expr::Call { args, .. } => {
                let mut numbers = args.iter().filter_map(|arg| self.bound_of(arg.value)).filter(|n| *n != 0);
                numbers.next().map(|n| -n.abs())
            }
            _ => None,
        }
    }

    fn number(&self, id: Option<ExprId>) -> Option<i64> {
        match &self.program[id?] {
            Expr::Literal(raw) => raw.parse().ok(),
            Expr::Name(name) => {
                let bindings = self.index.bindings(id?, name);
                match bindings.last()?.to {
                    Bound::Value(value) => match &self.program[value] {
                        Expr::Literal(raw) => raw.parse().ok(),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => self.bound_of(id?),
        }
    }
}

/// What a function gives that is called a mask: only if it shows a part, and not what it gives where there
/// is nothing to mask.
fn hidden(value: Value) -> Value {
    let is_part = |option: &Value| match option {
        Value::Text(pieces) => pieces.iter().any(|p| matches!(p.kind, PieceKind::Part(..))),
        _ => false,
    };
    let parts: Vec<Value> = value.options().iter().filter(|o| is_part(o)).cloned().collect();
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

/// The elements of a list, or the values of a map, as choices.
fn element(list: &Value) -> Option<Value> {
    match list {
        Value::List(items) if !items.is_empty() => Some(Value::either(items.clone())),
        _ => None,
    }
}

/// A part of each text that a value may be. Of fixed text nothing is cut off: it is what it shows that
/// matters, and that it may be a credential.
fn part(value: Value, shown: Shown) -> Value {
    match value {
        Value::Text(pieces) => Value::Text(
            pieces
                .into_iter()
                .map(|piece| Piece {
                    at: piece.at.clone(),
                    trail: piece.trail.clone(),
                    kind: PieceKind::Part(Rc::new(piece), shown),
                })
                .collect(),
        ),
        Value::Object(object) => {
            let piece = Piece {
                at: object.at.clone(),
                kind: PieceKind::Open(object.source),
                trail: None,
            };
            part(Value::Text(vec![piece]), shown)
        }
        Value::Either(options) => Value::Either(options.into_iter().map(|o| part(o, shown)).collect()),
        other => other,
    }
}
