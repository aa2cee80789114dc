//! The `.secrets.baseline` of detect-secrets: <https://github.com/Yelp/detect-secrets#readme>.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Covers, Foreign, ImportError, slashed};

#[derive(Deserialize)]
struct Baseline {
    results: BTreeMap<String, Vec<Found>>,
}

/// What of a result matters: the hash is a SHA-1 of the secret, `is_secret` what an audit came to.
#[derive(Deserialize)]
struct Found {
    hashed_secret: String,
    is_secret: Option<bool>,
}

/// The entries of a baseline.
pub(super) fn baseline(text: &str) -> Result<Vec<Foreign>, ImportError> {
    let baseline: Baseline =
        serde_json::from_str(text).map_err(|error| ImportError::json(&error))?;
    let mut entries = Vec::new();
    for (file, found) in baseline.results {
        entries.extend(found.into_iter().map(|found| Foreign {
            file: slashed(&file),
            covers: Covers::Sha1(found.hashed_secret.to_ascii_lowercase()),
            remark: match found.is_secret {
                Some(false) => Some("audited there: no secret"),
                Some(true) => Some("audited there: a secret"),
                None => None,
            },
        }));
    }
    Ok(entries)
}
