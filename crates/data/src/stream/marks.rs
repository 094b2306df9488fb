//! Places in the last node of a log, so that nobody who looks for its last entries has to read it from its first on.

use super::StreamId;
use super::node::{Mark, Node, Walk};

/// Entries from a mark to the next. Many entries mean less memory, and longer ways to an entry.
pub(super) const STRIDE: u32 = 16;

/// Some places in one node, in order. Only nodes of more than [`STRIDE`] entries have any, and only the last node of a log.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks(Vec<Mark>);

impl Marks {
    /// Takes note of an entry that was added to the node at an offset, behind the entry with the id `last`.
    #[inline]
    pub(super) fn note(&mut self, node: &Node, at: usize, last: StreamId) {
        if node.total() % STRIDE == 1 {
            // A node with several entries is not longer than `NODE_BYTES_MAX`.
            self.0.push(Mark { at: at as u32, last });
        }
    }

    /// Forgets all, for another node is the last.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// All, in order.
    pub(super) fn get(&self) -> &[Mark] {
        &self.0
    }

    /// Memory that they take, in bytes.
    pub(super) fn own_bytes(&self) -> usize {
        self.0.capacity() * size_of::<Mark>()
    }
}

/// The entries of a node from the first that may have a given id on, found by its marks.
pub(super) fn walk_from<'a>(node: &'a Node, marks: &[Mark], from: StreamId) -> Walk<'a> {
    let behind = marks.partition_point(|mark| mark.last < from);
    match behind.checked_sub(1) {
        Some(index) => node.walk_from(marks[index]),
        None => node.walk(),
    }
}

/// The parts of a node between its marks, the last one first.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    /// None once all parts were given.
    node: Option<&'a Node>,
    /// Marks before parts that were not given yet.
    marks: &'a [Mark],
    /// Where those end.
    end: usize,
}

impl<'a> Parts<'a> {
    /// Those of a node with these marks, if there is one.
    pub(super) fn new(node: Option<&'a Node>, marks: &'a [Mark]) -> Self {
        Self { node, marks, end: node.map_or(0, Node::end) }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Walk<'a>;

    fn next(&mut self) -> Option<Walk<'a>> {
        let node = self.node?;
        let walk = match self.marks.split_last() {
            Some((mark, others)) => {
                self.marks = others;
                node.walk_from(*mark)
            }
            None => {
                self.node = None;
                node.walk()
            }
        };
        let end = std::mem::replace(&mut self.end, walk.at());
        Some(walk.until(end))
    }
}
