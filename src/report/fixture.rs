//! A report that holds everything a report can hold, most of it hostile.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Format, Style, write};
use crate::model::{
    Checksum, Commit, Confidence, Excerpt, Finding, Fingerprint, FingerprintKey, Introduced,
    Location, Origin, Position, Related, Report, RuleDoc, RuleKind, ScanError, Scanned, Secret,
    Severity, SkipReason, Suppressed, SuppressionKind, UnusedSuppression,
};

/// A path and a text that try whatever a report may fall for.
pub(super) const HOSTILE: &str = "a b#%é\u{202e}\x1b[31m|<script>`,:]";

pub(super) fn report() -> Report {
    let live = format!("{}{}", "oct_live", "_k3x9w2m5q8r1t7");
    let github = format!("{}{}", "ghp_", "n0t4r34lt0k3n0000000000000000000abcd");
    let short = format!("{}{}", "hunter", "2x");
    let findings = vec![
        Finding {
            evidence: vec!["named by OCTOPOST_API_KEY".to_owned()],
            ..finding(
                "octopost-live-key",
                Severity::Critical,
                ".env",
                (3, 18),
                "OCTOPOST_API_KEY=@",
                &live,
            )
        },
        Finding {
            line_hash: Some("39fa2ee980eb94b0:1".to_owned()),
            introduced: Some(Box::new(introduced())),
            ..finding(
                "octopost-live-key",
                Severity::Critical,
                "src/post client.ts",
                (12, 29),
                "const client = new Octopost(\"@\");",
                &live,
            )
        },
        Finding {
            checksum: Checksum::Valid,
            related: vec![Related {
                location: location(
                    "src/sync.rs",
                    (4, 11),
                    "let user = \"octo-bot\";",
                    "octo-bot",
                ),
                message: "used together with this user name".to_owned(),
            }],
            ..finding(
                "github-token",
                Severity::High,
                "src/sync.rs",
                (7, 20),
                "    let token = \"@\"; // naïve — for now",
                &github,
            )
        },
        Finding {
            message: format!("A password is written to the log by {HOSTILE}"),
            confidence: Confidence::Low,
            evidence: vec![format!("assigned to {HOSTILE}")],
            ..finding(
                "unmasked-logging",
                Severity::Medium,
                HOSTILE,
                (1, 9),
                &format!("\tlog(\"\x1b]0;{HOSTILE}\u{9b}\", \"@\")"),
                &short,
            )
        },
        finding(
            "octopost-test-key",
            Severity::Note,
            "=cmd|' /C calc'!A0",
            (1, 1),
            "@",
            "none",
        ),
    ];
    Report {
        findings,
        suppressed: suppressed(&live, &github),
        unused_suppressions: vec![UnusedSuppression {
            origin: Origin::File("src/old.rs".to_owned()),
            line: 88,
            message: "This `credlint:allow github-token` matches nothing; remove it".to_owned(),
        }],
        errors: vec![ScanError {
            path: "private/key\x1b[2J.pem".to_owned(),
            message: "could not be read: permission denied".to_owned(),
        }],
        scanned: scanned(),
        rules: rules(),
    }
}

fn suppressed(live: &str, github: &str) -> Vec<Suppressed> {
    vec![
        Suppressed {
            finding: finding(
                "octopost-live-key",
                Severity::Critical,
                "tests/data.json",
                (9, 13),
                "  \"key\": \"@\"",
                live,
            ),
            kind: SuppressionKind::Inline,
            reason: Some(format!("revoked in May {HOSTILE}")),
        },
        Suppressed {
            finding: finding(
                "github-token",
                Severity::High,
                "docs/setup.md",
                (40, 7),
                "token: @",
                github,
            ),
            kind: SuppressionKind::Config,
            reason: None,
        },
    ]
}

/// A report of a scan that found nothing and had no trouble.
pub(super) fn clean() -> Report {
    Report {
        scanned: scanned(),
        ..Report::default()
    }
}

/// Every secret in it that is longer than a word.
pub(super) fn secrets(report: &Report) -> Vec<&str> {
    let suppressed = report.suppressed.iter().map(|s| &s.finding);
    let all = report
        .findings
        .iter()
        .chain(suppressed)
        .filter_map(|f| f.secret.as_ref())
        .map(Secret::reveal);
    all.filter(|secret| secret.len() > 6).collect()
}

pub(super) fn render(format: Format, report: &Report, style: &Style) -> String {
    let mut out = Vec::new();
    write(format, report, style, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("every format is UTF-8")
}

/// A finding in `line`, where `@` stands for the secret.
fn finding(
    rule: &str,
    severity: Severity,
    path: &str,
    at: (u64, u64),
    line: &str,
    secret: &str,
) -> Finding {
    let rules = rules();
    let doc = rules
        .iter()
        .find(|doc| doc.id == rule)
        .expect("every rule is documented");
    let masked = Secret::from_bytes(secret.as_bytes()).masked();
    let mut location = location(path, at, &line.replace('@', &masked), &masked);
    location.end.column = location.start.column + secret.chars().count() as u64;
    location.bytes.end = location.bytes.start + secret.len() as u64;
    Finding {
        rule: rule.to_owned(),
        provider: doc.provider.to_string(),
        message: format!("{} in source", doc.title),
        severity,
        confidence: doc.confidence,
        location,
        related: Vec::new(),
        steps: Vec::new(),
        secret: Some(Secret::from_bytes(secret.as_bytes())),
        checksum: Checksum::None,
        evidence: Vec::new(),
        fingerprint: Fingerprint::new(&FingerprintKey::default(), rule, secret.as_bytes()),
        line_hash: None,
        fix: None,
        introduced: None,
    }
}

pub(super) fn location(
    path: &str,
    (line, column): (u64, u64),
    text: &str,
    marked: &str,
) -> Location {
    let mark = text.find(marked).expect("the mark is in the text");
    Location {
        origin: Origin::File(path.to_owned()),
        start: Position { line, column },
        end: Position {
            line,
            column: column + marked.chars().count() as u64,
        },
        bytes: line * 40 + column..line * 40 + column + marked.len() as u64,
        excerpt: Excerpt {
            text: text.to_owned(),
            mark: mark..mark + marked.len(),
        },
    }
}

fn introduced() -> Introduced {
    let commit = Commit {
        id: "3f9a1c2b4d5e6f708192a3b4c5d6e7f801234567".to_owned(),
        author: "Jane Doe <jane@example.org>".to_owned(),
        date: "2024-05-01T12:00:00+02:00".to_owned(),
        summary: "add the client".to_owned(),
    };
    Introduced {
        commit: commit.into(),
        at_head: true,
        paths: vec!["src/client.ts".to_owned(), "src/post client.ts".to_owned()],
    }
}

fn scanned() -> Scanned {
    Scanned {
        files: 1204,
        commits: 3,
        members: 0,
        bytes: 56_780_123,
        limited: BTreeMap::from([("binary", 17), ("lock file", 2)]),
        skipped: BTreeMap::from([(SkipReason::Excluded, 3), (SkipReason::Symlink, 1)]),
        rules: 431,
        elapsed: Duration::from_millis(137),
    }
}

fn rules() -> Vec<RuleDoc> {
    let keep = "Read the new one from the environment or a secret store.".to_owned();
    let github = RuleDoc {
        id: "github-token".into(),
        title: "GitHub personal access token".into(),
        kind: RuleKind::Credential,
        provider: "github".into(),
        provider_name: "GitHub".into(),
        severity: Severity::High,
        confidence: Confidence::High,
        cwe: 798,
        impact: "Acts as its owner on GitHub, in every repository the token may reach.".to_owned(),
        remedy: vec![
            "Revoke it at https://github.com/settings/tokens and make a new one.".to_owned(),
            keep.clone(),
        ],
        docs: Some("https://docs.github.com/authentication".into()),
    };
    let octopost = RuleDoc {
        id: "octopost-live-key".into(),
        title: "Octopost live API key".into(),
        provider: "octopost".into(),
        provider_name: "Octopost".into(),
        severity: Severity::Critical,
        impact: "Publishes to the real accounts of its owner; a key made without explicit permissions has full access.".to_owned(),
        remedy: vec![
            "Make a new key at https://octopost.ink/dashboard/settings, with only the permissions it needs.".to_owned(),
            "Switch to it, check that calls work, then revoke the leaked key there: that takes effect at once.".to_owned(),
            keep,
        ],
        docs: Some("https://octopost.ink/docs/authentication".into()),
        ..github.clone()
    };
    let test = RuleDoc {
        id: "octopost-test-key".into(),
        title: "Octopost test API key".into(),
        severity: Severity::Note,
        impact: "Reaches the sandbox only.".to_owned(),
        remedy: vec!["Nothing, as long as it is a test key.".to_owned()],
        docs: None,
        ..octopost.clone()
    };
    let logging = RuleDoc {
        id: "unmasked-logging".into(),
        title: "Credential written to a log".into(),
        kind: RuleKind::Check,
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        cwe: 532,
        impact: "Whoever reads the log has the credential.".to_owned(),
        remedy: vec!["Log `{name}: ***`, or nothing; <never> the value.".to_owned()],
        docs: None,
        ..octopost.clone()
    };
    vec![github, octopost, test, logging]
}
