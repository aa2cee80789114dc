//! What a program's names stand for: scopes, bindings, fields, calls, and under which conditions
//! each expression is reached.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use crate::syntax::{Arg, Block, Class, Expr, ExprId, FunctionId, Import, Program, Stmt};

/// A place where names are known.
pub(in crate::misuse) type ScopeId = usize;

/// How many changes of one object and its parts are looked at.
const MAX_BELOW: usize = 200;

/// The scope of the whole program.
pub(in crate::misuse) const MODULE: ScopeId = 0;

/// What a program's names stand for.
#[derive(Debug)]
pub(in crate::misuse) struct Index {
    scopes: Vec<Scope>,
    /// For each expression that was reached: where it stands.
    places: HashMap<ExprId, Place>,
    bindings: HashMap<(ScopeId, String), Vec<Binding>>,
    /// What is done to named objects, by their path: `req.headers`, `this.client`.
    changes: BTreeMap<String, Vec<Change>>,
    functions: HashMap<String, Vec<FunctionId>>,
    /// The scope of each function's body.
    bodies: HashMap<FunctionId, ScopeId>,
    callers: HashMap<FunctionId, Vec<ExprId>>,
    /// Every call, in the order of the code.
    pub(in crate::misuse) calls: Vec<ExprId>,
    /// What is thrown, in the order of the code.
    pub(in crate::misuse) throws: Vec<ExprId>,
    /// What each function returns.
    pub(in crate::misuse) returns: HashMap<FunctionId, Vec<ExprId>>,
    /// Every name with a value: variables, fields, entries, named arguments.
    pub(in crate::misuse) named: Vec<Named>,
    /// Every import.
    pub(in crate::misuse) imports: Vec<Import>,
    conditions: Vec<Condition>,
    /// Calls on whose result a chain goes on.
    going_on: HashSet<ExprId>,
    /// The numbers in `named` of each value.
    names_of: HashMap<ExprId, Vec<usize>>,
    /// Functions that are called when something failed.
    handlers: HashSet<FunctionId>,
    /// The number of each class, by its name.
    classes: HashMap<String, usize>,
}

/// A name with a value.
#[derive(Clone, Debug)]
pub(in crate::misuse) struct Named {
    /// The name and what it is a part of, outermost first.
    pub(in crate::misuse) path: Vec<String>,
    /// The value.
    pub(in crate::misuse) value: ExprId,
    /// Where the name stands, up to the value's end.
    pub(in crate::misuse) at: Range<usize>,
}

#[derive(Debug)]
struct Scope {
    parent: ScopeId,
    function: Option<FunctionId>,
    class: Option<String>,
    /// The names of the classes and functions around.
    names: Rc<str>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    scope: ScopeId,
    order: u32,
    /// The innermost condition, if there is one.
    condition: Option<usize>,
}

/// Under what an expression is reached.
#[derive(Clone, Copy, Debug)]
pub(in crate::misuse) struct Condition {
    /// What decides.
    pub(in crate::misuse) test: ExprId,
    /// Whether it holds.
    pub(in crate::misuse) holds: bool,
    outer: Option<usize>,
}

/// What a name is bound to.
#[derive(Clone, Debug)]
pub(in crate::misuse) struct Binding {
    pub(in crate::misuse) to: Bound,
    order: u32,
    conditional: bool,
    /// Whether it is added to what was there.
    adds: bool,
    pub(in crate::misuse) at: Range<usize>,
}

#[derive(Clone, Debug)]
pub(in crate::misuse) enum Bound {
    /// A value.
    Value(ExprId),
    /// A field of a value.
    Field(ExprId, String),
    /// An element of a value.
    Element(ExprId),
    /// A parameter: its function, its number, its default.
    Parameter(FunctionId, usize, Option<ExprId>),
    /// A field of a parameter.
    ParameterField(FunctionId, usize, String),
    /// What was caught, from these expressions (by order).
    Caught(Range<u32>),
    /// Something of another file.
    Import(Import),
}

/// What is done to a named object.
#[derive(Clone, Debug)]
pub(in crate::misuse) enum Change {
    /// A member is set: `o.name = value`, `o["name"] = value`.
    Set {
        name: String,
        value: ExprId,
        at: Range<usize>,
    },
    /// An element is set whose key is no fixed string where it is written: `o[NAME] = value`.
    Put {
        key: ExprId,
        value: ExprId,
        at: Range<usize>,
    },
    /// A method is called on it, or it is handed to a call as the first argument.
    Call(ExprId),
}

impl Binding {
    /// Whether the value is added to what was there.
    pub(in crate::misuse) fn adds(&self) -> bool {
        self.adds
    }
}

impl Index {
    pub(in crate::misuse) fn new(program: &Program) -> Self {
        let mut walk = Walk {
            program,
            index: Self {
                scopes: vec![Scope {
                    parent: MODULE,
                    function: None,
                    class: None,
                    names: Rc::from(""),
                }],
                places: HashMap::new(),
                bindings: HashMap::new(),
                changes: BTreeMap::new(),
                functions: HashMap::new(),
                bodies: HashMap::new(),
                callers: HashMap::new(),
                calls: Vec::new(),
                throws: Vec::new(),
                returns: HashMap::new(),
                named: Vec::new(),
                imports: Vec::new(),
                conditions: Vec::new(),
                going_on: HashSet::new(),
                names_of: HashMap::new(),
                handlers: HashSet::new(),
                classes: program.classes.iter().enumerate().rev().map(|(n, c)| (c.name.clone(), n)).collect(),
            },
            scope: MODULE,
            condition: None,
            order: 0,
        };
        walk.block(&program.body);
        let mut index = walk.index;
        index.find_callers(program);
        for (number, named) in index.named.iter().enumerate() {
            index.names_of.entry(named.value).or_default().push(number);
        }
        index
    }

    fn find_callers(&mut self, program: &Program) {
        for call in &self.calls {
            if let Some(function) = self.callee(program, *call) {
                self.callers.entry(function).or_default().push(*call);
            }
        }
    }

    /// The function of this program that a call calls, if it is one.
    pub(in crate::misuse) fn callee(&self, program: &Program, call: ExprId) -> Option<FunctionId> {
        let Expr::Call { callee, .. } = &program[call] else {
            return None;
        };
        let (name, on_object) = match &program[*callee] {
            Expr::Name(name) => (name, false),
            Expr::Member { object, name } => {
                // `self.http.get(…)` is not the `get` of this program.
                let of_library = crate::misuse::library::http::method(name).is_some();
                let own = match &program[*object] {
                    Expr::This => true,
                    Expr::Name(object) => !of_library || self.makes_own(program, call, object),
                    Expr::Member { .. } => !of_library,
                    _ => false,
                };
                (name, !own)
            }
            Expr::Function(id) => return Some(*id),
            _ => return None,
        };
        if on_object {
            return None;
        }
        if let Some(class) = self.classes.get(name) {
            return constructor(program, &program.classes[*class]);
        }
        match self.functions.get(name).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            Some(several) => {
                let scope = self.scope(call);
                let class = self.class_at(scope);
                let same = |id: &&FunctionId| {
                    self.bodies.get(id).is_some_and(|body| self.class_at(*body) == class)
                };
                several.iter().find(same).copied()
            }
            None => {
                // A variable that holds a function.
                let binding = self.lookup(self.scope(call), name)?;
                match binding.first()?.to {
                    Bound::Value(value) => match program[value] {
                        Expr::Function(id) => Some(id),
                        _ => None,
                    },
                    _ => None,
                }
            }
        }
    }

    /// Whether a name is a class of this program, or holds an object of one.
    fn makes_own(&self, program: &Program, at: ExprId, name: &str) -> bool {
        let is_class = |name: &str| self.is_class(name);
        is_class(name)
            || self.bindings(at, name).iter().any(|binding| match binding.to {
                Bound::Value(value) => program.path(value).iter().any(|part| is_class(part)),
                _ => false,
            })
    }

    /// The names that have this value.
    pub(in crate::misuse) fn names_of(&self, value: ExprId) -> impl Iterator<Item = &Named> {
        let numbers = self.names_of.get(&value).map_or(&[][..], Vec::as_slice);
        numbers.iter().map(|number| &self.named[*number])
    }

    /// Whether a function is called when something failed: handed to `catch`, or as the second to `then`
    /// or `use`.
    pub(in crate::misuse) fn is_handler(&self, function: FunctionId) -> bool {
        self.handlers.contains(&function)
    }

    /// Whether the program defines a class of this name.
    pub(in crate::misuse) fn is_class(&self, name: &str) -> bool {
        self.classes.contains_key(name)
    }

    /// The only function of this name.
    pub(in crate::misuse) fn function(&self, name: &str) -> Option<FunctionId> {
        match self.functions.get(name).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        }
    }

    /// The calls of a function in this program.
    pub(in crate::misuse) fn callers(&self, function: FunctionId) -> &[ExprId] {
        self.callers.get(&function).map_or(&[], Vec::as_slice)
    }

    /// Where an expression stands; [`MODULE`] where it was not reached.
    pub(in crate::misuse) fn scope(&self, id: ExprId) -> ScopeId {
        self.places.get(&id).map_or(MODULE, |place| place.scope)
    }

    fn order(&self, id: ExprId) -> u32 {
        self.places.get(&id).map_or(u32::MAX, |place| place.order)
    }

    /// The function in which a scope lies.
    pub(in crate::misuse) fn function_at(&self, mut scope: ScopeId) -> Option<FunctionId> {
        loop {
            if let Some(function) = self.scopes[scope].function {
                return Some(function);
            }
            if scope == MODULE {
                return None;
            }
            scope = self.scopes[scope].parent;
        }
    }

    fn class_at(&self, mut scope: ScopeId) -> Option<&str> {
        loop {
            if let Some(class) = &self.scopes[scope].class {
                return Some(class);
            }
            if scope == MODULE {
                return None;
            }
            scope = self.scopes[scope].parent;
        }
    }

    /// The names of the classes and functions in which a scope lies.
    pub(in crate::misuse) fn names_at(&self, scope: ScopeId) -> Rc<str> {
        Rc::clone(&self.scopes[scope].names)
    }

    /// The conditions under which an expression is reached, innermost first.
    pub(in crate::misuse) fn conditions(&self, id: ExprId) -> Vec<Condition> {
        let mut found = Vec::new();
        let mut at = self.places.get(&id).and_then(|place| place.condition);
        while let Some(condition) = at {
            found.push(self.conditions[condition]);
            at = self.conditions[condition].outer;
        }
        found
    }

    /// The expressions that were reached between two orders.
    pub(in crate::misuse) fn between(&self, orders: &Range<u32>) -> Vec<ExprId> {
        let inside = |id: &&ExprId| orders.contains(&self.order(**id));
        self.calls.iter().filter(inside).copied().collect()
    }

    /// The bindings of a name as seen from a scope.
    fn lookup(&self, mut scope: ScopeId, name: &str) -> Option<&[Binding]> {
        loop {
            if let Some(found) = self.bindings.get(&(scope, name.to_owned())) {
                return Some(found);
            }
            if scope == MODULE {
                return None;
            }
            scope = self.scopes[scope].parent;
        }
    }

    /// What a name may be bound to where `at` uses it: the last unconditional binding before, and the
    /// conditional ones after that. From another function, any of them.
    pub(in crate::misuse) fn bindings(&self, at: ExprId, name: &str) -> Vec<&Binding> {
        let scope = self.scope(at);
        let order = self.order(at);
        let mut here = scope;
        let all = loop {
            if let Some(found) = self.bindings.get(&(here, name.to_owned())) {
                break found;
            }
            if here == MODULE {
                return Vec::new();
            }
            here = self.scopes[here].parent;
        };
        let same_function = self.function_at(here) == self.function_at(scope);
        let before: Vec<&Binding> = match same_function {
            true => all.iter().filter(|b| b.order < order).collect(),
            false => all.iter().collect(),
        };
        let before = if before.is_empty() { all.iter().collect() } else { before };
        let last_sure = before.iter().rposition(|b| !b.conditional && !b.adds);
        let from = if same_function { last_sure.unwrap_or(0) } else { 0 };
        before[from..].to_vec()
    }

    /// The values that a field of the object itself is given, anywhere in the program.
    pub(in crate::misuse) fn fields(&self, name: &str) -> Vec<&Change> {
        self.changes("this")
            .iter()
            .filter(|change| matches!(change, Change::Set { name: n, .. } if n == name))
            .collect()
    }

    /// What is done to the object with this path.
    pub(in crate::misuse) fn changes(&self, path: &str) -> &[Change] {
        self.changes.get(path).map_or(&[], Vec::as_slice)
    }

    /// What is done to the object with this path and to its parts, with the part's path from there.
    pub(in crate::misuse) fn changes_below<'s>(
        &'s self,
        path: &str,
    ) -> Vec<(String, &'s Change)> {
        let mut found: Vec<(String, &Change)> = self.changes(path).iter().take(MAX_BELOW).map(|c| (String::new(), c)).collect();
        let start = format!("{path}.");
        let below = self.changes.range(start.clone()..).take_while(|(key, _)| key.starts_with(&start));
        for (key, changes) in below {
            let rest = &key[start.len()..];
            found.extend(changes.iter().map(|c| (rest.to_owned(), c)));
            if found.len() > MAX_BELOW {
                break;
            }
        }
        found
    }

    /// Whether something more is called on what this call gives that tells a request more, or sends it.
    pub(in crate::misuse) fn goes_on(&self, call: ExprId) -> bool {
        self.going_on.contains(&call)
    }

    /// The class in which an expression stands.
    pub(in crate::misuse) fn class_of(&self, id: ExprId) -> Option<&str> {
        self.class_at(self.scope(id))
    }

    /// Whether two expressions stand in the same function.
    pub(in crate::misuse) fn same_function(&self, a: ExprId, b: ExprId) -> bool {
        self.function_at(self.scope(a)) == self.function_at(self.scope(b))
    }
}

/// What makes an object of a class.
fn constructor(program: &Program, class: &Class) -> Option<FunctionId> {
    const NAMES: &[&str] = &["constructor", "__init__", "initialize", "__construct", "init"];
    class.body.iter().find_map(|stmt| match stmt {
        Stmt::Function(id) => {
            let name = program.functions[*id].name.as_deref()?;
            (NAMES.contains(&name) || name == class.name).then_some(*id)
        }
        _ => None,
    })
}

/// The walk over a program that fills the index.
struct Walk<'p> {
    program: &'p Program,
    index: Index,
    scope: ScopeId,
    condition: Option<usize>,
    order: u32,
}

impl Walk<'_> {
    fn block(&mut self, block: &Block) {
        // Functions are known in all of their block.
        for stmt in block {
            if let Stmt::Function(id) = stmt
                && let Some(name) = &self.program.functions[*id].name
            {
                self.index.functions.entry(name.clone()).or_default().push(*id);
            }
        }
        for stmt in block {
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Expr(id) => {
                // A document is the map of all its settings.
                if let Expr::Map(_) = self.program[*id] {
                    self.name(Vec::new(), *id, self.program.span(*id).start);
                }
                self.expr(*id);
            }
            Stmt::Return(id) => {
                self.expr(*id);
                if let Some(function) = self.index.function_at(self.scope) {
                    self.index.returns.entry(function).or_default().push(*id);
                }
            }
            Stmt::Throw(id) => {
                self.expr(*id);
                self.index.throws.push(*id);
            }
            Stmt::If {
                condition,
                then,
                otherwise,
            } => {
                self.expr(*condition);
                self.under(*condition, true, |walk| walk.block(then));
                self.under(*condition, false, |walk| walk.block(otherwise));
                // `if (!key) return;`: what follows is reached under the opposite.
            }
            Stmt::Try {
                body,
                caught,
                handler,
            } => {
                let from = self.order;
                self.block(body);
                if let Some(name) = caught {
                    let to = Bound::Caught(from..self.order);
                    self.bind(name, to, false, 0..0);
                }
                self.block(handler);
            }
            Stmt::Loop {
                variable,
                over,
                body,
            } => {
                for id in over {
                    self.expr(*id);
                }
                if let (Some(variable), Some(over)) = (variable, over) {
                    self.bind_element(*variable, *over);
                }
                self.block(body);
            }
            Stmt::Block(inner) => self.block(inner),
            Stmt::Function(id) => self.function(*id),
            Stmt::Class(id) => {
                let class = &self.program.classes[*id];
                self.inside(None, Some(class.name.clone()), &class.name, |walk| {
                    walk.block(&class.body);
                });
            }
            Stmt::Import(import) => {
                self.bind(&import.local, Bound::Import(import.clone()), false, 0..0);
                self.index.imports.push(import.clone());
            }
        }
    }

    fn under(&mut self, test: ExprId, holds: bool, walk: impl FnOnce(&mut Self)) {
        let outer = self.condition;
        self.index.conditions.push(Condition { test, holds, outer });
        self.condition = Some(self.index.conditions.len() - 1);
        walk(self);
        self.condition = outer;
    }

    fn inside(
        &mut self,
        function: Option<FunctionId>,
        class: Option<String>,
        name: &str,
        walk: impl FnOnce(&mut Self),
    ) {
        let parent = self.scope;
        let names = format!("{} {name}", self.index.scopes[parent].names);
        self.index.scopes.push(Scope {
            parent,
            function,
            class,
            names: Rc::from(names),
        });
        self.scope = self.index.scopes.len() - 1;
        walk(self);
        self.scope = parent;
    }

    fn function(&mut self, id: FunctionId) {
        let function = &self.program.functions[id];
        let name = function.name.clone().unwrap_or_default();
        let outer = self.condition;
        self.inside(Some(id), None, &name, |walk| {
            walk.index.bodies.insert(id, walk.scope);
            for (number, parameter) in function.parameters.iter().enumerate() {
                if let Some(default) = parameter.default {
                    walk.expr(default);
                }
                walk.parameter(id, number, parameter.target, parameter.default, parameter.is_field);
            }
            walk.block(&function.body);
        });
        self.condition = outer;
    }

    fn parameter(
        &mut self,
        function: FunctionId,
        number: usize,
        target: ExprId,
        default: Option<ExprId>,
        is_field: bool,
    ) {
        let at = self.program.span(target);
        self.place(target);
        match &self.program[target] {
            Expr::Name(name) => {
                let to = Bound::Parameter(function, number, default);
                self.bind(name, to, false, at.clone());
                if is_field {
                    // The parameter's own name stands for its value.
                    let change = Change::Set {
                        name: name.clone(),
                        value: target,
                        at,
                    };
                    self.index.changes.entry("this".to_owned()).or_default().push(change);
                }
                if let Some(value) = default {
                    self.name(vec![name.clone()], value, self.program.span(target).start);
                }
            }
            Expr::Map(entries) => {
                for entry in entries {
                    let key = entry.key.and_then(|key| self.program.text(key));
                    if let (Some(key), Expr::Name(name)) = (key, &self.program[entry.value]) {
                        let to = Bound::ParameterField(function, number, key.to_owned());
                        self.bind(name, to, false, at.clone());
                    }
                }
            }
            _ => {}
        }
    }

    fn bind(&mut self, name: &str, to: Bound, adds: bool, at: Range<usize>) {
        self.order += 1;
        let binding = Binding {
            to,
            order: self.order,
            conditional: self.condition.is_some(),
            adds,
            at,
        };
        // A name that an outer scope of the same function knows is that one; Python and Ruby have
        // no declarations, so a name that nobody knows is this scope's.
        let key = (self.scope, name.to_owned());
        self.index.bindings.entry(key).or_default().push(binding);
    }

    fn bind_element(&mut self, variable: ExprId, over: ExprId) {
        self.place(variable);
        match &self.program[variable] {
            Expr::Name(name) => {
                let at = self.program.span(variable);
                self.bind(name, Bound::Element(over), false, at);
            }
            Expr::List(items) => {
                for item in items {
                    self.bind_element(*item, over);
                }
            }
            _ => {}
        }
    }

    fn assign(&mut self, target: ExprId, value: ExprId, adds: bool) {
        let at = self.program.span(target).start..self.program.span(value).end;
        match &self.program[target] {
            Expr::Name(name) => {
                let name = name.clone();
                self.name(vec![name.clone()], value, at.start);
                self.bind(&name, Bound::Value(value), adds, at);
            }
            Expr::Member { object, name } => {
                let path = self.program.path(*object).join(".");
                let mut named: Vec<String> =
                    self.program.path(*object).iter().map(ToString::to_string).collect();
                named.push(name.clone());
                self.name(named, value, at.start);
                let name = name.clone();
                let change = Change::Set { name, value, at };
                self.index.changes.entry(path).or_default().push(change);
                self.expr(*object);
            }
            Expr::Index { object, index } => {
                let path = self.program.path(*object).join(".");
                let change = Change::Put { key: *index, value, at };
                self.index.changes.entry(path).or_default().push(change);
                self.expr(*object);
                self.expr(*index);
            }
            Expr::Map(entries) => {
                for entry in entries.clone() {
                    // `{ a, ...rest }`: the rest is the whole, as far as is known.
                    if let (None, Expr::Name(name)) = (entry.key, &self.program[entry.value]) {
                        self.bind(name, Bound::Value(value), false, at.clone());
                    }
                    let key = entry.key.and_then(|key| self.program.text(key));
                    if let (Some(key), Expr::Name(name)) = (key, &self.program[entry.value]) {
                        let to = Bound::Field(value, key.to_owned());
                        self.bind(name, to, false, at.clone());
                    }
                }
            }
            Expr::List(items) => {
                for item in items {
                    if let Expr::Name(name) = &self.program[*item] {
                        self.bind(name, Bound::Element(value), false, at.clone());
                    }
                }
            }
            _ => self.expr(target),
        }
        self.place(target);
    }

    /// Notes a name with its value, and the names inside of it.
    fn name(&mut self, path: Vec<String>, value: ExprId, from: usize) {
        let end = self.program.span(value).end;
        if let Expr::Map(entries) = &self.program[value]
            && path.len() < 12
        {
            for entry in entries {
                if let Some(key) = entry.key.and_then(|k| self.program.text(k)) {
                    let start = entry.key.map_or(from, |key| self.program.span(key).start);
                    let inner = [path.as_slice(), &[key.to_owned()]].concat();
                    self.name(inner, entry.value, start);
                }
            }
        }
        // `{name: "KEY", value: "…"}` is a name with a value too.
        if let Expr::Map(entries) = &self.program[value] {
            let find = |keys: [&str; 2]| {
                let is = |e: &&crate::syntax::Entry| e.key.and_then(|k| self.program.text(k)).is_some_and(|k| keys.contains(&k));
                entries.iter().find(is).map(|e| e.value)
            };
            if let (Some(name), Some(inner)) = (find(["name", "key"]), find(["value", "value"]))
                && let Some(name) = self.program.text(name)
            {
                let path = [path.as_slice(), &[name.to_owned()]].concat();
                let start = self.program.span(inner).start;
                self.name(path, inner, start);
            }
        }
        // `production: Config{key: …}`: what is made by name has names in it too.
        if let Expr::Call { args, .. } = &self.program[value]
            && path.len() < 12
            && !path.is_empty()
        {
            for arg in args {
                if let Some(name) = &arg.name {
                    let inner = [path.as_slice(), &[name.clone()]].concat();
                    self.name(inner, arg.value, self.program.span(arg.value).start);
                }
            }
        }
        if let Expr::List(items) = &self.program[value]
            && path.len() < 12
        {
            for item in items {
                if let Expr::Map(_) = self.program[*item] {
                    self.name(path.clone(), *item, from);
                }
            }
        }
        self.index.named.push(Named {
            path,
            value,
            at: from..end.max(from),
        });
    }

    fn place(&mut self, id: ExprId) {
        self.order += 1;
        let place = Place {
            scope: self.scope,
            order: self.order,
            condition: self.condition,
        };
        self.index.places.insert(id, place);
    }

    fn expr(&mut self, id: ExprId) {
        if self.index.places.contains_key(&id) {
            return;
        }
        self.place(id);
        match &self.program[id] {
            Expr::Text { .. } | Expr::Literal(_) | Expr::Name(_) | Expr::This => {}
            Expr::Member { object, .. } => self.expr(*object),
            Expr::Index { object, index } => {
                self.expr(*object);
                self.expr(*index);
            }
            Expr::Slice { object, from, to } => {
                for id in [Some(*object), *from, *to].into_iter().flatten() {
                    self.expr(id);
                }
            }
            Expr::Join(ids) | Expr::List(ids) | Expr::Other(ids) => {
                for id in ids {
                    self.expr(*id);
                }
            }
            Expr::Call { callee, args } => self.call(id, *callee, args),
            Expr::Map(entries) => {
                for entry in entries {
                    if let Some(key) = entry.key {
                        self.expr(key);
                    }
                    self.expr(entry.value);
                }
            }
            Expr::Choice { condition, options } => {
                if let Some(test) = *condition {
                    self.expr(test);
                    for (number, option) in options.iter().enumerate() {
                        self.under(test, number == 0, |walk| walk.expr(*option));
                    }
                } else {
                    for option in options {
                        self.expr(*option);
                    }
                }
            }
            Expr::Compare { left, right, .. } => {
                self.expr(*left);
                self.expr(*right);
            }
            Expr::Not(inner) => self.expr(*inner),
            Expr::Function(function) => self.function(*function),
            Expr::Assign {
                target,
                value,
                adds,
            } => {
                self.expr(*value);
                self.assign(*target, *value, *adds);
            }
        }
    }

    fn call(&mut self, id: ExprId, callee: ExprId, args: &[Arg]) {
        self.expr(callee);
        for arg in args {
            self.expr(arg.value);
            if let Some(name) = &arg.name {
                let start = self.program.span(arg.value).start;
                let mut path: Vec<String> =
                    self.program.path(callee).iter().map(ToString::to_string).collect();
                path.push(name.clone());
                self.name(path, arg.value, start);
            } else if let Expr::Map(_) = self.program[arg.value] {
                let path: Vec<String> =
                    self.program.path(callee).iter().map(ToString::to_string).collect();
                self.name(path, arg.value, self.program.span(arg.value).start);
            }
        }
        if let Expr::Member { object, name } = &self.program[callee]
            && let Expr::Call { .. } = self.program[*object]
            && crate::misuse::library::http::continues(name)
        {
            self.index.going_on.insert(*object);
        }
        // Fields of an object that is made by name: `Client{Key: key}`.
        let made = self.program.path(callee).last().copied().unwrap_or_default();
        if made == "Self" || self.index.is_class(made) {
            for arg in args {
                if let Some(name) = &arg.name {
                    let change = Change::Set {
                        name: name.clone(),
                        value: arg.value,
                        at: self.program.span(arg.value),
                    };
                    self.index.changes.entry("this".to_owned()).or_default().push(change);
                }
            }
        }
        let called = self.program.path(callee).last().copied().unwrap_or_default();
        for (number, arg) in args.iter().enumerate() {
            if let Expr::Function(function) = self.program[arg.value]
                && (called == "catch" || number == 1 && (called == "then" || called == "use"))
            {
                self.index.handlers.insert(function);
            }
        }
        self.index.calls.push(id);
        // `req.header.set(…)` is done to `req.header`, and so to `req`; `f(req, …)` to `req`.
        let mut done_to = None;
        if let Expr::Member { object, .. } = &self.program[callee] {
            done_to = Some(*object);
        } else if let Some(first) = args.first() {
            done_to = Some(first.value);
        }
        let mut at = done_to;
        while let Some(object) = at {
            match &self.program[object] {
                Expr::Name(_) | Expr::This | Expr::Member { .. } => {
                    let path = self.program.path(object).join(".");
                    self.index.changes.entry(path).or_default().push(Change::Call(id));
                    at = None;
                }
                // `builder.url(u).header(…)` goes on from `builder`.
                Expr::Call { callee, .. } => {
                    at = match &self.program[*callee] {
                        Expr::Member { object, .. } => Some(*object),
                        _ => None,
                    };
                }
                _ => at = None,
            }
        }
    }
}
