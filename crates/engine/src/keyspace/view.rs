//! What a command's handler sees of the keyspace.

use fanfare_data::dictionary::Spot;
use fanfare_data::object::{KeyEntry, Object};
use fanfare_stdx::random::Random;

use super::change::{Changes, EXPIRED, Event, EventClass, Garbage, Invalid, KEY_MISS, Notice};
use super::database::Database;
use super::limits::Limit;
use super::locked::Locked;
use super::locking::{KeyPlace, SoughtKey};
use super::rules::{Freeing, Occasion, Rules};
use super::shard::Shard;
use super::watch::WatchMark;

/// What a look at a key is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// A use of it, unless the client's looks are none.
    Use,
    /// A use of it whoever looks.
    Touch,
    /// No use.
    Peek,
}

/// How many parts a value has whose freeing is worth a trip to the background.
const LARGE_VALUE_PARTS: usize = 64;
/// How many parts can be freed before anybody notices, in a millisecond or so. What has more is left to the background
/// whatever is configured.
pub(super) const UNNOTICED_PARTS_MAX: usize = 16_384;

/// What a command may see: the keys that it declared, read.
///
/// An expired key is not there for anyone: whoever looks for it takes it out.
pub struct ReadKeys<'a> {
    pub(super) locked: Locked<'a>,
    pub(super) occasion: Occasion,
    /// What was changed, and not told yet.
    pub changes: Changes,
    /// Whether a plain look-up counts as a read: it does for commands that only read.
    pub(super) counts_reads: bool,
    /// The hash of the key whose use was noted last, or that is new, as a command that looks twice uses it once.
    pub(super) used: Option<u64>,
    /// Whether someone may want to hear of a change under these locks.
    is_heard: bool,
}

impl<'a> ReadKeys<'a> {
    /// A view of the locked shards. What is changed is added to `changes`.
    #[inline]
    pub fn new(locked: Locked<'a>, occasion: Occasion, changes: Changes) -> Self {
        let is_heard = occasion.is_tracked || !occasion.events.is_empty() || locked.is_heard();
        Self { locked, occasion, changes, counts_reads: true, used: None, is_heard }
    }

    /// Begins the next command under these locks, which is about one key and runs at this time.
    #[inline]
    pub fn begin(&mut self, key: &'a [u8], sought: &SoughtKey, now_ms: i64) {
        self.locked.expect(key, *sought);
        self.occasion.now_ms = now_ms;
        self.counts_reads = false;
        self.used = None;
    }

    /// Whether someone may want to hear of a change under these locks. If not, commands on keys leave nothing to be told.
    #[inline]
    pub fn is_heard(&self) -> bool {
        self.is_heard
    }

    /// Whether someone waits for a key that was changed.
    pub fn wakes_someone(&self) -> bool {
        !self.changes.ready.is_empty()
    }

    /// The locks and the changes, for the next command of a transaction.
    #[inline]
    pub fn into_parts(self) -> (Locked<'a>, Changes) {
        (self.locked, self.changes)
    }

    /// Puts a client's mark on a key, which must be one that the command declared; `false` if it is there already, or is set.
    ///
    /// A key that has expired is taken out first, so that its end is no change.
    pub fn watch(&mut self, key: &[u8], mark: &WatchMark) -> bool {
        let database = self.occasion.database;
        self.look(database, key, Look::Peek);
        self.is_heard = true;
        self.locked.shard_of(key).is_some_and(|shard| shard.watches.add(database, key, mark))
    }

    /// Unix time in milliseconds, the same throughout the command.
    pub fn now_ms(&self) -> i64 {
        self.occasion.now_ms
    }

    /// The database that the client selected.
    pub fn database(&self) -> u32 {
        self.occasion.database
    }

    /// How many databases there are.
    pub fn databases(&self) -> u32 {
        self.occasion.databases
    }

    /// A limit on values.
    pub fn limit(&self, limit: Limit) -> i64 {
        self.locked.keyspace.limit(limit)
    }

    /// The chance that the command has.
    pub fn random(&mut self) -> &mut Random {
        &mut self.occasion.random
    }

    /// The entry of a key in the selected database. The key must be one that the command declared.
    ///
    /// For a command that only reads this is [`read`](Self::read), for one that writes [`peek`](Self::peek).
    pub fn get(&mut self, key: &[u8]) -> Option<&KeyEntry> {
        self.get_in(self.occasion.database, key)
    }

    /// As [`get`](Self::get), in any database.
    pub fn get_in(&mut self, database: u32, key: &[u8]) -> Option<&KeyEntry> {
        let counts = self.counts_reads;
        self.look_up(database, key, Look::Use, counts)
    }

    /// The entry of a key whose value the client gets, or that makes what it gets: counted, and a miss is an event. For
    /// the look-ups of a writing command that Redis counts so.
    pub fn read(&mut self, key: &[u8]) -> Option<&KeyEntry> {
        self.look_up(self.occasion.database, key, Look::Use, true)
    }

    /// As [`get`](Self::get), for commands that ask about a key without using its value: eviction does not take it for a
    /// use.
    pub fn glance(&mut self, key: &[u8]) -> Option<&KeyEntry> {
        let counts = self.counts_reads;
        self.look_up(self.occasion.database, key, Look::Peek, counts)
    }

    /// As [`glance`](Self::glance), for `OBJECT`: counted, but a miss is no event.
    pub fn inspect(&mut self, key: &[u8]) -> Option<&KeyEntry> {
        let is_there = self.peek(key).is_some();
        self.changes.hits += u64::from(is_there);
        self.changes.misses += u64::from(!is_there);
        self.peek(key)
    }

    /// The entry of a key, which nobody counts and eviction does not take for a use.
    pub fn peek(&mut self, key: &[u8]) -> Option<&KeyEntry> {
        self.peek_in(self.occasion.database, key)
    }

    /// As [`peek`](Self::peek), in any database.
    pub fn peek_in(&mut self, database: u32, key: &[u8]) -> Option<&KeyEntry> {
        self.look_up(database, key, Look::Peek, false)
    }

    /// Uses a key, even for a client whose looks are no use (`TOUCH`); whether it is there.
    pub fn touch(&mut self, key: &[u8]) -> bool {
        let counts = self.counts_reads;
        self.look_up(self.occasion.database, key, Look::Touch, counts).is_some()
    }

    fn look_up(
        &mut self,
        database: u32,
        key: &[u8],
        look: Look,
        counts: bool,
    ) -> Option<&KeyEntry> {
        let (place, spot) = self.look(database, key, look);
        if counts {
            self.note_read(database, key, spot.is_some());
        }
        self.locked.shard(place.shard)?.database(database)?.at(place.place, spot?)
    }

    /// What the operator set.
    pub fn rules(&self) -> Rules {
        self.occasion.rules
    }

    /// The entry of a key that was looked for before in this command, so that several can be held at a time.
    pub fn held(&self, key: &[u8]) -> Option<&KeyEntry> {
        let place = self.locked.place(key);
        let part = self.locked.shard_held(place.shard)?.database(self.occasion.database)?;
        part.get(place.place, key).filter(|entry| !has_expired(entry, self.occasion.now_ms))
    }

    /// Where a key is, and where its entry stands if it is there. Takes it out if it has expired.
    #[expect(
        clippy::inline_always,
        reason = "a look-up takes 20 to 50 instructions less if what this tells is not handed over in memory"
    )]
    #[inline(always)]
    pub(super) fn look(
        &mut self,
        database: u32,
        key: &[u8],
        look: Look,
    ) -> (KeyPlace, Option<Spot>) {
        let SoughtKey { place, candidates } = self.locked.seek(key);
        let Occasion { now_ms, rules, .. } = self.occasion;
        let shard = self.locked.shard(place.shard);
        debug_assert!(shard.is_some(), "a command looked for a key that it did not declare");
        let Some(part) = shard.and_then(|shard| shard.existing_mut(database)) else {
            return (place, None);
        };
        let Some((spot, entry)) = part.find_mut(place.place, candidates, key) else {
            return (place, None);
        };
        if has_expired(entry, now_ms) {
            self.take_out_expired(database, place, key);
            return (place, None);
        }
        let is_use = match look {
            Look::Use => !rules.is_untouching,
            Look::Touch => true,
            Look::Peek => false,
        };
        if is_use && self.used != Some(place.place.hash) {
            self.used = Some(place.place.hash);
            let random = &mut self.occasion.random;
            entry.set_access(rules.access.used_bits(entry.access(), now_ms, random));
        }
        (place, Some(spot))
    }

    /// Takes out a key that has expired, unless it is kept for now.
    #[cold]
    fn take_out_expired(&mut self, database: u32, place: KeyPlace, key: &[u8]) {
        if self.occasion.rules.keeps_expired {
            return;
        }
        let part = self.database_of(database, place);
        if let Some(entry) = part.and_then(|part| part.remove(place.place, key)) {
            self.end_expired(database, entry);
        }
    }

    /// Tells of an entry that has expired and was taken out.
    pub(super) fn end_expired(&mut self, database: u32, entry: KeyEntry) {
        self.changes.expired += 1;
        self.note(database, entry.key(), EXPIRED);
        self.discard(entry, Freeing::Expiry);
    }

    /// Frees an entry that was taken out: here, or in the background if it is large and may be left to it.
    pub(super) fn discard(&mut self, mut entry: KeyEntry, freeing: Freeing) {
        let object = entry.take_object();
        self.discard_object(object, freeing);
    }

    pub(super) fn discard_object(&mut self, object: Option<Box<Object>>, freeing: Freeing) {
        let Some(object) = object else { return };
        let parts = object.parts();
        let is_lazy = self.occasion.rules.is_lazy(freeing) && parts > LARGE_VALUE_PARTS;
        if is_lazy || parts > UNNOTICED_PARTS_MAX {
            self.changes.garbage.push(Garbage::Value(object));
        }
    }

    pub(super) fn locked_shard(&mut self, number: u16) -> Option<&mut Shard> {
        self.locked.shard(number)
    }

    /// Counts a read, and tells of a miss.
    #[inline]
    pub(super) fn note_read(&mut self, database: u32, key: &[u8], is_there: bool) {
        if is_there {
            self.changes.hits += 1;
        } else {
            self.changes.misses += 1;
            self.tell(database, key, KEY_MISS);
        }
    }

    /// A database's part with a key that was found there.
    #[inline]
    pub(super) fn database_of(&mut self, database: u32, place: KeyPlace) -> Option<&mut Database> {
        self.locked.shard(place.shard)?.existing_mut(database)
    }

    /// Tells whoever wants to know that a key is not what it was.
    #[inline]
    pub(super) fn note(&mut self, database: u32, key: &[u8], event: Event) {
        self.check_declared(key);
        if !self.is_heard {
            return;
        }
        let is_written = !matches!(event.class, EventClass::Expired | EventClass::Evicted);
        self.note_quietly(database, key, is_written);
        if event.wakes {
            self.wake_waiters(database, key);
        }
        self.tell(database, key, event);
    }

    /// In debug builds, that a command changes no key but those that it declared.
    #[inline]
    fn check_declared(&mut self, key: &[u8]) {
        if cfg!(debug_assertions) {
            self.locked.shard_of(key);
        }
    }

    /// As [`note`](Self::note), without an event, and nobody waits for such a change.
    #[inline]
    pub(super) fn note_quietly(&mut self, database: u32, key: &[u8], is_written: bool) {
        self.check_declared(key);
        if !self.is_heard {
            return;
        }
        if let Some(shard) = self.locked.shard_of(key) {
            shard.watches.touch(database, key);
        }
        if self.occasion.is_tracked {
            self.changes.invalid.push(Invalid { key: key.into(), is_written, is_told: false });
        }
    }

    /// Has those looked at who wait for a key.
    #[inline]
    pub(super) fn wake_waiters(&mut self, database: u32, key: &[u8]) {
        let Some(shard) = self.locked.shard_of(key) else { return };
        if shard.waiting.has(database, key) {
            self.changes.ready.push((database, key.into()));
        }
    }

    /// Has an event published, if someone wants those of its class.
    #[inline]
    pub(super) fn tell(&mut self, database: u32, key: &[u8], event: Event) {
        if self.occasion.events.has(event.class) {
            self.changes.notices.push(Notice { database, event, key: key.into() });
        }
    }
}

pub(super) fn has_expired(entry: &KeyEntry, now_ms: i64) -> bool {
    entry.expiry_ms().is_some_and(|time_ms| time_ms <= now_ms)
}
