//! What a program's names stand for: scopes, bindings, fields, calls, and under which conditions
//! each expression is reached.

mod walk;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use crate::syntax::{Class, Expr, ExprId, FunctionId, Import, Program, Stmt};

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
    Put { key: ExprId, value: ExprId },
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
        let empty = Self {
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
            classes: program
                .classes
                .iter()
                .enumerate()
                .rev()
                .map(|(n, c)| (c.name.clone(), n))
                .collect(),
        };
        let mut index = walk::fill(empty, program);
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
                    self.bodies
                        .get(id)
                        .is_some_and(|body| self.class_at(*body) == class)
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
            || self
                .bindings(at, name)
                .iter()
                .any(|binding| match binding.to {
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
        let before: Vec<&Binding> = if same_function {
            all.iter().filter(|b| b.order < order).collect()
        } else {
            all.iter().collect()
        };
        let before = if before.is_empty() {
            all.iter().collect()
        } else {
            before
        };
        let last_sure = before.iter().rposition(|b| !b.conditional && !b.adds);
        let from = if same_function {
            last_sure.unwrap_or(0)
        } else {
            0
        };
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
    pub(in crate::misuse) fn changes_below<'s>(&'s self, path: &str) -> Vec<(String, &'s Change)> {
        let mut found: Vec<(String, &Change)> = self
            .changes(path)
            .iter()
            .take(MAX_BELOW)
            .map(|c| (String::new(), c))
            .collect();
        let start = format!("{path}.");
        let below = self
            .changes
            .range(start.clone()..)
            .take_while(|(key, _)| key.starts_with(&start));
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
    const NAMES: &[&str] = &[
        "constructor",
        "__init__",
        "initialize",
        "__construct",
        "init",
    ];
    class.body.iter().find_map(|stmt| match stmt {
        Stmt::Function(id) => {
            let name = program.functions[*id].name.as_deref()?;
            (NAMES.contains(&name) || name == class.name).then_some(*id)
        }
        _ => None,
    })
}
