//! Whether a value is a password that somebody chose.

use super::Candidate;
use super::drawn::names_algorithm;
use super::looks::{Classes, has_any, is_call, is_encrypted, is_expression, is_uuid};
use crate::detect::file::FileKind;
use crate::detect::position::{self, Place};
use crate::detect::validate::{Dropped, literal, placeholder, reads_as_words};
use crate::model::Confidence;

/// Words that stand for a password where one will be, or that everybody knows to be no secret.
const CUSTOMARY: &[&str] = &[
    "abc123",
    "admin",
    "administrator",
    "any",
    "anonymous",
    "asterisk",
    "auto",
    "basic",
    "bearer",
    "bool",
    "boolean",
    "bytes",
    "changeit",
    "changeme",
    "char",
    "cleartext",
    "client",
    "confirm",
    "current",
    "database",
    "default",
    "demo",
    "dev",
    "development",
    "disabled",
    "empty",
    "enabled",
    "encrypted",
    "enter",
    "env",
    "environment",
    "example",
    "false",
    "field",
    "foo",
    "bar",
    "baz",
    "foobar",
    "forgot",
    "function",
    "generate",
    "generated",
    "guest",
    "hash",
    "hashed",
    "hidden",
    "hunter2",
    "input",
    "int",
    "integer",
    "invalid",
    "keyring",
    "local",
    "localhost",
    "login",
    "manual",
    "minioadmin",
    "missing",
    "mongo",
    "mysql",
    "name",
    "nil",
    "no",
    "none",
    "null",
    "number",
    "object",
    "off",
    "on",
    "optional",
    "oracle",
    "password",
    "passw0rd",
    "passwd",
    "pass",
    "plain",
    "plaintext",
    "postgres",
    "postgresql",
    "production",
    "prompt",
    "protected",
    "private",
    "public",
    "pwd",
    "qwerty",
    "random",
    "rabbitmq",
    "readonly",
    "redis",
    "required",
    "reset",
    "root",
    "sample",
    "scram",
    "secret",
    "select",
    "staging",
    "str",
    "string",
    "super",
    "system",
    "test",
    "testing",
    "text",
    "textarea",
    "token",
    "true",
    "undefined",
    "unknown",
    "unset",
    "update",
    "user",
    "username",
    "value",
    "varchar",
    "void",
    "yes",
    "your",
];

impl Candidate<'_> {
    /// What people choose may be short and a word; what stands for it is one too.
    pub(super) fn weigh_password(&self) -> Result<Confidence, Dropped> {
        let not = |why| Err(Dropped::NotLiteral(why));
        let value = self.value;
        if !self.literal && self.kind == FileKind::Code {
            return not("a name in code");
        }
        if let Some(why) = placeholder::reason(value) {
            return Err(Dropped::Placeholder(why));
        }
        // Google's passwords for applications, as it shows them.
        if self.literal && is_four_fours(value) {
            return Ok(Confidence::High);
        }
        if let Some(why) = is_expression(value) {
            return not(why);
        }
        if !self.literal && (is_call(value) || value.starts_with(b"!")) {
            return not("an expression");
        }
        literal::is_reference(value)?;
        let classes = Classes::of(value);
        let joined = classes.joined;
        let text = String::from_utf8_lossy(value).to_lowercase();
        let is_word = classes.digits == 0 && position::says_password_elsewhere(&text);
        if is_word || is_customary(&text) {
            return Err(Dropped::Placeholder("a customary word"));
        }
        let one_case = classes.lower == 0 || classes.upper == 0;
        if classes.letters > 0
            && (classes.kinds() == 1 || one_case && joined && value.contains(&b'_'))
            && position::is_credential_name(&String::from_utf8_lossy(value), "")
        {
            return not("a name");
        }
        if let Some(why) = not_chosen(value, &text, &classes) {
            return not(why);
        }
        let inside = value.strip_prefix(b"{").and_then(|v| v.strip_suffix(b"}"));
        if is_uuid(inside.unwrap_or(value)) {
            return if self.literal && inside.is_none() {
                Ok(Confidence::Medium)
            } else {
                not("an id")
            };
        }
        let strong = value.len() >= 8 && classes.kinds() >= 3 && (classes.digits > 0 || !joined);
        if strong {
            return Ok(Confidence::High);
        }
        if self.kind == FileKind::Translation {
            return not("a text of the interface");
        }
        if matches!(self.place, Place::Argument | Place::Second | Place::Listed) {
            let mixed = classes.kinds() >= 2 && (classes.digits > 0 || !joined);
            return if mixed && !reads_as_words(value) {
                Ok(Confidence::Medium)
            } else {
                Ok(Confidence::Low)
            };
        }
        let configured = self.kind == FileKind::Configuration || self.kind == FileKind::Other;
        if classes.digits == 0 && joined {
            // A word alone: in configuration a password, in code as likely a name.
            return Ok(
                if self.kind == FileKind::Configuration && value.len() >= 5 {
                    Confidence::Medium
                } else {
                    Confidence::Low
                },
            );
        }
        if classes.letters == 0 {
            return Ok(if value.len() >= 4 && configured || value.len() >= 6 {
                Confidence::Medium
            } else {
                Confidence::Low
            });
        }
        Ok(Confidence::Medium)
    }
}

/// Why nobody chose the value, although it has no words for that: it is another thing.
fn not_chosen(value: &[u8], lower: &str, classes: &Classes) -> Option<&'static str> {
    if names_algorithm(lower) {
        return Some("the name of an algorithm");
    }
    if value.starts_with(b"\\x") || value.starts_with(b"\\u") || value.starts_with(b"0x") {
        return Some("bytes, or a number");
    }
    if value.contains(&b'/') && value.len() < 12 && classes.lower == 0 {
        return Some("a short list");
    }
    if is_encrypted(value) {
        return Some("encrypted");
    }
    if classes.letters == 0 && value.contains(&b'.') {
        return Some("a number of dots, such as a version");
    }
    if classes.lower == 0 && classes.digits == 0 && classes.symbols > 0 && classes.joined {
        return Some("a constant's name");
    }
    if value
        .windows(3)
        .any(|w| w[0] == b'$' && w[1..].iter().all(u8::is_ascii_uppercase))
    {
        return Some("text with a variable");
    }
    let parts = value.split(|&b| b == b'|').count();
    if parts >= 3 || value.starts_with(b"\\s") || has_any(value, &[b".+", b".*", b"\\w"]) {
        return Some("a pattern, or a list of rules");
    }
    None
}

/// `dnuo vkss gfls bnzc`
fn is_four_fours(value: &[u8]) -> bool {
    let parts = || value.split(|&b| b == b' ');
    value.len() == 19
        && parts().count() == 4
        && parts().all(|part| part.len() == 4 && part.iter().all(u8::is_ascii_lowercase))
        && !value.split(|&b| b == b' ').all(reads_as_words)
}

/// Whether the word, or each of its parts, is one that stands for a password.
fn is_customary(lower: &str) -> bool {
    let stem = |word: &str| {
        let word = word.trim_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
        CUSTOMARY.contains(&word)
    };
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    let plain = lower
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"_-. ".contains(&b));
    CUSTOMARY.contains(&lower)
        || plain && words.peek().is_some() && words.all(|word| stem(word) && !has_number(word))
}

/// A number of two or more digits: `admin123` is chosen, `password1` is the first of several.
fn has_number(word: &str) -> bool {
    word.bytes().filter(u8::is_ascii_digit).count() >= 2
}
