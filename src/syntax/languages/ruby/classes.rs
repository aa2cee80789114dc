//! Ruby: functions and classes.

use tree_sitter::Node;

use super::body;
use super::expressions::{expression, pattern};
use crate::syntax::lower::{Builder, children, field};
use crate::syntax::program::{Class, Expr, ExprId, Function, FunctionId, Parameter, Stmt};
pub(super) fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = field(node, "name").map(|name| b.raw(name));
    let parameters = parameters(b, field(node, "parameters"));
    // What a constructor's last statement gives is thrown away.
    let tail = name.as_deref() != Some("initialize");
    let body = body(b, field(node, "body"), tail);
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

/// The block of a call, or a lambda.
pub(super) fn closure(b: &mut Builder<'_>, node: Node<'_>) -> ExprId {
    let inner = field(node, "body");
    let block = inner.filter(|inner| matches!(inner.kind(), "block" | "do_block"));
    let list = field(node, "parameters").or_else(|| block.and_then(|b| field(b, "parameters")));
    let parameters = parameters(b, list);
    let body = match block {
        Some(block) => body(b, field(block, "body"), true),
        None => body(b, inner, true),
    };
    let function = b.function(Function {
        name: None,
        parameters,
        body,
        span: node.byte_range(),
    });
    b.push(Expr::Function(function), node.byte_range())
}

fn parameters(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for one in node.map(children).unwrap_or_default() {
        let target = match (one.kind(), field(one, "name")) {
            (_, Some(name)) => name,
            ("identifier" | "destructured_parameter", None) => one,
            // `*` and `**` alone.
            _ => continue,
        };
        parameters.push(Parameter {
            target: pattern(b, target),
            default: field(one, "value").map(|value| expression(b, value)),
            is_field: false,
        });
    }
    parameters
}

pub(super) fn class(b: &mut Builder<'_>, node: Node<'_>) -> Stmt {
    let name = field(node, "name").map(|n| b.raw(n)).unwrap_or_default();
    let parent = field(node, "superclass").and_then(|parent| parent.named_child(0));
    let parents = parent.map(|parent| b.raw(parent)).into_iter().collect();
    let body = body(b, field(node, "body"), false);
    b.class(Class {
        name,
        parents,
        body,
        span: node.byte_range(),
    })
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Ruby, text), *wanted, "{text}");
        }
    }

    #[test]
    fn functions_and_classes() {
        check(&[
            (
                "def f(a, b = 1, *c, d:, e: 'x', **g, &h)\n y = a\n y.z\nend",
                r#"fn f(a, b = 1, c, d, e = "x", g, h) { y := a; return y.z }"#,
            ),
            (
                "def f(a) = a\ndef g\n if a then b else return c, d end\nend",
                "fn f(a) { return a }; fn g() { if a { return b } else { return [c, d] } }",
            ),
            (
                "def f\n case a\n when 1 then b\n else c end\nrescue E => e\n d\nend",
                "fn f() { try { if a == 1 { return b } else {  }; { return c } } catch e { return d } }",
            ),
            (
                "module M\n class C::D < B\n  include X\n  attr_reader :key\n  URL = 'x'.freeze\n  @@n = 1\n  def initialize(key)\n   super()\n   @key = key\n  end\n  def self.make; new(ENV['K']); end\n  class << self\n   def q() self.class::URL end\n  end\n  private def k = @key\n end\nend",
                r#"class M { class C::D: B { include(X); URL := "x".freeze(); this.n := 1; fn initialize(key) { this(); this.key := key }; fn make() { return new(ENV.K) }; fn q() { return this.URL }; fn k() { return this.key } } }"#,
            ),
        ]);
    }
}
