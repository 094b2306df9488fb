//! Registers of six bits, one behind the other, lowest bits first.

use super::{HEADER_BYTES, REGISTERS, place};

/// Bits of a register.
const BITS: usize = 6;
const MASK: u32 = (1 << BITS) - 1;
/// Bytes of all registers.
pub(super) const BYTES: usize = REGISTERS * BITS / 8;
/// Bytes that hold a whole number of registers.
const GROUP_BYTES: usize = 3;
/// Registers in so many bytes.
const GROUP: usize = GROUP_BYTES * 8 / BITS;

/// Adds an element to a HyperLogLog that is dense; whether a register changed.
pub fn add(bytes: &mut [u8], element: &[u8]) -> bool {
    let (register, value) = place(element);
    raise(bytes, register, value)
}

/// Raises a register to a value; whether it was lower.
pub(super) fn raise(bytes: &mut [u8], register: usize, value: u8) -> bool {
    let start = HEADER_BYTES + register / GROUP * GROUP_BYTES;
    let group = &mut bytes[start..start + GROUP_BYTES];
    let shift = register % GROUP * BITS;
    let word = u32::from_le_bytes([group[0], group[1], group[2], 0]);
    if word >> shift & MASK >= u32::from(value) {
        return false;
    }
    let word = word & !(MASK << shift) | u32::from(value) << shift;
    group.copy_from_slice(&word.to_le_bytes()[..GROUP_BYTES]);
    true
}

/// Calls `each` with every register's number and value.
pub(super) fn each(bytes: &[u8], mut each: impl FnMut(usize, u8)) {
    let (groups, _) = bytes[HEADER_BYTES..].as_chunks::<GROUP_BYTES>();
    for (index, group) in groups.iter().enumerate() {
        let word = u32::from_le_bytes([group[0], group[1], group[2], 0]);
        for place in 0..GROUP {
            each(index * GROUP + place, (word >> (place * BITS) & MASK) as u8);
        }
    }
}
