//! What is encoded and hides nothing.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};

use crate::sandbox::{Sandbox, rules};
use crate::secrets;

#[track_caller]
fn nothing(file: &str, content: impl AsRef<[u8]>) {
    let report = Sandbox::with(file, content).report(&[]);
    assert_eq!(rules(&report), [""; 0], "{file}");
}

#[test]
fn sums_and_hashes() {
    let sum = secrets::hex(1, 64);
    nothing("SHA256SUMS", format!("{sum}  publer.tar.gz\n"));
    let bytes: Vec<u8> = (0..64u8).map(|b| b.wrapping_mul(151)).collect();
    let hash = BASE64.encode(&bytes);
    nothing(
        "a.html",
        format!("<script src=\"x.js\" integrity=\"sha512-{hash}\"></script>\n"),
    );
    nothing(
        "package.json",
        format!("{{\"publer\": {{\"integrity\": \"sha512-{hash}\"}}}}\n"),
    );
}

#[test]
fn images_and_code() {
    let image: Vec<u8> = b"\x89PNG\r\n\x1a\n"
        .iter()
        .copied()
        .chain((0..900u32).map(|n| ((n * n) >> 3) as u8))
        .collect();
    nothing(
        "a.css",
        format!(
            "a {{ background: url(data:image/png;base64,{}) }}\n",
            BASE64.encode(&image)
        ),
    );
    nothing(
        "a.min.js",
        "!function(e,t){var n=\"a\"+\"b\";e.x=\"%20\"+t}(this,\"\\u0061\");".repeat(200),
    );
    nothing(
        "a.js",
        "log(\"publer \" + \"says \" + name + \" is \" + \"there\");\n".repeat(50),
    );
    let text = BASE64.encode(b"a text that nobody needs to hide at all, of some words");
    nothing("a.txt", format!("{text}\n"));
    nothing(
        "b.txt",
        HEXLOWER.encode(b"a text that nobody needs to hide at all"),
    );
}

#[test]
fn placeholders_are_no_keys_either_way() {
    for text in [
        "oct_live_abc123def456",
        "oct_live_xxxxxxxxxxxx",
        "OCTOPOST_API_KEY=your_key_here_please",
    ] {
        nothing("a.txt", format!("x {} y\n", BASE64.encode(text.as_bytes())));
    }
    nothing(
        "a.js",
        format!("k = \"oct_{}\" + \"abc123def456\";\n", "live_"),
    );
}

#[test]
fn a_token_is_told_once() {
    let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    let token = format!(
        "{}.{}.{}",
        part(r#"{"alg":"HS256","typ":"JWT"}"#),
        part(&format!(
            r#"{{"sub":"it","key":"{}"}}"#,
            secrets::octopost(3)
        )),
        secrets::base62(4, 43)
    );
    let report = Sandbox::with("a.txt", format!("see {token} there\n")).report(&[]);
    assert_eq!(rules(&report), ["jwt-token"]);
    let inside = BASE64.encode(token.as_bytes());
    let report = Sandbox::with("a.txt", format!("see {inside} there\n")).report(&[]);
    assert_eq!(rules(&report), ["jwt-token"]);
}
