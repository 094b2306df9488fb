//! The time of day, cheaply: read once a turn, and carried on by the monotonic clock that every command reads anyway.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A reading of the time of day.
#[derive(Clone, Copy, Debug)]
pub(super) struct WallClock {
    read_at: Instant,
    since_epoch: Duration,
}

impl WallClock {
    /// Reads the time of day.
    pub(super) fn read(now: Instant) -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { read_at: now, since_epoch }
    }

    /// Unix time in milliseconds at `now`, which is not before the reading.
    pub(super) fn unix_ms(self, now: Instant) -> i64 {
        (self.since_epoch + now.saturating_duration_since(self.read_at)).as_millis() as i64
    }
}
