//! Strings as bits: the first bit is the highest of the first byte. What is behind the end is zeros.

mod combine;
pub mod field;

pub use combine::{Operation, combine};

use std::ops::Range;

/// Bytes that are looked at together.
const WORD_BYTES: usize = 8;

/// The bit at a place.
pub fn bit(bytes: &[u8], at: usize) -> bool {
    bytes.get(at / 8).is_some_and(|byte| byte & mask(at) != 0)
}

/// Sets or clears a bit, which must be within the bytes; what it was.
pub fn set_bit(bytes: &mut [u8], at: usize, is_set: bool) -> bool {
    let byte = &mut bytes[at / 8];
    let was_set = *byte & mask(at) != 0;
    if is_set {
        *byte |= mask(at);
    } else {
        *byte &= !mask(at);
    }
    was_set
}

const fn mask(at: usize) -> u8 {
    0x80 >> (at % 8)
}

/// How many bits of a range are set. The range must lie within the bytes.
pub fn count(bytes: &[u8], bits: Range<usize>) -> u64 {
    let (head, middle, tail) = parts(bytes, bits);
    let edges = head.map_or(0, Edge::ones) + tail.map_or(0, Edge::ones);
    let (words, rest) = middle.as_chunks::<WORD_BYTES>();
    let ones = words.iter().map(|word| u64::from(u64::from_ne_bytes(*word).count_ones()));
    let rest = rest.iter().map(|byte| u64::from(byte.count_ones()));
    u64::from(edges) + ones.sum::<u64>() + rest.sum::<u64>()
}

/// Where the first bit of a range is that is set, or clear. The range must lie within the bytes.
pub fn position(bytes: &[u8], bits: Range<usize>, is_set: bool) -> Option<usize> {
    let start_byte = bits.start.div_ceil(8);
    let (head, middle, tail) = parts(bytes, bits);
    if let Some(at) = head.and_then(|edge| edge.position(is_set)) {
        return Some(at);
    }
    // The words that hold nothing but the other kind of bit.
    let other = if is_set { 0_u8 } else { 0xff };
    let other_word = [other; WORD_BYTES];
    let (words, _) = middle.as_chunks::<WORD_BYTES>();
    let skipped = words.iter().take_while(|word| **word == other_word).count() * WORD_BYTES;
    if let Some(index) = middle[skipped..].iter().position(|byte| *byte != other) {
        let byte = middle[skipped + index] ^ other;
        return Some((start_byte + skipped + index) * 8 + byte.leading_zeros() as usize);
    }
    tail.and_then(|edge| edge.position(is_set))
}

/// Some bits of a byte: those of a range's first or last byte that belong to it.
#[derive(Clone, Copy)]
struct Edge {
    byte: u8,
    mask: u8,
    /// The place of the byte's first bit.
    at: usize,
}

impl Edge {
    fn ones(self) -> u32 {
        (self.byte & self.mask).count_ones()
    }

    fn position(self, is_set: bool) -> Option<usize> {
        let found = if is_set { self.byte } else { !self.byte } & self.mask;
        (found != 0).then(|| self.at + found.leading_zeros() as usize)
    }
}

/// A range of bits as a part of its first byte, whole bytes, and a part of its last byte.
fn parts(bytes: &[u8], bits: Range<usize>) -> (Option<Edge>, &[u8], Option<Edge>) {
    if bits.is_empty() {
        return (None, &[], None);
    }
    let edge = |index: usize, mask| Edge { byte: bytes[index], mask, at: index * 8 };
    let (first, last) = (bits.start / 8, bits.end / 8);
    let head_mask = 0xff >> (bits.start % 8);
    let tail_mask = !(0xff_u8.checked_shr(bits.end as u32 % 8).unwrap_or(0));
    if first == last {
        return (Some(edge(first, head_mask & tail_mask)), &[], None);
    }
    let head = (!bits.start.is_multiple_of(8)).then(|| edge(first, head_mask));
    let tail = (!bits.end.is_multiple_of(8)).then(|| edge(last, tail_mask));
    (head, &bytes[bits.start.div_ceil(8)..last], tail)
}

#[cfg(test)]
mod tests;
