//! Whether a value is a key or token that a machine drew.

use super::Candidate;
use super::looks::{Classes, is_encrypted, is_expression};
use crate::detect::file::FileKind;
use crate::detect::position::Place;
use crate::detect::validate::literal::{self, Trust};
use crate::detect::validate::{Dropped, entropy, placeholder, reads_as_words};
use crate::model::Confidence;
use crate::rules::schema::Noun;

/// Parts of the names of algorithms, which drawn values do not have.
const ALGORITHMS: &[&str] = &[
    "sha1", "sha256", "sha384", "sha512", "sha-", "hmac", "pbkdf", "aes", "md5", "withrsa",
    "ecdsa", "secp256", "ed25519", "hs256", "rs256",
];

impl Candidate<'_> {
    /// Keys and tokens are drawn by machines, or look so.
    pub(super) fn weigh_drawn(&self, noun: Noun) -> Result<Confidence, Dropped> {
        let not = |why| Err(Dropped::NotLiteral(why));
        let value = self.value;
        let bare = self.kind == FileKind::Code && !self.literal;
        if let Some(why) = placeholder::reason(value) {
            return Err(Dropped::Placeholder(why));
        }
        let lower = value.to_ascii_lowercase();
        if lower.starts_with(b"0x") && (self.kind == FileKind::Code || noun == Noun::Token) {
            return not("a number");
        }
        if let Some(why) = is_expression(value) {
            return not(why);
        }
        if value.contains(&b'|') && value.contains(&b':') {
            return not("a list of rules");
        }
        if is_encrypted(value) {
            return not("encrypted");
        }
        // `apiKey: SensitiveText;`: a type, a variable.
        let identifier = |b: &u8| b.is_ascii_alphanumeric() || b"_$.<>?".contains(b);
        let name = !value[0].is_ascii_digit() && value.iter().all(identifier);
        if name && (self.in_code || bare && reads_as_words(value)) {
            return not("a name in code");
        }
        let word = |part: &[u8]| part.len() >= 4 && reads_as_words(part);
        if bare && value.contains(&b'_') && value.split(|&b| b == b'_').any(word) {
            return not("a name in code");
        }
        if names_algorithm(&String::from_utf8_lossy(&lower)) {
            return not("the name of an algorithm");
        }
        let classes = Classes::of(value);
        // `keyboard-lion-42`: words and a number, which nothing but a secret is called that is signed with.
        let phrase = self.signs && self.literal && classes.digits > 0 && value.len() >= 12;
        if !phrase && (made_of_parts(value) || is_identifier(value)) {
            return not("a name");
        }
        let Err(why) = literal::judge(value, bare, Trust::Strict) else {
            let sure = value.len() >= 20 && entropy(value) >= 3.3;
            return Ok(if sure && self.place == Place::Name {
                Confidence::High
            } else {
                Confidence::Medium
            });
        };
        // Signing secrets are also typed by people: with symbols, or shorter.
        let typed = noun == Noun::Secret && (self.literal || self.kind != FileKind::Code);
        if phrase && typed && literal::is_reference(value).is_ok() {
            return Ok(Confidence::Medium);
        }
        if typed && literal::is_reference(value).is_ok() && !reads_as_words(value) {
            let various = classes.kinds() >= 3 && value.len() >= 12
                || classes.kinds() >= 2 && classes.digits > 0 && value.len() >= 8;
            if various && entropy(value) >= 2.75 {
                return Ok(Confidence::Medium);
            }
        }
        Err(why)
    }
}

/// Whether a value, in lower case, is the name of an algorithm, or has one in it.
pub(super) fn names_algorithm(lower: &str) -> bool {
    lower.len() < 40
        && ALGORITHMS.iter().any(|name| lower.contains(name))
        && !lower.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether the value is a name of code: words joined by `_`, of which one is made of letters and reads as
/// a word, as `curve25519_set_secret` has it.
fn is_identifier(value: &[u8]) -> bool {
    let parts = || {
        value
            .split(|b| b"_-.".contains(b))
            .filter(|p| !p.is_empty())
    };
    let word = |part: &[u8]| part.iter().all(u8::is_ascii_alphabetic) && reads_as_words(part);
    let lower = value
        .iter()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.,".contains(b));
    let upper = value
        .iter()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_-.".contains(b));
    let words: usize = parts().filter(|part| word(part)).map(<[u8]>::len).sum();
    parts().count() >= 2 && (lower || upper) && 3 * words >= value.len()
}

/// Whether the value is joined from short parts that are all letters or all digits: `us-east-1-blue`.
fn made_of_parts(value: &[u8]) -> bool {
    let is_joint = |b: &u8| b"-_.:/".contains(b);
    let plain = |part: &[u8]| {
        part.len() <= 10
            && (part.iter().all(u8::is_ascii_digit) && part.len() <= 6
                || part.iter().all(u8::is_ascii_lowercase)
                || part.iter().all(u8::is_ascii_uppercase)
                || part[0].is_ascii_uppercase() && part[1..].iter().all(u8::is_ascii_lowercase))
    };
    let parts = || value.split(is_joint).filter(|part| !part.is_empty());
    parts().count() >= 3 && parts().all(plain)
}
