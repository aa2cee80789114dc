//! One file a format that is read without a grammar, or holds code of other languages; and what they
//! share with the configuration languages.

pub(super) mod code;
pub(super) mod dockerfile;
pub(super) mod dotenv;
pub(super) mod html;
pub(super) mod http;
pub(super) mod ini;
mod line;
pub(super) mod markdown;
pub(super) mod nested;
pub(super) mod nginx;
pub(super) mod notebook;
