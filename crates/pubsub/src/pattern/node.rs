//! The nodes of the trie: labelled links to other nodes or to patterns.

/// Edges of bytes that a node keeps in a sorted list; one with more gets a table with a place for
/// every byte.
const LISTED_EDGES_MAX: usize = 24;
/// A table goes back to a list below this, well under the limit so that a set going up and down
/// does not flap.
const TABLE_EDGES_MIN: usize = 12;
const _: () = assert!(TABLE_EDGES_MIN < LISTED_EDGES_MAX);

/// What an edge stands for: a byte, any byte, a run, the end of the pattern, or a class by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Label(u32);

impl Label {
    pub(super) const ANY_BYTE: Label = Label(256);
    pub(super) const ANY_RUN: Label = Label(257);
    pub(super) const END: Label = Label(258);
    const FIRST_CLASS: u32 = 259;

    pub(super) fn byte(byte: u8) -> Self {
        Label(u32::from(byte))
    }

    pub(super) fn class(number: u32) -> Self {
        Label(Self::FIRST_CLASS + number)
    }

    /// The number of the class that this label stands for.
    pub(super) fn class_number(self) -> Option<u32> {
        self.0.checked_sub(Self::FIRST_CLASS)
    }

    /// The byte that this label stands for.
    pub(super) fn as_byte(self) -> Option<u8> {
        u8::try_from(self.0).ok()
    }

    fn is_byte(self) -> bool {
        self < Self::ANY_BYTE
    }
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A node, by number.
    Node(u32),
    /// The first of the patterns that have all steps in common, by number.
    Pattern(u32),
}

/// A [`Target`], or none, in four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link(u32);

impl Link {
    pub(super) const NONE: Link = Link(u32::MAX);
    const PATTERN_BIT: u32 = 1 << 31;

    pub(super) fn node(number: u32) -> Self {
        debug_assert!(number < Self::PATTERN_BIT, "more nodes than links can name");
        Link(number)
    }

    pub(super) fn pattern(number: u32) -> Self {
        debug_assert!(number < Self::PATTERN_BIT - 1, "more patterns than links can name");
        Link(number | Self::PATTERN_BIT)
    }

    pub(super) fn target(self) -> Option<Target> {
        if self == Self::NONE {
            None
        } else if self.0 & Self::PATTERN_BIT != 0 {
            Some(Target::Pattern(self.0 & !Self::PATTERN_BIT))
        } else {
            Some(Target::Node(self.0))
        }
    }
}

impl Default for Link {
    fn default() -> Self {
        Self::NONE
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) label: Label,
    pub(super) link: Link,
}

/// The links of a node with many bytes, one for each byte.
#[derive(Debug)]
struct Table {
    links: [Link; 256],
    /// How many of `links` lead somewhere.
    used: usize,
}

/// A node, which owns its edges.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Bytes that come before the edges: a path without branches. Empty in a node after a run.
    pub(super) skip: Box<[u8]>,
    /// Sorted by label, bytes first; without those of bytes if there is a table.
    edges: Vec<Edge>,
    table: Option<Box<Table>>,
}

impl Node {
    /// Where the edge of a byte leads.
    pub(super) fn byte(&self, byte: u8) -> Link {
        match &self.table {
            Some(table) => table.links[usize::from(byte)],
            None => self.listed(Label::byte(byte)),
        }
    }

    /// Where the edge with a label leads.
    pub(super) fn link(&self, label: Label) -> Link {
        match &self.table {
            Some(table) if label.is_byte() => table.links[label.0 as usize],
            _ => self.listed(label),
        }
    }

    /// The edges whose labels are not bytes.
    pub(super) fn others(&self) -> &[Edge] {
        let bytes = self.edges.iter().rev().take_while(|edge| !edge.label.is_byte()).count();
        &self.edges[self.edges.len() - bytes..]
    }

    /// Makes the edge with a label lead to `link`.
    pub(super) fn set(&mut self, label: Label, link: Link) {
        if let Some(table) = &mut self.table
            && label.is_byte()
        {
            let old = std::mem::replace(&mut table.links[label.0 as usize], link);
            table.used += usize::from(old == Link::NONE);
            return;
        }
        match self.position(label) {
            Ok(position) => self.edges[position].link = link,
            Err(position) => {
                self.edges.insert(position, Edge { label, link });
                self.widen();
            }
        }
    }

    /// Takes an edge away, which must be there.
    pub(super) fn remove(&mut self, label: Label) {
        if let Some(table) = &mut self.table
            && label.is_byte()
        {
            table.links[label.0 as usize] = Link::NONE;
            table.used -= 1;
            self.narrow();
        } else if let Ok(position) = self.position(label) {
            self.edges.remove(position);
        }
    }

    /// Whether there is no edge.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_none() && self.edges.is_empty()
    }

    /// The only edge of a node that has no other.
    pub(super) fn only_edge(&self) -> Option<Edge> {
        match (&self.table, &self.edges[..]) {
            (None, [edge]) => Some(*edge),
            _ => None,
        }
    }

    /// The only edge of a node that has no other, but for the end of patterns.
    pub(super) fn only_way_on(&self) -> Option<Edge> {
        let mut ways = self.edges.iter().filter(|edge| edge.label != Label::END);
        match (&self.table, ways.next(), ways.next()) {
            (None, Some(edge), None) => Some(*edge),
            _ => None,
        }
    }

    fn listed(&self, label: Label) -> Link {
        self.position(label).map_or(Link::NONE, |position| self.edges[position].link)
    }

    fn position(&self, label: Label) -> Result<usize, usize> {
        self.edges.binary_search_by_key(&label, |edge| edge.label)
    }

    fn widen(&mut self) {
        let bytes = self.edges.len() - self.others().len();
        if bytes <= LISTED_EDGES_MAX {
            return;
        }
        let mut table = Box::new(Table { links: [Link::NONE; 256], used: bytes });
        for edge in self.edges.drain(..bytes) {
            table.links[edge.label.0 as usize] = edge.link;
        }
        self.edges.shrink_to_fit();
        self.table = Some(table);
    }

    fn narrow(&mut self) {
        let Some(table) = self.table.take_if(|table| table.used < TABLE_EDGES_MIN) else { return };
        let bytes = (0..=u8::MAX).zip(table.links).filter(|(_, link)| *link != Link::NONE);
        let bytes = bytes.map(|(byte, link)| Edge { label: Label::byte(byte), link });
        self.edges.splice(..0, bytes);
    }
}
