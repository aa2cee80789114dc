//! The form of a provider file, `rules/<provider>.toml`.
//!
//! Also read by `build.rs`, which turns the files of `rules/` into tables of these same types.

use std::borrow::Cow;

use serde::Deserialize;

use super::literals::MIN_LITERAL;
use crate::model::{Confidence, Severity};

/// Text that is either built into the program or was read from a file.
pub type Text = Cow<'static, str>;

/// A list that is either built into the program or was read from a file.
pub type List<T> = Cow<'static, [T]>;

/// One provider file: everything credlint knows about one provider.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provider {
    /// Who the provider is and by which words a value is known to be its own.
    #[serde(rename = "provider")]
    pub identity: Identity,
    /// How its API wants to be called.
    pub auth: Option<Auth>,
    /// How its credentials are replaced.
    #[serde(default)]
    pub rotate: Rotation,
    /// The kinds of credential it issues.
    #[serde(rename = "credential", default)]
    pub credentials: List<Credential>,
}

/// `[provider]`: who the provider is.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Identity {
    /// Kebab-case id, the same as the file's name.
    pub id: Text,
    /// The name as the provider writes it.
    pub name: Text,
    /// What kind of service it is, in kebab-case: `social-publishing`, `cloud`, `payments` …
    pub category: Text,
    /// The page that documents its credentials.
    pub docs: Option<Text>,
    /// The page where its credentials are made and revoked.
    pub dashboard: Option<Text>,
    /// Hosts that it answers on: `api.example.com` exactly, `.example.com` for every host below, or
    /// a path marker such as `/publisher.v1/` for software that runs on its users' own hosts.
    #[serde(default)]
    pub hosts: List<Text>,
    /// Lower-case words that put a value in its context when they are part of a name: `publer` in
    /// `PUBLER_API_KEY`, `publerKey`, `new PublerClient(…)`.
    #[serde(default)]
    pub names: List<Text>,
    /// Whether its names and pages stand in code that has nothing to do with its API: then only an
    /// `api.` host, a variable or a credential makes a file worth reading for misuse.
    #[serde(default)]
    pub common: bool,
    /// Environment variables that hold its credentials.
    #[serde(default)]
    pub env: List<Text>,
}

impl Identity {
    /// The variables that none of the names tells.
    pub fn own_variables(&self) -> impl Iterator<Item = &str> {
        let named = |variable: &str| {
            let variable = variable.to_ascii_lowercase();
            self.names.iter().any(|name| variable.contains(&**name))
        };
        let variables = self.env.iter().map(AsRef::as_ref);
        variables.filter(move |variable| !named(variable))
    }
}

/// `[auth]`: how a call to the provider must look.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Auth {
    /// The header that carries the credential.
    #[serde(default = "authorization")]
    pub header: Text,
    /// The word before the credential, exactly as sent; empty where the bare credential is sent.
    pub scheme: Text,
    /// Other forms that it accepts besides.
    #[serde(default)]
    pub also: List<Accepted>,
    /// Whether plain HTTP is refused or forbidden.
    #[serde(default = "yes")]
    pub https_only: bool,
    /// Query parameters that carry a credential.
    #[serde(default)]
    pub query: List<Text>,
    /// Path segments after which a credential stands, such as `/mcp/`.
    #[serde(default)]
    pub path: List<Text>,
    /// Headers that must go with it.
    #[serde(default)]
    pub companions: List<Companion>,
    /// The requests that make credentials.
    #[serde(default)]
    pub issue: List<Issue>,
}

impl Auth {
    /// The scheme, if it is one that only this provider uses.
    #[must_use]
    pub fn own_scheme(&self) -> Option<&str> {
        let common = ["", "bearer", "basic", "token", "key", "apikey", "digest"];
        let is_common = common.contains(&self.scheme.to_ascii_lowercase().as_str());
        (!is_common && self.scheme.len() >= MIN_LITERAL).then_some(&*self.scheme)
    }
}

fn authorization() -> Text {
    Text::Borrowed("Authorization")
}

fn yes() -> bool {
    true
}

/// `[[auth.companions]]`: a header that calls need beside the credential.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Companion {
    /// The header's name.
    pub header: Text,
    /// What its value is, in words.
    pub value: Text,
    /// Endpoints, as paths below the base URL, that do not need it.
    #[serde(default)]
    pub not_needed_for: List<Text>,
}

/// `[[auth.also]]`: another form in which a credential is accepted.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Accepted {
    /// The header, if it is another.
    pub header: Option<Text>,
    /// The word before the credential, exactly as sent; empty where the bare credential is sent.
    pub scheme: Text,
    /// Part of the address of the endpoints that accept it, if not all do.
    pub path: Option<Text>,
}

/// `[[auth.issue]]`: a request that makes a credential.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Issue {
    /// The end of the endpoint's path.
    pub path: Text,
    /// Names of functions of its clients that send it, in lower case and without separators.
    #[serde(default)]
    pub calls: List<Text>,
    /// The field of the body that says when the credential ends; without it, it never does.
    pub expires: Option<Text>,
    /// The field of the body that says what the credential may do.
    pub scope: Option<Text>,
    /// Values of that field that allow more than reading; without any, a missing field allows all.
    #[serde(default)]
    pub writes: List<Text>,
    /// Ends of the paths of endpoints that only read, where the method does not tell.
    #[serde(default)]
    pub reads: List<Text>,
}

/// `[rotate]`: how a credential is replaced, as the provider documents it.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rotation {
    /// What to do when a credential leaked, one step an entry, most urgent first.
    #[serde(default)]
    pub steps: List<Text>,
    /// After how many days a credential is to be replaced in any case.
    pub period_days: Option<u16>,
}

/// `[[credential]]`: one kind of credential.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Credential {
    /// Kebab-case id of the rule; begins with the provider's id.
    pub id: Text,
    /// What it is, in a few words: `Octopost live API key`.
    pub title: Text,
    /// Whether it is a secret at all.
    #[serde(default)]
    pub kind: Kind,
    /// What it opens, where its format tells.
    pub environment: Option<Environment>,
    /// The severity of a finding: `high` where nothing is written.
    #[serde(default = "usual_severity")]
    pub severity: Severity,
    /// The confidence of a finding that passes every validation: `high` where nothing is written.
    #[serde(default = "usual_confidence")]
    pub confidence: Confidence,
    /// What somebody can do with it. One or two sentences; without any, reports say the usual.
    #[serde(default)]
    pub impact: Text,
    /// A regular expression over bytes (syntax of the `regex` crate, no look-around). What the group
    /// `secret` takes is the secret, else the whole match. Boundaries need not be written: what
    /// stands directly before and after may not be part of a word.
    pub pattern: Text,
    /// Texts of which one must be present, where the pattern's beginning does not tell: then the
    /// pattern is looked for around each place where one stands. None with `files`: all of such a file is
    /// looked through.
    #[serde(default)]
    pub literals: List<Text>,
    /// The files it stands in, if it means something only there: names such as `.netrc`, ends of paths
    /// such as `etc/shadow`, or ends of names such as `*.tfstate`. In any case.
    #[serde(default)]
    pub files: List<Text>,
    /// What must be known of a value's surroundings.
    #[serde(default)]
    pub context: Context,
    /// With `context = "named"`: what the name must say that it holds.
    pub noun: Option<Noun>,
    /// What must hold of the value itself.
    #[serde(default)]
    pub validate: Validate,
    /// Values that the documentation shows: no leak.
    #[serde(default)]
    pub known: List<Text>,
    /// Lower-case words that, near a value, say that it is one made to be published: the finding is then
    /// a note.
    #[serde(default)]
    pub public_near: List<Text>,
    /// The rule whose finding is only half of a credential without this one: findings of the two
    /// that stand near each other are told as one. Set on the identifier, names the secret's rule.
    pub pairs_with: Option<Text>,
    /// Page about this kind of credential, where it has its own.
    pub docs: Option<Text>,
    /// The request that tells whether it is alive.
    pub verify: Option<Request>,
    /// The request that revokes it, where there is one.
    pub revoke: Option<Request>,
    /// Texts that give exactly one finding, this rule's. See `rules/README.md` for the templates, and
    /// for the usual examples that stand in where none are written.
    #[serde(default)]
    pub examples: List<Example>,
    /// Look-alikes that give no finding of this rule.
    #[serde(default)]
    pub counter_examples: List<Example>,
    /// Whether every literal stands at the pattern's very beginning, so that a match must begin
    /// there. Derived, never written.
    #[serde(skip)]
    pub anchored: bool,
}

fn usual_severity() -> Severity {
    Severity::High
}

fn usual_confidence() -> Confidence {
    Confidence::High
}

/// Whether a credential is a secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Whoever has it has access.
    #[default]
    Secret,
    /// Names an account or a key; worth nothing alone.
    Identifier,
    /// Made to be published, in web pages for instance.
    Public,
}

/// What a credential opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// Real accounts.
    Live,
    /// A sandbox.
    Test,
}

/// What must be known of a value's surroundings before it is a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// Nothing: the format speaks for itself.
    #[default]
    None,
    /// The format is shared with another provider: a name, host or path marker of this provider
    /// must be near, and nearer than the other's.
    Near,
    /// The format says nothing: the value must stand where this provider's credential belongs, in
    /// a variable or field of its name, in its header, or in a request to its host.
    Assigned,
    /// Neither format nor provider is known: the value must stand under a name that says what it is
    /// (`noun`), and must not look like anything else.
    Named,
}

/// What a name says that it holds, whoever's it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Noun {
    /// What people choose: `password`, `passphrase`, `pwd`.
    Password,
    /// `api_key`, `access_key`, `encryption_key`.
    Key,
    /// `token`, `authorization`, `bearer`.
    Token,
    /// `secret`, `client_secret`, `secret_key`.
    Secret,
}

/// `[credential.validate]`: what must hold of a value.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Validate {
    /// Least Shannon entropy of the value's characters after its literal prefix, in bits each.
    pub entropy: Option<f32>,
    /// Classes of which the value must have at least one character each, its prefix aside.
    #[serde(default)]
    pub characters: List<CharacterClass>,
    /// Whether a value that reads as words of a language is no key.
    #[serde(default)]
    pub not_words: bool,
    /// The checksum inside the value.
    pub checksum: Option<ChecksumKind>,
    /// The structure the value must have.
    pub structure: Option<Structure>,
}

/// A class of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CharacterClass {
    /// `0` to `9`.
    Digit,
    /// `a` to `z`.
    Lower,
    /// `A` to `Z`.
    Upper,
}

/// A checksum that is part of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ChecksumKind {
    /// The last 6 characters are the CRC-32 of the 30 after the prefix, in base 62 (GitHub, npm).
    Crc32Base62,
    /// The last 7 characters are the CRC-32 of all before them, in base 36; only where nine characters
    /// follow the last dot (GitLab's routable tokens).
    Crc32Base36,
    /// The last 8 characters are the CRC-32 of what stands before the last `_`, in hexadecimal, least
    /// byte first (Grafana).
    Crc32HexLittleEndian,
    /// The last 8 characters are the CRC-32 of all before them, in hexadecimal (Atlassian).
    Crc32Hex,
    /// The last 8 characters are the CRC-32 of the 40 after the prefix, or of the 32 between the prefix
    /// and a `_`, in hexadecimal (Cloudflare, Zuplo).
    Crc32HexOfBody,
    /// The last 6 characters are the CRC-32 of the 54 after `cflt`, least byte first, in base 64
    /// (Confluent).
    Crc32Base64,
    /// The last 6 characters are a Bech32 checksum of all the others (age).
    Bech32,
    /// The last bytes are the Marvin32 sum of the others, with a seed that the mark before them tells
    /// (Azure).
    AzureKey,
    /// Four bytes are the CRC-32 of the 28 others, in base 32 (Azure DevOps).
    AzureDevops,
}

impl ChecksumKind {
    /// Whether what does not agree is no credential: the provider documents the checksum, and it was
    /// computed anew for real tokens. Of the others it lowers the confidence.
    #[must_use]
    pub const fn decides(self) -> bool {
        matches!(self, Self::Crc32Base62)
    }
}

/// A structure that is read. What cannot be is dropped or, where genuine ones may differ, less certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Structure {
    /// JSON Web Token: a JSON header with `alg`.
    Jwt,
    /// PEM, OpenSSH or PGP private key. The match is extended from its first line to its last.
    PrivateKey,
    /// AWS access key id, which encodes the account.
    AwsKeyId,
    /// The password in a URL's user information.
    UrlPassword,
    /// Macaroon, version 2, in base 64 after `pypi-`.
    Macaroon,
    /// `T3BlbkFJ` (base 64 of `OpenAI`) in the middle.
    OpenaiKey,
    /// A part that is base 64 of a bot's id, and two more.
    DiscordToken,
    /// `sntrys_`, base 64 of JSON that names the organization, `_` and the secret.
    SentryToken,
    /// Base 64 of JSON that names the key and its organisation, after `glc_` or bare.
    GrafanaKey,
    /// Base 64 of `reftkn:` and what it refers to.
    JfrogReference,
    /// Base 64 of a number, a colon and bytes.
    AtlassianDataCenter,
}

impl Structure {
    /// Whether what cannot be read is no credential. Of the others it lowers the confidence.
    #[must_use]
    pub const fn decides(self) -> bool {
        matches!(self, Self::Jwt | Self::PrivateKey | Self::UrlPassword)
    }
}

/// A text of `examples` or `counter-examples`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Example {
    /// The text, as if in a file `example.txt`.
    Text(Text),
    /// The text, in a file of that name.
    File {
        /// The file's name, which may matter to what a value means there.
        file: Text,
        /// The file's content.
        text: Text,
    },
}

/// `[credential.verify]` and `[credential.revoke]`: an HTTP request.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Request {
    /// `GET`, `POST` or `DELETE`.
    pub method: Text,
    /// The URL; `{base}` stands for the base URL of self-hosted software.
    pub url: Text,
    /// The body, if there is one.
    pub body: Option<Text>,
    /// Status codes that say the credential works (or is now revoked).
    #[serde(default)]
    pub success: List<u16>,
    /// Status codes that say it does not.
    #[serde(default)]
    pub failure: List<u16>,
    /// What the request needs or leaves out.
    pub note: Option<Text>,
}
