//! How the id of an entry differs from the one before it, in its node.

use super::StreamId;
use super::packing::{number_bytes, push_number, read_number};

/// The bits of an entry's head that say how the id differs.
pub(super) const STEP: u8 = 0b1100;
/// The number is the next one within the same millisecond.
const NEXT_NUMBER: u8 = 0;
/// The time is there, less the one before; the number is 0.
const NEW_TIME: u8 = 0b0100;
/// The time is there, less the one before, and the number.
const NEW_ID: u8 = 0b1000;

/// The difference.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    form: u8,
    ms: u64,
    seq: u64,
}

impl Step {
    /// From an id to a greater one, or to any other one if `last` is [`before`] it.
    pub(super) fn between(last: StreamId, id: StreamId) -> Self {
        let ms = id.ms.wrapping_sub(last.ms);
        let form = if ms == 0 && id.seq == last.seq.wrapping_add(1) {
            NEXT_NUMBER
        } else if id.seq == 0 {
            NEW_TIME
        } else {
            NEW_ID
        };
        Self { form, ms, seq: id.seq }
    }

    /// Its bits of the head.
    pub(super) fn form(self) -> u8 {
        self.form
    }

    /// Bytes that it takes beside the head.
    pub(super) fn bytes(self) -> usize {
        match self.form {
            NEXT_NUMBER => 0,
            NEW_TIME => number_bytes(self.ms),
            _ => number_bytes(self.ms) + number_bytes(self.seq),
        }
    }

    /// Adds what stands behind the head.
    pub(super) fn push(self, out: &mut Vec<u8>) {
        if self.form != NEXT_NUMBER {
            push_number(out, self.ms);
        }
        if self.form == NEW_ID {
            push_number(out, self.seq);
        }
    }

    /// Reads what stands at `at`, behind a head, and passes it; the id that follows `last`.
    #[inline]
    pub(super) fn read(head: u8, last: StreamId, bytes: &[u8], at: &mut usize) -> StreamId {
        match head & STEP {
            NEXT_NUMBER => StreamId::new(last.ms, last.seq.wrapping_add(1)),
            NEW_TIME => StreamId::new(last.ms.wrapping_add(read_number(bytes, at)), 0),
            _ => {
                let ms = last.ms.wrapping_add(read_number(bytes, at));
                StreamId::new(ms, read_number(bytes, at))
            }
        }
    }
}

/// What a node's first entry takes for the id before its own, so that it differs by nothing that must be written.
pub(super) fn before(first: StreamId) -> StreamId {
    StreamId::new(first.ms, first.seq.wrapping_sub(1))
}
