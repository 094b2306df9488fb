use super::*;

type Low = Mutex<u32, 1>;
type Middle = RwLock<u32, 2>;
type High = Mutex<u32, 3>;

#[test]
fn locks_guard_what_they_hold() {
    let (low, middle, high) = (Low::new(1), Middle::default(), High::new(3));
    {
        let mut low = low.lock();
        let mut middle = middle.write();
        *low += 1;
        *middle += *high.lock();
    }
    assert_eq!((*low.lock(), *middle.read(), *high.lock()), (2, 3, 3));
}

#[test]
fn locks_may_be_given_back_in_any_order() {
    let (low, middle, high) = (Low::new(1), Middle::default(), High::new(3));
    let first = low.lock();
    let second = middle.read();
    drop(first);
    let third = high.lock();
    drop(second);
    drop(third);
    let _again = low.lock();
}

#[test]
fn locks_of_one_rank_are_taken_by_number() {
    let locks: Vec<Low> = (0..3).map(Low::new).collect();
    let held: Vec<_> = locks.iter().zip(0..).map(|(lock, n)| lock.lock_numbered(n)).collect();
    assert_eq!(held.iter().map(|guard| **guard).sum::<u32>(), 3);
}

#[test]
fn who_does_not_wait_takes_locks_in_any_order() {
    let (low, high) = (Low::new(1), High::new(3));
    let high = high.lock();
    let tried = low.try_lock_numbered(0).expect("nobody holds it");
    assert!(low.try_lock_numbered(0).is_none());
    drop(high);
    drop(tried);
    assert!(low.try_lock_numbered(0).is_some());
}

#[cfg(debug_assertions)]
mod checks {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// Asserts that an act breaks the order of locks.
    #[track_caller]
    fn check_refused(act: impl FnOnce()) {
        let panic = catch_unwind(AssertUnwindSafe(act)).expect_err("nothing was noticed");
        let text = panic.downcast_ref::<String>().expect("a text");
        assert!(text.starts_with("a lock of rank and number"), "{text}");
    }

    #[test]
    fn a_lower_rank_is_refused() {
        let (low, middle, high) = (Low::new(1), Middle::default(), High::new(3));
        check_refused(|| {
            let _high = high.lock();
            low.lock();
        });
        check_refused(|| {
            let _high = high.lock();
            middle.read();
        });
        check_refused(|| {
            let _middle = middle.write();
            low.lock();
        });
        // What was held is held no more.
        let _low = low.lock();
    }

    #[test]
    fn the_same_rank_is_refused() {
        let (one, other, middle) = (Low::new(1), Low::new(2), Middle::default());
        check_refused(|| {
            let _one = one.lock();
            other.lock();
        });
        check_refused(|| {
            let _one = one.lock_numbered(5);
            other.lock_numbered(4);
        });
        check_refused(|| {
            let _first = middle.read();
            middle.read();
        });
    }

    #[test]
    fn what_was_only_tried_counts_once_it_is_held() {
        let (low, middle) = (Low::new(1), Middle::default());
        let _held = middle.read();
        let _tried = low.try_lock_numbered(0).expect("nobody holds it");
        check_refused(|| {
            middle.read();
        });
        check_refused(|| {
            Low::new(2).lock();
        });
    }
}
