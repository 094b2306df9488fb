//! The ids of a stream's entries.

use std::fmt;

use fanfare_stdx::number::parse_u64;

/// Longest text of an id, in bytes. (Leading zeros make longer ones.)
const TEXT_BYTES_MAX: usize = 127;

/// An id: a time, and a number among the entries of that time. Ids order as their parts do, the time first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// Unix time in milliseconds, unless the client gave something else.
    pub ms: u64,
    /// The number within the millisecond.
    pub seq: u64,
}

impl StreamId {
    /// The least id, which no entry has.
    pub const MIN: Self = Self::new(0, 0);
    /// The greatest id.
    pub const MAX: Self = Self::new(u64::MAX, u64::MAX);

    /// The id of these parts.
    pub const fn new(ms: u64, seq: u64) -> Self {
        Self { ms, seq }
    }

    /// The id that comes next; none after the greatest.
    pub const fn next(self) -> Option<Self> {
        match (self.seq.checked_add(1), self.ms.checked_add(1)) {
            (Some(seq), _) => Some(Self::new(self.ms, seq)),
            (None, Some(ms)) => Some(Self::new(ms, 0)),
            (None, None) => None,
        }
    }

    /// The id that comes before; none before the least.
    pub const fn previous(self) -> Option<Self> {
        match (self.seq.checked_sub(1), self.ms.checked_sub(1)) {
            (Some(seq), _) => Some(Self::new(self.ms, seq)),
            (None, Some(ms)) => Some(Self::new(ms, u64::MAX)),
            (None, None) => None,
        }
    }

    /// The id that a text stands for, `ms-seq` or `ms`; in the second case with `seq_if_missing`. Takes the numbers that
    /// [`parse_u64`] takes, as Redis does.
    pub fn parse(text: &[u8], seq_if_missing: u64) -> Option<Self> {
        match Self::parse_parts(text)? {
            (ms, Some(seq)) => Some(Self::new(ms, parse_u64(seq)?)),
            (ms, None) => Some(Self::new(ms, seq_if_missing)),
        }
    }

    /// The time of a text, and the text of its second part if it has one, which may be no number.
    pub fn parse_parts(text: &[u8]) -> Option<(u64, Option<&[u8]>)> {
        if text.len() > TEXT_BYTES_MAX {
            return None;
        }
        let text = text.split(|&byte| byte == 0).next()?;
        match text.iter().position(|&byte| byte == b'-') {
            Some(dash) => Some((parse_u64(&text[..dash])?, Some(&text[dash + 1..]))),
            None => Some((parse_u64(text)?, None)),
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.ms, self.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_each_other() {
        let max = u64::MAX;
        for (first, second) in [((0, 0), (0, 1)), ((7, max), (8, 0)), ((max, max - 1), (max, max))]
        {
            let (first, second) =
                (StreamId::new(first.0, first.1), StreamId::new(second.0, second.1));
            assert!(first < second);
            assert_eq!((first.next(), second.previous()), (Some(second), Some(first)));
        }
        assert_eq!((StreamId::MAX.next(), StreamId::MIN.previous()), (None, None));
        assert_eq!(StreamId::new(12, 3).to_string(), "12-3");
    }

    #[test]
    fn ids_are_read_as_redis_reads_them() {
        let id = |ms, seq| Some(StreamId::new(ms, seq));
        let zeros = |count| [b"0".repeat(count).as_slice(), b"5-1"].concat();
        for (text, expected) in [
            (&b"5-1"[..], id(5, 1)),
            (b"5", id(5, 9)),
            (b" +05-+01", id(5, 1)),
            (b"5- -1", id(5, u64::MAX)),
            (b"5-1\0-", id(5, 1)),
            (b"5\0-1", id(5, 9)),
            (&zeros(124), id(5, 1)),
            (&zeros(125), None),
            (b"", None),
            (b"-", None),
            (b"5-", None),
            (b"-5-1", None),
            (b"5--1", None),
            (b"5-1-1", None),
            (b"5-*", None),
            (b"18446744073709551616-1", None),
        ] {
            assert_eq!(StreamId::parse(text, 9), expected, "{}", text.escape_ascii());
        }
    }
}
