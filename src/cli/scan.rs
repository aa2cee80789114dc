//! `credlint scan`.

use std::io::{self, Write};

use anyhow::{Context as _, Result, bail};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::args::{Global, ScanArgs};
use super::settings::{Fixing, Output, ScanSettings, Settings, Target};
use super::write::write_atomically;
use super::{CLEAN, ERROR, FINDINGS};
use super::{fix, progress};
use crate::model::{Report, ScanError};
use crate::report;
use crate::scan::{Fixed, Fixes, Progress, Scanner};

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
    tell_config(&settings.common, err)?;
    if settings.fixing == Fixing::Show {
        return fix::show(&settings, out, err);
    }
    let mut report = Session::new(&settings)?.scan();
    if settings.fixing == Fixing::Apply {
        report = fix::apply(report, &settings, err)?;
    }
    finish(&report, &settings.common, out, err, || {
        check_scanned(&report, &settings)
    })
}

/// Says which configuration and baseline hold, to who wants to know.
pub(super) fn tell_config(settings: &Settings, err: &mut dyn Write) -> io::Result<()> {
    let files = [
        ("configuration", &settings.config),
        ("baseline", &settings.baseline),
    ];
    for (what, file) in files {
        if let (true, Some(file)) = (settings.style.verbose, file) {
            writeln!(err, "{what}: {}", file.display())?;
        }
    }
    Ok(())
}

/// Writes a report wherever it is wanted, and gives the exit status. `check` says whether there was
/// anything to be scanned.
pub(super) fn finish(
    report: &Report,
    settings: &Settings,
    out: &mut dyn Write,
    err: &mut dyn Write,
    check: impl FnOnce() -> Result<()>,
) -> Result<u8> {
    for output in &settings.outputs {
        write_report(output, report, settings, out)?;
    }
    check()?;
    // A report that goes elsewhere than to a terminal must not hide that it is incomplete.
    if settings
        .outputs
        .iter()
        .all(|output| output.format != report::Format::Terminal)
    {
        write_errors(&report.errors, err)?;
    }
    Ok(status(report, settings))
}

/// A scanner with its settings, and the threads it works on.
pub(super) fn workers(settings: &Settings) -> Result<(Scanner, ThreadPool)> {
    let wanted = |id: &str, provider: &str| settings.wanted(id, provider);
    let pool = ThreadPoolBuilder::new()
        .num_threads(settings.threads)
        .stack_size(STACK);
    Ok((
        Scanner::new(settings.rules.clone(), wanted, settings.options()?),
        pool.build().context("cannot start threads")?,
    ))
}

/// A scan of nothing is an error.
pub(super) fn check_scanned(report: &Report, settings: &ScanSettings) -> Result<()> {
    if report.scanned.files == 0 && report.errors.is_empty() {
        bail!("nothing was scanned: {}", settings.why_nothing(report));
    }
    Ok(())
}

pub(super) fn write_errors(errors: &[ScanError], err: &mut dyn Write) -> io::Result<()> {
    for error in errors {
        let (path, message) = (
            report::visible(&error.path),
            report::visible(&error.message),
        );
        writeln!(err, "error: {path}: {message}")?;
    }
    Ok(())
}

/// A scanner, its threads, and what it is to scan.
pub(super) struct Session<'a> {
    settings: &'a ScanSettings,
    scanner: Scanner,
    pool: ThreadPool,
}

impl<'a> Session<'a> {
    pub(super) fn new(settings: &'a ScanSettings) -> Result<Self> {
        let (scanner, pool) = workers(&settings.common)?;
        Ok(Self {
            settings,
            scanner,
            pool,
        })
    }

    /// Scans the target.
    pub(super) fn scan(&self) -> Report {
        match &self.settings.target {
            Target::Stdin(name) => self.scanner.scan_reader(name, io::stdin().lock()),
            Target::Paths(paths) => {
                let progress = Progress::default();
                let line = progress::Line::show(self.settings.common.show_progress);
                let scan = || {
                    self.scanner
                        .scan_paths(paths, &self.settings.walk, &progress)
                };
                line.watch(&progress, || self.pool.install(scan))
            }
        }
    }

    /// What scans, and what it has learnt.
    pub(super) fn scanner(&self) -> &Scanner {
        &self.scanner
    }

    /// What the fixes of a report's findings come to; none for standard input, which is gone.
    pub(super) fn fixes(&self, report: &Report) -> Fixes {
        match &self.settings.target {
            Target::Stdin(_) => Fixes::default(),
            Target::Paths(paths) => {
                let fix = || self.scanner.fix_paths(report, paths, &self.settings.walk);
                self.pool.install(fix)
            }
        }
    }

    /// What the fixes of this content's findings come to.
    pub(super) fn fix(&self, name: &str, content: &[u8]) -> Fixed {
        self.pool.install(|| self.scanner.fix_bytes(name, content))
    }
}

fn write_report(
    output: &Output,
    report: &Report,
    settings: &Settings,
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

fn status(report: &Report, settings: &Settings) -> u8 {
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
