//! Entries between two ids, from either end.

use std::collections::vec_deque;

use super::StreamId;
use super::entry::EntryRef;
use super::log::Log;
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
        let mut nodes = log.nodes.range(log.node_of(from)..);
        Self { walk: nodes.next().map(Node::walk), nodes, from, to, log_length: log.len() }
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

/// Entries from a greater id to a lesser one. Entries of a node are found from its first on, so it looks at a whole node at a
/// time.
#[derive(Debug)]
pub struct Descending<'a> {
    /// Those of the current node, the next one last.
    entries: Vec<EntryRef<'a>>,
    nodes: vec_deque::Iter<'a, Node>,
    from: StreamId,
    to: StreamId,
    /// How many entries the whole log has.
    log_length: u64,
}

impl<'a> Descending<'a> {
    pub(super) fn new(log: &'a Log, from: StreamId, to: StreamId) -> Self {
        let behind = (log.node_of(to) + 1).min(log.nodes.len());
        Self {
            entries: Vec::new(),
            nodes: log.nodes.range(..behind),
            from,
            to,
            log_length: log.len(),
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
            let node = self.nodes.next_back()?;
            let (from, to) = (self.from, self.to);
            let wanted = node.walk().skip_while(|found| found.entry.id < from);
            let wanted = wanted.take_while(|found| found.entry.id <= to);
            let wanted = wanted.filter(|found| !found.is_removed);
            self.entries.extend(wanted.map(|found| found.entry));
            if node.first < from {
                self.nodes = vec_deque::Iter::default();
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.log_length as usize))
    }
}
