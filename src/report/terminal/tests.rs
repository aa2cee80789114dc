//! The report as a person sees it.

use super::*;
use crate::report::{Format, fixture};

fn plain(report: &Report) -> String {
    fixture::render(Format::Terminal, report, &Style::default())
}

#[test]
fn the_whole_report() {
    insta::assert_snapshot!(plain(&fixture::report()));
}

#[test]
fn verbose_names_fingerprints_and_what_was_suppressed() {
    let style = Style {
        verbose: true,
        ..Style::default()
    };
    let text = fixture::render(Format::Terminal, &fixture::report(), &style);
    assert!(text.contains("= fingerprint: "), "{text}");
    assert!(
        text.contains("suppressed: docs/setup.md:40:7: github-token (config: no reason given)"),
        "{text}"
    );
}

#[test]
fn a_rule_is_explained_once() {
    let report = fixture::report();
    let octopost = report
        .findings
        .iter()
        .filter(|f| f.rule == "octopost-live-key")
        .count();
    assert_eq!(octopost, 2);
    assert_eq!(
        plain(&report)
            .matches("Publishes to the real accounts")
            .count(),
        1
    );
}

#[test]
fn quiet_is_a_line_a_finding_and_silence_where_there_is_none() {
    let style = Style {
        quiet: true,
        ..Style::default()
    };
    insta::assert_snapshot!(fixture::render(
        Format::Terminal,
        &fixture::report(),
        &style
    ));
    assert_eq!(
        fixture::render(Format::Terminal, &fixture::clean(), &style),
        ""
    );
}

#[test]
fn nothing_found_says_what_was_scanned() {
    insta::assert_snapshot!(plain(&fixture::clean()), @"
    No findings.
    Scanned 1204 files of 3 commits (56.8 MB) with 431 rules in 137 ms.
    Only unmistakable formats were looked for in 19 of them: 17 binary, 2 lock file.
    Skipped: 3 excluded, 1 symbolic link.
    ");
}

#[test]
fn an_incomplete_scan_is_never_called_clean() {
    let failed = Report {
        errors: fixture::report().errors,
        ..fixture::clean()
    };
    assert!(
        plain(&failed).contains(
            "\nNo findings in what could be read, but the scan is incomplete (1 error).\n"
        )
    );
    assert!(plain(&Report::default()).starts_with("Nothing was scanned.\n"));
}

#[test]
fn colours_and_links_come_when_asked_for() {
    colored::control::set_override(true);
    let base = Some("/home/me/a project".to_owned());
    let style = Style {
        color: true,
        hyperlinks: true,
        base,
        ..Style::default()
    };
    let text = fixture::render(Format::Terminal, &fixture::report(), &style);
    assert!(
        text.contains("\x1b]8;;file:///home/me/a%20project/.env\x1b\\.env:3:18\x1b]8;;\x1b\\"),
        "{text}"
    );
    assert!(text.contains("\x1b[1m5 findings\x1b[0m"), "{text}");
    assert!(
        !text.contains("\x1b[31m|<script>"),
        "a file's own escape sequence is shown, not obeyed"
    );
}

#[test]
fn text_fits_a_narrow_terminal() {
    let style = Style {
        width: 60,
        ..Style::default()
    };
    let mut report = fixture::report();
    report.findings.truncate(3);
    report.errors.clear();
    let text = fixture::render(Format::Terminal, &report, &style);
    let prose = text
        .lines()
        .filter(|line| line.contains("= ") || line.starts_with("     "));
    let longest = prose.max_by_key(|line| line.chars().count()).unwrap();
    assert!(longest.chars().count() <= 64, "{longest}\n{text}");
}
