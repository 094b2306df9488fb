//! A clock that wakes an event loop more finely than its own millisecond.

use std::time::Duration;

use anyhow::Result;
use mio::Registry;

/// Ticks come no faster than this; a faster schedule sends several messages per tick.
const TICK_INTERVAL_MIN: Duration = Duration::from_micros(50);

/// Wakes the loop at a fixed interval.
#[derive(Debug)]
pub(crate) struct Ticker {
    #[cfg(target_os = "linux")]
    timer: std::os::fd::OwnedFd,
}

#[cfg(target_os = "linux")]
impl Ticker {
    /// Begins to tick now, `rate` times a second, under `token`.
    pub(crate) fn start(registry: &Registry, token: usize, rate: f64) -> Result<Self> {
        use std::os::fd::AsRawFd;

        use rustix::time::{
            Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create,
            timerfd_settime,
        };

        let interval = Duration::from_secs_f64(1.0 / rate).max(TICK_INTERVAL_MIN);
        let timer = timerfd_create(
            TimerfdClockId::Monotonic,
            TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC,
        )?;
        let interval = rustix::fs::Timespec::try_from(interval)?;
        let ticks = Itimerspec { it_interval: interval, it_value: interval };
        timerfd_settime(&timer, TimerfdTimerFlags::empty(), &ticks)?;
        let descriptor = timer.as_raw_fd();
        registry.register(
            &mut mio::unix::SourceFd(&descriptor),
            mio::Token(token),
            mio::Interest::READABLE,
        )?;
        Ok(Self { timer })
    }

    /// Takes note of a tick; the kernel arms the next one only then.
    pub(crate) fn acknowledge(&self) {
        // An empty timer answers EAGAIN, which is as good.
        let _ = rustix::io::read(&self.timer, &mut [0; 8]);
    }
}

#[cfg(not(target_os = "linux"))]
impl Ticker {
    /// Without a timer of its own the loop looks at its schedule every millisecond.
    pub(crate) fn start(_registry: &Registry, _token: usize, _rate: f64) -> Result<Self> {
        Ok(Self {})
    }

    /// Nothing to take note of.
    pub(crate) fn acknowledge(&self) {}
}
