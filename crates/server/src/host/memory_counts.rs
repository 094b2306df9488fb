//! What the threads hold, known at any time without asking the allocator.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_utils::CachePadded;
use fanfare_stdx::lock::Mutex;
use tikv_jemalloc_ctl::thread::{self, ThreadLocal};

use super::memory::MemoryFigures;

/// Rank of the lock (`docs/locks.md`).
const RANK: u8 = 9;

thread_local! {
    /// Where the allocator counts what this thread was given and gave back. Both numbers only grow.
    static OWN_COUNTS: Option<(ThreadLocal<u64>, ThreadLocal<u64>)> =
        thread::allocatedp::read().ok().zip(thread::deallocatedp::read().ok());
}

/// What this thread was given by the allocator less what it gave back, in bytes, wrapping: a thread may give back what
/// another one was given. Costs two loads, as the allocator counts anyway.
fn own_balance() -> u64 {
    OWN_COUNTS.with(|counts| counts.map_or(0, |(given, back)| given.get().wrapping_sub(back.get())))
}

/// Readings from which the correction is chosen: what is off for a shorter time than they take does not count.
const READINGS: usize = 8;

/// What all threads together hold.
///
/// Each thread shows its balance here; what other threads hold, which show nothing, is found now and then as the difference
/// from the allocator's own figure.
#[derive(Debug)]
pub struct MemoryCounts {
    threads: Box<[CachePadded<Shown>]>,
    /// What threads hold that show nothing, in bytes, wrapping.
    rest: AtomicU64,
    /// The last differences from the allocator's figure, newest first. Leaf lock.
    readings: Mutex<VecDeque<u64>, RANK>,
}

/// What one thread shows, in bytes.
#[derive(Debug, Default)]
struct Shown {
    /// Its balance less its output, wrapping. One number, so that nobody sees one without the other.
    data: AtomicU64,
    /// Output of clients, which is not data, wrapping: a thread may free what another one has made.
    output: AtomicU64,
}

impl MemoryCounts {
    /// For so many threads that show their balance.
    pub fn new(threads: usize) -> Self {
        Self {
            threads: (0..threads).map(|_| CachePadded::default()).collect(),
            rest: AtomicU64::new(0),
            readings: Mutex::new(VecDeque::with_capacity(READINGS)),
        }
    }

    /// How many threads show their balance.
    pub fn threads(&self) -> usize {
        self.threads.len()
    }

    /// Shows the balance of this thread, whose number nobody else uses, and how much of it is output of clients, which
    /// may wrap like the balance.
    pub fn publish(&self, thread: usize, output_bytes: u64) {
        let shown = &self.threads[thread];
        shown.data.store(own_balance().wrapping_sub(output_bytes), Ordering::Relaxed);
        shown.output.store(output_bytes, Ordering::Relaxed);
    }

    /// Bytes that all threads hold, as far as they have shown it, without the output of clients.
    pub fn data_bytes(&self) -> u64 {
        let data = self.sum(|shown| &shown.data).wrapping_add(self.rest.load(Ordering::Relaxed));
        // Less than nothing where the difference was read before a thread showed what it has given back.
        (data as i64).max(0) as u64
    }

    /// Output of the clients of all threads, in bytes.
    pub fn output_bytes(&self) -> u64 {
        self.sum(|shown| &shown.output)
    }

    /// Makes the figures agree with the allocator's own, to be called some times a second. Returns that one, in bytes.
    pub fn correct(&self) -> u64 {
        let allocated_bytes = MemoryFigures::read_allocated();
        let shown_bytes = self.sum(|shown| &shown.data).wrapping_add(self.output_bytes());
        let mut readings = self.readings.lock();
        readings.truncate(READINGS - 1);
        readings.push_front(allocated_bytes.wrapping_sub(shown_bytes));
        // What a thread in the middle of its turn has not shown yet makes a reading wrong by as much, which may be many
        // megabytes. A change that is real is in all of them.
        let rest = self.rest.load(Ordering::Relaxed);
        let change = |reading: &&u64| (reading.wrapping_sub(rest) as i64).unsigned_abs();
        if let Some(&closest) = readings.iter().min_by_key(change) {
            self.rest.store(closest, Ordering::Relaxed);
        }
        allocated_bytes
    }

    fn sum(&self, number: fn(&Shown) -> &AtomicU64) -> u64 {
        self.threads
            .iter()
            .map(|shown| number(shown).load(Ordering::Relaxed))
            .fold(0, u64::wrapping_add)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::PoisonError;

    use super::*;

    /// Never touched, so that no page of it is taken.
    const BLOCK_BYTES: usize = 256 << 20;
    /// The allocator's figure is of the whole process, so these tests run one after the other.
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    /// What the test's own bookkeeping, and other tests in the same process, may take.
    const NOISE_BYTES: u64 = 64 << 20;

    fn block() -> Vec<u8> {
        std::hint::black_box(Vec::with_capacity(BLOCK_BYTES))
    }

    fn assert_near(actual: u64, expected: u64) {
        assert!(actual.abs_diff(expected) < NOISE_BYTES, "{actual} instead of {expected}");
    }

    #[test]
    fn threads_show_what_they_hold() {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = MemoryCounts::new(2);
        counts.publish(0, 0);
        counts.correct();
        let before = counts.data_bytes();
        let block = block();
        counts.publish(0, 0);
        assert_near(counts.data_bytes(), before + BLOCK_BYTES as u64);
        // Another thread gives back what this one was given.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                drop(block);
                counts.publish(1, 0);
            });
        });
        assert_near(counts.data_bytes(), before);
    }

    #[test]
    fn output_is_not_data() {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = MemoryCounts::new(1);
        counts.publish(0, 0);
        counts.correct();
        let before = counts.data_bytes();
        let output = block();
        counts.publish(0, output.capacity() as u64);
        assert_near(counts.data_bytes(), before);
        assert_eq!(counts.output_bytes(), BLOCK_BYTES as u64);
        counts.correct();
        assert_near(counts.data_bytes(), before);
        drop(output);
    }

    #[test]
    fn what_a_thread_has_not_shown_yet_counts_once() {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = MemoryCounts::new(1);
        counts.publish(0, 0);
        counts.correct();
        let before = counts.data_bytes();
        let block = block();
        // In the middle of a turn.
        counts.correct();
        counts.publish(0, 0);
        assert_near(counts.data_bytes(), before + BLOCK_BYTES as u64);
        drop(block);
        counts.correct();
        counts.publish(0, 0);
        assert_near(counts.data_bytes(), before);
    }

    #[test]
    fn what_threads_hold_that_show_nothing_counts_in_the_end() {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = MemoryCounts::new(1);
        counts.correct();
        let before = counts.data_bytes();
        let block = block();
        for _ in 0..READINGS {
            counts.correct();
        }
        assert_near(counts.data_bytes(), before + BLOCK_BYTES as u64);
        drop(block);
    }
}
