//! What a process on this machine costs: CPU time and resident memory, read from `/proc`.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

/// A running process of this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process {
    pid: u32,
}

impl Process {
    /// The process with this id, if this machine shows it under `/proc`.
    pub(crate) fn find(pid: u32) -> Option<Self> {
        let process = Self { pid };
        process.cpu_time().is_ok().then_some(process)
    }

    fn path(self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.pid))
    }

    /// CPU time of all living threads since they started, user and system together.
    ///
    /// The scheduler's own sums are in nanoseconds; where the kernel does not keep them, the
    /// clock ticks of `stat` are used (10 ms each, so measure for seconds).
    pub(crate) fn cpu_time(self) -> Result<Duration> {
        match self.scheduler_time() {
            Ok(time) if !time.is_zero() => Ok(time),
            _ => self.tick_time(),
        }
    }

    fn scheduler_time(self) -> Result<Duration> {
        let mut total = Duration::ZERO;
        for task in fs::read_dir(self.path("task"))? {
            // A thread may end between the listing and the reading; it then no longer counts.
            let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else {
                continue;
            };
            let nanoseconds = text.split(' ').next().unwrap_or_default().parse::<u64>()?;
            total += Duration::from_nanos(nanoseconds);
        }
        Ok(total)
    }

    fn tick_time(self) -> Result<Duration> {
        let path = self.path("stat");
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        // The name, in parentheses, may hold blanks; the numbers begin after the last one.
        let fields = text.rsplit(')').next().unwrap_or_default();
        let ticks: u64 = fields
            .split_ascii_whitespace()
            .skip(11)
            .take(2)
            .map(|field| field.parse::<u64>().unwrap_or(0))
            .sum();
        let ticks_per_second = rustix::param::clock_ticks_per_second().max(1);
        Ok(Duration::from_millis(ticks * 1000 / ticks_per_second))
    }

    /// Bytes of physical memory that the process occupies now.
    pub(crate) fn resident_bytes(self) -> Result<u64> {
        // `smaps_rollup` walks the page tables and is exact; `status` may lag by some pages.
        let exact = fs::read_to_string(self.path("smaps_rollup"));
        let text = match exact {
            Ok(text) => text,
            Err(_) => fs::read_to_string(self.path("status"))?,
        };
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("Rss:").or_else(|| line.strip_prefix("VmRSS:")))
            .context("the kernel does not show the resident memory")?;
        let kilobytes = line.trim().trim_end_matches("kB").trim().parse::<u64>()?;
        Ok(kilobytes * 1024)
    }
}

/// CPU time of this process so far, ended threads included.
pub(crate) fn own_cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// CPU time of the calling thread so far.
pub(crate) fn own_thread_cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_used_cpu_and_memory() {
        let this = Process::find(std::process::id()).expect("this process exists");
        let before = this.cpu_time().expect("readable");
        let mut sum = 0u64;
        while this.cpu_time().expect("readable") <= before {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(this.resident_bytes().expect("readable") > 100_000);
        assert!(this.tick_time().is_ok());
    }

    #[test]
    fn a_process_that_does_not_exist_is_not_found() {
        assert!(Process::find(u32::MAX).is_none());
    }
}
