//! GitLab's secret detection report, schema version 15.2.1.
//!
//! <https://gitlab.com/gitlab-org/security-products/security-report-schemas>,
//! `dist/secret-detection-report-format.json`. The limits below are that schema's.

use std::io::{self, Write};

use serde::Serialize;

use super::{
    Style, TOOL_NAME, TOOL_URL, TOOL_VERSION, assurance, escape, inside, numbered, sentence, title,
};
use crate::model::{Finding, Report, Severity};

const SCHEMA_VERSION: &str = "15.2.1";
const MAX_NAME: usize = 255;
const MAX_SOLUTION: usize = 7000;

/// Writes the report as one indented document.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let time = style.now.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let document = Document {
        version: SCHEMA_VERSION,
        scan: Scan {
            analyzer: PROGRAM,
            scanner: PROGRAM,
            kind: "secret_detection",
            // The same input gives the same bytes, so how long it took is not told.
            start_time: &time,
            end_time: &time,
            status: if report.errors.is_empty() {
                "success"
            } else {
                "failure"
            },
            messages: messages(report),
        },
        vulnerabilities: report
            .findings
            .iter()
            .map(|f| vulnerability(report, f))
            .collect(),
    };
    writeln!(
        out,
        "{}",
        escape::json(serde_json::to_string_pretty(&document)?)
    )
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    scan: Scan<'a>,
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Serialize)]
struct Scan<'a> {
    analyzer: Program,
    scanner: Program,
    #[serde(rename = "type")]
    kind: &'static str,
    start_time: &'a str,
    end_time: &'a str,
    status: &'static str,
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Program {
    id: &'static str,
    name: &'static str,
    version: &'static str,
    url: &'static str,
    vendor: Vendor,
}

const PROGRAM: Program = Program {
    id: TOOL_NAME,
    name: TOOL_NAME,
    version: TOOL_VERSION,
    url: TOOL_URL,
    vendor: Vendor { name: TOOL_NAME },
};

#[derive(Serialize)]
struct Vendor {
    name: &'static str,
}

#[derive(Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    id: String,
    category: &'static str,
    name: String,
    description: String,
    severity: &'static str,
    location: Place<'a>,
    identifiers: Vec<Identifier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link>,
    raw_source_code_extract: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    solution: String,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    start_line: u64,
    end_line: u64,
    commit: Commit<'a>,
}

#[derive(Serialize)]
struct Commit<'a> {
    sha: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Link {
    url: String,
}

fn messages(report: &Report) -> Vec<Message> {
    let errors = report.errors.iter().map(|e| Message {
        level: "warn",
        value: format!(
            "{}: {}",
            escape::visible(&e.path),
            escape::visible(&e.message)
        ),
    });
    let unused = report.unused_suppressions.iter().map(|u| {
        let (path, message) = (
            escape::visible(u.origin.path()),
            escape::visible(&u.message),
        );
        Message {
            level: "info",
            value: format!("{path}:{}: {message}", u.line),
        }
    });
    errors.chain(unused).collect()
}

fn commit(finding: &Finding) -> Commit<'_> {
    match &finding.introduced {
        // What GitLab's own analyzer gives where it scanned no commit.
        None => Commit {
            sha: "0000000",
            author: None,
            date: None,
            message: None,
        },
        Some(introduced) => Commit {
            sha: &introduced.commit.id,
            author: Some(&introduced.commit.author),
            date: Some(&introduced.commit.date),
            message: Some(&introduced.commit.summary),
        },
    }
}

fn vulnerability<'a>(report: &'a Report, finding: &'a Finding) -> Vulnerability<'a> {
    let rule = report.rule(&finding.rule);
    // Both are shown as Markdown, so what comes from the scanned file must stay text.
    let mut description = vec![escape::markdown(&sentence(&finding.message))];
    description.extend(rule.map(|rule| escape::markdown_prose(&rule.impact)));
    description.push(escape::markdown(&sentence(&assurance(finding))));
    let inside = inside(finding);
    let lines = match inside {
        None => (finding.location.start.line, finding.location.end.line),
        // The lines of a member are none of the file that it is in.
        Some(_) => (1, 1),
    };
    description
        .extend(inside.map(|inside| escape::markdown(&sentence(&format!("It is {inside}")))));
    let mut identifiers = vec![Identifier {
        kind: "credlint_rule",
        name: format!("credlint {}", finding.rule),
        value: finding.rule.clone(),
        url: None,
    }];
    identifiers.extend(rule.map(|rule| Identifier {
        kind: "cwe",
        name: format!("CWE-{}", rule.cwe),
        value: rule.cwe.to_string(),
        url: Some(format!(
            "https://cwe.mitre.org/data/definitions/{}.html",
            rule.cwe
        )),
    }));
    let docs = rule
        .and_then(|rule| rule.docs.as_deref())
        .filter(|url| url.starts_with("http"));
    Vulnerability {
        id: id(finding),
        category: "secret_detection",
        name: title(report, finding).chars().take(MAX_NAME).collect(),
        description: description.join("\n\n"),
        severity: severity(finding.severity),
        location: Place {
            file: finding.location.origin.file(),
            start_line: lines.0,
            end_line: lines.1,
            commit: commit(finding),
        },
        identifiers,
        links: docs
            .map(|url| Link {
                url: url.to_owned(),
            })
            .into_iter()
            .collect(),
        raw_source_code_extract: finding.location.excerpt.text.clone(),
        solution: rule
            .map(numbered)
            .unwrap_or_default()
            .chars()
            .take(MAX_SOLUTION)
            .collect(),
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Note => "Info",
    }
}

/// A UUID (version 8, RFC 9562) that is the same as long as secret, rule and place are.
fn id(finding: &Finding) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("credlint 2026 gitlab vulnerability id");
    let place = &finding.location;
    for part in [
        finding.fingerprint.as_str(),
        &finding.rule,
        place.origin.path(),
    ] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    for number in [place.start.line, place.start.column] {
        hasher.update(&number.to_le_bytes());
    }
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::id;
    use crate::model::Report;
    use crate::report::{Format, Style, fixture};

    #[test]
    fn ids_are_stable_and_differ_by_place() {
        let report = fixture::report();
        let ids: HashSet<String> = report.findings.iter().map(id).collect();
        assert_eq!(
            ids.len(),
            report.findings.len(),
            "one secret in two files is two entries"
        );
        assert_eq!(id(&report.findings[0]), id(&fixture::report().findings[0]));
        assert_eq!(id(&report.findings[0]).len(), 36);
    }

    #[test]
    fn an_error_is_a_failed_scan() {
        let clean = fixture::render(Format::Gitlab, &fixture::clean(), &Style::default());
        assert!(clean.contains(r#""status": "success""#), "{clean}");
        let failed = Report {
            errors: fixture::report().errors,
            ..fixture::clean()
        };
        let failed = fixture::render(Format::Gitlab, &failed, &Style::default());
        assert!(failed.contains(r#""status": "failure""#), "{failed}");
    }

    #[test]
    fn is_as_gitlab_reads_it() {
        insta::assert_snapshot!(fixture::render(
            Format::Gitlab,
            &fixture::report(),
            &Style::default()
        ));
    }
}
