//! Python: what has a value.

use tree_sitter::Node;

use super::classes::parameters;
use crate::syntax::lower::{Builder, arg, child, children, field, named, unescape};
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

/// What stands in something that only goes around it.
fn inner(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match children(node).first() {
        Some(inner) => expression(b, *inner),
        None => b.other(node, Vec::new()),
    }
}

/// What a value is assigned to, which may be taken apart.
pub(super) fn pattern(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| match node.kind() {
        "pattern_list" | "tuple_pattern" | "list_pattern" | "tuple" | "list"
        | "expression_list" => {
            let items = children(node).into_iter();
            let items = items.map(|item| pattern(b, item)).collect();
            b.list(node, items)
        }
        "list_splat_pattern" | "dictionary_splat_pattern" | "list_splat" => {
            match node.named_child(0) {
                Some(inner) => pattern(b, inner),
                None => b.other(node, Vec::new()),
            }
        }
        _ => expression(b, node),
    })
}

fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "identifier" => match &*b.raw(node) {
            "self" | "cls" => b.push(Expr::This, node.byte_range()),
            _ => b.name(node),
        },
        "dotted_name" => dotted(b, node),
        "string" => string(b, node),
        "concatenated_string" => {
            let pieces = expressions(b, children(node));
            b.join(node, pieces)
        }
        "integer" | "float" | "true" | "false" | "none" | "ellipsis" => b.literal(node),
        "parenthesized_expression"
        | "await"
        | "yield"
        | "list_splat"
        | "dictionary_splat"
        | "as_pattern"
        | "case_pattern"
        | "if_clause" => inner(b, node),
        "attribute" => {
            let object = part(b, node, "object");
            let name = field(node, "attribute").map(|name| b.raw(name));
            b.member(node, object, name.unwrap_or_default())
        }
        "subscript" => subscript(b, node),
        "call" => call(b, node),
        "dictionary" => dictionary(b, node),
        "list" | "tuple" | "set" | "expression_list" => {
            let items = expressions(b, children(node));
            b.list(node, items)
        }
        "binary_operator" => binary(b, node),
        "boolean_operator" => {
            let left = part(b, node, "left");
            let right = part(b, node, "right");
            match field(node, "operator").map(|operator| operator.kind()) {
                Some("and") => b.choice(node, Some(left), vec![right]),
                _ => b.choice(node, None, vec![left, right]),
            }
        }
        "not_operator" => {
            let inner = part(b, node, "argument");
            b.push(Expr::Not(inner), node.byte_range())
        }
        "unary_operator" => {
            let argument = field(node, "argument");
            if argument.is_some_and(|a| matches!(a.kind(), "integer" | "float")) {
                return b.literal(node);
            }
            let inner = part(b, node, "argument");
            b.other(node, vec![inner])
        }
        "comparison_operator" => compare(b, node),
        "conditional_expression" => match children(node)[..] {
            [yes, condition, no] => {
                let options = vec![expression(b, yes), expression(b, no)];
                let condition = expression(b, condition);
                b.choice(node, Some(condition), options)
            }
            _ => other(b, node),
        },
        "assignment" | "augmented_assignment" | "named_expression" => assignment(b, node),
        "lambda" => {
            let parameters = parameters(b, field(node, "parameters"));
            let value = part(b, node, "body");
            let function = b.function(Function {
                name: None,
                parameters,
                body: vec![Stmt::Return(value)],
                span: node.byte_range(),
            });
            b.push(Expr::Function(function), node.byte_range())
        }
        // The element of a comprehension.
        "pair" => {
            let key = Some(part(b, node, "key"));
            let value = part(b, node, "value");
            b.map(node, vec![Entry { key, value }])
        }
        // Its variable is bound in it alone; what it is taken from is what flows.
        "for_in_clause" => part(b, node, "right"),
        _ => other(b, node),
    }
}

fn other(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let parts = expressions(b, children(node));
    b.other(node, parts)
}

/// `Color.RED`, where a pattern names a value.
fn dotted(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut names = children(node).into_iter();
    let Some(first) = names.next() else {
        return b.other(node, Vec::new());
    };
    let mut at = expression(b, first);
    for name in names {
        let member = b.raw(name);
        at = b.member(node, at, member);
    }
    at
}

fn string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let start = child(node, &["string_start"]);
    let prefix = start.map(|start| b.raw(start).to_ascii_lowercase());
    let prefix = prefix.unwrap_or_default();
    let value = |raw: &str| {
        let value = if prefix.contains('r') {
            raw.to_owned()
        } else {
            unescape(raw)
        };
        if prefix.contains('f') {
            value.replace("{{", "{").replace("}}", "}")
        } else {
            value
        }
    };
    if child(node, &["interpolation"]).is_none() {
        let from = start.map_or(node.start_byte(), |start| start.end_byte());
        let end = child(node, &["string_end"]);
        let to = end.map_or(node.end_byte(), |end| end.start_byte());
        let content = from..to.max(from);
        let value = value(&b.slice(content.clone()));
        return b.text(node.byte_range(), content, value);
    }
    let mut pieces = Vec::new();
    for piece in children(node) {
        match piece.kind() {
            "string_content" => {
                let value = value(&b.raw(piece));
                pieces.push(b.text(piece.byte_range(), piece.byte_range(), value));
            }
            "interpolation" => pieces.push(part(b, piece, "expression")),
            _ => {}
        }
    }
    b.join(node, pieces)
}

fn subscript(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let object = part(b, node, "value");
    let mut cursor = node.walk();
    let indices: Vec<Node<'_>> = node
        .children_by_field_name("subscript", &mut cursor)
        .collect();
    match indices[..] {
        [slice] if slice.kind() == "slice" => {
            let (mut from, mut to) = (None, None);
            let mut colons = 0;
            let mut cursor = slice.walk();
            for bound in slice.children(&mut cursor) {
                match (bound.kind(), colons) {
                    (":", _) => colons += 1,
                    (_, 0) if bound.is_named() => from = Some(expression(b, bound)),
                    (_, 1) if bound.is_named() => to = Some(expression(b, bound)),
                    _ => {}
                }
            }
            b.push(Expr::Slice { object, from, to }, node.byte_range())
        }
        [index] => {
            let index = expression(b, index);
            b.index(node, object, index)
        }
        _ => {
            let indices = expressions(b, indices);
            let index = b.list(node, indices);
            b.index(node, object, index)
        }
    }
}

fn call(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(function) = field(node, "function") else {
        return other(b, node);
    };
    // The object itself, seen as what it was made from.
    if function.kind() == "identifier" && b.raw(function) == "super" {
        return b.push(Expr::This, node.byte_range());
    }
    let callee = expression(b, function);
    let args = match field(node, "arguments") {
        Some(list) if list.kind() == "argument_list" => arguments(b, list),
        Some(generator) => vec![arg(expression(b, generator))],
        None => Vec::new(),
    };
    b.call(node, callee, args)
}

fn arguments(b: &mut Builder<'_>, list: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    for one in children(list) {
        args.push(match (one.kind(), field(one, "name")) {
            ("keyword_argument", Some(name)) => named(b.raw(name), part(b, one, "value")),
            (kind, _) => Arg {
                name: None,
                value: expression(b, one),
                spread: matches!(kind, "list_splat" | "dictionary_splat"),
            },
        });
    }
    args
}

fn dictionary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut entries = Vec::new();
    for member in children(node) {
        let key = match member.kind() {
            "pair" => Some(part(b, member, "key")),
            _ => None,
        };
        let value = match member.kind() {
            "pair" => part(b, member, "value"),
            _ => expression(b, member),
        };
        entries.push(Entry { key, value });
    }
    b.map(node, entries)
}

fn binary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let left = part(b, node, "left");
    let right = part(b, node, "right");
    match field(node, "operator").map(|operator| operator.kind()) {
        Some("+") => b.join(node, vec![left, right]),
        // Of dictionaries: the entries of both. Of numbers it is their bits.
        Some("|") if is_map(b, left) || is_map(b, right) => {
            let spread = |value| Entry { key: None, value };
            b.map(node, vec![spread(left), spread(right)])
        }
        Some("%") => b.percent(node, left, right),
        _ => b.other(node, vec![left, right]),
    }
}

fn is_map(b: &Builder<'_>, id: ExprId) -> bool {
    matches!(b.get(id), Expr::Map(_))
}

fn compare(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let operator = field(node, "operators").map(|operator| operator.kind());
    let parts = expressions(b, children(node));
    let equal = matches!(operator, Some("==" | "is"));
    match (parts[..].as_ref(), operator) {
        (&[left, right], Some("==" | "!=" | "<>" | "is" | "is not")) => {
            b.push(Expr::Compare { left, right, equal }, node.byte_range())
        }
        _ => b.other(node, parts),
    }
}

fn assignment(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let target = field(node, "left").or_else(|| field(node, "name"));
    let value = field(node, "right").or_else(|| field(node, "value"));
    let (Some(target), Some(value)) = (target, value) else {
        return other(b, node);
    };
    let target = pattern(b, target);
    let value = expression(b, value);
    let adds = node.kind() == "augmented_assignment";
    let assign = Expr::Assign {
        target,
        value,
        adds,
    };
    b.push(assign, node.byte_range())
}

#[cfg(test)]
mod tests {
    use crate::syntax::show::show;
    use crate::syntax::{Expr, Language, parse};

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Python, text), *wanted, "{text}");
        }
    }

    #[test]
    fn strings() {
        check(&[
            ("k = 'a\\n' \"b\" r'\\n'", r#"k := ("a\n" ~ "b" ~ "\\n")"#),
            (
                "k = f'Bearer {key!r:>{w}} {a[\"b\"]} {{x}}'",
                r#"k := ("Bearer " ~ key ~ " " ~ a.b ~ " {x}")"#,
            ),
            ("k = 'a' + b + str(c)", r#"k := ("a" ~ b ~ str(c))"#),
            ("k = '%s/%d' % (a, b)", r#"k := (a ~ "/" ~ b)"#),
            (
                "k = ('x/%s' '?k=%s') % (a, b)",
                r#"k := ("x/" ~ a ~ "?k=" ~ b)"#,
            ),
            ("k = 'Key %(k)s' % {'k': key}", r#"k := ("Key " ~ key)"#),
            ("k = URL % key; i % 2", "k := (URL ~ key); #(i, 2)"),
            ("k = '{}/x'.format(a)", r#"k := "{}/x".format(a)"#),
            ("k = '''a'b'''", r#"k := "a'b""#),
        ]);
    }

    #[test]
    fn text_stands_between_its_quotes() {
        let text = "k = b'''abc'''";
        let program = parse(Language::Python, text.as_bytes()).unwrap();
        let spans = program.ids().filter_map(|id| match &program[id] {
            Expr::Text { content, .. } => Some((&text[program.span(id)], &text[content.clone()])),
            _ => None,
        });
        let spans: Vec<_> = spans.collect();
        assert_eq!(spans, [("b'''abc'''", "abc")]);
    }

    #[test]
    fn values() {
        check(&[
            ("os.environ['K']; a[i]; a[0]", "os.environ.K; a[i]; a[0]"),
            ("k[-4:]; k[:4]; k[1:n:2]", "k[-4..]; k[..4]; k[1..n]"),
            (
                "h = {'A': 1, **r, k: (x), f'b{c}': None}",
                r#"h := {"A": 1, ..r, k: x, ("b" ~ c): None}"#,
            ),
            ("h = r | {'A': 1}", r#"h := {..r, ..{"A": 1}}"#),
            ("[1, *a]; (b, c); {d}; ()", "[1, a]; [b, c]; [d]; []"),
            (
                "[f(x) for x in xs if x]; {k: v for k in h}",
                "#(f(x), xs, x); #({k: v}, h)",
            ),
            ("k = a or b and not c", "k := ?(a, ?b(!c))"),
            ("k = x if c else y", "k := ?c(x, y)"),
            (
                "a == 'b'; a is not None; a < b",
                r#"a == "b"; a != None; #(a, b)"#,
            ),
            ("if (n := f(-1)): pass", "if n := f(-1) {  } else {  }"),
        ]);
    }

    #[test]
    fn calls_and_assignments() {
        check(&[
            (
                "requests.get(u, headers={'A': k}, *a, **kw)",
                r#"requests.get(u, headers: {"A": k}, ..a, ..kw)"#,
            ),
            ("any(x for x in y)", "any(#(x, y))"),
            ("f(lambda x, y=1: x.z)", "f(fn(x, y = 1) { return x.z })"),
            ("(await Client(k).get(u)).json()", "Client(k).get(u).json()"),
            ("a, (b, *c) = d = f()", "[a, [b, c]] := d := f()"),
            ("k += x; s.headers['A'] = k", "k += x; s.headers.A := k"),
            ("self.key: str = key", "this.key := key"),
        ]);
    }
}
