//! Taking out keys for want of memory: candidates are sampled, and the best of them goes.
//!
//! Exact order would cost every key a place in a list. Instead each round samples a few keys, and those that are worth least
//! enter a pool, from which the worst goes. What the pool does not use it keeps for the next round, so that after some
//! rounds it holds keys that are worse than a single sample's.

use fanfare_data::object::KeyEntry;
use fanfare_stdx::random::Random;

use super::access::{Access, counter, idle_seconds};
use super::change::{Event, EventClass};
use super::database::Database;
use super::locking::Keyspace;
use super::rules::Freeing;
use super::write::WriteKeys;

/// Candidates that the pool keeps.
const POOL_MAX: usize = 16;

const EVICTED: Event = Event::new(EventClass::Evicted, "evicted");

/// Which keys go when memory is short (`maxmemory-policy`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Whether only keys with an expiry may go.
    pub only_expiring: bool,
    /// Which of them.
    pub order: Order,
}

/// What decides which key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The one used longest ago.
    Recency,
    /// The one used least often.
    Frequency,
    /// Chance.
    Random,
    /// The one that expires first.
    TimeToLive,
}

/// A key that may go, and how good it would be if it did.
#[derive(Debug)]
struct Candidate {
    worthlessness: u64,
    database: u32,
    key: Box<[u8]>,
}

/// The candidates of one thread.
#[derive(Debug, Default)]
pub struct Pool {
    /// The best to go last.
    candidates: Vec<Candidate>,
    policy: Option<Policy>,
}

impl Pool {
    /// Chooses a key to go by a policy, from samples of so many keys; `None` if there is none.
    pub fn choose(
        &mut self,
        keyspace: &Keyspace,
        policy: Policy,
        samples: usize,
        now_ms: i64,
        access: Access,
        random: &mut Random,
    ) -> Option<(u32, Box<[u8]>)> {
        if self.policy.replace(policy) != Some(policy) {
            self.candidates.clear();
        }
        let shards = keyspace.shards();
        let start = random.below(shards);
        for shard in (start..shards).chain(0..start) {
            let mut locked = keyspace.lock_shard(shard as u16);
            let Some(shard) = locked.shard(shard as u16) else { continue };
            let parts = shard.databases().filter(|(_, part)| part.has_any(policy.only_expiring));
            if policy.order == Order::Random {
                let parts: Vec<_> = parts.collect();
                if !parts.is_empty() {
                    let (database, part) = *random.choose(&parts);
                    if let Some(key) = one(part, policy, random) {
                        return Some((database, key));
                    }
                }
                continue;
            }
            let mut is_empty = true;
            for (database, part) in parts {
                is_empty = false;
                part.sample(random, samples, policy.only_expiring, |entry| {
                    let worthlessness = worthlessness(entry, policy.order, now_ms, access);
                    self.offer(worthlessness, database, entry.key());
                });
            }
            if !is_empty {
                break;
            }
        }
        self.candidates.pop().map(|candidate| (candidate.database, candidate.key))
    }

    /// Takes a candidate in if it is better than the pool's worst, or there is room.
    fn offer(&mut self, worthlessness: u64, database: u32, key: &[u8]) {
        let place = self.candidates.partition_point(|other| other.worthlessness < worthlessness);
        let is_full = self.candidates.len() >= POOL_MAX;
        let is_known = |one: &Candidate| one.database == database && *one.key == *key;
        if is_full && place == 0 || self.candidates.iter().any(is_known) {
            return;
        }
        let candidate = Candidate { worthlessness, database, key: key.into() };
        self.candidates.insert(place, candidate);
        if is_full {
            self.candidates.remove(0);
        }
    }
}

/// A key at random.
fn one(part: &Database, policy: Policy, random: &mut Random) -> Option<Box<[u8]>> {
    let mut found = None;
    if policy.only_expiring {
        part.sample(random, 1, true, |entry| found = Some(entry.key().into()));
    } else {
        found = part.random(random).map(|entry| entry.key().into());
    }
    found
}

fn worthlessness(entry: &KeyEntry, order: Order, now_ms: i64, access: Access) -> u64 {
    match order {
        Order::Recency | Order::Random => idle_seconds(entry.access(), now_ms),
        Order::Frequency => {
            let decay_minutes = match access {
                Access::Frequency { decay_minutes, .. } => decay_minutes,
                Access::Recency => 0,
            };
            u64::from(u8::MAX - counter(entry.access(), now_ms, decay_minutes))
        }
        Order::TimeToLive => {
            let expiry_ms = entry.expiry_ms().unwrap_or(i64::MAX);
            i64::MAX.wrapping_sub(expiry_ms) as u64
        }
    }
}

impl WriteKeys<'_> {
    /// Takes a key out for want of memory, if it is still there and the policy still lets it go: since it was sampled it may
    /// have lost its expiry. It must be locked.
    pub fn evict(&mut self, key: &[u8], policy: Policy) -> bool {
        let may_go = |entry: &KeyEntry| !policy.only_expiring || entry.expiry_ms().is_some();
        if !self.peek(key).is_some_and(may_go) {
            return false;
        }
        let Some(entry) = self.remove(key) else { return false };
        self.also(key, EVICTED);
        self.discard(entry, Freeing::Eviction);
        true
    }
}

#[cfg(test)]
mod tests;
