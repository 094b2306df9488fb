//! The listpack of a block, with room at both ends: elements come and go at the ends of a list without a move of the others.

use std::ops::Range;

use super::Side;
use crate::encoding::buffer::Buffer;
use crate::encoding::listpack::{self, ELEMENT_OVERHEAD_BYTES_MAX, EMPTY, Element, Listpack};

/// A listpack.
#[derive(Debug)]
pub struct Packed {
    /// The listpack, behind room for elements at its front.
    bytes: Vec<u8>,
    /// How much room, in bytes: far less than 4 GiB, for a block that takes elements is small.
    front: u32,
    /// How many elements there are; none only in a block that is about to go.
    count: u32,
}

impl Clone for Packed {
    /// A copy without room.
    fn clone(&self) -> Self {
        Self { bytes: self.bytes().to_vec(), front: 0, count: self.count }
    }
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
        self.reserve(self.nearer_end(at..at), element.len() + ELEMENT_OVERHEAD_BYTES_MAX);
        listpack::insert(self, at, &[Element::of(element)]);
        self.count += 1;
    }

    /// Puts an element in the place of another.
    pub(super) fn replace(&mut self, index: usize, element: &[u8]) {
        let at = self.offset(index);
        listpack::replace(self, at, Element::of(element));
    }

    /// Takes out so many elements from one on.
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
            *self = self.clone();
        }
    }

    /// The offset of the element of a number, which must be there.
    fn offset(&self, index: usize) -> usize {
        let listpack = self.listpack();
        listpack.nth(index as i64).unwrap_or(listpack.end())
    }

    /// The end to which there are fewer bytes from a range.
    fn nearer_end(&self, range: Range<usize>) -> Side {
        if range.start < self.bytes().len() - range.end { Side::Left } else { Side::Right }
    }

    /// How much room there is at an end, in bytes.
    fn room(&self, end: Side) -> usize {
        match end {
            Side::Left => self.front as usize,
            Side::Right => self.bytes.capacity() - self.bytes.len(),
        }
    }

    /// Makes room for so many bytes at an end, and for as much again as there is, so that elements are moved seldom. What is
    /// taken out at one end becomes room at both, once it is as much as all elements take.
    fn reserve(&mut self, end: Side, more: usize) {
        if self.room(end) >= more {
            return;
        }
        let length = self.bytes().len();
        let all_room = self.room(Side::Left) + self.room(Side::Right);
        let other = if end == Side::Left { Side::Right } else { Side::Left };
        if all_room >= length + more {
            let others = (all_room - more) / 2;
            self.lay_out(if end == Side::Left { all_room - others } else { others });
        } else {
            let (room, others) = (length + more, self.room(other).min(length));
            let front = if end == Side::Left { room } else { others };
            let mut bytes = Vec::with_capacity(length + room + others);
            bytes.resize(front, 0);
            bytes.extend_from_slice(self.bytes());
            (self.bytes, self.front) = (bytes, front as u32);
        }
    }

    /// Moves the listpack within its allocation, to where so many bytes are free before it.
    fn lay_out(&mut self, front: usize) {
        let (old_front, length) = (self.front as usize, self.bytes().len());
        self.bytes.resize(self.bytes.len().max(front + length), 0);
        self.bytes.copy_within(old_front..old_front + length, front);
        self.bytes.truncate(front + length);
        self.front = front as u32;
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
        let end = self.nearer_end(range.clone());
        let front = self.front as usize;
        if end == Side::Left && front + range.len() >= length {
            let new_front = front + range.len() - length;
            self.bytes.copy_within(front..front + range.start, new_front);
            self.front = new_front as u32;
        } else {
            self.bytes.make_room(front + range.start..front + range.end, length);
        }
        &mut self.bytes_mut()[range.start..range.start + length]
    }
}
