//! Elements in order: a B+tree whose inner nodes know how many elements are below each child.
//!
//! Leaves hold scores beside pointers to members, so that a search looks at members only where scores are equal. Between
//! two children stands a bound: a score, and as much of a member as it takes to tell the two sides apart. All leaves are
//! equally deep. Nodes that become small are merged with a neighbour, but are not filled from it: a node may stay small
//! between two large ones.

use std::ops::Range;

use super::place::Place;
use crate::encoding::member::Member;
use crate::encoding::prefetch::prefetch;

mod edit;
mod node;

use node::Node;

/// An element.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) score: f64,
    pub(super) member: Member,
}

/// Elements in order; see the module.
#[derive(Debug, Default)]
pub(super) struct Tree {
    root: Node,
    length: usize,
}

/// Which end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// From the least score to the greatest.
    Ascending,
    /// From the greatest score to the least.
    Descending,
}

impl Tree {
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// How many elements are before a place.
    pub(super) fn count_before(&self, place: Place<'_>) -> usize {
        let mut node = &self.root;
        let mut count = 0;
        loop {
            match node {
                Node::Leaf(slots) => {
                    return count
                        + slots.partition_point(|slot| {
                            place.is_behind(slot.score, || slot.member.bytes())
                        });
                }
                Node::Inner(inner) => {
                    let index = inner.child_at(place);
                    count += inner.counts[..index].iter().sum::<usize>();
                    node = &inner.children[index];
                }
            }
        }
    }

    /// Has the leaf fetched that a place falls to. It is far larger than what is read on the way to it, which others have
    /// read before.
    pub(super) fn fetch(&self, place: Place<'_>) {
        let mut node = &self.root;
        loop {
            match node {
                Node::Leaf(slots) => return prefetch(slots.as_ptr(), size_of_val(&slots[..])),
                Node::Inner(inner) => node = &inner.children[inner.child_at(place)],
            }
        }
    }

    /// The leaf that holds the element of a rank, which is below the length, and the element's index in it.
    fn leaf_at(&self, mut rank: usize) -> (&[Slot], usize) {
        let mut node = &self.root;
        loop {
            match node {
                Node::Leaf(slots) => return (slots, rank),
                Node::Inner(inner) => {
                    let (index, within) = inner.child_of_rank(rank);
                    rank = within;
                    node = &inner.children[index];
                }
            }
        }
    }

    /// The elements of these ranks, in either order.
    pub(super) fn range(&self, ranks: Range<usize>, order: Order) -> Slots<'_> {
        let end = ranks.end.min(self.length);
        Slots { tree: self, ranks: ranks.start.min(end)..end, order, leaf: &[] }
    }
}

/// Elements one after the other. Goes down the tree once for each leaf.
#[derive(Clone, Debug)]
pub(super) struct Slots<'a> {
    tree: &'a Tree,
    /// Those that are not in `leaf` yet.
    ranks: Range<usize>,
    order: Order,
    leaf: &'a [Slot],
}

impl<'a> Iterator for Slots<'a> {
    type Item = &'a Slot;

    fn next(&mut self) -> Option<&'a Slot> {
        if self.leaf.is_empty() {
            if self.ranks.is_empty() {
                return None;
            }
            self.load();
        }
        let parts = match self.order {
            Order::Ascending => self.leaf.split_first(),
            Order::Descending => self.leaf.split_last(),
        };
        let (slot, rest) = parts?;
        self.leaf = rest;
        Some(slot)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.leaf.len() + self.ranks.len();
        (left, Some(left))
    }
}

impl ExactSizeIterator for Slots<'_> {}

impl Slots<'_> {
    fn load(&mut self) {
        match self.order {
            Order::Ascending => {
                let (slots, index) = self.tree.leaf_at(self.ranks.start);
                let end = slots.len().min(index + self.ranks.len());
                self.leaf = &slots[index..end];
                self.ranks.start += end - index;
            }
            Order::Descending => {
                let (slots, index) = self.tree.leaf_at(self.ranks.end - 1);
                let start = (index + 1).saturating_sub(self.ranks.len());
                self.leaf = &slots[start..=index];
                self.ranks.end -= index + 1 - start;
            }
        }
    }
}
