//! What every language's lowering builds its program with.

mod nodes;
mod reading;
mod text;

use std::borrow::Cow;
use std::ops::Range;

use tree_sitter::Node;

use super::program::{Arg, Class, Entry, Expr, ExprId, Function, Program, Stmt};
use super::template::{Marks, Piece};
use super::{Block, FunctionId, Language, template};

pub(super) use nodes::{between_quotes, child, children, field, has_token};
pub(super) use text::{dedent, unescape, without_indent};

/// Deeper expressions are not followed: nobody writes them, and the stack is not endless.
const MAX_DEPTH: usize = 150;

/// More pieces than this are not put together.
const MAX_JOIN: usize = 64;

/// How often, in all, a text may be read again: macros in the arguments of macros are the same bytes.
const MAX_AGAIN: usize = 8;

/// What may stand around a stretch that is read again, in a text that is very short.
const MAX_AROUND: usize = 64;

/// Builds the program of one text.
pub(super) struct Builder<'t> {
    text: Cow<'t, [u8]>,
    offsets: Offsets,
    program: Program,
    depth: usize,
    /// How many strings of other programs the text stands in.
    nested: usize,
    /// The variable that is the object itself here, where the language has no word for it.
    this: Option<String>,
    /// How many bytes may still be read again.
    again: usize,
}

/// Where in the file the places of a text are.
#[derive(Clone, Debug)]
enum Offsets {
    /// This far on.
    From(usize),
    /// Pieces: where each begins in the text, and in the file; in order.
    Pieces(Vec<(usize, usize)>, usize),
}

impl Offsets {
    fn at(&self, offset: usize) -> usize {
        match self {
            Self::From(base) => base + offset,
            Self::Pieces(pieces, end) => {
                let next = pieces.partition_point(|(text, _)| *text <= offset);
                let here = next.checked_sub(1).map(|at| pieces[at]);
                let (text, file) = here.unwrap_or((0, 0));
                (file + (offset - text)).min(*end)
            }
        }
    }
}

impl<'t> Builder<'t> {
    /// A builder for all of a file's text.
    pub(super) fn new(language: Language, text: &'t [u8]) -> Self {
        Self {
            text: Cow::Borrowed(text),
            offsets: Offsets::From(0),
            program: Program::new(language),
            depth: 0,
            nested: 0,
            this: None,
            again: MAX_AGAIN * (text.len() + MAX_AROUND),
        }
    }

    pub(super) fn language(&self) -> Language {
        self.program.language
    }

    /// The text that is read.
    pub(super) fn source(&self) -> &[u8] {
        &self.text
    }

    pub(super) fn finish(self) -> Program {
        self.program
    }

    /// The text of a node.
    pub(super) fn raw(&self, node: Node<'_>) -> String {
        self.slice(node.byte_range())
    }

    /// A stretch of the text.
    pub(super) fn slice(&self, range: Range<usize>) -> String {
        String::from_utf8_lossy(&self.text[range]).into_owned()
    }

    /// Where a stretch of the text is in the file.
    fn span(&self, range: Range<usize>) -> Range<usize> {
        let start = self.offsets.at(range.start);
        start..self.offsets.at(range.end).max(start)
    }

    /// Adds statements to the program's own.
    pub(super) fn body(&mut self, block: Block) {
        self.program.body.extend(block);
    }

    /// An expression at `range` of the text.
    pub(super) fn push(&mut self, expr: Expr, range: Range<usize>) -> ExprId {
        let expr = match expr {
            Expr::Text { value, content } => Expr::Text {
                value,
                content: self.span(content),
            },
            other => other,
        };
        let span = self.span(range);
        self.program.push(expr, span)
    }

    /// What `lower` makes of `node`, or nothing where it stands too deep.
    pub(super) fn deeper(
        &mut self,
        node: Node<'_>,
        lower: impl FnOnce(&mut Self) -> ExprId,
    ) -> ExprId {
        if self.depth >= MAX_DEPTH {
            return self.push(Expr::Other(Vec::new()), node.byte_range());
        }
        self.depth += 1;
        let expr = lower(self);
        self.depth -= 1;
        expr
    }

    /// What `lower` makes of statements that stand in others, or nothing where they stand too deep.
    pub(super) fn block(&mut self, lower: impl FnOnce(&mut Self, &mut Block)) -> Block {
        let mut block = Vec::new();
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            lower(self, &mut block);
            self.depth -= 1;
        }
        block
    }

    /// A string: `range` with its quotes, `content` without, `value` with escapes resolved.
    pub(super) fn text(
        &mut self,
        range: Range<usize>,
        content: Range<usize>,
        value: String,
    ) -> ExprId {
        self.push(Expr::Text { value, content }, range)
    }

    /// A string without quotes or escapes: a key, a bare word.
    pub(super) fn word(&mut self, range: Range<usize>) -> ExprId {
        let value = self.slice(range.clone());
        self.text(range.clone(), range, value)
    }

    /// A string of the form `"…"`: one byte of quote on either side, escapes as in C.
    pub(super) fn quoted(&mut self, node: Node<'_>) -> ExprId {
        let range = node.byte_range();
        let content = if range.len() >= 2 {
            range.start + 1..range.end - 1
        } else {
            range.clone()
        };
        let value = unescape(&self.slice(content.clone()));
        self.text(range, content, value)
    }

    /// A variable.
    pub(super) fn name(&mut self, node: Node<'_>) -> ExprId {
        let name = self.raw(node);
        self.push(Expr::Name(name), node.byte_range())
    }

    /// `object.name`.
    pub(super) fn member(&mut self, node: Node<'_>, object: ExprId, name: String) -> ExprId {
        self.push(Expr::Member { object, name }, node.byte_range())
    }

    /// `object[index]`, which is a member where the index is a fixed string.
    pub(super) fn index(&mut self, node: Node<'_>, object: ExprId, index: ExprId) -> ExprId {
        match self.program.text(index).map(ToOwned::to_owned) {
            Some(name) => self.member(node, object, name),
            None => self.push(Expr::Index { object, index }, node.byte_range()),
        }
    }

    pub(super) fn call(&mut self, node: Node<'_>, callee: ExprId, args: Vec<Arg>) -> ExprId {
        self.push(Expr::Call { callee, args }, node.byte_range())
    }

    pub(super) fn map(&mut self, node: Node<'_>, entries: Vec<Entry>) -> ExprId {
        self.push(Expr::Map(entries), node.byte_range())
    }

    pub(super) fn list(&mut self, node: Node<'_>, items: Vec<ExprId>) -> ExprId {
        self.push(Expr::List(items), node.byte_range())
    }

    pub(super) fn choice(
        &mut self,
        node: Node<'_>,
        condition: Option<ExprId>,
        options: Vec<ExprId>,
    ) -> ExprId {
        self.push(Expr::Choice { condition, options }, node.byte_range())
    }

    pub(super) fn assign(&mut self, node: Node<'_>, target: ExprId, value: ExprId) -> ExprId {
        let adds = false;
        let assign = Expr::Assign {
            target,
            value,
            adds,
        };
        self.push(assign, node.byte_range())
    }

    /// Pieces put together; those that are joins themselves are taken apart first.
    pub(super) fn join(&mut self, node: Node<'_>, pieces: Vec<ExprId>) -> ExprId {
        let mut flat = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match &self.program[piece] {
                Expr::Join(inner) => flat.extend_from_slice(inner),
                _ => flat.push(piece),
            }
        }
        flat.truncate(MAX_JOIN);
        self.push(Expr::Join(flat), node.byte_range())
    }

    /// A format string, which may be put together itself, with its arguments in their places; a name
    /// that no argument has is a variable. Arguments left over follow at the end.
    pub(super) fn formatted(
        &mut self,
        node: Node<'_>,
        template: ExprId,
        marks: Marks,
        args: &[Arg],
    ) -> ExprId {
        let templates = match &self.program[template] {
            Expr::Join(pieces) => pieces.clone(),
            _ => vec![template],
        };
        let mut used = vec![false; args.len()];
        let mut next = 0;
        let mut pieces = Vec::new();
        for template in templates {
            let Expr::Text { value, content } = self.program[template].clone() else {
                pieces.push(template);
                continue;
            };
            let whole = self.program.span(template);
            for piece in template::pieces(&value, marks) {
                let number = match piece {
                    Piece::Fixed(range) => {
                        // Escapes make the text shorter than what stands there: then all of it is meant.
                        let same = value.len() == content.len();
                        let at = if same {
                            content.start + range.start..content.start + range.end
                        } else {
                            content.clone()
                        };
                        let text = Expr::Text {
                            value: value[range].to_owned(),
                            content: at.clone(),
                        };
                        let span = if same { at } else { whole.clone() };
                        pieces.push(self.program.push(text, span));
                        continue;
                    }
                    Piece::Next => {
                        next += 1;
                        next - 1
                    }
                    Piece::Number(number) => number,
                    Piece::Named(name) => {
                        if let Some(number) =
                            args.iter().position(|arg| arg.name.as_ref() == Some(&name))
                        {
                            number
                        } else {
                            pieces.push(self.program.push(Expr::Name(name), whole.clone()));
                            continue;
                        }
                    }
                };
                if let Some(arg) = args.get(number) {
                    used[number] = true;
                    pieces.push(arg.value);
                }
            }
        }
        let left = args.iter().zip(used).filter(|(_, used)| !used);
        pieces.extend(left.map(|(arg, _)| arg.value));
        self.join(node, pieces)
    }

    /// `left % right`: a format string with its arguments, or the rest of a division.
    pub(super) fn percent(&mut self, node: Node<'_>, left: ExprId, right: ExprId) -> ExprId {
        let is_string = matches!(self.program[left], Expr::Text { .. } | Expr::Join(_));
        let args = match &self.program[right] {
            Expr::Literal(_) if !is_string => return self.other(node, vec![left, right]),
            Expr::List(items) => items.iter().copied().map(arg).collect(),
            Expr::Map(entries) => {
                let entries = entries.iter().map(|entry| Arg {
                    name: entry
                        .key
                        .and_then(|key| self.program.text(key).map(str::to_owned)),
                    value: entry.value,
                    spread: false,
                });
                entries.collect()
            }
            _ => vec![arg(right)],
        };
        self.formatted(node, left, Marks::Percent, &args)
    }

    pub(super) fn other(&mut self, node: Node<'_>, parts: Vec<ExprId>) -> ExprId {
        self.push(Expr::Other(parts), node.byte_range())
    }

    /// A number, boolean or null.
    pub(super) fn literal(&mut self, node: Node<'_>) -> ExprId {
        let raw = self.raw(node);
        self.push(Expr::Literal(raw), node.byte_range())
    }

    /// A function; a statement or an expression still has to name it.
    pub(super) fn function(&mut self, mut function: Function) -> FunctionId {
        function.span = self.span(function.span);
        self.program.functions.push(function);
        self.program.functions.len() - 1
    }

    /// A class, as a statement.
    pub(super) fn class(&mut self, mut class: Class) -> Stmt {
        class.span = self.span(class.span);
        self.program.classes.push(class);
        Stmt::Class(self.program.classes.len() - 1)
    }

    /// What `lower` makes of a body in which the variable `name` is the object itself.
    pub(super) fn with_this<T>(
        &mut self,
        name: Option<String>,
        lower: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let around = std::mem::replace(&mut self.this, name);
        let lowered = lower(self);
        self.this = around;
        lowered
    }

    /// The variable that is the object itself here.
    pub(super) fn this(&self) -> Option<&str> {
        self.this.as_deref()
    }

    /// What an expression is.
    pub(super) fn get(&self, id: ExprId) -> &Expr {
        &self.program[id]
    }
}

/// A positional argument.
pub(super) fn arg(value: ExprId) -> Arg {
    Arg {
        name: None,
        value,
        spread: false,
    }
}

/// An argument given by name.
pub(super) fn named(name: String, value: ExprId) -> Arg {
    Arg {
        name: Some(name),
        value,
        spread: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_found_in_the_file() {
        let offsets = Offsets::Pieces(vec![(0, 10), (4, 20)], 23);
        let at: Vec<usize> = (0..9).map(|o| offsets.at(o)).collect();
        assert_eq!(at, [10, 11, 12, 13, 20, 21, 22, 23, 23]);
    }
}
