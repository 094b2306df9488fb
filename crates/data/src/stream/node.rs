//! A node: entries one behind the other in bytes.
//!
//! ```text
//! | bytes of the rest of the header | fields | name … | entry …
//!                     entry: | head | step | fields, if the names are its own | bytes of the body | body |
//! ```
//!
//! The header holds the names of the first entry's fields, which entries of the same fields do not repeat. A head says whether
//! the entry was removed, whether it has names of its own, and how its id differs from the one before ([`step`](super::step)),
//! for which often nothing more is needed. Counts and lengths are as in [`packing`](super::packing).

use super::StreamId;
use super::entry::{EntryRef, Fields, NewFields};
use super::packing::{length_bytes, push_length, read_length};
use super::step::{Step, before};

/// In a head: the entry was removed.
const REMOVED: u8 = 1;
/// In a head: the entry has names of its own.
const OWN_NAMES: u8 = 2;

/// Most bytes of a node with several entries, whatever the limit says.
pub(super) const NODE_BYTES_MAX: usize = 1 << 30;
/// Bytes of room that an entry without a full node before it is given. They double as the node grows.
const ROOM_BYTES_MIN: usize = 64;

/// How large a node may be; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeLimits {
    /// In bytes (`stream-node-max-bytes`).
    pub bytes: usize,
    /// In entries, removed ones included (`stream-node-max-entries`).
    pub entries: u64,
}

impl NodeLimits {
    fn bytes_max(self) -> usize {
        if self.bytes == 0 { NODE_BYTES_MAX } else { self.bytes.min(NODE_BYTES_MAX) }
    }

    fn entries_max(self) -> u64 {
        if self.entries == 0 { u64::from(u32::MAX) } else { self.entries.min(u32::MAX.into()) }
    }
}

/// Some entries; at least one, which may have been removed.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The id of the first entry.
    pub(super) first: StreamId,
    /// How many entries there are that were not removed.
    pub(super) live: u32,
    /// How many entries there are, removed ones included.
    total: u32,
    bytes: Vec<u8>,
}

impl Node {
    /// A node of one entry. It has room for so many bytes as a full one before it has taken, if there is one.
    pub(super) fn new<'f, I>(id: StreamId, fields: &NewFields<I>, full: Option<&Self>) -> Self
    where
        I: Iterator<Item = &'f [u8]> + Clone,
    {
        let header_bytes = length_bytes(fields.count) + fields.names_bytes;
        let step = Step::between(before(id), id);
        let needed =
            length_bytes(header_bytes) + header_bytes + fields.entry_bytes(step, Names::Shared);
        let room = full.map_or(ROOM_BYTES_MIN, |full| full.bytes.len());
        let mut bytes = Vec::with_capacity(needed.max(room));
        push_length(&mut bytes, header_bytes);
        push_length(&mut bytes, fields.count);
        fields.push_names(&mut bytes);
        let mut node = Self { first: id, live: 0, total: 0, bytes };
        node.push(step, fields, Names::Shared);
        node
    }

    /// Adds an entry behind the one with the id `last`, which is the node's last, if there is room.
    pub(super) fn append<'f, I>(
        &mut self,
        last: StreamId,
        id: StreamId,
        fields: &NewFields<I>,
        limits: NodeLimits,
    ) -> bool
    where
        I: Iterator<Item = &'f [u8]> + Clone,
    {
        if u64::from(self.total) >= limits.entries_max() {
            return false;
        }
        let header = self.header();
        let is_same = fields.has_names(header.names, header.count);
        let names = if is_same { Names::Shared } else { Names::Own };
        let step = Step::between(last, id);
        let needed = self.bytes.len() + fields.entry_bytes(step, names);
        if needed > limits.bytes_max() {
            return false;
        }
        if needed > self.bytes.capacity() {
            let room = (2 * self.bytes.capacity()).min(limits.bytes_max()).max(needed);
            self.bytes.reserve_exact(room - self.bytes.len());
        }
        self.push(step, fields, names);
        true
    }

    fn push<'f, I>(&mut self, step: Step, fields: &NewFields<I>, names: Names)
    where
        I: Iterator<Item = &'f [u8]> + Clone,
    {
        let own = if names == Names::Own { OWN_NAMES } else { 0 };
        self.bytes.push(step.form() | own);
        step.push(&mut self.bytes);
        if names == Names::Own {
            push_length(&mut self.bytes, fields.count);
        }
        push_length(&mut self.bytes, fields.body_bytes(names));
        fields.push_body(&mut self.bytes, names);
        self.live += 1;
        self.total += 1;
    }

    /// Gives back memory that was kept for further entries.
    pub(super) fn close(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// Forgets all entries. Only the first one's id is left.
    pub(super) fn clear(&mut self) {
        self.live = 0;
        self.bytes = Vec::new();
    }

    /// Marks the entry that was found at an offset as removed.
    pub(super) fn remove(&mut self, at: usize) {
        self.bytes[at] |= REMOVED;
        self.live -= 1;
    }

    /// Where the next entry will be.
    pub(super) fn end(&self) -> usize {
        self.bytes.len()
    }

    /// How many entries there are, removed ones included.
    pub(super) fn total(&self) -> u32 {
        self.total
    }

    /// Bytes that its entries take.
    pub(super) fn own_bytes(&self) -> usize {
        self.bytes.capacity()
    }

    /// All entries, removed ones included; none if they were forgotten.
    pub(super) fn walk(&self) -> Walk<'_> {
        let header = self.header();
        Walk { header, bytes: &self.bytes, at: header.end, last: before(self.first) }
    }

    /// The entries from a mark on, which was made in this node.
    pub(super) fn walk_from(&self, mark: Mark) -> Walk<'_> {
        Walk { at: mark.at as usize, last: mark.last, ..self.walk() }
    }

    /// The id of the last entry, which may have been removed.
    pub(super) fn last(&self) -> StreamId {
        self.walk().last().map_or(self.first, |found| found.entry.id)
    }

    fn header(&self) -> Header<'_> {
        if self.bytes.is_empty() {
            return Header { names: &[], count: 0, end: 0 };
        }
        let mut at = 0;
        let end = read_length(&self.bytes, &mut at) + at;
        let count = read_length(&self.bytes, &mut at);
        Header { names: &self.bytes[at..end], count, end }
    }
}

/// Whether an entry repeats the names of its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// They are in the header.
    Shared,
    /// They are in the body.
    Own,
}

#[derive(Clone, Copy, Debug)]
struct Header<'a> {
    /// The names with their lengths.
    names: &'a [u8],
    /// How many they are.
    count: usize,
    /// Where the first entry is.
    end: usize,
}

/// A place between two entries of a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// The offset of the entry behind it.
    pub(super) at: u32,
    /// The id of the entry before it.
    pub(super) last: StreamId,
}

/// The entries of a node, in order.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    header: Header<'a>,
    bytes: &'a [u8],
    at: usize,
    last: StreamId,
}

/// An entry in its node.
#[derive(Debug)]
pub(super) struct Found<'a> {
    /// The offset of its head.
    pub(super) at: usize,
    /// Whether it was removed.
    pub(super) is_removed: bool,
    /// What it is.
    pub(super) entry: EntryRef<'a>,
}

impl Walk<'_> {
    /// The offset of the next entry.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Only the entries before an offset.
    pub(super) fn until(self, end: usize) -> Self {
        Self { bytes: &self.bytes[..end], ..self }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Found<'a>;

    #[inline]
    fn next(&mut self) -> Option<Found<'a>> {
        let mut at = self.at;
        let head = *self.bytes.get(at)?;
        at += 1;
        self.last = Step::read(head, self.last, self.bytes, &mut at);
        let (shared_names, left) = if head & OWN_NAMES == 0 {
            (Some(self.header.names), self.header.count)
        } else {
            (None, read_length(self.bytes, &mut at))
        };
        let body_bytes = read_length(self.bytes, &mut at);
        let body = &self.bytes[at..at + body_bytes];
        let fields = Fields { shared_names, body, left };
        let found = Found {
            at: self.at,
            is_removed: head & REMOVED != 0,
            entry: EntryRef { id: self.last, fields },
        };
        self.at = at + body_bytes;
        Some(found)
    }
}
