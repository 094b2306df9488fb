//! What one connection subscribes to.

use std::collections::HashMap;

use crate::Kind;
use crate::topics::TopicId;

/// Memberships beyond which they are found through an index rather than one by one.
const SCANNED_MAX: usize = 16;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    pub(crate) topic: TopicId,
    /// Where this connection stands in the topic's list of subscribers.
    pub(crate) position: u32,
}

/// What one connection subscribes to. Without subscriptions it owns no memory.
#[derive(Debug, Default)]
pub struct Memberships {
    list: Vec<Membership>,
    /// Where each topic stands in the list, once it is long.
    #[expect(clippy::box_collection, reason = "eight bytes in place of 40 in every connection")]
    index: Option<Box<HashMap<TopicId, u32, foldhash::fast::RandomState>>>,
    channels: u32,
    patterns: u32,
    shard_channels: u32,
}

impl Memberships {
    /// How many subscriptions of one kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        (match kind {
            Kind::Channel => self.channels,
            Kind::Pattern => self.patterns,
            Kind::ShardChannel => self.shard_channels,
        }) as usize
    }

    /// Whether there is no subscription of any kind.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The topics, in no particular order.
    pub fn topics(&self) -> impl Iterator<Item = TopicId> {
        self.list.iter().map(|membership| membership.topic)
    }

    /// The topic of the latest membership; removing it moves no other.
    pub fn last(&self) -> Option<TopicId> {
        self.list.last().map(|membership| membership.topic)
    }

    /// Bytes of memory that it owns.
    pub fn memory_bytes(&self) -> usize {
        let index =
            self.index.as_ref().map_or(0, |index| index.capacity() * size_of::<(TopicId, u32)>());
        self.list.capacity() * size_of::<Membership>() + index
    }

    pub(crate) fn find(&self, topic: TopicId) -> Option<u32> {
        match &self.index {
            Some(index) => index.get(&topic).copied(),
            None => {
                let position = self.list.iter().position(|membership| membership.topic == topic);
                position.map(|slot| slot as u32)
            }
        }
    }

    pub(crate) fn get(&self, slot: u32) -> Membership {
        self.list[slot as usize]
    }

    pub(crate) fn set_position(&mut self, slot: u32, position: u32) {
        self.list[slot as usize].position = position;
    }

    /// Adds a membership; where it stands now.
    pub(crate) fn push(&mut self, kind: Kind, membership: Membership) -> u32 {
        let slot = self.list.len() as u32;
        if self.list.capacity() == 0 {
            // Most connections have one subscription.
            self.list.reserve_exact(1);
        }
        self.list.push(membership);
        match &mut self.index {
            Some(index) => {
                index.insert(membership.topic, slot);
            }
            None if self.list.len() > SCANNED_MAX => {
                let entries = self.list.iter().zip(0..);
                self.index =
                    Some(Box::new(entries.map(|(entry, slot)| (entry.topic, slot)).collect()));
            }
            None => {}
        }
        *self.count_mut(kind) += 1;
        slot
    }

    /// Removes the membership at `slot`; the one that took its place, if any, stands there now.
    pub(crate) fn swap_remove(&mut self, kind: Kind, slot: u32) -> Option<Membership> {
        let removed = self.list.swap_remove(slot as usize);
        *self.count_mut(kind) -= 1;
        let moved = self.list.get(slot as usize).copied();
        if self.list.is_empty() {
            *self = Self::default();
        } else if let Some(index) = &mut self.index {
            index.remove(&removed.topic);
            if let Some(moved) = moved {
                index.insert(moved.topic, slot);
            }
        }
        moved
    }

    fn count_mut(&mut self, kind: Kind) -> &mut u32 {
        match kind {
            Kind::Channel => &mut self.channels,
            Kind::Pattern => &mut self.patterns,
            Kind::ShardChannel => &mut self.shard_channels,
        }
    }
}
