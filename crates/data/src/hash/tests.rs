use std::collections::{HashMap, HashSet};

use fanfare_stdx::random::Random;

use super::*;

const WIDE: PackedLimits = PackedLimits { fields: 100_000, bytes: 100_000 };

type Model = HashMap<Vec<u8>, (Vec<u8>, Option<i64>)>;

fn new_hash() -> KeyEntry {
    KeyEntry::new(b"key", EMPTY)
}

fn edit(entry: &mut KeyEntry) -> HashMut<'_> {
    HashMut::of(entry).expect("a hash")
}

fn read(entry: &KeyEntry) -> HashRef<'_> {
    HashRef::of(entry).expect("a hash")
}

fn text(element: Element<'_>) -> Vec<u8> {
    element.text(&mut itoa::Buffer::new()).to_vec()
}

fn names(entry: &KeyEntry) -> Vec<String> {
    let mut names = Vec::new();
    read(entry)
        .for_each(|field| names.push(String::from_utf8_lossy(&text(field.name)).into_owned()));
    names
}

fn check(entry: &KeyEntry, model: &Model) {
    let hash = read(entry);
    assert_eq!(hash.len(), model.len());
    let mut seen = Model::new();
    let mut times = Vec::new();
    hash.for_each(|field| {
        seen.insert(text(field.name), (text(field.value), field.expiry_ms));
        times.push(field.expiry_ms.unwrap_or(i64::MAX));
    });
    assert_eq!(&seen, model);
    assert_eq!(hash.next_expiry_ms(), model.values().filter_map(|(_, time_ms)| *time_ms).min());
    assert!(hash.form().is_none() || times.is_sorted(), "what expires first stands in front");
    for (name, (value, expiry_ms)) in model {
        let field = hash.get(name).expect("a field of the model");
        assert_eq!((text(field.value), field.expiry_ms), (value.clone(), *expiry_ms));
    }
    assert!(hash.get(b"nothing of this name").is_none());
}

/// A name or value: a number of some size, a short word or a long one.
fn word(random: &mut Random, kinds: usize) -> Vec<u8> {
    match random.below(4) {
        0 => random.below(kinds).to_string().into_bytes(),
        1 => (random.next_u64() >> random.below(64)).cast_signed().to_string().into_bytes(),
        2 => vec![b'a' + random.below(26) as u8; random.below(200)],
        _ => format!("word:{}", random.below(kinds)).into_bytes(),
    }
}

/// Does something at random to a hash and to the model of it.
fn step(entry: &mut KeyEntry, model: &mut Model, random: &mut Random, limits: PackedLimits) {
    let known: Vec<_> = model.keys().cloned().collect();
    let name = if known.is_empty() || random.below(2) == 0 {
        word(random, 300)
    } else {
        random.choose(&known).clone()
    };
    let expiry_ms = (random.below(4) != 0).then(|| 1 + random.below(50) as i64);
    match random.below(10) {
        0..=4 => {
            let value = word(random, 1000);
            let time = expiry_ms.map_or(NewTime::Remove, NewTime::Set);
            let time = *random.choose(&[NewTime::Keep, NewTime::Remove, time]);
            let is_new = edit(entry).set(&name, &value, time, limits);
            let old = model.get(&name);
            assert_eq!(is_new, old.is_none());
            let new_ms = match time {
                NewTime::Keep => old.and_then(|old| old.1),
                NewTime::Remove => None,
                NewTime::Set(time_ms) => Some(time_ms),
            };
            model.insert(name, (value, new_ms));
        }
        5..=6 => assert_eq!(edit(entry).remove(&name), model.remove(&name).is_some()),
        7..=8 => {
            let place = model.get_mut(&name);
            assert_eq!(edit(entry).set_expiry(&name, expiry_ms), place.is_some());
            if let Some((_, time_ms)) = place {
                *time_ms = expiry_ms;
            }
        }
        _ => {
            let now_ms = random.below(10) as i64;
            let removed = edit(entry).remove_expired(now_ms, usize::MAX);
            let old = model.len();
            model.retain(|_, (_, expiry_ms)| expiry_ms.is_none_or(|time_ms| time_ms > now_ms));
            assert_eq!(removed, old - model.len());
        }
    }
}

fn check_against_a_map(seed: u64, limits: PackedLimits) {
    println!("seed {seed}");
    let mut random = Random::from_seed(seed);
    let (mut entry, mut model) = (new_hash(), Model::new());
    for count in 0..4000 {
        step(&mut entry, &mut model, &mut random, limits);
        if count % 50 == 0 {
            check(&entry, &model);
            check(&entry.clone(), &model);
        }
    }
    check(&entry, &model);
}

#[test]
fn it_agrees_with_a_map_in_both_forms_and_across_the_change() {
    for seed in 0..4 {
        check_against_a_map(seed, WIDE);
        check_against_a_map(seed, PackedLimits { fields: 0, bytes: 64 });
        check_against_a_map(seed, PackedLimits { fields: 60, bytes: 500 });
        check_against_a_map(seed, PackedLimits { fields: 500, bytes: 150 });
    }
}

#[test]
fn fields_stand_in_order_of_time_the_latest_set_first() {
    let mut entry = new_hash();
    for name in ["a", "b", "c", "d", "e"] {
        edit(&mut entry).set(name.as_bytes(), b"1", NewTime::Remove, WIDE);
    }
    let mut set_expiry = |name: &str, expiry_ms| {
        edit(&mut entry).set_expiry(name.as_bytes(), expiry_ms);
        names(&entry).concat()
    };
    assert_eq!(set_expiry("c", Some(9)), "cabde");
    assert_eq!(set_expiry("e", Some(9)), "ecabd");
    assert_eq!(set_expiry("a", Some(9)), "aecbd");
    assert_eq!(set_expiry("a", Some(8)), "aecbd");
    assert_eq!(set_expiry("e", Some(8)), "eacbd");
    assert_eq!(set_expiry("b", None), "eacbd");
    assert_eq!(set_expiry("e", Some(10)), "acebd");
    assert_eq!(set_expiry("a", None), "cebda");
    edit(&mut entry).set(b"c", b"22", NewTime::Remove, WIDE);
    edit(&mut entry).set(b"e", b"22", NewTime::Keep, WIDE);
    assert_eq!(names(&entry).concat(), "ebdac");
}

#[test]
fn a_scan_sees_what_stays_while_the_hash_grows_out_of_its_listpack() {
    for seed in 0..20 {
        let mut random = Random::from_seed(seed);
        let limits = PackedLimits { fields: 64, bytes: 64 };
        let mut entry = new_hash();
        let stays = 30 + random.below(200);
        for n in 0..stays {
            edit(&mut entry).set(format!("stays:{n}").as_bytes(), b"1", NewTime::Remove, limits);
        }
        let (mut seen, mut cursor) = (HashSet::new(), 0);
        loop {
            let count = 1 + random.below(20);
            cursor = read(&entry).scan(cursor, count, |field| {
                seen.insert(text(field.name));
            });
            if cursor == SCAN_END {
                break;
            }
            for _ in 0..random.below(100) {
                let name = format!("goes:{}", random.below(2000));
                if random.below(3) == 0 {
                    edit(&mut entry).remove(name.as_bytes());
                } else {
                    edit(&mut entry).set(name.as_bytes(), b"1", NewTime::Remove, limits);
                }
            }
        }
        let stayed = (0..stays).filter(|n| seen.contains(format!("stays:{n}").as_bytes()));
        assert_eq!(stayed.count(), stays, "seed {seed}");
    }
}

#[test]
fn a_hash_too_long_for_its_entry_becomes_large() {
    let limits = PackedLimits { fields: usize::MAX, bytes: usize::MAX };
    let mut entry = new_hash();
    let mut model = Model::new();
    let long = vec![b'x'; 200_000];
    for n in 0..8 {
        let name = format!("field:{n}").into_bytes();
        edit(&mut entry).set(&name, &long, NewTime::Remove, limits);
        edit(&mut entry).set_expiry(&name, Some(n + 1));
        assert_eq!(read(&entry).form().is_some(), n < 5, "after field {n}");
        model.insert(name, (long.clone(), Some(n + 1)));
    }
    let huge = vec![b'y'; 3 << 20];
    edit(&mut entry).set(b"field:0", &huge, NewTime::Keep, limits);
    model.insert(b"field:0".to_vec(), (huge, Some(1)));
    check(&entry, &model);
    assert_eq!(edit(&mut entry).remove_expired(3, 2), 2);
    assert_eq!(edit(&mut entry).remove_expired(3, 2), 1);
    assert_eq!(read(&entry).next_expiry_ms(), Some(4));
}

#[test]
fn every_field_can_be_drawn() {
    for limits in [WIDE, PackedLimits { fields: 0, bytes: 0 }] {
        let mut entry = new_hash();
        assert!(read(&entry).random(1).is_none());
        for n in 0..50 {
            edit(&mut entry).set(format!("{n}").as_bytes(), b"1", NewTime::Remove, limits);
        }
        let mut random = Random::from_seed(3);
        let drawn = (0..5000).filter_map(|_| read(&entry).random(random.next_u64()));
        assert_eq!(drawn.map(|field| text(field.name)).collect::<HashSet<_>>().len(), 50);
        let drawn: Vec<_> = read(&entry).draw_each(5000, &mut random).collect();
        assert_eq!(drawn.len(), 5000);
        assert_eq!(drawn.iter().map(|field| text(field.name)).collect::<HashSet<_>>().len(), 50);
    }
}

#[test]
fn a_sample_has_different_fields_and_leaves_none_out_for_ever() {
    for limits in [WIDE, PackedLimits { fields: 0, bytes: 0 }] {
        let mut entry = new_hash();
        for n in 0..40 {
            edit(&mut entry).set(format!("{n}").as_bytes(), b"1", NewTime::Remove, limits);
        }
        let mut random = Random::from_seed(5);
        for count in [0, 1, 9, 39, 40, 100] {
            let mut seen = HashSet::new();
            for _ in 0..400 {
                let sample = read(&entry).sample(count, &mut random);
                let names: HashSet<_> = sample.iter().map(|field| text(field.name)).collect();
                assert_eq!((sample.len(), names.len()), (count.min(40), count.min(40)));
                seen.extend(names);
            }
            assert_eq!(seen.len(), if count == 0 { 0 } else { 40 });
        }
    }
}

#[test]
fn pairs_that_are_set_together_are_those_set_one_by_one() {
    for (fields, bytes) in [(4, 64), (2, 64), (128, 3), (128, 64)] {
        let limits = PackedLimits { fields, bytes };
        for texts in
            [&["a", "1"][..], &["a", "1", "b", "two", "a", "3"], &["b", "4", "longer", "5"]]
        {
            let pairs = texts.chunks_exact(2).map(|pair| (pair[0].as_bytes(), pair[1].as_bytes()));
            let (mut together, mut one_by_one) = (new_hash(), new_hash());
            for _ in 0..2 {
                let added = edit(&mut together).set_all(pairs.clone(), limits);
                let set =
                    |(name, value)| edit(&mut one_by_one).set(name, value, NewTime::Remove, limits);
                assert_eq!(added, pairs.clone().map(set).filter(|is_new| *is_new).count());
                assert_eq!(read(&together).form(), read(&one_by_one).form());
                let [mut ours, mut theirs] = [&together, &one_by_one].map(names);
                ours.sort();
                theirs.sort();
                assert_eq!(ours, theirs);
            }
        }
    }
}
