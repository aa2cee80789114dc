//! Whether text in a credential's place is a literal secret, or an expression, a name, a path that
//! leads to one.

use super::{Dropped, entropy, reads_as_words};
use crate::detect::position::is_credential_name;

/// Beginnings of look-ups, in the languages and formats that configuration is written in.
const REFERENCES: &[&str] = &[
    "process.env",
    "os.environ",
    "os.getenv",
    "import.meta",
    "secrets.",
    "env.",
    "env:",
    "vault:",
    "op://",
    "ssm:",
    "arn:",
    "config.",
    "settings.",
    "self.",
    "this.",
    "var.",
    "local.",
    "data.",
    "module.",
    "ref+",
    "keyring:",
    "file:",
    "getenv",
    "System.",
    "Environment.",
    "ENV[",
];

/// How far the surroundings already speak for the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::detect) enum Trust {
    /// They say little: the value must look drawn.
    Strict,
    /// They name the provider's credential: any literal that is not something else.
    Named,
}

/// `Err` where `value` is a look-up of the credential and not the credential.
pub(in crate::detect) fn is_reference(value: &[u8]) -> Result<(), Dropped> {
    if REFERENCES
        .iter()
        .any(|reference| value.starts_with(reference.as_bytes()))
    {
        return Err(Dropped::NotLiteral("a look-up"));
    }
    Ok(())
}

/// Judges `value`. `bare` says that it stood without quotes in a file of code, where names do.
pub(in crate::detect) fn judge(value: &[u8], bare: bool, trust: Trust) -> Result<(), Dropped> {
    let not = |why| Err(Dropped::NotLiteral(why));
    is_reference(value)?;
    if memchr::memmem::find(value, b"://").is_some() {
        return not("a URL");
    }
    if value.iter().any(|b| b"(){}[]$@<>*#! ".contains(b)) {
        return not("an expression");
    }
    if is_path(value) {
        return not("a path");
    }
    if value
        .iter()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
        && value.contains(&b'_')
    {
        return not("a name");
    }
    if has_file_extension(value) {
        return not("a file's name");
    }
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    if letters == 0 && (digits < 16 || digits < value.len()) {
        return not("a number or a date");
    }
    // `publer_api_key`, `app.publer.key`, `not-a-real-key`: short parts of letters.
    let joints = value.iter().any(|b| b"._-/".contains(b));
    let short = |part: &[u8]| part.len() <= 10;
    if digits == 0 && joints && value.split(|b| b"._-/".contains(b)).all(short) {
        return not("a name");
    }
    let text = std::str::from_utf8(value).unwrap_or_default();
    if digits == 0 && is_credential_name(text, "") {
        return not("a name");
    }
    if reads_as_words(value) {
        return Err(Dropped::Words);
    }
    let drawn = looks_drawn(value, digits, letters);
    if trust == Trust::Strict && !drawn {
        return not("it does not look drawn");
    }
    if bare && !(drawn && digits >= 2 && value.len() >= 16 && !value.contains(&b'.')) {
        return not("a name in code");
    }
    if digits == 0 && entropy(value) < 3.0 {
        return not("it does not look drawn");
    }
    Ok(())
}

/// Whether slashes part words, as in `/run/secrets/key`, and not the letters of base 64.
fn is_path(value: &[u8]) -> bool {
    let parts = || value.split(|&b| b == b'/').filter(|part| !part.is_empty());
    let word = |part: &[u8]| part.len() >= 4 && reads_as_words(part);
    value.starts_with(b"./")
        || value.starts_with(b"~/")
        || value.contains(&b'/')
            && parts().any(word)
            && parts().all(|part| part.len() < 4 || word(part))
}

/// Letters and digits mixed, or letters too various for a name.
fn looks_drawn(value: &[u8], digits: usize, letters: usize) -> bool {
    let mixed_case =
        value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase);
    value.len() >= 16
        && entropy(value) >= 3.0
        && (letters > 0 && digits >= 2 || mixed_case && entropy(value) >= 3.8)
}

/// `.json`, `.pem` and the like at the end.
fn has_file_extension(value: &[u8]) -> bool {
    [
        ".json", ".pem", ".key", ".env", ".yml", ".yaml", ".txt", ".toml", ".js", ".ts", ".py",
        ".com", ".io",
    ]
    .iter()
    .any(|extension| value.ends_with(extension.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        for value in [
            "k3x9p0q2w8ztk3y1",
            "9f86d081884c7d659a2feaa0c55ad015",
            "Zx8Kq0VbTn4Lw2RjHs7Y",
        ] {
            assert_eq!(
                judge(value.as_bytes(), true, Trust::Strict),
                Ok(()),
                "{value}"
            );
        }
        assert_eq!(judge(b"k3x9p0q2", false, Trust::Named), Ok(()));
        assert!(judge(b"k3x9p0q2", false, Trust::Strict).is_err());
    }

    #[test]
    fn everything_else() {
        for value in [
            "process.env.KEY",
            "https://app.publer.com",
            "PUBLER_API_KEY",
            "getKey()",
            "/run/secrets/key",
            "config.publer.apiKey",
            "2024-01-01",
            "86400000",
            "publer.api_key",
            "key.pem",
            "$KEY",
            "apiKeyFromVault",
        ] {
            assert!(
                judge(value.as_bytes(), false, Trust::Named).is_err(),
                "{value}"
            );
        }
    }
}
