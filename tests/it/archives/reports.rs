//! How what is inside of an archive is told, and that it need not be.

use super::build::{Method, Zip, zip};
use super::{env, found};
use crate::sandbox::Sandbox;

fn sandbox() -> Sandbox {
    Sandbox::with("a b/x.zip", zip("in/ä.env", &env(1)))
}

#[test]
fn sarif_points_at_the_file_and_names_the_member() {
    let log = sandbox()
        .run(&["scan", "--format", "sarif"])
        .expect(1)
        .json();
    let result = &log["runs"][0]["results"][0];
    let place = &result["locations"][0];
    let physical = &place["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "a%20b/x.zip");
    assert_eq!(physical["region"]["startLine"], 1);
    let name = &place["logicalLocations"][0]["fullyQualifiedName"];
    assert_eq!(name, "a b/x.zip!in/ä.env");
    let message = result["message"]["text"].as_str().unwrap();
    assert!(message.contains("(in in/ä.env, line 2)"), "{message}");
    let hash = result["partialFingerprints"]["primaryLocationLineHash"]
        .as_str()
        .unwrap();
    assert!(hash.ends_with(":1"), "{hash}");
}

#[test]
fn two_members_with_the_same_key_are_two_results() {
    let mut archive = Zip::default();
    archive
        .add("a.env", &env(1), Method::Stored)
        .add("b.env", &env(1), Method::Stored);
    let sandbox = Sandbox::with("x.zip", archive.finish());
    assert_eq!(
        sandbox.findings(&[]),
        [found("x.zip!a.env"), found("x.zip!b.env")]
    );
}

#[test]
fn annotations_are_of_the_file() {
    let run = sandbox().run(&["scan", "--format", "github"]).expect(1);
    assert!(
        run.stdout.starts_with("::error file=a b/x.zip,title="),
        "{run:?}"
    );
    assert!(
        run.stdout.contains("%0AIt is in in/ä.env, line 2.%0A"),
        "{run:?}"
    );
    let report = sandbox()
        .run(&["scan", "--format", "gitlab"])
        .expect(1)
        .json();
    let place = &report["vulnerabilities"][0]["location"];
    assert_eq!(place["file"], "a b/x.zip");
    assert_eq!(place["start_line"], 1);
}

#[test]
fn errors_inside_name_the_file() {
    let mut archive = Zip::default();
    archive.add("a.txt", b"nothing at all", Method::Stored);
    let mut content = archive.finish();
    content[40] ^= 1;
    let report = Sandbox::with("x.zip", content).report(&[]);
    assert_eq!(report["errors"][0]["path"], "x.zip");
    let message = report["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("in a.txt: ") && message.ends_with("--no-archives"),
        "{message}"
    );
}

#[test]
fn archives_can_be_left_alone() {
    let sandbox = sandbox();
    let report = sandbox.report(&[]);
    assert_eq!(report["scanned"]["members"], 1);
    assert_eq!(report["scanned"]["limited"].as_object().unwrap().len(), 0);
    let report = sandbox.report(&["--no-archives"]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    assert_eq!(report["scanned"]["members"], 0);
    assert_eq!(report["scanned"]["limited"]["binary"], 1);
    sandbox.write(".credlint.toml", "archives = false\n");
    assert_eq!(sandbox.report(&[])["scanned"]["members"], 0);
}

#[test]
fn settings_for_paths_see_the_way_inside() {
    let sandbox = sandbox();
    sandbox.write(
        ".credlint.toml",
        "[[path]]\nglob = \"a b/x.zip!in/**\"\nrule.octopost-live-key.enabled = false\n",
    );
    assert_eq!(sandbox.findings(&[]), [""; 0]);
}
