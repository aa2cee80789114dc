//! PHP: functions and classes.

use tree_sitter::Node;

use super::expressions::{arguments, expression, pattern, variable};
use super::{block, statement};
use crate::syntax::lower::{Builder, children, field};
use crate::syntax::program::{Block, Class, Expr, ExprId, Function, FunctionId, Parameter, Stmt};
/// The names and values of `const A = b, C = d`.
pub(super) fn constants(node: Node<'_>) -> Vec<(Node<'_>, Node<'_>)> {
    let elements = children(node).into_iter();
    let elements = elements.filter(|element| element.kind() == "const_element");
    elements
        .filter_map(|element| Some((element.named_child(0)?, element.named_child(1)?)))
        .collect()
}

/// The attributes of a declaration, as calls.
fn attribute_calls(b: &mut Builder<'_>, node: Node<'_>) -> Vec<ExprId> {
    let groups = field(node, "attributes").map(children).unwrap_or_default();
    let mut calls = Vec::new();
    for attribute in groups.into_iter().flat_map(children) {
        if let Some(name) = attribute.named_child(0) {
            let callee = expression(b, name);
            let args = arguments(b, field(attribute, "parameters"));
            calls.push(b.call(attribute, callee, args));
        }
    }
    calls
}

pub(super) fn attributes(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let calls = attribute_calls(b, node);
    out.extend(calls.into_iter().map(Stmt::Expr));
}

/// A function, method, closure or arrow function.
pub(super) fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = field(node, "name").map(|name| b.raw(name));
    let mut parameters = Vec::new();
    for one in field(node, "parameters").map(children).unwrap_or_default() {
        let Some(name) = field(one, "name") else {
            continue;
        };
        let target = pattern(b, name);
        let default = field(one, "default_value").map(|value| expression(b, value));
        let default = default.or_else(|| attribute_calls(b, one).first().copied());
        parameters.push(Parameter {
            target,
            default,
            is_field: one.kind() == "property_promotion_parameter",
        });
    }
    let body = match field(node, "body") {
        Some(body) if node.kind() == "arrow_function" => vec![Stmt::Return(expression(b, body))],
        body => block(b, body),
    };
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

pub(super) fn class(b: &mut Builder<'_>, node: Node<'_>) -> Stmt {
    let name = field(node, "name").map(|n| b.raw(n)).unwrap_or_default();
    let members = field(node, "body").map(children).unwrap_or_default();
    let mut parents = Vec::new();
    for clause in children(node).into_iter().chain(members.iter().copied()) {
        if matches!(
            clause.kind(),
            "base_clause" | "class_interface_clause" | "use_declaration"
        ) {
            parents.extend(children(clause).into_iter().map(|parent| b.raw(parent)));
        }
    }
    let body = b.block(|b, out| {
        for node in members {
            member(b, node, out);
        }
    });
    b.class(Class {
        name,
        parents,
        body,
        span: node.byte_range(),
    })
}

fn member(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    match node.kind() {
        "method_declaration" => {
            attributes(b, node, out);
            let method = function(b, node);
            out.push(Stmt::Function(method));
        }
        "property_declaration" => property(b, node, out),
        "const_declaration" => {
            for (name, value) in constants(node) {
                let value = expression(b, value);
                class_field(b, node, name, Some(value), out);
            }
        }
        "enum_case" => {
            let value = field(node, "value").map(|value| expression(b, value));
            if let Some(name) = field(node, "name") {
                class_field(b, node, name, value, out);
            }
        }
        "ERROR" => statement(b, node, out),
        _ => {}
    }
}

fn property(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    let mut last = None;
    for element in children(node) {
        match (element.kind(), field(element, "name")) {
            ("property_element", Some(name)) => {
                last = Some(name);
                let value = field(element, "default_value").map(|value| expression(b, value));
                let value = value.or_else(|| attribute_calls(b, node).first().copied());
                class_field(b, element, name, value, out);
            }
            ("property_hook_list", _) => {
                for hook in children(element) {
                    property_hook(b, hook, last, out);
                }
            }
            _ => {}
        }
    }
}

/// `get => value` gives the property's value, others are methods.
fn property_hook(b: &mut Builder<'_>, hook: Node<'_>, property: Option<Node<'_>>, out: &mut Block) {
    match (field(hook, "body"), property) {
        (Some(body), Some(name)) if body.kind() != "compound_statement" => {
            let value = expression(b, body);
            class_field(b, hook, name, Some(value), out);
        }
        _ => {
            let method = function(b, hook);
            out.push(Stmt::Function(method));
        }
    }
}

fn class_field(
    b: &mut Builder<'_>,
    node: Node<'_>,
    name: Node<'_>,
    value: Option<ExprId>,
    out: &mut Block,
) {
    let Some(value) = value else { return };
    let this = b.push(Expr::This, name.start_byte()..name.start_byte());
    let field = variable(b, name);
    let target = b.member(name, this, field);
    out.push(Stmt::Expr(b.assign(node, target, value)));
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Php, text), *wanted, "{text}");
        }
    }

    #[test]
    fn functions_and_classes() {
        check(&[
            (
                "<?php #[Route('/x', name: 'y')] function f(string $a, ?int $b = 1, &...$c): ?string { static $z = 1; global $g; return $a; }",
                r#"Route("/x", name: "y"); fn f(a, b = 1, c) { z := 1; return a }"#,
            ),
            (
                "<?php abstract class A extends B implements C { use T; const K = 'v', L = 1; private ?string $x = self::K, $y; #[Inject('k')] private string $key; abstract function m(); static function s() { return new static(self::$x); } }",
                r#"class A: B, C, T { this.K := "v"; this.L := 1; this.x := this.K; this.key := Inject("k"); fn m() {  }; fn s() { return this(this.x) } }"#,
            ),
            (
                "<?php class A { function __construct(private readonly string $key = 'd', #[Value('x')] protected $z, int $q) { parent::__construct($key); $this->a = $q; } }",
                r#"class A { fn __construct(this.key = "d", this.z = Value("x"), q) { this.__construct(key); this.a := q } }"#,
            ),
            (
                "<?php enum S: string { case A = 'x'; case B; function f() {} } interface I { const X = 1; } trait T { public $x = 2; }",
                r#"class S { this.A := "x"; fn f() {  } }; class I { this.X := 1 }; class T { this.x := 2 }"#,
            ),
            (
                "<?php $f = function ($x) use ($y) { return $x; }; $g = fn(&$x) => $x->y;",
                "f := fn(x) { return x }; g := fn(x) { return x.y }",
            ),
            (
                "<?php class A { public string $x { get => self::B . $this->y; set(string $v) { $this->y = $v; } } }",
                "class A { this.x := (this.B ~ this.y); fn(v) { this.y := v } }",
            ),
        ]);
    }
}
