//! Words, examples, placeholders and look-ups.

use super::nothing;
use crate::secrets::{self, alnum};

#[test]
fn words_that_begin_as_octopost_keys_do() {
    nothing(&[
        ("module.php", "$module = 'oct_live_search';\n"),
        (
            "module.xml",
            "<module name=\"oct_live_notifications_enabled\"/>\n",
        ),
        ("ci.sh", "OCT_LIVE_MS_S1=1 OCT_TEST_FLAG=1 make test\n"),
        (
            "schema.sql",
            "CREATE TABLE pre_oct_live_payments (id int);\n",
        ),
        (
            "query.sql",
            "SELECT * FROM oct_live_transactions JOIN oct_test_results USING (id);\n",
        ),
        (
            "app.js",
            "const oct_live_subscriptions = load('oct_live_configuration');\n",
        ),
        (
            "app.py",
            "oct_live_recommendations = oct_test_recommendations(oct_live_=1)\n",
        ),
        (
            "app.py",
            "if key.startswith('oct_live_') or key.startswith('oct_test_'): pass\n",
        ),
        (
            "regex.js",
            "const KEY = /^oct_(live|test)_[a-z0-9]{12,}$/;\n",
        ),
        ("a.css", ".oct_live_button-primary { color: red }\n"),
    ]);
}

#[test]
fn keys_that_continue_a_word_or_go_on() {
    let (key, token) = (
        secrets::octopost(1),
        secrets::of_rule("postiz-oauth-token", 1),
    );
    nothing(&[
        ("a.txt", &format!("x{key}\n")),
        ("b.txt", &format!("_{key}\n")),
        ("c.txt", &format!("{key}_suffix\n")),
        ("d.txt", &format!("{}\n", &key[..key.len() - 1])),
        ("e.txt", &format!("oct_live_{}\n", alnum(7, 65))),
        ("f.txt", &format!("{token}x\n")),
        ("g.txt", &format!("x_{token}\n")),
        ("h.txt", &format!("{}\n", &token[..43])),
    ]);
}

#[test]
fn documentation_examples() {
    let publisher = ["sk_live", "a1b2c3d4"].join("_");
    nothing(&[
        ("README.md", "Authorization: Bearer oct_live_abc123def456\n"),
        (
            "README.md",
            "export OCTOPOST_API_KEY=oct_test_abc123def456\n",
        ),
        (
            "README.md",
            &format!("The publisher token `{publisher}...` is shown once.\n"),
        ),
        (
            "README.md",
            &format!("{{\"id\": \"atok_abc123\", \"publisher\": \"{publisher}\"}}\n"),
        ),
        ("README.md", "Authorization: Bearer-API YOUR_API_KEY\n"),
    ]);
}

#[test]
fn empty_values() {
    nothing(&[
        (
            ".env.example",
            "PUBLER_API_KEY=\nPOSTIZ_API_KEY=\"\"\nOCTOPOST_API_KEY=''\n",
        ),
        (".env", "PUBLER_API_KEY=\nSESSION=a81bc81b4e51\n"),
        (
            "app.yaml",
            "publer_api_key:\npostiz_url: https://social.example.com\n",
        ),
        ("app.ini", "publer_api_key =\nbuild = 20240101abcdef99\n"),
    ]);
}

#[test]
fn placeholders_and_masks() {
    nothing(&[
        (
            ".env.example",
            "PUBLER_API_KEY=your-api-key\nPOSTIZ_API_KEY=your_api_key_here\n",
        ),
        (
            ".env.example",
            "PUBLER_API_KEY=<your key>\nOCTOPOST_API_KEY=<oct_live_key>\n",
        ),
        (
            ".env.example",
            "PUBLER_API_KEY=changeme\nPUBLER_TOKEN=xxxxxxxxxxxxxxxxxxxxxxxx\n",
        ),
        (
            ".env.example",
            "OCTOPOST_API_KEY=oct_live_xxxxxxxxxxxx\nKEY=oct_live_your_key_here\n",
        ),
        (
            ".env.example",
            "OCTOPOST_API_KEY=oct_live_000000000000\nKEY=oct_test_123456789012\n",
        ),
        (
            ".env.example",
            "PUBLISHER_API_TOKEN=sk_live_xxxxxxxxxxxxxxxx\nID=atok_xxxxxxxx\n",
        ),
        (
            ".env.example",
            &format!("POSTIZ_API_KEY={}\n", "0".repeat(64)),
        ),
        (
            ".env.example",
            &format!("POSTIZ_API_KEY={}\n", "deadbeef".repeat(8)),
        ),
        (
            ".env.example",
            &format!("POSTIZ_TOKEN=pos_{}\n", "x".repeat(40)),
        ),
        (
            "log.txt",
            "publer key: ***4f2a, PUBLER_API_KEY=************4f2a\n",
        ),
        (
            "log.txt",
            "octopost_key=oct_live_************ oct_live_••••••••••••\n",
        ),
        (
            "log.txt",
            "PUBLER_API_KEY=[REDACTED] POSTIZ_API_KEY=(hidden) PUBLER_TOKEN=…\n",
        ),
        (
            "README.md",
            "curl -H 'Authorization: Bearer-API <token>' https://app.publer.com/api/v1/posts\n",
        ),
        (
            "README.md",
            "curl -H \"Authorization: $POSTIZ_API_KEY\" https://api.postiz.com/public/v1/posts\n",
        ),
        (
            ".mcp.json",
            "{\"postiz\": {\"url\": \"https://api.postiz.com/mcp/<YOUR_API_KEY>\"}}\n",
        ),
    ]);
}

#[test]
fn look_ups() {
    nothing(&[
        ("a.js", "const publerApiKey = process.env.PUBLER_API_KEY;\n"),
        (
            "a.js",
            "const publerApiKey = process.env['PUBLER_API_KEY'] ?? config.publer.apiKey;\n",
        ),
        (
            "a.ts",
            "const postizApiKey: string = import.meta.env.VITE_POSTIZ_API_KEY!;\n",
        ),
        (
            "a.ts",
            "const postiz = new Postiz(process.env.POSTIZ_API_KEY!, 'https://social.example.com');\n",
        ),
        (
            "a.js",
            "headers: { Authorization: `Bearer-API ${apiKey}` }\n",
        ),
        (
            "a.js",
            "headers: { Authorization: 'Bearer-API ' + publerKey, 'x-api-key': publerApiKey }\n",
        ),
        ("a.py", "PUBLER_API_KEY = os.environ[\"PUBLER_API_KEY\"]\n"),
        (
            "a.py",
            "publer_key = os.getenv('PUBLER_API_KEY', default='')\n",
        ),
        (
            "a.py",
            "headers = {'Authorization': f'Bearer-API {publer_api_key}'}\n",
        ),
        (
            "a.py",
            "postiz_api_key = settings.POSTIZ_API_KEY or get_secret('postiz/api-key')\n",
        ),
        ("a.go", "publerAPIKey := os.Getenv(\"PUBLER_API_KEY\")\n"),
        (
            "a.go",
            "req.Header.Set(\"Authorization\", \"Bearer-API \"+publerAPIKey)\n",
        ),
        (
            "a.go",
            "req.Header.Set(\"Authorization\", fmt.Sprintf(\"Bearer-API %s\", key))\n",
        ),
        (
            "a.rb",
            "publer_key = ENV.fetch('PUBLER_API_KEY')\npostiz_key = ENV['POSTIZ_API_KEY']\n",
        ),
        (
            "a.php",
            "$publerApiKey = getenv('PUBLER_API_KEY');\n$k = env('POSTIZ_API_KEY', '');\n",
        ),
        (
            "a.rs",
            "let publer_api_key = std::env::var(\"PUBLER_API_KEY\")?;\n",
        ),
        (
            "A.java",
            "String publerApiKey = System.getenv(\"PUBLER_API_KEY\");\n",
        ),
        (
            "a.sh",
            "PUBLER_API_KEY=$(op read op://vault/publer/key)\nexport POSTIZ_KEY=\"${POSTIZ_KEY:?}\"\n",
        ),
        (
            "a.sh",
            "curl -H \"Authorization: Bearer-API $PUBLER_API_KEY\" https://app.publer.com/api/v1/posts\n",
        ),
        (
            "ci.yml",
            "env:\n  PUBLER_API_KEY: ${{ secrets.PUBLER_API_KEY }}\n  POSTIZ_KEY: ${POSTIZ_KEY}\n",
        ),
        (
            "values.yaml",
            "publer:\n  apiKey: !vault publer/api-key\n  existingSecret: publer-api-key\n",
        ),
        (
            "k8s.yaml",
            "- name: PUBLER_API_KEY\n  valueFrom:\n    secretKeyRef:\n      name: publer\n      key: api-key\n",
        ),
        (
            "Dockerfile",
            "ARG PUBLER_API_KEY\nENV PUBLER_API_KEY=$PUBLER_API_KEY\nENV POSTIZ_API_KEY=${POSTIZ_API_KEY}\n",
        ),
        (
            "main.tf",
            "publer_api_key = var.publer_api_key\npostiz_api_key = data.vault_generic_secret.p.data[\"key\"]\n",
        ),
        (
            "settings.json",
            "{\"publerApiKey\": \"${env:PUBLER_API_KEY}\", \"postizKey\": \"{{POSTIZ_KEY}}\"}\n",
        ),
    ]);
}

#[test]
fn names_beside_names() {
    // Not in one piece: this file is scanned too.
    let [publer, postiz] = ["publer", "postiz"].map(|name| format!("{name}-api-key"));
    nothing(&[
        (
            "ids.rs",
            &format!("const RULES: [&str; 2] = [\"{publer}\", \"{postiz}\"];\n"),
        ),
        ("ids.py", &format!("('{publer}', '{postiz}')\n")),
        ("ids.json", &format!("{{\"{publer}\": \"{postiz}\"}}\n")),
        ("ids.yaml", &format!("{publer}: {postiz}\n")),
    ]);
}
