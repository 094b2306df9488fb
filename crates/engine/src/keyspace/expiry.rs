//! Taking out keys whose time has come, without being asked for them, in steps.

use super::database::{Database, next_field_expiry_ms};
use super::locked::Locked;
use super::write::WriteKeys;

/// Keys that a step takes out before it ends, so that nobody waits long for its lock; those of one segment go together.
const STEP_KEYS: usize = 32;

/// Fields of hashes that a step takes out before it ends.
const STEP_FIELDS: usize = 64;

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many keys it took out.
    pub expired: usize,
    /// Whether the shard has been searched through; else the next step goes on.
    pub is_done: bool,
}

impl Locked<'_> {
    /// Whether a shard that is locked has keys that expire, or hashes with fields that do.
    pub fn has_expiring(&mut self, shard: u16) -> bool {
        let expires = |part: &Database| part.has_any(true) || part.expiring_hashes() > 0;
        self.shard(shard).is_some_and(|shard| shard.databases().any(|(_, part)| expires(part)))
    }
}

impl WriteKeys<'_> {
    /// Takes out some of a shard's keys whose time has come, of all databases, and of the fields of its
    /// hashes. The shard must be locked.
    ///
    /// Costs the keys taken out and a glance at each segment that has a key due; nothing of all other keys.
    pub fn expire_some(&mut self, shard: u16) -> Step {
        let now_ms = self.now_ms();
        let mut expired = 0;
        let databases = self.locked_shard(shard).map_or(0, |shard| shard.used_databases());
        for database in 0..databases {
            let keyspace = self.locked.keyspace;
            let part = self.locked_shard(shard).and_then(|shard| shard.existing_mut(database));
            let Some(part) = part.filter(|part| part.has_any(true)) else { continue };
            let found = part.take_expired(now_ms, STEP_KEYS);
            for entry in &found.entries {
                let first_ms = next_field_expiry_ms(entry);
                if first_ms.is_some() {
                    let place = keyspace.place(entry.key()).place;
                    part.note_field_expiry(place, first_ms, None);
                }
            }
            expired += found.entries.len();
            found.entries.into_iter().for_each(|entry| self.end_expired(database, entry));
            if !found.is_done {
                return Step { expired, is_done: false };
            }
        }
        let fields = self.expire_fields_of_shard(shard, STEP_FIELDS);
        Step { expired, is_done: fields < STEP_FIELDS }
    }
}
