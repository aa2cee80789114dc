//! The expressions of C#.

use std::ops::Range;

use tree_sitter::Node;

use super::declarations::{argument, function};
use super::strings;
use crate::syntax::lower::{Builder, arg, child, children, field, has_token, named};
use crate::syntax::program::{Arg, Entry, Expr, ExprId};

fn expressions(b: &mut Builder<'_>, nodes: Vec<Node<'_>>) -> Vec<ExprId> {
    nodes.into_iter().map(|node| expression(b, node)).collect()
}

pub(super) fn expression(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| expression_here(b, node))
}

/// The expression in a field, or nothing.
pub(super) fn part(b: &mut Builder<'_>, node: Node<'_>, name: &str) -> ExprId {
    match field(node, name) {
        Some(inner) => expression(b, inner),
        None => b.other(node, Vec::new()),
    }
}

/// The first of what stands in a node, or nothing.
fn first(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match children(node).first() {
        Some(inner) => expression(b, *inner),
        None => b.other(node, Vec::new()),
    }
}

fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "identifier" | "predefined_type" => b.name(node),
        "this" | "base" => b.push(Expr::This, node.byte_range()),
        "string_literal" => strings::plain(b, node),
        "verbatim_string_literal" => strings::verbatim(b, node),
        "raw_string_literal" => strings::raw(b, node),
        "interpolated_string_expression" => strings::interpolated(b, node),
        "character_literal" => b.quoted(node),
        "null_literal" | "boolean_literal" | "integer_literal" | "real_literal"
        | "default_expression" => b.literal(node),
        "parenthesized_expression"
        | "await_expression"
        | "checked_expression"
        | "ref_expression"
        | "generic_name"
        | "nullable_type"
        | "expression_element"
        | "spread_element"
        | "collection_element"
        | "when_clause"
        | "arrow_expression_clause" => first(b, node),
        "argument" => argument(b, node).value,
        "cast_expression" => part(b, node, "value"),
        "as_expression" => part(b, node, "left"),
        "declaration_expression" | "alias_qualified_name" => part(b, node, "name"),
        "postfix_unary_expression" => {
            let inner = first(b, node);
            if has_token(node, "!") {
                inner
            } else {
                b.other(node, vec![inner])
            }
        }
        "prefix_unary_expression" => prefix(b, node),
        "qualified_name" | "member_access_expression" => member_access(b, node),
        "conditional_access_expression" => conditional_access(b, node),
        "element_access_expression" => {
            let object = part(b, node, "expression");
            let index = field(node, "subscript").and_then(|list| child(list, &["argument"]));
            element(b, node, object, index)
        }
        "invocation_expression" => invocation(b, node),
        "object_creation_expression" | "implicit_object_creation_expression" => {
            creation(b, node, field(node, "type"))
        }
        "anonymous_object_creation_expression" => anonymous(b, node),
        "with_expression" => with(b, node),
        "initializer_expression" => initializer(b, node),
        "collection_expression" | "tuple_expression" | "tuple_pattern" => {
            let items = expressions(b, children(node));
            b.list(node, items)
        }
        "implicit_array_creation_expression"
        | "array_creation_expression"
        | "stackalloc_expression"
        | "implicit_stackalloc_expression" => match child(node, &["initializer_expression"]) {
            Some(items) => expression(b, items),
            None => b.list(node, Vec::new()),
        },
        "assignment_expression" => assignment(b, node),
        "lambda_expression" | "anonymous_method_expression" => {
            let function = function(b, node);
            b.push(Expr::Function(function), node.byte_range())
        }
        "conditional_expression" => {
            let condition = part(b, node, "condition");
            let options = vec![part(b, node, "consequence"), part(b, node, "alternative")];
            b.choice(node, Some(condition), options)
        }
        "switch_expression" => switch(b, node),
        "is_pattern_expression" => {
            let subject = part(b, node, "expression");
            match field(node, "pattern") {
                Some(pattern) => pattern_condition(b, subject, pattern),
                None => subject,
            }
        }
        "binary_expression" => {
            let left = part(b, node, "left");
            binary(b, node, left)
        }
        _ => {
            let parts = expressions(b, children(node));
            b.other(node, parts)
        }
    }
}

fn member_access(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let object = field(node, "expression").or_else(|| field(node, "qualifier"));
    let object = match object {
        Some(object) => expression(b, object),
        None => b.other(node, Vec::new()),
    };
    let name = member_name(b, node);
    b.member(node, object, name)
}

/// `object?.member`, `object?[index]`.
fn conditional_access(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let object = part(b, node, "condition");
    let condition = field(node, "condition");
    let rest = children(node).into_iter().rfind(|n| Some(*n) != condition);
    match rest {
        Some(rest) => bound(b, rest, object),
        None => object,
    }
}

fn assignment(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let target = part(b, node, "left");
    let value = part(b, node, "right");
    let adds = field(node, "operator").is_some_and(|o| o.kind() == "+=");
    let assign = Expr::Assign {
        target,
        value,
        adds,
    };
    b.push(assign, node.byte_range())
}

fn prefix(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let operand = children(node);
    let is_number = operand
        .first()
        .is_some_and(|n| n.kind().ends_with("_literal"));
    if is_number && (has_token(node, "-") || has_token(node, "^")) {
        return b.literal(node);
    }
    let inner = first(b, node);
    if has_token(node, "!") {
        b.push(Expr::Not(inner), node.byte_range())
    } else if has_token(node, "&") || has_token(node, "*") {
        inner
    } else {
        b.other(node, vec![inner])
    }
}

/// The name of a member, without type arguments.
fn member_name(b: &Builder<'_>, node: Node<'_>) -> String {
    let name = field(node, "name").or_else(|| children(node).last().copied());
    let name = match name {
        Some(generic) if generic.kind() == "generic_name" => generic.named_child(0),
        other => other,
    };
    name.map(|name| b.raw(name)).unwrap_or_default()
}

/// What stands after `?`, of the object before it.
fn bound(b: &mut Builder<'_>, node: Node<'_>, object: ExprId) -> ExprId {
    match node.kind() {
        "member_binding_expression" => {
            let name = member_name(b, node);
            b.member(node, object, name)
        }
        "element_binding_expression" => element(b, node, object, child(node, &["argument"])),
        _ => {
            let rest = expression(b, node);
            b.other(node, vec![object, rest])
        }
    }
}

/// `object[index]`, or a part of it where the index is a range.
fn element(b: &mut Builder<'_>, node: Node<'_>, object: ExprId, index: Option<Node<'_>>) -> ExprId {
    let Some(index) = index else {
        return b.other(node, vec![object]);
    };
    let Some(range) = child(index, &["range_expression"]) else {
        let index = expression(b, index);
        return b.index(node, object, index);
    };
    let mut cursor = range.walk();
    let dots = range
        .children(&mut cursor)
        .find(|n| n.kind() == "..")
        .map_or(range.start_byte(), |n| n.start_byte());
    let (mut from, mut to) = (None, None);
    for end in children(range) {
        let place = if end.start_byte() < dots {
            &mut from
        } else {
            &mut to
        };
        *place = Some(expression(b, end));
    }
    b.push(Expr::Slice { object, from, to }, node.byte_range())
}

pub(super) fn arguments(b: &mut Builder<'_>, list: Option<Node<'_>>) -> Vec<Arg> {
    let given = list.map(children).unwrap_or_default();
    given.into_iter().map(|one| argument(b, one)).collect()
}

fn invocation(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let list = field(node, "arguments");
    let function = field(node, "function");
    if let (Some("nameof"), Some(list)) = (function.map(|f| b.raw(f)).as_deref(), list) {
        let path = b.raw(list);
        let name = path.trim_matches(['(', ')']).rsplit('.').next();
        let name = name.unwrap_or_default().to_owned();
        return b.text(node.byte_range(), list.byte_range(), name);
    }
    let callee = part(b, node, "function");
    let args = arguments(b, list);
    b.call(node, callee, args)
}

/// What the braces after `new` say, or those of a member there.
#[derive(Default)]
struct Initializer {
    /// `Name = value`.
    members: Vec<(Range<usize>, ExprId)>,
    /// `{ key, value }` and `[key] = value`.
    entries: Vec<Entry>,
    /// Everything else.
    items: Vec<ExprId>,
}

fn initializer_parts(b: &mut Builder<'_>, node: Node<'_>) -> Initializer {
    let mut parts = Initializer::default();
    for one in children(node) {
        let (left, right) = (field(one, "left"), field(one, "right"));
        match (one.kind(), left, right) {
            ("assignment_expression", Some(left), Some(right))
                if left.kind() == "element_binding_expression" =>
            {
                let key = child(left, &["argument"]).map(|key| expression(b, key));
                let value = expression(b, right);
                parts.entries.push(Entry { key, value });
            }
            ("assignment_expression", Some(left), Some(right)) => {
                let value = expression(b, right);
                parts.members.push((left.byte_range(), value));
            }
            ("initializer_expression", ..) => match *children(one) {
                [key, value] => {
                    let key = Some(expression(b, key));
                    let value = expression(b, value);
                    parts.entries.push(Entry { key, value });
                }
                _ => parts.items.push(expression(b, one)),
            },
            _ => parts.items.push(expression(b, one)),
        }
    }
    parts
}

/// Braces without `new` before them: a map, or a list.
fn initializer(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let parts = initializer_parts(b, node);
    if parts.members.is_empty() && parts.entries.is_empty() {
        return b.list(node, parts.items);
    }
    let mut entries = parts.entries;
    for (name, value) in parts.members {
        let key = Some(b.word(name));
        entries.push(Entry { key, value });
    }
    entries.extend(
        parts
            .items
            .into_iter()
            .map(|value| Entry { key: None, value }),
    );
    b.map(node, entries)
}

/// `new T(…) { … }`: a call with its arguments, then members by name, then entries or items.
pub(super) fn creation(b: &mut Builder<'_>, node: Node<'_>, of: Option<Node<'_>>) -> ExprId {
    let callee = match of {
        Some(of) => expression(b, of),
        None => b.push(
            Expr::Name("new".to_owned()),
            node.start_byte()..node.start_byte() + 3,
        ),
    };
    let mut args = arguments(b, child(node, &["argument_list"]));
    if let Some(braces) = child(node, &["initializer_expression"]) {
        let parts = initializer_parts(b, braces);
        for (name, value) in parts.members {
            args.push(named(b.slice(name), value));
        }
        if !parts.entries.is_empty() {
            args.push(arg(b.map(braces, parts.entries)));
        }
        if !parts.items.is_empty() {
            args.push(arg(b.list(braces, parts.items)));
        }
    }
    b.call(node, callee, args)
}

/// `new { Key = value, other.Name }`.
fn anonymous(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut entries = Vec::new();
    let mut key = None;
    for part in children(node) {
        if part.next_sibling().is_some_and(|next| next.kind() == "=") {
            key = Some(b.word(part.byte_range()));
            continue;
        }
        let key = key.take().or_else(|| {
            let name = field(part, "name").unwrap_or(part);
            Some(b.word(name.byte_range()))
        });
        let value = expression(b, part);
        entries.push(Entry { key, value });
    }
    b.map(node, entries)
}

/// `value with { Key = other }`: its entries, then others.
fn with(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let value = first(b, node);
    let mut entries = vec![Entry { key: None, value }];
    for part in children(node) {
        if part.kind() != "with_initializer" {
            continue;
        }
        if let [name, value] = *children(part) {
            let key = Some(b.word(name.byte_range()));
            let value = expression(b, value);
            entries.push(Entry { key, value });
        }
    }
    b.map(node, entries)
}

/// `switch` as a value: one of those of its arms.
fn switch(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let subject = first(b, node);
    let mut options = Vec::new();
    for arm in children(node) {
        if arm.kind() != "switch_expression_arm" {
            continue;
        }
        let Some(value) = children(arm).last().copied() else {
            continue;
        };
        let value = expression(b, value);
        options.push(match child(arm, &["when_clause"]) {
            Some(when) => {
                let when = expression(b, when);
                b.choice(arm, Some(when), vec![value])
            }
            None => value,
        });
    }
    let choice = b.choice(node, None, options);
    match b.get(subject) {
        Expr::Name(_) | Expr::Member { .. } => choice,
        // What it is decided by may be a call that matters.
        _ => b.choice(node, Some(subject), vec![choice]),
    }
}

/// Whether the subject is what a pattern says; a pattern that names it is an assignment.
pub(super) fn pattern_condition(b: &mut Builder<'_>, subject: ExprId, pattern: Node<'_>) -> ExprId {
    b.deeper(pattern, |b| match pattern.kind() {
        "constant_pattern" | "parenthesized_pattern" => match children(pattern).first() {
            Some(inner) => pattern_condition(b, subject, *inner),
            None => subject,
        },
        "negated_pattern" => match children(pattern).first() {
            Some(inner) => negated(b, subject, *inner),
            None => subject,
        },
        "or_pattern" | "and_pattern" => {
            let left = field(pattern, "left");
            let left = left.map_or(subject, |left| pattern_condition(b, subject, left));
            both(b, subject, pattern, left)
        }
        // `a is null || b` is read as `a is (null || b)`.
        "binary_expression" => {
            let left = field(pattern, "left");
            let left = left.map_or(subject, |left| pattern_condition(b, subject, left));
            binary(b, pattern, left)
        }
        "declaration_pattern" | "recursive_pattern" | "var_pattern"
            if field(pattern, "name").is_some() =>
        {
            let target = part(b, pattern, "name");
            b.assign(pattern, target, subject)
        }
        kind if kind.ends_with("_pattern") || kind == "discard" => {
            let mut parts = vec![subject];
            parts.extend(expressions(b, children(pattern)));
            b.other(pattern, parts)
        }
        _ => {
            let right = expression(b, pattern);
            compare(b, pattern, (subject, right), true)
        }
    })
}

/// The opposite of a pattern; `not a and b`, which is read as `not (a and b)`, is `(not a) and b`.
fn negated(b: &mut Builder<'_>, subject: ExprId, pattern: Node<'_>) -> ExprId {
    b.deeper(pattern, |b| {
        let is_pair = matches!(pattern.kind(), "or_pattern" | "and_pattern");
        if let Some(left) = field(pattern, "left").filter(|_| is_pair) {
            let left = negated(b, subject, left);
            return both(b, subject, pattern, left);
        }
        let inner = pattern_condition(b, subject, pattern);
        match *b.get(inner) {
            Expr::Compare { left, right, .. } => compare(b, pattern, (left, right), false),
            _ => b.push(Expr::Not(inner), pattern.byte_range()),
        }
    })
}

/// `left and right`, `left or right`, of which the left is lowered already.
fn both(b: &mut Builder<'_>, subject: ExprId, pattern: Node<'_>, left: ExprId) -> ExprId {
    let right = field(pattern, "right");
    let right = right.map_or(subject, |right| pattern_condition(b, subject, right));
    match pattern.kind() {
        "and_pattern" => b.choice(pattern, Some(left), vec![right]),
        _ => b.choice(pattern, None, vec![left, right]),
    }
}

fn compare(b: &mut Builder<'_>, node: Node<'_>, sides: (ExprId, ExprId), equal: bool) -> ExprId {
    let (left, right) = sides;
    b.push(Expr::Compare { left, right, equal }, node.byte_range())
}

/// An operator, whose left side is lowered already.
fn binary(b: &mut Builder<'_>, node: Node<'_>, left: ExprId) -> ExprId {
    let right = part(b, node, "right");
    match field(node, "operator").map_or("", |o| o.kind()) {
        "+" => b.join(node, vec![left, right]),
        "||" | "??" => b.choice(node, None, vec![left, right]),
        "&&" => b.choice(node, Some(left), vec![right]),
        "==" => compare(b, node, (left, right), true),
        "!=" => compare(b, node, (left, right), false),
        _ => b.other(node, vec![left, right]),
    }
}
