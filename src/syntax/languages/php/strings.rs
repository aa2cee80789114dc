//! PHP: strings of all kinds.

use tree_sitter::Node;

use super::expressions::expression;
use crate::syntax::lower::{Builder, between_quotes, children, field, unescape, without_indent};
use crate::syntax::program::{Expr, ExprId};

pub(super) fn single_quoted(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let content = between_quotes(node);
    let value = b.slice(content.clone());
    let value = value.replace("\\'", "'").replace("\\\\", "\\");
    b.text(node.byte_range(), content, value)
}

pub(super) fn double_quoted(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let is_fixed = |piece: &Node<'_>| matches!(piece.kind(), "string_content" | "escape_sequence");
    if children(node).iter().all(is_fixed) {
        let content = between_quotes(node);
        let value = unescape(&b.slice(content.clone()));
        return b.text(node.byte_range(), content, value);
    }
    let pieces = pieces(b, node, 0);
    b.join(node, pieces)
}

pub(super) fn heredoc(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let Some(body) = field(node, "value") else {
        return b.text(
            node.byte_range(),
            node.end_byte()..node.end_byte(),
            String::new(),
        );
    };
    let indent = field(node, "end_tag").map_or(0, |end| end.start_position().column);
    if node.kind() == "nowdoc" {
        let mut content = body.byte_range();
        // The end of the first line is none of it.
        if b.source().get(content.start) == Some(&b'\n') {
            content.start += 1;
        }
        let value = without_indent(&b.slice(content.clone()), indent, true);
        return b.text(content.clone(), content, value);
    }
    match pieces(b, body, indent)[..] {
        [only] if matches!(b.get(only), Expr::Text { .. }) => only,
        ref pieces => b.join(node, pieces.to_vec()),
    }
}

/// The pieces of a string with variables in it.
pub(super) fn pieces(b: &mut Builder<'_>, node: Node<'_>, indent: usize) -> Vec<ExprId> {
    let mut pieces = Vec::new();
    let mut end = node.start_byte();
    for piece in children(node) {
        let mut range = piece.byte_range();
        pieces.push(match piece.kind() {
            "string_content" | "escape_sequence" => {
                // The end of a heredoc's line belongs to no node where a variable stands before it.
                let between = b.source().get(end..range.start).unwrap_or_default();
                if let (Some(at), false) = (
                    between.iter().position(|byte| *byte == b'\n'),
                    pieces.is_empty(),
                ) {
                    range.start = end + at;
                }
                let value = without_indent(&b.slice(range.clone()), indent, pieces.is_empty());
                let value = unescape(&value);
                b.text(range.clone(), range, value)
            }
            "subscript_expression" => unquoted_key(b, piece),
            _ => expression(b, piece),
        });
        end = piece.end_byte();
    }
    pieces
}

/// `$a[key]` in a string, where the key is no constant, unlike in `{$a[KEY]}`.
fn unquoted_key(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let before = node.start_byte().checked_sub(1);
    let is_braced = before.is_some_and(|at| b.source().get(at) == Some(&b'{'));
    match children(node)[..] {
        [object, key] if key.kind() == "name" && !is_braced => {
            let object = expression(b, object);
            let key = b.raw(key);
            b.member(node, object, key)
        }
        _ => expression(b, node),
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::show::show;
    use crate::syntax::{Expr, Language, parse};

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Php, text), *wanted, "{text}");
        }
    }

    #[test]
    fn strings() {
        check(&[
            (
                r#"<?php $k = "a\n$b {$c->d} $e[f] {$e[F]} $g[0] $h->i ${j}";"#,
                r#"k := ("a" ~ "\n" ~ b ~ " " ~ c.d ~ " " ~ e.f ~ " " ~ e[F] ~ " " ~ g[0] ~ " " ~ h.i ~ " " ~ j)"#,
            ),
            (
                r#"<?php $k = 'it\'s\n' . $b . "\t";"#,
                r#"k := ("it's\\n" ~ b ~ "\t")"#,
            ),
            (
                "<?php $k = <<<EOT\n  a {$b}\n    c\n  EOT;",
                r#"k := ("a " ~ b ~ "\n  c")"#,
            ),
            ("<?php $k = <<<'X'\nraw\\n\nX;", r#"k := "raw\\n""#),
            (
                "<?php $k = sprintf('%s', $a) . `curl $u`;",
                r#"k := (sprintf("%s", a) ~ shell_exec(("curl " ~ u)))"#,
            ),
        ]);
    }

    #[test]
    fn text_stands_between_its_quotes() {
        let text = "<?php f('abc', \"def\");";
        let program = parse(Language::Php, text.as_bytes()).unwrap();
        let spans = program.ids().filter_map(|id| match &program[id] {
            Expr::Text { content, .. } => Some((&text[program.span(id)], &text[content.clone()])),
            _ => None,
        });
        let spans: Vec<_> = spans.collect();
        assert_eq!(spans, [("'abc'", "abc"), ("\"def\"", "def")]);
    }
}
