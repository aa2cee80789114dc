//! A tree in which it is known what must be found, and where.

use std::collections::BTreeSet;

use crate::sandbox::{Sandbox, credentials, place};
use crate::secrets;

/// Stands for the secret in a planted text.
pub(crate) const MARK: char = '§';

/// Files with secrets, and the findings they must give: these and no others.
pub(crate) struct Tree {
    pub(crate) sandbox: Sandbox,
    expected: BTreeSet<String>,
    planted: u64,
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self {
            sandbox: Sandbox::new(),
            expected: BTreeSet::new(),
            planted: 0,
        }
    }

    /// Writes `text` with a new key of `rule` for its mark.
    pub(crate) fn plant(&mut self, file: &str, rule: &str, text: &str) {
        self.plant_all(file, &[rule], text);
    }

    /// Writes `text` with a new key for each of its marks: the first of the first rule, and so on.
    pub(crate) fn plant_all(&mut self, file: &str, rules: &[&str], text: &str) {
        let content = self.fill(file, rules, text);
        self.sandbox.write(file, content);
    }

    /// As [`Tree::plant_all`], in another encoding.
    pub(crate) fn plant_encoded(
        &mut self,
        file: &str,
        rules: &[&str],
        text: &str,
        encode: impl Fn(&str) -> Vec<u8>,
    ) {
        let content = self.fill(file, rules, text);
        self.sandbox.write(file, encode(&content));
    }

    /// `text` with keys for its marks; notes where they stand.
    pub(crate) fn fill(&mut self, file: &str, rules: &[&str], text: &str) -> String {
        let mut parts = text.split(MARK);
        let mut content = parts.next().unwrap().to_owned();
        let mut rules = rules.iter();
        for part in parts {
            let rule = *rules.next().expect("a rule for every mark");
            self.planted += 1;
            self.expect_at(file, rule, &content);
            content.push_str(&secrets::of_rule(rule, self.planted));
            content.push_str(part);
        }
        assert!(rules.next().is_none(), "a mark for every rule");
        content
    }

    /// Notes that a finding of `rule` must stand right after `before`.
    pub(crate) fn expect_at(&mut self, file: &str, rule: &str, before: &str) {
        let line = before.rsplit('\n').next().unwrap();
        let lines_above = before.matches('\n').count();
        self.expect(file, lines_above + 1, line.chars().count() + 1, rule);
    }

    /// Notes that a finding of `rule` must stand at this place.
    pub(crate) fn expect(&mut self, file: &str, line: usize, column: usize, rule: &str) {
        self.expected
            .insert(format!("{file}:{line}:{column} {rule}"));
    }

    /// How many findings there must be.
    pub(crate) fn expected(&self) -> usize {
        self.expected.len()
    }

    /// Scans it and holds the findings against what was planted.
    #[track_caller]
    pub(crate) fn check(&self, args: &[&str]) {
        let report = self.sandbox.report(args);
        // How a credential is misused where it stands has tests of its own.
        let findings = credentials(&report);
        let found: BTreeSet<String> = findings.iter().map(|f| place(f)).collect();
        let missed: Vec<_> = self.expected.difference(&found).collect();
        let extra: Vec<_> = found.difference(&self.expected).collect();
        assert!(
            missed.is_empty() && extra.is_empty(),
            "missed: {missed:#?}\nnot planted: {extra:#?}"
        );
        assert_eq!(findings.len(), found.len(), "nothing is told twice");
    }
}
