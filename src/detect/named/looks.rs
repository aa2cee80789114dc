//! What a value looks like, whatever it is called.

/// 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// How many characters of each kind a value has.
pub(super) struct Classes {
    pub(super) lower: usize,
    pub(super) upper: usize,
    pub(super) digits: usize,
    pub(super) symbols: usize,
    pub(super) letters: usize,
    /// Whether its symbols, if any, are of those that join words.
    pub(super) joined: bool,
}

impl Classes {
    pub(super) fn of(value: &[u8]) -> Self {
        let count = |is: fn(&u8) -> bool| value.iter().filter(|b| is(b)).count();
        let (lower, upper) = (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase));
        let digits = count(u8::is_ascii_digit);
        Self {
            lower,
            upper,
            digits,
            symbols: value.len() - lower - upper - digits,
            letters: lower + upper,
            joined: value
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || b"_-./,:".contains(b)),
        }
    }

    /// How many kinds there are.
    pub(super) fn kinds(&self) -> usize {
        [self.lower, self.upper, self.digits, self.symbols]
            .iter()
            .filter(|&&count| count > 0)
            .count()
    }
}

pub(super) fn has_any(value: &[u8], marks: &[&[u8]]) -> bool {
    marks
        .iter()
        .any(|mark| memchr::memmem::find(value, mark).is_some())
}

/// Whether the value says that it is encrypted: by dotenvx, Spring, Jasypt, Maven, or as a sealed secret of
/// Kubernetes, which has a key of 512 bytes before everything.
pub(super) fn is_encrypted(value: &[u8]) -> bool {
    let marks: [&[u8]; 5] = [b"encrypted:", b"enc:", b"ENC(", b"ENC[", b"{cipher}"];
    let by_maven = value.strip_prefix(b"{").and_then(|v| v.strip_suffix(b"=}"));
    marks.iter().any(|mark| value.starts_with(mark))
        || by_maven.is_some_and(|code| code.len() >= 40)
        || value.starts_with(b"Ag") && value.len() >= 300
}

/// `forms.CharField(`, `InitVar[str]`, `[NullString]::Value`: a call, an index or a cast, or what is left
/// of one.
pub(super) fn is_call(value: &[u8]) -> bool {
    let name = value
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || b"_.:$".contains(b))
        .count();
    matches!(value.get(name), Some(b'(' | b'['))
        && (name == 0 || value[0].is_ascii_alphabetic() || value[0] == b'$')
}

/// Why a value is code, a template or text rather than one word.
pub(super) fn is_expression(value: &[u8]) -> Option<&'static str> {
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
