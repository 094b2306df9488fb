//! Places between the elements of a sorted set.

/// A place between elements, said without knowing which there are.
///
/// Elements are ordered by score, and those of one score by their members' bytes. Minus zero and zero are one score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place<'a> {
    score: f64,
    within: Within<'a>,
}

/// Where among the elements of one score.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Within<'a> {
    Start,
    Before(&'a [u8]),
    Behind(&'a [u8]),
    End,
}

impl<'a> Place<'a> {
    /// Before all elements of this score.
    pub fn before_score(score: f64) -> Self {
        Self { score, within: Within::Start }
    }

    /// Behind all elements of this score.
    pub fn behind_score(score: f64) -> Self {
        Self { score, within: Within::End }
    }

    /// Before the element with this score and member, or where it would be.
    pub fn before(score: f64, member: &'a [u8]) -> Self {
        Self { score, within: Within::Before(member) }
    }

    /// Behind the element with this score and member, or where it would be.
    pub fn behind(score: f64, member: &'a [u8]) -> Self {
        Self { score, within: Within::Behind(member) }
    }

    /// Whether the place is behind an element. The member is only asked for where the score does not tell.
    pub(super) fn is_behind<M: AsRef<[u8]>>(&self, score: f64, member: impl FnOnce() -> M) -> bool {
        if score != self.score {
            return score < self.score;
        }
        match self.within {
            Within::Start => false,
            Within::Before(place) => member().as_ref() < place,
            Within::Behind(place) => member().as_ref() <= place,
            Within::End => true,
        }
    }
}
