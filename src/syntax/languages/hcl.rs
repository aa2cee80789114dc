//! HCL: Terraform, Packer, Nomad.

use std::ops::Range;

use tree_sitter::Node;

use super::hcl_script;
use crate::syntax::formats::nested::{Key, Nested};
use crate::syntax::lower::{Builder, arg, child, children, field, unescape};
use crate::syntax::{Arg, Entry, Expr, ExprId, Stmt};

/// Deeper blocks are not followed: nobody writes them, and the stack is not endless.
const MAX_BLOCKS: usize = 60;

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let mut file = Nested::new(root.byte_range());
    body(b, root, &mut file, 0);
    let map = file.finish(b);
    b.body(vec![Stmt::Expr(map)]);
}

/// Puts attributes and blocks into `map`, which stands in `depth` others.
fn body(b: &mut Builder<'_>, node: Node<'_>, map: &mut Nested, depth: usize) {
    if depth > MAX_BLOCKS {
        return;
    }
    for part in children(node) {
        match part.kind() {
            // A file's body is no block's.
            "body" => body(b, part, map, depth),
            "attribute" => {
                let parts = children(part);
                let Some((name, values)) = parts.split_first() else {
                    continue;
                };
                let key = word(b, *name);
                for inner in values {
                    let value = expression(b, *inner);
                    hcl_script::embed(b, &key.0, *inner, value);
                    map.set(&key, value);
                }
            }
            "block" => {
                let path: Vec<Key> = children(part)
                    .into_iter()
                    .filter(|label| matches!(label.kind(), "identifier" | "string_lit"))
                    .map(|label| word(b, label))
                    .collect();
                let range = part.byte_range();
                // Blocks of one name are one thing in a file; in a block they are several.
                let inner = if depth == 0 {
                    map.at(&path, &range)
                } else {
                    map.beside(&path, &range)
                };
                if let Some(inside) = child(part, &["body"]) {
                    body(b, inside, inner, depth + path.len().max(1));
                }
            }
            "ERROR" => body(b, part, map, depth + 1),
            _ => {}
        }
    }
}

/// A name or a label, as a key.
fn word(b: &mut Builder<'_>, node: Node<'_>) -> Key {
    let key = match node.kind() {
        "string_lit" => b.quoted(node),
        _ => b.word(node.byte_range()),
    };
    (b.raw(node).trim_matches('"').to_owned(), key)
}

fn expression(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| expression_here(b, node))
}

fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "expression"
        | "literal_value"
        | "collection_value"
        | "template_expr"
        | "operation"
        | "for_expr"
        | "template_interpolation"
        | "new_index" => {
            let parts: Vec<Node<'_>> = children(node)
                .into_iter()
                .filter(|part| !part.kind().starts_with("template_interpolation_"))
                .collect();
            chain(b, node, &parts)
        }
        "identifier" => b.name(node),
        "variable_expr" => {
            let name = b.raw(node);
            b.push(Expr::Name(name), node.byte_range())
        }
        "numeric_lit" | "bool_lit" | "null_lit" => b.literal(node),
        "string_lit" | "quoted_template" => {
            let range = node.byte_range();
            let content = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
            template(b, node, content, true)
        }
        "heredoc_template" => {
            let content = heredoc(b.source(), node);
            template(b, node, content, false)
        }
        "tuple" => {
            let items = expressions(b, node);
            b.list(node, items)
        }
        "object" => object(b, node),
        "function_call" => call(b, node),
        "conditional" => {
            let mut options = expressions(b, node);
            if options.len() < 3 {
                return b.other(node, options);
            }
            let condition = Some(options.remove(0));
            b.choice(node, condition, options)
        }
        "unary_operation" => {
            let inner = chain(b, node, &children(node));
            match (b.source()[node.start_byte()], b.get(inner)) {
                (b'!', _) => b.push(Expr::Not(inner), node.byte_range()),
                (_, Expr::Literal(_)) => b.literal(node),
                _ => b.other(node, vec![inner]),
            }
        }
        "binary_operation" => binary(b, node),
        "for_tuple_expr" | "for_object_expr" => made(b, node),
        _ => {
            let parts = children(node);
            let parts = parts.into_iter().map(|n| expression(b, n)).collect();
            b.other(node, parts)
        }
    }
}

/// The expressions among the children.
fn expressions(b: &mut Builder<'_>, node: Node<'_>) -> Vec<ExprId> {
    children(node)
        .into_iter()
        .filter(|part| matches!(part.kind(), "expression" | "ERROR"))
        .map(|part| expression(b, part))
        .collect()
}

/// A value, and the attributes and indices after it.
fn chain(b: &mut Builder<'_>, whole: Node<'_>, parts: &[Node<'_>]) -> ExprId {
    let Some((first, rest)) = parts.split_first() else {
        return b.other(whole, Vec::new());
    };
    let mut value = expression(b, *first);
    for part in rest {
        value = part_of(b, first.start_byte(), value, *part);
    }
    value
}

/// `value.name`, `value[index]`; of `value.*.name` and `value[*].name` each element's name.
fn part_of(b: &mut Builder<'_>, start: usize, object: ExprId, node: Node<'_>) -> ExprId {
    let range = start..node.end_byte();
    // The grammar reads `!var.x` as `(!var).x`.
    if let Expr::Not(inner) = *b.get(object) {
        let inner = part_of(b, start, inner, node);
        return b.push(Expr::Not(inner), range);
    }
    match node.kind() {
        "get_attr" => {
            let name = child(node, &["identifier"])
                .map(|n| b.raw(n))
                .unwrap_or_default();
            b.push(Expr::Member { object, name }, range)
        }
        "index" => {
            let index = if let Some(inner) = child(node, &["new_index"]) {
                expression(b, inner)
            } else {
                // `list.0`
                let number = b.raw(node).trim_start_matches('.').to_owned();
                b.push(Expr::Literal(number), node.byte_range())
            };
            let expr = match b.get(index) {
                Expr::Text { value, .. } => Expr::Member {
                    object,
                    name: value.clone(),
                },
                _ => Expr::Index { object, index },
            };
            b.push(expr, range)
        }
        "splat" => {
            let kinds = ["attr_splat", "full_splat"];
            let inner = child(node, &kinds).map(children).unwrap_or_default();
            let each = |value, part: &Node<'_>| part_of(b, start, value, *part);
            inner.iter().fold(object, each)
        }
        _ => {
            let part = expression(b, node);
            b.push(Expr::Other(vec![object, part]), range)
        }
    }
}

fn binary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut cursor = node.walk();
    let parts: Vec<Node<'_>> = node.children(&mut cursor).collect();
    let Some(at) = parts.iter().position(|part| !part.is_named()) else {
        return chain(b, node, &parts);
    };
    let operator = parts[at].kind();
    let named = |parts: &[Node<'_>]| -> Vec<usize> {
        let is_value = |n: &Node<'_>| n.is_named() && n.kind() != "comment";
        (0..parts.len()).filter(|&i| is_value(&parts[i])).collect()
    };
    let left: Vec<Node<'_>> = named(&parts[..at]).into_iter().map(|i| parts[i]).collect();
    let after = &parts[at + 1..];
    let right: Vec<Node<'_>> = named(after).into_iter().map(|i| after[i]).collect();
    let left = chain(b, node, &left);
    let right = chain(b, node, &right);
    match operator {
        "==" | "!=" => {
            let equal = operator == "==";
            b.push(Expr::Compare { left, right, equal }, node.byte_range())
        }
        "||" => b.choice(node, None, vec![left, right]),
        "&&" => b.choice(node, Some(left), vec![right]),
        _ => b.other(node, vec![left, right]),
    }
}

fn call(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let callee = match node.named_child(0) {
        Some(name) => b.name(name),
        None => b.other(node, Vec::new()),
    };
    let arguments = child(node, &["function_arguments"])
        .map(children)
        .unwrap_or_default();
    let mut args: Vec<Arg> = Vec::new();
    for one in arguments {
        match (one.kind(), args.last_mut()) {
            ("ellipsis", Some(last)) => last.spread = true,
            _ => args.push(arg(expression(b, one))),
        }
    }
    b.call(node, callee, args)
}

fn object(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut entries = Vec::new();
    for element in children(node) {
        let (Some(key), Some(inner)) = (field(element, "key"), field(element, "val")) else {
            if element.kind() == "ERROR" {
                let value = expression(b, element);
                entries.push(Entry { key: None, value });
            }
            continue;
        };
        let is_name = children(key).iter().all(|n| n.kind() == "variable_expr");
        let key = if is_name {
            b.word(key.byte_range())
        } else {
            expression(b, key)
        };
        let value = expression(b, inner);
        entries.push(Entry {
            key: Some(key),
            value,
        });
    }
    b.map(node, entries)
}

/// `[for x in list : value]` and `{for k, v in map : key => value}`: what is gone through, and what is
/// made of each.
fn made(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut parts = Vec::new();
    let intro = child(node, &["for_intro"]);
    parts.extend(intro.map(|n| expressions(b, n)).unwrap_or_default());
    let values = expressions(b, node);
    parts.push(match (node.kind(), &*values) {
        ("for_object_expr", [key, value]) => {
            let (key, value) = (Some(*key), *value);
            b.map(node, vec![Entry { key, value }])
        }
        _ => b.list(node, values),
    });
    if let Some(condition) = child(node, &["for_cond"]) {
        parts.extend(expressions(b, condition));
    }
    b.other(node, parts)
}

/// A string whose places hold expressions.
fn template(b: &mut Builder<'_>, node: Node<'_>, content: Range<usize>, escapes: bool) -> ExprId {
    let mut pieces = Vec::new();
    let mut fixed = content.start;
    for part in children(node) {
        let is_directive = part.kind() == "template_directive";
        if !is_directive && part.kind() != "template_interpolation" {
            continue;
        }
        let range = part.byte_range();
        if fixed < range.start {
            let here = fixed..range.start;
            pieces.push(piece(b, here.clone(), here, escapes));
        }
        pieces.push(if is_directive {
            directive(b, part)
        } else {
            expression(b, part)
        });
        fixed = range.end;
    }
    if pieces.is_empty() {
        return piece(b, node.byte_range(), content, escapes);
    }
    if fixed < content.end {
        let here = fixed..content.end;
        pieces.push(piece(b, here.clone(), here, escapes));
    }
    match *pieces {
        [only] => only,
        _ => b.join(node, pieces),
    }
}

fn piece(b: &mut Builder<'_>, range: Range<usize>, content: Range<usize>, escapes: bool) -> ExprId {
    let raw = b.slice(content.clone());
    let raw = if escapes { unescape(&raw) } else { raw };
    let value = raw.replace("$${", "${").replace("%%{", "%{");
    b.text(range, content, value)
}

/// `%{ if … }…%{ endif }`, with what is in it.
fn directive(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| {
        let mut parts = Vec::new();
        for part in children(node) {
            parts.push(match part.kind() {
                "template_literal" => b.word(part.byte_range()),
                "template_interpolation" | "expression" => expression(b, part),
                "template_directive_start" | "template_directive_end" => continue,
                _ => directive(b, part),
            });
        }
        b.other(node, parts)
    })
}

/// The lines of `<<EOF`.
pub(super) fn heredoc(text: &[u8], node: Node<'_>) -> Range<usize> {
    let marks: Vec<Node<'_>> = children(node)
        .into_iter()
        .filter(|part| part.kind() == "heredoc_identifier")
        .collect();
    let (Some(first), Some(last)) = (marks.first(), marks.last()) else {
        return node.byte_range();
    };
    let start = (first.end_byte() + 1).min(node.end_byte());
    let line = text[..last.start_byte()].iter().rposition(|&b| b == b'\n');
    let end = line.unwrap_or(start);
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use crate::syntax::show::show;
    use crate::syntax::{Language, parse};

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Hcl, text), *wanted, "{text}");
        }
    }

    #[test]
    fn blocks() {
        check(&[
            (
                "# c\nvariable \"k\" {\n  default = \"x\"\n}\nvariable \"l\" { type = string }\nlocals { a = 1 }\nlocals { b = 2 }",
                r#"{"variable": {"k": {"default": "x"}, "l": {"type": string}}, "locals": {"a": 1, "b": 2}}"#,
            ),
            (
                "resource \"a\" \"b\" {\n  h {\n n = 1\n }\n  h {\n n = 2\n }\n}",
                r#"{"resource": {"a": {"b": {"h": {"n": 1}, "h": {"n": 2}}}}}"#,
            ),
            ("k = \"v\"", r#"{"k": "v"}"#),
        ]);
    }

    #[test]
    fn values() {
        check(&[
            (
                r#"a = "Bearer ${var.k} x\n$${y}""#,
                r#"{"a": ("Bearer " ~ var.k ~ " x\n${y}")}"#,
            ),
            (
                "a = [1, -2, true, null, \"\", local.x[0].y[\"z\"], (w)]",
                r#"{"a": [1, -2, true, null, "", local.x[0].y.z, w]}"#,
            ),
            (
                "a = { b = 1, \"c-d\" : e, (f) = g }",
                r#"{"a": {"b": 1, "c-d": e, f: g}}"#,
            ),
            (
                "a = var.x != \"\" ? file(\"${path.module}/k\") : b.c",
                r#"{"a": ?var.x != ""(file((path.module ~ "/k")), b.c)}"#,
            ),
            ("a = !y.z && x || w", r#"{"a": ?(?!y.z(x), w)}"#),
            ("a = f(b, c...)", r#"{"a": f(b, ..c)}"#),
            ("a = x.*.id\nb = x[*].id", r#"{"a": x.id, "b": x.id}"#),
            ("a = [for x in y : x.z if w]", r#"{"a": #(y, [x.z], w)}"#),
            ("a = {for k, v in y : k => v}", r#"{"a": #(y, {k: v})}"#),
            (
                "a = <<-EOF\n  x ${y}\n  EOF\nb = <<EOF\nz\nEOF\n",
                r#"{"a": ("  x " ~ y), "b": "z"}"#,
            ),
            (
                "a = \"%{ if x }b%{ endif }c\"",
                r#"{"a": (#(#(#(x), "b", #())) ~ "c")}"#,
            ),
        ]);
    }

    #[test]
    fn scripts() {
        let text = "user_data = base64encode(<<EOF\n#!/bin/bash\ncurl ${var.x}\nEOF\n)\n\
                    inline = [\"a b\", \"c\"]\ncommand = \"x\"\n\
                    v = <<YAML\nk: v\nYAML\n\
                    w = <<-EOF\n  #!/usr/bin/env node\n  f(\"${x.y}\")\n  EOF\n";
        let program = parse(Language::Hcl, text.as_bytes()).expect("it can be read");
        let languages: Vec<_> = program
            .embedded
            .iter()
            .map(|e| e.program.language)
            .collect();
        assert_eq!(
            languages,
            [
                Language::Shell,
                Language::Shell,
                Language::Yaml,
                Language::JavaScript
            ]
        );
    }

    #[test]
    fn broken_hcl_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::Hcl,
            "a = \"b\"\nc = ]\ne \"f\" {\n  g = \"h\"\n  !!\n  i = 1\n}\nz {",
        );
        assert!(
            shown.contains(r#""a": "b""#) && shown.contains(r#""g": "h""#),
            "{shown}"
        );
    }
}
