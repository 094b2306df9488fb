use std::collections::{BTreeMap, BTreeSet};

use fanfare_stdx::random::Random;

use super::algebra::{Difference, difference, new_intersection, new_union};
use super::{NewSet, Set, SetLimits, edit, random};
use crate::encoding::listpack::Element;
use crate::object::{KeyEntry, Object, Type, encoding_name};

type Model = BTreeSet<Vec<u8>>;

const DEFAULT: SetLimits = SetLimits { integers: 512, packed: 128, packed_bytes: 64 };
const TINY: SetLimits = SetLimits { integers: 4, packed: 6, packed_bytes: 5 };
const NO_INTEGERS: SetLimits = SetLimits { integers: 0, packed: 30, packed_bytes: 64 };
const TABLES: SetLimits = SetLimits { integers: 0, packed: 0, packed_bytes: 0 };
const ALL_LIMITS: [SetLimits; 4] = [DEFAULT, TINY, NO_INTEGERS, TABLES];

fn text(element: Element<'_>) -> Vec<u8> {
    element.text(&mut itoa::Buffer::new()).to_vec()
}

fn some_member(random: &mut Random) -> Vec<u8> {
    match random.below(6) {
        0 => random.next_u64().cast_signed().to_string().into_bytes(),
        1..4 => random.below(60).to_string().into_bytes(),
        4 => format!("member:{}", random.below(60)).into_bytes(),
        _ => vec![b'x'; random.below(70)],
    }
}

fn some_set(random: &mut Random, members_max: usize) -> (KeyEntry, Model) {
    let limits = random.choose(&ALL_LIMITS);
    let mut new = NewSet::new_for(b"1", 1 + random.below(8), limits);
    let mut model = Model::new();
    let are_integers = random.below(2) == 0;
    for _ in 0..random.below(members_max) {
        let member = if are_integers {
            random.below(100).to_string().into_bytes()
        } else {
            some_member(random)
        };
        assert_eq!(new.add(Element::of(&member), limits, None), model.insert(member));
    }
    (KeyEntry::new(b"key", new.take_value()), model)
}

fn set(entry: &KeyEntry) -> Set<'_> {
    Set::of(entry.value()).expect("it is a set")
}

fn check(set: Set<'_>, model: &Model, seed: u64) {
    let members: Vec<_> = set.iter().map(text).collect();
    assert_eq!((members.len(), set.len()), (model.len(), model.len()), "seed {seed}");
    assert_eq!(set.is_empty(), model.is_empty());
    assert!(members.iter().all(|member| model.contains(member)), "seed {seed}");
    assert!(model.iter().all(|member| set.contains(member)), "seed {seed}");
}

#[test]
fn edits_in_any_form_do_what_they_do_to_a_set() {
    for seed in 0..200 {
        let mut random = Random::from_seed(seed);
        let (mut entry, mut model) = some_set(&mut random, 20);
        for _ in 0..300 {
            let limits = random.below(4).min(random.below(4));
            let limits = &ALL_LIMITS[limits];
            let member = some_member(&mut random);
            match random.below(40) {
                0..20 => assert_eq!(edit::add(&mut entry, &member, limits), model.insert(member)),
                20..35 => assert_eq!(edit::remove(&mut entry, &member), model.remove(&member)),
                35 => edit::expect(&mut entry, random.below(300), limits),
                36..39 => random::pop(&mut entry, &mut random, |member| {
                    assert!(model.remove(&text(member)), "seed {seed}");
                }),
                _ => {
                    let count = random.below(model.len().max(1));
                    let mut popped = 0;
                    random::pop_many(&mut entry, count, limits, &mut random, |member| {
                        assert!(model.remove(&text(member)), "seed {seed}");
                        popped += 1;
                    });
                    assert_eq!(popped, count);
                }
            }
            check(set(&entry), &model, seed);
            assert_eq!(Type::of(&entry.value()), Type::Set);
        }
    }
}

#[test]
fn forms_are_those_of_redis() {
    let forms = |limits: &SetLimits, members: &[&str]| {
        let mut new = NewSet::new_for(members[0].as_bytes(), 1, limits);
        new.add(Element::of(members[0].as_bytes()), limits, None);
        let mut entry = KeyEntry::new(b"key", new.take_value());
        for member in &members[1..] {
            edit::add(&mut entry, member.as_bytes(), limits);
        }
        encoding_name(&entry.value())
    };
    for (limits, members, name) in [
        (DEFAULT, &["1", "2"][..], "intset"),
        (DEFAULT, &["1", "01"], "listpack"),
        (TINY, &["1", "2", "3", "4"], "intset"),
        (TINY, &["1", "2", "3", "4", "5"], "hashtable"),
        (TINY, &["1", "2", "3", "4", "4"], "intset"),
        (TINY, &["1", "2", "3", "4", "a"], "listpack"),
        (TINY, &["-12345", "a"], "hashtable"),
        (TINY, &["1", "abcdef"], "hashtable"),
        (TINY, &["a", "b", "c", "d", "e", "f"], "listpack"),
        (TINY, &["a", "b", "c", "d", "e", "f", "f"], "listpack"),
        (TINY, &["a", "b", "c", "d", "e", "f", "g"], "hashtable"),
        (NO_INTEGERS, &["1"], "listpack"),
        (TABLES, &["1"], "hashtable"),
    ] {
        assert_eq!(forms(&limits, members), name, "{members:?} under {limits:?}");
    }
}

#[test]
fn algebra_agrees_with_that_of_sets() {
    for seed in 0..3000 {
        let mut random = Random::from_seed(seed);
        let limits = *random.choose(&ALL_LIMITS);
        let count = 1 + random.below(4);
        let made: Vec<_> = (0..count).map(|_| some_set(&mut random, 40)).collect();
        let sets: Vec<_> = made.iter().map(|(entry, _)| set(entry)).collect();
        let models: Vec<_> = made.iter().map(|(_, model)| model).collect();
        let in_all = |member: &&Vec<u8>| models.iter().all(|model| model.contains(*member));
        let intersection: Model = models[0].iter().filter(in_all).cloned().collect();
        let union: Model = models.iter().copied().flatten().cloned().collect();
        let in_others = |member: &Vec<u8>| models[1..].iter().any(|model| model.contains(member));
        let rest: Model = models[0].iter().filter(|&member| !in_others(member)).cloned().collect();

        check(new_union(sets.iter().copied(), &limits, None).as_set(), &union, seed);
        check(new_intersection(&mut sets.clone(), &limits, None).as_set(), &intersection, seed);
        let found = || difference(sets[0], sets[1..].to_vec(), &limits, None);
        let mut members = Model::new();
        found().for_each(|member| assert!(members.insert(text(member)), "seed {seed}"));
        assert_eq!(members, rest, "seed {seed}");
        check(found().into_new(&limits, None).as_set(), &rest, seed);
    }
}

#[test]
fn differences_are_found_in_both_ways() {
    let (limits, mut random) = (DEFAULT, Random::from_seed(1));
    let large = new_union(std::iter::once(set(&some_set(&mut random, 400).0)), &limits, None);
    let small = NewSet::new();
    let ways = [1, 9].map(|others| {
        let others = vec![small.as_set(); others];
        difference(large.as_set(), others, &limits, None)
    });
    assert!(matches!(ways, [Difference::ByLookUp(..), Difference::ByRemoval(_)]));
}

#[test]
fn every_choice_of_members_is_as_likely() {
    let members = ["1", "2", "3", "4", "5", "6"];
    for (limits, seed) in [(DEFAULT, 1), (NO_INTEGERS, 2), (TABLES, 3)] {
        let mut random = Random::from_seed(seed);
        let mut new = NewSet::new_for(b"1", 1, &limits);
        for member in members {
            new.add(Element::of(member.as_bytes()), &limits, None);
        }
        let entry = KeyEntry::new(b"key", new.take_value());
        // With 30,000 drawings of n, the deviation of each count from its mean is below five standard deviations.
        for count in [1, 2, 4] {
            let mut samples = BTreeMap::<Vec<Vec<u8>>, i32>::new();
            let mut popped = samples.clone();
            for _ in 0..30_000 {
                let mut sample = Vec::new();
                set(&entry).sample(count, &mut random, |member| sample.push(text(member)));
                sample.sort();
                *samples.entry(sample).or_default() += 1;
                let (mut copy, mut taken) = (entry.clone(), Vec::new());
                random::pop_many(&mut copy, count, &limits, &mut random, |member| {
                    taken.push(text(member));
                });
                taken.sort();
                *popped.entry(taken).or_default() += 1;
            }
            for counts in [samples, popped] {
                let choices = if count == 1 { 6 } else { 15 };
                assert_eq!(counts.len(), choices);
                let mean = 30_000 / choices as i32;
                assert!(counts.values().all(|n| (n - mean).abs() < 350), "{counts:?}");
            }
        }
        let mut draws = BTreeMap::<Vec<u8>, i32>::new();
        set(&entry).draw(60_000, &mut random, |member| {
            *draws.entry(text(member)).or_default() += 1;
        });
        assert!(draws.len() == 6 && draws.values().all(|n| (n - 10_000).abs() < 500), "{draws:?}");
    }
}

#[test]
fn a_scan_goes_on_in_the_set_that_replaces_a_table() {
    let member = |number: usize| number.to_string().into_bytes();
    let mut old = NewSet::new();
    (0..2000).for_each(|number| {
        old.add(Element::of(&member(number)), &DEFAULT, None);
    });
    let Set::Table(table) = old.as_set() else { panic!("it is large") };
    let mut seen = Model::new();
    let cursor = table.scan(0, 900, |entry| {
        seen.insert(entry.key().to_vec());
    });
    let mut new = NewSet::new();
    for number in 500..5000 {
        new.add(Element::of(&member(number)), &DEFAULT, Some(old.as_set()));
    }
    let Set::Table(table) = new.as_set() else { panic!("it is large") };
    table.scan(cursor, usize::MAX, |entry| {
        seen.insert(entry.key().to_vec());
    });
    assert!((500..2000).all(|number| seen.contains(&member(number))));
}

#[test]
fn a_set_too_large_for_its_entry_becomes_a_table() {
    let limits = SetLimits { integers: usize::MAX, packed: usize::MAX, packed_bytes: usize::MAX };
    let mut new = NewSet::new();
    for number in 0..140_000_i64 {
        new.add(Element::Integer(number << 32), &limits, None);
    }
    assert!(matches!(new.take_value(), crate::encoding::entry::NewValue::Object(object)
        if matches!(&*object, Object::Set(members) if members.len() == 140_000)));
    let mut new = NewSet::new_packed();
    for number in 0..3_u8 {
        assert!(new.add(Element::Bytes(&vec![number + b'a'; 500_000]), &limits, None));
    }
    assert!(matches!(new.as_set(), Set::Table(members) if members.len() == 3));
}
