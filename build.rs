//! Turns `rules/*.toml` into Rust tables, so that a start parses no TOML and makes no tables.
//!
//! Reads the files with the very code that reads them at run time, and writes the same types as
//! constant expressions; `src/rules/builtin.rs` includes the result. The same for what leads to the
//! rules, which `src/detect/builtin.rs` includes.

// The modules are the library's; a build needs only a part of what they offer.
#![allow(dead_code, unreachable_pub)]
// A build script speaks to cargo, and through it to people, by printing.
#![expect(clippy::print_stderr)]

#[path = "src/model"]
mod model {
    mod marker;
    mod severity;
    mod suggest;

    pub use marker::ALLOW_MARKER;
    pub use severity::{Confidence, Severity};
    pub use suggest::did_you_mean;
}

#[path = "src/rules"]
mod rules {
    pub mod compile;
    pub mod literals;
    pub mod schema;
}

#[path = "src/detect"]
mod detect {
    pub mod leads;
    pub mod prefilter;

    pub mod decode {
        mod signs;
        pub(crate) use signs::{SIGNS, Sign};
    }

    #[path = "position/names"]
    pub mod position {
        mod words;
        pub(crate) use words::TRIGGERS;
    }
}

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use detect::leads::{Leads, Target};
use detect::prefilter::{Gram, Prefilter};
use model::{Confidence, Severity};
use rules::schema::{
    Accepted, Auth, CharacterClass, ChecksumKind, Companion, Context, Credential, Environment,
    Example, Identity, Issue, Kind, Noun, Provider, Request, Rotation, Structure, Validate,
};

fn main() {
    // Where a module of the library changes, this program does, and runs anew.
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    let write = |name: &str, text: String| {
        fs::write(out.join(name), text).expect("OUT_DIR can be written");
    };
    match providers(&root.join("rules")) {
        Ok(providers) => {
            write("builtin.rs", tables(&providers));
            write("leads.rs", leads(&providers));
        }
        Err(message) => {
            eprintln!("{message}");
            process::exit(1);
        }
    }
}

/// All provider files of `folder`, by name.
fn providers(folder: &Path) -> Result<Vec<Provider>, String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "toml"));
    files.sort();
    let mut providers = Vec::with_capacity(files.len());
    for file in &files {
        let text = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
        let name = format!(
            "rules/{}",
            file.file_name().unwrap_or_default().to_string_lossy()
        );
        let provider = rules::compile::compile(&name, &text).map_err(|e| e.to_string())?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        if provider.identity.id != stem {
            return Err(format!(
                "{name}:1: the provider's id is `{}`\n  help: name the file after the id",
                provider.identity.id
            ));
        }
        providers.push(provider);
    }
    Ok(providers)
}

/// The providers, as one table.
fn tables(providers: &[Provider]) -> String {
    let mut out = String::from("/// The providers that come with credlint, by file name.\n");
    out.push_str("pub(super) static PROVIDERS: &[Provider] = &[\n");
    for provider in providers {
        provider.emit(&mut out);
        out.push_str(",\n");
    }
    out.push_str("];\n");
    out
}

/// What leads to the rules of the providers, as tables.
fn leads(providers: &[Provider]) -> String {
    let mut out = String::from("/// What leads to the rules that come with credlint.\n");
    out.push_str("#[expect(clippy::unreadable_literal)]\nstatic LEADS: Leads = ");
    Leads::new(providers.iter()).emit(&mut out);
    out.push_str(";\n");
    out
}

/// Writes a value as a constant expression of Rust.
trait Emit {
    fn emit(&self, out: &mut String);
}

impl Emit for Cow<'static, str> {
    fn emit(&self, out: &mut String) {
        let _ = write!(out, "Cow::Borrowed({:?})", &**self);
    }
}

impl<T: Emit + Clone> Emit for Cow<'static, [T]> {
    fn emit(&self, out: &mut String) {
        out.push_str("Cow::Borrowed(&[");
        for item in &**self {
            item.emit(out);
            out.push_str(", ");
        }
        out.push_str("])");
    }
}

impl<T: Emit> Emit for Option<T> {
    fn emit(&self, out: &mut String) {
        match self {
            Some(value) => {
                out.push_str("Some(");
                value.emit(out);
                out.push(')');
            }
            None => out.push_str("None"),
        }
    }
}

impl Emit for Example {
    fn emit(&self, out: &mut String) {
        match self {
            Self::Text(text) => {
                out.push_str("Example::Text(");
                text.emit(out);
                out.push(')');
            }
            Self::File { file, text } => {
                out.push_str("Example::File { file: ");
                file.emit(out);
                out.push_str(", text: ");
                text.emit(out);
                out.push_str(" }");
            }
        }
    }
}

/// Types whose `Debug` form is the expression, after the type's name for enums.
macro_rules! emit_debug {
    ($($prefix:literal $type:ty),* $(,)?) => {$(
        impl Emit for $type {
            fn emit(&self, out: &mut String) {
                let _ = write!(out, concat!($prefix, "{:?}"), self);
            }
        }
    )*};
}

emit_debug! {
    "" bool, "" u8, "" i16, "" u16, "" u32, "" u64, "" f32,
    "Target::" Target,
    "Severity::" Severity,
    "Confidence::" Confidence,
    "Kind::" Kind,
    "Environment::" Environment,
    "Context::" Context,
    "Noun::" Noun,
    "CharacterClass::" CharacterClass,
    "ChecksumKind::" ChecksumKind,
    "Structure::" Structure,
}

/// Structs, by their fields; the destructuring makes a forgotten field an error.
macro_rules! emit_struct {
    ($($type:ident { $($field:ident),* $(,)? })*) => {$(
        impl Emit for $type {
            fn emit(&self, out: &mut String) {
                let Self { $($field),* } = self;
                out.push_str(concat!(stringify!($type), " { "));
                $(
                    out.push_str(concat!(stringify!($field), ": "));
                    $field.emit(out);
                    out.push_str(", ");
                )*
                out.push('}');
            }
        }
    )*};
}

emit_struct! {
    Provider { identity, auth, rotate, credentials }
    Identity { id, name, category, docs, dashboard, hosts, names, common, env }
    Auth { header, scheme, also, https_only, query, path, companions, issue }
    Accepted { header, scheme, path }
    Issue { path, calls, expires, scope, writes, reads }
    Companion { header, value, not_needed_for }
    Rotation { steps, period_days }
    Credential {
        id, title, kind, environment, severity, confidence, impact, pattern, literals, files, context,
        noun, validate, known, public_near, pairs_with, docs, verify, revoke, examples, counter_examples, anchored,
    }
    Validate { entropy, characters, not_words, checksum, structure }
    Request { method, url, body, success, failure, note }
    Leads { prefilter, first, targets }
    Prefilter { bitmap, beside, masked, keys, slots, grams, text, starts }
    Gram { literal, begins, offset, head_length, head }
}
