//! Members with what belongs to each, hashed by themselves: the large form of hashes and sets.

use std::hash::BuildHasher;

use crate::dictionary::{Candidates, Dictionary, FetchStage};
use crate::encoding::entry::Entry;

/// A [`Dictionary`] with its own hash function, so that nobody can choose members that collide.
#[derive(Clone, Debug, Default)]
pub struct Table<T> {
    hasher: foldhash::fast::RandomState,
    dictionary: Dictionary<T>,
}

impl<T> Table<T> {
    /// An empty table that hashes as this one, so that cursors of a scan over one mean the same in the other.
    pub fn new_like(&self) -> Self {
        Self { hasher: self.hasher.clone(), dictionary: Dictionary::default() }
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.dictionary.len()
    }

    /// How many members there are places for; see [`Dictionary::places`].
    pub fn places(&self) -> usize {
        self.dictionary.places()
    }

    /// Memory that it takes beside what its entries point to, in bytes; see [`Dictionary::table_bytes`].
    pub fn table_bytes(&self) -> usize {
        self.dictionary.table_bytes()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.dictionary.is_empty()
    }

    /// The entry of a member.
    pub fn get(&self, member: &[u8]) -> Option<&Entry<T>> {
        self.dictionary.get(self.hasher.hash_one(member), member)
    }

    /// The entry of a member, to be changed.
    pub fn get_mut(&mut self, member: &[u8]) -> Option<&mut Entry<T>> {
        self.dictionary.get_mut(self.hasher.hash_one(member), member)
    }

    /// The entry of a member, made by `new` if it is not there; and whether it was made.
    pub fn get_or_insert(
        &mut self,
        member: &[u8],
        new: impl FnOnce() -> Entry<T>,
    ) -> (&mut Entry<T>, bool) {
        let hash = self.hasher.hash_one(member);
        if let Some(spot) = self.dictionary.find(hash, member) {
            return (self.dictionary.at_mut(spot), false);
        }
        let hasher = &self.hasher;
        (self.dictionary.insert(hash, new(), |key| hasher.hash_one(key)), true)
    }

    /// Has one stage of what a look-up will read fetched; see [`Dictionary::fetch`].
    pub fn fetch(&self, hash: u64, stage: FetchStage, found: &mut Candidates) {
        self.dictionary.fetch(hash, stage, found);
    }

    /// The hash of a member, by which [`of_hash`](Self::of_hash) finds it.
    pub fn hash(&self, member: &[u8]) -> u64 {
        self.hasher.hash_one(member)
    }

    /// The entries of the members that have a hash: one, or very rarely more.
    pub fn of_hash(&self, hash: u64) -> impl Iterator<Item = &Entry<T>> {
        self.dictionary.of_hash(hash, |key| self.hasher.hash_one(key))
    }

    /// Takes a member out.
    pub fn remove(&mut self, member: &[u8]) -> Option<Entry<T>> {
        self.dictionary.remove(self.hasher.hash_one(member), member)
    }

    /// All entries, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Entry<T>> {
        self.dictionary.iter()
    }

    /// An entry at random; see [`Dictionary::random`].
    pub fn random(&self, random: u64) -> Option<&Entry<T>> {
        self.dictionary.random(random)
    }

    /// Takes out an entry at random; see [`Dictionary::remove_random`].
    pub fn remove_random(&mut self, random: u64) -> Option<Entry<T>> {
        self.dictionary.remove_random(random)
    }

    /// A step of a scan; see [`Dictionary::scan`].
    pub fn scan(&self, cursor: u64, count: usize, each: impl FnMut(&Entry<T>)) -> u64 {
        self.dictionary.scan(cursor, count, |key| self.hasher.hash_one(key), each)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::dictionary::SCAN_END;
    use crate::encoding::entry::{NewValue, ValueRef};

    #[test]
    fn members_are_found_scanned_and_taken_out() {
        let mut table = Table::<()>::default();
        for number in 0..50_000_i64 {
            let member = number.to_string();
            let new = || Entry::new(member.as_bytes(), NewValue::Integer(number));
            assert!(table.get_or_insert(member.as_bytes(), new).1);
            assert!(!table.get_or_insert(member.as_bytes(), || unreachable!()).1);
        }
        let mut seen = BTreeSet::new();
        let mut cursor = 0;
        loop {
            cursor = table.scan(cursor, 10, |entry| {
                seen.insert(entry.key().to_vec());
            });
            if cursor == SCAN_END {
                break;
            }
        }
        assert_eq!((seen.len(), table.len(), table.iter().count()), (50_000, 50_000, 50_000));
        assert!(table.random(1).is_some());
        let entry = table.get_mut(b"77").expect("it is there");
        entry.set_value(NewValue::Integer(-1));
        assert_eq!(table.get(b"77").map(Entry::value), Some(ValueRef::Integer(-1)));
        for number in 0..50_000 {
            assert!(table.remove(number.to_string().as_bytes()).is_some());
        }
        assert!(table.is_empty());
    }
}
