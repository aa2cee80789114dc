//! What leads to the built-in rules, as tables in the program's read-only data. Written by `build.rs`.

use std::borrow::Cow;

use super::decode::Sign::{Decodes, Joins, Secret};
use super::leads::{Leads, Target};
use super::prefilter::{Gram, Prefilter};
use crate::rules::RuleSet;

include!(concat!(env!("OUT_DIR"), "/leads.rs"));

/// What leads to the rules of a set: the tables there are, or new ones.
pub(super) fn leads(rules: &RuleSet) -> Leads {
    if rules.is_builtin() {
        // No table is copied: each is borrowed.
        LEADS.clone()
    } else {
        Leads::new(rules.providers())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_those_of_the_builtin_rules() {
        assert!(LEADS == Leads::new(RuleSet::builtin().providers()));
    }

    #[test]
    fn tables_are_made_for_rules_of_ones_own() {
        let mut rules = RuleSet::builtin();
        assert!(matches!(leads(&rules).targets, Cow::Borrowed(_)));
        let text = include_str!("../../rules/octopost.toml").replace("octopost", "octomine");
        rules.add("octomine.toml", &text).unwrap();
        assert!(leads(&rules).targets.len() > LEADS.targets.len());
        assert!(leads(&RuleSet::empty()).targets.len() < LEADS.targets.len());
    }
}
