//! Holding requests back for a time (`CLIENT PAUSE`).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use fanfare_stdx::lock::Mutex;

/// Rank of the lock (`docs/locks.md`).
const RANK: u8 = 6;

/// Which requests are held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PauseScope {
    /// Those that write or publish.
    Writes,
    /// All.
    All,
}

/// Until when requests are held back, for the whole process.
#[derive(Debug, Default)]
pub struct Pause {
    /// Whether there is anything to look at under the lock.
    is_set: AtomicBool,
    /// Guards the end and the scope.
    pause: Mutex<Option<(Instant, PauseScope)>, RANK>,
}

impl Pause {
    /// Holds requests back until `end`. A pause that is in force already is never shortened nor made to hold back less.
    pub fn set(&self, end: Instant, scope: PauseScope, now: Instant) {
        let mut pause = self.pause.lock();
        let in_force = pause.filter(|&(end, _)| end > now);
        *pause = Some(match in_force {
            Some((old_end, old_scope)) => (end.max(old_end), scope.max(old_scope)),
            None => (end, scope),
        });
        self.is_set.store(true, Ordering::Release);
    }

    /// Ends the pause.
    pub fn clear(&self) {
        let mut pause = self.pause.lock();
        *pause = None;
        self.is_set.store(false, Ordering::Release);
    }

    /// Whether there may be one in force; not once it is known that it has ended.
    #[inline]
    pub fn is_set(&self) -> bool {
        self.is_set.load(Ordering::Acquire)
    }

    /// What is held back at `now`, and until when.
    #[cold]
    pub fn in_force(&self, now: Instant) -> Option<(Instant, PauseScope)> {
        let mut pause = self.pause.lock();
        if pause.is_some_and(|(end, _)| end <= now) {
            *pause = None;
            self.is_set.store(false, Ordering::Release);
        }
        *pause
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_pause_ends_by_itself_and_is_not_shortened() {
        let (pause, now) = (Pause::default(), Instant::now());
        let [soon, later] = [1, 2].map(|s| now + Duration::from_secs(s));
        assert_eq!(pause.in_force(now), None);
        pause.set(later, PauseScope::Writes, now);
        pause.set(soon, PauseScope::All, now);
        assert_eq!(pause.in_force(soon), Some((later, PauseScope::All)));
        assert!(pause.is_set());
        assert_eq!(pause.in_force(later), None);
        assert!(!pause.is_set(), "nobody need look at the time any more");
        pause.set(later + Duration::from_secs(1), PauseScope::Writes, later);
        assert_eq!(pause.in_force(later).map(|(_, scope)| scope), Some(PauseScope::Writes));
        pause.clear();
        assert_eq!(pause.in_force(later), None);
    }
}
