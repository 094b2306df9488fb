//! What the server has noticed about itself, in one place.

use std::sync::Arc;

use fanfare_engine::command::CommandId;
use fanfare_stdx::lock::Mutex;

use super::rates::Meters;
use super::{Exceeded, LatencyMonitor, SlowLog, Stats};
use crate::host::memory::MemoryPeak;
use crate::host::memory_counts::MemoryCounts;

/// Rank of these locks (`docs/locks.md`).
const RANK: u8 = 7;

/// What the server has noticed about itself.
#[derive(Debug)]
pub struct Observations {
    /// Counts of all reactors.
    pub stats: Stats,
    /// Rates, sampled by the first reactor.
    pub meters: Meters,
    /// Slow requests. A leaf lock, taken by requests that were slow and by `SLOWLOG`.
    pub slow_log: Mutex<SlowLog, RANK>,
    /// Events that took long. A leaf lock, as the one before.
    pub latency: Mutex<LatencyMonitor, RANK>,
    /// Most memory so far.
    pub memory: MemoryPeak,
    /// How long memory was over its limit.
    pub memory_exceeded: Exceeded,
    /// What each thread holds; the reactors by their numbers, then the one that frees.
    pub memory_counts: Arc<MemoryCounts>,
    /// Names and numbers of all commands, subcommands as `config|get`.
    pub command_names: Vec<(String, CommandId)>,
}

impl Observations {
    /// Nothing noticed yet, with so many reactors and these commands.
    pub fn new(reactors: usize, command_names: Vec<(String, CommandId)>) -> Self {
        Self {
            stats: Stats::new(reactors, command_names.len()),
            meters: Meters::default(),
            slow_log: Mutex::default(),
            latency: Mutex::default(),
            memory: MemoryPeak::default(),
            memory_exceeded: Exceeded::default(),
            memory_counts: Arc::new(MemoryCounts::new(reactors + 1)),
            command_names,
        }
    }

    /// Takes samples; to be called some ten times a second. `now_us` is of a clock that never goes back.
    pub fn sample(&self, now_us: u64) {
        self.meters.sample(&self.stats, now_us);
        self.memory.observe(self.memory_counts.correct());
    }
}
