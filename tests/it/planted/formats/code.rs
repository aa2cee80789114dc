//! In programs.

use super::check;

#[test]
fn javascript() {
    check(
        "client.js",
        &[
            ("octopost-live-key", "const client = new Octopost(\"§\");\n"),
            ("octopost-test-key", "const client = new Octopost('§');\n"),
            (
                "publer-api-key",
                "import axios from 'axios';\n\nconst publerApiKey = '§';\n",
            ),
            (
                "publer-api-key",
                "fetch('https://app.publer.com/api/v1/users/me', {\n  headers: { Authorization: 'Bearer-API §' },\n});\n",
            ),
            ("publer-api-key", "process.env.PUBLER_API_KEY = \"§\";\n"),
            (
                "publer-api-key",
                "const headers = { 'Authorization': `Bearer-API §`, 'Publer-Workspace-Id': workspace };\n",
            ),
            (
                "publisher-api-token",
                "await fetch(`${base}/publisher.v1/posts/list`, {\n  method: 'POST',\n  headers: { Authorization: 'Bearer §' },\n  body: '{}',\n});\n",
            ),
            ("publisher-api-token", "const publisherToken = \"§\";\n"),
            ("publisher-token-id", "await revoke('§');\n"),
            ("postiz-api-key", "const postiz = new Postiz('§');\n"),
            (
                "postiz-api-key",
                "const postiz = new Postiz('§', 'https://social.example.com');\n",
            ),
            (
                "postiz-api-key",
                "fetch('https://api.postiz.com/public/v1/integrations', {\n  headers: { Authorization: '§' },\n});\n",
            ),
            ("postiz-api-key", "const POSTIZ_API_KEY = `§`;\n"),
            ("postiz-oauth-token", "const token = \"§\";\n"),
            (
                "postiz-client-secret",
                "const body = { client_secret: '§' };\n",
            ),
        ],
    );
}

#[test]
fn typescript() {
    check(
        "client.ts",
        &[
            ("octopost-live-key", "const key: string = \"§\";\n"),
            (
                "octopost-test-key",
                "export const sandbox = { key: '§' } as const;\n",
            ),
            ("publer-api-key", "const publerApiKey: string = \"§\";\n"),
            (
                "publer-api-key",
                "class PublerClient {\n  private readonly apiKey: string = '§';\n}\n",
            ),
            (
                "publer-api-key",
                "const key = process.env.PUBLER_API_KEY ?? '§';\n",
            ),
            (
                "publisher-api-token",
                "const publisher = createClient({ baseUrl, token: '§' });\n",
            ),
            ("publisher-token-id", "const tokenId: string = '§';\n"),
            (
                "postiz-api-key",
                "const postiz: Postiz = new Postiz(\"§\", \"https://social.example.com\");\n",
            ),
            (
                "postiz-api-key",
                "const client = axios.create({\n  baseURL: 'https://api.postiz.com/public/v1',\n  headers: {\n    Authorization: '§',\n  },\n});\n",
            ),
            (
                "postiz-oauth-token",
                "const session: Session = { accessToken: '§' };\n",
            ),
            ("postiz-client-secret", "const secret: string = `§`;\n"),
        ],
    );
}

#[test]
fn python() {
    check(
        "client.py",
        &[
            ("octopost-live-key", "client = Octopost(api_key=\"§\")\n"),
            ("octopost-test-key", "OCTOPOST_KEY = '§'\n"),
            (
                "publer-api-key",
                "import requests\n\nPUBLER_API_KEY = \"§\"\n",
            ),
            (
                "publer-api-key",
                "headers = {\n    \"Authorization\": \"Bearer-API §\",\n    \"Publer-Workspace-Id\": workspace_id,\n}\n",
            ),
            (
                "publer-api-key",
                "key = os.environ.get(\"PUBLER_API_KEY\", \"§\")\n",
            ),
            ("publer-api-key", "publer = PublerClient(api_key='§')\n"),
            (
                "publisher-api-token",
                "publisher_client = PublisherClient(token=\"§\")\n",
            ),
            (
                "publisher-api-token",
                "requests.post(\n    f\"{BASE}/publisher.v1/api-token/list\",\n    headers={\"Authorization\": \"Bearer §\"},\n    json={},\n)\n",
            ),
            ("publisher-token-id", "revoke(\"§\")\n"),
            (
                "postiz-api-key",
                "requests.get(\n    \"https://api.postiz.com/public/v1/integrations\",\n    headers={\"Authorization\": \"§\"},\n)\n",
            ),
            ("postiz-api-key", "postiz_token = '§'\n"),
            ("postiz-api-key", "os.environ[\"POSTIZ_API_KEY\"] = \"§\"\n"),
            ("postiz-oauth-token", "token = \"§\"\n"),
            (
                "postiz-client-secret",
                "data = {\"grant_type\": \"authorization_code\", \"client_secret\": \"§\"}\n",
            ),
        ],
    );
}

#[test]
fn go() {
    check(
        "client.go",
        &[
            ("octopost-live-key", "const octopostKey = \"§\"\n"),
            ("octopost-test-key", "client := octopost.New(\"§\")\n"),
            (
                "publer-api-key",
                "req.Header.Set(\"Authorization\", \"Bearer-API §\")\n",
            ),
            ("publer-api-key", "var publerAPIKey = \"§\"\n"),
            ("publer-api-key", "os.Setenv(\"PUBLER_API_KEY\", \"§\")\n"),
            (
                "publisher-api-token",
                "req, _ := http.NewRequest(\"POST\", base+\"/publisher.v1/posts/list\", body)\nreq.Header.Set(\"Authorization\", \"Bearer §\")\n",
            ),
            ("publisher-token-id", "id := \"§\"\n"),
            (
                "postiz-api-key",
                "req, _ := http.NewRequest(\"GET\", \"https://api.postiz.com/public/v1/integrations\", nil)\nreq.Header.Set(\"Authorization\", \"§\")\n",
            ),
            ("postiz-api-key", "const postizAPIKey = `§`\n"),
            ("postiz-oauth-token", "\ttoken := \"§\"\n"),
            (
                "postiz-client-secret",
                "\tconf := &oauth2.Config{ClientSecret: \"§\"}\n",
            ),
        ],
    );
}
