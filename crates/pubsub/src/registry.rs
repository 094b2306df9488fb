//! The shared registry: how many subscribers each reactor has for each name.

use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crossbeam_utils::CachePadded;
use fanfare_stdx::lock::{Mutex, ReadGuard, RwLock};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as TableEntry;

use crate::Kind;
use crate::counts::{REACTORS_MAX, ReactorCounts, ReactorId, ReactorSet};
use crate::message::{Matches, Message};
use crate::pattern::{PatternId, PatternIndex};

/// Rank of the shards' locks (`docs/locks.md`).
const SHARD_RANK: u8 = 1;
/// Rank of the patterns' lock.
const PATTERNS_RANK: u8 = 2;
/// Shards of channels when there is more than one reactor; one reactor needs one.
const SHARDS: usize = 64;
/// Most channels of a shard whose matching patterns are remembered. All are forgotten when it is full.
const CACHED_MATCHES_MAX: usize = 4096;
/// Longest name of a channel whose matching patterns are remembered, so that the memory for it has a
/// limit: 2 MB in a shard.
const CACHED_NAME_BYTES_MAX: usize = 512;
/// Longest payload that is encoded under the channel's lock, once it is known that someone gets it.
/// A longer one is encoded before: its copy would hold up every other reactor that needs the shard.
const ENCODED_LOCKED_BYTES_MAX: usize = 16 * 1024;

struct Entry {
    name: Box<[u8]>,
    counts: ReactorCounts,
}

/// The patterns that match a channel, as of a generation of the set of patterns.
struct Cached {
    channel: Box<[u8]>,
    generation: u64,
    matches: Matches,
}

#[derive(Default)]
struct Shard {
    channels: HashTable<Entry>,
    sharded: HashTable<Entry>,
    cached: HashTable<Cached>,
}

#[derive(Default)]
struct Patterns {
    index: PatternIndex,
    /// By the pattern's number.
    counts: Vec<Option<ReactorCounts>>,
    length: usize,
}

/// Who subscribes to what, for the whole process.
///
/// Locks: a shard's, then that of the patterns, then a mailbox's. `docs/locks.md` has them all.
pub struct Registry {
    hasher: foldhash::fast::RandomState,
    /// Each guards the channels and shard channels whose hash falls to it.
    shards: Box<[CachePadded<Mutex<Shard, SHARD_RANK>>]>,
    /// Guards the patterns, their counts and their index.
    patterns: RwLock<Patterns, PATTERNS_RANK>,
    /// How many patterns there are, so that publishers need no lock while there are none.
    patterns_length: AtomicUsize,
}

impl Registry {
    /// An empty registry for so many reactors, at most [`REACTORS_MAX`].
    pub fn new(reactors: usize) -> Self {
        assert!(reactors <= REACTORS_MAX, "more reactors than a registry counts for");
        let shards = if reactors > 1 { SHARDS } else { 1 };
        Self {
            hasher: foldhash::fast::RandomState::default(),
            shards: (0..shards).map(|_| CachePadded::default()).collect(),
            patterns: RwLock::default(),
            patterns_length: AtomicUsize::new(0),
        }
    }

    /// The hasher of names, to be shared with each reactor's [`Topics`](crate::Topics).
    pub fn hasher(&self) -> foldhash::fast::RandomState {
        self.hasher.clone()
    }

    /// Publishes: calls `send` once for each reactor that has a subscriber, and returns the number of
    /// subscriptions that will get the message. A short message is not encoded when there is none. `kind` is `Channel` or `ShardChannel`.
    ///
    /// `send` runs under the channel's lock, and must do no more than put the message into the reactor's mailbox.
    pub fn publish(
        &self,
        kind: Kind,
        channel: &[u8],
        payload: &[u8],
        mut send: impl FnMut(ReactorId, Message),
    ) -> u64 {
        let hash = self.hash(channel);
        let encode = || Message::encode(kind, hash, channel, payload);
        let is_long = self.shards.len() > 1 && payload.len() > ENCODED_LOCKED_BYTES_MAX;
        let encoded = is_long.then(encode);
        let mut shard = self.shard(hash).lock();
        let mut receivers = 0;
        let mut reactors = ReactorSet::default();
        if let Some(entry) = shard.table(kind).find(hash, |entry| *entry.name == *channel) {
            receivers += entry.counts.total();
            entry.counts.add_reactors(&mut reactors);
        }
        let patterns = self.patterns_if_any(kind);
        let matches = patterns.as_ref().and_then(|patterns| {
            let matches = shard.matches(hash, channel, patterns, &self.hasher);
            for counts in matches.iter().filter_map(|id| patterns.counts[id.index()].as_ref()) {
                receivers += counts.total();
                counts.add_reactors(&mut reactors);
            }
            (!matches.is_empty()).then_some(matches)
        });
        if receivers > 0 {
            let message = encoded.unwrap_or_else(encode).matching(matches);
            let mut left = reactors.iter().peekable();
            while let Some(reactor) = left.next() {
                if left.peek().is_none() {
                    send(reactor, message);
                    break;
                }
                send(reactor, message.clone());
            }
        }
        receivers
    }

    /// Counts one more subscriber of a name, on `reactor`; a pattern's number for the reactor's own tables.
    ///
    /// `settle` runs under the lock that publishers of this name need: it must deliver what the reactor's mailbox holds,
    /// which was published before this subscription.
    pub fn subscribe(
        &self,
        kind: Kind,
        name: &[u8],
        reactor: ReactorId,
        settle: impl FnOnce(),
    ) -> Option<PatternId> {
        if kind == Kind::Pattern {
            let mut patterns = self.patterns.write();
            settle();
            let id = patterns.subscribe(name, reactor);
            self.patterns_length.store(patterns.length, Ordering::Release);
            return Some(id);
        }
        let hash = self.hash(name);
        let mut shard = self.shard(hash).lock();
        settle();
        let hash_of = |entry: &Entry| self.hasher.hash_one(&*entry.name);
        match shard.table(kind).entry(hash, |entry| *entry.name == *name, hash_of) {
            TableEntry::Occupied(mut entry) => entry.get_mut().counts.increment(reactor),
            TableEntry::Vacant(place) => {
                place.insert(Entry { name: name.into(), counts: ReactorCounts::one(reactor) });
            }
        }
        None
    }

    /// Counts one subscriber less. `settle` as in [`subscribe`](Self::subscribe).
    pub fn unsubscribe(&self, kind: Kind, name: &[u8], reactor: ReactorId, settle: impl FnOnce()) {
        if kind == Kind::Pattern {
            let mut patterns = self.patterns.write();
            settle();
            patterns.unsubscribe(name, reactor);
            self.patterns_length.store(patterns.length, Ordering::Release);
            return;
        }
        let hash = self.hash(name);
        let mut shard = self.shard(hash).lock();
        settle();
        let table = shard.table(kind);
        if let Ok(mut entry) = table.find_entry(hash, |entry| *entry.name == *name)
            && !entry.get_mut().counts.decrement(reactor)
        {
            entry.remove();
        }
    }

    /// How many subscribers a channel or shard channel has.
    pub fn subscribers(&self, kind: Kind, channel: &[u8]) -> u64 {
        let hash = self.hash(channel);
        let mut shard = self.shard(hash).lock();
        let entry = shard.table(kind).find(hash, |entry| *entry.name == *channel);
        entry.map_or(0, |entry| entry.counts.total())
    }

    /// Calls `each` with every channel or shard channel that has a subscriber, one shard locked at a time.
    pub fn for_each_channel(&self, kind: Kind, mut each: impl FnMut(&[u8])) {
        for shard in &self.shards {
            shard.lock().table(kind).iter().for_each(|entry| each(&entry.name));
        }
    }

    /// How many channels or shard channels have a subscriber, or how many distinct patterns there are.
    pub fn len(&self, kind: Kind) -> usize {
        if kind == Kind::Pattern {
            return self.patterns_length.load(Ordering::Acquire);
        }
        self.shards.iter().map(|shard| shard.lock().table(kind).len()).sum()
    }

    fn hash(&self, name: &[u8]) -> u64 {
        self.hasher.hash_one(name)
    }

    fn shard(&self, hash: u64) -> &Mutex<Shard, SHARD_RANK> {
        // The table inside uses the low and the highest bits; these are others.
        &self.shards[(hash >> 32) as usize % self.shards.len()]
    }

    fn patterns_if_any(&self, kind: Kind) -> Option<ReadGuard<'_, Patterns>> {
        let wanted = kind == Kind::Channel && self.patterns_length.load(Ordering::Acquire) > 0;
        wanted.then(|| self.patterns.read())
    }
}

impl Shard {
    fn table(&mut self, kind: Kind) -> &mut HashTable<Entry> {
        match kind {
            Kind::ShardChannel => &mut self.sharded,
            Kind::Channel | Kind::Pattern => &mut self.channels,
        }
    }

    /// The patterns that match a channel, looked up or remembered.
    fn matches(
        &mut self,
        hash: u64,
        channel: &[u8],
        patterns: &Patterns,
        hasher: &foldhash::fast::RandomState,
    ) -> Matches {
        if channel.len() > CACHED_NAME_BYTES_MAX {
            return patterns.matches(channel);
        }
        let generation = patterns.index.generation();
        let is_it = |cached: &Cached| *cached.channel == *channel;
        if let Some(cached) = self.cached.find_mut(hash, is_it) {
            if cached.generation != generation {
                cached.generation = generation;
                cached.matches = patterns.matches(channel);
            }
            return Arc::clone(&cached.matches);
        }
        if self.cached.len() >= CACHED_MATCHES_MAX {
            self.cached.clear();
        }
        let matches = patterns.matches(channel);
        let cached = Cached { channel: channel.into(), generation, matches: Arc::clone(&matches) };
        self.cached.insert_unique(hash, cached, |cached| hasher.hash_one(&*cached.channel));
        matches
    }
}

impl Patterns {
    fn matches(&self, channel: &[u8]) -> Matches {
        let mut found = Vec::new();
        self.index.matches(channel, &mut found);
        found.into()
    }

    fn subscribe(&mut self, pattern: &[u8], reactor: ReactorId) -> PatternId {
        let id = self.index.insert(pattern);
        if self.counts.len() <= id.index() {
            self.counts.resize_with(id.index() + 1, || None);
        }
        match &mut self.counts[id.index()] {
            Some(counts) => counts.increment(reactor),
            empty => {
                *empty = Some(ReactorCounts::one(reactor));
                self.length += 1;
            }
        }
        id
    }

    fn unsubscribe(&mut self, pattern: &[u8], reactor: ReactorId) {
        let Some(id) = self.index.find(pattern) else { return };
        let counts = &mut self.counts[id.index()];
        if counts.as_mut().is_some_and(|counts| !counts.decrement(reactor)) {
            *counts = None;
            self.index.remove(pattern);
            self.length -= 1;
        }
    }
}
