//! How patterns are put into the trie, found there and taken out.

use super::index::{Entry, NO_TWIN, PatternId, PatternIndex};
use super::node::{Label, Link, Node, Target};
use super::step::{Step, Steps, is_hopeless, offset_after};

/// Nodes on the way to a pattern, at most. Patterns that have more in common share a link, and are
/// tried one by one, so that two long patterns do not take a node for every byte.
const DEPTH_MAX: usize = 256;

/// Where a link is kept: in the root, or in a node under a label.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Edge { node: u32, label: Label },
}

impl Place {
    fn is_after_run(self) -> bool {
        matches!(self, Place::Edge { label: Label::ANY_RUN, .. })
    }
}

/// A place passed on the way to a pattern.
#[derive(Clone, Copy)]
struct Passed {
    place: Place,
    /// The steps of the pattern before it.
    steps: usize,
}

impl PatternIndex {
    /// Adds a pattern, or finds it. Costs its length in lookups.
    pub fn insert(&mut self, pattern: &[u8]) -> PatternId {
        let mut steps = Steps::of(pattern);
        let mut place = Place::Root;
        let mut depth = 0;
        loop {
            match self.link(place).target() {
                None => {
                    let number = self.add_entry(pattern, steps.offset());
                    self.set_link(place, Link::pattern(number));
                    return PatternId(number);
                }
                Some(Target::Pattern(first)) => {
                    let tail = steps.offset();
                    if depth >= DEPTH_MAX || self.has_tail(first, &pattern[tail..]) {
                        return PatternId(self.find_or_add_twin(first, pattern, tail));
                    }
                    let node = self.push_down(first, steps.clone(), place);
                    self.set_link(place, Link::node(node));
                }
                Some(Target::Node(node)) => {
                    let node = self.pass_skip(place, node, &mut steps);
                    let label = steps.next().map_or(Label::END, |step| self.make_label(node, step));
                    place = Place::Edge { node, label };
                    depth += 1;
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
        let mut passed = Vec::new();
        let first = self.walk(pattern, |place| passed.push(place))?;
        match (self.unlink_twin(first, id.0), passed.last()) {
            (Some(left), Some(last)) => self.set_link(last.place, Link::pattern(left)),
            _ => self.prune(passed),
        }
        self.entries[id.index()] = None;
        self.free_entries.push(id.0);
        self.generation += 1;
        Some(id)
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

    /// Follows a pattern as far as it goes, telling each place passed; the first of the patterns
    /// that it leads to.
    fn walk(&self, pattern: &[u8], mut pass: impl FnMut(Passed)) -> Option<u32> {
        let mut steps = Steps::of(pattern);
        let mut place = Place::Root;
        loop {
            pass(Passed { place, steps: steps.taken() });
            match self.link(place).target()? {
                Target::Pattern(first) => return Some(first),
                Target::Node(node) => {
                    if !self.node(node).skip.iter().all(|byte| steps.take_byte(*byte)) {
                        return None;
                    }
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

    /// Follows the skip of the node at `place` as far as a pattern goes along with it, and cuts it
    /// there. The node whose skip the pattern has passed.
    fn pass_skip(&mut self, place: Place, node: u32, steps: &mut Steps<'_>) -> u32 {
        let skip = &self.node(node).skip;
        let common = skip.iter().take_while(|byte| steps.take_byte(**byte)).count();
        if common == skip.len() {
            return node;
        }
        let mut skip = std::mem::take(&mut self.nodes[node as usize].skip).into_vec();
        let below = skip.split_off(common + 1);
        let label = skip.pop().map_or(Label::END, Label::byte);
        self.nodes[node as usize].skip = below.into();
        let upper = self.add_node(skip.into());
        self.nodes[upper as usize].set(label, Link::node(node));
        self.set_link(place, Link::node(upper));
        upper
    }

    /// Makes a node for `place` that leads to the patterns found there by the next step of their
    /// tails, which get shorter. `other` are the steps of a pattern that will be added to it: bytes
    /// that both have in common become its skip.
    fn push_down(&mut self, first: u32, mut other: Steps<'_>, place: Place) -> u32 {
        let entry = self.entry(first);
        let mut steps = Steps::of(&entry.text[entry.tail..]);
        let mut skip = Vec::new();
        if !place.is_after_run() {
            while let Some(Step::Byte(byte)) = other.next()
                && steps.take_byte(byte)
            {
                skip.push(byte);
            }
        }
        let step = steps.next();
        let taken = steps.taken();
        let node = self.add_node(skip.into());
        let label = step.map_or(Label::END, |step| self.make_label(node, step));
        self.nodes[node as usize].set(label, Link::pattern(first));
        self.set_tails(first, |entry| entry.tail + offset_after(&entry.text[entry.tail..], taken));
        node
    }

    fn set_tails(&mut self, first: u32, tail: impl Fn(&Entry) -> usize) {
        let mut number = first;
        while number != NO_TWIN {
            let entry = self.entry_mut(number);
            entry.tail = tail(entry);
            number = entry.twin;
        }
    }

    fn add_node(&mut self, skip: Box<[u8]>) -> u32 {
        let mut node = Node::default();
        node.skip = skip;
        if let Some(number) = self.free_nodes.pop() {
            self.nodes[number as usize] = node;
            return number;
        }
        self.nodes.push(node);
        self.nodes.len() as u32 - 1
    }

    fn free_node(&mut self, number: u32) {
        self.nodes[number as usize] = Node::default();
        self.free_nodes.push(number);
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

    fn find_or_add_twin(&mut self, first: u32, pattern: &[u8], tail: usize) -> u32 {
        let mut last = first;
        for number in self.twins(first) {
            if *self.entry(number).text == *pattern {
                return number;
            }
            last = number;
        }
        let number = self.add_entry(pattern, tail);
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

    /// Takes the link at the end of a way away, and the nodes that lead nowhere then.
    fn prune(&mut self, mut passed: Vec<Passed>) {
        while let Some(Passed { place, .. }) = passed.pop() {
            let Place::Edge { node, label } = place else {
                self.root = Link::NONE;
                return;
            };
            self.remove_edge(node, label);
            if !self.node(node).is_empty() {
                break;
            }
            self.free_node(node);
        }
        self.tighten(passed);
    }

    /// Takes away the nodes at the end of a way that do not branch any more.
    fn tighten(&mut self, mut passed: Vec<Passed>) {
        let mut left = None;
        while let Some(Passed { place, steps }) = passed.pop()
            && let Some(Target::Node(node)) = self.link(place).target()
            && let Some(edge) = self.node(node).only_edge()
        {
            match (edge.link.target(), edge.label.as_byte()) {
                (Some(Target::Pattern(first)), _) if self.are_twins(first) => {
                    self.remove_edge(node, edge.label);
                    left = Some((first, steps));
                }
                (Some(Target::Node(child)), Some(byte)) if !place.is_after_run() => {
                    let above = std::mem::take(&mut self.nodes[node as usize].skip);
                    let below = &mut self.nodes[child as usize].skip;
                    *below = [&above[..], &[byte], &below[..]].concat().into();
                }
                _ => break,
            }
            self.free_node(node);
            self.set_link(place, edge.link);
        }
        if let Some((first, steps)) = left {
            self.set_tails(first, |entry| offset_after(&entry.text, steps));
        }
    }

    /// Whether patterns with the same link have the same steps to their ends.
    fn are_twins(&self, first: u32) -> bool {
        let tail = |number| {
            let entry = self.entry(number);
            &entry.text[entry.tail..]
        };
        self.twins(first).skip(1).all(|number| self.has_tail(first, tail(number)))
    }

    fn remove_edge(&mut self, node: u32, label: Label) {
        self.nodes[node as usize].remove(label);
        if let Some(number) = label.class_number() {
            self.classes.release(number);
        }
    }
}
