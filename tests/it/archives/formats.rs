//! A key in each kind of container is found, at its place inside.

use super::build::{Method, Zip, bzip2, gzip, pdf, sevenz, sqlite, tar, tar_file, xz, zip, zstd};
use super::{env, found, settings};
use crate::sandbox::{Run, Sandbox};
use crate::secrets::{POSTIZ, PUBLER, octopost, of_rule};

type Packer = fn(&[u8]) -> Vec<u8>;

/// What is found in a file of this name.
fn findings(name: &str, content: impl AsRef<[u8]>) -> Vec<String> {
    Sandbox::with(name, content).findings(&[])
}

#[test]
fn members_of_zip_archives_by_every_method() {
    for method in [
        Method::Stored,
        Method::Deflated,
        Method::Bzip2,
        Method::Zstd,
        Method::Xz,
    ] {
        let mut archive = Zip::default();
        archive
            .add("a/", b"", Method::Stored)
            .add("a/.env", &env(1), method);
        archive
            .add("b.txt", b"nothing", method)
            .add("c.yml", &env(2), method);
        let found = [found("x.zip!a/.env"), found("x.zip!c.yml")];
        assert_eq!(findings("x.zip", archive.finish()), found);
    }
}

#[test]
fn what_is_a_zip_archive_inside_goes_by_many_names() {
    let archive = zip("a/.env", &env(1));
    for name in [
        "a.jar", "a.war", "a.whl", "a.apk", "a.epub", "a.nupkg", "a.vsix", "a.odt", "noname",
    ] {
        assert_eq!(findings(name, &archive), [found(&format!("{name}!a/.env"))]);
    }
    // An extension of a browser has a signature before, a program that unpacks itself the program.
    for before in [
        "Cr24\x03\0\0\0\x04\0\0\0sign",
        "#!/bin/sh\nexec java -jar \"$0\"\n",
    ] {
        let content = [before.as_bytes(), &archive].concat();
        assert_eq!(findings("a.crx", content), [found("a.crx!a/.env")]);
    }
}

#[test]
fn members_of_tar_archives() {
    assert_eq!(
        findings("x.tar", tar("./a/.env", &env(1))),
        [found("x.tar!a/.env")]
    );
    let long = "long/".repeat(60) + ".env";
    let gnu = [
        tar_file("././@LongLink", b'L', long.as_bytes()),
        tar("short", &env(1)),
    ]
    .concat();
    assert_eq!(findings("x.tar", gnu), [found(&format!("x.tar!{long}"))]);
    let record = format!("path={long}\n");
    let record = format!("{} {record}", record.len() + 4);
    let pax = [
        tar_file("pax", b'x', record.as_bytes()),
        tar("short", &env(1)),
    ]
    .concat();
    assert_eq!(findings("x.tar", pax), [found(&format!("x.tar!{long}"))]);
    // What stands behind the end is read by nobody but scanners.
    let after = [tar("a", b"nothing"), env(1)].concat();
    assert_eq!(findings("x.tar", after), [found("x.tar!(after the end)")]);
}

#[test]
fn compressed_files_and_archives() {
    let packers: [(&str, Packer); 4] = [("gz", gzip), ("xz", xz), ("zst", zstd), ("bz2", bzip2)];
    for (ending, pack) in packers {
        let name = format!("x.sql.{ending}");
        assert_eq!(
            findings(&name, pack(&env(1))),
            [found(&format!("{name}!x.sql"))]
        );
        // As programs append to them.
        let twice = [pack(b"#\n"), pack(&env(1)[2..])].concat();
        assert_eq!(findings(&name, twice).len(), 1, "{name}");
        let name = format!("x.tar.{ending}");
        let archive = pack(&tar("a/.env", &env(1)));
        assert_eq!(findings(&name, archive), [found(&format!("{name}!a/.env"))]);
    }
    assert_eq!(
        findings("x.tgz", gzip(&tar("a", &env(1)))),
        [found("x.tgz!a")]
    );
}

#[test]
fn members_of_7z_archives() {
    let (first, second) = (env(1), env(2));
    let archive = sevenz(
        &[("a/.env", &first), ("ä.txt", b"nothing"), ("b", &second)],
        &[0],
    );
    let wanted = [found("x.7z!a/.env"), found("x.7z!b")];
    assert_eq!(findings("x.7z", archive), wanted);
}

#[test]
fn containers_in_containers() {
    let jar = zip("in.env", &env(1));
    let app = gzip(&tar("lib/inner.jar", &jar));
    let outer = zip("app.tar.gz", &app);
    let sandbox = Sandbox::with("outer.zip", outer);
    let path = "outer.zip!app.tar.gz!lib/inner.jar!in.env";
    assert_eq!(sandbox.findings(&[]), [found(path)]);
    let run = sandbox.run(&["scan"]).expect(1);
    assert!(
        run.stdout.contains("1 file and 1 member of archives"),
        "{run:?}"
    );
}

#[test]
fn what_an_archive_shows_by_itself_is_told_once() {
    let mut archive = Zip::default();
    archive.add("a.env", &env(1), Method::Stored);
    let content = [archive.finish(), Vec::new()].concat();
    assert_eq!(findings("x.zip", content), [found("x.zip!a.env")]);
    // What its members do not show is told as ever.
    let content = [octopost(2).as_bytes(), b"\n", &archive.finish()].concat();
    let wanted = [
        "x.zip:1:1 octopost-live-key".to_owned(),
        found("x.zip!a.env"),
    ];
    assert_eq!(findings("x.zip", content), wanted);
}

#[test]
fn a_member_is_judged_by_its_own_name() {
    let publer = format!("PUBLER_API_KEY={}\n", of_rule(PUBLER, 1));
    let mut archive = Zip::default();
    for name in ["a/.env", "node_modules/a/.env"] {
        archive.add(name, publer.as_bytes(), Method::Deflated);
    }
    // That of the archive has no say.
    let sandbox = Sandbox::with("node_modules/x.zip", archive.finish());
    let wanted = format!("node_modules/x.zip!a/.env:1:16 {PUBLER}");
    assert_eq!(sandbox.findings(&[]), [wanted]);
}

#[test]
fn text_of_office_documents_is_joined() {
    let key = octopost(1);
    let (first, second) = key.split_at(11);
    let xml = format!(
        "<w:document><w:p><w:r><w:t>Use it:</w:t></w:r></w:p><w:p><w:r><w:t>key {first}</w:t></w:r>\
         <w:r><w:rPr><w:b/></w:rPr><w:t>{second}</w:t></w:r></w:p><w:p><w:t>{}</w:t></w:p></w:document>",
        octopost(2)
    );
    let found = findings("a.docx", zip("word/document.xml", xml.as_bytes()));
    let places: Vec<&str> = found.iter().map(|f| f.split(' ').next().unwrap()).collect();
    let whole = xml.find(&octopost(2)).unwrap() + 1;
    let whole = format!("a.docx!word/document.xml:1:{whole}");
    // The one by its place in the member, the other by its line of what a reader sees.
    assert_eq!(places, ["a.docx!word/document.xml:2:5", &*whole]);
}

#[test]
fn rows_of_databases_have_the_names_of_their_columns() {
    let key = of_rule(POSTIZ, 1);
    for wide in [false, true] {
        let sql = "CREATE TABLE accounts(note TEXT, \"postiz_api_key\" TEXT)";
        let database = sqlite("accounts", sql, &[&["a", "none"], &["b", &key]], wide);
        let wanted = format!("x.db!accounts:5:16 {POSTIZ}");
        assert_eq!(findings("x.db", database), [wanted]);
        let sql = "CREATE TABLE options(name, value)";
        let database = sqlite("options", sql, &[&["POSTIZ_API_KEY", &key]], wide);
        let wanted = format!("x.db!options:2:16 {POSTIZ}");
        assert_eq!(findings("x.db", database), [wanted]);
    }
}

#[test]
fn what_was_deleted_from_a_database_is_still_in_its_file() {
    let mut database = sqlite("t", "CREATE TABLE t(a)", &[&["x"]], false);
    let key = octopost(1);
    database[4500..4500 + key.len()].copy_from_slice(key.as_bytes());
    let found = findings("x.db", database);
    assert!(
        found.len() == 1 && found[0].starts_with("x.db:"),
        "{found:?}"
    );
}

#[test]
fn text_of_pdf_documents() {
    let key = octopost(1);
    let (first, second) = key.split_at(6);
    let page = format!("BT /F1 12 Tf 72 700 Td [(key {first}) -10 ({second}) -300 (end)] TJ ET");
    let found = findings("a.pdf", pdf(&page, &octopost(2)));
    let places: Vec<&str> = found.iter().map(|f| f.split(' ').next().unwrap()).collect();
    assert_eq!(places, ["a.pdf!text:1:5", "a.pdf!text:2:1"]);
}

#[test]
fn a_comment_in_a_member_accounts_for_its_finding() {
    let key = octopost(1);
    let text = |rule: &str| {
        format!(
            "# credlint:{}\nkey: {key}\n",
            format_args!("allow {rule} -- no leak")
        )
    };
    let mut archive = Zip::default();
    archive.add(
        "a.yml",
        text("octopost-live-key").as_bytes(),
        Method::Stored,
    );
    let report = Sandbox::with("x.zip", archive.finish()).report(&[]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    let suppressed = &report["suppressed"][0]["finding"]["location"];
    assert_eq!(suppressed["path"], "x.zip!a.yml");
    assert_eq!(report["unused_suppressions"].as_array().unwrap().len(), 0);
    // Checks do not run in there, so that a comment about one is not of no use.
    let report = Sandbox::with("x.zip", zip("a.yml", text("plain-http").as_bytes())).report(&[]);
    assert_eq!(report["unused_suppressions"].as_array().unwrap().len(), 0);
}

#[test]
fn misuse_is_no_matter_of_archives() {
    let code = format!(
        "requests.get('http://api.octopost.ink/', headers={{'Authorization': '{}'}})\n",
        octopost(1)
    );
    let sandbox = Sandbox::with("x.zip", zip("a.py", code.as_bytes()));
    let found = sandbox.findings(&[]);
    assert!(
        found.len() == 1 && found[0].ends_with(" octopost-live-key"),
        "{found:?}"
    );
    let before = std::fs::read(sandbox.path("x.zip")).unwrap();
    sandbox.run(&["scan", "--fix"]).expect(1);
    assert_eq!(std::fs::read(sandbox.path("x.zip")).unwrap(), before);
}

#[test]
fn notebooks_are_read_in_cells_and_their_output() {
    let notebook = format!(
        "{{\"cells\": [{{\"cell_type\": \"code\", \"source\": [\"OCTOPOST_API_KEY = '{}'\\n\"],\n\
         \"outputs\": [{{\"output_type\": \"stream\", \"text\": [\"using {}\\n\"]}}]}}],\n\
         \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 5}}\n",
        octopost(1),
        octopost(2)
    );
    let report = Sandbox::with("a.ipynb", notebook).report(&["--rule", "octopost-live-key"]);
    let lines: Vec<&serde_json::Value> = report["findings"].as_array().unwrap().iter().collect();
    let lines: Vec<_> = lines
        .iter()
        .map(|f| f["location"]["start"]["line"].clone())
        .collect();
    assert_eq!(lines, [1, 2]);
}

#[test]
fn standard_input_may_be_an_archive() {
    let archive = gzip(&settings(&octopost(1)));
    let args = ["scan", "-", "--stdin-filename", "x.env.gz", "--quiet"];
    let run: Run = Sandbox::new().run_with_input(&args, &archive).expect(1);
    assert!(run.stdout.starts_with("x.env.gz!x.env:2:18: "), "{run:?}");
}
