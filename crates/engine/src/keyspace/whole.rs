//! What a command may see of a whole database: its size, its keys in turn, one at random.

use fanfare_data::object::KeyEntry;
use fanfare_protocol::slot::SLOTS;

use super::census::TableFigures;
use super::database::Database;
use super::shard::Shard;
use super::view::{Look, ReadKeys, has_expired};

/// How often a random key is drawn again because the one drawn had expired.
const RANDOM_TRIES_MAX: usize = 100;
/// Bits of a scan's cursor that are a slot.
const SLOT_BITS: u32 = SLOTS.trailing_zeros();
const SLOT_MASK: u64 = SLOTS as u64 - 1;

impl ReadKeys<'_> {
    /// Calls `each` with every entry of the selected database that has not expired.
    pub fn for_each(&mut self, each: impl FnMut(&KeyEntry)) {
        self.for_each_in(self.occasion.database, each);
    }

    /// As [`for_each`](Self::for_each), of any database.
    pub fn for_each_in(&mut self, number: u32, mut each: impl FnMut(&KeyEntry)) {
        let now_ms = self.occasion.now_ms;
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

    /// How full the tables of a database are, all together, and how many of its keys expire.
    pub fn table_figures(&mut self, number: u32) -> (TableFigures, usize) {
        let (mut figures, mut expiring) = (TableFigures::default(), 0);
        self.locked.for_each_shard(|_, shard| {
            let Some(part) = shard.database(number) else { return };
            figures.places += part.places();
            figures.entries += part.len();
            expiring += part.expiring();
        });
        (figures, expiring)
    }

    /// One step of a scan over the selected database: calls `each` with some `count` entries and returns where to go on,
    /// or 0 at the end. Begin with 0. Those that have expired are taken out.
    ///
    /// A cursor is a slot (the low 14 bits) and the first bits of a hash. An entry may be seen twice. Costs the entries
    /// seen, and at most a look at each slot.
    pub fn scan(&mut self, cursor: u64, count: usize, mut each: impl FnMut(&KeyEntry)) -> u64 {
        let keyspace = self.locked.keyspace;
        let (number, now_ms) = (self.occasion.database, self.occasion.now_ms);
        let mut slot = (cursor & SLOT_MASK) as u16;
        let mut hash = cursor >> SLOT_BITS << SLOT_BITS;
        let mut left = count.max(1);
        let mut expired = Vec::new();
        let mut end = 0;
        while slot < SLOTS {
            let (shard, within) = keyspace.shard_of_slot(slot);
            let mut seen = 0;
            let step = |shard: &mut Shard| {
                let part = shard.database(number)?;
                part.scan(
                    (within, hash),
                    left,
                    |key| keyspace.hash(key),
                    |entry| {
                        seen += 1;
                        if has_expired(entry, now_ms) {
                            expired.push(entry.key().into());
                        } else {
                            each(entry);
                        }
                    },
                )
            };
            let next = self.locked.with_shard(shard, step);
            left = left.saturating_sub(seen);
            let next_slot = match next {
                Some((next, _)) => slot - within + next,
                None => keyspace.first_slot_behind(shard),
            };
            slot = next_slot;
            hash = next.map_or(0, |(_, hash)| hash);
            let new_cursor = hash >> SLOT_BITS << SLOT_BITS | u64::from(slot);
            if slot < SLOTS && new_cursor != cursor && left == 0 {
                end = new_cursor;
                break;
            }
            left = left.max(1);
        }
        self.end_seen(&expired);
        end
    }

    /// A key at random from the selected database. Those that it comes upon and have expired are taken out.
    pub fn random_key(&mut self) -> Option<Box<[u8]>> {
        for _ in 0..RANDOM_TRIES_MAX {
            let mut expired = Vec::new();
            let found = self.draw_key(&mut expired);
            let is_last = found.is_some() || expired.is_empty();
            if !is_last && !self.locked.covers_all() {
                // What has expired stays locked until it is told of, and the next try may come upon any shard.
                let keyspace = self.locked.keyspace;
                self.locked = keyspace.lock_none();
                self.locked = keyspace.lock_all();
            }
            self.end_seen(&expired);
            if is_last {
                return found;
            }
        }
        None
    }

    /// Draws keys until one has not expired; the others go to `expired`.
    fn draw_key(&mut self, expired: &mut Vec<Box<[u8]>>) -> Option<Box<[u8]>> {
        let (number, now_ms) = (self.occasion.database, self.occasion.now_ms);
        let shards = self.locked.keyspace.shards();
        for _ in 0..RANDOM_TRIES_MAX {
            let start = self.occasion.random.below(shards);
            let random = &mut self.occasion.random;
            let mut found = None;
            for shard in (start..shards).chain(0..start) {
                found = self.locked.with_shard(shard as u16, |shard| {
                    let entry = shard.database(number)?.random(random)?;
                    Some((Box::from(entry.key()), has_expired(entry, now_ms)))
                });
                if found.is_some() {
                    break;
                }
            }
            match found {
                Some((key, false)) => return Some(key),
                Some((key, true)) => expired.push(key),
                None => return None,
            }
        }
        None
    }

    /// Takes out keys that were seen to have expired, all under the locks of all, which stay until the command has told of
    /// them.
    fn end_seen(&mut self, keys: &[Box<[u8]>]) {
        if !keys.iter().all(|key| self.locked.covers(key)) {
            let keyspace = self.locked.keyspace;
            self.locked = keyspace.lock_none();
            self.locked = keyspace.lock(keys.iter().map(|key| &**key));
        }
        let database = self.occasion.database;
        for key in keys {
            self.look(database, key, Look::Peek);
        }
    }
}
