//! To be written.

use tree_sitter::Node;

use crate::syntax::lower::Builder;

pub(in crate::syntax) fn lower(_: &mut Builder<'_>, _: Node<'_>) {}
