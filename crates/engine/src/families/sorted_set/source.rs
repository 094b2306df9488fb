//! What unions, intersections and differences are made of.

use std::ops::ControlFlow;

use fanfare_data::object::KeyEntry;
use fanfare_data::set::Set;
use fanfare_data::sorted_set::View;

use super::value::view_of;
use crate::command::CommandError;

/// The score of every member of a set that stands where a sorted set could.
const SCORE_IN_SET: f64 = 1.0;

/// A part of a union, intersection or difference.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    SortedSet(View<'a>),
    Set(Set<'a>),
}

impl<'a> Source<'a> {
    /// What an entry holds; nothing if there is none.
    pub(super) fn of(entry: Option<&'a KeyEntry>) -> Result<Self, CommandError> {
        match entry.and_then(|entry| Set::of(entry.value())) {
            Some(set) => Ok(Self::Set(set)),
            None => view_of(entry).map(Self::SortedSet),
        }
    }

    /// How many members it has.
    pub(super) fn len(self) -> usize {
        match self {
            Self::SortedSet(set) => set.len(),
            Self::Set(set) => set.len(),
        }
    }

    /// The score of a member.
    pub(super) fn score(self, member: &[u8]) -> Option<f64> {
        match self {
            Self::SortedSet(set) => set.score(member),
            Self::Set(set) => set.contains(member).then_some(SCORE_IN_SET),
        }
    }

    /// Calls `each` with every member and its score.
    pub(super) fn for_each(self, mut each: impl FnMut(&[u8], f64)) {
        // Nothing breaks off.
        let _ = self.try_for_each(|member, score| {
            each(member, score);
            ControlFlow::Continue(())
        });
    }

    /// As [`for_each`](Self::for_each), until `each` breaks off.
    pub(super) fn try_for_each(
        self,
        mut each: impl FnMut(&[u8], f64) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut buffer = itoa::Buffer::new();
        match self {
            Self::SortedSet(set) => {
                set.iter().try_for_each(|(member, score)| each(member.text(&mut buffer), score))
            }
            Self::Set(set) => {
                set.iter().try_for_each(|member| each(member.text(&mut buffer), SCORE_IN_SET))
            }
        }
    }
}
