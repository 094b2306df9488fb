//! When and how often a key is used, in the 24 bits that its entry has for it.
//!
//! Under the policies of `maxmemory` that go by recency, and where there is none, the bits are a clock of seconds. Under those
//! that go by frequency they are the minute of the last use (16 bits) and a counter (8 bits), which grows the more
//! slowly the higher it is, and falls by one for each so many minutes without use.

use fanfare_data::encoding::entry::ACCESS_BITS;
use fanfare_stdx::random::Random;

const CLOCK_MASK: i64 = (1 << ACCESS_BITS) - 1;
const CLOCK_UNIT_MS: i64 = 1000;
const MINUTE_MS: i64 = 60_000;
const MINUTE_MASK: i64 = 0xffff;
const COUNTER_BITS: u32 = 8;
/// The counter of a new key, which gives it a chance to be used before it goes.
const COUNTER_NEW: u8 = 5;

/// What is noted of a key's use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// When it was last used.
    #[default]
    Recency,
    /// How often it is used.
    Frequency {
        /// How slowly counters grow (`lfu-log-factor`).
        log_factor: u32,
        /// Minutes without use after which a counter falls by one; 0: it never does (`lfu-decay-time`).
        decay_minutes: u32,
    },
}

impl Access {
    /// The bits of a new key.
    pub fn new_bits(self, now_ms: i64) -> u32 {
        match self {
            Self::Recency => clock(now_ms),
            Self::Frequency { .. } => frequency_bits(now_ms, COUNTER_NEW),
        }
    }

    /// The bits of a key that had these, once it is used.
    pub fn used_bits(self, bits: u32, now_ms: i64, random: &mut Random) -> u32 {
        match self {
            Self::Recency => clock(now_ms),
            Self::Frequency { log_factor, decay_minutes } => {
                let counter = counter(bits, now_ms, decay_minutes);
                frequency_bits(now_ms, raised(counter, log_factor, random))
            }
        }
    }
}

/// Seconds since a key with these bits was last used, if they are of [`Access::Recency`].
pub fn idle_seconds(bits: u32, now_ms: i64) -> u64 {
    // The clock goes round in half a year.
    ((i64::from(clock(now_ms)) - i64::from(bits)) & CLOCK_MASK) as u64
}

/// The bits of a key that has been idle for so many seconds, under [`Access::Recency`].
pub fn idle_bits(idle_seconds: u64, now_ms: i64) -> u32 {
    ((i64::from(clock(now_ms)) - (idle_seconds as i64 & CLOCK_MASK)) & CLOCK_MASK) as u32
}

/// The counter of a key with these bits now, if they are of [`Access::Frequency`].
pub fn counter(bits: u32, now_ms: i64, decay_minutes: u32) -> u8 {
    let counter = bits as u8;
    let elapsed = (minute(now_ms) - i64::from(bits >> COUNTER_BITS)) & MINUTE_MASK;
    let periods = (elapsed as u32).checked_div(decay_minutes).unwrap_or(0);
    counter.saturating_sub(u8::try_from(periods).unwrap_or(u8::MAX))
}

/// The bits of a key used just now whose counter is this, under [`Access::Frequency`].
pub fn frequency_bits(now_ms: i64, counter: u8) -> u32 {
    (minute(now_ms) as u32) << COUNTER_BITS | u32::from(counter)
}

/// A counter after one use more: the higher it is, the less likely it grows.
fn raised(counter: u8, log_factor: u32, random: &mut Random) -> u8 {
    let above_new = u64::from(counter.saturating_sub(COUNTER_NEW));
    let grows = random.below((above_new * u64::from(log_factor) + 1) as usize) == 0;
    counter.saturating_add(u8::from(grows))
}

fn clock(now_ms: i64) -> u32 {
    ((now_ms / CLOCK_UNIT_MS) & CLOCK_MASK) as u32
}

fn minute(now_ms: i64) -> i64 {
    (now_ms / MINUTE_MS) & MINUTE_MASK
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_795_391_688_123;

    #[test]
    fn idle_time_is_counted_in_seconds_and_survives_the_clocks_turn() {
        let access = Access::Recency;
        for idle in [0, 1, 59, 3600, 16_000_000] {
            let bits = access.new_bits(NOW_MS - idle * 1000);
            assert_eq!(idle_seconds(bits, NOW_MS), idle as u64);
            assert_eq!(idle_bits(idle as u64, NOW_MS), bits);
        }
    }

    #[test]
    fn a_counter_grows_by_the_logarithm_of_uses() {
        // For so many uses: the counters that the documentation of Redis shows for factors 0, 1, 10 and 100.
        let table =
            [(100, [104, 18, 10, 8]), (1000, [255, 49, 18, 11]), (100_000, [255, 255, 142, 49])];
        let mut random = Random::from_seed(5);
        for (uses, expected) in table {
            for (log_factor, expected) in [0, 1, 10, 100].into_iter().zip(expected) {
                let access = Access::Frequency { log_factor, decay_minutes: 1 };
                let mut bits = access.new_bits(NOW_MS);
                (0..uses).for_each(|_| bits = access.used_bits(bits, NOW_MS, &mut random));
                let counter = i32::from(counter(bits, NOW_MS, 1));
                assert!(
                    (counter - expected).abs() <= 2 + expected / 5,
                    "{uses} {log_factor}: {counter}"
                );
            }
        }
    }

    #[test]
    fn a_counter_falls_with_time() {
        let bits = frequency_bits(NOW_MS, 100);
        assert_eq!(counter(bits, NOW_MS + 30 * MINUTE_MS, 1), 70);
        assert_eq!(counter(bits, NOW_MS + 30 * MINUTE_MS, 10), 97);
        assert_eq!(counter(bits, NOW_MS + 300 * MINUTE_MS, 1), 0);
        assert_eq!(counter(bits, NOW_MS + 300 * MINUTE_MS, 0), 100, "zero minutes: it never falls");
    }
}
