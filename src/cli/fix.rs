//! `credlint scan --fix` and `--diff`: writes the fixes that hold, or shows them.

use std::io::{self, Read as _, Write};

use anyhow::{Context as _, Result, bail};
use colored::Colorize as _;
use similar::TextDiff;

use super::scan::{Session, check_scanned, write_errors};
use super::settings::{ScanSettings, Target};
use super::write::replace;
use super::{CLEAN, ERROR, FINDINGS};
use crate::model::{Report, ScanError};
use crate::report;
use crate::scan::{Fixed, Fixes, MAX_FIXED, Unfixed};

/// Applies the fixes of `report` and gives a report of what is left.
pub(super) fn apply(
    report: Report,
    settings: &ScanSettings,
    err: &mut dyn Write,
) -> Result<Report> {
    let Fixes { files, mut errors } = Session::new(settings)?.fixes(&report);
    let mut written = Vec::new();
    for file in files {
        let path = file.path.as_ref().filter(|_| file.fixed > 0);
        match path.map(|path| replace(path, &file.before, &file.after)) {
            Some(Err(error)) => errors.push(ScanError {
                path: file.name,
                message: format!("cannot be fixed: {error}"),
            }),
            Some(Ok(())) | None => written.push(file),
        }
    }
    tell("fixed", &written, settings, err)?;
    let mut report = report;
    if written.iter().any(|file| file.fixed > 0) {
        // Of everything: what a file says may matter to those that import it.
        report = Session::new(settings)?.scan();
    }
    report.errors.append(&mut errors);
    report.errors.sort();
    Ok(report)
}

/// Prints what `apply` would change, and gives the exit status.
pub(super) fn show(
    settings: &ScanSettings,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8> {
    let session = Session::new(settings)?;
    let Fixes { files, errors } = match &settings.target {
        Target::Stdin(name) => Fixes {
            files: vec![session.fix(name, &input()?)],
            errors: Vec::new(),
        },
        Target::Paths(_) => {
            let report = session.scan();
            check_scanned(&report, settings)?;
            let mut fixes = session.fixes(&report);
            fixes.errors.extend(report.errors);
            fixes.errors.sort();
            fixes
        }
    };
    for file in &files {
        write_diff(file, settings, out)?;
    }
    out.flush()?;
    tell("would fix", &files, settings, err)?;
    write_errors(&errors, err)?;
    let would = files.iter().any(|file| file.fixed > 0);
    Ok(
        match (errors.is_empty(), would && !settings.common.exit_zero) {
            (false, _) => ERROR,
            (true, true) => FINDINGS,
            (true, false) => CLEAN,
        },
    )
}

/// All of standard input, which is code and has an end.
fn input() -> Result<Vec<u8>> {
    let mut input = Vec::new();
    let mut reader = io::stdin().lock().take(MAX_FIXED as u64 + 1);
    reader
        .read_to_end(&mut input)
        .context("cannot read standard input")?;
    if input.len() > MAX_FIXED {
        bail!("--diff reads at most {MAX_FIXED} bytes from standard input");
    }
    Ok(input)
}

/// Says what was done, what was not and why.
fn tell(
    done: &str,
    files: &[Fixed],
    settings: &ScanSettings,
    err: &mut dyn Write,
) -> io::Result<()> {
    if settings.common.style.quiet {
        return Ok(());
    }
    let fixed = files.iter().map(|file| file.fixed).sum();
    let changed = files.iter().filter(|file| file.fixed > 0).count();
    let (mut unsaid, mut left) = (0, false);
    for file in files {
        let name = report::visible(&file.name);
        left |= !file.unfixed.is_empty();
        if let (Some(why), false) = (file.unfit, settings.common.style.verbose) {
            writeln!(err, "not fixed: {name}: {why}")?;
            continue;
        }
        unsaid += file.unfixed.len();
        for unfixed in file
            .unfixed
            .iter()
            .filter(|_| settings.common.style.verbose)
        {
            let Unfixed {
                line,
                column,
                rule,
                why,
            } = unfixed;
            writeln!(err, "not fixed: {name}:{line}:{column}: {rule}: {why}")?;
        }
    }
    match fixed {
        0 if left => write!(err, "{done} nothing")?,
        0 => write!(err, "nothing to fix")?,
        _ => {
            let findings = report::count(fixed, "finding");
            let files = report::count(changed, "file");
            write!(err, "{done} {findings} in {files}")?;
        }
    }
    match unsaid {
        _ if settings.common.style.verbose => writeln!(err),
        0 => writeln!(err),
        1 => writeln!(err, "; 1 fix does not hold (--verbose says why)"),
        _ => writeln!(err, "; {unsaid} fixes do not hold (--verbose says why)"),
    }
}

/// The file's unified diff, with secrets masked unless they are to be shown.
fn write_diff(file: &Fixed, settings: &ScanSettings, out: &mut dyn Write) -> io::Result<()> {
    let [before, after] = [&file.before, &file.after].map(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        if settings.common.style.show_secrets {
            text.into_owned()
        } else {
            file.masked(&text)
        }
    });
    let name = report::visible(&file.name);
    let diff = TextDiff::from_lines(&before, &after);
    // As git writes it, so that `git apply` takes it.
    let [old, new] = ["a/", "b/"].map(|side| {
        if name.starts_with('/') {
            name.to_string()
        } else {
            format!("{side}{name}")
        }
    });
    let diff = diff.unified_diff().header(&old, &new).to_string();
    for line in diff.split_inclusive('\n') {
        let (text, end) = match line.strip_suffix("\r\n") {
            Some(text) => (text, "\r\n"),
            None => (line.strip_suffix('\n').unwrap_or(line), "\n"),
        };
        // Tabs stay, whatever else would not be seen is written out.
        let parts: Vec<_> = text.split('\t').map(report::visible).collect();
        let text = parts.join("\t");
        // In colour only where that is wanted, which `settings` told the crate.
        let text = match text.as_bytes().first() {
            _ if text.starts_with("--- ") || text.starts_with("+++ ") => text.bold(),
            Some(b'-') => text.red(),
            Some(b'+') => text.green(),
            Some(b'@') => text.cyan(),
            _ => text.normal(),
        };
        write!(out, "{text}{end}")?;
    }
    Ok(())
}
