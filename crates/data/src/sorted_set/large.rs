//! The large form: members by hash, and in order.

use std::hash::BuildHasher;
use std::ops::Range;

use super::place::Place;
use super::tree::{Order, Slot, Slots, Tree};
use super::view::View;
use crate::dictionary::{Candidates, FetchStage, Hashed};
use crate::encoding::listpack::Element;
use crate::encoding::member::Member;

/// Members from which on places in the order are [fetched](SortedSet::fetch_order): with 100,000 a fetch cost more than it saved,
/// with a million it saved a quarter of `ZRANK`.
const FETCHED_ORDER_MIN: usize = 1 << 18;

/// A sorted set of any size: finds a member's score by its hash, and ranks and ranges in a tree.
#[derive(Debug, Default)]
pub struct SortedSet {
    hasher: foldhash::fast::RandomState,
    members: Hashed<Member>,
    tree: Tree,
}

impl Clone for SortedSet {
    fn clone(&self) -> Self {
        Self::of(View::Large(self).iter())
    }
}

impl SortedSet {
    /// A sorted set of these elements.
    pub fn of<'a>(elements: impl Iterator<Item = (Element<'a>, f64)>) -> Self {
        let mut set = Self::default();
        for (member, score) in elements {
            set.set(member.text(&mut itoa::Buffer::new()), score);
        }
        set
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.tree.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many members there are places for; see [`Hashed::places`].
    pub fn places(&self) -> usize {
        self.members.places()
    }

    /// Memory that its table takes beside what its members point to, in bytes; see [`Hashed::table_bytes`].
    pub fn table_bytes(&self) -> usize {
        self.members.table_bytes()
    }

    /// What each member takes in its allocation, in bytes.
    pub(crate) fn member_bytes(&self) -> impl Iterator<Item = usize> {
        self.members.iter().map(Member::allocated_bytes)
    }

    /// The hash of a member.
    pub(crate) fn hash(&self, member: &[u8]) -> u64 {
        self.hasher.hash_one(member)
    }

    /// Has one stage of what a look-up of a member's score will read fetched; see [`Hashed::fetch`].
    pub(crate) fn fetch(&self, hash: u64, stage: FetchStage, found: &mut Candidates) {
        self.members.fetch(hash, stage, found);
    }

    /// Has fetched what will be read where a member is in the order, and where it will be with a new score. All stages of its
    /// look-up have come. Does nothing for a set that is not very large.
    pub fn fetch_order(&self, hash: u64, member: &[u8], new_score: impl FnOnce() -> Option<f64>) {
        if self.len() < FETCHED_ORDER_MIN {
            return;
        }
        let old_score = self.members.get(hash, member).map(Member::score);
        for score in [old_score, new_score()].into_iter().flatten() {
            self.tree.fetch(Place::before(score, member));
        }
    }

    /// The score of a member.
    pub fn score(&self, member: &[u8]) -> Option<f64> {
        self.members.get(self.hasher.hash_one(member), member).map(Member::score)
    }

    /// How many elements are before a place.
    pub fn count_before(&self, place: Place<'_>) -> usize {
        self.tree.count_before(place)
    }

    pub(super) fn slots(&self, ranks: Range<usize>, order: Order) -> Slots<'_> {
        self.tree.range(ranks, order)
    }

    /// Calls `each` with the members and scores of a step of a scan; see [`Hashed::scan`].
    pub fn scan(&self, cursor: u64, count: usize, mut each: impl FnMut(&[u8], f64)) -> u64 {
        let hash_of = |member: &[u8]| self.hasher.hash_one(member);
        self.members.scan(cursor, count, hash_of, |member| each(member.bytes(), member.score()))
    }

    /// Gives a member a score, and adds it if it is not there.
    pub fn set(&mut self, member: &[u8], score: f64) {
        self.update(member, |_| Some(score));
    }

    /// As [`set`](Self::set), with the score that `decide` says when it has seen the old one, if there is one. With `None` all
    /// stays as it is.
    pub fn update(&mut self, member: &[u8], decide: impl FnOnce(Option<f64>) -> Option<f64>) {
        let hash = self.hasher.hash_one(member);
        if let Some(found) = self.members.get(hash, member) {
            let old = found.score();
            if let Some(score) = decide(Some(old)).filter(|&score| score != old) {
                self.tree.set_score(old, member, score);
                found.set_score(score);
            }
        } else if let Some(score) = decide(None) {
            let (first, second) = Member::pair(member, score);
            let hasher = &self.hasher;
            self.members.insert(hash, first, |key| hasher.hash_one(key));
            self.tree.insert(Slot { score, member: second });
        }
    }

    /// Takes a member out; its score.
    pub fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let found = self.members.remove(self.hasher.hash_one(member), member)?;
        let score = found.score();
        let rank = self.tree.count_before(Place::before(score, member));
        self.tree.remove(rank);
        Some(score)
    }

    /// Takes out the elements of these ranks.
    pub fn remove_range(&mut self, ranks: Range<usize>) {
        for _ in ranks.clone() {
            let slot = self.tree.remove(ranks.start);
            let member = slot.member.bytes();
            self.members.remove(self.hasher.hash_one(member), member);
        }
    }
}
