//! Finding the patterns that match a channel.

use std::cell::RefCell;

use fanfare_stdx::glob::{self, Token};

use super::index::{PatternId, PatternIndex};
use super::node::{Label, Link, Node, Target};

thread_local! {
    /// Kept between matches because its sets are as long as the index has nodes and patterns, an
    /// eighth of a byte for each.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Small numbers, each once, in the order in which they came.
#[derive(Debug, Default)]
struct OrderedSet {
    members: Vec<u32>,
    bits: Vec<u64>,
}

impl OrderedSet {
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

    fn clear(&mut self) {
        for number in self.members.drain(..) {
            self.bits[number as usize / 64] = 0;
        }
    }
}

/// A node that the bytes read so far lead to, once so many more are read: the rest of its skip,
/// which was compared already.
#[derive(Clone, Copy, Debug)]
struct Active {
    node: u32,
    wait: usize,
}

/// What a match keeps while it reads a channel.
#[derive(Debug, Default)]
struct Scratch {
    /// Nodes that the bytes read so far lead to.
    active: Vec<Active>,
    /// Nodes that one byte more leads to.
    next: Vec<Active>,
    /// Nodes after a run that was reached: every further byte may be the end of the run.
    stars: OrderedSet,
    /// Patterns whose tail was matched from a run on: the first place is the best for that, others
    /// can't change it.
    settled: OrderedSet,
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
            std::mem::swap(&mut self.scratch.active, &mut self.scratch.next);
            let stars = self.scratch.stars.members.len();
            if stars == 0 && self.scratch.active.is_empty() {
                break;
            }
            // Stars reached at this byte are asked from the next one on, so the end is fixed
            // before.
            for place in 0..stars {
                self.step(self.scratch.stars.members[place], *byte, position + 1);
            }
            for place in 0..self.scratch.active.len() {
                let Active { node, wait } = self.scratch.active[place];
                match wait {
                    0 => self.step(node, *byte, position + 1),
                    1 => self.arrive(node, position + 1),
                    _ => self.scratch.next.push(Active { node, wait: wait - 1 }),
                }
            }
            self.scratch.active.clear();
        }
        for place in 0..self.scratch.next.len() {
            self.end(self.scratch.next[place].node);
        }
        self.scratch.active.clear();
        self.scratch.next.clear();
        self.scratch.stars.clear();
        self.scratch.settled.clear();
    }

    /// Follows the edges that a byte takes from a node; `position` is that of the byte after it.
    fn step(&mut self, node: u32, byte: u8, position: usize) {
        let node = self.index.node(node);
        self.follow(node.byte(byte), position);
        for edge in node.others() {
            let takes = match edge.label.class_number() {
                Some(class) => self.index.classes.contains(class, byte),
                None => edge.label == Label::ANY_BYTE,
            };
            if takes {
                self.follow(edge.link, position);
            }
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
                    self.scratch.next.push(Active { node, wait: skip.len() });
                }
            }
        }
    }

    /// Reaches a node whose skip is behind the channel's `position`.
    fn arrive(&mut self, node: u32, position: usize) {
        self.scratch.next.push(Active { node, wait: 0 });
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
            Some(Target::Node(star)) => self.star(star),
        }
    }

    /// Reaches the node after a run, which counts for the first time alone.
    fn star(&mut self, star: u32) {
        let is_new = self.scratch.stars.insert(star);
        if is_new {
            // A pattern that ends in a run matches whatever follows.
            self.end(star);
        }
    }

    /// Matches the rest of the channel with the tail of each pattern that a link leads to.
    fn tails(&mut self, first: u32, position: usize) {
        for number in self.index.twins(first) {
            self.tail(number, position);
        }
    }

    /// Matches the rest of the channel with the tail of a pattern.
    fn tail(&mut self, number: u32, mut position: usize) {
        let entry = self.index.entry(number);
        let mut tokens = glob::tokens(&entry.text[entry.tail..]);
        while let Some(token) = tokens.next() {
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
