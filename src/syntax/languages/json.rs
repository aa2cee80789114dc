//! JSON, with comments too; and the code in its strings.

use tree_sitter::Node;

use crate::syntax::formats::code::Code;
use crate::syntax::lower::{Builder, children, field};
use crate::syntax::{Entry, ExprId, Language, Stmt};

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let body = b.block(|b, out| {
        for node in children(root) {
            out.push(Stmt::Expr(value(b, node)));
        }
    });
    b.body(body);
}

fn value(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| match node.kind() {
        "object" => object(b, node, ""),
        "array" => {
            let items = children(node).into_iter().map(|n| value(b, n)).collect();
            b.list(node, items)
        }
        "string" => b.quoted(node),
        "number" | "true" | "false" | "null" => b.literal(node),
        // What an error left over at the end of the text may still be entries.
        "ERROR" if children(node).iter().any(|part| part.kind() == "pair") => object(b, node, ""),
        _ => {
            let parts = children(node).into_iter().map(|n| value(b, n)).collect();
            b.other(node, parts)
        }
    })
}

/// An object that stands under the key `under`.
fn object(b: &mut Builder<'_>, node: Node<'_>, under: &str) -> ExprId {
    let mut entries = Vec::new();
    for pair in children(node) {
        let (Some(key), Some(inner)) = (field(pair, "key"), field(pair, "value")) else {
            if pair.kind() == "ERROR" {
                for part in children(pair) {
                    let value = value(b, part);
                    entries.push(Entry { key: None, value });
                }
            }
            continue;
        };
        let name = b.raw(key).trim_matches('"').to_owned();
        let key = Some(b.quoted(key));
        let value = match inner.kind() {
            "object" => b.deeper(inner, |b| object(b, inner, &name)),
            _ => value(b, inner),
        };
        if let Some(language) = code_under(under, &name) {
            code(b, inner).embed(b, Some(value), language);
        }
        entries.push(Entry { key, value });
    }
    b.map(node, entries)
}

/// What the strings under a key are written in: scripts of package managers, code in the nodes of
/// workflows, scripts of saved requests.
fn code_under(object: &str, key: &str) -> Option<Language> {
    Some(match (object, key) {
        ("scripts", _) => Language::Shell,
        (_, "jsCode" | "functionCode") | ("script", "exec") => Language::JavaScript,
        (_, "pythonCode") => Language::Python,
        _ => return None,
    })
}

/// The code of a string, or of a list of its lines.
fn code(b: &Builder<'_>, node: Node<'_>) -> Code {
    let mut code = Code::default();
    let lines = match node.kind() {
        "array" => children(node),
        _ => vec![node],
    };
    for line in lines {
        let range = line.byte_range();
        if line.kind() == "string" && range.len() > 2 {
            if !code.bytes().is_empty() {
                code.stands_for(b"\n", range.start);
            }
            code.escaped(b.source(), range.start + 1..range.end - 1);
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use crate::syntax::show::show;
    use crate::syntax::{Expr, Language, parse};

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Json, text), *wanted, "{text}");
        }
    }

    #[test]
    fn values() {
        check(&[
            (
                r#"{"a": "x\nA", /* c */ "b": [1, -2.5e3, true, null], "c": {}, "": ""} // d"#,
                r#"{"a": "x\nA", "b": [1, -2.5e3, true, null], "c": {}, "": ""}"#,
            ),
            (r#"["a", {"b": "c"}]"#, r#"["a", {"b": "c"}]"#),
        ]);
    }

    #[test]
    fn broken_json_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::Json,
            r#"{"a": 1, b: 'x', "c": "d", ... "e": "f", "g": {"h": "i""#,
        );
        for part in [r#""c": "d""#, r#""e": "f""#, r#""h": "i""#] {
            assert!(shown.contains(part), "{shown}");
        }
    }

    #[test]
    fn code_in_strings() {
        let check = |text: &str, wanted: &str| {
            let shown = show(Language::Json, text);
            let code = shown.split_once('\n').map(|(_, code)| code);
            assert_eq!(code, Some(wanted), "{text}");
        };
        check(
            r#"{"parameters": {"jsCode": "f('a');\ng(\"b\")"}}"#,
            r#"<JavaScript> f("a"); g("b")"#,
        );
        check(
            r#"{"event": [{"listen": "test", "script": {"exec": ["f(", "", "'a')"]}}]}"#,
            r#"<JavaScript> f("a")"#,
        );
    }

    #[test]
    fn code_is_found_in_the_file() {
        let text = r#"{"jsCode": "\tf(\"a\u0062\", 'key')"}"#;
        let program = parse(Language::Json, text.as_bytes()).expect("it can be read");
        let inner = &program.embedded[0].program;
        let found = inner.ids().filter_map(|id| match &inner[id] {
            Expr::Text { content, .. } => Some(&text[content.clone()]),
            _ => None,
        });
        assert_eq!(found.collect::<Vec<_>>(), [r"a\u0062", "key"]);
    }

    #[test]
    fn scripts_of_packages() {
        let text = r#"{"scripts": {"a": "curl x", "b": ["c d"]}}"#;
        let program = parse(Language::Json, text.as_bytes()).expect("it can be read");
        let languages: Vec<_> = program
            .embedded
            .iter()
            .map(|e| e.program.language)
            .collect();
        assert_eq!(languages, [Language::Shell, Language::Shell]);
    }
}
