//! `credlint explain`: a rule's documentation, or the story of one line.

use std::io::{self, Write};

use anyhow::{Context as _, Result, bail};

use super::args::ExplainArgs;
use super::settings;
use crate::misuse::CHECKS;
use crate::model::{Origin, RuleDoc};
use crate::report;
use crate::rules::{Rule, RuleSet};
use crate::scan::Verdict;

/// Runs the command.
pub(super) fn run(args: &ExplainArgs, out: &mut dyn Write) -> Result<()> {
    match (&args.rule, &args.why) {
        (_, Some(place)) => why(args, place, out),
        (Some(id), None) => rule(args, id, out),
        (None, None) => bail!("name a rule, or a place with --why PATH:LINE"),
    }
}

fn rule(args: &ExplainArgs, id: &str, out: &mut dyn Write) -> Result<()> {
    let rules = settings::load_rules(&args.rules)?;
    if let Some(rule) = rules.get(id) {
        write_rule(&rule.doc(), Some(rule), out)?;
    } else if let Some(check) = CHECKS.iter().find(|check| check.id == id) {
        write_rule(&check.doc(), None, out)?;
    } else {
        return Err(unknown_rule(&rules, id));
    }
    Ok(())
}

fn write_rule(doc: &RuleDoc, rule: Option<Rule<'_>>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: {}", doc.id, doc.title)?;
    let provider = match &*doc.provider {
        "" => doc.provider_name.to_string(),
        id => format!("{} ({id})", doc.provider_name),
    };
    writeln!(
        out,
        "{provider}, severity {}, confidence {}, CWE-{}\n",
        doc.severity, doc.confidence, doc.cwe
    )?;
    writeln!(out, "Why it matters\n  {}\n", doc.impact)?;
    writeln!(out, "What to do")?;
    for (number, step) in (1..).zip(&doc.remedy) {
        writeln!(out, "  {number}. {step}")?;
    }
    if let Some(rule) = rule {
        write_credential(rule, out)?;
    }
    writeln!(
        out,
        "\nTo accept one\n  credlint:allow {} -- why this one is no leak",
        doc.id
    )?;
    if let Some(docs) = &doc.docs {
        writeln!(out, "\nDocumentation\n  {docs}")?;
    }
    Ok(())
}

/// What only rules for credentials have.
fn write_credential(rule: Rule<'_>, out: &mut dyn Write) -> io::Result<()> {
    let credential = rule.credential;
    writeln!(out, "\nHow it is found")?;
    for line in how(rule) {
        writeln!(out, "  {line}")?;
    }
    for (what, request) in [
        ("Alive?", &credential.verify),
        ("Revoke", &credential.revoke),
    ] {
        if let Some(request) = request {
            writeln!(out, "\n{what}\n  {} {}", request.method, request.url)?;
            if let Some(note) = &request.note {
                writeln!(out, "  {note}")?;
            }
        }
    }
    if let Some(days) = rule.provider.rotate.period_days {
        writeln!(out, "\nReplace it every {days} days in any case.")?;
    }
    Ok(())
}

/// The rule's tests in words, from the same fields that the engine reads.
fn how(rule: Rule<'_>) -> Vec<String> {
    use crate::rules::schema::Context;
    let credential = rule.credential;
    let identity = &rule.provider.identity;
    let words = || {
        let words = identity
            .names
            .iter()
            .chain(&*identity.hosts)
            .map(|w| format!("`{w}`"));
        words.collect::<Vec<_>>().join(", ")
    };
    let mut lines = vec![format!("pattern    {}", credential.pattern)];
    match credential.context {
        Context::None => lines.push("place      anywhere, if it stands alone".to_owned()),
        Context::Near => lines.push(format!(
            "place      near {}, and nearer to it than to another provider",
            words()
        )),
        Context::Assigned => lines.push(format!(
            "place      set to a name, header or client of this provider, or in a block with {}",
            words()
        )),
        Context::Named => lines.push(
            "place      set to a name that says so, and like nothing else by its looks".to_owned(),
        ),
    }
    let validate = &credential.validate;
    if let Some(entropy) = validate.entropy {
        lines.push(format!("entropy    at least {entropy} bits a character"));
    }
    if let Some(checksum) = validate.checksum {
        let then = if checksum.decides() {
            "must agree"
        } else {
            "one that does not agree lowers the confidence"
        };
        lines.push(format!("checksum   {checksum:?}, {then}"));
    }
    if let Some(structure) = validate.structure {
        let then = if structure.decides() {
            "must be readable"
        } else if structure == crate::rules::schema::Structure::AwsKeyId {
            "read for its account"
        } else {
            "one that cannot be read lowers the confidence"
        };
        lines.push(format!("structure  {structure:?}, {then}"));
    }
    if validate.not_words {
        lines.push("words      a value that reads as words is dropped".to_owned());
    }
    if !credential.known.is_empty() {
        lines.push(format!(
            "examples   {} of the documentation are no leak",
            credential.known.join(", ")
        ));
    }
    lines
}

fn why(args: &ExplainArgs, place: &str, out: &mut dyn Write) -> Result<()> {
    let (path, line) = place
        .rsplit_once(':')
        .and_then(|(path, line)| Some((path, line.parse::<u64>().ok()?)))
        .filter(|(path, line)| !path.is_empty() && *line > 0)
        .with_context(|| {
            format!("`{place}` is no place; write PATH:LINE, for example src/app.js:12")
        })?;
    let scanner = settings::scanner_for(path.as_ref(), args)?;
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {path}"))?;
    let story = scanner
        .why(&Origin::File(path.to_owned()), &bytes, line)
        .with_context(|| path.to_owned())?;
    // Names and reasons may be a stranger's.
    let path = report::visible(path);
    if story.is_empty() {
        writeln!(
            out,
            "{path}:{line}: no rule looked at this line: it holds none of their literals."
        )?;
    }
    for step in &story {
        let (word, reason) = match &step.verdict {
            Verdict::Reported => ("reported", String::new()),
            Verdict::NotReported(reason) => ("not reported", format!(": {reason}")),
            Verdict::Dropped(reason) => ("dropped", format!(": {reason}")),
        };
        writeln!(
            out,
            "{path}:{line}:{}: {} {word}{}",
            step.column,
            step.rule,
            report::visible(&reason)
        )?;
    }
    Ok(())
}

/// The ids nearest to one that does not exist.
pub(super) fn unknown_rule(rules: &RuleSet, id: &str) -> anyhow::Error {
    let known = settings::rule_ids(rules);
    let help = crate::rules::compile::suggestion(id, known);
    anyhow::anyhow!("there is no rule `{id}`\n  help: {help}")
}
