//! The report for a person: every finding with its source line, then what was scanned.

mod paint;
mod summary;
mod way;

use std::collections::HashMap;
use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use self::paint::Paint;
use self::way::Way;
use super::{Style, assurance, escape, introduced, place, shown_secret, title};
use crate::model::{Finding, Origin as Source, Report, RuleDoc, Severity};

/// Prose wider than this is hard to read, however wide the terminal is.
const MAX_PROSE: usize = 100;
/// What stands before a note's name and after it: room for line numbers of four digits, `= ` and `: `.
const GUTTER: usize = 9;
/// The columns of a terminal that does not tell.
const USUAL_WIDTH: usize = 100;

/// Writes findings, suppressions that do nothing, errors and the summary; or a line a finding.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let terminal = Terminal::new(report, style);
    if style.quiet {
        return terminal.write_quiet(out);
    }
    let last = last_of_rule(&report.findings);
    for (at, finding) in report.findings.iter().enumerate() {
        let rule = report
            .rule(&finding.rule)
            .filter(|_| last[&*finding.rule] == at);
        writeln!(out, "{}\n", terminal.block(finding, rule))?;
    }
    summary::write(&terminal, out)
}

/// The last finding of each rule: why it matters and what to do stand under that one only, where a
/// reader who has scrolled to the end is nearest to them.
fn last_of_rule(findings: &[Finding]) -> HashMap<&str, usize> {
    findings
        .iter()
        .enumerate()
        .map(|(at, finding)| (finding.rule.as_str(), at))
        .collect()
}

/// What every part of the report is written with.
struct Terminal<'a> {
    report: &'a Report,
    style: &'a Style,
    paint: Paint,
    renderer: Renderer,
    width: usize,
}

impl<'a> Terminal<'a> {
    fn new(report: &'a Report, style: &'a Style) -> Self {
        let width = if style.width == 0 {
            USUAL_WIDTH
        } else {
            style.width.max(40)
        };
        let renderer = if style.color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        Self {
            report,
            style,
            paint: Paint {
                color: style.color,
                links: style.hyperlinks,
            },
            renderer: renderer.term_width(width).hyperlink(style.hyperlinks),
            width,
        }
    }

    /// `path:line:column: severity rule message`, and errors; nothing where there is nothing.
    fn write_quiet(&self, out: &mut dyn Write) -> io::Result<()> {
        for finding in &self.report.findings {
            let severity = self
                .paint
                .severity(finding.severity, finding.severity.as_str());
            let place = self.link(finding, &place(&finding.location));
            let message = escape::visible(&finding.message);
            writeln!(out, "{place}: {severity} {} {message}", finding.rule)?;
        }
        summary::write_errors(self, out)
    }

    /// A finding as rustc shows an error; with `rule`, also why it matters and what to do.
    fn block(&self, finding: &Finding, rule: Option<&RuleDoc>) -> String {
        let location = &finding.location;
        let path = escape::visible(location.origin.path());
        let message = escape::visible(&finding.message);
        let docs = self
            .report
            .rule(&finding.rule)
            .and_then(|rule| rule.docs.as_deref());
        let mut heading = level(finding.severity)
            .primary_title(&*message)
            .id(&finding.rule);
        // The address comes from a rule file, which may be a stranger's.
        if let Some(docs) =
            docs.filter(|url| self.style.hyperlinks && url.chars().all(|c| c.is_ascii_graphic()))
        {
            heading = heading.id_url(docs);
        }
        let line = location.start.line as usize;
        let (text, mark) = escape::visible_line(&location.excerpt.text, &location.excerpt.mark);
        let label = self.label(finding, &text[mark.clone()]);
        let way = Way::new(finding, &text);
        let group = if text.is_empty() {
            let column = location.start.column as usize;
            heading.element(Origin::path(&*path).line(line).char_column(column))
        } else {
            let mark = mark.start + way.above..mark.end + way.above;
            let mark = AnnotationKind::Primary.span(mark).label(&*label);
            let steps = way.steps.iter();
            let steps =
                steps.map(|(at, what)| AnnotationKind::Context.span(at.clone()).label(what));
            heading.element(
                Snippet::source(&*way.source)
                    .path(&*path)
                    .line_start(way.first_line)
                    .annotation(mark)
                    .annotations(steps),
            )
        };
        let notes = self.notes(group, finding, &way, rule);
        let rendered = self.renderer.render(&[notes]);
        self.set_place(finding, rendered)
    }

    /// What the mark is: the rule's title, and the secret where the line does not show it so.
    fn label(&self, finding: &Finding, marked: &str) -> String {
        let title = escape::visible(title(self.report, finding));
        let secret = shown_secret(finding, self.style.show_secrets);
        if marked == secret || secret.is_empty() {
            title.into_owned()
        } else {
            format!("{title}: {secret}")
        }
    }

    /// The `= name: text` lines below the source.
    fn notes<'g>(
        &self,
        mut group: Group<'g>,
        finding: &Finding,
        way: &Way,
        rule: Option<&RuleDoc>,
    ) -> Group<'g> {
        let mut note = |level: Level<'static>, name: &'static str, text: String| {
            let element = level.with_name(name).message(text);
            group = std::mem::replace(&mut group, Group::with_level(Level::NOTE)).element(element);
        };
        for (at, what) in &way.beyond {
            let text = format!("{}: {what}", place(&finding.steps[*at].location));
            note(Level::NOTE, "way", self.wrap(&text, "way", 0));
        }
        for related in &finding.related {
            let text = format!(
                "{}: {}",
                place(&related.location),
                escape::visible(&related.message)
            );
            note(Level::NOTE, "also", self.wrap(&text, "also", 0));
        }
        if let Some(commit) = introduced(finding) {
            let commit = commit.trim_start_matches("commit ");
            note(Level::NOTE, "commit", self.wrap(commit, "commit", 0));
        }
        note(
            Level::NOTE,
            "evidence",
            self.wrap(&assurance(finding), "evidence", 0),
        );
        if self.style.verbose {
            note(Level::NOTE, "fingerprint", finding.fingerprint.to_string());
        }
        let Some(rule) = rule else { return group };
        note(
            Level::HELP,
            "why",
            self.wrap(&escape::visible(&rule.impact), "why", 0),
        );
        let steps: Vec<String> = rule
            .remedy
            .iter()
            .zip(1..)
            .map(|(step, number)| {
                self.wrap(&format!("{number}. {}", escape::visible(step)), "do", 3)
            })
            .collect();
        if !steps.is_empty() {
            note(Level::HELP, "do", steps.join("\n"));
        }
        if let Some(docs) = &rule.docs {
            note(Level::HELP, "docs", escape::visible(docs).into_owned());
        }
        group
    }

    /// `text` in lines that fit beside the gutter and `name`, all but the first indented by `hang`.
    /// A word that is longer than a line stays whole.
    fn wrap(&self, text: &str, name: &str, hang: usize) -> String {
        let room = self
            .width
            .min(MAX_PROSE)
            .saturating_sub(GUTTER + name.len())
            .max(20);
        let mut lines = String::new();
        let mut used = 0;
        for word in text.split(' ') {
            let length = word.chars().count();
            if used > hang && used + 1 + length > room {
                lines.push('\n');
                lines.extend(std::iter::repeat_n(' ', hang));
                used = hang;
            } else if !lines.is_empty() {
                lines.push(' ');
                used += 1;
            }
            lines.push_str(word);
            used += length;
        }
        lines
    }

    /// Puts the true column, and a link, where the renderer names the place.
    ///
    /// It counts columns in the excerpt, which is cut and escaped; and it takes no link for a path.
    fn set_place(&self, finding: &Finding, rendered: String) -> String {
        let location = &finding.location;
        let named = format!(
            "{}:{}:",
            escape::visible(location.origin.path()),
            location.start.line
        );
        // The heading is one line, and the place stands on the next.
        let below = rendered.find('\n').unwrap_or(rendered.len());
        let Some(at) = rendered[below..].find(&named).map(|at| below + at) else {
            return rendered;
        };
        let rest = rendered[at + named.len()..].trim_start_matches(|c: char| c.is_ascii_digit());
        format!(
            "{}{}{rest}",
            &rendered[..at],
            self.link(finding, &place(location))
        )
    }

    /// `text` as a link to the finding's file, where that has an absolute path.
    fn link(&self, finding: &Finding, text: &str) -> String {
        let path = match &finding.location.origin {
            Source::Stdin(_) => "",
            origin => origin.file(),
        };
        if path.is_empty() {
            return text.to_owned();
        }
        let below = |base: &String| escape::file_uri(&format!("{base}/{path}"));
        let uri = escape::file_uri(path).or_else(|| self.style.base.as_ref().and_then(below));
        uri.map_or_else(|| text.to_owned(), |uri| self.paint.link(&uri, text))
    }
}

fn level(severity: Severity) -> Level<'static> {
    let level = match severity {
        Severity::Critical | Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low => Level::INFO,
        Severity::Note => Level::NOTE,
    };
    level.with_name(severity.as_str())
}

#[cfg(test)]
mod tests;
