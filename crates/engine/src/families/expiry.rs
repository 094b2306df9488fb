//! How commands write when something expires, and on which condition it is set.

use crate::command::CommandError;

/// How a time is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeUnit {
    /// Seconds from now: `EX`.
    Seconds,
    /// Milliseconds from now: `PX`.
    Milliseconds,
    /// Seconds of Unix time: `EXAT`.
    UnixSeconds,
    /// Milliseconds of Unix time: `PXAT`.
    UnixMilliseconds,
}

impl TimeUnit {
    /// The words that name units in the options of commands.
    pub(super) const WORDS: [(&'static str, Self); 4] = [
        ("EX", Self::Seconds),
        ("PX", Self::Milliseconds),
        ("EXAT", Self::UnixSeconds),
        ("PXAT", Self::UnixMilliseconds),
    ];

    /// What so many of them are in milliseconds of Unix time; `None` if that is beyond what can be written.
    pub(super) fn unix_ms(self, number: i64, now_ms: i64) -> Option<i64> {
        match self {
            Self::Seconds => number.checked_mul(1000)?.checked_add(now_ms),
            Self::Milliseconds => number.checked_add(now_ms),
            Self::UnixSeconds => number.checked_mul(1000),
            Self::UnixMilliseconds => Some(number),
        }
    }
}

/// What a command, named in lower case, says to a time that is out of its range.
pub(super) fn invalid_time(command: &str) -> CommandError {
    CommandError::echo(format!("ERR invalid expire time in '{command}' command"))
}

/// What must hold of the expiry so far (`NX`, `XX`, `GT`, `LT`) for a new one to be set; all of what is named here.
#[derive(Clone, Copy, Default)]
pub(super) struct Conditions {
    /// There is none.
    pub(super) if_none: bool,
    /// There is one.
    pub(super) if_any: bool,
    /// The new one is later.
    pub(super) if_later: bool,
    /// The new one is earlier.
    pub(super) if_earlier: bool,
}

impl Conditions {
    /// Whether an expiry may be followed by a new one. What has none lives for ever.
    pub(super) fn allow(self, old: Option<i64>, new: i64) -> bool {
        !(self.if_none && old.is_some()
            || self.if_any && old.is_none()
            || self.if_later && old.is_none_or(|old| new <= old)
            || self.if_earlier && old.is_some_and(|old| new >= old))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_count_from_now_or_from_1970() {
        let now_ms = 5_000;
        let times = TimeUnit::WORDS.map(|(word, unit)| (word, unit.unix_ms(3, now_ms)));
        assert_eq!(
            times,
            [("EX", Some(8_000)), ("PX", Some(5_003)), ("EXAT", Some(3_000)), ("PXAT", Some(3))]
        );
        let at_end = TimeUnit::WORDS.map(|(_, unit)| unit.unix_ms(i64::MAX, now_ms));
        assert_eq!(at_end, [None, None, None, Some(i64::MAX)]);
    }

    #[test]
    fn what_has_no_expiry_lives_for_ever() {
        let none = Conditions::default();
        assert!(none.allow(None, 5) && none.allow(Some(5), 5));
        let later = Conditions { if_later: true, ..none };
        assert!(!later.allow(None, 5) && !later.allow(Some(5), 5) && later.allow(Some(4), 5));
        let earlier = Conditions { if_earlier: true, ..none };
        assert!(earlier.allow(None, 5) && !earlier.allow(Some(5), 5) && earlier.allow(Some(6), 5));
        let any_and_later = Conditions { if_any: true, ..earlier };
        assert!(!any_and_later.allow(None, 5) && any_and_later.allow(Some(6), 5));
    }
}
