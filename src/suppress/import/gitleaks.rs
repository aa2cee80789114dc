//! Gitleaks' two files: <https://github.com/gitleaks/gitleaks#gitleaksignore> and its JSON reports.

use serde::Deserialize;

use super::{Covers, Foreign, ImportError, slashed};

/// What of a report's finding matters.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reported {
    file: String,
    #[serde(default)]
    secret: String,
    start_line: u64,
    #[serde(default)]
    end_line: u64,
}

/// The findings of a report.
pub(super) fn reported(text: &str) -> Result<Vec<Foreign>, ImportError> {
    let reported: Vec<Reported> =
        serde_json::from_str(text).map_err(|error| ImportError::json(&error))?;
    let foreign = |reported: Reported| Foreign {
        file: slashed(&reported.file),
        covers: if is_redacted(&reported.secret) {
            Covers::Lines(
                reported.start_line,
                reported.end_line.max(reported.start_line),
            )
        } else {
            Covers::Secret(reported.secret)
        },
        remark: None,
    };
    Ok(reported.into_iter().map(foreign).collect())
}

/// Whether `--redact` took the secret out, or a part of it.
fn is_redacted(secret: &str) -> bool {
    secret.is_empty() || secret == "REDACTED" || secret.ends_with("...")
}

/// The entries of a `.gitleaksignore`.
pub(super) fn ignored(text: &str) -> Result<Vec<Foreign>, ImportError> {
    let mut entries = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = || ImportError {
            line: number,
            message: format!("`{line}` is neither `file:rule:line` nor `commit:file:rule:line`"),
        };
        // From the right: a file's name may hold colons.
        let mut parts = line.rsplitn(3, ':');
        let (at, rule, place) = (parts.next(), parts.next(), parts.next());
        let at: u64 = at.and_then(|at| at.parse().ok()).ok_or_else(wrong)?;
        let place = place.filter(|_| rule.is_some_and(|rule| !rule.is_empty()));
        let place = place.ok_or_else(wrong)?;
        let file = match place.split_once(':') {
            Some((commit, file)) if is_commit(commit) => file,
            _ => place,
        };
        if file.is_empty() {
            return Err(wrong());
        }
        entries.push(Foreign {
            file: slashed(file),
            covers: Covers::Lines(at, at),
            remark: None,
        });
    }
    Ok(entries)
}

/// Short names of commits have 7 digits, full ones 40 or 64.
fn is_commit(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}
