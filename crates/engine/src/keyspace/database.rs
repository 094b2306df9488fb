//! One database's part of a shard: a dictionary for each hash slot, and who expires when.

use std::collections::BTreeSet;

use fanfare_data::dictionary::{Dictionary, SCAN_END};
use fanfare_data::object::{KeyEntry, Object};
use fanfare_stdx::random::Random;

/// Slots that share a page, which is made when the first of them gets a key.
const PAGE_SLOTS: usize = 64;

/// Where a key is: its slot within the shard, and the hash of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub(super) slot: u16,
    pub(super) hash: u64,
}

/// When something expires: in order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Expiry {
    time_ms: i64,
    place: Place,
}

type Page = Box<[Dictionary<Object>]>;

/// One database's part of a shard.
#[derive(Debug, Default)]
pub struct Database {
    pages: Vec<Option<Page>>,
    length: usize,
    /// When keys expire. Two keys of one hash that expire at one time share an element, which goes with the first of
    /// them; the other is then noticed when it is next asked for.
    expiries: BTreeSet<Expiry>,
    /// How many keys have an expiry.
    expiring: usize,
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

    /// How many keys have an expiry.
    pub fn expiring(&self) -> usize {
        self.expiring
    }

    /// The entry of a key.
    pub fn get(&self, place: Place, key: &[u8]) -> Option<&KeyEntry> {
        self.dictionary(place.slot)?.get(place.hash, key)
    }

    /// The entry of a key, to be changed in all but its expiry.
    pub fn get_mut(&mut self, place: Place, key: &[u8]) -> Option<&mut KeyEntry> {
        let page = self.pages.get_mut(usize::from(place.slot) / PAGE_SLOTS)?.as_mut()?;
        page[usize::from(place.slot) % PAGE_SLOTS].get_mut(place.hash, key)
    }

    /// Adds an entry whose key is not there.
    pub fn insert(&mut self, place: Place, entry: KeyEntry, hash_of: impl Fn(&[u8]) -> u64) {
        let page_number = usize::from(place.slot) / PAGE_SLOTS;
        if self.pages.len() <= page_number {
            self.pages.resize_with(page_number + 1, || None);
        }
        let page = self.pages[page_number]
            .get_or_insert_with(|| (0..PAGE_SLOTS).map(|_| Dictionary::default()).collect());
        self.length += 1;
        if let Some(time_ms) = entry.expiry_ms() {
            self.expiries.insert(Expiry { time_ms, place });
            self.expiring += 1;
        }
        page[usize::from(place.slot) % PAGE_SLOTS].insert(place.hash, entry, hash_of);
    }

    /// Takes a key out.
    pub fn remove(&mut self, place: Place, key: &[u8]) -> Option<KeyEntry> {
        let page = self.pages.get_mut(usize::from(place.slot) / PAGE_SLOTS)?.as_mut()?;
        let entry = page[usize::from(place.slot) % PAGE_SLOTS].remove(place.hash, key)?;
        self.length -= 1;
        if let Some(time_ms) = entry.expiry_ms() {
            self.forget_expiry(Expiry { time_ms, place });
        }
        Some(entry)
    }

    /// Sets or removes a key's expiry; whether the key is there.
    pub fn set_expiry(&mut self, place: Place, key: &[u8], expiry_ms: Option<i64>) -> bool {
        let Some(entry) = self.get_mut(place, key) else { return false };
        let old = entry.expiry_ms();
        entry.set_expiry_ms(expiry_ms);
        if let Some(time_ms) = old {
            self.forget_expiry(Expiry { time_ms, place });
        }
        if let Some(time_ms) = expiry_ms {
            self.expiries.insert(Expiry { time_ms, place });
            self.expiring += 1;
        }
        true
    }

    /// The keys that expire first, if their time has come by `now_ms`: one, or very rarely more.
    pub fn next_expired(
        &self,
        now_ms: i64,
        hash_of: impl Fn(&[u8]) -> u64,
    ) -> Option<(Place, Vec<Box<[u8]>>)> {
        let due = self.expiries.first().filter(|expiry| expiry.time_ms <= now_ms)?;
        let dictionary = self.dictionary(due.place.slot)?;
        let keys = dictionary
            .of_hash(due.place.hash, hash_of)
            .filter(|entry| entry.expiry_ms() == Some(due.time_ms))
            .map(|entry| entry.key().into());
        Some((due.place, keys.collect()))
    }

    /// One step of a scan over the slots of this part; see [`Dictionary::scan`]. A cursor is a slot and a hash within it.
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
            slot = self.next_slot(slot)?;
            hash = 0;
            if seen >= count {
                return Some((slot, hash));
            }
        }
    }

    /// An entry at random; the emptier a slot's neighbours are, the likelier are its own.
    pub fn random(&self, random: &mut Random) -> Option<&KeyEntry> {
        let slots = self.pages.len() * PAGE_SLOTS;
        let start = random.below(slots.max(1));
        let mut slots = (start..slots).chain(0..start);
        let full =
            slots.find(|&slot| self.dictionary(slot as u16).is_some_and(|one| !one.is_empty()));
        self.dictionary(full? as u16)?.random(random.next_u64())
    }

    /// The next slot whose page exists.
    fn next_slot(&self, slot: u16) -> Option<u16> {
        let next = usize::from(slot) + 1;
        if next % PAGE_SLOTS != 0 {
            return Some(next as u16);
        }
        let page = next / PAGE_SLOTS;
        let rest = self.pages.get(page..)?;
        rest.iter().position(Option::is_some).map(|offset| ((page + offset) * PAGE_SLOTS) as u16)
    }

    /// All entries, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &KeyEntry> {
        self.pages.iter().flatten().flatten().flat_map(Dictionary::iter)
    }

    fn dictionary(&self, slot: u16) -> Option<&Dictionary<Object>> {
        let page = self.pages.get(usize::from(slot) / PAGE_SLOTS)?.as_ref()?;
        Some(&page[usize::from(slot) % PAGE_SLOTS])
    }

    fn forget_expiry(&mut self, expiry: Expiry) {
        self.expiries.remove(&expiry);
        self.expiring -= 1;
    }
}
