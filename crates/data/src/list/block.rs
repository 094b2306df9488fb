//! One block of a large list.

use std::ops::{ControlFlow, Range};

use super::Side;
use super::limit::BlockLimit;
use super::packed::Packed;
use crate::encoding::listpack::{self, Element, Listpack, REDIS_EMPTY_BYTES};

/// A listpack, or one element that is too large for any.
#[derive(Clone, Debug)]
pub enum Block {
    /// Elements one behind the other.
    Packed(Packed),
    /// One large element.
    Plain(Box<[u8]>),
}

// A large list has many.
const _: () = assert!(size_of::<Block>() == 32);

/// A block, borrowed, or the whole of a small list.
#[derive(Clone, Copy, Debug)]
pub enum BlockRef<'a> {
    /// A listpack.
    Packed(Listpack<'a>),
    /// One large element.
    Plain(&'a [u8]),
}

/// The elements of a block, from either end.
#[derive(Clone, Debug)]
pub enum BlockIter<'a> {
    /// Those of a listpack.
    Packed(listpack::Iter<'a>),
    /// One large element, unless it was taken.
    Plain(Option<&'a [u8]>),
}

impl Block {
    /// A block of one element.
    pub(super) fn of(element: &[u8], limit: BlockLimit) -> Self {
        if limit.is_large(element.len()) {
            Self::Plain(element.into())
        } else {
            Self::Packed(Packed::of(element))
        }
    }

    /// How many elements it has.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Packed(packed) => packed.count(),
            Self::Plain(_) => 1,
        }
    }

    /// What it would take in Redis, in bytes, which is what limits count.
    pub(super) fn redis_bytes(&self) -> usize {
        match self {
            Self::Packed(packed) => packed.listpack().redis_bytes(),
            Self::Plain(bytes) => bytes.len(),
        }
    }

    /// Bytes of its allocation.
    pub(super) fn allocated_bytes(&self) -> usize {
        match self {
            Self::Packed(packed) => packed.allocated_bytes(),
            Self::Plain(bytes) => bytes.len(),
        }
    }

    pub(super) fn as_ref(&self) -> BlockRef<'_> {
        match self {
            Self::Packed(packed) => BlockRef::Packed(packed.listpack()),
            Self::Plain(bytes) => BlockRef::Plain(bytes),
        }
    }

    /// Whether it takes another element.
    pub(super) fn has_room(&self, element: &[u8], limit: BlockLimit) -> bool {
        match self {
            Self::Packed(packed) => {
                limit.has_room(packed.count(), self.redis_bytes(), element.len())
            }
            Self::Plain(_) => false,
        }
    }

    /// Adds an element before the one of this number, or at the end.
    pub(super) fn insert(&mut self, index: usize, element: &[u8]) {
        self.packed_mut().insert(index, element);
    }

    /// Replaces an element by one that may stand in a listpack.
    pub(super) fn replace(&mut self, index: usize, element: &[u8]) {
        self.packed_mut().replace(index, element);
    }

    /// Takes out some, but not all, of its elements.
    pub(super) fn remove(&mut self, index: usize, removed: usize) {
        self.packed_mut().remove(index, removed);
    }

    /// Takes out some, but not all, of its elements from a side, and shows each.
    pub(super) fn take(&mut self, side: Side, count: usize, each: impl FnMut(Element<'_>)) {
        let packed = self.packed_mut();
        let range = listpack_end(packed.listpack(), side, count, each);
        packed.cut(range, count);
    }

    /// Takes out the elements at these offsets; whether any is left.
    pub(super) fn remove_each(&mut self, offsets: &[usize]) -> bool {
        match self {
            Self::Packed(packed) => {
                packed.remove_each(offsets);
                packed.count() > 0
            }
            Self::Plain(_) => offsets.is_empty(),
        }
    }

    /// Takes out the elements from this number on, which are some but not all, as a block.
    pub(super) fn split_off(&mut self, index: usize) -> Self {
        Self::Packed(self.packed_mut().split_off(index))
    }

    /// Whether the elements of both blocks fit in one.
    pub(super) fn has_room_for_all(&self, next: &Self, limit: BlockLimit) -> bool {
        match (self, next) {
            (Self::Packed(packed), Self::Packed(next_packed)) => {
                let total_bytes = self.redis_bytes() + next.redis_bytes() - REDIS_EMPTY_BYTES;
                limit.allows(packed.count() + next_packed.count(), total_bytes)
            }
            _ => false,
        }
    }

    /// Adds the elements of the block behind.
    pub(super) fn absorb(&mut self, next: &Self) {
        if let Self::Packed(next) = next {
            self.packed_mut().absorb(next);
        }
    }

    /// Gives back memory that was reserved for more elements.
    pub(super) fn close(&mut self) {
        if let Self::Packed(packed) = self {
            packed.close();
        }
    }

    fn packed_mut(&mut self) -> &mut Packed {
        match self {
            Self::Packed(packed) => packed,
            Self::Plain(_) => unreachable!("a large element stays alone"),
        }
    }
}

/// Shows `count` elements of a listpack, which has so many, from a side; where they stand.
pub(super) fn listpack_end(
    listpack: Listpack<'_>,
    side: Side,
    count: usize,
    each: impl FnMut(Element<'_>),
) -> Range<usize> {
    let mut elements = listpack.iter();
    match side {
        Side::Left => {
            elements.by_ref().take(count).map(|(_, element)| element).for_each(each);
            listpack.start()..elements.rest().start
        }
        Side::Right => {
            elements.by_ref().rev().take(count).map(|(_, element)| element).for_each(each);
            elements.rest().end..listpack.end()
        }
    }
}

impl<'a> BlockRef<'a> {
    /// The number of the first element like this one.
    pub(super) fn position(self, wanted: Element<'_>) -> Option<usize> {
        match self {
            Self::Plain(bytes) => (Element::Bytes(bytes) == wanted).then_some(0),
            Self::Packed(listpack) => listpack.iter().position(|(_, element)| element == wanted),
        }
    }

    /// Its elements from one on, in the direction away from `side`.
    pub(super) fn iter_from(self, index: usize, side: Side) -> BlockIter<'a> {
        match (self, side) {
            (Self::Plain(bytes), _) => BlockIter::Plain(Some(bytes)),
            (Self::Packed(listpack), Side::Left) => {
                let at = listpack.nth(index as i64).unwrap_or(listpack.end());
                BlockIter::Packed(listpack.iter_from(at))
            }
            (Self::Packed(listpack), Side::Right) => {
                let behind =
                    listpack.nth(index as i64).map_or(listpack.end(), |at| listpack.next(at));
                BlockIter::Packed(listpack.iter_until(behind))
            }
        }
    }

    /// All its elements.
    pub(super) fn elements(self) -> BlockIter<'a> {
        match self {
            Self::Plain(bytes) => BlockIter::Plain(Some(bytes)),
            Self::Packed(listpack) => BlockIter::Packed(listpack.iter()),
        }
    }

    /// Calls `each` with the elements, beginning at a side, until it breaks off.
    pub(super) fn try_each(
        self,
        side: Side,
        mut each: impl FnMut(Element<'a>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match (self, side) {
            (Self::Plain(bytes), _) => each(Element::Bytes(bytes)),
            (Self::Packed(listpack), Side::Left) => {
                listpack.iter().try_for_each(|(_, element)| each(element))
            }
            (Self::Packed(listpack), Side::Right) => {
                listpack.iter().rev().try_for_each(|(_, element)| each(element))
            }
        }
    }

    /// The offsets of at most `most` elements like this one, the nearest to `side` first.
    pub(super) fn find_all(self, wanted: Element<'_>, side: Side, most: usize) -> Vec<usize> {
        match self {
            Self::Plain(bytes) if most > 0 && Element::Bytes(bytes) == wanted => vec![0],
            Self::Plain(_) => Vec::new(),
            Self::Packed(listpack) => {
                let fits = |found: (usize, Element<'_>)| (found.1 == wanted).then_some(found.0);
                match side {
                    Side::Left => listpack.iter().filter_map(fits).take(most).collect(),
                    Side::Right => listpack.iter().rev().filter_map(fits).take(most).collect(),
                }
            }
        }
    }
}

impl<'a> BlockIter<'a> {
    /// The next element away from `side`.
    pub(super) fn step(&mut self, side: Side) -> Option<Element<'a>> {
        match (self, side) {
            (Self::Plain(element), _) => element.take().map(Element::Bytes),
            (Self::Packed(iter), Side::Left) => iter.next().map(|(_, element)| element),
            (Self::Packed(iter), Side::Right) => iter.next_back().map(|(_, element)| element),
        }
    }
}
