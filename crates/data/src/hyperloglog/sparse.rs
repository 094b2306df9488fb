//! Runs of registers that have one value:
//!
//! | bytes | registers |
//! |---|---|
//! | `00llllll` | 1 to 64 that are zero |
//! | `01llllll llllllll` | 1 to 16384 that are zero |
//! | `1vvvvvll` | 1 to 4 that are 1 to 32 |

use super::{Corrupt, HEADER_BYTES, REGISTERS, forget_count};

/// The run of an empty HyperLogLog.
pub(super) const EMPTY: [u8; 2] =
    [LONG_ZEROS | ((REGISTERS - 1) >> 8) as u8, (REGISTERS - 1) as u8];
const LONG_ZEROS: u8 = 0x40;
const VALUES: u8 = 0x80;
/// Longest run of zeros in one byte.
const SHORT_ZEROS_MAX: usize = 64;
/// Longest run of a value.
const VALUES_MAX: usize = 4;
/// Highest value of a run.
const VALUE_MAX: u8 = 32;
/// Runs that are looked at to be joined after a change, from the one before it.
const JOINED_MAX: usize = 5;

/// Registers in a row that have one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The value, zero included.
    pub value: u8,
    /// How many registers.
    pub length: usize,
    /// How many bytes it is written in.
    pub bytes: usize,
}

/// What became of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Raised {
    Changed,
    Unchanged,
    /// The value is too high for a run, or the runs would become too long.
    NoRoom,
}

/// The runs of a HyperLogLog that is sparse.
pub fn runs(bytes: &[u8]) -> impl Iterator<Item = Run> {
    let mut at = HEADER_BYTES;
    std::iter::from_fn(move || {
        let run = run_at(bytes, at)?;
        at += run.bytes;
        Some(run)
    })
}

fn run_at(bytes: &[u8], at: usize) -> Option<Run> {
    let byte = *bytes.get(at)?;
    let low = usize::from(byte & 0x3f);
    Some(if byte & VALUES != 0 {
        Run { value: (byte >> 2 & 0x1f) + 1, length: usize::from(byte & 3) + 1, bytes: 1 }
    } else if byte & LONG_ZEROS != 0 {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        Run { value: 0, length: (low << 8 | usize::from(next)) + 1, bytes: 2 }
    } else {
        Run { value: 0, length: low + 1, bytes: 1 }
    })
}

/// Writes a run, of no registers too; how many bytes it took.
fn write_run(value: u8, length: usize, place: &mut [u8]) -> usize {
    if length == 0 {
        return 0;
    }
    let length = length - 1;
    if value != 0 {
        place[0] = VALUES | (value - 1) << 2 | length as u8;
        1
    } else if length < SHORT_ZEROS_MAX {
        place[0] = length as u8;
        1
    } else {
        place[0] = LONG_ZEROS | (length >> 8) as u8;
        place[1] = length as u8;
        2
    }
}

/// Raises a register to a value, unless it has a higher one.
pub(super) fn raise(
    bytes: &mut Vec<u8>,
    register: usize,
    value: u8,
    bytes_max: usize,
) -> Result<Raised, Corrupt> {
    if value > VALUE_MAX {
        return Ok(Raised::NoRoom);
    }
    let (mut at, mut start, mut before) = (HEADER_BYTES, 0, HEADER_BYTES);
    let run = loop {
        let run = run_at(bytes, at).ok_or(Corrupt)?;
        if register < start + run.length {
            break run;
        }
        before = at;
        start += run.length;
        at += run.bytes;
    };
    if run.value >= value {
        return Ok(Raised::Unchanged);
    }
    // Most often a run becomes three: two bytes of zeros, one of the value, two of zeros.
    let mut parts = [0; 5];
    let mut length = write_run(run.value, register - start, &mut parts);
    length += write_run(value, 1, &mut parts[length..]);
    length += write_run(run.value, start + run.length - 1 - register, &mut parts[length..]);
    let end = bytes.len().min(at + run.bytes);
    let new_length = bytes.len() - (end - at) + length;
    if new_length > bytes.len() && new_length > bytes_max {
        return Ok(Raised::NoRoom);
    }
    bytes.splice(at..end, parts[..length].iter().copied());
    join_runs(bytes, before);
    forget_count(bytes);
    Ok(Raised::Changed)
}

/// Joins runs of the same value, a few from `at` on.
fn join_runs(bytes: &mut Vec<u8>, mut at: usize) {
    for _ in 0..JOINED_MAX {
        let Some(run) = run_at(bytes, at) else { return };
        let next = run_at(bytes, at + run.bytes);
        match next {
            Some(next)
                if run.value != 0
                    && run.value == next.value
                    && run.length + next.length <= VALUES_MAX =>
            {
                write_run(run.value, run.length + next.length, &mut bytes[at..]);
                bytes.remove(at + 1);
            }
            _ => at += run.bytes,
        }
    }
}
