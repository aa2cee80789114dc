//! Tokens of Sentry's organizations, which say where they belong.

use serde_json::Value;

use super::{encoded, jwt};

/// Tells the organization.
pub(super) fn read(token: &[u8]) -> Result<String, &'static str> {
    let claims = token
        .strip_prefix(b"sntrys_")
        .and_then(|rest| rest.split(|&b| b == b'_').next())
        .and_then(encoded::object);
    match claims
        .as_ref()
        .and_then(|claims| claims.get("org"))
        .and_then(Value::as_str)
    {
        Some(org) => Ok(format!("of the organization {}", jwt::printable(org))),
        None => Err("it holds no JSON that names an organization"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64;

    #[test]
    fn tells_the_organization() {
        let token = |claims: &str| {
            format!(
                "sntrys{}{}_{}",
                "_",
                BASE64.encode(claims.as_bytes()),
                "x".repeat(43)
            )
            .into_bytes()
        };
        let told = read(&token(
            r#"{"iat":1.5,"url":"https://sentry.io","org":"acme"}"#,
        ));
        assert_eq!(told.as_deref(), Ok("of the organization acme"));
        assert!(read(&token(r#"{"iat":1.5}"#)).is_err());
        assert!(read(&token("org")).is_err());
        assert!(read(b"sntrys_").is_err());
    }
}
