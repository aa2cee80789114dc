//! `over-broad-access`: a credential that may do more than it is needed for.

use std::collections::HashMap;

use super::token_without_expiry::issued;
use super::{Check, misuse, quoted};
use crate::misuse::known::{Destination, plain};
use crate::misuse::setting::{self, Setting};
use crate::misuse::view::{File, Found};
use crate::model::{Confidence, Severity};
use crate::rules::schema::Issue;

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
        let unscoped = issued.issue.writes.is_empty() && (!issued.says(scope) || issued.is_empty_list(scope));
        let values = issued.values(scope);
        let everything = values.iter().any(|v| ["*", "all", "full", "full_access"].contains(&v.as_str()));
        if unscoped || everything {
            let message = format!("this makes a {name} key with full access; name its {}", quoted(scope));
            found.push(misuse(issued.provider, &issued.at, message).sure(issued.sure));
        } else if values.iter().any(|v| issued.issue.writes.iter().any(|w| **w == *v))
            && only_reads(file, issued.provider, issued.issue)
        {
            let message = format!("this makes a {name} token that may write, and only reading calls are made here");
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

/// The same literal in several settings of one file.
fn shared(file: &File<'_>, found: &mut Found) {
    let mut places: HashMap<&str, Vec<(usize, Setting)>> = HashMap::new();
    for (number, literal) in file.known.literals.iter().enumerate() {
        let text = file.slice(&literal.at);
        let setting = match file.string_at(&literal.at) {
            Some((view, string)) => {
                let path = file.views[view].flow.index.named.iter().find(|n| n.value == string);
                path.and_then(|named| of_names(&named.path)).or_else(|| file.setting(view, string))
            }
            None => setting::of_path(file.path),
        };
        if let Some(setting) = setting {
            places.entry(text).or_default().push((number, setting));
        }
    }
    let mut all: Vec<_> = places.into_values().collect();
    all.sort_by_key(|p| p[0].0);
    for places in all {
        let first = places[0].1;
        if places.iter().any(|(_, s)| *s != first && *s != Setting::Docs) {
            for (number, _) in &places {
                let literal = &file.known.literals[*number];
                let name = file.known.name(literal.provider);
                let message = format!("several environments share this {name} credential");
                found.push(misuse(literal.provider, &literal.at, message));
            }
        }
    }
}

/// The setting that any of the names says, also the last one.
fn of_names(path: &[String]) -> Option<Setting> {
    let mut longer = path.to_vec();
    longer.push(String::new());
    setting::of_names(&longer)
}
