//! Grafana's keys that are base 64 of JSON: those of before 2023 and those of Grafana Cloud.

use super::encoded;

/// Says whose it is, as far as it tells.
pub(super) fn read(key: &[u8]) -> Result<String, &'static str> {
    let json = key.strip_prefix(b"glc_").unwrap_or(key);
    let fields = encoded::object(json).ok_or("it is no base 64 of JSON")?;
    let number = |name: &str| {
        let value = fields.get(name)?;
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        text.parse::<u64>().ok()
    };
    if !(fields.contains_key("k") && fields.contains_key("n")) {
        return Err("its JSON has not the fields of a Grafana key");
    }
    number("o")
        .or_else(|| number("id"))
        .map(|number| format!("of the organisation {number}"))
        .ok_or("its JSON names no organisation")
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64;

    #[test]
    fn tells_the_organisation() {
        let key = |json: &str| BASE64.encode(json.as_bytes()).into_bytes();
        let old = key(r#"{"k":"xxxx","n":"ci","id":7}"#);
        assert_eq!(read(&old).as_deref(), Ok("of the organisation 7"));
        let cloud = key(r#"{"o":"42","n":"ci","k":"xxxx","m":{"r":"eu"}}"#);
        let cloud = [b"glc_".as_slice(), &cloud].concat();
        assert_eq!(read(&cloud).as_deref(), Ok("of the organisation 42"));
        assert!(read(&key(r#"{"k":"xxxx","n":"ci"}"#)).is_err());
        assert!(read(&key(r#"{"id":7}"#)).is_err());
        assert!(read(b"glc_").is_err());
    }
}
