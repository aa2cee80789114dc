//! The program: arguments in, exit status out. Everything it says goes to the writers it is given.

mod args;
mod baseline;
mod ci;
mod explain;
mod fix;
mod git;
mod hook;
mod init;
mod progress;
mod project;
#[cfg(test)]
mod readme;
mod rules;
mod scan;
mod settings;
mod write;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory as _, Parser as _};

use crate::report;
use args::{Arguments, Command};

/// No finding at or above the threshold.
const CLEAN: u8 = 0;
/// Findings.
const FINDINGS: u8 = 1;
/// Something was not done.
const ERROR: u8 = 2;

/// Runs the program with the arguments `args`, the first of which is its own name.
///
/// Reports go to `out`, everything else to `err`. A reader that goes away early is no error.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> ExitCode {
    let arguments = match Arguments::try_parse_from(args) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are output; mistakes are not.
            let text = error.render();
            let _ = if error.use_stderr() {
                write!(err, "{text}")
            } else {
                write!(out, "{text}")
            };
            return ExitCode::from(if error.use_stderr() { ERROR } else { CLEAN });
        }
    };
    let status = match dispatch(&arguments, out, err) {
        Ok(status) => status,
        Err(error) if is_broken_pipe(&error) => CLEAN,
        Err(error) => {
            let _ = writeln!(err, "error: {}", harmless(&format!("{error:#}")));
            ERROR
        }
    };
    match out.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(err, "error: cannot write to standard output: {error}");
            ExitCode::from(ERROR)
        }
        _ => ExitCode::from(status),
    }
}

fn dispatch(arguments: &Arguments, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8> {
    match &arguments.command {
        Command::Scan(args) => return scan::run(args, &arguments.global, out, err),
        Command::Git(command) => return git::run(command, &arguments.global, out, err),
        Command::Hook(command) => hook::run(command, out)?,
        Command::Baseline(command) => {
            return baseline::run(command, &arguments.global, out, err);
        }
        Command::Explain(args) => explain::run(args, out)?,
        Command::Rules(command) => rules::run(command, out)?,
        Command::Init(args) => init::run(args, out)?,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "credlint", &mut script);
            out.write_all(&script)?;
        }
        Command::Man => clap_mangen::Man::new(Arguments::command()).render(out)?,
    }
    Ok(CLEAN)
}

/// A message of several lines, each made safe to show: it may quote a path or a file.
fn harmless(message: &str) -> String {
    let lines: Vec<_> = message.split('\n').map(report::visible).collect();
    lines.join("\n")
}

/// Whether the error is that nobody reads standard output any more.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }
}
