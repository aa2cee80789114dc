//! TOML: its tables are one map.

use tree_sitter::Node;

use crate::syntax::formats::nested::{Key, Nested};
use crate::syntax::lower::{Builder, children, unescape};
use crate::syntax::{ExprId, Stmt};

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let mut document = Nested::new(root.byte_range());
    entries(b, root, &mut document);
    let map = document.finish(b);
    b.body(vec![Stmt::Expr(map)]);
}

/// Puts pairs and tables into `map`.
fn entries(b: &mut Builder<'_>, node: Node<'_>, map: &mut Nested) {
    for part in children(node) {
        match part.kind() {
            "pair" => pair(b, part, map),
            "table" | "table_array_element" => {
                let parts = children(part);
                let Some(key) = parts.iter().find(|inner| is_key(**inner)) else {
                    continue;
                };
                let path = path(b, *key);
                let range = part.byte_range();
                let table = match part.kind() {
                    "table" => map.at(&path, &range),
                    _ => map.element(&path, &range),
                };
                entries(b, part, table);
            }
            "ERROR" => {
                b.block(|b, _| entries(b, part, map));
            }
            _ => {}
        }
    }
}

fn pair(b: &mut Builder<'_>, node: Node<'_>, map: &mut Nested) {
    let parts = children(node);
    let Some((key, values)) = parts.split_first().filter(|(key, _)| is_key(**key)) else {
        return;
    };
    let path = path(b, *key);
    let Some((key, before)) = path.split_last() else {
        return;
    };
    // Beside the value may stand what could not be read.
    for inner in values {
        let value = value(b, *inner);
        map.at(before, &node.byte_range()).set(key, value);
    }
}

fn is_key(node: Node<'_>) -> bool {
    matches!(node.kind(), "bare_key" | "quoted_key" | "dotted_key")
}

/// The keys of `a."b c".d`.
fn path(b: &mut Builder<'_>, node: Node<'_>) -> Vec<Key> {
    let mut path = Vec::new();
    // The grammar has a key of many parts stand in itself, the first part innermost.
    let mut here = node;
    loop {
        let parts = children(here);
        if here.kind() != "dotted_key" {
            path.push(key(b, here));
            break;
        }
        let (first, rest) = match parts.split_first() {
            Some((first, rest)) if first.kind() == "dotted_key" => (Some(*first), rest),
            _ => (None, &*parts),
        };
        for part in rest.iter().rev() {
            path.push(key(b, *part));
        }
        match first {
            Some(first) => here = first,
            None => break,
        }
    }
    path.reverse();
    path
}

fn key(b: &mut Builder<'_>, node: Node<'_>) -> Key {
    let key = match node.kind() {
        "quoted_key" => string(b, node),
        _ => b.word(node.byte_range()),
    };
    let name = match b.get(key) {
        crate::syntax::Expr::Text { value, .. } => value.clone(),
        _ => String::new(),
    };
    (name, key)
}

fn value(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| match node.kind() {
        "string" => string(b, node),
        "array" => {
            let items = children(node).into_iter().map(|n| value(b, n)).collect();
            b.list(node, items)
        }
        "inline_table" => {
            let mut table = Nested::new(node.byte_range());
            entries(b, node, &mut table);
            table.finish(b)
        }
        "ERROR" => {
            let parts = children(node).into_iter().map(|n| value(b, n)).collect();
            b.other(node, parts)
        }
        _ => b.literal(node),
    })
}

/// A string of any of the four kinds.
fn string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let range = node.byte_range();
    let raw = b.raw(node);
    let is_long = raw.len() >= 6 && (raw.starts_with("\"\"\"") || raw.starts_with("'''"));
    let quote = if is_long { 3 } else { 1 };
    if raw.len() < 2 * quote {
        return b.word(range);
    }
    let mut content = range.start + quote..range.end - quote;
    if is_long {
        // The end of the line that the quotes stand on is no part of it.
        let inner = &raw[3..raw.len() - 3];
        content.start += match inner.as_bytes() {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => 0,
        };
    }
    let inner = b.slice(content.clone());
    let value = match raw.as_bytes()[0] {
        b'"' if is_long => unescape(&without_broken_lines(&inner)),
        b'"' => unescape(&inner),
        _ => inner,
    };
    b.text(range, content, value)
}

/// A string without the backslashes at the ends of its lines, and the blanks after each.
fn without_broken_lines(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let next = after.trim_start();
        if after[..after.len() - next.len()].contains('\n') {
            rest = next;
            continue;
        }
        // Any other escape, with its character: that may be a backslash itself.
        let length = after.chars().next().map_or(0, char::len_utf8);
        out.push('\\');
        out.push_str(&after[..length]);
        rest = &after[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Toml, text), *wanted, "{text}");
        }
    }

    #[test]
    fn values() {
        check(&[
            (
                "a = \"x\\n\" # c\nb = 'y\\n'\nc = 1\nd = true\ne = [1, \"z\", {f = 'g'}]",
                r#"{"a": "x\n", "b": "y\\n", "c": 1, "d": true, "e": [1, "z", {"f": "g"}]}"#,
            ),
            (
                "a = \"\"\"\nb \\\n   c\\\\\n\"\"\"\nd = '''\ne'''",
                r#"{"a": "b c\\\n", "d": "e"}"#,
            ),
            ("a = 1979-05-27\nb = ''", r#"{"a": 1979-05-27, "b": ""}"#),
        ]);
    }

    #[test]
    fn tables() {
        check(&[
            (
                "a.b.c = 1\n\"q.r\".s = 2\n[a.b]\nd = 3\n[x]\ny = {z.w = 4}",
                r#"{"a": {"b": {"c": 1, "d": 3}}, "q.r": {"s": 2}, "x": {"y": {"z": {"w": 4}}}}"#,
            ),
            (
                "[[s]]\nu = 1\n[s.t]\nv = 2\n[[s]]\nu = 3",
                r#"{"s": [{"u": 1, "t": {"v": 2}}, {"u": 3}]}"#,
            ),
            ("[a]\n[b]\n", r#"{"a": {}, "b": {}}"#),
        ]);
    }

    #[test]
    fn broken_toml_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::Toml,
            "a = 'x'\nb = oops\n[t\nc = 'd'\n[u]\ne = 'f'\n",
        );
        assert!(
            shown.contains(r#""a": "x""#) && shown.contains(r#""e": "f""#),
            "{shown}"
        );
    }
}
