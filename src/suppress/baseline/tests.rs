use super::*;
use crate::model::{
    Anchor, Checksum, Confidence, Excerpt, Fingerprint, FingerprintKey, Location, Position, Secret,
    Severity,
};

const TODAY: Date = jiff::civil::date(2026, 5, 1);

/// A finding of `acme-key`; without a secret where that is empty.
fn finding(path: &str, secret: &str) -> Finding {
    let at = Position { line: 1, column: 1 };
    Finding {
        rule: "acme-key".to_owned(),
        provider: "acme".to_owned(),
        message: String::new(),
        severity: Severity::High,
        confidence: Confidence::Medium,
        location: Location {
            origin: Origin::File(path.to_owned()),
            start: at,
            end: at,
            bytes: 0..0,
            excerpt: Excerpt::default(),
        },
        related: Vec::new(),
        steps: Vec::new(),
        secret: (!secret.is_empty()).then(|| Secret::from_bytes(secret.as_bytes())),
        checksum: Checksum::None,
        evidence: Vec::new(),
        fingerprint: Fingerprint::new(&FingerprintKey::default(), "acme-key", secret.as_bytes()),
        line_hash: None,
        fix: None,
        introduced: None,
    }
}

fn namer(key: &str) -> Namer {
    Namer::new(BaselineKey::derive(key), Anchor::default())
}

/// What is made of an entry.
type Change = fn(&mut Entry);

/// A baseline of these findings, each of which may be changed.
fn baseline(of: &[(&Finding, Change)]) -> Baseline {
    let entries = of.iter().map(|(finding, change)| {
        let Identity {
            fingerprint,
            class,
            path,
            ..
        } = namer("key").identity(finding);
        let mut entry = Entry {
            rule: finding.rule.clone(),
            class,
            fingerprint,
            count: 1,
            severity: finding.severity,
            paths: vec![path],
            reason: Some("known".to_owned()),
            owner: None,
            until: None,
            added: None,
            line: 7,
        };
        change(&mut entry);
        entry
    });
    let file = BaselineFile {
        key: KeyNote {
            from: KeyFrom::KeyFile,
            check: String::new(),
            fingerprints: String::new(),
            text: None,
        },
        root: None,
        entries: entries.collect(),
        malformed: Vec::new(),
    };
    let origin = Origin::File("b.json".to_owned());
    Baseline::new(file, namer("key"), origin, PathBuf::new())
}

fn accepts(baseline: &Baseline, finding: &Finding) -> bool {
    baseline
        .accept(finding, &mut Met::new(), || TODAY)
        .is_some()
}

fn notes(baseline: &Baseline) -> Vec<String> {
    let notes = baseline.notes(TODAY, |_| RuleState::On);
    notes.into_iter().map(|note| note.message).collect()
}

#[test]
fn a_secret_is_accepted_in_its_class_and_nowhere_else() {
    let known = baseline(&[(&finding("tests/a", "s"), |_| {})]);
    assert!(accepts(&known, &finding("tests/a", "s")));
    assert!(accepts(&known, &finding("src/test/b", "s")), "it may move");
    assert!(!accepts(&known, &finding("src/a", "s")));
    assert!(!accepts(&known, &finding("docs/a", "s")));
    assert!(!accepts(&known, &finding("tests/a", "t")));
    let mut other = finding("tests/a", "s");
    other.fingerprint = Fingerprint::new(&FingerprintKey::default(), "b-key", b"s");
    assert!(!accepts(&known, &other), "of another rule");
}

#[test]
fn another_key_gives_other_names() {
    let finding = finding("a", "s");
    assert_ne!(
        namer("key").identity(&finding).fingerprint,
        namer("kez").identity(&finding).fingerprint
    );
    assert_ne!(
        namer("key").identity(&finding).fingerprint,
        finding.fingerprint.as_str()
    );
}

#[test]
fn what_has_no_secret_is_counted_in_its_file() {
    let misuse = finding("a.py", "");
    let known = baseline(&[(&misuse, |entry| entry.count = 2)]);
    let mut met = Met::new();
    let mut accepts = || known.accept(&misuse, &mut met, || TODAY).is_some();
    assert_eq!([accepts(), accepts(), accepts()], [true, true, false]);
    let elsewhere = finding("b.py", "");
    assert!(
        known
            .accept(&elsewhere, &mut Met::new(), || TODAY)
            .is_none()
    );
}

#[test]
fn an_entry_counts_through_its_last_day() {
    let finding = finding("a", "s");
    let known = baseline(&[(&finding, |entry| entry.until = Some(TODAY))]);
    assert!(accepts(&known, &finding));
    assert_eq!(notes(&known), [""; 0]);
    let known = baseline(&[(&finding, |entry| entry.until = TODAY.yesterday().ok())]);
    assert!(!accepts(&known, &finding));
    known.looked(|_| true);
    let notes = notes(&known);
    assert_eq!(notes.len(), 1);
    assert!(
        notes[0].contains("(acme-key in a) ran out on 2026-04-30"),
        "{notes:?}"
    );
}

#[test]
fn only_what_was_looked_at_is_stale() {
    let (here, gone) = (finding("a", "s"), finding("b", "t"));
    let known = baseline(&[(&here, |_| {}), (&gone, |_| {})]);
    accepts(&known, &here);
    assert_eq!(notes(&known), [""; 0]);
    known.looked(|_| true);
    assert_eq!(
        known.states(|_| RuleState::On),
        [EntryState::Live, EntryState::Stale]
    );
    assert_eq!(
        known.states(|_| RuleState::Off),
        [EntryState::Live, EntryState::Live]
    );
    let notes = known.notes(TODAY, |_| RuleState::On);
    assert_eq!((notes.len(), notes[0].line), (1, 7));
    assert!(notes[0].message.contains("(acme-key in b) matches nothing"));
    let no_rule = known.states(|_| RuleState::Unknown);
    assert_eq!(no_rule, [EntryState::Live, EntryState::NoRule]);
}

#[test]
fn a_count_that_is_too_high_leaves_no_room_in_silence() {
    let misuse = finding("a.py", "");
    let known = baseline(&[(&misuse, |entry| entry.count = 3)]);
    let mut met = Met::new();
    known.accept(&misuse, &mut met, || TODAY);
    known.accept(&misuse, &mut met, || TODAY);
    known.looked(|_| true);
    assert_eq!(known.states(|_| RuleState::On), [EntryState::Shrunk(2)]);
    assert!(notes(&known)[0].contains("accepts 3 findings and there are 2"));
}
