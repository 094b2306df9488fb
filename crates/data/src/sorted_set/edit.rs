//! Changing a sorted set in either form.

use std::ops::Range;

use super::large::SortedSet;
use super::packed;
use super::view::View;
use crate::encoding::buffer::{Buffer, InlineValue};
use crate::encoding::entry::{INLINE_BYTES_MAX, NewValue};
use crate::encoding::listpack::{self, EMPTY, Element, Listpack};
use crate::object::{KeyEntry, Object, PACKED_SORTED_SET};

/// What the small form may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most members.
    pub members: usize,
    /// Longest member, in bytes.
    pub member_bytes: usize,
}

impl Limits {
    /// An empty sorted set for so many members, of which the first has so many bytes.
    pub fn new_value(self, members: usize, first_bytes: usize) -> NewValue<'static, Object> {
        if members <= self.members && first_bytes <= self.member_bytes {
            return NewValue::Bytes(PACKED_SORTED_SET, &EMPTY);
        }
        NewValue::Object(Box::new(Object::SortedSet(SortedSet::default())))
    }

    /// Whether the small form may hold members of these lengths.
    pub fn allow_all(self, mut lengths: impl ExactSizeIterator<Item = usize>) -> bool {
        let mut bytes = EMPTY.len();
        lengths.len() <= self.members
            && lengths.all(|length| {
                bytes += length + packed::OVERHEAD_BYTES_MAX;
                length <= self.member_bytes && bytes <= INLINE_BYTES_MAX
            })
    }

    fn allow(self, listpack: Listpack<'_>, member_bytes: usize) -> bool {
        let bytes = listpack.bytes().len() + member_bytes + packed::OVERHEAD_BYTES_MAX;
        listpack.len() / 2 < self.members
            && member_bytes <= self.member_bytes
            && bytes <= INLINE_BYTES_MAX
    }
}

/// The sorted set of an entry, to be changed.
pub struct SortedSetMut<'e>(&'e mut KeyEntry);

impl<'e> SortedSetMut<'e> {
    /// The sorted set of an entry, if it holds one.
    pub fn of(entry: &'e mut KeyEntry) -> Option<Self> {
        View::of(entry.value())?;
        Some(Self(entry))
    }

    /// The same, read.
    pub fn view(&self) -> View<'_> {
        match View::of(self.0.value()) {
            Some(view) => view,
            None => unreachable!("it was a sorted set when it was found"),
        }
    }

    /// Gives a member the score that `decide` says when it has seen the old one, if the member is there. With `None` all
    /// stays as it is. Takes the large form when a member more goes past a limit.
    pub fn update(
        &mut self,
        member: &[u8],
        limits: Limits,
        decide: impl FnOnce(Option<f64>) -> Option<f64>,
    ) {
        let Some(mut value) = InlineValue::of(self.0, PACKED_SORTED_SET) else {
            if let Some(Object::SortedSet(set)) = self.0.object_mut() {
                set.update(member, decide);
            }
            return;
        };
        let listpack = Listpack::new(value.bytes());
        let found = packed::find(listpack, member);
        let Some(score) = decide(found.map(|found| found.score)) else { return };
        match found {
            Some(found) => packed::set_score(&mut value, found.at, member, score),
            None if limits.allow(listpack, member.len()) => {
                packed::insert(&mut value, member, score);
            }
            None => {
                let mut set = SortedSet::of(View::Packed(listpack).iter());
                set.set(member, score);
                self.0.set_value(NewValue::Object(Box::new(Object::SortedSet(set))));
            }
        }
    }

    /// Takes the large form if so many members are to be given scores that the small one could not hold them.
    pub fn prepare(&mut self, members: usize, limits: Limits) {
        if members > limits.members && self.0.form() == Some(PACKED_SORTED_SET) {
            let set = SortedSet::of(self.view().iter());
            self.0.set_value(NewValue::Object(Box::new(Object::SortedSet(set))));
        }
    }

    /// Takes a member out; its score.
    pub fn remove(&mut self, member: &[u8]) -> Option<f64> {
        if let Some(Object::SortedSet(set)) = self.0.object_mut() {
            return set.remove(member);
        }
        let mut value = InlineValue::of(self.0, PACKED_SORTED_SET)?;
        let found = packed::find(Listpack::new(value.bytes()), member)?;
        packed::remove_at(&mut value, found.at);
        Some(found.score)
    }

    /// Takes out the elements of these ranks.
    pub fn remove_range(&mut self, ranks: Range<usize>) {
        if let Some(Object::SortedSet(set)) = self.0.object_mut() {
            set.remove_range(ranks);
        } else if let Some(mut value) = InlineValue::of(self.0, PACKED_SORTED_SET) {
            packed::remove_range(&mut value, ranks);
        }
    }
}

/// A sorted set that is made from all its elements.
#[derive(Debug)]
pub enum Built {
    /// The small form.
    Packed(Vec<u8>),
    /// The large form.
    Large(SortedSet),
}

impl Built {
    /// The large form of a sorted set of these elements, which are in order and distinct.
    pub fn large<'a>(elements: impl Iterator<Item = (Element<'a>, f64)>) -> Self {
        Self::Large(SortedSet::of(elements))
    }

    /// The small form of a sorted set of these elements, which are in order, distinct, and within the limits.
    pub fn packed<'a>(elements: impl Iterator<Item = (Element<'a>, f64)>) -> Self {
        let mut packed = EMPTY.to_vec();
        for (member, score) in elements {
            packed::with_score(score, |score| listpack::push(&mut packed, &[member, score]));
        }
        Self::Packed(packed)
    }

    /// A sorted set of these distinct elements, in any order, that takes the large form when it grows past a limit.
    pub fn growing<'a>(elements: impl Iterator<Item = (Element<'a>, f64)>, limits: Limits) -> Self {
        let mut packed = EMPTY.to_vec();
        let mut large: Option<SortedSet> = None;
        for (member, score) in elements {
            let mut buffer = itoa::Buffer::new();
            let member = member.text(&mut buffer);
            if let Some(set) = &mut large {
                set.set(member, score);
            } else if limits.allow(Listpack::new(&packed), member.len()) {
                packed::insert(&mut packed, member, score);
            } else {
                let set = SortedSet::of(View::Packed(Listpack::new(&packed)).iter());
                large.insert(set).set(member, score);
            }
        }
        large.map_or(Self::Packed(packed), Self::Large)
    }

    /// How many members it has.
    pub fn len(&self) -> usize {
        self.view().len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.view().is_empty()
    }

    /// The same, read.
    pub fn view(&self) -> View<'_> {
        match self {
            Self::Packed(bytes) => View::Packed(Listpack::new(bytes)),
            Self::Large(set) => View::Large(set),
        }
    }

    /// The value to be stored.
    pub fn value(self, packed: &mut Vec<u8>) -> NewValue<'_, Object> {
        match self {
            Self::Packed(bytes) => {
                *packed = bytes;
                NewValue::Bytes(PACKED_SORTED_SET, packed)
            }
            Self::Large(set) => NewValue::Object(Box::new(Object::SortedSet(set))),
        }
    }
}
