//! One database's part of a shard: a dictionary for each group of hash slots.

use std::collections::BTreeSet;

use fanfare_data::dictionary::{Candidates, Dictionary, FetchStage, NEVER_MS, SCAN_END, Spot};
use fanfare_data::encoding::entry::NewValue;
use fanfare_data::hash::HashRef;
use fanfare_data::object::{KeyEntry, Object, Type};
use fanfare_stdx::random::Random;

use super::change::Replaced;

/// Slots that share a dictionary. Fewer would leave dictionaries of a few keys each, and make every look-up wait for more
/// lines of memory; more would make one split, and the search for the keys of one slot, take longer.
const GROUP_SLOTS: usize = 64;
/// Most dictionaries and segments that one step of a search for expired keys looks at, some nanoseconds each.
const LOOKS_MAX: usize = 4096;

/// Where a key is: its slot within the shard, and the hash of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub(super) slot: u16,
    pub(super) hash: u64,
}

/// When the first field of a hash expires: in order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct FieldExpiry {
    time_ms: i64,
    place: Place,
}

/// One database's part of a shard.
#[derive(Debug, Default)]
pub struct Database {
    /// By group of slots.
    groups: Vec<Dictionary<Object>>,
    length: usize,
    /// How many keys have an expiry.
    expiring: usize,
    /// Where the search for expired keys goes on: a group of slots, and a segment of its dictionary.
    sweep: (usize, usize),
    /// When the first field of a hash expires, for each hash that has such fields. Two hashes of one place may share an
    /// element.
    field_expiries: BTreeSet<FieldExpiry>,
}

/// What a step of a search for expired keys found.
#[derive(Debug, Default)]
pub struct Expired {
    /// The entries, which are taken out.
    pub entries: Vec<KeyEntry>,
    /// Whether the search came to the end; else it goes on with the next step.
    pub is_done: bool,
}

impl Database {
    /// How many keys there are, expired ones that were not noticed yet included.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How many entries its dictionaries have places for.
    pub fn places(&self) -> usize {
        self.groups.iter().map(Dictionary::places).sum()
    }

    /// How many keys have an expiry.
    pub fn expiring(&self) -> usize {
        self.expiring
    }

    /// How many hashes have fields that expire, about.
    pub fn expiring_hashes(&self) -> usize {
        self.field_expiries.len()
    }

    /// Whether there is a key, or with `only_expiring` one with an expiry.
    pub fn has_any(&self, only_expiring: bool) -> bool {
        if only_expiring { self.expiring > 0 } else { self.length > 0 }
    }

    /// The entry of a key, to be changed as with [`at_mut`](Self::at_mut), and where it stands until the next insertion or
    /// removal.
    pub fn find_mut(
        &mut self,
        place: Place,
        candidates: Candidates,
        key: &[u8],
    ) -> Option<(Spot, &mut KeyEntry)> {
        let dictionary = self.dictionary_mut(place.slot)?;
        let spot = dictionary.find_among(candidates, place.hash, key)?;
        Some((spot, dictionary.at_mut(spot)))
    }

    /// Has one stage of what a look-up will read fetched; see [`Dictionary::fetch`].
    pub(super) fn fetch(&self, place: Place, stage: FetchStage, found: &mut Candidates) {
        if let Some(dictionary) = self.dictionary(place.slot) {
            dictionary.fetch(place.hash, stage, found);
        }
    }

    /// The entry of a key.
    pub fn get(&self, place: Place, key: &[u8]) -> Option<&KeyEntry> {
        self.dictionary(place.slot)?.get(place.hash, key)
    }

    /// The entry that [`find_mut`](Self::find_mut) found.
    pub fn at(&self, place: Place, spot: Spot) -> Option<&KeyEntry> {
        Some(self.dictionary(place.slot)?.at(spot))
    }

    /// The entry that [`find_mut`](Self::find_mut) found, to be changed in all but its expiry; see also
    /// [`note_field_expiry`](Self::note_field_expiry).
    pub fn at_mut(&mut self, place: Place, spot: Spot) -> Option<&mut KeyEntry> {
        Some(self.dictionary_mut(place.slot)?.at_mut(spot))
    }

    /// Adds an entry whose key is not there.
    pub fn insert(&mut self, place: Place, entry: KeyEntry, hash_of: impl Fn(&[u8]) -> u64) {
        self.note_field_expiry(place, None, next_field_expiry_ms(&entry));
        let group = group_of(place.slot);
        if self.groups.len() <= group {
            self.groups.resize_with(group + 1, Dictionary::default);
        }
        self.length += 1;
        self.expiring += usize::from(entry.expiry_ms().is_some());
        self.groups[group].insert(place.hash, entry, hash_of);
    }

    /// Takes a key out.
    pub fn remove(&mut self, place: Place, key: &[u8]) -> Option<KeyEntry> {
        let entry = self.dictionary_mut(place.slot)?.remove(place.hash, key)?;
        self.length -= 1;
        self.expiring -= usize::from(entry.expiry_ms().is_some());
        self.note_field_expiry(place, next_field_expiry_ms(&entry), None);
        Some(entry)
    }

    /// Sets or removes the expiry of the key at a spot.
    pub fn set_expiry(&mut self, place: Place, spot: Spot, expiry_ms: Option<i64>) {
        self.change(place, spot, expiry_ms, |entry| entry.set_expiry_ms(expiry_ms));
    }

    /// Replaces value and expiry of the key at a spot. Returns the object that was the value, if it was one, and what was
    /// replaced.
    pub fn replace(
        &mut self,
        place: Place,
        spot: Spot,
        value: NewValue<'_, Object>,
        expiry_ms: Option<i64>,
    ) -> Option<(Option<Box<Object>>, Replaced)> {
        let new_type = Type::of(&value.as_ref());
        let (object, field_ms, replaced) = self.change(place, spot, expiry_ms, |entry| {
            let old_type = Type::of(&entry.value());
            let old_field_ms = (old_type == Type::Hash).then(|| next_field_expiry_ms(entry));
            let object = entry.replace(value, expiry_ms);
            let new_field_ms = (new_type == Type::Hash).then(|| next_field_expiry_ms(entry));
            let field_ms = (old_field_ms.flatten(), new_field_ms.flatten());
            (object, field_ms, Replaced::between(old_type, new_type))
        })?;
        self.note_field_expiry(place, field_ms.0, field_ms.1);
        Some((object, replaced))
    }

    /// Notes that the first field of a hash no longer expires at the old time but at the new one.
    pub fn note_field_expiry(&mut self, place: Place, old: Option<i64>, new: Option<i64>) {
        if old == new {
            return;
        }
        if let Some(time_ms) = old {
            self.field_expiries.remove(&FieldExpiry { time_ms, place });
        }
        if let Some(time_ms) = new {
            self.field_expiries.insert(FieldExpiry { time_ms, place });
        }
    }

    /// The hashes whose fields expire first, if their time has come by `now_ms`: one, or very rarely more.
    pub fn next_due_hash(
        &mut self,
        now_ms: i64,
        hash_of: impl Fn(&[u8]) -> u64,
    ) -> Option<Vec<Box<[u8]>>> {
        loop {
            let due = *self.field_expiries.first().filter(|expiry| expiry.time_ms <= now_ms)?;
            let keys: Vec<Box<[u8]>> = self
                .dictionary(due.place.slot)
                .into_iter()
                .flat_map(|dictionary| dictionary.of_hash(due.place.hash, &hash_of))
                .filter(|entry| next_field_expiry_ms(entry) == Some(due.time_ms))
                .map(|entry| entry.key().into())
                .collect();
            if !keys.is_empty() {
                return Some(keys);
            }
            self.field_expiries.remove(&due);
        }
    }

    fn change<R>(
        &mut self,
        place: Place,
        spot: Spot,
        expiry_ms: Option<i64>,
        act: impl FnOnce(&mut KeyEntry) -> R,
    ) -> Option<R> {
        let dictionary = self.dictionary_mut(place.slot)?;
        let entry = dictionary.at_mut(spot);
        let expired = entry.expiry_ms().is_some();
        let result = act(entry);
        if expiry_ms.is_some() {
            dictionary.note_expiry(spot);
        }
        self.expiring -= usize::from(expired);
        self.expiring += usize::from(expiry_ms.is_some());
        Some(result)
    }

    /// One step of the search for keys whose time has come by `now_ms`: takes some `limit` of them out. It is for the caller
    /// to [note](Self::note_field_expiry) that the fields of hashes among them do not expire any more.
    pub fn take_expired(&mut self, now_ms: i64, limit: usize) -> Expired {
        let mut found = Expired::default();
        let mut looks = LOOKS_MAX;
        let (mut group, mut segment) = self.sweep;
        while found.entries.len() < limit && looks > 0 {
            let Some(dictionary) = self.groups.get_mut(group) else {
                (group, found.is_done) = (0, true);
                break;
            };
            looks -= 1;
            let mut next = None;
            if dictionary.earliest_ms() <= now_ms {
                let entries = &mut found.entries;
                next = dictionary.take_expired(segment, now_ms, limit, &mut looks, entries);
            }
            if let Some(next) = next {
                segment = next;
                break;
            }
            (group, segment) = (group + 1, 0);
        }
        self.sweep = (group, segment);
        self.length -= found.entries.len();
        self.expiring -= found.entries.len();
        found
    }

    /// One step of a scan over the slots of this part; see [`Dictionary::scan`]. A cursor is the first slot of a group and a
    /// hash within it.
    pub fn scan(
        &self,
        cursor: (u16, u64),
        count: usize,
        hash_of: impl Fn(&[u8]) -> u64 + Copy,
        mut each: impl FnMut(&KeyEntry),
    ) -> Option<(u16, u64)> {
        let (mut slot, mut hash) = cursor;
        let mut seen = 0;
        loop {
            if let Some(dictionary) = self.dictionary(slot) {
                hash = dictionary.scan(hash, count - seen, hash_of, |entry| {
                    seen += 1;
                    each(entry);
                });
                if hash != SCAN_END {
                    return Some((slot, hash));
                }
            }
            slot = self.next_group(slot)?;
            hash = 0;
            if seen >= count {
                return Some((slot, hash));
            }
        }
    }

    /// An entry at random; the emptier a group of slots is, the likelier are its own.
    pub fn random(&self, random: &mut Random) -> Option<&KeyEntry> {
        let start = random.below(self.groups.len().max(1));
        let mut groups = self.groups[start..].iter().chain(&self.groups[..start]);
        groups.find(|group| !group.is_empty())?.random(random.next_u64())
    }

    /// Calls `each` with some `count` entries that stand together, from a random one on; with `only_expiring`, with such as
    /// have an expiry.
    pub fn sample(
        &self,
        random: &mut Random,
        count: usize,
        only_expiring: bool,
        mut each: impl FnMut(&KeyEntry),
    ) {
        if count == 0 || only_expiring && self.expiring == 0 {
            return;
        }
        let mut left = count;
        let start = random.below(self.groups.len().max(1));
        let groups = self.groups[start..].iter().chain(&self.groups[..start]);
        for group in groups.filter(|group| !only_expiring || group.earliest_ms() != NEVER_MS) {
            let wants_more = group.sample(random.next_u64(), only_expiring, |entry| {
                each(entry);
                left -= 1;
                left > 0
            });
            if !wants_more {
                return;
            }
        }
    }

    /// The first slot of the next group with keys.
    fn next_group(&self, slot: u16) -> Option<u16> {
        let next = group_of(slot) + 1;
        let rest = self.groups.get(next..)?;
        let offset = rest.iter().position(|group| !group.is_empty())?;
        Some(((next + offset) * GROUP_SLOTS) as u16)
    }

    /// All entries, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &KeyEntry> {
        self.groups.iter().flat_map(Dictionary::iter)
    }

    fn dictionary(&self, slot: u16) -> Option<&Dictionary<Object>> {
        self.groups.get(group_of(slot))
    }

    fn dictionary_mut(&mut self, slot: u16) -> Option<&mut Dictionary<Object>> {
        self.groups.get_mut(group_of(slot))
    }
}

/// When the first field of a hash expires; `None` for any other value.
pub(super) fn next_field_expiry_ms(entry: &KeyEntry) -> Option<i64> {
    HashRef::of(entry)?.next_expiry_ms()
}

fn group_of(slot: u16) -> usize {
    usize::from(slot) / GROUP_SLOTS
}
