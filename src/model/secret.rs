//! A found secret that cannot be printed by accident.

use std::fmt;

/// Shorter secrets are masked whole: four characters of twelve would give too much away.
const SHOW_LAST_FROM: usize = 16;

/// What stands for the hidden part, whatever its length.
pub(crate) const MASK: &str = "***";

/// The text of a secret. `Debug` and `Display` show it masked; only [`Secret::reveal`] gives it out.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the secret's bytes; what is not UTF-8 is replaced, as a report could not show it anyway.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The secret itself, for fingerprints, allow lists and `--show-secrets`.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// `***` and the last four characters; `***` alone for a short secret or one of several lines.
    #[must_use]
    pub fn masked(&self) -> String {
        let count = self.0.chars().count();
        if count < SHOW_LAST_FROM || self.0.contains(['\n', '\r']) {
            return MASK.to_owned();
        }
        let last: String = self.0.chars().skip(count - 4).collect();
        format!("{MASK}{last}")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_last_four_of_a_long_secret_and_nothing_of_a_short_one() {
        assert_eq!(Secret::from_bytes(b"0123456789abcdef").masked(), "***cdef");
        assert_eq!(Secret::from_bytes(b"0123456789abcde").masked(), "***");
        assert_eq!(
            Secret::from_bytes(b"-----BEGIN\nabcdefghijkl").masked(),
            "***"
        );
    }

    #[test]
    fn debug_and_display_are_masked() {
        let secret = Secret::from_bytes(b"abcdefghijklmnopqrst");
        assert_eq!(format!("{secret}"), "***qrst");
        assert_eq!(format!("{secret:?}"), "Secret(***qrst)");
    }
}
