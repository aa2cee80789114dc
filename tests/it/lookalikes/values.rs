//! Hashes, identifiers, addresses: values that are drawn, or stand where keys do, and are none.

use credlint::rules::checksum;
use credlint::rules::schema::ChecksumKind;

use super::nothing;
use crate::sandbox::{Sandbox, rules};
use crate::secrets::{self, base62, hex};

#[test]
fn hashes_beside_the_word_postiz() {
    let sum = hex(11, 64);
    nothing(&[
        (
            "checksums.txt",
            &format!("{sum}  postiz-cli-linux.tar.gz\n"),
        ),
        (
            "SHA256SUMS",
            &format!("{sum} *postiz.zip\n{} *publer.zip\n", hex(12, 64)),
        ),
        (
            "docker-compose.yml",
            &format!("image: ghcr.io/gitroomhq/postiz-app@sha256:{sum}\n"),
        ),
        (
            "Dockerfile",
            &format!("FROM ghcr.io/gitroomhq/postiz-app:v2@sha256:{sum}\n"),
        ),
        (
            "formula.rb",
            &format!("url 'https://example.com/postiz.tgz'\nsha256 '{sum}'\n"),
        ),
        (
            "postiz.spec",
            &format!("%global postiz_commit {}\n", hex(13, 40)),
        ),
        (
            "test.py",
            &format!("# postiz\nexpected_sha256 = \"{sum}\"\n"),
        ),
        ("postiz.go", &format!("const postizDigest = \"{sum}\"\n")),
        (
            "manifest.json",
            &format!("{{\"postiz\": {{\"integrity\": \"sha256-{sum}\", \"hash\": \"{sum}\"}}}}\n"),
        ),
        (
            "flake.nix",
            &format!("postiz = {{ url = \"x\"; sha256 = \"{sum}\"; }};\n"),
        ),
        ("blob.md", &format!("postiz release {sum}\n")),
        ("nothing.txt", &format!("{sum}\n")),
        (".env", &format!("SESSION_SECRET_HASH={sum}\n")),
    ]);
}

#[test]
fn lock_files() {
    let sum = hex(21, 64);
    nothing(&[
        (
            "package-lock.json",
            &format!("{{\"postiz\": {{\"key\": \"{sum}\", \"integrity\": \"sha512-{sum}\"}}}}\n"),
        ),
        (
            "poetry.lock",
            &format!("[[package]]\nname = \"postiz\"\ntoken = \"{sum}\"\n"),
        ),
        (
            "Cargo.lock",
            &format!("name = \"postiz\"\nchecksum = \"{sum}\"\n"),
        ),
        ("go.sum", &format!("github.com/x/postiz v1.0.0 h1:{sum}=\n")),
        (
            "yarn.lock",
            &format!(
                "postiz@^1:\n  resolved \"https://x/postiz.tgz#{}\"\n",
                hex(22, 40)
            ),
        ),
    ]);
}

#[test]
fn identifiers_and_addresses() {
    let id = hex(31, 24);
    nothing(&[
        ("a.js", &format!("const publerWorkspaceId = '{id}';\n")),
        (
            "a.sh",
            &format!("curl -H 'Publer-Workspace-Id: {id}' https://app.publer.com/api/v1/posts\n"),
        ),
        (
            "a.py",
            &format!(
                "headers = {{'Publer-Workspace-Id': '{id}', 'Content-Type': 'application/json'}}\n"
            ),
        ),
        (
            ".env",
            &format!("PUBLER_WORKSPACE_ID={id}\nPUBLER_ACCOUNT_ID={id}\n"),
        ),
        (
            ".env",
            "PUBLER_BASE_URL=https://app.publer.com/api/v1\nPOSTIZ_API_URL=https://social.example.com/api/public/v1\n",
        ),
        (
            ".env",
            "PUBLER_API_KEY_FILE=/run/secrets/publer_api_key\nPOSTIZ_API_KEY_PATH=./secrets/postiz.key\n",
        ),
        (
            "a.js",
            "fetch('https://app.publer.com/api/v1/job_status/66f1c0ffee', { headers })\n",
        ),
        (
            "a.yml",
            "publer:\n  rotation-days: 180\n  key-version: 2024-01-01\n  token-url: https://app.publer.com/oauth/token\n",
        ),
        (
            "a.ts",
            "type PublerKey = { publerApiKey: string; publerTokenExpiry: number };\n",
        ),
        (
            "a.ts",
            "function setPublerApiKey(publerApiKey: string): void {}\n",
        ),
        (
            "a.js",
            "localStorage.getItem('publerApiKey'); t('publer.api_key.label');\n",
        ),
        (
            "a.json",
            "{\"publerApiKeyLabel\": \"Publer API key\", \"publerApiKeyHint\": \"Settings, API Keys\"}\n",
        ),
        (
            "a.md",
            "The publisher's key figures: monkeys, publishers and tokens of appreciation.\n",
        ),
    ]);
}

#[test]
fn a_key_of_one_shape_under_another_name() {
    let sum = hex(41, 64);
    nothing(&[
        (".env", &format!("OTHER_SERVICE_SUM={sum}\n")),
        (
            "a.js",
            &format!("const cacheKey = '{sum}'; // see postiz\n"),
        ),
    ]);
}

#[test]
fn a_value_of_another_shape_is_known_by_its_name_alone() {
    for value in [hex(42, 40), hex(42, 64).to_uppercase()] {
        let sandbox = Sandbox::with(".env", format!("POSTIZ_API_KEY={value}\n"));
        assert_eq!(rules(&sandbox.report(&[])), ["hardcoded-credential"]);
    }
}

#[test]
fn a_wrong_checksum_that_is_not_documented_lowers_the_confidence() {
    let token = format!("glsa_{}_{}", base62(61, 32), "0".repeat(8)).into_bytes();
    let kind = ChecksumKind::Crc32HexLittleEndian;
    for (token, checksum, confidence) in [
        (checksum::corrected(kind, &token), "valid", "high"),
        (checksum::broken(kind, &token), "invalid", "medium"),
    ] {
        let report = Sandbox::with("a.txt", &token).report(&[]);
        assert_eq!(rules(&report), ["grafana-service-account-token"]);
        assert_eq!(report["findings"][0]["checksum"], checksum);
        assert_eq!(report["findings"][0]["confidence"], confidence);
    }
}

#[test]
fn a_wrong_checksum_is_no_token() {
    for rule in ["github-classic-token", "npm-access-token"] {
        let mut token = secrets::of_rule(rule, 61);
        assert_eq!(rules(&Sandbox::with("a.txt", &token).report(&[])), [rule]);
        let last = if token.ends_with('0') { '1' } else { '0' };
        token.pop();
        token.push(last);
        assert_eq!(Sandbox::with("a.txt", &token).findings(&[]), [""; 0]);
        let named = format!("GITHUB_TOKEN={token}\nNPM_TOKEN={token}\n");
        assert_eq!(Sandbox::with(".env", named).findings(&[]), [""; 0]);
    }
}
