//! A linter for API credentials, as a library.
//!
//! [`Scanner`] applies rules to bytes and gives a [`Report`] of findings: located, masked, explained.
//! The rules that come with credlint are [`RuleSet::builtin`]; files of the same form can be added.
//!
//! ```
//! use credlint::{Options, RuleSet, Scanner};
//!
//! let scanner = Scanner::new(RuleSet::builtin(), |_, _| true, Options::new(1_700_000_000));
//! // Put together here so that this page holds no key.
//! let line = format!("OCTOPOST_API_KEY={}{}", "oct_live_", "k3x9p0q2w8zt");
//!
//! let report = scanner.scan_bytes(".env", line.as_bytes());
//!
//! let finding = &report.findings[0];
//! assert_eq!(finding.rule, "octopost-live-key");
//! assert_eq!((finding.location.start.line, finding.location.start.column), (1, 18));
//! assert_eq!(finding.secret.as_ref().unwrap().masked(), "***w8zt");
//! ```
//!
//! Nothing here prints, exits or reads the environment; [`cli`] is handed what it may use.

/// Runs the README's Rust as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod cli;
pub mod config;
pub mod detect;
pub mod misuse;
pub mod model;
pub mod report;
pub mod rules;
pub mod scan;
pub mod source;
pub mod suppress;
pub mod syntax;

pub use model::{Confidence, Finding, Report, Severity};
pub use rules::RuleSet;
pub use scan::{Options, Scanner};
