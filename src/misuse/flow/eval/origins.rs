//! Which expressions a name, field or parameter stands for, where the expression matters and not its
//! value: a request is gathered from them.

use super::{Context, Flow, Frame, MAX_CALLERS};
use crate::misuse::flow::index::{Bound, Change};
use crate::syntax::{Expr, ExprId, FunctionId, Language};

impl Flow<'_> {
    /// The expressions that a name, field or parameter stands for, each with its context; the
    /// expression itself where it stands for none that is known.
    pub(in crate::misuse) fn origins(
        &self,
        id: ExprId,
        context: &Context,
    ) -> Vec<(ExprId, Context)> {
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
                                found.extend(
                                    self.entry_of(value, key).map(|v| (v, context.clone())),
                                );
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
                    let inner = Some(Frame::inside(function, id, context));
                    found.extend(returns.iter().map(|r| (*r, inner.clone())));
                }
            }
            Expr::Member { .. } if self.program.language == Language::Hcl => {
                found.extend(self.local(id).map(|named| (named.value, None)));
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
                        let inner = Some(Frame::inside(function, id, context));
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
        values
            .map(|v| (v, self.context_for(v, id, context)))
            .collect()
    }

    /// The value of an entry of a map that is written out.
    fn entry_of(&self, map: ExprId, key: &str) -> Option<ExprId> {
        match &self.program[map] {
            Expr::Map(entries) => entries
                .iter()
                .rev()
                .find(|e| e.key.and_then(|k| self.program.text(k)) == Some(key))
                .map(|e| e.value),
            Expr::Call { args, .. } => args
                .iter()
                .find(|a| a.name.as_deref() == Some(key))
                .map(|a| a.value),
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
                found.extend(
                    self.argument_of(here.call, function, number)
                        .map(|a| (a, here.caller.clone())),
                );
                return;
            }
            frame = here.caller.as_ref();
        }
        for call in self.index.callers(function).iter().take(MAX_CALLERS) {
            found.extend(self.argument_of(*call, function, number).map(|a| (a, None)));
        }
    }
}
