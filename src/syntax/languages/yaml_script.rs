//! Scripts in the strings of YAML: the steps of pipelines, the commands of containers, whole files.

use tree_sitter::Node;

use super::yaml_text::Scalar;
use crate::syntax::formats::code::{Code, places_to_names};
use crate::syntax::lower::{Builder, children};
use crate::syntax::{Expr, ExprId, Language};

/// Keys of scripts; a list under them is one script, line by line.
const SCRIPTS: &[&str] = &[
    "after_script",
    "bash",
    "before_script",
    "cmds",
    "commands",
    "inline",
    "inlineScript",
    "run",
    "script",
    "shell",
    "ansible.builtin.shell",
];

/// Keys of commands; a list under them is the words of one command.
const COMMANDS: &[&str] = &[
    "ansible.builtin.command",
    "args",
    "cmd",
    "command",
    "entrypoint",
];

/// The key of a health check, which is a command where it is a list.
const CHECK: &str = "test";

/// Where a value stands.
#[derive(Clone, Default)]
pub(super) struct Place {
    /// The key that it stands under.
    key: String,
    /// What a script here is written in.
    script: Option<Language>,
    /// Whether a list here is the words of one command.
    is_command: bool,
    /// What scripts in this map are written in, where it or a map around it says so.
    around: Option<Language>,
    /// What scripts are written in that are given to the action which this map names.
    action: Option<Language>,
}

impl Place {
    /// The place of the entries of a map here, of which `sibling` gives the value under a key.
    pub(super) fn with_siblings(&self, sibling: impl Fn(&[u8]) -> Option<String>) -> Self {
        let language = |shell: &str| match shell.trim_matches(['"', '\'', '}', ',']) {
            "bash" | "sh" => Some(Language::Shell),
            "pwsh" | "powershell" => Some(Language::PowerShell),
            "python" => Some(Language::Python),
            _ => None,
        };
        let shell = sibling(b"shell")
            .or_else(|| {
                sibling(b"defaults")?
                    .split_once("shell:")
                    .map(|d| d.1.to_owned())
            })
            .and_then(|shell| language(shell.split_whitespace().next()?));
        let is_script = |uses: String| uses.contains("actions/github-script");
        let uses = sibling(b"uses").filter(|uses| is_script(uses.clone()));
        Self {
            key: self.key.clone(),
            around: shell.or(self.around),
            action: uses.map(|_| Language::JavaScript),
            ..Self::default()
        }
    }

    /// The place of the value under `key` in this map.
    pub(super) fn under(&self, key: &str) -> Self {
        let default = self.around.unwrap_or(Language::Shell);
        let is_command = COMMANDS.contains(&key) || key == CHECK;
        let script = match key {
            "pwsh" | "powershell" => Some(Language::PowerShell),
            CHECK => None,
            _ if is_command || SCRIPTS.contains(&key) => Some(default),
            _ => None,
        };
        Self {
            key: key.to_owned(),
            script,
            is_command,
            around: self.action.filter(|_| key == "with").or(self.around),
            action: None,
        }
    }

    /// The place of the element after `before` in a list here.
    pub(super) fn after(&self, before: &Expr) -> Self {
        let mut place = self.clone();
        let is_option = |value: &str| {
            value == "CMD-SHELL" || (value.starts_with('-') && value.ends_with(['c', 'C']))
        };
        let runs_next = matches!(before, Expr::Text { value, .. } if is_option(value));
        if self.is_command {
            // A word with blanks in it is no code, unless a shell is told so.
            let language = self.around.unwrap_or(Language::Shell);
            place.script = runs_next.then_some(language);
        }
        place
    }

    /// What the lines are written in that a list here holds, if it is a script.
    pub(super) fn lines(&self) -> Option<Language> {
        self.script.filter(|_| !self.is_command)
    }
}

/// Reads the code in a scalar, if that is code.
pub(super) fn embed(
    b: &mut Builder<'_>,
    text: &[u8],
    node: Node<'_>,
    value: ExprId,
    place: &Place,
) {
    let Expr::Text { value: string, .. } = b.get(value) else {
        return;
    };
    let has_lines = string.contains('\n');
    let is_code = string.contains([' ', '\n']) && !string.starts_with('-');
    let first = string.lines().next().unwrap_or_default().to_owned();
    let language = match place.script {
        Some(script) if is_code && !first.ends_with("{0}") => {
            Some(Language::of("script", first.as_bytes()).unwrap_or(script))
        }
        // A file in a string.
        _ if has_lines && node.kind() == "block_scalar" => {
            Language::of(&place.key, first.as_bytes())
        }
        _ => None,
    };
    if let Some(language) = language {
        let code = code(b.source(), text, node);
        finish(code, b, value, language);
    }
}

/// Reads the elements of a list as the lines of one script.
pub(super) fn embed_lines(
    b: &mut Builder<'_>,
    text: &[u8],
    items: &[Node<'_>],
    list: ExprId,
    language: Language,
) {
    let mut script = Code::default();
    for item in items {
        let mut scalar = Some(*item);
        while let Some(node) = scalar
            && matches!(
                node.kind(),
                "block_sequence_item" | "block_node" | "flow_node"
            )
        {
            let is_value = |n: &Node<'_>| !matches!(n.kind(), "tag" | "anchor");
            scalar = children(node).into_iter().find(is_value);
        }
        if let Some(scalar) = scalar.filter(|scalar| scalar.kind().ends_with("scalar")) {
            script.append(&code(b.source(), text, scalar));
            script.stands_for(b"\n", scalar.end_byte());
        }
    }
    if script.bytes().contains(&b' ') {
        finish(script, b, list, language);
    }
}

fn finish(code: Code, b: &mut Builder<'_>, host: ExprId, language: Language) {
    let code = if matches!(language, Language::Shell | Language::PowerShell) {
        code.changed(places_to_names)
    } else {
        code
    };
    code.embed(b, Some(host), language);
}

/// The code of a scalar: `source` as it stands, without the lines that templates fill and that are
/// blank in `text`.
fn code(source: &[u8], text: &[u8], node: Node<'_>) -> Code {
    let mut code = Code::default();
    let range = node.byte_range();
    match node.kind() {
        "double_quote_scalar" if range.len() >= 2 => {
            code.escaped(source, range.start + 1..range.end - 1);
        }
        "single_quote_scalar" if range.len() >= 2 => {
            let mut at = range.start + 1;
            let end = range.end - 1;
            while let Some(found) = source[at..end].windows(2).position(|two| two == b"''") {
                code.stretch(source, at..at + found + 1);
                at += found + 2;
            }
            code.stretch(source, at..end);
        }
        "block_scalar" => {
            let scalar = Scalar::of(text, node);
            for (number, line) in scalar.lines.iter().enumerate() {
                if !text[line.clone()].trim_ascii().is_empty() {
                    code.stretch(source, line.clone());
                }
                code.stands_for(&[scalar.between(text, number)], line.end);
            }
        }
        _ => code.stretch(source, range),
    }
    code
}
