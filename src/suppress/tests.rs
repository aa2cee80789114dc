use super::inline::spelt;
use super::*;
use crate::model::{Checksum, Excerpt, Fingerprint, FingerprintKey, Location, Position, Secret};

const TODAY: Date = jiff::civil::date(2026, 5, 1);
const SECRET: &str = "not-a-real-secret";

/// A finding of `acme-key` on line 2.
fn finding(path: &str) -> Finding {
    Finding {
        rule: "acme-key".to_owned(),
        provider: "acme".to_owned(),
        message: String::new(),
        severity: Severity::High,
        confidence: Confidence::Medium,
        location: Location {
            origin: Origin::File(path.to_owned()),
            start: Position { line: 2, column: 1 },
            end: Position { line: 2, column: 9 },
            bytes: 5..13,
            excerpt: Excerpt::default(),
        },
        related: Vec::new(),
        steps: Vec::new(),
        secret: Some(Secret::from_bytes(SECRET.as_bytes())),
        checksum: Checksum::None,
        evidence: Vec::new(),
        fingerprint: Fingerprint::new(&FingerprintKey::default(), "acme-key", SECRET.as_bytes()),
        line_hash: None,
        fix: None,
        introduced: None,
    }
}

/// The decision in one word, with what matters of it.
fn decide(policy: &Policy, path: &str, text: &str) -> String {
    let mut directives = FileDirectives::of(spelt(text).as_bytes());
    match policy.decide(finding(path), &mut directives) {
        Decision::Report(finding) => format!("report {}", finding.severity),
        Decision::Suppress(by) => format!("{} {}", by.kind.as_str(), by.reason.unwrap_or_default()),
        Decision::Drop(why) => format!("drop: {why}"),
    }
}

fn on(enabled: bool) -> RuleSetting {
    RuleSetting {
        enabled: Some(enabled),
        severity: None,
    }
}

fn at(severity: Severity) -> RuleSetting {
    RuleSetting {
        enabled: None,
        severity: Some(severity),
    }
}

fn for_rule(setting: RuleSetting) -> BTreeMap<String, RuleSetting> {
    BTreeMap::from([("acme-key".to_owned(), setting)])
}

#[test]
fn an_empty_policy_reports() {
    assert_eq!(decide(&Policy::new(|| TODAY), "a", ""), "report high");
}

#[test]
fn a_rules_setting_goes_before_its_providers() {
    let mut policy = Policy::new(|| TODAY);
    policy.providers.insert("acme".to_owned(), false);
    assert_eq!(decide(&policy, "a", ""), "drop: the rule is off here");
    assert!(!policy.is_on("acme-key", "acme"));
    policy.rules = for_rule(on(true));
    assert_eq!(decide(&policy, "a", ""), "report high");
    assert!(policy.is_on("acme-key", "acme"));
}

#[test]
fn later_path_settings_go_before_earlier_ones_and_before_the_rules() {
    let mut policy = Policy::new(|| TODAY);
    policy.rules = for_rule(at(Severity::Critical));
    policy.paths = vec![
        PathRules::new(&["tests/"], for_rule(on(false))).unwrap(),
        PathRules::new(&["*.md"], for_rule(at(Severity::Note))).unwrap(),
        PathRules::new(&["tests/live/**"], for_rule(on(true))).unwrap(),
    ];
    assert_eq!(decide(&policy, "src/a.rs", ""), "report critical");
    assert_eq!(
        decide(&policy, "tests/a.rs", ""),
        "drop: the rule is off here"
    );
    assert_eq!(decide(&policy, "tests/live/a.md", ""), "report note");
}

#[test]
fn a_rule_that_is_on_somewhere_is_looked_for() {
    let mut policy = Policy::new(|| TODAY);
    policy.rules = for_rule(on(false));
    assert!(!policy.is_on("acme-key", "acme"));
    policy.paths = vec![PathRules::new(&["src/"], for_rule(on(true))).unwrap()];
    assert!(policy.is_on("acme-key", "acme"));
    assert_eq!(decide(&policy, "src/a.rs", ""), "report high");
    assert_eq!(
        decide(&policy, "docs/a.rs", ""),
        "drop: the rule is off here"
    );
}

#[test]
fn thresholds_hold_for_the_severity_that_was_set() {
    let mut policy = Policy::new(|| TODAY);
    policy.min_severity = Severity::Medium;
    assert_eq!(decide(&policy, "a", ""), "report high");
    policy.rules = for_rule(at(Severity::Low));
    assert_eq!(decide(&policy, "a", ""), "drop: below the least severity");
    policy.min_severity = Severity::Note;
    policy.min_confidence = Confidence::High;
    assert_eq!(decide(&policy, "a", ""), "drop: below the least confidence");
}

#[test]
fn paths_are_relative_to_the_configuration() {
    let mut policy = Policy::new(|| TODAY);
    policy.anchor = Anchor::new("/p".as_ref(), "/p/app".as_ref());
    policy.paths = vec![PathRules::new(&["/app/tests/"], for_rule(on(false))).unwrap()];
    assert_eq!(
        decide(&policy, "tests/a.rs", ""),
        "drop: the rule is off here"
    );
    assert_eq!(decide(&policy, "../tests/a.rs", ""), "report high");
}

#[test]
fn an_inline_directive_goes_before_the_configuration_and_both_are_used() {
    let mut policy = Policy::new(|| TODAY);
    policy.allows = vec![Allow::new(
        Allowed::Value(SECRET.to_owned()),
        "an example",
        4,
    )];
    assert_eq!(
        decide(&policy, "a", "# ALLOW acme-key -- beside it\n"),
        "inline beside it"
    );
    assert!(
        policy
            .unused_allows(&Origin::File("c".to_owned()))
            .is_empty()
    );
    assert_eq!(
        decide(&policy, "a", "# ALLOW acme-key\n"),
        "config an example"
    );
}

#[test]
fn a_threshold_does_not_make_a_suppression_superfluous() {
    let mut policy = Policy::new(|| TODAY);
    policy.min_severity = Severity::Critical;
    let mut directives = FileDirectives::of(spelt("# ALLOW acme-key -- r\n").as_bytes());
    assert!(matches!(
        policy.decide(finding("a"), &mut directives),
        Decision::Drop(_)
    ));
    let notes =
        policy.unused_directives(directives, &Origin::File("a".to_owned()), |_| RuleState::On);
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn allowances_cover_exactly_what_they_say() {
    let fingerprint = finding("a").fingerprint.as_str().to_owned();
    let value = || Allow::new(Allowed::Value(SECRET.to_owned()), "why", 1);
    let decision = |allow: Allow| {
        let mut policy = Policy::new(|| TODAY);
        policy.allows = vec![allow];
        decide(&policy, "docs/a.md", "")
    };
    assert_eq!(
        decision(Allow::new(Allowed::Fingerprint(fingerprint), "why", 1)),
        "config why"
    );
    assert_eq!(
        decision(Allow::new(Allowed::Fingerprint("0".repeat(32)), "why", 1)),
        "report high"
    );
    assert_eq!(
        decision(Allow::new(
            Allowed::Value("not-a-real".to_owned()),
            "why",
            1
        )),
        "report high"
    );
    assert_eq!(
        decision(value().rule(Some("acme-key".to_owned()))),
        "config why"
    );
    assert_eq!(
        decision(value().rule(Some("other-key".to_owned()))),
        "report high"
    );
    assert_eq!(
        decision(value().path(Some("docs/**")).unwrap()),
        "config why"
    );
    assert_eq!(
        decision(value().path(Some("tests/**")).unwrap()),
        "report high"
    );
    assert_eq!(decision(value().until(Some(TODAY))), "config why");
    assert_eq!(
        decision(value().until(TODAY.yesterday().ok())),
        "report high"
    );
}

#[test]
fn allowances_that_ran_out_or_match_nothing_are_noted_with_their_line() {
    let mut policy = Policy::new(|| TODAY);
    policy.allows = vec![
        Allow::new(Allowed::Value(SECRET.to_owned()), "used", 3),
        Allow::new(Allowed::Value("other".to_owned()), "unused", 7),
        Allow::new(Allowed::Value(SECRET.to_owned()), "expired", 11).until(TODAY.yesterday().ok()),
    ];
    decide(&policy, "a", "");
    let notes = policy.unused_allows(&Origin::File(".credlint.toml".to_owned()));
    let lines: Vec<u64> = notes.iter().map(|n| n.line).collect();
    assert_eq!(lines, [7, 11]);
    assert!(
        notes[0].message.contains("matches nothing")
            && notes[1].message.contains("ran out on 2026-04-30")
    );
}
