//! Has the processor fetch what look-ups will read.
//!
//! A look-up waits for memory three times, each time for what the last told: the segment, the entry's place in it, the entry.
//! With the keys of several requests at hand these waits overlap.

use fanfare_data::dictionary::{Candidates, FetchStage};
use fanfare_data::encoding::entry::ValueRef;
use fanfare_data::object::Object;
use fanfare_stdx::double::parse_double;

use super::locking::{KeyPlace, Keyspace, SoughtKey};

/// A member or field that a command will look for in the value of a key.
#[derive(Clone, Copy, Debug)]
pub struct MemberAt<'a> {
    /// The key.
    pub key: &'a [u8],
    /// Where the key is.
    pub place: KeyPlace,
    /// The member or field.
    pub member: &'a [u8],
    /// What may be a new score of the member.
    pub score: Option<&'a [u8]>,
}

/// A member that is looked for in an object.
struct Sought<'a> {
    object: &'a Object,
    hash: u64,
    at: &'a MemberAt<'a>,
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

    /// Has fetched what look-ups of members in large values will read. What others have locked is left out.
    pub fn fetch_members(&self, database: u32, members: &[MemberAt<'_>]) {
        for run in members.chunk_by(|one, next| one.place.shard == next.place.shard) {
            let shard = run[0].place.shard;
            let shard = self.shards[usize::from(shard)].try_lock_numbered(shard);
            let Some(shard) = shard else { continue };
            let Some(database) = shard.database(database) else { continue };
            let object_of =
                |one: &MemberAt<'_>| match database.get(one.place.place, one.key)?.value() {
                    ValueRef::Object(object) => Some(object),
                    _ => None,
                };
            let mut found: Vec<Sought<'_>> = Vec::with_capacity(run.len());
            for same_key in run.chunk_by(|one, next| one.key == next.key) {
                let Some(object) = object_of(&same_key[0]) else { continue };
                found.extend(same_key.iter().filter_map(|one| {
                    let hash = object.hash_to_fetch(one.member)?;
                    Some(Sought { object, hash, at: one, candidates: Candidates::default() })
                }));
            }
            for stage in FetchStage::ALL {
                for Sought { object, hash, candidates, .. } in &mut found {
                    object.fetch_member(*hash, stage, candidates);
                }
            }
            for Sought { object, hash, at, .. } in found {
                if let Some(set) = object.as_sorted_set() {
                    set.fetch_order(hash, at.member, || at.score.and_then(parse_double));
                }
            }
        }
    }
}
