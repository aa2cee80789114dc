//! Ruby: strings of all kinds.

use tree_sitter::Node;

use super::expressions::expression;
use crate::syntax::lower::{
    Builder, between_quotes, child, children, field, unescape, without_indent,
};
use crate::syntax::program::{Expr, ExprId};

/// How far up the end of a heredoc's line is looked for.
const MAX_ANCESTORS: usize = 32;

/// More heredocs do not begin on one line.
const MAX_HEREDOCS: usize = 8;

/// `'…'`, `"…"`, `%q(…)`, `` `…` ``, `:"…"`, a word of `%w[…]`.
pub(super) fn string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    if child(node, &["interpolation"]).is_some() {
        let pieces = pieces(b, node);
        return b.join(node, pieces);
    }
    let content = between_quotes(node);
    let raw = b.slice(content.clone());
    let value = match b.slice(node.start_byte()..content.start) {
        open if open == "'" || open.starts_with("%q") => {
            raw.replace("\\'", "'").replace("\\\\", "\\")
        }
        _ => unescape(&raw),
    };
    b.text(node.byte_range(), content, value)
}

fn pieces(b: &mut Builder<'_>, node: Node<'_>) -> Vec<ExprId> {
    let mut pieces = Vec::new();
    for piece in children(node) {
        pieces.push(match piece.kind() {
            "interpolation" => match piece.named_child(0) {
                Some(inner) => expression(b, inner),
                None => continue,
            },
            "escape_sequence" => {
                let value = unescape(&b.raw(piece));
                b.text(piece.byte_range(), piece.byte_range(), value)
            }
            _ => b.word(piece.byte_range()),
        });
    }
    pieces
}

/// `:key`
pub(super) fn symbol(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let content = node.start_byte() + 1..node.end_byte();
    let value = b.slice(content.clone());
    b.text(node.byte_range(), content, value)
}

/// `<<~EOS`, whose text begins on the next line.
pub(super) fn heredoc(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(body) = heredoc_body(b, node) else {
        return b.other(node, Vec::new());
    };
    let begin = b.raw(node);
    let indent = if begin.starts_with("<<~") {
        indent(b, body)
    } else {
        0
    };
    let is_raw = begin.contains('\'');
    let mut pieces = Vec::new();
    for piece in children(body) {
        match piece.kind() {
            "heredoc_content" => {
                // The end of the first line is none of it.
                let is_first = pieces.is_empty();
                let start = piece.start_byte() + usize::from(is_first);
                let range = start.min(piece.end_byte())..piece.end_byte();
                if range.is_empty() {
                    continue;
                }
                let mut value = without_indent(&b.slice(range.clone()), indent, is_first);
                if !is_raw {
                    value = unescape(&value);
                }
                pieces.push(b.text(range.clone(), range, value));
            }
            "interpolation" => {
                if let Some(inner) = piece.named_child(0) {
                    pieces.push(expression(b, inner));
                }
            }
            "escape_sequence" => {
                let value = unescape(&b.raw(piece));
                pieces.push(b.text(piece.byte_range(), piece.byte_range(), value));
            }
            _ => {}
        }
    }
    match pieces[..] {
        [only] if matches!(b.get(only), Expr::Text { .. }) => only,
        _ => b.join(node, pieces),
    }
}

/// The text of a heredoc is a node after the line that it begins on, wherever the grammar puts it.
fn heredoc_body<'t>(b: &Builder<'_>, node: Node<'t>) -> Option<Node<'t>> {
    let begin = b.raw(node);
    let word = begin.trim_start_matches(['<', '-', '~']);
    let word = word.trim_matches(['"', '\'', '`']);
    let rest = &b.source()[node.end_byte()..];
    let mut at = node.end_byte() + rest.iter().position(|byte| *byte == b'\n')?;
    let mut around = node.parent()?;
    for _ in 0..MAX_ANCESTORS {
        if around.end_byte() > at {
            break;
        }
        around = around.parent()?;
    }
    for _ in 0..MAX_HEREDOCS {
        let mut found = around.descendant_for_byte_range(at, at + 1)?;
        if found.kind() != "heredoc_body" {
            found = found
                .parent()
                .filter(|found| found.kind() == "heredoc_body")?;
        }
        let end = child(found, &["heredoc_end"])?;
        if b.raw(end).trim() == word {
            return Some(found);
        }
        at = found.end_byte();
    }
    None
}

/// How far all lines of a heredoc are indented.
fn indent(b: &Builder<'_>, body: Node<'_>) -> usize {
    let text = b.raw(body);
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    // The last line is the end's.
    lines.pop();
    let lines = lines.iter().filter(|line| !line.trim().is_empty());
    let indents = lines.map(|line| line.len() - line.trim_start_matches([' ', '\t']).len());
    indents.min().unwrap_or(0)
}

/// A hash's key, or the name of an argument: `key:`, `"key":`, `:key =>`.
pub(super) fn key(b: &mut Builder<'_>, pair: Node<'_>) -> Option<ExprId> {
    let key = field(pair, "key")?;
    Some(match key.kind() {
        "hash_key_symbol" => b.word(key.byte_range()),
        _ => expression(b, key),
    })
}

#[cfg(test)]
mod tests {
    use crate::syntax::show::show;
    use crate::syntax::{Expr, Language, parse};

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Ruby, text), *wanted, "{text}");
        }
    }

    #[test]
    fn strings() {
        check(&[
            ("k = 'a\\n' \"b\\n\" ", r#"k := ("a\\n" ~ "b\n")"#),
            (
                "k = \"Bearer #{key}\\n#{@a.b}\"",
                r#"k := ("Bearer " ~ key ~ "\n" ~ this.a.b)"#,
            ),
            (
                "[:key, :'a b', %w[x y], %q(a'b), %Q[c#{d}]]",
                r#"["key", "a b", ["x", "y"], "a'b", ("c" ~ d)]"#,
            ),
            ("k = `curl #{u}`", r#"k := `(("curl " ~ u))"#),
        ]);
    }

    #[test]
    fn heredocs() {
        check(&[
            (
                "k = <<~EOS\n  a #{b}\n    c\n  EOS\nd = 1",
                r#"k := ("a " ~ b ~ "\n  c\n"); d := 1"#,
            ),
            (
                "post(u, body: <<-'A', x: <<B.strip)\n a\\n\n A\n#{c}\nB\n",
                r#"post(u, body: " a\\n\n ", x: (c ~ "\n").strip())"#,
            ),
            (
                "f(<<~A) do |x|\n  a\nA\n  x.b\nend",
                r#"f("a\n", fn(x) { return x.b })"#,
            ),
        ]);
    }

    #[test]
    fn text_stands_between_its_quotes() {
        let text = "k = %q(abc)";
        let program = parse(Language::Ruby, text.as_bytes()).unwrap();
        let spans = program.ids().filter_map(|id| match &program[id] {
            Expr::Text { content, .. } => Some((&text[program.span(id)], &text[content.clone()])),
            _ => None,
        });
        let spans: Vec<_> = spans.collect();
        assert_eq!(spans, [("%q(abc)", "abc")]);
    }
}
