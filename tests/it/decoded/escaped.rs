//! Escapes of several languages.

use super::{OCTOPOST, hides};
use crate::secrets::{self, PUBLER};

fn each(text: &str, escape: impl Fn(u8) -> String) -> String {
    text.bytes().map(escape).collect()
}

#[test]
fn every_character_escaped() {
    let key = secrets::octopost(20);
    let wanted = (OCTOPOST, &*key);
    let percent = each(&key, |b| format!("%{b:02X}"));
    hides(
        "a.js",
        "u = decodeURIComponent(\"§\");\n",
        &percent,
        wanted,
        "percent-encoding",
    );
    let hex = each(&key, |b| format!("\\x{b:02x}"));
    hides("a.py", "k = b'§'\n", &hex, wanted, "escapes");
    hides("a.sh", "k=$'§'\n", &hex, wanted, "escapes");
    let unicode = each(&key, |b| format!("\\u{b:04x}"));
    hides("a.json", "{\"k\": \"§\"}\n", &unicode, wanted, "escapes");
    hides("A.java", "String k = \"§\";\n", &unicode, wanted, "escapes");
    let octal = each(&key, |b| format!("\\{b:03o}"));
    hides("a.c", "char *k = \"§\";\n", &octal, wanted, "escapes");
    let decimal = each(&key, |b| format!("&#{b};"));
    hides("a.html", "<p>§</p>\n", &decimal, wanted, "HTML entities");
    let entities = each(&key, |b| format!("&#x{b:x};"));
    hides(
        "a.xml",
        "<k v=\"§\"/>\n",
        &entities,
        wanted,
        "HTML entities",
    );
}

#[test]
fn some_characters_escaped_beside_a_name() {
    let key = secrets::octopost(21);
    let wanted = (OCTOPOST, &*key);
    for (file, text, from, to) in [
        ("a.env", "OCTOPOST_API_KEY=§\n", "_", "%5F"),
        ("a.json", "{\"octopost_key\": \"§\"}\n", "_", "\\u005f"),
        ("a.js", "octopostKey = '§'\n", "_", "\\x5f"),
        ("a.html", "<a data-octopost=\"§\">\n", "_", "&lowbar;"),
        ("a.html", "<a data-octopost=\"§\">\n", "_", "&#95;"),
    ] {
        hides(file, text, &key.replace(from, to), wanted, "decoded from");
    }
    let publer = secrets::of_rule(PUBLER, 22);
    let escaped = publer.replacen(
        &publer[3..4],
        &format!("\\u{:04x}", publer.as_bytes()[3]),
        1,
    );
    hides(
        "a.json",
        "{\"publer_api_key\": \"§\"}",
        &escaped,
        (PUBLER, &publer),
        "escapes",
    );
}

#[test]
fn json_in_a_query_and_in_an_attribute() {
    let key = secrets::of_rule(PUBLER, 23);
    let wanted = (PUBLER, &*key);
    let text = "curl 'https://x.test/?q=%7B%22publer_api_key%22%3A%22§%22%7D'\n";
    hides("a.sh", text, &key, wanted, "percent-encoding");
    let text = "<div data-x=\"{&quot;publerApiKey&quot;:&quot;§&quot;}\"></div>\n";
    hides("a.html", text, &key, wanted, "HTML entities");
}
