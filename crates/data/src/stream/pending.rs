//! What a group has delivered and nobody has acknowledged yet, by id.
//!
//! Ids mostly come in ascending order and are mostly acknowledged near the front. So entries stand in chunks, each a
//! ring in order of ids: a chunk is filled to the end before the next one is begun, and taking out near either end of it
//! moves next to nothing. An ordered map holds the chunks by a lower bound of their ids.
//!
//! There is no second index for the entries of one consumer: each chunk knows, by a bit for every 64th consumer, which
//! consumers have certainly none in it, and a search for one's entries passes over those chunks. Neither is there one by the
//! time of delivery: each chunk knows a time before which none of its entries was delivered, and a search for those that
//! were delivered long ago passes over the others.

mod chunk;
#[cfg(test)]
mod tests;

use std::collections::btree_map::OccupiedEntry;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::{ControlFlow, RangeInclusive};

use super::StreamId;
use super::consumer::ConsumerNumber;
use chunk::Chunk;

/// The state of a pending entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Who has it; nobody if it was given back.
    pub owner: Option<ConsumerNumber>,
    /// When it was last delivered, in milliseconds of Unix time; before all times if it was given back.
    pub time_ms: i64,
    /// How often it was delivered.
    pub count: i64,
}

/// Stands for the time of delivery of what was given back: it is the first to be delivered again.
pub const GIVEN_BACK_MS: i64 = -1;

impl Delivery {
    /// The state of an entry that was given back.
    pub const fn given_back(count: i64) -> Self {
        Self { owner: None, time_ms: GIVEN_BACK_MS, count }
    }

    /// How long ago it was delivered, in milliseconds; nothing if it was given back.
    pub fn idle_ms(&self, now_ms: i64) -> Option<i64> {
        self.owner.map(|_| now_ms - self.time_ms)
    }

    /// Whether it was delivered so long ago, or given back.
    pub fn has_idled(&self, min_idle_ms: i64, now_ms: i64) -> bool {
        self.idle_ms(now_ms).is_none_or(|idle_ms| idle_ms >= min_idle_ms)
    }
}

/// Pending entries, each once.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    /// Chunks by an id that is not above those in it, and above those in the chunk before. Only the last one may be empty,
    /// and it only if there is no other.
    chunks: BTreeMap<StreamId, Chunk>,
    len: usize,
}

impl Pending {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The state of an entry.
    pub fn get(&self, id: StreamId) -> Option<&Delivery> {
        self.chunks.range(..=id).next_back()?.1.get(id)
    }

    /// Adds an entry, or gives it another state; the state that it had.
    pub fn set(&mut self, id: StreamId, delivery: Delivery) -> Option<Delivery> {
        let Some((_, chunk)) = self.chunks.range_mut(..=id).next_back() else {
            self.add_in_front(id, delivery);
            return None;
        };
        match chunk.find(id) {
            Ok(index) => Some(chunk.replace(index, delivery)),
            Err(index) => {
                self.len += 1;
                if let Some((first, rest)) = chunk.insert(index, id, delivery) {
                    self.chunks.insert(first, rest);
                }
                None
            }
        }
    }

    /// Adds an entry whose id is below every chunk's bound.
    fn add_in_front(&mut self, id: StreamId, delivery: Delivery) {
        self.len += 1;
        let first = self.chunks.first_entry().filter(|first| !first.get().is_full());
        let mut chunk = first.map(OccupiedEntry::remove).unwrap_or_default();
        chunk.insert(0, id, delivery);
        self.chunks.insert(id, chunk);
    }

    /// Takes an entry out; the state that it had.
    pub fn remove(&mut self, id: StreamId) -> Option<Delivery> {
        let (&bound, chunk) = self.chunks.range_mut(..=id).next_back()?;
        let index = chunk.find(id).ok()?;
        let delivery = chunk.remove(index);
        self.len -= 1;
        if chunk.is_empty() && self.chunks.len() > 1 {
            self.chunks.remove(&bound);
        }
        Some(delivery)
    }

    /// The entries of a range, in order.
    pub fn range(
        &self,
        ids: RangeInclusive<StreamId>,
    ) -> impl DoubleEndedIterator<Item = (StreamId, &Delivery)> {
        let (start, end) = ids.into_inner();
        self.chunks_of(start, end).flat_map(move |chunk| chunk.range(start, end))
    }

    /// The entries that a consumer has in a range, in order. Costs a look at each chunk, and at the entries of those
    /// where the consumer may have some.
    pub fn range_of(
        &self,
        owner: ConsumerNumber,
        ids: RangeInclusive<StreamId>,
    ) -> impl Iterator<Item = (StreamId, &Delivery)> {
        let (start, end) = ids.into_inner();
        self.chunks_of(start, end)
            .filter(move |chunk| chunk.may_have(owner))
            .flat_map(move |chunk| chunk.range(start, end))
            .filter(move |(_, delivery)| delivery.owner == Some(owner))
    }

    /// Shows the entries of a consumer from an id on, in order, to be changed in all but their owner, until told to stop.
    /// Costs as [`range_of`](Self::range_of).
    pub fn visit_of(
        &mut self,
        owner: ConsumerNumber,
        start: StreamId,
        mut visit: impl FnMut(StreamId, &mut Delivery) -> ControlFlow<()>,
    ) {
        let from = self.bound_of(start);
        for (_, chunk) in self.chunks.range_mut(from..).filter(|(_, chunk)| chunk.may_have(owner)) {
            if chunk.visit_of(owner, start, &mut visit).is_break() {
                return;
            }
        }
    }

    /// The ids of the entries that were delivered at a time or before, `count` at most: those that were delivered first,
    /// in that order, and with the least ids if at the same time. Costs a look at each chunk, and at the entries of those
    /// where it may find some.
    pub fn oldest(&mut self, until_ms: i64, count: usize) -> Vec<StreamId> {
        let mut oldest = BinaryHeap::new();
        for chunk in self.chunks.values_mut() {
            // Once there are enough, an entry of a later chunk must be older than the last of them.
            let last_ms =
                oldest.peek().filter(|_| oldest.len() >= count).map(|(time_ms, _)| time_ms);
            if chunk.oldest_ms() <= last_ms.map_or(until_ms, |last_ms| last_ms - 1) {
                chunk.add_oldest(&mut oldest, until_ms, count);
            }
        }
        oldest.into_sorted_vec().into_iter().map(|(_, id)| id).collect()
    }

    /// A time before which no entry was delivered; nothing if there is none. Costs a look at each chunk.
    pub fn oldest_ms(&self) -> Option<i64> {
        self.chunks.values().filter(|chunk| !chunk.is_empty()).map(Chunk::oldest_ms).min()
    }

    /// Takes out the entries of a consumer; how many they were. Costs a look at each chunk.
    pub fn remove_of(&mut self, owner: ConsumerNumber) -> usize {
        let len = self.len;
        self.chunks.retain(|_, chunk| {
            if chunk.may_have(owner) {
                self.len -= chunk.remove_of(owner);
            }
            !chunk.is_empty()
        });
        len - self.len
    }

    /// The least and the greatest id.
    pub fn ends(&self) -> Option<(StreamId, StreamId)> {
        let ids = RangeInclusive::new(StreamId::MIN, StreamId::MAX);
        let mut ids = self.range(ids).map(|(id, _)| id);
        let first = ids.next()?;
        Some((first, ids.next_back().unwrap_or(first)))
    }

    /// Memory that the entries take, in bytes.
    pub fn memory_bytes(&self) -> usize {
        /// What the map takes for a chunk beside its key and value: it is filled to two thirds, about.
        const PLACE_BYTES: usize = (size_of::<StreamId>() + size_of::<Chunk>()) * 3 / 2;
        self.chunks.values().map(|chunk| PLACE_BYTES + chunk.allocated_bytes()).sum()
    }

    /// The chunks that may hold ids of a range.
    fn chunks_of(&self, start: StreamId, end: StreamId) -> impl DoubleEndedIterator<Item = &Chunk> {
        let from = self.bound_of(start);
        self.chunks.range(from..=end.max(from)).map(|(_, chunk)| chunk)
    }

    /// The bound of the chunk where an id is or would be.
    fn bound_of(&self, id: StreamId) -> StreamId {
        self.chunks.range(..=id).next_back().map_or(id, |(bound, _)| *bound)
    }
}
