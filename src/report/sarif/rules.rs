//! Rules as SARIF's reporting descriptors, with what GitHub shows beside an alert.

use std::collections::BTreeMap;

use serde_json::json;
use serde_sarif::sarif;

use crate::model::{Confidence, RuleDoc, RuleKind, Severity};
use crate::report::{TOOL_URL, escape, numbered, sentence};

/// GitHub's limit for `fullDescription.text`.
pub(super) const MAX_DESCRIPTION: usize = 1024;

/// A rule as GitHub shows it beside an alert.
pub(super) fn descriptor(rule: &RuleDoc) -> sarif::ReportingDescriptor {
    let impact = if rule.impact.is_empty() {
        &rule.title
    } else {
        rule.impact.as_str()
    };
    let impact = sentence(impact);
    let steps = rule.remedy.iter().zip(1..);
    let steps: Vec<String> = steps
        .map(|(step, at)| format!("{at}. {}", escape::markdown_prose(step)))
        .collect();
    let mut text = vec![impact.clone()];
    let mut markdown = vec![escape::markdown_prose(&impact)];
    if !steps.is_empty() {
        text.push(format!("What to do:\n{}", numbered(rule)));
        markdown.push(format!("**What to do**\n\n{}", steps.join("\n")));
    }
    if let Some(docs) = &rule.docs {
        text.push(format!("Documentation: {docs}"));
        markdown.push(format!("Documentation: {}", escape::markdown_prose(docs)));
    }
    let help = sarif::MultiformatMessageString::builder()
        .text(text.join("\n\n"))
        .markdown(markdown.join("\n\n"))
        .build();
    let kind = match rule.kind {
        RuleKind::Credential => "credential",
        RuleKind::Check => "misuse",
    };
    let mut tags = vec![
        "security".to_owned(),
        format!("external/cwe/cwe-{:03}", rule.cwe),
        kind.to_owned(),
    ];
    // A check is no one provider's.
    if !rule.provider.is_empty() {
        tags.push(rule.provider.to_string());
    }
    let properties = sarif::PropertyBag::builder()
        .tags(tags)
        .additional_properties(BTreeMap::from([
            ("precision".to_owned(), json!(precision(rule.confidence))),
            (
                "security-severity".to_owned(),
                json!(security_severity(rule.severity)),
            ),
        ]))
        .build();
    sarif::ReportingDescriptor::builder()
        .id(rule.id.as_ref())
        .name(pascal_case(&rule.id))
        .short_description(plain(sentence(&rule.title)))
        .full_description(plain(cut(&impact, MAX_DESCRIPTION)))
        .help(help)
        .help_uri(rule.docs.as_deref().unwrap_or(TOOL_URL))
        .default_configuration(
            sarif::ReportingConfiguration::builder()
                .level(json!(level(rule.severity)))
                .build(),
        )
        .properties(properties)
        .build()
}

pub(super) fn plain(text: String) -> sarif::MultiformatMessageString {
    sarif::MultiformatMessageString::builder()
        .text(text)
        .build()
}

/// At most `limit` characters of `text`.
fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit - 1).chain(['…']).collect()
}

/// `octopost-live-key` as `OctopostLiveKey`, the form that SARIF's names have.
fn pascal_case(id: &str) -> String {
    let mut name = String::with_capacity(id.len());
    let mut starts = true;
    for c in id.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(if starts { c.to_ascii_uppercase() } else { c });
        }
        starts = !c.is_ascii_alphanumeric();
    }
    name
}

/// GitHub reads above 9.0 as critical, from 7.0 as high, from 4.0 as medium, below as low.
pub(super) const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Note => "1.0",
    }
}

const fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

/// The level of a result, and of a rule when nothing changes it.
pub(super) fn level(severity: Severity) -> sarif::ResultLevel {
    match severity {
        Severity::Critical | Severity::High => sarif::ResultLevel::Error,
        Severity::Medium | Severity::Low => sarif::ResultLevel::Warning,
        Severity::Note => sarif::ResultLevel::Note,
    }
}
