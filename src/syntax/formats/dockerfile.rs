//! Dockerfile: each instruction is a call.

use std::ops::Range;

use super::line::{self, Places, lines, quote, trim};
use crate::syntax::lower::{Builder, arg, named};
use crate::syntax::{Arg, Expr, ExprId, Language, Stmt};

pub(in crate::syntax) fn read(b: &mut Builder<'_>) -> bool {
    let source = b.source().to_vec();
    let mut file = File {
        text: joined(&source),
        shell: Language::Shell,
    };
    let mut lines_left = MAX_LINES;
    let mut statements = Vec::new();
    let mut at = 0;
    while let Some(line) = line::line_at(&file.text, at) {
        at = line.end + 1;
        let here = file.without_trigger(trim(&file.text, line));
        if here.is_empty() || file.text[here.start] == b'#' {
            continue;
        }
        let documents = documents(&file.text, here.clone(), at, &mut lines_left);
        if let Some(last) = documents.last() {
            at = last.after;
        }
        if let Some(call) = file.instruction(b, here, &documents) {
            statements.push(Stmt::Expr(call));
        }
    }
    b.body(statements);
    true
}

struct File {
    /// The text, each instruction on one line.
    text: Vec<u8>,
    /// What commands are written in.
    shell: Language,
}

/// So many lines of a file are looked at for the ends of documents, each as often as that is done: a
/// document that nobody ends costs a look at all that follows.
const MAX_LINES: usize = 100_000;

/// `<<EOF` and the lines that belong to it.
struct Document {
    /// Its lines.
    body: Range<usize>,
    /// Where the next line after it begins.
    after: usize,
}

/// The text with each instruction on one line of the same length: blanks for the ends of lines that
/// are continued, and for comments between them.
fn joined(source: &[u8]) -> Vec<u8> {
    let mut text = source.to_vec();
    let mut escape = b'\\';
    let mut continued: Option<usize> = None;
    for line in lines(source) {
        let here = trim(source, line.clone());
        let first = source[here.clone()].first().copied();
        if line.start == 0
            && let Some(directive) = source[here.clone()].strip_prefix(b"#")
            && directive.trim_ascii_start().starts_with(b"escape")
            && directive.ends_with(b"`")
        {
            escape = b'`';
        }
        let was_continued = continued.is_some();
        if let Some(end) = continued.take() {
            // The mark, and the end of the line that it continues.
            text[end..line.start].fill(b' ');
        }
        let is_comment = first == Some(b'#');
        let goes_on = first.is_some() && source[here.end - 1] == escape;
        if is_comment && was_continued {
            text[line.clone()].fill(b' ');
            continued = Some(line.end);
        } else if goes_on && !is_comment {
            continued = Some(here.end - 1);
        } else if here.is_empty() && was_continued {
            continued = Some(line.end);
        }
    }
    text
}

/// The documents that a line announces; they begin at `at`.
fn documents(
    text: &[u8],
    line: Range<usize>,
    mut at: usize,
    lines_left: &mut usize,
) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut rest = &text[line];
    while let Some(found) = rest.windows(2).position(|two| two == b"<<") {
        rest = &rest[found + 2..];
        if rest.first() == Some(&b'<') {
            rest = &rest[1..];
            continue;
        }
        let word = rest.strip_prefix(b"-").unwrap_or(rest);
        let word = word
            .strip_prefix(b"\"")
            .or_else(|| word.strip_prefix(b"'"))
            .unwrap_or(word);
        let length = word
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
            .count();
        if length == 0 {
            continue;
        }
        let start = at;
        while *lines_left > 0
            && let Some(line) = line::line_at(text, at)
        {
            *lines_left -= 1;
            at = line.end + 1;
            if text[line.clone()].trim_ascii() == &word[..length] {
                documents.push(Document {
                    body: start..line.start,
                    after: at,
                });
                break;
            }
        }
        if documents.last().is_none_or(|last| last.after != at) {
            // Nobody ends it: then it is none.
            break;
        }
    }
    documents
}

impl File {
    /// The instruction of `ONBUILD …`.
    fn without_trigger(&self, line: Range<usize>) -> Range<usize> {
        let here = &self.text[line.clone()];
        match here.split_at_checked(b"ONBUILD ".len()) {
            Some((word, _)) if word.trim_ascii().eq_ignore_ascii_case(b"ONBUILD") => {
                trim(&self.text, line.start + word.len()..line.end)
            }
            _ => line,
        }
    }

    fn instruction(
        &mut self,
        b: &mut Builder<'_>,
        line: Range<usize>,
        documents: &[Document],
    ) -> Option<ExprId> {
        let word = self.text[line.clone()]
            .iter()
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        let name = line.start..line.start + word;
        let upper = b.slice(name.clone()).to_ascii_uppercase();
        let mut rest = trim(&self.text, name.end..line.end);
        let mut args = self.flags(b, &mut rest);
        match upper.as_str() {
            "" => return None,
            "ENV" | "ARG" | "LABEL" => self.pairs(b, rest, upper == "ARG", &mut args),
            "RUN" | "CMD" | "ENTRYPOINT" => self.command(b, rest, documents, &mut args),
            "HEALTHCHECK" => {
                if self.text[rest.clone()]
                    .to_ascii_uppercase()
                    .starts_with(b"CMD")
                {
                    rest = trim(&self.text, rest.start + 3..rest.end);
                }
                self.command(b, rest, documents, &mut args);
            }
            _ => {
                let words = words(&self.text, rest);
                if upper == "SHELL" {
                    self.shell = shell(&self.text, &words).unwrap_or(self.shell);
                }
                for word in &words {
                    if !self.text[word.clone()].eq_ignore_ascii_case(b"as") {
                        args.push(arg(self.value(b, word.clone())));
                    }
                }
                self.files(b, documents, words.last(), &mut args);
            }
        }
        let callee = b.push(Expr::Name(upper), name);
        Some(b.push(Expr::Call { callee, args }, line))
    }

    /// `--name=value` at the beginning of `rest`, which is shortened.
    fn flags(&self, b: &mut Builder<'_>, rest: &mut Range<usize>) -> Vec<Arg> {
        let mut args = Vec::new();
        while self.text[rest.clone()].starts_with(b"--") {
            let Some(word) = words(&self.text, rest.clone()).into_iter().next() else {
                break;
            };
            *rest = trim(&self.text, word.end..rest.end);
            let equals = self.text[word.clone()].iter().position(|&b| b == b'=');
            let end = equals.map_or(word.end, |at| word.start + at);
            let name = b.slice(word.start..end);
            let value = self.value(b, (end + 1).min(word.end)..word.end);
            args.push(named(name, value));
        }
        args
    }

    /// `a=b c="d"`, or the old form `a b`.
    fn pairs(&self, b: &mut Builder<'_>, rest: Range<usize>, bare: bool, args: &mut Vec<Arg>) {
        let words = words(&self.text, rest.clone());
        let has_equals = |word: &Range<usize>| self.text[word.clone()].contains(&b'=');
        let Some(first) = words.first() else { return };
        if !bare && !has_equals(first) {
            let name = b.slice(first.clone());
            let value = trim(&self.text, first.end..rest.end);
            let value = self.value(b, value);
            args.push(named(name, value));
            return;
        }
        for word in words {
            let equals = self.text[word.clone()].iter().position(|&b| b == b'=');
            let Some(equals) = equals.map(|at| word.start + at) else {
                let value = b.push(Expr::Other(Vec::new()), word.clone());
                args.push(named(b.slice(word), value));
                continue;
            };
            let name = b.slice(word.start..equals);
            let name = name.trim_matches('"').to_owned();
            let value = self.value(b, equals + 1..word.end);
            args.push(named(name, value));
        }
    }

    /// A command: words as a list, or code.
    fn command(
        &self,
        b: &mut Builder<'_>,
        rest: Range<usize>,
        documents: &[Document],
        args: &mut Vec<Arg>,
    ) {
        if self.text[rest.clone()].starts_with(b"[") {
            let items = words(&self.text, rest.clone());
            let items = items.into_iter().map(|item| self.value(b, item)).collect();
            args.push(arg(b.push(Expr::List(items), rest)));
            return;
        }
        let value = String::from_utf8_lossy(&self.text[rest.clone()]).into_owned();
        let text = b.text(rest.clone(), rest.clone(), value);
        args.push(arg(text));
        if let Some(document) = documents.first()
            && let Some(language) = self.interpreter(&rest, document)
        {
            self.embed(b, text, language, document.body.clone());
            return;
        }
        // A document that a command reads belongs to the command's code.
        let end = documents.last().map_or(rest.end, |last| last.after);
        self.embed(b, text, self.shell, rest.start..end.min(self.text.len()));
    }

    /// What the document after `RUN <<EOF` or `RUN python3 <<EOF` is written in.
    fn interpreter(&self, command: &Range<usize>, document: &Document) -> Option<Language> {
        let command = &self.text[command.clone()];
        let before = command.split(|&b| b == b'<').next()?.trim_ascii();
        let body = &self.text[document.body.clone()];
        if before.is_empty() {
            return Some(Language::of("run", body).unwrap_or(self.shell));
        }
        let mut line = b"#!".to_vec();
        line.extend_from_slice(before);
        let language = Language::of("run", &line)?;
        (!before.contains(&b' ')).then_some(language)
    }

    /// The documents of `COPY <<EOF /to/file`.
    fn files(
        &self,
        b: &mut Builder<'_>,
        documents: &[Document],
        target: Option<&Range<usize>>,
        args: &mut Vec<Arg>,
    ) {
        for document in documents {
            let text = b.word(document.body.clone());
            args.push(arg(text));
            let path = target
                .map(|target| b.slice(target.clone()))
                .unwrap_or_default();
            let body = &self.text[document.body.clone()];
            if let Some(language) = Language::of(&path, body) {
                self.embed(b, text, language, document.body.clone());
            }
        }
    }

    fn embed(&self, b: &mut Builder<'_>, host: ExprId, language: Language, range: Range<usize>) {
        let code = self.text[range.clone()].to_vec();
        b.embed_pieces(Some(host), language, code, &[(0, range.start)]);
    }

    fn value(&self, b: &mut Builder<'_>, range: Range<usize>) -> ExprId {
        match quote(&self.text, &range) {
            Some(b'\'') => {
                let content = range.start + 1..range.end - 1;
                let value = b.slice(content.clone());
                b.text(range, content, value)
            }
            Some(_) => {
                let content = range.start + 1..range.end - 1;
                line::string(b, range, content, Places::Dollar, true)
            }
            None => line::string(b, range.clone(), range, Places::Dollar, false),
        }
    }
}

/// The words of a line, quotes kept; also the strings of a JSON list.
fn words(text: &[u8], range: Range<usize>) -> Vec<Range<usize>> {
    let is_list = text[range.clone()].starts_with(b"[");
    let mut words = Vec::new();
    let mut start = None;
    let mut inside = None;
    let mut at = range.start;
    while at < range.end {
        let byte = text[at];
        let between = byte.is_ascii_whitespace() || (is_list && b"[],".contains(&byte));
        match inside {
            Some(quote) if byte == quote => inside = None,
            Some(_) => {}
            None if between => words.extend(start.take().map(|start| start..at)),
            None => {
                if matches!(byte, b'"' | b'\'') {
                    inside = Some(byte);
                }
                start.get_or_insert(at);
            }
        }
        at += if byte == b'\\' { 2 } else { 1 };
    }
    words.extend(start.map(|start| start..range.end));
    words
}

/// What `SHELL ["pwsh", "-c"]` makes commands be written in.
fn shell(text: &[u8], words: &[Range<usize>]) -> Option<Language> {
    let first = &text[words.first()?.clone()];
    let name = String::from_utf8_lossy(first).to_ascii_lowercase();
    let is_power = name.contains("pwsh") || name.contains("powershell");
    Some(if is_power {
        Language::PowerShell
    } else {
        Language::Shell
    })
}

#[cfg(test)]
mod tests {
    use crate::syntax::show::show;
    use crate::syntax::{Language, parse};

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            let shown = show(Language::Dockerfile, text);
            // What commands say is for the shell's tests.
            let shown = shown.split("\n<").next().unwrap_or_default();
            assert_eq!(shown, *wanted, "{text}");
        }
    }

    #[test]
    fn instructions() {
        check(&[
            (
                "# c\nFROM --platform=linux/amd64 node:${V} AS build\n",
                r#"FROM(--platform: "linux/amd64", ("node:" ~ V), "build")"#,
            ),
            (
                "env A=b C=\"d $E\" F='$g'\nENV a b c",
                r#"ENV(A: "b", C: ("d " ~ E), F: "$g"); ENV(a: "b c")"#,
            ),
            ("ARG X\nARG Y=z", r#"ARG(X: #()); ARG(Y: "z")"#),
            (
                "CMD [\"curl\", \"-H\", \"A: $B\"]",
                r#"CMD(["curl", "-H", ("A: " ~ B)])"#,
            ),
            ("USER me\nFOO", r#"USER("me"); FOO()"#),
            (
                "ENV A=b \\\n  # c\n  C=d\nUSER x",
                r#"ENV(A: "b", C: "d"); USER("x")"#,
            ),
            ("ONBUILD ENV A=b", r#"ENV(A: "b")"#),
        ]);
    }

    #[test]
    fn commands() {
        check(&[
            (
                "RUN --mount=type=secret,id=k curl \\\n  -u a b",
                r#"RUN(--mount: "type=secret,id=k", "curl     -u a b")"#,
            ),
            (
                "HEALTHCHECK --interval=5s CMD curl x",
                r#"HEALTHCHECK(--interval: "5s", "curl x")"#,
            ),
            ("RUN <<EOF\na b\nEOF\nUSER x", r#"RUN("<<EOF"); USER("x")"#),
            (
                "COPY <<EOF /app/x.toml\nk = 'v'\nEOF",
                r#"COPY("<<EOF", "/app/x.toml", "k = 'v'\n")"#,
            ),
        ]);
        let text = "RUN python3 <<E\nx = 1\nE\nSHELL [\"pwsh\"]\nRUN a";
        let program = parse(Language::Dockerfile, text.as_bytes()).expect("it can be read");
        let languages: Vec<Language> = program
            .embedded
            .iter()
            .map(|e| e.program.language)
            .collect();
        assert_eq!(languages, [Language::Python, Language::PowerShell]);
    }
}
