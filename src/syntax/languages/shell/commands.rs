//! Commands, pipelines and redirections.

use tree_sitter::Node;

use super::words::{self, is_spread, word};
use super::{assignment, block, statement, statements};
use crate::syntax::lower::{Builder, arg, children, field, named};
use crate::syntax::program::{Arg, Block, Expr, ExprId, Function, Stmt};

/// Whether what a redirection is for is a command, which it then is an argument of.
pub(super) fn is_command(body: Option<Node<'_>>) -> bool {
    body.is_none_or(|body| matches!(body.kind(), "command" | "pipeline" | "redirected_statement"))
}

/// What a command or a pipeline does, as a call. `extra` are arguments that stand after it, `before`
/// gets what must be done first.
pub(super) fn run(
    b: &mut Builder<'_>,
    node: Node<'_>,
    extra: Vec<Arg>,
    before: &mut Block,
) -> ExprId {
    let mut lowered = Vec::new();
    let call = b.deeper(node, |b| match node.kind() {
        "command" => command(b, node, extra, &mut lowered),
        "pipeline" => pipeline(b, &children(node), extra, &mut lowered),
        "redirected_statement" if is_command(field(node, "body")) => {
            redirected(b, node, extra, &mut lowered)
        }
        "negated_command" => match node.named_child(0) {
            Some(inner) => run(b, inner, extra, &mut lowered),
            None => b.other(node, Vec::new()),
        },
        _ => {
            let body = block(b, Some(node));
            called(b, node, body, extra)
        }
    });
    before.append(&mut lowered);
    call
}

/// A call of a function with this body, at once.
fn called(b: &mut Builder<'_>, node: Node<'_>, body: Block, args: Vec<Arg>) -> ExprId {
    let function = b.function(Function {
        name: None,
        parameters: Vec::new(),
        body,
        span: node.byte_range(),
    });
    let function = b.push(Expr::Function(function), node.byte_range());
    b.call(node, function, args)
}

fn command(b: &mut Builder<'_>, node: Node<'_>, mut extra: Vec<Arg>, before: &mut Block) -> ExprId {
    let mut callee = None;
    let mut args = Vec::new();
    for part in children(node) {
        match part.kind() {
            "variable_assignment" => before.push(Stmt::Expr(assignment(b, part))),
            "command_name" => {
                callee = part.named_child(0).map(|name| match name.kind() {
                    "word" => b.name(name),
                    _ => word(b, name),
                });
            }
            "file_redirect" | "heredoc_redirect" | "herestring_redirect" => {
                redirect(b, part, &mut args);
            }
            _ => args.push(argument(b, part)),
        }
    }
    args.append(&mut extra);
    let callee = match callee {
        Some(callee) => callee,
        None => b.other(node, Vec::new()),
    };
    b.call(node, callee, args)
}

fn argument(b: &mut Builder<'_>, node: Node<'_>) -> Arg {
    Arg {
        name: None,
        value: word(b, node),
        spread: is_spread(b, node),
    }
}

/// Each command gets the call before it as its last argument.
fn pipeline(
    b: &mut Builder<'_>,
    nodes: &[Node<'_>],
    mut extra: Vec<Arg>,
    before: &mut Block,
) -> ExprId {
    let mut previous = None;
    let mut call = None;
    for (at, part) in nodes.iter().enumerate() {
        let mut args: Vec<Arg> = previous.take().map(arg).into_iter().collect();
        if at + 1 == nodes.len() {
            args.append(&mut extra);
        }
        let this = run(b, *part, args, before);
        previous = Some(this);
        call = Some((this, *part));
    }
    match call {
        Some((call, _)) => call,
        None => b.push(Expr::Other(Vec::new()), 0..0),
    }
}

/// `command > file <<EOF | next`.
fn redirected(b: &mut Builder<'_>, node: Node<'_>, extra: Vec<Arg>, before: &mut Block) -> ExprId {
    let body = field(node, "body");
    let mut args = Vec::new();
    let mut next = Vec::new();
    for part in children(node) {
        if Some(part) != body {
            redirect(b, part, &mut args);
            next.extend(piped(part));
        }
    }
    if next.is_empty() {
        args.extend(extra);
        return match body {
            Some(body) => run(b, body, args, before),
            None => b.other(node, args.into_iter().map(|arg| arg.value).collect()),
        };
    }
    let first = match body {
        Some(body) => run(b, body, args, before),
        None => b.other(node, args.into_iter().map(|arg| arg.value).collect()),
    };
    // The rest of the pipeline, whose first gets what was redirected.
    let mut args = vec![arg(first)];
    let mut call = first;
    let last = next.len() - 1;
    for (at, part) in next.into_iter().enumerate() {
        if at == last {
            args.extend(extra.iter().cloned());
        }
        call = run(b, part, std::mem::take(&mut args), before);
        args.push(arg(call));
    }
    call
}

/// The commands that stand behind the `|` after a `<<EOF`.
fn piped(redirect: Node<'_>) -> Vec<Node<'_>> {
    let pipelines = children(redirect).into_iter();
    pipelines
        .filter(|part| part.kind() == "pipeline")
        .flat_map(children)
        .collect()
}

/// A loop or a block with redirections, which have values of their own.
pub(super) fn redirected_block(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let body = field(node, "body");
    let mut args = Vec::new();
    for part in children(node) {
        if Some(part) != body {
            redirect(b, part, &mut args);
        }
    }
    out.extend(args.into_iter().map(|arg| Stmt::Expr(arg.value)));
    if let Some(body) = body {
        statement(b, body, out);
    }
}

/// `> file`, `< file`, `<<EOF` and `<<< word`, as arguments with the name of their operator.
fn redirect(b: &mut Builder<'_>, node: Node<'_>, args: &mut Vec<Arg>) {
    match node.kind() {
        "file_redirect" => {
            let Some(to) = field(node, "destination") else {
                return;
            };
            let from = node.start_byte();
            let operator = b.slice(from..to.start_byte());
            // `2>&1` is no file.
            if operator.contains(">&") && to.kind() == "number" {
                return;
            }
            let name = if operator.contains('>') { ">" } else { "<" };
            args.push(named(name.to_owned(), word(b, to)));
        }
        "herestring_redirect" => {
            if let Some(inner) = node.named_child(0) {
                args.push(named("<<".to_owned(), word(b, inner)));
            }
        }
        "heredoc_redirect" => {
            let mut start = String::new();
            for part in children(node) {
                match part.kind() {
                    "heredoc_start" => start = b.raw(part),
                    "heredoc_body" => {
                        let fixed = start.contains(['\'', '"', '\\']);
                        let text = words::heredoc(b, part, fixed);
                        args.push(named("<<".to_owned(), text));
                    }
                    "heredoc_end" | "pipeline" => {}
                    "file_redirect" | "heredoc_redirect" | "herestring_redirect" => {
                        redirect(b, part, args);
                    }
                    _ => args.push(argument(b, part)),
                }
            }
        }
        _ => args.push(argument(b, node)),
    }
}

/// `$(…)` and `<(…)`: the call inside, or one of a function with the statements inside.
pub(super) fn substitution(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let inner = children(node);
    let mut before = Vec::new();
    if let [only] = *inner
        && is_command(Some(only))
    {
        let call = run(b, only, Vec::new(), &mut before);
        if before.is_empty() {
            return call;
        }
        before.push(Stmt::Return(call));
        return called(b, node, before, Vec::new());
    }
    if let [only] = *inner
        && only.kind() == "file_redirect"
    {
        let mut args = Vec::new();
        redirect(b, only, &mut args);
        return b.other(node, args.into_iter().map(|arg| arg.value).collect());
    }
    let body = statements(b, &inner);
    called(b, node, body, Vec::new())
}
