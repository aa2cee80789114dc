//! The repository itself, which must be what it asks of others.

use crate::sandbox::{Run, Sandbox};

#[test]
fn scans_clean() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut command = Sandbox::new().command(&["scan", "--format", "json", "."]);
    let report = Run::of(command.current_dir(root)).expect(0).json();
    for key in ["findings", "unused_suppressions", "errors"] {
        assert_eq!(report[key], serde_json::json!([]), "{key}");
    }
}
