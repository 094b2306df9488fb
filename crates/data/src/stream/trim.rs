//! Removing entries from the front.

use super::StreamId;
use super::log::Log;

/// What becomes of consumer groups' references to an entry that is removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum References {
    /// They stay.
    #[default]
    Keep,
    /// They are deleted, too.
    Delete,
    /// There must be none: an entry that a group has still to do with is not removed.
    Acknowledged,
}

/// Which entries are to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// All but so many.
    Length(u64),
    /// All with lesser ids.
    Id(StreamId),
}

/// What is to be removed, and how exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trim {
    /// Which entries are to go.
    pub bound: Bound,
    /// Whether only whole nodes are removed.
    pub is_approximate: bool,
    /// Most entries that are removed; nothing is no limit.
    pub most: Option<u64>,
    /// What becomes of references. Unless they are kept, entries are not removed by nodes, and so with `is_approximate`
    /// none are, as in Redis 8.2.
    pub references: References,
}

impl Trim {
    /// Removes entries and keeps references; how many.
    pub(super) fn run(self, log: &mut Log) -> u64 {
        let mut removed = 0;
        while let Some(live) = log.first_node_len() {
            let is_reached = matches!(self.bound, Bound::Length(length) if log.len() <= length);
            let is_too_many = self.most.is_some_and(|most| removed + live > most);
            if is_reached || is_too_many {
                break;
            }
            if self.takes_first_node(log, live) {
                log.remove_first_node();
                removed += live;
                continue;
            }
            if !self.is_approximate {
                removed += self.cut_first_node(log);
            }
            break;
        }
        removed
    }

    fn takes_first_node(self, log: &Log, live: u64) -> bool {
        match self.bound {
            Bound::Length(length) => log.len() - live >= length,
            Bound::Id(id) => log.first_node_is_before(id),
        }
    }

    fn cut_first_node(self, log: &mut Log) -> u64 {
        match self.bound {
            Bound::Length(length) => {
                let mut left = log.len().saturating_sub(length);
                log.remove_first(|_| {
                    let is_wanted = left > 0;
                    left = left.saturating_sub(1);
                    is_wanted
                })
            }
            Bound::Id(id) => log.remove_first(|one| one < id),
        }
    }
}
