//! Scripts in the strings of HCL.

use tree_sitter::Node;

use super::hcl::heredoc;
use crate::syntax::formats::code::{Code, place_to_name};
use crate::syntax::lower::{Builder, child, children};
use crate::syntax::{ExprId, Language};

/// Strings that stand deeper in a value are no scripts.
const MAX_DEPTH: usize = 20;

/// Attributes whose strings are scripts.
const SCRIPTS: &[&str] = &[
    "command",
    "commands",
    "custom_data",
    "execute_command",
    "inline",
    "metadata_startup_script",
    "script",
    "startup_script",
    "user_data",
    "user_data_base64",
];

/// Reads the code in the value of an attribute, if that is code.
pub(super) fn embed(b: &mut Builder<'_>, name: &str, value: Node<'_>, host: ExprId) {
    let mut strings = Vec::new();
    find(value, MAX_DEPTH, &mut strings);
    if SCRIPTS.contains(&name) {
        let mut all = Code::default();
        for string in &strings {
            all.append(&code(b, *string));
            all.stands_for(b"\n", string.end_byte());
        }
        let language = Language::of("script", all.bytes()).unwrap_or(Language::Shell);
        let is_code = all.bytes().trim_ascii().iter().any(u8::is_ascii_whitespace);
        if is_code {
            all.embed(b, Some(host), language);
        }
        return;
    }
    for string in strings {
        if string.kind() != "heredoc_template" {
            continue;
        }
        let code = code(b, string);
        let word = child(string, &["heredoc_identifier"]).map(|n| b.raw(n));
        let language = Language::of("script", code.bytes())
            .or_else(|| Language::called(&word.unwrap_or_default()));
        if let Some(language) = language {
            code.embed(b, Some(host), language);
        }
    }
}

/// The strings of a value: itself, the elements of a list, the arguments of a function.
fn find<'t>(node: Node<'t>, depth: usize, strings: &mut Vec<Node<'t>>) {
    match node.kind() {
        "string_lit" | "quoted_template" | "heredoc_template" => strings.push(node),
        "expression" | "literal_value" | "template_expr" | "collection_value" | "tuple"
        | "function_call" | "function_arguments"
            if depth > 0 =>
        {
            for part in children(node) {
                find(part, depth - 1, strings);
            }
        }
        _ => {}
    }
}

/// The code of a string, with variables for what Terraform fills in.
fn code(b: &Builder<'_>, string: Node<'_>) -> Code {
    let text = b.source();
    let is_heredoc = string.kind() == "heredoc_template";
    let content = if is_heredoc {
        heredoc(text, string)
    } else {
        let range = string.byte_range();
        range.start + 1..range.end.saturating_sub(1).max(range.start + 1)
    };
    let indentation = if text[string.start_byte()..].starts_with(b"<<-") {
        let lines = text[content.clone()].split(|&b| b == b'\n');
        let blanks = |line: &[u8]| line.len() - line.trim_ascii_start().len();
        let filled = lines.filter(|line| !line.trim_ascii().is_empty());
        filled.map(blanks).min().unwrap_or(0)
    } else {
        0
    };
    let mut code = Code::default();
    let mut fixed = content.start;
    let mut add = |from: usize, to: usize, place: Option<&[u8]>| {
        if is_heredoc {
            let mut at = from;
            for line in text[from..to].split_inclusive(|&b| b == b'\n') {
                let end = at + line.len();
                if at == content.start || text[at - 1] == b'\n' {
                    at += indentation.min(line.len() - line.trim_ascii_start().len());
                }
                // Terraform's `$${x}` is the shell's `${x}`.
                while let Some(length) = text[at..end].windows(3).position(|w| w == b"$${") {
                    code.stretch(text, at..at + length);
                    at += length + 1;
                    code.stretch(text, at..at + 2);
                    at += 2;
                }
                code.stretch(text, at..end);
                at = end;
            }
        } else {
            code.escaped(text, from..to);
        }
        if let Some(place) = place {
            code.stands_for(place, to);
        }
    };
    for part in children(string) {
        let mut place = text[part.byte_range()].to_vec();
        match part.kind() {
            "template_interpolation" => place_to_name(&mut place),
            "template_directive" => place.fill(b' '),
            _ => continue,
        }
        add(fixed, part.start_byte().max(fixed), Some(&place));
        fixed = part.end_byte();
    }
    add(fixed, content.end.max(fixed), None);
    code
}
