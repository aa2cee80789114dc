//! GitHub-flavoured Markdown, for the summary page of a pipeline run.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{bytes, count, escape, looked_at, sentence, shown_secret, title, worst};
use crate::model::{Finding, Report, RuleDoc};

/// GitHub refuses a job summary over 1 MiB: this leaves each row a kilobyte.
const MAX_ROWS: usize = 1000;
/// Of a list besides, for the same reason.
const MAX_ENTRIES: usize = 100;

/// Writes heading, counts, findings, what to do, and what went wrong.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## credlint: {}\n", headline(report))?;
    if !report.findings.is_empty() {
        write_counts(report, out)?;
        write_findings(report, out)?;
        write_remedies(report, out)?;
    }
    let errors = report
        .errors
        .iter()
        .map(|error| (error.path.clone(), &*error.message));
    write_list("Not scanned", errors, out)?;
    let unused = report.unused_suppressions.iter();
    let unused = unused.map(|unused| {
        (
            format!("{}:{}", unused.origin, unused.line),
            &*unused.message,
        )
    });
    write_list("Unused suppressions", unused, out)?;
    write_scanned(report, out)
}

fn headline(report: &Report) -> String {
    match (report.findings.len(), report.errors.len()) {
        (0, 0) if report.scanned.files == 0 && report.scanned.commits == 0 => {
            "nothing was scanned".to_owned()
        }
        (0, 0) => "no findings".to_owned(),
        (0, errors) => format!("the scan is incomplete, {}", count(errors, "error")),
        (findings, 0) => count(findings, "finding"),
        (findings, errors) => {
            format!(
                "{}, and {}: the scan is incomplete",
                count(findings, "finding"),
                count(errors, "error")
            )
        }
    }
}

fn write_counts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| Severity | Findings |\n| --- | ---: |")?;
    for (severity, count) in report.by_severity() {
        writeln!(out, "| {severity} | {count} |")?;
    }
    writeln!(out)
}

fn write_findings(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "| Severity | Place | Rule | Finding | Secret |\n| --- | --- | --- | --- | --- |"
    )?;
    let (rows, left_out) = worst(&report.findings, MAX_ROWS);
    for finding in rows {
        let start = finding.location.start;
        let place = format!("{}:{}", finding.location.origin, start.line);
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            finding.severity,
            escape::markdown_code(&place),
            escape::markdown_code(&finding.rule),
            escape::markdown(&finding.message),
            escape::markdown_code(&shown_secret(finding, false)),
        )?;
    }
    if left_out > 0 {
        writeln!(
            out,
            "\n{} of lesser severity left out of this table.",
            count(left_out, "finding")
        )?;
    }
    writeln!(out)
}

fn write_remedies(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    writeln!(out, "### What to do\n")?;
    for (id, findings) in by_rule {
        let title = escape::html(title(report, findings[0]));
        let findings = count(findings.len(), "finding");
        writeln!(
            out,
            "<details><summary>{title} (<code>{}</code>, {findings})</summary>\n",
            escape::html(id)
        )?;
        if let Some(rule) = report.rule(id) {
            write_remedy(rule, out)?;
        }
        writeln!(out, "</details>\n")?;
    }
    Ok(())
}

fn write_remedy(rule: &RuleDoc, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}\n", escape::markdown_prose(&sentence(&rule.impact)))?;
    for (at, step) in rule.remedy.iter().enumerate() {
        writeln!(out, "{}. {}", at + 1, escape::markdown_prose(step))?;
    }
    if let Some(docs) = &rule.docs {
        writeln!(out, "\nDocumentation: {}", escape::markdown_prose(docs))?;
    }
    writeln!(out)
}

/// Places with what is to be said of them, nothing where there are none.
fn write_list<'a>(
    heading: &str,
    entries: impl ExactSizeIterator<Item = (String, &'a str)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if entries.len() == 0 {
        return Ok(());
    }
    writeln!(out, "### {heading}\n")?;
    let left_out = entries.len().saturating_sub(MAX_ENTRIES);
    for (place, message) in entries.take(MAX_ENTRIES) {
        let message = escape::markdown(&sentence(message));
        writeln!(out, "- {}: {message}", escape::markdown_code(&place))?;
    }
    if left_out > 0 {
        writeln!(out, "- and {left_out} more")?;
    }
    writeln!(out)
}

fn write_scanned(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let scanned = &report.scanned;
    let files = looked_at(scanned);
    let bytes = bytes(scanned.bytes);
    write!(
        out,
        "{files} scanned ({bytes}) with {}",
        count(scanned.rules, "rule")
    )?;
    for (reason, count) in &scanned.skipped {
        write!(out, ", {count} skipped ({})", reason.as_str())?;
    }
    if !report.suppressed.is_empty() {
        write!(
            out,
            ", {} suppressed",
            count(report.suppressed.len(), "finding")
        )?;
    }
    writeln!(out, ".")
}

#[cfg(test)]
mod tests {
    use crate::model::Report;
    use crate::report::{Format, Style, fixture};

    #[test]
    fn a_summary_page() {
        insta::assert_snapshot!(fixture::render(
            Format::Markdown,
            &fixture::report(),
            &Style::default()
        ));
    }

    #[test]
    fn an_incomplete_scan_is_never_called_clean() {
        let clean = fixture::render(Format::Markdown, &fixture::clean(), &Style::default());
        assert!(clean.starts_with("## credlint: no findings\n"), "{clean}");
        let failed = Report {
            errors: fixture::report().errors,
            ..fixture::clean()
        };
        let failed = fixture::render(Format::Markdown, &failed, &Style::default());
        assert!(
            failed.starts_with("## credlint: the scan is incomplete, 1 error\n"),
            "{failed}"
        );
        let nothing = fixture::render(Format::Markdown, &Report::default(), &Style::default());
        assert!(
            nothing.starts_with("## credlint: nothing was scanned\n"),
            "{nothing}"
        );
    }

    #[test]
    fn a_long_table_is_cut_and_says_so() {
        let mut report = fixture::report();
        let note = report.findings[4].clone();
        report.findings.extend(std::iter::repeat_n(note, 1000));
        let text = fixture::render(Format::Markdown, &report, &Style::default());
        assert!(
            text.contains("\n5 findings of lesser severity left out of this table.\n"),
            "{text}"
        );
        assert!(text.contains("| critical | `.env:3` |"));
    }
}
