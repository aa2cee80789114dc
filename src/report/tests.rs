//! What every format promises.

use super::*;
use crate::model::Severity;

#[test]
fn format_names_read_back_and_errors_name_them() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    let error = "yaml".parse::<Format>().unwrap_err();
    assert!(
        Format::ALL
            .iter()
            .all(|format| error.contains(format.as_str())),
        "{error}"
    );
}

#[test]
fn no_format_leaks_a_secret() {
    let report = fixture::report();
    for format in Format::ALL {
        let text = fixture::render(
            format,
            &report,
            &Style {
                verbose: true,
                ..Style::default()
            },
        );
        for secret in fixture::secrets(&report) {
            assert!(!text.contains(secret), "{format} leaks a secret:\n{text}");
        }
    }
}

#[test]
fn secrets_are_shown_on_request_and_never_by_a_format_that_is_uploaded() {
    let report = fixture::report();
    let style = Style {
        show_secrets: true,
        ..Style::default()
    };
    for format in Format::ALL {
        let text = fixture::render(format, &report, &style);
        let shown = text.contains(report.findings[0].secret.as_ref().unwrap().reveal());
        let may = matches!(
            format,
            Format::Terminal | Format::Json | Format::Jsonl | Format::Csv
        );
        assert_eq!(shown, may, "{format}:\n{text}");
    }
}

#[test]
fn no_format_passes_control_or_bidi_characters_on() {
    let report = fixture::report();
    for format in Format::ALL {
        let text = fixture::render(
            format,
            &report,
            &Style {
                verbose: true,
                ..Style::default()
            },
        );
        let bad = text.chars().find(|&c| c != '\n' && escape::is_dangerous(c));
        assert_eq!(bad, None, "{format}:\n{text}");
    }
}

#[test]
fn every_format_is_the_same_twice_and_survives_an_empty_report() {
    let report = fixture::report();
    for format in Format::ALL {
        let once = fixture::render(format, &report, &Style::default());
        assert_eq!(once, fixture::render(format, &report, &Style::default()));
        assert!(!fixture::render(format, &Report::default(), &Style::default()).contains("oct_"));
    }
}

#[test]
fn elapsed_time_is_for_the_terminal_only() {
    let report = fixture::report();
    let mut slower = report.clone();
    slower.scanned.elapsed *= 7;
    for format in Format::ALL.into_iter().skip(1) {
        let style = Style::default();
        assert_eq!(
            fixture::render(format, &report, &style),
            fixture::render(format, &slower, &style)
        );
    }
}

#[test]
fn the_worst_are_kept_in_order() {
    let report = fixture::report();
    let (kept, left_out) = worst(&report.findings, 2);
    assert_eq!(left_out, report.findings.len() - 2);
    assert!(
        kept.iter().all(|f| f.severity >= Severity::High),
        "{kept:#?}"
    );
    assert!(kept[0].sort_key() < kept[1].sort_key());
}

#[test]
fn sentences_end_once() {
    assert_eq!(sentence("A key"), "A key.");
    assert_eq!(sentence("A key."), "A key.");
    assert_eq!(sentence(""), "");
}

#[test]
fn sizes_read_well() {
    assert_eq!(bytes(1), "1 byte");
    assert_eq!(bytes(999), "999 bytes");
    assert_eq!(bytes(56_780_123), "56.8 MB");
    assert_eq!(bytes(999_999), "1.0 MB");
    assert_eq!(bytes(3_000_000_000_000), "3.0 TB");
}

#[test]
fn a_closed_pipe_is_told_apart_from_other_errors() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let report = fixture::report();
    for format in Format::ALL {
        let error = write(format, &report, &Style::default(), &mut Closed).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{format}");
    }
}
