//! Base64 in either alphabet, with padding or without, on one line or wrapped; and hexadecimal.

use std::ops::Range;

use super::How;
use super::content::{self, Content, HEAD};
use super::layer::{Edit, Layer, Map, Unit};
use super::runs::is_encoded;

/// The longest text that is judged in the place of its code.
const MAX_IN_PLACE: usize = 4 * 1024;

/// Lines of wrapped base64 have at least so many characters: PEM's 64 and MIME's 76 are usual.
const LEAST_LINE: usize = 60;

/// What is put before base64 with a slash between, as a path is, has at most so many parts.
const MAX_PARTS: usize = 4;

/// What a run turned out to be.
#[derive(Debug)]
pub(super) struct Opened {
    /// A short text of one line, to be judged in the run's place.
    pub(super) edit: Option<Edit>,
    /// A text to be judged by itself.
    pub(super) layer: Option<Layer>,
    /// Where the run ends, with the lines that it goes on over.
    pub(super) end: usize,
}

/// Opens the run at `run`, if something that can be read is in it.
pub(super) fn open(text: &[u8], run: &Range<usize>) -> Option<Opened> {
    let run = after_escape(text, run)..run.end;
    open_hex(text, &run).or_else(|| open_base64(text, &run))
}

/// `\n`, `%3D` and their kin before the run are no part of it.
fn after_escape(text: &[u8], run: &Range<usize>) -> usize {
    let length = match (run.start.checked_sub(1).map(|at| text[at]), text[run.start]) {
        (Some(b'\\'), b'n' | b'r' | b't') => 1,
        (Some(b'\\'), b'x') => 3,
        (Some(b'\\'), b'u') => 5,
        (Some(b'%'), _) => 2,
        _ => 0,
    };
    run.end.min(run.start + length)
}

fn open_hex(text: &[u8], run: &Range<usize>) -> Option<Opened> {
    let start = run.start
        + if text[run.clone()].starts_with(b"0x") {
            2
        } else {
            0
        };
    let digits = &text[start..run.end];
    let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    // Most runs are names, which a few characters tell.
    if !digits.len().is_multiple_of(2) || !digits.get(..16).is_some_and(is_hex) {
        return None;
    }
    let byte = |pair: &[u8]| {
        let digit = |b: u8| char::from(b).to_digit(16);
        Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8)
    };
    let head: Option<Vec<u8>> = digits.chunks_exact(2).take(HEAD).map(byte).collect();
    let head = head?;
    let content = content::content(&head, 2 * head.len() == digits.len())?;
    let bytes: Option<Vec<u8>> = digits.chunks_exact(2).map(byte).collect();
    let (decoded, inner, by) = content::open(bytes?, content)?;
    let (unit, how): (_, &'static [How]) = match (inner, by) {
        (Unit::Same, None) => (Unit::Hex, &[How::Hex]),
        (_, Some(How::Utf16)) => (Unit::Whole, &[How::Hex, How::Utf16]),
        _ => (Unit::Whole, &[How::Hex, How::Gzip]),
    };
    Some(opened(decoded, start..run.end, unit, None, how))
}

fn open_base64(text: &[u8], run: &Range<usize>) -> Option<Opened> {
    let characters = &text[run.clone()];
    // A run at the very beginning may be cut: then nobody knows where its fours begin.
    let cut = if run.start == 0 { 1..4 } else { 0..0 };
    let parts = memchr::memchr_iter(b'/', &characters[..characters.len().min(64)]).map(|at| at + 1);
    let starts = std::iter::once(0).chain(cut).chain(parts.take(MAX_PARTS));
    for start in starts {
        let start = run.start + start;
        let length = run.end - start;
        if length < 8 {
            break;
        }
        // A character tells most of what is none: the head is decoded only if the first three bytes hold.
        let mut first = [0; HEAD];
        let few = decode_into(&text[start..start + 8], &mut first);
        let head = &first[..few];
        if content::content(head, false).is_none() && !may_be_more(head) {
            continue;
        }
        let wanted = length.min(HEAD / 3 * 4);
        let few = decode_into(&text[start..start + wanted], &mut first);
        let Some(content) = content::content(&first[..few], wanted == length) else {
            continue;
        };
        let (clean, lines) = unwrapped(text, start..run.end);
        let mut bytes = vec![0; clean.len() / 4 * 3 + 3];
        let filled = decode_into(&clean, &mut bytes);
        bytes.truncate(filled);
        let end = lines
            .as_ref()
            .map_or(run.end, |lines| lines.source(&(0..clean.len())).end);
        let (decoded, inner, by) = content::open(bytes, content)?;
        let (unit, how): (_, &'static [How]) = match (inner, by) {
            (Unit::Same, _) => (Unit::Base64 { skip: 0, width: 1 }, &[How::Base64]),
            (Unit::Wide { skip }, _) => {
                (Unit::Base64 { skip, width: 2 }, &[How::Base64, How::Utf16])
            }
            (_, Some(How::Utf16)) => (Unit::Whole, &[How::Base64, How::Utf16]),
            _ => (Unit::Whole, &[How::Base64, How::Gzip]),
        };
        let source = if lines.is_some() {
            0..clean.len()
        } else {
            start..run.end
        };
        let mut opened = opened(decoded, source, unit, lines, how);
        // What looks like a next line may be something else: the first is judged by itself too.
        if opened.edit.is_none() && clean.len() > run.end - start && content == Content::Text {
            let mut bytes = vec![0; (run.end - start) / 4 * 3 + 3];
            let filled = decode_into(&clean[..run.end - start], &mut bytes);
            bytes.truncate(filled);
            opened.edit = in_place(&bytes, &(start..run.end), unit, how);
        }
        return Some(Opened { end, ..opened });
    }
    None
}

/// Whether eight characters may begin UTF-16 or something compressed, which the first bytes alone hide.
fn may_be_more(head: &[u8]) -> bool {
    head.iter().filter(|&&b| b == 0).nth(1).is_some()
        || head.starts_with(&[0x78])
        || head.starts_with(&[0xff, 0xfe])
}

/// A text in its place, by itself, or both.
fn opened(
    decoded: Vec<u8>,
    source: Range<usize>,
    unit: Unit,
    lines: Option<Map>,
    how: &'static [How],
) -> Opened {
    let end = source.end;
    let edit = match lines {
        None => in_place(&decoded, &source, unit, how),
        Some(_) => None,
    };
    // A bare token says no more by itself than in its place.
    let says_more = |edit: &Edit| edit.text.iter().any(|b| b" =:,\t".contains(b));
    let layer = edit.as_ref().is_none_or(says_more).then(|| {
        let map = Map::one(decoded.len(), source, unit);
        Layer::alone(decoded, map, lines, how)
    });
    Opened { edit, layer, end }
}

/// A short text of one line in the place of its code.
fn in_place(
    decoded: &[u8],
    source: &Range<usize>,
    unit: Unit,
    how: &'static [How],
) -> Option<Edit> {
    let line = decoded.trim_ascii_end();
    let fits = line.len() <= MAX_IN_PLACE && memchr::memchr2(b'\n', 0, line).is_none();
    fits.then(|| Edit {
        text: line.to_vec(),
        map: Map::one(line.len(), source.clone(), unit),
        source: source.clone(),
        how,
    })
}

/// The characters of a run that goes on over lines of one length, and where they stand; those of a run on
/// one line as they are.
fn unwrapped(text: &[u8], run: Range<usize>) -> (Vec<u8>, Option<Map>) {
    let mut clean = text[run.clone()].to_vec();
    let mut lines = Map::default();
    lines.push(clean.len(), run.clone(), Unit::Same);
    let mut full = None;
    let (mut end, mut last) = (run.end, run.len());
    while let Some(next) = next_line(text, end) {
        // The first line may have something before it, the last is shorter, all others are as long as each
        // other.
        let fits = match full {
            None => last >= LEAST_LINE && next.len() <= last || next.len() >= LEAST_LINE,
            Some(full) => last == full && next.len() <= full,
        };
        if !fits || clean.last() == Some(&b'=') {
            break;
        }
        full.get_or_insert(if next.len() >= LEAST_LINE {
            next.len()
        } else {
            last
        });
        last = next.len();
        end = next.end;
        clean.extend_from_slice(&text[next.clone()]);
        lines.push(next.len(), next, Unit::Same);
    }
    (clean, full.map(|_| lines))
}

/// The line below the one that ends at `at`, without indentation, if it is nothing but base64.
fn next_line(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let ends: [&[u8]; 6] = [b"\r\n", b"\n", b"\\\n", b"\\\r\n", b"\\r\\n", b"\\n"];
    let end = ends.iter().find(|end| rest.starts_with(end))?;
    let below = &rest[end.len()..];
    let indent = below
        .iter()
        .take(40)
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count();
    let line = &below[indent..];
    let length = line
        .iter()
        .position(|&b| !is_encoded(b))
        .unwrap_or(line.len());
    let padding = line[length..]
        .iter()
        .take(2)
        .take_while(|&&b| b == b'=')
        .count();
    let after = line.get(length + padding).copied();
    let closed = after.is_none_or(|b| b.is_ascii_whitespace() || b"\"'`,;)\\<|".contains(&b));
    let start = at + end.len() + indent;
    (length >= 4 && closed).then(|| start..start + length + padding)
}

/// Decodes `characters` of either alphabet up to the first other one, and gives how many bytes that made.
fn decode_into(characters: &[u8], out: &mut [u8]) -> usize {
    let mut filled = 0;
    let (mut bits, mut count) = (0u32, 0);
    for &b in characters {
        let value = VALUES[usize::from(b)];
        if value == NONE {
            break;
        }
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 && filled < out.len() {
            count -= 8;
            out[filled] = (bits >> count) as u8;
            filled += 1;
        }
    }
    filled
}

const NONE: u8 = 64;

/// What each character stands for.
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut at = 0;
    while at < letters.len() {
        values[letters[at] as usize] = at as u8;
        at += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
};

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
    use proptest::prelude::*;

    /// What the run that is all of `code` stands for, and how.
    fn text_of(code: &str) -> Option<(String, &'static [How])> {
        let code = format!("\"{code}\"");
        let opened = open(code.as_bytes(), &(1..code.len() - 1))?;
        let both = opened.edit.map(|edit| (edit.text, edit.how));
        let both = both.or_else(|| opened.layer.map(|layer| (layer.text, layer.own[0].1)));
        both.map(|(text, how)| (String::from_utf8(text).unwrap(), how))
    }

    #[test]
    fn every_alphabet_with_padding_or_without() {
        let text = "a key? of >>> some ~~~ length";
        for code in [
            BASE64.encode(text.as_bytes()),
            BASE64URL_NOPAD.encode(text.as_bytes()),
        ] {
            assert_eq!(
                text_of(&code),
                Some((text.to_owned(), [How::Base64].as_slice())),
                "{code}"
            );
        }
        assert_eq!(
            text_of(&HEXLOWER.encode(text.as_bytes())),
            Some((text.to_owned(), [How::Hex].as_slice()))
        );
    }

    #[test]
    fn a_path_before_it_is_no_part_of_it() {
        let text = "password and more of it";
        let code = format!("com/callback/{}", BASE64.encode(text.as_bytes()));
        assert_eq!(text_of(&code).unwrap().0, text);
    }

    #[test]
    fn lines_of_one_length_are_joined() {
        let text = "name = value\n".repeat(20);
        let code = BASE64.encode(text.as_bytes());
        let lines: Vec<&str> = (0..code.len())
            .step_by(64)
            .map(|at| &code[at..code.len().min(at + 64)])
            .collect();
        let wrapped = format!("key: |\n  {}\nnext: x\n", lines.join("\n  "));
        let start = wrapped.find(lines[0]).unwrap();
        let opened = open(wrapped.as_bytes(), &(start..start + 64)).unwrap();
        let layer = opened.layer.unwrap();
        assert_eq!(layer.text, text.as_bytes());
        assert_eq!(&wrapped[opened.end..], "\nnext: x\n");
        let all = layer.source(&(0..text.len()));
        assert_eq!(all, start..opened.end);
        // The 49th byte is the first of the second line.
        assert_eq!(layer.source(&(48..50)).start, start + 64 + 3);
    }

    #[test]
    fn what_nobody_reads_is_nothing() {
        for code in [
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
            "oqVuAFXPaXiP2j9zyvo4ypzsvbyN6r8hzHqXGR4y5uQgKJ9jPzKNZLvKZlAj",
            "GRPH_PRIMARY_SURFACE_ADDRESS_HIGH__MASK_AND_MORE",
            "some_function_name_that_goes_on_and_on",
        ] {
            assert_eq!(text_of(code), None, "{code}");
        }
    }

    proptest! {
        #[test]
        fn mapped_back_it_is_the_code_of_the_same_text(text in "[ -~]{12,80}", from in 0usize..80, length in 1usize..40) {
            let code = BASE64.encode(text.as_bytes());
            let from = from.min(text.len() - 1);
            let to = text.len().min(from + length);
            let map = Map::one(text.len(), 0..code.len(), Unit::Base64 { skip: 0, width: 1 });
            let source = map.source(&(from..to));
            // All fours that the stretch lies in decode to text that has it.
            let fours = source.start / 4 * 4..code.len().min(source.end.div_ceil(4) * 4);
            let decoded = String::from_utf8(BASE64.decode(&code.as_bytes()[fours]).unwrap()).unwrap();
            prop_assert!(decoded.contains(&text[from..to]));
        }

        #[test]
        fn any_bytes_are_survived(text in proptest::collection::vec(any::<u8>(), 1..200), from in 0usize..200) {
            let from = from.min(text.len() - 1);
            let opened = open(&text, &(from..text.len()));
            prop_assert!(opened.is_none_or(|opened| opened.end <= text.len()));
        }
    }
}
