//! The `credlint` program: hands the process's arguments and streams to the library.

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut out = io::BufWriter::new(io::stdout().lock());
    credlint::cli::run(std::env::args_os(), &mut out, &mut io::stderr())
}
