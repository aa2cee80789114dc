use super::*;

const FINGERPRINT: &str = "0123456789abcdef0123456789abcdef";

/// A file whose entries are these.
fn text(entries: &str) -> String {
    format!(
        r#"{{"version": 1, "key": {{"from": "key-file", "check": "c", "fingerprints": "[{{f"}},
"entries": [{entries}
]}}"#
    )
}

fn entry(more: &str) -> String {
    format!(
        r#"{{"rule": "a-key", "class": "test", "fingerprint": "{FINGERPRINT}", "severity": "high"{more}}}"#
    )
}

fn parse(entries: &str) -> BaselineFile {
    BaselineFile::parse("b.json", &text(entries)).unwrap()
}

fn error(text: &str) -> String {
    let error = BaselineFile::parse("b.json", text).expect_err("a fault");
    error.to_string()
}

#[test]
fn what_is_written_is_read_again() {
    let more = r#", "count": 3, "paths": ["tests/a", "tests/b"], "reason": "\"quoted\"\nof two lines",
        "owner": "me", "until": "2027-01-31", "added": "2026-11-27""#;
    let file = parse(&entry(more));
    assert_eq!(file.malformed, []);
    let entry = &file.entries[0];
    assert_eq!((entry.line, entry.count), (2, 3));
    assert_eq!(entry.until, Some(jiff::civil::date(2027, 1, 31)));
    let again = BaselineFile::parse("b.json", &file.to_text()).unwrap();
    assert_eq!(again.entries[0].line, 5, "{}", file.to_text());
    let lineless = |entry: &Entry| Entry {
        line: 0,
        ..entry.clone()
    };
    assert_eq!(lineless(&again.entries[0]), lineless(entry));
    assert_eq!((again.key, again.root), (file.key.clone(), None));
}

#[test]
fn entries_are_sorted_a_line_each_and_once() {
    let mut file = parse("");
    let first: Entry = serde_json::from_str(&entry("")).unwrap();
    for (rule, class, digit) in [
        ("b-key", PathClass::Other, "b"),
        ("a-key", PathClass::Test, "c"),
        ("a-key", PathClass::Other, "d"),
        ("a-key", PathClass::Test, "a"),
        ("a-key", PathClass::Test, "a"),
    ] {
        file.entries.push(Entry {
            rule: rule.to_owned(),
            class,
            fingerprint: digit.repeat(32),
            ..first.clone()
        });
    }
    file.root = Some("..".to_owned());
    let text = file.to_text();
    let order: Vec<&str> = text
        .lines()
        .filter_map(|line| Some(&line.split_once("fingerprint\":\"")?.1[..1]))
        .collect();
    assert_eq!(order, ["d", "a", "c", "b"], "{text}");
    assert_eq!(BaselineFile::parse("b", &text).unwrap().to_text(), text);
}

#[test]
fn an_entry_that_cannot_be_followed_leaves_the_others_alone() {
    let entries = [
        entry(""),
        entry(r#", "untill": "2027-01-31""#),
        entry(r#", "until": "soon""#),
        entry("").replace(FINGERPRINT, "xyz"),
        entry("").replace("\"rule\": \"a-key\", ", ""),
        entry("").replace("\"test\"", "\"tests\""),
        "3".to_owned(),
    ];
    let file = parse(&format!("\n{}", entries.join(",\n\n")));
    assert_eq!(file.entries.len(), 1);
    let faults: Vec<(u64, &str)> = file
        .malformed
        .iter()
        .map(|m| (m.line, m.message.as_str()))
        .collect();
    let words = [
        "unknown field `untill`",
        "`soon` is no date",
        "`xyz` is no fingerprint",
        "missing field `rule`",
        "unknown variant `tests`",
        "invalid type",
    ];
    assert_eq!(faults.len(), words.len(), "{faults:?}");
    for (((line, message), word), wanted) in faults.iter().zip(words).zip([5, 7, 9, 11, 13, 15]) {
        assert_eq!(*line, wanted, "{message}");
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn a_file_that_is_no_baseline_is_an_error_with_its_line() {
    for (text, words) in [
        ("", "b.json:1: "),
        (
            "{\"version\": 1,\n\"kez\": 3}",
            "b.json:2: unknown field `kez`",
        ),
        (
            "{\"version\": 2, \"new\": 3}",
            "this is version 2 of the form",
        ),
        ("{\n<<<<<<< HEAD\n", "b.json:2: a merge is not finished"),
        ("{}", "missing field `version`"),
    ] {
        let error = error(text);
        assert!(error.contains(words), "{error}");
        assert!(error.contains("help: "), "{error}");
    }
}

/// Set `CREDLINT_BLESS=1` to write the schema anew.
#[test]
fn the_published_schema_is_the_codes() {
    let schema = schemars::schema_for!(Shape<Entry>);
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/suppress/baseline/baseline.schema.json"
    );
    if std::env::var_os("CREDLINT_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap();
    assert!(
        published == text,
        "stale: run `CREDLINT_BLESS=1 cargo test` and read the difference"
    );
}
