//! The shards, and locking those that a command needs.
//!
//! Locks are taken in ascending order of shards, always all at once; so nobody who waits holds a lock that another of them
//! needs. Rank: before the locks of pub/sub.

use std::hash::BuildHasher;
use std::sync::Arc;

use crossbeam_utils::CachePadded;
use fanfare_data::dictionary::Candidates;
use fanfare_protocol::slot::{SLOTS, key_slot};
use fanfare_stdx::lock::{Mutex, MutexGuard};

use super::database::Place;
use super::limits::{Limit, Limits, LimitsInForce};
use super::locked::{Guards, Locked};
use super::shard::Shard;
use super::watch::Watchers;

/// Rank of the shards' locks (`docs/locks.md`).
const RANK: u8 = 0;
/// Shards when there is more than one reactor; one reactor needs one.
const SHARDS: usize = 256;

const _: () = assert!((SLOTS as usize).is_power_of_two() && SHARDS.is_power_of_two());

/// All databases.
pub struct Keyspace {
    hasher: foldhash::fast::RandomState,
    /// Each guards the keys of consecutive slots, as many as `slot_bits` can tell apart, in every database.
    pub(super) shards: Box<[CachePadded<Mutex<Shard, RANK>>]>,
    slot_bits: u32,
    limits: LimitsInForce,
    pub(super) watchers: Arc<Watchers>,
}

/// Where a key is in the whole keyspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPlace {
    pub(super) shard: u16,
    pub(super) place: Place,
}

/// A key that will be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoughtKey {
    /// Where it is.
    pub place: KeyPlace,
    /// Where its entry may stand, as far as that is known.
    pub(super) candidates: Candidates,
}

impl From<KeyPlace> for SoughtKey {
    fn from(place: KeyPlace) -> Self {
        Self { place, candidates: Candidates::default() }
    }
}

impl KeyPlace {
    /// The number of its shard.
    pub fn shard(self) -> u16 {
        self.shard
    }
}

impl Keyspace {
    /// An empty keyspace for so many reactors.
    pub fn new(reactors: usize) -> Self {
        let shards = if reactors > 1 { SHARDS } else { 1 };
        Self {
            hasher: foldhash::fast::RandomState::default(),
            shards: (0..shards).map(|_| CachePadded::default()).collect(),
            slot_bits: (usize::from(SLOTS) / shards).ilog2(),
            limits: LimitsInForce::default(),
            watchers: Arc::default(),
        }
    }

    /// Puts limits in force. Values that are there already stay as they are.
    pub fn set_limits(&self, limits: &Limits) {
        self.limits.set(limits);
    }

    /// A limit in force.
    pub fn limit(&self, limit: Limit) -> i64 {
        self.limits.get(limit)
    }

    /// How many shards there are.
    pub fn shards(&self) -> usize {
        self.shards.len()
    }

    /// The hash of a key.
    pub fn hash(&self, key: &[u8]) -> u64 {
        self.hasher.hash_one(key)
    }

    /// Where a key is.
    pub fn place(&self, key: &[u8]) -> KeyPlace {
        let (shard, slot) = self.shard_of_slot(key_slot(key));
        KeyPlace { shard, place: Place { slot, hash: self.hash(key) } }
    }

    /// The number of a key's shard.
    pub fn shard_of(&self, key: &[u8]) -> u16 {
        // If there is but one, the key need not be hashed.
        if self.shards.len() == 1 { 0 } else { self.shard_of_slot(key_slot(key)).0 }
    }

    /// The shard of a slot, and the slot's number within it.
    pub(super) fn shard_of_slot(&self, slot: u16) -> (u16, u16) {
        let shard = slot >> self.slot_bits;
        (shard, slot - (shard << self.slot_bits))
    }

    /// The first slot behind those of a shard.
    pub(super) fn first_slot_behind(&self, shard: u16) -> u16 {
        (shard + 1) << self.slot_bits
    }

    /// Locks nothing, for a command without keys.
    pub fn lock_none(&self) -> Locked<'_> {
        self.locked(Guards::None)
    }

    /// Locks the shard of one key.
    pub fn lock_one<'k>(&'k self, key: &'k [u8]) -> Locked<'k> {
        self.lock_at(key, self.place(key).into())
    }

    /// As [`lock_one`](Self::lock_one), of a key whose place is known.
    pub fn lock_at<'k>(&'k self, key: &'k [u8], sought: SoughtKey) -> Locked<'k> {
        let mut locked = self.lock_shard(sought.place.shard);
        locked.expect(key, sought);
        locked
    }

    /// Locks a shard by its number.
    pub fn lock_shard(&self, shard: u16) -> Locked<'_> {
        self.locked(Guards::One(shard, self.guard(shard)))
    }

    /// Locks a shard unless somebody else has it. For work in the background, which can come back.
    pub fn try_lock_shard(&self, shard: u16) -> Option<Locked<'_>> {
        let guard = self.shards[usize::from(shard)].try_lock_numbered(shard)?;
        Some(self.locked(Guards::One(shard, guard)))
    }

    /// Locks the shards of all these keys.
    pub fn lock<'a>(&self, keys: impl Iterator<Item = &'a [u8]>) -> Locked<'_> {
        self.lock_shards(self.shards_of(keys))
    }

    /// Locks shards by their numbers.
    fn lock_shards(&self, mut shards: Vec<u16>) -> Locked<'_> {
        shards.sort_unstable();
        shards.dedup();
        if let [only] = shards[..] {
            return self.lock_shard(only);
        }
        let guards = shards.into_iter().map(|shard| (shard, self.guard(shard)));
        self.locked(Guards::Some(guards.collect()))
    }

    /// As [`lock`](Self::lock), for a command that may make keys of a database ready: with what is needed to serve who
    /// waits for them.
    pub fn lock_with_waiters<'a>(
        &self,
        database: u32,
        keys: impl Iterator<Item = &'a [u8]> + Clone,
    ) -> Locked<'_> {
        let shards = self.shards_of(keys.clone());
        self.lock_shards_with_waiters(database, shards, keys)
    }

    /// As [`lock_with_waiters`](Self::lock_with_waiters), for keys whose shards are known.
    pub fn lock_shards_with_waiters<'a>(
        &self,
        database: u32,
        shards: Vec<u16>,
        keys: impl Iterator<Item = &'a [u8]>,
    ) -> Locked<'_> {
        let locked = self.lock_shards(shards);
        if locked.has_spanning_waiters() && !locked.covers_waiters(database, keys) {
            drop(locked);
            // Rare: who waits names keys of several shards. What it would take to lock only those is not known before
            // they are locked.
            return self.lock_all();
        }
        locked
    }

    /// As [`lock_with_waiters`](Self::lock_with_waiters), for one key.
    pub fn lock_at_with_waiters<'k>(
        &'k self,
        database: u32,
        key: &'k [u8],
        sought: SoughtKey,
    ) -> Locked<'k> {
        let locked = self.lock_at(key, sought);
        if locked.has_spanning_waiters() && !locked.covers_waiters(database, std::iter::once(key)) {
            drop(locked);
            return self.lock_all();
        }
        locked
    }

    /// As [`lock`](Self::lock), of keys of which is known where they are.
    pub fn lock_known<'k>(&'k self, keys: Vec<(&'k [u8], SoughtKey)>) -> Locked<'k> {
        let mut locked = self.lock_shards(shards_of_known(&keys));
        locked.expect_all(keys);
        locked
    }

    /// As [`lock_with_waiters`](Self::lock_with_waiters), of keys of which is known where they are.
    pub fn lock_known_with_waiters<'k>(
        &'k self,
        database: u32,
        keys: Vec<(&'k [u8], SoughtKey)>,
    ) -> Locked<'k> {
        let shards = shards_of_known(&keys);
        let names = keys.iter().map(|(name, _)| *name);
        let mut locked = self.lock_shards_with_waiters(database, shards, names);
        locked.expect_all(keys);
        locked
    }

    /// The shards of some keys, each once, in ascending order.
    pub fn shards_of<'a>(&self, keys: impl Iterator<Item = &'a [u8]>) -> Vec<u16> {
        let mut shards = Vec::new();
        for key in keys {
            let shard = self.shard_of(key);
            // Often all keys are in the same one.
            if shards.last() != Some(&shard) {
                shards.push(shard);
            }
        }
        shards.sort_unstable();
        shards.dedup();
        shards
    }

    /// Locks all shards.
    pub fn lock_all(&self) -> Locked<'_> {
        let shards = 0..self.shards.len() as u16;
        self.locked(Guards::All(shards.map(|shard| self.guard(shard)).collect()))
    }

    pub(super) fn guard(&self, shard: u16) -> MutexGuard<'_, Shard> {
        self.shards[usize::from(shard)].lock_numbered(shard)
    }

    fn locked<'k>(&'k self, guards: Guards<'k>) -> Locked<'k> {
        Locked::new(self, guards)
    }
}

fn shards_of_known(keys: &[(&[u8], SoughtKey)]) -> Vec<u16> {
    keys.iter().map(|(_, sought)| sought.place.shard).collect()
}
