//! What an expression may be: follows names, fields, parameters, returns and string building through
//! one file. Bounded: so many steps a program, so many deep.

mod calls;
mod names;
mod origins;
mod strings;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::index::Index;
use super::value::{Field, Source, Value, joined};
use crate::syntax::{Expr, ExprId, FunctionId, Import, Program};

use strings::part;

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
    /// The frame of a function that a call calls, seen from `context`.
    pub(in crate::misuse) fn inside(
        function: FunctionId,
        call: ExprId,
        context: &Context,
    ) -> Rc<Self> {
        Rc::new(Self {
            function,
            call,
            caller: context.clone(),
        })
    }

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

    /// Does `work` one level deeper, or nothing where that is too deep or too much: the stack is not
    /// endless, and values and requests are followed through each other.
    pub(in crate::misuse) fn deeper(&self, work: impl FnOnce()) {
        if self.depth.get() < MAX_DEPTH && self.may_go_on() {
            self.depth.set(self.depth.get() + 1);
            work();
            self.depth.set(self.depth.get() - 1);
        }
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
            Expr::List(items) => Value::List(
                items
                    .iter()
                    .take(MAX_FIELDS)
                    .map(|i| self.eval(*i, context))
                    .collect(),
            ),
            Expr::Choice { options, .. } => {
                Value::either(options.iter().map(|o| self.eval(*o, context)).collect())
            }
            Expr::Function(function) => Value::Function(*function),
            Expr::Assign { value, .. } => self.eval(*value, context),
        }
    }

    fn entry(
        &self,
        key: Option<ExprId>,
        value: ExprId,
        context: &Context,
        fields: &mut Vec<Field>,
    ) {
        let at = key.map_or_else(
            || self.at(value),
            |key| self.at(key).start..self.at(value).end,
        );
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
}

/// The elements of a list, or the values of a map, as choices.
fn element(list: &Value) -> Option<Value> {
    match list {
        Value::List(items) if !items.is_empty() => Some(Value::either(items.clone())),
        _ => None,
    }
}
