//! A stream: its log, and what it remembers of entries that are gone.

use super::entry::{EntryRef, NewFields};
use super::log::Log;
use super::node::NodeLimits;
use super::range::{Ascending, Descending};
use super::trim::{Bound, References, Trim};
use super::{Group, Groups, Idempotence, StreamId};

/// Most bytes of the names and values of an entry.
const ENTRY_BYTES_MAX: usize = 1 << 30;

/// A stream. It may be empty.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    log: Log,
    /// The greatest id that an entry ever had, or what a client set it to.
    pub last_id: StreamId,
    /// The greatest id among removed entries; `0-0` if none was.
    pub max_deleted_id: StreamId,
    /// How many entries were ever added, removed ones included, or what a client set it to.
    pub entries_added: u64,
    /// Its consumer groups, if it has any.
    pub groups: Option<Box<Groups>>,
    /// What is remembered of entries that producers may send twice, if any ever could.
    pub idempotence: Option<Box<Idempotence>>,
}

/// An entry's names and values are too large to be stored together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

impl Stream {
    /// A stream without entries, of no history.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries there are.
    pub fn len(&self) -> u64 {
        self.log.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.log.len() == 0
    }

    /// How many nodes hold the entries.
    pub fn nodes(&self) -> usize {
        self.log.nodes()
    }

    /// The id of the first entry of each node, which may have been removed.
    pub fn node_ids(&self) -> impl Iterator<Item = StreamId> {
        self.log.node_ids()
    }

    /// How many parts its memory has, about.
    pub fn parts(&self) -> usize {
        self.nodes() + self.idempotence.as_ref().map_or(0, |ids| ids.producers())
    }

    /// Memory that it takes, in bytes; of many nodes, by what some of them take.
    pub fn memory_bytes(&self) -> usize {
        let groups_bytes = self.groups.as_ref().map_or(0, |groups| groups.memory_bytes());
        let remembered_bytes = self.idempotence.as_ref().map_or(0, |ids| ids.memory_bytes());
        size_of::<Self>() + self.log.memory_bytes() + groups_bytes + remembered_bytes
    }

    /// The first entry.
    pub fn first(&self) -> Option<EntryRef<'_>> {
        self.ascending(StreamId::MIN, StreamId::MAX).next()
    }

    /// The last entry.
    pub fn last(&self) -> Option<EntryRef<'_>> {
        self.descending(StreamId::MIN, StreamId::MAX).next()
    }

    /// The entry of an id.
    pub fn get(&self, id: StreamId) -> Option<EntryRef<'_>> {
        self.ascending(id, id).next()
    }

    /// The least id from this one on that an entry has.
    pub fn first_from(&self, id: StreamId) -> Option<StreamId> {
        self.ascending(id, StreamId::MAX).next().map(|entry| entry.id)
    }

    /// The entries between two ids, both included, beginning with the least. To find the first costs logarithmic time.
    pub fn ascending(&self, from: StreamId, to: StreamId) -> Ascending<'_> {
        self.log.ascending(from, to)
    }

    /// The entries between two ids, both included, beginning with the greatest. To find the first costs logarithmic time.
    pub fn descending(&self, from: StreamId, to: StreamId) -> Descending<'_> {
        self.log.descending(from, to)
    }

    /// Adds an entry of fields and values in turn, of which there must be some. Its id must be greater than
    /// [`last_id`](Self::last_id).
    pub fn append<'f, I>(
        &mut self,
        id: StreamId,
        texts: I,
        limits: NodeLimits,
    ) -> Result<(), TooLarge>
    where
        I: Iterator<Item = &'f [u8]> + Clone,
    {
        debug_assert!(id > self.last_id, "ids ascend");
        let fields = NewFields::new(texts);
        if fields.text_bytes() > ENTRY_BYTES_MAX {
            return Err(TooLarge);
        }
        self.log.append(id, &fields, limits);
        self.last_id = id;
        self.entries_added += 1;
        Ok(())
    }

    /// Lets `act` work on a group beside the entries; nothing if there is no such group. The stream that `act` sees has no
    /// groups.
    pub fn with_group<R>(
        &mut self,
        name: &[u8],
        act: impl FnOnce(&Self, &mut Group) -> R,
    ) -> Option<R> {
        let mut groups = self.groups.take()?;
        let result = groups.get_mut(name).map(|group| act(self, group));
        self.groups = Some(groups);
        result
    }

    /// A group.
    pub fn group(&self, name: &[u8]) -> Option<&Group> {
        self.groups.as_ref()?.get(name)
    }

    /// A group, to be changed.
    pub fn group_mut(&mut self, name: &[u8]) -> Option<&mut Group> {
        self.groups.as_mut()?.get_mut(name)
    }

    /// Removes an entry; whether it was there.
    pub fn remove(&mut self, id: StreamId) -> bool {
        let is_removed = self.log.remove(id);
        if is_removed {
            self.max_deleted_id = self.max_deleted_id.max(id);
        }
        is_removed
    }

    /// As [`remove`](Self::remove), with regard to the references of consumer groups, which there may be to an entry that is
    /// gone or was never there.
    pub fn remove_referred(&mut self, id: StreamId, references: References) -> Removal {
        if references == References::Acknowledged && self.is_referred_to(id) {
            return Removal::Referred;
        }
        self.forget_references(id, references);
        if self.remove(id) { Removal::Done } else { Removal::NotThere }
    }

    /// Removes entries from the front; how many.
    pub fn trim(&mut self, trim: Trim) -> u64 {
        match trim.references {
            References::Keep => trim.run(&mut self.log),
            _ if trim.is_approximate => 0,
            references => self.trim_each(trim.bound, references),
        }
    }

    /// Removes entries one by one, for each has to be looked for in groups.
    fn trim_each(&mut self, bound: Bound, references: References) -> u64 {
        let (mut left, until) = match bound {
            Bound::Length(length) => (self.len().saturating_sub(length), StreamId::MAX),
            Bound::Id(id) => (u64::MAX, id),
        };
        let mut wanted = Vec::new();
        for node in &self.log.nodes {
            // As in Redis, the first node that has more entries than are to go is the last one that is looked at, even where
            // its entries have to stay.
            let is_last = u64::from(node.live) > left;
            let live = node.walk().filter(|found| !found.is_removed);
            for found in live.take_while(|found| found.entry.id < until) {
                if left > 0
                    && (references == References::Delete || !self.is_referred_to(found.entry.id))
                {
                    wanted.push(found.entry.id);
                    left -= 1;
                }
            }
            if is_last || node.first >= until {
                break;
            }
        }
        for &id in &wanted {
            self.log.remove(id);
            self.forget_references(id, references);
        }
        wanted.len() as u64
    }

    fn is_referred_to(&self, id: StreamId) -> bool {
        self.groups.as_ref().is_some_and(|groups| groups.refer_to(id))
    }

    fn forget_references(&mut self, id: StreamId, references: References) {
        if references == References::Delete
            && let Some(groups) = &mut self.groups
        {
            groups.forget(id);
        }
    }
}

/// What became of an entry that was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Done,
    /// There is none.
    NotThere,
    /// A group has still to do with it.
    Referred,
}
