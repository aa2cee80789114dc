//! What decides in Swift: `if`, `guard`, `while`, `switch`, and `do` with its handlers.

use tree_sitter::Node;

use super::declarations::{bound, pattern};
use super::{branch, expression, part};
use crate::syntax::lower::{Builder, child, children, field};
use crate::syntax::program::{Block, Expr, ExprId, Stmt};

/// The tokens of the conditions of `if`, `guard` and `while`, parted at their commas; and the blocks
/// before and after `else`.
fn conditions(node: Node<'_>) -> (Vec<Vec<Node<'_>>>, Option<Node<'_>>, Option<Node<'_>>) {
    let mut cursor = node.walk();
    let mut groups = vec![Vec::new()];
    let (mut then, mut otherwise) = (None, None);
    let mut after_else = false;
    for part in node.children(&mut cursor) {
        match part.kind() {
            "statements" if !after_else => then = Some(part),
            "statements" | "if_statement" if after_else => otherwise = Some(part),
            "else" => after_else = true,
            "," => groups.push(Vec::new()),
            "if" | "guard" | "while" | "repeat" | "{" | "}" => {}
            kind if kind.contains("comment") => {}
            _ => {
                if let Some(group) = groups.last_mut() {
                    group.push(part);
                }
            }
        }
    }
    groups.retain(|group| !group.is_empty());
    (groups, then, otherwise)
}

/// One condition: `let name = value`, `let name`, `case .some(let x) = value`, or an expression.
fn condition(b: &mut Builder<'_>, node: Node<'_>, group: &[Node<'_>]) -> ExprId {
    let equals = group.iter().position(|part| part.kind() == "=");
    let target = group[..equals.unwrap_or(group.len())]
        .iter()
        .rfind(|part| matches!(part.kind(), "simple_identifier" | "pattern"))
        .copied();
    match (target, equals.and_then(|at| group.get(at + 1))) {
        (Some(target), Some(value)) => {
            let target = pattern(b, target);
            let value = expression(b, *value);
            b.assign(node, target, value)
        }
        _ => match group.iter().rfind(|part| part.is_named()) {
            Some(last) => expression(b, *last),
            None => b.other(node, Vec::new()),
        },
    }
}

/// Several conditions, all of which must hold.
fn all(b: &mut Builder<'_>, node: Node<'_>, conditions: Vec<ExprId>) -> ExprId {
    let mut conditions = conditions.into_iter().rev();
    let Some(last) = conditions.next() else {
        return b.other(node, Vec::new());
    };
    conditions.fold(last, |rest, condition| {
        b.choice(node, Some(condition), vec![rest])
    })
}

/// What decides, and the branches.
pub(super) fn parts<'t>(
    b: &mut Builder<'_>,
    node: Node<'t>,
) -> (ExprId, Option<Node<'t>>, Option<Node<'t>>) {
    let (groups, then, otherwise) = conditions(node);
    let conditions = groups.iter().map(|group| condition(b, node, group));
    let conditions = conditions.collect();
    (all(b, node, conditions), then, otherwise)
}

/// What `guard` gives a name is known after it.
pub(super) fn guard(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let (groups, then, otherwise) = conditions(node);
    let mut tests = Vec::new();
    for group in &groups {
        let condition = condition(b, node, group);
        tests.push(match *b.get(condition) {
            Expr::Assign { target, .. } => {
                out.push(Stmt::Expr(condition));
                target
            }
            _ => condition,
        });
    }
    let condition = all(b, node, tests);
    out.push(Stmt::If {
        condition,
        then: Vec::new(),
        otherwise: branch(b, otherwise.or(then)),
    });
}

/// Whether the subject is what a `case` says. `None` where it always is.
pub(super) fn case(b: &mut Builder<'_>, entry: Node<'_>, subject: ExprId) -> Option<ExprId> {
    let mut tests = Vec::new();
    for one in children(entry) {
        let Some(inner) = one
            .named_child(0)
            .filter(|_| one.kind() == "switch_pattern")
        else {
            continue;
        };
        let target = pattern(b, inner);
        // A name alone, or several, are what the subject or its parts are called in the case.
        if matches!(b.get(target), Expr::Name(_) | Expr::List(_)) {
            tests.push(b.assign(one, target, subject));
            continue;
        }
        let compare = Expr::Compare {
            left: subject,
            right: target,
            equal: true,
        };
        tests.push(b.push(compare, one.byte_range()));
    }
    let test = match *tests {
        [] => None,
        [only] => Some(only),
        _ => Some(b.choice(entry, None, tests)),
    };
    let mut rest = children(entry).into_iter();
    rest.find(|c| c.kind() == "where_keyword");
    match (test, rest.next().filter(|c| c.kind() != "statements")) {
        (Some(test), Some(guard)) => {
            let guard = expression(b, guard);
            Some(b.choice(entry, Some(test), vec![guard]))
        }
        (test, _) => test,
    }
}

pub(super) fn switch(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let subject = part(b, node, "expr");
    for entry in children(node) {
        if entry.kind() != "switch_entry" {
            continue;
        }
        let condition = case(b, entry, subject);
        let then = branch(b, child(entry, &["statements"]));
        out.push(match condition {
            Some(condition) => Stmt::If {
                condition,
                then,
                otherwise: Vec::new(),
            },
            None => Stmt::Block(then),
        });
    }
}

pub(super) fn attempt(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut block = branch(b, child(node, &["statements"]));
    let handlers = children(node);
    let mut handlers = handlers
        .into_iter()
        .filter(|c| c.kind() == "catch_block")
        .peekable();
    if handlers.peek().is_none() {
        out.push(Stmt::Block(block));
        return;
    }
    for handler in handlers {
        let caught = field(handler, "error").and_then(|e| bound(b, e));
        block = vec![Stmt::Try {
            body: block,
            caught: Some(caught.unwrap_or_else(|| "error".to_owned())),
            handler: branch(b, child(handler, &["statements"])),
        }];
    }
    out.extend(block);
}
