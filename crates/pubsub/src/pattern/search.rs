//! Finding the patterns that match a channel.

#[cfg(test)]
use std::cell::Cell;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fanfare_stdx::glob::{self, Token};

use super::index::{PatternId, PatternIndex};
use super::node::{Label, Link, Node, Target};

thread_local! {
    /// Kept between matches because its sets are as long as the index has nodes and patterns, an
    /// eighth of a byte for each.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[cfg(test)]
thread_local! {
    /// How often matches on this thread have tried a node or a step of a tail at a byte.
    pub(super) static TRIALS: Cell<usize> = Cell::default();
}

fn note_trial() {
    #[cfg(test)]
    TRIALS.set(TRIALS.get() + 1);
}

/// Small numbers, each once.
#[derive(Debug, Default)]
struct NumberSet {
    members: Vec<u32>,
    bits: Vec<u64>,
}

impl NumberSet {
    /// Adds a number; whether it is new.
    fn insert(&mut self, number: u32) -> bool {
        let (word, bit) = (number as usize / 64, 1 << (number % 64));
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        let is_new = self.bits[word] & bit == 0;
        if is_new {
            self.bits[word] |= bit;
            self.members.push(number);
        }
        is_new
    }

    fn contains(&self, number: u32) -> bool {
        let word = self.bits.get(number as usize / 64);
        word.is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    fn clear(&mut self) {
        for number in self.members.drain(..) {
            self.bits[number as usize / 64] = 0;
        }
    }
}

/// What a match keeps while it reads a channel.
#[derive(Debug, Default)]
struct Scratch {
    /// Nodes that the bytes read so far lead to.
    active: Vec<u32>,
    /// Nodes that one byte more leads to.
    next: Vec<u32>,
    /// Nodes that a position in the channel leads to, up to which all was compared already, the
    /// nearest first.
    ahead: BinaryHeap<Reverse<(usize, u32)>>,
    /// Nodes after a run that was reached, each once.
    reached: NumberSet,
    /// Those of them from which every further byte is tried as the end of the run.
    stars: Vec<u32>,
    /// Patterns whose tail was matched from a run on: the first place is the best for that, others
    /// can't change it.
    settled: NumberSet,
}

impl PatternIndex {
    /// Appends the patterns that match all of `channel` to `found`, in no particular order, each
    /// once.
    pub fn matches(&self, channel: &[u8], found: &mut Vec<PatternId>) {
        SCRATCH.with_borrow_mut(|scratch| {
            Search { index: self, channel, scratch, found }.run();
        });
    }
}

struct Search<'a> {
    index: &'a PatternIndex,
    channel: &'a [u8],
    scratch: &'a mut Scratch,
    found: &'a mut Vec<PatternId>,
}

impl Search<'_> {
    fn run(mut self) {
        if self.channel.is_empty() {
            // Not even `*` matches the empty channel.
            self.found.extend(self.index.find(b""));
            return;
        }
        self.follow(self.index.root, 0);
        for (position, byte) in self.channel.iter().enumerate() {
            self.arrivals(position);
            std::mem::swap(&mut self.scratch.active, &mut self.scratch.next);
            let Scratch { active, stars, ahead, .. } = &self.scratch;
            if stars.is_empty() && active.is_empty() && ahead.is_empty() {
                break;
            }
            // Stars reached at this byte are asked from the next one on, so the end is fixed
            // before.
            for place in 0..stars.len() {
                self.step(self.scratch.stars[place], *byte, position + 1);
            }
            for place in 0..self.scratch.active.len() {
                self.step(self.scratch.active[place], *byte, position + 1);
            }
            self.scratch.active.clear();
        }
        self.arrivals(self.channel.len());
        for place in 0..self.scratch.next.len() {
            self.end(self.scratch.next[place]);
        }
        self.scratch.active.clear();
        self.scratch.next.clear();
        self.scratch.reached.clear();
        self.scratch.stars.clear();
        self.scratch.settled.clear();
    }

    /// Reaches the nodes that lie at a position.
    fn arrivals(&mut self, position: usize) {
        while let Some(&Reverse((nearest, node))) = self.scratch.ahead.peek()
            && nearest == position
        {
            self.scratch.ahead.pop();
            self.arrive(node, position);
        }
    }

    /// Follows the edges that a byte takes from a node; `position` is that of the byte after it.
    fn step(&mut self, node: u32, byte: u8, position: usize) {
        note_trial();
        let node = self.index.node(node);
        self.follow(node.byte(byte), position);
        for edge in node.others() {
            if self.takes(edge.label, byte) {
                self.follow(edge.link, position);
            }
        }
    }

    /// Whether an edge stands for this one byte.
    fn takes(&self, label: Label, byte: u8) -> bool {
        match label.class_number() {
            Some(class) => self.index.classes.contains(class, byte),
            None => label == Label::ANY_BYTE || label == Label::byte(byte),
        }
    }

    /// Reaches what a link leads to, with the channel read up to `position`.
    fn follow(&mut self, link: Link, position: usize) {
        match link.target() {
            None => {}
            Some(Target::Pattern(first)) => self.tails(first, position),
            Some(Target::Node(node)) => {
                let skip = &self.index.node(node).skip;
                if skip.is_empty() {
                    self.arrive(node, position);
                } else if self.channel[position..].starts_with(skip) {
                    self.scratch.ahead.push(Reverse((position + skip.len(), node)));
                }
            }
        }
    }

    /// Reaches a node whose skip is behind the channel's `position`.
    fn arrive(&mut self, node: u32, position: usize) {
        self.scratch.next.push(node);
        self.run_after(self.index.node(node), position);
    }

    /// Reaches the run after a node, if it has one.
    fn run_after(&mut self, node: &Node, position: usize) {
        match node.link(Label::ANY_RUN).target() {
            None => {}
            Some(Target::Pattern(first)) => {
                for number in self.index.twins(first) {
                    self.run_tail(number, self.index.entry(number).tail, position);
                }
            }
            Some(Target::Node(star)) => self.star(star, position),
        }
    }

    /// Reaches the node after a run, which counts for the first time alone.
    fn star(&mut self, star: u32, position: usize) {
        if !self.scratch.reached.insert(star) {
            return;
        }
        // A pattern that ends in a run matches whatever follows.
        self.end(star);
        match self.only_way(star) {
            None => self.scratch.stars.push(star),
            // As in a single pattern, the first place where the way fits is the best for all that
            // follows, and no other need be tried.
            Some(last) => {
                for place in position..self.channel.len() {
                    note_trial();
                    if let Some(end) = self.pass(star, last, place) {
                        self.scratch.ahead.push(Reverse((end, last)));
                        break;
                    }
                }
            }
        }
    }

    /// The last node before the next run, if all patterns that go on from a node after a run go
    /// there.
    fn only_way(&self, star: u32) -> Option<u32> {
        let mut last = star;
        let mut edge = self.index.node(star).only_way_on()?;
        while edge.label != Label::ANY_RUN {
            let Target::Node(node) = edge.link.target()? else { return None };
            last = node;
            edge = self.index.node(node).only_edge()?;
        }
        Some(last)
    }

    /// Where the only way from a node to the last one on it ends that begins at a position, if the
    /// channel has its bytes there.
    fn pass(&self, mut node: u32, last: u32, mut position: usize) -> Option<usize> {
        while node != last {
            let edge = self.index.node(node).only_way_on()?;
            let Target::Node(next) = edge.link.target()? else { return None };
            let skip = &*self.index.node(next).skip;
            let [byte, after @ ..] = &self.channel[position..] else { return None };
            if !self.takes(edge.label, *byte) || !after.starts_with(skip) {
                return None;
            }
            node = next;
            position += 1 + skip.len();
        }
        Some(position)
    }

    /// Matches the rest of the channel with the tail of each pattern that a link leads to.
    fn tails(&mut self, first: u32, position: usize) {
        for number in self.index.twins(first) {
            self.tail(number, position);
        }
    }

    /// Matches the rest of the channel with the tail of a pattern.
    fn tail(&mut self, number: u32, mut position: usize) {
        if self.scratch.settled.contains(number) {
            return;
        }
        let entry = self.index.entry(number);
        let mut tokens = glob::tokens(&entry.text[entry.tail..]);
        while let Some(token) = tokens.next() {
            note_trial();
            if token == Token::AnyRun {
                self.run_tail(number, entry.text.len() - tokens.rest().len(), position);
                return;
            }
            if !self.channel.get(position).is_some_and(|byte| token.accepts(*byte)) {
                return;
            }
            position += 1;
        }
        if position == self.channel.len() {
            self.report(number);
        }
    }

    /// Matches the rest of the channel with a run and what follows it in a pattern's text from
    /// `offset` on.
    fn run_tail(&mut self, number: u32, offset: usize, position: usize) {
        if !self.scratch.settled.insert(number) {
            return;
        }
        let text = &self.index.entry(number).text;
        let ends = offset == text.len();
        if ends || glob::matches(&text[offset - 1..], &self.channel[position..]) {
            self.report(number);
        }
    }

    /// Reports the patterns that end at a node.
    fn end(&mut self, node: u32) {
        if let Some(Target::Pattern(first)) = self.index.node(node).link(Label::END).target() {
            for number in self.index.twins(first) {
                self.report(number);
            }
        }
    }

    fn report(&mut self, number: u32) {
        if !self.index.entry(number).hopeless {
            self.found.push(PatternId(number));
        }
    }
}
