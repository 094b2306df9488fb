//! The consumers of a group.

use std::num::NonZeroU32;

/// What stands for a consumer within its group. A consumer that is deleted leaves its number to a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsumerNumber(NonZeroU32);

impl ConsumerNumber {
    const fn at(index: usize) -> Self {
        match NonZeroU32::new((index as u32).wrapping_add(1)) {
            Some(number) => Self(number),
            None => panic!("a group has more consumers than memory has room for"),
        }
    }

    /// Counted from zero, one for each consumer, with gaps where some were deleted.
    pub const fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumer {
    name: Box<[u8]>,
    /// When it last asked for something, in milliseconds of Unix time.
    pub seen_ms: i64,
    /// When it last got something that it must acknowledge, in milliseconds of Unix time; nothing if it never did.
    pub active_ms: Option<i64>,
    /// How many pending entries are its own.
    pub(super) pending: usize,
}

impl Consumer {
    /// Its name.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// How many pending entries are its own.
    pub fn pending(&self) -> usize {
        self.pending
    }
}

/// Consumers, found by name and by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Consumers {
    /// By number; nothing where one was deleted.
    places: Vec<Option<Consumer>>,
    /// The numbers of all, in order of their names.
    by_name: Vec<ConsumerNumber>,
}

impl Consumers {
    pub(super) fn len(&self) -> usize {
        self.by_name.len()
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<ConsumerNumber> {
        Some(self.by_name[self.place_of(name).ok()?])
    }

    pub(super) fn get(&self, number: ConsumerNumber) -> Option<&Consumer> {
        self.places.get(number.index())?.as_ref()
    }

    pub(super) fn get_mut(&mut self, number: ConsumerNumber) -> Option<&mut Consumer> {
        self.places.get_mut(number.index())?.as_mut()
    }

    /// The number of the consumer of a name, who is made if it is not there; and whether it was.
    pub(super) fn find_or_add(&mut self, name: &[u8], now_ms: i64) -> (ConsumerNumber, bool) {
        let place = match self.place_of(name) {
            Ok(place) => return (self.by_name[place], false),
            Err(place) => place,
        };
        let consumer = Consumer { name: name.into(), seen_ms: now_ms, active_ms: None, pending: 0 };
        let has_gap = self.by_name.len() < self.places.len();
        let gap = if has_gap { self.places.iter().position(Option::is_none) } else { None };
        let index = gap.unwrap_or(self.places.len());
        if gap.is_none() {
            self.places.push(None);
        }
        self.places[index] = Some(consumer);
        self.by_name.insert(place, ConsumerNumber::at(index));
        (ConsumerNumber::at(index), true)
    }

    /// Takes a consumer out. Its pending entries must be gone, or go.
    pub(super) fn remove(&mut self, name: &[u8]) -> Option<Consumer> {
        let place = self.place_of(name).ok()?;
        let number = self.by_name.remove(place);
        self.places[number.index()].take()
    }

    /// All of them, in order of their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (ConsumerNumber, &Consumer)> {
        self.by_name.iter().filter_map(|number| Some((*number, self.get(*number)?)))
    }

    /// Memory that they take, in bytes.
    pub(super) fn memory_bytes(&self) -> usize {
        let names: usize = self.iter().map(|(_, consumer)| consumer.name.len()).sum();
        names
            + self.places.capacity() * size_of::<Option<Consumer>>()
            + self.by_name.capacity() * size_of::<ConsumerNumber>()
    }

    fn place_of(&self, name: &[u8]) -> Result<usize, usize> {
        self.by_name.binary_search_by(|number| {
            let other = self.get(*number).map_or(&[][..], Consumer::name);
            other.cmp(name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consumers_are_in_order_of_their_names_and_leave_their_numbers_to_others() {
        let mut consumers = Consumers::default();
        for (name, index) in [("m", 0), ("a", 1), ("z", 2)] {
            let (number, is_new) = consumers.find_or_add(name.as_bytes(), 5);
            assert_eq!((number.index(), is_new), (index, true));
            assert_eq!(consumers.find_or_add(name.as_bytes(), 6), (number, false));
        }
        let removed = consumers.remove(b"a").expect("it is there");
        assert_eq!((removed.name(), removed.seen_ms, removed.active_ms), (&b"a"[..], 5, None));
        assert_eq!(consumers.remove(b"a"), None);
        assert_eq!(consumers.find(b"a"), None);
        assert_eq!(consumers.find_or_add(b"zz", 7).0.index(), 1);
        let names: Vec<_> = consumers.iter().map(|(_, consumer)| consumer.name()).collect();
        assert_eq!(names, [&b"m"[..], b"z", b"zz"]);
        assert_eq!(consumers.len(), 3);
    }
}
