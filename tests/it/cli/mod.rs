//! The command line: what goes in, what comes out where, and with which exit status.

mod commands;
mod explain;
mod fix;
mod outputs;
mod repository;
mod secrecy;
mod selection;

/// Every format there is.
const FORMATS: [&str; 9] = [
    "terminal", "json", "jsonl", "sarif", "github", "gitlab", "junit", "csv", "markdown",
];
