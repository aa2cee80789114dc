//! What the options of curl, wget and HTTPie say of the request.

use std::ops::Range;

use crate::misuse::exchange::gather::split_header;
use crate::misuse::exchange::{Exchange, Header};
use crate::misuse::flow::{Field, Piece, PieceKind, Value, joined};
use crate::misuse::library::http;

pub(super) fn start(word: &Value) -> &str {
    match word.options().first() {
        Some(Value::Text(pieces)) => match pieces.first().map(|p| &p.kind) {
            Some(PieceKind::Fixed(text)) => text,
            _ => "",
        },
        _ => "",
    }
}

fn place(word: &Value, whole: &Range<usize>) -> Range<usize> {
    let first = word.texts().next();
    let places = first.iter().flatten().map(|p| p.at.clone());
    let start = places.clone().map(|p| p.start).min();
    let end = places.map(|p| p.end).max();
    match (start, end) {
        (Some(start), Some(end)) if start >= whole.start && end <= whole.end => start..end,
        _ => whole.clone(),
    }
}

/// The word without its first `length` bytes, which are fixed.
fn without(word: &Value, length: usize) -> Value {
    match word {
        Value::Text(pieces) => {
            let mut pieces = pieces.clone();
            if let Some(Piece {
                kind: PieceKind::Fixed(text),
                at,
                ..
            }) = pieces.first_mut()
            {
                if at.len() == text.len() {
                    at.start += length.min(text.len());
                }
                text.drain(..length.min(text.len()));
                if text.is_empty() {
                    pieces.remove(0);
                }
            }
            Value::Text(pieces)
        }
        Value::Either(options) => {
            Value::Either(options.iter().map(|o| without(o, length)).collect())
        }
        other => other.clone(),
    }
}

fn header(exchange: &mut Exchange, word: &Value, whole: &Range<usize>) {
    for option in word.options() {
        match split_header(option) {
            Some((name, value)) => {
                let at = place(option, whole);
                exchange.headers.push(Header { name, value, at });
            }
            // `-H @file`, `-H "$HEADER"`.
            None => exchange.open = true,
        }
    }
}

fn authorization(exchange: &mut Exchange, scheme: &str, word: &Value, whole: &Range<usize>) {
    let at = place(word, whole);
    let value = joined(&[Value::fixed(scheme, at.clone()), word.clone()]);
    exchange.headers.push(Header {
        name: "Authorization".to_owned(),
        value,
        at,
    });
}

pub(super) fn curl(words: &[Value], whole: &Range<usize>) -> Exchange {
    let mut curl = Curl {
        exchange: Exchange {
            at: whole.clone(),
            sends: true,
            ..Exchange::default()
        },
        to_query: false,
        data: Vec::new(),
        words: words.iter(),
        whole,
    };
    while let Some(word) = curl.words.next() {
        let text = start(word);
        if let Some(long) = text.strip_prefix("--") {
            curl.long(word, long);
        } else if text.len() >= 2 && text.starts_with('-') {
            curl.short(word);
        } else if !matches!(text, ">" | "|" | ">>") {
            curl.exchange.urls.push(word.clone());
        }
    }
    let Curl {
        mut exchange,
        to_query,
        data,
        ..
    } = curl;
    // A word that is no address is the value of an option that is not known here.
    if exchange.urls.len() > 1 {
        let likely = exchange.urls.iter().position(|url| {
            start(url).contains("://") || matches!(url.texts().next().as_deref(), Some([first, ..]) if !matches!(first.kind, PieceKind::Fixed(_)))
        });
        if let Some(likely) = likely {
            let url = exchange.urls.swap_remove(likely);
            exchange.urls = vec![url];
        }
    }
    for value in data {
        if to_query {
            parameters(&mut exchange, &value);
        } else {
            exchange.body = Some(value);
        }
    }
    if exchange.method.is_none() && exchange.body.is_some() {
        exchange.method = Some("POST".to_owned());
    }
    exchange
}

/// A command of curl, as far as it is read.
struct Curl<'w> {
    exchange: Exchange,
    /// Whether the data goes into the address.
    to_query: bool,
    data: Vec<Value>,
    /// The words that follow.
    words: std::slice::Iter<'w, Value>,
    whole: &'w Range<usize>,
}

impl Curl<'_> {
    /// `--name value`, `--name=value`.
    fn long(&mut self, word: &Value, long: &str) {
        let at = place(word, self.whole);
        let (name, glued) = match long.split_once('=') {
            Some((name, _)) => (name, Some(without(word, name.len() + 3))),
            None => (long, None),
        };
        let words = &mut self.words;
        let mut value = || glued.clone().or_else(|| words.next().cloned());
        match name {
            "header" => {
                if let Some(value) = value() {
                    header(&mut self.exchange, &value, self.whole);
                }
            }
            "url" => self.exchange.urls.extend(value()),
            "user" => {
                if let Some(value) = value() {
                    authorization(&mut self.exchange, "Basic ", &value, self.whole);
                }
            }
            "oauth2-bearer" => {
                if let Some(value) = value() {
                    authorization(&mut self.exchange, "Bearer ", &value, self.whole);
                }
            }
            "insecure" => self.exchange.unverified.push(at),
            "verbose" | "trace" | "trace-ascii" => {
                self.exchange.verbose = Some(at);
                if name != "verbose" {
                    value();
                }
            }
            "get" => self.to_query = true,
            "request" => {
                self.exchange.method = value().and_then(|v| v.as_fixed());
            }
            "data" | "data-raw" | "data-binary" | "data-urlencode" | "json" | "form" => {
                self.data.extend(value());
            }
            "config" => {
                value();
                self.exchange.open = true;
            }
            "silent" | "fail" | "location" | "show-error" | "compressed" | "include" | "head"
            | "http1.1" | "http2" | "fail-with-body" | "progress-bar" | "no-buffer" | "ipv4"
            | "ipv6" | "globoff" | "remote-name" | "no-progress-meter" => {}
            _ => {
                value();
            }
        }
    }

    /// `-kH value`, `-Hvalue`.
    fn short(&mut self, word: &Value) {
        let at = place(word, self.whole);
        for (position, flag) in start(word)[1..].char_indices() {
            let takes = "HuXdFoAebcmwTxErKCyYzUQt".contains(flag);
            if !takes {
                match flag {
                    'k' => self.exchange.unverified.push(at.clone()),
                    'v' => self.exchange.verbose = Some(at.clone()),
                    'G' => self.to_query = true,
                    _ => {}
                }
                continue;
            }
            let rest = position + 1 + flag.len_utf8();
            let glued = without(word, rest);
            let is_empty = matches!(&glued, Value::Text(pieces) if pieces.is_empty());
            let value = if is_empty {
                self.words.next().cloned()
            } else {
                Some(glued)
            };
            match (flag, value) {
                ('H', Some(value)) => header(&mut self.exchange, &value, self.whole),
                ('u', Some(value)) => {
                    authorization(&mut self.exchange, "Basic ", &value, self.whole);
                }
                ('X', Some(value)) => self.exchange.method = value.as_fixed(),
                ('d' | 'F', Some(value)) => self.data.push(value),
                ('K', _) => self.exchange.open = true,
                _ => {}
            }
            break;
        }
    }
}

/// `key=value` as part of the query.
fn parameters(exchange: &mut Exchange, word: &Value) {
    if let Some((key, _)) = start(word).split_once('=') {
        let at = place(word, &(0..usize::MAX));
        let value = without(word, key.len() + 1);
        exchange.query.push(Field {
            key: Some(key.to_owned()),
            value,
            at,
        });
    }
}

pub(super) fn wget(words: &[Value], whole: &Range<usize>) -> Exchange {
    let mut exchange = Exchange {
        at: whole.clone(),
        sends: true,
        ..Exchange::default()
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = start(word);
        let at = place(word, whole);
        if let Some(rest) = text.strip_prefix("--header") {
            let value = if rest.starts_with('=') {
                Some(without(word, "--header=".len()))
            } else {
                words.next().cloned()
            };
            if let Some(value) = value {
                header(&mut exchange, &value, whole);
            }
        } else if text == "--no-check-certificate" {
            exchange.unverified.push(at);
        } else if text == "-d" || text == "--debug" {
            exchange.verbose = Some(at);
        } else if text.starts_with("--post-data") {
            exchange.body = Some(word.clone());
        } else if text == "-O" || text == "-o" || text == "-P" {
            words.next();
        } else if !text.starts_with('-') {
            exchange.urls.push(word.clone());
        }
    }
    exchange
}

pub(super) fn httpie(name: &str, words: &[Value], whole: &Range<usize>) -> Exchange {
    let mut exchange = Exchange {
        at: whole.clone(),
        sends: true,
        ..Exchange::default()
    };
    let mut scheme = "Basic ";
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let text = start(word).to_owned();
        let at = place(word, whole);
        if text.starts_with("--verify") {
            let off = match text.strip_prefix("--verify=") {
                Some(value) => value == "no" || value == "false",
                None => words
                    .next()
                    .is_some_and(|w| matches!(start(w), "no" | "false")),
            };
            if off {
                exchange.unverified.push(at);
            }
        } else if text == "-v" || text == "--verbose" || text == "--print=H" || text == "--print=HB"
        {
            exchange.verbose = Some(at);
        } else if text == "-A" || text == "--auth-type" {
            if words.next().is_some_and(|w| start(w) == "bearer") {
                scheme = "Bearer ";
            }
        } else if text == "-a" || text == "--auth" {
            if let Some(value) = words.next() {
                authorization(&mut exchange, scheme, value, whole);
            }
        } else if text.starts_with('-') {
        } else if http::is_verb(&text) {
            exchange.method = Some(text);
        } else if exchange.urls.is_empty() {
            exchange.urls.push(word.clone());
            if name == "https" && !text.contains("://") {
                exchange.protocol = Some(Value::fixed("https", at));
            } else if !text.contains("://") && text.contains('.') {
                exchange.protocol = Some(Value::fixed("http", at));
            }
        } else if let Some((key, _)) = text.split_once("==") {
            let value = without(word, key.len() + 2);
            exchange.query.push(Field {
                key: Some(key.to_owned()),
                value,
                at,
            });
        } else if text.contains(":=")
            || text
                .find('=')
                .is_some_and(|e| text.find(':').is_none_or(|c| e < c))
        {
            exchange.body = Some(word.clone());
        } else if text.contains(':') {
            header(&mut exchange, word, whole);
        }
    }
    exchange
}
