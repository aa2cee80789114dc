//! What credlint is shipped as, held together: versions, names, pins, and what the README says of them.
//! `packaging/check.sh` installs and runs all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs};

use regex::Regex;

use crate::sandbox::Sandbox;

/// Where the version of Cargo.toml stands besides, and what stands around it.
const VERSIONED: &[(&str, &[&str])] = &[
    (
        "pyproject.toml",
        &[r#"(?m)^version = "([^"]+)""#, "credlint==([^\"]+)"],
    ),
    (
        "packaging/gitlab/credlint.yml",
        &["/credlint/v([^/]+)/", "credlint:([^ ]+)-shell"],
    ),
    ("packaging/examples/github/credlint.yml", &[USES]),
    ("packaging/examples/github/credlint-tree.yml", &[USES]),
    (
        "packaging/examples/hooks/pre-commit-config.yaml",
        &["rev: v(.+)"],
    ),
    ("README.md", &[USES, "rev: v(.+)", "/credlint/v([^/]+)/"]),
];
const USES: &str = "credlint/credlint@v(.+)";

fn root(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

/// A file of the repository.
pub(crate) fn read(file: &str) -> String {
    fs::read_to_string(root(file))
        .unwrap_or_else(|error| panic!("{file}: {error}"))
        .replace("\r\n", "\n")
}

/// What the first group of a pattern takes of a text, each once.
fn all(pattern: &str, text: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).unwrap();
    let found = pattern.captures_iter(text).map(|found| found[1].to_owned());
    found.collect()
}

/// The action, the workflows, and the workflows to copy.
fn workflows() -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([("action.yml".to_owned(), read("action.yml"))]);
    for folder in [".github/workflows", "packaging/examples/github"] {
        for entry in fs::read_dir(root(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let file = format!("{folder}/{name}");
            let text = read(&file);
            files.insert(file, text);
        }
    }
    assert!(files.len() > 4);
    files
}

/// The inputs of the action with their defaults.
pub(crate) fn inputs() -> BTreeMap<String, String> {
    section("inputs")
        .into_iter()
        .map(|(name, text)| {
            let default = Regex::new("(?m)^    default: (.+)$").unwrap();
            let default = default.captures(&text).expect(&name)[1].to_owned();
            (name, default.trim_matches('"').to_owned())
        })
        .collect()
}

/// The entries of a section of action.yml, with what stands below each.
fn section(name: &str) -> Vec<(String, String)> {
    let text = read("action.yml");
    let start = text.find(&format!("\n{name}:\n")).unwrap() + name.len() + 3;
    let lines = text[start..]
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with(' '));
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in lines {
        match line.strip_prefix("  ").filter(|l| !l.starts_with(' ')) {
            Some(name) if !name.is_empty() => {
                entries.push((name.trim_end_matches(':').to_owned(), String::new()));
            }
            _ => {
                if let Some((_, below)) = entries.last_mut() {
                    below.push_str(line);
                    below.push('\n');
                }
            }
        }
    }
    entries
}

/// A section of the README.
fn readme(heading: &str) -> String {
    let text = read("README.md");
    let start = text.find(&format!("\n## {heading}\n")).expect(heading) + 1;
    let end = text[start..].find("\n## ").unwrap();
    text[start..start + end].to_owned()
}

#[test]
fn the_version_is_the_same_everywhere() {
    let version = env!("CARGO_PKG_VERSION");
    for (file, patterns) in VERSIONED {
        let text = read(file);
        let mut expected = text.clone();
        for pattern in *patterns {
            let pattern = Regex::new(pattern).unwrap();
            assert!(pattern.is_match(&text), "{file} has no {pattern}");
            let with_version = |found: &regex::Captures<'_>| found[0].replace(&found[1], version);
            expected = pattern.replace_all(&expected, with_version).into_owned();
        }
        if env::var_os("CREDLINT_BLESS").is_some() {
            fs::write(root(file), &expected).unwrap();
        } else {
            assert_eq!(
                text, expected,
                "{file} is stale: CREDLINT_BLESS=1 cargo test"
            );
        }
    }
}

#[test]
fn every_input_reaches_the_script_and_the_readme() {
    let (action, script) = (read("action.yml"), read("packaging/action/run.sh"));
    let readme = readme("GitHub Action");
    for name in inputs().keys() {
        assert!(readme.contains(&format!("| `{name}` |")), "{name}");
        // What is uploaded is decided in action.yml itself.
        if name == "upload-sarif" {
            continue;
        }
        let variable = format!("INPUT_{}", name.to_uppercase().replace('-', "_"));
        let passed = format!("        {variable}: ${{{{ inputs.{name} }}}}\n");
        assert!(action.contains(&passed), "{passed}");
        assert!(script.contains(&variable), "{variable}");
    }
    let told = all(r"(?m)^\| `([a-z-]+)` \|", &readme);
    assert_eq!(told, inputs().into_keys().collect());
    for (name, _) in section("outputs") {
        assert!(readme.contains(&format!("`{name}`")), "{name}");
        assert!(script.contains(&format!("output {name} ")), "{name}");
    }
}

#[test]
fn workflows_to_copy_give_inputs_that_there_are() {
    let inputs = inputs();
    let mut texts: Vec<String> = workflows().into_values().collect();
    texts.push(readme("GitHub Action"));
    let mut seen = 0;
    for text in texts {
        let mut given = text
            .lines()
            .skip_while(|line| !line.contains("uses: credlint/credlint@"));
        let indent = |line: &str| line.len() - line.trim_start().len();
        let Some(with) = given.nth(1).filter(|line| line.trim() == "with:") else {
            continue;
        };
        for line in given.take_while(|line| indent(line) > indent(with)) {
            if indent(line) == indent(with) + 2 && !line.trim().starts_with('#') {
                let name = line.trim().split(':').next().unwrap();
                assert!(inputs.contains_key(name), "{line}");
                seen += 1;
            }
        }
    }
    assert!(seen > 3, "the examples give inputs");
}

#[test]
fn nothing_of_a_context_is_put_into_a_script() {
    for (file, text) in workflows() {
        // The indentation of the `run` that a line may be part of.
        let mut inside: Option<usize> = None;
        for line in text.lines() {
            let indent = line.len() - line.trim_start().len();
            if inside.is_some_and(|run| !line.trim().is_empty() && indent <= run) {
                inside = None;
            }
            let key = line.trim_start().trim_start_matches("- ");
            if key.starts_with("run: ") {
                inside = Some(line.len() - key.len());
            }
            assert!(
                inside.is_none() || !line.contains("${{"),
                "{file}: {line}\nPass it through `env`."
            );
        }
    }
}

#[test]
fn actions_are_pinned_by_commit() {
    let uses = Regex::new(r"uses: ([^@\s]+)@(\S+)(?: # (v\d+\.\d+\.\d+))?").unwrap();
    let mut pins: BTreeMap<String, String> = BTreeMap::new();
    for (file, text) in workflows() {
        for found in uses.captures_iter(&text) {
            let (action, pin) = (&found[1], &found[2]);
            if action == "credlint/credlint" {
                continue;
            }
            let is_commit = pin.len() == 40 && pin.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(is_commit && found.get(3).is_some(), "{file}: {}", &found[0]);
            let first = pins.entry(action.to_owned()).or_insert(pin.to_owned());
            assert_eq!(first, pin, "{action} is pinned to two commits");
        }
    }
    assert!(pins.len() > 5);
}

#[test]
fn workflows_ask_for_no_permission_by_default() {
    for (file, text) in workflows() {
        let asks = text.contains("\npermissions: {}\n")
            || text.contains("\npermissions:\n  contents: read\n\n");
        assert!(file == "action.yml" || asks, "{file}");
    }
}

#[test]
fn every_channel_ships_the_same_systems() {
    let release = all(
        r"\{ target: ([a-z0-9_-]+),",
        &read(".github/workflows/release.yml"),
    );
    let npm = all(
        r#""target": "([^"]+)""#,
        &read("packaging/npm/platforms.json"),
    );
    assert_eq!(release, npm);
    let action = all(
        r"echo ([a-z0-9_]+(?:-[a-z0-9]+)+) ;;",
        &read("packaging/action/run.sh"),
    );
    assert_eq!(action.len(), 5);
    assert!(action.is_subset(&release), "{action:?}");
}

#[test]
fn the_table_of_checksums_is_one() {
    let line = Regex::new(r"^[0-9a-f]{64}  credlint-\d+\.\d+\.\d+\S*\.tar\.gz$").unwrap();
    for text in read("packaging/action/checksums.txt").lines() {
        assert!(text.starts_with('#') || line.is_match(text), "{text}");
    }
}

#[test]
fn the_hooks_run_commands_that_there_are() {
    let hooks = read(".pre-commit-hooks.yaml");
    let ids = all("(?m)^- id: (.+)$", &hooks);
    let told = all(r"(?m)^\| `(credlint[a-z-]*)` \|", &readme("pre-commit"));
    assert_eq!(ids, told);
    let examples = read("packaging/examples/hooks/pre-commit-config.yaml");
    assert!(all("- id: (.+)", &examples).is_subset(&ids));

    let mut commands = all("(?m)^  entry: credlint (.+)$", &hooks);
    commands.extend(all(
        "(?m)run: credlint ([a-z -]+)",
        &read("packaging/examples/hooks/lefthook.yml"),
    ));
    commands.extend(all(
        "credlint (git .+)",
        &read("packaging/examples/hooks/husky/pre-commit"),
    ));
    assert!(commands.len() > 2, "{commands:?}");
    let sandbox = Sandbox::new();
    for command in commands {
        let words = command.trim_end().trim_end_matches(" --").split(' ');
        let args: Vec<&str> = words.chain(["--help"]).collect();
        let help = sandbox.run(&args).expect(0);
        assert!(help.stdout.contains("Usage: credlint "), "{command}");
    }
}
