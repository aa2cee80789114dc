//! JSON Web Tokens (RFC 7519): what their header and claims say.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::{Dropped, Verdict};
use crate::model::Severity;

/// Reads the token. `now` is in seconds since 1970 and decides whether it has expired.
pub(super) fn read(token: &[u8], now: i64) -> Result<Verdict, Dropped> {
    let mut parts = token.split(|&b| b == b'.');
    let header = parts
        .next()
        .and_then(object)
        .ok_or(Dropped::Structure("its header is not JSON"))?;
    let claims = parts
        .next()
        .and_then(object)
        .ok_or(Dropped::Structure("its claims are not JSON"))?;
    let Some(algorithm) = header.get("alg").and_then(Value::as_str) else {
        return Err(Dropped::Structure("its header names no `alg`"));
    };
    if is_documentation(&claims) {
        return Err(Dropped::KnownExample);
    }
    let mut verdict = Verdict::default();
    verdict
        .evidence
        .push(format!("JSON Web Token, {}", printable(algorithm)));
    if let Some(issuer) = claims.get("iss").and_then(Value::as_str) {
        verdict
            .evidence
            .push(format!("issued by {}", printable(issuer)));
    }
    if algorithm.eq_ignore_ascii_case("none") {
        verdict
            .evidence
            .push("unsigned (`alg` is none): anyone can write such a token".to_owned());
        verdict.severity = Some(Severity::Low);
    }
    match claims.get("exp").and_then(Value::as_i64) {
        Some(expiry) if expiry < now => {
            verdict.evidence.push("it has expired".to_owned());
            verdict.severity = Some(Severity::Note);
        }
        Some(_) => {}
        None => verdict.evidence.push("it never expires".to_owned()),
    }
    if claims.get("role").and_then(Value::as_str) == Some("anon") {
        verdict
            .evidence
            .push("role `anon`: public by design".to_owned());
        verdict.severity = Some(Severity::Note);
    }
    Ok(verdict)
}

/// The claims of jwt.io, of its kin and of the RFC: whatever signs them opens nothing.
fn is_documentation(claims: &Map<String, Value>) -> bool {
    let is = |claim: &str, value: &str| claims.get(claim).and_then(Value::as_str) == Some(value);
    is("name", "John Doe")
        || is("some", "payload")
        || is("iss", "joe")
        || is("foo", "bar")
        || is("hello", "world")
}

fn object(part: &[u8]) -> Option<Map<String, Value>> {
    let bytes = BASE64URL_NOPAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// A claim is anybody's text: only a short one of plain characters is repeated.
pub(super) fn printable(claim: &str) -> &str {
    let plain = claim.len() <= 64 && claim.bytes().all(|b| b.is_ascii_graphic());
    if plain { claim } else { "(not shown)" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> Vec<u8> {
        let encode = |s: &str| BASE64URL_NOPAD.encode(s.as_bytes());
        format!("{}.{}.c2ln", encode(header), encode(claims)).into_bytes()
    }

    #[test]
    fn classifies() {
        let signed = r#"{"alg":"HS256"}"#;
        let live = read(&token(signed, r#"{"exp":200}"#), 100).unwrap();
        assert_eq!((live.severity, live.evidence.len()), (None, 1));
        let expired = read(&token(signed, r#"{"exp":50}"#), 100).unwrap();
        assert_eq!(expired.severity, Some(Severity::Note));
        let unsigned = read(&token(r#"{"alg":"none"}"#, "{}"), 100).unwrap();
        assert_eq!(unsigned.severity, Some(Severity::Low));
        let public = read(&token(signed, r#"{"role":"anon"}"#), 100).unwrap();
        assert_eq!(public.severity, Some(Severity::Note));
    }

    #[test]
    fn drops_what_is_no_token() {
        assert!(read(b"eyJhbGciOiJI.eyJ9.x", 0).is_err());
        assert!(read(&token(r#"{"typ":"JWT"}"#, "{}"), 0).is_err());
        assert!(read(b"", 0).is_err());
    }
}
