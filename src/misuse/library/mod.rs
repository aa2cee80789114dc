//! What is known of libraries, by the names that people call: in tables that hold for every language.

pub(super) mod http;
pub(super) mod sinks;
pub(super) mod text;
