//! What a file's name says of how its text is to be read.

use std::ops::Not as _;

/// Languages in which text without quotes is code.
const CODE: &[&str] = &[
    "asm", "bzl", "c", "cc", "cjs", "cl", "clj", "cljs", "cmake", "cpp", "cs", "cts", "cu", "cuh",
    "cxx", "dart", "dts", "dtsi", "el", "elm", "erl", "ex", "exs", "f90", "fs", "glsl", "go",
    "gradle", "graphql", "groovy", "h", "hcl", "hh", "hlsl", "hpp", "hs", "inc", "ipp", "java",
    "jl", "js", "jsx", "kt", "kts", "l", "lisp", "lua", "m", "mjs", "mk", "ml", "mm", "mts", "nim",
    "pas", "php", "pl", "pm", "proto", "py", "pyi", "pyx", "r", "rb", "rs", "s", "scala", "scm",
    "sol", "sv", "svelte", "swift", "tcc", "tf", "ts", "tsx", "v", "vb", "vhd", "vue", "y", "zig",
];

/// Formats that people configure programs in, or write such files' content into.
const CONFIGURATION: &[&str] = &[
    "cfg",
    "cnf",
    "conf",
    "config",
    "env",
    "ini",
    "json",
    "json5",
    "jsonc",
    "plist",
    "properties",
    "sh",
    "tfstate",
    "tfvars",
    "toml",
    "xml",
    "yaml",
    "yml",
];

/// Text for readers.
const PROSE: &[&str] = &["adoc", "htm", "html", "md", "mdx", "rst", "tex"];

/// Parts of paths below which programs speak other languages.
const TRANSLATIONS: &[&str] = &[
    "i18n",
    "l10n",
    "lang",
    "langs",
    "language",
    "languages",
    "lc_messages",
    "locale",
    "locales",
    "translation",
    "translations",
];

/// Formats of translated texts.
const TRANSLATED: &[&str] = &[
    "arb", "ftl", "po", "pot", "resx", "strings", "ts", "xlf", "xliff",
];

/// What kind of file a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// Code, where text without quotes is no value.
    Code,
    /// Configuration.
    Configuration,
    /// Text for readers.
    Prose,
    /// The texts of a program's interface.
    Translation,
    /// Anything else.
    Other,
}

impl FileKind {
    /// Judges by the path alone.
    pub(super) fn of(path: &str) -> Self {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_one =
            |word: &str, words: &[&str]| words.iter().any(|w| word.eq_ignore_ascii_case(w));
        let extension = extension(path).unwrap_or_default();
        let below = folders.split('/').any(|part| is_one(part, TRANSLATIONS));
        let named = name.starts_with("messages") && is_one(extension, &["properties"]);
        if below || named || is_one(extension, TRANSLATED) && !is_one(extension, CODE) {
            Self::Translation
        } else if is_one(extension, CODE) {
            Self::Code
        } else if is_one(extension, PROSE) {
            Self::Prose
        } else if name.starts_with('.') || is_one(extension, CONFIGURATION) || name.contains(".env")
        {
            Self::Configuration
        } else {
            Self::Other
        }
    }
}

/// Whether the file is a table with commas or tabs between its cells.
pub(super) fn is_table(path: &str) -> bool {
    matches!(extension(path), Some("csv" | "tsv"))
}

/// Whether the path says that it holds tests, or what they are fed with.
pub(super) fn is_test(path: &str) -> bool {
    let words = [
        "test",
        "tests",
        "spec",
        "specs",
        "__tests__",
        "testdata",
        "testing",
        "fixtures",
        "mocks",
        "__mocks__",
        "e2e",
    ];
    path.split(['/', '.', '_', '-'])
        .any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
}

fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    let (stem, extension) = name.rsplit_once('.')?;
    stem.is_empty().not().then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_name() {
        for (path, kind) in [
            ("src/app.ts", FileKind::Code),
            ("app/locales/de.json", FileKind::Translation),
            (
                "src/main/resources/messages_de.properties",
                FileKind::Translation,
            ),
            ("po/de.po", FileKind::Translation),
            (".env", FileKind::Configuration),
            ("prod.env.local", FileKind::Configuration),
            ("app.yml", FileKind::Configuration),
            ("README.md", FileKind::Prose),
            ("Dockerfile", FileKind::Other),
        ] {
            assert_eq!(FileKind::of(path), kind, "{path}");
        }
        assert!(is_test("src/user_test.go") && is_test("spec/a.rb") && !is_test("latest/a.rb"));
    }
}
