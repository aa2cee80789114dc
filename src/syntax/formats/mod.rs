//! One file a format that is read without a grammar, or holds code of other languages.

pub(super) mod dockerfile;
pub(super) mod dotenv;
pub(super) mod html;
pub(super) mod http;
pub(super) mod ini;
pub(super) mod markdown;
pub(super) mod nginx;
pub(super) mod notebook;
