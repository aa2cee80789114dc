//! The walk over a program that fills the index.

mod naming;

use std::rc::Rc;

use super::{Bound, Change, Condition, Index, MODULE, Place, Scope, ScopeId};
use crate::syntax::{Arg, Block, Expr, ExprId, FunctionId, Program, Stmt};

/// Fills an index with what a program's names stand for.
pub(super) fn fill(index: Index, program: &Program) -> Index {
    let mut walk = Walk {
        program,
        index,
        scope: MODULE,
        condition: None,
        order: 0,
    };
    walk.block(&program.body);
    walk.index
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
                self.index
                    .functions
                    .entry(name.clone())
                    .or_default()
                    .push(*id);
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
                if let Some(over) = over {
                    self.expr(*over);
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
                walk.parameter(
                    id,
                    number,
                    parameter.target,
                    parameter.default,
                    parameter.is_field,
                );
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
                    self.index
                        .changes
                        .entry("this".to_owned())
                        .or_default()
                        .push(change);
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
                let mut path: Vec<String> = self
                    .program
                    .path(callee)
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                path.push(name.clone());
                self.name(path, arg.value, start);
            } else if let Expr::Map(_) = self.program[arg.value] {
                let path: Vec<String> = self
                    .program
                    .path(callee)
                    .iter()
                    .map(ToString::to_string)
                    .collect();
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
        let method = self
            .program
            .path(callee)
            .last()
            .copied()
            .unwrap_or_default();
        if method == "Self" || self.index.is_class(method) {
            for arg in args {
                if let Some(name) = &arg.name {
                    let change = Change::Set {
                        name: name.clone(),
                        value: arg.value,
                        at: self.program.span(arg.value),
                    };
                    self.index
                        .changes
                        .entry("this".to_owned())
                        .or_default()
                        .push(change);
                }
            }
        }
        for (number, arg) in args.iter().enumerate() {
            if let Expr::Function(function) = self.program[arg.value]
                && (method == "catch" || number == 1 && (method == "then" || method == "use"))
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
                    self.index
                        .changes
                        .entry(path)
                        .or_default()
                        .push(Change::Call(id));
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
