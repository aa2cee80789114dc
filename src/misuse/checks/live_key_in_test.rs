//! `live-key-in-test`: a credential of real accounts in tests or development.

use super::{Check, misuse, quoted};
use crate::misuse::flow::PieceKind;
use crate::misuse::known::words_of;
use crate::misuse::setting::{self, Setting};
use crate::misuse::view::{File, Found};
use crate::model::{Confidence, Severity};
use crate::rules::schema::Environment;

pub(super) const CHECK: Check = Check {
    id: "live-key-in-test",
    title: "Live credential in tests or development",
    severity: Severity::High,
    cwe: 798,
    impact: "A test run acts on real accounts, and everybody who may read the tests holds the credential.",
    remedy: &[
        "Use a test credential, or a fake server, in tests and development.",
        "Replace the live credential: it was shared.",
    ],
    run,
};

fn run(file: &File<'_>, found: &mut Found) {
    let settings = [Setting::Test, Setting::Development];
    misplaced(file, Environment::Live, &settings, "tests or development", found);
}

/// Credentials of `environment` in one of `settings`.
pub(super) fn misplaced(
    file: &File<'_>,
    environment: Environment,
    settings: &[Setting],
    place: &str,
    found: &mut Found,
) {
    let kind = match environment {
        Environment::Live => "live",
        Environment::Test => "test",
    };
    for literal in &file.known.literals {
        let opens = literal.rule.and_then(|rule| file.known.environment(rule));
        if opens != Some(environment) {
            continue;
        }
        let setting = match file.string_at(&literal.at) {
            Some((view, string)) => file.setting(view, string),
            None => setting::of_path(file.path),
        };
        if setting.is_some_and(|s| settings.contains(&s)) {
            let name = file.known.name(literal.provider);
            let message = format!("a {kind} {name} credential stands in {place}");
            found.push(misuse(literal.provider, &literal.at, message));
        }
    }
    // `OCTOPOST_API_KEY: ${{ secrets.OCTOPOST_TEST_KEY }}` of a deployment.
    for (number, view) in file.views.iter().enumerate() {
        for named in &view.flow.index.named {
            let value = view.flow.eval(named.value, &None);
            for pieces in value.texts() {
                for (name, at) in references(&pieces) {
                    let words: Vec<String> = words_of(&name).collect();
                    let says = words.iter().any(|w| match environment {
                        Environment::Live => ["live", "prod", "production"].contains(&w.as_str()),
                        Environment::Test => ["test", "sandbox"].contains(&w.as_str()),
                    });
                    let source = crate::misuse::flow::Source { label: name.clone(), within: "".into() };
                    let Some(provider) = file.known.by_source(&source).filter(|_| says) else {
                        continue;
                    };
                    let sandboxed = file.known.rules.rules_of(provider).any(|r| r.credential.environment == Some(Environment::Test));
                    let takes = named.path.last().is_some_and(|own| {
                        let own = crate::misuse::flow::Source { label: own.clone(), within: "".into() };
                        file.known.by_source(&own) == Some(provider) || !own.label.is_empty()
                    });
                    let own_setting = file.setting(number, named.value);
                    if sandboxed && takes && own_setting.is_some_and(|s| settings.contains(&s)) {
                        let owner = file.known.name(provider);
                        let message = format!("a {kind} {owner} credential is used in {place}");
                        let at = if at.is_empty() { named.at.clone() } else { at };
                        found.push(
                            misuse(provider, &at, message)
                                .because(format!("it is {}", quoted(&name)))
                                .sure(Confidence::Medium),
                        );
                    }
                }
            }
        }
    }
}

/// The names of values that a text refers to.
fn references(pieces: &[crate::misuse::flow::Piece]) -> Vec<(String, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    for piece in pieces {
        match &piece.kind {
            PieceKind::Open(source) => found.push((source.label.clone(), piece.at.clone())),
            PieceKind::Fixed(text) => {
                for (start, end) in [("${{", "}}"), ("${", "}"), ("$(", ")")] {
                    if let Some((_, rest)) = text.split_once(start)
                        && let Some((name, _)) = rest.split_once(end)
                    {
                        found.push((name.trim().to_owned(), piece.at.clone()));
                        break;
                    }
                }
            }
            PieceKind::Part(..) => {}
        }
    }
    found
}
