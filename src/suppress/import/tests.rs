use super::*;

fn files(entries: &[Foreign]) -> Vec<(&str, &Covers)> {
    entries.iter().map(|e| (&*e.file, &e.covers)).collect()
}

#[test]
fn lines_of_a_gitleaksignore() {
    let text = "# a comment\n\nsrc/a.js:some-rule:12\n\
        cd5226711335c68be1e720b318b7bc3135a30eb2:src/b.js:some-rule:3\n\
        ee3d443:./src/c.js:some-rule:4\r\nodd:name.js:some-rule:5\nx.zip!y.js:some-rule:6\n";
    assert_eq!(Tool::of(text), Tool::GitleaksIgnore);
    let entries = Tool::GitleaksIgnore.read(text).unwrap();
    assert_eq!(
        files(&entries),
        [
            ("src/a.js", &Covers::Lines(12, 12)),
            ("src/b.js", &Covers::Lines(3, 3)),
            ("src/c.js", &Covers::Lines(4, 4)),
            ("odd:name.js", &Covers::Lines(5, 5)),
            ("x.zip!y.js", &Covers::Lines(6, 6)),
        ]
    );
    for wrong in [
        "src/a.js",
        "src/a.js:rule",
        "src/a.js:rule:x",
        "rule:3",
        ":rule:3",
    ] {
        let error = Tool::GitleaksIgnore.read(&format!("#\n{wrong}\n"));
        assert_eq!(error.unwrap_err().line, 2, "{wrong}");
    }
}

#[test]
fn a_report_of_gitleaks() {
    let text = r#"[{"RuleID": "r", "File": "a.js", "SymlinkFile": "", "Secret": "abc", "StartLine": 3,
        "EndLine": 4, "Commit": ""}, {"File": "b\\c.js", "Secret": "REDACTED", "StartLine": 5}]"#;
    assert_eq!(Tool::of(text), Tool::Gitleaks);
    let entries = Tool::Gitleaks.read(text).unwrap();
    assert_eq!(
        files(&entries),
        [
            ("a.js", &Covers::Secret("abc".to_owned())),
            ("b/c.js", &Covers::Lines(5, 5)),
        ]
    );
    assert_eq!(Tool::Gitleaks.read("[\n{}]").unwrap_err().line, 2);
}

#[test]
fn a_baseline_of_detect_secrets() {
    let text = r#"{"version": "1.5.0", "plugins_used": [], "results": {
        "a.js": [{"type": "Secret Keyword", "filename": "a.js", "hashed_secret": "ABCD",
                  "is_verified": false, "line_number": 3, "is_secret": false}]}}"#;
    assert_eq!(Tool::of(text), Tool::DetectSecrets);
    let entries = Tool::DetectSecrets.read(text).unwrap();
    assert_eq!(
        files(&entries),
        [("a.js", &Covers::Sha1("abcd".to_owned()))]
    );
    assert_eq!(entries[0].remark, Some("audited there: no secret"));
    assert!(Tool::DetectSecrets.read("{}").is_err());
}

#[test]
fn secrets_may_be_cut_otherwise_and_never_by_chance() {
    assert!(same("abc", "abc"));
    assert!(same("Bearer 0123456789", "0123456789"));
    assert!(!same("01234567", "0123"));
    assert!(!same("0123456789", "0123456780"));
}

#[test]
fn debug_shows_no_secret() {
    let covers = Covers::Secret("abc".to_owned());
    assert_eq!(format!("{covers:?}"), "Secret(***)");
}
