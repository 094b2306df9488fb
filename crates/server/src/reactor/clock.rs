//! The time, cheaply: the clocks are read once a turn, and carried on by the processor's counter behind every command.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::core::Reactor;

const NS_PER_MS: u64 = 1_000_000;

/// The time at the last look at it.
pub(super) struct Clock {
    /// The processor's counter, which takes half the time of a clock to read.
    counter: quanta::Clock,
    /// What it showed.
    count: u64,
    /// In nanoseconds of Unix time. (They fit until the year 2554.)
    unix_ns: u64,
    /// When the clocks were read: in nanoseconds of Unix time, and by the clock that nobody sets.
    read_ns: u64,
    read_at: Instant,
}

impl Clock {
    /// Reads the clocks.
    pub(super) fn new() -> Self {
        let counter = quanta::Clock::new();
        let (unix_ns, read_at) = (unix_ns(), Instant::now());
        Self { count: counter.raw(), counter, unix_ns, read_ns: unix_ns, read_at }
    }

    /// Reads the clocks again. The counter comes last: if something comes in between, the time is behind, never ahead.
    pub(super) fn read(&mut self) {
        self.unix_ns = unix_ns();
        self.read_ns = self.unix_ns;
        self.read_at = Instant::now();
        self.count = self.counter.raw();
    }

    /// Carries the time on.
    pub(super) fn tick(&mut self) {
        let count = self.counter.raw();
        self.unix_ns += self.counter.delta_as_nanos(self.count, count);
        self.count = count;
    }

    /// The time by the clock that nobody sets.
    pub(super) fn now(&self) -> Instant {
        self.read_at + Duration::from_nanos(self.unix_ns - self.read_ns)
    }
}

fn unix_ns() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64
}

impl Reactor {
    /// The time at the end of the last command, read or wait.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The time of day then, in nanoseconds of Unix time.
    pub(super) fn unix_ns(&self) -> u64 {
        self.clock.unix_ns
    }

    /// The time of day for commands, in nanoseconds of Unix time: of a transaction all run at one time, as in Redis.
    pub(crate) fn command_ns(&self) -> u64 {
        self.executing.map_or(self.clock.unix_ns, |executing| executing.unix_ns)
    }

    /// The time of day for commands, in milliseconds of Unix time.
    pub(super) fn unix_ms(&self) -> i64 {
        (self.command_ns() / NS_PER_MS) as i64
    }
}
