//! YAML, also with the templates of Helm and Ansible in it.

use std::collections::HashMap;

use tree_sitter::Node;

use super::yaml_script::{self, Place};
use super::yaml_text::{self, Mended};
use crate::syntax::lower::{Builder, children, field, unescape};
use crate::syntax::{Entry, Expr, ExprId, Stmt};

/// So much may be said again by aliases, counted in values: more is an attack on the reader's memory.
const MAX_REPEATED: usize = 20_000;

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    if let Some(Mended { text, tree }) = yaml_text::mended(b.source(), root) {
        stream(b, tree.root_node(), &text);
    } else {
        let text = b.source().to_vec();
        stream(b, root, &text);
    }
}

/// The documents; `text` is what was parsed, of the same length as the builder's.
fn stream(b: &mut Builder<'_>, root: Node<'_>, text: &[u8]) {
    let mut reader = Reader {
        text,
        anchors: HashMap::new(),
        said: 0,
        is_alias: false,
    };
    let body = b.block(|b, out| {
        // Where nothing could be made of the text as a whole, its parts are still there.
        if root.kind() == "ERROR" {
            out.push(Stmt::Expr(reader.entries(b, root, &Place::default())));
            return;
        }
        for document in children(root) {
            for node in children(document) {
                if !node.kind().ends_with("directive") {
                    out.push(Stmt::Expr(reader.value(b, node, &Place::default())));
                }
            }
        }
    });
    b.body(body);
}

struct Reader<'t> {
    text: &'t [u8],
    /// The values that have names, and how many values are in each.
    anchors: HashMap<String, (Node<'t>, usize)>,
    /// How many values were lowered.
    said: usize,
    /// Whether this is a value that was lowered before.
    is_alias: bool,
}

impl<'t> Reader<'t> {
    /// The value of a node, which stands at `place`.
    fn value(&mut self, b: &mut Builder<'_>, node: Node<'t>, place: &Place) -> ExprId {
        self.said += 1;
        b.deeper(node, |b| match node.kind() {
            "block_node" | "flow_node" => self.tagged(b, node, place),
            "block_mapping" | "flow_mapping" => self.entries(b, node, place),
            "block_sequence" | "flow_sequence" => self.list(b, node, place),
            "block_sequence_item" => match children(node).first() {
                Some(inner) => self.value(b, *inner, place),
                None => b.literal(node),
            },
            "flow_pair" | "block_mapping_pair" => {
                let entries = self.pair(b, node, place).into_iter().collect();
                b.map(node, entries)
            }
            "alias" => self.alias(b, node, place),
            "plain_scalar" | "single_quote_scalar" | "double_quote_scalar" | "block_scalar" => {
                let value = scalar(b, self.text, node);
                if !self.is_alias {
                    yaml_script::embed(b, self.text, node, value, place);
                }
                value
            }
            _ => {
                let parts = children(node);
                let parts = parts.into_iter().map(|n| self.value(b, n, place)).collect();
                b.other(node, parts)
            }
        })
    }

    /// A value after its tag and anchor.
    fn tagged(&mut self, b: &mut Builder<'_>, node: Node<'t>, place: &Place) -> ExprId {
        let mut anchor = None;
        let mut value = None;
        let before = self.said;
        for part in children(node) {
            match part.kind() {
                "tag" => {}
                "anchor" => anchor = Some(b.raw(part).trim_start_matches('&').to_owned()),
                _ => value = Some((part, self.value(b, part, place))),
            }
        }
        let Some((inner, value)) = value else {
            return b.push(Expr::Literal(String::new()), node.byte_range());
        };
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, (inner, self.said - before));
        }
        value
    }

    /// The value with this name, once more.
    fn alias(&mut self, b: &mut Builder<'_>, node: Node<'t>, place: &Place) -> ExprId {
        let name = b.raw(node).trim_start_matches('*').to_owned();
        match self.anchors.get(&name) {
            Some(&(anchored, size)) if self.said + size <= self.text.len().max(MAX_REPEATED) => {
                let was_alias = std::mem::replace(&mut self.is_alias, true);
                let value = self.value(b, anchored, place);
                self.is_alias = was_alias;
                value
            }
            _ => b.other(node, Vec::new()),
        }
    }

    fn entries(&mut self, b: &mut Builder<'_>, node: Node<'t>, place: &Place) -> ExprId {
        let pairs = children(node);
        let place = place.with_siblings(|wanted| {
            let pair = pairs.iter().find(|pair| {
                field(**pair, "key").is_some_and(|key| b.source()[key.byte_range()] == *wanted)
            })?;
            Some(b.raw(field(*pair, "value")?))
        });
        let mut entries = Vec::new();
        for pair in pairs {
            if let Some(entry) = self.pair(b, pair, &place) {
                entries.push(entry);
                continue;
            }
            let value = self.value(b, pair, &place);
            let is_text = matches!(b.get(value), Expr::Text { .. } | Expr::Literal(_));
            // `{a, b}` is a set of keys.
            entries.push(if is_text && pair.kind() == "flow_node" {
                let null = b.push(
                    Expr::Literal(String::new()),
                    pair.end_byte()..pair.end_byte(),
                );
                Entry {
                    key: Some(value),
                    value: null,
                }
            } else {
                Entry { key: None, value }
            });
        }
        b.map(node, entries)
    }

    fn pair(&mut self, b: &mut Builder<'_>, pair: Node<'t>, place: &Place) -> Option<Entry> {
        let key = field(pair, "key")?;
        let name = b.raw(key).trim_matches(['"', '\'']).to_owned();
        let inner = place.under(&name);
        let value = match field(pair, "value") {
            Some(value) => self.value(b, value, &inner),
            None => b.push(
                Expr::Literal(String::new()),
                pair.end_byte()..pair.end_byte(),
            ),
        };
        if name == "<<" {
            return Some(Entry { key: None, value });
        }
        let key = self.value(b, key, &Place::default());
        // A key is a name, also where it looks like a number.
        let key = match b.get(key) {
            Expr::Literal(_) => {
                let range = field(pair, "key")?.byte_range();
                b.word(range)
            }
            _ => key,
        };
        Some(Entry {
            key: Some(key),
            value,
        })
    }

    fn list(&mut self, b: &mut Builder<'_>, node: Node<'t>, place: &Place) -> ExprId {
        let items = children(node);
        let lines = place.lines();
        let inner = match lines {
            // The lines of one script are read together, below.
            Some(_) => Place::default(),
            None => place.clone(),
        };
        let mut values = Vec::new();
        for item in &items {
            let place = match values.last() {
                Some(&before) => inner.after(b.get(before)),
                None => inner.clone(),
            };
            values.push(self.value(b, *item, &place));
        }
        let list = b.list(node, values);
        if let Some(language) = lines
            && !self.is_alias
        {
            yaml_script::embed_lines(b, self.text, &items, list, language);
        }
        list
    }
}

/// A scalar; what it says is read from the text as it stands.
fn scalar(b: &mut Builder<'_>, text: &[u8], node: Node<'_>) -> ExprId {
    let range = node.byte_range();
    match node.kind() {
        "double_quote_scalar" | "single_quote_scalar" if range.len() >= 2 => {
            let content = range.start + 1..range.end - 1;
            let raw = yaml_text::folded(&b.slice(content.clone()));
            let value = match node.kind() {
                "double_quote_scalar" => unescape(&raw),
                _ => raw.replace("''", "'"),
            };
            b.text(range, content, value)
        }
        "block_scalar" => {
            let scalar = yaml_text::Scalar::of(text, node);
            let value = scalar.value(b.source());
            b.text(range, scalar.content(), value)
        }
        _ => {
            let kind = node.named_child(0).map_or("string_scalar", |n| n.kind());
            // Of a template's stand-in, only the text is meant.
            if kind == "string_scalar" || b.source()[range.clone()] != text[range.clone()] {
                let value = yaml_text::folded(&b.raw(node));
                return b.text(range.clone(), range, value);
            }
            b.literal(node)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::show::show;
    use crate::syntax::{Expr, Language, Program, parse};

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Yaml, text), *wanted, "{text}");
        }
    }

    fn read(text: &str) -> Program {
        parse(Language::Yaml, text.as_bytes()).expect("it can be read")
    }

    #[test]
    fn values() {
        check(&[
            (
                "a: b # c\n\"d\": 'e''f'\ng: \"h\\n${{ x }}\"\ni: 1\nj: ~\nk:\n2: no\n",
                r#"{"a": "b", "d": "e'f", "g": "h\n${{ x }}", "i": 1, "j": ~, "k": , "2": "no"}"#,
            ),
            (
                "- a\n- {b: c, d: [e, \"f\"], g}\n- h: i\n  j: k\n-\n- - l\n",
                r#"["a", {"b": "c", "d": ["e", "f"], "g": }, {"h": "i", "j": "k"}, -, ["l"]]"#,
            ),
            (
                "a: one\n  two\nb: |\n  x\n    y\n\n  z\n\nc: >-\n  x\n  y\n\n  z\n",
                r#"{"a": "one two", "b": "x\n  y\n\nz", "c": "x y\n\nz"}"#,
            ),
            (
                "x: &x\n  a: b\ny:\n  <<: *x\n  c: *x\nz: *w\n",
                r#"{"x": {"a": "b"}, "y": {..{"a": "b"}, "c": {"a": "b"}}, "z": #()}"#,
            ),
            (
                "a: !reference [b, c]\nd: !!str 1\n",
                r#"{"a": ["b", "c"], "d": 1}"#,
            ),
            (
                "%YAML 1.2\n---\na: b\n---\nc: d\n...\n",
                r#"{"a": "b"}; {"c": "d"}"#,
            ),
            ("", ""),
        ]);
    }

    #[test]
    fn aliases_are_not_endless() {
        let mut text = vec!["a0: &a0 [x, x, x, x, x, x, x, x, x]".to_owned()];
        for n in 1..10 {
            let before = format!("*a{}, ", n - 1).repeat(9);
            text.push(format!("a{n}: &a{n} [{before}]"));
        }
        assert!(read(&text.join("\n")).ids().count() < 50_000);
    }

    #[test]
    fn templates() {
        check(&[
            (
                "a: {{ .x | quote }}\n{{- if .y }}\nb: \"http://{{ .h }}/\"\n{{- end }}\nc:\n  {{- include \"l\" . | nindent 2 }}\n  d: e-{{ .z }}\n",
                r#"{"a": "{{ .x | quote }}", "b": "http://{{ .h }}/", "c": {"d": "e-{{ .z }}"}}"#,
            ),
            (
                "{% if x %}\na: <%= ENV['X'] %>\n<% if y %>\nb: {{ \"a: b\" }}-{{ c\n{% endif %}\n",
                r#"{"a": "<%= ENV['X'] %>", "b": "{{ \"a: b\" }}-{{ c"}"#,
            ),
            ("a: {b: {c: d}}\n", r#"{"a": {"b": {"c": "d"}}}"#),
        ]);
    }

    #[test]
    fn broken_yaml_is_read_as_far_as_it_goes() {
        check(&[
            (
                "a: b\n- c\nd: e\nf: g: h\ni: j\n",
                r#"{"a": "b", "d": "e", "i": "j"}"#,
            ),
            ("a:\n\tb: c\nd: e\n", r#"{"a": , "d": "e"}"#),
        ]);
    }

    #[test]
    fn scripts() {
        use Language::{Dotenv, JavaScript, Json, PowerShell, Python, Shell};
        let languages = |text: &str| -> Vec<Language> {
            let program = read(text);
            program
                .embedded
                .iter()
                .map(|e| e.program.language)
                .collect()
        };
        for (text, wanted) in [
            (
                "steps:\n- run: curl x\n- run: |\n    a\n    b\n- run: make\n",
                &[Shell, Shell][..],
            ),
            (
                "- run: a b\n  shell: pwsh\n- run: a b\n  shell: python\n",
                &[PowerShell, Python],
            ),
            (
                "- uses: actions/github-script@v7\n  with:\n    script: |\n      f('a')\n      g()\n",
                &[JavaScript],
            ),
            (
                "j:\n  script:\n  - a b\n  - >\n    c\n    d\n  - e\n",
                &[Shell],
            ),
            (
                "command: [sh, -c, 'curl x']\nargs: ['a b', c]\n",
                &[Shell, Shell],
            ),
            ("command: [curl, '-H', 'A: b c']\ntest: It is a test\n", &[]),
            (
                "defaults:\n  run: {shell: pwsh}\njobs:\n  steps:\n  - run: a b\n",
                &[PowerShell],
            ),
            ("test: [CMD-SHELL, 'curl x']\n", &[Shell]),
            (
                "data:\n  .env: |\n    A=b\n    C=d\n  x.json: |\n    {\"a\":\n    1}\n",
                &[Dotenv, Json],
            ),
            ("a: &a\n  run: b c\nd:\n  <<: *a\n", &[Shell]),
        ] {
            assert_eq!(languages(text), wanted, "{text}");
        }
    }

    #[test]
    fn code_is_found_in_the_file() {
        for text in [
            "with:\n  script: |\n    f(\n      'key')\nuses: actions/github-script@v7\n",
            "with: {script: \"f(\\n'key')\"}\nuses: actions/github-script@v7\n",
            "with:\n  script: >-\n    f(\n    'key')\nuses: actions/github-script@v7\n",
            "with:\n  script: 'f(\n    ''key'')'\nuses: actions/github-script@v7\n",
        ] {
            let program = read(text);
            let inner = &program.embedded[0].program;
            let found = inner.ids().find_map(|id| match &inner[id] {
                Expr::Text { content, .. } => Some(&text[content.clone()]),
                _ => None,
            });
            assert!(
                found.is_some_and(|found| found.starts_with("key")),
                "{text}"
            );
        }
    }
}
