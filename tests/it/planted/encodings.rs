//! Byte order marks and UTF-16.

use crate::secrets::{POSTIZ, PUBLER};
use crate::tree::Tree;

const RULES: [&str; 3] = ["octopost-live-key", PUBLER, POSTIZ];

const TEXT: &str =
    "# ключ 🔑\r\nOCTOPOST_API_KEY=§\r\nPUBLER_API_KEY=§ # ü\r\nPOSTIZ_API_KEY=\"§\"\r\n";

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn utf16_with_a_byte_order_mark() {
    let mut tree = Tree::new();
    let marked = |text: &str| format!("\u{feff}{text}");
    tree.plant_encoded("le/.env", &RULES, TEXT, |text| {
        utf16(&marked(text), u16::to_le_bytes)
    });
    tree.plant_encoded("be/.env", &RULES, TEXT, |text| {
        utf16(&marked(text), u16::to_be_bytes)
    });
    tree.check(&[]);
}

#[test]
fn utf16_without_one() {
    let mut tree = Tree::new();
    let text = "PUBLER_API_KEY=§\r\nOCTOPOST_API_KEY=§\r\n";
    let rules = [PUBLER, "octopost-live-key"];
    tree.plant_encoded("le/.env", &rules, text, |text| {
        utf16(text, u16::to_le_bytes)
    });
    tree.plant_encoded("be/.env", &rules, text, |text| {
        utf16(text, u16::to_be_bytes)
    });
    tree.check(&[]);
}

#[test]
fn a_utf8_mark_is_no_column() {
    let mut tree = Tree::new();
    let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
    tree.plant_encoded("first.env", &[PUBLER], "PUBLER_API_KEY=§\n", marked);
    tree.plant_encoded("at-once.txt", &["octopost-live-key"], "§\n", marked);
    tree.plant_encoded(".env", &RULES, TEXT, marked);
    tree.check(&[]);
}

#[test]
fn a_cut_last_unit_and_a_lone_surrogate_hide_nothing() {
    let mut tree = Tree::new();
    tree.plant_encoded("cut/.env", &[PUBLER], "PUBLER_API_KEY=§\r\n", |text| {
        let mut bytes = utf16(&format!("\u{feff}{text}"), u16::to_le_bytes);
        bytes.push(b'x');
        bytes
    });
    tree.plant_encoded(
        "lone/.env",
        &[PUBLER],
        "#?\r\nPUBLER_API_KEY=§\r\n",
        |text| {
            let mut bytes = utf16(&format!("\u{feff}{text}"), u16::to_le_bytes);
            // The question mark becomes half of a pair.
            bytes[4..6].copy_from_slice(&0xd83d_u16.to_le_bytes());
            bytes
        },
    );
    tree.check(&[]);
}

#[test]
fn utf16_larger_than_a_window() {
    let mut tree = Tree::new();
    let filler = "# ничего особенного здесь нет\r\n".repeat(60_000);
    let text = format!("{filler}PUBLER_API_KEY=§\r\n{filler}  OCTOPOST_API_KEY=§\r\n");
    let rules = [PUBLER, "octopost-live-key"];
    tree.plant_encoded("large.env", &rules, &text, |text| {
        utf16(&format!("\u{feff}{text}"), u16::to_be_bytes)
    });
    tree.check(&[]);
}
