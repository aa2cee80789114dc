//! `credlint baseline import`.

use std::fs;
use std::io::Write;

use anyhow::{Context as _, Result};

use super::change::entries;
use super::ledger::{Ledger, Terms};
use super::{list, open, scan, settle};
use crate::cli::CLEAN;
use crate::cli::args::Global;
use crate::cli::args::baseline::ImportArgs;
use crate::cli::scan::Session;
use crate::cli::settings::{folder_of, shown, today};
use crate::model::Finding;
use crate::report;
use crate::suppress::baseline::Namer;
use crate::suppress::import::{Foreign, Tool};

/// Runs the command.
pub(super) fn run(
    args: &ImportArgs,
    global: &Global,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8> {
    let source = shown(&args.foreign);
    let text =
        fs::read_to_string(&args.foreign).with_context(|| format!("cannot read {source}"))?;
    let tool = args.from.map_or_else(|| Tool::of(&text), Tool::from);
    let theirs = tool
        .read(&text)
        .with_context(|| format!("cannot read {source}\n  help: --from says whose file it is"))?;
    let exists = |path: &std::path::PathBuf| path.exists();
    let mut settings = settle(&args.scan, global, false)?;
    let place = open::place(
        &args.scan.file,
        &settings.common.project,
        settings.target.start(),
    );
    settings.common.baseline = settings.common.baseline.filter(exists);
    let session = Session::new(&settings)?;
    let mut ledger = match session.scanner().baseline() {
        Some(baseline) => Ledger::of(baseline, &place)?,
        None => Ledger::new(place, &args.scan.file, args.key, &settings.common.project)?,
    };
    let report = scan(&session, &settings, err)?;
    let theirs = anchored(theirs, args, &ledger.namer);
    let mut needed = vec![false; theirs.len()];
    let mut covering = |finding: &Finding| {
        let path = ledger.namer.identity(finding).path;
        let mut first = None;
        for (foreign, needed) in theirs.iter().zip(&mut needed) {
            if foreign.iter().any(|f| f.covers(finding, &path)) {
                *needed = true;
                first = first.or(foreign.first());
            }
        }
        first
    };
    let mut accepted = Vec::new();
    for finding in &report.findings {
        if let Some(foreign) = covering(finding) {
            accepted.push((finding, foreign.remark));
        }
    }
    // What is accounted for already is covered, too.
    for suppressed in &report.suppressed {
        covering(&suppressed.finding);
    }
    for (finding, remark) in &accepted {
        let remark = remark
            .map(|remark| format!(" ({remark})"))
            .unwrap_or_default();
        let terms = Terms {
            entry: &args.entry,
            reason: Some(format!("imported from {source}{remark}")),
            today: today(),
        };
        ledger.accept(finding, &terms);
    }
    let findings: Vec<&Finding> = accepted.iter().map(|(finding, _)| *finding).collect();
    list("accepted", &findings, out)?;
    let unused = needed.iter().filter(|needed| !**needed).count();
    let name = shown(&ledger.path);
    let summary = format!(
        "{} of {source} cover {}; {unused} match nothing here",
        entries(needed.len()),
        report::count(findings.len(), "new finding"),
    );
    if args.dry_run {
        writeln!(out, "would write {name}: {summary}")?;
    } else if findings.is_empty() {
        writeln!(out, "nothing to write to {name}: {summary}")?;
    } else {
        let said = ledger.write()?;
        writeln!(out, "wrote {name}: {summary}")?;
        for line in said {
            writeln!(out, "{line}")?;
        }
    }
    Ok(CLEAN)
}

/// Each entry of theirs by the names its file may have here: the other tool ran at the project's root, or
/// where its file is.
fn anchored(theirs: Vec<Foreign>, args: &ImportArgs, namer: &Namer) -> Vec<Vec<Foreign>> {
    let folder = folder_of(&args.foreign);
    let both = |foreign: Foreign| {
        let beside = namer.path(&folder.join(&foreign.file).to_string_lossy());
        if beside == foreign.file {
            vec![foreign]
        } else {
            let beside = Foreign {
                file: beside,
                ..foreign.clone()
            };
            vec![foreign, beside]
        }
    };
    theirs.into_iter().map(both).collect()
}
