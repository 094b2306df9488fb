//! How much of something happens per second, smoothed over some samples.

use fanfare_stdx::lock::Mutex;

use super::stats::{Counter, Stats};

/// Rank of the lock (`docs/locks.md`).
const RANK: u8 = 9;

/// Over how many samples a rate is averaged.
pub const SAMPLES: usize = 16;

/// How often [`RateMeter::sample`] is to be called, in milliseconds.
pub const SAMPLE_INTERVAL_MS: u64 = 100;

/// The rate at which a number grows as another one does, mostly time.
#[derive(Debug, Default)]
pub struct RateMeter {
    /// A leaf lock, taken some ten times a second.
    state: Mutex<State, RANK>,
}

#[derive(Debug, Default)]
struct State {
    last: Option<(u64, u64)>,
    samples: [f64; SAMPLES],
    next: usize,
}

impl RateMeter {
    /// Notes how far `value` and `base` have come. The first call only sets where they start.
    pub fn sample(&self, value: u64, base: u64) {
        let mut state = self.state.lock();
        if let Some((last_value, last_base)) = state.last.replace((value, base)) {
            let grown = value.saturating_sub(last_value) as f64;
            let base_grown = base.saturating_sub(last_base);
            let next = state.next;
            state.samples[next] = if base_grown == 0 { 0.0 } else { grown / base_grown as f64 };
            state.next = (next + 1) % SAMPLES;
        }
    }

    /// The average of the last samples: growth of the value per one of the base.
    pub fn rate(&self) -> f64 {
        self.state.lock().samples.iter().sum::<f64>() / SAMPLES as f64
    }
}

/// The meters of a server.
#[derive(Debug, Default)]
pub struct Meters {
    commands: RateMeter,
    input_bytes: RateMeter,
    output_bytes: RateMeter,
    cycles: RateMeter,
    cycle_duration_us: RateMeter,
}

/// Rates per second, but for the last.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// Commands.
    pub commands: f64,
    /// Bytes from clients.
    pub input_bytes: f64,
    /// Bytes to clients.
    pub output_bytes: f64,
    /// Turns of event loops.
    pub cycles: f64,
    /// Average time of a turn, in microseconds.
    pub cycle_duration_us: f64,
}

impl Meters {
    /// Takes one sample of each; to be called every [`SAMPLE_INTERVAL_MS`]. `now_us` is of a clock that never
    /// goes back.
    pub fn sample(&self, stats: &Stats, now_us: u64) {
        let value = |counter| stats.counter_since_start(counter);
        let cycles = value(Counter::LoopCycles);
        self.commands.sample(stats.calls_since_start(), now_us);
        self.input_bytes.sample(value(Counter::NetInputBytes), now_us);
        self.output_bytes.sample(value(Counter::NetOutputBytes), now_us);
        self.cycles.sample(cycles, now_us);
        self.cycle_duration_us.sample(value(Counter::LoopDurationUs), cycles);
    }

    /// The rates over the last samples.
    pub fn rates(&self) -> Rates {
        let per_second = |meter: &RateMeter| meter.rate() * 1e6;
        Rates {
            commands: per_second(&self.commands),
            input_bytes: per_second(&self.input_bytes),
            output_bytes: per_second(&self.output_bytes),
            cycles: per_second(&self.cycles),
            cycle_duration_us: self.cycle_duration_us.rate(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_average_of_the_last_samples() {
        let meter = RateMeter::default();
        meter.sample(1_000_000, 5);
        assert_eq!(meter.rate().to_bits(), 0.0_f64.to_bits());
        for step in 1..=SAMPLES as u64 {
            meter.sample(1_000_000 + step * 30, 5 + step * 10);
        }
        assert!((meter.rate() - 3.0).abs() < 1e-9);
        meter.sample(0, 0);
        assert!((meter.rate() - 3.0 * 15.0 / 16.0).abs() < 1e-9);
    }
}
