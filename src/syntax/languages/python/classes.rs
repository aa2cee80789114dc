//! Python: functions and classes.

use std::collections::HashSet;

use tree_sitter::Node;

use super::expressions::{expression, pattern};
use super::{block, statement};
use crate::syntax::lower::{Builder, child, children, field};
use crate::syntax::program::{Block, Class, Expr, Function, FunctionId, Parameter, Stmt};
pub(super) fn decorators(b: &mut Builder<'_>, node: Node<'_>, out: &mut Block) {
    for decorator in children(node) {
        if decorator.kind() != "decorator" {
            continue;
        }
        let Some(inner) = decorator.named_child(0) else {
            continue;
        };
        let mut call = expression(b, inner);
        if inner.kind() != "call" {
            call = b.call(decorator, call, Vec::new());
        }
        out.push(Stmt::Expr(call));
    }
}

pub(super) fn function(b: &mut Builder<'_>, node: Node<'_>) -> FunctionId {
    let name = field(node, "name").map(|name| b.raw(name));
    let parameters = parameters(b, field(node, "parameters"));
    let body = block(b, field(node, "body"));
    b.function(Function {
        name,
        parameters,
        body,
        span: node.byte_range(),
    })
}

/// The parameters of a function, without `self`.
pub(super) fn parameters(b: &mut Builder<'_>, node: Option<Node<'_>>) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for (at, one) in node.map(children).unwrap_or_default().iter().enumerate() {
        let one = *one;
        let target = match one.kind() {
            "keyword_separator" | "positional_separator" => continue,
            "typed_parameter" => one.named_child(0),
            _ => field(one, "name"),
        };
        let target = target.unwrap_or(one);
        if at == 0 && matches!(&*b.raw(target), "self" | "cls") {
            continue;
        }
        let default = field(one, "value").or_else(|| annotation(b, one));
        parameters.push(Parameter {
            target: pattern(b, target),
            default: default.map(|value| expression(b, value)),
            is_field: false,
        });
    }
    parameters
}

/// `Header()` of `key: Annotated[str, Header()]`.
fn annotation<'t>(b: &Builder<'_>, parameter: Node<'t>) -> Option<Node<'t>> {
    let generic = child(field(parameter, "type")?, &["generic_type"])?;
    let name = generic.named_child(0)?;
    let last = children(child(generic, &["type_parameter"])?).pop()?;
    let call = child(last, &["call"])?;
    b.raw(name).ends_with("Annotated").then_some(call)
}

pub(super) fn class(b: &mut Builder<'_>, node: Node<'_>) -> Stmt {
    let name = field(node, "name").map(|n| b.raw(n)).unwrap_or_default();
    let parents = field(node, "superclasses").map(children);
    let parents = parents.unwrap_or_default().into_iter();
    let parents = parents
        .filter(|parent| parent.kind() != "keyword_argument")
        .map(|parent| b.raw(parent))
        .collect();
    let members = field(node, "body").map(children).unwrap_or_default();
    let used = names_used(b, &members);
    let body = b.block(|b, out| {
        for member in members {
            match attribute(member) {
                Some((name, value)) => {
                    let value = expression(b, value);
                    let value = if used.contains(&b.raw(name)) {
                        // What follows in the class's body knows it by its bare name.
                        let local = b.name(name);
                        b.assign(member, local, value)
                    } else {
                        value
                    };
                    let this = b.push(Expr::This, name.start_byte()..name.start_byte());
                    let target = b.raw(name);
                    let target = b.member(name, this, target);
                    out.push(Stmt::Expr(b.assign(member, target, value)));
                }
                None => statement(b, member, out),
            }
        }
    });
    b.class(Class {
        name,
        parents,
        body,
        span: node.byte_range(),
    })
}

/// The name and the value of `name = value`, a statement of a class's body.
fn attribute(node: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let assignment =
        child(node, &["assignment"]).filter(|_| node.kind() == "expression_statement")?;
    let name = field(assignment, "left").filter(|left| left.kind() == "identifier")?;
    Some((name, field(assignment, "right")?))
}

/// The names that the values of a class's attributes use.
fn names_used(b: &Builder<'_>, members: &[Node<'_>]) -> HashSet<String> {
    let mut used = HashSet::new();
    let mut todo: Vec<Node<'_>> = members
        .iter()
        .filter_map(|member| attribute(*member))
        .map(|(_, value)| value)
        .collect();
    while let Some(node) = todo.pop() {
        if node.kind() == "identifier" {
            used.insert(b.raw(node));
        }
        todo.extend(children(node));
    }
    used
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Python, text), *wanted, "{text}");
        }
    }

    #[test]
    fn functions_and_classes() {
        check(&[
            (
                "async def f(a, b: str, c='x', *d, e: int = 3, **g) -> str:\n  '''doc'''\n  return await h(a)",
                r#"fn f(a, b, c = "x", d, e = 3, g) { return h(a) }"#,
            ),
            (
                "@app.get('/x')\n@auth\ndef f(k: Annotated[str, Header()]): pass",
                r#"app.get("/x"); auth(); fn f(k = Header()) {  }"#,
            ),
            (
                "class C(m.B, metaclass=M):\n  def __init__(self, key):\n    super().__init__(key)\n    self.key = key\n  @classmethod\n  def make(cls): return cls(cls.url)",
                "class C: m.B { fn __init__(key) { this.__init__(key); this.key := key }; classmethod(); fn make() { return this(this.url) } }",
            ),
            (
                "@dataclass\nclass C:\n  key: str\n  base: str = 'x'\n  url = base + '/v1'\n  all = field(default_factory=list)",
                r#"dataclass(); class C { this.base := base := "x"; this.url := (base ~ "/v1"); this.all := field(default_factory: list) }"#,
            ),
        ]);
    }
}
