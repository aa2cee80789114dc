//! Values, followed through one file without running it.

mod eval;
mod index;
mod value;

pub(super) use eval::{Context, Flow, Imports, MAX_CALLERS};
pub(super) use index::{Bound, Change, Condition, Index, Named};
pub(super) use value::{Field, Object, Piece, PieceKind, Shown, Source, Trail, Value, fixed, joined, steps};
