//! SARIF as others read it: the official schema, GitHub's line hash, descriptors.

use std::collections::HashMap;

use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::secrets::{self, octopost};

/// Version 2.1.0, as the crate `serde-sarif` 0.8.0 carries it (MIT, © 2021 Paul Sastrasinh).
const SCHEMA: &str = include_str!("data/sarif-schema-2.1.0.json");

/// Findings of several rules and places, suppressed ones, a note and an error.
fn project() -> Sandbox {
    let allow = concat!("credlint:", "allow");
    let sandbox = Sandbox::new();
    sandbox
        .write(
            "a b/ü#%.env",
            format!("\tOCTOPOST_API_KEY={}\n", octopost(1)),
        )
        .write(
            "kept.py",
            format!(
                "k = '{}'  # {allow} octopost-live-key -- mine\n",
                octopost(2)
            ),
        )
        .write(
            "unused.py",
            format!("k = 1  # {allow} octopost-live-key -- gone\n"),
        )
        .write(
            "created.json",
            format!(
                "{{\"id\": \"{}\",\n \"token\": \"{}\"}}\n",
                secrets::of_rule("publisher-token-id", 1),
                secrets::of_rule("publisher-api-token", 1)
            ),
        )
        .write(
            ".env",
            format!("PUBLER_API_KEY={}\n", secrets::of_rule("publer-api-key", 1)),
        );
    sandbox
}

fn sarif(sandbox: &Sandbox, args: &[&str]) -> Value {
    sandbox
        .run(&[&["scan", "--format", "sarif"], args].concat())
        .json()
}

#[test]
fn is_valid_under_the_official_schema() {
    // The one pattern with a stray bracket, which stands for itself only in JavaScript.
    let schema = SCHEMA.replace("{2}]?$", "{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let clean = Sandbox::with("a.txt", "nothing\n");
    for log in [sarif(&project(), &[".", "missing"]), sarif(&clean, &[])] {
        let errors: Vec<String> = validator
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let mut broken = sarif(&clean, &[]);
    broken["runs"][0]["results"] = "none".into();
    assert!(!validator.is_valid(&broken), "the schema says something");
}

#[test]
fn every_result_has_its_rule_and_its_place() {
    let log = sarif(&project(), &[".", "missing"]);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["automationDetails"]["id"], "credlint/scan/");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    for result in results {
        let described = rules
            .iter()
            .position(|rule| rule["id"] == result["ruleId"])
            .unwrap();
        assert_eq!(result["ruleIndex"], described);
        let fingerprints = &result["partialFingerprints"];
        for key in ["primaryLocationLineHash", "credlintFingerprint/v1"] {
            assert!(fingerprints[key].is_string(), "{key}: {result}");
        }
    }
    for rule in rules {
        assert!(
            results.iter().any(|result| result["ruleId"] == rule["id"]),
            "{rule} is used"
        );
        let tags = rule["properties"]["tags"].as_array().unwrap();
        assert!(tags.contains(&"security".into()), "{rule}");
        assert!(
            rule["properties"]["security-severity"].is_string(),
            "{rule}"
        );
        assert!(
            !rule["help"]["markdown"].as_str().unwrap().is_empty(),
            "{rule}"
        );
    }
    let suppressed: Vec<&Value> = results
        .iter()
        .filter_map(|r| r.get("suppressions"))
        .collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0][0]["kind"], "inSource");
    assert_eq!(suppressed[0][0]["justification"], "mine");
}

#[test]
fn places_are_those_of_the_other_reports() {
    let sandbox = project();
    let log = sarif(&sandbox, &[]);
    let region = |uri: &str| {
        let results = log["runs"][0]["results"].as_array().unwrap();
        let place = |r: &Value| r["locations"][0]["physicalLocation"].clone();
        let mut places = results.iter().map(place);
        let place = places.find(|place| place["artifactLocation"]["uri"] == uri);
        place.unwrap_or_else(|| panic!("{uri}: {log:#}"))["region"].clone()
    };
    let odd = region("a%20b/%C3%BC%23%25.env");
    let key = octopost(1).len();
    assert_eq!(
        (&odd["startLine"], &odd["startColumn"]),
        (&1.into(), &19.into())
    );
    assert_eq!(
        (&odd["endLine"], &odd["endColumn"]),
        (&1.into(), &(19 + key).into())
    );
    assert_eq!(region("created.json")["startLine"], 2);
    let related = |result: &Value| result.get("relatedLocations").cloned();
    let related = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(related)
        .unwrap();
    assert_eq!(related[0]["physicalLocation"]["region"]["startColumn"], 9);
}

#[test]
fn paths_outside_are_absolute() {
    let outside = Sandbox::with("x y.txt", octopost(3));
    let path = outside.path("x y.txt");
    let log = sarif(&Sandbox::new(), &[path.to_str().unwrap()]);
    let artifact =
        &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    let uri = artifact["uri"].as_str().unwrap();
    assert!(
        uri.starts_with("file:///") && uri.ends_with("/x%20y.txt"),
        "{uri}"
    );
    assert!(artifact.get("uriBaseId").is_none());
}

#[test]
fn the_category_tells_runs_apart() {
    let sandbox = Sandbox::with("a.txt", "nothing\n");
    let log = sarif(&sandbox, &["--category", "nightly"]);
    assert_eq!(
        log["runs"][0]["automationDetails"]["id"],
        "credlint/nightly/"
    );
}

/// Every line's hash, from the description alone: for each line, over the 100 UTF-16 units from its
/// start, spaces and tabs skipped, CR and CRLF read as LF, the text followed by 65535 and zeros.
fn line_hashes(text: &str) -> Vec<String> {
    let text = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace([' ', '\t'], "");
    let mut units: Vec<u64> = text.encode_utf16().map(u64::from).collect();
    let newline = u64::from(b'\n');
    let mut starts = vec![0];
    starts.extend(
        (0..units.len())
            .filter(|at| units[*at] == newline)
            .map(|at| at + 1),
    );
    units.push(65535);
    units.extend([0; 100]);
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let mut hash_at = |start: usize| {
        let step = |hash: u64, unit: &u64| hash.wrapping_mul(37).wrapping_add(*unit);
        let hash = units[start..start + 100].iter().fold(0, step);
        let occurrence = seen.entry(hash).or_default();
        *occurrence += 1;
        format!("{hash:x}:{occurrence}")
    };
    starts.into_iter().map(&mut hash_at).collect()
}

#[test]
fn the_line_hash_is_githubs() {
    let key = octopost(4);
    let same = format!("key = '{key}'\n{}", "# ключ 🔑\tand so on\n".repeat(10));
    let texts = [
        format!("a\r\n\r\n  b\tc {key}\r\nlast"),
        same.repeat(3),
        format!("old\rmac\r{key}\rend\r"),
        key.clone(),
        format!("{}\n{key}\n", "x".repeat(400)),
        format!("\u{feff}first\n{key} 🔑\n"),
    ];
    for text in texts {
        let sandbox = Sandbox::with("a.txt", &text);
        let log = sarif(&sandbox, &[]);
        let hashes = line_hashes(text.trim_start_matches('\u{feff}'));
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), text.matches(&key).count());
        for result in results {
            // GitHub looks the line up under the number that the result gives.
            let region = &result["locations"][0]["physicalLocation"]["region"];
            let line = region["startLine"].as_u64().unwrap() as usize - 1;
            let hash = &result["partialFingerprints"]["primaryLocationLineHash"];
            assert_eq!(hash, &hashes[line], "{text:?}");
        }
    }
}
