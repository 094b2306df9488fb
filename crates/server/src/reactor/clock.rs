//! The time, cheaply: the clocks are read once a turn, and carried on by the processor's counter behind every command.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::core::Reactor;

const NS_PER_MS: u64 = 1_000_000;

/// The time of day now, in nanoseconds of Unix time. (They fit until the year 2554.)
pub(super) fn unix_ns() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64
}

/// Tells how much time passes from one look at it to the next, in half the time that a look at a clock takes.
pub(super) struct Stopwatch {
    clock: quanta::Clock,
    last: u64,
}

impl Stopwatch {
    /// Runs from now on.
    pub(super) fn new() -> Self {
        let clock = quanta::Clock::new();
        Self { last: clock.raw(), clock }
    }

    /// Nanoseconds since the last look.
    fn lap_ns(&mut self) -> u64 {
        let now = self.clock.raw();
        self.clock.delta_as_nanos(std::mem::replace(&mut self.last, now), now)
    }
}

impl Reactor {
    /// Reads the clocks.
    pub(super) fn set_clock(&mut self) {
        self.now = Instant::now();
        self.unix_ns = unix_ns();
        self.stopwatch.lap_ns();
    }

    /// Carries the time on.
    pub(super) fn tick(&mut self) {
        let ns = self.stopwatch.lap_ns();
        self.unix_ns += ns;
        self.now += Duration::from_nanos(ns);
    }

    /// Unix time in milliseconds at the last look at the clock.
    pub(super) fn unix_ms(&self) -> i64 {
        (self.unix_ns / NS_PER_MS) as i64
    }
}
