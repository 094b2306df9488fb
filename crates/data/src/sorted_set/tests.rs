use std::collections::{BTreeSet, HashMap};

use fanfare_stdx::random::Random;

use super::*;
use crate::dictionary::SCAN_END;
use crate::encoding::entry::Entry;
use crate::encoding::listpack::Element;
use crate::object::KeyEntry;

const SMALL: Limits = Limits { members: 20, member_bytes: 12 };

/// A score as an integer of the same order.
fn ordered(score: f64) -> i64 {
    let bits = (score + 0.0).to_bits().cast_signed();
    if bits < 0 { i64::MIN - bits } else { bits }
}

fn disordered(number: i64) -> f64 {
    let bits = if number < 0 { i64::MIN - number } else { number };
    f64::from_bits(bits.cast_unsigned())
}

#[derive(Default)]
struct Model {
    scores: HashMap<Vec<u8>, f64>,
    order: BTreeSet<(i64, Vec<u8>)>,
}

impl Model {
    fn set(&mut self, member: &[u8], score: f64) {
        self.remove(member);
        self.scores.insert(member.to_vec(), score);
        self.order.insert((ordered(score), member.to_vec()));
    }

    fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let score = self.scores.remove(member)?;
        assert!(self.order.remove(&(ordered(score), member.to_vec())));
        Some(score)
    }

    fn elements(&self) -> Vec<(Vec<u8>, f64)> {
        self.order.iter().map(|(score, member)| (member.clone(), disordered(*score))).collect()
    }
}

type Pair = (Vec<u8>, f64);

fn texts<'a>(elements: impl Iterator<Item = (Element<'a>, f64)>) -> Vec<(Vec<u8>, f64)> {
    elements
        .map(|(member, score)| (member.text(&mut itoa::Buffer::new()).to_vec(), score))
        .collect()
}

fn random_score(random: &mut Random, scores: usize) -> f64 {
    match random.below(12) {
        0 => f64::NEG_INFINITY,
        1 => f64::INFINITY,
        2 => -0.0,
        3 => random.below(scores) as f64 / 8.0,
        4 => -(random.below(scores) as f64) * 1e300,
        _ => random.below(scores) as f64,
    }
}

fn random_member(random: &mut Random, members: usize) -> Vec<u8> {
    let number = random.below(members);
    if number.is_multiple_of(3) { number.to_string() } else { format!("m{number}") }.into_bytes()
}

fn check_reads(view: View<'_>, model: &Model, random: &mut Random) {
    let elements = model.elements();
    assert_eq!(view.len(), elements.len());
    for _ in 0..5 {
        let start = random.below(elements.len() + 2);
        let end = start + random.below(elements.len() + 2);
        let expected: Vec<_> = elements.iter().take(end).skip(start).cloned().collect();
        let ascending = view.range(start..end, Order::Ascending);
        assert_eq!((ascending.len(), texts(ascending)), (expected.len(), expected.clone()));
        let mut descending = texts(view.range(start..end, Order::Descending));
        descending.reverse();
        assert_eq!(descending, expected);

        let score = random_score(random, 30);
        let member = random_member(random, 500);
        let before = |is_before: &dyn Fn(&Pair) -> bool| {
            elements.iter().take_while(|element| is_before(element)).count()
        };
        for (place, count) in [
            (Place::before_score(score), before(&|(_, other)| *other < score)),
            (Place::behind_score(score), before(&|(_, other)| *other <= score)),
            (
                Place::before(score, &member),
                before(&|(m, other)| *other < score || *other == score && *m < member),
            ),
            (
                Place::behind(score, &member),
                before(&|(m, other)| *other < score || *other == score && *m <= member),
            ),
        ] {
            assert_eq!(view.count_before(place), count, "{place:?}");
        }
        assert_eq!(view.score(&member), model.scores.get(&member).copied());
        let rank = elements.iter().position(|(other, _)| *other == member);
        assert_eq!(view.rank(&member).map(|(rank, _)| rank), rank);
    }
}

/// Plays random changes on an entry and on a model.
fn check_changes(seed: u64, members: usize, scores: usize, steps: usize, limits: Limits) {
    println!("seed {seed}");
    let mut random = Random::from_seed(seed);
    let mut entry: KeyEntry = Entry::new(b"key", limits.new_value(1, 1));
    let mut model = Model::default();
    for step in 0..steps {
        let mut set = SortedSetMut::of(&mut entry).expect("a sorted set");
        let member = random_member(&mut random, members);
        // The set grows at first and shrinks at last.
        let removes = if step < steps / 2 { 2 } else { 7 };
        match random.below(10) {
            choice if choice < removes => {
                assert_eq!(set.remove(&member), model.remove(&member));
            }
            9 if random.below(20) == 0 && !model.order.is_empty() => {
                let start = random.below(model.order.len());
                let end = model.order.len().min(start + random.below(100));
                set.remove_range(start..end);
                for (member, _) in &model.elements()[start..end] {
                    model.remove(member);
                }
            }
            _ => {
                let score = random_score(&mut random, scores);
                let mut seen = None;
                set.update(&member, limits, |old| {
                    seen = old;
                    Some(score)
                });
                assert_eq!(seen, model.scores.get(&member).copied());
                model.set(&member, score);
            }
        }
        assert_eq!(set.view().len(), model.order.len());
        if step.is_multiple_of(steps / 50) {
            check_reads(set.view(), &model, &mut random);
        }
    }
    let view = View::of(entry.value()).expect("a sorted set");
    assert_eq!(texts(view.iter()), model.elements());
    if let View::Large(set) = view {
        assert_eq!(texts(View::Large(&set.clone()).iter()), model.elements());
    }
}

#[test]
fn the_small_form_agrees_with_a_model() {
    for seed in 0..5 {
        check_changes(seed, 60, 10, 3000, Limits { members: 1000, member_bytes: 100 });
    }
}

#[test]
fn the_large_form_agrees_with_a_model() {
    for seed in 0..3 {
        check_changes(seed, 20_000, 5000, 60_000, Limits { members: 0, member_bytes: 0 });
        // Many members of one score: bounds are parts of members.
        check_changes(seed, 5000, 3, 40_000, Limits { members: 0, member_bytes: 0 });
    }
}

#[test]
fn the_small_form_grows_into_the_large_one() {
    for seed in 0..5 {
        check_changes(seed, 100, 10, 3000, SMALL);
    }
    for (count, member) in [(19, "m"), (20, "m"), (0, "longer than 12"), (0, "just twelve!")] {
        let mut entry: KeyEntry = Entry::new(b"key", SMALL.new_value(1, 1));
        let mut set = SortedSetMut::of(&mut entry).expect("a sorted set");
        for number in 0..count {
            set.update(format!("{number}").as_bytes(), SMALL, |_| Some(1.5));
        }
        set.update(member.as_bytes(), SMALL, |_| Some(f64::from(count)));
        let is_large = count == 20 || member.len() > 12;
        assert_eq!(matches!(set.view(), View::Large(_)), is_large, "{count} {member}");
        assert_eq!(set.view().len(), count as usize + 1);
    }
}

#[test]
fn the_tree_takes_members_in_order_and_gives_them_up_from_either_end() {
    let members: Vec<String> = (0..30_000).map(|number| format!("{number:06}")).collect();
    for is_ascending in [true, false] {
        let mut set = SortedSet::default();
        for index in 0..members.len() {
            let index = if is_ascending { index } else { members.len() - 1 - index };
            set.set(members[index].as_bytes(), 7.0);
        }
        let mut expected: &[String] = &members;
        while !set.is_empty() {
            let count = 97.min(set.len());
            if expected.len().is_multiple_of(2) {
                set.remove_range(0..count);
                expected = &expected[count..];
            } else {
                set.remove_range(set.len() - count..set.len());
                expected = &expected[..expected.len() - count];
            }
            let view = View::Large(&set);
            assert_eq!(view.len(), expected.len());
            if let [first, .., last] = expected {
                assert_eq!(view.rank(first.as_bytes()), Some((0, 7.0)));
                assert_eq!(view.rank(last.as_bytes()), Some((expected.len() - 1, 7.0)));
            }
        }
    }
}

#[test]
fn a_scan_sees_all_members_and_a_set_may_end_on_another_thread() {
    let mut set = SortedSet::default();
    (0..5000).for_each(|number| set.set(number.to_string().as_bytes(), f64::from(number)));
    let mut seen = BTreeSet::new();
    let mut cursor = 0;
    loop {
        cursor = set.scan(cursor, 10, |member, score| {
            assert_eq!(member, score.to_string().as_bytes());
            seen.insert(member.to_vec());
        });
        if cursor == SCAN_END {
            break;
        }
    }
    assert_eq!(seen.len(), 5000);
    std::thread::spawn(move || drop(set)).join().expect("no panic");
}

#[test]
fn a_set_is_built_in_the_form_that_its_elements_need() {
    let mut elements: Vec<(String, f64)> =
        (10..30).map(|number| (number.to_string(), f64::from(number) / 2.0)).collect();
    for is_large in [false, true] {
        let expected: Vec<_> =
            elements.iter().map(|(member, score)| (member.clone().into_bytes(), *score)).collect();
        let of = |(member, score): &(String, f64)| (member.clone(), *score);
        let wide: Vec<_> = elements.iter().map(of).collect();
        let as_bytes =
            || wide.iter().map(|(text, score)| (Element::Bytes(text.as_bytes()), *score));
        let as_stored = || wide.iter().map(|(text, score)| (Element::of(text.as_bytes()), *score));
        assert_eq!(SMALL.allow_all(elements.iter().map(|(member, _)| member.len())), !is_large);
        for built in [
            Built::growing(as_bytes(), SMALL),
            Built::growing(as_bytes().rev(), SMALL),
            Built::large(as_bytes()),
            Built::packed(as_stored()),
        ] {
            assert_eq!(built.len(), elements.len());
            let mut packed = Vec::new();
            let entry: KeyEntry = Entry::new(b"key", built.value(&mut packed));
            let view = View::of(entry.value()).expect("a sorted set");
            assert_eq!(texts(view.iter()), expected);
            assert_eq!(view.score(b"12"), Some(6.0));
        }
        let grown = Built::growing(as_bytes(), SMALL);
        assert_eq!(matches!(grown, Built::Large(_)), is_large);
        elements.push(("one more".to_owned(), 100.0));
    }
}
