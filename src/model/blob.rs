//! A piece of content to scan, and how much of it can be trusted to be text.

/// What kind of content a blob holds, which decides the rules that may look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentClass {
    /// Code, configuration or prose that people write: every rule applies.
    Text,
    /// Bytes with NULs: only formats that speak for themselves.
    Binary,
    /// Lock files, minified files, source maps, vendored folders: only formats that speak for themselves.
    Generated,
}

impl ContentClass {
    /// Whether values may be judged by the names around them.
    #[must_use]
    pub fn has_context(self) -> bool {
        self == Self::Text
    }
}

/// A window of a blob, as the engine sees it.
///
/// A small blob is one window. A large one is many that overlap; each owns the range `own` and
/// reports only what begins there, so nothing is reported twice and nothing falls between.
#[derive(Clone, Debug)]
pub struct Blob<'a> {
    /// The path, for rules that judge by file name or extension.
    pub path: &'a str,
    /// What kind of content this is.
    pub class: ContentClass,
    /// The bytes at hand, UTF-8 where they are text.
    pub bytes: &'a [u8],
    /// The part of `bytes` whose matches this window reports.
    pub own: std::ops::Range<usize>,
}

impl<'a> Blob<'a> {
    /// A blob that is one window.
    #[must_use]
    pub fn whole(path: &'a str, class: ContentClass, bytes: &'a [u8]) -> Self {
        Self {
            path,
            class,
            bytes,
            own: 0..bytes.len(),
        }
    }
}
