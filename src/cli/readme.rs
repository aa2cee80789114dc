//! Holds the README against the program it speaks of.
//!
//! What can be generated stands between markers and is written anew by `CREDLINT_BLESS=1 cargo test`;
//! the rest is read, and every command, option and format it names has to exist.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs};

use clap::{Command, CommandFactory as _};
use regex::Regex;

use super::args::Arguments;
use super::write::write_atomically;
use crate::config::Config;
use crate::report::{self, Format, Style};
use crate::rules::RuleSet;
use crate::rules::example::{self, Sample};
use crate::rules::schema::Example;
use crate::scan::{Options, Scanner};

/// Options of other programs, which the README names too.
const OF_OTHERS: &[&str] = &[
    "--release",
    "--path",
    "--open",
    "--save-dev",
    "--rm",
    "--all-files",
    "--files",
    "--hook-stage",
];

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn readme() -> String {
    fs::read_to_string(path())
        .expect("the README can be read")
        .replace("\r\n", "\n")
}

/// `text` with `expected` between the markers called `name`.
fn with_part(text: &str, name: &str, expected: &str) -> String {
    let (begin, end) = (
        format!("<!-- {name}:begin -->\n"),
        format!("<!-- {name}:end -->"),
    );
    let start = text.find(&begin).expect("the first marker is there") + begin.len();
    let stop = start + text[start..].find(&end).expect("the second one, too");
    format!("{}{expected}{}", &text[..start], &text[stop..])
}

/// Everything in the README that is code: fenced blocks and spans.
fn code(text: &str) -> Vec<&str> {
    let code = Regex::new(r"(?s)```\w*\n(.*?)```|`([^`\n]+)`").unwrap();
    code.captures_iter(text)
        .filter_map(|found| found.get(1).or(found.get(2)))
        .map(|found| found.as_str())
        .collect()
}

/// The options of a command and all below it.
fn options(command: &Command, into: &mut Vec<String>) {
    let long = |name: &str| format!("--{name}");
    into.extend(
        command
            .get_arguments()
            .filter_map(|a| a.get_long())
            .map(long),
    );
    for below in command.get_subcommands() {
        options(below, into);
    }
}

#[test]
fn its_generated_parts_are_up_to_date() {
    let text = readme();
    let expected = with_part(&text, "rules", &rule_table());
    let expected = with_part(&expected, "report", &example_report());
    if env::var_os("CREDLINT_BLESS").is_some() {
        // Whole or not at all: other tests read it meanwhile.
        write_atomically(&path(), |file| file.write_all(expected.as_bytes())).unwrap();
        return;
    }
    assert!(
        text == expected,
        "the README is stale: run `CREDLINT_BLESS=1 cargo test` and read the difference"
    );
}

/// The providers that ship, and their rules.
fn rule_table() -> String {
    let rules = RuleSet::builtin();
    let mut text = format!(
        "{} rules of {} providers:\n\n| Provider | | Rules |\n| --- | --- | --- |\n",
        rules.len(),
        rules.providers().len()
    );
    for (index, provider) in rules.providers().enumerate() {
        let identity = &provider.identity;
        let ids: Vec<String> = rules
            .rules_of(index)
            .map(|rule| format!("`{}`", rule.credential.id))
            .collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            identity.name,
            identity.category.replace('-', " "),
            ids.join(" ")
        );
    }
    text
}

/// What the program says of a file with a key in it.
fn example_report() -> String {
    const TEXT: &str = r#"const response = await fetch("https://app.publer.com/api/v1/posts/schedule", {
  method: "POST",
  headers: {
    "Authorization": "Bearer-API {{secret}}",
    "Publer-Workspace-Id": workspace,
"#;
    let rules = RuleSet::builtin();
    let rule = rules.get("publer-api-key").expect("it ships");
    let file = Example::File {
        file: "src/schedule.js".into(),
        text: TEXT.into(),
    };
    let Sample { file, text } = example::expand(rule.credential, &file).unwrap();
    let scanner = Scanner::new(rules, |_, _| true, Options::new(1_700_000_000));
    let mut report = scanner.scan_bytes(&file, text.as_bytes());
    // The time is what such a file takes; nothing else differs from run to run.
    report.scanned.elapsed = Duration::from_millis(3);
    let mut out = b"```text\n$ credlint scan\n".to_vec();
    report::write(Format::Terminal, &report, &Style::default(), &mut out).unwrap();
    out.extend_from_slice(b"```\n");
    String::from_utf8(out).unwrap()
}

#[test]
fn gives_the_two_commands() {
    for command in ["cargo run --release -- scan .", "cargo test"] {
        assert!(readme().lines().any(|line| line == command), "{command}");
    }
}

#[test]
fn names_only_options_that_exist() {
    let mut known: Vec<String> = OF_OTHERS.iter().map(ToString::to_string).collect();
    known.extend(["--help".to_owned(), "--version".to_owned()]);
    options(&Arguments::command(), &mut known);
    let text = readme();
    let option = Regex::new(r"(?m)(?:^|[\s`(])(--[a-z][a-z-]*)").unwrap();
    let named: Vec<&str> = option
        .captures_iter(&text)
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    assert!(named.len() > 10, "{named:?}");
    for name in named {
        assert!(known.iter().any(|k| k == name), "{name}");
    }
}

#[test]
fn names_only_commands_that_exist() {
    let root = Arguments::command();
    let text = readme();
    let call = Regex::new(r"credlint(?: ([a-z]+))(?: ([a-z]+)(?:[\s`]|$))?").unwrap();
    let mut named = 0;
    for code in code(&text) {
        for found in call.captures_iter(code) {
            let command = root
                .find_subcommand(&found[1])
                .unwrap_or_else(|| panic!("no such command: {}", &found[0]));
            if let Some(word) = found.get(2).filter(|_| command.has_subcommands()) {
                let below = command.find_subcommand(word.as_str());
                assert!(below.is_some(), "no such command: {}", &found[0]);
            }
            named += 1;
        }
    }
    assert!(named > 10, "{named}");
}

#[test]
fn describes_every_format() {
    let text = readme();
    for format in Format::ALL {
        assert!(text.contains(&format!("\n| `{format}` | ")), "{format}");
    }
}

#[test]
fn shows_a_configuration_that_works() {
    let text = readme();
    let (_, rest) = text.split_once("```toml\n").expect("there is an example");
    let (example, _) = rest.split_once("```").expect("it ends");
    let config = Config::parse(".credlint.toml", example).unwrap();
    let rules = RuleSet::builtin();
    let ids: Vec<&str> = rules.rules().map(|rule| &*rule.credential.id).collect();
    let providers: Vec<&str> = rules.providers().map(|p| &*p.identity.id).collect();
    config
        .check_ids(".credlint.toml", example, &ids, &providers)
        .unwrap();
}

#[test]
fn gives_the_oldest_rust_that_will_do() {
    let version = env!("CARGO_PKG_RUST_VERSION");
    assert!(
        readme().contains(&format!("Rust {version} or later")),
        "{version}"
    );
}
