//! The large form of a list: blocks in a row.

use std::collections::VecDeque;
use std::ops::Range;

use super::Side;
use super::block::Block;
use super::limit::BlockLimit;
use super::packed::Packed;
use crate::encoding::listpack::{EMPTY, Element, Listpack};
use crate::object::allocation_bytes;

/// A list of blocks. Work at the ends is constant; a look for an element by its number passes blocks, from the nearer end.
#[derive(Clone, Debug, Default)]
pub struct List {
    pub(super) blocks: VecDeque<Block>,
    length: usize,
}

/// Where an element is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) block: usize,
    pub(super) within: usize,
}

impl List {
    /// A list of the elements of a listpack, which stay together.
    pub(super) fn from_packed(listpack: Listpack<'_>) -> Self {
        let mut blocks = VecDeque::new();
        if !listpack.is_empty() {
            blocks.push_back(Block::Packed(Packed::new(listpack)));
        }
        Self { blocks, length: listpack.len() }
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How many blocks there are.
    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// What its blocks would take in Redis, in bytes. Costs a look at each block.
    pub fn redis_bytes(&self) -> usize {
        self.blocks.iter().map(Block::redis_bytes).sum()
    }

    /// What it takes, in bytes. Costs a look at each block.
    pub fn memory_bytes(&self) -> usize {
        let blocks: usize =
            self.blocks.iter().map(|block| allocation_bytes(block.allocated_bytes())).sum();
        blocks + self.blocks.capacity() * size_of::<Block>()
    }

    /// The listpack that the list becomes again because it has shrunk, if it does.
    pub(super) fn packed_again(&self, limit: BlockLimit) -> Option<&[u8]> {
        match self.blocks.front() {
            None => Some(&EMPTY),
            Some(Block::Packed(packed)) if self.blocks.len() == 1 => {
                let listpack = packed.listpack();
                let asks = limit.asks_for_packed(packed.count(), listpack.redis_bytes());
                asks.then_some(listpack.bytes())
            }
            Some(_) => None,
        }
    }

    /// Where the element of this number is. Passes blocks from the nearer end.
    pub(super) fn find(&self, index: usize) -> Option<Place> {
        if index >= self.length {
            return None;
        }
        if index <= self.length / 2 {
            let mut within = index;
            for (block, one) in self.blocks.iter().enumerate() {
                if within < one.count() {
                    return Some(Place { block, within });
                }
                within -= one.count();
            }
        } else {
            let mut behind = self.length - index;
            for (block, one) in self.blocks.iter().enumerate().rev() {
                if behind <= one.count() {
                    return Some(Place { block, within: one.count() - behind });
                }
                behind -= one.count();
            }
        }
        None
    }

    /// Adds an element at an end.
    pub(super) fn push(&mut self, side: Side, element: &[u8], limit: BlockLimit) {
        self.length += 1;
        let end = match side {
            Side::Left => self.blocks.front_mut(),
            Side::Right => self.blocks.back_mut(),
        };
        if let Some(block) = end {
            if !limit.is_large(element.len()) && block.has_room(element, limit) {
                let index = if side == Side::Left { 0 } else { block.count() };
                return block.insert(index, element);
            }
            block.close();
        }
        let block = Block::of(element, limit);
        match side {
            Side::Left => self.blocks.push_front(block),
            Side::Right => self.blocks.push_back(block),
        }
    }

    /// Adds an element before the one of this number.
    pub(super) fn insert_before(&mut self, index: usize, element: &[u8], limit: BlockLimit) {
        let Some(Place { block, within }) = self.find(index) else { return };
        self.length += 1;
        let is_large = limit.is_large(element.len());
        if !is_large && self.blocks[block].has_room(element, limit) {
            return self.blocks[block].insert(within, element);
        }
        if within == 0 {
            let before = block.checked_sub(1).map(|previous| &mut self.blocks[previous]);
            if let Some(previous) = before.filter(|one| !is_large && one.has_room(element, limit)) {
                return previous.insert(previous.count(), element);
            }
            return self.blocks.insert(block, Block::of(element, limit));
        }
        let tail = self.blocks[block].split_off(within);
        self.blocks.insert(block + 1, tail);
        if is_large {
            self.blocks.insert(block + 1, Block::of(element, limit));
            self.merge_around(block + 1, limit);
        } else {
            self.blocks[block].insert(within, element);
            self.merge_around(block, limit);
        }
    }

    /// Adds an element behind the one of this number.
    pub(super) fn insert_after(&mut self, index: usize, element: &[u8], limit: BlockLimit) {
        let Some(Place { block, within }) = self.find(index) else { return };
        self.length += 1;
        let is_large = limit.is_large(element.len());
        if !is_large && self.blocks[block].has_room(element, limit) {
            return self.blocks[block].insert(within + 1, element);
        }
        if within + 1 == self.blocks[block].count() {
            let behind = self.blocks.get_mut(block + 1);
            if let Some(next) = behind.filter(|one| !is_large && one.has_room(element, limit)) {
                return next.insert(0, element);
            }
            return self.blocks.insert(block + 1, Block::of(element, limit));
        }
        let tail = self.blocks[block].split_off(within + 1);
        self.blocks.insert(block + 1, tail);
        if is_large {
            self.blocks.insert(block + 1, Block::of(element, limit));
        } else {
            self.blocks[block + 1].insert(0, element);
        }
        self.merge_around(block + 1, limit);
    }

    /// Replaces the element of this number.
    pub(super) fn replace(&mut self, index: usize, element: &[u8], limit: BlockLimit) {
        let Some(Place { block, within }) = self.find(index) else { return };
        let is_large = limit.is_large(element.len());
        match &mut self.blocks[block] {
            one @ Block::Packed(_) if !is_large => one.replace(within, element),
            Block::Plain(bytes) if is_large => *bytes = element.into(),
            _ => {
                self.insert_after(index, element, limit);
                self.remove(index..index + 1);
            }
        }
    }

    /// Takes out `count` elements, or all there are, from a side, and shows each.
    pub(super) fn take(&mut self, side: Side, count: usize, mut each: impl FnMut(Element<'_>)) {
        let mut left = count.min(self.length);
        self.length -= left;
        while left > 0 {
            let end = match side {
                Side::Left => self.blocks.front_mut(),
                Side::Right => self.blocks.back_mut(),
            };
            let Some(block) = end else { return };
            if block.count() > left {
                return block.take(side, left, each);
            }
            left -= block.count();
            let mut elements = block.as_ref().elements();
            while let Some(element) = elements.step(side) {
                each(element);
            }
            match side {
                Side::Left => self.blocks.pop_front(),
                Side::Right => self.blocks.pop_back(),
            };
        }
    }

    /// Takes out a range of elements.
    pub(super) fn remove(&mut self, range: Range<usize>) {
        let Some(Place { mut block, within }) = self.find(range.start) else { return };
        let mut left = range.end.min(self.length) - range.start;
        self.length -= left;
        if within > 0 {
            let count = left.min(self.blocks[block].count() - within);
            self.blocks[block].remove(within, count);
            left -= count;
            block += 1;
        }
        let mut behind = block;
        while left > 0 && self.blocks[behind].count() <= left {
            left -= self.blocks[behind].count();
            behind += 1;
        }
        if left > 0 {
            self.blocks[behind].remove(0, left);
        }
        self.blocks.drain(block..behind);
    }

    /// Takes out at most `most` elements like this one, those nearest to `side`; how many there were.
    pub(super) fn remove_equal(&mut self, wanted: Element<'_>, side: Side, most: usize) -> usize {
        let mut left = most;
        let visit = |block: &mut Block| {
            if left == 0 {
                return true;
            }
            let mut offsets = block.as_ref().find_all(wanted, side, left);
            left -= offsets.len();
            if side == Side::Right {
                offsets.reverse();
            }
            block.remove_each(&offsets)
        };
        match side {
            Side::Left => self.blocks.retain_mut(visit),
            Side::Right => {
                self.blocks.make_contiguous().reverse();
                self.blocks.retain_mut(visit);
                self.blocks.make_contiguous().reverse();
            }
        }
        let removed = most - left;
        self.length -= removed;
        removed
    }

    /// Joins the neighbours of a block, and it with them, where two of them fit in one block.
    fn merge_around(&mut self, block: usize, limit: BlockLimit) {
        let mut center = block;
        if center >= 2 && self.merge(center - 2, limit) {
            center -= 1;
        }
        self.merge(center + 1, limit);
        if center >= 1 && self.merge(center - 1, limit) {
            center -= 1;
        }
        self.merge(center, limit);
    }

    /// Joins a block with the next one, if they fit in one.
    fn merge(&mut self, block: usize, limit: BlockLimit) -> bool {
        let next = self.blocks.get(block + 1);
        if !next.is_some_and(|next| self.blocks[block].has_room_for_all(next, limit)) {
            return false;
        }
        if let Some(next) = self.blocks.remove(block + 1) {
            self.blocks[block].absorb(&next);
        }
        true
    }
}
