//! One line on standard error while a scan takes long, on a terminal only.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::scan::Progress;

/// Shorter scans show nothing.
const QUIET_FOR: Duration = Duration::from_millis(500);
const EVERY: Duration = Duration::from_millis(100);

/// The line, or nothing.
pub(super) struct Line {
    shown: bool,
}

impl Line {
    /// A line that is shown if `shown` says so.
    pub(super) fn show(shown: bool) -> Self {
        Self { shown }
    }

    /// Does `work` and meanwhile shows how far `progress` is.
    pub(super) fn watch<T>(&self, progress: &Progress, work: impl FnOnce() -> T) -> T {
        if !self.shown {
            return work();
        }
        let (done, waiting) = channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                if waiting.recv_timeout(QUIET_FOR) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
                if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                    bar.set_style(style);
                }
                loop {
                    bar.set_message(message(progress));
                    bar.tick();
                    if waiting.recv_timeout(EVERY) != Err(RecvTimeoutError::Timeout) {
                        break;
                    }
                }
                bar.finish_and_clear();
            });
            let result = work();
            drop(done);
            result
        })
    }
}

fn message(progress: &Progress) -> String {
    let load = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    let (files, total, bytes) = (
        load(&progress.files),
        load(&progress.total),
        load(&progress.bytes),
    );
    if total == 0 {
        return "looking for files".to_owned();
    }
    format!(
        "{} of {} files, {}",
        HumanCount(files),
        HumanCount(total),
        HumanBytes(bytes)
    )
}
