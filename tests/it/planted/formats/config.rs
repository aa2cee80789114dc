//! In configuration, commands and prose.

use super::check;

#[test]
fn shell() {
    check(
        "post.sh",
        &[
            (
                "octopost-live-key",
                "#!/bin/sh\ncurl -H \"Authorization: Bearer §\" https://api.octopost.ink/v1/posts\n",
            ),
            ("octopost-test-key", "export OCTOPOST_API_KEY=§\n"),
            (
                "publer-api-key",
                "curl -H \"Authorization: Bearer-API §\" https://app.publer.com/api/v1/users/me\n",
            ),
            (
                "publer-api-key",
                "curl https://app.publer.com/api/v1/posts \\\n  -H 'Publer-Workspace-Id: '\"$WORKSPACE\" \\\n  -H 'Authorization: Bearer-API §'\n",
            ),
            ("publer-api-key", "export PUBLER_API_KEY='§'\n"),
            (
                "publisher-api-token",
                "curl -X POST https://social.example.com/publisher.v1/api-token/list \\\n  -H \"Authorization: Bearer §\" \\\n  -H \"Content-Type: application/json\" -d '{}'\n",
            ),
            (
                "publisher-token-id",
                "curl -d '{\"id\": \"§\"}' https://social.example.com/publisher.v1/api-token/revoke\n",
            ),
            (
                "postiz-api-key",
                "curl -H \"Authorization: §\" https://api.postiz.com/public/v1/integrations\n",
            ),
            (
                "postiz-api-key",
                "curl https://social.example.com/mcp/§ # postiz\n",
            ),
            ("postiz-api-key", "POSTIZ_KEY=§ npx postiz posts:list\n"),
            (
                "postiz-oauth-token",
                "curl -H \"Authorization: Bearer §\" https://api.postiz.com/mcp\n",
            ),
            (
                "postiz-client-secret",
                "curl -d client_secret=§ https://api.postiz.com/oauth/token\n",
            ),
        ],
    );
}

#[test]
fn yaml() {
    check(
        "config.yaml",
        &[
            ("octopost-live-key", "octopost:\n  key: §\n"),
            ("octopost-test-key", "- name: key\n  value: \"§\"\n"),
            (
                "publer-api-key",
                "publer:\n  workspace: main\n  api_key: §\n",
            ),
            (
                "publer-api-key",
                "env:\n  - name: PUBLER_API_KEY\n    value: '§'\n",
            ),
            (
                "publer-api-key",
                "services:\n  app:\n    environment:\n      - PUBLER_API_KEY=§\n",
            ),
            (
                "publisher-api-token",
                "publisher:\n  url: https://social.example.com\n  token: §\n",
            ),
            ("publisher-token-id", "publisher:\n  token_id: §\n"),
            (
                "postiz-api-key",
                "postiz:\n  url: https://social.example.com\n  api_key: §\n",
            ),
            (
                "postiz-api-key",
                "mcp:\n  postiz:\n    url: https://api.postiz.com/sse/§\n",
            ),
            ("postiz-oauth-token", "postiz:\n  access_token: §\n"),
            ("postiz-client-secret", "postiz:\n  client_secret: '§'\n"),
        ],
    );
}

#[test]
fn dotenv() {
    check(
        ".env",
        &[
            ("octopost-live-key", "OCTOPOST_API_KEY=§\n"),
            ("octopost-test-key", "OCTOPOST_API_KEY=\"§\"\n"),
            ("publer-api-key", "# production\nPUBLER_API_KEY=§\n"),
            ("publer-api-key", "export PUBLER_TOKEN='§'\n"),
            ("publisher-api-token", "PUBLISHER_API_TOKEN=§\n"),
            ("publisher-token-id", "PUBLISHER_TOKEN_ID=§\n"),
            (
                "postiz-api-key",
                "POSTIZ_API_URL=https://social.example.com/api\nPOSTIZ_API_KEY=§\n",
            ),
            ("postiz-api-key", "POSTIZ_TOKEN = \"§\"\n"),
            ("postiz-oauth-token", "POSTIZ_TOKEN=§\n"),
            ("postiz-client-secret", "POSTIZ_CLIENT_SECRET=§"),
        ],
    );
}

#[test]
fn dockerfile() {
    check(
        "Dockerfile",
        &[
            (
                "octopost-live-key",
                "FROM node:24\nENV OCTOPOST_API_KEY=§\n",
            ),
            ("octopost-test-key", "FROM node:24\nARG KEY=§\n"),
            ("publer-api-key", "FROM node:24\nENV PUBLER_API_KEY=§\n"),
            ("publer-api-key", "FROM node:24\nENV PUBLER_API_KEY §\n"),
            (
                "publer-api-key",
                "FROM node:24\nENV NODE_ENV=production \\\n    PUBLER_API_KEY=\"§\"\n",
            ),
            (
                "publisher-api-token",
                "FROM node:24\nENV PUBLISHER_API_TOKEN=§\n",
            ),
            ("publisher-token-id", "FROM node:24\nLABEL token=§\n"),
            ("postiz-api-key", "FROM node:24\nARG POSTIZ_API_KEY=§\n"),
            (
                "postiz-api-key",
                "FROM node:24\nRUN curl -H 'Authorization: §' https://api.postiz.com/public/v1/integrations\n",
            ),
            ("postiz-oauth-token", "FROM node:24\nENV TOKEN=§\n"),
            ("postiz-client-secret", "FROM node:24\nENV SECRET=§\n"),
        ],
    );
}

#[test]
fn markdown() {
    check(
        "README.md",
        &[
            ("octopost-live-key", "Our key is `§`.\n"),
            ("octopost-test-key", "| key | §|\n"),
            (
                "publer-api-key",
                "# Use\n\n```sh\ncurl -H \"Authorization: Bearer-API §\" https://app.publer.com/api/v1/posts\n```\n",
            ),
            ("publer-api-key", "Set it first:\n\n    PUBLER_API_KEY=§\n"),
            ("publisher-api-token", "The publisher token is `§`.\n"),
            ("publisher-token-id", "Revoke `§` when you leave.\n"),
            (
                "postiz-api-key",
                "```js\nconst postiz = new Postiz('§');\n```\n",
            ),
            (
                "postiz-api-key",
                "Add `https://api.postiz.com/mcp/§` as a server.\n",
            ),
            ("postiz-oauth-token", "> token: §\n"),
            ("postiz-client-secret", "Secret: **§**\n"),
        ],
    );
}

#[test]
fn json() {
    check(
        "settings.json",
        &[
            ("octopost-live-key", "{\"key\": \"§\"}\n"),
            ("octopost-test-key", "{\"octopost\": {\"key\": \"§\"}}\n"),
            (
                "publer-api-key",
                "{\n  \"publer\": {\n    \"apiKey\": \"§\"\n  }\n}\n",
            ),
            ("publer-api-key", "{\"env\": {\"PUBLER_API_KEY\": \"§\"}}\n"),
            (
                "publer-api-key",
                "{\"name\": \"PUBLER_API_KEY\", \"value\": \"§\"}\n",
            ),
            ("publisher-api-token", "{\"publisherToken\": \"§\"}\n"),
            ("publisher-token-id", "{\"id\": \"§\"}\n"),
            (
                "postiz-api-key",
                "{\"mcpServers\": {\"postiz\": {\"url\": \"https://api.postiz.com/mcp/§\"}}}\n",
            ),
            (
                "postiz-api-key",
                "{\n  \"mcpServers\": {\n    \"postiz\": {\n      \"command\": \"npx\",\n      \"env\": {\n        \"POSTIZ_API_KEY\": \"§\"\n      }\n    }\n  }\n}\n",
            ),
            ("postiz-oauth-token", "{\"access_token\": \"§\"}\n"),
            ("postiz-client-secret", "{\"client_secret\": \"§\"}\n"),
        ],
    );
}
