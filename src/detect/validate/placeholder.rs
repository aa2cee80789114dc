//! Values that stand for a secret without being one.

/// Words that no random value contains by accident and every documentation does.
const ANYWHERE: &[&[u8]] = &[
    b"example",
    b"sample",
    b"placeholder",
    b"changeme",
    b"change_me",
    b"change-me",
    b"dummy",
    b"replace",
    b"insert",
    b"redacted",
    b"yourkey",
    b"yourapi",
    b"yourtoken",
    b"yourstrong",
    b"your_",
    b"your-",
    b"mysecret",
    b"my_secret",
    b"my-secret",
    b"my_api",
    b"my-api",
    b"myapikey",
    b"xxxx",
    b"goes_here",
    b"goes-here",
    b"foobar",
    b"notreal",
    b"not-real",
    b"not_real",
    b"undefined",
];

/// Shorter words that count only between other characters than letters and digits.
const ALONE: &[&[u8]] = &[
    b"your",
    b"fake",
    b"todo",
    b"here",
    b"none",
    b"null",
    b"test",
    b"abc",
    b"secret",
    b"token",
    b"key",
    b"password",
    b"passwd",
    b"apikey",
    b"mock",
    b"demo",
    b"hidden",
    b"masked",
    b"value",
    b"some",
    b"foo",
    b"bar",
    b"false",
    b"true",
];

/// Marks of a template, a variable or a mask: what stands there is filled in later, or blacked out.
const TEMPLATE: &[&[u8]] = &[
    b"${",
    b"{{",
    b"%(",
    b"$(",
    b"***",
    b"...",
    b"\xe2\x80\xa6",
    b"\xe2\x80\xa2",
    b"#{",
    b"<%",
];

/// Why `body`, a value without its literal prefix, is a placeholder; `None` where it is not.
#[must_use]
pub(crate) fn reason(body: &[u8]) -> Option<&'static str> {
    if TEMPLATE.iter().any(|mark| contains(body, mark)) || is_variable(body) || has_slot(body) {
        return Some("a template, variable or mask");
    }
    // In a long value such words turn up by chance, and nobody writes a long placeholder with one.
    if body.len() <= 80 {
        let lower = body.to_ascii_lowercase();
        if ANYWHERE.iter().any(|word| contains(&lower, word)) || mostly_placeholder_words(&lower) {
            return Some("a placeholder word");
        }
    }
    if is_word_for_one(body) {
        return Some("a word for one");
    }
    if few_characters(body) {
        return Some("one or two characters over and over");
    }
    if mostly_sequences(body) {
        return Some("a sequence such as abc123");
    }
    None
}

/// `$NAME`, `%NAME%`: what a `$` or `%` begins, unless it goes on as no name does (`$6$…` is a hash).
fn is_variable(body: &[u8]) -> bool {
    match body {
        [b'$', rest @ ..] => {
            !rest.contains(&b'$')
                && rest
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || b"_.:>[]()-".contains(b))
        }
        [b'%', rest @ ..] => rest
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"_%".contains(b)),
        _ => false,
    }
}

/// `<your key>`: a slot to fill in.
fn has_slot(body: &[u8]) -> bool {
    memchr::memchr(b'<', body).is_some_and(|open| {
        let inside = &body[open + 1..];
        let close = memchr::memchr(b'>', inside);
        open == 0
            || close.is_some_and(|close| {
                inside[..close]
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || b" _-./".contains(b))
            })
    })
}

/// `ACCESSKEY`, `pass%20word`, `this.base.password`: nothing but a word that says what will stand there,
/// cut by other characters or at the end of a path of names.
fn is_word_for_one(body: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"accesskey",
        b"accesstoken",
        b"apikey",
        b"apitoken",
        b"authtoken",
        b"mypassword",
        b"passphrase",
        b"passwd",
        b"password",
        b"secretkey",
        b"username",
        b"userpassword",
        b"yourpassword",
    ];
    if body.len() > 64 {
        return false;
    }
    let lower = body.to_ascii_lowercase();
    let path = |b: &u8| b.is_ascii_alphabetic() || b"_.$".contains(b);
    if lower.contains(&b'.') && lower.iter().all(path) {
        let last = lower.rsplit(|&b| b == b'.').next().unwrap_or_default();
        return WORDS.contains(&last);
    }
    let mut letters = Vec::with_capacity(lower.len());
    let mut rest = &*lower;
    while let [first, after @ ..] = rest {
        // What is percent-encoded is no letter either.
        let escaped =
            *first == b'%' && after.len() >= 2 && after[..2].iter().all(u8::is_ascii_hexdigit);
        letters.extend(first.is_ascii_alphanumeric().then_some(*first));
        rest = if escaped { &after[2..] } else { after };
    }
    WORDS.contains(&&*letters)
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

/// Whether half of the parts between other characters than letters and digits are such words.
fn mostly_placeholder_words(lower: &[u8]) -> bool {
    let parts = lower
        .split(|b| !b.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty());
    let (mut words, mut all) = (0, 0);
    for part in parts {
        all += 1;
        let stem = part.trim_ascii_end();
        words += usize::from(ALONE.contains(&stem));
    }
    all > 0 && 2 * words >= all && words > 0
}

/// Whether there are too few different characters for a drawn value.
fn few_characters(body: &[u8]) -> bool {
    let mut seen = [false; 256];
    for &b in body {
        seen[usize::from(b)] = true;
    }
    let different = seen.iter().filter(|&&s| s).count();
    // Hexadecimal text of any length has sixteen.
    body.len() >= 4 && different <= (2 + body.len() / 24).min(12)
}

/// Whether more than half of the value is runs of three or more that rise, fall or stand still.
fn mostly_sequences(body: &[u8]) -> bool {
    let mut in_runs = 0;
    let mut start = 0;
    while start < body.len() {
        let step = body
            .get(start + 1)
            .map_or(i16::MAX, |&next| i16::from(next) - i16::from(body[start]));
        let mut end = start + 1;
        if step.abs() <= 1 {
            while end < body.len() && i16::from(body[end]) - i16::from(body[end - 1]) == step {
                end += 1;
            }
        }
        if end - start >= 3 {
            in_runs += end - start;
        }
        start = end;
    }
    2 * in_runs > body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for body in [
            "your_api_key_here",
            "YOUR-KEY",
            "xxxxxxxxxxxx",
            "************",
            "<your-key>",
            "${API_KEY}",
            "abc123def456",
            "1234567890abcdef",
            "aaaaaaaaaaaaaaaa",
            "example-key-value",
            "changeme",
            "{{ secrets.KEY }}",
            "$API_KEY",
            "abcabcabcabcabc",
            "api-key",
            "abc123def456ghi789jkl",
            "000000000000",
            "test-token",
            "sk_0000000000",
        ] {
            assert!(reason(body.as_bytes()).is_some(), "{body}");
        }
    }

    #[test]
    fn drawn_values() {
        for body in [
            "k3x9p0q2w8zt",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "Zx8Kq0VbTn4Lw2RjHs7Yc1Md",
            "q7w2e9r4t1y8",
            "$6$k3x9p0q2$w8zt",
            "k3)x9<p0q2w8zt",
        ] {
            assert_eq!(reason(body.as_bytes()), None, "{body}");
        }
    }
}
