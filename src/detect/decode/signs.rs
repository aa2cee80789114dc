//! Literals that say that something near them is encoded, or put together from parts.
//!
//! Also part of `build.rs`.

/// What a literal says about what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sign {
    /// Something near it is decoded.
    Decodes,
    /// A list is joined.
    Joins,
    /// A Kubernetes manifest of a Secret.
    Secret,
}

/// The literals that are signs, for the prefilter.
pub(crate) const SIGNS: &[(&str, Sign)] = &[
    ("basic ", Sign::Decodes),
    ("base64", Sign::Decodes),
    ("b64decode", Sign::Decodes),
    ("b64_decode", Sign::Decodes),
    ("decode64", Sign::Decodes),
    ("atob(", Sign::Decodes),
    (" -enc", Sign::Decodes),
    (" -encodedcommand", Sign::Decodes),
    ("unhexlify", Sign::Decodes),
    ("fromhex", Sign::Decodes),
    ("hex.decode", Sign::Decodes),
    ("unescape(", Sign::Decodes),
    ("\"auth\":", Sign::Decodes),
    (":_auth", Sign::Decodes),
    ("join(", Sign::Joins),
    ("concat(", Sign::Joins),
    ("concat!(", Sign::Joins),
    ("implode(", Sign::Joins),
    (" -join", Sign::Joins),
    ("char[]", Sign::Joins),
    ("kind: secret", Sign::Secret),
    ("\"kind\": \"secret\"", Sign::Secret),
    ("\"kind\":\"secret\"", Sign::Secret),
];
