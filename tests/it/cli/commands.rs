//! The other commands.

use jsonschema::validator_for;
use serde_json::Value;

use crate::sandbox::Sandbox;

#[test]
fn init_writes_a_configuration_that_changes_nothing() {
    let sandbox = Sandbox::with("a.txt", crate::secrets::octopost(1));
    let before = sandbox.report(&["a.txt"]);
    let run = sandbox.run(&["init"]).expect(0);
    assert_eq!(
        run.stdout,
        "wrote ./.credlint.toml
"
    );
    assert_eq!(sandbox.report(&["a.txt"]), before);
    let written = sandbox.read(".credlint.toml");
    for key in ["exclude", "fail-on", "[rule.", "[[path]]", "[[allow]]"] {
        assert!(written.contains(key), "{key}");
    }
}

#[test]
fn init_writes_over_nothing_unless_told() {
    let sandbox = Sandbox::with(".credlint.toml", "# mine\n");
    sandbox
        .run(&["init"])
        .fails_with(&["is there already", "--force"]);
    assert_eq!(sandbox.read(".credlint.toml"), "# mine\n");
    sandbox.run(&["init", "--force"]).expect(0);
    assert_ne!(sandbox.read(".credlint.toml"), "# mine\n");
    sandbox.run(&["init", "none"]).fails_with(&["cannot write"]);
}

#[test]
fn rules_are_listed() {
    let sandbox = Sandbox::new();
    let text = sandbox.run(&["rules", "list"]).expect(0).stdout;
    for id in [
        "publer-api-key",
        "publisher-api-token",
        "octopost-live-key",
        "postiz-api-key",
    ] {
        assert!(text.contains(&format!("  {id} ")), "{id}: {text}");
    }
    let rules = sandbox.run(&["rules", "list", "--json"]).expect(0).json();
    let rules = rules.as_array().unwrap();
    let mut ids: Vec<&str> = rules
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        text.lines().filter(|line| line.starts_with("  ")).count(),
        ids.len()
    );
    let checks = rules
        .iter()
        .filter(|rule| rule["category"] == "misuse")
        .count();
    let total = format!("{} rules of ", ids.len() - checks);
    assert!(text.contains(&total), "{text}");
    assert!(text.contains(&format!("and {checks} checks")), "{text}");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rules.len(), "an id is one rule's");
}

#[test]
fn a_provider_is_shown() {
    let sandbox = Sandbox::new();
    let text = sandbox.run(&["rules", "show", "publer"]).expect(0).stdout;
    for part in [
        "Publer (publer)",
        "app.publer.com",
        "PUBLER_API_KEY",
        "Authorization: Bearer-API <key>",
        "Publer-Workspace-Id",
        "publer-api-key",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let by_rule = sandbox
        .run(&["rules", "show", "publer-api-key"])
        .expect(0)
        .stdout;
    assert_eq!(by_rule, text);
    let text = sandbox.run(&["rules", "show", "postiz"]).expect(0).stdout;
    assert!(text.contains("Authorization: <key>"), "{text}");
    sandbox
        .run(&["rules", "show", "postis"])
        .fails_with(&["`postis`", "did you mean `postiz`?"]);
}

#[test]
fn schemas_describe_what_is_there() {
    let sandbox = Sandbox::new();
    let schema = |of: &[&str]| {
        sandbox
            .run(&[&["rules", "schema"], of].concat())
            .expect(0)
            .json()
    };
    let toml = |text: &str| -> Value {
        serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
    };
    let provider = validator_for(&schema(&[])).unwrap();
    assert_eq!(schema(&[]), schema(&["provider"]));
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files += 1;
            let instance = toml(&std::fs::read_to_string(&path).unwrap());
            let errors: Vec<String> = provider
                .iter_errors(&instance)
                .map(|e| e.to_string())
                .collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
        }
    }
    assert!(files >= 15, "{files}");
    assert!(!provider.is_valid(&toml("[provider]\nid = 3\n")));
    let config = validator_for(&schema(&["config"])).unwrap();
    assert!(config.is_valid(&toml("exclude = ['a']\n[rule.x]\nenabled = false\n")));
    assert!(!config.is_valid(&toml("exclud = ['a']\n")));
    sandbox
        .run(&["rules", "schema", "reprot"])
        .fails_with(&["report"]);
}

#[test]
fn completions_and_manual_page() {
    let sandbox = Sandbox::new();
    for (shell, word) in [
        ("bash", "complete"),
        ("zsh", "#compdef"),
        ("fish", "complete -c"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let run = sandbox.run(&["completions", shell]).expect(0);
        assert!(
            run.stdout.contains(word) && run.stdout.contains("min-severity"),
            "{shell}"
        );
    }
    sandbox.run(&["completions", "tcl"]).expect(2);
    let page = sandbox.run(&["man"]).expect(0).stdout;
    assert!(
        page.contains(".TH credlint 1") && page.contains("Exit status"),
        "{page}"
    );
}

#[test]
fn help_and_version_are_output() {
    let sandbox = Sandbox::new();
    let run = sandbox.run(&["--version"]).expect(0);
    assert_eq!(
        run.stdout,
        format!("credlint {}\n", env!("CARGO_PKG_VERSION"))
    );
    let short = sandbox.run(&["scan", "-h"]).expect(0);
    let long = sandbox.run(&["scan", "--help"]).expect(0);
    assert!(long.stdout.len() > short.stdout.len());
    for heading in [
        "Which files",
        "Which rules",
        "What comes out",
        "Configuration",
        "Everywhere",
    ] {
        assert!(short.stdout.contains(heading), "{heading}");
    }
    let run = sandbox.run(&["--help"]).expect(0);
    assert!(
        run.stdout.contains("Exit status: 0 clean, 1 findings"),
        "{run:?}"
    );
    assert_eq!(run.stderr, "");
}
