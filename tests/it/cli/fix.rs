//! Findings that are made right, and those that are left.

use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::secrets::{self, PUBLER};

/// A call of Publer that does two things wrong.
const CALL: &str = "import os\nimport requests\n\nkey = os.environ[\"PUBLER_API_KEY\"]\nrequests.get(\n    \"http://app.publer.com/api/v1/me\",\n    headers={\"Authorization\": \"Bearer \" + key, \"Publer-Workspace-Id\": w},\n)\n";

fn fixed(file: &str, before: &str) -> String {
    let sandbox = Sandbox::with(file, before);
    let run = sandbox.run(&["scan", "--fix", "--verbose"]);
    assert!(run.stderr.starts_with("fixed "), "{before}: {run:#?}");
    sandbox.read(file)
}

/// The rules of what can be fixed.
fn fixable(report: &Value) -> usize {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().filter(|f| !f["fix"].is_null()).count()
}

#[test]
fn plain_addresses_in_several_languages() {
    for (file, before) in [
        (
            "a.js",
            "fetch('http://app.publer.com/api/v1/me', { headers: h });\n",
        ),
        (
            "a.ts",
            "const url: string = `http://app.publer.com/api/v1/${path}`;\n",
        ),
        (
            "a.py",
            "requests.get(\"http://app.publer.com/api/v1/me\", headers=h)\n",
        ),
        (
            "a.go",
            "package a\n\nvar base = \"http://app.publer.com/api/v1\"\n",
        ),
        ("a.rb", "base = 'http://app.publer.com/api/v1'\n"),
        ("a.php", "<?php\n$base = 'http://app.publer.com/api/v1';\n"),
        (
            "A.java",
            "class A { String base = \"http://app.publer.com/api/v1\"; }\n",
        ),
        ("A.kt", "val base = \"http://app.publer.com/api/v1\"\n"),
        (
            "A.cs",
            "class A { string b = \"http://app.publer.com/api/v1\"; }\n",
        ),
        ("a.yaml", "publer:\n  url: http://app.publer.com/api/v1\n"),
        (
            "a.toml",
            "[publer]\nurl = \"http://app.publer.com/api/v1\"\n",
        ),
        (".env", "PUBLER_API_URL=http://app.publer.com/api/v1\n"),
    ] {
        assert_eq!(
            fixed(file, before),
            before.replace("http://", "https://"),
            "{file}"
        );
    }
}

#[test]
fn what_is_wrong_in_one_file_is_made_right_together() {
    let sandbox = Sandbox::with("a.py", CALL);
    assert_eq!(sandbox.findings(&[]).len(), 2);
    let run = sandbox.run(&["scan", "--fix"]).expect(0);
    assert_eq!(run.stderr, "fixed 2 findings in 1 file\n");
    assert!(
        run.stdout.contains("No findings."),
        "what is left: {run:#?}"
    );
    let after = CALL
        .replace("http:", "https:")
        .replace("Bearer ", "Bearer-API ");
    assert_eq!(sandbox.read("a.py"), after);
    assert_eq!(sandbox.list(), ["a.py"], "no temporary file is left");
}

#[test]
fn a_literal_becomes_a_look_up() {
    let key = secrets::of_rule(PUBLER, 1);
    for (file, before, after) in [
        (
            "a.js",
            "const PUBLER_API_KEY = '@';\n",
            "const PUBLER_API_KEY = process.env.PUBLER_API_KEY;\n",
        ),
        (
            "a.rb",
            "publer_api_key = '@'\n",
            "publer_api_key = ENV.fetch(\"PUBLER_API_KEY\")\n",
        ),
        (
            "a.py",
            "import os\nPUBLER_API_KEY = '@'\n",
            "import os\nPUBLER_API_KEY = os.environ[\"PUBLER_API_KEY\"]\n",
        ),
    ] {
        assert_eq!(fixed(file, &before.replace('@', &key)), after, "{file}");
    }
}

#[test]
fn a_fix_that_breaks_the_file_is_left_out_and_the_others_hold() {
    let key = secrets::of_rule(PUBLER, 2);
    let before = format!(
        "const page = <Posts publerApiKey=\"{key}\" url=\"http://app.publer.com/api/v1\" />;\n"
    );
    let sandbox = Sandbox::with("a.jsx", &before);
    let report = sandbox.report(&[]);
    assert_eq!(fixable(&report), 2, "{report:#}");
    let run = sandbox.run(&["scan", "--fix"]).expect(1);
    assert_eq!(
        run.stderr,
        "fixed 1 finding in 1 file; 1 fix does not hold (--verbose says why)\n"
    );
    assert!(run.stdout.contains("[publer-api-key]"), "{run:#?}");
    assert_eq!(sandbox.read("a.jsx"), before.replace("http:", "https:"));
    let run = sandbox.run(&["scan", "--fix", "--verbose"]).expect(1);
    assert_eq!(
        run.stderr,
        "not fixed: a.jsx:1:35: publer-api-key: the file would no longer parse\nfixed nothing\n"
    );
    assert_eq!(sandbox.run(&["scan", "--diff", "-q"]).expect(0).stdout, "");
}

#[test]
fn a_second_time_changes_nothing() {
    let key = secrets::of_rule(PUBLER, 3);
    let sandbox = Sandbox::with("a.py", CALL);
    sandbox
        .write(
            "b.js",
            format!("const PUBLER_API_KEY = '{key}';\nconsole.log(PUBLER_API_KEY);\n"),
        )
        .write("c/d.yaml", "publer:\n  url: http://app.publer.com/api/v1\n");
    let run = sandbox.run(&["scan", "--fix"]).expect(1);
    assert_eq!(run.stderr, "fixed 4 findings in 3 files\n");
    let read = || ["a.py", "b.js", "c/d.yaml"].map(|file| sandbox.read(file));
    let once = read();
    let again = sandbox.run(&["scan", "--fix"]).expect(1);
    assert_eq!(again.stderr, "nothing to fix\n");
    assert_eq!(read(), once);
    let what = |text: &str| text.split("Scanned").next().unwrap().to_owned();
    assert_eq!(what(&again.stdout), what(&run.stdout));
    assert_eq!(sandbox.run(&["scan", "--diff"]).expect(0).stdout, "");
}

#[test]
fn line_ends_stay() {
    let before = CALL.replace('\n', "\r\n");
    let after = before
        .replace("http:", "https:")
        .replace("Bearer ", "Bearer-API ");
    assert_eq!(fixed("a.py", &before), after);
    assert_eq!(fixed("a.py", before.trim_end()), after.trim_end());
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = Sandbox::with("a.py", CALL);
    let mode = |file: &str| {
        fs::metadata(sandbox.path(file))
            .unwrap()
            .permissions()
            .mode()
            & 0o7777
    };
    for wanted in [0o755, 0o640, 0o600, 0o666] {
        sandbox.write("a.py", CALL);
        fs::set_permissions(sandbox.path("a.py"), Permissions::from_mode(wanted)).unwrap();
        sandbox.run(&["scan", "--fix"]).expect(0);
        assert_eq!(mode("a.py"), wanted);
    }
    sandbox.write("a.py", CALL);
    std::os::unix::fs::symlink("a.py", sandbox.path("link.py")).unwrap();
    sandbox.run(&["scan", "--fix", "link.py"]).expect(0);
    assert!(sandbox.path("link.py").is_symlink());
    assert_ne!(sandbox.read("a.py"), CALL);
    sandbox.write("a.py", CALL);
    fs::set_permissions(sandbox.path("a.py"), Permissions::from_mode(0o444)).unwrap();
    let run = sandbox.run(&["scan", "--fix", "--format", "json", "a.py"]);
    let run = run.fails_with(&["a.py", "may not be written to"]);
    assert_eq!(run.json()["findings"].as_array().unwrap().len(), 2);
    assert_eq!(sandbox.read("a.py"), CALL);
}

#[test]
fn a_diff_shows_it_and_changes_nothing() {
    let key = secrets::of_rule(PUBLER, 4);
    let sandbox = Sandbox::with("a.py", CALL);
    let assigned =
        format!("// \u{202e} {key}\nconst PUBLER_API_KEY = '{key}';\nf(\n\tPUBLER_API_KEY)");
    sandbox.write("src/b.js", &assigned);
    let run = sandbox.run(&["scan", "--diff"]).expect(1);
    assert_eq!(run.stderr, "would fix 3 findings in 2 files\n");
    assert!(!run.stdout.contains(&key), "{run:#?}");
    let end = &key[key.len() - 4..];
    insta::assert_snapshot!(run.stdout.replace(end, "<end>"));
    assert_eq!(sandbox.read("a.py"), CALL);
    assert_eq!(sandbox.read("src/b.js"), assigned);
    assert_eq!(sandbox.list(), ["a.py", "src"]);
    let shown = sandbox.run(&["scan", "--diff", "--show-secrets"]).expect(1);
    assert!(
        shown
            .stdout
            .contains(&format!("-const PUBLER_API_KEY = '{key}';"))
    );
    sandbox.run(&["scan", "--diff", "--exit-zero"]).expect(0);
    let coloured = sandbox.run(&["scan", "--diff", "--color=always"]).expect(1);
    assert!(
        coloured.stdout.contains("\u{1b}[31m-const"),
        "{coloured:#?}"
    );
    sandbox
        .run(&["scan", "--diff", "src", "missing"])
        .fails_with(&["missing"]);
    sandbox
        .run(&["scan", "--diff", "--fix"])
        .fails_with(&["cannot be used with"]);
    sandbox
        .run(&["scan", "--diff", "--format=json"])
        .fails_with(&["cannot be used with"]);
    Sandbox::new()
        .run(&["scan", "--diff"])
        .fails_with(&["nothing was scanned"]);
}

#[test]
fn standard_input_is_shown_and_cannot_be_changed() {
    let sandbox = Sandbox::new();
    let diff = ["scan", "--diff", "-", "--stdin-filename=a.py"];
    let run = sandbox.run_with_input(&diff, CALL.as_bytes()).expect(1);
    assert!(
        run.stdout.starts_with("--- a/a.py\n+++ b/a.py\n@@ "),
        "{run:#?}"
    );
    sandbox.run_with_input(&diff, b"x = 1\n").expect(0);
    sandbox
        .run(&["scan", "--fix", "-"])
        .fails_with(&["standard input", "--diff"]);
}

#[test]
fn what_is_suppressed_or_not_asked_for_stays() {
    let allow = concat!("credlint:", "allow");
    let address = "base = 'http://app.publer.com/api/v1'";
    let text = format!("{address}  # {allow} plain-http -- a mirror\n");
    let sandbox = Sandbox::with("a.rb", &text);
    let run = sandbox.run(&["scan", "--fix"]).expect(0);
    assert_eq!(run.stderr, "nothing to fix\n");
    assert_eq!(sandbox.read("a.rb"), text);
    let sandbox = Sandbox::with("a.py", CALL);
    sandbox
        .run(&["scan", "--fix", "--rule", "plain-http"])
        .expect(0);
    assert_eq!(sandbox.read("a.py"), CALL.replace("http:", "https:"));
}

#[test]
fn other_encodings_are_left_alone_and_told() {
    let utf16: Vec<u8> = CALL.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, why) in [
        (
            [b"\xEF\xBB\xBF", CALL.as_bytes()].concat(),
            "byte order mark",
        ),
        ([b"\xFF\xFE".to_vec(), utf16].concat(), "UTF-16"),
        ([CALL.as_bytes(), b"# caf\xE9\n"].concat(), "not UTF-8"),
    ] {
        let sandbox = Sandbox::with("a.py", &content);
        let run = sandbox.run(&["scan", "--fix"]).expect(1);
        assert!(
            run.stderr.starts_with("not fixed: a.py: the file "),
            "{run:#?}"
        );
        assert!(run.stderr.contains(why), "{run:#?}");
        assert_eq!(std::fs::read(sandbox.path("a.py")).unwrap(), content);
        assert_eq!(sandbox.run(&["scan", "--fix", "-q"]).expect(1).stderr, "");
    }
}
