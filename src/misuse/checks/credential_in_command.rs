//! `credential-in-command`: a credential as an argument of a process, or built into an image.

use super::{Check, misuse, quoted};
use crate::misuse::flow::{PieceKind, Source, Value};
use crate::misuse::known::Credential;
use crate::misuse::view::{File, Found, View};
use crate::model::{Confidence, Severity};
use crate::syntax::{Expr, Language};

pub(super) const CHECK: Check = Check {
    id: "credential-in-command",
    title: "Credential in a command",
    severity: Severity::High,
    cwe: 214,
    impact: "Arguments stand in process lists, shell histories and logs of pipelines; what an image is built with stays in its layers.",
    remedy: &[
        "Read the credential from the environment, a file or a secret mount.",
        "Replace the credential if the command was run.",
    ],
    run,
};

fn run(file: &File<'_>, found: &mut Found) {
    for view in &file.views {
        for command in &view.commands {
            let name = command.name.as_str();
            let is_image = matches!(name, "docker" | "podman" | "buildah" | "nerdctl");
            let builds = is_image
                && command
                    .words
                    .iter()
                    .any(|w| w.as_fixed().as_deref() == Some("build"));
            let assigns = matches!(
                name,
                "export"
                    | "set"
                    | "echo"
                    | "printf"
                    | "test"
                    | "["
                    | "read"
                    | "local"
                    | "declare"
                    | "readonly"
                    | "env"
            );
            for (number, word) in command.words.iter().enumerate() {
                let before = number
                    .checked_sub(1)
                    .and_then(|n| command.words[n].as_fixed());
                let is_build_arg =
                    before.as_deref() == Some("--build-arg") || begins(word, "--build-arg=");
                if builds && is_build_arg {
                    build_argument(file, word, &command.at, found);
                    continue;
                }
                if assigns && name != "echo" && name != "printf" {
                    continue;
                }
                for credential in literals(file, word) {
                    report(file, &credential, "is an argument of a command", found);
                }
            }
        }
        if view.flow.program.language == Language::Dockerfile {
            image(file, view, found);
        }
        secrets_in_scripts(file, view, found);
        settings_of_scripts(file, view, found);
    }
}

fn begins(word: &Value, start: &str) -> bool {
    crate::misuse::view::beginning(word).is_some_and(|text| text.starts_with(start))
}

fn literals(file: &File<'_>, word: &Value) -> Vec<Credential> {
    let mut found = file.known.credentials(word);
    found.retain(|credential| credential.literal);
    found
}

/// `--build-arg NAME=value`: whatever the value is, it stays in the image's history.
fn build_argument(file: &File<'_>, word: &Value, at: &std::ops::Range<usize>, found: &mut Found) {
    if let Some(credential) = file.known.credentials(word).first() {
        report(file, credential, "is built into an image", found);
        return;
    }
    let text = crate::misuse::view::beginning(word).unwrap_or_default();
    let name = text
        .trim_start_matches("--build-arg=")
        .split('=')
        .next()
        .unwrap_or_default()
        .to_owned();
    let source = crate::misuse::flow::Source::named(&name);
    if let Some(provider) = file.known.by_source(&source) {
        let owner = file.known.name(provider);
        let message = format!(
            "{} is built into an image: it is a {owner} credential",
            quoted(&name)
        );
        found.push(misuse(provider, at, message).sure(Confidence::Medium));
    }
}

/// `ENV` and `ARG` of a Dockerfile.
fn image(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    for call in &view.flow.index.calls {
        let Expr::Call { callee, args } = &program[*call] else {
            continue;
        };
        let path = program.path(*callee);
        let instruction = path.last().copied().unwrap_or_default();
        if !instruction.eq_ignore_ascii_case("env") && !instruction.eq_ignore_ascii_case("arg") {
            continue;
        }
        for arg in args {
            let Some(name) = &arg.name else {
                continue;
            };
            let source = crate::misuse::flow::Source::named(name);
            let value = view.flow.eval(arg.value, &None);
            let literal = literals(file, &value).into_iter().next();
            let provider = literal
                .as_ref()
                .map(|c| c.provider)
                .or_else(|| file.known.by_source(&source));
            // What is made to be public is told by the check for that.
            if name.contains("PUBLIC")
                || name.starts_with("VITE_")
                || name.starts_with("REACT_APP_")
            {
                continue;
            }
            // An empty value, or a path to a mounted secret, builds nothing in.
            let fixed = value.as_fixed();
            let holds = match fixed.as_deref() {
                Some(text) => {
                    literal.is_some() || text.is_empty() && instruction.eq_ignore_ascii_case("arg")
                }
                None => true,
            };
            if let Some(provider) = provider.filter(|_| holds) {
                let at = literal.map_or_else(|| program.span(*call), |c| c.at);
                let owner = file.known.name(provider);
                let message = format!(
                    "{} of {} is built into the image: it is a {owner} credential",
                    quoted(&instruction.to_ascii_uppercase()),
                    quoted(name)
                );
                found.push(misuse(provider, &at, message));
            }
        }
    }
}

/// `KEY=value command` of a script that is part of a configuration.
fn settings_of_scripts(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    if view.host.is_none() || view.flow.program.language != Language::Shell {
        return;
    }
    for named in &view.flow.index.named {
        for credential in literals(file, &view.flow.eval(named.value, &None)) {
            report(file, &credential, "is written into a command", found);
        }
    }
}

/// `${{ secrets.X }}` inside a script: the runner writes the value into the command itself.
fn secrets_in_scripts(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    if view.host.is_none() || view.flow.program.language != Language::Shell {
        return;
    }
    for command in &view.commands {
        for word in &command.words {
            for pieces in word.texts() {
                for piece in &pieces {
                    let PieceKind::Open(source) = &piece.kind else {
                        continue;
                    };
                    // The name that the lowering gives what a pipeline puts in.
                    let Some(name) = source.label.strip_prefix("__secrets_") else {
                        continue;
                    };
                    let name = name.trim_end_matches('_');
                    // `${{ secrets.X != '' }}` is a truth value.
                    let asks = ["!=", "=="]
                        .iter()
                        .any(|sign| file.slice(&piece.at).contains(sign));
                    if asks {
                        continue;
                    }
                    if let Some(provider) = file.known.by_source(&Source::named(name)) {
                        let owner = file.known.name(provider);
                        let message = format!(
                            "the secret {} is written into the command line: it is a {owner} credential; hand it over through `env`",
                            quoted(name)
                        );
                        found.push(misuse(provider, &piece.at, message).sure(Confidence::Medium));
                    }
                }
            }
        }
    }
}

fn report(file: &File<'_>, credential: &Credential, what: &str, found: &mut Found) {
    let owner = file.known.name(credential.provider);
    let message = format!("a {owner} credential {what}");
    found.push(misuse(credential.provider, &credential.at, message));
}
