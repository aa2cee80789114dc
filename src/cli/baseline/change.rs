//! `credlint baseline update`, `check` and `prune`.

use std::collections::HashSet;
use std::fs;
use std::io::Write;

use anyhow::{Context as _, Result};

use super::ledger::{Ledger, Terms};
use super::{existing, list, scan, settle};
use crate::cli::args::Global;
use crate::cli::args::baseline::{CheckArgs, PruneArgs, UpdateArgs};
use crate::cli::scan::Session;
use crate::cli::settings::{shown, today};
use crate::cli::{CLEAN, FINDINGS};
use crate::model::{Finding, SuppressionKind};
use crate::report;
use crate::suppress::baseline::{Baseline, Entry, EntryState};

/// Runs `update`.
pub(super) fn update(
    args: &UpdateArgs,
    global: &Global,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8> {
    let settings = settle(&args.scan, global, false)?;
    let path = existing(&settings)?;
    let session = Session::new(&settings)?;
    let report = scan(&session, &settings, err)?;
    let baseline = opened(&session)?;
    let mut ledger = Ledger::of(baseline, path)?;
    let states = session.scanner().baseline_states();
    let dropped = tidy(&mut ledger, &states, |_| false, out)?;
    let known = report.suppressed.iter();
    let known = known.filter(|s| s.kind == SuppressionKind::Baseline);
    let looked: HashSet<&str> = baseline.looked_for().map(|e| &*e.fingerprint).collect();
    ledger.refresh(known.map(|s| &s.finding), |fingerprint| {
        looked.contains(fingerprint)
    });
    let new: Vec<&Finding> = report.findings.iter().collect();
    list(if args.add { "accepted" } else { "new" }, &new, out)?;
    if args.add {
        let terms = Terms {
            entry: &args.entry,
            reason: None,
            today: today(),
        };
        for finding in &new {
            ledger.accept(finding, &terms);
        }
    }
    let summary = format!(
        "{}, {} dropped, {} new {}",
        entries(ledger.file.entries.len()),
        dropped,
        new.len(),
        if args.add { "accepted" } else { "not accepted" }
    );
    finish(&ledger, &summary, args.dry_run, out)?;
    if args.add || new.is_empty() {
        return Ok(CLEAN);
    }
    writeln!(
        out,
        "help: fix what is new, or accept it with --add and a --reason"
    )?;
    Ok(FINDINGS)
}

/// Runs `prune`.
pub(super) fn prune(
    args: &PruneArgs,
    global: &Global,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8> {
    let settings = settle(&args.scan, global, false)?;
    let path = existing(&settings)?;
    let session = Session::new(&settings)?;
    scan(&session, &settings, err)?;
    let baseline = opened(&session)?;
    let mut ledger = Ledger::of(baseline, path)?;
    let states = session.scanner().baseline_states();
    let today = today();
    let dropped = tidy(
        &mut ledger,
        &states,
        |entry| entry.has_expired(|| today),
        out,
    )?;
    let summary = format!(
        "{} left, {dropped} dropped",
        entries(ledger.file.entries.len())
    );
    finish(&ledger, &summary, args.dry_run, out)?;
    Ok(CLEAN)
}

/// Runs `check`.
pub(super) fn check(
    args: &CheckArgs,
    global: &Global,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8> {
    let settings = settle(&args.scan, global, false)?;
    let name = shown(existing(&settings)?);
    let session = Session::new(&settings)?;
    let report = scan(&session, &settings, err)?;
    let file = opened(&session)?.file();
    let notes = report.unused_suppressions.iter();
    let notes = notes.filter(|note| note.origin.path() == name);
    let mut faults: Vec<(u64, String)> = notes.map(|n| (n.line, n.message.clone())).collect();
    let has_reason = |e: &Entry| e.reason.as_ref().is_some_and(|r| !r.trim().is_empty());
    faults.extend(file.entries.iter().filter(|e| !has_reason(e)).map(|entry| {
        let message = format!("this entry ({}) has no reason; write one", entry.rule);
        (entry.line, message)
    }));
    faults.sort();
    for (line, message) in &faults {
        writeln!(out, "{name}:{line}: {}", report::visible(message))?;
    }
    let all = entries(file.entries.len() + file.malformed.len());
    match faults.len() {
        0 => writeln!(out, "{name}: {all}, each with a reason and of use")?,
        number => writeln!(out, "{name}: {all}, {}", report::count(number, "fault"))?,
    }
    Ok(if faults.is_empty() { CLEAN } else { FINDINGS })
}

fn opened<'a>(session: &'a Session<'_>) -> Result<&'a Baseline> {
    session.scanner().baseline().context("the baseline is gone")
}

/// Drops entries that are stale, and those that `also` names, and lowers what accepts too much. Says so
/// and gives the number of those that were dropped.
fn tidy(
    ledger: &mut Ledger,
    states: &[EntryState],
    also: impl Fn(&Entry) -> bool,
    out: &mut dyn Write,
) -> Result<usize> {
    let mut kept = Vec::new();
    let mut dropped = 0;
    for (mut entry, state) in std::mem::take(&mut ledger.file.entries)
        .into_iter()
        .zip(states)
    {
        let place = entry.paths.join(", ");
        let why = match state {
            EntryState::Stale => Some("matches nothing".to_owned()),
            EntryState::NoRule => Some("there is no such rule".to_owned()),
            _ if also(&entry) => entry.until.map(|until| format!("ran out on {until}")),
            EntryState::Shrunk(met) => {
                entry.count = *met;
                None
            }
            EntryState::Live => None,
        };
        match why {
            Some(why) => {
                let line = format!("dropped: {} ({place}): {why}", entry.rule);
                writeln!(out, "{}", report::visible(&line))?;
                dropped += 1;
            }
            None => kept.push(entry),
        }
    }
    // Both sides of a merge may have brought the same.
    let mut seen = HashSet::new();
    kept.retain(|entry: &Entry| seen.insert(entry.fingerprint.clone()));
    ledger.set(kept);
    Ok(dropped)
}

/// Writes the baseline where it has changed.
fn finish(ledger: &Ledger, summary: &str, dry_run: bool, out: &mut dyn Write) -> Result<()> {
    let name = shown(&ledger.path);
    if fs::read_to_string(&ledger.path).is_ok_and(|text| text == ledger.file.to_text()) {
        writeln!(out, "{name} stays as it is: {summary}")?;
    } else if dry_run {
        writeln!(out, "would write {name}: {summary}")?;
    } else {
        ledger.write()?;
        writeln!(out, "wrote {name}: {summary}")?;
    }
    Ok(())
}

/// `1 entry`, `2 entries`.
pub(super) fn entries(number: usize) -> String {
    match number {
        1 => "1 entry".to_owned(),
        _ => format!("{number} entries"),
    }
}
