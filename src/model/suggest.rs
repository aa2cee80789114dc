//! The word somebody probably meant.
//!
//! Also part of `build.rs`, through the provider files' compiler.

/// A question that names the one of `known` nearest to `word`, if one is near enough to be meant.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(word, k), k))
        .filter(|(distance, k)| *distance <= k.len().max(word.len()) / 3)
        // The smallest of equally near words, whatever the order they come in.
        .min()
        .map(|(_, k)| format!("did you mean `{k}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_word_is_meant() {
        assert_eq!(
            did_you_mean("excude", ["allow", "exclude"]).as_deref(),
            Some("did you mean `exclude`?")
        );
        assert_eq!(did_you_mean("colour", ["allow", "exclude"]), None);
        assert_eq!(
            did_you_mean("pach", ["path", "patch"]).as_deref(),
            Some("did you mean `patch`?")
        );
    }
}
