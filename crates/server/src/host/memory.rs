//! Memory of this process and of the machine.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use fanfare_stdx::lock::Mutex;
use tikv_jemalloc_ctl::{Access, AsName, arenas, background_thread, epoch, stats};

/// Rank of the lock (`docs/locks.md`).
const RANK: u8 = 9;

/// The allocator whose figures are shown below.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// One reading, all in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryFigures {
    /// Handed out by the allocator to the program.
    pub allocated_bytes: u64,
    /// Pages with at least one such piece in them.
    pub active_bytes: u64,
    /// Pages that the allocator holds in memory.
    pub resident_bytes: u64,
    /// Pages of the whole process in memory.
    pub rss_bytes: u64,
    /// Memory of the machine.
    pub system_bytes: u64,
}

/// Has the allocator take back what it keeps at hand for this thread, which otherwise counts as handed out: some hundred kilobytes
/// where much was freed. It does so little by little anyway, as the thread goes on.
fn flush_thread_cache() {
    // To take the cache away empties it.
    let name = b"thread.tcache.enabled\0".name();
    let _without_one = name.write(false).and_then(|()| name.write(true));
}

/// Has the allocator give free pages back to the system, those at hand for this thread too; whether it could.
pub fn purge_allocator() -> bool {
    flush_thread_cache();
    let Ok(arenas) = arenas::narenas::read() else { return false };
    // To set the time after which an arena gives pages back to none has it give them back now.
    let purged = (0..arenas).filter(|arena| {
        let name = format!("arena.{arena}.dirty_decay_ms\0");
        let name = name.as_bytes().name();
        let Ok(decay_ms) = Access::<isize>::read(name) else { return false };
        name.write(0isize).and_then(|()| name.write(decay_ms)).is_ok()
    });
    // An arena that no thread has used cannot be asked.
    purged.count() > 0
}

/// Has the allocator give pages back to the system from threads of its own (`jemalloc-bg-thread`), or from whatever thread
/// frees memory when it is time, which may stop that for 20 ms; whether it could. A forked child has to ask anew.
pub fn purge_in_background(does: bool) -> bool {
    background_thread::write(does).is_ok()
}

impl MemoryFigures {
    /// What the allocator has handed out, in bytes.
    pub fn read_allocated() -> u64 {
        // The allocator computes its figures only when its epoch advances.
        let _stale = epoch::advance();
        stats::allocated::read().unwrap_or(0) as u64
    }

    /// Reads now. Costs some microseconds; figures that the system does not give are 0.
    pub fn read() -> Self {
        Self {
            // First, as it has the allocator renew its figures.
            allocated_bytes: Self::read_allocated(),
            active_bytes: stats::active::read().unwrap_or(0) as u64,
            resident_bytes: stats::resident::read().unwrap_or(0) as u64,
            rss_bytes: rss_bytes().unwrap_or(0),
            system_bytes: system_bytes(),
        }
    }
}

/// The highest reading so far, and the first.
#[derive(Debug, Default)]
pub struct MemoryPeak {
    /// What a server without clients and data takes.
    startup_bytes: AtomicU64,
    /// Leaf lock: the highest reading and its time.
    peak: Mutex<Peak, RANK>,
}

/// The highest reading.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peak {
    /// Its size.
    pub bytes: u64,
    /// Its time in seconds since 1970.
    pub at_s: u64,
}

impl MemoryPeak {
    /// Notes what the server takes, at the end of its start.
    pub fn end_start(&self) {
        flush_thread_cache();
        let startup_bytes = MemoryFigures::read_allocated();
        self.startup_bytes.store(startup_bytes, Ordering::Relaxed);
        self.observe(startup_bytes);
    }

    /// What a server without clients and data takes, in bytes.
    pub fn startup_bytes(&self) -> u64 {
        self.startup_bytes.load(Ordering::Relaxed)
    }

    /// Notes a reading, and gives the highest one so far.
    pub fn observe(&self, allocated_bytes: u64) -> Peak {
        let mut peak = self.peak.lock();
        if allocated_bytes > peak.bytes {
            let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            *peak = Peak { bytes: allocated_bytes, at_s: since_epoch.as_secs() };
        }
        *peak
    }
}

fn rss_bytes() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

fn system_bytes() -> u64 {
    let info = rustix::system::sysinfo();
    info.totalram as u64 * u64::from(info.mem_unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_ordered() {
        let figures = MemoryFigures::read();
        assert!(figures.allocated_bytes > 0);
        assert!(figures.active_bytes >= figures.allocated_bytes);
        assert!(figures.rss_bytes > 0);
        assert!(figures.system_bytes > figures.rss_bytes);
    }

    #[test]
    fn the_allocator_has_threads_of_its_own_when_asked() {
        assert!(purge_in_background(true));
        assert!(background_thread::read().expect("jemalloc is the allocator"));
        assert!(purge_in_background(false));
        assert!(!background_thread::read().expect("jemalloc is the allocator"));
    }

    #[test]
    fn the_peak_only_grows() {
        let peak = MemoryPeak::default();
        peak.end_start();
        assert!(peak.startup_bytes() > 0);
        let high = 1 << 50;
        assert_eq!(peak.observe(high).bytes, high);
        assert_eq!(peak.observe(5).bytes, high);
    }
}
