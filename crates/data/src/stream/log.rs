//! The entries of a stream: nodes in the order of their ids.

use std::collections::VecDeque;

use super::StreamId;
use super::entry::NewFields;
use super::marks::Marks;
use super::node::{Mark, Node, NodeLimits};
use super::range::{Ascending, Descending};

/// A deque is made smaller when it has fewer nodes than this part of its room.
const ROOM_KEPT: usize = 4;
/// A deque with this much room is never made smaller.
const SMALL_ROOM: usize = 16;

/// Nodes in order. To add an entry and to take nodes from the front is constant work; to find an id, logarithmic.
///
/// A node in the middle whose entries were all removed stays as an empty place for a while; of n nodes at most √n are.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    /// The first and the last have entries.
    pub(super) nodes: VecDeque<Node>,
    /// How many of them are empty places.
    empty: usize,
    /// How many entries there are.
    length: u64,
    /// The id of the last entry of the last node, which may have been removed; if it is known.
    end: Option<StreamId>,
    /// Places in the last node.
    marks: Marks,
}

impl Log {
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// How many nodes there are.
    pub(super) fn nodes(&self) -> usize {
        self.nodes.len() - self.empty
    }

    /// The id of the first entry of each node.
    pub(super) fn node_ids(&self) -> impl Iterator<Item = StreamId> {
        self.nodes.iter().filter(|node| node.live > 0).map(|node| node.first)
    }

    /// Memory that it takes, in bytes; of many nodes, by what some of them take.
    pub(super) fn memory_bytes(&self) -> usize {
        const SAMPLE: usize = 16;
        let place_bytes = self.nodes.capacity() * size_of::<Node>();
        let sampled = self.nodes.iter().rev().take(SAMPLE);
        let count = sampled.len();
        let sampled_bytes: usize = sampled.map(Node::own_bytes).sum();
        place_bytes
            + self.marks.own_bytes()
            + (sampled_bytes * self.nodes.len()).checked_div(count).unwrap_or(0)
    }

    /// Adds an entry whose id is greater than all others.
    pub(super) fn append<'f, I>(&mut self, id: StreamId, fields: &NewFields<I>, limits: NodeLimits)
    where
        I: Iterator<Item = &'f [u8]> + Clone,
    {
        self.length += 1;
        let end = self.end.replace(id);
        let Some(node) = self.nodes.back_mut() else {
            return self.begin_node(id, fields);
        };
        let end = end.unwrap_or_else(|| node.last());
        let at = node.end();
        if node.append(end, id, fields, limits) {
            self.marks.note(node, at, end);
        } else {
            self.begin_node(id, fields);
        }
    }

    /// Adds an entry in a node of its own.
    #[cold]
    fn begin_node<'f, I>(&mut self, id: StreamId, fields: &NewFields<I>)
    where
        I: Iterator<Item = &'f [u8]> + Clone,
    {
        let mut full = self.nodes.back_mut();
        if let Some(node) = &mut full {
            node.close();
        }
        let node = Node::new(id, fields, full.as_deref());
        self.nodes.push_back(node);
        self.marks.clear();
    }

    /// The number of the node that an id is in if it is there: the last one that begins with it or a lesser one, or else 0.
    pub(super) fn node_of(&self, id: StreamId) -> usize {
        match self.nodes.back() {
            Some(last) if last.first <= id => self.nodes.len() - 1,
            _ => self.nodes.partition_point(|node| node.first <= id).saturating_sub(1),
        }
    }

    /// The places that are known in a node.
    pub(super) fn marks(&self, number: usize) -> &[Mark] {
        if number + 1 == self.nodes.len() { self.marks.get() } else { &[] }
    }

    /// The entries between two ids, both included, beginning with the least.
    pub(super) fn ascending(&self, from: StreamId, to: StreamId) -> Ascending<'_> {
        Ascending::new(self, from, to)
    }

    /// The entries between two ids, both included, beginning with the greatest.
    pub(super) fn descending(&self, from: StreamId, to: StreamId) -> Descending<'_> {
        Descending::new(self, from, to)
    }

    /// Removes an entry; whether it was there.
    pub(super) fn remove(&mut self, id: StreamId) -> bool {
        let number = self.node_of(id);
        let Some(node) = self.nodes.get_mut(number) else { return false };
        let found = node.walk().find(|found| found.entry.id >= id);
        let Some(found) = found.filter(|found| found.entry.id == id && !found.is_removed) else {
            return false;
        };
        let at = found.at;
        node.remove(at);
        self.length -= 1;
        if node.live == 0 {
            self.remove_node(number);
        }
        true
    }

    /// Forgets a node without entries.
    fn remove_node(&mut self, number: usize) {
        self.nodes[number].clear();
        self.empty += 1;
        if number + 1 == self.nodes.len() {
            self.end = None;
            self.marks.clear();
        }
        self.drop_empty_ends();
        // Places are closed up before a look passes many, and not so often that it is much work for each.
        if self.empty * self.empty > self.nodes.len() {
            self.nodes.retain(|node| node.live > 0);
            self.empty = 0;
        }
        self.shrink();
    }

    /// How many entries the first node has, if there is one.
    pub(super) fn first_node_len(&self) -> Option<u64> {
        self.nodes.front().map(|node| u64::from(node.live))
    }

    /// Whether all entries of the first node, removed ones included, have lesser ids.
    pub(super) fn first_node_is_before(&self, id: StreamId) -> bool {
        let Some(node) = self.nodes.front() else { return false };
        let next_is_before = self.nodes.get(1).is_some_and(|next| next.first <= id);
        node.first < id && (next_is_before || node.last() < id)
    }

    /// Removes the first node with its entries.
    pub(super) fn remove_first_node(&mut self) {
        if let Some(node) = self.nodes.front() {
            self.length -= u64::from(node.live);
            self.remove_node(0);
        }
    }

    fn drop_empty_ends(&mut self) {
        while self.nodes.front().is_some_and(|node| node.live == 0) {
            self.nodes.pop_front();
            self.empty -= 1;
        }
        while self.nodes.back().is_some_and(|node| node.live == 0) {
            self.nodes.pop_back();
            self.empty -= 1;
        }
    }

    fn shrink(&mut self) {
        let room = self.nodes.capacity();
        if room > SMALL_ROOM && self.nodes.len() < room / ROOM_KEPT {
            self.nodes.shrink_to(room / 2);
        }
    }

    /// Removes entries of the first node from its first on, as long as `is_wanted` says so; how many.
    pub(super) fn remove_first(&mut self, mut is_wanted: impl FnMut(StreamId) -> bool) -> u64 {
        let Some(node) = self.nodes.front_mut() else { return 0 };
        let wanted = node.walk().filter(|found| !found.is_removed);
        let wanted = wanted.take_while(|found| is_wanted(found.entry.id));
        let places: Vec<usize> = wanted.map(|found| found.at).collect();
        for &at in &places {
            node.remove(at);
        }
        let count = places.len() as u64;
        self.length -= count;
        if node.live == 0 {
            self.remove_node(0);
        }
        count
    }
}
