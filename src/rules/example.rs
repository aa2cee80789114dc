//! Credentials made up on the spot, so that no file of the repository holds one.
//!
//! An example is text with templates in double braces. `{{secret}}` becomes a value that the rule's
//! pattern takes, checksum and all; `{{hex:64}}` and the like become random text. The same template
//! in the same rule always becomes the same value.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::checksum;
use super::compile::parse_pattern;
use super::schema::{Context, Credential, Example, Identity};

const HEX: &str = "0123456789abcdef";
const ALNUM: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64_ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// How many characters a repetition gives where the pattern leaves it open.
const USUAL_LENGTH: u32 = 16;

/// How often a value is drawn before its checksum has only characters that the pattern takes.
const TRIES: usize = 100;

/// An example ready to scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The name of the file it pretends to be.
    pub file: String,
    /// The text with every template filled in.
    pub text: String,
}

/// The examples of a credential whose file writes none: a variable, code and configuration that give its
/// value to a name of the provider's.
#[must_use]
pub fn usual(identity: &Identity, credential: &Credential) -> Vec<Example> {
    let variable = variable(identity);
    let field = camel(&variable);
    let mut texts = vec![
        (".env", format!("{variable}={{{{secret}}}}\n")),
        (
            "client.js",
            format!("const {field} = \"{{{{secret}}}}\";\n"),
        ),
        (
            "settings.py",
            format!("{variable} = '{{{{secret}}}}'  # used by the worker\n"),
        ),
        (
            "config.json",
            format!("{{\n  \"{field}\": \"{{{{secret}}}}\"\n}}\n"),
        ),
        (
            "values.yaml",
            format!("env:\n  {variable}: {{{{secret}}}}\n"),
        ),
    ];
    if let Some(file) = credential.files.first() {
        let name = file.replace('*', "a");
        texts = vec![("", format!("{variable}={{{{secret}}}}\n"))];
        return in_files(texts.into_iter().map(|(_, text)| (name.clone(), text)));
    }
    in_files(
        texts
            .into_iter()
            .map(|(file, text)| (file.to_owned(), text)),
    )
}

/// The counter-examples of a credential whose file writes none.
#[must_use]
pub fn usual_counter(identity: &Identity, credential: &Credential) -> Vec<Example> {
    let variable = variable(identity);
    let mut texts = vec![
        (".env.example", format!("{variable}=your_api_key_here\n")),
        (
            "client.js",
            format!("const key = process.env.{variable} ?? \"\";\n"),
        ),
        (
            "deploy.yml",
            format!("{variable}: ${{{{ secrets.{variable} }}}}\n"),
        ),
    ];
    if credential.context == Context::None {
        texts.push(("notes.txt", "part of x{{secret}}x\n".to_owned()));
    } else {
        texts.push(("notes.txt", "checksum {{secret}}\n".to_owned()));
    }
    in_files(
        texts
            .into_iter()
            .map(|(file, text)| (file.to_owned(), text)),
    )
}

fn in_files(texts: impl Iterator<Item = (String, String)>) -> Vec<Example> {
    texts
        .map(|(file, text)| Example::File {
            file: file.into(),
            text: text.into(),
        })
        .collect()
}

/// The variable that a provider's credential usually stands in: the first it names, or its name's.
fn variable(identity: &Identity) -> String {
    if let Some(name) = identity.env.first() {
        return name.clone().into_owned();
    }
    let name = identity.names.first().unwrap_or(&identity.id);
    let name = name.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let joined = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    format!("{}_API_KEY", joined.to_ascii_uppercase())
}

/// `ACME_API_KEY` as `acmeApiKey`.
fn camel(variable: &str) -> String {
    let mut parts = variable.split('_');
    let mut camel = parts.next().unwrap_or_default().to_ascii_lowercase();
    for part in parts {
        let (first, rest) = part.split_at(part.len().min(1));
        camel.push_str(&first.to_ascii_uppercase());
        camel.push_str(&rest.to_ascii_lowercase());
    }
    camel
}

/// Fills in the templates of `example`. `Err` says which template does not exist.
pub fn expand(credential: &Credential, example: &Example) -> Result<Sample, String> {
    let (file, template) = match example {
        Example::Text(text) => ("example.txt", text),
        Example::File { file, text } => (&**file, text),
    };
    let mut text = String::with_capacity(template.len() + 64);
    let mut rest: &str = template;
    while let Some(open) = rest.find("{{") {
        text.push_str(&rest[..open]);
        let inner = &rest[open + 2..];
        let Some(name) = inner
            .find("}}")
            .map(|close| &inner[..close])
            .filter(|n| is_template(n))
        else {
            text.push_str("{{");
            rest = inner;
            continue;
        };
        text.push_str(&generate(credential, name)?);
        rest = &inner[name.len() + 2..];
    }
    text.push_str(rest);
    Ok(Sample {
        file: file.to_owned(),
        text,
    })
}

/// `word` or `word:number`; anything else between double braces is the example's own text.
fn is_template(name: &str) -> bool {
    let (word, number) = name.split_once(':').unwrap_or((name, "1"));
    !word.is_empty()
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

fn generate(credential: &Credential, name: &str) -> Result<String, String> {
    let mut random = Random::seeded(&[&*credential.id, name]);
    let (word, number) = name.split_once(':').unwrap_or((name, "1"));
    let number: usize = number
        .parse()
        .map_err(|_| format!("`{number}` is too large"))?;
    let from = |random: &mut Random, alphabet: &str| random.text(alphabet, number);
    Ok(match word {
        "secret" => secret(credential, &mut random, true)?,
        "secret-with-wrong-checksum" => secret(credential, &mut random, false)?,
        "hex" => from(&mut random, HEX),
        "alnum" => from(&mut random, ALNUM),
        "base62" => from(&mut random, BASE62),
        "base64" => from(&mut random, BASE64_ALPHABET),
        "digits" => from(&mut random, "0123456789"),
        "letters" => from(&mut random, "abcdefghijklmnopqrstuvwxyz"),
        "jwt" => jwt(&mut random),
        "private-key" => private_key(&mut random),
        _ => {
            return Err(format!(
                "there is no template `{word}`; there are secret, secret-with-wrong-checksum, hex, \
                 alnum, base62, base64, digits, letters, jwt and private-key"
            ));
        }
    })
}

/// A text that the credential's pattern takes.
fn secret(credential: &Credential, random: &mut Random, right: bool) -> Result<String, String> {
    let hir = parse_pattern(&credential.pattern)?;
    let mut bytes = Vec::new();
    sample(&hir, random, &mut bytes);
    if let Some(kind) = credential.validate.checksum {
        let make = if right {
            checksum::corrected
        } else {
            checksum::broken
        };
        let whole = regex::bytes::Regex::new(&format!("^(?:{})$", credential.pattern));
        let whole = whole.map_err(|e| e.to_string())?;
        bytes = make(kind, &bytes);
        // A sum may have a character that the pattern does not take, and a provider draws again then.
        for _ in 0..TRIES {
            if whole.is_match(&bytes) {
                break;
            }
            bytes.clear();
            sample(&hir, random, &mut bytes);
            bytes = make(kind, &bytes);
        }
    }
    String::from_utf8(bytes).map_err(|_| "the pattern takes bytes that are not UTF-8".to_owned())
}

/// Appends one text that `hir` matches.
fn sample(hir: &Hir, random: &mut Random, out: &mut Vec<u8>) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.extend_from_slice(&literal.0),
        HirKind::Class(Class::Bytes(class)) => {
            let all: Vec<u8> = class.iter().flat_map(|r| r.start()..=r.end()).collect();
            // Printable where the class allows it: examples are read by people.
            let printable: Vec<u8> = all.iter().copied().filter(u8::is_ascii_graphic).collect();
            let from = if printable.is_empty() {
                &all
            } else {
                &printable
            };
            out.push(from[random.below(from.len())]);
        }
        HirKind::Class(Class::Unicode(class)) => {
            if let Some(range) = class.ranges().first() {
                out.extend(range.start().to_string().bytes());
            }
        }
        HirKind::Repetition(repetition) => {
            // As short as allowed, but of a length that tokens have.
            let drawn = matches!(repetition.sub.kind(), HirKind::Class(_)) && repetition.min > 0;
            let usual = if drawn {
                USUAL_LENGTH.min(repetition.max.unwrap_or(u32::MAX))
            } else {
                0
            };
            for _ in 0..repetition.min.max(usual) {
                sample(&repetition.sub, random, out);
            }
        }
        HirKind::Capture(capture) => sample(&capture.sub, random, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| sample(part, random, out)),
        HirKind::Alternation(parts) => sample(&parts[random.below(parts.len())], random, out),
    }
}

fn jwt(random: &mut Random) -> String {
    let header = BASE64URL_NOPAD.encode(br#"{"alg":"HS256","typ":"JWT"}"#);
    let subject = random.text("123456789", 10);
    let claims = BASE64URL_NOPAD.encode(format!(r#"{{"sub":"{subject}"}}"#).as_bytes());
    format!(
        "{header}.{claims}.{}",
        BASE64URL_NOPAD.encode(&random.bytes(32))
    )
}

/// A PKCS#8 Ed25519 key (RFC 8410): a fixed header and 32 random bytes.
fn private_key(random: &mut Random) -> String {
    let mut der = vec![
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    der.extend(random.bytes(32));
    let label = ["PRIVATE", "KEY"].join(" ");
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----",
        BASE64.encode(&der)
    )
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every platform and in every version.
struct Random(u64);

impl Random {
    /// Seeded by FNV-1a over the words.
    fn seeded(words: &[&str]) -> Self {
        let bytes = words.iter().flat_map(|w| w.bytes().chain([0]));
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }

    fn text(&mut self, alphabet: &str, count: usize) -> String {
        (0..count)
            .map(|_| char::from(alphabet.as_bytes()[self.below(alphabet.len())]))
            .collect()
    }
}
