//! PHP: what has a value.

use tree_sitter::Node;

use super::called;
use super::classes::{class, function};
use super::strings::{double_quoted, heredoc, pieces, single_quoted};
use crate::syntax::lower::{Builder, arg, child, children, field, has_token, named};
use crate::syntax::program::{Arg, Entry, Expr, ExprId};

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

/// What stands in something that only goes around it.
fn inner(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match children(node).last() {
        Some(inner) => expression(b, *inner),
        None => b.other(node, Vec::new()),
    }
}

/// `key` of `$key`.
pub(super) fn variable(b: &Builder<'_>, node: Node<'_>) -> String {
    b.raw(node).trim_start_matches('$').to_owned()
}

/// What a value is assigned to, which may be taken apart.
pub(super) fn pattern(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| match node.kind() {
        "list_literal" => {
            let mut entries: Vec<Entry> = Vec::new();
            let mut key = None;
            let mut cursor = node.walk();
            for part in node.children(&mut cursor) {
                if part.kind() == "=>" {
                    key = entries.pop().map(|entry| entry.value);
                } else if part.is_named() && part.kind() != "comment" {
                    let value = pattern(b, part);
                    let key = key.take();
                    entries.push(Entry { key, value });
                }
            }
            if entries.iter().any(|entry| entry.key.is_some()) {
                return b.map(node, entries);
            }
            let items = entries.iter().map(|entry| entry.value).collect();
            b.list(node, items)
        }
        "by_ref" => match node.named_child(0) {
            Some(inner) => pattern(b, inner),
            None => b.other(node, Vec::new()),
        },
        _ => expression(b, node),
    })
}

#[expect(
    clippy::too_many_lines,
    reason = "a table: an arm for each kind of node"
)]
fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "variable_name" | "name" => {
            let name = variable(b, node);
            let is_self = match node.kind() {
                "variable_name" => name == "this",
                _ => matches!(&*name, "self" | "static" | "parent"),
            };
            let expr = if is_self {
                Expr::This
            } else {
                Expr::Name(name)
            };
            b.push(expr, node.byte_range())
        }
        "relative_scope" => b.push(Expr::This, node.byte_range()),
        // `${name}` in a string is a name, `$$name` is whatever it says.
        "dynamic_variable_name" if child(node, &["name"]).is_some() => inner(b, node),
        "qualified_name" | "relative_name" => qualified(b, node),
        "string" => single_quoted(b, node),
        "encapsed_string" => double_quoted(b, node),
        "heredoc" | "nowdoc" => heredoc(b, node),
        "shell_command_expression" => {
            let pieces = pieces(b, node, 0);
            let command = b.join(node, pieces);
            let call = called(b, node, "shell_exec", &[]);
            match b.get(call) {
                &Expr::Call { callee, .. } => b.call(node, callee, vec![arg(command)]),
                _ => command,
            }
        }
        "integer" | "float" | "boolean" | "null" => b.literal(node),
        // A truth value says nothing of what it was made from.
        "cast_expression" if b.raw(node).to_ascii_lowercase().starts_with("(bool") => {
            let value = inner(b, node);
            b.other(node, vec![value])
        }
        "parenthesized_expression"
        | "cast_expression"
        | "error_suppression_expression"
        | "clone_expression"
        | "yield_expression"
        | "array_element_initializer"
        | "variadic_unpacking"
        | "by_ref" => inner(b, node),
        "member_access_expression"
        | "nullsafe_member_access_expression"
        | "scoped_property_access_expression"
        | "class_constant_access_expression"
        | "subscript_expression" => access(b, node),
        "function_call_expression" => {
            let callee = part(b, node, "function");
            let args = arguments(b, field(node, "arguments"));
            b.call(node, callee, args)
        }
        "member_call_expression" | "nullsafe_member_call_expression" | "scoped_call_expression" => {
            let object = field(node, "object").or_else(|| field(node, "scope"));
            let object = match object {
                Some(object) => expression(b, object),
                None => return other(b, node),
            };
            let callee = member(b, node, object);
            let args = arguments(b, field(node, "arguments"));
            b.call(node, callee, args)
        }
        "object_creation_expression" => creation(b, node),
        "array_creation_expression" => array(b, node),
        "anonymous_function" | "arrow_function" => {
            let function = function(b, node);
            b.push(Expr::Function(function), node.byte_range())
        }
        "binary_expression" => binary(b, node),
        "unary_op_expression" => unary(b, node),
        "conditional_expression" => {
            let condition = part(b, node, "condition");
            let otherwise = part(b, node, "alternative");
            match field(node, "body") {
                Some(body) => {
                    let then = expression(b, body);
                    b.choice(node, Some(condition), vec![then, otherwise])
                }
                None => b.choice(node, None, vec![condition, otherwise]),
            }
        }
        "match_expression" => {
            let mut options = Vec::new();
            for arm in field(node, "body").map(children).unwrap_or_default() {
                options.push(part(b, arm, "return_expression"));
            }
            b.choice(node, None, options)
        }
        "assignment_expression"
        | "augmented_assignment_expression"
        | "reference_assignment_expression" => assignment(b, node),
        "print_intrinsic" => called(b, node, "print", &children(node)),
        "require_expression"
        | "require_once_expression"
        | "include_expression"
        | "include_once_expression" => {
            let word = node.kind().trim_end_matches("_expression");
            called(b, node, word, &children(node))
        }
        "text_interpolation" => b.other(node, Vec::new()),
        _ => other(b, node),
    }
}

fn other(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let parts = expressions(b, children(node));
    b.other(node, parts)
}

/// A part of something: `$a->b`, `A::$b`, `A::B`, `$a['b']`.
fn access(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "member_access_expression" | "nullsafe_member_access_expression" => {
            let object = part(b, node, "object");
            member(b, node, object)
        }
        "scoped_property_access_expression" => {
            let object = part(b, node, "scope");
            let name = field(node, "name").map(|name| variable(b, name));
            b.member(node, object, name.unwrap_or_default())
        }
        "class_constant_access_expression" => match children(node)[..] {
            [scope, name] => {
                let object = expression(b, scope);
                let name = b.raw(name);
                b.member(node, object, name)
            }
            _ => other(b, node),
        },
        "subscript_expression" => match children(node)[..] {
            [object, index] => {
                let object = expression(b, object);
                let index = expression(b, index);
                b.index(node, object, index)
            }
            _ => inner(b, node),
        },
        _ => other(b, node),
    }
}

/// `\A\B` is B of A.
fn qualified(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let raw = b.raw(node);
    let mut names = raw.split('\\').filter(|name| !name.is_empty());
    let first = names.next().unwrap_or_default().to_owned();
    let mut at = b.push(Expr::Name(first), node.byte_range());
    for name in names {
        at = b.member(node, at, name.to_owned());
    }
    at
}

/// The member of `object` that a node names, by a word or by a value.
fn member(b: &mut Builder<'_>, node: Node<'_>, object: ExprId) -> ExprId {
    match field(node, "name") {
        Some(name) if name.kind() == "name" => {
            let range = node.start_byte()..name.end_byte();
            let name = b.raw(name);
            b.push(Expr::Member { object, name }, range)
        }
        Some(name) => {
            let index = expression(b, name);
            b.index(node, object, index)
        }
        None => object,
    }
}

pub(super) fn arguments(b: &mut Builder<'_>, list: Option<Node<'_>>) -> Vec<Arg> {
    let mut args = Vec::new();
    for one in list.map(children).unwrap_or_default() {
        // `f(...)` is the function itself.
        if one.kind() == "variadic_placeholder" {
            continue;
        }
        let value = inner(b, one);
        args.push(match field(one, "name") {
            Some(name) => named(b.raw(name), value),
            None => Arg {
                name: None,
                value,
                spread: child(one, &["variadic_unpacking"]).is_some(),
            },
        });
    }
    args
}

fn creation(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(what) = node.named_child(0) else {
        return other(b, node);
    };
    if what.kind() == "anonymous_class" {
        class(b, what);
        let callee = b.push(Expr::Name(String::new()), what.byte_range());
        let args = arguments(b, child(what, &["arguments"]));
        return b.call(node, callee, args);
    }
    let callee = expression(b, what);
    let args = arguments(b, child(node, &["arguments"]));
    b.call(node, callee, args)
}

/// A map where one of its elements has a key, or all are the elements of others; else a list.
fn array(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut entries = Vec::new();
    let (mut keyed, mut spread) = (0, 0);
    for (at, element) in children(node).into_iter().enumerate() {
        let (key, value) = match children(element)[..] {
            [key, value] => {
                keyed += 1;
                (Some(expression(b, key)), expression(b, value))
            }
            [only] if only.kind() == "variadic_unpacking" => {
                spread += 1;
                (None, expression(b, only))
            }
            [only] => {
                let number = Expr::Literal((at - keyed - spread).to_string());
                let start = only.start_byte();
                (Some(b.push(number, start..start)), expression(b, only))
            }
            _ => continue,
        };
        entries.push(Entry { key, value });
    }
    if keyed > 0 || spread > 0 && spread == entries.len() {
        return b.map(node, entries);
    }
    let items = entries.iter().map(|entry| entry.value).collect();
    b.list(node, items)
}

fn binary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let left = part(b, node, "left");
    let right = part(b, node, "right");
    let is_map = |id| matches!(b.get(id), Expr::Map(_));
    match field(node, "operator").map(|operator| operator.kind()) {
        Some(".") => b.join(node, vec![left, right]),
        // Of arrays: the elements of both.
        Some("+") if is_map(left) || is_map(right) => {
            let spread = |value| Entry { key: None, value };
            b.map(node, vec![spread(left), spread(right)])
        }
        Some("??" | "||" | "or") => b.choice(node, None, vec![left, right]),
        Some("&&" | "and") => b.choice(node, Some(left), vec![right]),
        Some(operator @ ("==" | "===" | "!=" | "!==" | "<>")) => {
            let equal = operator.starts_with('=');
            b.push(Expr::Compare { left, right, equal }, node.byte_range())
        }
        _ => b.other(node, vec![left, right]),
    }
}

fn unary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(argument) = field(node, "argument") else {
        return other(b, node);
    };
    if has_token(node, "-") && matches!(argument.kind(), "integer" | "float") {
        return b.literal(node);
    }
    let inner = expression(b, argument);
    if has_token(node, "!") {
        return b.push(Expr::Not(inner), node.byte_range());
    }
    b.other(node, vec![inner])
}

fn assignment(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
        return other(b, node);
    };
    // `$a[] = $b`
    let appends = left.kind() == "subscript_expression" && children(left).len() == 1;
    let operator = field(node, "operator").map(|operator| operator.kind());
    let adds = appends || matches!(operator, Some(".=" | "+="));
    let target = pattern(b, left);
    let value = expression(b, right);
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
            assert_eq!(show(Language::Php, text), *wanted, "{text}");
        }
    }

    #[test]
    fn values() {
        check(&[
            (
                "<?php $k = $_ENV['K'] ?? getenv('K') ?: 'd';",
                r#"k := ?(?(_ENV.K, getenv("K")), "d")"#,
            ),
            (
                "<?php $h = ['A' => $k, ...$r, 'B', array('c' => [1, $d])] + $e;",
                r#"h := {..{"A": k, ..r, 0: "B", 1: {"c": [1, d]}}, ..e}"#,
            ),
            ("<?php [1, 2]; [...$a]; []", "[1, 2]; {..a}; []"),
            (
                "<?php $a ? $b : $c; $a || !$b; $a && $b; $a === 'x'; $a <> null",
                r#"?a(b, c); ?(a, !b); ?a(b); a == "x"; a != null"#,
            ),
            (
                "<?php $x = match($e) { 'a', 'b' => 1, default => 2 };",
                "x := ?(1, 2)",
            ),
            (
                "<?php $a .= 'x'; $h[] = $b; $a ??= -1; [$x, 'y' => $z] = $c; list($d) = $e;",
                r#"a += "x"; h += b; a := -1; {..x, "y": z} := c; [d] := e"#,
            ),
            (
                r"<?php $a[$i]; $a['k']; A\B::C; self::$x; static::X; $o?->{'a'}; $o->$p; (string) @$q;",
                "a[i]; a.k; A.B.C; this.x; this.X; o.a; o[p]; q",
            ),
        ]);
    }

    #[test]
    fn calls() {
        check(&[
            (
                r"<?php curl_setopt($ch, CURLOPT_URL, $u); \f(...$a); g(b: 1);",
                "curl_setopt(ch, CURLOPT_URL, u); f(..a); g(b: 1)",
            ),
            (
                "<?php Http::withToken($k)->post($u, ['a' => 1])->json();",
                r#"Http.withToken(k).post(u, {"a": 1}).json()"#,
            ),
            (
                r"<?php new A\B($a, b: 1); new static; new class($x) extends Y {};",
                "A.B(a, b: 1); this(); (x)",
            ),
            ("<?php f($a ?? throw new X('m'));", r#"f(?(a, #(X("m"))))"#),
        ]);
    }
}
