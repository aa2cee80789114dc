//! What a report must know of a rule to explain it.

use std::borrow::Cow;

use crate::model::{Confidence, Severity};

/// Which of the two kinds of rule this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleKind {
    /// Finds one kind of credential by its format or its place.
    Credential,
    /// Finds one kind of misuse in the code around a credential.
    Check,
}

/// A rule's documentation, from which `explain`, SARIF descriptors and every report take their words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDoc {
    /// The kebab-case id: configuration key, suppression token, SARIF id.
    pub id: Cow<'static, str>,
    /// One line, without a full stop.
    pub title: Cow<'static, str>,
    /// Credential rule or check.
    pub kind: RuleKind,
    /// The id of the provider it belongs to.
    pub provider: Cow<'static, str>,
    /// The provider's name as it writes it itself.
    pub provider_name: Cow<'static, str>,
    /// The severity when nothing changes it.
    pub severity: Severity,
    /// The confidence when nothing changes it.
    pub confidence: Confidence,
    /// Number in the Common Weakness Enumeration.
    pub cwe: u16,
    /// Why a finding matters: what somebody else can do with the credential. One or two sentences.
    pub impact: String,
    /// What to do now, one step an entry, most urgent first.
    pub remedy: Vec<String>,
    /// The provider's documentation, if it has any.
    pub docs: Option<Cow<'static, str>>,
}
