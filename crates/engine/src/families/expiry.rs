//! How commands write times of keys and fields, and on what condition these are set.

use crate::command::CommandError;

/// How a command writes a time.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    /// The command's name, for its error.
    pub(super) command: &'static str,
    /// Milliseconds in one.
    pub(super) ms: i64,
    /// Whether it counts from now rather than from 1970.
    pub(super) is_relative: bool,
}

impl Unit {
    /// A time in milliseconds of Unix time; an error if it is later than `ms_max`, or beyond what can be written.
    pub(super) fn unix_ms(
        self,
        number: i64,
        now_ms: i64,
        ms_max: i64,
    ) -> Result<i64, CommandError> {
        let base_ms = if self.is_relative { now_ms } else { 0 };
        let time_ms = number.checked_mul(self.ms).and_then(|ms| ms.checked_add(base_ms));
        time_ms.filter(|&time_ms| time_ms <= ms_max).ok_or_else(|| {
            CommandError::echo(format!("ERR invalid expire time in '{}' command", self.command))
        })
    }
}

/// When a time is set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// If there is none yet.
    IfNone,
    /// If there is one.
    IfAny,
    /// If it is later than the one that there is.
    IfLater,
    /// If it is earlier than the one that there is.
    IfEarlier,
}

impl Condition {
    /// The condition that a word names.
    pub(super) fn of(word: &[u8]) -> Option<Self> {
        [("NX", Self::IfNone), ("XX", Self::IfAny), ("GT", Self::IfLater), ("LT", Self::IfEarlier)]
            .into_iter()
            .find(|(name, _)| word.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, condition)| condition)
    }

    /// Whether what has the old time may get the new one. What has none lives for ever.
    pub(super) fn allows(self, old: Option<i64>, new: i64) -> bool {
        match self {
            Self::IfNone => old.is_none(),
            Self::IfAny => old.is_some(),
            Self::IfLater => old.is_some_and(|old| new > old),
            Self::IfEarlier => old.is_none_or(|old| new < old),
        }
    }
}
