//! The key of a baseline, and the names it gives to findings.

use std::fmt;

use crate::model::{Fingerprint, FingerprintKey};

/// The length of a fingerprint, in bytes.
const LENGTH: usize = 16;

/// The key under which a baseline's fingerprints are made.
///
/// Whoever has it, and the key of the findings' own fingerprints, can check guesses of a secret against a
/// baseline; nobody else can. So it is no part of the file unless somebody wants it there.
#[derive(Clone)]
pub struct BaselineKey([u8; 32]);

impl BaselineKey {
    /// The key that a text stands for. The text should be long and random.
    #[must_use]
    pub fn derive(text: &str) -> Self {
        let key = blake3::derive_key("credlint 2026 baseline key", text.trim().as_bytes());
        Self(key)
    }

    /// The key that goes with a fingerprint key, where a project has one of its own.
    #[must_use]
    pub fn of(key: &FingerprintKey) -> Self {
        Self(key.subkey("credlint 2026 baseline key of a fingerprint key"))
    }

    /// What tells in a baseline which key it was made with, and lets nobody compute the key.
    #[must_use]
    pub fn check(&self) -> String {
        self.hash(&["check"])
    }

    /// The same for the key of the findings' fingerprints, on which the baseline's depend.
    #[must_use]
    pub fn check_of(&self, key: &FingerprintKey) -> String {
        let probe = Fingerprint::new(key, "", b"");
        self.hash(&["fingerprints", probe.as_str()])
    }

    /// A keyed hash of some words, none of which runs into the next: 32 hexadecimal digits.
    pub(super) fn hash(&self, words: &[&str]) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        for word in words {
            hasher.update(&(word.len() as u64).to_le_bytes());
            hasher.update(word.as_bytes());
        }
        let mut short = [0; LENGTH];
        hasher.finalize_xof().fill(&mut short);
        data_encoding::HEXLOWER.encode(&short)
    }
}

impl fmt::Debug for BaselineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BaselineKey(***)")
    }
}

/// Whether a text has the form of a fingerprint.
pub(super) fn is_fingerprint(text: &str) -> bool {
    let digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 2 * LENGTH && text.bytes().all(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_apart_by_its_check() {
        let (one, other) = (BaselineKey::derive("one"), BaselineKey::derive("other"));
        assert_eq!(one.check(), BaselineKey::derive("one\n").check());
        assert_ne!(one.check(), other.check());
        assert!(is_fingerprint(&one.check()));
        let (plain, keyed) = (FingerprintKey::default(), FingerprintKey::derive("ours"));
        assert_ne!(one.check_of(&plain), one.check_of(&keyed));
        assert_ne!(one.check_of(&plain), other.check_of(&plain));
        assert_ne!(
            BaselineKey::of(&plain).check(),
            BaselineKey::of(&keyed).check()
        );
    }

    #[test]
    fn words_do_not_run_together() {
        let key = BaselineKey::derive("key");
        assert_ne!(key.hash(&["ab", "c"]), key.hash(&["a", "bc"]));
        assert_ne!(key.hash(&["ab"]), key.hash(&["ab", ""]));
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(
            format!("{:?}", BaselineKey::derive("key")),
            "BaselineKey(***)"
        );
    }
}
