//! The files of `rules/`, as tables in the program's read-only data. Written by `build.rs`.

use std::borrow::Cow;

use super::schema::{
    Accepted, Auth, CharacterClass, ChecksumKind, Companion, Context, Credential, Environment,
    Example, Identity, Issue, Kind, Noun, Provider, Request, Rotation, Structure, Validate,
};
use crate::model::{Confidence, Severity};

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));
