//! Reading a sorted set in either form.

use std::ops::Range;

use super::large::SortedSet;
use super::packed;
use super::place::Place;
use super::tree::{Order, Slots};
use crate::dictionary::SCAN_END;
use crate::encoding::entry::ValueRef;
use crate::encoding::listpack::{self, Element, Listpack};
use crate::object::{Object, PACKED_SORTED_SET};

/// A sorted set in either form, read.
#[derive(Clone, Copy, Debug)]
pub enum View<'a> {
    /// The small form.
    Packed(Listpack<'a>),
    /// The large form.
    Large(&'a SortedSet),
}

impl<'a> View<'a> {
    /// The sorted set that a value is, if it is one.
    pub fn of(value: ValueRef<'a, Object>) -> Option<Self> {
        match value {
            ValueRef::Bytes(PACKED_SORTED_SET, bytes) => Some(Self::Packed(Listpack::new(bytes))),
            ValueRef::Object(Object::SortedSet(set)) => Some(Self::Large(set)),
            _ => None,
        }
    }

    /// How many members there are.
    pub fn len(self) -> usize {
        match self {
            Self::Packed(listpack) => listpack.len() / 2,
            Self::Large(set) => set.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The score of a member.
    pub fn score(self, member: &[u8]) -> Option<f64> {
        match self {
            Self::Packed(listpack) => packed::find(listpack, member).map(|found| found.score),
            Self::Large(set) => set.score(member),
        }
    }

    /// How many elements are before a member, and its score.
    pub fn rank(self, member: &[u8]) -> Option<(usize, f64)> {
        match self {
            Self::Packed(listpack) => {
                let found = packed::find(listpack, member)?;
                Some((packed::rank_at(listpack, found.at), found.score))
            }
            Self::Large(set) => {
                let score = set.score(member)?;
                Some((set.count_before(Place::before(score, member)), score))
            }
        }
    }

    /// How many elements are before a place.
    pub fn count_before(self, place: Place<'_>) -> usize {
        match self {
            Self::Packed(listpack) => packed::search(listpack, place).0,
            Self::Large(set) => set.count_before(place),
        }
    }

    /// The elements of these ranks, in either order.
    pub fn range(self, ranks: Range<usize>, order: Order) -> Elements<'a> {
        let end = ranks.end.min(self.len());
        let ranks = ranks.start.min(end)..end;
        match self {
            Self::Packed(listpack) => {
                let mut iter = listpack.iter();
                match order {
                    Order::Ascending if ranks.start > 0 => {
                        iter.nth(2 * ranks.start - 1);
                    }
                    Order::Descending if end < self.len() => {
                        iter.nth_back(2 * (self.len() - end) - 1);
                    }
                    _ => {}
                }
                Elements(Form::Packed { iter, left: ranks.len(), order })
            }
            Self::Large(set) => Elements(Form::Large(set.slots(ranks, order))),
        }
    }

    /// Calls `each` with the elements of a step of a scan; see [`Dictionary::scan`]. A small sorted set is one step.
    ///
    /// [`Dictionary::scan`]: crate::dictionary::Hashed::scan
    pub fn scan(self, cursor: u64, count: usize, mut each: impl FnMut(Element<'_>, f64)) -> u64 {
        match self {
            Self::Packed(_) => {
                self.iter().for_each(|(member, score)| each(member, score));
                SCAN_END
            }
            Self::Large(set) => {
                set.scan(cursor, count, |member, score| each(Element::Bytes(member), score))
            }
        }
    }

    /// All elements, from the least to the greatest.
    pub fn iter(self) -> Elements<'a> {
        self.range(0..self.len(), Order::Ascending)
    }
}

/// Members and their scores, one after the other.
#[derive(Clone, Debug)]
pub struct Elements<'a>(Form<'a>);

#[derive(Clone, Debug)]
enum Form<'a> {
    Packed { iter: listpack::Iter<'a>, left: usize, order: Order },
    Large(Slots<'a>),
}

impl<'a> Iterator for Elements<'a> {
    type Item = (Element<'a>, f64);

    fn next(&mut self) -> Option<(Element<'a>, f64)> {
        match &mut self.0 {
            Form::Packed { iter, left, order } => {
                *left = left.checked_sub(1)?;
                let (member, score) = match order {
                    Order::Ascending => (iter.next()?.1, iter.next()?.1),
                    Order::Descending => {
                        let score = iter.next_back()?.1;
                        (iter.next_back()?.1, score)
                    }
                };
                Some((member, packed::score_of(score)))
            }
            Form::Large(slots) => {
                slots.next().map(|slot| (Element::Bytes(slot.member.bytes()), slot.score))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Form::Packed { left, .. } => (*left, Some(*left)),
            Form::Large(slots) => slots.size_hint(),
        }
    }
}

impl ExactSizeIterator for Elements<'_> {}
