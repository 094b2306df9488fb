use std::collections::BTreeMap;

use fanfare_stdx::random::Random;

use super::*;

const SPARSE_BYTES_MAX: usize = 3000;

#[test]
fn the_self_test_passes() {
    for seed in 0..3 {
        assert_eq!(self_test(&mut Random::from_seed(seed)), Ok(()));
    }
}

#[test]
fn bytes_are_those_of_redis() {
    let mut sketch = empty();
    assert_eq!(sketch, b"HYLL\x01\0\0\0\0\0\0\0\0\0\0\0\x7f\xff");
    for element in [&b"a"[..], b"b", b"c"] {
        assert_eq!(add(&mut sketch, element, SPARSE_BYTES_MAX), Ok(true));
        assert_eq!(add(&mut sketch, element, SPARSE_BYTES_MAX), Ok(false));
    }
    assert_eq!(sketch, b"HYLL\x01\0\0\0\0\0\0\0\0\0\0\x80`\xf3\x80P\xb1\x84K\xfb\x80BZ");
    assert_eq!((count(&sketch), cached_count(&sketch)), (Ok(3), None));
    cache_count(&mut sketch, 3);
    assert_eq!(cached_count(&sketch), Some(3));
    forget_count(&mut sketch);
    assert_eq!(cached_count(&sketch), None);
}

#[test]
fn registers_keep_the_highest_value_in_any_form() {
    let mut random = Random::from_seed(3);
    for round in 0..200 {
        let (mut sketch, mut model) = (empty(), BTreeMap::new());
        let bytes_max = 36 + random.below(400);
        for _ in 0..300 {
            // Few registers, so that runs of the same value meet, are split and are joined.
            let (register, value) = (random.below(50), 1 + random.below(3 + round / 4) as u8);
            let value = value.min(51);
            let old = model.get(&register).copied().unwrap_or(0);
            let was_raised = raise(&mut sketch, register, value, bytes_max);
            assert_eq!(was_raised, Ok(value > old));
            model.insert(register, old.max(value));
        }
        let mut union = Union::default();
        assert_eq!(union.add(&sketch), Ok(()));
        for (register, value) in union.values().iter().enumerate() {
            assert_eq!(*value, model.get(&register).copied().unwrap_or(0));
        }
        let dense = to_dense(&sketch).expect("it is whole");
        assert_eq!(count(&dense), count(&sketch));
    }
}

#[test]
fn any_bytes_are_counted_or_refused() {
    let mut random = Random::from_seed(4);
    for _ in 0..3000 {
        let mut bytes = empty();
        bytes.truncate(HEADER_BYTES + random.below(3));
        let length = random.below(200);
        bytes.extend((0..length).map(|_| random.next_u64() as u8));
        let is_whole = count(&bytes).is_ok();
        assert_eq!(to_dense(&bytes).is_ok(), is_whole);
        assert_eq!(Union::default().add(&bytes).is_ok(), is_whole);
        let element = random.next_u64().to_le_bytes();
        let added = add(&mut bytes, &element, SPARSE_BYTES_MAX);
        assert!(added.is_ok() || !is_whole);
    }
}
