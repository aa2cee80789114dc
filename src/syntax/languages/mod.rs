//! One file a language: from its syntax tree to a program.

pub(super) mod csharp;
pub(super) mod go;
pub(super) mod hcl;
mod hcl_script;
pub(super) mod java;
pub(super) mod javascript;
pub(super) mod json;
pub(super) mod kotlin;
pub(super) mod php;
pub(super) mod powershell;
pub(super) mod python;
pub(super) mod ruby;
pub(super) mod rust;
pub(super) mod shell;
pub(super) mod swift;
pub(super) mod toml;
pub(super) mod yaml;
mod yaml_script;
pub(super) mod yaml_text;
