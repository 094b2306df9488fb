//! One block of a large list.

use super::Side;
use super::limit::BlockLimit;
use crate::encoding::listpack::{self, EMPTY, Element, Listpack, REDIS_EMPTY_BYTES};

/// A listpack, or one element that is too large for any.
#[derive(Clone, Debug)]
pub enum Block {
    /// Elements one behind the other, and how many.
    Packed {
        /// The listpack.
        bytes: Vec<u8>,
        /// How many elements it has; not zero.
        count: u32,
    },
    /// One large element.
    Plain(Box<[u8]>),
}

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
            return Self::Plain(element.into());
        }
        let mut bytes = EMPTY.to_vec();
        listpack::push(&mut bytes, &[Element::of(element)]);
        Self::Packed { bytes, count: 1 }
    }

    /// How many elements it has.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Packed { count, .. } => *count as usize,
            Self::Plain(_) => 1,
        }
    }

    /// What it would take in Redis, in bytes, which is what limits count.
    pub(super) fn redis_bytes(&self) -> usize {
        match self {
            Self::Packed { bytes, .. } => Listpack::new(bytes).redis_bytes(),
            Self::Plain(bytes) => bytes.len(),
        }
    }

    /// Bytes of its allocation.
    pub(super) fn allocated_bytes(&self) -> usize {
        match self {
            Self::Packed { bytes, .. } => bytes.capacity(),
            Self::Plain(bytes) => bytes.len(),
        }
    }

    pub(super) fn as_ref(&self) -> BlockRef<'_> {
        match self {
            Self::Packed { bytes, .. } => BlockRef::Packed(Listpack::new(bytes)),
            Self::Plain(bytes) => BlockRef::Plain(bytes),
        }
    }

    /// Whether it takes another element.
    pub(super) fn has_room(&self, element: &[u8], limit: BlockLimit) -> bool {
        match self {
            Self::Packed { count, .. } => {
                limit.has_room(*count as usize, self.redis_bytes(), element.len())
            }
            Self::Plain(_) => false,
        }
    }

    /// Adds an element before the one of this number, or at the end.
    pub(super) fn insert(&mut self, index: usize, element: &[u8]) {
        let Self::Packed { bytes, count } = self else {
            unreachable!("a large element stays alone")
        };
        let listpack = Listpack::new(bytes);
        let at = if index == *count as usize {
            Some(listpack.end())
        } else {
            listpack.nth(index as i64)
        };
        let Some(at) = at else { return };
        reserve(bytes, element.len());
        listpack::insert(bytes, at, &[Element::of(element)]);
        *count += 1;
    }

    /// Replaces an element by one that may stand in a listpack.
    pub(super) fn replace(&mut self, index: usize, element: &[u8]) {
        let Self::Packed { bytes, .. } = self else { unreachable!("a large element stays alone") };
        if let Some(at) = Listpack::new(bytes).nth(index as i64) {
            listpack::replace(bytes, at, Element::of(element));
        }
    }

    /// Takes out some, but not all, of its elements.
    pub(super) fn remove(&mut self, index: usize, removed: usize) {
        let Self::Packed { bytes, count } = self else { return };
        if let Some(at) = Listpack::new(bytes).nth(index as i64) {
            listpack::remove(bytes, at, removed);
            *count -= removed as u32;
        }
    }

    /// Takes out the elements at these offsets; whether any is left.
    pub(super) fn remove_each(&mut self, offsets: &[usize]) -> bool {
        match self {
            Self::Packed { bytes, count } => {
                listpack::remove_each(bytes, offsets);
                *count -= offsets.len() as u32;
                *count > 0
            }
            Self::Plain(_) => offsets.is_empty(),
        }
    }

    /// Takes out the elements from this number on, which are some but not all, as a block.
    pub(super) fn split_off(&mut self, index: usize) -> Self {
        let Self::Packed { bytes, count } = self else {
            unreachable!("one element cannot be split")
        };
        let Some(at) = Listpack::new(bytes).nth(index as i64) else {
            unreachable!("a block is split between its elements")
        };
        let mut tail = bytes.clone();
        let start = Listpack::new(&tail).start();
        listpack::remove(&mut tail, start, index);
        let tail_count = *count - index as u32;
        listpack::remove(bytes, at, tail_count as usize);
        *count = index as u32;
        Self::Packed { bytes: tail, count: tail_count }
    }

    /// Whether the elements of both blocks fit in one.
    pub(super) fn has_room_for_all(&self, next: &Self, limit: BlockLimit) -> bool {
        match (self, next) {
            (Self::Packed { count, .. }, Self::Packed { count: next_count, .. }) => {
                let total_bytes = self.redis_bytes() + next.redis_bytes() - REDIS_EMPTY_BYTES;
                limit.allows((count + next_count) as usize, total_bytes)
            }
            _ => false,
        }
    }

    /// Adds the elements of the block behind.
    pub(super) fn absorb(&mut self, next: &Self) {
        let (Self::Packed { bytes, count }, Self::Packed { bytes: tail, count: tail_count }) =
            (&mut *self, next)
        else {
            unreachable!("a large element stays alone")
        };
        listpack::append(bytes, Listpack::new(tail));
        *count += tail_count;
    }

    /// Gives back memory that was reserved for more elements.
    pub(super) fn close(&mut self) {
        if let Self::Packed { bytes, .. } = self {
            bytes.shrink_to_fit();
        }
    }
}

/// Reserves room for more than one element, so that a block that grows is not moved each time.
fn reserve(bytes: &mut Vec<u8>, element_bytes: usize) {
    let needed = element_bytes + 16;
    if bytes.capacity() - bytes.len() < needed {
        bytes.reserve(needed);
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
