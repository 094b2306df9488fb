//! Some entries of a dictionary, dense and unordered, found through one byte of their hash each.
//!
//! These bytes stand in the segment itself, so that a look-up reads them, the entry's pointer and the entry, and nothing else.

use wide::u8x16;

use super::{Keyed, NEVER_MS, SEGMENT_ENTRIES_MAX, due_ms};

/// A segment with this much room is not made smaller.
const SMALL_ROOM: usize = 8;
/// A segment gives half of its room back when its entries fill no more than this part of it.
const ROOM_KEPT: usize = 3;

/// Entries whose hashes begin alike. Aligned so that it spans two lines of memory, and the tags are one of them.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(super) struct Segment<E> {
    tags: [u8; SEGMENT_ENTRIES_MAX],
    /// How many bits of the hash all its entries have in common.
    pub(super) depth: u32,
    /// Those bits. (Directories of more than 2^32 places are out of reach.)
    pub(super) prefix: u32,
    /// Those of further entries, which only a segment has that could not be split.
    more_tags: Vec<u8>,
    pub(super) entries: Vec<E>,
    /// No entry expires before this. Entries that go or live longer leave it too early until the next look.
    pub(super) earliest_ms: i64,
}

impl<E: Keyed> Segment<E> {
    /// A segment with room for so many entries. It doubles as they become more: with sizes that are powers of two, what
    /// segments leave behind as they all grow and split at much the same time, other segments take again.
    pub(super) fn new(depth: u32, prefix: u32, room: usize) -> Self {
        Self {
            tags: [0; SEGMENT_ENTRIES_MAX],
            depth,
            prefix,
            more_tags: Vec::new(),
            entries: Vec::with_capacity(room),
            earliest_ms: NEVER_MS,
        }
    }

    pub(super) fn position(&self, hash: u64, key: &[u8]) -> Option<usize> {
        let is_it = |&position: &usize| self.entries[position].key() == key;
        let found = self.positions(hash).find(is_it);
        if found.is_some() || self.more_tags.is_empty() {
            return found;
        }
        self.candidates(hash).find(is_it)
    }

    /// Where entries of this hash, and some others, may stand.
    pub(super) fn candidates(&self, hash: u64) -> impl Iterator<Item = usize> {
        let tag = tag(hash);
        let more = self.more_tags.iter().enumerate().filter(move |(_, other)| **other == tag);
        self.positions(hash).chain(more.map(|(position, _)| SEGMENT_ENTRIES_MAX + position))
    }

    /// As [`candidates`](Self::candidates), without those whose tags stand elsewhere.
    pub(super) fn positions(&self, hash: u64) -> Positions {
        let tag = tag(hash);
        let (parts, _) = self.tags.as_chunks();
        let positions = parts.iter().rev().fold(0, |positions, part| {
            let is_tag = u8x16::new(*part).simd_eq(u8x16::splat(tag));
            positions << u8x16::LANES | u64::from(is_tag.to_bitmask())
        });
        let places_left = SEGMENT_ENTRIES_MAX.saturating_sub(self.entries.len()) as u32;
        Positions(positions & u64::MAX.checked_shr(places_left).unwrap_or(0))
    }

    pub(super) fn push(&mut self, hash: u64, entry: E) {
        self.push_tagged(tag(hash), entry);
    }

    fn push_tagged(&mut self, tag: u8, entry: E) {
        self.earliest_ms = self.earliest_ms.min(due_ms(entry.expiry_ms()));
        match self.tags.get_mut(self.entries.len()) {
            Some(place) => *place = tag,
            None => self.more_tags.push(tag),
        }
        self.entries.push(entry);
    }

    /// Takes over the entries of another segment.
    pub(super) fn absorb(&mut self, other: Self) {
        let tags: Vec<u8> = other.tags.iter().chain(&other.more_tags).copied().collect();
        for (entry, tag) in other.entries.into_iter().zip(tags) {
            self.push_tagged(tag, entry);
        }
        self.earliest_ms = self.earliest_ms.min(other.earliest_ms);
    }

    /// Takes an entry out; the last takes its place.
    pub(super) fn swap_remove(&mut self, position: usize) -> E {
        let last_tag = self.more_tags.pop().unwrap_or_else(|| self.tags[self.entries.len() - 1]);
        match self.tags.get_mut(position) {
            Some(place) => *place = last_tag,
            None => {
                if let Some(place) = self.more_tags.get_mut(position - SEGMENT_ENTRIES_MAX) {
                    *place = last_tag;
                }
            }
        }
        let entry = self.entries.swap_remove(position);
        let room = self.entries.capacity();
        if room > SMALL_ROOM && self.entries.len() <= room / ROOM_KEPT {
            self.entries.shrink_to(room / 2);
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
                Some(time_ms) => earliest_ms = earliest_ms.min(due_ms(Some(time_ms))),
                None => {}
            }
            position += 1;
        }
        self.earliest_ms = earliest_ms;
    }
}

/// The bits that are set, from the lowest on.
pub(super) struct Positions(pub(super) u64);

impl Iterator for Positions {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let position = self.0.trailing_zeros() as usize;
        self.0 &= self.0.checked_sub(1)?;
        Some(position)
    }
}

/// The byte by which an entry is found in its segment: bits that prefixes do not reach.
pub(super) fn tag(hash: u64) -> u8 {
    hash as u8
}
