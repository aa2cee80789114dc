//! What is inside of archives, documents and databases.

pub(crate) mod build;
mod formats;
mod hostile;
mod limits;
mod reports;

pub(crate) use build::zip as zip_of;

use crate::secrets::octopost;

/// A file of settings with this key, on line 2 from column 18 on.
fn settings(key: &str) -> Vec<u8> {
    format!("# settings\nOCTOPOST_API_KEY={key}\n").into_bytes()
}

/// The same with the key of this number.
fn env(number: u64) -> Vec<u8> {
    settings(&octopost(number))
}

/// The one finding of [`env`] in the member that `path` leads to.
fn found(path: &str) -> String {
    format!("{path}:2:18 octopost-live-key")
}
