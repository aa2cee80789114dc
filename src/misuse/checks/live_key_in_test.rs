//! `live-key-in-test`: a credential of real accounts in tests or development.

use super::{Check, misuse, quoted};
use crate::misuse::flow::PieceKind;
use crate::misuse::known::words_of;
use crate::misuse::setting::{self, Setting};
use crate::misuse::view::{File, Found};
use crate::model::{Confidence, Severity};
use crate::rules::schema::Environment;
use crate::syntax::Expr;

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
    misplaced(
        file,
        Environment::Live,
        &settings,
        "tests or development",
        found,
    );
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
        let fits = |setting: Option<Setting>| setting.is_some_and(|s| settings.contains(&s));
        // Under every name it goes by: an anchor of YAML has several.
        let mut named = file.views.iter().enumerate().flat_map(|(number, view)| {
            let names = view.flow.index.named.iter().filter(|n| {
                matches!(&view.flow.program[n.value], Expr::Text { content, .. }
                    if content.start <= literal.at.start && literal.at.end <= content.end)
            });
            names.map(move |n| (number, n))
        });
        let here = match file.string_at(&literal.at) {
            Some((view, string)) => file.setting(view, string),
            None => Setting::of_path(file.path),
        };
        let misplaced = fits(here) || named.any(|(view, n)| fits(file.setting_of(view, n)));
        if misplaced {
            let name = file.known.name(literal.provider);
            let message = format!("a {kind} {name} credential stands in {place}");
            found.push(misuse(literal.provider, &literal.at, message));
        }
    }
    uses(file, environment, settings, place, found);
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
                    let source = crate::misuse::flow::Source::named(&name);
                    let Some(provider) = file.known.by_source(&source).filter(|_| says) else {
                        continue;
                    };
                    let sandboxed = file
                        .known
                        .rules
                        .rules_of(provider)
                        .any(|r| r.credential.environment == Some(Environment::Test));
                    let takes = named.path.last().is_some_and(|own| {
                        let own = crate::misuse::flow::Source::named(own);
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

/// Literals that a branch, or a name, of the setting takes from elsewhere.
fn uses(
    file: &File<'_>,
    environment: Environment,
    settings: &[Setting],
    place: &str,
    found: &mut Found,
) {
    for view in &file.views {
        let program = view.flow.program;
        for id in program.ids() {
            let is_use = matches!(program[id], Expr::Name(_) | Expr::Member { .. });
            if !is_use || view.questions.contains(&id) {
                continue;
            }
            let in_branch = !view.flow.index.conditions(id).is_empty();
            let names = || view.flow.index.names_of(id);
            if !in_branch && names().next().is_none() {
                continue;
            }
            let value = view.flow.eval(id, &None);
            let of_kind = |c: &crate::misuse::known::Credential| {
                c.literal && c.rule.and_then(|r| file.known.environment(r)) == Some(environment)
            };
            let credentials = file.known.credentials(&value);
            let Some(credential) = credentials.iter().find(|c| of_kind(c)) else {
                continue;
            };
            let fits = |setting: Option<Setting>| setting.is_some_and(|s| settings.contains(&s));
            let misplaced = setting::of_branch(&view.flow, id).map_or_else(
                || names().any(|n| fits(setting::of_names(&n.path))),
                |s| fits(Some(s)),
            );
            if misplaced {
                let kind = if environment == Environment::Live {
                    "live"
                } else {
                    "test"
                };
                let name = file.known.name(credential.provider);
                let message = format!("a {kind} {name} credential is used in {place}");
                found.push(
                    misuse(credential.provider, &program.span(id), message)
                        .along(&credential.trail, &credential.at),
                );
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
