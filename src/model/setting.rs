//! In which setting a file is used, by its path: production, tests, development.

/// In which setting a place of the code or configuration is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// Real users and accounts.
    Production,
    /// Tests, by machine.
    Test,
    /// A developer's own machine.
    Development,
    /// Something between.
    Staging,
    /// Documentation and examples.
    Docs,
}

impl Setting {
    /// The setting that a word names.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "production" | "prod" | "prd" => Self::Production,
            "test" | "tests" | "testing" | "spec" | "specs" | "fixture" | "fixtures"
            | "testdata" | "e2e" | "cypress" | "mock" | "mocks" | "unittest" | "jest"
            | "vitest" | "playwright" | "conftest" | "pytest" | "rspec" | "phpunit"
            | "integration" => Self::Test,
            "development" | "dev" | "devel" | "local" => Self::Development,
            "staging" | "stage" | "stg" | "preview" | "qa" | "uat" | "sandbox" | "canary" => {
                Self::Staging
            }
            "doc" | "docs" | "example" | "examples" | "readme" | "sample" | "samples"
            | "tutorial" | "template" => Self::Docs,
            _ => return None,
        })
    }

    /// The setting that a file's path names: its own name goes before its folders.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split(['/', '\\']).collect();
        let (name, folders) = parts.split_last()?;
        let of_name = words_of(name)
            .filter_map(|w| Self::of_word(&w))
            .collect::<Vec<_>>();
        let lower = name.to_ascii_lowercase();
        let extension = lower.rsplit_once('.').map(|(_, extension)| extension);
        if matches!(extension, Some("md" | "rst" | "mdx" | "markdown")) {
            return Some(Self::Docs);
        }
        // `.env.production.example` documents.
        if of_name.contains(&Self::Docs) {
            return Some(Self::Docs);
        }
        if let Some(last) = of_name.last() {
            return Some(*last);
        }
        let folders = folders
            .iter()
            .rev()
            .filter_map(|folder| words_of(folder).find_map(|w| Self::of_word(&w)));
        let mut folders = folders.filter(|s| *s != Self::Development || !path.starts_with('/'));
        folders.next()
    }
}

/// The lower-case words of a name.
pub(crate) fn words_of(name: &str) -> impl Iterator<Item = String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() || c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.push(word);
    words.into_iter().filter(|w| !w.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_paths() {
        for (path, wanted) in [
            (".env.production", Some(Setting::Production)),
            ("config/prod.yaml", Some(Setting::Production)),
            ("deploy/production/values.yaml", Some(Setting::Production)),
            ("appsettings.Production.json", Some(Setting::Production)),
            (".env.production.example", Some(Setting::Docs)),
            ("src/client.test.ts", Some(Setting::Test)),
            ("client_test.go", Some(Setting::Test)),
            ("tests/fixtures/a.json", Some(Setting::Test)),
            ("PublerClientTest.java", Some(Setting::Test)),
            (".env.development", Some(Setting::Development)),
            (".env.staging", Some(Setting::Staging)),
            ("README.md", Some(Setting::Docs)),
            ("src/client.ts", None),
            ("src/latest.ts", None),
            ("product/a.ts", None),
        ] {
            assert_eq!(Setting::of_path(path), wanted, "{path}");
        }
    }

    #[test]
    fn words() {
        let words: Vec<String> = words_of("process.env.PUBLER_ProxyUrl").collect();
        assert_eq!(words, ["process", "env", "publer", "proxy", "url"]);
    }
}
