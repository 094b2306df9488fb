//! What a command's handler sees of the keyspace, and may do.

use std::ops::{Deref, DerefMut};

use fanfare_data::encoding::entry::NewValue;
use fanfare_data::object::{KeyEntry, Object};
use fanfare_stdx::random::Random;

use super::change::{Changes, Event, EventClass, EventClasses, Notice};
use super::database::Database;
use super::locking::{KeyPlace, Locked};
use super::watch::WatchMark;

/// The circumstances of a command, beside the data: all that would make it do otherwise if run again.
#[derive(Clone, Debug)]
pub struct Occasion {
    /// Unix time in milliseconds.
    pub now_ms: i64,
    /// The database that the client selected.
    pub database: u32,
    /// How many databases there are.
    pub databases: u32,
    /// The events that someone wants.
    pub events: EventClasses,
    /// The chance that the command has.
    pub random: Random,
}

/// What a command may see: the keys that it declared, read.
///
/// An expired key is not there for anyone: whoever looks for it takes it out.
pub struct ReadKeys<'a> {
    locked: Locked<'a>,
    occasion: Occasion,
    changes: Changes,
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
        Self { locked, occasion, changes }
    }

    /// The locks and the changes, for the next command of a transaction.
    pub fn into_parts(self) -> (Locked<'a>, Changes) {
        (self.locked, self.changes)
    }

    /// Puts a client's mark on a key, which must be one that the command declared.
    ///
    /// A key that has expired is taken out first, so that its end is no change.
    pub fn watch(&mut self, key: &[u8], mark: &WatchMark) {
        let database = self.occasion.database;
        self.present(database, key);
        let shard = self.locked.keyspace.place(key).shard;
        if let Some(shard) = self.locked.shard(shard) {
            shard.watches.add(database, key, mark);
        }
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

    /// The chance that the command has.
    pub fn random(&mut self) -> &mut Random {
        &mut self.occasion.random
    }

    /// The entry of a key in the selected database. The key must be one that the command declared.
    pub fn get(&mut self, key: &[u8]) -> Option<&KeyEntry> {
        self.get_in(self.occasion.database, key)
    }

    /// The entry of a key in any database.
    pub fn get_in(&mut self, database: u32, key: &[u8]) -> Option<&KeyEntry> {
        let place = self.present(database, key)?;
        self.database_of(database, place)?.get(place.place, key)
    }

    /// Calls `each` with every entry of the selected database that has not expired.
    pub fn for_each(&mut self, mut each: impl FnMut(&KeyEntry)) {
        let (number, now_ms) = (self.occasion.database, self.occasion.now_ms);
        self.locked.for_each_shard(|_, shard| {
            let entries = shard.database(number).into_iter().flat_map(Database::iter);
            entries.filter(|entry| !has_expired(entry, now_ms)).for_each(&mut each);
        });
    }

    /// How many keys the selected database has, expired ones that nobody noticed yet included.
    pub fn len(&mut self) -> usize {
        let number = self.occasion.database;
        let mut total = 0;
        self.locked.for_each_shard(|_, shard| {
            total += shard.database(number).map_or(0, Database::len);
        });
        total
    }

    /// Whether the selected database has no keys at all.
    pub fn is_empty(&mut self) -> bool {
        self.len() == 0
    }

    /// Where a key is, if it is there. Takes it out if it has expired.
    fn present(&mut self, database: u32, key: &[u8]) -> Option<KeyPlace> {
        let place = self.locked.keyspace.place(key);
        let now_ms = self.occasion.now_ms;
        let part = self.database_of(database, place)?;
        let entry = part.get(place.place, key)?;
        if !has_expired(entry, now_ms) {
            return Some(place);
        }
        part.remove(place.place, key);
        self.changes.expired += 1;
        self.note(database, key, Event::new(EventClass::Expired, "expired"));
        None
    }

    fn database_of(&mut self, database: u32, place: KeyPlace) -> Option<&mut Database> {
        let shard = self.locked.shard(place.shard);
        debug_assert!(shard.is_some(), "a command looked for a key that it did not declare");
        Some(shard?.database_mut(database))
    }

    fn note(&mut self, database: u32, key: &[u8], event: Event) {
        self.changes.count += 1;
        let shard = self.locked.keyspace.place(key).shard;
        if let Some(shard) = self.locked.shard(shard) {
            shard.watches.touch(database, key);
            let is_known = |ready: &(u32, Box<[u8]>)| ready.0 == database && *ready.1 == *key;
            if shard.waiting.has(database, key) && !self.changes.ready.iter().any(is_known) {
                self.changes.ready.push((database, key.into()));
            }
        }
        if self.occasion.events.has(event.class) {
            self.changes.notices.push(Notice { database, event, key: key.into() });
        }
    }
}

impl<'a> WriteKeys<'a> {
    /// A view of the locked shards. What is changed is added to `changes`.
    pub fn new(locked: Locked<'a>, occasion: Occasion, changes: Changes) -> Self {
        Self(ReadKeys::new(locked, occasion, changes))
    }

    /// The locks and the changes, for the next command of a transaction.
    pub fn into_parts(self) -> (Locked<'a>, Changes) {
        self.0.into_parts()
    }

    /// The entry of a key, to be changed in all but its expiry. Say [`changed`](Self::changed) if it was.
    pub fn get_mut(&mut self, key: &[u8]) -> Option<&mut KeyEntry> {
        let database = self.occasion.database;
        let place = self.present(database, key)?;
        self.database_of(database, place)?.get_mut(place.place, key)
    }

    /// Gives a key a value, whatever it held. Its expiry goes; see [`set_expiry`](Self::set_expiry).
    pub fn set(&mut self, key: &[u8], value: NewValue<'_, Object>) {
        self.set_in(self.occasion.database, key, value);
    }

    /// As [`set`](Self::set), in any database.
    pub fn set_in(&mut self, database: u32, key: &[u8], value: NewValue<'_, Object>) {
        if let Some(place) = self.present(database, key) {
            let Some(part) = self.0.database_of(database, place) else { return };
            part.set_expiry(place.place, key, None);
            if let Some(entry) = part.get_mut(place.place, key) {
                entry.set_value(value);
            }
            return;
        }
        self.insert(database, key, value);
        self.note_new(database, key);
    }

    /// Takes a key out; whether it was there.
    pub fn remove(&mut self, key: &[u8]) -> Option<KeyEntry> {
        self.remove_in(self.occasion.database, key)
    }

    /// As [`remove`](Self::remove), in any database.
    pub fn remove_in(&mut self, database: u32, key: &[u8]) -> Option<KeyEntry> {
        let place = self.present(database, key)?;
        self.database_of(database, place)?.remove(place.place, key)
    }

    /// Sets or removes the expiry of a key, in milliseconds of Unix time; whether the key is there.
    pub fn set_expiry(&mut self, key: &[u8], expiry_ms: Option<i64>) -> bool {
        let database = self.occasion.database;
        let Some(place) = self.present(database, key) else { return false };
        let Some(part) = self.database_of(database, place) else { return false };
        part.set_expiry(place.place, key, expiry_ms)
    }

    /// Says that a key of the selected database was changed, and how.
    pub fn changed(&mut self, key: &[u8], event: Event) {
        let database = self.occasion.database;
        self.note(database, key, event);
    }

    /// As [`changed`](Self::changed), for any database.
    pub fn changed_in(&mut self, database: u32, key: &[u8], event: Event) {
        self.note(database, key, event);
    }

    fn insert(&mut self, database: u32, key: &[u8], value: NewValue<'_, Object>) {
        let keyspace = self.locked.keyspace;
        let place = keyspace.place(key);
        if let Some(part) = self.database_of(database, place) {
            part.insert(place.place, key, value, |key| keyspace.hash(key));
        }
    }

    fn note_new(&mut self, database: u32, key: &[u8]) {
        let event = Event::new(EventClass::New, "new");
        if self.occasion.events.has(event.class) {
            self.changes.notices.push(Notice { database, event, key: key.into() });
        }
    }
}

fn has_expired(entry: &KeyEntry, now_ms: i64) -> bool {
    entry.expiry_ms().is_some_and(|time_ms| time_ms <= now_ms)
}
