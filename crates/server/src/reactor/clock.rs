//! The time of day, cheaply: read once a turn, and carried on by the monotonic clock that every command reads anyway.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::core::Reactor;

const NS_PER_MS: u64 = 1_000_000;

/// The time of day now, in nanoseconds of Unix time. (They fit until the year 2554.)
pub(super) fn unix_ns() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64
}

impl Reactor {
    /// Reads the monotonic clock, and carries the time of day on.
    pub(super) fn tick(&mut self) {
        let now = Instant::now();
        self.unix_ns += now.saturating_duration_since(self.now).as_nanos() as u64;
        self.now = now;
    }

    /// Unix time in milliseconds at the last look at the clock.
    pub(super) fn unix_ms(&self) -> i64 {
        (self.unix_ns / NS_PER_MS) as i64
    }
}
