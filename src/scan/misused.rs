//! What the checks find in one file, and that they never stop a scan.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Scanner;
use crate::detect::{Match, Scan};
use crate::misuse::{self, CHECKS, Files, HARDCODED, Literal, Misuse, Unit};
use crate::model::Blob;
use crate::rules::schema::{Context, Kind};

impl Scanner {
    /// The misuses of a file. What a check cannot cope with must not hide a credential: a panic is an
    /// error that is told beside the findings.
    pub(super) fn misuses_or_panic(
        &self,
        blob: &Blob<'_>,
        scan: &Scan<'_>,
        files: &dyn Files,
    ) -> Result<Option<Vec<Misuse>>, ()> {
        let look = AssertUnwindSafe(|| self.misuses(blob, scan, files));
        catch_unwind(look).map_err(|_| ())
    }

    /// What the checks that are on find in a whole file; none where it is too much to follow.
    pub(super) fn misuses(
        &self,
        blob: &Blob<'_>,
        scan: &Scan<'_>,
        files: &dyn Files,
    ) -> Option<Vec<Misuse>> {
        let enabled = |check: usize| !self.checks[check].is_empty();
        if !(0..self.checks.len()).any(enabled) {
            return Some(Vec::new());
        }
        // A credential that only its name tells is nobody's: the checks know better whose it is. And what is
        // hidden in a literal is not what the literal says.
        let secret = |m: &&Match| {
            let credential = self.rules().rule(m.rule).credential;
            let told = credential.context != Context::Named && m.decoded.is_none();
            credential.kind == Kind::Secret && told
        };
        let literals: Vec<Literal> = scan
            .matches
            .iter()
            .filter(secret)
            .map(|m| Literal {
                at: m.secret.clone(),
                provider: self.rules().rule(m.rule).provider_index,
                rule: Some(m.rule),
            })
            .collect();
        let unit = Unit {
            path: blob.path,
            text: blob.bytes,
            literals: &literals,
        };
        let mut found = misuse::misuses(self.rules(), &enabled, files, &unit)?;
        // What a format says is no credential, or only names one, is none either where a check would take it
        // for one.
        let named = |m: &&Match| {
            self.rules().rule(m.rule).credential.kind != Kind::Secret && m.decoded.is_none()
        };
        let named = scan.matches.iter().filter(named).map(|m| &m.secret);
        let paired = scan.matches.iter().flat_map(|m| &m.identifiers);
        let paired = paired.map(|(_, identifier)| identifier);
        let refuted = scan.refuted.iter().chain(named).chain(paired);
        let refuted: Vec<&Range<usize>> = refuted.collect();
        let refuted = |m: &Misuse| {
            let at = |span: &&Range<usize>| span.start < m.at.end && m.at.start < span.end;
            CHECKS[m.check].id == HARDCODED && refuted.iter().any(at)
        };
        found.retain(|m| self.checks[m.check][m.provider] && !refuted(m));
        Some(found)
    }
}
