//! Has the processor fetch what look-ups will read.
//!
//! A look-up waits for memory three times, each time for what the last told: the segment, the entry's place in it, the entry.
//! With the keys of several requests at hand these waits overlap.

use fanfare_data::dictionary::FetchStage;
use fanfare_data::encoding::entry::ValueRef;
use fanfare_data::object::Object;
use fanfare_stdx::double::parse_double;

use super::locking::{KeyPlace, Keyspace};

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
            let mut found: Vec<(&Object, u64, &MemberAt<'_>)> = Vec::with_capacity(run.len());
            for same_key in run.chunk_by(|one, next| one.key == next.key) {
                let Some(object) = object_of(&same_key[0]) else { continue };
                found.extend(same_key.iter().filter_map(|one| {
                    object.hash_to_fetch(one.member).map(|hash| (object, hash, one))
                }));
            }
            for stage in FetchStage::ALL {
                found.iter().for_each(|(object, hash, _)| object.fetch_member(*hash, stage));
            }
            for (object, hash, one) in found {
                if let Some(set) = object.as_sorted_set() {
                    set.fetch_order(hash, one.member, || one.score.and_then(parse_double));
                }
            }
        }
    }
}
