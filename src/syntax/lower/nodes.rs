//! Questions that every language asks of the nodes of its tree.

use std::ops::Range;

use tree_sitter::Node;

/// The named children of a node, comments left out.
pub(in crate::syntax) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| !child.kind().contains("comment"))
        .collect()
}

/// The child in a field.
pub(in crate::syntax) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// The first named child of one of these kinds.
pub(in crate::syntax) fn child<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    children(node)
        .into_iter()
        .find(|c| kinds.contains(&c.kind()))
}

/// Whether one of the node's tokens is this one.
pub(in crate::syntax) fn has_token(node: Node<'_>, token: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|c| c.kind() == token)
}

/// What stands between the first token of a string and its last, both without names of their own.
pub(in crate::syntax) fn between_quotes(node: Node<'_>) -> Range<usize> {
    let token = |at: u32| node.child(at).filter(|token| !token.is_named());
    let last = node.child_count().saturating_sub(1);
    let open = token(0).map_or(node.start_byte(), |open| open.end_byte());
    let close = token(last).map_or(node.end_byte(), |close| close.start_byte());
    open..close.max(open)
}
