//! Processor time of this process.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Kernel and program time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CpuTime {
    /// In the kernel.
    pub system: Duration,
    /// In the program.
    pub user: Duration,
}

/// One reading.
#[derive(Clone, Copy, Debug, Default)]
pub struct CpuFigures {
    /// All threads.
    pub process: CpuTime,
    /// Children that ended.
    pub children: CpuTime,
    /// The first thread.
    pub main_thread: CpuTime,
}

impl CpuFigures {
    /// Reads now; what the system does not tell is zero.
    pub fn read() -> Self {
        let Some(process) = Ticks::of("/proc/self/stat") else { return Self::default() };
        let task = format!("/proc/self/task/{}/stat", std::process::id());
        Self {
            process: process.own.scaled_to(process_time()),
            children: process.children,
            main_thread: Ticks::of(&task).map(|ticks| ticks.own).unwrap_or_default(),
        }
    }
}

impl CpuTime {
    /// The same shares of a total that is known more finely than to the tick, as the kernel itself does.
    fn scaled_to(self, total: Duration) -> Self {
        let ticks = self.system + self.user;
        if ticks.is_zero() {
            return Self { system: Duration::ZERO, user: total };
        }
        let system = total.mul_f64(self.system.as_secs_f64() / ticks.as_secs_f64()).min(total);
        Self { system, user: total.saturating_sub(system) }
    }
}

struct Ticks {
    own: CpuTime,
    children: CpuTime,
}

impl Ticks {
    fn of(path: &str) -> Option<Self> {
        Self::parse(&std::fs::read_to_string(path).ok()?, rustix::param::clock_ticks_per_second())
    }

    fn parse(stat: &str, ticks_per_second: u64) -> Option<Self> {
        // The name in parentheses may hold anything; the fields after it are numbers.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_ascii_whitespace().collect();
        let time = |index: usize| {
            let ticks: u64 = fields.get(index)?.parse().ok()?;
            Some(Duration::from_micros(ticks * 1_000_000 / ticks_per_second))
        };
        Some(Self {
            own: CpuTime { user: time(11)?, system: time(12)? },
            children: CpuTime { user: time(13)?, system: time(14)? },
        })
    }
}

fn process_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_found_behind_an_odd_name() {
        let stat = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 150 3 4 20 0 1";
        let ticks = Ticks::parse(stat, 100).unwrap();
        assert_eq!(ticks.own.user, Duration::from_millis(2500));
        assert_eq!(ticks.own.system, Duration::from_millis(1500));
        assert_eq!(ticks.children.user, Duration::from_millis(30));
        let scaled = ticks.own.scaled_to(Duration::from_secs(8));
        assert_eq!(scaled.user, Duration::from_secs(5));
        let process = CpuFigures::read().process;
        assert!(process.user + process.system > Duration::ZERO);
    }
}
