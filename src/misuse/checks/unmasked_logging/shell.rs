//! Echoes, traces and verbose requests of a shell.

use std::collections::HashSet;
use std::ops::Range;

use super::{report, shows};
use crate::misuse::checks::misuse;
use crate::misuse::flow::Value;
use crate::misuse::known::Credential;
use crate::misuse::library::sinks::Sink;
use crate::misuse::view::{File, Found, View};
use crate::syntax::{Block, Expr, ExprId, Stmt};

/// Echoes, traces and verbose requests of a shell.
pub(super) fn shell(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    let mut printed = HashSet::new();
    statements(&program.body, program, &mut printed);
    let mut traced: Option<(usize, Range<usize>)> = None;
    for command in &view.commands {
        let words: Vec<String> = command.words.iter().filter_map(Value::as_fixed).collect();
        if command.name == "set" {
            let on = words.iter().any(|w| {
                w.starts_with('-') && !w.starts_with("--") && w.contains('x') || w == "xtrace"
            });
            let off = words.iter().any(|w| w.starts_with('+') && w.contains('x'));
            if off {
                traced = None;
            } else if on {
                traced = Some((0, command.at.clone()));
            }
            continue;
        }
        let in_words = command.words.iter().flat_map(|w| file.known.credentials(w));
        // `${{ secrets.X != '' }}` is a truth value.
        let asks =
            |c: &Credential| file.slice(&c.at).contains("!=") || file.slice(&c.at).contains("==");
        let credentials: Vec<Credential> = in_words.filter(|c| shows(c) && !asks(c)).collect();
        if let (Some((count, at)), Some(credential)) = (&mut traced, credentials.first()) {
            *count += 1;
            if *count == 1 {
                let owner = file.known.name(credential.provider);
                let message =
                    format!("`set -x` prints every command, this {owner} credential with them");
                found.push(
                    misuse(credential.provider, at, message).along(&credential.trail, &command.at),
                );
            }
        }
        if let Some(exchange) = &command.exchange
            && let Some(at) = &exchange.verbose
        {
            let in_headers = exchange
                .headers
                .iter()
                .flat_map(|h| file.known.credentials(&h.value));
            let in_urls = exchange.urls.iter().flat_map(|u| file.known.credentials(u));
            if let Some(credential) = in_headers.chain(in_urls).next()
                && !in_docs(file)
            {
                let owner = file.known.name(credential.provider);
                let message = format!(
                    "a verbose request prints its headers, the {owner} credential among them"
                );
                found.push(misuse(credential.provider, at, message));
            }
        }
        let prints = [
            "echo", "printf", "logger", "print", "log", "log_info", "info", "warn", "error",
            "debug", "die", "say", "fail",
        ]
        .contains(&command.name.as_str());
        let own = view.flow.index.callee(program, command.call).is_some();
        let masks = words.iter().any(|w| w.contains("::add-mask::"));
        let Expr::Call { args, .. } = &program[command.call] else {
            continue;
        };
        let to_file = args.iter().any(|arg| {
            let target = view.flow.eval(arg.value, &None);
            arg.name.as_deref() == Some(">")
                && !target.as_fixed().is_some_and(|t| {
                    t.contains("/dev/std")
                        || t.rsplit_once('.')
                            .is_some_and(|(_, extension)| extension == "log")
                        || t.starts_with('&')
                })
        });
        let adds_mask = command
            .words
            .iter()
            .any(|w| crate::misuse::view::beginning(w).is_some_and(|t| t.contains("::add-mask::")));
        if prints
            && !own
            && printed.contains(&command.call)
            && !masks
            && !adds_mask
            && !to_file
            && let Some(credential) = credentials.first()
        {
            report(file, credential, &command.at, Sink::Log, found);
        }
    }
}

fn in_docs(file: &File<'_>) -> bool {
    crate::model::Setting::of_path(file.path) == Some(crate::model::Setting::Docs)
}

/// The calls that are statements: what they print is not caught.
fn statements(block: &Block, program: &crate::syntax::Program, found: &mut HashSet<ExprId>) {
    for stmt in block {
        match stmt {
            Stmt::Expr(id) | Stmt::Return(id) => {
                found.insert(*id);
                if let Expr::Choice { condition, options } = &program[*id] {
                    found.extend(condition.iter().chain(options));
                }
                if let Expr::Other(parts) | Expr::List(parts) = &program[*id] {
                    found.extend(parts);
                }
            }
            Stmt::If {
                then, otherwise, ..
            } => {
                statements(then, program, found);
                statements(otherwise, program, found);
            }
            Stmt::Try { body, handler, .. } => {
                statements(body, program, found);
                statements(handler, program, found);
            }
            Stmt::Loop { body, .. } | Stmt::Block(body) => statements(body, program, found),
            Stmt::Function(id) => statements(&program.functions[*id].body, program, found),
            _ => {}
        }
    }
}
