use std::collections::VecDeque;
use std::ops::ControlFlow;

use fanfare_stdx::random::Random;

use super::*;
use crate::encoding::entry::NewValue;
use crate::encoding::listpack::Element;
use crate::object::{KeyEntry, Object, PACKED_LIST};

const SIDES: [Side; 2] = [Side::Left, Side::Right];

fn empty() -> KeyEntry {
    let mut scratch = Vec::new();
    let limit = BlockLimit::from_setting(-2);
    KeyEntry::new(b"key", edit::new_list(Side::Left, [].into_iter(), limit, &mut scratch))
}

fn is_packed(entry: &KeyEntry) -> bool {
    entry.form() == Some(PACKED_LIST)
}

fn texts(entry: &KeyEntry, side: Side) -> Vec<Vec<u8>> {
    let list = ListRef::of(entry).expect("a list");
    list.iter(side).map(|element| element.text(&mut itoa::Buffer::new()).to_vec()).collect()
}

/// A string out of few, so that some are equal, or sometimes a long one.
fn random_text(random: &mut Random) -> Vec<u8> {
    match random.below(12) {
        0..=4 => random.below(20).to_string().into_bytes(),
        5..=8 => vec![b'a' + random.below(4) as u8; random.below(4)],
        9 => (random.next_u64() as i64).to_string().into_bytes(),
        10 => vec![b'x'; random.below(400)],
        _ => vec![b'y'; random.below(12_000)],
    }
}

fn push(entry: &mut KeyEntry, side: Side, texts: &[Vec<u8>], limit: BlockLimit) {
    let length = edit::push(entry, side, texts.iter().map(Vec::as_slice), limit);
    assert_eq!(length, ListRef::of(entry).map(ListRef::len));
}

fn check(entry: &KeyEntry, model: &VecDeque<Vec<u8>>, random: &mut Random) {
    let list = ListRef::of(entry).expect("a list");
    assert_eq!(list.len(), model.len());
    assert_eq!(list.is_empty(), model.is_empty());
    assert!(texts(entry, Side::Left).iter().eq(model.iter()));
    assert!(texts(entry, Side::Right).iter().eq(model.iter().rev()));
    for side in SIDES {
        let (most, mut seen) = (random.below(model.len() + 2), Vec::new());
        let _ = list.try_each(side, |element| {
            seen.push(element.text(&mut itoa::Buffer::new()).to_vec());
            if seen.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        assert_eq!(seen, texts(entry, side)[..most.max(1).min(model.len())]);
    }
    let index = random.below(model.len() + 1);
    let wanted = model.get(index).map(|text| Element::of(text));
    assert_eq!(list.get(index), wanted);
    let rest =
        list.iter_from(index, Side::Left).map(|one| one.text(&mut itoa::Buffer::new()).to_vec());
    assert!(rest.eq(model.iter().skip(index).cloned()));
    if let ListRef::Blocks(blocks) = list {
        assert!(blocks.blocks.iter().all(|block| block.count() > 0), "no block is empty");
        assert_eq!(blocks.blocks.iter().map(block::Block::count).sum::<usize>(), blocks.len());
    }
}

/// One change of the list, and the same of the model.
fn step(
    entry: &mut KeyEntry,
    model: &mut VecDeque<Vec<u8>>,
    random: &mut Random,
    limit: BlockLimit,
) {
    let side = SIDES[random.below(2)];
    let index = random.below(model.len() + 1);
    let text = random_text(random);
    match random.below(18) {
        0..=5 => {
            let new: Vec<_> = (0..=random.below(20)).map(|_| random_text(random)).collect();
            push(entry, side, &new, limit);
            new.into_iter().for_each(|text| match side {
                Side::Left => model.push_front(text),
                Side::Right => model.push_back(text),
            });
        }
        6..=9 if index < model.len() => {
            edit::insert(entry, index, side, &text, limit);
            model.insert(index + usize::from(side == Side::Right), text);
        }
        10..=11 if index < model.len() => {
            edit::replace(entry, index, &text, limit);
            model[index] = text;
        }
        12..=13 => {
            let end = (index + random.below(10)).min(model.len());
            edit::remove(entry, index..end);
            edit::shrink(entry, limit);
            model.drain(index..end);
        }
        14 => {
            let most = random.below(4);
            let found = model.iter().enumerate().filter(|(_, one)| **one == text);
            let mut found: Vec<usize> = found.map(|(index, _)| index).collect();
            if side == Side::Right {
                found.reverse();
            }
            found.truncate(most);
            let removed = edit::remove_equal(entry, &text, side, most);
            edit::shrink(entry, limit);
            assert_eq!(removed, found.len());
            found.sort_unstable();
            found.into_iter().rev().for_each(|index| drop(model.remove(index)));
        }
        15 if random.below(8) == 0 => {
            let kept = model.len().min(3);
            edit::remove(entry, 0..model.len() - kept);
            edit::shrink(entry, limit);
            model.drain(..model.len() - kept);
        }
        16..=17 => {
            let count = random.below(12);
            let mut taken = Vec::new();
            edit::take(entry, side, count, limit, |element| {
                taken.push(element.text(&mut itoa::Buffer::new()).to_vec());
            });
            let expected = (0..count).map_while(|_| match side {
                Side::Left => model.pop_front(),
                Side::Right => model.pop_back(),
            });
            assert_eq!(taken, expected.collect::<Vec<_>>());
        }
        _ => {}
    }
}

#[test]
fn a_list_does_what_a_deque_does() {
    for seed in 0..40 {
        let mut random = Random::from_seed(seed);
        let mut entry = empty();
        let mut model = VecDeque::new();
        let settings = [-1, -2, -5, 0, 1, 2, 5, 128, 100_000];
        let mut limit = BlockLimit::from_setting(settings[random.below(settings.len())]);
        for _ in 0..150 {
            if random.below(50) == 0 {
                limit = BlockLimit::from_setting(settings[random.below(settings.len())]);
            }
            step(&mut entry, &mut model, &mut random, limit);
            check(&entry, &model, &mut random);
        }
        assert_eq!(texts(&entry.clone(), Side::Left), texts(&entry, Side::Left), "seed {seed}");
    }
}

#[test]
fn a_list_changes_its_form_at_the_same_sizes_as_in_redis() {
    for (setting, text, large_at, small_at) in [
        (-1, "a", 1364, 680),
        (-1, "1", 2046, 1020),
        (-2, "xxxxxxxxxx", 683, 340),
        (-5, "12345678901", 6553, 3276),
        (5, "a", 6, 2),
        (128, "a", 129, 64),
    ] {
        let limit = BlockLimit::from_setting(setting);
        let mut entry = empty();
        let text = vec![text.as_bytes().to_vec()];
        for _ in 1..large_at {
            push(&mut entry, Side::Right, &text, limit);
        }
        assert!(is_packed(&entry), "{setting}");
        push(&mut entry, Side::Right, &text, limit);
        assert!(!is_packed(&entry), "{setting}");
        for length in (small_at..large_at).rev() {
            assert!(!is_packed(&entry), "{setting}: {length}");
            edit::remove(&mut entry, length..length + 1);
            edit::shrink(&mut entry, limit);
        }
        assert!(is_packed(&entry), "{setting}");
    }
}

#[test]
fn blocks_hold_as_many_elements_as_those_of_redis() {
    let limit = BlockLimit::from_setting(-1);
    let mut list = List::default();
    let mut begun = Vec::new();
    for number in 1..6000 {
        list.push(Side::Right, b"a", limit);
        if list.blocks() > begun.len() {
            begun.push(number);
        }
    }
    assert_eq!(begun, [1, 1362, 2723, 4084, 5445]);
}

#[test]
fn what_passes_through_a_list_makes_it_no_larger() {
    for side in SIDES {
        let limit = BlockLimit::from_setting(-2);
        let other = if side == Side::Left { Side::Right } else { Side::Left };
        let mut list = List::default();
        (0..40).for_each(|_| list.push(side, &[b'x'; 100], limit));
        for number in 0..20_000_u32 {
            list.push(side, number.to_string().repeat(20).as_bytes(), limit);
            list.take(other, 1, |_| {});
        }
        assert_eq!(list.len(), 40);
        let bytes = list.memory_bytes();
        assert!(bytes < 3 * 8192, "{side:?}: {bytes} bytes");
    }
}

#[test]
fn blocks_in_the_middle_have_no_room() {
    let limit = BlockLimit::from_setting(-2);
    let mut list = List::default();
    (0..5000).for_each(|_| list.push(Side::Right, &[b'x'; 100], limit));
    let before = list.memory_bytes();
    (0..5000).step_by(60).for_each(|index| list.replace(index, &[b'y'; 101], limit));
    let after = list.memory_bytes();
    assert!(after < before + 20_000, "{before} to {after} bytes");
    let copy = list.clone().memory_bytes();
    assert!(copy <= after, "{after} to {copy} bytes");
}

#[test]
fn a_block_with_room_is_moved_seldom() {
    use super::packed::Packed;

    // Pushes at an end and pops at another, in each order of four.
    for pattern in 0..16 {
        let ends = [0, 1, 2, 3].map(|bit| SIDES[pattern >> bit & 1]);
        let mut block = Packed::of(b"first");
        (0..60).for_each(|_| block.insert(block.count(), &[b'x'; 100]));
        let mut moves = 0;
        for _ in 0..1000 {
            for (index, end) in ends.into_iter().enumerate() {
                let place = block.listpack().bytes().as_ptr();
                if index % 2 == 1 {
                    let at = if end == Side::Left { 0 } else { block.count() - 1 };
                    block.remove(at, 1);
                } else {
                    let at = if end == Side::Left { 0 } else { block.count() };
                    block.insert(at, &[b'x'; 100]);
                }
                let distance = place.addr().abs_diff(block.listpack().bytes().as_ptr().addr());
                moves += usize::from(distance > 200);
            }
        }
        assert_eq!(block.count(), 61);
        assert!(moves < 200, "{ends:?}: {moves} moves of all elements by 4,000 steps");
    }
}

#[test]
fn a_large_element_stands_alone() {
    let limit = BlockLimit::from_setting(5);
    let mut entry = empty();
    let small: Vec<_> = (0..5).map(|number: i32| number.to_string().into_bytes()).collect();
    push(&mut entry, Side::Right, &small, limit);
    edit::replace(&mut entry, 2, &[b'y'; 9000], limit);
    let blocks = |entry: &KeyEntry| match ListRef::of(entry) {
        Some(ListRef::Blocks(list)) => list.blocks(),
        _ => 0,
    };
    assert_eq!(blocks(&entry), 3);
    edit::replace(&mut entry, 2, b"z", limit);
    assert_eq!(blocks(&entry), 2);
    assert_eq!(texts(&entry, Side::Left), [b"0", b"1", b"z", b"3", b"4"]);
    assert!(matches!(
        edit::new_list(Side::Left, [].into_iter(), limit, &mut Vec::new()),
        NewValue::Bytes(..)
    ));
}

#[test]
fn values_can_be_dropped_on_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Object>();
}
