//! Entries between two ids, from either end.

use std::collections::vec_deque;

use super::StreamId;
use super::entry::EntryRef;
use super::log::Log;
use super::marks::{Parts, STRIDE, walk_from};
use super::node::{Node, Walk};

/// Entries from a lesser id to a greater one.
#[derive(Debug)]
pub struct Ascending<'a> {
    walk: Option<Walk<'a>>,
    nodes: vec_deque::Iter<'a, Node>,
    from: StreamId,
    to: StreamId,
    /// How many entries the whole log has.
    log_length: u64,
}

impl<'a> Ascending<'a> {
    pub(super) fn new(log: &'a Log, from: StreamId, to: StreamId) -> Self {
        let number = log.node_of(from);
        let mut nodes = log.nodes.range(number..);
        let walk = nodes.next().map(|node| walk_from(node, log.marks(number), from));
        Self { walk, nodes, from, to, log_length: log.len() }
    }
}

impl<'a> Iterator for Ascending<'a> {
    type Item = EntryRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<EntryRef<'a>> {
        loop {
            let walk = self.walk.as_mut()?;
            for found in walk {
                if found.entry.id > self.to {
                    self.walk = None;
                    return None;
                }
                if found.entry.id >= self.from && !found.is_removed {
                    return Some(found.entry);
                }
            }
            self.walk = self.nodes.next().filter(|node| node.first <= self.to).map(Node::walk);
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.log_length as usize))
    }
}

/// Entries from a greater id to a lesser one. Entries are found forwards only, so it looks at a part of a node at a time: at
/// those between the marks of the last node, and at the whole of others.
#[derive(Debug)]
pub struct Descending<'a> {
    /// Those of the current part, the next one last.
    entries: Vec<EntryRef<'a>>,
    /// The other parts of the current node.
    parts: Parts<'a>,
    nodes: vec_deque::Iter<'a, Node>,
    from: StreamId,
    to: StreamId,
    /// How many entries the whole log has.
    log_length: u64,
}

impl<'a> Descending<'a> {
    pub(super) fn new(log: &'a Log, from: StreamId, to: StreamId) -> Self {
        let number = log.node_of(to);
        let mut nodes = log.nodes.range(..(number + 1).min(log.nodes.len()));
        Self {
            entries: Vec::with_capacity(STRIDE as usize),
            parts: Parts::new(nodes.next_back(), log.marks(number)),
            nodes,
            from,
            to,
            log_length: log.len(),
        }
    }

    /// Takes note of the wanted entries of a part.
    fn read(&mut self, part: Walk<'a>) {
        for found in part {
            if found.entry.id > self.to {
                break;
            }
            if found.entry.id < self.from {
                // What comes before it is less.
                self.parts = Parts::new(None, &[]);
                self.nodes = vec_deque::Iter::default();
            } else if !found.is_removed {
                self.entries.push(found.entry);
            }
        }
    }
}

impl<'a> Iterator for Descending<'a> {
    type Item = EntryRef<'a>;

    fn next(&mut self) -> Option<EntryRef<'a>> {
        loop {
            if let Some(entry) = self.entries.pop() {
                return Some(entry);
            }
            match self.parts.next() {
                Some(part) => self.read(part),
                None => self.parts = Parts::new(Some(self.nodes.next_back()?), &[]),
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.log_length as usize))
    }
}
