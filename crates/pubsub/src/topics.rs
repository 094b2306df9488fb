//! One reactor's own tables: which of its connections subscribe to what.

use std::hash::BuildHasher;

use fanfare_net::output::{BlockId, OutputPool, OutputQueue, SharedRange};
use fanfare_protocol::RespVersion;
use hashbrown::HashTable;

use crate::Kind;
use crate::membership::{Membership, Memberships};
use crate::message::{Message, pattern_head};
use crate::pattern::PatternId;

/// Subscribers from which on a frame is put into a block that they share, rather than copied to each.
const SHARING_SUBSCRIBERS_MIN: usize = 8;
/// Longest frame that is copied all the same where it does not go on from the last one of a queue, because frames of
/// several channels alternate there: a slice of its own costs the kernel some 100 ns, a copy of 512 bytes 70.
const COPIED_BYTES_MAX: usize = 512;
/// Frames from this size on are not copied at all: queues refer to the message itself.
const REFERENCED_BYTES_MIN: usize = 16 * 1024;
/// A connection with more waiting than this has fallen behind, and takes references whatever the size.
const BEHIND_BYTES: usize = 64 * 1024;
/// Capacity of the first block of a topic that gets messages; each next one is twice as large, up to the maximum.
const BLOCK_BYTES_MIN: usize = 4 * 1024;
/// Capacity of a block at most. Larger blocks waste less at their ends, smaller ones are freed sooner.
const BLOCK_BYTES_MAX: usize = 64 * 1024;

const _: () = assert!(REFERENCED_BYTES_MIN * 2 <= BLOCK_BYTES_MAX);

/// Names a subscriber within its reactor; its owner chooses the number.
pub type SubscriberKey = u32;

/// Names a topic (a channel, pattern or shard channel with subscribers here) within its reactor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TopicId(u32);

#[derive(Clone, Copy, Debug)]
struct Subscriber {
    key: SubscriberKey,
    /// Where the topic stands in the subscriber's memberships.
    slot: u32,
}

struct Topic {
    name: Box<[u8]>,
    hash: u64,
    kind: Kind,
    /// Set for a pattern.
    pattern: Option<PatternId>,
    is_open: bool,
    /// log2 of how much larger than the smallest its next block will be.
    growth: u8,
    subscribers: Vec<Subscriber>,
    /// The blocks to which frames for RESP2 and RESP3 are appended now.
    blocks: [Option<BlockId>; 2],
}

/// The topics of one reactor, with their subscribers.
pub struct Topics {
    hasher: foldhash::fast::RandomState,
    slots: Vec<Option<Topic>>,
    free: Vec<TopicId>,
    by_name: HashTable<TopicId>,
    /// The topic of each pattern with subscribers here, by the pattern's number.
    by_pattern: Vec<Option<TopicId>>,
    /// Topics that hold a block.
    open: Vec<TopicId>,
    /// Where the head of a frame for a pattern is made.
    head: Vec<u8>,
}

/// A message as one topic's subscribers get it; see [`Topics::deliver`].
pub struct Delivery<'a> {
    frame: Frame<'a>,
    shares: bool,
    growth: &'a mut u8,
    blocks: &'a mut [Option<BlockId>; 2],
    /// The frame in blocks, once for each protocol that someone needed.
    ranges: [Option<SharedRange>; 2],
    /// Whether the frame is the first behind a block that was full, where everyone's range of it ends.
    follows_full_block: [bool; 2],
    /// The message itself as a block, once someone needed it.
    tail: Option<(BlockId, SharedRange)>,
    pool: &'a mut OutputPool,
}

/// A frame in two parts: what depends on the kind of subscription, and what does not.
struct Frame<'a> {
    message: &'a Message,
    head: &'a [u8],
}

impl Frame<'_> {
    fn len(&self) -> usize {
        self.head.len() + self.tail().len()
    }

    fn tail(&self) -> &[u8] {
        &self.message.frame()[self.message.tail_start()..]
    }

    /// The bytes for one protocol: RESP3 marks a push where RESP2 has an array.
    fn parts(&self, version: RespVersion) -> [&[u8]; 3] {
        let mark: &[u8] = match version {
            RespVersion::Resp2 => b"*",
            RespVersion::Resp3 => b">",
        };
        [mark, &self.head[1..], self.tail()]
    }
}

impl Delivery<'_> {
    /// Bytes of the frame.
    pub fn len(&self) -> usize {
        self.frame.len()
    }

    /// Never: a frame has at least its header.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Appends the frame to one subscriber's queue.
    pub fn push(&mut self, queue: &mut OutputQueue, version: RespVersion) {
        if self.frame.len() >= REFERENCED_BYTES_MIN {
            self.push_reference(queue, version);
            return;
        }
        let is_behind = queue.pending_bytes() > BEHIND_BYTES;
        if !self.shares && !is_behind {
            queue.push_copy(self.pool, self.frame.parts(version));
            return;
        }
        let range = match self.ranges[version as usize] {
            Some(range) => range,
            None => self.append(version),
        };
        if queue.extend_shared(range) {
            return;
        }
        let starts_range = is_behind
            || queue.is_empty()
            || self.follows_full_block[version as usize]
            || self.frame.len() > COPIED_BYTES_MAX;
        if starts_range {
            queue.push_shared(self.pool, range);
        } else {
            queue.push_copy(self.pool, self.frame.parts(version));
        }
    }

    fn push_reference(&mut self, queue: &mut OutputQueue, version: RespVersion) {
        let [mark, head, _] = self.frame.parts(version);
        queue.push_copy(self.pool, [mark, head, b""]);
        let (_, range) = *self.tail.get_or_insert_with(|| {
            let message = self.frame.message;
            let block = self.pool.wrap(message.frame().clone());
            (block, self.pool.tail(block, message.tail_start()))
        });
        queue.push_shared(self.pool, range);
    }

    /// Puts the frame into the topic's block for this protocol.
    fn append(&mut self, version: RespVersion) -> SharedRange {
        let slot = &mut self.blocks[version as usize];
        let needed = self.frame.len();
        if let Some(block) = *slot {
            self.pool.reuse(block);
            if self.pool.room(block) < needed {
                self.pool.release(block);
                *slot = None;
                self.follows_full_block[version as usize] = true;
                if BLOCK_BYTES_MIN << *self.growth < BLOCK_BYTES_MAX {
                    *self.growth += 1;
                }
            }
        }
        let block = *slot.get_or_insert_with(|| {
            self.pool.open((BLOCK_BYTES_MIN << *self.growth).max(needed * 2))
        });
        let range = self.pool.append(block, self.frame.parts(version));
        self.ranges[version as usize] = Some(range);
        range
    }
}

impl Topics {
    /// Empty tables. `hasher` is the registry's, so that a name is hashed once.
    pub fn new(hasher: foldhash::fast::RandomState) -> Self {
        Self {
            hasher,
            slots: Vec::new(),
            free: Vec::new(),
            by_name: HashTable::new(),
            by_pattern: Vec::new(),
            open: Vec::new(),
            head: Vec::new(),
        }
    }

    /// The topic of that kind and name, if anyone here subscribes to it.
    pub fn find(&self, kind: Kind, name: &[u8]) -> Option<TopicId> {
        self.find_hashed(kind, self.hasher.hash_one(name), name)
    }

    /// The kind and name of a topic.
    pub fn describe(&self, id: TopicId) -> (Kind, &[u8]) {
        let topic = self.topic(id);
        (topic.kind, &topic.name)
    }

    /// Whether a connection subscribes to a channel, pattern or shard channel.
    pub fn is_member(&self, memberships: &Memberships, kind: Kind, name: &[u8]) -> bool {
        self.find(kind, name).is_some_and(|topic| memberships.find(topic).is_some())
    }

    /// Makes `key` a subscriber. It must not be one yet, and `pattern` must be set for a pattern.
    pub fn join(
        &mut self,
        key: SubscriberKey,
        memberships: &mut Memberships,
        kind: Kind,
        name: &[u8],
        pattern: Option<PatternId>,
    ) {
        let hash = self.hasher.hash_one(name);
        let id = match self.find_hashed(kind, hash, name) {
            Some(id) => id,
            None => self.insert(kind, hash, name, pattern),
        };
        let topic = self.topic_mut(id);
        let position = topic.subscribers.len() as u32;
        let slot = memberships.push(kind, Membership { topic: id, position });
        if topic.subscribers.capacity() == 0 {
            topic.subscribers.reserve_exact(1);
        }
        topic.subscribers.push(Subscriber { key, slot });
    }

    /// Ends a subscription. `memberships_of` gives the memberships of any subscriber but the one that leaves.
    ///
    /// Costs the same however many subscribers and memberships there are.
    pub fn leave<'m>(
        &mut self,
        memberships: &mut Memberships,
        id: TopicId,
        pool: &mut OutputPool,
        memberships_of: impl FnOnce(SubscriberKey) -> &'m mut Memberships,
    ) {
        let Some(slot) = memberships.find(id) else { return };
        let position = memberships.get(slot).position;
        let topic = self.topic_mut(id);
        let kind = topic.kind;
        topic.subscribers.swap_remove(position as usize);
        if let Some(moved) = topic.subscribers.get(position as usize) {
            memberships_of(moved.key).set_position(moved.slot, position);
        }
        let is_empty = topic.subscribers.is_empty();
        if let Some(moved) = memberships.swap_remove(kind, slot) {
            let topic = self.topic_mut(moved.topic);
            topic.subscribers[moved.position as usize].slot = slot;
        }
        if is_empty {
            self.remove(id, pool);
        }
    }

    /// Gives a message to everyone here who hears it: subscribers of the channel, then those of patterns.
    ///
    /// `each` is called once for each subscription, and calls [`Delivery::push`] with the subscriber's queue.
    pub fn deliver(
        &mut self,
        message: &Message,
        pool: &mut OutputPool,
        mut each: impl FnMut(SubscriberKey, &mut Delivery<'_>),
    ) {
        if let Some(id) = self.find_hashed(message.kind(), message.hash(), message.channel()) {
            self.deliver_to(id, message, message.head(), pool, &mut each);
        }
        for pattern in message.matches() {
            let Some(&Some(id)) = self.by_pattern.get(pattern.index()) else { continue };
            let mut head = std::mem::take(&mut self.head);
            pattern_head(&self.topic(id).name, &mut head);
            self.deliver_to(id, message, &head, pool, &mut each);
            self.head = head;
        }
    }

    /// Gives up the blocks that nobody waits for any more. To be called now and then; costs the topics with a block.
    pub fn release_blocks(&mut self, pool: &mut OutputPool) {
        let slots = &mut self.slots;
        self.open.retain(|id| {
            let Some(topic) = &mut slots[id.0 as usize] else { return false };
            for slot in &mut topic.blocks {
                if let Some(block) = *slot
                    && pool.is_sole_holder(block)
                {
                    pool.release(block);
                    *slot = None;
                }
            }
            topic.is_open = topic.blocks.iter().any(Option::is_some);
            if !topic.is_open {
                topic.growth = 0;
            }
            topic.is_open
        });
    }

    fn deliver_to(
        &mut self,
        id: TopicId,
        message: &Message,
        head: &[u8],
        pool: &mut OutputPool,
        each: &mut impl FnMut(SubscriberKey, &mut Delivery<'_>),
    ) {
        let Some(topic) = &mut self.slots[id.0 as usize] else { return };
        let mut delivery = Delivery {
            frame: Frame { message, head },
            shares: topic.subscribers.len() >= SHARING_SUBSCRIBERS_MIN,
            growth: &mut topic.growth,
            blocks: &mut topic.blocks,
            ranges: [None; 2],
            follows_full_block: [false; 2],
            tail: None,
            pool,
        };
        for subscriber in &topic.subscribers {
            each(subscriber.key, &mut delivery);
        }
        if let Some((block, _)) = delivery.tail {
            delivery.pool.release(block);
        }
        if !topic.is_open && topic.blocks.iter().any(Option::is_some) {
            topic.is_open = true;
            self.open.push(id);
        }
    }

    fn find_hashed(&self, kind: Kind, hash: u64, name: &[u8]) -> Option<TopicId> {
        let is_it = |id: &TopicId| {
            let topic = self.topic(*id);
            topic.hash == hash && topic.kind == kind && *topic.name == *name
        };
        self.by_name.find(hash, is_it).copied()
    }

    fn insert(
        &mut self,
        kind: Kind,
        hash: u64,
        name: &[u8],
        pattern: Option<PatternId>,
    ) -> TopicId {
        let topic = Topic {
            name: name.into(),
            hash,
            kind,
            pattern,
            is_open: false,
            growth: 0,
            subscribers: Vec::new(),
            blocks: [None; 2],
        };
        let id = match self.free.pop() {
            Some(id) => {
                self.slots[id.0 as usize] = Some(topic);
                id
            }
            None => {
                self.slots.push(Some(topic));
                TopicId(self.slots.len() as u32 - 1)
            }
        };
        let slots = &self.slots;
        let hash_of = |id: &TopicId| slots[id.0 as usize].as_ref().map_or(0, |topic| topic.hash);
        self.by_name.insert_unique(hash, id, hash_of);
        if let Some(pattern) = pattern {
            if self.by_pattern.len() <= pattern.index() {
                self.by_pattern.resize(pattern.index() + 1, None);
            }
            self.by_pattern[pattern.index()] = Some(id);
        }
        id
    }

    fn remove(&mut self, id: TopicId, pool: &mut OutputPool) {
        let Some(topic) = self.slots[id.0 as usize].take() else { return };
        self.free.push(id);
        if let Ok(entry) = self.by_name.find_entry(topic.hash, |other| *other == id) {
            entry.remove();
        }
        if let Some(pattern) = topic.pattern {
            self.by_pattern[pattern.index()] = None;
        }
        topic.blocks.into_iter().flatten().for_each(|block| pool.release(block));
    }

    fn topic(&self, id: TopicId) -> &Topic {
        self.slots[id.0 as usize].as_ref().expect("a topic lives while it has an id")
    }

    fn topic_mut(&mut self, id: TopicId) -> &mut Topic {
        self.slots[id.0 as usize].as_mut().expect("a topic lives while it has an id")
    }
}
