//! Client-side caching: which clients remember which keys, and which want to hear of all keys with a prefix.
//!
//! A client enters under the lock of the key that it reads, and whoever changes the key takes the entry out under the same
//! lock. So a client hears of each change behind the value that it read, and once.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crossbeam_utils::CachePadded;
use fanfare_engine::keyspace::Client;
use fanfare_pubsub::ReactorId;
use fanfare_stdx::lock::{Mutex, RwLock};

/// Rank of these locks (`docs/locks.md`).
const RANK: u8 = 3;

/// Shards of remembered keys when there is more than one reactor; one reactor needs one.
const SHARDS: usize = 64;

/// Keys that are not what clients may remember of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// These, at least one.
    Keys(Vec<Arc<[u8]>>),
    /// All.
    All,
}

/// What reactors tell each other of it.
#[derive(Debug)]
pub enum TrackingMail {
    /// A client of the receiving reactor remembers a key that changed; the number of the client that changed it, if one did.
    Changed(Client, Arc<[u8]>, Option<u64>),
    /// Keys changed that have prefixes for which the receiving reactor has clients; each with who changed it.
    Broadcast(Vec<(Arc<[u8]>, Option<u64>)>),
    /// Keys were taken out all together: whatever a client remembers, it is to forget.
    Flushed,
    /// A client of the receiving reactor gets what is meant for `source`.
    Redirected {
        /// Who gets it.
        target: Client,
        /// Who read the keys.
        source: Client,
        /// Which keys.
        invalid: Invalid,
    },
    /// The client to which a client of the receiving reactor redirects is gone.
    RedirectBroken(Client),
}

impl TrackingMail {
    /// Memory that it holds beside its own, in bytes.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Changed(_, key, _) => key.len(),
            Self::Broadcast(keys) => keys.iter().map(|(key, _)| key.len()).sum(),
            Self::Redirected { invalid: Invalid::Keys(keys), .. } => {
                keys.iter().map(|key| key.len()).sum()
            }
            Self::Redirected { .. } | Self::Flushed | Self::RedirectBroken(_) => 0,
        }
    }
}

/// How much there is to remember.
#[derive(Clone, Copy, Debug, Default)]
pub struct TrackingCounts {
    /// Keys that some client remembers.
    pub keys: u64,
    /// Clients that remember a key, added up over keys.
    pub items: u64,
    /// Prefixes of which some client hears.
    pub prefixes: u64,
}

/// For a key, who remembers it: in ascending order of clients' numbers, gone ones included until the key changes.
type Readers = HashMap<Arc<[u8]>, Vec<Client>, foldhash::fast::RandomState>;

/// What the clients of all reactors remember.
pub struct Tracking {
    /// Clients that have tracking on; while there is none, and no key is remembered, a change costs a look at two counts.
    clients: AtomicUsize,
    hasher: foldhash::fast::RandomState,
    /// Each guards the keys whose hash falls to it.
    shards: Box<[CachePadded<Mutex<Readers, RANK>>]>,
    keys: AtomicUsize,
    items: AtomicUsize,
    /// Guards, for each prefix, how many clients of each reactor hear of it.
    prefixes: RwLock<BTreeMap<Box<[u8]>, Vec<u32>>, RANK>,
    prefixes_length: AtomicUsize,
    reactors: usize,
}

impl Tracking {
    /// Nothing remembered, for so many reactors.
    pub fn new(reactors: usize) -> Self {
        let shards = if reactors > 1 { SHARDS } else { 1 };
        Self {
            clients: AtomicUsize::new(0),
            hasher: foldhash::fast::RandomState::default(),
            shards: (0..shards).map(|_| CachePadded::default()).collect(),
            keys: AtomicUsize::new(0),
            items: AtomicUsize::new(0),
            prefixes: RwLock::default(),
            prefixes_length: AtomicUsize::new(0),
            reactors,
        }
    }

    /// Whether a change may matter to anyone: a client has tracking on, or keys are remembered from when one had.
    pub fn is_on(&self) -> bool {
        self.clients.load(Ordering::Relaxed) > 0 || self.keys.load(Ordering::Relaxed) > 0
    }

    /// One client more has tracking on.
    pub fn add_client(&self) {
        self.clients.fetch_add(1, Ordering::Relaxed);
    }

    /// One client less has tracking on.
    pub fn remove_client(&self) {
        self.clients.fetch_sub(1, Ordering::Relaxed);
    }

    /// Remembers that a client read a key, which is locked.
    pub fn remember(&self, client: Client, key: &[u8]) {
        let mut readers = self.shard(key).lock();
        if !readers.contains_key(key) {
            readers.insert(key.into(), Vec::new());
            self.keys.fetch_add(1, Ordering::Relaxed);
        }
        let Some(clients) = readers.get_mut(key) else { return };
        if let Err(place) = clients.binary_search_by_key(&client.id, |other| other.id) {
            clients.insert(place, client);
            self.items.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes out and returns who remembers a key, which is locked.
    pub fn take_readers(&self, key: &[u8]) -> Vec<Client> {
        if self.keys.load(Ordering::Relaxed) == 0 {
            return Vec::new();
        }
        let clients = self.shard(key).lock().remove(key).unwrap_or_default();
        if !clients.is_empty() {
            self.note_taken(1, clients.len());
        }
        clients
    }

    /// Takes out and returns some keys with who remembers them, so that at most `keys_max` keys are left.
    pub fn take_surplus(&self, keys_max: usize) -> Vec<(Arc<[u8]>, Vec<Client>)> {
        let mut taken = Vec::new();
        for shard in &self.shards {
            let mut surplus = self.keys.load(Ordering::Relaxed).saturating_sub(keys_max);
            if surplus == 0 {
                break;
            }
            let mut readers = shard.lock();
            surplus = surplus.min(readers.len());
            let keys: Vec<Arc<[u8]>> = readers.keys().take(surplus).cloned().collect();
            for key in keys {
                let clients = readers.remove(&key).unwrap_or_default();
                self.note_taken(1, clients.len());
                taken.push((key, clients));
            }
        }
        taken
    }

    /// Forgets all keys.
    pub fn forget_all(&self) {
        for shard in &self.shards {
            let readers = std::mem::take(&mut *shard.lock());
            self.note_taken(readers.len(), readers.values().map(Vec::len).sum());
        }
    }

    /// A client of a reactor hears of a prefix.
    pub fn add_prefix(&self, prefix: &[u8], reactor: ReactorId) {
        let mut prefixes = self.prefixes.write();
        let counts = prefixes.entry(prefix.into()).or_insert_with(|| vec![0; self.reactors]);
        counts[usize::from(reactor.0)] += 1;
        self.prefixes_length.store(prefixes.len(), Ordering::Relaxed);
    }

    /// A client of a reactor hears of a prefix no more.
    pub fn remove_prefix(&self, prefix: &[u8], reactor: ReactorId) {
        let mut prefixes = self.prefixes.write();
        if let Some(counts) = prefixes.get_mut(prefix) {
            counts[usize::from(reactor.0)] -= 1;
            if counts.iter().all(|&count| count == 0) {
                prefixes.remove(prefix);
            }
        }
        self.prefixes_length.store(prefixes.len(), Ordering::Relaxed);
    }

    /// Whether any client hears of keys by their prefixes.
    pub fn has_prefixes(&self) -> bool {
        self.prefixes_length.load(Ordering::Relaxed) > 0
    }

    /// Calls `each` with every reactor that has a client who hears of a key.
    pub fn for_each_listener(&self, key: &[u8], each: impl FnMut(ReactorId)) {
        let prefixes = self.prefixes.read();
        let matching: Vec<_> =
            prefixes.iter().filter(|(prefix, _)| key.starts_with(prefix)).collect();
        let hears = |reactor: &usize| matching.iter().any(|(_, counts)| counts[*reactor] > 0);
        (0..self.reactors).filter(hears).map(|id| ReactorId(id as u16)).for_each(each);
    }

    /// How much there is.
    pub fn counts(&self) -> TrackingCounts {
        let load = |count: &AtomicUsize| count.load(Ordering::Relaxed) as u64;
        TrackingCounts {
            keys: load(&self.keys),
            items: load(&self.items),
            prefixes: load(&self.prefixes_length),
        }
    }

    fn note_taken(&self, keys: usize, items: usize) {
        self.keys.fetch_sub(keys, Ordering::Relaxed);
        self.items.fetch_sub(items, Ordering::Relaxed);
    }

    fn shard(&self, key: &[u8]) -> &Mutex<Readers, RANK> {
        // The table inside uses the low and the highest bits; these are others.
        &self.shards[(self.hasher.hash_one(key) >> 32) as usize % self.shards.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(id: u64) -> Client {
        Client { reactor: (id % 2) as u16, connection: id as u32, id }
    }

    #[test]
    fn who_remembers_a_key_is_taken_out_once() {
        let tracking = Tracking::new(2);
        for id in [3, 1, 3, 2] {
            tracking.remember(client(id), b"key");
        }
        tracking.remember(client(1), b"other");
        let counts = tracking.counts();
        assert_eq!((counts.keys, counts.items), (2, 4));
        assert_eq!(tracking.take_readers(b"key"), [1, 2, 3].map(client));
        assert_eq!(tracking.take_readers(b"key"), []);
        tracking.forget_all();
        assert_eq!((tracking.counts().keys, tracking.counts().items), (0, 0));
    }

    #[test]
    fn surplus_keys_are_taken_out() {
        let tracking = Tracking::new(2);
        (0..100u32).for_each(|n| tracking.remember(client(1), &n.to_ne_bytes()));
        assert_eq!(tracking.take_surplus(30).len(), 70);
        assert_eq!(tracking.take_surplus(30), []);
        assert_eq!(tracking.counts().keys, 30);
    }

    #[test]
    fn reactors_hear_of_their_prefixes() {
        let tracking = Tracking::new(3);
        let listeners = |key: &[u8]| {
            let mut found = Vec::new();
            tracking.for_each_listener(key, |reactor| found.push(reactor.0));
            found
        };
        assert_eq!(listeners(b"user:1"), []);
        tracking.add_prefix(b"user:", ReactorId(1));
        tracking.add_prefix(b"", ReactorId(2));
        tracking.add_prefix(b"user:", ReactorId(1));
        assert_eq!((listeners(b"user:1"), listeners(b"x")), (vec![1, 2], vec![2]));
        tracking.remove_prefix(b"user:", ReactorId(1));
        tracking.remove_prefix(b"", ReactorId(2));
        assert_eq!((listeners(b"user:1"), listeners(b"x")), (vec![1], vec![]));
        tracking.remove_prefix(b"user:", ReactorId(1));
        assert_eq!((listeners(b"user:1"), tracking.counts().prefixes), (vec![], 0));
    }
}
