//! Scans the texts behind a text, and says where in the source their matches are.

use std::ops::Range;

use super::decode::{self, Budget, How, Layer};
use super::validate::Dropped;
use super::{Detector, Match, Observer, Scratch, resolve};
use crate::model::{Blob, ContentClass};

/// How deep texts may be hidden in each other.
const MAX_DEPTH: usize = 4;

/// What was decoded to find a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The secret itself; in the source stands what it was decoded from.
    pub secret: Box<[u8]>,
    /// By what it was hidden, the outermost first.
    pub how: Vec<How>,
}

impl Decoded {
    /// How it was hidden, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        decode::in_words(&self.how)
    }

    /// What was done to find it, as evidence.
    #[must_use]
    pub fn evidence(&self) -> String {
        match *self.how {
            [How::Concatenation] => "put together from several strings".to_owned(),
            _ => format!("decoded from {}", self.in_words()),
        }
    }
}

/// Adds the matches in the texts behind the blob to those of `scratch`.
pub(super) fn scan(
    detector: &Detector,
    blob: &Blob<'_>,
    scratch: &mut Scratch,
    observer: &mut dyn Observer,
) {
    let mut inner = scratch.inner.take().unwrap_or_default();
    let mut descent = Descent {
        detector,
        budget: Budget::of(blob.bytes.len()),
        scratch: &mut inner,
    };
    let mut hints = std::mem::take(&mut scratch.hints);
    let layers = descent.layers(blob, &mut hints, None);
    for layer in layers {
        let found = descent.layer(blob, &layer, 1, observer);
        scratch.matches.extend(found);
    }
    scratch.hints = hints;
    scratch.inner = Some(inner);
}

struct Descent<'a> {
    detector: &'a Detector,
    budget: Budget,
    scratch: &'a mut Scratch,
}

impl Descent<'_> {
    fn layers(
        &mut self,
        blob: &Blob<'_>,
        hints: &mut decode::Hints,
        own: Option<&[(Range<usize>, &'static [How])]>,
    ) -> Vec<Layer> {
        let folds = blob.class == ContentClass::Text;
        decode::layers(blob.bytes, hints, own, folds, &mut self.budget)
    }

    /// The matches of a layer, and of those behind it, with their places in the layer's source.
    fn layer(
        &mut self,
        around: &Blob<'_>,
        layer: &Layer,
        depth: usize,
        observer: &mut dyn Observer,
    ) -> Vec<Match> {
        let mut mapped = Mapped { layer, observer };
        // What stands by itself is no part of the file's language.
        let path = if layer.alone { "" } else { around.path };
        let blob = Blob::new(path, around.class, &layer.text);
        self.scratch.clear();
        self.detector.scan_text(&blob, self.scratch, &mut mapped);
        let mut matches = std::mem::take(&mut self.scratch.matches);
        if depth < MAX_DEPTH {
            let mut hints = std::mem::take(&mut self.scratch.hints);
            for deeper in self.layers(&blob, &mut hints, Some(&layer.own)) {
                matches.extend(self.layer(&blob, &deeper, depth + 1, &mut mapped));
            }
            self.scratch.hints = hints;
        }
        resolve::overlaps(self.detector, &layer.text, &mut matches, &mut mapped);
        let source = |found: Match| mapped_back(found, layer);
        matches.into_iter().filter_map(source).collect()
    }
}

/// The match with its places in the layer's source; none where it is there as well.
fn mapped_back(mut found: Match, layer: &Layer) -> Option<Match> {
    let how = layer.how(&found.secret)?;
    match &mut found.decoded {
        Some(decoded) => {
            decoded.how.splice(0..0, how.iter().copied());
        }
        none => {
            *none = Some(Decoded {
                secret: layer.text[found.secret.clone()].into(),
                how: how.to_vec(),
            });
        }
    }
    found.secret = layer.source(&found.secret);
    found.span = layer.source(&found.span);
    for (_, identifier) in &mut found.identifiers {
        *identifier = layer.source(identifier);
    }
    found.proximity = None;
    Some(found)
}

/// Tells an observer of the source what happens in a layer.
struct Mapped<'a> {
    layer: &'a Layer,
    observer: &'a mut dyn Observer,
}

impl Observer for Mapped<'_> {
    fn dropped(&mut self, rule: usize, span: &Range<usize>, why: &Dropped) {
        let Some(how) = self.layer.how(span) else {
            return;
        };
        let (mut how, why) = match why {
            Dropped::Decoded { how: inner, why } => ([how, inner].concat(), why.clone()),
            why => (how.to_vec(), Box::new(why.clone())),
        };
        how.shrink_to_fit();
        let why = Dropped::Decoded { how, why };
        self.observer.dropped(rule, &self.layer.source(span), &why);
    }
}
