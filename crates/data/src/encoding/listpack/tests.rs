use fanfare_stdx::random::Random;

use super::*;
use crate::encoding::buffer::InlineValue;
use crate::encoding::entry::{Entry, Form, NewValue};

const NUMBERS: [i64; 18] = [
    0,
    127,
    128,
    -1,
    -4096,
    4095,
    -4097,
    4096,
    i16::MIN as i64,
    i16::MAX as i64 + 1,
    -0x80_0000,
    0x7f_ffff,
    0x80_0000,
    i32::MIN as i64,
    i32::MAX as i64 + 1,
    i64::MIN,
    i64::MAX,
    1_795_382_537_887,
];
const LENGTHS: [usize; 12] =
    [0, 1, 63, 64, 125, 126, 4095, 4096, 16_379, 16_380, 70_000, 3_000_000];

fn texts(listpack: Listpack<'_>) -> Vec<Vec<u8>> {
    listpack.iter().map(|(_, element)| element.text(&mut itoa::Buffer::new()).to_vec()).collect()
}

#[test]
fn bytes_are_those_of_the_format() {
    let check = |text: &[u8], expected: &[u8]| {
        let mut bytes = EMPTY.to_vec();
        push(&mut bytes, &[Element::of(text)]);
        assert_eq!(&bytes[HEADER_BYTES..], expected, "{}", text.escape_ascii());
        assert_eq!(bytes[..HEADER_BYTES], [1, 0]);
        // In Redis four bytes with the length stand in front, and a mark at the end.
        assert_eq!(Listpack::new(&bytes).redis_bytes(), 4 + 2 + expected.len() + 1);
    };
    check(b"1", &[1, 1]);
    check(b"127", &[0x7f, 1]);
    check(b"-1", &[0xdf, 0xff, 2]);
    check(b"128", &[0xc0, 0x80, 2]);
    check(b"5000", &[0xf1, 0x88, 0x13, 3]);
    check(b"-70000", &[0xf2, 0x90, 0xee, 0xfe, 4]);
    check(b"abc", &[0x83, b'a', b'b', b'c', 4]);
    check(b"01", &[0x82, b'0', b'1', 3]);
    let long = [b'x'; 64];
    check(&long, &[&[0xe0, 0x40][..], &long, &[66]].concat());
    let longer = [b'x'; 126];
    check(&longer, &[&[0xe0, 0x7e][..], &longer, &[1, 0x80]].concat());
}

#[test]
fn every_number_and_length_comes_back_from_both_ends() {
    let mut bytes = EMPTY.to_vec();
    let mut expected = Vec::new();
    for number in NUMBERS {
        expected.push(number.to_string().into_bytes());
    }
    expected.extend(LENGTHS.map(|length| vec![b'x'; length]));
    for text in &expected {
        push(&mut bytes, &[Element::of(text)]);
    }
    let listpack = Listpack::new(&bytes);
    assert_eq!((texts(listpack), listpack.len()), (expected.clone(), expected.len()));
    let backwards: Vec<usize> = listpack.iter().rev().map(|(at, _)| at).collect();
    let forwards: Vec<usize> = listpack.iter().map(|(at, _)| at).collect();
    assert!(backwards.iter().rev().eq(&forwards));
    for (index, text) in expected.iter().enumerate() {
        assert_eq!(listpack.nth(index as i64), Some(forwards[index]));
        assert_eq!(listpack.nth(index as i64 - expected.len() as i64), Some(forwards[index]));
        assert_eq!(listpack.find(text, listpack.start(), 1), Some(forwards[index]));
    }
    assert_eq!(listpack.nth(expected.len() as i64), None);
    assert_eq!(listpack.nth(-1 - expected.len() as i64), None);
    assert_eq!(listpack.find(b"no such", listpack.start(), 1), None);
    assert_eq!(listpack.find(b"127", listpack.start(), 2), None, "the second of pairs");
}

fn check_edits(buffer: &mut impl Buffer, seed: u64) {
    let mut random = Random::from_seed(seed);
    let mut model: Vec<Vec<u8>> = Vec::new();
    for _ in 0..2000 {
        let text = match random.below(3) {
            0 => NUMBERS[random.below(NUMBERS.len())].to_string().into_bytes(),
            _ => vec![b'a' + random.below(26) as u8; LENGTHS[random.below(7)] / 8],
        };
        let index = random.below(model.len() + 1);
        let listpack = Listpack::new(buffer.bytes());
        let at = listpack.nth(index as i64).unwrap_or(listpack.end());
        match random.below(5) {
            0 | 1 => {
                insert(buffer, at, &[Element::of(&text), Element::Integer(7)]);
                model.splice(index..index, [text, b"7".to_vec()]);
            }
            2 if index < model.len() => {
                replace(buffer, at, Element::of(&text));
                model[index] = text;
            }
            3 | 4 => {
                let count = random.below(4);
                remove(buffer, at, count);
                model.drain(index..model.len().min(index + count));
            }
            _ => {}
        }
        let listpack = Listpack::new(buffer.bytes());
        assert_eq!(listpack.len(), model.len());
        assert_eq!(listpack.is_empty(), model.is_empty());
    }
    assert_eq!(texts(Listpack::new(buffer.bytes())), model);
}

#[test]
fn edits_do_what_they_do_to_a_vector() {
    for seed in 0..5 {
        println!("seed {seed}");
        check_edits(&mut EMPTY.to_vec(), seed);
        let form = Form::new(3);
        let mut entry = Entry::<()>::new(b"the key", NewValue::Bytes(form, &EMPTY));
        entry.set_expiry_ms(Some(5));
        check_edits(&mut InlineValue::of(&mut entry, form).expect("bytes"), seed);
        assert_eq!((entry.key(), entry.expiry_ms()), (&b"the key"[..], Some(5)));
        assert!(InlineValue::of(&mut entry, Form::new(4)).is_none());
    }
}

#[test]
fn more_elements_than_the_header_can_say_are_counted() {
    let mut bytes = EMPTY.to_vec();
    let elements = vec![Element::Integer(1); 65_534];
    push(&mut bytes, &elements);
    assert_eq!((bytes[..2].to_vec(), Listpack::new(&bytes).len()), (vec![0xfe, 0xff], 65_534));
    push(&mut bytes, &[Element::Integer(1)]);
    assert_eq!((bytes[..2].to_vec(), Listpack::new(&bytes).len()), (vec![0xff, 0xff], 65_535));
    remove(&mut bytes, HEADER_BYTES, 65_000);
    assert_eq!(Listpack::new(&bytes).len(), 535);
}
