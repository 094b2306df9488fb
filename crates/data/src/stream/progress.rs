//! How far a group has come: how many entries it has read, and how many are ahead of it.
//!
//! A stream counts the entries that were ever added, not where each of them stands. So the number of entries up to an id is
//! known only at some ids, and only if no entry behind it was removed.

use super::value::Stream;
use super::{Group, StreamId};

/// What a stream knows of its entries, past ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Entries that were ever added.
    pub added: u64,
    /// Entries that are there.
    pub len: u64,
    /// The id of the first entry that is there.
    pub first_id: Option<StreamId>,
    /// The greatest id that an entry ever had.
    pub last_id: StreamId,
    /// The greatest id of a removed entry.
    pub max_deleted_id: StreamId,
}

impl Stream {
    /// What is known of its entries.
    pub fn counts(&self) -> Counts {
        Counts {
            added: self.entries_added,
            len: self.len(),
            first_id: self.first().map(|first| first.id),
            last_id: self.last_id,
            max_deleted_id: self.max_deleted_id,
        }
    }
}

impl Counts {
    /// How many entries were ever added up to an id, if that is known.
    fn up_to(&self, id: StreamId) -> Option<u64> {
        let first_id = match self.first_id {
            _ if self.added == 0 => return Some(0),
            None => return Some(self.added),
            Some(first_id) => first_id,
        };
        if id == self.last_id {
            return Some(self.added);
        }
        if id > self.last_id || self.max_deleted_id >= first_id {
            return None;
        }
        // All that were removed came before those that are there.
        match id.cmp(&first_id) {
            std::cmp::Ordering::Less => Some(self.added.saturating_sub(self.len)),
            std::cmp::Ordering::Equal => Some(self.added.saturating_sub(self.len) + 1),
            std::cmp::Ordering::Greater => None,
        }
    }

    /// Whether an entry of an id or behind it may have been removed.
    fn has_gap_from(&self, id: StreamId) -> bool {
        self.first_id.is_some() && self.max_deleted_id >= id
    }
}

impl Group {
    /// Notes that the entry behind all that were delivered before was delivered.
    pub fn advance(&mut self, id: StreamId, counts: &Counts) {
        let follows = counts.first_id.is_some_and(|first_id| self.last_id >= first_id);
        self.entries_read = match self.entries_read {
            Some(read) if follows && !counts.has_gap_from(self.last_id) => {
                Some(read.saturating_add(1))
            }
            _ => counts.up_to(id),
        };
        self.last_id = id;
    }

    /// How many entries are ahead of it, if that is known.
    pub fn lag(&self, counts: &Counts) -> Option<i64> {
        let is_ahead = counts
            .first_id
            .is_some_and(|first_id| self.last_id < first_id && counts.max_deleted_id < first_id);
        let read = match self.entries_read {
            _ if counts.len == 0 => return Some(0),
            Some(read) if !is_ahead && !counts.has_gap_from(self.last_id) => Some(read),
            _ => counts.up_to(self.last_id),
        };
        // `XSETID` sets any number of entries, and Redis's difference wraps.
        read.map(|read| counts.added.wrapping_sub(read) as i64)
    }
}
