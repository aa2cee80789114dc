//! Values under a name that says what they are, whoever's they are: `db_password = …`,
//! `"clientSecret": "…"`. Judged by name, value and place.

use super::file::{self, FileKind};
use super::position::{self, Place, Position};
use super::validate::literal::{self, Trust};
use super::validate::{Dropped, entropy, placeholder, reads_as_words};
use super::{Basis, Detector, Match, Observer, shown};
use crate::model::{Blob, Checksum, Confidence};
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

/// Parts of the names of algorithms, which drawn values do not have.
const ALGORITHMS: &[&[u8]] = &[
    b"sha1", b"sha256", b"sha384", b"sha512", b"sha-", b"hmac", b"pbkdf", b"aes", b"md5",
    b"withrsa", b"ecdsa", b"secp256", b"ed25519", b"hs256", b"rs256",
];

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

/// A value with all that is known of its place.
struct Candidate<'a> {
    value: &'a [u8],
    /// Whether it stands in quotes, or where none are needed.
    literal: bool,
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
        kind,
        place: position.place,
    };
    let dropped = |why: Dropped, observer: &mut dyn FnMut(&Dropped)| observer(&why);
    let mut tell = |why: &Dropped| observer.dropped(rule.index, &position.value, why);
    let confidence = match candidate.weigh(noun) {
        Ok(_)
            if !detector
                .patterns()
                .fits(rule.index, rule.credential, candidate.value) =>
        {
            return dropped(Dropped::Pattern, &mut tell);
        }
        // `"wJal\u0045…"`: the value goes on, and not everything of it is here.
        Ok(_) if text.get(position.value.end) == Some(&b'\\') => {
            return dropped(Dropped::NotLiteral("cut by an escape"), &mut tell);
        }
        Ok(_) if position::names_digest(blob.path, text, position) => {
            return dropped(Dropped::NotLiteral("a digest"), &mut tell);
        }
        Ok(confidence) => confidence,
        Err(why) => return dropped(why, &mut tell),
    };
    if let Some(off) = of_rule_that_is_off(detector, text, position) {
        return dropped(Dropped::Overlap(off), &mut tell);
    }
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
            hands_over.then(|| position::noun(call)).flatten()
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
            let before = &text[position.name.start.saturating_sub(40)..position.name.start];
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
        _ => position::noun(name),
    }
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

    /// What people choose may be short and a word; what stands for it is one too.
    fn weigh_password(&self) -> Result<Confidence, Dropped> {
        let not = |why| Err(Dropped::NotLiteral(why));
        let value = self.value;
        if !self.literal && self.kind == FileKind::Code {
            return not("a name in code");
        }
        if let Some(why) = placeholder::reason(value) {
            return Err(Dropped::Placeholder(why));
        }
        if let Some(why) = is_expression(value) {
            return not(why);
        }
        literal::is_reference(value)?;
        let classes = Classes::of(value);
        let text = String::from_utf8_lossy(value).to_ascii_lowercase();
        if is_customary(&text) {
            return Err(Dropped::Placeholder("a customary word"));
        }
        if classes.letters > 0
            && classes.kinds() == 1
            && position::is_credential_name(&String::from_utf8_lossy(value), "")
        {
            return not("a name");
        }
        let inside = value.strip_prefix(b"{").and_then(|v| v.strip_suffix(b"}"));
        if is_uuid(inside.unwrap_or(value)) {
            return not("an id");
        }
        if value.starts_with(b"\\x") || value.starts_with(b"\\u") || value.starts_with(b"0x") {
            return not("bytes, or a number");
        }
        if value.contains(&b'/') && value.len() < 12 && classes.lower == 0 {
            return not("a short list");
        }
        if value.starts_with(b"ENC") && matches!(value.get(3), Some(b'(' | b'['))
            || value.starts_with(b"{cipher}")
        {
            return not("encrypted");
        }
        if classes.letters == 0 && value.contains(&b'.') {
            return not("a number of dots, such as a version");
        }
        if classes.lower == 0 && classes.digits == 0 && joined_only(value) {
            return not("a constant's name");
        }
        if value
            .windows(3)
            .any(|w| w[0] == b'$' && w[1..].iter().all(u8::is_ascii_uppercase))
        {
            return not("text with a variable");
        }
        let parts = value.split(|&b| b == b'|').count();
        if parts >= 3 || value.starts_with(b"\\s") || has_any(value, &[b".+", b".*", b"\\w"]) {
            return not("a pattern, or a list of rules");
        }
        let joined = plain_symbols(value) == classes.symbols;
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
                if configured && value.len() >= 5 && self.kind == FileKind::Configuration {
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

    /// Keys and tokens are drawn by machines, or look so.
    fn weigh_drawn(&self, noun: Noun) -> Result<Confidence, Dropped> {
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
        let word = |part: &[u8]| part.len() >= 4 && reads_as_words(part);
        if bare && value.contains(&b'_') && value.split(|&b| b == b'_').any(word) {
            return not("a name in code");
        }
        if value.len() < 40
            && ALGORITHMS
                .iter()
                .any(|name| memchr::memmem::find(&lower, name).is_some())
            && !lower.iter().all(u8::is_ascii_hexdigit)
        {
            return not("the name of an algorithm");
        }
        if made_of_parts(value) || is_identifier(value) {
            return not("a name");
        }
        let classes = Classes::of(value);
        let judged = literal::judge(value, bare, Trust::Strict);
        if judged.is_ok() {
            let sure = value.len() >= 20 && entropy(value) >= 3.3;
            let listed = !matches!(self.place, Place::Name);
            return Ok(if sure && !listed {
                Confidence::High
            } else {
                Confidence::Medium
            });
        }
        // Signing secrets are also typed by people: with symbols, or shorter.
        let typed = noun == Noun::Secret && (self.literal || self.kind != FileKind::Code);
        if typed
            && is_expression(value).is_none()
            && literal::is_reference(value).is_ok()
            && !reads_as_words(value)
        {
            let various = classes.kinds() >= 3 && value.len() >= 12
                || classes.kinds() >= 2 && classes.digits > 0 && value.len() >= 8;
            if various && entropy(value) >= 2.75 {
                return Ok(Confidence::Medium);
            }
        }
        Err(judged.expect_err("checked above"))
    }
}

/// 8-4-4-4-12 hexadecimal digits.
fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// How many characters of each kind a value has.
struct Classes {
    lower: usize,
    upper: usize,
    digits: usize,
    symbols: usize,
    letters: usize,
}

impl Classes {
    fn of(value: &[u8]) -> Self {
        let count = |is: fn(&u8) -> bool| value.iter().filter(|b| is(b)).count();
        let (lower, upper) = (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase));
        let digits = count(u8::is_ascii_digit);
        Self {
            lower,
            upper,
            digits,
            symbols: value.len() - lower - upper - digits,
            letters: lower + upper,
        }
    }

    /// How many kinds there are.
    fn kinds(&self) -> usize {
        [self.lower, self.upper, self.digits, self.symbols]
            .iter()
            .filter(|&&count| count > 0)
            .count()
    }
}

/// Whether the place is in a row of values: `INSERT … VALUES (1, 'name', '…')`.
fn in_sql_row(text: &[u8], position: &Position) -> bool {
    let before = &text[position.name.start.saturating_sub(160)..position.name.start];
    let line = before.rsplit(|&b| b == b'\n').next().unwrap_or_default();
    has_any(&line.to_ascii_lowercase(), &[b"values"])
}

fn has_any(value: &[u8], marks: &[&[u8]]) -> bool {
    marks
        .iter()
        .any(|mark| memchr::memmem::find(value, mark).is_some())
}

/// Whether all its symbols are of those that join words, and there are some.
fn joined_only(value: &[u8]) -> bool {
    let joints = plain_symbols(value);
    joints > 0 && joints == Classes::of(value).symbols
}

/// How many of its symbols are of those that join words.
fn plain_symbols(value: &[u8]) -> usize {
    value.iter().filter(|b| b"_-./,:".contains(b)).count()
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

/// Why a value is code, a template or text rather than one word.
fn is_expression(value: &[u8]) -> Option<&'static str> {
    let has = |mark: &[u8]| memchr::memmem::find(value, mark).is_some();
    if value.iter().any(u8::is_ascii_whitespace) {
        return Some("text");
    }
    if has(b"://") {
        return Some("a URL");
    }
    if [
        b"()".as_slice(),
        b"${",
        b"#{",
        b"{{",
        b"{0}",
        b"{}",
        b"%s",
        b"%v",
        b"%d",
        b"$(",
        b"=>",
        b"->",
        b"::",
    ]
    .iter()
    .any(|m| has(m))
    {
        return Some("an expression");
    }
    let name = |rest: &[u8]| {
        !rest.is_empty()
            && rest
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || b"_.->[]'\"".contains(b))
    };
    match value {
        // `$password`, `@password`, `:password`, `%PASSWORD%`, `{password}`.
        [b'$' | b'@' | b':' | b'&', rest @ ..]
            if name(rest) && !rest.iter().any(u8::is_ascii_digit) =>
        {
            Some("a variable")
        }
        [b'%', rest @ .., b'%']
        | [b'{', rest @ .., b'}']
        | [b'[', rest @ .., b']']
        | [b'(', rest @ .., b')']
            if name(rest) =>
        {
            Some("a variable")
        }
        [first, .., b'(' | b'['] if first.is_ascii_alphabetic() => Some("an expression"),
        _ => {
            // `user.password`, `self.pw`: a path of names.
            let parts = || value.split(|&b| b == b'.');
            let path = parts().count() > 1
                && parts().all(|part| {
                    part.first().is_some_and(u8::is_ascii_alphabetic)
                        && part.iter().all(|b| b.is_ascii_alphabetic() || *b == b'_')
                });
            path.then_some("a path of names")
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn weigh(noun: Noun, value: &str, kind: FileKind) -> Option<Confidence> {
        let candidate = Candidate {
            value: value.as_bytes(),
            literal: true,
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
