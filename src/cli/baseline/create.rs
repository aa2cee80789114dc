//! `credlint baseline create`.

use std::io::Write;

use anyhow::{Result, bail};

use super::change::entries;
use super::ledger::{Ledger, Terms};
use super::{open, scan, settle};
use crate::cli::CLEAN;
use crate::cli::args::Global;
use crate::cli::args::baseline::CreateArgs;
use crate::cli::scan::Session;
use crate::cli::settings::{shown, today};
use crate::model::Finding;
use crate::report;

/// Runs the command.
pub(super) fn run(
    args: &CreateArgs,
    global: &Global,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8> {
    let settings = settle(&args.scan, global, true)?;
    let path = open::place(
        &args.scan.file,
        &settings.common.project,
        settings.target.start(),
    );
    if path.exists() && !args.force && !args.dry_run {
        bail!(
            "{} is there already\n  help: `credlint baseline update --add` adds to it, --force makes it anew",
            shown(&path)
        );
    }
    let mut ledger = Ledger::new(path, &args.scan.file, args.key, &settings.common.project)?;
    let report = scan(&Session::new(&settings)?, &settings, err)?;
    let terms = Terms {
        entry: &args.entry,
        reason: None,
        today: today(),
    };
    for finding in &report.findings {
        ledger.accept(finding, &terms);
    }
    let findings: Vec<&Finding> = report.findings.iter().collect();
    if global.verbose || args.dry_run {
        super::list("accepted", &findings, out)?;
    }
    let name = shown(&ledger.path);
    let accepted = format!(
        "{} accepted in {}",
        report::count(findings.len(), "finding"),
        entries(ledger.file.entries.len())
    );
    if args.dry_run {
        writeln!(out, "would write {name}: {accepted}")?;
        return Ok(CLEAN);
    }
    let said = ledger.write()?;
    writeln!(out, "wrote {name}: {accepted}")?;
    for line in said {
        writeln!(out, "{line}")?;
    }
    if args.entry.reason.is_none() && !findings.is_empty() {
        writeln!(
            out,
            "help: no entry has a reason; --reason gives one, or write them in"
        )?;
    }
    Ok(CLEAN)
}
