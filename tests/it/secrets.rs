//! Keys made up at run time. The same number gives the same key on every machine.

use credlint::rules::checksum;
use credlint::rules::schema::ChecksumKind;

const HEX: &str = "0123456789abcdef";
const ALNUM: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// Rules whose ids, as strings one after the other, read as a name and its key.
pub(crate) const PUBLER: &str = "publer-api-key";
pub(crate) const POSTIZ: &str = "postiz-api-key";

/// What `length` draws from `alphabet` give, as SplitMix64 seeded with `number` draws.
fn draw(number: u64, alphabet: &str, length: usize) -> String {
    let mut state = number.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ alphabet.len() as u64;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    (0..length)
        .map(|_| char::from(alphabet.as_bytes()[(next() % alphabet.len() as u64) as usize]))
        .collect()
}

pub(crate) fn hex(number: u64, length: usize) -> String {
    draw(number, HEX, length)
}

pub(crate) fn alnum(number: u64, length: usize) -> String {
    draw(number, ALNUM, length)
}

pub(crate) fn base62(number: u64, length: usize) -> String {
    draw(number, BASE62, length)
}

/// Letters and digits in which no four letters follow each other: of twelve drawn at random, one in two
/// hundred reads as a word, and is dropped for it.
fn no_word(number: u64, length: usize) -> String {
    let long_run = |text: &str| {
        text.split(|c: char| c.is_ascii_digit())
            .any(|run| run.len() > 3)
    };
    let mut tries = (0..).map(|attempt| alnum(number + attempt * 1_000_003, length));
    tries.find(|text| !long_run(text)).unwrap()
}

/// A key that the rule `rule` finds; which one is up to `number`.
pub(crate) fn of_rule(rule: &str, number: u64) -> String {
    let checked = |prefix: &str| {
        let token = format!("{prefix}{}", base62(number, 36));
        let token = checksum::corrected(ChecksumKind::Crc32Base62, token.as_bytes());
        String::from_utf8(token).unwrap()
    };
    match rule {
        "octopost-live-key" => format!("oct_live_{}", no_word(number, 12)),
        "octopost-test-key" => format!("oct_test_{}", no_word(number, 12)),
        PUBLER => base62(number, 40),
        "publisher-api-token" => format!("sk_live_{}", hex(number, 32)),
        "publisher-token-id" => format!("atok_{}", alnum(number, 16)),
        POSTIZ => hex(number, 64),
        "postiz-oauth-token" => format!("pos_{}", base62(number, 40)),
        "postiz-client-secret" => format!("pcs_{}", base62(number, 48)),
        "stripe-live-secret-key" => format!("sk_live_{}", base62(number, 24)),
        "github-classic-token" => checked("ghp_"),
        "npm-access-token" => checked("npm_"),
        _ => panic!("no key for {rule}"),
    }
}

/// An Octopost live key, the plainest secret there is: nothing around it matters.
pub(crate) fn octopost(number: u64) -> String {
    of_rule("octopost-live-key", number)
}
