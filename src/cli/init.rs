//! `credlint init`: a commented `.credlint.toml`.

use std::io::Write;

use anyhow::{Context as _, Result, bail};

use super::args::InitArgs;
use super::write::write_atomically;
use crate::config;

/// Runs the command.
pub(super) fn run(args: &InitArgs, out: &mut dyn Write) -> Result<()> {
    let path = args.folder.join(config::FILE_NAME);
    if path.exists() && !args.force {
        bail!(
            "{} is there already\n  help: --force writes over it",
            path.display()
        );
    }
    write_atomically(&path, |file| file.write_all(config::TEMPLATE.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(())
}
