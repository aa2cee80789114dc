//! Several secrets beside each other, and characters that make positions hard.

use crate::sandbox::{Sandbox, places};
use crate::secrets::{self, POSTIZ, PUBLER};
use crate::tree::Tree;

#[test]
fn several_on_one_line() {
    let mut tree = Tree::new();
    tree.plant_all(
        "keys.json",
        &[
            "octopost-live-key",
            "octopost-test-key",
            "postiz-oauth-token",
            "octopost-live-key",
        ],
        "{\"live\": \"§\", \"test\": \"§\", \"oauth\": \"§\", \"old\": \"§\"}\n",
    );
    tree.plant_all(
        "deploy.sh",
        &[PUBLER, POSTIZ, "octopost-live-key"],
        "PUBLER_API_KEY=§ POSTIZ_API_KEY=§ OCTOPOST_API_KEY=§ ./deploy\n",
    );
    tree.check(&[]);
}

#[test]
fn several_providers_in_one_file() {
    let mut tree = Tree::new();
    tree.plant_all(
        ".env",
        &[
            PUBLER,
            "octopost-live-key",
            POSTIZ,
            "stripe-live-secret-key",
            "publisher-api-token",
            "github-classic-token",
            "npm-access-token",
        ],
        "PUBLER_API_KEY=§\nOCTOPOST_API_KEY=§\nPOSTIZ_API_KEY=§\nSTRIPE_SECRET_KEY=§\n\
         PUBLISHER_API_TOKEN=§\nGITHUB_TOKEN=§\nNPM_TOKEN=§\n",
    );
    tree.check(&[]);
}

#[test]
fn columns_are_code_points() {
    let mut tree = Tree::new();
    let rule = "octopost-live-key";
    tree.plant("tabs.go", rule, "func main() {\n\t\tkey := \"§\"\n}\n");
    tree.plant("umlauts.py", rule, "größe = 1; schlüssel = '§'\n");
    tree.plant("cjk.yaml", rule, "名前: 値 # 鍵\n鍵: §\n");
    tree.plant("emoji.md", rule, "🔑👩‍👩‍👧 e\u{301} §\n");
    tree.plant("crlf.env", rule, "A=1\r\nB=2\r\n\r\nKEY=§\r\nC=3\r\n");
    tree.plant("old-mac.txt", rule, "A=1\rKEY=§\r");
    tree.plant("form-feed.txt", rule, "a\u{c}b\u{2028}c\u{85}§\n");
    tree.plant("no-newline.txt", rule, "\n\n§");
    tree.plant_all(
        "twice.js",
        &[rule, PUBLER],
        "/* ключ */ f('§', 'ё');\r\n\tconst publerApiKey = '§'; // ключ\r\n",
    );
    tree.check(&[]);
}

#[test]
fn bytes_that_are_no_utf8_count_as_one_column_each_where_they_begin_a_character() {
    let mut tree = Tree::new();
    let key = secrets::octopost(1);
    // Latin-1: each of the two bytes begins no valid sequence, and neither continues one.
    let content = [b"caf\xe9 \xe8 = ".as_slice(), key.as_bytes(), b"\n"].concat();
    tree.sandbox.write("latin1.txt", content);
    tree.expect_at("latin1.txt", "octopost-live-key", "caf? ? = ");
    tree.check(&[]);
}

#[test]
fn the_end_is_one_past_the_secret_and_bytes_agree() {
    let key = secrets::octopost(2);
    let text = format!("# ä\nclé = '{key}'\n");
    let report = Sandbox::with("a.py", &text).report(&[]);
    let location = &report["findings"][0]["location"];
    assert_eq!(location["start"]["column"], 8);
    assert_eq!(location["end"]["line"], 2);
    assert_eq!(location["end"]["column"], 8 + key.len());
    let bytes = &location["bytes"];
    let range = bytes["start"].as_u64().unwrap() as usize..bytes["end"].as_u64().unwrap() as usize;
    assert_eq!(text[range], key);
}

#[test]
fn a_token_and_its_id_are_one_finding() {
    let (token, id) = (
        secrets::of_rule("publisher-api-token", 3),
        secrets::of_rule("publisher-token-id", 3),
    );
    let text = format!("{{\"id\": \"{id}\", \"access\": \"write\", \"token\": \"{token}\"}}\n");
    let report = Sandbox::with("created.json", &text).report(&[]);
    let column = text.find(&token).unwrap() + 1;
    assert_eq!(
        places(&report),
        [format!("created.json:1:{column} publisher-api-token")]
    );
    let related = &report["findings"][0]["related"][0]["location"];
    assert_eq!(related["start"]["column"], text.find(&id).unwrap() + 1);
}

#[test]
fn the_same_secret_is_found_wherever_it_stands_under_one_fingerprint() {
    let key = secrets::octopost(4);
    let sandbox = Sandbox::with("a.txt", format!("{key}\n{key}\n"));
    sandbox.write("b/c.txt", format!("\n\n  {key}"));
    let report = sandbox.report(&[]);
    let rule = "octopost-live-key";
    assert_eq!(
        places(&report),
        [
            format!("a.txt:1:1 {rule}"),
            format!("a.txt:2:1 {rule}"),
            format!("b/c.txt:3:3 {rule}")
        ]
    );
    let fingerprint = |at: usize| &report["findings"][at]["fingerprint"];
    assert_eq!(fingerprint(0), fingerprint(1));
    assert_eq!(fingerprint(0), fingerprint(2));
}
