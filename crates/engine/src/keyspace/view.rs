//! What a command's handler sees of the keyspace, and may do.

use std::ops::{Deref, DerefMut};

use fanfare_data::dictionary::Spot;
use fanfare_data::encoding::entry::{NewValue, ValueRef};
use fanfare_data::object::{KeyEntry, Object, Type};
use fanfare_stdx::random::Random;

use super::change::{
    Changes, EXPIRED, Event, EventClass, Garbage, Invalid, KEY_MISS, NEW, Notice, OVERWRITTEN,
    Replaced, TYPE_CHANGED,
};
use super::database::Database;
use super::limits::Limit;
use super::locking::{KeyPlace, Locked};
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
const UNNOTICED_PARTS_MAX: usize = 16_384;

/// What a command may see: the keys that it declared, read.
///
/// An expired key is not there for anyone: whoever looks for it takes it out.
pub struct ReadKeys<'a> {
    pub(super) locked: Locked<'a>,
    pub(super) occasion: Occasion,
    pub(super) changes: Changes,
    /// Whether a plain look-up counts as a read: it does for commands that only read.
    counts_reads: bool,
    /// The hash of the key whose use was noted last, as a command that looks twice uses it once.
    used: Option<u64>,
}

/// What a command may see and change.
pub struct WriteKeys<'a>(ReadKeys<'a>);

impl<'a> Deref for WriteKeys<'a> {
    type Target = ReadKeys<'a>;

    fn deref(&self) -> &ReadKeys<'a> {
        &self.0
    }
}

impl<'a> DerefMut for WriteKeys<'a> {
    fn deref_mut(&mut self) -> &mut ReadKeys<'a> {
        &mut self.0
    }
}

impl<'a> ReadKeys<'a> {
    /// A view of the locked shards. What is changed is added to `changes`.
    pub fn new(locked: Locked<'a>, occasion: Occasion, changes: Changes) -> Self {
        Self { locked, occasion, changes, counts_reads: true, used: None }
    }

    /// The locks and the changes, for the next command of a transaction.
    pub fn into_parts(self) -> (Locked<'a>, Changes) {
        (self.locked, self.changes)
    }

    /// Puts a client's mark on a key, which must be one that the command declared; `false` if it is there already.
    ///
    /// A key that has expired is taken out first, so that its end is no change.
    pub fn watch(&mut self, key: &[u8], mark: &WatchMark) -> bool {
        let database = self.occasion.database;
        self.look(database, key, Look::Peek);
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
        let place = self.locked.keyspace.place(key);
        let part = self.locked.shard_held(place.shard)?.database(self.occasion.database)?;
        part.get(place.place, key).filter(|entry| !has_expired(entry, self.occasion.now_ms))
    }

    /// Where a key is, and where its entry stands if it is there. Takes it out if it has expired.
    pub(super) fn look(
        &mut self,
        database: u32,
        key: &[u8],
        look: Look,
    ) -> (KeyPlace, Option<Spot>) {
        let place = self.locked.place(key);
        let Occasion { now_ms, rules, .. } = self.occasion;
        let shard = self.locked.shard(place.shard);
        debug_assert!(shard.is_some(), "a command looked for a key that it did not declare");
        let Some(part) = shard.and_then(|shard| shard.existing_mut(database)) else {
            return (place, None);
        };
        let spot = part.find(place.place, key);
        let Some(entry) = spot.and_then(|spot| part.at_mut(place.place, spot)) else {
            return (place, None);
        };
        if has_expired(entry, now_ms) {
            if rules.keeps_expired {
                return (place, None);
            }
            if let Some(entry) = part.remove(place.place, key) {
                self.end_expired(database, entry);
            }
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
        (place, spot)
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

    fn discard_object(&mut self, object: Option<Box<Object>>, freeing: Freeing) {
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
    fn note_read(&mut self, database: u32, key: &[u8], is_there: bool) {
        if is_there {
            self.changes.hits += 1;
        } else {
            self.changes.misses += 1;
            self.tell(database, key, KEY_MISS);
        }
    }

    pub(super) fn database_of(&mut self, database: u32, place: KeyPlace) -> Option<&mut Database> {
        Some(self.locked.shard(place.shard)?.database_mut(database))
    }

    /// Tells whoever wants to know that a key is not what it was.
    pub(super) fn note(&mut self, database: u32, key: &[u8], event: Event) {
        let is_written = !matches!(event.class, EventClass::Expired | EventClass::Evicted);
        self.note_quietly(database, key, is_written);
        self.tell(database, key, event);
    }

    /// As [`note`](Self::note), without an event.
    fn note_quietly(&mut self, database: u32, key: &[u8], is_written: bool) {
        if let Some(shard) = self.locked.shard_of(key) {
            shard.watches.touch(database, key);
        }
        self.wake_waiters(database, key);
        if self.occasion.is_tracked {
            self.changes.invalid.push(Invalid { key: key.into(), is_written, is_told: false });
        }
    }

    /// Has those looked at who wait for a key.
    pub(super) fn wake_waiters(&mut self, database: u32, key: &[u8]) {
        let Some(shard) = self.locked.shard_of(key) else { return };
        let is_known = |ready: &(u32, Box<[u8]>)| ready.0 == database && *ready.1 == *key;
        if shard.waiting.has(database, key) && !self.changes.ready.iter().any(is_known) {
            self.changes.ready.push((database, key.into()));
        }
    }

    /// Has an event published, if someone wants those of its class.
    pub(super) fn tell(&mut self, database: u32, key: &[u8], event: Event) {
        if self.occasion.events.has(event.class) {
            self.changes.notices.push(Notice { database, event, key: key.into() });
        }
    }
}

impl<'a> WriteKeys<'a> {
    /// A view of the locked shards. What is changed is added to `changes`.
    pub fn new(locked: Locked<'a>, occasion: Occasion, changes: Changes) -> Self {
        Self(ReadKeys { counts_reads: false, ..ReadKeys::new(locked, occasion, changes) })
    }

    /// The locks and the changes, for the next command of a transaction.
    pub fn into_parts(self) -> (Locked<'a>, Changes) {
        self.0.into_parts()
    }

    /// The entry of a key, to be changed in all but its expiry and, if it is a hash, the times of its fields; for that see
    /// [`edit_hash`](Self::edit_hash). Say [`changed`](Self::changed) if it was.
    pub fn get_mut(&mut self, key: &[u8]) -> Option<&mut KeyEntry> {
        let database = self.occasion.database;
        let (place, spot) = self.look(database, key, Look::Use);
        self.database_of(database, place)?.at_mut(place.place, spot?)
    }

    /// Gives a key a value, whatever it held. Its expiry goes; see [`set_expiring`](Self::set_expiring). That the key is new, or
    /// held something else, is an event of its own, before the one that [`changed`](Self::changed) names; so a command that
    /// changes a value rather than replaces it goes through [`get_mut`](Self::get_mut).
    pub fn set(&mut self, key: &[u8], value: NewValue<'_, Object>) {
        self.set_in(self.occasion.database, key, value, None);
    }

    /// Gives a key a value and an expiry (milliseconds of Unix time), whatever it had; else as [`set`](Self::set).
    pub fn set_expiring(
        &mut self,
        key: &[u8],
        value: NewValue<'_, Object>,
        expiry_ms: Option<i64>,
    ) {
        self.set_in(self.occasion.database, key, value, expiry_ms);
    }

    fn set_in(
        &mut self,
        database: u32,
        key: &[u8],
        value: NewValue<'_, Object>,
        expiry_ms: Option<i64>,
    ) {
        let (place, spot) = self.look(database, key, Look::Use);
        let Some(spot) = spot else {
            let access = self.occasion.rules.access.new_bits(self.occasion.now_ms);
            self.insert(database, place, KeyEntry::with(key, value, expiry_ms, access));
            self.tell(database, key, NEW);
            return;
        };
        let Some(part) = self.0.database_of(database, place) else { return };
        let type_at =
            |part: &Database| part.at(place.place, spot).map(|one| Type::of(&one.value()));
        let old_type = type_at(part);
        let old = part.replace(place.place, spot, value, expiry_ms);
        let is_same = type_at(part) == old_type;
        self.discard_object(old, Freeing::Overwriting);
        let replaced = if is_same { Replaced::SameType } else { Replaced::OtherType };
        self.tell_replaced(database, key, replaced);
    }

    /// Adds an entry to a database, in place of whatever its key held there. As in Redis the key is told to be new
    /// in any case; say [`tell_replaced`](Self::tell_replaced) behind the events of the command.
    pub fn put(&mut self, database: u32, entry: KeyEntry) -> Replaced {
        let new_type = Type::of(&entry.value());
        let mut replaced = Replaced::Nothing;
        if let Some(old) = self.remove_in(database, entry.key()) {
            replaced = Replaced::between(Type::of(&old.value()), new_type);
            self.discard(old, Freeing::Overwriting);
        }
        let place = self.locked.keyspace.place(entry.key());
        self.tell(database, entry.key(), NEW);
        self.insert(database, place, entry);
        replaced
    }

    /// Tells what became of the value that a key held.
    pub fn tell_replaced(&mut self, database: u32, key: &[u8], replaced: Replaced) {
        if replaced != Replaced::Nothing {
            self.tell(database, key, OVERWRITTEN);
        }
        if replaced == Replaced::OtherType {
            self.tell(database, key, TYPE_CHANGED);
        }
    }

    /// Empties a database; what was in it is freed in the background if `is_lazy`.
    pub fn clear(&mut self, database: u32, is_lazy: bool) {
        let keyspace = self.locked.keyspace;
        let mut parts = Vec::new();
        let ready = &mut self.0.changes.ready;
        self.0.locked.for_each_shard(|_, shard| {
            let Some(part) = shard.take_database(database) else { return };
            let was_there = |key: &[u8]| part.get(keyspace.place(key).place, key).is_some();
            shard.watches.touch_where(database, was_there);
            ready.extend(shard.waiting.keys_in(database));
            if !part.is_empty() {
                parts.push(part);
            }
        });
        let is_lazy = is_lazy || takes_time_to_free(&parts);
        let garbage = Garbage::Databases(parts);
        self.0.changes.count += garbage.objects();
        if is_lazy && garbage.objects() > 0 {
            self.0.changes.garbage.push(garbage);
        }
    }

    /// Says that all keys were taken out that a client's command meant.
    pub fn flushed(&mut self) {
        self.0.changes.flushes += 1;
    }

    /// Exchanges two databases for all clients.
    pub fn swap_databases(&mut self, first: u32, second: u32) {
        let ready = &mut self.0.changes.ready;
        let keyspace = self.0.locked.keyspace;
        self.0.locked.for_each_shard(|_, shard| {
            // A key that neither database has is the same before and after.
            let is_there = |key: &[u8]| {
                let place = keyspace.place(key).place;
                [first, second].into_iter().any(|number| shard.holds(number, place, key))
            };
            if first != second {
                shard.watches.touch_where(first, is_there);
                shard.watches.touch_where(second, is_there);
            }
            shard.swap_databases(first, second);
            ready.extend(shard.waiting.keys_in(first));
            ready.extend(shard.waiting.keys_in(second));
        });
        self.0.changes.count += 1;
    }

    /// Takes a key out, for whoever still wants its entry; see [`delete`](Self::delete).
    pub fn remove(&mut self, key: &[u8]) -> Option<KeyEntry> {
        self.remove_in(self.occasion.database, key)
    }

    /// As [`remove`](Self::remove), in any database.
    pub fn remove_in(&mut self, database: u32, key: &[u8]) -> Option<KeyEntry> {
        let (place, spot) = self.look(database, key, Look::Peek);
        spot?;
        self.database_of(database, place)?.remove(place.place, key)
    }

    /// Takes a key out and frees what it held, in the background if it is large and `freeing` may leave it to that; whether
    /// the key was there.
    pub fn delete(&mut self, key: &[u8], freeing: Freeing) -> bool {
        let Some(entry) = self.remove(key) else { return false };
        self.discard(entry, freeing);
        true
    }

    /// Sets or removes the expiry of a key, in milliseconds of Unix time; whether the key is there.
    pub fn set_expiry(&mut self, key: &[u8], expiry_ms: Option<i64>) -> bool {
        let database = self.occasion.database;
        let (place, spot) = self.look(database, key, Look::Use);
        let Some(spot) = spot else { return false };
        if let Some(part) = self.database_of(database, place) {
            part.set_expiry(place.place, spot, expiry_ms);
        }
        true
    }

    /// Says that a key of the selected database was changed, and how.
    ///
    /// It counts as one change (`rdb_changes_since_last_save`). Where Redis counts each of several elements, say
    /// [`changed_by`](Self::changed_by); for a further event of the same change, [`also`](Self::also).
    pub fn changed(&mut self, key: &[u8], event: Event) {
        self.changed_by(key, event, 1);
    }

    /// As [`changed`](Self::changed), counted as so many changes.
    pub fn changed_by(&mut self, key: &[u8], event: Event, count: u64) {
        let database = self.occasion.database;
        self.changes.count += count;
        self.note(database, key, event);
    }

    /// As [`changed`](Self::changed), where Redis publishes no event.
    pub fn changed_quietly(&mut self, key: &[u8]) {
        let database = self.occasion.database;
        self.changes.count += 1;
        self.note_quietly(database, key, true);
    }

    /// As [`changed`](Self::changed), for any database.
    pub fn changed_in(&mut self, database: u32, key: &[u8], event: Event) {
        self.changes.count += 1;
        self.note(database, key, event);
    }

    /// Says that a change that counts already was also this, perhaps of another key.
    pub fn also(&mut self, key: &[u8], event: Event) {
        let database = self.occasion.database;
        self.note(database, key, event);
    }

    /// As [`also`](Self::also), for any database.
    pub fn also_in(&mut self, database: u32, key: &[u8], event: Event) {
        self.note(database, key, event);
    }

    fn insert(&mut self, database: u32, place: KeyPlace, entry: KeyEntry) {
        let keyspace = self.locked.keyspace;
        if let Some(part) = self.database_of(database, place) {
            part.insert(place.place, entry, |key| keyspace.hash(key));
        }
    }
}

/// Whether there are more than [`UNNOTICED_PARTS_MAX`] keys and parts of their values. Costs a look at so many at most.
fn takes_time_to_free(databases: &[Database]) -> bool {
    let mut parts = 0;
    for entry in databases.iter().flat_map(Database::iter) {
        parts += 1;
        if let ValueRef::Object(object) = entry.value() {
            parts += object.parts();
        }
        if parts > UNNOTICED_PARTS_MAX {
            return true;
        }
    }
    false
}

pub(super) fn has_expired(entry: &KeyEntry, now_ms: i64) -> bool {
    entry.expiry_ms().is_some_and(|time_ms| time_ms <= now_ms)
}
