//! `credlint scan`.

use std::io::{self, Write};

use anyhow::{Context as _, Result, bail};

use super::args::{Global, ScanArgs};
use super::progress;
use super::settings::{Output, ScanSettings, Target};
use super::write::write_atomically;
use super::{CLEAN, ERROR, FINDINGS};
use crate::model::Report;
use crate::report;
use crate::scan::{Progress, Scanner};

/// Values are followed by recursion, to a bounded depth that needs more than a thread's usual stack.
const STACK: usize = 16 * 1024 * 1024;

/// Runs the command and gives its exit status.
pub(super) fn run(
    args: &ScanArgs,
    global: &Global,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8> {
    let settings = ScanSettings::resolve(args, global)?;
    if let (true, Some(config)) = (global.verbose, &settings.config) {
        writeln!(err, "configuration: {}", config.display())?;
    }
    let report = scan(&settings)?;
    for output in &settings.outputs {
        write_report(output, &report, &settings, out)?;
    }
    if report.scanned.files == 0 && report.errors.is_empty() {
        bail!("nothing was scanned: {}", settings.why_nothing(&report));
    }
    // A report that goes elsewhere than to a terminal must not hide that it is incomplete.
    if settings
        .outputs
        .iter()
        .all(|output| output.format != report::Format::Terminal)
    {
        for error in &report.errors {
            let (path, message) = (
                report::visible(&error.path),
                report::visible(&error.message),
            );
            writeln!(err, "error: {path}: {message}")?;
        }
    }
    Ok(status(&report, &settings))
}

fn scan(settings: &ScanSettings) -> Result<Report> {
    let scanner = Scanner::new(
        settings.rules.clone(),
        |id, provider| settings.wanted(id, provider),
        settings.options()?,
    );
    match &settings.target {
        Target::Stdin(name) => Ok(scanner.scan_reader(name, io::stdin().lock())),
        Target::Paths(paths) => {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(settings.walk.threads)
                .stack_size(STACK)
                .build()
                .context("cannot start threads")?;
            let progress = Progress::default();
            let line = progress::Line::show(settings.show_progress);
            line.watch(&progress, || {
                pool.install(|| Ok(scanner.scan_paths(paths, &settings.walk, &progress)))
            })
        }
    }
}

fn write_report(
    output: &Output,
    report: &Report,
    settings: &ScanSettings,
    out: &mut dyn Write,
) -> Result<()> {
    match &output.path {
        None => {
            report::write(output.format, report, &settings.style, out)?;
            out.flush()?;
        }
        Some(path) => {
            // Colours and links belong to the terminal, whatever goes to a file is plain.
            let style = report::Style {
                color: false,
                hyperlinks: false,
                ..settings.style.clone()
            };
            write_atomically(path, |file| {
                report::write(output.format, report, &style, file)
            })
            .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

fn status(report: &Report, settings: &ScanSettings) -> u8 {
    let failing = report
        .findings
        .iter()
        .any(|finding| finding.severity >= settings.fail_on);
    match (report.errors.is_empty(), failing && !settings.exit_zero) {
        (false, _) => ERROR,
        (true, true) => FINDINGS,
        (true, false) => CLEAN,
    }
}
