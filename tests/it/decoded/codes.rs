//! Base64 and hexadecimal, and what is packed in them.

use std::io::Write as _;

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};

use super::{HIDDEN, OCTOPOST, found, hides};
use crate::sandbox::Sandbox;
use crate::secrets::{self, PUBLER};

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

#[test]
fn every_alphabet_in_every_language() {
    let key = secrets::octopost(1);
    let wanted = (OCTOPOST, &*key);
    for code in [
        BASE64.encode(key.as_bytes()),
        BASE64_NOPAD.encode(key.as_bytes()),
        BASE64URL_NOPAD.encode(key.as_bytes()),
    ] {
        hides(
            "a.js",
            "const a = atob('§');\n",
            &code,
            wanted,
            "decoded from base64",
        );
        hides(
            "a.py",
            "\n\nx = \"§\"  # no name\n",
            &code,
            wanted,
            "decoded from base64",
        );
        hides(
            "a.sh",
            "echo § | base64 -d\n",
            &code,
            wanted,
            "decoded from base64",
        );
        hides(
            "a.yaml",
            "some:\n  thing: §\n",
            &code,
            wanted,
            "decoded from base64",
        );
        hides(
            "a.json",
            "{\"thing\":\"§\"}",
            &code,
            wanted,
            "decoded from base64",
        );
        hides(
            "a.md",
            "Use `§` for it.\n",
            &code,
            wanted,
            "decoded from base64",
        );
    }
    for code in [
        HEXLOWER.encode(key.as_bytes()),
        HEXUPPER.encode(key.as_bytes()),
    ] {
        hides(
            "a.go",
            "x, _ := hex.DecodeString(\"§\")\n",
            &code,
            wanted,
            "decoded from hexadecimal",
        );
        hides("a.env", "X=§\n", &code, wanted, "decoded from hexadecimal");
    }
}

#[test]
fn a_name_around_a_code_speaks_for_what_is_in_it() {
    let key = secrets::of_rule(PUBLER, 3);
    let code = BASE64.encode(key.as_bytes());
    let wanted = (PUBLER, &*key);
    hides(
        ".env",
        "A=1\nPUBLER_API_KEY=§\n",
        &code,
        wanted,
        "decoded from base64",
    );
    hides(
        "a.py",
        "publer_api_key = b64decode(\"§\")\n",
        &code,
        wanted,
        "decoded from base64",
    );
    let text = format!("PUBLER_API_KEY={key}\n");
    let code = BASE64.encode(text.as_bytes());
    let at = found("x.js", format!("f(\"{code}\")"), "decoded from base64");
    // Fifteen characters make five fours.
    assert_eq!(at, [(format!("x.js:1:24 {PUBLER}"), key)]);
}

#[test]
fn a_whole_header() {
    let key = secrets::of_rule("stripe-live-secret-key", 4);
    let code = BASE64.encode(format!("{key}:").as_bytes());
    let wanted = ("stripe-live-secret-key", &*key);
    hides(
        "a.http",
        "GET https://x.test/\nAuthorization: Basic §\n",
        &code,
        wanted,
        "base64",
    );
    hides(
        "a.js",
        "h = {Authorization: 'Basic §'}\n",
        &code,
        wanted,
        "base64",
    );
}

#[test]
fn a_secret_of_kubernetes() {
    let key = secrets::of_rule(PUBLER, 5);
    let code = BASE64.encode(key.as_bytes());
    let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  publer-api-key: §\n";
    hides(
        "secret.yaml",
        text,
        &code,
        (PUBLER, &key),
        "decoded from base64",
    );
    let file = format!("PORT=1\nPUBLER_API_KEY={key}\n");
    let text = text.replace("publer-api-key", ".env");
    let content = text.replace(HIDDEN, &BASE64.encode(file.as_bytes()));
    let all = found("secret.yaml", content, "decoded from base64");
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].1, key);
}

#[test]
fn wrapped_lines_are_one_code() {
    let key = secrets::octopost(6);
    let text = format!(
        "{}\nkey: {key}\n",
        "some: text that fills lines\n".repeat(9)
    );
    let code = BASE64.encode(text.as_bytes());
    for width in [64, 76] {
        let lines: Vec<&str> = (0..code.len())
            .step_by(width)
            .map(|at| &code[at..code.len().min(at + width)])
            .collect();
        let yaml = format!("file: |\n  {}\nend: 1\n", lines.join("\n  "));
        let all = found("a.yaml", &yaml, "decoded from base64");
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!(all[0].1, key);
        let at = text.find(&key).unwrap() * 4 / 3;
        let place = format!("a.yaml:{}:{} {OCTOPOST}", at / width + 2, at % width + 3);
        assert_eq!(all[0].0, place);
    }
}

#[test]
fn utf16_and_gzip_in_base64() {
    let key = secrets::octopost(7);
    let command = format!("$k = '{key}'; Invoke-It $k");
    let code = BASE64.encode(&wide(&command));
    let all = found(
        "a.ps1",
        format!("powershell -EncodedCommand {code}\n"),
        "UTF-16 in base64",
    );
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].1, key);
    let config = format!("first: {}\nsecond: {key}\n", secrets::octopost(8));
    let code = BASE64.encode(&packed(&config));
    let all = found(
        "a.tf",
        format!("user_data = \"{code}\"\n"),
        "gzip in base64",
    );
    assert_eq!(all.len(), 2, "each of several secrets is told: {all:?}");
    assert!(
        all.iter()
            .all(|(at, _)| *at == format!("a.tf:1:14 {OCTOPOST}"))
    );
}

#[test]
fn codes_in_codes() {
    let key = secrets::octopost(9);
    let mut code = key.clone();
    for depth in 1..=4 {
        code = BASE64.encode(code.as_bytes());
        let how = format!("decoded from {}", ["base64"].repeat(depth).join(" in "));
        hides("a.txt", "see § there\n", &code, (OCTOPOST, &key), &how);
    }
    let deeper = BASE64.encode(code.as_bytes());
    assert_eq!(found("a.txt", deeper, ""), [], "the depth is bounded");
    let mixed = HEXLOWER.encode(BASE64.encode(key.as_bytes()).as_bytes());
    hides(
        "a.txt",
        "see § there\n",
        &mixed,
        (OCTOPOST, &key),
        "base64 in hexadecimal",
    );
}

#[test]
fn nothing_of_a_secret_is_shown() {
    let key = secrets::octopost(10);
    let code = BASE64.encode(key.as_bytes());
    let sandbox = Sandbox::with("a.js", format!("const a = atob('{code}');\n"));
    for format in ["terminal", "json", "sarif", "markdown", "csv"] {
        let run = sandbox.run(&["scan", "--format", format]).expect(1);
        assert!(
            !run.stdout.contains(&code) && !run.stdout.contains(&key),
            "{}",
            run.stdout
        );
        assert!(
            !run.stdout.contains(&code[4..code.len() - 4]),
            "{}",
            run.stdout
        );
        assert!(
            run.stdout
                .contains(&format!("***{}", &key[key.len() - 4..])),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn the_fingerprint_is_that_of_the_secret() {
    let key = secrets::octopost(11);
    let sandbox = Sandbox::with("plain.txt", format!("k = {key}\n"));
    sandbox.write(
        "code.txt",
        format!("k = {}\n", BASE64.encode(key.as_bytes())),
    );
    let report = sandbox.report(&[]);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 2);
    assert_eq!(findings[0]["fingerprint"], findings[1]["fingerprint"]);
}

#[test]
fn why_tells_of_decoded_text() {
    let code = BASE64.encode(b"oct_live_abc123def456 is the key");
    let sandbox = Sandbox::with("a.txt", format!("x\nk = \"{code}\"\n"));
    let run = sandbox.run(&["explain", "--why", "a.txt:2"]);
    assert!(run.stdout.contains("in text from base64"), "{run:#?}");
}
