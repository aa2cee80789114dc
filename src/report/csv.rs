//! Comma-separated values: a header, then a row a finding.
//!
//! Only findings: a spreadsheet has no place for the rest, so errors are told by the exit status.

use std::io::{self, Write};

use super::{Style, escape, shown_secret, title};
use crate::model::{Finding, Report};

const HEADER: [&str; 16] = [
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "severity",
    "confidence",
    "rule",
    "title",
    "provider",
    "message",
    "secret",
    "checksum",
    "evidence",
    "fingerprint",
    "commit",
];

/// Writes the header and the findings.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(HEADER)?;
    for finding in &report.findings {
        let cells = row(report, finding, style);
        table.write_record(cells.iter().map(|cell| escape::csv_cell(cell).into_owned()))?;
    }
    // Not straight to `out`: the error would no longer tell a closed pipe from a full disk.
    out.write_all(
        &table
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)?,
    )
}

fn row(report: &Report, finding: &Finding, style: &Style) -> [String; HEADER.len()] {
    let (start, end) = (finding.location.start, finding.location.end);
    [
        finding.location.origin.path().to_owned(),
        start.line.to_string(),
        start.column.to_string(),
        end.line.to_string(),
        end.column.to_string(),
        finding.severity.to_string(),
        finding.confidence.to_string(),
        finding.rule.clone(),
        title(report, finding).to_owned(),
        finding.provider.clone(),
        finding.message.clone(),
        shown_secret(finding, style.show_secrets),
        finding.checksum.as_str().to_owned(),
        finding.evidence.join("; "),
        finding.fingerprint.to_string(),
        finding
            .introduced
            .as_ref()
            .map_or_else(String::new, |introduced| introduced.commit.id.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use crate::report::{Format, Style, fixture};

    #[test]
    fn cells_are_no_formulas() {
        let text = fixture::render(Format::Csv, &fixture::report(), &Style::default());
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let cells: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
        assert_eq!(cells.len(), 5);
        assert!(
            cells
                .iter()
                .flatten()
                .all(|cell| !cell.starts_with(['=', '+', '-', '@'])),
            "{text}"
        );
        insta::assert_snapshot!(text);
    }
}
