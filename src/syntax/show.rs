//! Programs in words, for tests: what a lowering made of a snippet can be read at a glance.

use super::{Block, Expr, ExprId, Language, Program, Stmt, parse};

/// What `text` says.
///
/// `f(x, n: y)` calls; `"a" ~ b` joins; `{k: v, ..m}` is a map, `[a, b]` a list; `a.b` is a member,
/// `a[b]` an element, `a[b..c]` a slice; `?c(a, b)` is a choice decided by c; `a := b` assigns, `a +=
/// b` adds; `fn(a = b) { … }` is a function; `#(a, b)` is something else with these parts.
pub(super) fn show(language: Language, text: &str) -> String {
    let program = parse(language, text.as_bytes()).expect("it can be read");
    let mut out = shown(&program);
    for embedded in &program.embedded {
        let language = embedded.program.language;
        out = format!("{out}\n<{language:?}> {}", shown(&embedded.program));
    }
    out
}

fn shown(program: &Program) -> String {
    block(program, &program.body)
}

fn block(program: &Program, block: &Block) -> String {
    let statements: Vec<String> = block.iter().map(|s| statement(program, s)).collect();
    statements.join("; ")
}

fn statement(p: &Program, stmt: &Stmt) -> String {
    match stmt {
        Stmt::Expr(id) => expr(p, *id),
        Stmt::Return(id) => format!("return {}", expr(p, *id)),
        Stmt::Throw(id) => format!("throw {}", expr(p, *id)),
        Stmt::If {
            condition,
            then,
            otherwise,
        } => format!(
            "if {} {{ {} }} else {{ {} }}",
            expr(p, *condition),
            block(p, then),
            block(p, otherwise)
        ),
        Stmt::Try {
            body,
            caught,
            handler,
        } => format!(
            "try {{ {} }} catch {} {{ {} }}",
            block(p, body),
            caught.as_deref().unwrap_or("_"),
            block(p, handler)
        ),
        Stmt::Loop {
            variable,
            over,
            body,
        } => {
            let shown = |id: &Option<ExprId>| id.map_or("_".to_owned(), |id| expr(p, id));
            format!(
                "for {} in {} {{ {} }}",
                shown(variable),
                shown(over),
                block(p, body)
            )
        }
        Stmt::Block(inner) => format!("{{ {} }}", block(p, inner)),
        Stmt::Function(id) => function(p, *id),
        Stmt::Class(id) => {
            let class = &p.classes[*id];
            let parents = if class.parents.is_empty() {
                String::new()
            } else {
                format!(": {}", class.parents.join(", "))
            };
            format!(
                "class {}{parents} {{ {} }}",
                class.name,
                block(p, &class.body)
            )
        }
        Stmt::Import(import) => match &import.member {
            Some(member) => format!("import {} = {}#{member}", import.local, import.module),
            None => format!("import {} = {}", import.local, import.module),
        },
    }
}

fn function(p: &Program, id: usize) -> String {
    let function = &p.functions[id];
    let parameters: Vec<String> = function
        .parameters
        .iter()
        .map(|parameter| {
            let mut shown = expr(p, parameter.target);
            if parameter.is_field {
                shown.insert_str(0, "this.");
            }
            if let Some(default) = parameter.default {
                shown = format!("{shown} = {}", expr(p, default));
            }
            shown
        })
        .collect();
    let name = function
        .name
        .as_deref()
        .map(|n| format!(" {n}"))
        .unwrap_or_default();
    format!(
        "fn{name}({}) {{ {} }}",
        parameters.join(", "),
        block(p, &function.body)
    )
}

fn expr(p: &Program, id: ExprId) -> String {
    let list = |ids: &[ExprId], between: &str| {
        let shown: Vec<String> = ids.iter().map(|id| expr(p, *id)).collect();
        shown.join(between)
    };
    match &p[id] {
        Expr::Text { value, .. } => format!("{value:?}"),
        Expr::Literal(raw) => raw.clone(),
        Expr::Name(name) => name.clone(),
        Expr::This => "this".to_owned(),
        Expr::Member { object, name } => format!("{}.{name}", expr(p, *object)),
        Expr::Index { object, index } => format!("{}[{}]", expr(p, *object), expr(p, *index)),
        Expr::Slice { object, from, to } => {
            let shown = |id: &Option<ExprId>| id.map_or(String::new(), |id| expr(p, id));
            format!("{}[{}..{}]", expr(p, *object), shown(from), shown(to))
        }
        Expr::Join(pieces) => format!("({})", list(pieces, " ~ ")),
        Expr::Call { callee, args } => {
            let args: Vec<String> = args
                .iter()
                .map(|arg| match (&arg.name, arg.spread) {
                    (Some(name), _) => format!("{name}: {}", expr(p, arg.value)),
                    (None, true) => format!("..{}", expr(p, arg.value)),
                    (None, false) => expr(p, arg.value),
                })
                .collect();
            format!("{}({})", expr(p, *callee), args.join(", "))
        }
        Expr::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|entry| match entry.key {
                    Some(key) => format!("{}: {}", expr(p, key), expr(p, entry.value)),
                    None => format!("..{}", expr(p, entry.value)),
                })
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Expr::List(items) => format!("[{}]", list(items, ", ")),
        Expr::Choice { condition, options } => format!(
            "?{}({})",
            condition.map(|c| expr(p, c)).unwrap_or_default(),
            list(options, ", ")
        ),
        Expr::Compare { left, right, equal } => format!(
            "{} {} {}",
            expr(p, *left),
            if *equal { "==" } else { "!=" },
            expr(p, *right)
        ),
        Expr::Not(inner) => format!("!{}", expr(p, *inner)),
        Expr::Function(id) => function(p, *id),
        Expr::Assign {
            target,
            value,
            adds,
        } => format!(
            "{} {} {}",
            expr(p, *target),
            if *adds { "+=" } else { ":=" },
            expr(p, *value)
        ),
        Expr::Other(parts) => format!("#({})", list(parts, ", ")),
    }
}
