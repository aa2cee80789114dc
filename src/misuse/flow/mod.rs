//! Values, followed through one file without running it.

mod eval;
mod index;
mod value;

pub(super) use eval::{Context, Flow, Frame, Imports};
pub(super) use index::{Bound, Change, Condition, Index, Named};
pub(super) use value::{Field, Piece, PieceKind, Shown, Source, Trail, Value, joined, steps};
