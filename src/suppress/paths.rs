//! Settings of rules that hold only for some paths.

use std::collections::BTreeMap;

use super::RuleSetting;
use crate::model::Globs;

/// Globs, and what is set for the files they name.
#[derive(Clone, Debug)]
pub struct PathRules {
    globs: Globs,
    rules: BTreeMap<String, RuleSetting>,
}

impl PathRules {
    /// `globs` are in the form of `.gitignore` lines: a folder's name covers all that is in it, and a
    /// later `!glob` takes files out again. `rules` are by id. The error says which glob is wrong.
    pub fn new<S: AsRef<str>>(
        globs: &[S],
        rules: BTreeMap<String, RuleSetting>,
    ) -> Result<Self, String> {
        Ok(Self {
            globs: Globs::new(globs)?,
            rules,
        })
    }

    /// Whether `rule` is on in some of the files.
    pub(super) fn turns_on(&self, rule: &str) -> bool {
        self.rules
            .get(rule)
            .is_some_and(|setting| setting.enabled == Some(true))
    }

    /// What is set for `rule` in the file `path`, which is relative to the configuration's folder.
    pub(super) fn setting(&self, path: &str, rule: &str) -> Option<RuleSetting> {
        let setting = *self.rules.get(rule)?;
        self.globs.cover(path).then_some(setting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applies(globs: &[&str], path: &str) -> bool {
        let rules = BTreeMap::from([("a-key".to_owned(), RuleSetting::default())]);
        PathRules::new(globs, rules)
            .unwrap()
            .setting(path, "a-key")
            .is_some()
    }

    #[test]
    fn globs_are_those_of_gitignore() {
        assert!(applies(&["tests/**"], "tests/a/b.rs"));
        assert!(applies(&["tests"], "app/tests/b.rs"));
        assert!(!applies(&["/tests/"], "app/tests/b.rs"));
        assert!(applies(&["*.md"], "docs/a.md"));
        assert!(!applies(&["*.md", "!README.md"], "README.md"));
        assert!(!applies(&["tests/**"], "src/tests.rs"));
        assert!(applies(&["*.md"], "/elsewhere/a.md"), "no panic");
    }

    #[test]
    fn only_named_rules_are_set() {
        let rules = BTreeMap::from([("a-key".to_owned(), RuleSetting::default())]);
        assert_eq!(
            PathRules::new(&["*"], rules).unwrap().setting("x", "b-key"),
            None
        );
    }

    #[test]
    fn a_bad_glob_is_named() {
        assert!(
            PathRules::new(&["a[b"], BTreeMap::new())
                .unwrap_err()
                .contains("a[b")
        );
    }
}
