//! The way a value took to a finding, put beside it in one piece of source.
//!
//! Findings bring along the lines they name and no others, so what lies between them is left out.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::{Finding, Location, Related};
use crate::report::escape;

/// More marks than these are hard to follow.
const MAX_MARKS: usize = 5;

/// Stands where a single line is left out. Of more the renderer says so itself.
const LEFT_OUT: &str = "…";

/// A finding's line and those of the steps to it.
pub(super) struct Way {
    /// The lines, from the first to the last.
    pub(super) source: String,
    /// The number of the first.
    pub(super) first_line: usize,
    /// Where the finding's own line begins in `source`.
    pub(super) above: usize,
    /// The steps that have a mark: where, and what happens there.
    pub(super) steps: Vec<(Range<usize>, String)>,
    /// The steps that have none, by their number, and what happens there.
    pub(super) beyond: Vec<(usize, String)>,
}

impl Way {
    /// The way to `finding`, whose own line reads `line`.
    pub(super) fn new(finding: &Finding, line: &str) -> Self {
        let own = &finding.location;
        let mut lines = BTreeMap::from([(own.start.line, line.to_owned())]);
        let (mut marks, mut beyond) = (Vec::new(), Vec::new());
        let several = finding.steps.len() > 1;
        for (at, Related { location, message }) in finding.steps.iter().enumerate() {
            let message = escape::visible(message);
            let what = if several {
                format!("{}. {message}", at + 1)
            } else {
                message.into_owned()
            };
            let (text, mark) = shown(location);
            // A long line is cut about what is marked in it, so that it may read otherwise each time.
            let fits = lines
                .get(&location.start.line)
                .is_none_or(|known| *known == text);
            let can_stand = location.origin == own.origin && !text.is_empty() && !line.is_empty();
            if can_stand && fits && marks.len() < MAX_MARKS {
                lines.insert(location.start.line, text);
                marks.push((location.start.line, mark, what));
            } else {
                beyond.push((at, what));
            }
        }
        for at in 0..marks.len() {
            let (line, mark, _) = &marks[at];
            let others = marks.iter().filter(|(other, ..)| other == line);
            let inner = others.map(|(_, inner, _)| inner.start).filter(|start| {
                // `key = value`, and then `value` itself: of the first, `key` says it all.
                mark.contains(start) && *start > mark.start
            });
            if let (Some(inner), Some(text)) = (inner.min(), lines.get(line)) {
                let before = &text[mark.start..inner];
                let before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
                if !before.is_empty() {
                    marks[at].1 = mark.start..mark.start + before.len();
                }
            }
        }
        let (source, starts) = joined(&lines);
        let begin = |line: u64| starts.get(&line).copied().unwrap_or_default();
        let steps = marks.into_iter().map(|(line, mark, what)| {
            let begin = begin(line);
            (begin + mark.start..begin + mark.end, what)
        });
        Self {
            steps: steps.collect(),
            above: begin(own.start.line),
            first_line: lines.keys().next().map_or(1, |line| *line as usize),
            source,
            beyond,
        }
    }
}

fn shown(location: &Location) -> (String, Range<usize>) {
    escape::visible_line(&location.excerpt.text, &location.excerpt.mark)
}

/// The lines with their distances, and where each begins.
fn joined(lines: &BTreeMap<u64, String>) -> (String, BTreeMap<u64, usize>) {
    let (mut source, mut starts, mut last) = (String::new(), BTreeMap::new(), None);
    for (&line, text) in lines {
        if let Some(last) = last {
            let between = (line - last - 1) as usize;
            source.push('\n');
            if between == 1 {
                source.push_str(LEFT_OUT);
            }
            source.extend(std::iter::repeat_n('\n', between));
        }
        starts.insert(line, source.len());
        source.push_str(text);
        last = Some(line);
    }
    (source, starts)
}

#[cfg(test)]
mod tests {
    use crate::model::{Origin, Related};
    use crate::report::{Format, Style, fixture};

    /// The report of one finding on line 20, with steps on these lines, of which `@` is marked.
    fn rendered(steps: &[(u64, &str, &str)]) -> String {
        let mut report = fixture::clean();
        let mut finding = fixture::report().findings.remove(3);
        finding.location = fixture::location("a.js", (20, 8), "  log(h, \u{202e})", "h");
        finding.message = "it is logged".to_owned();
        finding.evidence.clear();
        finding.steps = steps
            .iter()
            .map(|(line, text, marked)| Related {
                location: fixture::location("a.js", (*line, 3), text, marked),
                message: format!("line {line}\u{7}"),
            })
            .collect();
        if let Some(last) = finding.steps.last_mut().filter(|_| steps.len() == 8) {
            last.location.origin = Origin::File("b.js".to_owned());
        }
        report.rules = fixture::report().rules;
        report.findings.push(finding);
        let text = fixture::render(Format::Terminal, &report, &Style::default());
        text.split("= evidence")
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    #[test]
    fn lines_stand_in_order_with_what_is_between_left_out() {
        insta::assert_snapshot!(rendered(&[
            (22, "  h = f(k) \u{9b}", "f(k)"),
            (1, "const k = env.K;", "env.K"),
            (1, "const k = env.K;", "k = env.K"),
            (19, "f(h)", "h"),
        ]));
    }

    #[test]
    fn one_step_has_no_number() {
        insta::assert_snapshot!(rendered(&[(20, "  log(h, \u{202e})", "log")]));
    }

    #[test]
    fn what_has_no_place_there_is_a_note() {
        let line = ("call(me)", "me");
        let mut steps: Vec<_> = (1..=8).map(|n| (n, line.0, line.1)).collect();
        // The same line, cut elsewhere.
        steps[1] = (1, "…ll(me)", "me");
        insta::assert_snapshot!(rendered(&steps));
    }
}
