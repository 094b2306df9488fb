//! Changes of the tree.

use super::node::{Inner, Node, Split, insert_into_leaf, remove_from_leaf};
use super::{Slot, Tree};
use crate::sorted_set::place::Place;

impl Tree {
    /// Adds an element that is not there yet.
    pub(in crate::sorted_set) fn insert(&mut self, slot: Slot) {
        self.length += 1;
        if let Some(split) = self.root.insert(slot, true) {
            let lower = std::mem::take(&mut self.root);
            self.root = Node::Inner(Box::new(Inner::over(lower, split)));
        }
    }

    /// Takes out the element of a rank, which is below the length.
    pub(in crate::sorted_set) fn remove(&mut self, rank: usize) -> Slot {
        self.length -= 1;
        let slot = self.root.remove(rank);
        while let Node::Inner(inner) = &mut self.root
            && inner.children.len() == 1
            && let Some(only) = inner.children.pop()
        {
            self.root = only;
        }
        slot
    }

    /// Gives an element that is there another score.
    pub(in crate::sorted_set) fn set_score(&mut self, old_score: f64, member: &[u8], score: f64) {
        let rank = self.count_before(Place::before(old_score, member));
        let (slots, index) = self.root.leaf_mut(rank);
        let place = Place::before(score, member);
        let is_behind = |slot: &Slot| place.is_behind(slot.score, || slot.member.bytes());
        // At the edge of a leaf its neighbours would have to be asked.
        let stays = index > 0
            && index + 1 < slots.len()
            && is_behind(&slots[index - 1])
            && !is_behind(&slots[index + 1]);
        if stays {
            slots[index].score = score;
            return;
        }
        let slot = self.remove(rank);
        self.insert(Slot { score, ..slot });
    }
}

impl Node {
    fn insert(&mut self, slot: Slot, is_last: bool) -> Option<Split> {
        match self {
            Self::Leaf(slots) => insert_into_leaf(slots, slot, is_last),
            Self::Inner(inner) => {
                let index = inner.child_at(Place::behind(slot.score, slot.member.bytes()));
                let is_last = is_last && index + 1 == inner.children.len();
                inner.counts[index] += 1;
                let split = inner.children[index].insert(slot, is_last)?;
                inner.add_split(index, split)
            }
        }
    }

    fn remove(&mut self, rank: usize) -> Slot {
        match self {
            Self::Leaf(slots) => remove_from_leaf(slots, rank),
            Self::Inner(inner) => {
                let (index, within) = inner.child_of_rank(rank);
                inner.counts[index] -= 1;
                let slot = inner.children[index].remove(within);
                inner.tidy(index);
                slot
            }
        }
    }

    fn leaf_mut(&mut self, rank: usize) -> (&mut Vec<Slot>, usize) {
        match self {
            Self::Leaf(slots) => (slots, rank),
            Self::Inner(inner) => {
                let (index, within) = inner.child_of_rank(rank);
                inner.children[index].leaf_mut(within)
            }
        }
    }
}
