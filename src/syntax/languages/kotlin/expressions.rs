//! The expressions of Kotlin.

use tree_sitter::Node;

use super::declarations::{ancestry, called, function, member, plain};
use super::strings::string;
use super::{Last, block, branches, statements};
use crate::syntax::lower::{Builder, arg, child, children, field, has_token};
use crate::syntax::program::{Arg, Expr, ExprId, Function, Stmt};

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

/// One of what stands in a node, or nothing.
fn inside(b: &mut Builder<'_>, node: Node<'_>, inner: Option<&Node<'_>>) -> ExprId {
    match inner {
        Some(inner) => expression(b, *inner),
        None => b.other(node, Vec::new()),
    }
}

/// The name in a declaration.
pub(super) fn name_of(b: &Builder<'_>, node: Node<'_>) -> String {
    let name = child(node, &["identifier"]).unwrap_or(node);
    b.raw(name).trim_matches('`').to_owned()
}

fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let inner = children(node);
    match node.kind() {
        "identifier" => match &*b.raw(node) {
            "null" | "true" | "false" => b.literal(node),
            _ => b.name(node),
        },
        "this_expression" | "super_expression" => b.push(Expr::This, node.byte_range()),
        "string_literal" | "multiline_string_literal" => string(b, node),
        "character_literal" => b.quoted(node),
        "number_literal" | "float_literal" => b.literal(node),
        "parenthesized_expression" | "spread_expression" | "variable_declaration" => {
            inside(b, node, inner.first())
        }
        "annotated_expression" | "labeled_expression" => inside(b, node, inner.last()),
        "as_expression" => part(b, node, "left"),
        "user_type" => {
            let names: Vec<Node<'_>> = inner
                .into_iter()
                .filter(|n| n.kind() == "identifier")
                .collect();
            path(b, node, &names)
        }
        "navigation_expression" => navigation(b, node),
        "callable_reference" => match *inner {
            [name] => b.name(name),
            [of, name] => {
                let object = expression(b, of);
                let name = b.raw(name);
                b.member(node, object, name)
            }
            _ => b.other(node, Vec::new()),
        },
        "index_expression" => {
            let object = inside(b, node, inner.first());
            let index = inside(b, node, inner.get(1));
            b.index(node, object, index)
        }
        "call_expression" => call(b, node),
        "constructor_invocation" => {
            let callee = inside(b, node, inner.first());
            let args = arguments(b, child(node, &["value_arguments"]));
            b.call(node, callee, args)
        }
        "infix_expression" => infix(b, node),
        "collection_literal" | "multi_variable_declaration" => {
            let items = expressions(b, inner);
            b.list(node, items)
        }
        "assignment" => {
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
        "lambda_literal" => lambda(b, node),
        "anonymous_function" => {
            let function = function(b, node);
            b.push(Expr::Function(function), node.byte_range())
        }
        "object_literal" => object(b, node),
        "if_expression" => {
            let condition = part(b, node, "condition");
            let options = branches(node)
                .into_iter()
                .flatten()
                .map(|branch| branch_value(b, branch))
                .collect();
            b.choice(node, Some(condition), options)
        }
        "when_expression" => when(b, node),
        "try_expression" => attempt(b, node),
        "binary_expression" => binary(b, node),
        "unary_expression" => unary(b, node),
        _ => {
            let parts = expressions(b, inner);
            b.other(node, parts)
        }
    }
}

/// `a.b.c` of names.
fn path(b: &mut Builder<'_>, node: Node<'_>, names: &[Node<'_>]) -> ExprId {
    let Some((first, rest)) = names.split_first() else {
        return b.other(node, Vec::new());
    };
    let mut object = b.name(*first);
    for name in rest {
        let range = node.start_byte()..name.end_byte();
        let name = b.raw(*name);
        object = b.push(Expr::Member { object, name }, range);
    }
    object
}

fn navigation(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match *children(node) {
        [object, .., name] => {
            let object = expression(b, object);
            let name = b.raw(name).trim_matches('`').to_owned();
            b.member(node, object, name)
        }
        [only] => expression(b, only),
        [] => b.other(node, Vec::new()),
    }
}

/// The annotations among the modifiers of a declaration, as calls.
pub(super) fn annotations(b: &mut Builder<'_>, node: Node<'_>) -> Vec<ExprId> {
    match child(node, &["modifiers"]) {
        Some(modifiers) => annotations_in(b, modifiers),
        None => Vec::new(),
    }
}

pub(super) fn annotations_in(b: &mut Builder<'_>, modifiers: Node<'_>) -> Vec<ExprId> {
    let mut annotations = Vec::new();
    for one in children(modifiers) {
        if one.kind() != "annotation" {
            continue;
        }
        for part in children(one) {
            match part.kind() {
                "constructor_invocation" => annotations.push(expression(b, part)),
                "user_type" => {
                    let callee = expression(b, part);
                    annotations.push(b.call(part, callee, Vec::new()));
                }
                _ => {}
            }
        }
    }
    annotations
}

pub(super) fn arguments(b: &mut Builder<'_>, list: Option<Node<'_>>) -> Vec<Arg> {
    let mut args = Vec::new();
    for one in list.map(children).unwrap_or_default() {
        let parts = children(one);
        let Some(value) = parts.last().copied() else {
            continue;
        };
        let is_named = parts.len() > 1 && has_token(one, "=");
        let spread = value.kind() == "spread_expression" || has_token(one, "*");
        let name = is_named.then(|| b.raw(parts[0]));
        args.push(Arg {
            name,
            value: expression(b, value),
            spread,
        });
    }
    args
}

/// A call, with the block after it as its last argument.
fn call(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(first) = children(node).first().copied() else {
        return b.other(node, Vec::new());
    };
    let mut list = child(node, &["value_arguments"]);
    let mut callee = first;
    let block = child(node, &["annotated_lambda"]);
    // `f(x) { … }` is read as `(f(x)) { … }`.
    if list.is_none()
        && first.kind() == "call_expression"
        && child(first, &["annotated_lambda"]).is_none()
        && let Some(inner) = children(first).first()
    {
        list = child(first, &["value_arguments"]);
        callee = *inner;
    }
    let callee = expression(b, callee);
    let mut args = arguments(b, list);
    if let Some(lambda) = block.and_then(|block| child(block, &["lambda_literal"])) {
        args.push(arg(expression(b, lambda)));
    }
    b.call(node, callee, args)
}

/// `a to b` is a pair; any other word between values is a method.
fn infix(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let parts = children(node);
    let [left, operator, right] = *parts else {
        let parts = expressions(b, parts);
        return b.other(node, parts);
    };
    let values = [expression(b, left), expression(b, right)];
    if b.raw(operator) == "to" {
        return b.list(node, values.to_vec());
    }
    let [object, value] = values;
    let name = b.raw(operator);
    let callee = b.push(
        Expr::Member { object, name },
        left.start_byte()..operator.end_byte(),
    );
    b.call(node, callee, vec![arg(value)])
}

fn lambda(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let list = child(node, &["lambda_parameters"]);
    let mut parameters = Vec::new();
    for one in list.map(children).unwrap_or_default() {
        parameters.push(plain(expression(b, one)));
    }
    if list.is_none() && says_it(&b.raw(node)) {
        let at = node.start_byte()..node.start_byte();
        parameters.push(plain(b.push(Expr::Name("it".to_owned()), at)));
    }
    let mut inner = children(node);
    inner.retain(|n| Some(*n) != list);
    let body = statements(b, &inner, Last::Returned);
    let function = b.function(Function {
        name: None,
        parameters,
        body,
        span: node.byte_range(),
    });
    b.push(Expr::Function(function), node.byte_range())
}

/// Whether a block without parameters uses the one that it has anyway.
fn says_it(code: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.split(|c| !is_word(c)).any(|word| word == "it")
}

/// `object : T(x) { … }`: a call of `T`, the members as its last argument.
fn object(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let (parents, base) = ancestry(b, node);
    let callee = parents.into_iter().next().unwrap_or_default();
    let callee = b.push(Expr::Name(callee), node.byte_range());
    let mut args = match base.map(|base| b.get(base)) {
        Some(Expr::Call { args, .. }) => args.clone(),
        _ => Vec::new(),
    };
    if let Some(body) = child(node, &["class_body"]) {
        args.push(arg(members_of(b, body)));
    }
    b.call(node, callee, args)
}

/// The members of an object without a name.
pub(super) fn members_of(b: &mut Builder<'_>, body: Node<'_>) -> ExprId {
    let members = b.block(|b, out| {
        for node in children(body) {
            member(b, node, "", out);
        }
    });
    let mut parts = Vec::new();
    for one in members {
        parts.push(match one {
            Stmt::Expr(value) => value,
            Stmt::Function(method) => b.push(Expr::Function(method), body.byte_range()),
            other => called(b, body, vec![other]),
        });
    }
    b.other(body, parts)
}

/// The value of a branch: the only one in it, or that of a function called at once.
fn branch_value(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let inner = match node.kind() {
        "block" => children(node),
        _ => vec![node],
    };
    match *inner {
        [only] if !only.kind().ends_with("_declaration") => expression(b, only),
        _ => {
            let body = statements(b, &inner, Last::Returned);
            called(b, node, body)
        }
    }
}

/// What `when` compares; it may get a name there.
pub(super) fn subject(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match *children(node) {
        [name, value] if name.kind() == "variable_declaration" => {
            let target = expression(b, name);
            let value = expression(b, value);
            b.assign(node, target, value)
        }
        ref inner => inside(b, node, inner.last()),
    }
}

/// What holds in a case: that one of its values is the subject. None for `else`.
pub(super) fn case_condition(
    b: &mut Builder<'_>,
    case: Node<'_>,
    subject: Option<ExprId>,
) -> Option<ExprId> {
    let mut cursor = case.walk();
    let given: Vec<Node<'_>> = case
        .children_by_field_name("condition", &mut cursor)
        .filter(Node::is_named)
        .collect();
    let mut conditions = Vec::new();
    for value in given {
        let right = expression(b, value);
        conditions.push(match (subject, value.kind()) {
            (None, _) | (_, "type_test" | "range_test") => right,
            (Some(left), _) => compare(b, value, (left, right), true),
        });
    }
    match *conditions {
        [] => None,
        [only] => Some(only),
        _ => Some(b.choice(case, None, conditions)),
    }
}

/// `when` as a value: one of those of its cases.
fn when(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut subject = None;
    let mut options = Vec::new();
    for part in children(node) {
        match (part.kind(), children(part).last()) {
            ("when_subject", _) => subject = Some(self::subject(b, part)),
            (_, Some(value)) => options.push(branch_value(b, *value)),
            _ => {}
        }
    }
    let choice = b.choice(node, None, options);
    match subject {
        // What it is decided by may be a call that matters.
        Some(id) if !matches!(b.get(id), Expr::Name(_) | Expr::Member { .. }) => {
            b.choice(node, Some(id), vec![choice])
        }
        _ => choice,
    }
}

/// `try` as a value: that of its body or of a handler.
fn attempt(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let blocks: Vec<Node<'_>> = children(node)
        .into_iter()
        .filter_map(|clause| match clause.kind() {
            "block" => Some(clause),
            _ => child(clause, &["block"]),
        })
        .collect();
    let is_plain = child(node, &["finally_block"]).is_none()
        && blocks.iter().all(|block| children(*block).len() == 1);
    if is_plain {
        let options = blocks.into_iter().map(|one| branch_value(b, one)).collect();
        return b.choice(node, None, options);
    }
    let body = block(b, Some(node), Last::Returned);
    called(b, node, body)
}

fn compare(b: &mut Builder<'_>, node: Node<'_>, sides: (ExprId, ExprId), equal: bool) -> ExprId {
    let (left, right) = sides;
    b.push(Expr::Compare { left, right, equal }, node.byte_range())
}

fn operator(node: Node<'_>) -> &str {
    field(node, "operator").map_or("", |o| o.kind())
}

fn binary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    if let Some(call) = generic_call(b, node) {
        return call;
    }
    let left = part(b, node, "left");
    let right = part(b, node, "right");
    match operator(node) {
        "+" => b.join(node, vec![left, right]),
        "||" | "?:" => b.choice(node, None, vec![left, right]),
        "&&" => b.choice(node, Some(left), vec![right]),
        "==" | "===" => compare(b, node, (left, right), true),
        "!=" | "!==" => compare(b, node, (left, right), false),
        _ => b.other(node, vec![left, right]),
    }
}

/// `F<T>(x)` is read as `(F < T) > (x)`.
fn generic_call(b: &mut Builder<'_>, node: Node<'_>) -> Option<ExprId> {
    let (left, right) = (field(node, "left")?, field(node, "right")?);
    let is_call = operator(node) == ">"
        && operator(left) == "<"
        && right.kind() == "parenthesized_expression";
    let callee = field(left, "left").filter(|_| is_call)?;
    let callee = expression(b, callee);
    let value = expression(b, right);
    Some(b.call(node, callee, vec![arg(value)]))
}

fn unary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match (operator(node), field(node, "argument")) {
        ("!!", Some(inner)) => expression(b, inner),
        ("-", Some(number)) if number.kind().ends_with("_literal") => b.literal(node),
        ("!", Some(inner)) => {
            let inner = expression(b, inner);
            b.push(Expr::Not(inner), node.byte_range())
        }
        _ => {
            let inner = part(b, node, "argument");
            b.other(node, vec![inner])
        }
    }
}
