//! From the text of a provider file to a [`Provider`] that is fit to use, or an error that says
//! where the file is wrong and what to do.
//!
//! Also part of `build.rs`: a file that does not pass here does not build.

use std::collections::HashSet;

use regex_syntax::hir::Hir;
use toml::de::{DeTable, DeValue};

use super::literals::{self, MAX_LITERALS, MIN_LITERAL};
use super::schema::{Context, Credential, Kind, List, Provider, Text};

/// What is wrong with a provider file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}\n  help: {help}")]
pub struct RuleError {
    /// The file, as it was named to the parser.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Reads one provider file. `file` is its name for messages.
pub fn compile(file: &str, text: &str) -> Result<Provider, RuleError> {
    let mut provider: Provider = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let message = error.message().trim().to_owned();
        RuleError {
            file: file.to_owned(),
            line: line_of(text, at),
            help: key_help(&message),
            message,
        }
    })?;
    let fault = match check_identity(&provider) {
        Err(fault) => Err(fault),
        Ok(()) => compile_credentials(&mut provider),
    };
    fault.map_err(|fault| RuleError {
        file: file.to_owned(),
        line: line_of_path(text, &fault.path),
        message: fault.message,
        help: fault.help,
    })?;
    Ok(provider)
}

/// A fault at a place in the file's tree of keys; the line is looked up only when there is one.
struct Fault {
    path: Vec<Step>,
    message: String,
    help: String,
}

/// One step down that tree.
enum Step {
    Key(&'static str),
    Index(usize),
}

impl Fault {
    fn provider(key: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        let path = vec![Step::Key("provider"), Step::Key(key)];
        Self {
            path,
            message: message.into(),
            help: help.into(),
        }
    }

    fn credential(
        index: usize,
        key: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let path = vec![Step::Key("credential"), Step::Index(index), Step::Key(key)];
        Self {
            path,
            message: message.into(),
            help: help.into(),
        }
    }
}

fn check_identity(provider: &Provider) -> Result<(), Fault> {
    let id = &provider.identity.id;
    if !is_kebab(id) {
        return Err(Fault::provider(
            "id",
            format!("`{id}` is not in kebab-case"),
            "use lower-case letters and digits, joined by single hyphens",
        ));
    }
    if let Some(name) = provider
        .identity
        .names
        .iter()
        .find(|n| n.chars().any(char::is_uppercase))
    {
        return Err(Fault::provider(
            "names",
            format!("the name `{name}` has upper-case letters"),
            "names match in any case; write them in lower case",
        ));
    }
    let contextual = provider
        .credentials
        .iter()
        .any(|c| matches!(c.context, Context::Near | Context::Assigned));
    if contextual && provider.identity.names.is_empty() && provider.identity.hosts.is_empty() {
        return Err(Fault::provider(
            "id",
            "a credential needs this provider's context, but the provider has none",
            "add `names` or `hosts` to [provider]",
        ));
    }
    if let Some(word) = provider
        .identity
        .names
        .iter()
        .chain(provider.identity.hosts.iter())
        .find(|w| w.len() < MIN_LITERAL)
        && contextual
    {
        return Err(Fault::provider(
            "names",
            format!("`{word}` is shorter than {MIN_LITERAL} characters, too short to look for"),
            "give a longer word; the prefilter looks for four characters at a time",
        ));
    }
    Ok(())
}

fn compile_credentials(provider: &mut Provider) -> Result<(), Fault> {
    let mut seen = HashSet::new();
    let id = provider.identity.id.clone();
    for (index, credential) in provider.credentials.to_mut().iter_mut().enumerate() {
        if !seen.insert(credential.id.clone()) {
            return Err(Fault::credential(
                index,
                "id",
                format!("the id `{}` is used twice", credential.id),
                "give each credential an id of its own",
            ));
        }
        check_credential(&id, index, credential)?;
        compile_pattern(index, credential)?;
    }
    for (index, credential) in provider.credentials.iter().enumerate() {
        if let Some(other) = &credential.pairs_with
            && !seen.contains(other)
        {
            return Err(Fault::credential(
                index,
                "pairs-with",
                format!("there is no credential `{other}` in this file"),
                suggestion(other, seen.iter().map(AsRef::as_ref)),
            ));
        }
    }
    Ok(())
}

fn check_credential(provider: &str, index: usize, credential: &Credential) -> Result<(), Fault> {
    let id = &credential.id;
    let own = id
        .strip_prefix(provider)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    if !is_kebab(id) || !own {
        return Err(Fault::credential(
            index,
            "id",
            format!("`{id}` is no id for a credential of `{provider}`"),
            format!("use kebab-case that begins with the provider's id: `{provider}-api-key`"),
        ));
    }
    if (credential.context == Context::Named) != credential.noun.is_some() {
        return Err(Fault::credential(
            index,
            "context",
            "`noun` goes with `context = \"named\"`, and it with `noun`",
            "add `noun = \"password\"` or the like, or choose another context",
        ));
    }
    if credential.kind == Kind::Identifier && credential.severity > crate::model::Severity::Note {
        return Err(Fault::credential(
            index,
            "severity",
            "an identifier is no leak by itself",
            "set severity = \"note\"; what it pairs with carries the severity",
        ));
    }
    Ok(())
}

/// Parses the pattern and settles which literals lead to it.
fn compile_pattern(index: usize, credential: &mut Credential) -> Result<(), Fault> {
    let hir = parse_pattern(&credential.pattern).map_err(|error| {
        Fault::credential(
            index,
            "pattern",
            format!("the pattern cannot be read: {error}"),
            "use the syntax of the regex crate; look-around and back-references do not exist there",
        )
    })?;
    if hir.properties().minimum_len().unwrap_or(0) < MIN_LITERAL {
        return Err(Fault::credential(
            index,
            "pattern",
            format!("the pattern matches fewer than {MIN_LITERAL} characters"),
            "give the value a least length",
        ));
    }
    let led_to = if matches!(credential.context, Context::Assigned | Context::Named) {
        Some("a value with this `context` is found by the name that it is given to")
    } else if credential.files.is_empty() {
        None
    } else {
        Some("the whole of the files that a rule names is looked through")
    };
    if let Some(led_to) = led_to {
        return if credential.literals.is_empty() {
            Ok(())
        } else {
            Err(Fault::credential(
                index,
                "literals",
                led_to,
                "remove `literals`",
            ))
        };
    }
    if credential.literals.is_empty() {
        let literals = literals::of_prefixes(&hir).ok_or_else(|| {
            Fault::credential(
                index,
                "pattern",
                format!(
                    "the pattern does not begin with one of at most {MAX_LITERALS} texts of \
                     {MIN_LITERAL} or more characters"
                ),
                "name the texts that must be present in `literals`, or set context = \"assigned\"",
            )
        })?;
        credential.literals = literals;
        credential.anchored = true;
        return Ok(());
    }
    if let Some(short) = credential
        .literals
        .iter()
        .find(|l| !literals::is_long_enough(l) || !l.is_ascii())
    {
        return Err(Fault::credential(
            index,
            "literals",
            format!("`{short}` is too short or not ASCII"),
            format!("give literals of {MIN_LITERAL} or more ASCII characters"),
        ));
    }
    for literal in credential.literals.to_mut() {
        *literal = Text::Owned(literal.to_ascii_lowercase());
    }
    credential.literals = List::Owned(literals::few(&credential.literals));
    // Written out, and still what every match begins with?
    credential.anchored = literals::begin_all(&credential.literals, &hir);
    Ok(())
}

/// Parses a pattern as the engine will compile it: over bytes, ASCII classes.
pub fn parse_pattern(pattern: &str) -> Result<Hir, String> {
    regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(pattern)
        .map_err(|error| match error {
            regex_syntax::Error::Parse(error) => error.kind().to_string(),
            regex_syntax::Error::Translate(error) => error.kind().to_string(),
            other => other.to_string(),
        })
}

fn is_kebab(id: &str) -> bool {
    !id.is_empty()
        && id.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

/// "Did you mean …", or what there is.
pub fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    crate::model::did_you_mean(word, known.iter().copied()).unwrap_or_else(|| {
        if known.len() <= 12 {
            format!("there are: {}", known.join(", "))
        } else {
            "`credlint rules list` shows what there is".to_owned()
        }
    })
}

/// Turns serde's list of expected keys into a suggestion.
fn key_help(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    match quoted.next() {
        Some(unknown) if message.starts_with("unknown") => suggestion(unknown, quoted),
        _ => "`credlint rules schema` prints the form of a provider file".to_owned(),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&b| b == b'\n').count() + 1
}

/// The line of the deepest part of `path` that the file has.
fn line_of_path(text: &str, path: &[Step]) -> usize {
    let Ok(table) = DeTable::parse(text) else {
        return 1;
    };
    let mut offset = 0;
    let mut table = Some(table.get_ref());
    let mut array = None;
    for step in path {
        let value = match step {
            Step::Key(key) => table.and_then(|t| t.get(*key)),
            Step::Index(index) => array.and_then(|a: &toml::de::DeArray<'_>| a.get(*index)),
        };
        let Some(value) = value else { break };
        offset = value.span().start;
        (table, array) = match value.get_ref() {
            DeValue::Table(t) => (Some(t), None),
            DeValue::Array(a) => (None, Some(a)),
            _ => (None, None),
        };
    }
    line_of(text, offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Confidence, Severity};

    const GOOD: &str = r#"
[provider]
id = "acme"
name = "Acme"
category = "test"

[[credential]]
id = "acme-key"
title = "Acme key"
severity = "high"
confidence = "high"
impact = "Everything."
pattern = 'ac(?:me|ne)_[a-z0-9]{12}'
examples = ["{{secret}}"]
"#;

    fn error(from: &str, to: &str) -> RuleError {
        compile("acme.toml", &GOOD.replace(from, to)).expect_err("a fault")
    }

    #[test]
    fn literals_come_from_the_patterns_beginning() {
        let provider = compile("acme.toml", GOOD).unwrap();
        let credential = &provider.credentials[0];
        assert_eq!(*credential.literals, ["acme_", "acne_"]);
        assert!(credential.anchored);
    }

    #[test]
    fn many_literals_are_cut_to_few() {
        let literals = |pattern: &str| {
            let text = GOOD.replace("ac(?:me|ne)_[a-z0-9]{12}", pattern);
            compile("acme.toml", &text).unwrap().credentials[0]
                .literals
                .to_vec()
        };
        assert_eq!(literals("ac_[a-z0-9]{12}"), ["ac_"]);
        assert_eq!(literals("(?:acme_[a-z]_key|acme_[0-9]_key)"), ["acme_"]);
        // Twenty from ten beginnings are not many of one: they stay as long as they are.
        assert_eq!(literals("ac[0-9][me]_[a-z]{12}").len(), 20);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_a_suggestion() {
        let error = error("pattern =", "patern =");
        assert_eq!((error.file.as_str(), error.line), ("acme.toml", 13));
        assert!(error.message.contains("patern"), "{error}");
        assert_eq!(error.help, "did you mean `pattern`?");
    }

    #[test]
    fn a_bad_pattern_is_named_with_its_line() {
        let error = error("ac(?:me|ne)", "ac(me");
        assert_eq!(error.line, 13);
        assert!(error.message.contains("unclosed group"), "{error}");
    }

    #[test]
    fn a_pattern_without_a_beginning_needs_literals() {
        let bad = error("ac(?:me|ne)_", "");
        assert!(bad.message.contains("does not begin"), "{bad}");
        let bad = error("pattern = 'ac(?:me|ne)_", "literals = ['a']\npattern = '");
        assert!(bad.message.contains("too short"), "{bad}");
    }

    #[test]
    fn ids_are_kebab_case_of_the_provider_and_used_once() {
        assert!(
            error("\"acme-key\"", "\"acmekey\"")
                .message
                .contains("no id for a credential")
        );
        assert!(
            error("\"acme-key\"", "\"acme-Key\"")
                .message
                .contains("no id")
        );
        let two = GOOD.split("[[credential]]").nth(1).unwrap();
        let twice = compile("acme.toml", &format!("{GOOD}[[credential]]{two}")).unwrap_err();
        assert!(twice.message.contains("used twice"), "{twice}");
        assert_eq!(twice.line, 16);
    }

    #[test]
    fn what_is_not_written_is_the_usual() {
        let bare = GOOD.replace(
            "severity = \"high\"\nconfidence = \"high\"\nimpact = \"Everything.\"\n",
            "",
        );
        assert!(!bare.contains("severity"));
        let provider = compile("acme.toml", &bare).unwrap();
        let credential = &provider.credentials[0];
        assert_eq!(credential.severity, Severity::High);
        assert_eq!(credential.confidence, Confidence::High);
        assert!(credential.impact.is_empty());
    }

    #[test]
    fn context_needs_something_to_recognise_the_provider_by() {
        let bad = error("pattern =", "context = \"assigned\"\npattern =");
        assert!(bad.message.contains("context"), "{bad}");
    }
}
