//! What a command may change.

use std::ops::{Deref, DerefMut};

use fanfare_data::encoding::entry::{NewValue, ValueRef};
use fanfare_data::object::{KeyEntry, Object, Type};

use super::change::{Changes, Event, Garbage, NEW, OVERWRITTEN, Replaced, TYPE_CHANGED};
use super::database::Database;
use super::locked::Locked;
use super::locking::KeyPlace;
use super::rules::{Freeing, Occasion};
use super::view::{Look, ReadKeys, UNNOTICED_PARTS_MAX};

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

impl<'a> WriteKeys<'a> {
    /// A view of the locked shards. What is changed is added to `changes`.
    #[inline]
    pub fn new(locked: Locked<'a>, occasion: Occasion, changes: Changes) -> Self {
        let mut keys = ReadKeys::new(locked, occasion, changes);
        keys.counts_reads = false;
        Self(keys)
    }

    /// The same for a command that only reads.
    pub fn reading(&mut self) -> &mut ReadKeys<'a> {
        self.0.counts_reads = true;
        &mut self.0
    }

    /// The locks and the changes, for the next command of a transaction.
    #[inline]
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

    /// As [`get_mut`](Self::get_mut), and counted as [`read`](ReadKeys::read) is.
    pub fn read_mut(&mut self, key: &[u8]) -> Option<&mut KeyEntry> {
        let database = self.occasion.database;
        let (place, spot) = self.look(database, key, Look::Use);
        self.note_read(database, key, spot.is_some());
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
            self.used = Some(place.place.hash);
            self.tell(database, key, NEW);
            return;
        };
        let Some(part) = self.0.database_of(database, place) else { return };
        let Some((old, replaced)) = part.replace(place.place, spot, value, expiry_ms) else {
            return;
        };
        self.discard_object(old, Freeing::Overwriting);
        self.tell_replaced(database, key, replaced);
    }

    /// Adds an entry to a database, in place of whatever its key held there. As in Redis the key is told to be new
    /// in any case, and counts as never used; say [`tell_replaced`](Self::tell_replaced) behind the events of the command.
    pub fn put(&mut self, database: u32, mut entry: KeyEntry) -> Replaced {
        entry.set_access(self.occasion.rules.access.new_bits(self.occasion.now_ms));
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
        self.0.locked.for_each_shard(|_, shard| {
            let Some(part) = shard.take_database(database) else { return };
            let was_there = |key: &[u8]| part.get(keyspace.place(key).place, key).is_some();
            shard.watches.touch_where(database, was_there);
            if !part.is_empty() {
                parts.push(part);
            }
        });
        self.wake_all_waiters(database);
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
        let keyspace = self.0.locked.keyspace;
        self.0.locked.for_each_shard(|_, shard| {
            let mut watches = std::mem::take(&mut shard.watches);
            // A key that neither database has is the same before and after.
            let is_there = |key: &[u8]| {
                let place = keyspace.place(key).place;
                [first, second].into_iter().any(|number| shard.holds(number, place, key))
            };
            if first != second {
                watches.touch_where(first, is_there);
                watches.touch_where(second, is_there);
            }
            shard.watches = watches;
            shard.swap_databases(first, second);
        });
        self.wake_all_waiters(first);
        self.wake_all_waiters(second);
        self.0.changes.count += 1;
    }

    /// Has those looked at who wait for any key of a database. Keys that are ready already stay where they are, so that
    /// transactions may do this as often as they like.
    fn wake_all_waiters(&mut self, database: u32) {
        let ready = &mut self.0.changes.ready;
        self.0.locked.for_each_shard(|_, shard| ready.extend(shard.waiting.keys_in(database)));
    }

    /// Takes a key out, for whoever still wants its entry; see [`delete`](Self::delete).
    #[must_use]
    pub fn remove(&mut self, key: &[u8]) -> Option<KeyEntry> {
        self.remove_in(self.occasion.database, key)
    }

    /// As [`remove`](Self::remove), in any database.
    #[must_use]
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

    /// As [`changed`](Self::changed), where Redis publishes no event, and nobody waits for such a change.
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
        if let Some(shard) = self.locked.shard(place.shard) {
            let part = shard.database_mut(database);
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
