//! Ranges of scores and of members.

use std::ops::Range;

use super::place::Place;
use super::tree::Order;
use super::view::View;

/// An end of a range of scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreEnd {
    /// The score.
    pub score: f64,
    /// Whether the range ends before it.
    pub is_exclusive: bool,
}

/// A range of scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreRange {
    /// The lower end.
    pub min: ScoreEnd,
    /// The upper end.
    pub max: ScoreEnd,
}

/// An end of a range of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexEnd<'a> {
    /// Before all members.
    Lowest,
    /// Behind all members.
    Highest,
    /// At a member, which is within.
    Inclusive(&'a [u8]),
    /// At a member, which is not.
    Exclusive(&'a [u8]),
}

/// A range of members, for sorted sets all of whose scores are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LexRange<'a> {
    /// The lower end.
    pub min: LexEnd<'a>,
    /// The upper end.
    pub max: LexEnd<'a>,
}

impl LexRange<'_> {
    /// Whether no member can be within, because the ends are the wrong way round.
    fn is_empty(&self) -> bool {
        match (self.min, self.max) {
            (LexEnd::Highest, _) | (_, LexEnd::Lowest) => true,
            (LexEnd::Lowest, _) | (_, LexEnd::Highest) => false,
            (LexEnd::Inclusive(min), LexEnd::Inclusive(max)) => min > max,
            (
                LexEnd::Inclusive(min) | LexEnd::Exclusive(min),
                LexEnd::Inclusive(max) | LexEnd::Exclusive(max),
            ) => min >= max,
        }
    }

    fn is_above_min(&self, member: &[u8]) -> bool {
        match self.min {
            LexEnd::Lowest => true,
            LexEnd::Highest => false,
            LexEnd::Inclusive(end) => member >= end,
            LexEnd::Exclusive(end) => member > end,
        }
    }

    fn is_below_max(&self, member: &[u8]) -> bool {
        match self.max {
            LexEnd::Lowest => false,
            LexEnd::Highest => true,
            LexEnd::Inclusive(end) => member <= end,
            LexEnd::Exclusive(end) => member < end,
        }
    }
}

impl View<'_> {
    /// The ranks of the elements in a range of scores.
    pub fn ranks_of_scores(self, range: ScoreRange) -> Range<usize> {
        let ScoreRange { min, max } = range;
        let place = |score, is_behind| {
            if is_behind { Place::behind_score(score) } else { Place::before_score(score) }
        };
        let start = self.count_before(place(min.score, min.is_exclusive));
        let end = self.count_before(place(max.score, !max.is_exclusive));
        start..end.max(start)
    }

    /// The ranks of the elements in a range of members.
    ///
    /// Where scores differ, the small form gives what a walk from one end gives, as Redis does: it begins with the first
    /// member within the range and ends with the first that is beyond. The large form then gives some range.
    pub fn ranks_of_members(self, range: LexRange<'_>, order: Order) -> Range<usize> {
        if range.is_empty() {
            return 0..0;
        }
        match self {
            Self::Packed(_) => self.walk_members(range, order),
            Self::Large(_) => self.search_members(range),
        }
    }

    fn walk_members(self, range: LexRange<'_>, order: Order) -> Range<usize> {
        let fits = |is_within: &dyn Fn(&[u8]) -> bool| {
            let elements = self.range(0..self.len(), order);
            elements
                .map(|(member, _)| is_within(member.text(&mut itoa::Buffer::new())))
                .collect::<Vec<bool>>()
        };
        let above = fits(&|member| range.is_above_min(member));
        let below = fits(&|member| range.is_below_max(member));
        let (near, far) = match order {
            Order::Ascending => (above, below),
            Order::Descending => (below, above),
        };
        // The far end must be beyond the first element, and the near end before the last, or all is outside.
        let is_outside = !far.first().is_some_and(|&is_within| is_within)
            || !near.last().is_some_and(|&is_within| is_within);
        if is_outside {
            return 0..0;
        }
        let start = near.iter().position(|&is_within| is_within).unwrap_or(near.len());
        let count = far[start..].iter().take_while(|&&is_within| is_within).count();
        match order {
            Order::Ascending => start..start + count,
            Order::Descending => near.len() - start - count..near.len() - start,
        }
    }

    fn search_members(self, range: LexRange<'_>) -> Range<usize> {
        let length = self.len();
        let ends = |rank: usize| self.range(rank..rank + 1, Order::Ascending).next();
        let Some(((_, first), (_, last))) = ends(0).zip(ends(length.saturating_sub(1))) else {
            return 0..0;
        };
        let start = match range.min {
            LexEnd::Lowest => 0,
            LexEnd::Highest => length,
            LexEnd::Inclusive(member) => self.count_before(Place::before(first, member)),
            LexEnd::Exclusive(member) => self.count_before(Place::behind(first, member)),
        };
        let end = match range.max {
            LexEnd::Lowest => 0,
            LexEnd::Highest => length,
            LexEnd::Inclusive(member) => self.count_before(Place::behind(last, member)),
            LexEnd::Exclusive(member) => self.count_before(Place::before(last, member)),
        };
        start..end.max(start)
    }
}
