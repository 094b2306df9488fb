//! For how long memory has been over its limit although keys were to be evicted.

use std::sync::atomic::{AtomicU64, Ordering};

/// In place of a time: memory is within its limit.
const WITHIN: u64 = u64::MAX;

/// When memory went over its limit, and how long it has been. All times are milliseconds since the server started.
#[derive(Debug)]
pub struct Exceeded {
    since_ms: AtomicU64,
    /// Without the time since then.
    total_ms: AtomicU64,
}

/// What `INFO` says of it, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExceededTimes {
    /// All together.
    pub total_ms: u64,
    /// Since it last went over; 0 while it is within.
    pub current_ms: u64,
}

impl Default for Exceeded {
    fn default() -> Self {
        Self { since_ms: AtomicU64::new(WITHIN), total_ms: AtomicU64::new(0) }
    }
}

impl Exceeded {
    /// Memory is over its limit, and eviction has not made room.
    pub fn begin(&self, now_ms: u64) {
        // Of several threads that notice, the first is right.
        let _ =
            self.since_ms.compare_exchange(WITHIN, now_ms, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Memory is within its limit.
    pub fn end(&self, now_ms: u64) {
        if self.since_ms.load(Ordering::Relaxed) == WITHIN {
            return;
        }
        let since_ms = self.since_ms.swap(WITHIN, Ordering::Relaxed);
        if since_ms != WITHIN {
            self.total_ms.fetch_add(now_ms.saturating_sub(since_ms), Ordering::Relaxed);
        }
    }

    /// Forgets all times (`CONFIG RESETSTAT`); that memory is over its limit is noticed anew.
    pub fn reset(&self) {
        self.since_ms.store(WITHIN, Ordering::Relaxed);
        self.total_ms.store(0, Ordering::Relaxed);
    }

    /// The times now.
    pub fn times(&self, now_ms: u64) -> ExceededTimes {
        let since_ms = self.since_ms.load(Ordering::Relaxed);
        let current_ms = if since_ms == WITHIN { 0 } else { now_ms.saturating_sub(since_ms) };
        ExceededTimes { total_ms: self.total_ms.load(Ordering::Relaxed) + current_ms, current_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_add_up_and_only_the_first_to_notice_counts() {
        let exceeded = Exceeded::default();
        assert_eq!(exceeded.times(50), ExceededTimes::default());
        exceeded.begin(100);
        exceeded.begin(150);
        assert_eq!(exceeded.times(160), ExceededTimes { total_ms: 60, current_ms: 60 });
        exceeded.end(200);
        exceeded.end(300);
        assert_eq!(exceeded.times(400), ExceededTimes { total_ms: 100, current_ms: 0 });
        exceeded.begin(500);
        assert_eq!(exceeded.times(510), ExceededTimes { total_ms: 110, current_ms: 10 });
        exceeded.reset();
        assert_eq!(exceeded.times(520), ExceededTimes::default());
    }
}
