//! What is wrong with a configuration file, where, and what to do about it.
//!
//! Knows the form of TOML and nothing of the settings.

use memchr::memchr_iter;
use toml::de::{DeArray, DeTable, DeValue};

use crate::model::did_you_mean;

/// What is wrong with a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}\n  help: {help}")]
pub struct ConfigError {
    /// The file, as it was named to the parser.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl ConfigError {
    /// What the parser found wrong.
    pub(super) fn of_parser(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let line = line_of(text, error.span().map_or(0, |span| span.start));
        let message = error.message().trim().to_owned();
        Self {
            file: file.to_owned(),
            line,
            help: key_help(&message),
            message,
        }
    }
}

/// A fault at a place in the file's tree of keys; the line is looked up only when there is one.
pub(super) struct Fault {
    path: Vec<Step>,
    message: String,
    help: String,
}

/// One step down that tree.
#[derive(Clone)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl Fault {
    pub(super) fn new(path: &[Step], message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            path: path.to_vec(),
            message: message.into(),
            help: help.into(),
        }
    }

    pub(super) fn at(self, file: &str, text: &str) -> ConfigError {
        let line = line_of_path(text, &self.path);
        ConfigError {
            file: file.to_owned(),
            line,
            message: self.message,
            help: self.help,
        }
    }
}

pub(super) fn key(name: impl Into<String>) -> Step {
    Step::Key(name.into())
}

/// What to do about a message of the parser.
fn key_help(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    if message.ends_with("is no date") || message.ends_with("a date in quotes") {
        return "write it with quotes: until = \"2030-12-31\"".to_owned();
    }
    match quoted.next() {
        Some(unknown) if message.starts_with("unknown") => {
            let known: Vec<&str> = quoted.collect();
            did_you_mean(unknown, known.iter().copied())
                .unwrap_or_else(|| format!("there are: {}", known.join(", ")))
        }
        _ => "`credlint init` writes a file with every setting in it".to_owned(),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    memchr_iter(b'\n', &text.as_bytes()[..offset.min(text.len())]).count() + 1
}

/// The line of the deepest part of `path` that the file has.
pub(super) fn line_of_path(text: &str, path: &[Step]) -> usize {
    let Ok(table) = DeTable::parse(text) else {
        return 1;
    };
    let mut offset = 0;
    let mut table = Some(table.get_ref());
    let mut array: Option<&DeArray<'_>> = None;
    for step in path {
        let (at, value) = match step {
            // The key's own place: a table's is that of its header, wherever its values stand.
            Step::Key(name) => match table.and_then(|table| table.get_key_value(name.as_str())) {
                Some((key, value)) => (key.span().start, value),
                None => break,
            },
            Step::Index(index) => match array.and_then(|array| array.get(*index)) {
                Some(value) => (value.span().start, value),
                None => break,
            },
        };
        offset = at;
        (table, array) = match value.get_ref() {
            DeValue::Table(table) => (Some(table), None),
            DeValue::Array(array) => (None, Some(array)),
            _ => (None, None),
        };
    }
    line_of(text, offset)
}
