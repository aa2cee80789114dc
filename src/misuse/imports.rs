//! Constants of other files of the project.

use super::flow::{Flow, Index, Piece, PieceKind, Source, Value};
use crate::syntax::{self, Expr, Import, Language, Program, Stmt};

/// Other files of the project.
pub trait Files {
    /// The content of the file at this path, if it is one that is scanned and not too long to parse.
    fn read(&self, path: &str) -> Option<Vec<u8>>;
}

/// No other files.
impl Files for () {
    fn read(&self, _: &str) -> Option<Vec<u8>> {
        None
    }
}

/// The value of what the file at `path` imports; nothing that belongs to the other file's code alone.
pub(super) fn value(files: &dyn Files, path: &str, import: &Import) -> Option<Value> {
    let language = Language::of(path, b"")?;
    for candidate in candidates(language, path, import) {
        if let Some(text) = files.read(&candidate) {
            let language = Language::of(&candidate, &text)?;
            let program = syntax::parse(language, &text)?;
            return exported(&program, import.member.as_deref());
        }
    }
    None
}

/// Where an imported file may be, most likely first.
fn candidates(language: Language, path: &str, import: &Import) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let module = import.module.as_str();
    match language {
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            let stems: Vec<String> = if module.starts_with('.') {
                below(folder, module).into_iter().collect()
            } else if let Some(rest) = module
                .strip_prefix("@/")
                .or_else(|| module.strip_prefix("~/"))
            {
                vec![
                    format!("src/{rest}"),
                    rest.to_owned(),
                    format!("app/{rest}"),
                ]
            } else {
                Vec::new()
            };
            let endings = [
                "",
                ".ts",
                ".tsx",
                ".js",
                ".jsx",
                ".mjs",
                ".cjs",
                ".json",
                "/index.ts",
                "/index.js",
            ];
            let mut all = Vec::new();
            for stem in stems {
                all.extend(endings.iter().map(|ending| format!("{stem}{ending}")));
                // TypeScript names the file it will become.
                if let Some(stem) = stem.strip_suffix(".js") {
                    all.push(format!("{stem}.ts"));
                }
            }
            all
        }
        Language::Python => {
            let dots = module.bytes().take_while(|b| *b == b'.').count();
            let rest = module[dots..].replace('.', "/");
            // `from . import config`: the member is the module.
            let rest = match (rest.is_empty(), &import.member) {
                (true, Some(member)) => member.clone(),
                _ => rest,
            };
            let mut starts = vec![folder.to_owned()];
            for _ in 1..dots {
                let up = starts[0]
                    .rsplit_once('/')
                    .map_or("", |(up, _)| up)
                    .to_owned();
                starts[0] = up;
            }
            if dots == 0 {
                starts.push(String::new());
                let mut up = folder;
                while let Some((above, _)) = up.rsplit_once('/') {
                    starts.push(above.to_owned());
                    up = above;
                }
            }
            let joined = starts.iter().filter_map(|start| below(start, &rest));
            joined
                .flat_map(|stem| [format!("{stem}.py"), format!("{stem}/__init__.py")])
                .collect()
        }
        Language::Php => below(folder, module).into_iter().collect(),
        Language::Ruby => below(folder, module)
            .map(|stem| format!("{stem}.rb"))
            .into_iter()
            .collect(),
        Language::Rust => {
            let Some(rest) = module
                .split_once("::")
                .and_then(|(first, rest)| (first == "crate").then_some(rest))
            else {
                return Vec::new();
            };
            let source = path.find("src/").map_or("", |at| &path[..at + 3]);
            let rest = rest.replace("::", "/");
            below(source, &rest)
                .map(|stem| vec![format!("{stem}.rs"), format!("{stem}/mod.rs")])
                .unwrap_or_default()
        }
        Language::Java | Language::Kotlin => {
            let rest = module.replace('.', "/");
            let name = rest.rsplit('/').next().unwrap_or_default();
            ["java", "kt"]
                .iter()
                .filter_map(|e| below(folder, &format!("{name}.{e}")))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// `path` seen from `folder`, without `.` and `..`; none where it leads out of the project.
fn below(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What a program defines under a name; all of it without one.
fn exported(program: &Program, member: Option<&str>) -> Option<Value> {
    let index = Index::new(program);
    let nothing = |_: &Import| None;
    let flow = Flow::new(program, &index, &nothing);
    let of_name = |name: &str| {
        let named = index.named.iter().rev().find(|n| n.path == [name])?;
        Some(flow.eval(named.value, &None))
    };
    let value = if let Some(member) = member {
        of_name(member).or_else(|| {
            let whole = of_name("default")
                .or_else(|| of_name("exports"))
                .or_else(|| document(program, &flow))?;
            if member == "default" {
                Some(whole)
            } else {
                whole.field(member)
            }
        })?
    } else {
        let fields = index
            .named
            .iter()
            .filter(|n| n.path.len() == 1)
            .take(100)
            .map(|n| super::flow::Field {
                key: Some(n.path[0].clone()),
                value: flow.eval(n.value, &None),
                at: 0..0,
            });
        let module = of_exports(&index, &flow);
        module.unwrap_or_else(|| Value::Map(fields.collect()))
    };
    Some(foreign(value, member.unwrap_or_default()))
}

/// `module.exports = { … }`.
fn of_exports(index: &Index, flow: &Flow<'_>) -> Option<Value> {
    let named = index
        .named
        .iter()
        .find(|n| n.path == ["module", "exports"])?;
    Some(flow.eval(named.value, &None))
}

/// A JSON document, or the value that a PHP file returns.
fn document(program: &Program, flow: &Flow<'_>) -> Option<Value> {
    let first = program.body.iter().find_map(|stmt| match stmt {
        Stmt::Expr(id) | Stmt::Return(id) if matches!(program[*id], Expr::Map(_)) => Some(*id),
        _ => None,
    })?;
    Some(flow.eval(first, &None))
}

/// A value as another file sees it: its places are nowhere, and what only its own code knows is a name.
fn foreign(value: Value, name: &str) -> Value {
    // A credential that is written there is known here by its name.
    if crate::detect::is_credential_name(name, "")
        && value
            .as_fixed()
            .is_some_and(|text| crate::detect::judge_named(&text))
    {
        return Value::open(Source::named(name), 0..0);
    }
    let piece = |mut piece: Piece| {
        piece.at = 0..0;
        piece.trail = None;
        if let PieceKind::Part(..) = piece.kind {
            piece.kind = PieceKind::Fixed(String::new());
        }
        piece
    };
    match value {
        Value::Text(pieces) => Value::Text(pieces.into_iter().map(piece).collect()),
        Value::Map(mut fields) => {
            for field in &mut fields {
                field.at = 0..0;
                let key = field.key.clone().unwrap_or_default();
                field.value = foreign(std::mem::replace(&mut field.value, Value::Clean), &key);
            }
            Value::Map(fields)
        }
        Value::List(items) => {
            Value::List(items.into_iter().map(|item| foreign(item, name)).collect())
        }
        Value::Either(options) => Value::Either(
            options
                .into_iter()
                .map(|option| foreign(option, name))
                .collect(),
        ),
        Value::Object(object) => Value::open(object.source, 0..0),
        Value::Function(_) => Value::open(Source::named(""), 0..0),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_of_imports() {
        let import = |module: &str, member: Option<&str>| Import {
            local: "x".to_owned(),
            module: module.to_owned(),
            member: member.map(ToOwned::to_owned),
        };
        let ts = candidates(
            Language::TypeScript,
            "src/api/client.ts",
            &import("../config", None),
        );
        assert!(ts.contains(&"src/config.ts".to_owned()), "{ts:?}");
        let py = candidates(
            Language::Python,
            "app/api/client.py",
            &import("..settings", Some("KEY")),
        );
        assert_eq!(py[0], "app/settings.py");
        let py = candidates(
            Language::Python,
            "app/client.py",
            &import("app.settings", Some("KEY")),
        );
        assert!(py.contains(&"app/settings.py".to_owned()), "{py:?}");
        assert_eq!(below("a", "../../b"), None, "out of the project");
    }
}
