//! Runs the examples of provider files through the whole engine.

use super::{Detector, Dropped, Observer, Scratch};
use crate::model::{Blob, ContentClass};
use crate::rules::Rule;
use crate::rules::example::{self, Sample};
use crate::rules::schema::Example;

/// An example that does not do what it is there for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{rule}: {message}\n  example: {example:?}")]
pub struct ExampleFault {
    /// The rule whose example it is.
    pub rule: String,
    /// The example as it stands in the file, templates and all.
    pub example: String,
    /// What it should have given, and what it gave.
    pub message: String,
}

/// Checks every example and counter-example of the detector's rules: an example gives exactly one
/// finding, its own rule's; a counter-example gives none of its own rule.
#[must_use]
pub fn check_examples(detector: &Detector) -> Vec<ExampleFault> {
    let mut faults = Vec::new();
    for rule in detector.rules().rules() {
        for (examples, wanted) in [(rule.examples(), true), (rule.counter_examples(), false)] {
            for example in examples.iter() {
                if let Err(message) = check(detector, rule, example, wanted) {
                    let text = match example {
                        Example::Text(text) | Example::File { text, .. } => {
                            text.clone().into_owned()
                        }
                    };
                    faults.push(ExampleFault {
                        rule: rule.credential.id.to_string(),
                        example: text,
                        message,
                    });
                }
            }
        }
    }
    faults
}

fn check(
    detector: &Detector,
    rule: Rule<'_>,
    example: &Example,
    wanted: bool,
) -> Result<(), String> {
    let Sample { file, text } = example::expand(rule.credential, example)?;
    let mut scratch = Scratch::default();
    let mut why = Why {
        rule: rule.index,
        reasons: Vec::new(),
    };
    let blob = Blob::new(&file, ContentClass::Text, text.as_bytes());
    let matches = detector.scan(&blob, &mut scratch, &mut why).matches;
    let found: Vec<&str> = matches
        .iter()
        .map(|m| &*detector.rules().rule(m.rule).credential.id)
        .collect();
    match (wanted, found.as_slice()) {
        (true, [only]) if **only == *rule.credential.id => Ok(()),
        (true, []) if why.reasons.is_empty() => {
            Err("gives no finding: nothing leads to the rule".to_owned())
        }
        (true, []) => Err(format!("gives no finding: {}", why.reasons.join("; "))),
        (true, others) => Err(format!(
            "gives {}, not one finding of its own rule",
            others.join(", ")
        )),
        (false, others) if others.contains(&&*rule.credential.id) => {
            Err("is a counter-example and gives a finding of its rule".to_owned())
        }
        (false, _) => Ok(()),
    }
}

/// Remembers why a rule's candidates were dropped.
struct Why {
    rule: usize,
    reasons: Vec<String>,
}

impl Observer for Why {
    fn dropped(&mut self, rule: usize, _: &std::ops::Range<usize>, why: &Dropped) {
        if rule == self.rule {
            self.reasons.push(why.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RuleSet;

    #[test]
    fn every_builtin_example_holds() {
        let detector = Detector::new(RuleSet::builtin(), |_| true, 1_700_000_000);
        let faults = check_examples(&detector);
        let text: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", text.join("\n"));
    }

    #[test]
    fn an_example_that_does_not_match_is_a_fault() {
        let mut rules = RuleSet::empty();
        let text = include_str!("../../rules/octopost.toml")
            .replace("OCTOPOST_API_KEY={{secret}}", "nothing");
        rules.add("octopost.toml", &text).unwrap();
        let faults = check_examples(&Detector::new(rules, |_| true, 0));
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(
            faults[0].message.contains("nothing leads to the rule"),
            "{}",
            faults[0]
        );
    }
}
