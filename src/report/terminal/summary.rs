//! The end of the terminal's report: what does nothing, what went wrong, what was looked at.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use super::Terminal;
use crate::model::{Report, Severity};
use crate::report::{bytes, count, escape, looked_at, place};

/// Writes unused suppressions, errors, counts and what was scanned.
pub(super) fn write(terminal: &Terminal<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_suppressed(terminal, out)?;
    let note = terminal.paint.severity(Severity::Note, "note");
    for unused in &terminal.report.unused_suppressions {
        let (path, message) = (
            escape::visible(unused.origin.path()),
            escape::visible(&unused.message),
        );
        writeln!(out, "{note}: {path}:{}: {message}", unused.line)?;
    }
    write_errors(terminal, out)?;
    if !terminal.report.unused_suppressions.is_empty() || !terminal.report.errors.is_empty() {
        writeln!(out)?;
    }
    writeln!(out, "{}", verdict(terminal))?;
    for line in scanned(terminal.report) {
        writeln!(out, "{}", terminal.paint.faint(&line))?;
    }
    Ok(())
}

/// Writes what could not be scanned, which no setting hides.
pub(super) fn write_errors(terminal: &Terminal<'_>, out: &mut dyn Write) -> io::Result<()> {
    let word = terminal.paint.error("error");
    for error in &terminal.report.errors {
        let (path, message) = (
            escape::visible(&error.path),
            escape::visible(&error.message),
        );
        let colon = if path.is_empty() { "" } else { ": " };
        writeln!(out, "{word}: {path}{colon}{message}")?;
    }
    Ok(())
}

/// Writes every suppressed finding, for who wants to know.
fn write_suppressed(terminal: &Terminal<'_>, out: &mut dyn Write) -> io::Result<()> {
    if !terminal.style.verbose || terminal.report.suppressed.is_empty() {
        return Ok(());
    }
    for suppressed in &terminal.report.suppressed {
        let finding = &suppressed.finding;
        let reason = suppressed.reason.as_deref().unwrap_or("no reason given");
        let (kind, reason) = (suppressed.kind.as_str(), escape::visible(reason));
        let head = terminal.paint.faint("suppressed");
        writeln!(
            out,
            "{head}: {}: {} ({kind}: {reason})",
            place(&finding.location),
            finding.rule
        )?;
    }
    writeln!(out)
}

/// The one line that says how it went. It never says that all is well when something was not scanned.
fn verdict(terminal: &Terminal<'_>) -> String {
    let (report, paint) = (terminal.report, &terminal.paint);
    let incomplete = (!report.errors.is_empty()).then(|| {
        paint.error(&format!(
            "the scan is incomplete ({})",
            count(report.errors.len(), "error")
        ))
    });
    if report.findings.is_empty() {
        return match incomplete {
            Some(incomplete) => format!("No findings in what could be read, but {incomplete}."),
            None if report.scanned.files == 0 && report.scanned.commits == 0 => {
                paint.error("Nothing was scanned.")
            }
            None => paint.good("No findings."),
        };
    }
    let severities: Vec<String> = report
        .by_severity()
        .into_iter()
        .map(|(severity, count)| paint.severity(severity, &format!("{count} {severity}")))
        .collect();
    let findings = paint.strong(&count(report.findings.len(), "finding"));
    let places = files_with_findings(report);
    let line = format!(
        "{findings} in {}: {}",
        count(places, "file"),
        severities.join(", ")
    );
    match incomplete {
        Some(incomplete) => format!("{line}; {incomplete}."),
        None => format!("{line}."),
    }
}

fn files_with_findings(report: &Report) -> usize {
    let mut paths: Vec<&str> = report
        .findings
        .iter()
        .map(|f| f.location.origin.path())
        .collect();
    paths.sort_unstable();
    paths.dedup();
    paths.len()
}

/// What was looked at, and what was not, a line each.
fn scanned(report: &Report) -> Vec<String> {
    let scanned = &report.scanned;
    let inside = match scanned.members as usize {
        0 => String::new(),
        members => format!(" and {} of archives", count(members, "member")),
    };
    let mut lines = vec![format!(
        "Scanned {}{inside} ({}) with {} in {}.",
        looked_at(scanned),
        bytes(scanned.bytes),
        count(scanned.rules, "rule"),
        elapsed(scanned.elapsed),
    )];
    if !scanned.limited.is_empty() {
        let limited: Vec<String> = scanned
            .limited
            .iter()
            .map(|(why, count)| format!("{count} {why}"))
            .collect();
        let limited_to: u64 = scanned.limited.values().sum();
        lines.push(format!(
            "Only unmistakable formats were looked for in {limited_to} of them: {}.",
            limited.join(", ")
        ));
    }
    if !scanned.skipped.is_empty() {
        let skipped: Vec<String> = scanned
            .skipped
            .iter()
            .map(|(why, count)| format!("{count} {}", why.as_str()))
            .collect();
        lines.push(format!("Skipped: {}.", skipped.join(", ")));
    }
    if !report.suppressed.is_empty() {
        let mut kinds: BTreeMap<_, usize> = BTreeMap::new();
        for suppressed in &report.suppressed {
            *kinds.entry(suppressed.kind).or_default() += 1;
        }
        let kinds: Vec<String> = kinds
            .iter()
            .map(|(kind, count)| format!("{count} {}", kind.as_str()))
            .collect();
        lines.push(format!(
            "Suppressed: {} ({}).",
            count(report.suppressed.len(), "finding"),
            kinds.join(", ")
        ));
    }
    lines
}

/// `137 ms`, `4.2 s`, `3 min 5 s`.
fn elapsed(time: Duration) -> String {
    match time.as_millis() {
        millis @ 0..1000 => format!("{millis} ms"),
        1000..60_000 => format!("{:.1} s", time.as_secs_f64()),
        _ => format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!(elapsed(Duration::from_millis(4_230)), "4.2 s");
        assert_eq!(elapsed(Duration::from_secs(185)), "3 min 5 s");
    }
}
