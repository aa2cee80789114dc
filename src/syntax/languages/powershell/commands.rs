//! Commands with their parameters, and pipelines.

use tree_sitter::Node;

use super::{expression, peeled};
use crate::syntax::lower::{Builder, arg, child, children, named};
use crate::syntax::program::{Arg, Block, Expr, ExprId, Import, Stmt};

/// `Name -Parameter value …`, where `input` is what is piped into it.
pub(super) fn command(b: &mut Builder<'_>, node: Node<'_>, input: Option<ExprId>) -> ExprId {
    let parts = children(node);
    let name = parts
        .iter()
        .find(|part| matches!(part.kind(), "command_name" | "command_name_expr"));
    let callee = match name {
        Some(name) => callee(b, *name),
        None => b.other(node, Vec::new()),
    };
    let elements = child(node, &["command_elements"]).map(children);
    let elements = elements.unwrap_or_default();
    let is_program = is_program(b, callee, &elements);
    let mut args = Vec::new();
    // A parameter that waits for its value; it is a switch where none follows.
    let mut waiting: Option<Node<'_>> = None;
    for element in elements {
        match element.kind() {
            "command_argument_sep" => {}
            "command_parameter" if is_program => args.push(arg(b.word(element.byte_range()))),
            "command_parameter" => {
                args.extend(waiting.replace(element).map(|flag| switch(b, flag)));
            }
            "redirection" => args.extend(redirected(b, element)),
            "argument_list" => {
                let listed = listed(b, element);
                args.extend(listed.into_iter().map(arg));
            }
            _ => {
                let value = expression(b, element);
                args.push(match waiting.take() {
                    Some(parameter) => named(parameter_name(b, parameter), value),
                    None => Arg {
                        name: None,
                        value,
                        spread: is_splat(b, element),
                    },
                });
            }
        }
    }
    args.extend(waiting.map(|flag| switch(b, flag)));
    args.extend(input.map(arg));
    b.call(node, callee, args)
}

/// `@params`.
fn is_splat(b: &Builder<'_>, node: Node<'_>) -> bool {
    let node = peeled(node);
    node.kind() == "variable" && b.raw(node).starts_with('@')
}

fn callee(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let inner = match node.kind() {
        "command_name_expr" => node.named_child(0).unwrap_or(node),
        _ => node,
    };
    let inner = match inner.kind() {
        "path_command_name" => child(inner, &["variable"]).unwrap_or(inner),
        _ => inner,
    };
    if matches!(inner.kind(), "command_name" | "path_command_name") {
        return b.name(inner);
    }
    let callee = expression(b, inner);
    match b.get(callee) {
        Expr::Text { value, .. } => {
            let name = value.clone();
            b.push(Expr::Name(name), inner.byte_range())
        }
        _ => callee,
    }
}

/// Whether a program of the system is run, whose words have no names: its own name ends in `.exe`,
/// or its options are written as no parameter of PowerShell is.
fn is_program(b: &Builder<'_>, callee: ExprId, elements: &[Node<'_>]) -> bool {
    let Expr::Name(name) = b.get(callee) else {
        return false;
    };
    if name.to_ascii_lowercase().ends_with(".exe") {
        return true;
    }
    let is_cmdlet = name.contains('-');
    elements
        .iter()
        .filter(|element| element.kind() == "command_parameter")
        .any(|element| {
            let raw = b.raw(*element);
            raw.starts_with("--") || (!is_cmdlet && raw.trim_end_matches(':').len() == 2)
        })
}

/// The file of `> file`; `2>&1` has none.
fn redirected(b: &mut Builder<'_>, node: Node<'_>) -> Option<Arg> {
    let to = child(node, &["redirected_file_name"])?;
    let to = children(to).pop()?;
    Some(named(">".to_owned(), expression(b, to)))
}

fn parameter_name(b: &Builder<'_>, node: Node<'_>) -> String {
    b.raw(node).trim_matches(['-', ':']).to_owned()
}

fn switch(b: &mut Builder<'_>, node: Node<'_>) -> Arg {
    let value = b.push(Expr::Literal("true".to_owned()), node.byte_range());
    named(parameter_name(b, node), value)
}

/// The arguments in parentheses.
pub(super) fn listed(b: &mut Builder<'_>, node: Node<'_>) -> Vec<ExprId> {
    let inner = child(node, &["argument_expression_list"]).map(children);
    let inner = inner.unwrap_or_default();
    inner.into_iter().map(|one| expression(b, one)).collect()
}

/// Each command gets what stands before it as its last argument.
pub(super) fn pipeline(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut input = None;
    for part in children(node) {
        input = Some(match (part.kind(), input) {
            ("command", input) => command(b, part, input),
            // `$value > file` is short for `$value | Out-File file`.
            ("redirections", Some(input)) => {
                let redirections = children(part).into_iter();
                let files = redirections.filter_map(|one| redirected(b, one));
                let mut args: Vec<Arg> = files.collect();
                args.push(arg(input));
                let start = part.start_byte();
                let callee = b.push(Expr::Name("Out-File".to_owned()), start..start);
                b.call(node, callee, args)
            }
            (_, Some(input)) => {
                let next = expression(b, part);
                b.other(node, vec![input, next])
            }
            (_, None) => expression(b, part),
        });
    }
    match input {
        Some(last) => last,
        None => b.other(node, Vec::new()),
    }
}

/// `Import-Module file`, `using module file` and `. file` are imports too.
pub(super) fn imported(b: &Builder<'_>, call: ExprId, out: &mut Block) {
    let Expr::Call { callee, args } = b.get(call) else {
        return;
    };
    let Expr::Name(name) = b.get(*callee) else {
        return;
    };
    let module = match (name.to_ascii_lowercase().as_str(), args.last()) {
        ("import-module" | "using", Some(last)) => match b.get(last.value) {
            Expr::Text { value, .. } => value,
            _ => return,
        },
        (file, None) if file.starts_with('.') && is_script(file) => name,
        _ => return,
    };
    out.push(Stmt::Import(Import {
        local: "*".to_owned(),
        module: module.clone(),
        member: Some("*".to_owned()),
    }));
}

/// Whether a path in small letters is a script's.
fn is_script(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| extension == "ps1")
}
