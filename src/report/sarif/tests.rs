//! What GitHub's code scanning needs, held against what is written.

use serde_json::Value;

use super::rules::{MAX_DESCRIPTION, descriptor, security_severity};
use super::*;
use crate::model::Severity;
use crate::report::{Format, fixture};

fn log(report: &Report, style: &Style) -> Value {
    serde_json::from_str(&fixture::render(Format::Sarif, report, style)).unwrap()
}

#[test]
fn is_as_reviewed() {
    insta::assert_snapshot!(fixture::render(
        Format::Sarif,
        &fixture::report(),
        &Style::default()
    ));
}

#[test]
fn every_result_has_what_github_needs() {
    let log = log(&fixture::report(), &Style::default());
    let run = &log["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "credlint/scan/");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 7);
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert!(
            !place["artifactLocation"]["uri"]
                .as_str()
                .unwrap()
                .is_empty()
        );
        for key in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(place["region"][key].as_u64().unwrap() > 0, "{key}: {place}");
        }
    }
    for rule in rules {
        for key in ["shortDescription", "fullDescription", "help"] {
            assert!(
                !rule[key]["text"].as_str().unwrap().is_empty(),
                "{key}: {rule}"
            );
        }
        assert!(!rule["help"]["markdown"].as_str().unwrap().is_empty());
        let severity: f64 = rule["properties"]["security-severity"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((0.0..=10.0).contains(&severity));
        let tags = rule["properties"]["tags"].as_array().unwrap();
        assert!(
            tags.contains(&json!("security")) && tags.len() <= 10,
            "{tags:?}"
        );
    }
}

#[test]
fn uris_are_relative_and_encoded_or_absolute() {
    let report = Report::default();
    let context = Context {
        report: &report,
        base: Some("/home/me/project"),
    };
    let uri = |path: &str| {
        let artifact = context.artifact(path);
        (artifact.uri.unwrap(), artifact.uri_base_id.is_some())
    };
    assert_eq!(uri("./src/a b.rs"), ("src/a%20b.rs".to_owned(), true));
    assert_eq!(
        uri("a:b/ü#%.rs"),
        ("a%3Ab/%C3%BC%23%25.rs".to_owned(), true)
    );
    assert_eq!(uri("/etc/x y"), ("file:///etc/x%20y".to_owned(), false));
    assert_eq!(
        uri("../other/x"),
        ("file:///home/me/other/x".to_owned(), false)
    );
    assert_eq!(uri("C:/x"), ("file:///C:/x".to_owned(), false));
}

#[test]
fn severities_are_on_the_right_side_of_githubs_bounds() {
    let number = |s| security_severity(s).parse::<f64>().unwrap();
    assert!(number(Severity::Critical) > 9.0);
    assert!((7.0..=8.9).contains(&number(Severity::High)));
    assert!((4.0..=6.9).contains(&number(Severity::Medium)));
    assert!(number(Severity::Low) < 4.0 && number(Severity::Note) < number(Severity::Low));
}

#[test]
fn too_many_results_are_cut_and_the_run_says_so() {
    let mut report = fixture::report();
    let (worst, note) = (report.findings[0].clone(), report.findings[4].clone());
    report.findings = vec![note; MAX_RESULTS + 2];
    report.findings.push(worst);
    let log = log(&report, &Style::default());
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), MAX_RESULTS);
    assert_eq!(
        results[MAX_RESULTS - 1]["ruleId"],
        "octopost-live-key",
        "the worst is kept"
    );
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    let text = notifications.as_array().unwrap().last().unwrap()["message"]["text"]
        .as_str()
        .unwrap();
    assert_eq!(
        text,
        "GitHub takes 25000 results of a run; 5 findings left out, the least severe and the suppressed first."
    );
}

#[test]
fn suppressed_findings_are_marked_and_can_be_left_out() {
    let with = log(&fixture::report(), &Style::default());
    let marked = with["runs"][0]["results"].as_array().unwrap();
    let kinds: Vec<&Value> = marked
        .iter()
        .filter_map(|r| r.get("suppressions"))
        .map(|s| &s[0]["kind"])
        .collect();
    assert_eq!(kinds, [&json!("inSource"), &json!("external")]);
    let without = log(
        &fixture::report(),
        &Style {
            sarif_suppressed: false,
            ..Style::default()
        },
    );
    assert_eq!(without["runs"][0]["results"].as_array().unwrap().len(), 5);
}

#[test]
fn an_error_is_a_run_that_failed() {
    let failed = log(&fixture::report(), &Style::default());
    assert_eq!(
        failed["runs"][0]["invocations"][0]["executionSuccessful"],
        false
    );
    let clean = log(&fixture::clean(), &Style::default());
    assert_eq!(
        clean["runs"][0]["invocations"][0]["executionSuccessful"],
        true
    );
    assert_eq!(
        clean["runs"][0]["results"],
        json!([]),
        "no results is an empty list, not a missing one"
    );
}

#[test]
fn long_descriptions_are_cut() {
    let mut doc = fixture::report().rules[0].clone();
    doc.impact = "é".repeat(3000);
    let text = descriptor(&doc).full_description.unwrap().text;
    assert_eq!(text.chars().count(), MAX_DESCRIPTION);
}
