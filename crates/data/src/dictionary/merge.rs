//! Joining segments that have drained.

use super::{Hashed, Keyed, SEGMENT_ENTRIES_MAX};

/// A segment with no more entries than this looks for another to be joined with.
const DRAINED_ENTRIES_MAX: usize = SEGMENT_ENTRIES_MAX / 4;
/// Most entries of two segments that are joined: few enough that they are not split again soon.
const JOINED_ENTRIES_MAX: usize = SEGMENT_ENTRIES_MAX / 2;

impl<E: Keyed> Hashed<E> {
    /// Joins a segment with the one whose prefix differs in the last bit, if both together have few entries, and goes on with
    /// what comes of it. Touches only segments of numbers below `end`, and returns where these end then: their order does
    /// not last, but none of them comes to stand behind, and none from behind among them.
    pub(super) fn merge_if_drained(&mut self, number: usize, end: usize) -> usize {
        let (mut number, mut end) = (number, end);
        while let Some(other) = self.partner(number).filter(|&other| other < end) {
            let removed = number.max(other);
            number = number.min(other);
            self.merge(number, removed, end);
            end -= 1;
        }
        end
    }

    fn merge(&mut self, kept: usize, removed: usize, end: usize) {
        // The last one below `end` takes the place, and the very last one that one's.
        self.segments.swap(removed, end - 1);
        let gone = self.segments.swap_remove(end - 1);
        let segment = &mut self.segments[kept];
        segment.absorb(gone);
        segment.depth -= 1;
        segment.prefix >>= 1;
        for moved in [kept, removed, end - 1] {
            if moved < self.segments.len() {
                self.enter(moved as u32);
            }
        }
        if self.segments.len() < self.segments.capacity() / 4 {
            self.segments.shrink_to(self.segments.len() * 2);
        }
        self.halve_directory();
    }

    /// The segment to be joined with this one, if there is one.
    fn partner(&self, number: usize) -> Option<usize> {
        // The dictionary may have become empty, and have no segments any more.
        let segment = self.segments.get(number)?;
        if segment.depth == 0 || segment.entries.len() > DRAINED_ENTRIES_MAX {
            return None;
        }
        let first = (segment.prefix as usize ^ 1) << (self.depth - segment.depth);
        let other_number = self.directory[first] as usize;
        let other = &self.segments[other_number];
        let is_partner = other.depth == segment.depth
            && segment.entries.len() + other.entries.len() <= JOINED_ENTRIES_MAX;
        is_partner.then_some(other_number)
    }

    /// Makes the directory as small as the segments allow.
    ///
    /// Costs a look at each segment and the directory; so it is tried only when the number of segments is a power of two.
    fn halve_directory(&mut self) {
        if !self.segments.len().is_power_of_two() {
            return;
        }
        let deepest = self.segments.iter().map(|segment| segment.depth).max().unwrap_or(0);
        if deepest < self.depth {
            let step = 1 << (self.depth - deepest);
            self.directory = self.directory.iter().step_by(step).copied().collect();
            self.depth = deepest;
        }
    }
}
