//! What files say: from the grammars of languages and formats to one small set of words, [`Program`].
//!
//! Knows grammars, and nothing of credentials, libraries or providers. One file a language or format;
//! to add one, write it, and name it in [`Language`].

mod formats;
mod languages;
mod lower;
mod program;
#[cfg(test)]
mod show;
pub mod template;

use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, Parser, Tree};

use lower::Builder;
pub use program::{
    Arg, Block, Class, ClassId, Embedded, Entry, Expr, ExprId, Function, FunctionId, Import,
    Parameter, Program, Stmt,
};

/// Longer content is not parsed: nobody writes it.
pub const MAX_BYTES: usize = 1024 * 1024;

/// How often a parser may report progress before it is stopped. It does so every hundred steps or so, a
/// step being about a token; on broken input it may take many steps a token.
const MAX_PROGRESS: usize = 200_000;

/// How deep code may stand inside strings of code inside strings.
const MAX_EMBEDDED: usize = 3;

/// A language or format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// JavaScript with JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Python.
    Python,
    /// Go.
    Go,
    /// Ruby.
    Ruby,
    /// PHP.
    Php,
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
    /// C#.
    CSharp,
    /// Rust.
    Rust,
    /// Swift.
    Swift,
    /// Bash and other Bourne shells.
    Shell,
    /// PowerShell.
    PowerShell,
    /// YAML.
    Yaml,
    /// JSON, with comments too.
    Json,
    /// TOML.
    Toml,
    /// HCL: Terraform, Packer, Nomad.
    Hcl,
    /// `NAME=value` lines.
    Dotenv,
    /// INI and Java properties.
    Ini,
    /// Dockerfile.
    Dockerfile,
    /// nginx configuration.
    Nginx,
    /// `.http` and `.rest` files of editors.
    Http,
    /// HTML, Vue and Svelte: their scripts.
    Html,
    /// Markdown: its fenced code.
    Markdown,
    /// Jupyter notebooks.
    Notebook,
}

impl Language {
    /// The language of a file, by its name, or else by the interpreter its first line names.
    #[must_use]
    pub fn of(path: &str, text: &[u8]) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        if extension == Some("conf")
            && [&b"server {"[..], b"location ", b"upstream "]
                .iter()
                .any(|mark| memchr::memmem::find(text, mark).is_some())
        {
            return Some(Self::Nginx);
        }
        by_name(name).or_else(|| {
            if name.contains('.') {
                None
            } else {
                by_interpreter(text)
            }
        })
    }

    /// The language that people call `word`, after the fence of a code block for instance.
    #[must_use]
    pub fn called(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "javascript" | "node" => Self::JavaScript,
            "typescript" => Self::TypeScript,
            "python" | "python3" => Self::Python,
            "golang" => Self::Go,
            "ruby" => Self::Ruby,
            "kotlin" => Self::Kotlin,
            "csharp" | "c#" => Self::CSharp,
            "rust" => Self::Rust,
            "shell" | "console" | "terminal" | "shellsession" => Self::Shell,
            "powershell" | "pwsh" => Self::PowerShell,
            "terraform" => Self::Hcl,
            "env" | "dotenv" => Self::Dotenv,
            "docker" | "dockerfile" => Self::Dockerfile,
            "nginx" => Self::Nginx,
            "http" => Self::Http,
            "text" | "txt" | "md" | "markdown" => return None,
            extension => by_extension(extension)?,
        })
    }

    /// Whether it is configuration: values that stand under names, and no code that computes them.
    #[must_use]
    pub fn is_config(self) -> bool {
        matches!(
            self,
            Self::Yaml
                | Self::Json
                | Self::Toml
                | Self::Hcl
                | Self::Dotenv
                | Self::Ini
                | Self::Dockerfile
                | Self::Nginx
        )
    }
}

fn by_name(name: &str) -> Option<Language> {
    let lower = name.to_ascii_lowercase();
    if lower.starts_with(".env")
        || lower
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extension == "env")
        || lower == ".envrc"
    {
        return Some(match lower.as_str() {
            ".envrc" => Language::Shell,
            _ => Language::Dotenv,
        });
    }
    if lower == "dockerfile" || lower == "containerfile" || lower.starts_with("dockerfile.") {
        return Some(Language::Dockerfile);
    }
    match lower.as_str() {
        "gemfile" | "rakefile" | "fastfile" | "appfile" | "podfile" | "guardfile"
        | "vagrantfile" => {
            return Some(Language::Ruby);
        }
        ".bashrc" | ".bash_profile" | ".profile" | ".zshrc" | ".zprofile" | ".zshenv" => {
            return Some(Language::Shell);
        }
        ".npmrc" | ".pypirc" | ".netrc" | ".editorconfig" | ".gitconfig" => {
            return Some(Language::Ini);
        }
        "nginx.conf" => return Some(Language::Nginx),
        _ => {}
    }
    by_extension(lower.rsplit_once('.')?.1)
}

fn by_extension(extension: &str) -> Option<Language> {
    Some(match extension {
        "js" | "mjs" | "cjs" | "jsx" => Language::JavaScript,
        "ts" | "mts" | "cts" => Language::TypeScript,
        "tsx" => Language::Tsx,
        "py" | "pyi" => Language::Python,
        "go" => Language::Go,
        "rb" | "rake" | "ru" | "gemspec" => Language::Ruby,
        "php" | "phtml" => Language::Php,
        "java" => Language::Java,
        "kt" | "kts" => Language::Kotlin,
        "cs" | "csx" => Language::CSharp,
        "rs" => Language::Rust,
        "swift" => Language::Swift,
        "sh" | "bash" | "zsh" | "ksh" | "bats" => Language::Shell,
        "ps1" | "psm1" | "psd1" => Language::PowerShell,
        "yaml" | "yml" => Language::Yaml,
        "json" | "jsonc" | "json5" | "postman_collection" => Language::Json,
        "toml" => Language::Toml,
        "tf" | "tfvars" | "hcl" | "nomad" => Language::Hcl,
        "ini" | "cfg" | "properties" | "conf" => Language::Ini,
        "dockerfile" => Language::Dockerfile,
        "nginx" => Language::Nginx,
        "http" | "rest" => Language::Http,
        "html" | "htm" | "vue" | "svelte" | "astro" | "ejs" | "erb" | "hbs" => Language::Html,
        "md" | "markdown" | "mdx" => Language::Markdown,
        "ipynb" => Language::Notebook,
        _ => return None,
    })
}

fn by_interpreter(text: &[u8]) -> Option<Language> {
    let line = text.strip_prefix(b"#!")?;
    let line = line.split(|&b| b == b'\n').next()?;
    let line = std::str::from_utf8(&line[..line.len().min(200)]).ok()?;
    let word = line
        .split([' ', '/', '\t'])
        .rfind(|word| !word.is_empty() && !word.starts_with('-'))?;
    Some(
        match word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
            "sh" | "bash" | "zsh" | "ksh" | "dash" => Language::Shell,
            "python" => Language::Python,
            "node" | "nodejs" => Language::JavaScript,
            "ruby" => Language::Ruby,
            "php" => Language::Php,
            "pwsh" => Language::PowerShell,
            _ => return None,
        },
    )
}

/// Reads `text`. `None` where it is too long or so broken that reading it takes too much work.
#[must_use]
pub fn parse(language: Language, text: &[u8]) -> Option<Program> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut builder = Builder::new(language, text);
    read(&mut builder).then(|| builder.finish())
}

/// How many places of `text` are faulty: what the grammar can make nothing of, and what is missing. 0 for
/// a format without a grammar, `None` where [`parse`] would give up.
///
/// Code inside strings or markup is not looked at.
#[must_use]
pub fn faults(language: Language, text: &[u8]) -> Option<usize> {
    if text.len() > MAX_BYTES
        || language == Language::Yaml && !languages::yaml_text::is_shallow(text)
    {
        return None;
    }
    let language = match language {
        Language::Notebook => Language::Json,
        other => other,
    };
    let Some((grammar, _)) = grammar(language) else {
        return Some(0);
    };
    // For the same reason as in `read`.
    let ended = (language == Language::Kotlin).then(|| [text, b"\n"].concat());
    let tree = tree(&grammar, ended.as_deref().unwrap_or(text))?;
    let (mut faults, mut cursor) = (0, tree.walk());
    loop {
        let node = cursor.node();
        faults += usize::from(node.is_error() || node.is_missing());
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return Some(faults);
            }
        }
    }
}

/// Lowers the builder's text into its program; false where it cannot be read.
fn read(b: &mut Builder<'_>) -> bool {
    match b.language() {
        Language::Dotenv => formats::dotenv::read(b),
        Language::Ini => formats::ini::read(b),
        Language::Dockerfile => formats::dockerfile::read(b),
        Language::Nginx => formats::nginx::read(b),
        Language::Http => formats::http::read(b),
        Language::Html => formats::html::read(b),
        Language::Markdown => formats::markdown::read(b),
        Language::Notebook => formats::notebook::read(b),
        Language::Yaml if !languages::yaml_text::is_shallow(b.source()) => false,
        language => {
            let Some((grammar, lower)) = grammar(language) else {
                return false;
            };
            // Its scanner looks for the end of an annotation without minding the end of the text.
            if language == Language::Kotlin {
                b.end_line();
            }
            let Some(tree) = tree(&grammar, b.source()) else {
                return false;
            };
            lower(b, tree.root_node());
            true
        }
    }
}

/// Puts what a tree says into the builder's program.
type Lower = fn(&mut Builder<'_>, tree_sitter::Node<'_>);

/// The grammar of a language, and what lowers its trees.
fn grammar(language: Language) -> Option<(tree_sitter::Language, Lower)> {
    use languages as l;
    let (grammar, lower): (tree_sitter_language::LanguageFn, Lower) = match language {
        Language::JavaScript => (tree_sitter_javascript::LANGUAGE, l::javascript::lower),
        Language::TypeScript => (
            tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
            l::javascript::lower,
        ),
        Language::Tsx => (tree_sitter_typescript::LANGUAGE_TSX, l::javascript::lower),
        Language::Python => (tree_sitter_python::LANGUAGE, l::python::lower),
        Language::Go => (tree_sitter_go::LANGUAGE, l::go::lower),
        Language::Ruby => (tree_sitter_ruby::LANGUAGE, l::ruby::lower),
        Language::Php => (tree_sitter_php::LANGUAGE_PHP, l::php::lower),
        Language::Java => (tree_sitter_java::LANGUAGE, l::java::lower),
        Language::Kotlin => (tree_sitter_kotlin_ng::LANGUAGE, l::kotlin::lower),
        Language::CSharp => (tree_sitter_c_sharp::LANGUAGE, l::csharp::lower),
        Language::Rust => (tree_sitter_rust::LANGUAGE, l::rust::lower),
        Language::Swift => (tree_sitter_swift::LANGUAGE, l::swift::lower),
        Language::Shell => (tree_sitter_bash::LANGUAGE, l::shell::lower),
        Language::PowerShell => (tree_sitter_powershell::LANGUAGE, l::powershell::lower),
        Language::Yaml => (tree_sitter_yaml::LANGUAGE, l::yaml::lower),
        Language::Json => (tree_sitter_json::LANGUAGE, l::json::lower),
        Language::Toml => (tree_sitter_toml_ng::LANGUAGE, l::toml::lower),
        Language::Hcl => (tree_sitter_hcl::LANGUAGE, l::hcl::lower),
        _ => return None,
    };
    Some((grammar.into(), lower))
}

/// The tree of `text`, errors and all; `None` where that takes too much work.
///
/// The bound is a number of steps and not a time, so that the same file gives the same tree always.
fn tree(grammar: &tree_sitter::Language, text: &[u8]) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(grammar).ok()?;
    let mut progress = 0;
    let mut stop = |_: &tree_sitter::ParseState| {
        progress += 1;
        if progress > MAX_PROGRESS {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut stop);
    parser.parse_with_options(
        &mut |at, _| &text[at.min(text.len())..],
        None,
        Some(options),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_counted() {
        let count = |language, text: &str| faults(language, text.as_bytes());
        assert_eq!(count(Language::JavaScript, "f(1);\nf([2]);\n"), Some(0));
        assert_eq!(count(Language::JavaScript, "f(1;\nf(2);\n"), Some(1));
        let two = count(
            Language::JavaScript,
            "import a from b.c;\nf(2);\nimport d from e.f;\n",
        );
        assert!(two > count(Language::JavaScript, "import a from b.c;\nf(2);\n"));
        assert_eq!(count(Language::Json, "{\"a\": 1}"), Some(0));
        assert!(count(Language::Notebook, "{\"a\": \"b\"c\"\"}") > Some(0));
        assert_eq!(count(Language::Kotlin, "val a = 1 // b"), Some(0));
        assert_eq!(
            count(Language::Dotenv, "=\"'"),
            Some(0),
            "it has no grammar"
        );
        assert_eq!(count(Language::Go, &" ".repeat(MAX_BYTES + 1)), None);
    }
}
