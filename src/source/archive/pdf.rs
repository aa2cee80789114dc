//! PDF documents: the text of pages, what forms, notes and links say, and metadata.
//!
//! Objects are found where they stand rather than by the cross-reference table, which need not be right
//! to be shown. Images and fonts hold no text and are left out. ISO 32000-1,
//! <https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf>.

use std::io::{self, Read, SeekFrom};

use flate2::read::ZlibDecoder;
use memchr::memmem;

use super::budget::{Budget, Trouble};
use super::pdf_fonts::Fonts;
use super::pdf_text::{literals, page};
use super::{Seekable, Walker};

/// A document is held in memory; hardly one is larger, and those that are hold images.
const MAX_DOCUMENT: u64 = 128 << 20;

/// A stream is cut after so many bytes, which is told; pages have some thousand.
const MAX_STREAM: u64 = 32 << 20;

/// How far before its stream a dictionary begins at most.
const MAX_DICTIONARY: usize = 16 * 1024;

/// What the text is called in paths.
const NAME: &str = "text";

/// What streams without text have in their dictionaries: images, fonts, tables of objects.
const TEXTLESS: &[&[u8]] = &[
    b"/Image",
    b"/DCTDecode",
    b"/JPXDecode",
    b"/JBIG2Decode",
    b"/CCITTFaxDecode",
    b"/Length1",
    b"/Type1C",
    b"/CIDFontType0C",
    b"/OpenType",
    b"/XRef",
    b"/FunctionType",
    b"/ShadingType",
    b"/ICCBased",
    b"/Alternate",
];

/// Hands over the text.
pub(super) fn walk(walker: &mut Walker<'_>, content: &mut dyn Seekable) -> io::Result<()> {
    content.seek(SeekFrom::Start(0))?;
    let mut data = Vec::new();
    content.take(MAX_DOCUMENT + 1).read_to_end(&mut data)?;
    if data.len() as u64 > MAX_DOCUMENT {
        return Err(Trouble::Document(MAX_DOCUMENT).into());
    }
    if memmem::find(&data, b"/Encrypt ").is_some() || memmem::find(&data, b"/Encrypt<").is_some() {
        return Err(Trouble::Encrypted.into());
    }
    let document = Document {
        data: &data,
        budget: walker.budget,
    };
    let mut text = Text {
        fonts: document.fonts()?,
        document,
        at: 0,
        pending: io::Cursor::default(),
        fault: None,
    };
    walker.budget.member()?;
    let length = walker.enter(NAME);
    let result = walker.leaf("text.txt", &mut text);
    walker.leave(length);
    result
}

/// A document in memory.
#[derive(Clone, Copy)]
struct Document<'a> {
    data: &'a [u8],
    budget: &'a Budget,
}

/// A stream: where its dictionary begins, what that says, and what is in it.
struct Stream<'a> {
    /// The number of the object it is.
    number: u32,
    dictionary: &'a [u8],
    data: &'a [u8],
    start: usize,
    body: usize,
    end: usize,
}

impl<'a> Document<'a> {
    /// The first stream that begins at or after `from`.
    fn stream(&self, from: usize) -> Option<Stream<'a>> {
        let data = self.data;
        let mut at = from;
        loop {
            at += memmem::find(data.get(at..)?, b"stream")?;
            let (word, after) = (at, at + 6);
            at = after;
            let body = match data.get(after..)? {
                [b'\r', b'\n', ..] => after + 2,
                [b'\n' | b'\r', ..] => after + 1,
                _ => continue,
            };
            let head = data[..word].trim_ascii_end();
            if !head.ends_with(b">>") {
                continue;
            }
            let lowest = head.len().saturating_sub(MAX_DICTIONARY).max(from);
            let Some(start) = memmem::rfind(&head[lowest..], b"obj").map(|start| lowest + start)
            else {
                continue;
            };
            let dictionary = &head[start + 3..];
            let end = self.end_of_stream(dictionary, body);
            return Some(Stream {
                number: object_number(&data[..start]),
                dictionary,
                data: &data[body..end],
                start,
                body,
                end,
            });
        }
    }

    fn end_of_stream(&self, dictionary: &[u8], body: usize) -> usize {
        // The length is believed where it leads to the end; it may also be in an object of its own.
        let length = value(dictionary, b"/Length ").and_then(|digits| {
            let end = digits.iter().position(|b| !b.is_ascii_digit())?;
            std::str::from_utf8(&digits[..end])
                .ok()?
                .parse::<usize>()
                .ok()
        });
        let claimed = length.and_then(|length| body.checked_add(length));
        if let Some(end) = claimed
            && let Some(rest) = self.data.get(end..)
            && rest[..rest.len().min(16)]
                .trim_ascii_start()
                .starts_with(b"endstream")
        {
            return end;
        }
        let rest = &self.data[body..];
        body + memmem::find(rest, b"endstream").unwrap_or(rest.len())
    }

    /// What a stream holds, decompressed; nothing where that is no text.
    fn decoded(&self, stream: &Stream<'_>) -> io::Result<Vec<u8>> {
        let has = |word: &[u8]| memmem::find(stream.dictionary, word).is_some();
        if TEXTLESS.iter().any(|word| has(word)) {
            return Ok(Vec::new());
        }
        if ["/LZWDecode", "/RunLengthDecode"]
            .iter()
            .any(|word| has(word.as_bytes()))
        {
            return Err(Trouble::Unsupported("this filter").into());
        }
        let data = if has(b"/ASCII85Decode") || has(b"/A85") {
            ascii85(stream.data)
        } else if has(b"/ASCIIHexDecode") {
            super::pdf_text::hex(stream.data)
        } else {
            stream.data.to_vec()
        };
        if !has(b"/FlateDecode") && !has(b"/Fl ") && !has(b"/Fl]") {
            return Ok(data);
        }
        let mut decoded = Vec::new();
        let inflated = self.budget.meter(ZlibDecoder::new(&data[..]));
        let result = inflated.take(MAX_STREAM + 1).read_to_end(&mut decoded);
        if decoded.len() as u64 > MAX_STREAM {
            return Err(Trouble::Document(MAX_STREAM).into());
        }
        match result {
            // The end of a stream is often damaged, and shown all the same.
            Err(error) if decoded.is_empty() || self.budget.is_spent() => Err(error),
            _ => Ok(decoded),
        }
    }

    /// The fonts whose codes are no letters.
    fn fonts(&self) -> io::Result<Fonts> {
        let mut fonts = Fonts::default();
        let mut at = 0;
        while let Some(stream) = self.stream(at) {
            fonts.objects(&self.data[at..stream.start]);
            fonts.object(stream.number, stream.dictionary);
            // What goes wrong here goes wrong again where it is told.
            if let Ok(decoded) = self.decoded(&stream) {
                fonts.stream(stream.number, stream.dictionary, &decoded);
            }
            if self.budget.is_spent() {
                return Err(Trouble::Ratio(self.budget.limits.ratio).into());
            }
            at = stream.end;
        }
        fonts.objects(&self.data[at..]);
        Ok(fonts)
    }
}

/// What follows a key of a dictionary.
fn value<'a>(dictionary: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    memmem::find(dictionary, key).map(|at| dictionary[at + key.len()..].trim_ascii_start())
}

/// The number of the object whose `obj` follows `before`.
fn object_number(before: &[u8]) -> u32 {
    let start = before.len().saturating_sub(24);
    let words = before[start..].rsplit(u8::is_ascii_whitespace);
    let number = words.filter(|word| !word.is_empty()).nth(1);
    let digits = number.and_then(|word| std::str::from_utf8(word).ok());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Bytes that are written as five characters for four.
fn ascii85(text: &[u8]) -> Vec<u8> {
    let text = text.trim_ascii_start().strip_prefix(b"<~").unwrap_or(text);
    let mut bytes = Vec::with_capacity(text.len());
    let mut group = Vec::with_capacity(5);
    let flush = |group: &mut Vec<u8>, bytes: &mut Vec<u8>| {
        let kept = group.len().saturating_sub(1);
        group.resize(5, 84);
        let number = group.iter().fold(0_u32, |number, &digit| {
            number.wrapping_mul(85).wrapping_add(digit.into())
        });
        bytes.extend_from_slice(&number.to_be_bytes()[..kept]);
        group.clear();
    };
    for &byte in text {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => bytes.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => {}
        }
        if group.len() == 5 {
            flush(&mut group, &mut bytes);
        }
    }
    if !group.is_empty() {
        flush(&mut group, &mut bytes);
    }
    bytes
}

/// Reads a document as text, stream by stream.
struct Text<'a> {
    document: Document<'a>,
    fonts: Fonts,
    at: usize,
    pending: io::Cursor<Vec<u8>>,
    /// What could not be read, told at the end.
    fault: Option<io::Error>,
}

impl Text<'_> {
    /// The text of the next stream and of what stands before it; nothing at the end.
    fn next(&mut self) -> Option<Vec<u8>> {
        let data = self.document.data;
        if self.at >= data.len() {
            return None;
        }
        let Some(stream) = self.document.stream(self.at) else {
            let text = literals(&data[self.at..]);
            self.at = data.len();
            return Some(text);
        };
        let mut text = literals(&data[self.at..stream.body]);
        self.at = stream.end;
        match self.document.decoded(&stream) {
            Ok(decoded) => {
                let has = |word: &[u8]| memmem::find(&decoded, word).is_some();
                if memmem::find(stream.dictionary, b"/ObjStm").is_some() {
                    text.extend(literals(&decoded));
                } else if has(b"begincmap") {
                } else if has(b"Tj") || has(b"TJ") || has(b"BT") {
                    let mut shown: Vec<Vec<u8>> = Vec::new();
                    for variant in 0..self.fonts.variants() {
                        let mut page_text = Vec::new();
                        page(&decoded, &self.fonts, variant, &mut page_text);
                        if !shown.contains(&page_text) {
                            shown.push(page_text);
                        }
                    }
                    text.extend(shown.concat());
                } else if memchr::memchr(0, &decoded).is_none() {
                    text.extend(decoded);
                    text.push(b'\n');
                }
            }
            Err(error) => self.fault = Some(error),
        }
        Some(text)
    }
}

impl Read for Text<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.pending.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.next() {
                _ if self.document.budget.is_spent() => {
                    return Err(self
                        .fault
                        .take()
                        .unwrap_or(io::ErrorKind::QuotaExceeded.into()));
                }
                Some(text) => self.pending = io::Cursor::new(text),
                None => return self.fault.take().map_or(Ok(0), Err),
            }
        }
    }
}
