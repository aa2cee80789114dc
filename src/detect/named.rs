//! Values under a name that says what they are, whoever's they are: `db_password = …`,
//! `"clientSecret": "…"`. Judged by name, value and place.

mod drawn;
mod looks;
mod password;

use std::ops::Range;

use super::file::{self, FileKind};
use super::position::{self, Place, Position};
use super::validate::Dropped;
use super::{Basis, Detector, Match, Observer, shown};
use crate::model::{Blob, Checksum, Confidence};
use crate::rules::Rule;
use crate::rules::schema::{Context, Noun};

/// Verbs that hand a credential over: `setPassword("…")`.
const HANDS_OVER: &[&str] = &["set", "with", "use", "put", "add"];

/// Calls whose first argument names what the second is: `define('DB_PASSWORD', '…')`.
const SETS_NAMED: &[&str] = &[
    "option", "add", "append", "define", "env", "header", "insert", "param", "property", "put",
    "set",
];

/// Calls whose second argument is a password, behind a user's name.
const SIGNS_IN: &[&str] = &[
    "auth",
    "authenticate",
    "basic_auth",
    "basicauth",
    "credentials",
    "http_basic_auth",
    "httpbasicauth",
    "login",
    "networkcredential",
    "passwordauthentication",
    "passwordcredential",
    "setbasicauth",
    "set_basic_auth",
    "usernamepasswordcredentials",
];

/// A value with all that is known of its place.
struct Candidate<'a> {
    value: &'a [u8],
    /// Whether it stands in quotes, or where none are needed.
    literal: bool,
    /// Whether the name says that an application signs with it.
    signs: bool,
    /// Whether it is a name or a call where code stands.
    in_code: bool,
    kind: FileKind,
    place: Place,
}

/// Judges the value at `position` by the name it is given to.
pub(super) fn judge(
    detector: &Detector,
    blob: &Blob<'_>,
    kind: FileKind,
    position: &Position,
    matches: &mut Vec<Match>,
    observer: &mut impl Observer,
) {
    let text = blob.bytes;
    let Some(noun) = noun(text, position) else {
        return;
    };
    let Some(rule) = detector.rule_of_noun(noun) else {
        return;
    };
    let candidate = Candidate {
        value: &text[position.value.clone()],
        literal: position.literal,
        signs: signs(&text[position.name.clone()]),
        in_code: kind == FileKind::Code && !position.literal && !in_comment(text, &position.value),
        kind,
        place: position.place,
    };
    let weighed = candidate.weigh(noun);
    let weighed = weighed.and_then(|confidence| {
        holds(detector, blob, rule, position)?;
        Ok(confidence)
    });
    let confidence = match weighed {
        Ok(confidence) => confidence,
        Err(why) => return observer.dropped(rule.index, &position.value, &why),
    };
    // What tests are fed with is made up, and what readers are shown is an example, more often than not.
    let doubted = file::is_test(blob.path) || kind == FileKind::Prose;
    let confidence = match confidence {
        Confidence::High if doubted => Confidence::Medium,
        Confidence::Medium if doubted => Confidence::Low,
        other => other,
    };
    matches.push(Match {
        rule: rule.index,
        secret: position.value.clone(),
        span: position.value.clone(),
        severity: None,
        confidence: confidence.min(rule.credential.confidence),
        checksum: Checksum::None,
        evidence: vec![format!(
            "stands in `{}`",
            shown(&text[position.name.clone()])
        )],
        identifiers: Vec::new(),
        decoded: None,
        basis: Basis::Name,
        proximity: None,
    });
}

/// What must hold of a value of any kind, its looks aside.
fn holds(
    detector: &Detector,
    blob: &Blob<'_>,
    rule: Rule<'_>,
    position: &Position,
) -> Result<(), Dropped> {
    let text = blob.bytes;
    let value = &text[position.value.clone()];
    if !detector.patterns().fits(rule.index, rule.credential, value) {
        return Err(Dropped::Pattern);
    }
    // `"wJal\u0045…"`: the value goes on, and not everything of it is here.
    let after = &text[position.value.end..];
    let quote = text[..position.value.start]
        .last()
        .filter(|b| b"\"'`".contains(b));
    let closes = quote.is_some_and(|quote| after.get(1) == Some(quote))
        && text[..position.value.start - 1].ends_with(b"\\");
    if after.starts_with(b"\\") && !closes {
        return Err(Dropped::NotLiteral("cut by an escape"));
    }
    // `edit_password: Change your password`
    let goes_on = text[position.value.end..].strip_prefix(b" ");
    let goes_on = goes_on.and_then(|rest| rest.first());
    let word = value.iter().all(u8::is_ascii_alphabetic);
    if !position.literal && word && goes_on.is_some_and(u8::is_ascii_alphabetic) {
        return Err(Dropped::NotLiteral("text"));
    }
    if position::names_digest(blob.path, text, position) {
        return Err(Dropped::NotLiteral("a digest"));
    }
    match of_rule_that_is_off(detector, text, position) {
        Some(off) => Err(Dropped::Overlap(off)),
        None => Ok(()),
    }
}

/// The rule that would know the value, had it not been turned off: whoever does that wants to hear nothing
/// of it.
fn of_rule_that_is_off(detector: &Detector, text: &[u8], position: &Position) -> Option<usize> {
    let value = &text[position.value.clone()];
    let owners = detector.owners(text, position::path_of(text, &position.name));
    let lower = value.to_ascii_lowercase();
    let mut off = detector.rules_that_are_off();
    off.find(|rule| {
        let led_to = if rule.credential.context == Context::Assigned {
            owners
                .iter()
                .any(|(owner, _)| *owner == rule.provider_index)
        } else {
            let mut literals = rule.credential.literals.iter();
            literals.any(|l| memchr::memmem::find(&lower, l.as_bytes()).is_some())
        };
        led_to && detector.patterns().fits(rule.index, rule.credential, value)
    })
    .map(|rule| rule.index)
}

/// What the name at `position` says that its value is.
fn noun(text: &[u8], position: &Position) -> Option<Noun> {
    let full = match position.place {
        Place::Name | Place::Listed => position::path_of(text, &position.name),
        Place::Argument | Place::Second => position.name.clone(),
        Place::Marker | Place::Cell => return None,
    };
    let name = std::str::from_utf8(&text[full]).ok()?;
    match position.place {
        Place::Argument => {
            let call = name.rsplit(['.', ':']).next()?;
            let lower = call.to_ascii_lowercase();
            if lower.ends_with("client") {
                return Some(Noun::Key);
            }
            let hands_over = HANDS_OVER.iter().any(|verb| lower.starts_with(verb));
            // `builder.password("…")`
            let member = text[..position.name.end - call.len()].ends_with(b".");
            (hands_over || member && position::noun(call) == Some(Noun::Password))
                .then(|| position::noun(call))
                .flatten()
        }
        Place::Second => {
            let call = name.rsplit(['.', ':']).next()?.to_ascii_lowercase();
            if call.ends_with("client") {
                return Some(Noun::Key);
            }
            SIGNS_IN.contains(&&*call).then_some(Noun::Password)
        }
        Place::Listed if in_sql_row(text, position) => position::noun(name),
        Place::Listed => {
            let start = position::path_of(text, &position.name).start;
            let before = &text[start.saturating_sub(40)..start];
            let before = before.strip_suffix(b"--").unwrap_or(before);
            let call = before
                .trim_ascii_end()
                .strip_suffix(b"\"")
                .or(before.strip_suffix(b"'"))?;
            let call = call
                .trim_ascii_end()
                .strip_suffix(b"(")?
                .to_ascii_lowercase();
            let word = call
                .rsplit(|b| !b.is_ascii_alphanumeric() && *b != b'_')
                .next()?;
            let word = std::str::from_utf8(word).ok()?;
            let sets = SETS_NAMED.iter().any(|verb| word.contains(verb));
            sets.then(|| position::noun(name)).flatten()
        }
        _ => position::noun(name).or_else(|| {
            // `"jwt": { "key": "…" }`
            let own = std::str::from_utf8(&text[position.name.clone()]).ok()?;
            let around = own
                .eq_ignore_ascii_case("key")
                .then(|| position::enclosing(text, &position.name))?;
            position::noun(&format!("{}_key", std::str::from_utf8(around).ok()?))
        }),
    }
}

/// Whether the name is that of a secret with which an application signs, which people type.
fn signs(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    let words: [&[u8]; 6] = [
        b"cookie",
        b"hmac",
        b"jwt",
        b"session",
        b"sign",
        b"app_secret",
    ];
    words
        .iter()
        .any(|word| memchr::memmem::find(&lower, word).is_some())
}

impl Candidate<'_> {
    /// How sure it is that the value is a credential of this kind.
    fn weigh(&self, noun: Noun) -> Result<Confidence, Dropped> {
        if self.value.len() > 512 {
            return Err(Dropped::NotLiteral("too long for one"));
        }
        match noun {
            Noun::Password => self.weigh_password(),
            Noun::Key | Noun::Token | Noun::Secret => self.weigh_drawn(noun),
        }
    }
}

/// Whether the line, as far as the place, is a comment.
fn in_comment(text: &[u8], place: &Range<usize>) -> bool {
    let before = &text[place.start.saturating_sub(400)..place.start];
    let line = before.rsplit(|&b| b == b'\n').next().unwrap_or_default();
    let starts = [b"//".as_slice(), b"#", b"*", b"/*", b"--", b";", b"%"];
    starts
        .iter()
        .any(|mark| line.trim_ascii_start().starts_with(mark))
        || memchr::memmem::find(line, b" // ").is_some()
        || memchr::memmem::find(line, b" # ").is_some()
}

/// Whether the place is in a row of values: `INSERT … VALUES (1, 'name', '…')`.
fn in_sql_row(text: &[u8], position: &Position) -> bool {
    let before = &text[position.name.start.saturating_sub(160)..position.name.start];
    let line = before.rsplit(|&b| b == b'\n').next().unwrap_or_default();
    let line = line.to_ascii_lowercase();
    memchr::memmem::find_iter(&line, b"values").any(|at| {
        let alone = at == 0 || !line[at - 1].is_ascii_alphanumeric();
        alone
            && line[at + b"values".len()..]
                .trim_ascii_start()
                .starts_with(b"(")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weigh(noun: Noun, value: &str, kind: FileKind) -> Option<Confidence> {
        let candidate = Candidate {
            value: value.as_bytes(),
            literal: true,
            signs: false,
            in_code: false,
            kind,
            place: Place::Name,
        };
        candidate.weigh(noun).ok()
    }

    #[test]
    fn passwords() {
        use FileKind::{Code, Configuration, Translation};
        for (value, kind, confidence) in [
            ("Tr0ub4dor&3", Code, Some(Confidence::High)),
            ("hunter42", Code, Some(Confidence::Medium)),
            ("admin123", Configuration, Some(Confidence::Medium)),
            ("letmein", Configuration, Some(Confidence::Medium)),
            ("letmein", Code, Some(Confidence::Low)),
            ("password", Configuration, None),
            ("your_password", Configuration, None),
            ("changeme", Configuration, None),
            ("user.password", Code, None),
            ("$password", Configuration, None),
            ("${DB_PASS}", Configuration, None),
            ("Enter your password", Code, None),
            ("Passwort", Translation, None),
        ] {
            assert_eq!(weigh(Noun::Password, value, kind), confidence, "{value}");
        }
    }

    #[test]
    fn drawn_values() {
        for (noun, value, found) in [
            (Noun::Key, "9f86d081884c7d659a2feaa0c55ad015", true),
            (Noun::Token, "Zx8Kq0VbTn4Lw2RjHs7Y", true),
            (Noun::Secret, "k3x9p0q2", true),
            (Noun::Secret, "k)3x*9^p0$q2!zz&7", true),
            (Noun::Key, "k3x9p0q2", false),
            (Noun::Key, "PBKDF2WithHmacSHA256", false),
            (Noun::Key, "us-east-1-blue-42", false),
            (Noun::Token, "access_token", false),
            (Noun::Key, "getUserAccessToken2", false),
        ] {
            let weighed = weigh(noun, value, FileKind::Code);
            assert_eq!(weighed.is_some(), found, "{value}");
        }
    }
}
