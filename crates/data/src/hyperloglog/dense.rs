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

/// The values of all registers, some at a time.
pub(super) fn groups(bytes: &[u8]) -> impl Iterator<Item = [u8; GROUP]> {
    bytes[HEADER_BYTES..].as_chunks::<GROUP_BYTES>().0.iter().map(unpack)
}

/// The values of all registers.
pub(super) fn values(bytes: &[u8]) -> [u8; REGISTERS] {
    let mut values = [0; REGISTERS];
    let (places, _) = values.as_chunks_mut();
    places.iter_mut().zip(groups(bytes)).for_each(|(place, group)| *place = group);
    values
}

/// Calls `each` with every register's number and value.
pub(super) fn each(bytes: &[u8], mut each: impl FnMut(usize, u8)) {
    for (register, value) in groups(bytes).flatten().enumerate() {
        each(register, value);
    }
}

/// Raises all registers to these values.
pub(super) fn raise_all(bytes: &mut [u8], values: &[u8; REGISTERS]) {
    let mut highest = self::values(bytes);
    take_highest(&mut highest, values);
    let (groups, _) = bytes[HEADER_BYTES..].as_chunks_mut::<GROUP_BYTES>();
    groups.iter_mut().zip(highest.as_chunks().0).for_each(|(group, values)| *group = pack(*values));
}

/// Takes over each value that is higher.
pub(super) fn take_highest(values: &mut [u8; REGISTERS], others: &[u8; REGISTERS]) {
    for (value, other) in values.iter_mut().zip(others) {
        *value = (*value).max(*other);
    }
}

/// A byte for each register of a group.
fn unpack(group: &[u8; GROUP_BYTES]) -> [u8; GROUP] {
    let word = u32::from_le_bytes([group[0], group[1], group[2], 0]);
    let register = |place: usize| (word & MASK << (place * BITS)) << (place * (8 - BITS));
    (register(0) | register(1) | register(2) | register(3)).to_le_bytes()
}

fn pack(values: [u8; GROUP]) -> [u8; GROUP_BYTES] {
    let word = u32::from_le_bytes(values);
    let register = |place: usize| (word & MASK << (place * 8)) >> (place * (8 - BITS));
    let [first, second, third, _] =
        (register(0) | register(1) | register(2) | register(3)).to_le_bytes();
    [first, second, third]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_packed_as_registers_are_raised_one_by_one() {
        let mut one_by_one = vec![0; HEADER_BYTES + BYTES];
        let mut values = [0; REGISTERS];
        for (register, value) in values.iter_mut().enumerate() {
            *value = (register * 7 % 64) as u8;
            raise(&mut one_by_one, register, *value);
        }
        let mut together = vec![0; HEADER_BYTES + BYTES];
        raise_all(&mut together, &values);
        assert!(together == one_by_one);
        assert!(groups(&together).flatten().eq(values));
        // What is higher stays.
        raise_all(&mut together, &[5; REGISTERS]);
        assert!(groups(&together).flatten().eq(values.map(|value| value.max(5))));
    }
}
