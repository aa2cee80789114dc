//! Colours and links, where they are wanted.

use colored::{ColoredString, Colorize};

use crate::model::Severity;

/// Whether text is coloured and linked.
pub(super) struct Paint {
    pub(super) color: bool,
    pub(super) links: bool,
}

impl Paint {
    /// `text` in the colour of `severity`.
    pub(super) fn severity(&self, severity: Severity, text: &str) -> String {
        self.with(text, |text| match severity {
            Severity::Critical | Severity::High => text.bright_red().bold(),
            Severity::Medium => text.yellow().bold(),
            Severity::Low => text.bright_blue().bold(),
            Severity::Note => text.bright_green().bold(),
        })
    }

    /// What went wrong.
    pub(super) fn error(&self, text: &str) -> String {
        self.with(text, |text| text.bright_red().bold())
    }

    /// What went well.
    pub(super) fn good(&self, text: &str) -> String {
        self.with(text, |text| text.bright_green().bold())
    }

    /// What to see first.
    pub(super) fn strong(&self, text: &str) -> String {
        self.with(text, Colorize::bold)
    }

    /// What to see last.
    pub(super) fn faint(&self, text: &str) -> String {
        self.with(text, Colorize::dimmed)
    }

    /// `text` as an OSC 8 hyperlink; `uri` must be percent-encoded.
    pub(super) fn link(&self, uri: &str, text: &str) -> String {
        if self.links {
            format!("\x1b]8;;{uri}\x1b\\{text}\x1b]8;;\x1b\\")
        } else {
            text.to_owned()
        }
    }

    fn with(&self, text: &str, paint: impl FnOnce(ColoredString) -> ColoredString) -> String {
        if self.color {
            paint(ColoredString::from(text)).to_string()
        } else {
            text.to_owned()
        }
    }
}
