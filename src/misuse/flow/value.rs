//! What is known of a value without running the code.

use std::ops::Range;
use std::rc::Rc;

use crate::syntax::{ExprId, FunctionId};

/// What languages call nothing.
const NULLS: &[&str] = &["null", "None", "nil", "undefined", "NULL", "Null", "$null"];

/// More values than this for one expression are not told apart.
pub(in crate::misuse) const MAX_OPTIONS: usize = 6;

/// What an expression may be.
#[derive(Clone, Debug)]
pub(in crate::misuse) enum Value {
    /// Characters: fixed ones, and ones that are known at run time only.
    Text(Vec<Piece>),
    /// Named values.
    Map(Vec<Field>),
    /// Values in order.
    List(Vec<Value>),
    /// What a call gives that is not known: with the call, to look at its arguments.
    Object(Object),
    /// A function.
    Function(FunctionId),
    /// One of these.
    Either(Vec<Value>),
    /// A number or a truth value, as written.
    Literal(String),
    /// Nothing that could hold a credential: a comparison, a digest, a null.
    Clean,
}

/// A stretch of a text.
#[derive(Clone, Debug)]
pub(in crate::misuse) struct Piece {
    /// What it is.
    pub(in crate::misuse) kind: PieceKind,
    /// Where in the file it is written.
    pub(in crate::misuse) at: Range<usize>,
    /// The way it came from there, last step first.
    pub(in crate::misuse) trail: Trail,
}

/// What a stretch of a text is.
#[derive(Clone, Debug)]
pub(in crate::misuse) enum PieceKind {
    /// These characters.
    Fixed(String),
    /// Characters that are known at run time only.
    Open(Source),
    /// The first, or the last, so many characters of a piece; all where nobody knows how many.
    Part(Rc<Piece>, Shown),
}

/// Which part of a text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::misuse) enum Shown {
    /// The first so many characters.
    First(u64),
    /// The last so many.
    Last(u64),
    /// An unknown part.
    Some,
}

/// Where a value comes from that is known at run time only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::misuse) struct Source {
    /// Its name, with what it is a part of: `process.env.PUBLER_API_KEY`, `config.publer.key`,
    /// `apiKey`; `getSecret(publer-key)` for a look-up by name.
    pub(in crate::misuse) label: String,
    /// The names of the class and functions it stands in, for what its own name does not say.
    pub(in crate::misuse) within: Rc<str>,
    /// The variables, fields and parameters that it was put into, first to last.
    pub(in crate::misuse) aliases: Vec<String>,
}

impl Source {
    fn alias(&mut self, name: &str) {
        if self.aliases.len() < 8 && self.aliases.last().is_none_or(|last| last != name) {
            self.aliases.push(name.to_owned());
        }
    }

    /// A value that is known by a name alone.
    pub(in crate::misuse) fn named(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            within: "".into(),
            aliases: Vec::new(),
        }
    }
}

/// A named value of a map.
#[derive(Clone, Debug)]
pub(in crate::misuse) struct Field {
    /// Its name; none for the entries of another map that is not known.
    pub(in crate::misuse) key: Option<String>,
    /// Its value.
    pub(in crate::misuse) value: Value,
    /// Where the name and the value stand.
    pub(in crate::misuse) at: Range<usize>,
}

/// What a call gives that is not known.
#[derive(Clone, Debug)]
pub(in crate::misuse) struct Object {
    /// The call.
    pub(in crate::misuse) call: ExprId,
    /// Its name, as [`Source::label`].
    pub(in crate::misuse) source: Source,
    /// Where the call stands.
    pub(in crate::misuse) at: Range<usize>,
}

/// The way a value took, last step first.
pub(in crate::misuse) type Trail = Option<Rc<Hop>>;

/// One step of the way.
#[derive(Debug)]
pub(in crate::misuse) struct Hop {
    /// Where.
    pub(in crate::misuse) at: Range<usize>,
    /// What happens there: `set here`, `passed here`.
    pub(in crate::misuse) what: &'static str,
    /// The step before.
    pub(in crate::misuse) before: Trail,
}

impl Value {
    /// Whether no characters of it are known, not even that there are some.
    pub(in crate::misuse) fn is_nothing(&self) -> bool {
        matches!(self, Self::Clean | Self::Literal(_))
    }

    /// Whether it is what the language calls nothing.
    pub(in crate::misuse) fn is_null(&self) -> bool {
        matches!(self, Self::Literal(raw) if NULLS.contains(&raw.as_str()))
    }

    /// Nothing at all.
    pub(in crate::misuse) fn empty() -> Self {
        Self::Text(Vec::new())
    }

    pub(in crate::misuse) fn fixed(text: &str, at: Range<usize>) -> Self {
        Self::Text(vec![Piece {
            kind: PieceKind::Fixed(text.to_owned()),
            at,
            trail: None,
        }])
    }

    pub(in crate::misuse) fn open(source: Source, at: Range<usize>) -> Self {
        Self::Text(vec![Piece {
            kind: PieceKind::Open(source),
            at,
            trail: None,
        }])
    }

    /// One of `options`, those that are choices themselves taken apart.
    pub(in crate::misuse) fn either(options: Vec<Self>) -> Self {
        let mut flat = Vec::new();
        for option in options {
            match option {
                Self::Either(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        flat.truncate(MAX_OPTIONS);
        match flat.len() {
            1 => flat.remove(0),
            _ => Self::Either(flat),
        }
    }

    /// What it may be, one by one.
    pub(in crate::misuse) fn options(&self) -> &[Self] {
        match self {
            Self::Either(options) => options,
            one => std::slice::from_ref(one),
        }
    }

    /// Each text that it may be, as its pieces; an object is a text that is not known.
    pub(in crate::misuse) fn texts(&self) -> impl Iterator<Item = Vec<Piece>> {
        self.options().iter().filter_map(|option| match option {
            // Written out, a map shows what is in it.
            Self::Map(_) | Self::List(_) => {
                let mut pieces = Vec::new();
                option.flatten(0, &mut pieces);
                (!pieces.is_empty()).then_some(pieces)
            }
            Self::Text(pieces) => Some(pieces.clone()),
            Self::Object(object) => Some(vec![Piece {
                kind: PieceKind::Open(object.source.clone()),
                at: object.at.clone(),
                trail: None,
            }]),
            _ => None,
        })
    }

    fn flatten(&self, depth: usize, pieces: &mut Vec<Piece>) {
        if depth > 4 || pieces.len() > 64 {
            return;
        }
        match self {
            Self::Text(inner) => pieces.extend(inner.iter().cloned()),
            Self::Map(fields) => {
                for field in fields {
                    field.value.flatten(depth + 1, pieces);
                }
            }
            Self::List(values) | Self::Either(values) => {
                for value in values {
                    value.flatten(depth + 1, pieces);
                }
            }
            _ => {}
        }
    }

    /// The fixed text, if it is that alone.
    pub(in crate::misuse) fn as_fixed(&self) -> Option<String> {
        let Self::Text(pieces) = self else {
            return None;
        };
        fixed(pieces)
    }

    /// The same value, come here by one more step.
    #[must_use]
    pub(in crate::misuse) fn hop(mut self, at: &Range<usize>, what: &'static str) -> Self {
        match &mut self {
            Self::Text(pieces) => {
                for piece in pieces {
                    let same = piece.trail.as_ref().is_some_and(|hop| hop.at == *at);
                    if !same {
                        piece.trail = Some(Rc::new(Hop {
                            at: at.clone(),
                            what,
                            before: piece.trail.take(),
                        }));
                    }
                }
            }
            Self::Either(options) => {
                for option in options {
                    *option = std::mem::replace(option, Self::Clean).hop(at, what);
                }
            }
            _ => {}
        }
        self
    }

    /// The same value, seen from where it is used: the places of what came from elsewhere are those.
    #[must_use]
    pub(in crate::misuse) fn placed(mut self, at: &Range<usize>) -> Self {
        match &mut self {
            Self::Text(pieces) => {
                for piece in pieces {
                    let inside = at.start <= piece.at.start && piece.at.end <= at.end;
                    if !inside && !matches!(piece.kind, PieceKind::Fixed(_)) {
                        piece.at = at.clone();
                    }
                }
            }
            Self::Either(options) => {
                for option in options {
                    *option = std::mem::replace(option, Self::Clean).placed(at);
                }
            }
            Self::Object(object) => object.at = at.clone(),
            _ => {}
        }
        self
    }

    /// The same value, put into something of this name. Only a value that is one unknown takes it.
    #[must_use]
    pub(in crate::misuse) fn called(mut self, name: &str) -> Self {
        match &mut self {
            Self::Text(pieces) => {
                if let [
                    Piece {
                        kind: PieceKind::Open(source),
                        ..
                    },
                ] = pieces.as_mut_slice()
                {
                    source.alias(name);
                }
            }
            Self::Object(object) => object.source.alias(name),
            Self::Either(options) => {
                for option in options {
                    *option = std::mem::replace(option, Self::Clean).called(name);
                }
            }
            _ => {}
        }
        self
    }

    /// The value of another file, as if it were written where it is used.
    #[must_use]
    pub(in crate::misuse) fn moved(mut self, to: &Range<usize>) -> Self {
        match &mut self {
            Self::Text(pieces) => {
                for piece in pieces {
                    piece.at = to.clone();
                }
            }
            Self::Map(fields) => {
                for field in fields {
                    field.at = to.clone();
                    field.value = std::mem::replace(&mut field.value, Self::Clean).moved(to);
                }
            }
            Self::List(values) | Self::Either(values) => {
                for value in values {
                    *value = std::mem::replace(value, Self::Clean).moved(to);
                }
            }
            _ => {}
        }
        self
    }

    /// The value of a field, as far as it is known.
    pub(in crate::misuse) fn field(&self, name: &str) -> Option<Value> {
        let found: Vec<Value> = self
            .options()
            .iter()
            .filter_map(|option| match option {
                Self::Map(fields) => fields
                    .iter()
                    .rev()
                    .find(|f| {
                        f.key
                            .as_deref()
                            .is_some_and(|k| k.eq_ignore_ascii_case(name))
                    })
                    .map(|f| f.value.clone()),
                _ => None,
            })
            .collect();
        (!found.is_empty()).then(|| Self::either(found))
    }
}

/// The characters of pieces that are all fixed.
pub(in crate::misuse) fn fixed(pieces: &[Piece]) -> Option<String> {
    pieces
        .iter()
        .map(|piece| match &piece.kind {
            PieceKind::Fixed(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

/// The texts of `parts`, one after the other, in every combination.
pub(in crate::misuse) fn joined(parts: &[Value]) -> Value {
    let mut all: Vec<Vec<Piece>> = vec![Vec::new()];
    for part in parts {
        let mut options: Vec<Vec<Piece>> = part.texts().collect();
        if options.is_empty() {
            options.push(Vec::new());
        }
        let mut longer = Vec::new();
        for start in &all {
            for option in &options {
                if longer.len() < MAX_OPTIONS {
                    longer.push([start.as_slice(), option].concat());
                }
            }
        }
        all = longer;
    }
    Value::either(all.into_iter().map(Value::Text).collect())
}

/// The steps of a way, first to last.
pub(in crate::misuse) fn steps(trail: &Trail) -> Vec<(Range<usize>, &'static str)> {
    let mut steps = Vec::new();
    let mut at = trail.as_ref();
    while let Some(hop) = at {
        steps.push((hop.at.clone(), hop.what));
        at = hop.before.as_ref();
    }
    steps.reverse();
    steps
}
