//! Private keys in PEM, OpenSSH and PGP armour (RFC 7468, RFC 4880, OpenSSH's PROTOCOL.key).

use std::ops::Range;

use data_encoding::BASE64;
use der::{Decode as _, Header, SliceReader, Tag};

use super::{Dropped, Verdict};
use crate::model::Confidence;

/// The longest armoured body that is read: an RSA key of 16,384 bits has 12.6 KB.
const MAX_BODY: usize = 32 * 1024;

/// Reads the key whose first line ends at `from` in `text` and has the label `label`
/// (`RSA PRIVATE KEY`). Gives the body's place and what is known of the key.
pub(super) fn read(
    text: &[u8],
    label: &str,
    from: usize,
) -> Result<(Range<usize>, Verdict), Dropped> {
    let limit = text.len().min(from + MAX_BODY);
    let end_line = format!("-----END {label}-----");
    let Some(length) = memchr::memmem::find(&text[from..limit], end_line.as_bytes()) else {
        return Err(Dropped::Structure("its last line is missing"));
    };
    let body = without_line_prefix(text, from, length);
    let (headers, encoded) = split_headers(&body);
    let mut verdict = Verdict::default();
    match what(label, &headers, encoded) {
        Ok(what) => verdict.evidence.push(what),
        // Somebody spoiled it, perhaps not enough.
        Err(Dropped::Structure(why)) if looks_drawn(encoded) => {
            verdict.evidence.push(format!("it cannot be read: {why}"));
            verdict.confidence = Some(Confidence::Medium);
        }
        Err(dropped) => return Err(dropped),
    }
    Ok((from..from + length, verdict))
}

/// Whether the body is at least a line and a half of base64 that no person typed.
fn looks_drawn(encoded: &[u8]) -> bool {
    let is_code = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let code: Vec<u8> = encoded.iter().copied().filter(is_code).collect();
    let others = encoded.len() - code.len();
    code.len() >= 96 && 4 * others < code.len() && super::entropy(&code) >= 4.5
}

/// What kind of key the body holds, in words.
fn what(label: &str, headers: &str, encoded: &[u8]) -> Result<String, Dropped> {
    let Some(bytes) = decode(encoded) else {
        return Err(Dropped::Structure("its body is not base64"));
    };
    Ok(if label.starts_with("PGP") {
        pgp(&bytes)?
    } else if label.starts_with("OPENSSH") {
        openssh(&bytes)?
    } else if headers.contains("ENCRYPTED") {
        format!("{label}, encrypted by a passphrase")
    } else {
        der_key(label, &bytes)?
    })
}

/// The body without what every line of it begins with, as the first line does: `+` in a patch, `# ` in a
/// comment, indentation.
fn without_line_prefix(text: &[u8], from: usize, length: usize) -> Vec<u8> {
    let line = memchr::memrchr(b'\n', &text[..from]).map_or(0, |newline| newline + 1);
    let first = &text[line..from];
    let prefix = &first[..memchr::memmem::find(first, b"-----BEGIN").unwrap_or(0)];
    let lines = text[from..from + length].split_inclusive(|&b| b == b'\n');
    lines
        .flat_map(|line| line.strip_prefix(prefix).unwrap_or(line))
        .copied()
        .collect()
}

/// Header lines of old PEM (`Proc-Type: 4,ENCRYPTED`) and PGP (`Version: …`), and the rest.
fn split_headers(body: &[u8]) -> (String, &[u8]) {
    let Some(colon) = memchr::memrchr(b':', body) else {
        return (String::new(), body);
    };
    // A header's line ends in a newline, or in `\n` where the key stands in a string.
    let after = &body[colon..];
    let end =
        memchr::memchr(b'\n', after).or_else(|| memchr::memmem::find(after, b"\\n").map(|n| n + 1));
    let split = colon + end.unwrap_or(0) + 1;
    (
        String::from_utf8_lossy(&body[..split.min(body.len())]).into_owned(),
        &body[split.min(body.len())..],
    )
}

/// Base 64 with anything that string literals, comments and indentation put between the lines.
fn decode(encoded: &[u8]) -> Option<Vec<u8>> {
    let mut clean = Vec::with_capacity(encoded.len());
    let mut bytes = encoded.iter().copied().peekable();
    while let Some(b) = bytes.next() {
        match b {
            b'\\' => {
                // `\n`, `\r`, `\t`, and a backslash at a line's end.
                bytes.next();
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => clean.push(b),
            b'=' => {
                // PGP ends in `=` and a CRC-24 on a line of its own; padding ends all else.
                break;
            }
            b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b',' | b'#' | b'*' | b'>' | b'-'
            | b'.' | b';' => {}
            _ => return None,
        }
    }
    while clean.len() % 4 != 0 {
        clean.push(b'=');
    }
    BASE64.decode(&clean).ok().filter(|bytes| bytes.len() >= 32)
}

/// PKCS#1, SEC 1, PKCS#8 or DSA: a DER sequence that fills the body.
fn der_key(label: &str, bytes: &[u8]) -> Result<String, Dropped> {
    const NOT_DER: Dropped = Dropped::Structure("its body is no DER sequence");
    let mut reader = SliceReader::new(bytes).map_err(|_| NOT_DER)?;
    let header = Header::decode(&mut reader).map_err(|_| NOT_DER)?;
    if header.tag() != Tag::Sequence {
        return Err(NOT_DER);
    }
    let length = usize::try_from(u32::from(header.length())).map_err(|_| NOT_DER)?;
    if length > bytes.len() {
        return Err(Dropped::Structure("its body is cut short"));
    }
    Ok(match label {
        // The modulus makes a quarter and a little more of a PKCS#1 key with its CRT values.
        "RSA PRIVATE KEY" => format!("RSA key, about {} bits", length * 8 * 2 / 9 / 256 * 256),
        "ENCRYPTED PRIVATE KEY" => "PKCS#8 key, encrypted by a passphrase".to_owned(),
        "PRIVATE KEY" => "PKCS#8 key, not encrypted".to_owned(),
        _ => format!("{label}, not encrypted"),
    })
}

/// `openssh-key-v1`, a NUL, and the cipher's name with its length before it.
fn openssh(bytes: &[u8]) -> Result<String, Dropped> {
    let rest = bytes
        .strip_prefix(b"openssh-key-v1\0")
        .ok_or(Dropped::Structure("it does not begin with openssh-key-v1"))?;
    let cipher = rest.get(4..).unwrap_or_default();
    Ok(if cipher.starts_with(b"none") {
        "OpenSSH key, not encrypted".to_owned()
    } else {
        "OpenSSH key, encrypted by a passphrase".to_owned()
    })
}

/// A packet of type 5, secret key, in the old or the new form.
fn pgp(bytes: &[u8]) -> Result<String, Dropped> {
    match bytes.first() {
        Some(0x94..=0x97 | 0xC5) => Ok("PGP secret key".to_owned()),
        _ => Err(Dropped::Structure(
            "it does not begin with a secret-key packet",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn armour(label: &str, bytes: &[u8]) -> String {
        format!("\n{}\n-----END {label}-----\n", BASE64.encode(bytes))
    }

    fn pkcs8() -> Vec<u8> {
        let mut der = vec![
            0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
        ];
        der.extend(1..=32);
        der
    }

    #[test]
    fn reads_keys_over_lines_and_in_strings() {
        let text = armour("PRIVATE KEY", &pkcs8());
        let (span, verdict) = read(text.as_bytes(), "PRIVATE KEY", 0).unwrap();
        assert_eq!(span.end, text.find("-----END").unwrap());
        assert_eq!(verdict.evidence, ["PKCS#8 key, not encrypted"]);
        let in_string = text.replace('\n', "\\n");
        assert!(read(in_string.as_bytes(), "PRIVATE KEY", 0).is_ok());
        let key = format!("-----BEGIN PRIVATE{}-----{text}", " KEY");
        let patch = format!("+{}", key.trim_end().replace('\n', "\n+"));
        let from = patch.find('\n').unwrap();
        assert!(
            read(patch.as_bytes(), "PRIVATE KEY", from).is_ok(),
            "{patch}"
        );
        let concatenated = text.replace('\n', "\\n\" +\n    \"").replace('+', "");
        assert!(read(concatenated.as_bytes(), "PRIVATE KEY", 0).is_ok());
    }

    #[test]
    fn says_whether_it_is_encrypted() {
        let mut key = b"openssh-key-v1\0\0\0\0\x04none".to_vec();
        key.extend([0; 40]);
        let text = armour("OPENSSH PRIVATE KEY", &key);
        let (_, verdict) = read(text.as_bytes(), "OPENSSH PRIVATE KEY", 0).unwrap();
        assert_eq!(verdict.evidence, ["OpenSSH key, not encrypted"]);
        let old = format!(
            "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{}",
            armour("RSA PRIVATE KEY", &pkcs8())
        );
        let (_, verdict) = read(old.as_bytes(), "RSA PRIVATE KEY", 0).unwrap();
        assert!(verdict.evidence[0].contains("encrypted by a passphrase"));
    }

    #[test]
    fn drops_what_does_not_parse() {
        for text in [
            "\n...\n-----END PRIVATE KEY-----",
            "\nAAAA\n-----END PRIVATE KEY-----",
            "\nMIIE",
        ] {
            assert!(read(text.as_bytes(), "PRIVATE KEY", 0).is_err(), "{text}");
        }
        let noise = armour("PRIVATE KEY", &[0x55; 64]);
        assert!(read(noise.as_bytes(), "PRIVATE KEY", 0).is_err());
    }
}
