//! Changes of what belongs to a key beside its value, as consumer groups do to a stream: those who watch the key or keep
//! its value are not told.

use super::change::Event;
use super::write::WriteKeys;

impl WriteKeys<'_> {
    /// Counts so many changes.
    pub fn changed_aside(&mut self, count: u64) {
        self.changes.count += count;
    }

    /// Publishes what happened to a key.
    pub fn tell_aside(&mut self, key: &[u8], event: Event) {
        let database = self.database();
        self.tell(database, key, event);
    }

    /// Has those looked at who wait for a key: they may wait in vain by now.
    pub fn wake(&mut self, key: &[u8]) {
        let database = self.database();
        self.wake_waiters(database, key);
    }

    /// Has those looked at who wait for a key, if any of them claims what is pending: its time may have come, or be known.
    pub fn wake_claimants(&mut self, key: &[u8]) {
        let database = self.database();
        let shard = self.locked.shard_of(key);
        if shard.is_some_and(|shard| shard.waiting.has_claimant(database, key)) {
            self.wake_waiters(database, key);
        }
    }
}
