//! The limits on values that an operator can set.

use std::sync::atomic::{AtomicI64, Ordering};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Limit {
    /// Longest string, in bytes (`proto-max-bulk-len`).
    StringBytes,
    /// Fields of a packed hash (`hash-max-listpack-entries`).
    PackedHashFields,
    /// Bytes of a field or value of a packed hash (`hash-max-listpack-value`).
    PackedHashBytes,
    /// Size of a list's blocks: elements, or -1 to -5 for 4 to 64 kB (`list-max-listpack-size`).
    ListBlock,
    /// Members of a packed set of integers (`set-max-intset-entries`).
    IntegerSetMembers,
    /// Members of another packed set (`set-max-listpack-entries`).
    PackedSetMembers,
    /// Bytes of a member of a packed set (`set-max-listpack-value`).
    PackedSetBytes,
    /// Members of a packed sorted set (`zset-max-listpack-entries`).
    PackedSortedSetMembers,
    /// Bytes of a member of a packed sorted set (`zset-max-listpack-value`).
    PackedSortedSetBytes,
    /// Bytes of a sparse HyperLogLog (`hll-sparse-max-bytes`).
    SparseHyperLogLogBytes,
    /// Bytes of a stream's block (`stream-node-max-bytes`).
    StreamBlockBytes,
    /// Entries of a stream's block (`stream-node-max-entries`).
    StreamBlockEntries,
    /// For how long a stream knows entries that are sent twice, in seconds (`stream-idmp-duration`).
    StreamIdempotenceSeconds,
    /// How many of each producer (`stream-idmp-maxsize`).
    StreamIdempotenceIds,
}

const COUNT: usize = Limit::StreamIdempotenceIds as usize + 1;

/// A value for each limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits([i64; COUNT]);

impl Limits {
    /// The value of a limit.
    pub const fn get(&self, limit: Limit) -> i64 {
        self.0[limit as usize]
    }

    /// Sets a limit.
    pub const fn set(&mut self, limit: Limit, value: i64) {
        self.0[limit as usize] = value;
    }
}

/// The limits in force, which any thread may read at any time.
#[derive(Debug, Default)]
pub(super) struct LimitsInForce([AtomicI64; COUNT]);

impl LimitsInForce {
    pub(super) fn get(&self, limit: Limit) -> i64 {
        self.0[limit as usize].load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, limits: &Limits) {
        for (place, value) in self.0.iter().zip(limits.0) {
            place.store(value, Ordering::Relaxed);
        }
    }
}
