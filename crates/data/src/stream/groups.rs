//! The consumer groups of a stream, by name.

use std::collections::BTreeMap;

use super::StreamId;
use super::group::Group;

#[cfg(test)]
mod tests;

/// A stream's groups.
#[derive(Clone, Debug, Default)]
pub struct Groups(BTreeMap<Box<[u8]>, Group>);

impl Groups {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A group.
    pub fn get(&self, name: &[u8]) -> Option<&Group> {
        self.0.get(name)
    }

    /// A group, to be changed.
    pub fn get_mut(&mut self, name: &[u8]) -> Option<&mut Group> {
        self.0.get_mut(name)
    }

    /// Adds a group; `false` if there is one of that name.
    pub fn add(&mut self, name: &[u8], group: Group) -> bool {
        if self.0.contains_key(name) {
            return false;
        }
        self.0.insert(name.into(), group);
        true
    }

    /// Takes a group out.
    pub fn remove(&mut self, name: &[u8]) -> Option<Group> {
        self.0.remove(name)
    }

    /// All groups, in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Group)> {
        self.0.iter().map(|(name, group)| (&**name, group))
    }

    /// Whether a group has still to do with an entry: it was not delivered yet, or is pending.
    pub fn refer_to(&self, id: StreamId) -> bool {
        self.0.values().any(|group| group.last_id < id || group.pending().get(id).is_some())
    }

    /// An entry is pending in no group any more.
    pub fn forget(&mut self, id: StreamId) {
        for group in self.0.values_mut() {
            group.acknowledge(id);
        }
    }

    /// How many entries are pending, in all groups.
    pub fn pending_len(&self) -> usize {
        self.0.values().map(|group| group.pending().len()).sum()
    }

    /// Memory that they take, in bytes.
    pub fn memory_bytes(&self) -> usize {
        /// What a map takes for a group beside its name: it is filled to two thirds, about.
        const PLACE_BYTES: usize = size_of::<(Box<[u8]>, Group)>() * 3 / 2;
        let of_group =
            |(name, group): (&[u8], &Group)| PLACE_BYTES + name.len() + group.memory_bytes();
        self.iter().map(of_group).sum()
    }
}
