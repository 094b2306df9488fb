//! The set of patterns.

use super::class::Classes;
use super::node::{Link, Node};

/// Names a pattern of an index for as long as it stays in it: a small number, used again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatternId(pub(super) u32);

impl PatternId {
    /// The number as an index into a table of the owner's, parallel to the index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// No pattern follows.
pub(super) const NO_TWIN: u32 = u32::MAX;

/// A pattern of the set.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) text: Box<[u8]>,
    /// Where the part of the text begins that no node stands for.
    pub(super) tail: usize,
    /// The next of the patterns that the same link leads to.
    pub(super) twin: u32,
    /// It has more stars than a pattern may have to match anything.
    pub(super) hopeless: bool,
}

/// A set of glob patterns that tells which of them match a channel.
///
/// A pattern of a large set takes some 80 to 160 bytes, its text included, and a match 0.05 to 0.7 µs
/// among 100,000 patterns (`cargo bench -p fanfare-pubsub --bench patterns`).
#[derive(Debug, Default)]
pub struct PatternIndex {
    pub(super) entries: Vec<Option<Entry>>,
    pub(super) free_entries: Vec<u32>,
    pub(super) nodes: Vec<Node>,
    pub(super) free_nodes: Vec<u32>,
    pub(super) classes: Classes,
    /// Where all patterns begin.
    pub(super) root: Link,
    pub(super) generation: u64,
}

/// Numbers of the parts of an index.
#[cfg(test)]
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) patterns: usize,
    pub(super) nodes: usize,
    pub(super) classes: usize,
}

impl PatternIndex {
    /// The text of a pattern of the set.
    pub fn get(&self, id: PatternId) -> Option<&[u8]> {
        self.entries.get(id.index())?.as_ref().map(|entry| &*entry.text)
    }

    /// All patterns of the set, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (PatternId, &[u8])> {
        let numbered = (0..).map(PatternId).zip(&self.entries);
        numbered.filter_map(|(id, entry)| Some((id, &*entry.as_ref()?.text)))
    }

    /// How many patterns there are.
    pub fn len(&self) -> usize {
        self.entries.len() - self.free_entries.len()
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A number that is another after every change of the set, so that what was found before can be
    /// kept.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    pub(super) fn node(&self, number: u32) -> &Node {
        &self.nodes[number as usize]
    }

    /// The entry of a pattern that a link led to.
    pub(super) fn entry(&self, number: u32) -> &Entry {
        self.entries[number as usize].as_ref().expect("links lead to patterns of the set")
    }

    /// A pattern that a link led to, and all others that it leads to.
    pub(super) fn twins(&self, first: u32) -> impl Iterator<Item = u32> {
        let known = |number: u32| (number != NO_TWIN).then_some(number);
        std::iter::successors(Some(first), move |number| known(self.entry(*number).twin))
    }

    /// What the index is built of.
    #[cfg(test)]
    pub(super) fn shape(&self) -> Shape {
        Shape {
            patterns: self.len(),
            nodes: self.nodes.len() - self.free_nodes.len(),
            classes: self.classes.len(),
        }
    }
}
