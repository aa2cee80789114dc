//! Which names hold credentials, and which hold something about them.

mod others;
mod words;

use crate::rules::schema::Noun;
use others::{OTHER, OTHER_LAST, OTHER_PAIRS};
pub(crate) use words::TRIGGERS;
use words::{NOUNS, PASSWORDS, PASSWORDS_ELSEWHERE, PLAIN, QUALIFIERS};
/// The longest name that is looked at.
const MAX_NAME: usize = 128;

/// A name in its parts, lower case: at `_`, `-`, `.`, and changes of case.
struct Name {
    lower: [u8; MAX_NAME],
    /// The ends of up to sixteen parts, with their beginnings.
    parts: [(u8, u8); 16],
    count: usize,
}

impl Name {
    fn new(name: &str) -> Self {
        let bytes = &name.as_bytes()[..name.len().min(MAX_NAME)];
        let mut this = Self {
            lower: [0; MAX_NAME],
            parts: [(0, 0); 16],
            count: 0,
        };
        for (to, from) in this.lower.iter_mut().zip(bytes) {
            *to = from.to_ascii_lowercase();
        }
        let mut start = 0;
        for at in 1..=bytes.len() {
            let boundary = at == bytes.len()
                || !bytes[at].is_ascii_alphanumeric()
                || (bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase())
                // `APIKey`: the last capital of a run begins the next part.
                || (bytes[at].is_ascii_uppercase()
                    && bytes[at - 1].is_ascii_uppercase()
                    && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
            if !boundary {
                continue;
            }
            let joint = |b: &&u8| !b.is_ascii_alphanumeric();
            let skipped = bytes[start..at].iter().take_while(joint).count();
            if start + skipped < at && this.count < this.parts.len() {
                this.parts[this.count] = ((start + skipped) as u8, at as u8);
                this.count += 1;
            }
            start = at;
        }
        this
    }

    fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.parts[..self.count].iter().map(|&(start, end)| {
            std::str::from_utf8(&self.lower[usize::from(start)..usize::from(end)])
                .unwrap_or_default()
        })
    }

    fn has(&self, words: &[&str]) -> bool {
        self.parts().any(|part| is_one_of(part, words))
    }

    fn has_pair(&self, pairs: &[(&str, &str)]) -> bool {
        let next = self.parts().skip(1);
        self.parts().zip(next).any(|pair| pairs.contains(&pair))
    }

    /// Whether it is a password's. The short words have other meanings too (`high_pass_filter`), and count
    /// at the end only.
    fn has_password(&self) -> bool {
        let stem = |part: &str| {
            part.trim_end_matches(|c: char| c.is_ascii_digit())
                .to_owned()
        };
        let mut parts = self.parts().rev().map(stem).filter(|part| !part.is_empty());
        let last = parts.next().unwrap_or_default();
        let is = |part: &str| PASSWORDS.binary_search(&part).is_ok();
        is(&last) || parts.any(|part| part.len() > 4 && is(&part))
    }

    /// Whether the name is about something else than a credential.
    fn is_other(&self) -> bool {
        // `password1`, `token_2`: the number says which.
        let numbered = |part: &&str| part.bytes().all(|b| b.is_ascii_digit());
        let Some(last) = self.parts().rev().find(|part| !numbered(part)) else {
            return true;
        };
        is_one_of(last, OTHER_LAST) || self.has(OTHER) || self.has_pair(OTHER_PAIRS)
    }
}

fn is_one_of(part: &str, words: &[&str]) -> bool {
    // `password1`: the number says which.
    let stem = part.trim_end_matches(|c: char| c.is_ascii_digit());
    // The first byte tells of most words that they are another one.
    let order = |a: &str, b: &str| {
        a.bytes()
            .next()
            .cmp(&b.bytes().next())
            .then_with(|| a.cmp(b))
    };
    let is_one = |word: &str| words.binary_search_by(|other| order(other, word)).is_ok();
    is_one(part) || stem.len() < part.len() && is_one(stem)
}

/// Whether `name` holds a credential, by its own words; `own` is taken out of it first.
pub(crate) fn is_credential_name(name: &str, own: &str) -> bool {
    let parts = Name::new(name);
    if parts.is_other() {
        return false;
    }
    if parts.has(NOUNS) {
        return true;
    }
    // `publerkey`, `MYPUBLERAPIKEY`: no parts to tell, so the end must.
    !own.is_empty()
        && name
            .to_ascii_lowercase()
            .split_once(own)
            .is_some_and(|(_, rest)| NOUNS.iter().any(|noun| rest.ends_with(noun)))
}

/// What kind of credential a name holds by its own words, whoever's it is; `None` where it holds none,
/// or could as well be the key of a map.
pub(in crate::detect) fn noun(name: &str) -> Option<Noun> {
    let parts = Name::new(name);
    if parts.is_other() {
        return None;
    }
    if parts.has_password() || says_password_elsewhere(&name.to_lowercase()) {
        return Some(Noun::Password);
    }
    let kinds = parts.parts().rev().find_map(|part| {
        Some(match part.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "secret" | "secrets" | "secretkey" | "apisecret" => Noun::Secret,
            "token" | "tokens" | "apitoken" | "authtoken" | "accesstoken" | "bearer" | "jwt"
            | "pat" => Noun::Token,
            "apikey" | "apikeys" | "accesskey" | "authkey" => Noun::Key,
            "key" | "keys" => {
                // What signs or encrypts for an application is often typed by people.
                if parts.has(&["cookie", "jwt", "secret", "session", "signing"]) {
                    Noun::Secret
                } else if parts.has(QUALIFIERS) {
                    Noun::Key
                } else {
                    return None;
                }
            }
            "auth" | "authorization" | "credential" | "credentials" | "cred" | "creds" => {
                Noun::Token
            }
            _ => return None,
        })
    });
    // `APIKEY`, `DBPASSWORD`, `dbpass`: no parts to tell, so the end must.
    kinds.or_else(|| {
        let lower = name.to_ascii_lowercase();
        [
            ("password", Noun::Password),
            ("passwd", Noun::Password),
            ("dbpass", Noun::Password),
            ("secret", Noun::Secret),
            ("apikey", Noun::Key),
            ("secretkey", Noun::Secret),
            ("accesskey", Noun::Key),
            ("token", Noun::Token),
        ]
        .into_iter()
        .find_map(|(end, noun)| lower.ends_with(end).then_some(noun))
    })
}

/// Whether a text in lower case has a word in it that means password in another language than English.
pub(in crate::detect) fn says_password_elsewhere(lower: &str) -> bool {
    PASSWORDS_ELSEWHERE.iter().any(|word| lower.contains(word))
}

/// Whether a credential's name says nothing of whose it is: `API_KEY`, not `SESSION_SECRET`.
pub(crate) fn is_plain_name(name: &str) -> bool {
    Name::new(name)
        .parts()
        .all(|part| part != "jwt" && (is_one_of(part, NOUNS) || is_one_of(part, PLAIN)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_have_any_letters() {
        for name in ["clé", "schlüsselKey", "鍵_KEY", "é", "ключ"] {
            is_credential_name(name, "");
            noun(name);
        }
        assert!(is_credential_name("鍵_api_key", ""));
    }

    #[test]
    fn knows_names_of_credentials() {
        for name in [
            "PUBLER_API_KEY",
            "publerApiKey",
            "publerkey",
            "APIKey",
            "x-api-key",
            "authToken",
        ] {
            assert!(is_credential_name(name, "publer"), "{name}");
        }
        for name in [
            "publerWorkspaceId",
            "PUBLER_KEY_ID",
            "monkey",
            "token_url",
            "publicKey",
            "publer",
            "cacheKey",
        ] {
            assert!(!is_credential_name(name, "publer"), "{name}");
        }
    }

    #[test]
    fn lists_are_sorted_for_the_search() {
        for list in [NOUNS, PASSWORDS, OTHER_LAST, OTHER, QUALIFIERS, PLAIN] {
            assert!(list.is_sorted());
        }
    }

    #[test]
    fn every_noun_has_a_trigger() {
        // `pat` and `pw` are too short to look for by themselves.
        let found = |noun: &&&str| !TRIGGERS.iter().any(|trigger| noun.contains(trigger));
        let left: Vec<_> = NOUNS.iter().filter(found).collect();
        assert_eq!(left, [&"pat", &"pw"]);
    }

    #[test]
    fn kinds_of_names() {
        for (name, kind) in [
            ("DB_PASSWORD", Some(Noun::Password)),
            ("dbpass", Some(Noun::Password)),
            ("smtp_pass2", Some(Noun::Password)),
            ("clientSecret", Some(Noun::Secret)),
            ("SECRET_KEY", Some(Noun::Secret)),
            ("x-api-key", Some(Noun::Key)),
            ("APIKEY", Some(Noun::Key)),
            ("encryptionKey", Some(Noun::Key)),
            ("access_token", Some(Noun::Token)),
            ("key", None),
            ("cacheKey", None),
            ("sortKey", None),
            ("password_hash", None),
            ("passwordField", None),
            ("label_password", None),
            ("tokenUrl", None),
            ("monkey", None),
            ("bypass", None),
            ("trivially_copy_pass_by_ref", None),
            ("passwordOld", Some(Noun::Password)),
            ("author", None),
        ] {
            assert_eq!(noun(name), kind, "{name}");
        }
    }
}
