//! What a stream remembers of the entries that producers may send twice.
//!
//! A producer names itself, and each of its entries by an idempotent id, which is any text. While such an id is remembered,
//! an entry that comes with it again is known to be a duplicate. Ids are forgotten when they are old, and the oldest of a
//! producer when it has too many.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::StreamId;

#[cfg(test)]
mod tests;

/// Longest time that ids may be remembered, in seconds.
pub const IDEMPOTENCE_SECONDS_MAX: i64 = 86_400;
/// Most ids that may be remembered of one producer.
pub const IDEMPOTENT_IDS_MAX: i64 = 10_000;

/// There is room for so many ids of a producer however few there are.
const ROOM_KEPT: usize = 16;
/// So many producers are looked at for old ids whenever an id is added; so what is old goes faster than new comes.
const SWEPT: usize = 2;

/// For how long ids are remembered, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdempotenceLimits {
    /// In seconds (`stream-idmp-duration`), from 1 to [`IDEMPOTENCE_SECONDS_MAX`].
    pub duration_s: i64,
    /// Most ids of one producer (`stream-idmp-maxsize`), from 1 to [`IDEMPOTENT_IDS_MAX`].
    pub ids: i64,
}

impl IdempotenceLimits {
    /// The time at which, or before which, ids were added that are forgotten now.
    const fn forgotten_ms(self, now_ms: i64) -> i64 {
        now_ms.saturating_sub(self.duration_s.saturating_mul(1000))
    }
}

/// The ids that a stream remembers, by producer.
#[derive(Clone, Debug)]
pub struct Idempotence {
    limits: IdempotenceLimits,
    producers: BTreeMap<Box<[u8]>, Producer>,
    /// The producer that was looked at last for old ids.
    swept: Box<[u8]>,
    /// How many ids were ever added.
    pub added: u64,
    /// How many duplicates there were ever.
    pub duplicates: u64,
}

/// What is remembered of one producer.
#[derive(Clone, Debug, Default)]
struct Producer {
    /// What was added, by id.
    additions: HashMap<Arc<[u8]>, Addition, RandomState>,
    /// The same ids, oldest first.
    order: VecDeque<Arc<[u8]>>,
}

/// An entry that was added with an idempotent id.
#[derive(Clone, Copy, Debug)]
struct Addition {
    entry: StreamId,
    time_ms: i64,
}

impl Producer {
    fn add(&mut self, id: &[u8], addition: Addition) {
        let id: Arc<[u8]> = id.into();
        self.additions.insert(Arc::clone(&id), addition);
        self.order.push_back(id);
    }

    fn forget_first(&mut self) {
        if let Some(id) = self.order.pop_front() {
            self.additions.remove(&id);
        }
    }

    /// Forgets what was added until a time.
    fn forget_until(&mut self, time_ms: i64) {
        for _ in 0..self.added_until(time_ms) {
            self.forget_first();
        }
        let room = self.order.capacity();
        if room > ROOM_KEPT && self.order.len() < room / 4 {
            self.order.shrink_to(room / 2);
            self.additions.shrink_to(room / 2);
        }
    }

    /// How many were added until a time.
    fn added_until(&self, time_ms: i64) -> usize {
        self.order.partition_point(|id| self.additions[id].time_ms <= time_ms)
    }

    fn memory_bytes(&self) -> usize {
        /// What a map takes for an id beside its text, which is counted by who refers to it.
        const ID_BYTES: usize = size_of::<(Arc<[u8]>, Addition)>() + 1 + 2 * size_of::<usize>();
        let texts: usize = self.order.iter().map(|id| id.len()).sum();
        texts
            + self.additions.capacity() * ID_BYTES
            + self.order.capacity() * size_of::<Arc<[u8]>>()
    }
}

impl Idempotence {
    /// Nothing is remembered yet.
    pub fn new(limits: IdempotenceLimits) -> Self {
        Self { limits, producers: BTreeMap::new(), swept: Box::default(), added: 0, duplicates: 0 }
    }

    /// For how long ids are remembered, and how many.
    pub fn limits(&self) -> IdempotenceLimits {
        self.limits
    }

    /// Sets limits. If they are others, everything is forgotten.
    pub fn set_limits(&mut self, limits: IdempotenceLimits) {
        if self.limits != limits {
            self.limits = limits;
            self.producers.clear();
        }
    }

    /// The entry that a producer added with an id that is remembered.
    pub fn entry(&self, producer: &[u8], id: &[u8], now_ms: i64) -> Option<StreamId> {
        let addition = self.producers.get(producer)?.additions.get(id)?;
        let is_old = addition.time_ms <= self.limits.forgotten_ms(now_ms);
        (!is_old).then_some(addition.entry)
    }

    /// Remembers the entry that a producer added with an id, which was not remembered before.
    pub fn add(&mut self, producer: &[u8], id: &[u8], entry: StreamId, now_ms: i64) {
        let forgotten_ms = self.limits.forgotten_ms(now_ms);
        self.sweep(forgotten_ms);
        if !self.producers.contains_key(producer) {
            self.producers.insert(producer.into(), Producer::default());
        }
        let Some(producer) = self.producers.get_mut(producer) else { return };
        producer.forget_until(forgotten_ms);
        while producer.order.len() as i64 >= self.limits.ids {
            producer.forget_first();
        }
        producer.add(id, Addition { entry, time_ms: now_ms });
        self.added += 1;
    }

    /// Forgets what is old of the next producers, each of which has its turn.
    fn sweep(&mut self, forgotten_ms: i64) {
        for _ in 0..SWEPT {
            let behind = (Bound::Excluded(&*self.swept), Bound::Unbounded);
            let Some((name, producer)) = self.producers.range_mut::<[u8], _>(behind).next() else {
                self.swept = Box::default();
                return;
            };
            producer.forget_until(forgotten_ms);
            self.swept.clone_from(name);
            if producer.order.is_empty() {
                self.producers.remove(&self.swept);
            }
        }
    }

    /// How many producers are remembered, and how many ids of all of them. Costs a look at each producer.
    pub fn counts(&self, now_ms: i64) -> (usize, usize) {
        let forgotten_ms = self.limits.forgotten_ms(now_ms);
        let of_each = self.producers.values();
        let of_each =
            of_each.map(|producer| producer.order.len() - producer.added_until(forgotten_ms));
        of_each
            .filter(|&ids| ids > 0)
            .fold((0, 0), |(producers, all), ids| (producers + 1, all + ids))
    }

    /// How many producers there are, old ones included.
    pub fn producers(&self) -> usize {
        self.producers.len()
    }

    /// Memory that it takes, in bytes; of many producers, by what some of them take.
    pub fn memory_bytes(&self) -> usize {
        const SAMPLE: usize = 16;
        /// What a map takes for a producer beside its name: it is filled to two thirds, about.
        const PLACE_BYTES: usize = size_of::<(Box<[u8]>, Producer)>() * 3 / 2;
        let sampled = self.producers.iter().take(SAMPLE);
        let count = sampled.len();
        let of_each = sampled.map(|(name, one)| PLACE_BYTES + name.len() + one.memory_bytes());
        let sampled_bytes: usize = of_each.sum();
        size_of::<Self>() + (sampled_bytes * self.producers.len()).checked_div(count).unwrap_or(0)
    }
}
