//! JSON, as one document or one object a line.
//!
//! Both are made of the types in `shape`, whose published schema a test holds against the code.

mod convert;
mod shape;

use std::io::{self, Write};

use serde::Serialize;

use super::{Style, escape};
use crate::model::Report;

/// The JSON Schema (2020-12) of the `json` format; the lines of `jsonl` are its definitions.
pub const SCHEMA: &str = include_str!("../report.schema.json");

/// Writes the whole report as one indented document.
pub(super) fn write_document(
    report: &Report,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&shape::Document::new(report, style))?;
    writeln!(out, "{}", escape::json(text))
}

/// Writes an object a line, each with a `type`, the summary last.
pub(super) fn write_lines(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let shape::Document {
        version,
        tool,
        findings,
        suppressed,
        unused_suppressions,
        errors,
        scanned,
        rules,
    } = shape::Document::new(report, style);
    let counts = shape::Counts {
        findings: findings.len(),
        suppressed: suppressed.len(),
        unused_suppressions: unused_suppressions.len(),
        errors: errors.len(),
    };
    write_each(findings.into_iter().map(shape::Line::Finding), out)?;
    write_each(suppressed.into_iter().map(shape::Line::Suppressed), out)?;
    write_each(
        unused_suppressions
            .into_iter()
            .map(shape::Line::UnusedSuppression),
        out,
    )?;
    write_each(errors.into_iter().map(shape::Line::Error), out)?;
    let summary = shape::Summary {
        version,
        tool,
        counts,
        scanned,
        rules,
    };
    write_each(std::iter::once(shape::Line::Summary(summary)), out)
}

fn write_each(lines: impl Iterator<Item = impl Serialize>, out: &mut dyn Write) -> io::Result<()> {
    for line in lines {
        writeln!(out, "{}", escape::json(serde_json::to_string(&line)?))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::report::{Format, fixture};

    /// Set `CREDLINT_BLESS=1` to write the schema anew.
    #[test]
    fn the_published_schema_is_the_codes() {
        let schema = schemars::schema_for!(shape::Published);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/report.schema.json");
        if std::env::var_os("CREDLINT_BLESS").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let published = std::fs::read_to_string(path).unwrap();
        assert!(
            published == text,
            "stale: run `CREDLINT_BLESS=1 cargo test` and read the difference"
        );
    }

    #[test]
    fn a_report_is_what_the_schema_says() {
        let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
        let style = Style {
            show_secrets: true,
            ..Style::default()
        };
        for report in [fixture::report(), fixture::clean()] {
            let document = fixture::render(Format::Json, &report, &style);
            for text in
                document_and_lines(&document, &fixture::render(Format::Jsonl, &report, &style))
            {
                let value: Value = serde_json::from_str(&text).unwrap();
                let errors: Vec<String> = validator
                    .iter_errors(&value)
                    .map(|e| e.to_string())
                    .collect();
                assert!(errors.is_empty(), "{errors:#?}\n{text}");
            }
        }
        assert!(!validator.is_valid(&json!({ "version": 1 })));
        assert!(!validator.is_valid(&json!({ "type": "finding", "rule": "a" })));
    }

    fn document_and_lines(document: &str, lines: &str) -> Vec<String> {
        std::iter::once(document)
            .chain(lines.lines())
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn hostile_text_keeps_its_value() {
        let report = fixture::report();
        let document: Value =
            serde_json::from_str(&fixture::render(Format::Json, &report, &Style::default()))
                .unwrap();
        let hostile = document["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|f| f["rule"] == "unmasked-logging");
        assert_eq!(hostile.unwrap()["location"]["path"], fixture::HOSTILE);
        let text = hostile.unwrap()["location"]["excerpt"]["text"]
            .as_str()
            .unwrap();
        assert_eq!(text, report.findings[3].location.excerpt.text);
    }

    #[test]
    fn lines_are_typed_and_end_with_the_summary() {
        let text = fixture::render(Format::Jsonl, &fixture::report(), &Style::default());
        let types: Vec<String> = text
            .lines()
            .map(|line| {
                serde_json::from_str::<Value>(line).unwrap()["type"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        let mut expected = vec!["finding"; 5];
        expected.extend([
            "suppressed",
            "suppressed",
            "unused_suppression",
            "error",
            "summary",
        ]);
        assert_eq!(types, expected);
    }

    #[test]
    fn the_document_is_as_published() {
        insta::assert_snapshot!(fixture::render(
            Format::Json,
            &fixture::report(),
            &Style::default()
        ));
    }
}
