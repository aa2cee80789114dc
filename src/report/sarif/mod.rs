//! SARIF 2.1.0, as GitHub's code scanning takes it.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html> and
//! <https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.
//! It is made to be uploaded, so no setting puts a secret into it.
//!
//! A place inside of an archive is one of the archive, which is what a repository has: the result points
//! at its first character, since lines of a member are none of the file. The message says where in it,
//! and so does a logical location. (SARIF's own way, nested artifacts, is not shown by code scanning.)

mod invocation;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;
use serde_sarif::sarif;

use super::{Style, TOOL_NAME, TOOL_URL, TOOL_VERSION, escape, evidence, inside, sentence, worst};
use crate::model::{
    Finding, Fix, Location, MASK, Related, Report, Secret, Suppressed, SuppressionKind,
};

/// The schema's address as the SARIF SDK's validator wants it.
const SCHEMA_URL: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// GitHub takes 25,000 results of a run and refuses a file with more.
const MAX_RESULTS: usize = 25_000;
/// The name for the directory that relative paths start from.
const ROOT: &str = "%SRCROOT%";

/// Writes one run as an indented document.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let log = sarif::Sarif::builder()
        .schema(SCHEMA_URL)
        .version(json!("2.1.0"))
        .runs(vec![run(report, style)])
        .build();
    writeln!(out, "{}", escape::json(serde_json::to_string_pretty(&log)?))
}

fn run(report: &Report, style: &Style) -> sarif::Run {
    let (findings, left_out) = worst(&report.findings, MAX_RESULTS);
    let context = Context {
        report,
        base: style.base.as_deref(),
    };
    let suppressed = if style.sarif_suppressed {
        &*report.suppressed
    } else {
        &[]
    };
    let room = suppressed.len().min(MAX_RESULTS - findings.len());
    let left_out = left_out + suppressed.len() - room;
    let mut results: Vec<sarif::Result> = findings.into_iter().map(|f| context.result(f)).collect();
    results.extend(suppressed[..room].iter().map(|s| context.suppressed(s)));
    let driver = sarif::ToolComponent::builder()
        .name(TOOL_NAME)
        .version(TOOL_VERSION)
        .semantic_version(TOOL_VERSION)
        .information_uri(TOOL_URL)
        .rules(
            report
                .rules
                .iter()
                .map(rules::descriptor)
                .collect::<Vec<_>>(),
        )
        .notifications(invocation::notification_kinds())
        .build();
    let srcroot = sarif::ArtifactLocation::builder()
        .description("The directory that relative paths start from.")
        .build();
    sarif::Run::builder()
        .tool(sarif::Tool::builder().driver(driver).build())
        .invocations(vec![invocation::invocation(&context, left_out)])
        .automation_details(
            sarif::RunAutomationDetails::builder()
                .id(format!("{TOOL_NAME}/{}/", style.category))
                .build(),
        )
        .original_uri_base_ids(BTreeMap::from([(ROOT.to_owned(), srcroot)]))
        .column_kind(json!("unicodeCodePoints"))
        .results(results)
        .build()
}

/// What places and results are made with.
struct Context<'a> {
    report: &'a Report,
    base: Option<&'a str>,
}

impl Context<'_> {
    fn result(&self, finding: &Finding) -> sarif::Result {
        let mut result = sarif::Result::builder()
            .rule_id(finding.rule.as_str())
            .level(rules::level(finding.severity))
            .message(result_message(finding))
            .locations(vec![self.location(&finding.location)])
            .partial_fingerprints(fingerprints(finding))
            .properties(properties(finding))
            .build();
        let index = self
            .report
            .rules
            .binary_search_by(|rule| (*rule.id).cmp(&finding.rule));
        result.rule_index = index.ok().map(|at| number(at as u64));
        if !finding.related.is_empty() {
            let related = finding.related.iter().zip(1..).map(|(related, id)| {
                let mut location = self.location(&related.location);
                location.id = Some(id);
                location.message = Some(message(&related.message));
                location
            });
            result.related_locations = Some(related.collect());
        }
        if !finding.steps.is_empty() {
            result.code_flows = Some(vec![self.code_flow(finding)]);
        }
        if let Some(fix) = &finding.fix {
            result.fixes = Some(vec![self.fix(finding, fix)]);
        }
        result
    }

    /// The way of a value, with the finding's own place at its end.
    fn code_flow(&self, finding: &Finding) -> sarif::CodeFlow {
        let end = Related {
            location: finding.location.clone(),
            message: finding.message.clone(),
        };
        let steps = finding.steps.iter().chain([&end]).map(|step| {
            let mut location = self.location(&step.location);
            location.message = Some(message(&step.message));
            sarif::ThreadFlowLocation::builder()
                .location(location)
                .build()
        });
        let flow = sarif::ThreadFlow::builder()
            .locations(steps.collect::<Vec<_>>())
            .build();
        sarif::CodeFlow::builder().thread_flows(vec![flow]).build()
    }

    fn fix(&self, finding: &Finding, fix: &Fix) -> sarif::Fix {
        let replacements = fix.edits.iter().map(|edit| {
            let deleted = sarif::Region::builder()
                .start_line(number(edit.start.line))
                .start_column(number(edit.start.column))
                .end_line(number(edit.end.line))
                .end_column(number(edit.end.column))
                .build();
            sarif::Replacement::builder()
                .deleted_region(deleted)
                .inserted_content(snippet(&edit.text))
                .build()
        });
        let change = sarif::ArtifactChange::builder()
            .artifact_location(self.artifact(finding.location.origin.file()))
            .replacements(replacements.collect::<Vec<_>>())
            .build();
        sarif::Fix::builder()
            .description(message(&fix.title))
            .artifact_changes(vec![change])
            .build()
    }

    fn suppressed(&self, suppressed: &Suppressed) -> sarif::Result {
        let kind = match suppressed.kind {
            SuppressionKind::Inline => "inSource",
            SuppressionKind::Config | SuppressionKind::Baseline => "external",
        };
        let mut suppression = sarif::Suppression::builder()
            .kind(json!(kind))
            .status(json!("accepted"))
            .build();
        suppression.justification = suppressed
            .reason
            .as_deref()
            .map(|r| escape::visible(r).into_owned());
        let mut result = self.result(&suppressed.finding);
        result.suppressions = Some(vec![suppression]);
        result
    }

    fn location(&self, location: &Location) -> sarif::Location {
        if location.origin.inner().is_some() {
            return self.inside(location);
        }
        let (start, end) = (location.start, location.end);
        let mut region = sarif::Region::builder()
            .start_line(number(start.line))
            .start_column(number(start.column))
            .end_line(number(end.line))
            .end_column(number(end.column))
            .build();
        let (text, mark) = escape::visible_line(&location.excerpt.text, &location.excerpt.mark);
        let mut physical = sarif::PhysicalLocation::builder()
            .artifact_location(self.artifact(location.origin.path()))
            .build();
        if !text.is_empty() {
            region.snippet = Some(snippet(&text[mark]));
            let mut line = sarif::Region::builder()
                .start_line(number(start.line))
                .build();
            line.end_line = Some(number(end.line));
            line.snippet = Some(snippet(&text));
            physical.context_region = Some(line);
        }
        physical.region = Some(region);
        sarif::Location::builder()
            .physical_location(physical)
            .build()
    }

    /// A place inside of an archive.
    fn inside(&self, location: &Location) -> sarif::Location {
        let first = sarif::Region::builder()
            .start_line(1)
            .start_column(1)
            .end_line(1)
            .end_column(2)
            .build();
        let physical = sarif::PhysicalLocation::builder()
            .artifact_location(self.artifact(location.origin.file()))
            .region(first)
            .build();
        let member = sarif::LogicalLocation::builder()
            .fully_qualified_name(escape::visible(location.origin.path()))
            .kind("resource")
            .build();
        sarif::Location::builder()
            .physical_location(physical)
            .logical_locations(vec![member])
            .build()
    }

    /// `path` as a URI: relative to the root where it can be, absolute where it is outside.
    fn artifact(&self, path: &str) -> sarif::ArtifactLocation {
        let outside = match self.base {
            Some(base) if path.starts_with("../") => escape::file_uri(&above(base, path)),
            _ => escape::file_uri(path),
        };
        if let Some(uri) = outside {
            return sarif::ArtifactLocation::builder().uri(uri).build();
        }
        let relative = path.trim_start_matches("./");
        sarif::ArtifactLocation::builder()
            .uri(escape::uri_path(relative))
            .uri_base_id(ROOT)
            .build()
    }
}

/// `path`, which leads out of `base`, with its `..` resolved by name: a URI has no use for them.
fn above(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = base.trim_end_matches('/').split('/').collect();
    for part in path.split('/') {
        match part {
            ".." if parts.len() > 1 => drop(parts.pop()),
            "." | ".." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// SARIF's numbers are signed; no line or column comes near the bound.
fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn snippet(text: &str) -> sarif::ArtifactContent {
    sarif::ArtifactContent::builder().text(text).build()
}

/// A message in one line; what it quotes from a file is made visible.
fn message(text: &str) -> sarif::Message {
    sarif::Message::builder()
        .text(sentence(&escape::visible(text)))
        .build()
}

/// The finding's sentence, where it is inside of an archive, and, where something of it may be shown,
/// the secret.
fn result_message(finding: &Finding) -> sarif::Message {
    let places = [inside(finding), gone(finding)];
    let places: Vec<String> = places.into_iter().flatten().collect();
    let inside = match places.is_empty() {
        true => String::new(),
        false => format!(" ({})", places.join("; ")),
    };
    let text = format!("{}{inside}", finding.message.trim_end_matches('.'));
    match finding.secret.as_ref().map(Secret::masked) {
        Some(masked) if masked != MASK => message(&format!("{text}: '{masked}'")),
        _ if inside.is_empty() => message(&finding.message),
        _ => message(&text),
    }
}

/// Where a finding is that is not in the state that is checked out: `in commit 1a2b3c4d5e`.
fn gone(finding: &Finding) -> Option<String> {
    let introduced = finding.introduced.as_ref().filter(|i| !i.at_head)?;
    let id = &introduced.commit.id;
    Some(format!("in commit {}", id.get(..10).unwrap_or(id)))
}

fn fingerprints(finding: &Finding) -> BTreeMap<String, String> {
    let mut all = BTreeMap::from([(
        format!("{TOOL_NAME}Fingerprint/v1"),
        finding.fingerprint.as_str().to_owned(),
    )]);
    let inside = finding.location.origin.inner();
    // Or GitHub would take the archive's first line for all of them.
    let hash = inside.map(|_| format!("{}:1", finding.fingerprint.as_str()));
    if let Some(hash) = finding.line_hash.clone().or(hash) {
        all.insert("primaryLocationLineHash".to_owned(), hash);
    }
    all
}

fn properties(finding: &Finding) -> sarif::PropertyBag {
    let mut properties = BTreeMap::from([
        ("confidence".to_owned(), json!(finding.confidence)),
        ("evidence".to_owned(), json!(evidence(finding))),
        ("severity".to_owned(), json!(finding.severity)),
    ]);
    if let Some(introduced) = &finding.introduced {
        let commit = &introduced.commit;
        properties.extend([
            ("commit".to_owned(), json!(commit.id)),
            ("author".to_owned(), json!(commit.author)),
            ("date".to_owned(), json!(commit.date)),
            ("atHead".to_owned(), json!(introduced.at_head)),
            ("paths".to_owned(), json!(introduced.paths)),
        ]);
    }
    sarif::PropertyBag::builder()
        .additional_properties(properties)
        .build()
}
