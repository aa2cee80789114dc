//! HTML, and the components of Vue, Svelte and Astro: their scripts, and what their elements are given.

use std::ops::Range;

use super::line::trim;
use crate::syntax::lower::{Builder, named};
use crate::syntax::{Arg, Expr, ExprId, Language, Stmt};

pub(in crate::syntax) fn read(b: &mut Builder<'_>) -> bool {
    let mut page = Page {
        text: b.source().to_vec(),
        at: 0,
    };
    page.front_matter(b);
    let mut body = Vec::new();
    while let Some(element) = page.element() {
        body.extend(page.given(b, &element).map(Stmt::Expr));
        if page.is(&element.name, "style") {
            page.skip_to(b"</style");
        } else if page.is(&element.name, "script") && !element.is_closed {
            let start = page.at;
            page.skip_to(b"</script");
            if start < page.at
                && let Some(language) = page.language(&element)
            {
                b.embed(None, language, start..page.at);
            }
        }
    }
    b.body(body);
    true
}

struct Page {
    text: Vec<u8>,
    at: usize,
}

/// The tag that an element begins with.
struct Element {
    range: Range<usize>,
    name: Range<usize>,
    attributes: Vec<Attribute>,
    /// `<name … />`.
    is_closed: bool,
}

struct Attribute {
    name: Range<usize>,
    /// The value with its quotes.
    value: Range<usize>,
}

impl Attribute {
    fn content(&self, text: &[u8]) -> Range<usize> {
        match text[self.value.clone()] {
            [b'"' | b'\'', .., b'"' | b'\''] => self.value.start + 1..self.value.end - 1,
            _ => self.value.clone(),
        }
    }
}

impl Page {
    /// The code between `---` that an Astro component begins with, or the YAML that a page for a site
    /// generator begins with.
    fn front_matter(&mut self, b: &mut Builder<'_>) {
        if !self.text.starts_with(b"---\n") && !self.text.starts_with(b"---\r\n") {
            return;
        }
        let Some(length) = find(&self.text[3..], b"\n---") else {
            return;
        };
        let range = trim(&self.text, 3..3 + length);
        let word = self.text[range.clone()]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || b"_-".contains(b))
            .count();
        let after = &self.text[range.start + word..];
        let is_yaml = word > 0 && matches!(after, [b':', b' ' | b'\r' | b'\n', ..]);
        let language = if is_yaml {
            Language::Yaml
        } else {
            Language::TypeScript
        };
        b.embed(None, language, range);
        self.at = 3 + length + 4;
    }

    /// The next element; what is between is skipped, comments and template code too.
    fn element(&mut self) -> Option<Element> {
        loop {
            self.skip_to(b"<");
            let rest = self.text.get(self.at..)?;
            match rest {
                [] => return None,
                [b'<', b'!', b'-', b'-', ..] => self.skip_behind(b"-->"),
                [b'<', b'%', ..] => self.skip_behind(b"%>"),
                [b'<', b'?', ..] => self.skip_behind(b"?>"),
                [b'<', first, ..] if first.is_ascii_alphabetic() => return Some(self.tag()),
                _ => self.at += 1,
            }
        }
    }

    fn tag(&mut self) -> Element {
        let start = self.at;
        self.at += 1;
        let name = self.word(b"/>");
        let mut element = Element {
            range: start..start,
            name,
            attributes: Vec::new(),
            is_closed: false,
        };
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'>' => {
                    self.at += 1;
                    break;
                }
                // The tag was never ended.
                b'<' => break,
                b'/' => {
                    element.is_closed = self.text.get(self.at + 1) == Some(&b'>');
                    self.at += 1;
                }
                b'=' => self.at += 1,
                b'{' => self.braces(),
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ => element.attributes.extend(self.attribute()),
            }
        }
        element.range.end = self.at;
        element
    }

    /// An attribute; nothing where it has no value.
    fn attribute(&mut self) -> Option<Attribute> {
        let name = self.word(b"=/><{");
        if name.is_empty() {
            self.at += 1;
            return None;
        }
        self.blanks();
        if self.text.get(self.at) != Some(&b'=') {
            return None;
        }
        self.at += 1;
        self.blanks();
        let start = self.at;
        match self.text.get(start).copied()? {
            quote @ (b'"' | b'\'') => {
                let length = self.text[start + 1..].iter().position(|&b| b == quote)?;
                self.at = start + 1 + length + 1;
            }
            b'{' => {
                self.braces();
                return None;
            }
            _ => {
                self.word(b">");
            }
        }
        let value = start..self.at;
        Some(Attribute { name, value })
    }

    /// Goes to the end of a word, which begins here.
    fn word(&mut self, ends: &[u8]) -> Range<usize> {
        let start = self.at;
        let rest = &self.text[start..];
        self.at += rest
            .iter()
            .take_while(|b| !b.is_ascii_whitespace() && !ends.contains(b))
            .count();
        start..self.at
    }

    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_ascii_start().len();
    }

    /// Goes behind `{…}`, an expression of Svelte or Astro.
    fn braces(&mut self) {
        let mut open = 0;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            open += i32::from(byte == b'{') - i32::from(byte == b'}');
            if open == 0 {
                break;
            }
        }
    }

    fn skip_to(&mut self, wanted: &[u8]) {
        let rest = &self.text[self.at.min(self.text.len())..];
        self.at += find(rest, wanted).unwrap_or(rest.len());
    }

    fn skip_behind(&mut self, wanted: &[u8]) {
        self.skip_to(wanted);
        self.at = (self.at + wanted.len()).min(self.text.len());
    }

    fn is(&self, range: &Range<usize>, word: &str) -> bool {
        self.text[range.clone()].eq_ignore_ascii_case(word.as_bytes())
    }

    /// The value of an attribute, in lower case.
    fn attribute_of(&self, element: &Element, name: &str) -> Option<String> {
        let found = element.attributes.iter().find(|a| self.is(&a.name, name))?;
        let value = &self.text[found.content(&self.text)];
        Some(String::from_utf8_lossy(value).trim().to_ascii_lowercase())
    }

    /// What a script is written in; nothing where it is a template.
    fn language(&self, script: &Element) -> Option<Language> {
        if let Some(lang) = self.attribute_of(script, "lang") {
            return Language::called(&lang);
        }
        let kind = self.attribute_of(script, "type").unwrap_or_default();
        Some(match kind.as_str() {
            "" | "module" => Language::JavaScript,
            "importmap" | "speculationrules" => Language::Json,
            kind if kind.contains("json") => Language::Json,
            kind if kind.ends_with("typescript") => Language::TypeScript,
            kind if ["javascript", "ecmascript", "babel", "jsx"]
                .iter()
                .any(|word| kind.ends_with(word)) =>
            {
                Language::JavaScript
            }
            _ => return None,
        })
    }

    /// What an element is given, where that is more than how it looks and what it does.
    fn given(&self, b: &mut Builder<'_>, element: &Element) -> Option<ExprId> {
        let counts = |attribute: &Attribute| {
            let name = self.text[attribute.name.clone()].to_ascii_lowercase();
            let urls = [&b"src"[..], b"href", b"action"];
            name.starts_with(b"data-") || name == b"content" || urls.contains(&&*name)
        };
        let name = &self.text[element.name.clone()];
        let is_camel = name[0].is_ascii_uppercase() && name.iter().any(u8::is_ascii_lowercase);
        let is_component = is_camel || name.contains(&b'-');
        if !is_component && !element.attributes.iter().any(counts) {
            return None;
        }
        let args: Vec<Arg> = element
            .attributes
            .iter()
            .filter(|attribute| is_value(&self.text[attribute.name.clone()]))
            .map(|attribute| {
                let content = attribute.content(&self.text);
                let value = b.slice(content.clone()).replace("&amp;", "&");
                let value = b.text(attribute.value.clone(), content, value);
                named(b.slice(attribute.name.clone()), value)
            })
            .collect();
        if args.is_empty() {
            return None;
        }
        let callee = Expr::Name(b.slice(element.name.clone()));
        let callee = b.push(callee, element.name.clone());
        Some(b.push(Expr::Call { callee, args }, element.range.clone()))
    }
}

/// Whether an attribute of this name holds a value, and not code or looks.
fn is_value(name: &[u8]) -> bool {
    let code = [&b"on"[..], b":", b"@", b"#", b"v-", b"*", b"(", b"["];
    let name = name.to_ascii_lowercase();
    !code.iter().any(|start| name.starts_with(start)) && name != b"class" && name != b"style"
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use crate::syntax::Language;
    use crate::syntax::show::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(show(Language::Html, text), *wanted, "{text}");
        }
    }

    #[test]
    fn scripts() {
        check(&[
            (
                "<p>a < b</p><script>f('</p>')</script><SCRIPT type=module>g()</SCRIPT>",
                "\n<JavaScript> f(\"</p>\")\n<JavaScript> g()",
            ),
            (
                "<!-- <script>f()</script> --><script setup lang='ts'>const a: string = 'x'</script>",
                "\n<TypeScript> a := \"x\"",
            ),
            (
                "<script type=\"text/template\">f()</script><style>a > b</style><script>g()",
                "\n<JavaScript> g()",
            ),
            ("---\nconst k = 'x'\n---\n<p>", "\n<TypeScript> k := \"x\""),
        ]);
    }

    #[test]
    fn elements() {
        check(&[
            (
                "<meta name=\"k\" content='v'><div class=x data-key=\"a&amp;b\" onclick=\"f('>')\"></div>",
                r#"meta(name: "k", content: "v"); div(data-key: "a&b")"#,
            ),
            (
                "<Map api-key=\"k\" :zoom=\"z\" {x} on:click={() => {}}/><b id=x>",
                r#"Map(api-key: "k")"#,
            ),
            (
                "<script async src=\"https://x/js?key=k\"></script>",
                r#"script(src: "https://x/js?key=k")"#,
            ),
            ("<a href=\"x", ""),
            (
                "<div data-a=b <p data-c=d>",
                r#"div(data-a: "b"); p(data-c: "d")"#,
            ),
        ]);
    }
}
