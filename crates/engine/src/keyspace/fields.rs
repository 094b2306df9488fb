//! Hashes in the keyspace: changing them, and taking out fields that have expired.
//!
//! The database keeps a record of which hashes have fields that expire, and when the first of them does. So whoever changes a
//! hash in place does it here.

use fanfare_data::hash::HashMut;

use super::change::{Event, EventClass};
use super::database::next_field_expiry_ms;
use super::rules::Freeing;
use super::view::{Look, ReadKeys};
use super::write::WriteKeys;

const HEXPIRED: Event = Event::new(EventClass::Hash, "hexpired");

/// A key holds a value of another type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAHash;

impl ReadKeys<'_> {
    /// Takes out those of the named fields that have expired; how many. An emptied hash stays.
    pub fn take_expired_fields<'f>(
        &mut self,
        key: &[u8],
        names: impl Iterator<Item = &'f [u8]>,
    ) -> usize {
        let (database, now_ms) = (self.database(), self.now_ms());
        self.take_fields_out(database, key, |hash| {
            let has_expired = |name: &&[u8], hash: &HashMut<'_>| match hash.read().get(name) {
                Some(field) => field.has_expired(now_ms),
                None => false,
            };
            names.filter(|name| has_expired(name, hash) && hash.remove(name)).count()
        })
    }

    /// As [`take_expired_fields`](Self::take_expired_fields); a hash that has no field left is taken out.
    pub fn expire_fields<'f>(&mut self, key: &[u8], names: impl Iterator<Item = &'f [u8]>) {
        if self.take_expired_fields(key, names) > 0 {
            self.remove_emptied(self.database(), key);
        }
    }

    /// Takes out all fields of a hash that have expired, and the hash if it has none left.
    pub fn expire_all_fields(&mut self, key: &[u8]) {
        self.expire_due_fields(self.database(), key, usize::MAX);
    }

    /// Takes out fields whose time has come from all databases of a shard that is locked, at most `budget`; how many.
    pub fn expire_fields_of_shard(&mut self, shard: u16, budget: usize) -> usize {
        let now_ms = self.now_ms();
        let mut expired = 0;
        let databases = self.locked.shard(shard).map_or(0, |shard| shard.used_databases());
        for database in 0..databases {
            while expired < budget {
                let Some(keys) = self.next_due_hash(shard, database, now_ms) else { break };
                for key in keys {
                    expired += self.expire_due_fields(database, &key, budget - expired);
                }
            }
        }
        expired
    }

    /// The hashes of a database whose fields expire first, if their time has come: one, or very rarely more.
    fn next_due_hash(&mut self, shard: u16, database: u32, now_ms: i64) -> Option<Vec<Box<[u8]>>> {
        let keyspace = self.locked.keyspace;
        let part = self.locked.shard(shard)?.existing_mut(database)?;
        part.next_due_hash(now_ms, |key| keyspace.hash(key))
    }

    fn expire_due_fields(&mut self, database: u32, key: &[u8], count: usize) -> usize {
        let now_ms = self.now_ms();
        let taken = self.take_fields_out(database, key, |hash| hash.remove_expired(now_ms, count));
        if taken > 0 {
            self.remove_emptied(database, key);
        }
        taken
    }

    fn take_fields_out(
        &mut self,
        database: u32,
        key: &[u8],
        take: impl FnOnce(&mut HashMut<'_>) -> usize,
    ) -> usize {
        let taken = match self.edit_hash_in(database, key, take) {
            Ok(Some(taken)) => taken,
            Ok(None) | Err(NotAHash) => 0,
        };
        if taken > 0 {
            self.changes.expired_fields += taken as u64;
            self.note(database, key, HEXPIRED);
        }
        taken
    }

    /// Takes a hash out that has no field left, and says so.
    fn remove_emptied(&mut self, database: u32, key: &[u8]) {
        let is_empty =
            self.edit_hash_in(database, key, |hash| hash.read().is_empty()) == Ok(Some(true));
        if !is_empty {
            return;
        }
        let (place, _) = self.look(database, key, Look::Peek);
        let entry =
            self.database_of(database, place).and_then(|part| part.remove(place.place, key));
        if let Some(entry) = entry {
            self.note(database, key, Event::DEL);
            self.discard(entry, Freeing::Deleting);
        }
    }

    fn edit_hash_in<R>(
        &mut self,
        database: u32,
        key: &[u8],
        edit: impl FnOnce(&mut HashMut<'_>) -> R,
    ) -> Result<Option<R>, NotAHash> {
        let (place, Some(spot)) = self.look(database, key, Look::Use) else { return Ok(None) };
        let Some(part) = self.database_of(database, place) else { return Ok(None) };
        let Some(entry) = part.at_mut(place.place, spot) else { return Ok(None) };
        let old = next_field_expiry_ms(entry);
        let mut hash = HashMut::of(entry).ok_or(NotAHash)?;
        let result = edit(&mut hash);
        let new = next_field_expiry_ms(entry);
        part.note_field_expiry(place.place, old, new);
        Ok(Some(result))
    }
}

impl WriteKeys<'_> {
    /// Lets `edit` change the hash that a key holds; nothing if there is no such key. Say [`changed`](Self::changed) if it was
    /// changed, and [`remove_if_emptied`](Self::remove_if_emptied) if it may have no field left.
    pub fn edit_hash<R>(
        &mut self,
        key: &[u8],
        edit: impl FnOnce(&mut HashMut<'_>) -> R,
    ) -> Result<Option<R>, NotAHash> {
        let database = self.database();
        self.edit_hash_in(database, key, edit)
    }

    /// Counts fields that a command deleted because the time that it gave them has passed.
    pub fn count_expired_fields(&mut self, count: u64) {
        self.changes.expired_fields += count;
    }

    /// Takes a hash out that has no field left, and says so.
    pub fn remove_if_emptied(&mut self, key: &[u8]) {
        let database = self.database();
        self.remove_emptied(database, key);
    }
}
