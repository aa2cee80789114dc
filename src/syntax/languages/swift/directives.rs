//! `#if`, `#elseif`, `#else` and `#endif`, which Swift's grammar gives as nodes of the same row as the
//! statements between them.

use tree_sitter::Node;

use super::{Lower, expressions, statements};
use crate::syntax::lower::{Builder, children};
use crate::syntax::program::{Block, Expr, ExprId, Stmt};

/// `#if` or `#elseif`, with the nodes after it; gives those after its `#endif`.
pub(super) fn directive<'n, 't>(
    b: &mut Builder<'_>,
    node: Node<'t>,
    nodes: &'n [Node<'t>],
    lower: Lower,
    out: &mut Block,
) -> &'n [Node<'t>] {
    let mut depth = 0_usize;
    let end = nodes.iter().position(|node| {
        if node.kind() != "directive" {
            return false;
        }
        let raw = b.raw(*node);
        if depth == 0 && raw.starts_with("#e") {
            return true;
        }
        if raw.starts_with("#if") {
            depth += 1;
        } else if raw.starts_with("#endif") {
            depth -= 1;
        }
        false
    });
    let (inside, mut rest) = nodes.split_at(end.unwrap_or(nodes.len()));
    let condition = directive_condition(b, node);
    let then = statements(b, inside, lower);
    let mut otherwise = Vec::new();
    if let [next, after @ ..] = rest {
        rest = after;
        let raw = b.raw(*next);
        if raw.starts_with("#elseif") {
            otherwise = b.block(|b, out| rest = directive(b, *next, after, lower, out));
        } else if raw.starts_with("#else") {
            let end = end_of_else(b, after);
            otherwise = statements(b, &after[..end], lower);
            rest = after.get(end + 1..).unwrap_or_default();
        }
    }
    out.push(Stmt::If {
        condition,
        then,
        otherwise,
    });
    rest
}

/// Where the `#endif` of an `#else` stands.
fn end_of_else(b: &Builder<'_>, nodes: &[Node<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, node) in nodes.iter().enumerate() {
        if node.kind() == "directive" {
            let raw = b.raw(*node);
            if raw.starts_with("#endif") {
                if depth == 0 {
                    return at;
                }
                depth -= 1;
            } else if raw.starts_with("#if") {
                depth += 1;
            }
        }
    }
    nodes.len()
}

/// `DEBUG`, `!DEBUG`, `DEBUG || STAGING`, of which the grammar shows the names.
fn directive_condition(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let raw = b.raw(node);
    let names: Vec<ExprId> = expressions(b, children(node));
    match *names {
        [only] if raw.contains('!') => b.push(Expr::Not(only), node.byte_range()),
        [only] => only,
        [first, ref rest @ ..] if raw.contains("&&") => b.choice(node, Some(first), rest.to_vec()),
        _ if raw.contains("||") => b.choice(node, None, names),
        _ => b.other(node, names),
    }
}
