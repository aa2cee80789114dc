//! Maps whose entries stand in different places of a file: TOML's tables, HCL's blocks.

use std::collections::HashMap;
use std::ops::Range;

use crate::syntax::lower::Builder;
use crate::syntax::{Entry, Expr, ExprId};

/// Longer paths of keys are cut: nobody writes them, and the stack is not endless.
pub(in crate::syntax) const MAX_KEYS: usize = 12;

/// A key, and the string that it is.
pub(in crate::syntax) type Key = (String, ExprId);

/// A map that is being put together.
#[derive(Default)]
pub(in crate::syntax) struct Nested {
    range: Range<usize>,
    entries: Vec<(ExprId, Value)>,
    inner: Vec<Inner>,
    /// Which of the maps in it the last with this name is.
    places: HashMap<String, usize>,
}

enum Value {
    Expr(ExprId),
    /// One of the maps in it.
    Inner(usize),
}

/// A map in a map, or a list of them.
struct Inner {
    is_list: bool,
    maps: Vec<Nested>,
}

impl Nested {
    pub(in crate::syntax) fn new(range: Range<usize>) -> Self {
        Self {
            range,
            ..Self::default()
        }
    }

    /// Gives `key` this value, in addition to what it has.
    pub(in crate::syntax) fn set(&mut self, key: &Key, value: ExprId) {
        self.entries.push((key.1, Value::Expr(value)));
    }

    /// The map at the end of the path, through the last element of each list on the way.
    pub(in crate::syntax) fn at(&mut self, path: &[Key], range: &Range<usize>) -> &mut Self {
        let mut here = self;
        for key in &path[..path.len().min(MAX_KEYS)] {
            let known = here.places.get(&key.0).copied();
            let place = known.unwrap_or_else(|| here.add(key, false));
            here = here.last(place, range);
        }
        here
    }

    /// A new element of the list at the end of the path.
    pub(in crate::syntax) fn element(&mut self, path: &[Key], range: &Range<usize>) -> &mut Self {
        let Some((key, before)) = path[..path.len().min(MAX_KEYS)].split_last() else {
            return self;
        };
        let here = self.at(before, range);
        let known = here.places.get(&key.0).copied();
        let place = match known.filter(|&place| here.inner[place].is_list) {
            Some(place) => place,
            None => here.add(key, true),
        };
        here.inner[place].maps.push(Self::new(range.clone()));
        here.last(place, range)
    }

    /// A new map at the end of the path, beside any that is there already.
    pub(in crate::syntax) fn beside(&mut self, path: &[Key], range: &Range<usize>) -> &mut Self {
        let Some((key, before)) = path[..path.len().min(MAX_KEYS)].split_last() else {
            return self;
        };
        let here = self.at(before, range);
        let place = here.add(key, false);
        here.last(place, range)
    }

    /// The map, of maps and values.
    pub(in crate::syntax) fn finish(self, b: &mut Builder<'_>) -> ExprId {
        let mut inner = Vec::new();
        for one in self.inner {
            let range = one.maps.first().map(|map| map.range.clone());
            let mut maps: Vec<ExprId> = one.maps.into_iter().map(|map| map.finish(b)).collect();
            inner.push(match (one.is_list, maps.pop()) {
                (false, Some(map)) => map,
                (_, last) => {
                    maps.extend(last);
                    b.push(Expr::List(maps), range.unwrap_or_default())
                }
            });
        }
        let entries = self.entries.into_iter().map(|(key, value)| Entry {
            key: Some(key),
            value: match value {
                Value::Expr(value) => value,
                Value::Inner(place) => inner[place],
            },
        });
        let entries = entries.collect();
        b.push(Expr::Map(entries), self.range)
    }

    fn add(&mut self, key: &Key, is_list: bool) -> usize {
        let place = self.inner.len();
        let maps = Vec::new();
        self.inner.push(Inner { is_list, maps });
        self.entries.push((key.1, Value::Inner(place)));
        self.places.insert(key.0.clone(), place);
        place
    }

    /// The last map of those at `place`, where there is none yet a new one.
    fn last(&mut self, place: usize, range: &Range<usize>) -> &mut Self {
        let maps = &mut self.inner[place].maps;
        if maps.is_empty() {
            maps.push(Self::new(range.clone()));
        }
        let last = maps.len() - 1;
        &mut maps[last]
    }
}
