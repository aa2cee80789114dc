//! GitHub's workflow commands, which become annotations beside the changed lines.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>: a command has a
//! file, a line and a title; `col` and `endColumn` only where `line` and `endLine` are the same. A step
//! shows its first ten errors, ten warnings and ten notices, so the worst come first.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::{assurance, count, escape, inside, looked_at, numbered, sentence, shown_secret, title};
use crate::model::{Finding, Report, Severity};

/// Writes one command a finding, an unused suppression or an error.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for error in &report.errors {
        let properties = [
            ("file", error.path.clone()),
            ("title", "Not scanned".to_owned()),
        ];
        command(
            "error",
            &properties,
            &sentence(&escape::visible(&error.message)),
            out,
        )?;
    }
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    for finding in findings {
        write_finding(report, finding, out)?;
    }
    for unused in &report.unused_suppressions {
        let properties = [
            ("file", unused.origin.file().to_owned()),
            ("line", unused.file_line().to_string()),
            ("title", "Unused suppression".to_owned()),
        ];
        command(
            "notice",
            &properties,
            &sentence(&escape::visible(&unused.described())),
            out,
        )?;
    }
    // Plain text goes into the step's log and becomes no annotation.
    let findings = count(report.findings.len(), "finding");
    write!(out, "{findings}, {}", looked_at(&report.scanned))?;
    match report.errors.len() {
        0 => writeln!(out, " scanned"),
        errors => writeln!(
            out,
            " scanned, {}: the scan is incomplete",
            count(errors, "error")
        ),
    }
}

fn write_finding(report: &Report, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (start, end) = (finding.location.start, finding.location.end);
    let mut properties = vec![("file", finding.location.origin.file().to_owned())];
    let inside = inside(finding);
    // The lines of a member are none of the file that it is in.
    if inside.is_none() {
        properties.push(("line", start.line.to_string()));
        properties.push(("endLine", end.line.to_string()));
        if start.line == end.line {
            properties.push(("col", start.column.to_string()));
            properties.push(("endColumn", end.column.to_string()));
        }
    }
    properties.push((
        "title",
        format!(
            "{} ({}, {})",
            title(report, finding),
            finding.rule,
            finding.severity
        ),
    ));
    let how = match shown_secret(finding, false) {
        secret if secret.is_empty() => sentence(&assurance(finding)),
        secret => format!("Secret: {secret} ({})", assurance(finding)),
    };
    let mut lines = vec![sentence(&escape::visible(&finding.message)), how];
    lines.extend(inside.map(|inside| sentence(&format!("It is {inside}"))));
    if let Some(rule) = report.rule(&finding.rule) {
        lines.push(format!("Why: {}", rule.impact));
        lines.push(numbered(rule));
    }
    command(level(finding.severity), &properties, &lines.join("\n"), out)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium | Severity::Low => "warning",
        Severity::Note => "notice",
    }
}

/// `::name key=value,…::text`. The text may have several lines; the values are escaped here.
fn command(
    name: &str,
    properties: &[(&str, String)],
    text: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let properties: Vec<String> = properties
        .iter()
        .map(|(key, value)| {
            format!(
                "{key}={}",
                escape::workflow_property(&escape::visible(value))
            )
        })
        .collect();
    writeln!(
        out,
        "::{name} {}::{}",
        properties.join(","),
        escape::workflow_data(text)
    )
}

#[cfg(test)]
mod tests {
    use crate::model::Position;
    use crate::report::{Format, Style, fixture};

    #[test]
    fn commands_are_whole_lines() {
        let text = fixture::render(Format::Github, &fixture::report(), &Style::default());
        let (commands, plain): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.starts_with("::"));
        assert_eq!((commands.len(), plain.len()), (7, 1), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn columns_are_left_out_over_several_lines() {
        let mut report = fixture::report();
        report.findings.truncate(1);
        report.findings[0].location.end = Position { line: 9, column: 2 };
        let text = fixture::render(Format::Github, &report, &Style::default());
        assert!(text.contains("line=3,endLine=9,title="), "{text}");
    }
}
