//! Jupyter notebooks: the code of all their cells, as one program.

use tree_sitter::Node;

use super::code::Code;
use crate::syntax::lower::{Builder, child, children, field};
use crate::syntax::{Language, grammar, tree};

pub(in crate::syntax) fn read(b: &mut Builder<'_>) -> bool {
    let text = b.source().to_vec();
    let Some(tree) = grammar(Language::Json).and_then(|(json, _)| tree(&json, &text)) else {
        return false;
    };
    let Some(notebook) = child(tree.root_node(), &["object"]) else {
        return false;
    };
    let language = language(&text, notebook);
    let mut program = Code::default();
    for cell in value(&text, notebook, "cells")
        .map(children)
        .unwrap_or_default()
    {
        let is_code = value(&text, cell, "cell_type")
            .is_some_and(|kind| text[kind.byte_range()] == *b"\"code\"");
        let Some(source) = value(&text, cell, "source").filter(|_| is_code) else {
            continue;
        };
        let code = source_of(&text, source);
        match magic(code.bytes(), language) {
            Some(inner) if inner == language => {
                program.append(&code.changed(without_commands));
                program.stands_for(b"\n", source.end_byte());
            }
            Some(inner) => code.changed(without_commands).embed(b, None, inner),
            None => {}
        }
    }
    program.embed(b, None, language);
    true
}

/// The value under a key of an object.
fn value<'t>(text: &[u8], object: Node<'t>, key: &str) -> Option<Node<'t>> {
    let pair = children(object).into_iter().find(|pair| {
        let name = field(*pair, "key").map(|key| &text[key.byte_range()]);
        name.is_some_and(|name| name.trim_ascii() == format!("\"{key}\"").as_bytes())
    })?;
    field(pair, "value")
}

/// The language of the notebook's kernel.
fn language(text: &[u8], notebook: Node<'_>) -> Language {
    let named = |of: &str, key: &str| {
        let metadata = value(text, notebook, "metadata")?;
        let name = value(text, value(text, metadata, of)?, key)?;
        let name = String::from_utf8_lossy(&text[name.byte_range()]);
        Language::called(name.trim_matches('"'))
    };
    named("kernelspec", "language")
        .or_else(|| named("language_info", "name"))
        .unwrap_or(Language::Python)
}

/// The code of a cell, which is a string or a list of lines.
fn source_of(text: &[u8], source: Node<'_>) -> Code {
    let strings = match source.kind() {
        "array" => children(source),
        _ => vec![source],
    };
    let mut code = Code::default();
    for string in strings {
        let range = string.byte_range();
        if string.kind() == "string" && range.len() > 2 {
            code.escaped(text, range.start + 1..range.end - 1);
        }
    }
    code
}

/// What a cell is written in, which `%%bash` at its beginning may say; nothing where that is no
/// language that can be read.
fn magic(code: &[u8], language: Language) -> Option<Language> {
    let first = code.trim_ascii_start().split(|&b| b == b'\n').next();
    let Some(magic) = first.and_then(|line| line.strip_prefix(b"%%")) else {
        return Some(language);
    };
    let magic = String::from_utf8_lossy(magic);
    let mut words = magic.split_whitespace();
    match words.next()? {
        "time" | "timeit" | "capture" | "prun" => Some(language),
        "script" => Language::called(words.next()?),
        "writefile" | "file" => Language::of(words.next_back()?, b""),
        word => Language::called(word),
    }
}

/// Blanks the lines that are for the notebook and not for the language.
fn without_commands(code: &mut [u8]) {
    for line in code.split_mut(|&b| b == b'\n') {
        if matches!(line.trim_ascii_start().first(), Some(b'%' | b'!' | b'?')) {
            line.fill(b' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::show::show;
    use crate::syntax::{Expr, Language, parse};

    const NOTEBOOK: &str = r##"{"cells": [
  {"cell_type": "markdown", "source": "# f()"},
  {"cell_type": "code", "outputs": [{"text": "g()"}],
   "source": ["%load x\n", "!ls\n", "let k = \"a\"\n", "f(k)"]},
  {"cell_type": "code", "source": "%%typescript\nt('b')"},
  {"cell_type": "code", "source": "%%latex\nx"},
  {"cell_type": "code", "source": "g(k)"}
 ], "metadata": {"kernelspec": {"language": "javascript"}}}"##;

    #[test]
    fn cells_are_one_program() {
        assert_eq!(
            show(Language::Notebook, NOTEBOOK),
            "\n<TypeScript> t(\"b\")\n<JavaScript> k := \"a\"; f(k); g(k)"
        );
    }

    #[test]
    fn code_is_found_in_the_file() {
        let program = parse(Language::Notebook, NOTEBOOK.as_bytes()).expect("it can be read");
        let inner = &program.embedded[1].program;
        let found = inner.ids().find_map(|id| match &inner[id] {
            Expr::Text { content, .. } => Some((&NOTEBOOK[content.clone()], inner.span(id))),
            _ => None,
        });
        let (content, span) = found.expect("there is a string");
        // The quotes are escaped in the file; the string ends where what follows it begins.
        assert_eq!((content, &NOTEBOOK[span]), ("a", r#"\"a\""#));
    }
}
