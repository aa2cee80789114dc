//! JavaScript, TypeScript, and both with JSX.

use tree_sitter::Node;

use crate::syntax::lower::{Builder, arg, child, children, field, has_token, named};
use crate::syntax::program::{
    Arg, Block, Class, Entry, Expr, ExprId, Function, FunctionId, Import, Parameter, Stmt,
};

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let body = statements(b, &children(root));
    b.body(body);
}

fn statements(b: &mut Builder<'_>, nodes: &[Node<'_>]) -> Block {
    b.block(|b, out| {
        for node in nodes {
            statement(b, *node, out);
        }
    })
}

/// The statements of a block, or the only one.
fn block(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Block {
    match node {
        Some(node) if node.kind() == "statement_block" => statements(b, &children(node)),
        Some(node) if node.kind() == "else_clause" => block(b, node.named_child(0)),
        Some(node) => statements(b, &[node]),
        None => Vec::new(),
    }
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "import_statement" => import(b, node, out),
        "export_statement" => {
            if let Some(value) = field(node, "value") {
                let target = b.push(
                    Expr::Name("default".to_owned()),
                    node.start_byte()..node.start_byte(),
                );
                let value = expression(b, value);
                out.push(Stmt::Expr(b.assign(node, target, value)));
            } else {
                if let Some(inner) = field(node, "declaration") {
                    statement(b, inner, out);
                }
            }
        }
        "lexical_declaration" | "variable_declaration" => {
            for declared in children(node) {
                declaration(b, declared, out);
            }
        }
        "function_declaration" | "generator_function_declaration" => {
            let function = function(b, node);
            out.push(Stmt::Function(function));
        }
        "class_declaration" | "abstract_class_declaration" => {
            let class = class(b, node);
            out.push(class);
        }
        "enum_declaration" => enumeration(b, node, out),
        "return_statement" => match node.named_child(0) {
            Some(value) => out.push(Stmt::Return(expression(b, value))),
            None => {}
        },
        "throw_statement" => {
            if let Some(value) = node.named_child(0) {
                out.push(Stmt::Throw(expression(b, value)));
            }
        }
        "if_statement" => {
            let Some(condition) = field(node, "condition") else {
                return;
            };
            let condition = expression(b, condition);
            out.push(Stmt::If {
                condition,
                then: block(b, field(node, "consequence")),
                otherwise: block(b, field(node, "alternative")),
            });
        }
        "switch_statement" => switch(b, node, out),
        "try_statement" => {
            let body = block(b, field(node, "body"));
            let catch = field(node, "handler");
            let caught = catch.and_then(|c| field(c, "parameter")).map(|p| b.raw(p));
            let handler = block(b, catch.and_then(|c| field(c, "body")));
            out.push(Stmt::Try {
                body,
                caught,
                handler,
            });
            let finally = block(b, field(node, "finalizer").and_then(|f| field(f, "body")));
            if !finally.is_empty() {
                out.push(Stmt::Block(finally));
            }
        }
        "for_in_statement" => {
            let variable = field(node, "left").map(|left| pattern(b, left));
            let over = field(node, "right").map(|right| expression(b, right));
            let body = block(b, field(node, "body"));
            out.push(Stmt::Loop {
                variable,
                over,
                body,
            });
        }
        "for_statement" | "while_statement" | "do_statement" => {
            if let Some(part) = field(node, "initializer") {
                statement(b, part, out);
            }
            let over = field(node, "condition").map(|c| expression(b, c));
            let body = block(b, field(node, "body"));
            out.push(Stmt::Loop {
                variable: None,
                over,
                body,
            });
        }
        "statement_block" => {
            let inner = statements(b, &children(node));
            out.push(Stmt::Block(inner));
        }
        "expression_statement" => {
            for value in children(node) {
                out.push(Stmt::Expr(expression(b, value)));
            }
        }
        "labeled_statement" => {
            if let Some(body) = field(node, "body") {
                statement(b, body, out);
            }
        }
        "ambient_declaration" | "module" | "internal_module" | "ERROR" => {
            let inner = field(node, "body").map_or_else(|| children(node), children);
            let inner = statements(b, &inner);
            out.extend(inner);
        }
        "interface_declaration"
        | "type_alias_declaration"
        | "empty_statement"
        | "break_statement"
        | "continue_statement"
        | "debugger_statement" => {}
        _ => out.push(Stmt::Expr(expression(b, node))),
    }
}

fn import(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let Some(source) = field(node, "source") else {
        return;
    };
    let module = b.raw(source).trim_matches(['"', '\'']).to_owned();
    let Some(clause) = child(node, &["import_clause"]) else {
        return;
    };
    let mut add = |local: String, member: Option<String>| {
        let module = module.clone();
        out.push(Stmt::Import(Import {
            local,
            module,
            member,
        }));
    };
    for part in children(clause) {
        match part.kind() {
            "identifier" => add(b.raw(part), Some("default".to_owned())),
            "namespace_import" => {
                if let Some(name) = part.named_child(0) {
                    add(b.raw(name), None);
                }
            }
            _ => {
                for specifier in children(part) {
                    if let Some(name) = field(specifier, "name") {
                        let local = field(specifier, "alias").unwrap_or(name);
                        add(b.raw(local), Some(b.raw(name)));
                    }
                }
            }
        }
    }
}

/// `name = value` of a declaration; `require` is an import.
fn declaration(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let (Some(name), Some(value)) = (field(node, "name"), field(node, "value")) else {
        return;
    };
    if let Some(module) = required(b, value) {
        let import = |local: String, member: Option<String>| {
            Stmt::Import(Import {
                local,
                module: module.clone(),
                member,
            })
        };
        match name.kind() {
            "identifier" => return out.push(import(b.raw(name), None)),
            "object_pattern" => {
                for part in children(name) {
                    let (key, local) = match (field(part, "key"), field(part, "value")) {
                        (Some(key), Some(local)) => (key, local),
                        _ => (part, part),
                    };
                    out.push(import(b.raw(local), Some(b.raw(key))));
                }
                return;
            }
            _ => {}
        }
    }
    let target = pattern(b, name);
    let value = expression(b, value);
    out.push(Stmt::Expr(b.assign(node, target, value)));
}

/// `./x` of `require("./x")`.
fn required(b: &Builder<'_>, node: Node<'_>) -> Option<String> {
    let callee = field(node, "function")?;
    let first = field(node, "arguments")?.named_child(0)?;
    (b.raw(callee) == "require" && first.kind() == "string")
        .then(|| b.raw(first).trim_matches(['"', '\'']).to_owned())
}

fn switch(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let (Some(value), Some(body)) = (field(node, "value"), field(node, "body")) else {
        return;
    };
    let subject = expression(b, value);
    for case in children(body) {
        let mut cursor = case.walk();
        let inner: Vec<Node<'_>> = case.children_by_field_name("body", &mut cursor).collect();
        let then = statements(b, &inner);
        match field(case, "value") {
            Some(value) => {
                let right = expression(b, value);
                let compare = Expr::Compare {
                    left: subject,
                    right,
                    equal: true,
                };
                let condition = b.push(compare, case.byte_range());
                out.push(Stmt::If {
                    condition,
                    then,
                    otherwise: Vec::new(),
                });
            }
            None => out.push(Stmt::Block(then)),
        }
    }
}

fn enumeration(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let (Some(name), Some(body)) = (field(node, "name"), field(node, "body")) else {
        return;
    };
    let mut entries = Vec::new();
    for member in children(body) {
        if let (Some(key), Some(value)) = (field(member, "name"), field(member, "value")) {
            let key = Some(key_of(b, key));
            let value = expression(b, value);
            entries.push(Entry { key, value });
        }
    }
    let target = b.name(name);
    let map = b.map(body, entries);
    out.push(Stmt::Expr(b.assign(node, target, map)));
}

fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = field(node, "name").map(|name| b.raw(name).trim_start_matches('#').to_owned());
    let mut parameters = Vec::new();
    if let Some(single) = field(node, "parameter") {
        parameters.push(parameter(b, single));
    }
    for one in field(node, "parameters").map(children).unwrap_or_default() {
        parameters.push(parameter(b, one));
    }
    let body = match field(node, "body") {
        Some(body) if body.kind() == "statement_block" => statements(b, &children(body)),
        Some(body) => vec![Stmt::Return(expression(b, body))],
        None => Vec::new(),
    };
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

fn parameter(b: &mut Builder<'_>, node: Node<'_>) -> Parameter {
    let is_field =
        child(node, &["accessibility_modifier"]).is_some() || has_token(node, "readonly");
    let (target, default) = match node.kind() {
        "required_parameter" | "optional_parameter" => {
            (field(node, "pattern"), field(node, "value"))
        }
        "assignment_pattern" => (field(node, "left"), field(node, "right")),
        _ => (Some(node), None),
    };
    Parameter {
        target: pattern(b, target.unwrap_or(node)),
        default: default.map(|value| expression(b, value)),
        is_field,
    }
}

/// What a value is assigned to, which may be taken apart.
fn pattern(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| match node.kind() {
        "object_pattern" => {
            let mut entries = Vec::new();
            for part in children(node) {
                let (key, target) = match part.kind() {
                    "pair_pattern" => (field(part, "key"), field(part, "value")),
                    "object_assignment_pattern" => (field(part, "left"), field(part, "left")),
                    _ => (Some(part), Some(part)),
                };
                let (Some(key), Some(target)) = (key, target) else {
                    continue;
                };
                let key = (part.kind() != "rest_pattern").then(|| key_of(b, key));
                let value = pattern(b, target);
                entries.push(Entry { key, value });
            }
            b.map(node, entries)
        }
        "array_pattern" => {
            let items = children(node)
                .into_iter()
                .map(|item| pattern(b, item))
                .collect();
            b.list(node, items)
        }
        "assignment_pattern" => match field(node, "left") {
            Some(left) => pattern(b, left),
            None => b.other(node, Vec::new()),
        },
        "rest_pattern" => match node.named_child(0) {
            Some(inner) => pattern(b, inner),
            None => b.other(node, Vec::new()),
        },
        "shorthand_property_identifier_pattern" => b.name(node),
        _ => expression(b, node),
    })
}

fn class(b: &mut Builder<'_>, node: Node<'_>) -> Stmt {
    let name = field(node, "name").map(|n| b.raw(n)).unwrap_or_default();
    let parents = child(node, &["class_heritage"])
        .map(|heritage| b.raw(heritage).replace("extends", "").trim().to_owned());
    let members = field(node, "body").map(children).unwrap_or_default();
    let body = b.block(|b, out| {
        for member in members {
            match member.kind() {
                "method_definition" => {
                    let method = function(b, member);
                    out.push(Stmt::Function(method));
                }
                "public_field_definition" | "field_definition" => {
                    let name = field(member, "name").or_else(|| field(member, "property"));
                    let (Some(name), Some(value)) = (name, field(member, "value")) else {
                        continue;
                    };
                    let value = expression(b, value);
                    let this = b.push(Expr::This, name.start_byte()..name.start_byte());
                    let field = b.raw(name).trim_start_matches('#').to_owned();
                    let target = b.member(name, this, field);
                    out.push(Stmt::Expr(b.assign(member, target, value)));
                }
                "class_static_block" => {
                    for inner in field(member, "body").map(children).unwrap_or_default() {
                        statement(b, inner, out);
                    }
                }
                _ => {}
            }
        }
    });
    b.class(Class {
        name,
        parents: parents.into_iter().collect(),
        body,
        span: node.byte_range(),
    })
}

/// A key of an object: fixed, where it is not computed.
fn key_of(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "string" => string(b, node),
        "computed_property_name" => match node.named_child(0) {
            Some(inner) => expression(b, inner),
            None => b.other(node, Vec::new()),
        },
        _ => b.word(node.byte_range()),
    }
}

fn string(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.quoted(node)
}

fn expressions(b: &mut Builder<'_>, nodes: Vec<Node<'_>>) -> Vec<ExprId> {
    nodes.into_iter().map(|node| expression(b, node)).collect()
}

fn expression(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    b.deeper(node, |b| expression_here(b, node))
}

/// The expression in a field, or nothing.
fn part(b: &mut Builder<'_>, node: Node<'_>, name: &str) -> ExprId {
    match field(node, name) {
        Some(inner) => expression(b, inner),
        None => b.other(node, Vec::new()),
    }
}

fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "identifier" | "shorthand_property_identifier" | "property_identifier" | "undefined" => {
            b.name(node)
        }
        "this" | "super" => b.push(Expr::This, node.byte_range()),
        "string" => string(b, node),
        "template_string" => template(b, node),
        "number" | "true" | "false" | "null" | "regex" => b.literal(node),
        "parenthesized_expression"
        | "await_expression"
        | "non_null_expression"
        | "as_expression"
        | "satisfies_expression"
        | "type_assertion"
        | "jsx_expression"
        | "yield_expression" => {
            let inner = children(node);
            let inner = match node.kind() {
                "type_assertion" => inner.last(),
                _ => inner.first(),
            };
            match inner {
                Some(inner) => expression(b, *inner),
                None => b.other(node, Vec::new()),
            }
        }
        "member_expression" => {
            let object = part(b, node, "object");
            let name = field(node, "property")
                .map(|p| b.raw(p))
                .unwrap_or_default();
            b.member(node, object, name.trim_start_matches('#').to_owned())
        }
        "subscript_expression" => {
            let object = part(b, node, "object");
            let index = part(b, node, "index");
            b.index(node, object, index)
        }
        "call_expression" => {
            let callee = part(b, node, "function");
            let args = match field(node, "arguments") {
                Some(template) if template.kind() == "template_string" => {
                    vec![arg(expression(b, template))]
                }
                args => arguments(b, args),
            };
            b.call(node, callee, args)
        }
        "new_expression" => {
            let callee = part(b, node, "constructor");
            let args = arguments(b, field(node, "arguments"));
            b.call(node, callee, args)
        }
        "object" => object(b, node),
        "array" => {
            let items = expressions(b, children(node));
            b.list(node, items)
        }
        "spread_element" => match node.named_child(0) {
            Some(inner) => expression(b, inner),
            None => b.other(node, Vec::new()),
        },
        "binary_expression" => binary(b, node),
        "unary_expression" => {
            let operator = field(node, "operator")
                .map(|o| b.raw(o))
                .unwrap_or_default();
            match (operator.as_str(), field(node, "argument")) {
                ("-", Some(argument)) if argument.kind() == "number" => b.literal(node),
                ("!", Some(argument)) => {
                    let inner = expression(b, argument);
                    b.push(Expr::Not(inner), node.byte_range())
                }
                _ => {
                    let inner = part(b, node, "argument");
                    b.other(node, vec![inner])
                }
            }
        }
        "ternary_expression" => {
            let condition = part(b, node, "condition");
            let options = vec![part(b, node, "consequence"), part(b, node, "alternative")];
            b.choice(node, Some(condition), options)
        }
        "assignment_expression" | "augmented_assignment_expression" => {
            let target = field(node, "left").map(|left| pattern(b, left));
            let Some(target) = target else {
                return b.other(node, Vec::new());
            };
            let value = part(b, node, "right");
            let adds = field(node, "operator").is_some_and(|o| o.kind() == "+=");
            b.push(
                Expr::Assign {
                    target,
                    value,
                    adds,
                },
                node.byte_range(),
            )
        }
        "arrow_function" | "function_expression" | "generator_function" => {
            let function = function(b, node);
            b.push(Expr::Function(function), node.byte_range())
        }
        "class" => {
            let class = class(b, node);
            let name = match class {
                Stmt::Class(_) => field(node, "name").map(|n| b.raw(n)).unwrap_or_default(),
                _ => String::new(),
            };
            b.push(Expr::Name(name), node.byte_range())
        }
        "jsx_element" | "jsx_self_closing_element" => element(b, node),
        _ => {
            let parts = expressions(b, children(node));
            b.other(node, parts)
        }
    }
}

fn template(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut pieces = Vec::new();
    for piece in children(node) {
        pieces.push(match piece.kind() {
            "template_substitution" => match piece.named_child(0) {
                Some(inner) => expression(b, inner),
                None => continue,
            },
            "escape_sequence" => {
                let value = crate::syntax::lower::unescape(&b.raw(piece));
                b.text(piece.byte_range(), piece.byte_range(), value)
            }
            _ => b.word(piece.byte_range()),
        });
    }
    match *pieces {
        [] => b.quoted(node),
        [only] if matches!(b.get(only), Expr::Text { .. }) => b.quoted(node),
        _ => b.join(node, pieces),
    }
}

fn arguments(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Vec<Arg> {
    let Some(node) = node else { return Vec::new() };
    children(node)
        .into_iter()
        .map(|one| Arg {
            name: None,
            spread: one.kind() == "spread_element",
            value: expression(b, one),
        })
        .collect()
}

fn object(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut entries = Vec::new();
    for member in children(node) {
        let entry = match member.kind() {
            "pair" => {
                let (Some(key), Some(value)) = (field(member, "key"), field(member, "value"))
                else {
                    continue;
                };
                Entry {
                    key: Some(key_of(b, key)),
                    value: expression(b, value),
                }
            }
            "shorthand_property_identifier" => {
                let key = Some(b.word(member.byte_range()));
                Entry {
                    key,
                    value: b.name(member),
                }
            }
            "spread_element" => Entry {
                key: None,
                value: expression(b, member),
            },
            "method_definition" => {
                let Some(name) = field(member, "name") else {
                    continue;
                };
                let key = Some(key_of(b, name));
                let method = function(b, member);
                Entry {
                    key,
                    value: b.push(Expr::Function(method), member.byte_range()),
                }
            }
            _ => continue,
        };
        entries.push(entry);
    }
    b.map(node, entries)
}

fn binary(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let operator = field(node, "operator")
        .map(|o| b.raw(o))
        .unwrap_or_default();
    let left = part(b, node, "left");
    let right = part(b, node, "right");
    match operator.as_str() {
        "+" => b.join(node, vec![left, right]),
        "||" | "??" => b.choice(node, None, vec![left, right]),
        "&&" => b.choice(node, Some(left), vec![right]),
        "==" | "===" | "!=" | "!==" => {
            let equal = operator.starts_with('=');
            b.push(Expr::Compare { left, right, equal }, node.byte_range())
        }
        _ => b.other(node, vec![left, right]),
    }
}

/// `<Tag name={value}>…</Tag>`: a call of `Tag` with its attributes by name, then its children.
fn element(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let open = field(node, "open_tag").unwrap_or(node);
    let callee = part(b, open, "name");
    let mut args = Vec::new();
    let mut cursor = open.walk();
    for attribute in open.children_by_field_name("attribute", &mut cursor) {
        let mut parts = children(attribute).into_iter();
        let Some(first) = parts.next() else { continue };
        args.push(match (attribute.kind(), parts.next()) {
            ("jsx_attribute", Some(value)) => named(b.raw(first), expression(b, value)),
            ("jsx_attribute", None) => continue,
            _ => Arg {
                name: None,
                spread: true,
                value: expression(b, first),
            },
        });
    }
    if open != node {
        for inner in children(node) {
            if matches!(
                inner.kind(),
                "jsx_element" | "jsx_self_closing_element" | "jsx_expression"
            ) {
                args.push(arg(expression(b, inner)));
            }
        }
    }
    b.call(node, callee, args)
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Tsx, text), *wanted, "{text}");
        }
    }

    #[test]
    fn values() {
        check(&[
            (
                "const k: string = process.env.K ?? 'x\\n'",
                r#"k := ?(process.env.K, "x\n")"#,
            ),
            ("k = `Bearer ${key}`", r#"k := ("Bearer " ~ key)"#),
            ("k = 'a' + b + (c as string)", r#"k := ("a" ~ b ~ c)"#),
            ("k = `plain`", r#"k := "plain""#),
            ("k = x ? a : b!", "k := ?x(a, b)"),
            (
                "h = {A: 1, 'X-Y': z, ...r, [d]: 1, s}",
                r#"h := {"A": 1, "X-Y": z, ..r, d: 1, "s": s}"#,
            ),
            ("a['b'][0].c?.d", "a.b[0].c.d"),
            ("k += a && b", "k += ?a(b)"),
            ("k = !!key; typeof key", "k := !!key; #(key)"),
            ("a === 'b'; a != c", r#"a == "b"; a != c"#),
        ]);
    }

    #[test]
    fn calls() {
        check(&[
            (
                "await fetch(u, {headers: h})",
                r#"fetch(u, {"headers": h})"#,
            ),
            ("new Postiz('k', ...rest)", r#"Postiz("k", ..rest)"#),
            ("k.slice(-4)", "k.slice(-4)"),
            (
                "<Foo k='x' v={y} {...s}>t {z}</Foo>",
                r#"Foo(k: "x", v: y, ..s, z)"#,
            ),
            ("xs.map(x => x.y)", "xs.map(fn(x) { return x.y })"),
        ]);
    }

    #[test]
    fn statements() {
        check(&[
            (
                "import a, {b as c} from './m'",
                "import a = ./m#default; import c = ./m#b",
            ),
            ("import * as m from 'm'", "import m = m"),
            (
                "const {a, b: c} = require('m')",
                "import a = m#a; import c = m#b",
            ),
            ("const {a, b: c = 1} = o", r#"{"a": a, "b": c} := o"#),
            (
                "export default function f({x}, y = 2) { return x }",
                r#"fn f({"x": x}, y = 2) { return x }"#,
            ),
            ("export const a = 1", "a := 1"),
            ("export default {a}", r#"default := {"a": a}"#),
            (
                "try { a() } catch (e) { b(e) } finally { c() }",
                "try { a() } catch e { b(e) }; { c() }",
            ),
            (
                "if (!a) throw new Error('m'); else b()",
                r#"if !a { throw Error("m") } else { b() }"#,
            ),
            ("for (const [k, v] of o) f(k)", "for [k, v] in o { f(k) }"),
            (
                "switch (e) { case 'p': a(); default: b() }",
                r#"if e == "p" { a() } else {  }; { b() }"#,
            ),
            (
                "class P extends Q { static u = 'x'; #k; constructor(private key: string) { this.#k = key } }",
                r#"class P: Q { this.u := "x"; fn constructor(this.key) { this.k := key } }"#,
            ),
            ("enum E { A = 'x' }", r#"E := {"A": "x"}"#),
        ]);
    }

    #[test]
    fn broken_code_is_read_as_far_as_it_goes() {
        let shown = show(
            Language::JavaScript,
            "const a = 'x'; function ( { fetch(`http://${h}`)",
        );
        assert!(
            shown.contains(r#"a := "x""#) && shown.contains("fetch"),
            "{shown}"
        );
    }
}
