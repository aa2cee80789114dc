//! The picture of the program and the program, held together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Who may import whom. What is not here is forbidden.
const IMPORTS: &[(&str, &[&str])] = &[
    // `rules check` runs examples through the engine itself. `settings` turns arguments and
    // configuration into what the walk and the policy take: nobody else sees all of these.
    (
        "cli",
        &[
            "scan", "report", "config", "rules", "model", "detect", "misuse", "source", "suppress",
        ],
    ),
    // A project's files are known by the languages that are read.
    (
        "scan",
        &[
            "source", "detect", "misuse", "syntax", "suppress", "rules", "model",
        ],
    ),
    // What a name or a literal says of a credential is judged by the same code in both.
    ("misuse", &["syntax", "detect", "rules", "model"]),
    ("syntax", &[]),
    ("detect", &["rules", "model"]),
    ("rules", &["model"]),
    ("source", &["model"]),
    ("suppress", &["model"]),
    ("report", &["model"]),
    ("config", &["model"]),
    ("model", &[]),
];

/// Files of more than this many lines need a reason.
const LONG: usize = 500;

/// The reasons.
const LONG_FILES: &[(&str, &str)] = &[];

/// Every Rust file below `folder`, named from the repository's root, with its text.
fn sources(folder: &str) -> BTreeMap<String, String> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    collect(&Path::new(ROOT).join(folder), &mut files);
    let named = files.into_iter().map(|path| {
        let name = path.strip_prefix(ROOT).unwrap().to_str().unwrap();
        (name.replace('\\', "/"), fs::read_to_string(&path).unwrap())
    });
    named.collect()
}

/// The modules that lead to a file of `src/`, from the crate down.
fn modules(file: &str) -> Vec<&str> {
    let path = file
        .strip_prefix("src/")
        .unwrap()
        .strip_suffix(".rs")
        .unwrap();
    let mut modules: Vec<&str> = path.split('/').collect();
    if matches!(modules.last(), Some(&("mod" | "lib" | "main"))) {
        modules.pop();
    }
    modules
}

/// The top modules that a text names through `crate::`, `super::` or the crate's own name.
fn imports(modules: &[&str], text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    // The indentations of the modules that are open within the file.
    let mut inline: Vec<usize> = Vec::new();
    for line in text.lines() {
        let code = line.split("//").next().unwrap();
        let indent = code.len() - code.trim_start().len();
        if code.trim() == "}" && inline.last() == Some(&indent) {
            inline.pop();
        }
        for start in ["crate::", "credlint::"] {
            for (at, _) in code.match_indices(start) {
                found.extend(first_names(&code[at + start.len()..]));
            }
        }
        // Enough of these in a row lead to the crate itself.
        let climb = "super::".repeat(modules.len() + inline.len());
        if let (false, Some(at)) = (modules.is_empty(), code.find(&climb)) {
            found.extend(first_names(&code[at + climb.len()..]));
        }
        let word = code.trim_start().trim_start_matches("pub ");
        if word.starts_with("mod ") && word.trim_end().ends_with('{') {
            inline.push(indent);
        }
    }
    found
}

/// `a` of `a::b`; `a` and `b` of `{a, b::c}`; `*` of itself.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        let is_name = |c: &char| c.is_ascii_alphanumeric() || "_*".contains(*c);
        text.trim_start().chars().take_while(is_name).collect()
    };
    match path.strip_prefix('{') {
        Some(group) => group
            .split(',')
            .map(name)
            .filter(|n| !n.is_empty())
            .collect(),
        None => vec![name(path)],
    }
}

/// What of `sources` goes against `IMPORTS`.
fn faults(sources: &BTreeMap<String, String>) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = IMPORTS.iter().copied().collect();
    let mut faults = Vec::new();
    for (file, text) in sources {
        let modules = modules(file);
        let Some(own) = modules.first() else { continue };
        let Some(allowed) = allowed.get(own) else {
            faults.push(format!(
                "{file}: the module `{own}` has no place in the table"
            ));
            continue;
        };
        for import in imports(&modules, text) {
            if import != *own && !allowed.contains(&&*import) {
                faults.push(format!("{file}: `{own}` may not import `{import}`"));
            }
        }
    }
    faults
}

#[test]
fn modules_import_what_the_table_allows() {
    let sources = sources("src");
    assert!(sources.len() > 50, "{}", sources.len());
    let faults = faults(&sources);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_table_holds_no_more_than_there_is() {
    let sources = sources("src");
    for (own, allowed) in IMPORTS {
        let of_module = |file: &&String| modules(file).first() == Some(own);
        let used: BTreeSet<String> = sources
            .keys()
            .filter(of_module)
            .flat_map(|file| imports(&modules(file), &sources[file]))
            .collect();
        for import in *allowed {
            assert!(
                used.contains(*import),
                "`{own}` no longer imports `{import}`"
            );
        }
    }
}

#[test]
fn a_forbidden_import_is_seen() {
    let fault = |file: &str, text: &str| {
        faults(&BTreeMap::from([(file.to_owned(), text.to_owned())])).len()
    };
    for (file, text, wanted) in [
        ("src/model/x.rs", "use crate::scan::Scanner;", 1),
        ("src/model/x.rs", "use crate::{scan, report::Format};", 2),
        ("src/model/x.rs", "use crate::*;", 1),
        ("src/detect/x.rs", "use super::super::cli::run;", 1),
        ("src/detect/y/x.rs", "use super::super::super::cli;", 1),
        ("src/detect/y/x.rs", "use super::super::cli;", 0),
        (
            "src/detect/x.rs",
            "mod tests {\n    use super::super::cli;\n}\n",
            0,
        ),
        (
            "src/detect/x.rs",
            "mod tests {\n    use super::super::super::cli;\n}\n",
            1,
        ),
        (
            "src/detect/x.rs",
            "mod tests {\n    f();\n}\nuse super::super::cli;\n",
            1,
        ),
        ("src/detect/x.rs", "fn f() { crate::source::read() }", 1),
        (
            "src/detect/x.rs",
            "use super::pattern::P; use crate::rules::Rule;",
            0,
        ),
        ("src/detect/x.rs", "// as crate::report does", 0),
        ("src/new.rs", "", 1),
    ] {
        assert_eq!(fault(file, text), wanted, "{file}: {text}");
    }
}

#[test]
fn main_knows_only_the_command_line() {
    let main = &sources("src")["src/main.rs"];
    assert_eq!(imports(&[], main), BTreeSet::from(["cli".to_owned()]));
    assert!(main.lines().count() < 20, "it delegates");
}

#[test]
fn files_are_short_or_have_a_reason() {
    let mut all = sources("src");
    all.extend(sources("tests"));
    for (file, text) in &all {
        let lines = text.lines().count();
        let excused = LONG_FILES.iter().any(|(long, _)| long == file);
        assert_eq!(lines > LONG, excused, "{file} has {lines} lines");
    }
    for (file, reason) in LONG_FILES {
        assert!(all.contains_key(*file) && !reason.is_empty(), "{file}");
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (file, text) in sources("src") {
        // Tests and build output stand beside the module they are part of.
        if !file.ends_with("/tests.rs") {
            assert!(text.starts_with("//! "), "{file}");
        }
    }
}
