//! The form of a baseline file: JSON, one entry a line, sorted, so that branches merge.
//!
//! Reads and writes text; knows no key and no finding. An entry that cannot be followed is kept apart and
//! told, it does not make the others useless.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::key::is_fingerprint;
use super::place::PathClass;
use crate::model::Severity;

/// The version of the form.
const VERSION: u32 = 1;

/// A baseline as it is written.
#[derive(Clone, Debug)]
pub struct BaselineFile {
    /// Which key its fingerprints were made with.
    pub key: KeyNote,
    /// The folder that its paths are relative to, as seen from the file's own folder, where that is another.
    pub root: Option<String>,
    /// The findings it accepts.
    pub entries: Vec<Entry>,
    /// Entries that cannot be followed.
    pub malformed: Vec<Malformed>,
}

/// Findings of a project that are accepted, in `.credlint-baseline.json`.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "Baseline"))]
#[serde(deny_unknown_fields)]
struct Shape<E> {
    /// The version of this form: 1.
    #[expect(
        dead_code,
        reason = "looked at before the rest, which may have another form"
    )]
    version: u32,
    /// Which key the fingerprints were made with.
    key: KeyNote,
    /// The folder that paths are relative to, as seen from the file's own; that one, if nothing is said.
    #[serde(default)]
    root: Option<String>,
    /// The findings that are accepted.
    entries: Vec<E>,
}

/// Which key a baseline's fingerprints were made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyNote {
    /// Where the key is.
    pub from: KeyFrom,
    /// Tells whether a key is the right one, and gives it away to nobody.
    pub check: String,
    /// The same for the project's fingerprint key, or the lack of one.
    pub fingerprints: String,
    /// The key itself, only where it is `here`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Where a baseline's key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum KeyFrom {
    /// It follows from the project's fingerprint key.
    FingerprintKey,
    /// In a file beside the baseline, or in `CREDLINT_BASELINE_KEY`.
    KeyFile,
    /// In the baseline.
    Here,
}

/// A finding, or several that are the same, that somebody accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The rule's id.
    pub rule: String,
    /// What kind of files it is accepted in.
    pub class: PathClass,
    /// A keyed hash of the finding and the class, 32 hexadecimal digits. Alone decides what the entry covers.
    pub fingerprint: String,
    /// How many findings without a secret of their own are accepted, in one file; 1 if nothing is said.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// How bad they were, for people.
    pub severity: Severity,
    /// Where they were, for people.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Why they are accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who answers for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The last day on which this counts, `YYYY-MM-DD`.
    #[serde(default, with = "date", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub until: Option<Date>,
    /// The day on which they were accepted, `YYYY-MM-DD`.
    #[serde(default, with = "date", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub added: Option<Date>,
    /// The line of the file on which the entry begins, from 1.
    #[serde(skip)]
    pub line: u64,
}

impl Entry {
    /// Whether it no longer counts on the day `today`.
    #[must_use]
    pub fn has_expired(&self, today: impl Fn() -> Date) -> bool {
        self.until.is_some_and(|until| until < today())
    }
}

/// An entry that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Its line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

/// Why a baseline cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}\n  help: {help}")]
pub struct BaselineError {
    file: String,
    line: usize,
    message: String,
    help: &'static str,
}

impl BaselineFile {
    /// Reads a baseline. `file` is its name for messages.
    pub fn parse(file: &str, text: &str) -> Result<Self, BaselineError> {
        let fault = |line, message: String, help| BaselineError {
            file: file.to_owned(),
            line,
            message,
            help,
        };
        let conflict = text.lines().position(|line| line.starts_with("<<<<<<<"));
        if let Some(line) = conflict {
            let help = "keep the entries of both sides, one a line with a comma between them";
            return Err(fault(line + 1, "a merge is not finished".to_owned(), help));
        }
        let help = "`credlint rules schema baseline` prints the form; `credlint baseline create` writes such a file";
        // Before all else, so that a later form is not taken for a mistake.
        let version = serde_json::from_str::<Value>(text)
            .ok()
            .and_then(|value| value.get("version")?.as_u64());
        if let Some(version) = version.filter(|version| *version != u64::from(VERSION)) {
            let message = format!("this is version {version} of the form, known is {VERSION}");
            return Err(fault(1, message, "use the credlint that wrote it"));
        }
        let shape: Shape<Value> =
            serde_json::from_str(text).map_err(|error| fault(error.line(), plain(&error), help))?;
        let lines = entry_lines(text);
        let mut parsed = Self {
            key: shape.key,
            root: shape.root,
            entries: Vec::new(),
            malformed: Vec::new(),
        };
        for (index, value) in shape.entries.into_iter().enumerate() {
            let line = lines.get(index).copied().unwrap_or(1);
            match Entry::deserialize(value) {
                Ok(entry) if is_fingerprint(&entry.fingerprint) => {
                    parsed.entries.push(Entry { line, ..entry });
                }
                Ok(entry) => parsed.malformed.push(Malformed {
                    line,
                    message: format!("`{}` is no fingerprint", entry.fingerprint),
                }),
                Err(error) => parsed.malformed.push(Malformed {
                    line,
                    message: plain(&error),
                }),
            }
        }
        Ok(parsed)
    }

    /// Whether nothing is written in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.malformed.is_empty()
    }

    /// The text of the file: one entry a line, sorted, and of several with one fingerprint the first.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        let order = |e: &&Entry| (e.rule.clone(), e.class, e.fingerprint.clone());
        entries.sort_by_key(order);
        entries.dedup_by_key(|entry| &entry.fingerprint);
        let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
        let mut text = format!("{{\n  \"version\": {VERSION},\n");
        let _ = writeln!(
            text,
            "  \"key\": {},",
            json(serde_json::to_string(&self.key))
        );
        if let Some(root) = &self.root {
            let _ = writeln!(text, "  \"root\": {},", json(serde_json::to_string(root)));
        }
        text.push_str("  \"entries\": [\n");
        for (index, entry) in entries.iter().enumerate() {
            let comma = if index + 1 < entries.len() { "," } else { "" };
            let _ = writeln!(text, "    {}{comma}", json(serde_json::to_string(entry)));
        }
        text.push_str("  ]\n}\n");
        text
    }
}

/// A parser's message without the place, which is said in front.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

/// The lines on which the entries of a well-formed file begin.
fn entry_lines(text: &str) -> Vec<u64> {
    let (mut lines, mut line, mut depth) = (Vec::new(), 1, 0);
    let (mut in_string, mut escaped, mut string_from) = (false, false, 0);
    // The array is that of the one key called so at the top.
    let (mut key, mut open, mut expects) = ("", false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => line += 1,
            _ if in_string => match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    in_string = false;
                    if depth == 1 && !open {
                        key = &text[string_from..at];
                    }
                }
                _ => {}
            },
            b' ' | b'\t' | b'\r' => {}
            _ => {
                if open && expects && byte != b']' {
                    lines.push(line);
                    expects = false;
                }
                match byte {
                    b'"' => (in_string, string_from) = (true, at + 1),
                    b'[' | b'{' => {
                        if depth == 1 && byte == b'[' && key == "entries" {
                            (open, expects) = (true, true);
                        }
                        depth += 1;
                    }
                    b']' | b'}' => {
                        depth -= 1;
                        if depth == 1 {
                            open = false;
                        }
                    }
                    b',' if open && depth == 2 => expects = true,
                    _ => {}
                }
            }
        }
    }
    lines
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_one(count: &u32) -> bool {
    *count == 1
}

/// Dates as `YYYY-MM-DD`.
mod date {
    use jiff::civil::Date;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes references"
    )]
    pub(super) fn serialize<S: Serializer>(date: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => to.collect_str(date),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        let date = |text: String| {
            let wrong = |_| D::Error::custom(format!("`{text}` is no date; write YYYY-MM-DD"));
            text.parse().map_err(wrong)
        };
        text.map(date).transpose()
    }
}

#[cfg(test)]
mod tests;
