//! The tables of a SQLite database, and what their columns are called.

use std::io::Write as _;

use super::sqlite::Value;

/// A database with more of them is made to be a burden.
pub(super) const MAX_TABLES: usize = 10_000;

/// Of a definition, and of a name, so much is looked at.
const MAX_SQL: usize = 16 * 1024;

/// What stands in a table of settings as a name is no longer.
const MAX_NAME: usize = 128;

/// Columns that name what stands in another one, as tables of settings have them …
const NAMING: &[&str] = &[
    "key",
    "name",
    "option_name",
    "setting",
    "config_key",
    "variable",
    "k",
];

/// … and that other one.
const NAMED: &[&str] = &[
    "value",
    "option_value",
    "setting_value",
    "config_value",
    "val",
    "v",
];

/// What begins a part of a definition that is no column.
const CONSTRAINTS: &[&str] = &["constraint", "primary", "unique", "check", "foreign"];

/// A table.
#[derive(Debug, PartialEq)]
pub(super) struct Table {
    pub(super) name: String,
    /// The page it begins on.
    pub(super) root: u32,
    /// The columns, in the order of values.
    columns: Vec<String>,
}

impl Table {
    /// The table that a row of the schema defines, if it defines one.
    pub(super) fn of(row: &[Value]) -> Option<Self> {
        let [
            Value::Text(kind),
            Value::Text(name),
            _,
            Value::Integer(root),
            sql,
            ..,
        ] = row
        else {
            return None;
        };
        if kind != b"table" || *root <= 0 {
            return None;
        }
        let sql = match sql {
            Value::Text(sql) => String::from_utf8_lossy(&sql[..sql.len().min(MAX_SQL)]),
            _ => "".into(),
        };
        Some(Self {
            name: String::from_utf8_lossy(&name[..name.len().min(MAX_SQL)]).into_owned(),
            root: u32::try_from(*root).ok()?,
            columns: columns(&sql),
        })
    }

    /// A row as lines `column=value`, and an empty one.
    pub(super) fn text(&self, row: &[Value]) -> Vec<u8> {
        let mut text = Vec::new();
        let naming = self.value_of(NAMING, row);
        for (at, value) in row.iter().enumerate() {
            let column = self.columns.get(at).map_or("", |column| column);
            let name = naming.filter(|_| NAMED.contains(&&*column.to_ascii_lowercase()));
            let written = match (value, name) {
                (Value::Null, _) => continue,
                (_, Some(name)) => text.write_all(name),
                (_, None) => text.write_all(column.as_bytes()),
            };
            debug_assert!(written.is_ok(), "memory can always be written");
            text.push(b'=');
            match value {
                Value::Text(value) => text.extend_from_slice(value),
                Value::Integer(number) => text.extend(number.to_string().bytes()),
                Value::Real(number) => text.extend(number.to_string().bytes()),
                Value::Null => {}
            }
            text.push(b'\n');
        }
        text.push(b'\n');
        text
    }

    /// The value of the first column with one of these names, if that is a name itself.
    fn value_of<'r>(&self, names: &[&str], row: &'r [Value]) -> Option<&'r [u8]> {
        let is_named = |column: &String| names.contains(&&*column.to_ascii_lowercase());
        let value = row.get(self.columns.iter().position(is_named)?)?;
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || b"_-.:/".contains(b);
        match value {
            Value::Text(name)
                if (1..=MAX_NAME).contains(&name.len()) && name.iter().all(is_name) =>
            {
                Some(name)
            }
            _ => None,
        }
    }
}

/// The columns that `CREATE TABLE` defines, in the order of their values: those of the key come first
/// where the table has no row numbers.
fn columns(sql: &str) -> Vec<String> {
    let Some(open) = sql.find('(') else {
        return Vec::new();
    };
    let (parts, after) = parts(&sql[open + 1..]);
    let mut columns = Vec::new();
    let mut key = Vec::new();
    for part in parts {
        let name = first_name(part);
        let lower = part.trim_start().to_ascii_lowercase();
        if name.1 == 0 && CONSTRAINTS.contains(&&*name.0.to_ascii_lowercase()) {
            if let Some(at) = lower
                .find("primary key")
                .and_then(|at| lower[at..].find('(').map(|o| at + o))
            {
                let listed = parts_of(&part.trim_start()[at + 1..]);
                key.extend(listed.into_iter().map(|name| first_name(name).0));
            }
            continue;
        }
        if lower.contains("primary key") {
            key.push(name.0.clone());
        }
        columns.push(name.0);
    }
    if after.to_ascii_lowercase().contains("rowid") {
        let is_key = |column: &String| key.iter().any(|k| k.eq_ignore_ascii_case(column));
        let (mut first, rest): (Vec<_>, Vec<_>) = columns.into_iter().partition(is_key);
        first.sort_by_key(|column| key.iter().position(|k| k.eq_ignore_ascii_case(column)));
        first.extend(rest);
        return first;
    }
    columns
}

fn parts_of(text: &str) -> Vec<&str> {
    parts(text).0
}

/// What commas separate up to the closing parenthesis, and what follows that.
fn parts(text: &str) -> (Vec<&str>, &str) {
    let (mut depth, mut start, mut quote) = (0, 0, None);
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(end), _) => quote = Some(end).filter(|&end| c != end),
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '[') => quote = Some(']'),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => {
                parts.push(&text[start..at]);
                return (parts, &text[at + 1..]);
            }
            (None, ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    (parts, "")
}

/// The name that a text begins with, and how many quotes it had.
fn first_name(text: &str) -> (String, usize) {
    let text = text.trim_start();
    let mut rest = text.chars();
    if let Some(open @ ('"' | '\'' | '`' | '[')) = rest.next() {
        let close = if open == '[' { ']' } else { open };
        return (rest.take_while(|&c| c != close).collect(), 2);
    }
    let is_end = |c: char| c.is_whitespace() || "(),".contains(c);
    let name = text.split(is_end).next().unwrap_or_default();
    (name.to_owned(), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_from_their_definition() {
        let of = |sql| columns(sql).join(" ");
        assert_eq!(
            of("CREATE TABLE t(a, b TEXT DEFAULT '),', \"c d\" INT)"),
            "a b c d"
        );
        assert_eq!(
            of("CREATE TABLE t([a] x(1,2), `b`, PRIMARY KEY (a, b))"),
            "a b"
        );
        assert_eq!(
            of("CREATE TABLE t(a, b TEXT PRIMARY KEY) WITHOUT ROWID"),
            "b a"
        );
        assert_eq!(
            of("CREATE TABLE t(a, b, c, PRIMARY KEY(c, \"b\")) WITHOUT ROWID"),
            "c b a"
        );
        assert_eq!(
            of("CREATE TABLE t(\"check\", primary_color)"),
            "check primary_color"
        );
        assert_eq!(of("CREATE TABLE t(a, b"), "a");
        assert_eq!(of("nonsense"), "");
    }

    #[test]
    fn a_table_of_settings_names_its_values() {
        let table = |columns: &[&str]| Table {
            name: "t".to_owned(),
            root: 2,
            columns: columns.iter().map(|&c| c.to_owned()).collect(),
        };
        let text = |value: &str| Value::Text(value.as_bytes().to_vec());
        let row = [Value::Integer(7), text("API_KEY"), text("x y"), Value::Null];
        let shown = |columns: &[&str]| String::from_utf8(table(columns).text(&row)).unwrap();
        assert_eq!(
            shown(&["id", "name", "Value"]),
            "id=7\nname=API_KEY\nAPI_KEY=x y\n\n"
        );
        assert_eq!(shown(&["id", "a"]), "id=7\na=API_KEY\n=x y\n\n");
    }
}
