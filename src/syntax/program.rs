//! What a file says, whatever language it is written in: expressions, statements, functions, classes.
//!
//! Only what a value can flow through is kept apart. What else there is becomes [`Expr::Other`], whose
//! parts are still seen. Every span is in bytes of the file, also where the code stands inside a
//! string of another format.

use std::ops::{Index, Range};

use super::Language;

/// A piece of code or configuration.
#[derive(Debug)]
pub struct Program {
    /// What it is written in.
    pub language: Language,
    /// Its statements, in order. A configuration file is one [`Expr::Map`].
    pub body: Block,
    /// Every expression, by its id.
    exprs: Vec<(Expr, Range<usize>)>,
    /// Every function and method, by its id.
    pub functions: Vec<Function>,
    /// Every class, by its id.
    pub classes: Vec<Class>,
    /// Code inside its strings: scripts of a pipeline, of a page, of a notebook.
    pub embedded: Vec<Embedded>,
}

/// Code that stands inside a string.
#[derive(Debug)]
pub struct Embedded {
    /// The string, in the program around it; none where it is no string of it, as in Markdown.
    pub host: Option<ExprId>,
    /// The code.
    pub program: Program,
}

/// The number of an expression in its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(u32);

/// The number of a function in its program.
pub type FunctionId = usize;

/// The number of a class in its program.
pub type ClassId = usize;

/// Statements, in order.
pub type Block = Vec<Stmt>;

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    /// An expression, assignments among them.
    Expr(ExprId),
    /// A value handed back, also where the language does so without a word.
    Return(ExprId),
    /// A value thrown, raised or panicked with.
    Throw(ExprId),
    /// One branch or the other. `switch` is a row of these, each comparing the same subject.
    If {
        /// What decides.
        condition: ExprId,
        /// If it holds.
        then: Block,
        /// If it does not.
        otherwise: Block,
    },
    /// A body and what is done when it fails.
    Try {
        /// What may fail; `finally` stands at the end of what follows this statement.
        body: Block,
        /// The name of what was caught, in the handler.
        caught: Option<String>,
        /// What is done then. Several handlers are several of these, the inner one first.
        handler: Block,
    },
    /// A body that is run for every element, or as long as something holds.
    Loop {
        /// The name (or pattern) that an element gets.
        variable: Option<ExprId>,
        /// What is gone through, or what must hold.
        over: Option<ExprId>,
        /// What is run.
        body: Block,
    },
    /// Statements of their own: a block, the body of `with`.
    Block(Block),
    /// A named function; it is a statement of the block in which its name is known.
    Function(FunctionId),
    /// A class, struct with methods, module, `impl` block.
    Class(ClassId),
    /// A name that another file defines.
    Import(Import),
}

/// A name that another file defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The name here.
    pub local: String,
    /// The file or module, as written: `./config`, `app.settings`.
    pub module: String,
    /// What of it; none for the whole module.
    pub member: Option<String>,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A string, or the fixed piece of one.
    Text {
        /// Its characters, escapes resolved.
        value: String,
        /// Where they stand, without quotes.
        content: Range<usize>,
    },
    /// A number, a boolean, a null: as written.
    Literal(String),
    /// A variable, as written but for a sigil: `key` for `$key`.
    Name(String),
    /// `this`, `self`, `@` before a field.
    This,
    /// `object.name`, `object->name`, `Object::name`, and `object["name"]`.
    Member {
        /// What it is a part of.
        object: ExprId,
        /// The part.
        name: String,
    },
    /// `object[index]` with an index that is no fixed string.
    Index {
        /// What it is a part of.
        object: ExprId,
        /// Which part.
        index: ExprId,
    },
    /// `object[from:to]` and its like.
    Slice {
        /// What it is a part of.
        object: ExprId,
        /// The first, from the beginning.
        from: Option<ExprId>,
        /// One past the last.
        to: Option<ExprId>,
    },
    /// Pieces put together: a template, `+`, adjacent strings, a format string with its arguments in
    /// their places.
    Join(Vec<ExprId>),
    /// A call; also a command with its words, an annotation, a macro, `new`.
    Call {
        /// What is called.
        callee: ExprId,
        /// With what.
        args: Vec<Arg>,
    },
    /// A map, object, dictionary, table, named tuple, keyword list.
    Map(Vec<Entry>),
    /// A list, array, tuple, set.
    List(Vec<ExprId>),
    /// One of several values: `a ? b : c`, `a ?? b`, `a || b`, `a && b`, `switch` as a value.
    Choice {
        /// What decides, where it is not one of the values itself.
        condition: Option<ExprId>,
        /// The values. Of `a ? b : c` they are b, then c.
        options: Vec<ExprId>,
    },
    /// Whether two values are equal.
    Compare {
        /// One of them.
        left: ExprId,
        /// The other.
        right: ExprId,
        /// False for `!=`.
        equal: bool,
    },
    /// The opposite of a truth value.
    Not(ExprId),
    /// A function without a name, or with one that is known only inside.
    Function(FunctionId),
    /// A value given to a variable, a field or an element. It is its value.
    Assign {
        /// What gets it: [`Expr::Name`], [`Expr::Member`], [`Expr::Index`]; a pattern is a
        /// [`Expr::Map`] or [`Expr::List`] of these.
        target: ExprId,
        /// The value.
        value: ExprId,
        /// Whether it is added to what was there (`+=`, `<<`).
        adds: bool,
    },
    /// Something that no value flows through, with its parts.
    Other(Vec<ExprId>),
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// Its name, where it is given by name: `headers` of `get(url, headers=h)`, `Uri` of `-Uri $u`.
    pub name: Option<String>,
    /// Its value.
    pub value: ExprId,
    /// Whether it is several arguments, spread.
    pub spread: bool,
}

/// An entry of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key, an [`Expr::Text`] where it is fixed; none where another map's entries are put in.
    pub key: Option<ExprId>,
    /// The value.
    pub value: ExprId,
}

/// A function, method, closure or block with parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name; a constructor has the name that the language gives it (`constructor`, `__init__`,
    /// `initialize`, `__construct`, `init`) or the class's.
    pub name: Option<String>,
    /// Its parameters, without `self`.
    pub parameters: Vec<Parameter>,
    /// What it does.
    pub body: Block,
    /// All of it.
    pub span: Range<usize>,
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name, [`Expr::Name`]; a pattern is a [`Expr::Map`] or [`Expr::List`] of names.
    pub target: ExprId,
    /// Its value when none is given.
    pub default: Option<ExprId>,
    /// Whether it also is a field of the object (`constructor(private key: string)`).
    pub is_field: bool,
}

/// A class with its fields and methods.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// What it is made from: base classes, interfaces, as written.
    pub parents: Vec<String>,
    /// Methods, nested classes, and each field as an assignment to a member of [`Expr::This`].
    pub body: Block,
    /// All of it.
    pub span: Range<usize>,
}

impl Program {
    pub(super) fn new(language: Language) -> Self {
        Self {
            language,
            body: Vec::new(),
            exprs: Vec::new(),
            functions: Vec::new(),
            classes: Vec::new(),
            embedded: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, expr: Expr, span: Range<usize>) -> ExprId {
        self.exprs.push((expr, span));
        ExprId(self.exprs.len() as u32 - 1)
    }

    /// Where an expression stands, in bytes of the file; a string with its quotes.
    #[must_use]
    pub fn span(&self, id: ExprId) -> Range<usize> {
        self.exprs[id.0 as usize].1.clone()
    }

    /// Every expression, in no order that means anything.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = ExprId> + use<> {
        (0..self.exprs.len() as u32).map(ExprId)
    }

    /// The value of an expression that is a fixed string.
    #[must_use]
    pub fn text(&self, id: ExprId) -> Option<&str> {
        match &self[id] {
            Expr::Text { value, .. } => Some(value),
            _ => None,
        }
    }

    /// `a.b.c` of names and members, also of those that are the result of calls and of elements:
    /// `http.Header.Set` of `http.Header().Set`. Empty where it begins with something else.
    #[must_use]
    pub fn path(&self, id: ExprId) -> Vec<&str> {
        let mut path = Vec::new();
        let mut at = id;
        loop {
            match &self[at] {
                Expr::Name(name) => {
                    path.push(&**name);
                    break;
                }
                Expr::This => {
                    path.push("this");
                    break;
                }
                Expr::Member { object, name } => {
                    path.push(&**name);
                    at = *object;
                }
                Expr::Call { callee, .. } => at = *callee,
                Expr::Index { object, .. } => at = *object,
                _ => break,
            }
        }
        path.reverse();
        path
    }
}

impl Index<ExprId> for Program {
    type Output = Expr;

    fn index(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize].0
    }
}
