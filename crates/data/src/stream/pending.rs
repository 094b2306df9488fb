//! What a group has delivered and nobody has acknowledged yet, by id.
//!
//! Ids mostly come in ascending order and are mostly acknowledged near the front. So entries stand in chunks, each a
//! ring in order of ids: a chunk is filled to the end before the next one is begun, and taking out near either end of it
//! moves next to nothing. An ordered map holds the chunks by a lower bound of their ids.
//!
//! There is no second index for the entries of one consumer: each chunk knows, by a bit for every 64th consumer, which
//! consumers have certainly none in it, and a search for one's entries passes over those chunks.

mod chunk;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::btree_map::OccupiedEntry;
use std::ops::{ControlFlow, RangeInclusive};

use super::StreamId;
use super::consumer::ConsumerNumber;
use chunk::Chunk;

/// The state of a pending entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Who has it; nobody if it was given back.
    pub owner: Option<ConsumerNumber>,
    /// When it was last delivered, in milliseconds of Unix time.
    pub time_ms: i64,
    /// How often it was delivered.
    pub count: i64,
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
            let of_owner = chunk.iter_mut_from(start).filter(|(_, one)| one.owner == Some(owner));
            for (id, delivery) in of_owner {
                if visit(id, delivery).is_break() {
                    return;
                }
            }
        }
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
