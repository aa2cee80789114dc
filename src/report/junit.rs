//! JUnit XML: a test suite a rule, a failed test case a finding.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::{
    TOOL_NAME, assurance, count, escape, looked_at, numbered, place, sentence, shown_secret,
};
use crate::model::{Finding, Report, Suppressed};

/// The suite for what is about no rule.
const SCAN_SUITE: &str = "scan";

/// Writes the whole report; a report without findings and errors holds one test that passed.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for finding in &report.findings {
        suite(&mut suites, &finding.rule).add_test_case(failed(report, finding));
    }
    for suppressed in &report.suppressed {
        suite(&mut suites, &suppressed.finding.rule).add_test_case(skipped(suppressed));
    }
    let mut junit = Junit::new(TOOL_NAME);
    if let Some(scan) = scan_suite(report) {
        junit.add_test_suite(scan);
    }
    junit.add_test_suites(suites.into_values());
    // Not straight to `out`: the error would no longer tell a closed pipe from a full disk.
    let mut xml = Vec::new();
    junit.serialize(&mut xml).map_err(io::Error::other)?;
    out.write_all(&xml)
}

fn suite<'a, 'r>(suites: &'a mut BTreeMap<&'r str, TestSuite>, rule: &'r str) -> &'a mut TestSuite {
    suites.entry(rule).or_insert_with(|| TestSuite::new(rule))
}

/// What could not be read, or that all was well.
fn scan_suite(report: &Report) -> Option<TestSuite> {
    let mut suite = TestSuite::new(SCAN_SUITE);
    for error in &report.errors {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status
            .set_message(escape::visible(&error.message))
            .set_type("not scanned");
        let mut case = TestCase::new(escape::visible(&error.path), status);
        case.set_classname(SCAN_SUITE);
        suite.add_test_case(case);
    }
    if report.errors.is_empty() && report.findings.is_empty() {
        let files = looked_at(&report.scanned);
        let name = format!(
            "no findings, {files} scanned with {}",
            count(report.scanned.rules, "rule")
        );
        let mut case = TestCase::new(name, TestCaseStatus::success());
        case.set_classname(SCAN_SUITE);
        suite.add_test_case(case);
    }
    (suite.tests > 0).then_some(suite)
}

fn failed(report: &Report, finding: &Finding) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_message(escape::visible(&finding.message))
        .set_type(finding.severity.as_str());
    let mut lines = vec![
        place(&finding.location),
        escape::visible(&finding.location.excerpt.text).into_owned(),
        match shown_secret(finding, false) {
            secret if secret.is_empty() => assurance(finding),
            secret => format!("secret {secret}, {}", assurance(finding)),
        },
    ];
    if let Some(rule) = report.rule(&finding.rule) {
        lines.push(format!("why: {}", sentence(&rule.impact)));
        lines.push(numbered(rule));
    }
    status.set_description(lines.join("\n"));
    case(finding, status)
}

fn skipped(suppressed: &Suppressed) -> TestCase {
    let reason = suppressed.reason.as_deref().unwrap_or("no reason given");
    let mut status = TestCaseStatus::skipped();
    status.set_message(format!(
        "suppressed ({}): {}",
        suppressed.kind.as_str(),
        escape::visible(reason)
    ));
    case(&suppressed.finding, status)
}

fn case(finding: &Finding, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(place(&finding.location), status);
    case.set_classname(finding.rule.as_str());
    // Not in every dialect, but what several viewers make links of.
    case.extra.insert(
        "file".into(),
        escape::visible(finding.location.origin.path()).into(),
    );
    case.extra.insert(
        "line".into(),
        finding.location.start.line.to_string().into(),
    );
    case
}

#[cfg(test)]
mod tests {
    use crate::model::Report;
    use crate::report::{Format, Style, fixture};

    #[test]
    fn a_finding_is_a_failure() {
        insta::assert_snapshot!(fixture::render(
            Format::Junit,
            &fixture::report(),
            &Style::default()
        ));
    }

    #[test]
    fn nothing_found_is_a_test_that_passed() {
        insta::assert_snapshot!(fixture::render(Format::Junit, &fixture::clean(), &Style::default()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="credlint" tests="1" skipped="0" failures="0" errors="0">
        <testsuite name="scan" tests="1" skipped="0" errors="0" failures="0">
            <testcase name="no findings, 1204 files scanned with 431 rules" classname="scan"/>
        </testsuite>
    </testsuites>
    "#);
    }

    #[test]
    fn nothing_passes_where_something_could_not_be_read() {
        let report = Report {
            errors: fixture::report().errors,
            ..fixture::clean()
        };
        let text = fixture::render(Format::Junit, &report, &Style::default());
        assert!(
            text.contains(r#"tests="1" skipped="0" failures="0" errors="1""#),
            "{text}"
        );
    }
}
