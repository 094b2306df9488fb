//! The time of day, cheaply: read once a turn, and carried on by the monotonic clock that every command reads anyway.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

const NANOS_PER_MS: u64 = 1_000_000;

/// A reading of the time of day.
#[derive(Clone, Copy, Debug)]
pub(super) struct WallClock {
    read_at: Instant,
    /// Unix time then. (It fits until the year 2554.)
    unix_ns: u64,
}

impl WallClock {
    /// Reads the time of day.
    pub(super) fn read(now: Instant) -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { read_at: now, unix_ns: since_epoch.as_nanos() as u64 }
    }

    /// Unix time in milliseconds at `now`, which is not before the reading.
    pub(super) fn unix_ms(self, now: Instant) -> i64 {
        let elapsed = now.saturating_duration_since(self.read_at);
        ((self.unix_ns + elapsed.as_nanos() as u64) / NANOS_PER_MS) as i64
    }
}
