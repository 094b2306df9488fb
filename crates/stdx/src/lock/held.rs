//! Which locks a thread holds, in builds with debug assertions.

/// Whether a thread may have to wait for a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Waits,
    Tries,
}

/// A lock that this thread holds, for as long as this lives.
#[derive(Debug)]
pub(super) struct Held {
    #[cfg(debug_assertions)]
    place: checked::Place,
}

impl Held {
    /// Notes that this thread takes a lock; panics if it may wait for it and holds one of the same place or a later one.
    #[cfg(debug_assertions)]
    #[track_caller]
    pub(super) fn take(rank: u8, number: u16, way: Way) -> Self {
        Self { place: checked::take((rank, number), way) }
    }

    /// Nothing is noted without debug assertions.
    #[cfg(not(debug_assertions))]
    pub(super) fn take(_: u8, _: u16, _: Way) -> Self {
        Self {}
    }
}

#[cfg(debug_assertions)]
impl Drop for Held {
    fn drop(&mut self) {
        checked::give_back(self.place);
    }
}

#[cfg(debug_assertions)]
mod checked {
    use std::cell::RefCell;

    use super::Way;

    /// A rank, and a number among the locks of that rank.
    pub(super) type Place = (u8, u16);

    thread_local! {
        /// In ascending order.
        static HELD: RefCell<Vec<Place>> = const { RefCell::new(Vec::new()) };
    }

    #[track_caller]
    pub(super) fn take(place: Place, way: Way) -> Place {
        let highest = HELD.with_borrow(|held| held.last().copied());
        // Not while the list is borrowed: who reports the panic may take a lock to do so.
        assert!(
            way == Way::Tries || highest.is_none_or(|highest| highest < place),
            "a lock of rank and number {place:?} is taken behind {highest:?}"
        );
        HELD.with_borrow_mut(|held| {
            held.insert(held.partition_point(|other| *other < place), place);
        });
        place
    }

    pub(super) fn give_back(place: Place) {
        // A thread that ends may have dropped its list before its locks.
        let _ended = HELD.try_with(|held| {
            let mut held = held.borrow_mut();
            if let Ok(index) = held.binary_search(&place) {
                held.remove(index);
            }
        });
    }
}
