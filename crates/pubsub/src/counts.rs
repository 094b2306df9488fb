//! Subscribers of one name, counted for each reactor.

/// Most reactors that a registry can count for.
pub const REACTORS_MAX: usize = 128;

/// Names a reactor: its index among the reactors of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReactorId(pub u16);

/// A set of reactors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReactorSet(u128);

const _: () = assert!(REACTORS_MAX <= u128::BITS as usize);

impl ReactorSet {
    pub(crate) fn insert(&mut self, reactor: ReactorId) {
        self.0 |= 1 << reactor.0;
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = ReactorId> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            if left == 0 {
                return None;
            }
            let reactor = left.trailing_zeros() as u16;
            left &= left - 1;
            Some(ReactorId(reactor))
        })
    }
}

/// How many subscribers each reactor has. Most names have them on one reactor, which needs no allocation.
#[derive(Debug)]
pub(crate) struct ReactorCounts {
    first: (ReactorId, u32),
    #[expect(clippy::box_collection, reason = "eight bytes in place of 24 in every entry")]
    others: Option<Box<Vec<(ReactorId, u32)>>>,
}

impl ReactorCounts {
    /// One subscriber, on `reactor`.
    pub(crate) fn one(reactor: ReactorId) -> Self {
        Self { first: (reactor, 1), others: None }
    }

    pub(crate) fn increment(&mut self, reactor: ReactorId) {
        if let Some(count) = self.count_mut(reactor) {
            *count += 1;
        } else if self.first.1 == 0 {
            self.first = (reactor, 1);
        } else {
            self.others.get_or_insert_default().push((reactor, 1));
        }
    }

    /// Takes one subscriber away; whether any is left on any reactor.
    pub(crate) fn decrement(&mut self, reactor: ReactorId) -> bool {
        if let Some(count) = self.count_mut(reactor) {
            *count -= 1;
        }
        if let Some(others) = &mut self.others {
            others.retain(|&(_, count)| count > 0);
            if others.is_empty() {
                self.others = None;
            }
        }
        self.total() > 0
    }

    pub(crate) fn total(&self) -> u64 {
        self.iter().map(|(_, count)| u64::from(count)).sum()
    }

    /// Adds the reactors with subscribers to `set`.
    pub(crate) fn add_reactors(&self, set: &mut ReactorSet) {
        self.iter().filter(|&(_, count)| count > 0).for_each(|(reactor, _)| set.insert(reactor));
    }

    fn iter(&self) -> impl Iterator<Item = (ReactorId, u32)> {
        let others = self.others.as_deref().map_or(&[][..], Vec::as_slice);
        std::iter::once(self.first).chain(others.iter().copied())
    }

    fn count_mut(&mut self, reactor: ReactorId) -> Option<&mut u32> {
        if self.first.0 == reactor {
            return Some(&mut self.first.1);
        }
        let others = self.others.as_deref_mut()?;
        others.iter_mut().find(|(other, _)| *other == reactor).map(|(_, count)| count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reactors(counts: &ReactorCounts) -> Vec<u16> {
        let mut set = ReactorSet::default();
        counts.add_reactors(&mut set);
        set.iter().map(|reactor| reactor.0).collect()
    }

    #[test]
    fn counts_follow_each_reactor() {
        let mut counts = ReactorCounts::one(ReactorId(5));
        counts.increment(ReactorId(0));
        counts.increment(ReactorId(127));
        counts.increment(ReactorId(5));
        assert_eq!((counts.total(), reactors(&counts)), (4, vec![0, 5, 127]));
        assert!(counts.decrement(ReactorId(5)) && counts.decrement(ReactorId(5)));
        assert_eq!((counts.total(), reactors(&counts)), (2, vec![0, 127]));
        counts.increment(ReactorId(3));
        assert_eq!((counts.total(), reactors(&counts)), (3, vec![0, 3, 127]));
        assert!(counts.decrement(ReactorId(127)) && counts.decrement(ReactorId(0)));
        assert!(!counts.decrement(ReactorId(3)));
        assert_eq!(counts.total(), 0);
    }
}
