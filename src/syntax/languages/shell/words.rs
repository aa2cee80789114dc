//! Words: bare, quoted, and with expansions in them.

use std::ops::Range;

use tree_sitter::Node;

use super::commands::substitution;
use crate::syntax::lower::{Builder, arg, child, children, field, unescape};
use crate::syntax::program::{Entry, Expr, ExprId};

/// A word as a value: text, or a join of text and expansions.
pub(super) fn word(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| word_here(b, node))
}

fn word_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let range = node.byte_range();
    match node.kind() {
        "word" => {
            let value = unescaped(&b.raw(node), |_| true);
            b.text(range.clone(), range, value)
        }
        "number" | "regex" | "extglob_pattern" | "brace_expression" | "test_operator" => {
            match child(
                node,
                &["simple_expansion", "expansion", "command_substitution"],
            ) {
                Some(_) => joined(b, node, range, std::borrow::ToOwned::to_owned),
                None => b.word(range),
            }
        }
        "string" => {
            let content = trimmed(&range, 1, 1);
            joined(b, node, content, |raw| {
                unescaped(raw, |c| matches!(c, '"' | '\\' | '$' | '`' | '\n'))
            })
        }
        "raw_string" => {
            let content = trimmed(&range, 1, 1);
            let value = b.slice(content.clone());
            b.text(range, content, value)
        }
        "ansi_c_string" => {
            let content = trimmed(&range, 2, 1);
            let value = unescape(&b.slice(content.clone()));
            b.text(range, content, value)
        }
        "translated_string" => match node.named_child(0) {
            Some(inner) => word(b, inner),
            None => b.word(range),
        },
        "concatenation" => concatenation(b, node),
        "simple_expansion" => match node.named_child(0) {
            Some(name) => b.name(name),
            None => b.word(range),
        },
        "variable_name" | "special_variable_name" => b.name(node),
        "expansion" => expansion(b, node),
        "subscript" => subscript(b, node),
        "command_substitution" | "process_substitution" => substitution(b, node),
        "array" => array(b, node),
        _ => {
            let parts = children(node).into_iter();
            let parts = parts.map(|part| word(b, part)).collect();
            b.other(node, parts)
        }
    }
}

/// A range without this many bytes at either end.
fn trimmed(range: &Range<usize>, front: usize, back: usize) -> Range<usize> {
    if range.len() < front + back {
        return range.clone();
    }
    range.start + front..range.end - back
}

/// Takes the backslashes away that stand before characters they are for; before a line's end, that
/// goes too.
fn unescaped(raw: &str, is_for: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('\n') if is_for('\n') => {}
            Some(next) if is_for(next) => out.push(next),
            next => {
                out.push('\\');
                out.extend(next);
            }
        }
    }
    out
}

/// The expansions in `content`, and the text between them. The grammar leaves some of that text out
/// of its nodes.
fn joined(
    b: &mut Builder<'_>,
    node: Node<'_>,
    content: Range<usize>,
    value_of: impl Fn(&str) -> String,
) -> ExprId {
    let mut pieces = Vec::new();
    let mut at = content.start;
    let fixed = |b: &mut Builder<'_>, range: Range<usize>| {
        (!range.is_empty()).then(|| {
            let value = value_of(&b.slice(range.clone()));
            b.text(range.clone(), range, value)
        })
    };
    for part in children(node) {
        if matches!(
            part.kind(),
            "simple_expansion" | "expansion" | "command_substitution" | "arithmetic_expansion"
        ) {
            pieces.extend(fixed(b, at..part.start_byte().max(at)));
            pieces.push(word(b, part));
            at = part.end_byte();
        }
    }
    if pieces.is_empty() {
        let value = value_of(&b.slice(content.clone()));
        return b.text(node.byte_range(), content, value);
    }
    pieces.extend(fixed(b, at..content.end.max(at)));
    match *pieces {
        [only] => only,
        _ => b.join(node, pieces),
    }
}

/// The text of a `<<EOF`; nothing is expanded in it where its mark is quoted.
pub(super) fn heredoc(b: &mut Builder<'_>, node: Node<'_>, is_fixed: bool) -> ExprId {
    let range = node.byte_range();
    if is_fixed {
        return b.word(range);
    }
    joined(b, node, range, |raw| {
        unescaped(raw, |c| matches!(c, '\\' | '$' | '`' | '\n'))
    })
}

/// Words without a blank between them. Text alone becomes one text.
fn concatenation(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let parts = children(node).into_iter();
    let parts: Vec<ExprId> = parts.map(|part| word(b, part)).collect();
    let mut whole = String::new();
    for part in &parts {
        match b.get(*part) {
            Expr::Text { value, .. } => whole.push_str(value),
            _ => return b.join(node, parts),
        }
    }
    b.text(node.byte_range(), node.byte_range(), whole)
}

/// `NAME[index]`; all of them are the variable itself.
pub(super) fn subscript(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let (Some(name), Some(index)) = (field(node, "name"), field(node, "index")) else {
        return b.other(node, Vec::new());
    };
    let object = b.name(name);
    if matches!(&*b.raw(index), "@" | "*") {
        return object;
    }
    let index = match index.kind() {
        "number" => b.literal(index),
        _ => word(b, index),
    };
    b.index(node, object, index)
}

/// Whether a word is all elements of a list: `"$@"`, `"${ARGS[@]}"`.
pub(super) fn is_spread(b: &Builder<'_>, node: Node<'_>) -> bool {
    let raw = b.raw(node);
    let bare = raw.trim_matches('"');
    matches!(bare, "$@" | "$*" | "${@}")
        || (bare.starts_with("${")
            && !bare.starts_with("${#")
            && (bare.ends_with("[@]}") || bare.ends_with("[*]}")))
            && bare.matches('$').count() == 1
}

/// `${…}`.
fn expansion(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut cursor = node.walk();
    let mut parts = node
        .children(&mut cursor)
        .filter(|part| !matches!(part.kind(), "${" | "}"))
        .peekable();
    let prefix = parts
        .next_if(|part| matches!(part.kind(), "#" | "!"))
        .map(|part| part.kind());
    let Some(variable) = parts.next() else {
        return b.word(node.byte_range());
    };
    let variable = word(b, variable);
    match prefix {
        Some("#") => {
            let start = node.start_byte();
            let length = b.push(Expr::Name("length".to_owned()), start..start);
            return b.call(node, length, vec![arg(variable)]);
        }
        Some(_) => return b.other(node, vec![variable]),
        None => {}
    }
    let Some(operator) = parts.next() else {
        return variable;
    };
    let rest: Vec<Node<'_>> = parts.collect();
    let value = rest.iter().copied().rfind(Node::is_named);
    match (operator.kind(), value) {
        (":-" | "-" | ":=" | "=", Some(default)) => {
            let default = word(b, default);
            b.choice(node, None, vec![variable, default])
        }
        (":+" | "+", Some(value)) => {
            let value = word(b, value);
            b.choice(node, Some(variable), vec![value])
        }
        (":", _) => slice(b, node, variable, &rest),
        // What is taken from the end or the beginning is nothing much, unless it is a pattern.
        ("%" | "%%" | "#" | "##", Some(cut)) if !b.raw(cut).contains(['*', '?', '[']) => variable,
        (":-" | "-" | ":=" | "=" | ":?" | "?" | "@", _) => variable,
        (_, value) => {
            let value = value.map(|value| word(b, value));
            let parts = std::iter::once(variable).chain(value).collect();
            b.other(node, parts)
        }
    }
}

/// `${X:from:length}`; the parts are those after the first colon.
fn slice(b: &mut Builder<'_>, node: Node<'_>, object: ExprId, parts: &[Node<'_>]) -> ExprId {
    let colon = parts.iter().position(|part| part.kind() == ":");
    let (from, length) = parts.split_at(colon.unwrap_or(parts.len()));
    let number = |b: &Builder<'_>, parts: &[Node<'_>]| {
        let raw = parts.iter().rfind(|part| part.is_named());
        raw.map(|part| b.raw(*part).trim().to_owned())
    };
    let from_raw = number(b, from);
    let to = number(b, length).map(|length| {
        let first = from_raw.as_deref().unwrap_or("0").parse::<i64>();
        match (first, length.parse::<i64>()) {
            (Ok(first), Ok(length)) if length >= 0 => first.saturating_add(length).to_string(),
            _ => length,
        }
    });
    let from = from_raw.map(|raw| b.push(Expr::Literal(raw), node.byte_range()));
    let to = to.map(|raw| b.push(Expr::Literal(raw), node.byte_range()));
    b.push(Expr::Slice { object, from, to }, node.byte_range())
}

/// `(a b)`, or `([key]=value …)`.
fn array(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let items = children(node);
    let keyed = |b: &Builder<'_>, item: &Node<'_>| {
        let raw = b.raw(*item);
        raw.starts_with('[') && raw.contains("]=")
    };
    if items.is_empty() || !items.iter().all(|item| keyed(b, item)) {
        let items = items.into_iter().map(|item| word(b, item)).collect();
        return b.list(node, items);
    }
    let mut entries = Vec::new();
    for item in items {
        let raw = b.raw(item);
        let Some(end) = raw.find("]=") else { continue };
        let start = item.start_byte();
        let key = trimmed_quotes(&raw[1..end], start + 1);
        let key = Some(b.word(key));
        let range = start + end + 2..item.end_byte();
        // The grammar parts what it does not know as a key at odd places.
        let value = b.again(range, "x=", "\n", |b, root| {
            let value = child(root, &["variable_assignment"]).and_then(|a| field(a, "value"));
            value.map(|value| word(b, value))
        });
        entries.extend(value.flatten().map(|value| Entry { key, value }));
    }
    b.map(node, entries)
}

/// Where the key in `raw`, which begins at `start`, is without its quotes.
fn trimmed_quotes(raw: &str, start: usize) -> Range<usize> {
    let quoted = raw.len() >= 2 && raw.starts_with(['"', '\'']) && raw.ends_with(['"', '\'']);
    let by = usize::from(quoted);
    start + by..start + raw.len() - by
}
