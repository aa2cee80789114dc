//! `over-broad-access`: a credential that may do more than it is needed for.

use std::collections::BTreeMap;
use std::ops::Range;

use super::token_without_expiry::issued;
use super::{Check, misuse, quoted};
use crate::misuse::known::{Destination, plain};
use crate::misuse::setting::{self, Setting};
use crate::misuse::view::{File, Found};
use crate::model::{Confidence, Severity};
use crate::rules::schema::Issue;
use crate::syntax::Expr;

pub(super) const CHECK: Check = Check {
    id: "over-broad-access",
    title: "Credential with more access than needed",
    severity: Severity::Medium,
    cwe: 250,
    impact: "When it leaks, more is lost than had to be.",
    remedy: &[
        "Name the least permissions that serve when the credential is made.",
        "Make one credential for each environment and use.",
    ],
    run,
};

fn run(file: &File<'_>, found: &mut Found) {
    for issued in issued(file) {
        let Some(scope) = &issued.issue.scope else {
            continue;
        };
        let name = file.known.name(issued.provider);
        let unscoped =
            issued.issue.writes.is_empty() && (!issued.says(scope) || issued.is_empty_list(scope));
        let values = issued.values(scope);
        let everything = values
            .iter()
            .any(|v| ["*", "all", "full", "full_access"].contains(&v.as_str()));
        if unscoped || everything {
            let message = format!(
                "this makes a {name} key with full access; name its {}",
                quoted(scope)
            );
            found.push(misuse(issued.provider, &issued.at, message).sure(issued.sure));
        } else if values
            .iter()
            .any(|v| issued.issue.writes.iter().any(|w| **w == *v))
            && only_reads(file, issued.provider, issued.issue)
        {
            let message = format!(
                "this makes a {name} token that may write, and only reading calls are made here"
            );
            found.push(misuse(issued.provider, &issued.at, message).sure(Confidence::Medium));
        }
    }
    shared(file, found);
}

/// Whether the file's other calls to the provider, of which there are some, only read.
fn only_reads(file: &File<'_>, provider: usize, issue: &Issue) -> bool {
    let mut reads = 0;
    for (_, sent) in file.sent() {
        if !sent.exchange.sends {
            continue;
        }
        for (address, destination) in &sent.addresses {
            if *destination != Destination::Provider(provider) {
                continue;
            }
            let text = plain(address);
            let path = text.split('?').next().unwrap_or_default();
            if path.ends_with(&*issue.path) {
                continue;
            }
            let is_get = sent.exchange.method.as_deref() == Some("GET");
            if is_get || issue.reads.iter().any(|read| path.ends_with(&**read)) {
                reads += 1;
            } else {
                return false;
            }
        }
    }
    reads > 0
}

/// The settings that use a literal, and its places with their providers.
type Uses = (Vec<Setting>, Vec<(usize, Range<usize>)>);

/// The same literal in several settings of one file, also where they take it from one place.
fn shared(file: &File<'_>, found: &mut Found) {
    // For each literal's text: the settings that use it, and where it stands.
    let mut uses: BTreeMap<String, Uses> = BTreeMap::new();
    for view in &file.views {
        for named in &view.flow.index.named {
            let branch = setting::of_branch(&view.flow, named.value);
            let Some(setting) = branch
                .or_else(|| of_names(&named.path))
                .or_else(|| setting::of_expr(&view.flow, "", named.value, Some(named)))
            else {
                continue;
            };
            if matches!(
                view.flow.program[named.value],
                Expr::Map(_) | Expr::Call { .. }
            ) {
                continue;
            }
            let value = view.flow.eval(named.value, &None);
            for credential in file.known.credentials(&value).iter().filter(|c| c.literal) {
                let (settings, places) = uses
                    .entry(file.slice(&credential.at).to_owned())
                    .or_default();
                if !settings.contains(&setting) {
                    settings.push(setting);
                }
                let place = (credential.provider, credential.at.clone());
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
    }
    for (settings, places) in uses.into_values() {
        if settings.iter().filter(|s| **s != Setting::Docs).count() < 2 {
            continue;
        }
        for (provider, at) in places {
            let name = file.known.name(provider);
            let message = format!("several environments share this {name} credential");
            found.push(misuse(provider, &at, message));
        }
    }
}

/// The setting that any of the names says, also the last one.
fn of_names(path: &[String]) -> Option<Setting> {
    let mut longer = path.to_vec();
    longer.push(String::new());
    setting::of_names(&longer)
}
