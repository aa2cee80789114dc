//! The plain types every other module speaks in.
//!
//! No I/O, no terminal, no knowledge of where a value came from or how it will be shown.

mod anchor;
mod blob;
mod commit;
mod finding;
mod fingerprint;
mod globs;
mod line_hash;
mod marker;
mod origin;
mod position;
mod report;
mod rule;
mod secret;
mod setting;
mod severity;
mod suggest;

pub use anchor::Anchor;
pub(crate) use anchor::slashed;
pub use blob::{Blob, ContentClass};
pub use commit::{Commit, Introduced};
pub use finding::{Checksum, Edit, Excerpt, Finding, Fix, Location, Related};
pub use fingerprint::{Fingerprint, FingerprintKey};
pub use globs::Globs;
pub use line_hash::line_hashes;
pub use marker::ALLOW_MARKER;
pub use origin::Origin;
pub use position::{LineIndex, Position};
pub use report::{
    Report, ScanError, Scanned, SkipReason, Suppressed, SuppressionKind, UnusedSuppression,
};
pub use rule::{RuleDoc, RuleKind};
pub(crate) use secret::MASK;
pub use secret::Secret;
pub(crate) use setting::{Setting, words_of};
pub use severity::{Confidence, Severity};
pub use suggest::did_you_mean;
