//! Has the processor fetch what look-ups will read.
//!
//! A look-up waits for memory three times, each time for what the last told: the segment, the entry's place in it, the entry.
//! With the keys of several requests at hand these waits overlap.

use fanfare_data::dictionary::{Candidates, FetchStage};
use fanfare_data::encoding::entry::ValueRef;
use fanfare_data::object::KeyEntry;
use fanfare_stdx::double::parse_double;

use super::locking::{KeyPlace, Keyspace, SoughtKey};

/// A member or field that a command will look for in the value of a key.
#[derive(Clone, Copy, Debug)]
pub struct MemberAt<'a> {
    /// The member or field.
    pub member: &'a [u8],
    /// What may be a new score of the member.
    pub score: Option<&'a [u8]>,
}

/// A member that is looked for in an object.
struct Sought<'a> {
    hash: u64,
    at: MemberAt<'a>,
    candidates: Candidates,
}

impl Keyspace {
    /// Has fetched what look-ups of these keys will read, and notes where the entries seem to stand. What others have locked is
    /// left out.
    pub fn fetch(&self, database: u32, keys: &mut [SoughtKey]) {
        for stage in FetchStage::ALL {
            for run in keys.chunk_by_mut(|one, next| one.place.shard == next.place.shard) {
                let shard = run[0].place.shard;
                if let Some(shard) = self.shards[usize::from(shard)].try_lock_numbered(shard)
                    && let Some(database) = shard.database(database)
                {
                    for key in run {
                        database.fetch(key.place.place, stage, &mut key.candidates);
                    }
                }
            }
        }
    }

    /// Has fetched what look-ups of members in the value of a key will read, if it is large and nobody else has it locked.
    pub fn fetch_members<'a>(
        &self,
        database: u32,
        key: &[u8],
        sought: SoughtKey,
        members: impl Iterator<Item = MemberAt<'a>>,
    ) {
        let KeyPlace { shard, place } = sought.place;
        let Some(shard) = self.shards[usize::from(shard)].try_lock_numbered(shard) else { return };
        let entry = shard.database(database).and_then(|database| database.get(place, key));
        let Some(ValueRef::Object(object)) = entry.map(KeyEntry::value) else { return };
        let mut found: Vec<Sought<'_>> = members
            .filter_map(|at| {
                let hash = object.hash_to_fetch(at.member)?;
                Some(Sought { hash, at, candidates: Candidates::default() })
            })
            .collect();
        for stage in FetchStage::ALL {
            for Sought { hash, candidates, .. } in &mut found {
                object.fetch_member(*hash, stage, candidates);
            }
        }
        if let Some(set) = object.as_sorted_set() {
            for Sought { hash, at, .. } in found {
                set.fetch_order(hash, at.member, || at.score.and_then(parse_double));
            }
        }
    }
}
