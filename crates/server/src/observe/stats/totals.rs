//! Sums over all reactors.

use std::collections::BTreeMap;

use fanfare_engine::command::CommandId;
use fanfare_stdx::lock::Mutex;

use super::{Counter, Gauge, HistogramSetting, Peak, ReactorStats};
use crate::observe::Histogram;

/// Rank of the lock (`docs/locks.md`).
const RANK: u8 = 8;

/// The counts of all reactors.
#[derive(Debug)]
pub struct Stats {
    reactors: Box<[ReactorStats]>,
    /// What `CONFIG RESETSTAT` forgot. A leaf lock, taken by readers only.
    forgotten: Mutex<Forgotten, RANK>,
}

/// Sums at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    reactors: Vec<ReactorTotal>,
    /// By the command's number.
    pub commands: Vec<CommandTotal>,
    /// Error replies by code, in the order of codes.
    pub errors: BTreeMap<Box<str>, u64>,
}

/// Numbers of one reactor at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReactorTotal {
    counters: [u64; Counter::COUNT],
    gauges: [u64; Gauge::COUNT],
    peaks: [u64; Peak::COUNT],
}

/// Sums of one command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CommandTotal {
    /// Calls that ran.
    pub calls: u64,
    /// Time in them, in nanoseconds.
    pub duration_ns: u64,
    /// Calls refused before they ran.
    pub rejected: u64,
    /// Calls that ran and ended in an error.
    pub failed: u64,
}

#[derive(Debug)]
struct Forgotten {
    /// By reactor.
    counters: Vec<[u64; Counter::COUNT]>,
    commands: Vec<CommandTotal>,
    /// By the command's number; `None` where nothing was counted.
    histograms: Vec<Option<Histogram>>,
}

impl Stats {
    /// Counts for so many reactors, and for commands of the numbers below `commands`.
    pub fn new(reactors: usize, commands: usize) -> Self {
        let forgotten = Forgotten {
            counters: vec![[0; Counter::COUNT]; reactors],
            commands: vec![CommandTotal::default(); commands],
            histograms: vec![None; commands],
        };
        Self {
            reactors: (0..reactors).map(|_| ReactorStats::new(commands)).collect(),
            forgotten: Mutex::new(forgotten),
        }
    }

    /// The counts of one reactor, for its thread to change.
    pub fn reactor(&self, index: usize) -> &ReactorStats {
        &self.reactors[index]
    }

    /// How many reactors count.
    pub fn reactors(&self) -> usize {
        self.reactors.len()
    }

    /// One counter over all reactors since start. Cheaper than [`totals`](Self::totals).
    pub fn counter_since_start(&self, counter: Counter) -> u64 {
        self.reactors.iter().map(|reactor| reactor.counter(counter as usize)).sum()
    }

    /// Commands that ran on all reactors since start.
    pub fn calls_since_start(&self) -> u64 {
        let calls = |reactor: &ReactorStats| -> u64 {
            reactor.commands().iter().map(|cells| cells.calls.get()).sum()
        };
        self.reactors.iter().map(calls).sum()
    }

    /// One gauge over all reactors. Cheaper than [`totals`](Self::totals).
    pub fn gauge(&self, gauge: Gauge) -> u64 {
        self.sum(|reactor| reactor.gauge(gauge as usize))
    }

    /// One peak: the highest of all reactors'.
    pub fn peak(&self, peak: Peak) -> u64 {
        self.reactors.iter().map(|reactor| reactor.peak(peak as usize)).max().unwrap_or(0)
    }

    /// Whether durations of commands are kept by size from now on.
    pub fn set_histograms(&self, setting: HistogramSetting) {
        self.reactors.iter().for_each(|reactor| reactor.set_histograms(setting));
    }

    /// All sums. Costs some microseconds for each reactor.
    pub fn totals(&self) -> Totals {
        // Locked before sums are read: what is forgotten then is no more than they are.
        let forgotten = self.forgotten.lock();
        let mut totals = self.totals_since_start();
        for (total, forgotten) in totals.reactors.iter_mut().zip(&forgotten.counters) {
            for (counter, forgotten) in total.counters.iter_mut().zip(forgotten) {
                *counter -= forgotten;
            }
        }
        for (total, forgotten) in totals.commands.iter_mut().zip(&forgotten.commands) {
            total.calls -= forgotten.calls;
            total.duration_ns -= forgotten.duration_ns;
            total.rejected -= forgotten.rejected;
            total.failed -= forgotten.failed;
        }
        totals
    }

    /// Durations of one command by size; `None` if there are none.
    pub fn histogram(&self, command: CommandId) -> Option<Histogram> {
        // As in `totals`.
        let forgotten = self.forgotten.lock();
        let mut histogram = self.histogram_since_start(command.index())?;
        if let Some(forgotten) = &forgotten.histograms[command.index()] {
            histogram.subtract(forgotten);
        }
        (histogram.total() > 0).then_some(histogram)
    }

    /// Memory that the durations by size take, in bytes. Costs some microseconds for each reactor.
    pub fn histogram_bytes(&self) -> u64 {
        let cells = self.reactors.iter().flat_map(ReactorStats::commands);
        cells.filter_map(|cells| cells.histogram.get()).map(|one| one.memory_bytes() as u64).sum()
    }

    /// `CONFIG RESETSTAT`: later sums begin at zero; gauges and peaks stay.
    pub fn reset(&self) {
        let mut forgotten = self.forgotten.lock();
        let totals = self.totals_since_start();
        forgotten.counters = totals.reactors.iter().map(|total| total.counters).collect();
        forgotten.commands = totals.commands;
        for (index, histogram) in forgotten.histograms.iter_mut().enumerate() {
            *histogram = self.histogram_since_start(index);
        }
        self.reactors.iter().for_each(|reactor| reactor.errors().lock().clear());
    }

    fn totals_since_start(&self) -> Totals {
        let total = |reactor: &ReactorStats| ReactorTotal {
            counters: std::array::from_fn(|index| reactor.counter(index)),
            gauges: std::array::from_fn(|index| reactor.gauge(index)),
            peaks: std::array::from_fn(|index| reactor.peak(index)),
        };
        Totals {
            reactors: self.reactors.iter().map(total).collect(),
            commands: self.commands_since_start(),
            errors: self.errors(),
        }
    }

    fn sum(&self, value: impl Fn(&ReactorStats) -> u64) -> u64 {
        self.reactors.iter().fold(0, |sum, reactor| sum.wrapping_add(value(reactor)))
    }

    fn commands_since_start(&self) -> Vec<CommandTotal> {
        let mut totals = vec![CommandTotal::default(); self.command_numbers()];
        for reactor in &self.reactors {
            for (total, cells) in totals.iter_mut().zip(reactor.commands()) {
                total.calls += cells.calls.get();
                total.duration_ns += cells.duration_ns.get();
                total.rejected += cells.rejected.get();
                total.failed += cells.failed.get();
            }
        }
        totals
    }

    fn command_numbers(&self) -> usize {
        self.reactors.first().map_or(0, |reactor| reactor.commands().len())
    }

    fn histogram_since_start(&self, index: usize) -> Option<Histogram> {
        let mut sum = None;
        for reactor in &self.reactors {
            if let Some(cells) = reactor.commands()[index].histogram.get() {
                cells.add_to(sum.get_or_insert_with(Histogram::default));
            }
        }
        sum
    }

    fn errors(&self) -> BTreeMap<Box<str>, u64> {
        let mut sums = BTreeMap::<Box<str>, u64>::new();
        for reactor in &self.reactors {
            for (code, count) in &*reactor.errors().lock() {
                *sums.entry(code.clone()).or_default() += count;
            }
        }
        sums
    }
}

impl Totals {
    /// Commands that ran.
    pub fn calls(&self) -> u64 {
        self.commands.iter().map(|total| total.calls).sum()
    }

    /// Time in commands, in microseconds.
    pub fn command_duration_us(&self) -> u64 {
        self.commands.iter().map(|total| total.duration_ns).sum::<u64>() / 1000
    }

    /// The numbers of each reactor.
    pub fn reactors(&self) -> &[ReactorTotal] {
        &self.reactors
    }

    /// One counter over all reactors.
    pub fn counter(&self, counter: Counter) -> u64 {
        self.reactors.iter().map(|reactor| reactor.counter(counter)).sum()
    }

    /// One gauge over all reactors.
    pub fn gauge(&self, gauge: Gauge) -> u64 {
        self.reactors.iter().fold(0, |sum, reactor| sum.wrapping_add(reactor.gauge(gauge)))
    }

    /// One peak: the highest of all reactors'.
    pub fn peak(&self, peak: Peak) -> u64 {
        self.reactors.iter().map(|reactor| reactor.peaks[peak as usize]).max().unwrap_or(0)
    }
}

impl ReactorTotal {
    /// One counter.
    pub fn counter(&self, counter: Counter) -> u64 {
        self.counters[counter as usize]
    }

    /// One gauge.
    pub fn gauge(&self, gauge: Gauge) -> u64 {
        self.gauges[gauge as usize]
    }
}
