//! Nodes: how they are searched, split and merged.

use super::Slot;
use crate::sorted_set::place::Place;

/// Most elements of a leaf. More make insertions move more; fewer make the tree deeper.
pub(super) const LEAF_SLOTS_MAX: usize = 64;
/// Most children of an inner node.
pub(super) const CHILDREN_MAX: usize = 64;
/// A node with fewer elements or children than this is merged with a neighbour if one is small enough.
const FILL_MIN: usize = 16;
/// Most elements or children that a merge makes, so that the next insertion does not split it again.
const MERGED_MAX: usize = 48;
/// By how many elements a leaf grows.
const LEAF_GROWTH: usize = 8;

const _: () = assert!(MERGED_MAX < LEAF_SLOTS_MAX && MERGED_MAX < CHILDREN_MAX);

#[derive(Debug)]
pub(super) enum Node {
    Leaf(Vec<Slot>),
    Inner(Box<Inner>),
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) children: Vec<Node>,
    /// How many elements are below each child.
    pub(super) counts: Vec<usize>,
    /// One fewer than children: no element below a child is at or above the bound behind it, and none of the next is
    /// below it.
    bound_scores: Vec<f64>,
    bound_members: Vec<Box<[u8]>>,
}

/// What parts two nodes.
#[derive(Debug)]
pub(super) struct Bound {
    score: f64,
    member: Box<[u8]>,
}

/// The upper part of a node that was split.
pub(super) struct Split {
    pub(super) bound: Bound,
    pub(super) upper: Node,
}

impl Default for Node {
    fn default() -> Self {
        Self::Leaf(Vec::new())
    }
}

impl Bound {
    /// The shortest one between two elements that are next to each other.
    fn between(lower: &Slot, upper: &Slot) -> Self {
        let score = upper.score;
        if lower.score < upper.score {
            return Self { score, member: Box::default() };
        }
        let (before, behind) = (lower.member.bytes(), upper.member.bytes());
        let common = before.iter().zip(behind).take_while(|(a, b)| a == b).count();
        Self { score, member: behind[..=common].into() }
    }
}

impl Node {
    /// How many elements or children it has.
    fn fill(&self) -> usize {
        match self {
            Self::Leaf(slots) => slots.len(),
            Self::Inner(inner) => inner.children.len(),
        }
    }

    /// How many elements are below it.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Leaf(slots) => slots.len(),
            Self::Inner(inner) => inner.counts.iter().sum(),
        }
    }
}

impl Inner {
    /// A node over the two parts of one that was split.
    pub(super) fn over(lower: Node, split: Split) -> Self {
        Self {
            counts: vec![lower.count(), split.upper.count()],
            children: vec![lower, split.upper],
            bound_scores: vec![split.bound.score],
            bound_members: vec![split.bound.member],
        }
    }

    /// The child that a place falls to.
    pub(super) fn child_at(&self, place: Place<'_>) -> usize {
        let mut from = 0;
        let mut to = self.bound_scores.len();
        while from < to {
            let middle = usize::midpoint(from, to);
            if place.is_behind(self.bound_scores[middle], || &self.bound_members[middle]) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        from
    }

    /// The child that holds the element of a rank, and the rank within it.
    pub(super) fn child_of_rank(&self, rank: usize) -> (usize, usize) {
        let mut within = rank;
        let mut index = 0;
        while within >= self.counts[index] {
            within -= self.counts[index];
            index += 1;
        }
        (index, within)
    }

    /// Adds the upper part of a child that was split; splits itself when it is full.
    pub(super) fn add_split(&mut self, index: usize, split: Split) -> Option<Split> {
        let upper_count = split.upper.count();
        self.counts[index] -= upper_count;
        self.counts.insert(index + 1, upper_count);
        self.children.insert(index + 1, split.upper);
        self.bound_scores.insert(index, split.bound.score);
        self.bound_members.insert(index, split.bound.member);
        if self.children.len() <= CHILDREN_MAX {
            return None;
        }
        // Sequential insertions come at the end: then the lower part is done with.
        let is_at_the_end = index + 2 == self.children.len();
        let at = if is_at_the_end { CHILDREN_MAX - 1 } else { CHILDREN_MAX / 2 };
        let upper = Self {
            children: self.children.split_off(at),
            counts: self.counts.split_off(at),
            bound_scores: self.bound_scores.split_off(at),
            bound_members: self.bound_members.split_off(at),
        };
        // The bound between the two parts goes up.
        let (score, member) = (self.bound_scores.pop()?, self.bound_members.pop()?);
        Some(Split { bound: Bound { score, member }, upper: Node::Inner(Box::new(upper)) })
    }

    /// Drops a child that has become empty, or merges one that has become small.
    pub(super) fn tidy(&mut self, index: usize) {
        if self.children.len() < 2 {
            return;
        }
        if self.counts[index] == 0 {
            // With the child gone, either bound beside it parts its neighbours.
            self.children.remove(index);
            self.counts.remove(index);
            let bound = index.saturating_sub(1);
            self.bound_scores.remove(bound);
            self.bound_members.remove(bound);
            return;
        }
        if self.children[index].fill() >= FILL_MIN {
            return;
        }
        let fill = |index: usize| self.children.get(index).map_or(usize::MAX, Node::fill);
        let (before, behind) = (index.checked_sub(1).map_or(usize::MAX, fill), fill(index + 1));
        if fill(index) + before.min(behind) <= MERGED_MAX {
            self.merge(if before < behind { index - 1 } else { index });
        }
    }

    /// Merges a child with the next.
    fn merge(&mut self, index: usize) {
        let upper = self.children.remove(index + 1);
        self.counts[index] += self.counts.remove(index + 1);
        let score = self.bound_scores.remove(index);
        let member = self.bound_members.remove(index);
        match (&mut self.children[index], upper) {
            (Node::Leaf(slots), Node::Leaf(upper)) => {
                slots.reserve_exact(upper.len());
                slots.extend(upper);
            }
            (Node::Inner(inner), Node::Inner(upper)) => {
                inner.bound_scores.push(score);
                inner.bound_members.push(member);
                inner.children.extend(upper.children);
                inner.counts.extend(upper.counts);
                inner.bound_scores.extend(upper.bound_scores);
                inner.bound_members.extend(upper.bound_members);
            }
            _ => unreachable!("all leaves are equally deep"),
        }
    }
}

/// Inserts an element into a leaf; splits the leaf when it is full.
pub(super) fn insert_into_leaf(slots: &mut Vec<Slot>, slot: Slot, is_last: bool) -> Option<Split> {
    let place = Place::before(slot.score, slot.member.bytes());
    let index = slots.partition_point(|slot| place.is_behind(slot.score, || slot.member.bytes()));
    if slots.len() < LEAF_SLOTS_MAX {
        if slots.len() == slots.capacity() {
            slots.reserve_exact(LEAF_GROWTH);
        }
        slots.insert(index, slot);
        return None;
    }
    // Sequential insertions come at the end of the last leaf, which is done with once it is full.
    let at = if is_last && index == slots.len() { index } else { LEAF_SLOTS_MAX / 2 };
    let mut upper = Vec::with_capacity(slots.len() - at + LEAF_GROWTH);
    upper.extend(slots.drain(at..));
    if index <= at && at < LEAF_SLOTS_MAX {
        slots.shrink_to(at + LEAF_GROWTH);
        slots.insert(index, slot);
    } else {
        slots.shrink_to(at);
        upper.insert(index - at, slot);
    }
    let bound = Bound::between(&slots[slots.len() - 1], &upper[0]);
    Some(Split { bound, upper: Node::Leaf(upper) })
}

/// Takes an element out of a leaf.
pub(super) fn remove_from_leaf(slots: &mut Vec<Slot>, index: usize) -> Slot {
    let slot = slots.remove(index);
    if slots.capacity() - slots.len() >= 2 * LEAF_GROWTH {
        slots.shrink_to(slots.len() + LEAF_GROWTH);
    }
    slot
}
