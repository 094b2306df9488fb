//! Keys with their values, in small segments: no long rehash, a scan order that survives growth.
//!
//! A dictionary is an extendible hash table. Its directory has a place for each prefix of the hash; a segment is shared by all
//! places whose prefixes begin with its own. A full segment is split in two, and the directory doubles when the segment's
//! prefix was as long as the directory's. So the most that one insertion moves is one segment, beside a directory of
//! pointers once in a while. Two segments whose prefixes differ in the last bit become one again when few entries are left in
//! them, and the directory halves when it can, so that what drains gives its memory back.
//!
//! Within a segment entries are dense and unordered, found through one byte of their hash each.
//!
//! Each segment knows a time before which none of its entries expires, and so does the dictionary: who looks for expired
//! entries passes whole segments at a glance, and an expiry costs no memory beyond its entry.

mod merge;
mod segment;

use fanfare_stdx::random::Random;
use segment::{Positions, Segment};

use crate::encoding::entry::Entry;
use crate::encoding::prefetch::prefetch;

/// Most entries of a segment. More make look-ups compare more tags, and splits move more; fewer cost memory.
const SEGMENT_ENTRIES_MAX: usize = 64;
/// Most places of the directory for each segment. Where keys of like hashes would need more, their segment grows past its
/// size instead: slower, but a directory cannot be blown up.
const PLACES_PER_SEGMENT_MAX: usize = 16;
/// How often a place of a segment is drawn before entries are counted off instead.
const RANDOM_TRIES_MAX: usize = 32;

/// A dictionary's cursor after its last entry.
pub const SCAN_END: u64 = 0;
/// When something expires that does not.
pub const NEVER_MS: i64 = i64::MAX;

/// When an entry is due, given its expiry. One that expires at the end of time is told from one that never does.
fn due_ms(expiry_ms: Option<i64>) -> i64 {
    expiry_ms.map_or(NEVER_MS, |time_ms| time_ms.min(NEVER_MS - 1))
}

/// Where an entry stands, until the next insertion or removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    segment: u32,
    position: u32,
}

/// Where an entry stands if it is there, most likely and perhaps no more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    segment: u32,
    /// A bit for each position.
    positions: u64,
}

/// What a look-up reads, in the order in which it waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchStage {
    /// The segment.
    Segment,
    /// The entry's place in it.
    Place,
    /// The entry.
    Entry,
}

impl FetchStage {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::Segment, Self::Place, Self::Entry];
}

/// What a dictionary can hold.
pub trait Keyed {
    /// The bytes by which it is found.
    fn key(&self) -> &[u8];

    /// When it expires, in milliseconds of Unix time.
    fn expiry_ms(&self) -> Option<i64> {
        None
    }

    /// Has fetched what a comparison of keys will read.
    fn fetch(&self) {}
}

impl<T> Keyed for Entry<T> {
    fn key(&self) -> &[u8] {
        Entry::key(self)
    }

    fn expiry_ms(&self) -> Option<i64> {
        Entry::expiry_ms(self)
    }

    fn fetch(&self) {
        Entry::fetch(self);
    }
}

/// Keys with their values; see the module.
pub type Dictionary<T> = Hashed<Entry<T>>;

/// Keys with their values; see the module. The caller hashes, always with the same function.
#[derive(Clone, Debug)]
pub struct Hashed<E> {
    /// By the first `depth` bits of the hash, the number of the segment.
    directory: Vec<u32>,
    segments: Vec<Segment<E>>,
    depth: u32,
    length: usize,
    /// No entry expires before this.
    earliest_ms: i64,
}

impl<E> Default for Hashed<E> {
    fn default() -> Self {
        Self {
            directory: Vec::new(),
            segments: Vec::new(),
            depth: 0,
            length: 0,
            earliest_ms: NEVER_MS,
        }
    }
}

impl<E: Keyed> Hashed<E> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How many entries there are places for before a segment is split.
    pub fn places(&self) -> usize {
        self.segments.len() * SEGMENT_ENTRIES_MAX
    }

    /// Memory that it takes beside what its entries point to, in bytes, as if no segment were grown past its size and each
    /// had room for all its entries. Costs nothing.
    pub fn table_bytes(&self) -> usize {
        self.directory.capacity() * size_of::<u32>()
            + self.segments.capacity() * size_of::<Segment<E>>()
            + self.places() * size_of::<E>()
    }

    /// Where the entry of a key stands.
    pub fn find(&self, hash: u64, key: &[u8]) -> Option<Spot> {
        let segment = *self.directory.get(prefix(hash, self.depth))?;
        let position = self.segments[segment as usize].position(hash, key)?;
        Some(Spot { segment, position: position as u32 })
    }

    /// As [`find`](Self::find), with a look at the candidates first that [`fetch`](Self::fetch) found: at any time, in any
    /// dictionary.
    pub fn find_among(&self, candidates: Candidates, hash: u64, key: &[u8]) -> Option<Spot> {
        let Candidates { segment, positions } = candidates;
        if let Some(entries) = self.segments.get(segment as usize).map(|one| &one.entries) {
            let is_it =
                |&position: &usize| entries.get(position).is_some_and(|one| one.key() == key);
            if let Some(position) = Positions(positions).find(is_it) {
                return Some(Spot { segment, position: position as u32 });
            }
        }
        self.find(hash, key)
    }

    /// Has one stage of what a look-up will read fetched, and notes what was found; the stages before have come.
    pub fn fetch(&self, hash: u64, stage: FetchStage, found: &mut Candidates) {
        if stage == FetchStage::Segment {
            let Some(&number) = self.directory.get(prefix(hash, self.depth)) else { return };
            *found = Candidates { segment: number, positions: 0 };
            return prefetch(&raw const self.segments[number as usize], size_of::<Segment<E>>());
        }
        let Some(segment) = self.segments.get(found.segment as usize) else { return };
        if stage == FetchStage::Place {
            found.positions = segment.positions(hash).0;
        }
        for place in Positions(found.positions).filter_map(|position| segment.entries.get(position))
        {
            match stage {
                FetchStage::Entry => place.fetch(),
                _ => prefetch(place, size_of_val(place)),
            }
        }
    }

    /// The entry at a spot.
    pub fn at(&self, spot: Spot) -> &E {
        &self.segments[spot.segment as usize].entries[spot.position as usize]
    }

    /// The entry at a spot, to be changed; call [`note_expiry`](Self::note_expiry) if its expiry was.
    pub fn at_mut(&mut self, spot: Spot) -> &mut E {
        &mut self.segments[spot.segment as usize].entries[spot.position as usize]
    }

    /// Takes note of the expiry of the entry at a spot, which was changed.
    pub fn note_expiry(&mut self, spot: Spot) {
        let Some(time_ms) = self.at(spot).expiry_ms() else { return };
        let segment = &mut self.segments[spot.segment as usize];
        let due_ms = due_ms(Some(time_ms));
        segment.earliest_ms = segment.earliest_ms.min(due_ms);
        self.earliest_ms = self.earliest_ms.min(due_ms);
    }

    /// The entry of a key.
    pub fn get(&self, hash: u64, key: &[u8]) -> Option<&E> {
        self.find(hash, key).map(|spot| self.at(spot))
    }

    /// The entry of a key, to be changed in all but its expiry.
    pub fn get_mut(&mut self, hash: u64, key: &[u8]) -> Option<&mut E> {
        self.find(hash, key).map(|spot| self.at_mut(spot))
    }

    /// Adds an entry whose key is not there yet; where it stands now. `hash_of` gives the hash of any key.
    pub fn insert(&mut self, hash: u64, entry: E, hash_of: impl Fn(&[u8]) -> u64) -> &mut E {
        debug_assert!(self.get(hash, entry.key()).is_none());
        if self.directory.is_empty() {
            self.segments.push(Segment::new(0, 0, 0));
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
            self.split(number, &hash_of);
        }
        self.length += 1;
        self.earliest_ms = self.earliest_ms.min(due_ms(entry.expiry_ms()));
        let number = self.directory[prefix(hash, self.depth)];
        let segment = &mut self.segments[number as usize];
        segment.push(hash, entry);
        let last = segment.entries.len() - 1;
        &mut segment.entries[last]
    }

    /// Takes an entry out.
    pub fn remove(&mut self, hash: u64, key: &[u8]) -> Option<E> {
        self.find(hash, key).map(|spot| self.remove_at(spot))
    }

    fn remove_at(&mut self, spot: Spot) -> E {
        let entry = self.segments[spot.segment as usize].swap_remove(spot.position as usize);
        self.shrink_by(1);
        self.merge_if_drained(spot.segment as usize, self.segments.len());
        entry
    }

    fn shrink_by(&mut self, count: usize) {
        self.length -= count;
        if self.length == 0 {
            *self = Self::default();
        }
    }

    /// A time before which no entry expires; [`NEVER_MS`] if none does.
    pub fn earliest_ms(&self) -> i64 {
        self.earliest_ms
    }

    /// Moves the entries whose time has come by `now_ms` to `expired`, in segments from number `from` on, until there are
    /// `limit` or `looks` segments were passed; those of one segment go together. Returns the number to go on from, if it
    /// was not the last. Takes the looks that it made from `looks`.
    pub fn take_expired(
        &mut self,
        from: usize,
        now_ms: i64,
        limit: usize,
        looks: &mut usize,
        expired: &mut Vec<E>,
    ) -> Option<usize> {
        let before = expired.len();
        let mut number = from;
        while number < self.segments.len() && expired.len() < limit && *looks > 0 {
            *looks -= 1;
            let segment = &mut self.segments[number];
            if segment.earliest_ms <= now_ms {
                segment.take_expired(now_ms, expired);
                // Only with segments that were passed.
                number = self.merge_if_drained(number, number + 1);
            } else {
                number += 1;
            }
        }
        let is_behind_last = number >= self.segments.len();
        if is_behind_last {
            let times = self.segments.iter().map(|segment| segment.earliest_ms);
            self.earliest_ms = times.min().unwrap_or(NEVER_MS);
        }
        self.shrink_by(expired.len() - before);
        (!is_behind_last && !self.is_empty()).then_some(number)
    }

    /// Calls `each` with entries that stand together, from a random one on, until it returns `false`; with none twice.
    /// With `only_expiring`, entries without an expiry are left out.
    pub fn sample(
        &self,
        random: u64,
        only_expiring: bool,
        mut each: impl FnMut(&E) -> bool,
    ) -> bool {
        let start = random as usize % self.segments.len().max(1);
        for segment in self.segments[start..].iter().chain(&self.segments[..start]) {
            if segment.entries.is_empty() || only_expiring && segment.earliest_ms == NEVER_MS {
                continue;
            }
            let middle = (random >> 32) as usize % segment.entries.len();
            for entry in segment.entries[middle..].iter().chain(&segment.entries[..middle]) {
                if (!only_expiring || entry.expiry_ms().is_some()) && !each(entry) {
                    return false;
                }
            }
        }
        true
    }

    /// All entries, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &E> {
        self.segments.iter().flat_map(|segment| &segment.entries)
    }

    /// The entries whose keys have this hash: one, or very rarely more.
    pub fn of_hash(&self, hash: u64, hash_of: impl Fn(&[u8]) -> u64) -> impl Iterator<Item = &E> {
        let segment = self.segment(hash).into_iter();
        let entries = segment.flat_map(move |segment| {
            segment.candidates(hash).map(|position| &segment.entries[position])
        });
        entries.filter(move |entry| hash_of(entry.key()) == hash)
    }

    /// An entry at random, every one as likely. Costs a few looks at segments, or one at each if they are nearly empty.
    pub fn random(&self, random: u64) -> Option<&E> {
        self.random_spot(random).map(|spot| self.at(spot))
    }

    /// Takes out the entry that [`random`](Self::random) would give.
    pub fn remove_random(&mut self, random: u64) -> Option<E> {
        self.random_spot(random).map(|spot| self.remove_at(spot))
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
        mut each: impl FnMut(&E),
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

    fn random_spot(&self, random: u64) -> Option<Spot> {
        if self.length == 0 {
            return None;
        }
        let mut random = Random::from_seed(random);
        for _ in 0..RANDOM_TRIES_MAX {
            let segment = random.below(self.segments.len());
            let entries = self.segments[segment].entries.len();
            if entries > SEGMENT_ENTRIES_MAX {
                break;
            }
            // A place without an entry makes up for the segment's having been as likely as a fuller one.
            let position = random.below(SEGMENT_ENTRIES_MAX);
            if position < entries {
                return Some(Spot { segment: segment as u32, position: position as u32 });
            }
        }
        let mut position = random.below(self.length);
        for (segment, number) in self.segments.iter().zip(0..) {
            if position < segment.entries.len() {
                return Some(Spot { segment: number, position: position as u32 });
            }
            position -= segment.entries.len();
        }
        None
    }

    fn segment(&self, hash: u64) -> Option<&Segment<E>> {
        let number = *self.directory.get(prefix(hash, self.depth))?;
        Some(&self.segments[number as usize])
    }

    /// Parts a segment by the next bit of the hash.
    fn split(&mut self, number: u32, hash_of: &impl Fn(&[u8]) -> u64) {
        let segment = &mut self.segments[number as usize];
        let depth = segment.depth + 1;
        if depth > self.depth {
            self.directory = self.directory.iter().flat_map(|&place| [place, place]).collect();
            self.depth = depth;
        }
        let lower_prefix = segment.prefix << 1;
        let room = SEGMENT_ENTRIES_MAX / 2;
        let old = std::mem::replace(segment, Segment::new(depth, lower_prefix, room));
        let mut upper = Segment::new(depth, lower_prefix | 1, room);
        for entry in old.entries {
            let hash = hash_of(entry.key());
            let is_upper = hash >> (u64::BITS - depth) & 1 == 1;
            if is_upper { &mut upper } else { &mut *segment }.push(hash, entry);
        }
        let new_number = self.segments.len() as u32;
        self.segments.push(upper);
        self.enter(new_number);
    }

    /// Has the directory name a segment at all its places.
    fn enter(&mut self, number: u32) {
        let segment = &self.segments[number as usize];
        let places = 1_usize << (self.depth - segment.depth);
        let first = segment.prefix as usize * places;
        self.directory[first..first + places].fill(number);
    }
}

/// The first `depth` bits of a hash.
fn prefix(hash: u64, depth: u32) -> usize {
    hash.checked_shr(u64::BITS - depth).unwrap_or(0) as usize
}

/// The lowest hash that has another prefix of `depth` bits than `hash`, and a higher one.
fn after_prefix(hash: u64, depth: u32) -> Option<u64> {
    let step = 1_u64.checked_shl(u64::BITS - depth)?;
    (hash & !(step - 1)).checked_add(step)
}

#[cfg(test)]
mod tests;
