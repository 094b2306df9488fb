//! What values take.

use super::Object;
use crate::encoding::entry::{Entry, ValueRef};

/// What an entry takes in its dictionary beside its own allocation: a pointer and a part of its hash, with some room.
pub const PLACE_BYTES: usize = 10;
/// What an element takes in the tree of a sorted set: its score and a pointer.
const SLOT_BYTES: usize = 16;

/// What an allocator gives for so many bytes: it has sizes in steps of 16 bytes, and from 128 bytes on four for each power of
/// two. (That is how jemalloc does it, and others nearly so.)
pub fn allocation_bytes(bytes: usize) -> usize {
    match bytes {
        0..=8 => bytes.next_multiple_of(8),
        9..=128 => bytes.next_multiple_of(16),
        _ => bytes.next_multiple_of(bytes.next_power_of_two() / 8),
    }
}

impl Object {
    /// Memory that it takes, in bytes: of strings and lists exactly, of streams by some of their nodes, of other values by so
    /// many of their elements as `samples` says (all if it is 0).
    pub fn memory_bytes(&self, samples: usize) -> usize {
        let own_bytes = match self {
            Self::Text(bytes) => allocation_bytes(bytes.capacity()),
            Self::List(list) => list.memory_bytes(),
            Self::Set(members) => {
                let sizes = members.iter().map(entry_bytes);
                members.table_bytes() + estimate(sizes, members.len(), samples)
            }
            Self::Hash(hash) => {
                let sizes = hash.entries().map(|entry| entry_bytes(entry) + vector_bytes(entry));
                hash.table_bytes() + estimate(sizes, hash.len(), samples)
            }
            Self::SortedSet(set) => {
                let tables = set.table_bytes() + set.len() * SLOT_BYTES;
                tables + estimate(set.member_bytes().map(allocation_bytes), set.len(), samples)
            }
            Self::Stream(stream) => stream.memory_bytes(),
        };
        size_of::<Self>() + own_bytes
    }
}

fn entry_bytes<T>(entry: &Entry<T>) -> usize {
    allocation_bytes(entry.allocated_bytes())
}

/// What a value takes that is too long for its entry.
fn vector_bytes(entry: &Entry<Vec<u8>>) -> usize {
    match entry.value() {
        ValueRef::Object(bytes) => size_of::<Vec<u8>>() + allocation_bytes(bytes.capacity()),
        ValueRef::Integer(_) | ValueRef::Bytes(..) => 0,
    }
}

/// The sum of `count` sizes, from the first `samples` of them.
fn estimate(sizes: impl Iterator<Item = usize>, count: usize, samples: usize) -> usize {
    if samples == 0 || samples >= count {
        return sizes.sum();
    }
    let sum: usize = sizes.take(samples).sum();
    sum.saturating_mul(count) / samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allocations_come_in_sizes() {
        let sizes = [0, 1, 8, 9, 17, 128, 129, 256, 257, 1_000, 5_000].map(allocation_bytes);
        assert_eq!(sizes, [0, 8, 8, 16, 32, 128, 160, 256, 320, 1_024, 5_120]);
    }

    #[test]
    fn a_few_sizes_stand_for_all() {
        let sizes = [10, 20, 30, 40];
        assert_eq!(estimate(sizes.into_iter(), 4, 0), 100);
        assert_eq!(estimate(sizes.into_iter(), 4, 2), 60);
        assert_eq!(estimate(sizes.into_iter(), 4, 9), 100);
        assert_eq!(estimate([].into_iter(), 0, 5), 0);
    }
}
