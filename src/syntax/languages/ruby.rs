//! Ruby: statements, functions and classes.
//!
//! A call without arguments and parentheses looks like a field, and is one here: `config.key`. Where
//! it is a statement of its own it can only be a call.

mod classes;
mod expressions;
mod strings;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, child, children, field};
use crate::syntax::program::{Block, Expr, ExprId, Import, Stmt};
use classes::{class, function};
use expressions::{arguments, expression, expressions, part, pattern};

/// Each handler of a `begin` stands in a statement of its own around the last; nobody writes more.
const MAX_HANDLERS: usize = 32;

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let body = statements(b, &children(root), false);
    b.body(body);
}

/// Statements; `tail` says whether the last one is the value of the function they are in.
fn statements(b: &mut Builder<'_>, nodes: &[Node<'_>], tail: bool) -> Block {
    b.block(|b, out| {
        for (at, node) in nodes.iter().enumerate() {
            statement(b, *node, tail && at + 1 == nodes.len(), out);
        }
    })
}

fn block(b: &mut Builder<'_>, node: Option<Node<'_>>, tail: bool) -> Block {
    node.map_or_else(Vec::new, |node| statements(b, &children(node), tail))
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, tail: bool, out: &mut Block) {
    match node.kind() {
        "method" | "singleton_method" => {
            let method = function(b, node);
            out.push(Stmt::Function(method));
        }
        "class" | "module" => {
            let class = class(b, node);
            out.push(class);
        }
        "singleton_class" => out.extend(block(b, field(node, "body"), false)),
        "call" => call(b, node, tail, out),
        "return" | "next" | "break" => {
            let values = child(node, &["argument_list"]).map(children);
            let value = match values.unwrap_or_default()[..] {
                [] => return,
                [only] => expression(b, only),
                ref several => {
                    let items = expressions(b, several.to_vec());
                    b.list(node, items)
                }
            };
            out.push(match node.kind() {
                "break" => Stmt::Expr(value),
                _ => Stmt::Return(value),
            });
        }
        "if" | "unless" | "elsif" | "if_modifier" | "unless_modifier" => {
            conditional(b, node, tail, out);
        }
        "case" | "case_match" => choose(b, node, tail, out),
        "while" | "until" | "while_modifier" | "until_modifier" | "for" => repeat(b, node, out),
        "begin" | "body_statement" | "block_body" => {
            let inner = body(b, Some(node), tail);
            out.extend(inner);
        }
        "rescue_modifier" => {
            let part = |b: &mut Builder<'_>, name: &str| {
                let inner: Vec<Node<'_>> = field(node, name).into_iter().collect();
                statements(b, &inner, tail)
            };
            out.push(Stmt::Try {
                body: part(b, "body"),
                caught: None,
                handler: part(b, "handler"),
            });
        }
        "begin_block" | "end_block" | "then" | "do" | "else" | "ERROR" => {
            let inner = block(b, Some(node), tail);
            out.extend(inner);
        }
        "parenthesized_statements" if node.named_child_count() > 1 => {
            let inner = block(b, Some(node), tail);
            out.extend(inner);
        }
        "heredoc_body" | "alias" | "undef" | "redo" | "retry" | "empty_statement"
        | "uninterpreted" => {}
        "identifier" if matches!(&*b.raw(node), "raise" | "fail") => {
            out.push(Stmt::Throw(b.name(node)));
        }
        _ => {
            let value = expression(b, node);
            out.push(if tail {
                Stmt::Return(value)
            } else {
                Stmt::Expr(value)
            });
        }
    }
}

/// A call that is a statement: some are declarations.
fn call(b: &mut Builder<'_>, node: Node<'_>, tail: bool, out: &mut Block) {
    let method = field(node, "method").map(|method| b.raw(method));
    let method = method.unwrap_or_default();
    let list = field(node, "arguments");
    let values = list.map(children).unwrap_or_default();
    if field(node, "receiver").is_none() {
        match (&*method, &values[..]) {
            ("require" | "require_relative" | "load", [path]) if path.kind() == "string" => {
                return out.push(Stmt::Import(Import {
                    local: "*".to_owned(),
                    module: b.raw(*path).trim_matches(['"', '\'']).to_owned(),
                    member: Some("*".to_owned()),
                }));
            }
            ("attr_reader" | "attr_writer" | "attr_accessor", _) => return,
            ("raise" | "fail", _) => return raise(b, node, out),
            // `private def x`
            (_, [only]) if matches!(only.kind(), "method" | "singleton_method") => {
                return statement(b, *only, false, out);
            }
            _ => {}
        }
    }
    let mut value = expression(b, node);
    if tail {
        return out.push(Stmt::Return(value));
    }
    if !matches!(b.get(value), Expr::Call { .. } | Expr::Function(_)) {
        value = b.call(node, value, Vec::new());
    }
    out.push(Stmt::Expr(value));
}

/// `raise X, "…"` is `raise X.new("…")`.
fn raise(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut args = arguments(b, field(node, "arguments"));
    if args.is_empty() {
        return;
    }
    let first = args.remove(0).value;
    let is_class = matches!(b.get(first), Expr::Name(_) | Expr::Member { .. });
    let thrown = if is_class && !args.is_empty() {
        b.call(node, first, args)
    } else {
        first
    };
    out.push(Stmt::Throw(thrown));
}

fn conditional(b: &mut Builder<'_>, node: Node<'_>, tail: bool, out: &mut Block) {
    let mut condition = part(b, node, "condition");
    if node.kind().starts_with("unless") {
        condition = b.push(Expr::Not(condition), node.byte_range());
    }
    // A modifier's body is a statement, the others' are blocks.
    let then: Vec<Node<'_>> = match field(node, "body") {
        Some(body) => vec![body],
        None => field(node, "consequence").map(children).unwrap_or_default(),
    };
    let then = statements(b, &then, tail);
    let otherwise: Vec<Node<'_>> = field(node, "alternative").into_iter().collect();
    let otherwise = statements(b, &otherwise, tail);
    out.push(Stmt::If {
        condition,
        then,
        otherwise,
    });
}

fn choose(b: &mut Builder<'_>, node: Node<'_>, tail: bool, out: &mut Block) {
    let subject = field(node, "value").map(|value| expression(b, value));
    for case in children(node) {
        match case.kind() {
            "when" | "in_clause" => {
                let condition = fits(b, subject, case);
                let then = block(b, field(case, "body"), tail);
                out.push(Stmt::If {
                    condition,
                    then,
                    otherwise: Vec::new(),
                });
            }
            "else" => {
                let otherwise = block(b, Some(case), tail);
                out.push(Stmt::Block(otherwise));
            }
            _ => {}
        }
    }
}

/// Whether the subject of a `case` is what one of its branches says.
fn fits(b: &mut Builder<'_>, subject: Option<ExprId>, case: Node<'_>) -> ExprId {
    let mut cursor = case.walk();
    let mut options = Vec::new();
    for one in case.children_by_field_name("pattern", &mut cursor) {
        let one = match one.kind() {
            "pattern" => one.named_child(0).unwrap_or(one),
            _ => one,
        };
        let right = expression(b, one);
        options.push(match (subject, b.get(right)) {
            (None, _) => right,
            (Some(left), Expr::Other(_) | Expr::Map(_) | Expr::List(_)) => {
                b.other(one, vec![left, right])
            }
            (Some(left), _) => {
                let equal = true;
                b.push(Expr::Compare { left, right, equal }, one.byte_range())
            }
        });
    }
    let condition = match options[..] {
        [only] => only,
        _ => b.choice(case, None, options),
    };
    match field(case, "guard") {
        Some(guard) => {
            let guard = part(b, guard, "condition");
            b.choice(case, Some(condition), vec![guard])
        }
        None => condition,
    }
}

fn repeat(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let variable = field(node, "pattern").map(|variable| pattern(b, variable));
    let over = match field(node, "value") {
        Some(over) => over.named_child(0),
        None => field(node, "condition"),
    };
    let over = over.map(|over| expression(b, over));
    let inner: Vec<Node<'_>> = field(node, "body").into_iter().collect();
    let body = statements(b, &inner, false);
    out.push(Stmt::Loop {
        variable,
        over,
        body,
    });
}

/// The body of a function, block, class or `begin`, with its `rescue`, `else` and `ensure`.
fn body(b: &mut Builder<'_>, node: Option<Node<'_>>, tail: bool) -> Block {
    let Some(node) = node else { return Vec::new() };
    let is_block = matches!(node.kind(), "body_statement" | "block_body" | "begin");
    let nodes = if is_block { children(node) } else { vec![node] };
    let is_clause = |node: &Node<'_>| matches!(node.kind(), "rescue" | "else" | "ensure");
    if !is_block || !nodes.iter().any(is_clause) {
        return statements(b, &nodes, tail);
    }
    let plain: Vec<Node<'_>> = nodes.iter().copied().filter(|n| !is_clause(n)).collect();
    let otherwise = nodes.iter().find(|node| node.kind() == "else");
    let mut out = statements(b, &plain, tail && otherwise.is_none());
    if let Some(otherwise) = otherwise {
        out.extend(block(b, Some(*otherwise), tail));
    }
    let mut handlers = 0;
    for clause in nodes {
        match clause.kind() {
            "ensure" => {
                let inner = block(b, Some(clause), false);
                out.push(Stmt::Block(inner));
            }
            "rescue" if handlers < MAX_HANDLERS => {
                handlers += 1;
                let caught = field(clause, "variable").and_then(|v| v.named_child(0));
                let caught = caught.map(|name| b.raw(name));
                let handler = block(b, field(clause, "body"), tail);
                out = vec![Stmt::Try {
                    body: out,
                    caught,
                    handler,
                }];
            }
            _ => {}
        }
    }
    out
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
    fn statements() {
        check(&[
            ("require_relative 'lib/x'", "import * = lib/x#*"),
            (
                "if a then b() elsif c then d() else e() end",
                "if a { b() } else { if c { d() } else { e() } }",
            ),
            (
                "f(x) unless a\nunless b then g(x) else h(x) end",
                "if !a { f(x) } else {  }; if !b { g(x) } else { h(x) }",
            ),
            (
                "begin\n a()\nrescue X, Y => e\n raise Z, \"m #{e}\"\nrescue\n raise\nelse\n b()\nensure\n c()\nend",
                r#"try { try { a(); b() } catch e { throw Z(("m " ~ e)) } } catch _ { throw raise }; { c() }"#,
            ),
            ("a() rescue b()", "try { a() } catch _ { b() }"),
            (
                "case e\nwhen 'a', 'b' then f()\nwhen K::X\n g()\nelse h() end",
                r#"if ?(e == "a", e == "b") { f() } else {  }; if e == K.X { g() } else {  }; { h() }"#,
            ),
            (
                "case e\nin {k: String} if q then f()\nin 'x' then g()\nend",
                r#"if ?#(e, #(#(#(), String)))(q) { f() } else {  }; if e == "x" { g() } else {  }"#,
            ),
            (
                "for a, b in xs do f(a) end\nwhile c do d() end",
                "for [a, b] in xs { f(a) }; for _ in c { d() }",
            ),
            (
                "raise 'm' if key.nil?",
                r#"if key.nil?() { throw "m" } else {  }"#,
            ),
            (
                "client.connect; client.key = k",
                "client.connect(); client.key := k",
            ),
        ]);
    }

    #[test]
    fn broken_code_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::Ruby,
            "a = 'x'\ndef f(\n req['Authorization'] = \"Bearer #{key}\"\nclass end <<~EOS",
        );
        assert!(
            shown.contains(r#"a := "x""#) && shown.contains(r#""Bearer " ~ key)"#),
            "{shown}"
        );
    }

    #[test]
    fn long_chains_end() {
        let mut text = "begin\n a()\n".to_owned();
        text.push_str(&"rescue E\n b()\n".repeat(3000));
        text.push_str("end\nif a then b()\n");
        text.push_str(&"elsif a then b()\n".repeat(3000));
        text.push_str("end\n");
        assert!(show(Language::Ruby, &text).contains("b()"));
    }
}
