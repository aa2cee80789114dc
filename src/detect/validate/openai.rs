//! Keys of OpenAI, which have a mark in their middle.

/// Base 64 of `OpenAI`.
const MARK: &[u8] = b"T3BlbkFJ";

/// Says that the mark has as many characters before it, the prefix aside, as behind it.
pub(super) fn read(key: &[u8]) -> Result<String, &'static str> {
    let body = ["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-", "sk-"]
        .iter()
        .find_map(|prefix| key.strip_prefix(prefix.as_bytes()))
        .unwrap_or(key);
    let middle = body.len().saturating_sub(MARK.len()) / 2;
    if body.len() % 2 == 0 && body[middle..].starts_with(MARK) {
        Ok("its mark stands in the middle, as it does in OpenAI's keys".to_owned())
    } else {
        Err("its mark is not in the middle, where OpenAI's keys have it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_in_the_middle() {
        let key = |prefix: &str, left: usize, right: usize| {
            [
                prefix.as_bytes(),
                &b"x".repeat(left),
                MARK,
                &b"y".repeat(right),
            ]
            .concat()
        };
        for prefix in ["sk-", "sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"] {
            assert!(read(&key(prefix, 20, 20)).is_ok());
            assert!(read(&key(prefix, 20, 21)).is_err());
            assert!(read(&key(prefix, 22, 20)).is_err());
        }
        assert!(read(b"").is_err());
    }
}
