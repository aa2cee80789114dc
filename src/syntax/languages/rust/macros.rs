//! Macros and attributes, whose arguments the grammar leaves as tokens: they are parted at their
//! commas, and each part is read again as an expression.

use std::ops::Range;

use tree_sitter::Node;

use super::{Tail, expression as plain, statements, unnamed};
use crate::syntax::lower::{Builder, arg, child, children, field, named};
use crate::syntax::program::{Arg, Block, Entry, Expr, ExprId, Stmt};
use crate::syntax::template::Marks;

/// Tokens between two commas.
struct Part<'t> {
    /// `key` of `key = value` and `key: value`.
    key: Option<Node<'t>>,
    /// Whether it is `key: value` or `key => value`.
    pair: bool,
    value: Vec<Node<'t>>,
}

/// The parts of a token tree, without its brackets.
fn parts(node: Node<'_>) -> Vec<Part<'_>> {
    let mut cursor = node.walk();
    let mut tokens: Vec<Node<'_>> = node.children(&mut cursor).collect();
    tokens.pop();
    let mut parts = Vec::new();
    let mut part: Vec<Node<'_>> = Vec::new();
    // The depth in `::<A, B>`, whose commas part nothing.
    let mut generic = 0_usize;
    for token in tokens.into_iter().skip(1) {
        match token.kind() {
            "<" if part.last().is_some_and(|t| t.kind() == "::") || generic > 0 => generic += 1,
            ">" => generic = generic.saturating_sub(1),
            ">>" => generic = generic.saturating_sub(2),
            "," | ";" if generic == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            kind if kind.contains("comment") => continue,
            _ => {}
        }
        part.push(token);
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts.into_iter().map(keyed).collect()
}

/// Parts a key from its value.
fn keyed(mut tokens: Vec<Node<'_>>) -> Part<'_> {
    let pair = match tokens.get(1).map(Node::kind) {
        Some(":" | "=>") => true,
        Some("=") => false,
        _ => {
            return Part {
                key: None,
                pair: false,
                value: tokens,
            };
        }
    };
    let value = tokens.split_off(2);
    Part {
        key: tokens.first().copied(),
        pair,
        value,
    }
}

/// The expression that tokens are. Tracing's `%` and `?` before a value are none of it.
fn read(b: &mut Builder<'_>, tokens: &[Node<'_>]) -> Option<ExprId> {
    let tokens = match tokens {
        [sigil, rest @ ..] if matches!(sigil.kind(), "%" | "?") => rest,
        all => all,
    };
    match *tokens {
        [] => None,
        [only] if only.kind() != "token_tree" => Some(plain(b, only)),
        [first, .., last] | [first @ last] => {
            let range = first.start_byte()..last.end_byte();
            let read = again(b, range).filter(|read| !read.is_empty());
            Some(match read.as_deref() {
                Some([only]) => *only,
                Some(several) => b.other(first, several.to_vec()),
                None => {
                    let parts = tokens.iter().filter(|t| t.is_named());
                    let parts = parts.map(|token| plain(b, *token)).collect();
                    b.other(first, parts)
                }
            })
        }
    }
}

/// The expressions in a stretch of the text that is read again, as the body of a block.
fn again(b: &mut Builder<'_>, range: Range<usize>) -> Option<Vec<ExprId>> {
    b.again(range, "{", "}", |b, root| {
        let whole = child(root, &["expression_statement"]);
        let block = whole.and_then(|whole| child(whole, &["block"]));
        children(block.unwrap_or(root))
            .into_iter()
            .map(|inner| plain(b, inner))
            .collect()
    })
}

fn arguments(b: &mut Builder<'_>, parts: &[Part<'_>]) -> Vec<Arg> {
    let mut args = Vec::new();
    for part in parts {
        let value = match *part.value {
            // `allow(…)`, `not(test)` of an attribute are calls when read as such.
            [] => continue,
            _ => read(b, &part.value),
        };
        args.extend(value.map(|value| match part.key {
            Some(key) => named(b.raw(key), value),
            None => arg(value),
        }));
    }
    args
}

/// JSON as `json!` is given it: what is no object or list is an expression.
fn json(b: &mut Builder<'_>, tokens: &[Node<'_>]) -> Option<ExprId> {
    let [only] = *tokens else {
        return read(b, tokens);
    };
    if only.kind() != "token_tree" {
        return match b.raw(only).as_str() {
            "null" => Some(b.literal(only)),
            _ => read(b, tokens),
        };
    }
    let parts = parts(only);
    match b.source().get(only.start_byte()) {
        Some(b'{') => Some(pairs(b, only, &parts)),
        Some(b'[') => {
            let items = parts.iter().filter_map(|part| json(b, &part.value));
            let items = items.collect();
            Some(b.list(only, items))
        }
        _ => read(b, tokens),
    }
}

/// A map of `key: value` and `key => value`.
fn pairs(b: &mut Builder<'_>, node: Node<'_>, parts: &[Part<'_>]) -> ExprId {
    b.deeper(node, |b| {
        let mut entries = Vec::new();
        for part in parts {
            let key = part.key.and_then(|key| read(b, &[key]));
            let value = json(b, &part.value);
            entries.extend(value.map(|value| Entry { key, value }));
        }
        b.map(node, entries)
    })
}

/// `name!(…)` as a value.
pub(super) fn expression(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let (Some(name), Some(tokens)) = (field(node, "macro"), child(node, &["token_tree"])) else {
        return b.other(node, Vec::new());
    };
    let callee = plain(b, name);
    let path = b.raw(name);
    let short = path.rsplit("::").next().unwrap_or_default();
    let braced = b.source().get(tokens.start_byte()) == Some(&b'{');
    let parts = parts(tokens);
    if short == "json" {
        let value = match &*parts {
            [_, _, ..] if braced => Some(pairs(b, tokens, &parts)),
            [only] if braced && only.pair => Some(pairs(b, tokens, &parts)),
            [only] => json(b, &only.value),
            _ => None,
        };
        return value.unwrap_or_else(|| b.other(node, Vec::new()));
    }
    if parts
        .iter()
        .any(|part| part.pair && part.key.is_some_and(is_text))
    {
        return pairs(b, node, &parts);
    }
    if braced {
        let body = body(b, tokens, Tail::Returned);
        let function = unnamed(b, tokens, Vec::new(), body);
        let function = b.push(Expr::Function(function), tokens.byte_range());
        return b.call(node, callee, vec![arg(function)]);
    }
    let mut args = arguments(b, &parts);
    match short {
        "vec" => {
            let items = args.into_iter().map(|arg| arg.value).collect();
            b.list(node, items)
        }
        "concat" => {
            let pieces = args.into_iter().map(|arg| arg.value).collect();
            b.join(node, pieces)
        }
        _ => {
            let template = args.iter().position(|arg| {
                let is = |text: &String| text.contains('{');
                arg.name.is_none()
                    && matches!(b.get(arg.value), Expr::Text { value, .. } if is(value))
            });
            if let Some(at) = template {
                let filled = args.split_off(at + 1);
                let template = args[at].value;
                args[at].value = b.formatted(node, template, Marks::Braces, &filled);
            }
            match (short, &*args) {
                ("format" | "format_args", [only]) => only.value,
                _ => b.call(node, callee, args),
            }
        }
    }
}

fn is_text(node: Node<'_>) -> bool {
    node.kind().ends_with("string_literal")
}

/// The statements in the braces of `lazy_static! { … }`.
fn body(b: &mut Builder<'_>, tokens: Node<'_>, tail: Tail) -> Block {
    let range = tokens.start_byte() + 1..tokens.end_byte().max(tokens.start_byte() + 2) - 1;
    b.again(range, "", "", |b, root| {
        statements(b, &children(root), tail)
    })
    .unwrap_or_default()
}

/// `name!(…)` alone. What stands in braces are mostly statements of the place.
pub(super) fn statement(b: &mut Builder<'_>, node: Node<'_>, tail: Tail, out: &mut Block) {
    let tokens = child(node, &["token_tree"])
        .filter(|tokens| b.source().get(tokens.start_byte()) == Some(&b'{'));
    let name = field(node, "macro").map(|name| b.raw(name));
    let maps = name.is_some_and(|name| name.ends_with("json") || name.ends_with("map"));
    match tokens {
        Some(tokens) if !maps => {
            let inner = body(b, tokens, tail);
            out.extend(inner);
        }
        _ => {
            let value = expression(b, node);
            out.push(match tail {
                Tail::Returned => Stmt::Return(value),
                Tail::Dropped => Stmt::Expr(value),
            });
        }
    }
}

/// `#[name(…)]`, a call; `#[name = value]` is one with that argument.
pub(super) fn attribute(b: &mut Builder<'_>, node: Node<'_>) -> Option<ExprId> {
    let inner = child(node, &["attribute"])?;
    let callee = plain(b, inner.named_child(0)?);
    let mut args = match field(inner, "arguments") {
        Some(tokens) => arguments(b, &parts(tokens)),
        None => Vec::new(),
    };
    if let Some(value) = field(inner, "value") {
        args.push(arg(plain(b, value)));
    }
    Some(b.call(node, callee, args))
}
