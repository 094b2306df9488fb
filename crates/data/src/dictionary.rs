//! Keys with their values, in small segments: no long rehash, a scan order that survives growth.
//!
//! A dictionary is an extendible hash table. Its directory has a place for each prefix of the hash; a segment is shared by all
//! places whose prefixes begin with its own. A full segment is split in two, and the directory doubles when the segment's
//! prefix was as long as the directory's. So the most that one insertion moves is one segment, beside a directory of
//! pointers once in a while.
//!
//! Within a segment entries are dense and unordered, found through one byte of their hash each.

use crate::encoding::entry::Entry;

/// Most entries of a segment. More make look-ups compare more tags, and splits move more; fewer cost memory.
const SEGMENT_ENTRIES_MAX: usize = 64;
/// By how many entries a segment grows.
const SEGMENT_GROWTH: usize = 8;
/// Most places of the directory for each segment. Where keys of like hashes would need more, their segment grows past its
/// size instead: slower, but a directory cannot be blown up.
const PLACES_PER_SEGMENT_MAX: usize = 16;

/// A dictionary's cursor after its last entry.
pub const SCAN_END: u64 = 0;

#[derive(Clone, Debug)]
struct Segment<T> {
    /// How many bits of the hash all its entries have in common.
    depth: u32,
    tags: Vec<u8>,
    entries: Vec<Entry<T>>,
}

/// Keys with their values; see the module. The caller hashes, always with the same function.
#[derive(Clone, Debug)]
pub struct Dictionary<T> {
    /// By the first `depth` bits of the hash, the number of the segment.
    directory: Vec<u32>,
    segments: Vec<Segment<T>>,
    depth: u32,
    length: usize,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { directory: Vec::new(), segments: Vec::new(), depth: 0, length: 0 }
    }
}

impl<T> Segment<T> {
    fn new(depth: u32) -> Self {
        Self { depth, tags: Vec::new(), entries: Vec::new() }
    }

    fn position(&self, hash: u64, key: &[u8]) -> Option<usize> {
        let tag = tag(hash);
        let mut from = 0;
        while let Some(offset) = self.tags[from..].iter().position(|&other| other == tag) {
            let position = from + offset;
            if self.entries[position].key() == key {
                return Some(position);
            }
            from = position + 1;
        }
        None
    }

    fn push(&mut self, hash: u64, entry: Entry<T>) {
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact(SEGMENT_GROWTH);
            self.tags.reserve_exact(SEGMENT_GROWTH);
        }
        self.tags.push(tag(hash));
        self.entries.push(entry);
    }

    fn swap_remove(&mut self, position: usize) -> Entry<T> {
        self.tags.swap_remove(position);
        let entry = self.entries.swap_remove(position);
        if self.entries.capacity() - self.entries.len() >= 2 * SEGMENT_GROWTH {
            let capacity = self.entries.len() + SEGMENT_GROWTH;
            self.entries.shrink_to(capacity);
            self.tags.shrink_to(capacity);
        }
        entry
    }
}

impl<T> Dictionary<T> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The entry of a key.
    pub fn get(&self, hash: u64, key: &[u8]) -> Option<&Entry<T>> {
        let segment = self.segment(hash)?;
        segment.position(hash, key).map(|position| &segment.entries[position])
    }

    /// The entry of a key, to be changed.
    pub fn get_mut(&mut self, hash: u64, key: &[u8]) -> Option<&mut Entry<T>> {
        let number = *self.directory.get(prefix(hash, self.depth))?;
        let segment = &mut self.segments[number as usize];
        segment.position(hash, key).map(|position| &mut segment.entries[position])
    }

    /// Adds an entry whose key is not there yet; where it stands now. `hash_of` gives the hash of any key.
    pub fn insert(
        &mut self,
        hash: u64,
        entry: Entry<T>,
        hash_of: impl Fn(&[u8]) -> u64,
    ) -> &mut Entry<T> {
        debug_assert!(self.get(hash, entry.key()).is_none());
        if self.directory.is_empty() {
            self.segments.push(Segment::new(0));
            self.directory.push(0);
        }
        loop {
            let number = self.directory[prefix(hash, self.depth)];
            let segment = &self.segments[number as usize];
            let is_directory_full = segment.depth == self.depth
                && self.directory.len() >= PLACES_PER_SEGMENT_MAX * self.segments.len();
            if segment.entries.len() < SEGMENT_ENTRIES_MAX || is_directory_full {
                break;
            }
            self.split(number, hash, &hash_of);
        }
        self.length += 1;
        let number = self.directory[prefix(hash, self.depth)];
        let segment = &mut self.segments[number as usize];
        segment.push(hash, entry);
        let last = segment.entries.len() - 1;
        &mut segment.entries[last]
    }

    /// Takes an entry out.
    pub fn remove(&mut self, hash: u64, key: &[u8]) -> Option<Entry<T>> {
        let number = *self.directory.get(prefix(hash, self.depth))?;
        let segment = &mut self.segments[number as usize];
        let position = segment.position(hash, key)?;
        let entry = segment.swap_remove(position);
        self.length -= 1;
        if self.length == 0 {
            *self = Self::default();
        }
        Some(entry)
    }

    /// All entries, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Entry<T>> {
        self.segments.iter().flat_map(|segment| &segment.entries)
    }

    /// The entries whose keys have this hash: one, or very rarely more.
    pub fn of_hash(
        &self,
        hash: u64,
        hash_of: impl Fn(&[u8]) -> u64,
    ) -> impl Iterator<Item = &Entry<T>> {
        let segment = self.segment(hash).into_iter();
        let tagged = segment.flat_map(|segment| segment.tags.iter().zip(&segment.entries));
        tagged
            .filter(move |&(&other, entry)| other == tag(hash) && hash_of(entry.key()) == hash)
            .map(|(_, entry)| entry)
    }

    /// An entry at random, every one as likely but for the unevenness of segments.
    pub fn random(&self, random: u64) -> Option<&Entry<T>> {
        let start = random as usize % self.segments.len().max(1);
        let segments = self.segments[start..].iter().chain(&self.segments[..start]);
        let segment = segments.into_iter().find(|segment| !segment.entries.is_empty())?;
        segment.entries.get((random >> 32) as usize % segment.entries.len())
    }

    /// Calls `each` with at least `count` entries, if so many are left, from `cursor` on, and returns the cursor to go on from,
    /// or [`SCAN_END`]. Begin with 0.
    ///
    /// What is there from the first call to the last is seen at least once, whatever is inserted and removed in between:
    /// entries come in the order of their hashes. Costs the segments that it passes.
    pub fn scan(
        &self,
        cursor: u64,
        count: usize,
        hash_of: impl Fn(&[u8]) -> u64,
        mut each: impl FnMut(&Entry<T>),
    ) -> u64 {
        let mut from = cursor;
        let mut seen = 0;
        while let Some(segment) = self.segment(from) {
            let mut found: Vec<(u64, usize)> = segment
                .entries
                .iter()
                .zip(0..)
                .map(|(entry, position)| (hash_of(entry.key()), position))
                .filter(|&(hash, _)| hash >= from)
                .collect();
            found.sort_unstable();
            let mut previous = None;
            for (hash, position) in found {
                // Entries of one hash are not parted: the cursor could not tell them.
                if seen >= count && previous != Some(hash) {
                    return hash;
                }
                each(&segment.entries[position]);
                seen += 1;
                previous = Some(hash);
            }
            let Some(next) = after_prefix(from, segment.depth) else { return SCAN_END };
            from = next;
        }
        SCAN_END
    }

    fn segment(&self, hash: u64) -> Option<&Segment<T>> {
        let number = *self.directory.get(prefix(hash, self.depth))?;
        Some(&self.segments[number as usize])
    }

    /// Parts a segment by the next bit of the hash. `hash` is one that falls to it.
    fn split(&mut self, number: u32, hash: u64, hash_of: &impl Fn(&[u8]) -> u64) {
        let segment = &mut self.segments[number as usize];
        let depth = segment.depth + 1;
        if depth > self.depth {
            self.directory = self.directory.iter().flat_map(|&place| [place, place]).collect();
            self.depth = depth;
        }
        let old = std::mem::replace(segment, Segment::new(depth));
        let mut upper = Segment::new(depth);
        for entry in old.entries {
            let hash = hash_of(entry.key());
            let is_upper = hash >> (u64::BITS - depth) & 1 == 1;
            if is_upper { &mut upper } else { &mut *segment }.push(hash, entry);
        }
        let new_number = self.segments.len() as u32;
        self.segments.push(upper);
        let places = 1_usize << (self.depth - depth);
        let first = prefix(hash, depth - 1) * 2 * places;
        self.directory[first + places..first + 2 * places].fill(new_number);
    }
}

/// The first `depth` bits of a hash.
fn prefix(hash: u64, depth: u32) -> usize {
    hash.checked_shr(u64::BITS - depth).unwrap_or(0) as usize
}

/// The byte by which an entry is found in its segment: bits that prefixes do not reach.
fn tag(hash: u64) -> u8 {
    hash as u8
}

/// The lowest hash that has another prefix of `depth` bits than `hash`, and a higher one.
fn after_prefix(hash: u64, depth: u32) -> Option<u64> {
    let step = 1_u64.checked_shl(u64::BITS - depth)?;
    (hash & !(step - 1)).checked_add(step)
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use fanfare_stdx::random::Random;

    use super::*;
    use crate::encoding::entry::{Form, NewValue, ValueRef};

    fn hash_of(key: &[u8]) -> u64 {
        let number = key.iter().fold(0_u64, |hash, &byte| hash.wrapping_mul(31) + u64::from(byte));
        Random::from_seed(number).next_u64()
    }

    /// A hash whose values are few, so that whole segments share one.
    fn poor_hash_of(key: &[u8]) -> u64 {
        hash_of(key) & 0b11 << 62
    }

    fn entry(key: &str, value: i64) -> Entry<()> {
        Entry::new(key.as_bytes(), NewValue::Integer(value))
    }

    fn check_against_a_map(hash_of: fn(&[u8]) -> u64, keys: usize, seed: u64) {
        println!("seed {seed}");
        let mut random = Random::from_seed(seed);
        let mut dictionary = Dictionary::default();
        let mut model = HashMap::new();
        for step in 0..30_000_i64 {
            let key = format!("key:{}", random.below(keys));
            let hash = hash_of(key.as_bytes());
            if random.below(3) == 0 {
                let removed = dictionary.remove(hash, key.as_bytes()).is_some();
                assert_eq!(removed, model.remove(&key).is_some());
            } else if let Some(found) = dictionary.get_mut(hash, key.as_bytes()) {
                found.set_value(NewValue::Integer(step));
                assert!(model.insert(key, step).is_some());
            } else {
                dictionary.insert(hash, entry(&key, step), hash_of);
                assert!(model.insert(key, step).is_none());
            }
            assert_eq!(dictionary.len(), model.len());
        }
        for (key, value) in &model {
            let found = dictionary.get(hash_of(key.as_bytes()), key.as_bytes());
            assert_eq!(found.map(Entry::value), Some(ValueRef::Integer(*value)));
        }
        assert_eq!(dictionary.iter().count(), model.len());
    }

    #[test]
    fn it_agrees_with_a_map() {
        for seed in 0..3 {
            check_against_a_map(hash_of, 5000, seed);
            check_against_a_map(hash_of, 50, seed);
        }
    }

    #[test]
    fn keys_of_one_hash_are_kept_apart() {
        check_against_a_map(poor_hash_of, 400, 1);
    }

    #[test]
    fn a_scan_sees_whatever_stays_while_the_rest_comes_and_goes() {
        for seed in 0..20 {
            let mut random = Random::from_seed(seed);
            let mut dictionary = Dictionary::default();
            let add = |dictionary: &mut Dictionary<()>, key: &str| {
                let hash = hash_of(key.as_bytes());
                if dictionary.get(hash, key.as_bytes()).is_none() {
                    dictionary.insert(hash, entry(key, 0), hash_of);
                }
            };
            (0..1000).for_each(|n| add(&mut dictionary, &format!("stays:{n}")));
            let mut seen = HashSet::new();
            let mut cursor = 0;
            loop {
                cursor = dictionary.scan(cursor, 1 + random.below(40), hash_of, |entry| {
                    seen.insert(entry.key().to_vec());
                });
                if cursor == SCAN_END {
                    break;
                }
                for _ in 0..random.below(200) {
                    let key = format!("goes:{}", random.below(3000));
                    if random.below(2) == 0 {
                        add(&mut dictionary, &key);
                    } else {
                        dictionary.remove(hash_of(key.as_bytes()), key.as_bytes());
                    }
                }
            }
            let stayed = (0..1000).filter(|n| seen.contains(format!("stays:{n}").as_bytes()));
            assert_eq!(stayed.count(), 1000, "seed {seed}");
        }
    }

    #[test]
    fn an_emptied_dictionary_owns_nothing() {
        let mut dictionary = Dictionary::default();
        let bytes = Form::new(0);
        for n in 0..500 {
            let key = format!("{n}");
            let entry = Entry::<()>::new(key.as_bytes(), NewValue::Bytes(bytes, b"v"));
            dictionary.insert(hash_of(key.as_bytes()), entry, hash_of);
        }
        assert!(dictionary.random(7).is_some());
        for n in 0..500 {
            let key = format!("{n}");
            assert!(dictionary.remove(hash_of(key.as_bytes()), key.as_bytes()).is_some());
        }
        assert!(dictionary.is_empty() && dictionary.segments.capacity() == 0);
        assert!(dictionary.random(7).is_none());
        assert_eq!(dictionary.scan(0, 10, hash_of, |_| ()), SCAN_END);
    }
}
