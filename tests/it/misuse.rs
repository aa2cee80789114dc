//! The literate cases of the misuse checks: `tests/misuse/<check>.md` holds snippets, and says what
//! the check must find in each. They are the checks' documentation too.
//!
//! A section is a heading (`## …`), prose, files (a line with the path in backticks and a colon, then
//! a fenced block), and at the end `No findings.`, or `Findings:` and a list of `- path:line — why`.
//! Keys are templates such as `{{publer}}`, or `{{publer:2}}` for another one.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::sandbox::Sandbox;
use crate::secrets;

/// A test for each check that has cases.
macro_rules! checks {
    ($($name:ident: $id:literal,)*) => {
        /// The checks with cases, sorted.
        const CHECKS: &[&str] = &[$($id),*];

        $(
            #[test]
            fn $name() {
                check($id);
            }
        )*
    };
}

checks! {
    client_side_exposure: "client-side-exposure",
    credential_in_command: "credential-in-command",
    credential_in_url: "credential-in-url",
    hardcoded_credential: "hardcoded-credential",
    live_key_in_test: "live-key-in-test",
    missing_companion_header: "missing-companion-header",
    over_broad_access: "over-broad-access",
    plain_http: "plain-http",
    test_key_in_production: "test-key-in-production",
    tls_verification_disabled: "tls-verification-disabled",
    token_without_expiry: "token-without-expiry",
    unmasked_logging: "unmasked-logging",
    wrong_auth_scheme: "wrong-auth-scheme",
}

/// Checks whose cases are no snippets: what they report is in no file's text.
const ELSEWHERE: &[&str] = &["secret-file-committed"];

/// A credential that its format gives away is told by the rule of its format, not by this check;
/// told it must be, once.
const BY_ANY_RULE: &str = "hardcoded-credential";

/// The rules that tell it.
const KEY_RULES: &[&str] = &[
    "octopost-live-key",
    "octopost-test-key",
    secrets::PUBLER,
    "publisher-api-token",
    secrets::POSTIZ,
    "postiz-oauth-token",
    "postiz-client-secret",
];

#[test]
fn every_check_has_cases() {
    let mut files: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let expected: Vec<String> = CHECKS.iter().map(|id| format!("{id}.md")).collect();
    assert_eq!(files, expected, "the files of tests/misuse");

    let list = Sandbox::new().run(&["rules", "list", "--json"]).json();
    let rules = list.as_array().unwrap().iter();
    let mut ids: Vec<&str> = rules
        .filter(|rule| rule["category"] == "misuse")
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    let mut known = [CHECKS, ELSEWHERE].concat();
    known.sort_unstable();
    assert_eq!(ids, known, "the rules of the category misuse");
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/misuse")
}

/// Runs the cases of one check.
#[track_caller]
fn check(id: &str) {
    let path = format!("tests/misuse/{id}.md");
    let text = fs::read_to_string(folder().join(format!("{id}.md"))).unwrap();
    let sections = sections(&text).unwrap_or_else(|error| panic!("{path}:{error}"));
    assert!(!sections.is_empty(), "{path} has no sections");
    let mut failures = String::new();
    let mut failed = 0;
    for section in &sections {
        if let Err(failure) = section.run(id) {
            failed += 1;
            let (line, heading) = (section.line, &section.heading);
            write!(failures, "\n{path}:{line}: {heading}\n{failure}").unwrap();
        }
    }
    assert!(
        failures.is_empty(),
        "{failed} of {} sections:\n{failures}",
        sections.len()
    );
}

/// One case.
struct Section {
    heading: String,
    /// The heading's line in the Markdown.
    line: usize,
    /// Each file's path and text, its templates still in it.
    files: Vec<(String, String)>,
    /// What must be found: paths and lines, sorted.
    expected: Vec<(String, u64)>,
}

impl Section {
    /// Scans the files. The error shows what was expected and what was found.
    fn run(&self, check: &str) -> Result<(), String> {
        let sandbox = Sandbox::new();
        for (path, text) in &self.files {
            sandbox.write(path, filled(text));
        }
        let report = sandbox.report(&["."]);
        let mut found = Vec::new();
        let mut messages = String::new();
        for finding in report["findings"].as_array().unwrap() {
            let text = |name: &str| finding[name].as_str().unwrap_or_default();
            let location = &finding["location"];
            let path = location["path"].as_str().unwrap().to_owned();
            let line = location["start"]["line"].as_u64().unwrap();
            let (rule, message) = (text("rule"), text("message"));
            let counts = rule == check || check == BY_ANY_RULE && KEY_RULES.contains(&rule);
            let mark = if counts { '*' } else { ' ' };
            writeln!(messages, "  {mark} {path}:{line} {rule}: {message}").unwrap();
            if counts {
                found.push((path, line));
            }
        }
        found.sort();
        if found == self.expected {
            return Ok(());
        }
        let shown = |places: &[(String, u64)]| {
            let places: Vec<String> = places.iter().map(|(p, l)| format!("{p}:{l}")).collect();
            places.join(", ")
        };
        let mut failure = format!(
            "  expected: {}\n  found:    {}\n  all that was said (* counts):\n{messages}",
            shown(&self.expected),
            shown(&found),
        );
        for (path, text) in &self.files {
            writeln!(failure, "  {path}:").unwrap();
            for (number, line) in text.lines().enumerate() {
                writeln!(failure, "  {:>4} | {line}", number + 1).unwrap();
            }
        }
        Err(failure)
    }
}

/// The sections of a file of cases. An error begins with the number of the line.
fn sections(markdown: &str) -> Result<Vec<Section>, String> {
    let mut sections: Vec<Section> = Vec::new();
    // Whether the last section said what must be found, and whether a list of it goes on.
    let (mut ended, mut listing) = (true, false);
    let mut path: Option<String> = None;
    let mut lines = markdown.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let wrong = |what: &str| format!("{}: {what}", number + 1);
        if let Some(heading) = line.strip_prefix("## ") {
            if !ended {
                return Err(wrong(
                    "the section before this line does not say what must be found",
                ));
            }
            (ended, listing) = (false, false);
            sections.push(Section {
                heading: heading.to_owned(),
                line: number + 1,
                files: Vec::new(),
                expected: Vec::new(),
            });
            continue;
        }
        let Some(section) = sections.last_mut() else {
            continue;
        };
        if line.starts_with("```") {
            let fence: String = line.chars().take_while(|c| *c == '`').collect();
            let text: Vec<&str> = lines
                .by_ref()
                .map(|(_, line)| line)
                .take_while(|line| line.trim_end() != fence)
                .collect();
            let path = path.take().ok_or_else(|| wrong("a block without a path"))?;
            section.files.push((path, text.join("\n") + "\n"));
        } else if let Some(named) = line.strip_prefix('`').and_then(|l| l.strip_suffix("`:")) {
            path = Some(named.to_owned());
        } else if line == "No findings." {
            ended = true;
        } else if line == "Findings:" {
            (ended, listing) = (true, true);
        } else if let Some(item) = line.strip_prefix("- ").filter(|_| listing) {
            let place = item.split(" — ").next().unwrap_or_default();
            let (file, line) = place
                .rsplit_once(':')
                .and_then(|(file, line)| Some((file.to_owned(), line.parse().ok()?)))
                .ok_or_else(|| wrong("not `- path:line — why`"))?;
            if !section.files.iter().any(|(path, _)| *path == file) {
                return Err(wrong("the section has no such file"));
            }
            section.expected.push((file, line));
            section.expected.sort();
        }
    }
    if !ended {
        return Err("end: the last section does not say what must be found".to_owned());
    }
    Ok(sections)
}

/// The text with a key for each template. Other double braces are the snippet's own.
fn filled(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let name = after
            .split_once("}}")
            .map(|(name, after)| (key(name), after));
        if let Some((Some(key), after)) = name {
            filled.push_str(&key);
            rest = after;
        } else {
            filled.push_str("{{");
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

/// The key that a template stands for.
fn key(template: &str) -> Option<String> {
    let (word, number) = template.split_once(':').unwrap_or((template, "1"));
    let number = number.parse().ok()?;
    Some(match word {
        "octopost-live" => secrets::of_rule("octopost-live-key", number),
        "octopost-test" => secrets::of_rule("octopost-test-key", number),
        "publisher" => secrets::of_rule("publisher-api-token", number),
        "publisher-id" => secrets::of_rule("publisher-token-id", number),
        "publer" => secrets::of_rule(secrets::PUBLER, number),
        "publer-workspace" => secrets::hex(number, 24),
        "postiz" => secrets::of_rule(secrets::POSTIZ, number),
        "postiz-oauth" => secrets::of_rule("postiz-oauth-token", number),
        "postiz-secret" => secrets::of_rule("postiz-client-secret", number),
        "stripe" => secrets::of_rule("stripe-live-secret-key", number),
        "github" => secrets::of_rule("github-classic-token", number),
        _ => return None,
    })
}
