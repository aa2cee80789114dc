//! From the model to the shape that JSON shows.

use super::shape::{
    Document, Edit, Excerpt, Finding, Fix, Introduced, Location, Position, Range, Related, Rule,
    ScanError, Scanned, Suppressed, Tool, UnusedSuppression,
};
use crate::model::{self, Report};
use crate::report::{Style, TOOL_NAME, TOOL_VERSION};

impl<'a> Document<'a> {
    pub(super) fn new(report: &'a Report, style: &Style) -> Self {
        let show = style.show_secrets;
        Self {
            version: 1,
            tool: Tool {
                name: TOOL_NAME,
                version: TOOL_VERSION,
            },
            findings: report
                .findings
                .iter()
                .map(|f| Finding::new(f, show))
                .collect(),
            suppressed: report
                .suppressed
                .iter()
                .map(|s| Suppressed::new(s, show))
                .collect(),
            unused_suppressions: report
                .unused_suppressions
                .iter()
                .map(UnusedSuppression::new)
                .collect(),
            errors: report
                .errors
                .iter()
                .map(|e| ScanError {
                    path: &e.path,
                    message: &e.message,
                })
                .collect(),
            scanned: Scanned::new(&report.scanned),
            rules: report.rules.iter().map(Rule::new).collect(),
        }
    }
}

impl<'a> Finding<'a> {
    fn new(finding: &'a model::Finding, show_secret: bool) -> Self {
        let related = |r: &'a model::Related| Related {
            message: &r.message,
            location: Location::new(&r.location),
        };
        Self {
            rule: &finding.rule,
            provider: &finding.provider,
            message: &finding.message,
            severity: finding.severity,
            confidence: finding.confidence,
            location: Location::new(&finding.location),
            related: finding.related.iter().map(related).collect(),
            steps: finding.steps.iter().map(related).collect(),
            secret: finding.secret.as_ref().map(model::Secret::masked),
            revealed: finding
                .secret
                .as_ref()
                .filter(|_| show_secret)
                .map(model::Secret::reveal),
            checksum: finding.checksum.as_str(),
            evidence: &finding.evidence,
            fingerprint: finding.fingerprint.as_str(),
            line_hash: finding.line_hash.as_deref(),
            fix: finding.fix.as_ref().map(Fix::new),
            introduced: finding.introduced.as_deref().map(Introduced::new),
        }
    }
}

impl<'a> Introduced<'a> {
    fn new(introduced: &'a model::Introduced) -> Self {
        let commit = &introduced.commit;
        Self {
            commit: &commit.id,
            author: &commit.author,
            date: &commit.date,
            summary: &commit.summary,
            at_head: introduced.at_head,
            paths: &introduced.paths,
        }
    }
}

impl<'a> Fix<'a> {
    fn new(fix: &'a model::Fix) -> Self {
        let edit = |edit: &'a model::Edit| Edit {
            bytes: Range {
                start: edit.bytes.start,
                end: edit.bytes.end,
            },
            text: &edit.text,
        };
        Self {
            title: &fix.title,
            edits: fix.edits.iter().map(edit).collect(),
        }
    }
}

impl<'a> Location<'a> {
    fn new(location: &'a model::Location) -> Self {
        let position = |p: model::Position| Position {
            line: p.line,
            column: p.column,
        };
        let mark = &location.excerpt.mark;
        Self {
            path: location.origin.path(),
            start: position(location.start),
            end: position(location.end),
            bytes: Range {
                start: location.bytes.start,
                end: location.bytes.end,
            },
            excerpt: Excerpt {
                text: &location.excerpt.text,
                mark: Range {
                    start: mark.start as u64,
                    end: mark.end as u64,
                },
            },
        }
    }
}

impl<'a> Suppressed<'a> {
    fn new(suppressed: &'a model::Suppressed, show_secret: bool) -> Self {
        Self {
            kind: suppressed.kind.as_str(),
            reason: suppressed.reason.as_deref(),
            finding: Finding::new(&suppressed.finding, show_secret),
        }
    }
}

impl<'a> UnusedSuppression<'a> {
    fn new(unused: &'a model::UnusedSuppression) -> Self {
        Self {
            path: unused.origin.path(),
            line: unused.line,
            message: &unused.message,
        }
    }
}

impl Scanned {
    fn new(scanned: &model::Scanned) -> Self {
        Self {
            files: scanned.files,
            commits: scanned.commits,
            members: scanned.members,
            bytes: scanned.bytes,
            limited: scanned.limited.clone(),
            skipped: scanned
                .skipped
                .iter()
                .map(|(reason, count)| (reason.as_str(), *count))
                .collect(),
            rules: scanned.rules,
        }
    }
}

impl<'a> Rule<'a> {
    fn new(rule: &'a model::RuleDoc) -> Self {
        let kind = match rule.kind {
            model::RuleKind::Credential => "credential",
            model::RuleKind::Check => "check",
        };
        Self {
            id: &rule.id,
            title: &rule.title,
            kind,
            provider: &rule.provider,
            provider_name: &rule.provider_name,
            severity: rule.severity,
            confidence: rule.confidence,
            cwe: rule.cwe,
            impact: &rule.impact,
            remedy: &rule.remedy,
            docs: rule.docs.as_deref(),
        }
    }
}
