//! Intersections, unions and differences of sets.

use std::cmp::Reverse;

use super::{NewSet, Set, SetLimits};
use crate::encoding::listpack::Element;

/// The members that all of these sets have, of which there is one at least. Orders the sets by size, and walks over the first.
pub fn intersection<'s, 'a>(sets: &'s mut [Set<'a>]) -> impl Iterator<Item = Element<'a>> + 's {
    sets.sort_by_key(|set| set.len());
    let smallest = sets.first().copied();
    let others = sets.get(1..).unwrap_or_default();
    let members = smallest.into_iter().flat_map(Set::iter);
    members.filter(|member| others.iter().all(|other| other.has(*member)))
}

/// The intersection as it is to be stored in the place of `like`.
pub fn new_intersection(sets: &mut [Set<'_>], limits: &SetLimits, like: Option<Set<'_>>) -> NewSet {
    let smallest = sets.iter().min_by_key(|set| set.len());
    let is_of_integers = matches!(smallest, Some(Set::Integers(_)));
    let mut new = if is_of_integers { NewSet::new() } else { NewSet::new_packed() };
    for member in intersection(sets) {
        new.add(member, limits, like);
    }
    if !is_of_integers {
        new.narrow(limits);
    }
    new
}

/// The union as it is to be stored in the place of `like`.
pub fn new_union<'a>(
    sets: impl Iterator<Item = Set<'a>>,
    limits: &SetLimits,
    like: Option<Set<'_>>,
) -> NewSet {
    let mut new = NewSet::new();
    for set in sets {
        set.iter().for_each(|member| {
            new.add(member, limits, like);
        });
    }
    new
}

/// A difference, found in the cheaper of two ways.
pub enum Difference<'a> {
    /// The members of the first set are to be looked for in the others, the largest first.
    ByLookUp(Set<'a>, Vec<Set<'a>>),
    /// All members of the others were taken out of a copy of the first.
    ByRemoval(NewSet),
}

/// The members of the first set that no other has. Which way is taken shows in the form of the result: as in Redis, sets
/// that are not there do not count.
pub fn difference<'a>(
    first: Set<'a>,
    mut others: Vec<Set<'a>>,
    limits: &SetLimits,
    like: Option<Set<'_>>,
) -> Difference<'a> {
    let look_ups = first.len() * (1 + others.len()) / 2;
    let total: usize = others.iter().map(|set| set.len()).sum::<usize>() + first.len();
    if look_ups <= total {
        others.sort_by_key(|set| Reverse(set.len()));
        return Difference::ByLookUp(first, others);
    }
    let mut new = new_union(std::iter::once(first), limits, like);
    for member in others.iter().flat_map(|set| set.iter()) {
        new.remove(member);
        if new.as_set().is_empty() {
            break;
        }
    }
    Difference::ByRemoval(new)
}

impl Difference<'_> {
    /// Calls `each` with every member.
    pub fn for_each(&self, each: impl FnMut(Element<'_>)) {
        match self {
            Self::ByLookUp(first, others) => first
                .iter()
                .filter(|member| !others.iter().any(|other| other.has(*member)))
                .for_each(each),
            Self::ByRemoval(new) => new.as_set().iter().for_each(each),
        }
    }

    /// The difference as it is to be stored in the place of `like`.
    pub fn into_new(self, limits: &SetLimits, like: Option<Set<'_>>) -> NewSet {
        if let Self::ByRemoval(new) = self {
            return new;
        }
        let mut new = NewSet::new();
        self.for_each(|member| {
            new.add(member, limits, like);
        });
        new
    }
}
