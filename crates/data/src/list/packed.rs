//! The listpack of a block, with room at both ends: elements come and go at the ends of a list without a move of the others.

use std::ops::Range;

use crate::encoding::buffer::Buffer;
use crate::encoding::listpack::{self, EMPTY, Element, Listpack};

/// A listpack with at least one element.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The listpack, behind room for elements at its front.
    bytes: Vec<u8>,
    /// How much room, in bytes.
    front: u32,
    count: u32,
}

impl Packed {
    /// A copy of a listpack.
    pub(super) fn new(listpack: Listpack<'_>) -> Self {
        Self { bytes: listpack.bytes().to_vec(), front: 0, count: listpack.len() as u32 }
    }

    /// One element.
    pub(super) fn of(element: &[u8]) -> Self {
        let mut bytes = EMPTY.to_vec();
        listpack::push(&mut bytes, &[Element::of(element)]);
        Self { bytes, front: 0, count: 1 }
    }

    /// The listpack.
    pub(super) fn listpack(&self) -> Listpack<'_> {
        Listpack::new(self.bytes())
    }

    /// How many elements there are.
    pub(super) fn count(&self) -> usize {
        self.count as usize
    }

    /// Bytes of its allocation.
    pub(super) fn allocated_bytes(&self) -> usize {
        self.bytes.capacity()
    }

    /// Adds an element before the one of this number, or at the end.
    pub(super) fn insert(&mut self, index: usize, element: &[u8]) {
        let listpack = self.listpack();
        let at = match index {
            0 => listpack.start(),
            index if index == self.count() => listpack.end(),
            index => self.offset(index),
        };
        listpack::insert(self, at, &[Element::of(element)]);
        self.count += 1;
    }

    /// Puts an element in the place of another.
    pub(super) fn replace(&mut self, index: usize, element: &[u8]) {
        let at = self.offset(index);
        listpack::replace(self, at, Element::of(element));
    }

    /// Takes out the elements from one on.
    pub(super) fn remove(&mut self, index: usize, removed: usize) {
        let at = self.offset(index);
        listpack::remove(self, at, removed);
        self.count -= removed as u32;
    }

    /// Takes out the elements at these offsets.
    pub(super) fn remove_each(&mut self, offsets: &[usize]) {
        listpack::remove_each(self, offsets);
        self.count -= offsets.len() as u32;
    }

    /// Takes out the elements in a range of bytes, which are so many.
    pub(super) fn cut(&mut self, range: Range<usize>, removed: usize) {
        listpack::cut(self, range, removed);
        self.count -= removed as u32;
    }

    /// Takes out the elements from this number on, which are some but not all.
    pub(super) fn split_off(&mut self, index: usize) -> Self {
        let listpack = self.listpack();
        let (start, at, end) = (listpack.start(), self.offset(index), listpack.end());
        let mut tail = Self::new(listpack);
        tail.cut(start..at, index);
        self.cut(at..end, self.count() - index);
        tail
    }

    /// Adds the elements of another.
    pub(super) fn absorb(&mut self, next: &Self) {
        listpack::append(self, next.listpack());
        self.count += next.count;
    }

    /// Gives back the room for more elements.
    pub(super) fn close(&mut self) {
        if self.bytes.capacity() > self.bytes().len() {
            *self = Self { bytes: self.bytes().to_vec(), front: 0, count: self.count };
        }
    }

    /// The offset of the element of a number, which must be there.
    fn offset(&self, index: usize) -> usize {
        let listpack = self.listpack();
        listpack.nth(index as i64).unwrap_or(listpack.end())
    }

    /// Makes room for so many bytes more at the front, or at the end. What is taken out at one end becomes room at the other, if
    /// it is as much as all elements take; else there will be as much room again, so that elements are moved seldom.
    fn reserve(&mut self, more: usize, at_front: bool) {
        let (front, length) = (self.front as usize, self.bytes().len());
        let end = self.bytes.capacity() - self.bytes.len();
        let (room, other) = if at_front { (front, end) } else { (end, front) };
        if room >= more {
            return;
        }
        let is_room_enough = other >= length.max(more);
        let all = if is_room_enough { self.bytes.capacity() } else { 2 * (length + more) };
        let new_front = if at_front { all - length } else { 0 };
        if is_room_enough {
            self.bytes.resize(self.bytes.len().max(new_front + length), 0);
            self.bytes.copy_within(front..front + length, new_front);
            self.bytes.truncate(new_front + length);
        } else {
            let mut bytes = Vec::with_capacity(all);
            bytes.resize(new_front, 0);
            bytes.extend_from_slice(self.bytes());
            self.bytes = bytes;
        }
        self.front = new_front as u32;
    }
}

impl Buffer for Packed {
    fn bytes(&self) -> &[u8] {
        &self.bytes[self.front as usize..]
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.front as usize..]
    }

    /// As for a vector, but moves what is before the range if that is less.
    fn make_room(&mut self, range: Range<usize>, length: usize) -> &mut [u8] {
        let at_front = range.start < self.bytes().len() - range.end;
        self.reserve(length.saturating_sub(range.len()), at_front);
        let front = self.front as usize;
        if at_front {
            let new_front = front + range.len() - length;
            self.bytes.copy_within(front..front + range.start, new_front);
            self.front = new_front as u32;
        } else {
            self.bytes.make_room(front + range.start..front + range.end, length);
        }
        &mut self.bytes_mut()[range.start..range.start + length]
    }
}
