//! Members at random.

use std::collections::HashSet;

use fanfare_stdx::random::Random;

use super::{NewSet, Set, SetLimits};
use crate::encoding::buffer::InlineValue;
use crate::encoding::intset;
use crate::encoding::listpack::{self, Element};
use crate::object::{INTEGER_SET, KeyEntry, Object, PACKED_SET};

/// A part of a table's members that is at least one in so many is found by a walk over all; a smaller one is drawn.
const DRAWN_PART: usize = 3;
/// If so many times the members that stay are no more than those that go, the set is built anew. (Redis does so too, and it shows
/// in the form that the set has then.)
const REBUILT_PART: usize = 5;

/// Limits that nothing exceeds.
const UNLIMITED: SetLimits =
    SetLimits { integers: usize::MAX, packed: usize::MAX, packed_bytes: usize::MAX };

impl<'a> Set<'a> {
    /// A member, every one as likely.
    pub fn random(self, random: &mut Random) -> Option<Element<'a>> {
        if self.is_empty() {
            return None;
        }
        match self {
            Self::Integers(set) => Some(Element::Integer(set.get(random.below(set.len())))),
            Self::Packed(set) => {
                set.nth(random.below(set.len()) as i64).map(|offset| set.get(offset))
            }
            Self::Table(set) => {
                set.random(random.next_u64()).map(|entry| Element::Bytes(entry.key()))
            }
        }
    }

    /// Calls `each` with so many distinct members, or with all if there are no more: every choice is as likely.
    pub fn sample(self, count: usize, random: &mut Random, mut each: impl FnMut(Element<'a>)) {
        match self {
            Self::Table(set) if count.saturating_mul(DRAWN_PART) <= set.len() => {
                let mut drawn = HashSet::new();
                while drawn.len() < count {
                    let Some(entry) = set.random(random.next_u64()) else { return };
                    if drawn.insert(entry.key()) {
                        each(Element::Bytes(entry.key()));
                    }
                }
            }
            _ => {
                let mut choice = Choice::of(count, self.len());
                self.iter().filter(|_| choice.next(random)).for_each(each);
            }
        }
    }

    /// Calls `each` so many times with a member at random, unless there is none.
    pub fn draw(self, count: usize, random: &mut Random, mut each: impl FnMut(Element<'a>)) {
        if let (Self::Packed(_), 2..) = (self, count) {
            // Counting off the members again and again would take longer.
            let members: Vec<_> = self.iter().collect();
            (0..count).for_each(|_| each(*random.choose(&members)));
            return;
        }
        for _ in 0..count {
            let Some(member) = self.random(random) else { return };
            each(member);
        }
    }
}

/// Chooses some of a known number of things that come one after the other.
struct Choice {
    /// How many are still to be chosen.
    wanted: usize,
    /// How many things are still to come.
    left: usize,
}

impl Choice {
    fn of(wanted: usize, left: usize) -> Self {
        Self { wanted, left }
    }

    /// Whether the next thing is among the chosen.
    fn next(&mut self, random: &mut Random) -> bool {
        let is_chosen = random.below(self.left) < self.wanted;
        self.left -= 1;
        self.wanted -= usize::from(is_chosen);
        is_chosen
    }
}

/// Takes a member at random out of an entry's set and calls `each` with it, unless there is none.
pub fn pop(entry: &mut KeyEntry, random: &mut Random, each: impl FnOnce(Element<'_>)) {
    if let Some(Object::Set(members)) = entry.object_mut() {
        if let Some(member) = members.remove_random(random.next_u64()) {
            each(Element::Bytes(member.key()));
        }
        return;
    }
    match Set::of(entry.value()) {
        Some(Set::Integers(set)) if !set.is_empty() => {
            let integer = set.get(random.below(set.len()));
            each(Element::Integer(integer));
            if let Some(mut integers) = InlineValue::of(entry, INTEGER_SET) {
                intset::remove(&mut integers, integer);
            }
        }
        Some(Set::Packed(set)) => {
            let Some(at) = set.nth(random.below(set.len().max(1)) as i64) else { return };
            each(set.get(at));
            if let Some(mut packed) = InlineValue::of(entry, PACKED_SET) {
                listpack::remove(&mut packed, at, 1);
            }
        }
        _ => {}
    }
}

/// Takes so many members at random, fewer than there are, out of an entry's set and calls `each` with each of them.
pub fn pop_many(
    entry: &mut KeyEntry,
    count: usize,
    limits: &SetLimits,
    random: &mut Random,
    mut each: impl FnMut(Element<'_>),
) {
    let Some(set) = Set::of(entry.value()) else { return };
    let stays = set.len().saturating_sub(count);
    let is_rebuilt = stays.saturating_mul(REBUILT_PART) <= count;
    if matches!(set, Set::Table(_)) && !is_rebuilt {
        (0..count).for_each(|_| pop(entry, random, &mut each));
        return;
    }
    let limits = if is_rebuilt { limits } else { &UNLIMITED };
    let mut new =
        if matches!(set, Set::Integers(_)) { NewSet::new() } else { NewSet::new_packed() };
    let mut choice = Choice::of(count, set.len());
    for member in set.iter() {
        if choice.next(random) {
            each(member);
        } else {
            new.add(member, limits, Some(set));
        }
    }
    entry.set_value(new.take_value());
}
