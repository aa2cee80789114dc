//! Text behind text: what is encoded, escaped or put together from parts, and where it came from.
//!
//! Pure functions of bytes that know no rules. Long runs and joined literals are looked for everywhere, at
//! memory speed; everything shorter only near what the rules know, or where the code says that it decodes.

mod base64;
mod content;
mod escapes;
mod fold;
mod kube;
mod layer;
mod runs;
mod signs;

use std::fmt;
use std::ops::Range;

use layer::Edit;
pub(super) use layer::Layer;
use runs::Run;
pub(super) use signs::{SIGNS, Sign};

/// The shortest code that is opened near what the rules know.
const SHORT: usize = 16;

/// The shortest code that is opened where the code says that it decodes.
const SHORTEST: usize = 8;

/// How far from a word of the rules something encoded may stand.
const NEAR: Range<usize> = 400..800;

/// How far from a word that says so the code stands that it decodes, on the same line.
const SAID: Range<usize> = 600..4096;

/// By what a text was hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// Base64, in either alphabet.
    Base64,
    /// Two hexadecimal digits a byte.
    Hex,
    /// `%5F`.
    Percent,
    /// `\x5f`, `\u005f`, `\137`.
    Escapes,
    /// `&#95;`.
    Entities,
    /// gzip or zlib.
    Gzip,
    /// UTF-16.
    Utf16,
    /// Several literals that the program joins.
    Concatenation,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base64 => "base64",
            Self::Hex => "hexadecimal",
            Self::Percent => "percent-encoding",
            Self::Escapes => "escapes",
            Self::Entities => "HTML entities",
            Self::Gzip => "gzip",
            Self::Utf16 => "UTF-16",
            Self::Concatenation => "joined strings",
        })
    }
}

/// Several of them as a person says it, the outermost last: `gzip in base64`.
#[must_use]
pub fn in_words(how: &[How]) -> String {
    let words: Vec<String> = how.iter().rev().map(ToString::to_string).collect();
    words.join(" in ")
}

/// Where in a text it is worth looking more closely.
#[derive(Debug, Default)]
pub(super) struct Hints {
    /// Where something stands that the rules know.
    pub(super) near: Vec<usize>,
    /// Signs and their places.
    pub(super) signs: Vec<(Range<usize>, Sign)>,
}

impl Hints {
    pub(super) fn clear(&mut self) {
        self.near.clear();
        self.signs.clear();
    }
}

/// How much may still be decoded, in bytes: what is hidden in hidden text must not grow without end.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Budget {
    /// A budget for a text of this length.
    pub(super) fn of(length: usize) -> Self {
        Self(256 * 1024 + 4 * length)
    }

    /// Whether there was enough left for a text of this length.
    fn take(&mut self, length: usize) -> bool {
        // Making and scanning a text costs something, however short it is.
        match self.0.checked_sub(length + 64) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}

/// The texts behind `text`. `own` says which stretches of it are new; none where all of it is. Joined
/// literals are looked for only if `folds`.
pub(super) fn layers(
    text: &[u8],
    hints: &mut Hints,
    own: Option<&[(Range<usize>, &'static [How])]>,
    folds: bool,
    budget: &mut Budget,
) -> Vec<Layer> {
    let mut found = Found {
        own,
        ..Found::default()
    };
    runs::long(text, |run| match run {
        Run::Encoded(run) => found.run(text, &run),
        Run::Escaped(run) => {
            let (edit, end) = escapes::stretch(text, run.start, run.start, 3);
            found
                .escapes
                .extend(edit.filter(|edit| found.is_new(&edit.source)));
            end
        }
    });
    for near in near(text, hints) {
        runs::within(text, near.clone(), SHORT, |run| {
            if run.len() < runs::SHORTEST {
                found.run(text, &run);
            }
        });
        escapes::within(text, near, |edit| {
            if found.is_new(&edit.source) {
                found.escapes.push(edit);
            }
        });
    }
    let mut read = 0;
    for (word, sign) in &hints.signs {
        match sign {
            Sign::Decodes => {
                let line = line(text, word);
                let line = line.start.max(read)..line.end.max(read);
                read = line.end;
                runs::within(text, line.clone(), SHORTEST, |run| {
                    if run.len() < runs::SHORTEST {
                        found.run(text, &run);
                    }
                });
            }
            Sign::Joins if folds => fold::lists(text, word, |edit| found.folds.push(edit)),
            Sign::Joins => {}
            Sign::Secret => kube::values(text, word, |edit| found.codes.push(edit)),
        }
    }
    if folds {
        fold::chains(text, |edit| {
            if found.is_new(&edit.source) {
                found.folds.push(edit);
            }
        });
    }
    found.into_layers(text, budget)
}

/// What was found in a text.
#[derive(Default)]
struct Found<'a> {
    own: Option<&'a [(Range<usize>, &'static [How])]>,
    codes: Vec<Edit>,
    escapes: Vec<Edit>,
    folds: Vec<Edit>,
    alone: Vec<Layer>,
}

impl Found<'_> {
    /// Whether the stretch has a part in what is new.
    fn is_new(&self, source: &Range<usize>) -> bool {
        let Some(own) = self.own else { return true };
        let first = own.partition_point(|(own, _)| own.end <= source.start);
        own.get(first)
            .is_some_and(|(own, _)| own.start < source.end)
    }

    /// Opens a run, and gives its end.
    fn run(&mut self, text: &[u8], run: &Range<usize>) -> usize {
        if !self.is_new(run) {
            return run.end;
        }
        let Some(opened) = base64::open(text, run) else {
            return run.end;
        };
        self.codes.extend(opened.edit);
        self.alone.extend(opened.layer);
        opened.end
    }

    fn into_layers(self, text: &[u8], budget: &mut Budget) -> Vec<Layer> {
        let in_place = [self.folds, self.escapes, self.codes].into_iter();
        let in_place = in_place.filter(|edits| !edits.is_empty());
        let in_place = in_place.filter_map(|edits| Layer::in_place(text, edits));
        let mut layers: Vec<Layer> = in_place.chain(self.alone).collect();
        layers.retain(|layer| budget.take(layer.text.len()));
        layers
    }
}

/// The stretches around what the rules know, none overlapping another.
fn near(text: &[u8], hints: &mut Hints) -> Vec<Range<usize>> {
    hints.near.sort_unstable();
    let mut all: Vec<Range<usize>> = Vec::new();
    for &at in &hints.near {
        let start = at.saturating_sub(NEAR.start);
        let end = text.len().min(at + NEAR.end);
        match all.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => all.push(start..end),
        }
    }
    all
}

/// The line around `word`, or what is near of it.
fn line(text: &[u8], word: &Range<usize>) -> Range<usize> {
    let low = word.start.saturating_sub(SAID.start);
    let high = text.len().min(word.end + SAID.end);
    let start = memchr::memrchr(b'\n', &text[low..word.start]).map_or(low, |n| low + n + 1);
    let end = memchr::memchr(b'\n', &text[word.end..high]).map_or(high, |n| word.end + n);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64;
    use proptest::prelude::*;

    fn texts(text: &[u8], hints: &mut Hints) -> Vec<String> {
        layers(text, hints, None, true, &mut Budget::of(text.len()))
            .into_iter()
            .map(|layer| String::from_utf8_lossy(&layer.text).into_owned())
            .collect()
    }

    #[test]
    fn short_codes_need_a_sign() {
        let code = BASE64.encode(b"short word");
        let text = format!("x = decode(\"{code}\")\n");
        assert!(texts(text.as_bytes(), &mut Hints::default()).is_empty());
        let mut hints = Hints::default();
        hints.signs.push((4..10, Sign::Decodes));
        assert_eq!(
            texts(text.as_bytes(), &mut hints)[0],
            "x = decode(\"short word\")\n"
        );
    }

    #[test]
    fn words_are_said_from_the_inside() {
        assert_eq!(in_words(&[How::Base64, How::Gzip]), "gzip in base64");
    }

    #[test]
    fn growth_is_bounded() {
        let mut text = "key=value ".repeat(2000);
        for _ in 0..3 {
            text = BASE64.encode(text.as_bytes());
        }
        let mut budget = Budget::of(10);
        let all = layers(
            text.as_bytes(),
            &mut Hints::default(),
            None,
            true,
            &mut budget,
        );
        assert!(all.len() <= 2);
        let mut none = Budget(100);
        assert!(
            layers(
                text.as_bytes(),
                &mut Hints::default(),
                None,
                true,
                &mut none
            )
            .is_empty()
        );
    }

    proptest! {
        #[test]
        fn what_layers_say_lies_in_the_text(
            text in proptest::collection::vec(any::<u8>(), 0..60),
            code in "[A-Za-z0-9+/]{0,60}",
            more in "[\"' +%5f\\\\xu0&#;.\n]{0,80}",
            at in 0usize..100,
        ) {
            let mut all = text;
            all.extend(code.bytes().chain(more.bytes()));
            let at = at.min(all.len());
            let mut hints = Hints { near: vec![at], signs: vec![(at..at, Sign::Decodes), (at..at, Sign::Joins), (at..at, Sign::Secret)] };
            for layer in layers(&all, &mut hints, None, true, &mut Budget::of(all.len())) {
                let end = layer.text.len();
                let source = layer.source(&(0..end));
                prop_assert!(source.start <= source.end && source.end <= all.len());
                for at in 0..end {
                    let source = layer.source(&(at..at + 1));
                    prop_assert!(source.start <= source.end && source.end <= all.len());
                    if layer.how(&(at..at + 1)).is_none() && source.len() == 1 {
                        prop_assert_eq!(layer.text[at], all[source.start]);
                    }
                }
            }
        }
    }
}
