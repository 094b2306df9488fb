use fanfare_stdx::random::Random;

use super::field::{FieldType, Overflow};
use super::*;

fn random_bytes(random: &mut Random) -> Vec<u8> {
    let length = random.below(40);
    // Long runs of one kind of bit are what word-wise searches skip.
    let fill = *random.choose(&[0, 0xff, 0xaa]);
    let mut bytes = vec![fill; length];
    for _ in 0..random.below(4) {
        if let Some(index) = length.checked_sub(1).map(|last| random.below(last + 1)) {
            bytes[index] = random.next_u64() as u8;
        }
    }
    bytes
}

fn bits_of(bytes: &[u8]) -> Vec<bool> {
    (0..bytes.len() * 8).map(|at| bit(bytes, at)).collect()
}

#[test]
fn counts_and_positions_are_those_of_single_bits() {
    let mut random = Random::from_seed(5);
    for _ in 0..5000 {
        let bytes = random_bytes(&mut random);
        let bits = bits_of(&bytes);
        let (a, b) = (random.below(bits.len() + 1), random.below(bits.len() + 1));
        let range = a.min(b)..a.max(b);
        let ones = bits[range.clone()].iter().filter(|bit| **bit).count();
        assert_eq!(count(&bytes, range.clone()), ones as u64, "{bytes:?} {range:?}");
        for is_set in [false, true] {
            let found = bits[range.clone()].iter().position(|bit| *bit == is_set);
            let expected = found.map(|at| at + range.start);
            assert_eq!(position(&bytes, range.clone(), is_set), expected, "{bytes:?} {range:?}");
        }
    }
}

#[test]
fn a_bit_is_set_and_cleared_alone() {
    let mut random = Random::from_seed(6);
    for _ in 0..2000 {
        let mut bytes = random_bytes(&mut random);
        if bytes.is_empty() {
            continue;
        }
        let mut bits = bits_of(&bytes);
        let (at, is_set) = (random.below(bits.len()), random.below(2) == 1);
        assert_eq!(set_bit(&mut bytes, at, is_set), bits[at]);
        bits[at] = is_set;
        assert_eq!(bits_of(&bytes), bits);
        assert!(!bit(&bytes, bits.len() + random.below(100)));
    }
}

#[test]
fn combinations_are_those_of_single_bits() {
    let operations = [
        Operation::And,
        Operation::Or,
        Operation::Xor,
        Operation::Not,
        Operation::Diff,
        Operation::Diff1,
        Operation::AndOr,
        Operation::One,
    ];
    let mut random = Random::from_seed(8);
    for round in 0..4000 {
        let operation = *random.choose(&operations);
        let count = if operation == Operation::Not { 1 } else { 1 + random.below(4) };
        let mut sources: Vec<_> = (0..count).map(|_| random_bytes(&mut random)).collect();
        if round % 500 == 0 {
            // More than is combined at a time, of any length.
            sources.iter_mut().for_each(|source| *source = source.repeat(random.below(500)));
        }
        let strings: Vec<_> = sources.iter().map(Vec::as_slice).collect();
        let result = combine(operation, &strings);
        assert_eq!(result.len(), sources.iter().map(Vec::len).max().unwrap_or(0));
        for at in 0..result.len() * 8 {
            let bits: Vec<_> = sources.iter().map(|source| bit(source, at)).collect();
            let (first, others) = (bits[0], bits[1..].contains(&true));
            let ones = bits.iter().filter(|bit| **bit).count();
            let expected = match operation {
                Operation::And => ones == count,
                Operation::Or => ones > 0,
                Operation::Xor => ones % 2 == 1,
                Operation::Not => !first,
                Operation::Diff => first && !others,
                Operation::Diff1 => !first && others,
                Operation::AndOr => first && others,
                Operation::One => ones == 1,
            };
            assert_eq!(bit(&result, at), expected, "round {round}, {operation:?} at {at}");
        }
    }
}

#[test]
fn fields_are_the_bits_of_their_values() {
    let mut random = Random::from_seed(9);
    for _ in 0..5000 {
        let is_signed = random.below(2) == 1;
        let bits = 1 + random.below(if is_signed { 64 } else { 63 }) as u32;
        let field = FieldType { is_signed, bits };
        let at = random.below(100);
        let mut bytes = random_bytes(&mut random);
        bytes.resize(bytes.len().max(field.end_byte(at)), 0x55);
        let before = bits_of(&bytes);
        let value = field.fit(i128::from(random.next_u64() as i64), Overflow::Wrap);
        let value = value.expect("wrapping never fails");
        field.set(&mut bytes, at, value);
        assert_eq!(field.get(&bytes, at), value);
        let after = bits_of(&bytes);
        for (index, (before, after)) in before.iter().zip(&after).enumerate() {
            match index.checked_sub(at).filter(|place| *place < bits as usize) {
                Some(place) => assert_eq!(*after, value >> (bits as usize - 1 - place) & 1 == 1),
                None => assert_eq!(before, after),
            }
        }
    }
}

#[test]
fn what_does_not_fit_wraps_saturates_or_fails() {
    let unsigned = FieldType { is_signed: false, bits: 8 };
    let signed = FieldType { is_signed: true, bits: 8 };
    for (field, value, wrapped, saturated) in [
        (unsigned, 256, 0, 255),
        (unsigned, -1, 255, 0),
        (unsigned, unsigned.wide(-1), 255, 255),
        (signed, 128, -128, 127),
        (signed, -129, 127, -128),
        (signed, signed.wide(i64::MIN + 128), -128, -128),
        (signed, signed.wide(i64::MIN + 127), 127, 127),
        (signed, i128::from(i64::MIN) * 2, 0, -128),
    ] {
        assert_eq!(field.fit(value, Overflow::Wrap), Some(wrapped), "{field:?} {value}");
        assert_eq!(field.fit(value, Overflow::Saturate), Some(saturated), "{field:?} {value}");
        assert_eq!(field.fit(value, Overflow::Fail), None, "{field:?} {value}");
    }
    assert_eq!(signed.fit(-128, Overflow::Fail), Some(-128));
    assert_eq!(unsigned.get(b"\xff", 4), 0xf0);
    assert_eq!(unsigned.get(b"", 1 << 40), 0);
}
