//! Shards that are locked: what may be asked of them, and who waits for their keys.

use std::collections::HashSet;
use std::sync::Arc;

use fanfare_data::object::Type;
use fanfare_stdx::lock::MutexGuard;

use super::locking::{KeyPlace, Keyspace, SoughtKey};
use super::shard::Shard;
use super::waiting::Waiter;
use super::watch::WatchMark;

/// Most waiters that are looked at for the locks that serving them takes, shared by the keys of a command, of each of which
/// the first one is looked at in any case. If a command serves more of them, others may get the locks in between.
const COVERED_WAITERS_MAX: usize = 64;

/// Shards that are locked; unlocked when dropped.
pub struct Locked<'k> {
    pub(super) keyspace: &'k Keyspace,
    /// In ascending order of shards.
    guards: Guards<'k>,
    /// Where the one key is that a command is about. (The key is borrowed, so that its address stands for it.)
    known: Option<(&'k [u8], SoughtKey)>,
    /// The same for the keys of a command about several.
    known_keys: Vec<(&'k [u8], SoughtKey)>,
}

pub(super) enum Guards<'k> {
    None,
    /// What nearly every command needs.
    One(u16, MutexGuard<'k, Shard>),
    Some(Vec<(u16, MutexGuard<'k, Shard>)>),
    /// One for each shard.
    All(Vec<MutexGuard<'k, Shard>>),
}

impl<'k> Locked<'k> {
    pub(super) fn new(keyspace: &'k Keyspace, guards: Guards<'k>) -> Self {
        Self { keyspace, guards, known: None, known_keys: Vec::new() }
    }

    /// Says which key the next command is about, if it is only one, and where it is: it is then not hashed again.
    #[inline]
    pub fn expect(&mut self, key: &'k [u8], sought: SoughtKey) {
        self.known = Some((key, sought));
    }

    /// As [`expect`](Self::expect), for a command about a few keys.
    pub(super) fn expect_all(&mut self, keys: Vec<(&'k [u8], SoughtKey)>) {
        self.known_keys = keys;
    }

    /// Where a key is, and where its entry may stand.
    #[inline]
    pub(super) fn seek(&self, key: &[u8]) -> SoughtKey {
        match self.known {
            Some((known, sought)) if std::ptr::eq(known, key) => sought,
            _ => self.seek_among_several(key),
        }
    }

    fn seek_among_several(&self, key: &[u8]) -> SoughtKey {
        let known = self.known_keys.iter().find(|(known, _)| std::ptr::eq(*known, key));
        known.map_or_else(|| self.keyspace.place(key).into(), |(_, sought)| *sought)
    }

    /// Where a key is.
    #[inline]
    pub(super) fn place(&self, key: &[u8]) -> KeyPlace {
        self.seek(key).place
    }

    /// Whether anyone may watch or wait for a key of the locked shards; without a look where all are.
    #[inline]
    pub(super) fn is_heard(&self) -> bool {
        let is_heard = |shard: &Shard| !shard.watches.is_empty() || !shard.waiting.is_empty();
        match &self.guards {
            Guards::One(_, shard) => is_heard(shard),
            Guards::Some(shards) => shards.iter().any(|(_, shard)| is_heard(shard)),
            // What such a command looks for it locks as it comes to it.
            Guards::None | Guards::All(_) => true,
        }
    }

    /// Whether anyone waits for a key in the locked shards and names keys of others, too.
    pub fn has_spanning_waiters(&self) -> bool {
        let has = |shard: &Shard| shard.waiting.has_spanning();
        match &self.guards {
            Guards::None => false,
            Guards::One(_, guard) => has(guard),
            Guards::Some(guards) => guards.iter().any(|(_, guard)| has(guard)),
            Guards::All(guards) => guards.iter().any(|guard| has(guard)),
        }
    }

    /// A shard that is locked; nobody else's.
    #[inline]
    pub(super) fn shard(&mut self, number: u16) -> Option<&mut Shard> {
        match &mut self.guards {
            Guards::None => None,
            Guards::One(own, guard) => (*own == number).then_some(&mut **guard),
            Guards::Some(guards) => {
                let index = guards.binary_search_by_key(&number, |(shard, _)| *shard).ok()?;
                Some(&mut guards[index].1)
            }
            Guards::All(guards) => guards.get_mut(usize::from(number)).map(|guard| &mut **guard),
        }
    }

    /// The shard of a key that the command declared.
    #[inline]
    pub(super) fn shard_of(&mut self, key: &[u8]) -> Option<&mut Shard> {
        // If there is but one, the key need not be hashed.
        let number = match &self.guards {
            Guards::One(own, _) => *own,
            _ => self.place(key).shard,
        };
        debug_assert_eq!(number, self.place(key).shard, "a key was not declared");
        self.shard(number)
    }

    /// The shard of a key, declared or not, if it is locked.
    fn shard_with(&mut self, key: &[u8]) -> Option<&mut Shard> {
        self.shard(self.keyspace.shard_of(key))
    }

    /// As [`shard`](Self::shard), only to look at.
    pub(super) fn shard_held(&self, number: u16) -> Option<&Shard> {
        match &self.guards {
            Guards::None => None,
            Guards::One(own, guard) => (*own == number).then_some(&**guard),
            Guards::Some(guards) => {
                let index = guards.binary_search_by_key(&number, |(shard, _)| *shard).ok()?;
                Some(&guards[index].1)
            }
            Guards::All(guards) => guards.get(usize::from(number)).map(|guard| &**guard),
        }
    }

    /// Lets a client wait for its keys, all of whose shards are locked.
    pub fn add_waiter(&mut self, waiter: &Arc<Waiter>) {
        let spans = waiter.shards.len() > 1;
        for key in waiter.awaited_keys() {
            if let Some(shard) = self.shard_with(key) {
                shard.waiting.add(waiter.database, key, waiter, spans);
            }
        }
    }

    /// Ends the waiting of a client for all its keys, all of whose shards are locked.
    pub fn remove_waiter(&mut self, waiter: &Arc<Waiter>) {
        let spans = waiter.shards.len() > 1;
        for key in waiter.awaited_keys() {
            if let Some(shard) = self.shard_with(key) {
                shard.waiting.remove(waiter.database, key, waiter, spans);
            }
        }
    }

    /// The client that waits for a key, with `index` others before it. The key's shard is locked.
    pub fn waiter(&mut self, database: u32, key: &[u8], index: usize) -> Option<Arc<Waiter>> {
        self.shard_with(key)?.waiting.get(database, key, index).cloned()
    }

    /// Whether anyone who waits for a key is to be served even when it is gone. The key's shard is locked.
    pub fn has_waiter_even_gone(&mut self, database: u32, key: &[u8]) -> bool {
        self.shard_with(key).is_some_and(|shard| shard.waiting.has_even_gone(database, key))
    }

    /// What a key holds, whose shard is locked.
    pub fn value_type(&mut self, database: u32, key: &[u8], now_ms: i64) -> Option<Type> {
        let KeyPlace { shard, place } = self.keyspace.place(key);
        let entry = self.shard(shard)?.database(database)?.get(place, key)?;
        let is_there = entry.expiry_ms().is_none_or(|time_ms| time_ms > now_ms);
        is_there.then(|| Type::of(&entry.value()))
    }

    /// Whether all shards are locked that it takes to serve those who wait for one of these keys, or for one that serving them
    /// may fill.
    pub(super) fn covers_waiters<'a>(
        &self,
        database: u32,
        keys: impl Iterator<Item = &'a [u8]>,
    ) -> bool {
        if matches!(self.guards, Guards::All(_)) || self.keyspace.shards() == 1 {
            return true;
        }
        let mut left: Vec<&[u8]> = keys.collect();
        let looks = (COVERED_WAITERS_MAX / left.len().max(1)).max(1);
        let (mut filled, mut seen) = (HashSet::new(), HashSet::new());
        while let Some(key) = left.pop() {
            let Some(shard) = self.shard_held(self.keyspace.shard_of(key)) else { return false };
            for waiter in shard.waiting.of(database, key).take(looks) {
                // One may wait for all of the keys.
                if !seen.insert(Arc::as_ptr(waiter)) {
                    continue;
                }
                if !self.covers_waiter(waiter) {
                    return false;
                }
                left.extend(waiter.filled_keys().filter(|key| filled.insert(*key)));
            }
        }
        true
    }

    /// Whether all shards are locked that it takes to serve a client that waits.
    pub fn covers_waiter(&self, waiter: &Waiter) -> bool {
        waiter.shards.iter().all(|&shard| self.shard_held(shard).is_some())
    }

    /// Takes a client's mark off a key whose shard is locked.
    pub fn unwatch(&mut self, database: u32, key: &[u8], mark: &WatchMark) {
        if let Some(shard) = self.shard_with(key) {
            shard.watches.remove(database, key, mark);
        }
    }

    /// Whether a key's shard is locked.
    pub fn covers(&mut self, key: &[u8]) -> bool {
        self.shard_with(key).is_some()
    }

    /// Whether all shards are locked.
    pub(super) fn covers_all(&self) -> bool {
        matches!(self.guards, Guards::All(_))
    }

    /// Calls `act` with a shard, locked already or locked for the time of the call.
    pub(super) fn with_shard<R>(&mut self, number: u16, act: impl FnOnce(&mut Shard) -> R) -> R {
        match self.shard(number) {
            Some(shard) => act(shard),
            None => act(&mut self.keyspace.guard(number)),
        }
    }

    /// Calls `each` with every shard in order: with one that is locked already, or locked for the time of the call.
    ///
    /// Without all shards locked, the keyspace may change between two calls.
    pub(super) fn for_each_shard(&mut self, mut each: impl FnMut(u16, &mut Shard)) {
        for number in 0..self.keyspace.shards.len() as u16 {
            self.with_shard(number, |shard| each(number, shard));
        }
    }
}
