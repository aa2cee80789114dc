//! `test-key-in-production`: a sandbox credential where real work is meant to be done.

use super::Check;
use super::live_key_in_test::misplaced;
use crate::misuse::setting::Setting;
use crate::misuse::view::{File, Found};
use crate::model::Severity;
use crate::rules::schema::Environment;

pub(super) const CHECK: Check = Check {
    id: "test-key-in-production",
    title: "Test credential in production",
    severity: Severity::Medium,
    cwe: 1188,
    impact: "What production does with it reaches a sandbox only, or is refused: posts are lost and nobody is told.",
    remedy: &[
        "Give production a live credential of its own, from the environment or a secret store.",
        "Keep test credentials to tests and development.",
    ],
    run,
};

fn run(file: &File<'_>, found: &mut Found) {
    misplaced(
        file,
        Environment::Test,
        &[Setting::Production],
        "production",
        found,
    );
}
