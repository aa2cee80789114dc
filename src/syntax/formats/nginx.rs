//! nginx configuration: each directive is a call, and a block follows its directive.

use std::ops::Range;

use super::line::{self, MAX_PLACE, Places, closing};
use crate::syntax::lower::{Builder, arg};
use crate::syntax::{Block, Expr, ExprId, Stmt};

pub(in crate::syntax) fn read(b: &mut Builder<'_>) -> bool {
    let mut tokens = Tokens {
        text: b.source().to_vec(),
        at: 0,
    };
    let mut body = Vec::new();
    // A bracket too many must not hide what follows.
    while tokens.at < tokens.text.len() {
        body.extend(b.block(|b, out| block(b, &mut tokens, out)));
    }
    b.body(body);
    true
}

struct Tokens {
    text: Vec<u8>,
    at: usize,
}

enum Token {
    /// A word, with its quotes.
    Word(Range<usize>),
    /// `;`.
    End,
    /// `{`.
    Open,
    /// `}`.
    Close,
}

impl Tokens {
    fn next(&mut self) -> Option<Token> {
        loop {
            let byte = *self.text.get(self.at)?;
            match byte {
                b'#' => self.at = line::line_at(&self.text, self.at)?.end,
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ => break,
            }
        }
        let start = self.at;
        self.at += 1;
        Some(match self.text[start] {
            b';' => Token::End,
            b'{' => Token::Open,
            b'}' => Token::Close,
            quote @ (b'"' | b'\'') => {
                let end = closing(&self.text, self.at, self.text.len(), quote);
                self.at = end.map_or(self.at, |end| end + 1);
                Token::Word(start..self.at)
            }
            _ => {
                self.at = start;
                self.word();
                Token::Word(start..self.at)
            }
        })
    }

    /// Goes to the end of a word without quotes; brackets stand in it as `${name}` only.
    fn word(&mut self) {
        while let Some(&byte) = self.text.get(self.at) {
            let rest = &self.text[self.at..];
            if rest.starts_with(b"${")
                && let Some(end) = rest.iter().take(MAX_PLACE).position(|&b| b == b'}')
            {
                self.at += end + 1;
                continue;
            }
            if byte.is_ascii_whitespace() || b";{}".contains(&byte) {
                break;
            }
            self.at += if byte == b'\\' { 2 } else { 1 };
        }
        self.at = self.at.min(self.text.len());
    }

    /// Goes behind the bracket that closes a block of code.
    fn skip_block(&mut self) {
        let mut open = 1;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            open += i32::from(byte == b'{') - i32::from(byte == b'}');
            if open == 0 {
                break;
            }
        }
    }
}

/// The directives up to the bracket that closes them.
fn block(b: &mut Builder<'_>, tokens: &mut Tokens, out: &mut Block) {
    let mut words: Vec<Range<usize>> = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            Token::Word(word) => words.push(word),
            Token::End => out.extend(directive(b, &std::mem::take(&mut words))),
            Token::Open => {
                let is_code = words
                    .first()
                    .is_some_and(|name| tokens.text[name.clone()].ends_with(b"_by_lua_block"));
                out.extend(directive(b, &std::mem::take(&mut words)));
                if is_code {
                    tokens.skip_block();
                } else {
                    let inner = b.block(|b, out| block(b, tokens, out));
                    out.push(Stmt::Block(inner));
                }
            }
            Token::Close => break,
        }
    }
    out.extend(directive(b, &words));
}

fn directive(b: &mut Builder<'_>, words: &[Range<usize>]) -> Option<Stmt> {
    let (name, rest) = words.split_first()?;
    let mut rest = rest.to_vec();
    if b.source()[name.clone()] == *b"if" {
        rest = condition(b.source(), rest);
    }
    let args = rest.into_iter().map(|word| arg(value(b, word))).collect();
    let callee = b.slice(name.clone());
    let callee = callee.trim_matches(['"', '\'']).to_owned();
    let callee = b.push(Expr::Name(callee), name.clone());
    let end = words.last().map_or(name.end, |last| last.end);
    let call = b.push(Expr::Call { callee, args }, name.start..end);
    Some(Stmt::Expr(call))
}

/// The words of a condition without the parentheses around them.
fn condition(text: &[u8], mut words: Vec<Range<usize>>) -> Vec<Range<usize>> {
    if let Some(first) = words.first_mut()
        && text[first.clone()].starts_with(b"(")
    {
        first.start += 1;
    }
    if let Some(last) = words.last_mut()
        && text[last.clone()].ends_with(b")")
    {
        last.end -= 1;
    }
    words.retain(|word| !word.is_empty());
    words
}

fn value(b: &mut Builder<'_>, word: Range<usize>) -> ExprId {
    match line::quote(b.source(), &word) {
        Some(_) => {
            let content = word.start + 1..word.end - 1;
            line::string(b, word, content, Places::Dollar, true)
        }
        None => line::string(b, word.clone(), word, Places::Dollar, false),
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Nginx, text), *wanted, "{text}");
        }
    }

    #[test]
    fn directives() {
        check(&[
            (
                "server {\n  listen 80; # c\n  location ~ \\.php$ { proxy_pass http://${up}/x?k=$arg_k; }\n}\n",
                r#"server(); { listen("80"); location("~", "\\.php$"); { proxy_pass(("http://" ~ up ~ "/x?k=" ~ arg_k)) } }"#,
            ),
            (
                r#"proxy_set_header Authorization "Bearer x\"y";"#,
                r#"proxy_set_header("Authorization", "Bearer x\"y")"#,
            ),
            (
                "if ($http_x = 'a;b') { return 200 \"$a b\"; }",
                r#"if(http_x, "=", "a;b"); { return("200", (a ~ " b")) }"#,
            ),
            (
                "map $a $b { default x; \"k y\" z; }",
                r#"map(a, b); { default("x"); k y("z") }"#,
            ),
            (
                "content_by_lua_block { local x = { 1 } } a b;",
                r#"content_by_lua_block(); a("b")"#,
            ),
        ]);
    }

    #[test]
    fn broken_configuration_is_read_as_far_as_it_goes() {
        check(&[
            ("a b; } c d; { e f", r#"a("b"); c("d"); { e("f") }"#),
            ("a \"b; c d;", r#"a("\"", "b"); c("d")"#),
        ]);
    }
}
