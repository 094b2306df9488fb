//! Some entries of a dictionary, dense and unordered, found through one byte of their hash each.

use super::{Keyed, NEVER_MS};

/// By how many entries a segment grows.
const GROWTH: usize = 8;

/// Entries whose hashes begin alike.
#[derive(Clone, Debug)]
pub(super) struct Segment<E> {
    /// How many bits of the hash all its entries have in common.
    pub(super) depth: u32,
    pub(super) tags: Vec<u8>,
    pub(super) entries: Vec<E>,
    /// No entry expires before this. Entries that go or live longer leave it too early until the next look.
    pub(super) earliest_ms: i64,
}

impl<E: Keyed> Segment<E> {
    pub(super) fn new(depth: u32) -> Self {
        Self { depth, tags: Vec::new(), entries: Vec::new(), earliest_ms: NEVER_MS }
    }

    pub(super) fn position(&self, hash: u64, key: &[u8]) -> Option<usize> {
        let tag = tag(hash);
        let mut from = 0;
        while let Some(offset) = self.tags[from..].iter().position(|&other| other == tag) {
            let position = from + offset;
            if self.entries[position].key() == key {
                return Some(position);
            }
            from = position + 1;
        }
        None
    }

    pub(super) fn push(&mut self, hash: u64, entry: E) {
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact(GROWTH);
            self.tags.reserve_exact(GROWTH);
        }
        self.earliest_ms = self.earliest_ms.min(entry.expiry_ms().unwrap_or(NEVER_MS));
        self.tags.push(tag(hash));
        self.entries.push(entry);
    }

    pub(super) fn swap_remove(&mut self, position: usize) -> E {
        self.tags.swap_remove(position);
        let entry = self.entries.swap_remove(position);
        if self.entries.capacity() - self.entries.len() >= 2 * GROWTH {
            let capacity = self.entries.len() + GROWTH;
            self.entries.shrink_to(capacity);
            self.tags.shrink_to(capacity);
        }
        entry
    }

    /// Moves the entries whose time has come by `now_ms` to `expired`.
    pub(super) fn take_expired(&mut self, now_ms: i64, expired: &mut Vec<E>) {
        let mut earliest_ms = NEVER_MS;
        let mut position = 0;
        while let Some(entry) = self.entries.get(position) {
            match entry.expiry_ms() {
                Some(time_ms) if time_ms <= now_ms => {
                    expired.push(self.swap_remove(position));
                    continue;
                }
                Some(time_ms) => earliest_ms = earliest_ms.min(time_ms),
                None => {}
            }
            position += 1;
        }
        self.earliest_ms = earliest_ms;
    }
}

/// The byte by which an entry is found in its segment: bits that prefixes do not reach.
pub(super) fn tag(hash: u64) -> u8 {
    hash as u8
}
