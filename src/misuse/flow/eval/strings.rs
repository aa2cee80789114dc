//! How strings are made of others: templates, formats, joins and slices.

use std::ops::Range;
use std::rc::Rc;

use super::{Context, Flow};
use crate::misuse::flow::index::Bound;
use crate::misuse::flow::value::{Piece, PieceKind, Shown, Value, joined};
use crate::syntax::template::Marks;
use crate::syntax::{Arg, Expr, ExprId, Language, template};

impl Flow<'_> {
    /// A string; in configuration and pages, what a template puts into it is not known.
    pub(super) fn text(&self, id: ExprId, value: &str, content: &Range<usize>) -> Value {
        let program = self.program;
        let braces = value.contains("{{");
        let dollar = value.contains("${") && program.language.is_config();
        let words = value.contains('$') && program.language == Language::Yaml;
        if !(braces || dollar || words) {
            return Value::fixed(value, content.clone());
        }
        let exact = value.len() == content.len();
        let mut pieces = Vec::new();
        let place = |range: &Range<usize>| {
            if exact {
                content.start + range.start..content.start + range.end
            } else {
                content.clone()
            }
        };
        let mut fixed = |range: Range<usize>| {
            if !range.is_empty() {
                let at = place(&range);
                let kind = PieceKind::Fixed(value[range].to_owned());
                pieces.push(Piece {
                    kind,
                    at,
                    trail: None,
                });
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
            let at = place(&range);
            let kind = PieceKind::Open(self.source(id, label));
            pieces.insert(
                number,
                Piece {
                    kind,
                    at,
                    trail: None,
                },
            );
        }
        Value::Text(pieces)
    }

    /// `fmt.Sprintf("Bearer %s", key)`, `"Bearer {}".format(key)`, `String.format(…)`.
    pub(super) fn format(
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
        let marks = if fixed.contains('{') {
            Marks::Braces
        } else {
            Marks::Percent
        };
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
    pub(super) fn join(&self, receiver: Option<&Value>, args: &[&Arg], context: &Context) -> Value {
        let mut all: Vec<Value> = receiver.into_iter().cloned().collect();
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
    pub(super) fn slice(&self, from: Option<ExprId>, to: Option<ExprId>) -> Shown {
        let start = from.map(|id| self.bound_of(id));
        let end = to.map(|id| self.bound_of(id));
        match (start, end) {
            (None | Some(Some(0)), Some(Some(n))) if n >= 0 => Shown::First(n.unsigned_abs()),
            // `k[-4:]`, `k[-4..-1]` of Ruby, `k.substring(k.length - 4, k.length)`.
            (Some(Some(n)), _) if n < 0 => Shown::Last(n.unsigned_abs()),
            _ => Shown::Some,
        }
    }

    /// What `substr(from, count)` shows.
    pub(super) fn counted(&self, numbers: &[ExprId]) -> Shown {
        match (
            self.number(numbers.first().copied()),
            self.number(numbers.get(1).copied()),
        ) {
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
            Expr::Other(parts) if parts.len() == 1 => {
                self.number(parts.first().copied()).map(|n| -n.abs())
            }
            Expr::Other(parts) | Expr::Join(parts) => {
                let number = parts
                    .iter()
                    .rev()
                    .find_map(|part| match &self.program[*part] {
                        Expr::Literal(raw) => raw.trim_start_matches('-').parse::<i64>().ok(),
                        Expr::Name(_) => self.number(Some(*part)),
                        _ => None,
                    })?;
                Some(-number)
            }
            // `max(0, len(k) - 4)`, `saturating_sub(4)`.
            Expr::Call { args, .. } => {
                let mut numbers = args
                    .iter()
                    .filter_map(|arg| self.bound_of(arg.value))
                    .filter(|n| *n != 0);
                numbers.next().map(|n| -n.abs())
            }
            _ => None,
        }
    }

    pub(super) fn number(&self, id: Option<ExprId>) -> Option<i64> {
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

/// A part of each text that a value may be. Of fixed text nothing is cut off: it is what it shows that
/// matters, and that it may be a credential.
pub(super) fn part(value: Value, shown: Shown) -> Value {
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
        Value::Either(options) => {
            Value::Either(options.into_iter().map(|o| part(o, shown)).collect())
        }
        other => other,
    }
}
