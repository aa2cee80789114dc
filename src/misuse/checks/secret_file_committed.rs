//! `secret-file-committed`: a file of credentials that git tracks.

use super::Check;
use crate::misuse::view::{File, Found};
use crate::model::Severity;

/// The check's number: it is found by what git tracks, and not by what a file says alone.
pub const NUMBER: usize = 8;

pub(super) const CHECK: Check = Check {
    id: "secret-file-committed",
    title: "File of credentials tracked by git",
    severity: Severity::High,
    cwe: 538,
    impact: "Everybody who clones the repository gets the credentials, and its history keeps them.",
    remedy: &[
        "Replace the credentials in it: they must be taken for known.",
        "Take it out of git with `git rm --cached`, and name it in .gitignore.",
        "Commit an example with placeholders instead.",
    ],
    run,
};

/// Nothing: what the file says does not tell whether git tracks it.
fn run(_: &File<'_>, _: &mut Found) {}

/// Whether a file of this name is made to hold credentials, and is no example.
#[must_use]
pub fn holds_credentials(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_example = [
        "example", "sample", "template", "dist", "defaults", "tpl", "test", "schema",
    ]
    .iter()
    .any(|word| name.split(['.', '-', '_']).any(|part| part == *word));
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let is_env = extension == Some("env") || name.starts_with(".env.") || name == ".envrc";
    let stem = name.split('.').next().unwrap_or_default();
    let is_credentials = matches!(stem, "credentials" | "secrets" | "secret")
        || matches!(
            name.as_str(),
            ".npmrc"
                | ".pypirc"
                | ".netrc"
                | ".publerrc"
                | "service-account.json"
                | "terraform.tfvars"
                | "prod.tfvars"
                | "id_rsa"
                | "id_ed25519"
                | ".htpasswd"
                | ".pgpass"
        );
    (is_env || is_credentials) && !is_example
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for path in [
            ".env",
            "a/.env.production",
            "prod.env",
            "config/credentials.yml",
            "secrets.json",
            ".npmrc",
        ] {
            assert!(holds_credentials(path), "{path}");
        }
        for path in [
            ".env.example",
            ".env.sample",
            "env.ts",
            "secrets.example.json",
            "src/credentials_test.go",
        ] {
            assert!(!holds_credentials(path), "{path}");
        }
        assert_eq!(super::super::CHECKS[NUMBER].id, CHECK.id);
    }
}
