//! The set of patterns and the trie that holds it.

use super::class::Classes;
use super::node::{Label, Link, Node, Target};
use super::step::{Step, Steps, is_hopeless, offset_after};

/// Names a pattern of an index for as long as it stays in it: a small number, used again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatternId(u32);

impl PatternId {
    pub(super) fn of(number: u32) -> Self {
        Self(number)
    }

    /// The number as an index into a table of the owner's, parallel to the index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// No pattern follows.
const NO_TWIN: u32 = u32::MAX;

/// A pattern of the set.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) text: Box<[u8]>,
    /// Where the part of the text begins that no node stands for; kept for the first of twins
    /// alone.
    pub(super) tail: usize,
    /// The next of the patterns with the same steps in another spelling, as `**` and `*`.
    twin: u32,
    /// It has more stars than a pattern may have to match anything.
    pub(super) hopeless: bool,
}

/// A set of glob patterns that tells which of them match a channel.
///
/// A pattern of a large set takes some 75 to 90 bytes, its text included, and a match 0.05 to 0.6 µs
/// among 100,000 patterns (`cargo bench -p fanfare-pubsub --bench patterns`).
#[derive(Debug, Default)]
pub struct PatternIndex {
    entries: Vec<Option<Entry>>,
    free_entries: Vec<u32>,
    nodes: Vec<Node>,
    free_nodes: Vec<u32>,
    classes: Classes,
    /// Where all patterns begin.
    root: Link,
    generation: u64,
}

/// Numbers of the parts of an index.
#[cfg(test)]
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) patterns: usize,
    pub(super) nodes: usize,
    pub(super) classes: usize,
}

/// Where a link is kept: in the root, or in a node under a label.
#[derive(Clone, Copy)]
enum Place {
    Root,
    Edge { node: u32, label: Label },
}

impl PatternIndex {
    /// Adds a pattern, or finds it. Costs its length in lookups.
    pub fn insert(&mut self, pattern: &[u8]) -> PatternId {
        let mut steps = Steps::of(pattern);
        let mut place = Place::Root;
        loop {
            match self.link(place).target() {
                None => {
                    let number = self.add_entry(pattern, steps.offset());
                    self.set_link(place, Link::pattern(number));
                    return PatternId(number);
                }
                Some(Target::Pattern(first)) => {
                    if self.has_tail(first, &pattern[steps.offset()..]) {
                        return PatternId(self.find_or_add_twin(first, pattern));
                    }
                    let node = self.push_down(first);
                    self.set_link(place, Link::node(node));
                }
                Some(Target::Node(node)) => {
                    let label = steps.next().map_or(Label::END, |step| self.make_label(node, step));
                    place = Place::Edge { node, label };
                }
            }
        }
    }

    /// The number of a pattern of the set.
    pub fn find(&self, pattern: &[u8]) -> Option<PatternId> {
        let first = self.walk(pattern, |_| ())?;
        self.twins(first).find(|number| *self.entry(*number).text == *pattern).map(PatternId)
    }

    /// Takes a pattern out of the set; its number is free from now on. Returns the number it had.
    pub fn remove(&mut self, pattern: &[u8]) -> Option<PatternId> {
        let id = self.find(pattern)?;
        let mut places = Vec::new();
        let first = self.walk(pattern, |place| places.push(place))?;
        match self.unlink_twin(first, id.0) {
            Some(left) => self.settle(left, &places),
            None => self.prune(places),
        }
        self.entries[id.index()] = None;
        self.free_entries.push(id.0);
        self.generation += 1;
        Some(id)
    }

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

    pub(super) fn root(&self) -> Link {
        self.root
    }

    pub(super) fn node(&self, number: u32) -> &Node {
        &self.nodes[number as usize]
    }

    pub(super) fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The entry of a pattern that a link led to.
    pub(super) fn entry(&self, number: u32) -> &Entry {
        self.entries[number as usize].as_ref().expect("links lead to patterns of the set")
    }

    /// A pattern and all with the same steps after it.
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

    fn entry_mut(&mut self, number: u32) -> &mut Entry {
        self.entries[number as usize].as_mut().expect("links lead to patterns of the set")
    }

    fn link(&self, place: Place) -> Link {
        match place {
            Place::Root => self.root,
            Place::Edge { node, label } => self.node(node).link(label),
        }
    }

    fn set_link(&mut self, place: Place, link: Link) {
        match place {
            Place::Root => self.root = link,
            Place::Edge { node, label } => self.nodes[node as usize].set(label, link),
        }
    }

    /// Follows a pattern as far as it goes, telling each place passed; the first of the twins with
    /// its steps, if any.
    fn walk(&self, pattern: &[u8], mut pass: impl FnMut(Place)) -> Option<u32> {
        let mut steps = Steps::of(pattern);
        let mut place = Place::Root;
        loop {
            pass(place);
            match self.link(place).target()? {
                Target::Pattern(first) => {
                    return self.has_tail(first, &pattern[steps.offset()..]).then_some(first);
                }
                Target::Node(node) => {
                    let label = match steps.next() {
                        None => Label::END,
                        Some(step) => self.find_label(step)?,
                    };
                    place = Place::Edge { node, label };
                }
            }
        }
    }

    /// Whether the tail of a pattern has the same steps as `tail`.
    fn has_tail(&self, number: u32, tail: &[u8]) -> bool {
        let entry = self.entry(number);
        Steps::of(&entry.text[entry.tail..]).eq(Steps::of(tail))
    }

    /// The label of a step; none for a class that no edge has.
    fn find_label(&self, step: Step) -> Option<Label> {
        Some(match step {
            Step::Byte(byte) => Label::byte(byte),
            Step::AnyByte => Label::ANY_BYTE,
            Step::AnyRun => Label::ANY_RUN,
            Step::Class(set) => Label::class(self.classes.find(&set)?),
        })
    }

    /// The label of a step at a node, where the caller makes an edge with it if there is none.
    fn make_label(&mut self, node: u32, step: Step) -> Label {
        match (step, self.find_label(step)) {
            (Step::Class(set), None) => Label::class(self.classes.acquire(set)),
            (Step::Class(set), Some(label)) if self.node(node).link(label) == Link::NONE => {
                Label::class(self.classes.acquire(set))
            }
            (_, Some(label)) => label,
            (_, None) => unreachable!("a step without a class always has a label"),
        }
    }

    /// Makes a node that leads to a pattern by the first step of its tail, which gets shorter.
    fn push_down(&mut self, number: u32) -> u32 {
        let node = self.free_nodes.pop().unwrap_or_else(|| {
            self.nodes.push(Node::default());
            self.nodes.len() as u32 - 1
        });
        let entry = self.entry(number);
        let mut steps = Steps::of(&entry.text[entry.tail..]);
        let step = steps.next();
        let tail = entry.tail + steps.offset();
        let label = step.map_or(Label::END, |step| self.make_label(node, step));
        self.entry_mut(number).tail = tail;
        self.set_link(Place::Edge { node, label }, Link::pattern(number));
        node
    }

    fn add_entry(&mut self, pattern: &[u8], tail: usize) -> u32 {
        let hopeless = is_hopeless(pattern);
        let entry = Some(Entry { text: pattern.into(), tail, twin: NO_TWIN, hopeless });
        self.generation += 1;
        if let Some(number) = self.free_entries.pop() {
            self.entries[number as usize] = entry;
            return number;
        }
        self.entries.push(entry);
        self.entries.len() as u32 - 1
    }

    fn find_or_add_twin(&mut self, first: u32, pattern: &[u8]) -> u32 {
        let mut last = first;
        for number in self.twins(first) {
            if *self.entry(number).text == *pattern {
                return number;
            }
            last = number;
        }
        let number = self.add_entry(pattern, 0);
        self.entry_mut(last).twin = number;
        number
    }

    /// Takes a pattern out of its twins; the first of those left.
    fn unlink_twin(&mut self, first: u32, gone: u32) -> Option<u32> {
        let after = self.entry(gone).twin;
        let before = self.twins(first).find(|number| self.entry(*number).twin == gone);
        match before {
            Some(before) => {
                self.entry_mut(before).twin = after;
                Some(first)
            }
            None => (after != NO_TWIN).then_some(after),
        }
    }

    /// Puts a pattern at the end of a path of its own steps.
    fn settle(&mut self, number: u32, places: &[Place]) {
        let Some(last) = places.last() else { return };
        let tail = offset_after(&self.entry(number).text, places.len() - 1);
        self.entry_mut(number).tail = tail;
        self.set_link(*last, Link::pattern(number));
    }

    /// Takes the link at the end of a path away, and the nodes that lead to no more than one
    /// pattern then.
    fn prune(&mut self, mut places: Vec<Place>) {
        let Some(Place::Edge { node, label }) = places.pop() else {
            self.root = Link::NONE;
            return;
        };
        self.remove_edge(node, label);
        let mut left = None;
        while let Some(place) = places.last().copied()
            && let Some(Target::Node(node)) = self.link(place).target()
            && let Some(edge) = self.node(node).only_edge()
            && let Some(Target::Pattern(number)) = edge.link.target()
        {
            self.remove_edge(node, edge.label);
            self.nodes[node as usize] = Node::default();
            self.free_nodes.push(node);
            self.set_link(place, edge.link);
            places.pop();
            left = Some((number, places.len()));
        }
        if let Some((number, steps)) = left {
            self.entry_mut(number).tail = offset_after(&self.entry(number).text, steps);
        }
    }

    fn remove_edge(&mut self, node: u32, label: Label) {
        self.nodes[node as usize].remove(label);
        if let Some(number) = label.class_number() {
            self.classes.release(number);
        }
    }
}
