//! Ruby: what has a value.

use tree_sitter::Node;

use super::classes::{closure, function};
use super::strings::{heredoc, key, string, symbol};
use super::{body, statements};
use crate::syntax::lower::{Builder, arg, children, field, named};
use crate::syntax::program::{Arg, Entry, Expr, ExprId, Function, Stmt};

pub(super) fn expressions(b: &mut Builder<'_>, nodes: Vec<Node<'_>>) -> Vec<ExprId> {
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

/// What a value is assigned to, which may be taken apart.
pub(super) fn pattern(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| match node.kind() {
        "left_assignment_list" | "destructured_left_assignment" | "destructured_parameter" => {
            let items = children(node).into_iter();
            let items = items.map(|item| pattern(b, item)).collect();
            b.list(node, items)
        }
        "rest_assignment" | "splat_parameter" => match node.named_child(0) {
            Some(inner) => pattern(b, inner),
            None => b.other(node, Vec::new()),
        },
        _ => expression(b, node),
    })
}

fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "identifier" | "constant" => b.name(node),
        "global_variable" => {
            let name = b.raw(node).trim_start_matches('$').to_owned();
            b.push(Expr::Name(name), node.byte_range())
        }
        "instance_variable" | "class_variable" => {
            let this = b.push(Expr::This, node.start_byte()..node.start_byte());
            let name = b.raw(node).trim_start_matches('@').to_owned();
            b.member(node, this, name)
        }
        "self" | "super" => b.push(Expr::This, node.byte_range()),
        "string" | "bare_string" | "bare_symbol" | "delimited_symbol" => string(b, node),
        "simple_symbol" | "character" => symbol(b, node),
        "heredoc_beginning" => heredoc(b, node),
        "chained_string" => {
            let pieces = expressions(b, children(node));
            b.join(node, pieces)
        }
        "subshell" => {
            let callee = b.push(
                Expr::Name("`".to_owned()),
                node.start_byte()..node.start_byte() + 1,
            );
            let command = string(b, node);
            b.call(node, callee, vec![arg(command)])
        }
        "integer" | "float" | "rational" | "complex" | "true" | "false" | "nil" => b.literal(node),
        "regex" if node.named_child_count() < 2 => b.literal(node),
        "call" => call(b, node),
        "yield" => {
            let range = node.start_byte()..node.start_byte() + "yield".len();
            let callee = b.push(Expr::Name("yield".to_owned()), range);
            let args = arguments(b, node.named_child(0));
            b.call(node, callee, args)
        }
        "scope_resolution" => {
            let name = field(node, "name").map(|name| b.raw(name));
            let name = name.unwrap_or_default();
            match field(node, "scope") {
                Some(scope) => {
                    let object = expression(b, scope);
                    b.member(node, object, name)
                }
                None => b.push(Expr::Name(name), node.byte_range()),
            }
        }
        "element_reference" => element(b, node),
        "hash" => {
            let entries = children(node).into_iter();
            let entries = entries.map(|member| entry(b, member)).collect();
            b.map(node, entries)
        }
        "array" | "string_array" | "symbol_array" | "right_assignment_list" => {
            let items = expressions(b, children(node));
            b.list(node, items)
        }
        "binary" => binary(b, node),
        "unary" => unary(b, node),
        "conditional" => {
            let condition = part(b, node, "condition");
            let options = vec![part(b, node, "consequence"), part(b, node, "alternative")];
            b.choice(node, Some(condition), options)
        }
        "if" | "unless" | "elsif" | "if_modifier" | "unless_modifier" => conditional(b, node),
        "case" | "case_match" => choose(b, node),
        "rescue_modifier" => {
            let options = vec![part(b, node, "body"), part(b, node, "handler")];
            b.choice(node, None, options)
        }
        "begin" | "parenthesized_statements" | "then" | "else" => block(b, node),
        "splat_argument" | "hash_splat_argument" | "rest_assignment" | "pattern" => {
            match node.named_child(0) {
                Some(inner) => expression(b, inner),
                None => b.other(node, Vec::new()),
            }
        }
        "block_argument" => block_argument(b, node),
        "assignment" | "operator_assignment" => assignment(b, node),
        "lambda" | "block" | "do_block" => closure(b, node),
        "method" | "singleton_method" => {
            let function = function(b, node);
            b.push(Expr::Function(function), node.byte_range())
        }
        "heredoc_body" => b.other(node, Vec::new()),
        _ => {
            let parts = expressions(b, children(node));
            b.other(node, parts)
        }
    }
}

/// The value of a block: of its last statement. Several are a function that is called there and then.
fn block(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match children(node)[..] {
        [] => b.other(node, Vec::new()),
        [only] => expression(b, only),
        ref several => {
            let body = match node.kind() {
                "begin" => body(b, Some(node), true),
                _ => statements(b, several, true),
            };
            let function = b.function(Function {
                name: None,
                parameters: Vec::new(),
                body,
                span: node.byte_range(),
            });
            let callee = b.push(Expr::Function(function), node.byte_range());
            b.call(node, callee, Vec::new())
        }
    }
}

fn call(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let list = field(node, "arguments");
    let inner = field(node, "block");
    let receiver = field(node, "receiver");
    let name = field(node, "method").map(|name| b.raw(name));
    // `f.(x)` is `f.call(x)`.
    let name = name.unwrap_or_else(|| "call".to_owned());
    match (receiver, &*name, inner) {
        (None, "lambda" | "proc", Some(inner)) => return closure(b, inner),
        // What a class has is kept with what its objects have.
        (Some(receiver), "class", None) if receiver.kind() == "self" => {
            return expression(b, receiver);
        }
        _ => {}
    }
    let callee = match receiver {
        Some(receiver) => {
            let object = expression(b, receiver);
            let end = field(node, "method").map_or(receiver.end_byte(), |m| m.end_byte());
            let member = Expr::Member { object, name };
            b.push(member, node.start_byte()..end)
        }
        None => part(b, node, "method"),
    };
    // Without arguments it may be a field, but for a few that cannot.
    let is_call = list.is_some() || inner.is_some() || is_method(b, callee);
    if !is_call {
        return callee;
    }
    let mut args = arguments(b, list);
    if let Some(inner) = inner {
        args.push(arg(closure(b, inner)));
    }
    b.call(node, callee, args)
}

/// Whether `object.name` without arguments can only be a method.
fn is_method(b: &Builder<'_>, callee: ExprId) -> bool {
    let Expr::Member { object, name } = b.get(callee) else {
        return false;
    };
    name == "new"
        || name.ends_with(['?', '!'])
        || matches!(
            b.get(*object),
            Expr::Text { .. } | Expr::Literal(_) | Expr::Join(_) | Expr::List(_) | Expr::Map(_)
        )
}

pub(super) fn arguments(b: &mut Builder<'_>, list: Option<Node<'_>>) -> Vec<Arg> {
    let mut args = Vec::new();
    for one in list.map(children).unwrap_or_default() {
        args.push(match one.kind() {
            "heredoc_body" => continue,
            // `&` alone hands the method's own block on.
            "block_argument" if one.named_child_count() == 0 => continue,
            "pair" => {
                let entry = entry(b, one);
                match entry.key.map(|key| b.get(key)) {
                    Some(Expr::Text { value, .. }) => named(value.clone(), entry.value),
                    _ => arg(b.map(one, vec![entry])),
                }
            }
            kind => Arg {
                name: None,
                value: expression(b, one),
                spread: matches!(kind, "splat_argument" | "hash_splat_argument"),
            },
        });
    }
    args
}

/// `&:name` is a block that calls `name`; what else is given as a block is a value.
fn block_argument(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(inner) = node.named_child(0) else {
        return b.other(node, Vec::new());
    };
    if inner.kind() != "simple_symbol" {
        return expression(b, inner);
    }
    let it = b.push(Expr::Name("it".to_owned()), node.byte_range());
    let name = b.raw(inner).trim_start_matches(':').to_owned();
    let callee = b.member(inner, it, name);
    let value = b.call(inner, callee, Vec::new());
    let function = b.function(Function {
        name: None,
        parameters: Vec::new(),
        body: vec![Stmt::Return(value)],
        span: node.byte_range(),
    });
    b.push(Expr::Function(function), node.byte_range())
}

/// `key: value`, `key => value`, `key:`, `**map`.
fn entry(b: &mut Builder<'_>, node: Node<'_>) -> Entry {
    if node.kind() != "pair" {
        let value = expression(b, node);
        return Entry { key: None, value };
    }
    let key = key(b, node);
    let value = match (field(node, "value"), field(node, "key")) {
        (Some(value), _) => expression(b, value),
        (None, Some(short)) => b.name(short),
        _ => b.other(node, Vec::new()),
    };
    Entry { key, value }
}

/// `a[b]`, `a[b..c]`, `a[from, length]`.
fn element(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let object = part(b, node, "object");
    let mut indices = children(node);
    if !indices.is_empty() {
        indices.remove(0);
    }
    match indices[..] {
        [range] if range.kind() == "range" => {
            let from = field(range, "begin").map(|from| expression(b, from));
            let to = field(range, "end").map(|to| expression(b, to));
            let is_open = field(range, "operator").is_some_and(|o| o.kind() == "...");
            let to = match to {
                Some(to) if !is_open => past(b, to, range),
                to => to,
            };
            b.push(Expr::Slice { object, from, to }, node.byte_range())
        }
        [index] => {
            let index = expression(b, index);
            b.index(node, object, index)
        }
        [from, length] => {
            let from = expression(b, from);
            let length = expression(b, length);
            let starts = matches!(b.get(from), Expr::Literal(zero) if zero == "0");
            let slice = Expr::Slice {
                object,
                from: Some(from),
                to: starts.then_some(length),
            };
            b.push(slice, node.byte_range())
        }
        _ => {
            let mut parts = vec![object];
            parts.extend(expressions(b, indices));
            b.other(node, parts)
        }
    }
}

/// One past the last of a range that has its end within it; nothing where that is the end of all.
fn past(b: &mut Builder<'_>, to: ExprId, range: Node<'_>) -> Option<ExprId> {
    let Expr::Literal(raw) = b.get(to) else {
        return Some(to);
    };
    match raw.parse::<i32>() {
        Ok(-1) => None,
        Ok(last) => {
            let next = Expr::Literal(last.saturating_add(1).to_string());
            Some(b.push(next, range.byte_range()))
        }
        Err(_) => Some(to),
    }
}

fn unary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let operand = field(node, "operand");
    match (field(node, "operator").map(|o| o.kind()), operand) {
        (Some("!" | "not"), Some(operand)) => {
            let inner = expression(b, operand);
            b.push(Expr::Not(inner), node.byte_range())
        }
        (Some("-"), Some(operand)) if matches!(operand.kind(), "integer" | "float") => {
            b.literal(node)
        }
        _ => {
            let inner = part(b, node, "operand");
            b.other(node, vec![inner])
        }
    }
}

fn binary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let left = part(b, node, "left");
    let right = part(b, node, "right");
    match field(node, "operator").map(|operator| operator.kind()) {
        Some("+") => b.join(node, vec![left, right]),
        Some("||" | "or") => b.choice(node, None, vec![left, right]),
        Some("&&" | "and") => b.choice(node, Some(left), vec![right]),
        Some(operator @ ("==" | "!=")) => {
            let equal = operator == "==";
            b.push(Expr::Compare { left, right, equal }, node.byte_range())
        }
        Some("<<") => append(b, node, left, right),
        Some("%") => b.percent(node, left, right),
        _ => b.other(node, vec![left, right]),
    }
}

/// `a << b`, which changes `a` where it is a variable, and `a << b << c`.
fn append(b: &mut Builder<'_>, node: Node<'_>, left: ExprId, right: ExprId) -> ExprId {
    let (target, value) = match *b.get(left) {
        Expr::Name(_) | Expr::Member { .. } | Expr::Index { .. } => (left, right),
        Expr::Assign {
            target,
            value,
            adds: true,
        } => (target, b.join(node, vec![value, right])),
        _ => return b.join(node, vec![left, right]),
    };
    let assign = Expr::Assign {
        target,
        value,
        adds: true,
    };
    b.push(assign, node.byte_range())
}

/// `if` as a value.
fn conditional(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut condition = part(b, node, "condition");
    if node.kind().starts_with("unless") {
        condition = b.push(Expr::Not(condition), node.byte_range());
    }
    let mut options = Vec::new();
    for name in ["consequence", "body", "alternative"] {
        if let Some(option) = field(node, name) {
            options.push(expression(b, option));
        }
    }
    b.choice(node, Some(condition), options)
}

/// `case` as a value.
fn choose(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut options = Vec::new();
    for case in children(node) {
        match case.kind() {
            "when" | "in_clause" => {
                if let Some(value) = field(case, "body") {
                    options.push(expression(b, value));
                }
            }
            "else" => options.push(block(b, case)),
            _ => {}
        }
    }
    b.choice(node, None, options)
}

fn assignment(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let (Some(target), Some(value)) = (field(node, "left"), field(node, "right")) else {
        return b.other(node, Vec::new());
    };
    let target = pattern(b, target);
    let value = expression(b, value);
    let operator = field(node, "operator").map(|operator| operator.kind());
    let adds = matches!(operator, Some("+=" | "<<="));
    let assign = Expr::Assign {
        target,
        value,
        adds,
    };
    b.push(assign, node.byte_range())
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Ruby, text), *wanted, "{text}");
        }
    }

    #[test]
    fn values() {
        check(&[
            ("k = ENV['K'] || 'd'", r#"k := ?(ENV.K, "d")"#),
            (
                "h = { a: 1, 'B' => @k, c:, **d, e => f }",
                r#"h := {"a": 1, "B": this.k, "c": c, ..d, e: f}"#,
            ),
            ("k = '%s/%s' % [a, b]", r#"k := (a ~ "/" ~ b)"#),
            ("k = 'Key %{k}' + key", r#"k := ("Key %{k}" ~ key)"#),
            (
                "k[-4..]; k[..3]; k[0, 4]; k[-4, 4]; k[1...n]",
                "k[-4..]; k[..4]; k[0..4]; k[-4..]; k[1..n]",
            ),
            ("a && !b; a == b; a != nil", "?a(!b); a == b; a != nil"),
            ("k = a ? b : c", "k := ?a(b, c)"),
            (
                "k = if a then b else c end; k = case a when 1 then b else c end",
                "k := ?a(b, c); k := ?(b, c)",
            ),
            (
                "@k ||= begin\n a()\n b\nend",
                "this.k := fn() { a(); return b }()",
            ),
            (
                "a, *b = c; $k += d; s << a << b",
                "[a, b] := c; k += d; s += (a ~ b)",
            ),
        ]);
    }

    #[test]
    fn calls() {
        check(&[
            ("A::B.new(x).c", "A.B.new(x).c()"),
            ("a.b = A::B.new", "a.b := A.B.new()"),
            (
                "get '/x', *a, k: 1, 'H' => 2, z => 3, **o",
                r#"get("/x", ..a, k: 1, H: 2, {z: 3}, ..o)"#,
            ),
            (
                "Faraday.new(url: u) do |f|\n f.headers['X'] = k\nend",
                "Faraday.new(url: u, fn(f) { return f.headers.X := k })",
            ),
            (
                "a.map(&:b).each { |k, (v, w)| p k }",
                "a.map(fn() { return it.b() }).each(fn(k, [v, w]) { return p(k) })",
            ),
            (
                "f = ->(x, y = 1) { x }; lambda { |x| x }; f.(1)",
                "f := fn(x, y = 1) { return x }; fn(x) { return x }; f.call(1)",
            ),
            ("req['Authorization'] = a&.b", "req.Authorization := a.b"),
        ]);
    }
}
