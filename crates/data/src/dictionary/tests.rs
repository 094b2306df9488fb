use std::collections::{HashMap, HashSet};

use fanfare_stdx::random::Random;

use super::*;
use crate::encoding::entry::{Form, NewValue, ValueRef};

fn hash_of(key: &[u8]) -> u64 {
    let number = key.iter().fold(0_u64, |hash, &byte| hash.wrapping_mul(31) + u64::from(byte));
    Random::from_seed(number).next_u64()
}

/// A hash whose values are few, so that whole segments share one.
fn poor_hash_of(key: &[u8]) -> u64 {
    hash_of(key) & 0b11 << 62
}

fn entry(key: &str, value: i64) -> Entry<()> {
    Entry::new(key.as_bytes(), NewValue::Integer(value))
}

/// Every place of the directory names the segment of its prefix, and every entry stands where its hash belongs.
fn check_structure(dictionary: &Dictionary<()>, hash_of: fn(&[u8]) -> u64) {
    for (place, &number) in dictionary.directory.iter().enumerate() {
        let segment = &dictionary.segments[number as usize];
        assert_eq!(place >> (dictionary.depth - segment.depth), segment.prefix as usize);
    }
    for segment in &dictionary.segments {
        for entry in &segment.entries {
            assert_eq!(prefix(hash_of(entry.key()), segment.depth), segment.prefix as usize);
        }
    }
    assert_eq!(dictionary.iter().count(), dictionary.len());
}

fn check_against_a_map(hash_of: fn(&[u8]) -> u64, keys: usize, seed: u64) {
    println!("seed {seed}");
    let mut random = Random::from_seed(seed);
    let mut dictionary = Dictionary::default();
    let mut model = HashMap::new();
    let mut candidates = Candidates::default();
    for step in 0..30_000_i64 {
        // Now more comes than goes, now more goes.
        let goes_in_ten = if step / 5_000 % 2 == 0 { 2 } else { 8 };
        let key = format!("key:{}", random.below(keys));
        let hash = hash_of(key.as_bytes());
        // What it does cannot be seen; it must be harmless whether the key is there or not.
        let stale = candidates;
        FetchStage::ALL.iter().for_each(|&stage| dictionary.fetch(hash, stage, &mut candidates));
        for candidates in [stale, candidates] {
            let spot = dictionary.find(hash, key.as_bytes());
            assert_eq!(dictionary.find_among(candidates, hash, key.as_bytes()), spot);
        }
        if random.below(10) < goes_in_ten {
            let removed = dictionary.remove(hash, key.as_bytes()).is_some();
            assert_eq!(removed, model.remove(&key).is_some());
        } else if let Some(found) = dictionary.get_mut(hash, key.as_bytes()) {
            found.set_value(NewValue::Integer(step));
            assert!(model.insert(key, step).is_some());
        } else {
            dictionary.insert(hash, entry(&key, step), hash_of);
            assert!(model.insert(key, step).is_none());
        }
        assert_eq!(dictionary.len(), model.len());
        if step % 1_000 == 0 {
            check_structure(&dictionary, hash_of);
        }
    }
    check_structure(&dictionary, hash_of);
    for (key, value) in &model {
        let found = dictionary.get(hash_of(key.as_bytes()), key.as_bytes());
        assert_eq!(found.map(Entry::value), Some(ValueRef::Integer(*value)));
    }
    assert_eq!(dictionary.iter().count(), model.len());
}

#[test]
fn it_agrees_with_a_map() {
    for seed in 0..3 {
        check_against_a_map(hash_of, 5000, seed);
        check_against_a_map(hash_of, 50, seed);
    }
}

#[test]
fn keys_of_one_hash_are_kept_apart() {
    check_against_a_map(poor_hash_of, 400, 1);
}

#[test]
fn a_scan_sees_whatever_stays_while_the_rest_comes_and_goes() {
    for seed in 0..20 {
        let mut random = Random::from_seed(seed);
        let mut dictionary = Dictionary::default();
        let add = |dictionary: &mut Dictionary<()>, key: &str| {
            let hash = hash_of(key.as_bytes());
            if dictionary.get(hash, key.as_bytes()).is_none() {
                dictionary.insert(hash, entry(key, 0), hash_of);
            }
        };
        (0..1000).for_each(|n| add(&mut dictionary, &format!("stays:{n}")));
        let mut seen = HashSet::new();
        let mut cursor = 0;
        loop {
            cursor = dictionary.scan(cursor, 1 + random.below(40), hash_of, |entry| {
                seen.insert(entry.key().to_vec());
            });
            if cursor == SCAN_END {
                break;
            }
            for _ in 0..random.below(200) {
                let key = format!("goes:{}", random.below(3000));
                if random.below(2) == 0 {
                    add(&mut dictionary, &key);
                } else {
                    dictionary.remove(hash_of(key.as_bytes()), key.as_bytes());
                }
            }
        }
        let stayed = (0..1000).filter(|n| seen.contains(format!("stays:{n}").as_bytes()));
        assert_eq!(stayed.count(), 1000, "seed {seed}");
    }
}

#[test]
fn entries_at_random_are_as_likely_as_each_other() {
    let mut dictionary = Dictionary::default();
    let mut random = Random::from_seed(11);
    let add = |dictionary: &mut Dictionary<()>, number: i64| {
        let key = number.to_string();
        dictionary.insert(hash_of(key.as_bytes()), entry(&key, number), hash_of);
    };
    (0..1000).for_each(|number| add(&mut dictionary, number));
    // The second round draws from nearly empty segments.
    for left in [1000, 20] {
        for number in left..1000_i64 {
            let key = number.to_string();
            dictionary.remove(hash_of(key.as_bytes()), key.as_bytes());
        }
        let mut counts = HashMap::<Vec<u8>, i64>::new();
        for _ in 0..left * 400 {
            let drawn = dictionary.random(random.next_u64()).expect("there are some");
            *counts.entry(drawn.key().to_vec()).or_default() += 1;
        }
        assert_eq!(counts.len() as i64, left);
        // The standard deviation is 20, so that five of them are next to impossible.
        assert!(counts.values().all(|count| (300..=500).contains(count)), "{counts:?}");
    }
}

#[test]
fn an_emptied_dictionary_owns_nothing() {
    let mut dictionary = Dictionary::default();
    let bytes = Form::new(0);
    for n in 0..500 {
        let key = format!("{n}");
        let entry = Entry::<()>::new(key.as_bytes(), NewValue::Bytes(bytes, b"v"));
        dictionary.insert(hash_of(key.as_bytes()), entry, hash_of);
    }
    assert!(dictionary.random(7).is_some());
    for n in 0..500 {
        let key = format!("{n}");
        assert!(dictionary.remove(hash_of(key.as_bytes()), key.as_bytes()).is_some());
    }
    assert!(dictionary.is_empty() && dictionary.segments.capacity() == 0);
    assert!(dictionary.random(7).is_none());
    assert_eq!(dictionary.scan(0, 10, hash_of, |_| ()), SCAN_END);
}

#[test]
fn expired_entries_are_taken_out_whatever_became_of_the_others() {
    for seed in 0..20 {
        println!("seed {seed}");
        let mut random = Random::from_seed(seed);
        let mut dictionary = Dictionary::default();
        let mut model: HashMap<String, Option<i64>> = HashMap::new();
        for now_ms in 0..200_i64 {
            for _ in 0..50 {
                let key = format!("key:{}", random.below(2000));
                let hash = hash_of(key.as_bytes());
                let time_ms = now_ms + 1 + random.below(300) as i64;
                let expiry_ms = (random.below(3) > 0).then_some(time_ms);
                if let Some(spot) = dictionary.find(hash, key.as_bytes()) {
                    dictionary.at_mut(spot).set_expiry_ms(expiry_ms);
                    dictionary.note_expiry(spot);
                } else {
                    let mut new = entry(&key, 0);
                    new.set_expiry_ms(expiry_ms);
                    dictionary.insert(hash, new, hash_of);
                }
                model.insert(key, expiry_ms);
            }
            let mut expired = Vec::new();
            let mut from = Some(0);
            while let Some(segment) = from {
                let limit = expired.len() + 1 + random.below(5);
                let mut looks = 1 + random.below(20);
                from = dictionary.take_expired(segment, now_ms, limit, &mut looks, &mut expired);
            }
            let mut expired: Vec<_> = expired.iter().map(Entry::key).collect();
            expired.sort_unstable();
            let is_due = |time: &Option<i64>| time.is_some_and(|time_ms| time_ms <= now_ms);
            let due = model.iter().filter(|(_, time)| is_due(time));
            let mut due: Vec<_> = due.map(|(key, _)| key.as_bytes()).collect();
            due.sort_unstable();
            assert_eq!(expired, due);
            model.retain(|_, time| !is_due(time));
            let earliest = model.values().flatten().min().copied().unwrap_or(NEVER_MS);
            assert!(dictionary.earliest_ms() <= earliest && dictionary.earliest_ms() > now_ms);
            assert_eq!(dictionary.len(), model.len());
        }
    }
}

#[test]
fn a_sample_shows_every_entry_at_most_once() {
    let mut dictionary = Dictionary::default();
    for number in 0..1000 {
        let key = format!("key:{number}");
        let mut new = entry(&key, 0);
        new.set_expiry_ms((number % 100 == 0).then_some(number));
        dictionary.insert(hash_of(key.as_bytes()), new, hash_of);
    }
    let mut random = Random::from_seed(3);
    for _ in 0..50 {
        for (only_expiring, expected) in [(false, 1000), (true, 10)] {
            let mut seen = HashSet::new();
            dictionary.sample(random.next_u64(), only_expiring, |entry| {
                seen.insert(entry.key().to_vec())
            });
            assert_eq!(seen.len(), expected);
        }
        let mut left = 7;
        let is_done = dictionary.sample(random.next_u64(), false, |_| {
            left -= 1;
            left > 0
        });
        assert!(!is_done && left == 0);
    }
}

#[test]
fn what_drains_gives_its_segments_back() {
    const KEYS: i64 = 50_000;
    let mut dictionary = Dictionary::default();
    for number in 0..KEYS {
        let key = number.to_string();
        dictionary.insert(hash_of(key.as_bytes()), entry(&key, number), hash_of);
    }
    let (full_places, full_directory) = (dictionary.places(), dictionary.directory.len());
    for number in 100..KEYS {
        let key = number.to_string();
        assert!(dictionary.remove(hash_of(key.as_bytes()), key.as_bytes()).is_some());
    }
    check_structure(&dictionary, hash_of);
    let (places, directory) = (dictionary.places(), dictionary.directory.len());
    assert!(places < full_places / 50, "{places} of {full_places} places are left");
    assert!(directory < full_directory / 10, "{directory} of {full_directory} are left");
    assert!((0..100).all(|number: i64| {
        let key = number.to_string();
        dictionary.get(hash_of(key.as_bytes()), key.as_bytes()).is_some()
    }));
}

#[test]
fn segments_whose_entries_expire_are_joined_and_none_is_passed_over() {
    const KEYS: i64 = 20_000;
    let mut dictionary = Dictionary::default();
    for number in 0..KEYS {
        let key = number.to_string();
        let expiry_ms = (number % 100 != 0).then_some(1 + number % 7);
        let entry = Entry::with(key.as_bytes(), NewValue::Integer(number), expiry_ms, 0);
        dictionary.insert(hash_of(key.as_bytes()), entry, hash_of);
    }
    let full_places = dictionary.places();
    let (mut expired, mut from) = (Vec::new(), Some(0));
    while let Some(number) = from {
        let (mut looks, limit) = (7, expired.len() + 32);
        from = dictionary.take_expired(number, 10, limit, &mut looks, &mut expired);
    }
    check_structure(&dictionary, hash_of);
    assert_eq!((expired.len() as i64, dictionary.len() as i64), (KEYS - KEYS / 100, KEYS / 100));
    assert_eq!(dictionary.earliest_ms(), NEVER_MS);
    assert!(dictionary.places() < full_places / 20, "{} are left", dictionary.places());
}
