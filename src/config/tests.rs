use std::fs;

use super::*;

fn parse(text: &str) -> Config {
    Config::parse("c.toml", text).unwrap()
}

fn error(text: &str) -> ConfigError {
    Config::parse("c.toml", text).expect_err("a fault")
}

/// The template with every example in force.
fn uncommented() -> String {
    let line = |line: &'static str| match line.strip_prefix('#') {
        Some(example) if !example.is_empty() && !example.starts_with(' ') => example,
        _ => line,
    };
    TEMPLATE.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_template_says_nothing_until_its_examples_are_uncommented() {
    assert_eq!(parse(TEMPLATE), Config::default());
    let config = parse(&uncommented());
    assert_eq!(config.exclude, ["/testdata/", "*.snap"]);
    assert_eq!(
        config.baseline.as_deref(),
        Some("ci/credlint-baseline.json")
    );
    assert_eq!(config.fail_on, Some(Severity::Medium));
    assert_eq!(config.rule["publisher-test-key"].enabled, Some(false));
    assert_eq!(config.provider["slack"].enabled, Some(false));
    assert_eq!(config.path[0].glob.as_slice(), ["tests/**", "*.md"]);
    assert_eq!(
        config.path[0].rule["octopost-live-key"].severity,
        Some(Severity::Medium)
    );
    assert_eq!(config.allow[0].until, Some(jiff::civil::date(2030, 12, 31)));
    assert_eq!(config.allow.len(), 2);
}

#[test]
fn the_template_shows_every_setting() {
    let text = uncommented();
    let schema = serde_json::to_value(schemars::schema_for!(Config)).unwrap();
    let mut keys: Vec<String> = schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    for part in schema["$defs"].as_object().unwrap().values() {
        keys.extend(
            part["properties"]
                .as_object()
                .into_iter()
                .flat_map(|p| p.keys().cloned()),
        );
    }
    assert!(keys.len() > 15, "{keys:?}");
    for key in keys {
        let shown = [
            format!("{key} ="),
            format!("[{key}."),
            format!("[[{key}]]"),
            format!(".{key} ="),
        ];
        assert!(shown.iter().any(|form| text.contains(form)), "{key}");
    }
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_a_suggestion() {
    let bad = error("exclude = []\nmin-severty = \"low\"\n");
    assert_eq!((bad.file.as_str(), bad.line), ("c.toml", 2));
    assert!(bad.message.contains("min-severty"), "{bad}");
    assert_eq!(bad.help, "did you mean `min-severity`?");
    let bad = error("[rule.a-key]\n\nenable = false\n");
    assert_eq!(
        (bad.line, bad.help.as_str()),
        (3, "did you mean `enabled`?")
    );
    let bad = error("[rule.a-key]\ncolour = 1\n");
    assert_eq!(bad.help, "there are: enabled, severity");
    let bad = error("[[path]]\nglob = \"a\"\n[path.rule.a-key]\nseverty = \"low\"\n");
    assert_eq!(
        (bad.line, bad.help.as_str()),
        (4, "did you mean `severity`?")
    );
}

#[test]
fn a_word_that_is_no_severity_is_named() {
    let bad = error("\nfail-on = \"hihg\"\n");
    assert_eq!((bad.line, bad.help.as_str()), (2, "did you mean `high`?"));
}

#[test]
fn text_that_is_no_toml_is_an_error_with_its_line() {
    assert_eq!(error("exclude = []\nrules = [\n").line, 2);
}

#[test]
fn bad_globs_are_named_with_their_line() {
    let bad = error("exclude = [\n  \"ok\",\n  \"a[b\",\n]\n");
    assert_eq!(bad.line, 3);
    assert!(
        bad.message.starts_with("the glob `a[b` cannot be read: "),
        "{bad}"
    );
    assert_eq!(
        error("[[path]]\nglob = \"a\"\n[[path]]\nglob = [\"{a\"]\n").line,
        4
    );
    assert!(error("[[path]]\nglob = []\n").message.contains("no glob"));
    assert!(
        error("exclude = [\"# all\"]\n")
            .message
            .contains("matches nothing")
    );
    let bad = error("[[path]]\nglob = 3\n");
    assert!(
        bad.line == 2 && bad.message.contains("a glob or a list of globs"),
        "{bad}"
    );
    assert_eq!(
        error("[[allow]]\nvalue = \"x\"\nreason = \"y\"\npath = \"a[\"\n").line,
        4
    );
}

#[test]
fn an_allowance_is_of_one_thing_and_has_a_reason() {
    let fingerprint = "0123456789abcdef0123456789abcdef";
    let config = parse(&format!(
        "\n[[allow]]\nfingerprint = \"{fingerprint}\"\nreason = \"r\"\n"
    ));
    assert_eq!(config.allow[0].line, 2);
    let bad = error(&format!(
        "\n[[allow]]\nfingerprint = \"{fingerprint}\"\nvalue = \"x\"\nreason = \"r\"\n"
    ));
    assert!(bad.line == 2 && bad.message.contains("both"), "{bad}");
    let bad = error("[[allow]]\nvalue = \"x\"\nreason = \"r\"\n\n[[allow]]\nreason = \"r\"\n");
    assert!(bad.line == 5 && bad.message.contains("needs"), "{bad}");
    let bad = error("[[allow]]\nvalue = \"x\"\nreason = \" \"\n");
    assert!(
        bad.line == 3 && bad.message.contains("reason is empty"),
        "{bad}"
    );
    let bad = error("[[allow]]\nvalue = \"x\"\n");
    assert!(bad.message.contains("missing field `reason`"), "{bad}");
    let bad = error("[[allow]]\nvalue = \"\"\nreason = \"r\"\n");
    assert!(bad.message.contains("value is empty"), "{bad}");
}

#[test]
fn bad_fingerprints_and_dates_are_named_with_their_line() {
    for wrong in [
        "0123",
        "0123456789ABCDEF0123456789ABCDEF",
        "g123456789abcdef0123456789abcdef",
    ] {
        let bad = error(&format!(
            "[[allow]]\nreason = \"r\"\nfingerprint = \"{wrong}\"\n"
        ));
        assert!(bad.line == 3 && bad.message.contains(wrong), "{bad}");
    }
    let bad = error("[[allow]]\nvalue = \"x\"\nreason = \"r\"\nuntil = \"2030-02-30\"\n");
    assert!(
        bad.line == 4 && bad.message.contains("`2030-02-30` is no date"),
        "{bad}"
    );
    let bad = error("[[allow]]\nvalue = \"x\"\nreason = \"r\"\nuntil = 2030-02-03\n");
    assert!(bad.line == 4 && bad.help.contains("with quotes"), "{bad}");
}

#[test]
fn ids_that_do_not_exist_are_named_with_their_line_and_a_suggestion() {
    let check = |text: &str| parse(text).check_ids("c.toml", text, &["acme-key"], &["acme"]);
    let good = "[rule.acme-key]\nenabled = true\n[provider.acme]\nenabled = true\n";
    assert_eq!(check(good), Ok(()));
    let bad = check("\n[rule.acme-kay]\nenabled = true\n").unwrap_err();
    assert_eq!(
        (bad.line, bad.help.as_str()),
        (2, "did you mean `acme-key`?")
    );
    let bad = check("[provider.acne]\nenabled = true\n").unwrap_err();
    assert_eq!(bad.help, "did you mean `acme`?");
    let bad = check("[[path]]\nglob = \"a\"\nrule.other.enabled = false\n").unwrap_err();
    assert_eq!(
        (bad.line, bad.help.as_str()),
        (3, "`credlint rules list` shows what there is")
    );
    let bad = check("[[allow]]\nvalue = \"x\"\nreason = \"r\"\nrule = \"acme\"\n").unwrap_err();
    assert_eq!(bad.line, 4);
}

#[test]
fn the_nearest_file_above_is_found() {
    let tree = tempfile::TempDir::new().unwrap();
    let deep = tree.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("file.rs"), "").unwrap();
    let (top, near) = (
        tree.path().join(FILE_NAME),
        tree.path().join("a").join(FILE_NAME),
    );
    fs::write(&top, "").unwrap();
    assert_eq!(discover(&deep), Some(top));
    fs::write(&near, "").unwrap();
    assert_eq!(discover(&deep), Some(near.clone()));
    assert_eq!(discover(&deep.join("file.rs")), Some(near.clone()));
    fs::create_dir(deep.join(FILE_NAME)).unwrap();
    assert_eq!(
        discover(&deep),
        Some(near),
        "a folder of that name is no configuration"
    );
}

/// Set `CREDLINT_BLESS=1` to write the schema anew.
#[test]
fn the_published_schema_is_the_codes() {
    let schema = schemars::schema_for!(Config);
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config.schema.json");
    if std::env::var_os("CREDLINT_BLESS").is_some() {
        fs::write(path, &text).unwrap();
    }
    let published = fs::read_to_string(path).unwrap();
    assert!(
        published == text,
        "stale: run `CREDLINT_BLESS=1 cargo test` and read the difference"
    );
}
