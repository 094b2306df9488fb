//! Some pending entries that follow each other.

use std::collections::{BinaryHeap, VecDeque};
use std::ops::ControlFlow;

use super::{Delivery, StreamId};
use crate::stream::consumer::ConsumerNumber;

/// Most entries of a chunk. More make the map of chunks smaller, and taking one out of the middle dearer.
pub(super) const ENTRIES_MAX: usize = 64;

/// A chunk keeps room for so many entries however few it has, so that a short queue does not allocate all the time.
const ROOM_KEPT: usize = 16;

/// Entries in order of their ids, who may have one of them, and since when.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    entries: VecDeque<(StreamId, Delivery)>,
    /// A bit for each owner, or rather for every 64th; set if any of the entries was ever theirs.
    owners: u64,
    /// A time before which none was delivered.
    oldest_ms: i64,
}

impl Default for Chunk {
    fn default() -> Self {
        Self { entries: VecDeque::new(), owners: 0, oldest_ms: i64::MAX }
    }
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

    /// A time before which none of the entries was delivered.
    pub(super) fn oldest_ms(&self) -> i64 {
        self.oldest_ms
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
        self.note(&delivery);
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
            self.note(&delivery);
            self.entries.insert(index, (id, delivery));
            return None;
        }
        // Ids that come in order fill one chunk after the other.
        let middle = if index == self.entries.len() { index } else { self.entries.len() / 2 };
        let mut rest = Self { entries: self.entries.split_off(middle), ..*self };
        if index < middle {
            self.insert(index, id, delivery);
            self.entries.shrink_to_fit();
        } else {
            rest.forget_if_empty();
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
        self.note_all();
        self.shrink();
        len - self.entries.len()
    }

    /// Gives room back when most of it is not used.
    fn shrink(&mut self) {
        self.forget_if_empty();
        let capacity = self.entries.capacity();
        if capacity > ROOM_KEPT && self.entries.len() <= capacity / 4 {
            self.entries.shrink_to(capacity / 2);
            self.note_all();
        }
    }

    fn note(&mut self, delivery: &Delivery) {
        self.owners |= bit_of(delivery);
        self.oldest_ms = self.oldest_ms.min(delivery.time_ms);
    }

    /// Notes what is there, and forgets what was.
    fn note_all(&mut self) {
        self.owners = 0;
        self.oldest_ms = i64::MAX;
        for index in 0..self.entries.len() {
            let delivery = self.entries[index].1;
            self.note(&delivery);
        }
    }

    fn forget_if_empty(&mut self) {
        if self.entries.is_empty() {
            self.owners = 0;
            self.oldest_ms = i64::MAX;
        }
    }

    /// Adds those of its entries to `oldest` that belong to the first `count` by their times, if their time is `until_ms`
    /// at most.
    pub(super) fn add_oldest(
        &mut self,
        oldest: &mut BinaryHeap<(i64, StreamId)>,
        until_ms: i64,
        count: usize,
    ) {
        self.note_all();
        for (id, delivery) in &self.entries {
            let one = (delivery.time_ms, *id);
            let has_room = oldest.len() < count;
            if one.0 > until_ms || !has_room && oldest.peek().is_none_or(|last| *last <= one) {
                continue;
            }
            if !has_room {
                oldest.pop();
            }
            oldest.push(one);
        }
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

    /// Shows the entries of an owner from an id on, in order, to be changed in all but their owner, until told to stop.
    pub(super) fn visit_of(
        &mut self,
        owner: ConsumerNumber,
        start: StreamId,
        mut visit: impl FnMut(StreamId, &mut Delivery) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let from = self.entries.partition_point(|(id, _)| *id < start);
        let rest = self.entries.range_mut(from..);
        for (id, delivery) in rest.filter(|(_, one)| one.owner == Some(owner)) {
            let flow = visit(*id, delivery);
            self.oldest_ms = self.oldest_ms.min(delivery.time_ms);
            flow?;
        }
        ControlFlow::Continue(())
    }
}
