//! How many keys there are, and on how many clients have an eye.

use fanfare_stdx::random::Random;

use super::locked::Locked;

/// Keys of a shard whose time to live is looked at.
const SAMPLED_KEYS: usize = 16;

/// How many keys a database has, expired ones that nobody noticed yet included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// All.
    pub keys: u64,
    /// Those that expire.
    pub expiring: u64,
    /// Hashes with fields that expire, about.
    pub expiring_hashes: u64,
    /// Time to live of some of them, added up.
    ttl_ms: u64,
    /// How many those are.
    pub sampled: u64,
    /// How many of those have expired and were not noticed yet.
    pub stale: u64,
}

/// On how many keys clients have an eye.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// Clients that watch keys none of which has changed yet.
    pub watching_clients: u64,
    /// Keys that they watch.
    pub watched_keys: u64,
    /// Keys that clients wait for.
    pub awaited_keys: u64,
    /// Those that clients wait for even when they are gone.
    pub awaited_even_gone: u64,
}

/// What is found in all shards.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// By database.
    pub databases: Vec<Census>,
    /// Of all databases.
    pub interest: Interest,
}

/// How full a hash table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableFigures {
    /// Places for entries.
    pub places: usize,
    /// Entries.
    pub entries: usize,
}

impl Census {
    /// The average time to live of the keys that expire, by a sample of them.
    pub fn average_ttl_ms(&self) -> u64 {
        self.ttl_ms.checked_div(self.sampled).unwrap_or(0)
    }
}

impl Locked<'_> {
    /// How many keys each of the first databases has, and who has an eye on keys. Costs a look at each shard; and at each
    /// watched key, if a client's watch of several keys has ended since the last time by a change of one of them.
    pub fn survey(&mut self, databases: u32, now_ms: i64, random: &mut Random) -> Survey {
        let mut censuses = vec![Census::default(); databases as usize];
        let mut interest = Interest::default();
        let watchers = &self.keyspace.watchers;
        let has_leftovers = watchers.take_leaves_marks();
        self.for_each_shard(|_, shard| {
            if has_leftovers {
                shard.watches.forget_set();
            }
            interest.watched_keys += shard.watches.keys() as u64;
            let awaited = shard.waiting.counts();
            interest.awaited_keys += awaited.all as u64;
            interest.awaited_even_gone += awaited.even_gone as u64;
            for (census, number) in censuses.iter_mut().zip(0..) {
                let Some(part) = shard.database(number).filter(|part| !part.is_empty()) else {
                    continue;
                };
                census.keys += part.len() as u64;
                census.expiring += part.expiring() as u64;
                census.expiring_hashes += part.expiring_hashes() as u64;
                part.sample(random, SAMPLED_KEYS, true, |entry| {
                    let left_ms = entry.expiry_ms().map_or(0, |time_ms| time_ms - now_ms);
                    census.stale += u64::from(left_ms <= 0);
                    census.ttl_ms += u64::try_from(left_ms).unwrap_or(0);
                    census.sampled += 1;
                });
            }
        });
        interest.watching_clients = watchers.clients() as u64;
        Survey { databases: censuses, interest }
    }
}
