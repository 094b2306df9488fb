//! Who waits for which key.

use std::collections::VecDeque;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::waiting::Waiter;

/// The waiters for the keys of one shard, oldest first.
///
/// Who waits for many keys enters and leaves as many queues, most of which nobody else is in: so a queue of one waiter takes
/// no memory beside its place in the table and the key's name.
#[derive(Debug, Default)]
pub struct Waiting {
    /// One for each key of a database that someone waits for.
    queues: HashTable<Queue>,
    hasher: RandomState,
    /// How many places in them belong to waiters that name keys of other shards, too.
    spanning: usize,
    /// How many there are.
    counts: AwaitedKeys,
}

/// How many keys clients wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AwaitedKeys {
    /// All; those of one name in several databases are several.
    pub all: usize,
    /// Those that someone waits for even when they are gone.
    pub even_gone: usize,
}

/// Those who wait for one key; at least one.
#[derive(Debug)]
struct Queue {
    database: u32,
    key: Box<[u8]>,
    /// Who has waited longest.
    first: Arc<Waiter>,
    /// The others.
    others: VecDeque<Arc<Waiter>>,
    /// How many of all are to be served even when the key is gone.
    even_gone: usize,
    /// How many of all claim what is pending.
    claimants: usize,
}

impl Queue {
    fn new(database: u32, key: &[u8], first: Arc<Waiter>) -> Self {
        let others = VecDeque::new();
        Self { database, key: key.into(), first, others, even_gone: 0, claimants: 0 }
    }

    fn is_of(&self, database: u32, key: &[u8]) -> bool {
        self.database == database && *self.key == *key
    }

    fn last(&self) -> &Arc<Waiter> {
        self.others.back().unwrap_or(&self.first)
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Waiter>> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Takes out one of several waiters.
    fn take(&mut self, index: usize) {
        match index.checked_sub(1) {
            Some(index) => drop(self.others.remove(index)),
            None => self.first = self.others.pop_front().expect("there is another"),
        }
    }
}

impl Waiting {
    /// Adds a waiter for a key; once, though the command may name the key twice. `spans`: whether it names keys of other
    /// shards, too.
    pub fn add(&mut self, database: u32, key: &[u8], waiter: &Arc<Waiter>, spans: bool) {
        let hash = self.hasher.hash_one(key);
        let hash_of = |queue: &Queue| self.hasher.hash_one(&*queue.key);
        let queue = match self.queues.entry(hash, |queue| queue.is_of(database, key), hash_of) {
            Entry::Occupied(entry) => {
                let queue = entry.into_mut();
                if Arc::ptr_eq(queue.last(), waiter) {
                    return;
                }
                queue.others.push_back(Arc::clone(waiter));
                queue
            }
            Entry::Vacant(entry) => {
                self.counts.all += 1;
                entry.insert(Queue::new(database, key, Arc::clone(waiter))).into_mut()
            }
        };
        self.counts.even_gone += usize::from(waiter.wait.even_gone && queue.even_gone == 0);
        queue.even_gone += usize::from(waiter.wait.even_gone);
        queue.claimants += usize::from(waiter.wait.look_again_ms.is_some());
        self.spanning += usize::from(spans);
    }

    /// Removes a waiter for a key, with the same `spans` as it was added. Costs the number of those who have waited longer.
    pub fn remove(&mut self, database: u32, key: &[u8], waiter: &Arc<Waiter>, spans: bool) {
        let hash = self.hasher.hash_one(key);
        let found = self.queues.find_entry(hash, |queue| queue.is_of(database, key));
        let Ok(mut entry) = found else { return };
        let queue = entry.get_mut();
        let Some(index) = queue.all().position(|other| Arc::ptr_eq(other, waiter)) else { return };
        queue.even_gone -= usize::from(waiter.wait.even_gone);
        queue.claimants -= usize::from(waiter.wait.look_again_ms.is_some());
        self.counts.even_gone -= usize::from(waiter.wait.even_gone && queue.even_gone == 0);
        self.spanning -= usize::from(spans);
        if queue.others.is_empty() {
            self.counts.all -= 1;
            entry.remove();
        } else {
            queue.take(index);
        }
    }

    /// Whether any waiter names keys of other shards, too.
    pub fn has_spanning(&self) -> bool {
        self.spanning > 0
    }

    /// Whether nobody waits for any key.
    pub fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }

    /// Whether anyone waits for a key. Costs nothing while nobody waits for any.
    pub fn has(&self, database: u32, key: &[u8]) -> bool {
        self.queue(database, key).is_some()
    }

    /// How many keys someone waits for.
    pub fn counts(&self) -> AwaitedKeys {
        debug_assert_eq!(self.counts, self.counted());
        self.counts
    }

    /// How many keys someone waits for, found by looking at each queue.
    fn counted(&self) -> AwaitedKeys {
        AwaitedKeys {
            all: self.queues.iter().count(),
            even_gone: self.queues.iter().filter(|queue| queue.even_gone > 0).count(),
        }
    }

    /// The keys of a database that someone waits for, in the order of their bytes.
    pub fn keys_in(&self, database: u32) -> Vec<(u32, Box<[u8]>)> {
        let of_database = self.queues.iter().filter(|queue| queue.database == database);
        let mut keys: Vec<_> = of_database.map(|queue| (database, queue.key.clone())).collect();
        keys.sort_unstable();
        keys
    }

    /// The waiters for a key, oldest first.
    pub fn of(&self, database: u32, key: &[u8]) -> impl Iterator<Item = &Arc<Waiter>> {
        self.queue(database, key).into_iter().flat_map(Queue::all)
    }

    /// The waiter for a key with `index` others before it.
    pub fn get(&self, database: u32, key: &[u8], index: usize) -> Option<&Arc<Waiter>> {
        let queue = self.queue(database, key)?;
        match index.checked_sub(1) {
            Some(index) => queue.others.get(index),
            None => Some(&queue.first),
        }
    }

    /// Whether any waiter for a key is to be served even when it is gone.
    pub fn has_even_gone(&self, database: u32, key: &[u8]) -> bool {
        self.queue(database, key).is_some_and(|queue| queue.even_gone > 0)
    }

    /// Whether any waiter for a key claims what is pending. Costs nothing while nobody waits for any.
    pub fn has_claimant(&self, database: u32, key: &[u8]) -> bool {
        self.queue(database, key).is_some_and(|queue| queue.claimants > 0)
    }

    fn queue(&self, database: u32, key: &[u8]) -> Option<&Queue> {
        if self.queues.is_empty() {
            return None;
        }
        let hash = self.hasher.hash_one(key);
        self.queues.find(hash, |queue| queue.is_of(database, key))
    }
}

#[cfg(test)]
mod tests;
