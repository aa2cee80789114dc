//! What the walk notes of names: to what they are bound, and which values go by them.

use std::ops::Range;

use super::Walk;
use crate::misuse::flow::index::{Binding, Bound, Change, Named};
use crate::syntax::{Expr, ExprId};

impl Walk<'_> {
    pub(super) fn bind(&mut self, name: &str, to: Bound, adds: bool, at: Range<usize>) {
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

    pub(super) fn bind_element(&mut self, variable: ExprId, over: ExprId) {
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

    pub(super) fn assign(&mut self, target: ExprId, value: ExprId, adds: bool) {
        let at = self.program.span(target).start..self.program.span(value).end;
        match &self.program[target] {
            Expr::Name(name) => {
                let name = name.clone();
                self.name(vec![name.clone()], value, at.start);
                self.bind(&name, Bound::Value(value), adds, at);
            }
            Expr::Member { object, name } => {
                let path = self.program.path(*object).join(".");
                let mut named: Vec<String> = self
                    .program
                    .path(*object)
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                named.push(name.clone());
                self.name(named, value, at.start);
                let name = name.clone();
                let change = Change::Set { name, value, at };
                self.index.changes.entry(path).or_default().push(change);
                self.expr(*object);
            }
            Expr::Index { object, index } => {
                let path = self.program.path(*object).join(".");
                let change = Change::Put { key: *index, value };
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
    pub(super) fn name(&mut self, path: Vec<String>, value: ExprId, from: usize) {
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
                let is = |e: &&crate::syntax::Entry| {
                    e.key
                        .and_then(|k| self.program.text(k))
                        .is_some_and(|k| keys.contains(&k))
                };
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
                    let inner = [path.as_slice(), std::slice::from_ref(name)].concat();
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
}
