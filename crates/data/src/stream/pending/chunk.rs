//! Some pending entries that follow each other.

use std::collections::VecDeque;

use super::{Delivery, StreamId};
use crate::stream::consumer::ConsumerNumber;

/// Most entries of a chunk. More make the map of chunks smaller, and taking one out of the middle dearer.
pub(super) const ENTRIES_MAX: usize = 64;

/// A chunk keeps room for so many entries however few it has, so that a short queue does not allocate all the time.
const ROOM_KEPT: usize = 16;

/// Entries in order of their ids, and who may have one of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    entries: VecDeque<(StreamId, Delivery)>,
    /// A bit for each owner, or rather for every 64th; set if any of the entries was ever theirs.
    owners: u64,
}

const fn bit(owner: ConsumerNumber) -> u64 {
    1 << (owner.index() % u64::BITS as usize)
}

fn bit_of(delivery: &Delivery) -> u64 {
    delivery.owner.map_or(0, bit)
}

impl Chunk {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.entries.len() >= ENTRIES_MAX
    }

    pub(super) fn allocated_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<(StreamId, Delivery)>()
    }

    /// Whether an owner may have entries in it; if not, it has none.
    pub(super) fn may_have(&self, owner: ConsumerNumber) -> bool {
        self.owners & bit(owner) != 0
    }

    pub(super) fn get(&self, id: StreamId) -> Option<&Delivery> {
        Some(&self.entries[self.find(id).ok()?].1)
    }

    /// Where an id is, or else where it belongs.
    pub(super) fn find(&self, id: StreamId) -> Result<usize, usize> {
        // What is asked for is most often at one of the ends.
        match (self.entries.front(), self.entries.back()) {
            (Some((first, _)), _) if *first == id => Ok(0),
            (_, Some((last, _))) if *last < id => Err(self.entries.len()),
            _ => self.entries.binary_search_by(|(other, _)| other.cmp(&id)),
        }
    }

    pub(super) fn replace(&mut self, index: usize, delivery: Delivery) -> Delivery {
        self.owners |= bit_of(&delivery);
        std::mem::replace(&mut self.entries[index].1, delivery)
    }

    /// Inserts an entry where it belongs. A chunk that is full gives away its end, which is returned with its first id.
    pub(super) fn insert(
        &mut self,
        index: usize,
        id: StreamId,
        delivery: Delivery,
    ) -> Option<(StreamId, Self)> {
        if !self.is_full() {
            self.owners |= bit_of(&delivery);
            self.entries.insert(index, (id, delivery));
            return None;
        }
        // Ids that come in order fill one chunk after the other.
        let middle = if index == self.entries.len() { index } else { self.entries.len() / 2 };
        let mut rest = Self { entries: self.entries.split_off(middle), owners: self.owners };
        if index < middle {
            self.insert(index, id, delivery);
            self.entries.shrink_to_fit();
        } else {
            if rest.is_empty() {
                rest.owners = 0;
            }
            rest.insert(index - middle, id, delivery);
        }
        rest.entries.front().map(|(first, _)| *first).map(|first| (first, rest))
    }

    pub(super) fn remove(&mut self, index: usize) -> Delivery {
        let Some((_, delivery)) = self.entries.remove(index) else {
            unreachable!("it was found just now")
        };
        self.shrink();
        delivery
    }

    /// Takes out the entries of an owner; how many they were.
    pub(super) fn remove_of(&mut self, owner: ConsumerNumber) -> usize {
        let len = self.entries.len();
        self.entries.retain(|(_, delivery)| delivery.owner != Some(owner));
        self.note_owners();
        self.shrink();
        len - self.entries.len()
    }

    /// Gives room back when most of it is not used.
    fn shrink(&mut self) {
        if self.entries.is_empty() {
            self.owners = 0;
        }
        let capacity = self.entries.capacity();
        if capacity > ROOM_KEPT && self.entries.len() <= capacity / 4 {
            self.entries.shrink_to(capacity / 2);
            self.note_owners();
        }
    }

    fn note_owners(&mut self) {
        self.owners = self.entries.iter().fold(0, |bits, (_, one)| bits | bit_of(one));
    }

    /// The entries from `start` to `end`, both included.
    pub(super) fn range(
        &self,
        start: StreamId,
        end: StreamId,
    ) -> impl DoubleEndedIterator<Item = (StreamId, &Delivery)> {
        let from = self.entries.partition_point(|(id, _)| *id < start);
        let to = self.entries.partition_point(|(id, _)| *id <= end).max(from);
        self.entries.range(from..to).map(|(id, delivery)| (*id, delivery))
    }

    pub(super) fn iter_mut_from(
        &mut self,
        start: StreamId,
    ) -> impl Iterator<Item = (StreamId, &mut Delivery)> {
        let from = self.entries.partition_point(|(id, _)| *id < start);
        self.entries.range_mut(from..).map(|(id, delivery)| (*id, delivery))
    }
}
