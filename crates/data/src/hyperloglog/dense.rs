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
/// Bytes that hold a whole number of registers and of words.
const BLOCK_BYTES: usize = GROUP_BYTES * 8;
/// Registers in so many bytes.
const BLOCK: usize = BLOCK_BYTES * 8 / BITS;

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

/// The values of all registers, a byte each.
pub(super) fn values(bytes: &[u8]) -> [u8; REGISTERS] {
    let mut values = [0; REGISTERS];
    read(bytes, &mut values);
    values
}

/// Raises these values to those of all registers.
pub(super) fn raise_values(values: &mut [u8; REGISTERS], bytes: &[u8]) {
    // All are read first: either loop by itself is one that takes many at a time.
    let mut others = [0; REGISTERS];
    read(bytes, &mut others);
    take_highest(values, &others);
}

/// Writes the values of all registers. (Values of this size that are returned are copied.)
fn read(bytes: &[u8], values: &mut [u8; REGISTERS]) {
    let (blocks, _) = bytes[HEADER_BYTES..].as_chunks();
    for (place, block) in values.as_chunks_mut().0.iter_mut().zip(blocks) {
        *place = unpack(block);
    }
}

/// Calls `each` with every register's number and value.
pub(super) fn each(bytes: &[u8], mut each: impl FnMut(usize, u8)) {
    for (register, value) in values(bytes).into_iter().enumerate() {
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
fn take_highest(values: &mut [u8; REGISTERS], others: &[u8; REGISTERS]) {
    for (value, other) in values.iter_mut().zip(others) {
        *value = (*value).max(*other);
    }
}

/// A byte for each register of a block.
fn unpack(block: &[u8; BLOCK_BYTES]) -> [u8; BLOCK] {
    let mut words = block.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word));
    let [low, middle, high] = std::array::from_fn(|_| words.next().unwrap_or_default());
    // Each has its eight registers in the low 48 bits, and bits of others above.
    let packed = [low, low >> 48 | middle << 16, middle >> 32 | high << 32, high >> 16];
    let mut values = [0; BLOCK];
    for (place, packed) in values.as_chunks_mut().0.iter_mut().zip(packed) {
        *place = spread(packed).to_le_bytes();
    }
    values
}

/// Moves the eight registers in the low 48 bits of a word to a byte each: halves apart first, then quarters, then registers.
const fn spread(packed: u64) -> u64 {
    let halves = packed & 0x00ff_ffff | (packed & 0xffff_ff00_0000) << 8;
    let quarters = halves & 0x0000_0fff_0000_0fff | (halves & 0x00ff_f000_00ff_f000) << 4;
    quarters & 0x003f_003f_003f_003f | (quarters & 0x0fc0_0fc0_0fc0_0fc0) << 2
}

/// The bytes of a group, whose registers' values these are.
fn pack(values: [u8; GROUP]) -> [u8; GROUP_BYTES] {
    let word = u32::from_le_bytes(values);
    let register = |place: usize| (word & MASK << (place * 8)) >> (place * (8 - BITS));
    let [first, second, third, _] =
        (register(0) | register(1) | register(2) | register(3)).to_le_bytes();
    [first, second, third]
}

#[cfg(test)]
mod tests {
    use fanfare_stdx::random::Random;

    use super::*;

    /// Any six bits for each register.
    fn random_values(random: &mut Random) -> [u8; REGISTERS] {
        std::array::from_fn(|_| random.below(64) as u8)
    }

    /// Registers raised to these values one by one.
    fn one_by_one(values: &[u8; REGISTERS]) -> Vec<u8> {
        let mut bytes = vec![0; HEADER_BYTES + BYTES];
        for (register, &value) in values.iter().enumerate() {
            assert_eq!(raise(&mut bytes, register, value), value > 0);
        }
        bytes
    }

    #[test]
    fn all_registers_together_are_as_each_by_itself() {
        let mut random = Random::from_seed(11);
        for _ in 0..20 {
            let (values, others) = (random_values(&mut random), random_values(&mut random));
            let mut bytes = one_by_one(&values);
            assert!(self::values(&bytes) == values);
            // What is higher stays.
            let highest = std::array::from_fn(|register| values[register].max(others[register]));
            raise_all(&mut bytes, &others);
            assert!(bytes == one_by_one(&highest));
            let mut raised = values;
            raise_values(&mut raised, &one_by_one(&others));
            assert!(raised == highest);
        }
    }
}
