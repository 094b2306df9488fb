//! A consumer group: how far it has come in the stream, who its consumers are, and what they have not acknowledged.

use std::ops::{ControlFlow, RangeInclusive};

use super::StreamId;
use super::consumer::{Consumer, ConsumerNumber, Consumers};
use super::pending::{Delivery, GIVEN_BACK_MS, Pending};

/// A group. Each pending entry is counted at its owner.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// The id up to which entries were delivered.
    pub last_id: StreamId,
    /// How many entries the stream ever had up to that id; nothing if that cannot be known.
    pub entries_read: Option<u64>,
    consumers: Consumers,
    pending: Pending,
}

impl Group {
    /// A group without consumers.
    pub fn new(last_id: StreamId, entries_read: Option<u64>) -> Self {
        Self { last_id, entries_read, ..Self::default() }
    }

    /// What is pending. It is changed through the group.
    pub fn pending(&self) -> &Pending {
        &self.pending
    }

    /// How many consumers there are.
    pub fn consumers_len(&self) -> usize {
        self.consumers.len()
    }

    /// The consumers, in order of their names.
    pub fn consumers(&self) -> impl Iterator<Item = (ConsumerNumber, &Consumer)> {
        self.consumers.iter()
    }

    /// The number of a consumer.
    pub fn find_consumer(&self, name: &[u8]) -> Option<ConsumerNumber> {
        self.consumers.find(name)
    }

    /// A consumer.
    pub fn consumer(&self, number: ConsumerNumber) -> Option<&Consumer> {
        self.consumers.get(number)
    }

    /// A consumer, for its times to be changed.
    pub fn consumer_mut(&mut self, number: ConsumerNumber) -> Option<&mut Consumer> {
        self.consumers.get_mut(number)
    }

    /// The number of the consumer of a name, who is made, seen at `now_ms`, if it is not there; and whether it was made.
    pub fn find_or_add_consumer(&mut self, name: &[u8], now_ms: i64) -> (ConsumerNumber, bool) {
        self.consumers.find_or_add(name, now_ms)
    }

    /// Takes a consumer out with its pending entries; how many they were.
    pub fn remove_consumer(&mut self, name: &[u8]) -> Option<usize> {
        let number = self.consumers.find(name)?;
        let consumer = self.consumers.remove(name)?;
        if consumer.pending > 0 {
            let removed = self.pending.remove_of(number);
            debug_assert_eq!(removed, consumer.pending, "a consumer's entries were miscounted");
        }
        Some(consumer.pending)
    }

    /// Makes an entry pending, or gives one that is another state.
    pub fn assign(&mut self, id: StreamId, delivery: Delivery) {
        let old = self.pending.set(id, delivery);
        let old_owner = old.and_then(|old| old.owner);
        if old_owner != delivery.owner {
            self.count(old_owner, |pending| pending - 1);
            self.count(delivery.owner, |pending| pending + 1);
        }
    }

    /// How many pending entries nobody has, because they were given back.
    pub fn given_back_len(&self) -> usize {
        let owned: usize = self.consumers().map(|(_, consumer)| consumer.pending()).sum();
        self.pending.len() - owned
    }

    /// The entries that were given back, and those that were not delivered for so long: `count` at most, and those that
    /// have waited longest first; see [`Pending::oldest`].
    pub fn idle(&mut self, min_idle_ms: i64, now_ms: i64, count: usize) -> Vec<StreamId> {
        let until_ms = now_ms.saturating_sub(min_idle_ms).max(GIVEN_BACK_MS);
        self.pending.oldest(until_ms, count)
    }

    /// An entry is pending no longer; whether it was.
    pub fn acknowledge(&mut self, id: StreamId) -> bool {
        let Some(old) = self.pending.remove(id) else { return false };
        self.count(old.owner, |pending| pending - 1);
        true
    }

    /// The pending entries of a consumer in a range, in order; see [`Pending::range_of`] for the cost.
    pub fn pending_of(
        &self,
        owner: ConsumerNumber,
        ids: RangeInclusive<StreamId>,
    ) -> impl Iterator<Item = (StreamId, &Delivery)> {
        let all = self.consumer(owner).map_or(0, Consumer::pending);
        // There is no need to look behind the last of them.
        self.pending.range_of(owner, ids).take(all)
    }

    /// Delivers pending entries of a consumer once more, in order from an id on, `count` at most. `deliver` says whether
    /// an entry is still in the stream; the state of one that is not stays as it is.
    pub fn redeliver(
        &mut self,
        owner: ConsumerNumber,
        start: StreamId,
        count: usize,
        now_ms: i64,
        mut deliver: impl FnMut(StreamId) -> bool,
    ) {
        let mut left = self.consumer(owner).map_or(0, Consumer::pending).min(count);
        if left == 0 {
            return;
        }
        self.pending.visit_of(owner, start, |id, delivery| {
            if deliver(id) {
                delivery.time_ms = now_ms;
                delivery.count = delivery.count.saturating_add(1);
            }
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    }

    /// Memory that it takes beside itself, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.consumers.memory_bytes() + self.pending.memory_bytes()
    }

    fn count(&mut self, owner: Option<ConsumerNumber>, change: impl Fn(usize) -> usize) {
        if let Some(consumer) = owner.and_then(|owner| self.consumers.get_mut(owner)) {
            consumer.pending = change(consumer.pending);
        }
    }
}
