//! `credlint baseline`: makes, changes and checks the file of findings that are put off.
//!
//! Every command scans as `credlint scan` does. Where a scan is incomplete nothing is written: what was
//! not read would look as if it were gone.

mod change;
mod create;
mod import;
mod ledger;
pub(super) mod open;

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::args::baseline::{BaselineArgs, BaselineCommand, BaselineScanArgs};
use super::args::{CommonArgs, FixArgs, Global, OutputArgs, ScanArgs};
use super::scan::{Session, check_scanned, write_errors};
use super::settings::{ScanSettings, Target};
use crate::model::{Finding, Report};
use crate::report::{self, Format};

/// Runs the command and gives its exit status.
pub(super) fn run(
    command: &BaselineCommand,
    global: &Global,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8> {
    match command {
        BaselineCommand::Create(args) => create::run(args, global, out, err),
        BaselineCommand::Update(args) => change::update(args, global, out, err),
        BaselineCommand::Check(args) => change::check(args, global, out, err),
        BaselineCommand::Prune(args) => change::prune(args, global, out, err),
        BaselineCommand::Import(args) => import::run(args, global, out, err),
    }
}

/// What `credlint scan` would do with these arguments, with the baseline that is there or without.
fn settle(args: &BaselineScanArgs, global: &Global, no_baseline: bool) -> Result<ScanSettings> {
    let args = ScanArgs {
        paths: args.paths.clone(),
        files: args.files.clone(),
        common: CommonArgs {
            content: args.content.clone(),
            rules: args.rules.clone(),
            output: OutputArgs {
                format: Format::Terminal,
                output: Vec::new(),
                fail_on: None,
                exit_zero: false,
                show_secrets: false,
                category: String::new(),
            },
            baseline: BaselineArgs {
                file: args.file.clone(),
                no_baseline,
            },
            config: args.config.clone(),
        },
        fix: FixArgs {
            fix: false,
            diff: false,
        },
    };
    let settings = ScanSettings::resolve(&args, global)?;
    if matches!(settings.target, Target::Stdin(_)) {
        bail!("a baseline is of files: standard input is gone when its entries are checked");
    }
    Ok(settings)
}

/// The report of a whole scan; one that is not whole is an error.
fn scan(session: &Session<'_>, settings: &ScanSettings, err: &mut dyn Write) -> Result<Report> {
    let report = session.scan();
    check_scanned(&report, settings)?;
    if !report.errors.is_empty() {
        write_errors(&report.errors, err)?;
        bail!("the scan is incomplete, so nothing was done");
    }
    Ok(report)
}

/// The baseline that has to be there.
fn existing(settings: &ScanSettings) -> Result<&Path> {
    settings.common.baseline.as_deref().context(
        "there is no baseline here\n  help: `credlint baseline create` makes one, --baseline names one that is elsewhere",
    )
}

/// Lists findings, a line each.
fn list(what: &str, findings: &[&Finding], out: &mut dyn Write) -> Result<()> {
    for finding in findings {
        let location = &finding.location;
        let path = report::visible(location.origin.path());
        let start = location.start;
        let (rule, severity) = (&finding.rule, finding.severity);
        writeln!(
            out,
            "{what}: {path}:{}:{}: {rule} ({severity})",
            start.line, start.column
        )?;
    }
    Ok(())
}
