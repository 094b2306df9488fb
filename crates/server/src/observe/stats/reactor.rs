//! What one reactor counts.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use fanfare_engine::command::CommandId;
use fanfare_stdx::lock::Mutex;

use super::{Counter, Gauge, Peak, StatCell};
use crate::observe::HistogramCells;

/// Rank of the lock (`docs/locks.md`).
const RANK: u8 = 9;

/// Most error codes told apart; further ones count together. Grows memory by some 100 bytes each.
pub(super) const ERROR_CODES_MAX: usize = 128;

/// The name under which further error codes count.
const OTHER_ERROR_CODES: &str = "ERRORSTATS_OVERFLOW";

/// Longest text in which an error's code is looked for, in bytes.
const ERROR_CODE_BYTES_MAX: usize = 32;

/// How a command that ran ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// With a reply.
    Done,
    /// With an error reply.
    Failed,
}

/// `latency-tracking`: whether durations of commands are kept by size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistogramSetting {
    /// They are.
    Keep,
    /// They are not; what is kept already stays.
    Skip,
}

/// What one reactor counts. Only its own thread calls the methods that change it.
#[derive(Debug)]
pub struct ReactorStats {
    counters: [StatCell; Counter::COUNT],
    gauges: [StatCell; Gauge::COUNT],
    peaks: [StatCell; Peak::COUNT],
    /// By the command's number.
    commands: Box<[CommandCells]>,
    /// Guards error replies by code. A leaf, hardly ever contended.
    errors: Mutex<BTreeMap<Box<str>, u64>, RANK>,
    keeps_histograms: AtomicBool,
}

/// What is counted for one command.
#[derive(Debug, Default)]
pub(super) struct CommandCells {
    pub(super) calls: StatCell,
    pub(super) duration_ns: StatCell,
    pub(super) rejected: StatCell,
    pub(super) failed: StatCell,
    /// Made at the first call, as most commands are never called.
    pub(super) histogram: OnceLock<Box<HistogramCells>>,
}

impl ReactorStats {
    pub(super) fn new(commands: usize) -> Self {
        Self {
            counters: std::array::from_fn(|_| StatCell::default()),
            gauges: std::array::from_fn(|_| StatCell::default()),
            peaks: std::array::from_fn(|_| StatCell::default()),
            commands: std::iter::repeat_with(CommandCells::default).take(commands).collect(),
            errors: Mutex::default(),
            keeps_histograms: AtomicBool::new(true),
        }
    }

    /// Counts something that happened.
    pub fn count(&self, counter: Counter, amount: u64) {
        self.counters[counter as usize].add(amount);
    }

    /// Notes that there are so many more.
    pub fn raise(&self, gauge: Gauge, amount: u64) {
        self.gauges[gauge as usize].add(amount);
    }

    /// Notes that there are so many fewer.
    pub fn lower(&self, gauge: Gauge, amount: u64) {
        self.gauges[gauge as usize].subtract(amount);
    }

    /// Sets what this reactor adds to a gauge.
    pub fn set_gauge(&self, gauge: Gauge, value: u64) {
        self.gauges[gauge as usize].set(value);
    }

    /// Notes the highest value lately.
    pub fn set_peak(&self, peak: Peak, value: u64) {
        self.peaks[peak as usize].set(value);
    }

    /// Counts a call of a command that took so long.
    pub fn record_call(&self, command: CommandId, duration_ns: u64, outcome: CallOutcome) {
        let cells = &self.commands[command.index()];
        cells.calls.add(1);
        cells.duration_ns.add(duration_ns);
        if outcome == CallOutcome::Failed {
            cells.failed.add(1);
        }
        if self.keeps_histograms.load(Ordering::Relaxed) {
            cells.histogram.get_or_init(Box::default).record(duration_ns);
        }
    }

    /// Counts a call that was recorded as done and ended in an error after all.
    pub fn record_failure(&self, command: CommandId) {
        self.commands[command.index()].failed.add(1);
    }

    /// Counts a call that was refused before it ran: wrong arity, no permission, …
    pub fn record_rejection(&self, command: CommandId) {
        self.commands[command.index()].rejected.add(1);
    }

    /// Counts an error reply, given its text without the leading `-`.
    #[cold]
    pub fn record_error(&self, text: &[u8]) {
        self.count(Counter::ErrorReplies, 1);
        let code = error_code(text);
        let mut errors = self.errors.lock();
        if let Some(count) = errors.get_mut(code) {
            *count += 1;
            return;
        }
        let code = if errors.len() < ERROR_CODES_MAX { code } else { OTHER_ERROR_CODES };
        *errors.entry(code.into()).or_default() += 1;
    }

    pub(super) fn counter(&self, index: usize) -> u64 {
        self.counters[index].get()
    }

    pub(super) fn gauge(&self, index: usize) -> u64 {
        self.gauges[index].get()
    }

    pub(super) fn peak(&self, index: usize) -> u64 {
        self.peaks[index].get()
    }

    pub(super) fn commands(&self) -> &[CommandCells] {
        &self.commands
    }

    pub(super) fn errors(&self) -> &Mutex<BTreeMap<Box<str>, u64>, RANK> {
        &self.errors
    }

    pub(super) fn set_histograms(&self, setting: HistogramSetting) {
        self.keeps_histograms.store(setting == HistogramSetting::Keep, Ordering::Relaxed);
    }
}

/// The first word, if it is one; else the code of errors without one.
fn error_code(text: &[u8]) -> &str {
    let head = &text[..text.len().min(ERROR_CODE_BYTES_MAX)];
    let end = head.iter().position(|&byte| byte == b' ');
    end.and_then(|end| std::str::from_utf8(&head[..end]).ok()).unwrap_or("ERR")
}
