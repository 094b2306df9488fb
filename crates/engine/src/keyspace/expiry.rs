//! Taking out keys whose time has come, without being asked for them, in steps.

use super::database::Expired;
use super::view::WriteKeys;

/// Keys that a step takes out before it ends, so that nobody waits long for its lock; those of one segment go together.
const STEP_KEYS: usize = 32;

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many keys it took out.
    pub expired: usize,
    /// Whether nothing more is due in the shard; else the next step goes on.
    pub is_done: bool,
}

impl WriteKeys<'_> {
    /// Takes out some of a shard's keys whose time has come, of the selected database. The shard must be locked.
    ///
    /// Costs the keys taken out and a glance at each segment that has a key due; nothing of all other keys.
    pub fn expire_some(&mut self, shard: u16) -> Step {
        let (database, now_ms) = (self.database(), self.now_ms());
        let found = self.locked_shard(shard).map(|shard| {
            shard
                .existing_mut(database)
                .map_or_else(Expired::nothing, |part| part.take_expired(now_ms, STEP_KEYS))
        });
        let Expired { entries, is_done } = found.unwrap_or_else(Expired::nothing);
        let expired = entries.len();
        entries.into_iter().for_each(|entry| self.end_expired(database, entry));
        Step { expired, is_done }
    }
}
