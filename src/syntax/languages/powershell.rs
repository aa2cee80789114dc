//! PowerShell. Names are kept as written, though they mean the same in any case.

mod commands;
mod declarations;
mod newer;
mod operations;
mod strings;
#[cfg(test)]
mod tests;

use tree_sitter::Node;

use crate::syntax::lower::{Builder, arg, child, children, field};
use crate::syntax::program::{Block, Entry, Expr, ExprId, Function, Stmt};

pub(in crate::syntax) fn lower(b: &mut Builder<'_>, root: Node<'_>) {
    let read = |b: &mut Builder<'_>, root: Node<'_>| statements(b, &children(root));
    let body = match newer::in_older_words(b.source(), root) {
        Some(code) => b.instead(code, read),
        None => None,
    };
    let body = body.unwrap_or_else(|| read(b, root));
    b.body(body);
}

fn statements(b: &mut Builder<'_>, nodes: &[Node<'_>]) -> Block {
    b.block(|b, out| {
        for node in nodes {
            statement(b, *node, out);
        }
    })
}

/// The statements of a block, however many nodes are around them.
fn block(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Block {
    let Some(node) = node else { return Vec::new() };
    statements(b, &children(node))
}

fn statement(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "statement_list" | "script_block_body" | "named_block_list" | "for_initializer"
        | "ERROR" => {
            let inner = statements(b, &children(node));
            out.extend(inner);
        }
        "named_block" => {
            let inner = block(b, child(node, &["statement_block"]));
            out.extend(inner);
        }
        "statement_block" | "trap_statement" => {
            let inner = block(b, Some(node));
            out.push(Stmt::Block(inner));
        }
        "param_block" => declarations::defaults(b, node, out),
        "function_statement" => {
            let function = declarations::function(b, node);
            out.push(Stmt::Function(function));
        }
        "class_statement" => {
            let class = declarations::class(b, node);
            out.push(class);
        }
        "flow_control_statement" => {
            let word = b.raw(node).to_ascii_lowercase();
            let Some(value) = node.named_child(0) else {
                return;
            };
            let value = expression(b, value);
            out.push(if word.starts_with("throw") {
                Stmt::Throw(value)
            } else if word.starts_with("return") {
                Stmt::Return(value)
            } else {
                return;
            });
        }
        "if_statement" => {
            let (condition, then, rest) = branches(b, node);
            let Some(condition) = condition else { return };
            let then = block(b, then);
            let otherwise = otherwise(b, &rest);
            out.push(Stmt::If {
                condition,
                then,
                otherwise,
            });
        }
        "switch_statement" => switch(b, node, out),
        "try_statement" => attempt(b, node, out),
        "foreach_statement" => {
            let parts = children(node);
            let [variable, over, ..] = *parts else { return };
            let variable = Some(expression(b, variable));
            let over = Some(expression(b, over));
            let body = block(b, child(node, &["statement_block"]));
            out.push(Stmt::Loop {
                variable,
                over,
                body,
            });
        }
        "for_statement" | "while_statement" | "do_statement" => {
            if let Some(first) = field(node, "for_initializer") {
                statement(b, first, out);
            }
            let over = child(node, &["for_condition", "while_condition"]);
            let over = over.map(|over| expression(b, over));
            let body = block(b, child(node, &["statement_block"]));
            out.push(Stmt::Loop {
                variable: None,
                over,
                body,
            });
        }
        "empty_statement" | "block_name" | "enum_statement" | "attribute_list" => {}
        _ => {
            let value = expression(b, node);
            commands::imported(b, value, out);
            out.push(Stmt::Expr(value));
        }
    }
}

/// The condition, its block, and the clauses after it.
fn branches<'t>(
    b: &mut Builder<'_>,
    node: Node<'t>,
) -> (Option<ExprId>, Option<Node<'t>>, Vec<Node<'t>>) {
    let mut condition = None;
    let mut then = None;
    let mut rest = Vec::new();
    for part in children(node) {
        match part.kind() {
            "statement_block" => then = Some(part),
            "elseif_clauses" => rest.extend(children(part)),
            "else_clause" => rest.push(part),
            _ => condition = Some(expression(b, part)),
        }
    }
    (condition, then, rest)
}

/// What `elseif` and `else` do, each in the one before.
fn otherwise(b: &mut Builder<'_>, clauses: &[Node<'_>]) -> Block {
    let mut otherwise = Vec::new();
    for clause in clauses.iter().rev() {
        let (condition, then, _) = branches(b, *clause);
        let then = block(b, then);
        otherwise = match condition {
            Some(condition) => vec![Stmt::If {
                condition,
                then,
                otherwise,
            }],
            None => then,
        };
    }
    otherwise
}

fn clauses(node: Node<'_>) -> Vec<Node<'_>> {
    child(node, &["switch_body"])
        .and_then(|body| child(body, &["switch_clauses"]))
        .map(children)
        .unwrap_or_default()
}

fn switch(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let Some(subject) = child(node, &["switch_condition"]) else {
        return;
    };
    let subject = expression(b, subject);
    for clause in clauses(node) {
        let then = block(b, child(clause, &["statement_block"]));
        let case = child(clause, &["switch_clause_condition"]);
        let condition = match case.and_then(|case| case.named_child(0)) {
            Some(case) => {
                let right = expression(b, case);
                let compare = Expr::Compare {
                    left: subject,
                    right,
                    equal: true,
                };
                b.push(compare, clause.byte_range())
            }
            // A bare word has no node of its own; `default` is one.
            None => {
                if let Some(word) =
                    case.filter(|case| !b.raw(*case).eq_ignore_ascii_case("default"))
                {
                    let right = b.word(word.byte_range());
                    let compare = Expr::Compare {
                        left: subject,
                        right,
                        equal: true,
                    };
                    b.push(compare, clause.byte_range())
                } else {
                    out.push(Stmt::Block(then));
                    continue;
                }
            }
        };
        out.push(Stmt::If {
            condition,
            then,
            otherwise: Vec::new(),
        });
    }
}

/// What is caught is `$_` in the handler.
fn attempt(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut body = block(b, child(node, &["statement_block"]));
    let handlers = child(node, &["catch_clauses"]);
    for handler in handlers.map(children).unwrap_or_default() {
        body = vec![Stmt::Try {
            body,
            caught: Some("_".to_owned()),
            handler: block(b, child(handler, &["statement_block"])),
        }];
    }
    out.extend(body);
    let finally = child(node, &["finally_clause"]);
    let finally = block(b, finally.and_then(|f| child(f, &["statement_block"])));
    if !finally.is_empty() {
        out.push(Stmt::Block(finally));
    }
}

/// What a body puts out last is what it gives back.
fn returned(b: &Builder<'_>, block: &mut Block) {
    match block.last_mut() {
        Some(Stmt::If {
            then, otherwise, ..
        }) => {
            returned(b, then);
            returned(b, otherwise);
        }
        Some(Stmt::Try { body, handler, .. }) => {
            returned(b, body);
            returned(b, handler);
        }
        Some(last) => {
            if let Stmt::Expr(value) = *last
                && !matches!(b.get(value), Expr::Assign { .. })
            {
                *last = Stmt::Return(value);
            }
        }
        None => {}
    }
}

fn expressions(b: &mut Builder<'_>, nodes: Vec<Node<'_>>) -> Vec<ExprId> {
    nodes.into_iter().map(|node| expression(b, node)).collect()
}

fn expression(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let node = peeled(node);
    b.deeper(node, |b| expression_here(b, node))
}

/// The grammar has a node for each level of precedence, a dozen around every value.
fn peeled(mut node: Node<'_>) -> Node<'_> {
    while node.named_child_count() == 1
        && (matches!(
            node.kind(),
            "pipeline"
                | "pipeline_chain"
                | "unary_expression"
                | "string_literal"
                | "parenthesized_expression"
                | "left_assignment_expression"
                | "for_condition"
                | "while_condition"
                | "switch_condition"
                | "argument_expression"
                | "script_parameter_default"
        ) || node.kind().ends_with("_argument_expression")
            || operations::is_operation(node.kind()))
    {
        match node.named_child(0) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

fn expression_here(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    match node.kind() {
        "variable" => variable(b, node),
        "verbatim_string_characters"
        | "verbatim_here_string_characters"
        | "expandable_string_literal"
        | "expandable_here_string_literal" => strings::string(b, node),
        "generic_token" | "command_token" => strings::bare(b, node),
        "simple_name" | "command_name" => b.word(node.byte_range()),
        "integer_literal" | "real_literal" => b.literal(node),
        "type_literal" => {
            let name = b.raw(node);
            let name = name.trim_matches(['[', ']']).trim().to_owned();
            b.push(Expr::Name(name), node.byte_range())
        }
        // A truth value says nothing of what it was made from.
        "cast_expression" if b.raw(node).to_ascii_lowercase().starts_with("[bool]") => {
            let parts = children(node).pop().map(|inner| expression(b, inner));
            b.other(node, parts.into_iter().collect())
        }
        "cast_expression" | "parenthesized_expression" => match children(node).pop() {
            Some(inner) => expression(b, inner),
            None => b.other(node, Vec::new()),
        },
        "expression_with_unary_operator" => operations::unary(b, node),
        "assignment_expression" => assignment(b, node),
        "member_access" | "invokation_expression" => member(b, node),
        "element_access" => operations::element(b, node),
        "hash_literal_expression" => map(b, node),
        "array_literal_expression" => {
            let items = expressions(b, children(node));
            b.list(node, items)
        }
        "array_expression" => {
            let inner = child(node, &["statement_list"]).map(children);
            let items = expressions(b, inner.unwrap_or_default());
            match *items {
                [only] if matches!(b.get(only), Expr::List(_)) => only,
                _ => b.list(node, items),
            }
        }
        "sub_expression" => value(b, node),
        "script_block_expression" => {
            let function = declarations::script_block(b, node, None);
            b.push(Expr::Function(function), node.byte_range())
        }
        "command" => commands::command(b, node, None),
        "pipeline_chain" => commands::pipeline(b, node),
        "if_statement" => {
            let (condition, then, rest) = branches(b, node);
            let mut options: Vec<ExprId> = then.map(|then| value(b, then)).into_iter().collect();
            for clause in rest {
                let (condition, then, _) = branches(b, clause);
                options.extend(condition.filter(|_| then.is_none()));
                options.extend(then.map(|then| value(b, then)));
            }
            b.choice(node, condition, options)
        }
        "switch_statement" => {
            let mut options = Vec::new();
            for clause in clauses(node) {
                let block = child(clause, &["statement_block"]);
                options.extend(block.map(|block| value(b, block)));
            }
            b.choice(node, None, options)
        }
        "foreach_statement" | "try_statement" | "while_statement" | "for_statement" => {
            let body = statements(b, &[node]);
            called(b, node, body)
        }
        kind if operations::is_operation(kind) => operations::binary(b, node),
        _ => {
            let parts = expressions(b, children(node));
            b.other(node, parts)
        }
    }
}

/// What the statements of a block put out: the only value, or that of a function called at once.
fn value(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut body = block(b, Some(node));
    returned(b, &mut body);
    match *body {
        [Stmt::Return(only)] => only,
        _ => called(b, node, body),
    }
}

fn called(b: &mut Builder<'_>, node: Node<'_>, body: Block) -> ExprId {
    let function = b.function(Function {
        name: None,
        parameters: Vec::new(),
        body,
        span: node.byte_range(),
    });
    let function = b.push(Expr::Function(function), node.byte_range());
    b.call(node, function, Vec::new())
}

/// `$name`, `${name}`, `$env:NAME`, `$script:name`, `@name`.
fn variable(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let raw = b.raw(node);
    let name = raw.strip_prefix(['$', '@']).unwrap_or(&raw);
    let name = name.trim_start_matches('{').trim_end_matches('}');
    strings::variable(b, name, node.byte_range())
}

fn assignment(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let left = child(node, &["left_assignment_expression"]);
    let (Some(left), Some(value)) = (left, children(node).pop()) else {
        return b.other(node, Vec::new());
    };
    if left == value {
        return expression(b, left);
    }
    let target = expression(b, left);
    let value = expression(b, value);
    let operator = child(node, &["assignement_operator"]).map(|o| b.raw(o));
    let assign = Expr::Assign {
        target,
        value,
        adds: operator.is_some_and(|o| o.trim() == "+="),
    };
    b.push(assign, node.byte_range())
}

/// `object.name`, `[Type]::Name`, and both with arguments.
fn member(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let parts = children(node);
    let Some(object) = parts.first() else {
        return b.other(node, Vec::new());
    };
    let object = expression(b, *object);
    let name = child(node, &["member_name"]).and_then(|name| name.named_child(0));
    let Some(name) = name else {
        return object;
    };
    let at = node.start_byte()..name.end_byte();
    let callee = if name.kind() == "simple_name" {
        let name = b.raw(name);
        b.push(Expr::Member { object, name }, at)
    } else {
        let index = expression(b, name);
        b.index(node, object, index)
    };
    match child(node, &["argument_list"]) {
        Some(listed) => {
            let args = commands::listed(b, listed);
            let args = args.into_iter().map(arg).collect();
            b.call(node, callee, args)
        }
        None => callee,
    }
}

fn map(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let mut entries = Vec::new();
    let body = child(node, &["hash_literal_body"]);
    for entry in body.map(children).unwrap_or_default() {
        let parts = children(entry);
        let (Some(key), Some(value)) = (parts.first(), parts.get(1)) else {
            continue;
        };
        let key = match key.named_child(0) {
            Some(inner) => expression(b, inner),
            None => b.word(key.byte_range()),
        };
        entries.push(Entry {
            key: Some(key),
            value: expression(b, *value),
        });
    }
    b.map(node, entries)
}
