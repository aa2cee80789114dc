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

/// Content to look at, or a window of it: what the engine is given.
#[derive(Clone, Debug)]
pub struct Blob<'a> {
    /// The path, for rules that judge by file name or extension.
    pub path: &'a str,
    /// What kind of content this is.
    pub class: ContentClass,
    /// The bytes at hand, UTF-8 where they are text.
    pub bytes: &'a [u8],
}

impl<'a> Blob<'a> {
    /// The content `bytes` of the file `path`.
    #[must_use]
    pub fn new(path: &'a str, class: ContentClass, bytes: &'a [u8]) -> Self {
        Self { path, class, bytes }
    }
}
