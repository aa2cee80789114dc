//! Credentials whose format says nothing: found where their provider's credential belongs.

use std::ops::Range;

use super::context::{AFTER, BEFORE, Proximity, Tier};
use super::position::{self, Place, Position};
use super::validate::literal::{self, Trust};
use super::validate::{self, Dropped};
use super::{Basis, Detector, Match, Observer, Scratch};
use crate::model::{Blob, Checksum, Confidence};
use crate::rules::Rule;
use crate::rules::schema::Context;

/// Looks around every word of `provider` (at `words`, in order) for its credentials.
pub(super) fn find(
    detector: &Detector,
    blob: &Blob<'_>,
    provider: usize,
    words: &[Range<usize>],
    scratch: &mut Scratch,
    observer: &mut impl Observer,
) {
    let search = Search {
        detector,
        blob,
        provider,
        code: is_code(blob.path),
    };
    let mut positions = Vec::new();
    for word in words {
        if search.is_marker(&blob.bytes[word.clone()])
            && let Some(position) = position::after_marker(blob.bytes, word.clone())
        {
            positions.push(position);
        }
    }
    if blob.class.has_context() {
        for (identifier, _) in scratch.identifiers.iter().filter(|(_, p)| *p == provider) {
            positions.extend(position::beside(blob.bytes, identifier.clone()));
        }
        if is_table(blob.path) {
            for word in words {
                position::cells(blob.bytes, word, &mut positions);
            }
        }
        for window in windows(blob.bytes, words) {
            position::positions(blob.bytes, window.clone(), |p| positions.push(p));
            search.path_markers(window, &mut positions);
        }
    }
    for position in &positions {
        for rule in detector.rules().rules_of(provider) {
            if rule.credential.context == Context::Assigned && detector.is_enabled(rule.index) {
                match search.judge(rule, position, &scratch.identifiers) {
                    Ok(Some(found)) => scratch.matches.push(found),
                    Ok(None) => {}
                    Err(dropped) => observer.dropped(rule.index, &position.value, &dropped),
                }
            }
        }
    }
}

/// The stretches of text around the words, none overlapping another.
fn windows(text: &[u8], words: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    for word in words {
        // A word comes before what it is about more often than after: the mirror of `around`.
        let low = word.start.saturating_sub(AFTER);
        let high = text.len().min(word.end + BEFORE);
        // Not in the middle of a line, if one begins in between: half a name is another name.
        let newline = memchr::memchr(b'\n', &text[low..word.start]).filter(|_| low > 0);
        let start = newline.map_or(low, |newline| low + newline + 1);
        match windows.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(high),
            _ => windows.push(start..high),
        }
    }
    windows
}

/// One provider's search of one blob.
struct Search<'a> {
    detector: &'a Detector,
    blob: &'a Blob<'a>,
    provider: usize,
    /// Whether the file is in a language where a bare word is a name and not a value.
    code: bool,
}

impl Search<'_> {
    /// Whether `word` is the provider's own scheme, after which only its credential can stand.
    fn is_marker(&self, word: &[u8]) -> bool {
        self.scheme()
            .is_some_and(|scheme| word.eq_ignore_ascii_case(scheme.as_bytes()))
    }

    fn scheme(&self) -> Option<&str> {
        let provider = self.detector.rules().provider(self.provider);
        provider.auth.as_ref().and_then(super::own_scheme)
    }

    /// Credentials that stand in a URL's path.
    fn path_markers(&self, window: Range<usize>, positions: &mut Vec<Position>) {
        let Some(auth) = &self.detector.rules().provider(self.provider).auth else {
            return;
        };
        for marker in auth.path.iter() {
            for at in memchr::memmem::find_iter(&self.blob.bytes[window.clone()], marker.as_bytes())
            {
                let start = window.start + at;
                positions.extend(position::after_marker(
                    self.blob.bytes,
                    start..start + marker.len(),
                ));
            }
        }
    }

    /// `Ok(None)` where the place has nothing to do with this provider.
    fn judge(
        &self,
        rule: Rule<'_>,
        position: &Position,
        identifiers: &[(Range<usize>, usize)],
    ) -> Result<Option<Match>, Dropped> {
        let text = self.blob.bytes;
        let value = &text[position.value.clone()];
        let Some((proximity, own)) = self.belongs(rule, position, identifiers) else {
            return Ok(None);
        };
        if !self
            .detector
            .patterns()
            .fits(rule.index, rule.credential, value)
        {
            return Err(Dropped::Pattern);
        }
        if position::names_digest(self.blob.path, text, position) {
            return Err(Dropped::NotLiteral("a digest"));
        }
        let lower = value.to_ascii_lowercase();
        if rule
            .provider
            .identity
            .names
            .iter()
            .any(|own| memchr::memmem::find(&lower, own.as_bytes()).is_some())
        {
            return Err(Dropped::NotLiteral("a name"));
        }
        // A name of the provider's own speaks for any literal; otherwise the value must speak for itself.
        let trust = if own { Trust::Named } else { Trust::Strict };
        literal::judge(value, self.code && !position.literal, trust)?;
        let verdict = validate::validate(
            rule,
            text,
            &position.value,
            &position.value,
            self.detector.now(),
        )?;
        let least = match (own, proximity.as_ref().map(|p| p.tier)) {
            (true, _) => Confidence::High,
            (false, Some(Tier::Line | Tier::Enclosing | Tier::Beside)) => Confidence::Medium,
            (false, _) => Confidence::Low,
        };
        let mut evidence = vec![self.reason(position, proximity.as_ref(), own)];
        evidence.extend(verdict.evidence);
        Ok(Some(Match {
            rule: rule.index,
            secret: position.value.clone(),
            span: position.value.clone(),
            severity: verdict.severity,
            confidence: least.min(rule.credential.confidence),
            checksum: verdict.checksum.unwrap_or(Checksum::None),
            evidence,
            identifiers: Vec::new(),
            decoded: None,
            basis: Basis::Place,
            proximity,
        }))
    }

    /// Whether the place is this provider's, and whether the name or scheme itself says so.
    fn belongs(
        &self,
        rule: Rule<'_>,
        position: &Position,
        identifiers: &[(Range<usize>, usize)],
    ) -> Option<(Option<Proximity>, bool)> {
        let identity = &rule.provider.identity;
        let name = std::str::from_utf8(&self.blob.bytes[position.name.clone()]).ok()?;
        let lower = name.to_ascii_lowercase();
        let own_word = identity.names.iter().find(|own| lower.contains(&***own));
        let least = match position.place {
            Place::Marker if self.is_marker(name.as_bytes()) => return Some((None, true)),
            Place::Marker | Place::Cell => Tier::Near,
            Place::Argument if own_word.is_some() => Tier::Near,
            Place::Argument => {
                let method = name.rsplit(['.', ':']).next()?;
                least_tier(method)?
            }
            Place::Name | Place::Listed => {
                let named = own_word.is_some_and(|own| position::is_credential_name(name, own));
                if named || identity.env.iter().any(|env| *env == name) {
                    return Some((None, true));
                }
                match own_word {
                    // The provider's bare name, as in `keys: { acme: "…" }`; in a list it is only a word.
                    Some(own) if own.len() == name.len() && position.place == Place::Name => {
                        Tier::Line
                    }
                    Some(_) => return None,
                    None => least_tier(name)?,
                }
            }
        };
        let (nearest, proximity) = self
            .detector
            .around(self.blob.bytes, &position.value, identifiers)
            .into_iter()
            .max_by_key(|(provider, p)| (p.rank(), *provider == self.provider))?;
        (nearest == self.provider && proximity.tier >= least).then_some((Some(proximity), false))
    }

    fn reason(&self, position: &Position, proximity: Option<&Proximity>, own: bool) -> String {
        let shown = |range: &Range<usize>| {
            String::from_utf8_lossy(&self.blob.bytes[range.clone()])
                .chars()
                .take(60)
                .collect::<String>()
        };
        match proximity {
            Some(proximity) if !own => {
                format!(
                    "stands in `{}` near `{}`",
                    shown(&position.name),
                    shown(&proximity.word)
                )
            }
            _ => format!("stands in `{}`", shown(&position.name)),
        }
    }
}

/// Whether the file is a table with commas or tabs between its cells.
fn is_table(path: &str) -> bool {
    matches!(extension(path), Some("csv" | "tsv"))
}

fn extension(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(_, extension)| extension)
}

/// How near a provider's word must stand for a credential of this name to be its; `None` where the name
/// is no credential's or says that it is another's.
fn least_tier(name: &str) -> Option<Tier> {
    if !position::is_credential_name(name, "") || !position::is_plain_name(name) {
        return None;
    }
    // Frameworks call their own keys so.
    let own_of_framework = [
        "secret_key",
        "secretkey",
        "secret",
        "password",
        "app_key",
        "app_secret",
    ];
    let framework = own_of_framework.contains(&name.to_ascii_lowercase().as_str());
    Some(if framework {
        Tier::Enclosing
    } else {
        Tier::Near
    })
}

/// Languages in which text without quotes is code.
fn is_code(path: &str) -> bool {
    const EXTENSIONS: &[&str] = &[
        "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "py", "go", "rb", "php", "java",
        "kt", "kts", "cs", "rs", "swift", "c", "h", "cc", "cpp", "hpp", "scala", "dart", "lua",
        "pl", "ex", "exs", "vue", "svelte", "groovy", "gradle", "m", "r", "jl", "tf", "hcl",
    ];
    extension(path).is_some_and(|extension| EXTENSIONS.contains(&extension))
}
