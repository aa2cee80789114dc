//! `credlint rules`: the catalogue, one provider, checking files, the schemas.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::args::{RulesCommand, SchemaOf};
use super::settings;
use crate::detect::{Detector, check_examples};
use crate::misuse::CHECKS;
use crate::rules::schema::Provider;
use crate::rules::{self, RuleSet};
use crate::suppress::baseline::BASELINE_SCHEMA;
use crate::{config, report};

/// Runs the command.
pub(super) fn run(command: &RulesCommand, out: &mut dyn Write) -> Result<()> {
    match command {
        RulesCommand::List { rules, json } => list(&settings::load_rules(rules)?, *json, out),
        RulesCommand::Show { id, rules } => show(&settings::load_rules(rules)?, id, out),
        RulesCommand::Check { paths } => check(paths, out),
        RulesCommand::Schema { of } => {
            let schema = match of {
                SchemaOf::Provider => rules::SCHEMA,
                SchemaOf::Config => config::SCHEMA,
                SchemaOf::Baseline => BASELINE_SCHEMA,
                SchemaOf::Report => report::SCHEMA,
            };
            out.write_all(schema.as_bytes())?;
            Ok(())
        }
    }
}

fn list(rules: &RuleSet, json: bool, out: &mut dyn Write) -> Result<()> {
    if json {
        let mut entries: Vec<_> = rules
            .rules()
            .map(|rule| {
                let doc = rule.doc();
                serde_json::json!({
                    "id": doc.id,
                    "title": doc.title,
                    "provider": doc.provider,
                    "category": rule.provider.identity.category,
                    "severity": doc.severity,
                    "confidence": doc.confidence,
                })
            })
            .collect();
        entries.extend(CHECKS.iter().map(|check| {
            serde_json::json!({
                "id": check.id,
                "title": check.title,
                "category": "misuse",
                "severity": check.severity,
                "confidence": check.doc().confidence,
            })
        }));
        writeln!(out, "{}", serde_json::to_string_pretty(&entries)?)?;
        return Ok(());
    }
    for (index, provider) in rules.providers().enumerate() {
        writeln!(
            out,
            "{} ({})",
            provider.identity.name, provider.identity.category
        )?;
        for rule in rules.rules_of(index) {
            let credential = rule.credential;
            writeln!(
                out,
                "  {:<36} {:<9} {}",
                credential.id, credential.severity, credential.title
            )?;
        }
    }
    writeln!(out, "Any provider (misuse)")?;
    for check in CHECKS {
        writeln!(
            out,
            "  {:<36} {:<9} {}",
            check.id, check.severity, check.title
        )?;
    }
    writeln!(
        out,
        "\n{} of {}, and {}",
        count(rules.len(), "rule"),
        count(rules.providers().len(), "provider"),
        count(CHECKS.len(), "check")
    )?;
    Ok(())
}

fn show(rules: &RuleSet, id: &str, out: &mut dyn Write) -> Result<()> {
    let by_provider = rules.providers().position(|p| p.identity.id == id);
    let index = by_provider.or_else(|| rules.get(id).map(|rule| rule.provider_index));
    let Some((index, provider)) = index.and_then(|i| Some((i, rules.providers().nth(i)?))) else {
        let providers = rules.providers().map(|p| &*p.identity.id);
        let known = providers.chain(rules.rules().map(|rule| &*rule.credential.id));
        bail!(
            "there is no provider and no rule `{id}`\n  help: {}",
            rules::compile::suggestion(id, known)
        );
    };
    write_provider(provider, out)?;
    for rule in rules.rules_of(index) {
        let credential = rule.credential;
        writeln!(out, "\n{}: {}", credential.id, credential.title)?;
        writeln!(
            out,
            "  severity {}, confidence {}",
            credential.severity, credential.confidence
        )?;
        writeln!(out, "  pattern {}", credential.pattern)?;
    }
    writeln!(
        out,
        "\n`credlint explain RULE` says what to do about a finding."
    )?;
    Ok(())
}

fn write_provider(provider: &Provider, out: &mut dyn Write) -> Result<()> {
    let identity = &provider.identity;
    writeln!(
        out,
        "{} ({}), {}",
        identity.name, identity.id, identity.category
    )?;
    let mut row = |name: &str, value: String| -> std::io::Result<()> {
        if value.is_empty() {
            Ok(())
        } else {
            writeln!(out, "  {name:<10} {value}")
        }
    };
    row("hosts", identity.hosts.join(", "))?;
    row("names", identity.names.join(", "))?;
    row("env", identity.env.join(", "))?;
    if let Some(auth) = &provider.auth {
        let scheme = if auth.scheme.is_empty() {
            "<key>".to_owned()
        } else {
            format!("{} <key>", auth.scheme)
        };
        row("header", format!("{}: {scheme}", auth.header))?;
        let companions: Vec<&str> = auth.companions.iter().map(|c| &*c.header).collect();
        row("beside", companions.join(", "))?;
    }
    row(
        "dashboard",
        identity.dashboard.as_deref().unwrap_or_default().to_owned(),
    )?;
    row(
        "docs",
        identity.docs.as_deref().unwrap_or_default().to_owned(),
    )?;
    Ok(())
}

/// Checks files by themselves, so that a provider that is built in can be worked on too.
fn check(paths: &[PathBuf], out: &mut dyn Write) -> Result<()> {
    let rules = if paths.is_empty() {
        RuleSet::builtin()
    } else {
        let mut rules = RuleSet::empty();
        settings::add_rule_files(&mut rules, paths)?;
        rules
    };
    let (number, providers) = (rules.len(), rules.providers().len());
    let faults = check_examples(&Detector::new(rules, |_| true, settings::now().as_second()));
    if faults.is_empty() {
        writeln!(
            out,
            "{} of {}, and every example does what it should",
            count(number, "rule"),
            count(providers, "provider")
        )?;
        return Ok(());
    }
    for fault in &faults {
        writeln!(out, "{fault}")?;
    }
    match faults.len() {
        1 => bail!("one of the examples does not do what it should"),
        many => bail!("{many} of the examples do not do what they should"),
    }
}

/// `1 rule`, `2 rules`.
fn count(number: usize, word: &str) -> String {
    match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    }
}
