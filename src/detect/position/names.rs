//! Which names hold credentials, and which hold something about them.

/// Words that make a name a credential's, as whole parts of it.
const NOUNS: &[&str] = &[
    "key",
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "auth",
    "authorization",
    "credential",
    "credentials",
    "apikey",
    "bearer",
    "pat",
    "jwt",
    "authtoken",
    "accesstoken",
    "accesskey",
    "secretkey",
    "apitoken",
    "apisecret",
    "authkey",
    "keys",
    "tokens",
    "pass",
];

/// Last parts that make a name something else.
const OTHER_LAST: &[&str] = &[
    "id",
    "ids",
    "url",
    "uri",
    "host",
    "name",
    "path",
    "file",
    "filename",
    "type",
    "version",
    "prefix",
    "suffix",
    "length",
    "len",
    "count",
    "size",
    "expiry",
    "expires",
    "expiration",
    "ttl",
    "timeout",
    "header",
    "headers",
    "scheme",
    "endpoint",
    "workspace",
    "env",
    "format",
    "regex",
    "pattern",
    "label",
    "placeholder",
    "description",
    "title",
    "field",
    "param",
    "status",
    "error",
    "message",
    "hash",
    "digest",
    "checksum",
    "sha256",
    "var",
    "variable",
    "method",
    "provider",
    "example",
    "hint",
    "help",
    "docs",
    "limit",
    "budget",
    "usage",
    "date",
    "at",
    "ref",
    "days",
    "day",
    "hours",
    "minutes",
    "seconds",
    "interval",
    "rotation",
    "age",
    "period",
    "enabled",
    "required",
    "present",
    "missing",
    "valid",
    "invalid",
    "exists",
    "saved",
    "set",
    "store",
    "manager",
    "policy",
    "source",
    "alias",
    "mode",
    "permissions",
    "scopes",
    "scope",
    "updated",
    "created",
    "configured",
    "server",
    "user",
    "username",
    "email",
    "domain",
    "port",
    "state",
    "flag",
    "ok",
];

/// Parts that say that a key opens nothing.
const OTHER_KEY: &[&str] = &[
    "primary",
    "foreign",
    "cache",
    "sort",
    "partition",
    "index",
    "row",
    "lookup",
    "idempotency",
    "dedupe",
    "publishable",
    "csrf",
    "xsrf",
    "object",
    "storage",
    "shortcut",
    "masked",
    "hashed",
    "translation",
    "i18n",
];

/// Parts that say nothing of whose credential a name holds.
const PLAIN: &[&str] = &[
    "api",
    "access",
    "app",
    "client",
    "private",
    "service",
    "user",
    "account",
    "x",
    "my",
    "the",
    "a",
    "default",
    "prod",
    "production",
    "live",
    "test",
    "staging",
    "dev",
    "main",
    "new",
    "old",
    "current",
    "value",
    "raw",
    "full",
    "admin",
    "const",
    "global",
    "remote",
    "social",
    "publishing",
    "header",
    "set",
    "with",
    "use",
];

/// Whether `name` holds a credential, by its own words; `own` is taken out of it first.
pub(crate) fn is_credential_name(name: &str, own: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let parts = parts(name);
    let Some(last) = parts.last() else {
        return false;
    };
    if OTHER_LAST.contains(&last.as_str())
        || parts.iter().any(|part| OTHER_KEY.contains(&part.as_str()))
    {
        return false;
    }
    // `publicKey` opens nothing, `NEXT_PUBLIC_API_KEY` is only published; `nextToken` turns a page.
    let pairs = parts
        .windows(2)
        .map(|pair| (pair[0].as_str(), pair[1].as_str()));
    let other = [
        ("public", "key"),
        ("public", "keys"),
        ("next", "token"),
        ("page", "token"),
        ("continuation", "token"),
    ];
    if pairs.into_iter().any(|pair| other.contains(&pair)) {
        return false;
    }
    if parts.iter().any(|part| NOUNS.contains(&part.as_str())) {
        return true;
    }
    // `publerkey`, `MYPUBLERAPIKEY`: no parts to tell, so the end must.
    !own.is_empty()
        && lower
            .split_once(own)
            .is_some_and(|(_, rest)| NOUNS.iter().any(|noun| rest.ends_with(noun)))
}

/// Whether a credential's name says nothing of whose it is: `API_KEY`, not `SESSION_SECRET`.
pub(crate) fn is_plain_name(name: &str) -> bool {
    parts(name).iter().all(|part| {
        part != "jwt" && (NOUNS.contains(&part.as_str()) || PLAIN.contains(&part.as_str()))
    })
}

/// The lower-case parts of a name: at `_`, `-`, digits' ends and changes of case.
fn parts(name: &str) -> Vec<String> {
    let bytes = name.as_bytes();
    let mut parts = Vec::new();
    let mut start = 0;
    for at in 1..=bytes.len() {
        let boundary = at == bytes.len()
            || !bytes[at].is_ascii_alphanumeric()
            || (bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase())
            // `APIKey`: the last capital of a run begins the next part.
            || (bytes[at].is_ascii_uppercase()
                && bytes[at - 1].is_ascii_uppercase()
                && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
        // Other letters have no case to tell by, and stand together.
        if boundary && name.is_char_boundary(at) {
            let part = name[start..at].trim_matches(|c: char| !c.is_ascii_alphanumeric());
            if !part.is_empty() {
                parts.push(part.to_ascii_lowercase());
            }
            start = at;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_have_any_letters() {
        for name in ["clé", "schlüsselKey", "鍵_KEY", "é", "ключ"] {
            is_credential_name(name, "");
            assert!(parts(name).concat().is_ascii(), "{name}");
        }
        assert!(is_credential_name("鍵_api_key", ""));
    }

    #[test]
    fn knows_names_of_credentials() {
        for name in [
            "PUBLER_API_KEY",
            "publerApiKey",
            "publerkey",
            "APIKey",
            "x-api-key",
            "authToken",
        ] {
            assert!(is_credential_name(name, "publer"), "{name}");
        }
        for name in [
            "publerWorkspaceId",
            "PUBLER_KEY_ID",
            "monkey",
            "token_url",
            "publicKey",
            "publer",
            "cacheKey",
        ] {
            assert!(!is_credential_name(name, "publer"), "{name}");
        }
    }
}
