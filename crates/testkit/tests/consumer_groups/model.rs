//! What a stream and its groups of consumers hold, as simply as can be.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};

/// An entry's number; its id is `number-0`.
pub(crate) type Id = u64;

/// An entry that a consumer has and has not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// Who has it; nobody if it was given back.
    pub(crate) consumer: String,
    /// How often it was delivered.
    pub(crate) deliveries: i64,
}

/// A group of consumers.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// The last entry that was delivered for the first time.
    pub(crate) last: Id,
    /// What is pending.
    pub(crate) pending: BTreeMap<Id, Pending>,
    /// Entries that went to somebody as new ones.
    pub(crate) delivered: BTreeSet<Id>,
    /// Entries that nobody may get again: acknowledged, or taken with `NOACK`.
    pub(crate) done: BTreeSet<Id>,
    /// Entries that were pending for a consumer when it was removed.
    pub(crate) dropped: BTreeSet<Id>,
}

/// A stream.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    /// What is in it: numbers only, as an entry's field tells its number.
    pub(crate) entries: BTreeSet<Id>,
    /// The greatest number ever.
    pub(crate) last: Id,
    /// Its groups.
    pub(crate) groups: BTreeMap<String, Group>,
}

impl Stream {
    /// Adds an entry.
    pub(crate) fn add(&mut self) -> Id {
        self.last += 1;
        self.entries.insert(self.last);
        self.last
    }

    /// What a group has not seen yet, up to a count.
    pub(crate) fn unseen(&self, group: &str, count: usize) -> Vec<Id> {
        let Some(group) = self.groups.get(group) else { return Vec::new() };
        self.entries.range(group.last + 1..).take(count).copied().collect()
    }

    /// Keeps `count` entries, and gives how many went.
    pub(crate) fn trim(&mut self, count: usize) -> usize {
        let surplus = self.entries.len().saturating_sub(count);
        for _ in 0..surplus {
            self.entries.pop_first();
        }
        surplus
    }
}

impl Group {
    /// Entries go to a consumer as new ones.
    pub(crate) fn deliver(&mut self, ids: &[Id], consumer: &str, is_noack: bool) -> Result<()> {
        for &id in ids {
            ensure!(self.delivered.insert(id), "{id} was delivered twice as a new entry");
            ensure!(id > self.last, "{id} was delivered behind {}", self.last);
            self.last = id;
            if is_noack {
                self.done.insert(id);
            } else {
                let pending = Pending { consumer: consumer.to_owned(), deliveries: 1 };
                self.pending.insert(id, pending);
            }
        }
        Ok(())
    }

    /// What is pending for a consumer behind an id.
    pub(crate) fn of_consumer(&self, consumer: &str, start: Id) -> Vec<Id> {
        let pending = self.pending.range(start + 1..);
        pending.filter(|(_, pending)| pending.consumer == consumer).map(|(&id, _)| id).collect()
    }

    /// A consumer takes over what is pending.
    pub(crate) fn claim(&mut self, id: Id, consumer: &str, is_counted: bool) -> Result<()> {
        ensure!(!self.done.contains(&id), "{id} was claimed after it was acknowledged");
        let pending = self.pending.get_mut(&id);
        let Some(pending) = pending else { anyhow::bail!("{id} was claimed and not pending") };
        consumer.clone_into(&mut pending.consumer);
        pending.deliveries = pending.deliveries.saturating_add(i64::from(is_counted));
        Ok(())
    }

    /// Gives an entry back with a new count of deliveries; whether it is pending.
    pub(crate) fn give_back(&mut self, id: Id, count: impl Fn(i64) -> i64) -> bool {
        let Some(pending) = self.pending.get_mut(&id) else { return false };
        pending.consumer.clear();
        pending.deliveries = count(pending.deliveries);
        true
    }

    /// What was given back.
    pub(crate) fn given_back(&self) -> Vec<Id> {
        let given_back = self.pending.iter().filter(|(_, pending)| pending.consumer.is_empty());
        given_back.map(|(&id, _)| id).collect()
    }

    /// A consumer takes over up to `count` of these pending entries, in this order, and those before the last of them that
    /// are not in the stream are pending no longer. Gives those it got, and how often each was delivered before.
    pub(crate) fn claim_first(
        &mut self,
        ids: &[Id],
        count: usize,
        consumer: &str,
        entries: &BTreeSet<Id>,
    ) -> Result<Vec<(Id, i64)>> {
        let mut claimed = Vec::new();
        for &id in ids {
            if claimed.len() == count {
                break;
            }
            if entries.contains(&id) {
                claimed.push((id, self.pending[&id].deliveries));
                self.claim(id, consumer, true)?;
            } else {
                self.pending.remove(&id);
            }
        }
        Ok(claimed)
    }

    /// Acknowledges, and gives whether it was pending.
    pub(crate) fn acknowledge(&mut self, id: Id) -> bool {
        self.pending.remove(&id).is_some() && self.done.insert(id)
    }

    /// Removes a consumer, and gives how much was pending for it.
    pub(crate) fn remove_consumer(&mut self, consumer: &str) -> usize {
        let ids = self.of_consumer(consumer, 0);
        for id in &ids {
            self.pending.remove(id);
            self.dropped.insert(*id);
        }
        ids.len()
    }

    /// Nothing that was delivered is forgotten: it is pending, done, dropped with its consumer, or it
    /// was deleted.
    pub(crate) fn check_nothing_is_lost(&self, entries: &BTreeSet<Id>) -> Result<()> {
        for id in &self.delivered {
            let is_known = self.pending.contains_key(id)
                || self.done.contains(id)
                || self.dropped.contains(id)
                || !entries.contains(id);
            ensure!(is_known, "{id} was delivered and is nowhere");
        }
        Ok(())
    }
}
