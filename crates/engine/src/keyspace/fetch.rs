//! Has the processor fetch what look-ups will read.
//!
//! A look-up waits for memory three times, each time for what the last told: the segment, the entry's place in it, the entry.
//! With the keys of several requests at hand these waits overlap.

use fanfare_data::dictionary::FetchStage;

use super::locking::{KeyPlace, Keyspace};

impl Keyspace {
    /// Has fetched what look-ups of these keys will read. What others have locked is left out.
    pub fn fetch(&self, database: u32, places: &[KeyPlace]) {
        for stage in FetchStage::ALL {
            for run in places.chunk_by(|one, next| one.shard == next.shard) {
                let shard = run[0].shard;
                if let Some(shard) = self.shards[usize::from(shard)].try_lock_numbered(shard)
                    && let Some(database) = shard.database(database)
                {
                    run.iter().for_each(|key| database.fetch(key.place, stage));
                }
            }
        }
    }
}
