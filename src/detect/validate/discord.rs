//! Tokens of Discord's bots, which begin with the bot's id.

use super::encoded;

/// Tells whose token it is.
pub(super) fn read(token: &[u8]) -> Result<String, &'static str> {
    let id = token.split(|&b| b == b'.').next().and_then(encoded::bytes);
    match id.and_then(|id| String::from_utf8(id).ok()) {
        Some(id) if (17..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit()) => {
            Ok(format!("of the bot {id}"))
        }
        _ => Err("its first part is no base 64 of a bot's id"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64URL_NOPAD;

    #[test]
    fn tells_the_bot() {
        let token = |id: &[u8]| format!("{}.Gabcde.x", BASE64URL_NOPAD.encode(id)).into_bytes();
        let bot = "8".repeat(18);
        assert_eq!(
            read(&token(bot.as_bytes())),
            Ok(format!("of the bot {bot}"))
        );
        assert!(read(&token(b"8888")).is_err());
        assert!(read(&token(b"88888888888888888a")).is_err());
        assert!(read(b"").is_err());
    }
}
