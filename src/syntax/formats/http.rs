//! Requests as editors send them, in `.http` and `.rest` files.

use std::ops::Range;

use super::line::{self, Places, lines, trim};
use crate::syntax::lower::{Builder, arg};
use crate::syntax::{Arg, Block, Entry, Expr, ExprId, Language, Stmt};

pub(in crate::syntax) fn read(b: &mut Builder<'_>) -> bool {
    let text = b.source().to_vec();
    let lines: Vec<Range<usize>> = lines(&text).collect();
    let mut reader = Reader {
        text: &text,
        lines: &lines,
        at: 0,
    };
    let mut body = Vec::new();
    while reader.at < lines.len() {
        reader.before_request(b, &mut body);
        if reader.at < lines.len() {
            let call = reader.request(b);
            body.push(Stmt::Expr(call));
        }
    }
    b.body(body);
    true
}

struct Reader<'t> {
    text: &'t [u8],
    lines: &'t [Range<usize>],
    /// The number of the next line.
    at: usize,
}

impl Reader<'_> {
    /// The next line, without the blanks around it.
    fn line(&self) -> Option<Range<usize>> {
        Some(trim(self.text, self.lines.get(self.at)?.clone()))
    }

    fn starts(&self, line: &Range<usize>, with: &[&str]) -> bool {
        with.iter()
            .any(|with| self.text[line.clone()].starts_with(with.as_bytes()))
    }

    /// Comments, variables and scripts, up to the line that a request begins with.
    fn before_request(&mut self, b: &mut Builder<'_>, out: &mut Block) {
        while let Some(line) = self.line() {
            if self.starts(&line, &["@"]) {
                out.extend(self.variable(b, line));
            } else if !self.script(b, &line)
                && !line.is_empty()
                && !self.starts(&line, &["#", "//"])
            {
                return;
            }
            self.at += 1;
        }
    }

    /// `@name = value`.
    fn variable(&self, b: &mut Builder<'_>, line: Range<usize>) -> Option<Stmt> {
        let equals = self.text[line.clone()].iter().position(|&b| b == b'=')?;
        let name = trim(self.text, line.start + 1..line.start + equals);
        let value = trim(self.text, line.start + equals + 1..line.end);
        let target = b.push(Expr::Name(b.slice(name.clone())), name);
        let value = string(b, value);
        let assign = Expr::Assign {
            target,
            value,
            adds: false,
        };
        Some(Stmt::Expr(b.push(assign, line)))
    }

    /// Reads `> {% … %}` where it begins, up to its last line.
    fn script(&mut self, b: &mut Builder<'_>, line: &Range<usize>) -> bool {
        let here = &self.text[line.clone()];
        let Some(marked) = here.strip_prefix(b">").or_else(|| here.strip_prefix(b"<")) else {
            return false;
        };
        if !marked.trim_ascii_start().starts_with(b"{%") {
            return false;
        }
        let open = line.end - marked.trim_ascii_start().len() + 2;
        let rest = &self.text[open..];
        let length = rest.windows(2).position(|two| two == b"%}");
        let end = open + length.unwrap_or(rest.len());
        b.embed(None, Language::JavaScript, open..end);
        while self
            .lines
            .get(self.at + 1)
            .is_some_and(|next| next.start <= end)
        {
            self.at += 1;
        }
        true
    }

    /// `METHOD url`, headers, a blank line, the body.
    fn request(&mut self, b: &mut Builder<'_>) -> ExprId {
        let first = self.line().unwrap_or_default();
        let (method, url) = self.method(&first);
        let name = if method.is_empty() {
            "GET".to_owned()
        } else {
            b.slice(method.clone())
        };
        let callee = b.push(Expr::Name(name), method);
        self.at += 1;
        let url = self.url(b, url);
        let mut args = vec![arg(url)];
        args.extend(self.headers(b));
        let body = self.body(b);
        let end = body.as_ref().map_or(first.end, |body| body.end);
        if let Some(body) = body.filter(|body| !body.is_empty()) {
            args.push(arg(line::string(
                b,
                body.clone(),
                body,
                Places::Braces,
                false,
            )));
        }
        b.push(Expr::Call { callee, args }, first.start..end)
    }

    /// The method, empty where none is named, and the address.
    fn method(&self, line: &Range<usize>) -> (Range<usize>, Range<usize>) {
        let here = &self.text[line.clone()];
        let word = here.iter().take_while(|b| b.is_ascii_uppercase()).count();
        let has_method = word > 0 && here.get(word) == Some(&b' ');
        let method = line.start..line.start + if has_method { word } else { 0 };
        let mut url = trim(self.text, method.end..line.end);
        let last = self.text[url.clone()].iter().rposition(|&b| b == b' ');
        if let Some(last) = last
            && self.text[url.start + last + 1..url.end].starts_with(b"HTTP/")
        {
            url = trim(self.text, url.start..url.start + last);
        }
        (method, url)
    }

    /// The address, with the lines of parameters that go on with it.
    fn url(&mut self, b: &mut Builder<'_>, first: Range<usize>) -> ExprId {
        let mut range = first.clone();
        let mut pieces = vec![string(b, first)];
        while let Some(line) = self.line().filter(|line| self.starts(line, &["?", "&"])) {
            self.at += 1;
            range.end = line.end;
            pieces.push(string(b, line));
        }
        if let [only] = *pieces {
            return only;
        }
        let flat = pieces.into_iter().flat_map(|piece| match b.get(piece) {
            Expr::Join(inner) => inner.clone(),
            _ => vec![piece],
        });
        let flat = flat.collect();
        b.push(Expr::Join(flat), range)
    }

    /// The headers, as a map.
    fn headers(&mut self, b: &mut Builder<'_>) -> Option<Arg> {
        let mut range: Option<Range<usize>> = None;
        let mut entries = Vec::new();
        while let Some(line) = self.line().filter(|line| !line.is_empty()) {
            if self.starts(&line, &["###"]) {
                break;
            }
            self.at += 1;
            if self.starts(&line, &["#", "//"]) {
                continue;
            }
            let colon = self.text[line.clone()].iter().position(|&b| b == b':');
            let Some(colon) = colon.map(|at| line.start + at) else {
                continue;
            };
            let name = trim(self.text, line.start..colon);
            let value = trim(self.text, colon + 1..line.end);
            let key = Some(b.word(name));
            let value = string(b, value);
            entries.push(Entry { key, value });
            range = Some(range.map_or(line.start, |r| r.start)..line.end);
        }
        let map = line::map(b, range?, entries);
        Some(arg(map))
    }

    /// Where the body is, if there is one.
    fn body(&mut self, b: &mut Builder<'_>) -> Option<Range<usize>> {
        let mut body: Option<Range<usize>> = None;
        let mut is_over = false;
        while let Some(line) = self.line().filter(|line| !self.starts(line, &["###"])) {
            if self.script(b, &line) || self.starts(&line, &["> ", ">> ", "<> ", "< "]) {
                is_over = body.is_some();
            } else if !line.is_empty() && !is_over {
                body = Some(body.map_or(line.start, |body| body.start)..line.end);
            }
            self.at += 1;
        }
        body
    }
}

fn string(b: &mut Builder<'_>, range: Range<usize>) -> ExprId {
    line::string(b, range.clone(), range, Places::Braces, false)
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Http, text), *wanted, "{text}");
        }
    }

    #[test]
    fn requests() {
        check(&[
            (
                "@host = https://x.com\n@key={{$dotenv KEY}}\n\n### list\n# @name a\nGET {{host}}/v1?k={{key}} HTTP/1.1\nAuthorization: Bearer {{key}}\nAccept: */*\n",
                r#"host := "https://x.com"; key := process.env.KEY; GET((host ~ "/v1?k=" ~ key), {"Authorization": ("Bearer " ~ key), "Accept": "*/*"})"#,
            ),
            (
                "POST https://x\r\nA: b\r\n\r\n{\"k\": \"{{v}}\"}\r\n\r\n### n\r\nhttps://y\r\n  ?a=b\r\n  &c={{d}}\r\n",
                r#"POST("https://x", {"A": "b"}, ("{\"k\": \"" ~ v ~ "\"}")); GET(("https://y" ~ "?a=b" ~ "&c=" ~ d))"#,
            ),
            (
                "GET https://x\nA: {{$processEnv K}}\n\n###\nGET https://y\n",
                r#"GET("https://x", {"A": process.env.K}); GET("https://y")"#,
            ),
        ]);
    }

    #[test]
    fn scripts() {
        check(&[(
            "< {% a() %}\nPOST https://x\n\nbody\n\n> {%\n  f('k');\n%}\n\n###\nGET y",
            "POST(\"https://x\", \"body\"); GET(\"y\")\n<JavaScript> a()\n<JavaScript> f(\"k\")",
        )]);
    }
}
