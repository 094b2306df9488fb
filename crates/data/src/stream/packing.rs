//! Numbers and lengths in the bytes of a node.
//!
//! A **length** takes one byte if it is short, else a mark and two or four bytes. A **number** takes seven bits a byte, the low
//! ones first; each byte but the last has its high bit set.

/// Longest length that takes one byte.
const SHORT_MAX: usize = 0xef;
/// Two bytes follow, the low one first.
const TWO_BYTES: u8 = 0xf0;
/// Four bytes follow, the low ones first.
const FOUR_BYTES: u8 = 0xf1;

/// Bytes that a length takes.
pub(super) const fn length_bytes(length: usize) -> usize {
    match length {
        0..=SHORT_MAX => 1,
        0xf0..=0xffff => 3,
        _ => 5,
    }
}

/// Adds a length of less than 4 GiB.
pub(super) fn push_length(out: &mut Vec<u8>, length: usize) {
    match length_bytes(length) {
        1 => out.push(length as u8),
        3 => {
            let bytes = (length as u16).to_le_bytes();
            out.extend_from_slice(&[TWO_BYTES, bytes[0], bytes[1]]);
        }
        _ => {
            out.push(FOUR_BYTES);
            out.extend_from_slice(&(length as u32).to_le_bytes());
        }
    }
}

/// Reads the length at `at`, and passes it.
#[inline]
pub(super) fn read_length(bytes: &[u8], at: &mut usize) -> usize {
    let first = usize::from(bytes[*at]);
    *at += 1;
    if first > SHORT_MAX { read_long_length(first as u8, bytes, at) } else { first }
}

/// As [`read_length`], behind the mark of a length that is not short.
fn read_long_length(mark: u8, bytes: &[u8], at: &mut usize) -> usize {
    let length_bytes = if mark == TWO_BYTES { 2 } else { 4 };
    let mut length = [0; 4];
    length[..length_bytes].copy_from_slice(&bytes[*at..*at + length_bytes]);
    *at += length_bytes;
    u32::from_le_bytes(length) as usize
}

/// Bytes that a number takes.
pub(super) const fn number_bytes(number: u64) -> usize {
    ((u64::BITS - (number | 1).leading_zeros()) as usize).div_ceil(7)
}

/// Adds a number.
pub(super) fn push_number(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Reads the number at `at`, and passes it.
#[inline]
pub(super) fn read_number(bytes: &[u8], at: &mut usize) -> u64 {
    let mut number = 0;
    let mut shift = 0;
    loop {
        let byte = bytes[*at];
        *at += 1;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return number;
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_written() {
        for length in [0, 1, 0xef, 0xf0, 0xf1, 0xff, 0x100, 0xffff, 0x1_0000, 0xffff_ffff] {
            let mut bytes = Vec::new();
            push_length(&mut bytes, length);
            let mut at = 0;
            assert_eq!(read_length(&bytes, &mut at), length);
            assert_eq!((at, length_bytes(length)), (bytes.len(), bytes.len()));
        }
    }

    #[test]
    fn numbers_are_read_as_written() {
        for number in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            push_number(&mut bytes, number);
            let mut at = 0;
            assert_eq!(read_number(&bytes, &mut at), number);
            assert_eq!((at, number_bytes(number)), (bytes.len(), bytes.len()));
        }
    }
}
