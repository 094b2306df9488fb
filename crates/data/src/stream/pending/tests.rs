use std::collections::BTreeMap;

use fanfare_stdx::random::Random;

use super::*;
use crate::stream::group::Group;

fn owners() -> Vec<ConsumerNumber> {
    let mut group = Group::default();
    (0..100).map(|one: u32| group.find_or_add_consumer(&one.to_be_bytes(), 0).0).collect()
}

fn delivery(owner: ConsumerNumber, count: i64) -> Delivery {
    Delivery { owner: Some(owner), time_ms: 7, count }
}

const ALL: RangeInclusive<StreamId> = StreamId::MIN..=StreamId::MAX;

#[test]
fn entries_are_those_of_an_ordered_map() {
    let owners = owners();
    for seed in 0..30 {
        println!("seed {seed}");
        let mut random = Random::from_seed(seed);
        let (mut pending, mut model) = (Pending::default(), BTreeMap::new());
        let (mut low, mut high) = (1_000_u64, 1_000_u64);
        for step in 0..3_000 {
            let id = match random.below(8) {
                0 => StreamId::new(random.below(3_000) as u64, 0),
                1 => StreamId::new(low + random.below(40) as u64, 0),
                2..4 => StreamId::new(low, 0),
                _ => StreamId::new(high, 0),
            };
            if id.ms == high {
                high += 1;
                let one = delivery(owners[random.below(100)], step);
                assert_eq!(pending.set(id, one), model.insert(id, one));
            } else if id.ms == low {
                low += 1;
                assert_eq!(pending.remove(id), model.remove(&id));
            } else if random.below(2) == 0 {
                let one = delivery(owners[random.below(100)], step);
                assert_eq!(pending.set(id, one), model.insert(id, one));
            } else {
                assert_eq!(pending.remove(id), model.remove(&id));
            }
            assert_eq!(pending.get(id), model.get(&id));
            if step % 100 != 0 {
                continue;
            }
            let (start, end) = (StreamId::new(random.below(3_000) as u64, 0), id);
            let ids = start..=end.max(start);
            assert!(
                pending.range(ids.clone()).eq(model.range(ids.clone()).map(|(id, one)| (*id, one)))
            );
            assert!(
                pending
                    .range(ids.clone())
                    .rev()
                    .eq(model.range(ids.clone()).rev().map(|(id, one)| (*id, one)))
            );
            let owner = owners[random.below(100)];
            let of_owner = model.range(ids.clone()).filter(|(_, one)| one.owner == Some(owner));
            assert!(pending.range_of(owner, ids).eq(of_owner.map(|(id, one)| (*id, one))));
            let ends = model.keys().next().copied().zip(model.keys().next_back().copied());
            assert_eq!((pending.len(), pending.ends()), (model.len(), ends));
        }
        let owner = owners[random.below(100)];
        let len = model.len();
        model.retain(|_, one| one.owner != Some(owner));
        assert_eq!(pending.remove_of(owner), len - model.len());
        assert!(pending.range(ALL).eq(model.iter().map(|(id, one)| (*id, one))));
    }
}

#[test]
fn those_delivered_first_are_found_whatever_their_ids() {
    let owners = owners();
    for seed in 0..30 {
        println!("seed {seed}");
        let mut random = Random::from_seed(seed);
        let (mut pending, mut model) = (Pending::default(), BTreeMap::new());
        for step in 0..2_000 {
            let id = StreamId::new(random.below(1_000) as u64, 0);
            let one = match random.below(10) {
                0 => Delivery::given_back(step),
                1 => Delivery { time_ms: random.below(200) as i64, ..delivery(owners[1], step) },
                _ => Delivery { time_ms: step / 8, ..delivery(owners[random.below(9)], step) },
            };
            match random.below(8) {
                0..5 => assert_eq!(pending.set(id, one), model.insert(id, one)),
                5 => pending.visit_of(owners[0], id, |_, seen| {
                    seen.time_ms = one.time_ms;
                    ControlFlow::Break(())
                }),
                _ => assert_eq!(pending.remove(id), model.remove(&id)),
            }
            for (id, one) in pending.range(ALL) {
                model.insert(id, *one);
            }
            let (until_ms, count) = (random.below(300) as i64, 1 + random.below(20));
            let mut expected: Vec<_> = model.iter().map(|(id, one)| (one.time_ms, *id)).collect();
            expected.sort_unstable();
            assert!(pending.oldest_ms() <= expected.first().map(|(time_ms, _)| *time_ms));
            expected.retain(|(time_ms, _)| *time_ms <= until_ms);
            let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).take(count).collect();
            assert_eq!(pending.oldest(until_ms, count), expected);
        }
        // What is before all of them is searched for once only.
        let first_ms = model.values().map(|one| one.time_ms).min().expect("there are some");
        assert_eq!(pending.oldest(first_ms - 1, 5), []);
        assert!(pending.oldest_ms() > Some(first_ms - 1));
    }
}

#[test]
fn a_search_for_those_delivered_first_passes_over_chunks_of_later_ones() {
    let (owners, mut pending) = (owners(), Pending::default());
    for ms in 0..640 {
        let one = Delivery { time_ms: ms as i64, ..delivery(owners[0], 1) };
        pending.set(StreamId::new(ms, 0), one);
    }
    assert_eq!(pending.oldest(700, 3), [0, 1, 2].map(|ms| StreamId::new(ms, 0)));
    let may_have =
        |until_ms| pending.chunks.values().filter(|chunk| chunk.oldest_ms() <= until_ms).count();
    assert_eq!((may_have(2), may_have(64), may_have(639)), (1, 2, 10));
}

#[test]
fn ids_in_order_fill_their_chunks() {
    let (owners, mut pending) = (owners(), Pending::default());
    for ms in 0..6_400 {
        pending.set(StreamId::new(ms, 0), delivery(owners[0], 1));
    }
    assert_eq!(pending.chunks.len(), 6_400 / chunk::ENTRIES_MAX);
    assert!(pending.memory_bytes() < 6_400 * 42, "{}", pending.memory_bytes());
    for ms in 0..6_400 {
        pending.remove(StreamId::new(ms, 0));
    }
    assert!(pending.is_empty());
    assert!(pending.memory_bytes() < 1_000, "{}", pending.memory_bytes());
}

#[test]
fn what_stays_of_each_chunk_takes_little_room() {
    let (owners, mut pending) = (owners(), Pending::default());
    for ms in 0..6_400 {
        pending.set(StreamId::new(ms, 0), delivery(owners[0], 1));
    }
    for ms in (0..6_400).filter(|ms| ms % 64 != 9) {
        pending.remove(StreamId::new(ms, 0));
    }
    assert_eq!(pending.len(), 100);
    assert!(pending.memory_bytes() < 100 * 1_000, "{}", pending.memory_bytes());
}

#[test]
fn a_search_for_a_consumers_entries_passes_over_chunks_without_any() {
    let (owners, mut pending) = (owners(), Pending::default());
    for ms in 0..640 {
        pending.set(StreamId::new(ms, 0), delivery(owners[(ms / 64) as usize], 1));
    }
    let chunks_of = |owner: usize| {
        pending.chunks.values().filter(|chunk| chunk.may_have(owners[owner])).count()
    };
    assert!((0..10).all(|owner| chunks_of(owner) == 1));
    assert_eq!(chunks_of(20), 0);
}
