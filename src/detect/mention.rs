//! Whether a provider's name is more than a word: then what is around it is worth reading as code.

use std::ops::Range;

use super::position::is_credential_name;

/// Whether a provider's name stands where code or configuration speaks of its API, and not in prose or
/// in the address of a page.
pub(super) fn names_api(text: &[u8], name: &Range<usize>) -> bool {
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'-';
    let before = text[..name.start]
        .iter()
        .rev()
        .take(60)
        .take_while(|b| is_word(b))
        .count();
    let after = text[name.end..]
        .iter()
        .take(60)
        .take_while(|b| is_word(b))
        .count();
    let word = name.start - before..name.end + after;
    let next = text.get(word.end);
    let rest = &text[word.end..text.len().min(word.end + 4)];
    if text[..word.start].ends_with(b"/")
        || text[..word.start].ends_with(b"@")
        || rest.starts_with(b".com")
        || rest.starts_with(b".io")
    {
        return false;
    }
    let own = String::from_utf8_lossy(&text[name.clone()]).to_ascii_lowercase();
    let whole = String::from_utf8_lossy(&text[word.clone()]);
    // A part of a longer name, or a name that something follows.
    let compound = whole.len() > own.len() && !whole.contains('-');
    compound
        || is_credential_name(&whole, &own)
        || matches!(
            next,
            Some(b'(' | b':' | b'=' | b'.' | b'[' | b'{' | b'"' | b'\'' | b'>')
        )
        || ["client", "api", "url", "host"]
            .iter()
            .any(|w| whole.to_ascii_lowercase().contains(w))
}
