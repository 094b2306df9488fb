//! Keeps the harness and a server on one processor, where the kernel delivers in order.
//!
//! What a thread sends over the loopback device waits in a queue of the processor it runs on. A thread
//! that moves to another processor between two sends may thus have the second delivered first, and a
//! `PING` on one connection then says nothing about a request sent before it on another. On one
//! processor there is one queue.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Spreads servers over the processors.
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// One of the processors that this thread may run on, as a set; each call chooses the next.
pub(super) fn choose_processor() -> Result<CpuSet> {
    let allowed = sched_getaffinity(None)?;
    let count = allowed.count() as usize;
    let place = NEXT.fetch_add(1, Ordering::Relaxed) % count.max(1);
    let processor = (0..CpuSet::MAX_CPU)
        .filter(|&processor| allowed.is_set(processor))
        .nth(place)
        .context("no processor to run on")?;
    let mut chosen = CpuSet::new();
    chosen.set(processor);
    Ok(chosen)
}

/// Keeps a process's first thread on the processors of `set`.
pub(super) fn pin_process(id: u32, set: &CpuSet) -> Result<()> {
    let id = Pid::from_raw(id as i32).context("a process id is never 0")?;
    Ok(sched_setaffinity(Some(id), set)?)
}

/// As long as this lives, its thread stays on the processors of a set.
pub(super) struct Pinned {
    before: CpuSet,
}

impl Pinned {
    /// Moves this thread.
    pub(super) fn to(set: &CpuSet) -> Result<Self> {
        let before = sched_getaffinity(None)?;
        sched_setaffinity(None, set)?;
        Ok(Self { before })
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // Fails only when the processors have been taken away, which the next play will notice.
        sched_setaffinity(None, &self.before).ok();
    }
}
