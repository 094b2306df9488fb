//! A list of either form, read.

use std::collections::vec_deque;
use std::ops::ControlFlow;

use super::block::{Block, BlockIter, BlockRef};
use super::{List, Side};
use crate::encoding::entry::ValueRef;
use crate::encoding::listpack::{Element, Listpack};
use crate::object::{KeyEntry, Object, PACKED_LIST};

/// A list.
#[derive(Clone, Copy, Debug)]
pub enum ListRef<'a> {
    /// A small one.
    Packed(Listpack<'a>),
    /// A large one.
    Blocks(&'a List),
}

impl<'a> ListRef<'a> {
    /// The list that an entry holds, if it holds one.
    pub fn of(entry: &'a KeyEntry) -> Option<Self> {
        match entry.value() {
            ValueRef::Bytes(PACKED_LIST, bytes) => Some(Self::Packed(Listpack::new(bytes))),
            ValueRef::Object(Object::List(list)) => Some(Self::Blocks(list)),
            _ => None,
        }
    }

    /// How many elements there are.
    pub fn len(self) -> usize {
        match self {
            Self::Packed(listpack) => listpack.len(),
            Self::Blocks(list) => list.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The element of this number.
    pub fn get(self, index: usize) -> Option<Element<'a>> {
        self.iter_from(index, Side::Left).next()
    }

    /// The number of the first element like this one. Costs a look at each one before it.
    pub fn position(self, wanted: Element<'_>) -> Option<usize> {
        match self {
            Self::Packed(listpack) => BlockRef::Packed(listpack).position(wanted),
            Self::Blocks(list) => {
                let mut before = 0;
                list.blocks.iter().find_map(|block| {
                    let found = block.as_ref().position(wanted);
                    let first = before;
                    before += block.count();
                    found.map(|within| first + within)
                })
            }
        }
    }

    /// All elements, beginning at a side.
    pub fn iter(self, side: Side) -> Elements<'a> {
        let index = if side == Side::Left { 0 } else { self.len().wrapping_sub(1) };
        self.iter_from(index, side)
    }

    /// Calls `each` with the elements, beginning at a side, until it breaks off. Costs less than an iterator.
    pub fn try_each(
        self,
        side: Side,
        mut each: impl FnMut(Element<'a>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut visit = |block: BlockRef<'a>| block.try_each(side, &mut each);
        match (self, side) {
            (Self::Packed(listpack), _) => visit(BlockRef::Packed(listpack)),
            (Self::Blocks(list), Side::Left) => {
                list.blocks.iter().try_for_each(|block| visit(block.as_ref()))
            }
            (Self::Blocks(list), Side::Right) => {
                list.blocks.iter().rev().try_for_each(|block| visit(block.as_ref()))
            }
        }
    }

    /// The elements from the one of this number on, in the direction away from `side`.
    pub fn iter_from(self, index: usize, side: Side) -> Elements<'a> {
        match self {
            Self::Packed(listpack) => {
                let current = if index < listpack.len() {
                    BlockRef::Packed(listpack).iter_from(index, side)
                } else {
                    BlockIter::Plain(None)
                };
                Elements { current, blocks: vec_deque::Iter::default(), side }
            }
            Self::Blocks(list) => {
                let Some(place) = list.find(index) else {
                    let current = BlockIter::Plain(None);
                    return Elements { current, blocks: vec_deque::Iter::default(), side };
                };
                let blocks = match side {
                    Side::Left => list.blocks.range(place.block + 1..),
                    Side::Right => list.blocks.range(..place.block),
                };
                let current = list.blocks[place.block].as_ref().iter_from(place.within, side);
                Elements { current, blocks, side }
            }
        }
    }
}

/// Elements in the direction away from a side.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    current: BlockIter<'a>,
    blocks: vec_deque::Iter<'a, Block>,
    side: Side,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        loop {
            if let Some(element) = self.current.step(self.side) {
                return Some(element);
            }
            let block = match self.side {
                Side::Left => self.blocks.next()?,
                Side::Right => self.blocks.next_back()?,
            };
            self.current = block.as_ref().elements();
        }
    }
}
