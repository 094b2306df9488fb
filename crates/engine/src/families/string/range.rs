//! Ranges as clients give them: both ends included, negative numbers counted from the end.

use std::ops::Range;

/// The part of a range that lies within `length`; empty if the range is backwards.
pub(in crate::families) fn range(start: i64, end: i64, length: usize) -> Range<usize> {
    if start < 0 && end < 0 && start > end {
        return 0..0;
    }
    clamped(start, end, length)
}

/// As [`range`], but a range that is backwards and wholly before the beginning is the first place.
pub(in crate::families) fn clamped(start: i64, end: i64, length: usize) -> Range<usize> {
    let length = length as i64;
    let from_start =
        |index: i64| if index < 0 { index.saturating_add(length).max(0) } else { index };
    let (start, end) = (from_start(start), from_start(end).min(length - 1));
    if start > end { 0..0 } else { start as usize..end as usize + 1 }
}
