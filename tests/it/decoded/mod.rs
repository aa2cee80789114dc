//! Secrets that are encoded, escaped or put together from parts, and what only looks so.

mod codes;
mod escaped;
mod folded;
mod lookalikes;

use crate::sandbox::{Sandbox, credentials, place};

/// What stands for the hidden secret, or the text that holds it.
const HIDDEN: &str = "§";

const OCTOPOST: &str = "octopost-live-key";

/// Writes `text` with `hidden` for its mark, and holds that it gives exactly one credential: of `rule`, right
/// at the mark (or at `column` of the mark's line), found by `how`, as the secret `secret`.
#[track_caller]
fn hides(file: &str, text: &str, hidden: &str, (rule, secret): (&str, &str), how: &str) {
    let (before, _) = text.split_once(HIDDEN).expect("a mark");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    let at = format!("{file}:{line}:{column} {rule}");
    let content = text.replace(HIDDEN, hidden);
    assert_eq!(
        found(file, &content, how),
        [(at, secret.to_owned())],
        "{content}"
    );
}

/// The credentials in a file with their places, all of them found by `how`.
#[track_caller]
fn found(file: &str, content: impl AsRef<[u8]>, how: &str) -> Vec<(String, String)> {
    let sandbox = Sandbox::with(file, content);
    let report = sandbox.report(&["--show-secrets"]);
    let found = credentials(&report).into_iter().map(|finding| {
        let evidence = finding["evidence"].to_string();
        assert!(evidence.contains(how), "{how}: {finding:#}");
        let secret = finding["revealed"].as_str().unwrap();
        (place(finding), secret.to_owned())
    });
    found.collect()
}
