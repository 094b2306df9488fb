//! The progress line on standard error.

use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::load::Counters;
use crate::report::{Unit, humanize};

/// Writes a line to standard error. That it is closed is no reason to stop measuring.
pub(crate) fn note(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// How progress is shown: a line that rewrites itself on a terminal, one line per round elsewhere.
#[derive(Debug)]
pub(crate) struct Progress {
    style: Style,
    /// What is running: work, round and server.
    label: String,
    /// Width of the line on the screen, to be wiped by the next one.
    shown: Cell<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Silent,
    Lines,
    Rewriting,
}

impl Progress {
    /// Progress for a run; `quiet` shows none.
    pub(crate) fn new(quiet: bool) -> Self {
        let style = match (quiet, std::io::stderr().is_terminal()) {
            (true, _) => Style::Silent,
            (false, true) => Style::Rewriting,
            (false, false) => Style::Lines,
        };
        Self { style, label: String::new(), shown: Cell::new(0) }
    }

    /// A round of the work with this title begins.
    pub(crate) fn begin(&mut self, title: &str, round: usize, rounds: usize, server: &str) {
        let work = title.split(':').next().unwrap_or(title);
        self.label = format!("{work}, round {}/{rounds}, {server}", round + 1);
        match self.style {
            Style::Silent => {}
            Style::Lines => note(&self.label),
            Style::Rewriting => self.rewrite(&self.label.clone()),
        }
    }

    /// The load has come this far.
    pub(crate) fn counters(&self, counters: &Counters, elapsed: Duration) {
        let sent = counters.sent.load(Ordering::Relaxed) as f64;
        let received = counters.received.load(Ordering::Relaxed) as f64;
        let seconds = elapsed.as_secs_f64();
        self.say(&format!(
            "{seconds:.1} s, sent {}, received {} ({}/s)",
            humanize(sent, Unit::Count),
            humanize(received, Unit::Count),
            humanize(received / seconds.max(1e-9), Unit::PerSecond),
        ));
    }

    /// Some other news of the round; shown on terminals only.
    pub(crate) fn say(&self, news: &str) {
        if self.style == Style::Rewriting {
            self.rewrite(&format!("{}: {news}", self.label));
        }
    }

    /// All rounds are over: the line is wiped.
    pub(crate) fn end(&self) {
        if self.style == Style::Rewriting {
            self.rewrite("");
        }
    }

    fn rewrite(&self, text: &str) {
        let width = text.chars().count();
        let blanks = " ".repeat(self.shown.get().saturating_sub(width));
        let end = if text.is_empty() { "\r" } else { "" };
        let mut stderr = std::io::stderr().lock();
        // As in `note`.
        let _ = write!(stderr, "\r{text}{blanks}{end}");
        let _ = stderr.flush();
        self.shown.set(width);
    }
}
