//! Passwords in the user part of a URL (RFC 3986, section 3.2.1).

use super::literal::{self, Trust};
use super::{Dropped, Verdict, reads_as_words};
use crate::model::{Confidence, Severity};

/// Hosts that lead nowhere but to the reader's own machine or to a documentation example
/// (RFC 2606, RFC 6761).
const NOWHERE: &[&str] = &[
    "localhost",
    "127.0.0.1",
    "0.0.0.0",
    "[::1]",
    "host.docker.internal",
];
const RESERVED: &[&str] = &[
    "example.com",
    "example.org",
    "example.net",
    ".example",
    ".invalid",
    ".test",
    ".localhost",
];

/// Passwords that every guide uses and nobody keeps.
const CUSTOMARY: &[&str] = &[
    "password",
    "pass",
    "passwd",
    "pwd",
    "secret",
    "postgres",
    "root",
    "admin",
    "user",
    "test",
    "guest",
    "mysql",
    "redis",
    "mongo",
    "example",
    "changeme",
    "token",
    "key",
    "hunter2",
    "foo",
    "bar",
    "pw",
    "p4ssw0rd",
    "pass123",
    "password123",
    "secretpassword",
    "mypassword",
    "tiger",
];

/// Judges the password `password` in `url`, which reaches to the end of the host's first part.
pub(super) fn read(url: &[u8], password: &[u8]) -> Result<Verdict, Dropped> {
    let url = String::from_utf8_lossy(url);
    let password = String::from_utf8_lossy(password);
    let (scheme, rest) = url.split_once("://").unwrap_or(("", &url));
    let (user_info, host) = rest.rsplit_once('@').unwrap_or(("", rest));
    let user = user_info.split(':').next().unwrap_or_default();
    let host = host
        .split([':', '/', '?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let lower = password.to_ascii_lowercase();
    if CUSTOMARY.contains(&lower.as_str()) || lower == user.to_ascii_lowercase() {
        return Err(Dropped::Placeholder(
            "a customary password of documentation",
        ));
    }
    // A password for one's own machine is worth nothing elsewhere, unless somebody took care with it.
    let own = NOWHERE.contains(&host.as_str());
    if own && !password.bytes().any(|b| b.is_ascii_digit()) {
        return Err(Dropped::Placeholder(
            "a plain word for this machine's own service",
        ));
    }
    let reserved = RESERVED
        .iter()
        .any(|name| host == *name || host.ends_with(name));
    let drawn = literal::judge(password.as_bytes(), false, Trust::Strict).is_ok();
    if reserved && !drawn && !is_chosen_with_care(&password) {
        return Err(Dropped::Placeholder(
            "the host is reserved for documentation",
        ));
    }
    if host == "host" || host == "hostname" || host == "server" || host == "domain.com" {
        return Err(Dropped::Placeholder("the host is a placeholder"));
    }
    let mut verdict = Verdict::default();
    verdict.evidence.push(format!("{scheme} URL"));
    if own {
        verdict
            .evidence
            .push("the host is this machine's own".to_owned());
        verdict.severity = Some(Severity::Low);
        verdict.confidence = Some(Confidence::Medium);
    } else if reserved || reads_as_words(password.as_bytes()) {
        verdict.confidence = Some(Confidence::Medium);
    }
    Ok(verdict)
}

/// Whether somebody meant the password to be hard to guess: eight characters or more, of three kinds.
fn is_chosen_with_care(password: &str) -> bool {
    let has = |is: fn(&u8) -> bool| usize::from(password.bytes().any(|b| is(&b)));
    let kinds = has(u8::is_ascii_lowercase)
        + has(u8::is_ascii_uppercase)
        + has(u8::is_ascii_digit)
        + has(u8::is_ascii_punctuation);
    password.len() >= 8 && kinds >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(host: &str, password: &str) -> Result<Verdict, Dropped> {
        let url = format!("postgres://app:{password}@{host}");
        read(url.as_bytes(), password.as_bytes())
    }

    #[test]
    fn judges_by_password_and_host() {
        assert_eq!(judge("db.internal", "k3x9p0q2").unwrap().severity, None);
        assert_eq!(
            judge("localhost", "k3x9p0q2").unwrap().severity,
            Some(Severity::Low)
        );
        assert!(judge("localhost", "letmein").is_err());
        assert!(judge("db.internal", "password").is_err());
        assert!(judge("db.internal", "app").is_err(), "the user's own name");
        assert!(judge("db.example.com", "k3x9p0q2").is_err());
        assert!(judge("db.example.com", "k3x9.P0q2").is_ok());
    }
}
