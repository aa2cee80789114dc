//! Names for findings that survive moves and give nobody a secret to guess.

use std::fmt;

/// The key under which fingerprints are made.
///
/// A fingerprint can be checked against guesses by whoever has the key, so a project that commits
/// fingerprints of weak secrets keeps its key out of the repository (`CREDLINT_FINGERPRINT_KEY`).
#[derive(Clone)]
pub struct FingerprintKey([u8; 32]);

impl FingerprintKey {
    /// Derives a key from any text; the empty text gives the default key, the same for everyone.
    #[must_use]
    pub fn derive(text: &str) -> Self {
        Self(blake3::derive_key(
            "credlint 2026 fingerprint key",
            text.as_bytes(),
        ))
    }

    /// A key for another purpose that says nothing of this one.
    #[must_use]
    pub(crate) fn subkey(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, &self.0)
    }
}

impl Default for FingerprintKey {
    fn default() -> Self {
        Self::derive("")
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(***)")
    }
}

/// A keyed hash of a rule's id and a secret's text, 32 hexadecimal digits: no path, no line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of `secret` as found by the rule `rule`.
    #[must_use]
    pub fn new(key: &FingerprintKey, rule: &str, secret: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new_keyed(&key.0);
        hasher.update(&(rule.len() as u64).to_le_bytes());
        hasher.update(rule.as_bytes());
        hasher.update(secret);
        let mut short = [0; 16];
        hasher.finalize_xof().fill(&mut short);
        Self(data_encoding::HEXLOWER.encode(&short))
    }

    /// The 32 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depends_on_key_rule_and_secret_and_on_nothing_else() {
        let key = FingerprintKey::default();
        let one = Fingerprint::new(&key, "a-rule", b"secret");
        assert_eq!(one.as_str().len(), 32);
        assert_eq!(
            one,
            Fingerprint::new(&FingerprintKey::derive(""), "a-rule", b"secret")
        );
        assert_ne!(one, Fingerprint::new(&key, "b-rule", b"secret"));
        assert_ne!(one, Fingerprint::new(&key, "a-rule", b"secreu"));
        assert_ne!(
            one,
            Fingerprint::new(&key, "a-rules", b"ecret"),
            "rule and secret do not run together"
        );
        assert_ne!(
            one,
            Fingerprint::new(&FingerprintKey::derive("k"), "a-rule", b"secret")
        );
    }
}
