//! A number with one writer.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that one thread changes and any thread reads. Changes cost no locked instruction.
///
/// It wraps around: a gauge may go below zero for a reader who sums several.
#[derive(Debug, Default)]
pub struct StatCell(AtomicU64);

impl StatCell {
    /// Adds. Only the owning thread may call this; another one's addition could get lost.
    pub fn add(&self, amount: u64) {
        self.set(self.get().wrapping_add(amount));
    }

    /// Subtracts. Only the owning thread may call this.
    pub fn subtract(&self, amount: u64) {
        self.set(self.get().wrapping_sub(amount));
    }

    /// Replaces. Only the owning thread may call this.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// The value, as of some time ago.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
